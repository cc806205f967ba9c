//! A call that is sent again while the first is still at work (B7, R02): it is done once, nobody is told that too much is
//! waiting, and every other answer shows where the flow stands by then. The password call is in `passwords`.

use serde_json::{Value, json};

use super::passwords::replies_of;
use super::world::{Held, Reply, World, post};

/// Sends one call eight times at the same moment; gives the answer of the one that was done.
async fn eight(world: &World, held: &mut Held, call: &str, mut body: Value) -> Reply {
    if call != "feedback" {
        body["revision"] = json!(held.revision());
    }
    let path = format!("/v1/flow/{call}");
    let send = || world.send(post(&path, Some(&held.token), body.to_string(), None));
    let replies = replies_of((0..8).map(|_| send())).await;
    let statuses: Vec<(u16, String)> = replies.iter().map(|reply| (reply.status, reply.code().to_owned())).collect();
    assert_eq!(world.show(held).await.status, 200);
    let (mut done, others): (Vec<Reply>, Vec<Reply>) = replies.into_iter().partition(|reply| reply.status < 300);
    assert_eq!(done.len(), 1, "{call}: {statuses:?}");
    for other in others {
        assert!([(409, "stale"), (409, "not_allowed")].contains(&(other.status, other.code())), "{call}: {statuses:?}");
        for part in ["step", "revision", "allowed"] {
            assert_eq!(other.body["flow"][part], held.flow[part], "{call}: {part}");
        }
    }
    done.remove(0)
}

#[tokio::test]
async fn a_challenge_or_a_proof_that_is_sent_eight_times_at_once_is_done_once() {
    let world = World::new().await;
    let mut setting = world.register("ada", Some("email")).await;
    let codes = world.recovery_codes(&mut setting).await;
    let ways = [("questions", "text_mobile"), ("recovery_code", "email"), ("totp", "questions")];
    for (first, second) in ways {
        let mut held = world.start("reset", "ada").await;
        for method in [first, second] {
            world.forget_sent();
            let found = world.person("ada").unwrap().methods.iter().find(|known| known.method.as_str() == method);
            let destination = found.and_then(|known| known.destination.clone());
            let body = json!({"method": method, "destination": destination});
            let sent = usize::from(destination.is_some());
            eight(&world, &mut held, "challenge", body).await;
            assert_eq!(world.sent().len(), sent, "{method}");
            let proof = match method {
                "recovery_code" => json!({"code": codes[0]}),
                _ => world.right_proof(&held, "ada"),
            };
            eight(&world, &mut held, "proof", proof).await;
        }
        assert_eq!(held.step(), "set_password", "{first} and {second}");
        // Each authenticator's code is good once.
        world.wait(60);
    }
    let mut held = world.start("change", "ada").await;
    let password = world.person("ada").unwrap().password.clone();
    eight(&world, &mut held, "proof", json!({"current_password": password})).await;
    assert_eq!(held.step(), "set_password");
}

#[tokio::test]
async fn whatever_is_set_up_by_eight_calls_at_once_is_set_up_once() {
    let world = World::new().await;
    let mut held = world.register("grace", Some("email")).await;
    let ids = ["first_film", "favourite_toy", "childhood_neighbour", "first_boss", "seat_neighbour"];
    let answers: Vec<_> = ids.iter().map(|id| json!({"id": id, "answer": format!("answer {id} xyz")})).collect();
    for means in [json!({"means": "questions", "answers": answers}), json!({"means": "authenticator"})] {
        eight(&world, &mut held, "methods", means).await;
    }
    let made = eight(&world, &mut held, "methods", json!({"means": "recovery_codes"})).await;
    let codes = made.body["shown"]["recovery_codes"].clone();
    let pending = |held: &Held| held.flow["manage"]["pending"]["id"].as_str().unwrap().to_owned();
    let confirm = format!("methods/{}/confirm", pending(&held));
    eight(&world, &mut held, &confirm, json!({})).await;
    world.forget_sent();
    let mobile = json!({"means": "mobile", "method": "text_mobile", "destination": "+1 202 555 0199"});
    eight(&world, &mut held, "methods", mobile).await;
    assert_eq!(world.sent().len(), 1);
    let confirm = format!("methods/{}/confirm", pending(&held));
    let code = world.last_code("text");
    eight(&world, &mut held, &confirm, json!({"code": code})).await;
    for call in ["check", "remove"] {
        let mobile = World::id_of(&held, "mobile");
        eight(&world, &mut held, &format!("methods/{mobile}/{call}"), json!({})).await;
    }
    eight(&world, &mut held, "finish", json!({})).await;
    eight(&world, &mut held, "feedback", json!({"helpful": true})).await;
    eight(&world, &mut held, "device", json!({})).await;
    assert_eq!(held.step(), "done");
    // The codes that were shown to the one call that was done are those that work.
    let mut reset = world.start("reset", "grace").await;
    world.ask(&mut reset, "grace", "recovery_code").await;
    assert_eq!(world.act(&mut reset, "proof", json!({"code": codes[0]})).await.status, 200);
    eight(&world, &mut reset, "cancel", json!({})).await;
}
