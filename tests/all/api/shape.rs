//! The shape of requests and answers: documented routes, headers on everything, never a 5xx for what was sent.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use super::world::{World, post};

const ROUTES: [(&str, &str); 19] = [
    ("GET", "/v1/campus"),
    ("GET", "/v1/health"),
    ("POST", "/v1/human-checks"),
    ("POST", "/v1/flows"),
    ("GET", "/v1/flow"),
    ("POST", "/v1/flow/challenge"),
    ("POST", "/v1/flow/proof"),
    ("POST", "/v1/flow/password"),
    ("POST", "/v1/flow/methods"),
    ("POST", "/v1/flow/methods/{id}/confirm"),
    ("POST", "/v1/flow/methods/{id}/check"),
    ("POST", "/v1/flow/methods/{id}/remove"),
    ("POST", "/v1/flow/finish"),
    ("POST", "/v1/flow/extend"),
    ("POST", "/v1/flow/feedback"),
    ("POST", "/v1/flow/device"),
    ("POST", "/v1/flow/cancel"),
    ("POST", "/v1/not-me"),
    ("GET", "/v1/reminders"),
];

fn request(method: &str, path: &str, body: &str) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    request.body(Body::from(body.to_owned())).unwrap()
}

#[test]
fn the_description_of_the_api_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let current = latchkey_server::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &current).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == current, "docs/openapi.json is not what the server says; UPDATE=1 writes it anew");
}

#[test]
fn exactly_the_documented_routes_are_served() {
    // FL-12: the document is made by the routes themselves
    let document: Value = serde_json::from_str(&latchkey_server::openapi().to_json().unwrap()).unwrap();
    let mut documented = Vec::new();
    for (path, calls) in document["paths"].as_object().unwrap() {
        documented.extend(calls.as_object().unwrap().keys().map(|call| (call.to_uppercase(), path.clone())));
    }
    documented.sort();
    let mut expected: Vec<_> = ROUTES.map(|(method, path)| (method.to_owned(), path.to_owned())).to_vec();
    expected.sort();
    assert_eq!(documented, expected);
}

#[tokio::test]
async fn every_answer_wears_the_same_headers() {
    // AP-08
    let world = World::new().await;
    let mut replies = Vec::new();
    for (method, path) in ROUTES {
        replies.push(world.send(request(method, path, "{}")).await);
        replies.push(world.send(request("DELETE", path, "")).await);
        replies.push(world.send(request("HEAD", path, "")).await);
    }
    for path in
        ["/", "/v1", "/v1/flow/", "/V1/campus", "/v1//campus", "/v1/flow/challenge;x", "/v1/%63ampus/", "/outbox"]
    {
        let reply = world.send(request("GET", path, "")).await;
        assert_eq!((reply.status, reply.code()), (404, "not_found"), "{path}");
        replies.push(reply);
    }
    replies.push(world.send(request("POST", "/v1/human-checks", &"x".repeat(20_000))).await);
    replies.push(world.ask_to_start("reset", "ada").await);
    for reply in replies {
        let mut headers: Vec<String> = reply
            .headers
            .iter()
            .filter(|(name, _)| {
                !["x-request-id", "content-length", "content-type", "allow", "connection"].contains(&name.as_str())
            })
            .filter(|(name, _)| *name != "www-authenticate")
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect();
        headers.sort();
        insta::allow_duplicates! {
            insta::assert_snapshot!(headers.join("\n"), @r"
            cache-control: no-store
            content-security-policy: default-src 'none'; frame-ancestors 'none'
            cross-origin-resource-policy: same-origin
            referrer-policy: no-referrer
            x-content-type-options: nosniff
            x-frame-options: DENY
            ");
        }
        assert!(reply.headers.contains_key("x-request-id"));
        let kind = reply.headers["content-type"].to_str().unwrap();
        assert_eq!(kind, if reply.status < 300 { "application/json" } else { "application/problem+json" });
    }
}

#[tokio::test]
async fn a_method_that_is_not_documented_is_refused() {
    // AP-13
    let world = World::new().await;
    for (documented, path) in ROUTES {
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            let reply = world.send(request(method, path, "{}")).await;
            // Each GET answers HEAD (RFC 9110 §9.1).
            let taken = method == documented || (method == "HEAD" && documented == "GET");
            assert_eq!(reply.status != 405, taken, "{method} {path}: {}", reply.status);
        }
    }
}

#[tokio::test]
async fn what_is_malformed_is_the_callers_fault() {
    // AP-15, IN-04
    let world = World::new().await;
    let held = world.start("reset", "ada").await;
    let bodies = [
        "",
        "{",
        "}",
        "null",
        "[]",
        "0",
        "\"x\"",
        "{}",
        "{\"revision\":1}",
        "{\"revision\":-1}",
        "{\"revision\":1e99}",
        "{\"revision\":1,\"revision\":1}",
        "{\"revision\":1,\"extra\":1}",
        "\u{feff}{}",
        "{\"method\":\"pigeon\"}",
        "{\"revision\":1,\"method\":[\"email\"],\"destination\":\"a@b.example\"}",
        "{\"revision\":1,\"method\":\"email\",\"destination\":[\"a@b.example\",\"c@d.example\"]}",
        "{\"intent\":\"reset\",\"account\":null,\"human_check\":{\"id\":\"x\",\"answer\":\"1\"}}",
        "{\"kind\":\"riddle\"}",
    ];
    let deep = "[".repeat(8000);
    for (method, path) in ROUTES.into_iter().filter(|(method, _)| *method == "POST") {
        for body in bodies.into_iter().chain([deep.as_str()]) {
            let reply = world
                .send(post(path, Some(&held.token), body.to_owned(), Some("6f1f5e52-0d44-4c52-9f4e-000000000001")))
                .await;
            let fine = ["/v1/flow/cancel", "/v1/flow/extend"].contains(&path) && body == "{\"revision\":1}";
            assert!(fine || (400..500).contains(&reply.status), "{method} {path} {body}: {}", reply.status);
            assert!(fine || reply.body["type"].as_str().unwrap().starts_with("urn:latchkey:problem:"));
        }
    }
    let bytes = Request::post("/v1/human-checks").header("content-type", "application/json");
    let reply = world.send(bytes.body(Body::from(vec![0xff, 0xfe, 0x00])).unwrap()).await;
    assert_eq!((reply.status, reply.code()), (400, "malformed"));
}

#[tokio::test]
async fn a_body_that_is_no_json_or_too_large_is_refused() {
    // AP-06, AP-09
    let world = World::new().await;
    let plain = Request::post("/v1/human-checks").header("content-type", "text/plain");
    let reply = world.send(plain.body(Body::from("{\"kind\":\"proof_of_work\"}")).unwrap()).await;
    assert_eq!((reply.status, reply.code()), (415, "unsupported_media_type"));
    let reply =
        world.send(request("POST", "/v1/human-checks", &format!("{{\"kind\":\"{}\"}}", "x".repeat(16 * 1024)))).await;
    assert_eq!((reply.status, reply.code()), (413, "too_large"));
}

#[tokio::test]
async fn a_page_of_a_browser_gets_nothing() {
    // AP-09
    let world = World::new().await;
    let foreign = Request::get("/v1/campus").header("origin", "https://evil.example");
    let reply = world.send(foreign.body(Body::empty()).unwrap()).await;
    assert_eq!((reply.status, reply.code()), (409, "not_allowed"));
}

#[tokio::test]
async fn without_its_token_a_flow_is_not_to_be_had() {
    let world = World::new().await;
    let held = world.start("reset", "ada").await;
    let cut = held.token[1..].to_owned();
    for header in [
        "",
        "Bearer",
        "Bearer ",
        "Basic x",
        "Bearer x",
        &format!("Bearer {cut}"),
        &held.token,
        &format!("Bearer {0} {0}", held.token),
    ] {
        let request = Request::get("/v1/flow").header("authorization", header);
        let reply = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((reply.status, reply.code()), (401, "unauthorized"), "{header}");
        assert_eq!(reply.headers["www-authenticate"], "Bearer");
    }
    let right = format!("Bearer {}", held.token);
    let twice = Request::get("/v1/flow").header("authorization", &right).header("authorization", &right);
    assert_eq!(world.send(twice.body(Body::empty()).unwrap()).await.status, 401);
}

#[tokio::test]
async fn a_call_that_answers_an_earlier_revision_is_shown_the_current_one() {
    let world = World::new().await;
    let mut held = world.start("reset", "ada").await;
    let before = held.clone();
    world.ask(&mut held, "ada", "totp").await;
    for (call, body) in [
        ("challenge", json!({"revision": 1, "method": "email", "destination": "ada@home.example"})),
        ("proof", json!({"revision": 1, "code": "123456"})),
        ("cancel", json!({"revision": 1})),
        ("cancel", json!({"revision": 3})),
    ] {
        let reply = world.post(&format!("/v1/flow/{call}"), Some(&before.token), &body).await;
        assert_eq!((reply.status, reply.code()), (409, "stale"));
        assert_eq!(reply.body["flow"]["revision"], 2);
        assert_eq!(reply.body["flow"]["step"], "prove");
    }
}

#[tokio::test]
async fn call_gateways_get_the_recordings_and_nothing_else() {
    // TF-06, FL-12
    let world = World::new().await;
    for (path, status) in [
        ("en/prompt", 200),
        ("zh-Hans/7.wav", 200),
        ("ar/goodbye", 200),
        ("en/10", 404),
        ("EN/1", 404),
        ("en/prompt.wav.wav", 404),
        ("en/..%2F..%2Fcalls.txt", 404),
        ("..%2Fen/1", 404),
    ] {
        let reply = world.send(request("GET", &format!("/v1/sounds/{path}"), "")).await;
        assert_eq!(reply.status, status, "{path}");
        if status == 200 {
            assert_eq!(reply.headers["content-type"], "audio/wav", "{path}");
            assert!(reply.headers["content-length"].to_str().unwrap().parse::<usize>().unwrap() > 800, "{path}");
        }
    }
}
