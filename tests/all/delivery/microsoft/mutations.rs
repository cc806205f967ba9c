//! Ten thousand damaged requests, each one change away from a good one: none is taken, none is a fault of the server.

use latchkey_tests::microsoft::envelope;
use serde_json::json;

use super::Tenant;

/// Of tokens, and as many of encrypted parts.
const OF_EACH: u64 = 5_000;

/// Numbers without an end, the same in every run (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// A text with one change: a character that is another, is missing, is there twice or too many; parts that are swapped,
/// cut off, emptied or said again.
fn damaged(text: &str, dice: &mut Dice) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/= ,\"";
    let mut parts: Vec<String> = text.split('.').map(str::to_owned).collect();
    let (one, other) = (dice.below(parts.len()), dice.below(parts.len()));
    match dice.below(12) {
        0 => parts.swap(one, other),
        1 => parts[one] = String::new(),
        2 => parts[one] = parts[other].clone(),
        3 => parts.insert(one, parts[other].clone()),
        4 => drop(parts.remove(one)),
        _ => {}
    }
    let mut letters: Vec<char> = parts.join(".").chars().collect();
    if letters.is_empty() {
        return String::new();
    }
    let at = dice.below(letters.len());
    let letter = char::from(ALPHABET[dice.below(ALPHABET.len())]);
    match dice.below(5) {
        0 => drop(letters.remove(at)),
        1 => letters.insert(at, letter),
        2 => letters.truncate(at),
        3 => letters.insert(at, letters[at]),
        _ => letters[at] = letter,
    }
    letters.into_iter().collect()
}

#[tokio::test]
async fn of_ten_thousand_damaged_tokens_and_requests_none_is_taken_and_none_sends_anything() {
    let tenant = Tenant::new().await;
    let token = tenant.token();
    let sealed = tenant.sealed(&json!({}));
    let good = tenant.body(&json!({}), &json!({})).to_string();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let (mut tokens, mut requests) = (0, 0);
    while tokens < OF_EACH {
        let wrong = damaged(&token, &mut dice);
        // Blanks around it are no part of a header's value.
        if wrong.trim() == token || axum::http::HeaderValue::from_str(&wrong).is_err() {
            continue;
        }
        tokens += 1;
        let bearer = format!("Bearer {wrong}");
        let headers = [("authorization", bearer.as_str()), ("x-ms-client-request-id", "attempt")];
        let reply = tenant.post(&headers, good.clone()).await;
        assert_eq!(reply.status, 401, "{wrong}");
    }
    let bearer = format!("Bearer {token}");
    while requests < OF_EACH {
        let wrong = damaged(&sealed, &mut dice);
        if wrong == sealed {
            continue;
        }
        requests += 1;
        let attempt = format!("{requests}");
        let headers = [("authorization", bearer.as_str()), ("x-ms-client-request-id", attempt.as_str())];
        let reply = tenant.post(&headers, envelope(&wrong).to_string()).await;
        let word = reply.body["error"].as_str().unwrap_or_default();
        assert!(reply.status == 400 && ["bad_request", "decryption_failed"].contains(&word), "{wrong}");
        assert!(reply.body.get("nonce").is_none());
    }
    assert!(tenant.sent().await.is_empty());
    let (queued,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM messages").fetch_one(tenant.app.store.pool()).await.unwrap();
    assert_eq!(queued, 0);
    // The good one among them is still good.
    let headers = [("authorization", bearer.as_str()), ("x-ms-client-request-id", "attempt")];
    assert_eq!(tenant.post(&headers, good).await.status, 200);
    assert_eq!(tenant.sent().await.len(), 1);
}
