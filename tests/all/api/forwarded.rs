//! Where a request says that it comes from: believed from a proxy of the campus alone, and never a way around a limit or
//! past a check (OT-07).

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request};
use latchkey_server::config::{Config, Listener};
use latchkey_tests::puzzle;
use serde_json::{Value, json};

use super::world::{Reply, World};

const PROXY: &str = "10.0.0.7";
const CHEAP: u64 = 20;
const DEAR: u64 = 2000;

/// A campus with a proxy, at which each address may start three flows before a human check is as dear as it gets.
async fn world() -> World {
    World::with(|config: &mut Config| {
        config.listener = Some(Listener {
            address: ([127, 0, 0, 1], 0).into(),
            certificate: "certificate.pem".into(),
            key: "key.pem".into(),
            proxies: vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()],
            public_url: None,
        });
        config.limits.starts_per_source = 3;
        (config.limits.human_check_work, config.limits.human_check_work_at_most) = (CHEAP, DEAR);
    })
    .await
}

/// A header as somebody has written it.
type Header<'a> = (&'a str, &'a [u8]);

async fn post(world: &World, peer: &str, headers: &[Header<'_>], path: &str, body: &Value) -> Reply {
    let mut request = Request::post(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, HeaderValue::from_bytes(value).unwrap());
    }
    let mut request = request.body(Body::from(body.to_string())).unwrap();
    let peer: IpAddr = peer.parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4711))));
    world.send_alone(request).await
}

async fn check(world: &World, peer: &str, headers: &[Header<'_>]) -> Value {
    let reply = post(world, peer, headers, "/v1/human-checks", &json!({"kind": "proof_of_work"})).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    reply.body
}

async fn cost(world: &World, peer: &str, headers: &[Header<'_>]) -> u64 {
    check(world, peer, headers).await["puzzle"]["max_number"].as_u64().unwrap()
}

async fn start(world: &World, peer: &str, headers: &[Header<'_>]) {
    let solved = puzzle::solved(&check(world, peer, headers).await).unwrap();
    let body = json!({"intent": "reset", "account": "ada", "human_check": solved});
    let reply = post(world, peer, headers, "/v1/flows", &body).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
}

#[tokio::test]
async fn a_stranger_is_counted_at_their_own_address_whatever_they_write() {
    // OT-07, CVE-2024-47070
    let world = world().await;
    let (stranger, victim) = ("203.0.113.9", "198.51.100.7");
    let forged: [&[Header<'_>]; 4] = [
        &[("x-forwarded-for", b"198.51.100.7")],
        &[("forwarded", b"for=198.51.100.7"), ("x-forwarded-for", b"198.51.100.7")],
        &[("x-forwarded-for", b"10.0.0.7, 198.51.100.7"), ("x-forwarded-for", b"10.0.0.8")],
        &[("x-real-ip", b"198.51.100.7"), ("forwarded", b"for=\"[2001:db8::7]:80\", for=10.0.0.7")],
    ];
    for headers in forged {
        start(&world, stranger, headers).await;
    }
    for headers in forged {
        assert_eq!(cost(&world, stranger, headers).await, DEAR);
    }
    assert_eq!(cost(&world, victim, &[]).await, CHEAP);
    assert_eq!(cost(&world, PROXY, &[("x-forwarded-for", victim.as_bytes())]).await, CHEAP);
}

#[tokio::test]
async fn behind_a_proxy_each_is_counted_by_what_the_proxy_has_seen() {
    // OT-07
    let world = world().await;
    let of = |value: &'static [u8]| [("x-forwarded-for", value)];
    // What stands before the proxy's own word was written by whoever sent the request.
    for written in
        [&b"198.51.100.7"[..], b"192.0.2.1, 198.51.100.7", b"junk\xff, 198.51.100.7, 10.1.1.1", b"[::1,198.51.100.7"]
    {
        start(&world, PROXY, &[("x-forwarded-for", written)]).await;
    }
    assert_eq!(cost(&world, PROXY, &of(b"198.51.100.7")).await, DEAR);
    assert_eq!(cost(&world, "::ffff:10.0.0.7", &of(b"198.51.100.7")).await, DEAR, "the same proxy");
    assert_eq!(cost(&world, "fd00::1", &of(b"198.51.100.7")).await, DEAR, "another proxy");
    assert_eq!(cost(&world, PROXY, &of(b"192.0.2.1")).await, CHEAP);
    // One subscriber of IPv6 is one source, the neighbour another.
    for last in [&b"2001:db8:1:2::1"[..], b"2001:db8:1:2:ffff::2", b"[2001:db8:1:2::3]:4711"] {
        start(&world, PROXY, &[("x-forwarded-for", last)]).await;
    }
    assert_eq!(cost(&world, PROXY, &of(b"2001:db8:1:2::9")).await, DEAR);
    assert_eq!(cost(&world, PROXY, &of(b"2001:db8:1:3::9")).await, CHEAP);
}

#[tokio::test]
async fn ten_thousand_requests_with_headers_of_anybodys_making_are_answered_and_counted_where_they_are_from() {
    // OT-07: 0 responses 5xx, 0 skipped checks
    let world = world().await;
    for _ in 0..3 {
        start(&world, "203.0.113.9", &[]).await;
    }
    let pieces: [&[u8]; 16] = [
        b",",
        b"for=",
        b"\"",
        b"10.0.0.1",
        b"1.2.3.4",
        b"[::1]",
        b";",
        b"=",
        b" ",
        b"unknown",
        b"\xe9",
        b"9999",
        b":",
        b"\xff",
        b"_hidden",
        b"\t",
    ];
    let names = ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host", "x-client-ip"];
    let mut seed = 1_u32;
    let mut random = |below: usize| {
        // xorshift32: what is tried is the same at each run.
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        usize::try_from(seed).unwrap() % below
    };
    for round in 0..10_000 {
        let mut headers = Vec::new();
        for _ in 0..=random(3) {
            let value: Vec<u8> = (0..random(12)).flat_map(|_| pieces[random(pieces.len())].to_vec()).collect();
            headers.push((names[random(names.len())], value));
        }
        let headers: Vec<Header<'_>> = headers.iter().map(|(name, value)| (*name, value.as_slice())).collect();
        if round % 2 == 0 {
            assert_eq!(cost(&world, "203.0.113.9", &headers).await, DEAR, "{headers:?}");
        } else {
            // Of a proxy whatever it says is read, and no check is passed without its answer.
            let body = json!({"intent": "reset", "account": "ada", "human_check": {"id": "x", "answer": "1"}});
            let reply = post(&world, PROXY, &headers, "/v1/flows", &body).await;
            assert_eq!((reply.status, reply.code()), (422, "human_check_failed"), "{headers:?}");
        }
    }
}
