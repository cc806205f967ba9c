//! Keys that change while the server runs: those that Microsoft signs with, and those that it encrypts to.

use axum::http::StatusCode;
use jiff::SignedDuration;
use latchkey_tests::microsoft::{Recipient, SigningKey, claims, envelope};
use serde_json::{Value, json};

use super::{MESSAGE, NUMBER, Reply, Tenant, start};

impl Tenant {
    /// An evaluation with a token that this key has signed.
    async fn signed_by(&self, key: &SigningKey) -> Reply {
        let bearer = format!("Bearer {}", key.token(&key.header(), &claims(2, self.now())).unwrap());
        let body = self.body(&json!({"mode": 2}), &json!({}));
        self.post(&[("authorization", &bearer)], body.to_string()).await
    }
}

#[tokio::test]
async fn a_key_that_is_rolled_over_while_the_server_runs_is_taken_at_once_and_the_old_one_no_longer() {
    let tenant = Tenant::new().await;
    let (old, new) = (&tenant.key, SigningKey::new("key-2").unwrap());
    assert_eq!(tenant.signed_by(old).await.status, 200);
    assert_eq!(tenant.published.asked(), 1, "fetched for the first token, and kept");
    assert_eq!(tenant.signed_by(old).await.status, 200);
    assert_eq!(tenant.published.asked(), 1);
    // Both are published for a while.
    tenant.published.publish(&[old, &new]);
    tenant.clock.advance(SignedDuration::from_secs(10));
    assert_eq!(tenant.signed_by(&new).await.status, 200);
    assert_eq!((tenant.signed_by(old).await.status, tenant.published.asked()), (200, 2));
    // Then one is withdrawn; the next unknown key brings the news.
    tenant.published.publish(&[&new]);
    tenant.clock.advance(SignedDuration::from_secs(10));
    assert_eq!(tenant.signed_by(&SigningKey::new("key-3").unwrap()).await.status, 401);
    assert_eq!((tenant.signed_by(old).await.status, tenant.signed_by(&new).await.status), (401, 200));
}

#[tokio::test]
async fn unknown_keys_make_the_server_ask_microsoft_once_in_ten_seconds_and_no_more() {
    let tenant = Tenant::new().await;
    let now = tenant.now();
    assert_eq!(tenant.signed_by(&tenant.key).await.status, 200);
    for round in 0..3 {
        tenant.clock.advance(SignedDuration::from_secs(10));
        for name in 0..50 {
            let header = json!({"alg": "RS256", "kid": format!("{round}-{name}")});
            let bearer = format!("Bearer {}", tenant.key.token(&header, &claims(2, now)).unwrap());
            assert_eq!(tenant.post(&[("authorization", &bearer)], "{}").await.status, 401);
        }
        assert_eq!(tenant.published.asked(), 2 + round);
        assert_eq!(tenant.signed_by(&tenant.key).await.status, 200, "nobody else waits for it");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_fetched_leave_the_old_ones_and_without_any_nothing_is_judged() {
    let tenant = Tenant::new().await;
    let stranger = SigningKey::new("key-2").unwrap();
    for (status, body) in [
        (StatusCode::SERVICE_UNAVAILABLE, json!({})),
        (StatusCode::FOUND, json!({})),
        (StatusCode::OK, json!("<html>")),
        (StatusCode::OK, json!({"keys": []})),
        (StatusCode::OK, json!({"keys": ["x".repeat(300_000)]})),
    ] {
        tenant.published.answer(status, body);
        // 502, since nobody can tell yet whether it is Microsoft.
        let reply = tenant.signed_by(&tenant.key).await;
        assert_eq!((reply.status, reply.body["error"].as_str()), (502, Some("provider_unavailable")));
        tenant.clock.advance(SignedDuration::from_secs(10));
    }
    tenant.published.publish(&[&tenant.key]);
    assert_eq!(tenant.signed_by(&tenant.key).await.status, 200);
    tenant.published.answer(StatusCode::SERVICE_UNAVAILABLE, json!({}));
    tenant.clock.advance(SignedDuration::from_secs(10));
    assert_eq!(tenant.signed_by(&stranger).await.status, 401);
    assert_eq!(tenant.signed_by(&tenant.key).await.status, 200);
}

#[tokio::test]
async fn two_certificates_are_valid_at_once_and_a_third_is_not() {
    let (first, second, third) = (folder(), folder(), folder());
    let new = |folder: &tempfile::TempDir| Recipient::new(folder.path(), start()).unwrap();
    let (old, third) = (new(&first), new(&third));
    let next = new(&second);
    let files = next.files.clone();
    let tenant = Tenant::encrypting_to(old, first, |config| {
        config.microsoft.as_mut().unwrap().certificates.push(files);
    })
    .await;
    let context = |number: &str| json!({"nonce": "n", "phoneNumber": number, "message": MESSAGE});
    for (number, recipient, status) in
        [(NUMBER, &tenant.recipient, 200), ("+12025550135", &next, 200), ("+12025550136", &third, 400)]
    {
        let body: Value = envelope(&recipient.seal(&context(number)).unwrap());
        assert_eq!(tenant.ask(number, &body).await.status, status, "{number}");
    }
    // A request that names the one and is encrypted to the other.
    let sealed = tenant.recipient.seal(&context("+12025550137")).unwrap();
    let other = next.seal(&context("+12025550137")).unwrap();
    let (header, _) = other.split_once('.').unwrap();
    let (_, rest) = sealed.split_once('.').unwrap();
    let mixed = envelope(&format!("{header}.{rest}"));
    let reply = tenant.ask("mixed", &mixed).await;
    assert_eq!((reply.status, reply.body["error"].as_str()), (400, Some("decryption_failed")));
    assert_eq!(tenant.sent().await.len(), 2);
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[tokio::test]
async fn certificates_that_are_replaced_are_read_again_without_a_restart_and_broken_ones_change_nothing() {
    // ADR 23: the procedure of every year
    let tenant = Tenant::new().await;
    let elsewhere = tempfile::tempdir().unwrap();
    let new = Recipient::new(elsewhere.path(), start()).unwrap();
    let context = json!({"nonce": "nonce-1", "phoneNumber": NUMBER, "message": MESSAGE, "locale": "en-US"});
    let by = async |recipient: &Recipient, attempt: &str| {
        tenant.ask(attempt, &envelope(&recipient.seal(&context).unwrap())).await.status
    };
    let (old, files) = (&tenant.recipient, &tenant.recipient.files);
    assert_eq!((by(old, "a").await, by(&new, "b").await), (200, 400));
    // One file after the other is written, as an operator does: halfway they do not go together.
    std::fs::copy(&new.files.certificate, &files.certificate).unwrap();
    tenant.clock.advance(SignedDuration::from_secs(10));
    assert_eq!((by(old, "c").await, by(&new, "d").await), (200, 400), "the old one stays");
    std::fs::copy(&new.files.key, &files.key).unwrap();
    assert_eq!((by(old, "e").await, by(&new, "f").await), (200, 400), "the files are not looked at for each request");
    tenant.clock.advance(SignedDuration::from_secs(10));
    assert_eq!((by(old, "g").await, by(&new, "h").await), (400, 200));
    std::fs::remove_file(&files.key).unwrap();
    tenant.clock.advance(SignedDuration::from_secs(10));
    assert_eq!(by(&new, "i").await, 200, "the last good ones stay");
}
