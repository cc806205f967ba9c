//! What somebody gets with the id of a flow that its person reads to the helpdesk, and with everything else of it but its
//! token: nothing (FL-06).

use axum::body::Body;
use axum::http::{Method, Request};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::world::{Held, World};

/// Every call that needs a token.
const CALLS: [&str; 11] = [
    "",
    "/challenge",
    "/proof",
    "/password",
    "/extend",
    "/cancel",
    "/device",
    "/feedback",
    "/methods",
    "/methods/x/confirm",
    "/methods/x/remove",
];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What might be tried in place of the token of a flow.
fn credentials(held: &Held, other: &Held, place: usize) -> Option<String> {
    let (id, token) = (held.flow["flow_id"].as_str().unwrap(), held.token.as_str());
    let at = place % token.len();
    let another = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
    let mut changed = token.to_owned();
    changed.replace_range(at..=at, another);
    let hash = Sha256::digest(token.as_bytes());
    match place % 14 {
        0 => None,
        1 => Some(format!("Bearer {id}")),
        2 => Some(format!("Bearer {}", id.replace('-', ""))),
        3 => Some(format!("Bearer {}", id.to_lowercase())),
        4 => Some(format!("Basic {id}")),
        5 => Some(id.to_owned()),
        6 => Some(format!("Bearer {changed}")),
        7 => Some(format!("Bearer {}", &token[..at])),
        8 => Some(format!("Bearer {token}{}", &token[..1])),
        9 => Some(format!("Bearer {}", hex(&hash))),
        10 => Some(format!("Bearer {} {id}", &token[..token.len() - 1])),
        11 => Some(format!("Bearer {}", token.chars().rev().collect::<String>())),
        12 => Some(format!("Bearer {}{}", &other.token[..at], &token[at + 1..])),
        // A flow of their own, in which they name that of somebody else.
        _ => Some(format!("Bearer {}", other.token)),
    }
}

/// A call with everything that is known of the flow but its token, wherever that could be said.
fn call(held: &Held, other: &Held, place: usize) -> Request<Body> {
    let id = held.flow["flow_id"].as_str().unwrap();
    let path = CALLS[place / 14 % CALLS.len()];
    let asked = if place.is_multiple_of(3) { format!("?flow_id={id}&flow={id}") } else { String::new() };
    let method = if path.is_empty() { Method::GET } else { Method::POST };
    let mut request = Request::builder()
        .method(method)
        .uri(format!("/v1/flow{path}{asked}"))
        .header("content-type", "application/json")
        .header("x-flow-id", id)
        .header("cookie", format!("flow={id}; token={id}"))
        .header("idempotency-key", uuid::Uuid::new_v4().to_string());
    if let Some(credential) = credentials(held, other, place) {
        request = request.header("authorization", credential);
    }
    let body = json!({
        "revision": held.revision(),
        "flow_id": id,
        "new_password": "violet tractor onion thief",
        "method": "text_mobile",
        "code": "12345678",
    });
    request.body(Body::from(body.to_string())).unwrap()
}

async fn row(world: &World, id: &str) -> Value {
    let columns = "SELECT json_array(revision, step, menu, passed, asked, sends, touched_at, ends_at, done) FROM flows
                   WHERE public_id = ?";
    let (row,): (String,) = sqlx::query_as(columns).bind(id).fetch_one(world.app.store.pool()).await.unwrap();
    serde_json::from_str(&row).unwrap()
}

#[tokio::test]
async fn of_ten_thousand_calls_with_the_id_of_a_flow_and_without_its_token_none_is_taken() {
    // FL-06: a flow that stands before the new password, and one in which recovery is set up
    let world = World::new().await;
    let other = world.start("reset", "linus").await;
    let flows = [world.through_gates("grace").await, world.register("ada", Some("email")).await];
    for mut held in flows {
        let id = held.flow["flow_id"].as_str().unwrap().to_owned();
        let before = row(&world, &id).await;
        for place in 0..5_000 {
            let reply = world.send_alone(call(&held, &other, place)).await;
            // Their own flow may be looked at, and nothing of the other one is in it.
            let is_own = place % 14 == 13 && place / 14 % CALLS.len() == 0;
            let refused = (400..500).contains(&reply.status);
            assert!(refused || (is_own && reply.status == 200), "{place}: {} {}", reply.status, reply.body);
            assert!(!String::from_utf8_lossy(&reply.bytes).contains(&id), "{place}: {}", reply.body);
        }
        assert_eq!(row(&world, &id).await, before);
        // And its own person goes on.
        assert_eq!(world.show(&mut held).await.status, 200);
        assert_eq!(world.act(&mut held, "extend", json!({})).await.status, 200);
    }
    assert_eq!((world.writes("grace").await, world.writes("linus").await), (0, 0));
}
