//! What is taken and sent, what is refused, in which order and with which status.

use jiff::SignedDuration;
use latchkey_tests::microsoft::{AUDIENCE, claims};
use serde_json::{Value, json};

use super::{MESSAGE, NUMBER, Sent, Tenant};

#[tokio::test]
async fn a_text_leaves_as_it_came_to_the_one_number_that_was_named() {
    // TF-04, TF-05
    let tenant = Tenant::new().await;
    let message = "  Ihr Code lautet 918273.\nCafé — „Riverton“  ";
    let body = tenant.body(&json!({}), &json!({"message": message, "locale": "de-AT", "riskContext": {"x": 1}}));
    let reply = tenant.ask("attempt-1", &body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let expected = json!({"nonce": "nonce-1", "correlationId": body["correlationId"], "providerStatus": "accepted"});
    assert_eq!(reply.body, expected);
    let text = Sent {
        kind: "text",
        to: NUMBER.to_owned(),
        language: "de".to_owned(),
        prompt: None,
        code: None,
        body: message.to_owned(),
    };
    assert_eq!(tenant.sent().await, [text]);
}

#[tokio::test]
async fn a_call_says_the_code_in_pairs_twice_after_a_key_and_in_the_persons_language() {
    // TF-06
    let tenant = Tenant::new().await;
    for (number, message, locale, hello) in [
        ("+12025550131", "Your code is 9 1 8 2 7 3. Again, your code is 9 1 8 2 7 3.", json!("en-US"), "Hello"),
        ("+12025550132", "Ihr Prüfcode für Office 365 lautet 918273", json!("de-DE"), "Guten Tag"),
        ("+12025550133", "رمز التحقق هو ٩١٨٢٧٣", json!(null), "Hello"),
    ] {
        let context = json!({"message": message, "locale": locale, "phoneNumber": number});
        let reply = tenant.ask(number, &tenant.body(&json!({"channel": "voice"}), &context)).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let sent = tenant.sent().await;
        let call = sent.last().unwrap();
        assert_eq!((call.kind, call.to.as_str()), ("call", number));
        assert_eq!(call.body.matches("9 1 … 8 2 … 7 3").count(), 2, "{}", call.body);
        assert_eq!(call.code.as_deref(), Some("918273"));
        let prompt = call.prompt.as_deref().unwrap();
        assert!(prompt.starts_with(hello) && !prompt.contains('9'), "{prompt}");
    }
}

#[tokio::test]
async fn tokens_of_both_versions_are_taken_from_microsoft_alone() {
    let tenant = Tenant::new().await;
    let now = tenant.now();
    let body = tenant.body(&json!({"mode": 2}), &json!({}));
    let (key, header) = (&tenant.key, tenant.key.header());
    for (version, audience, skew) in [(1, AUDIENCE, 0), (2, latchkey_tests::microsoft::APPLICATION, 0), (2, "", -299)] {
        let mut claims = claims(version, now);
        if !audience.is_empty() {
            claims["aud"] = json!(audience);
        }
        // Its clock may be five minutes behind ours.
        claims["exp"] = json!(claims["exp"].as_i64().unwrap() + if skew == 0 { 0 } else { skew - 3_900 });
        let bearer = format!("Bearer {}", key.token(&header, &claims).unwrap());
        assert_eq!(tenant.post(&[("authorization", &bearer)], body.to_string()).await.status, 200, "{claims}");
    }
    let application = "25ec60fa-f18d-41a4-b398-50044c90ce14";
    for (name, value, status) in [
        ("aud", json!("00000000-0000-0000-0000-000000000000"), 401),
        ("aud", json!(["other"]), 401),
        ("aud", json!(null), 401),
        ("iss", json!("https://login.microsoftonline.com/common/v2.0"), 401),
        ("iss", json!("https://sts.windows.net/00000000-0000-0000-0000-000000000000/"), 401),
        ("iss", json!(null), 401),
        ("tid", json!("00000000-0000-0000-0000-000000000000"), 401),
        ("exp", json!(now.as_second() - 300), 401),
        ("exp", json!(null), 401),
        ("exp", json!("tomorrow"), 401),
        ("exp", json!(-1), 401),
        ("nbf", json!(now.as_second() + 301), 401),
        ("azp", json!(application), 403),
        ("azp", json!(null), 403),
        ("azp", json!(""), 403),
        ("appid", json!(application), 403),
        ("roles", json!(null), 403),
        ("roles", json!([]), 403),
        ("roles", json!(["epp.invoke"]), 403),
    ] {
        let mut claims = claims(2, now);
        super::change(&mut claims, &json!({name: value}));
        let bearer = format!("Bearer {}", key.token(&header, &claims).unwrap());
        let reply = tenant.post(&[("authorization", &bearer)], body.to_string()).await;
        assert_eq!(reply.status, status, "{claims}");
        let word = if status == 401 { "unauthorized" } else { "forbidden" };
        assert_eq!((reply.body["error"].as_str(), reply.body.get("nonce")), (Some(word), None));
        assert_eq!(reply.headers.contains_key("www-authenticate"), status == 401);
    }
    assert!(tenant.sent().await.is_empty());
}

#[tokio::test]
async fn a_token_that_is_none_is_refused_before_the_body_is_looked_at() {
    let tenant = Tenant::new().await;
    let claims = claims(2, tenant.now());
    let key = &tenant.key;
    let good = tenant.token();
    let signed = |header: Value| key.token(&header, &claims).unwrap();
    let parts: Vec<&str> = good.split('.').collect();
    let stranger = latchkey_tests::microsoft::SigningKey::new("key-1").unwrap();
    for token in [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Basic {good}"),
        format!("Bearer {}.{}.", parts[0], parts[1]),
        format!("Bearer {}.{}", parts[0], parts[1]),
        format!("Bearer {good}.x"),
        format!("Bearer {}", good.repeat(8)),
        format!("Bearer {}", stranger.token(&stranger.header(), &claims).unwrap()),
        format!("Bearer {}", signed(json!({"alg": "none", "kid": "key-1"}))),
        format!("Bearer {}", signed(json!({"alg": "HS256", "kid": "key-1"}))),
        format!("Bearer {}", signed(json!({"alg": "PS256", "kid": "key-1"}))),
        format!("Bearer {}", signed(json!({"alg": "RS512", "kid": "key-1"}))),
        format!("Bearer {}", signed(json!({"alg": "RS256", "kid": "key-9"}))),
        format!("Bearer {}", signed(json!({"alg": "RS256"}))),
    ] {
        for body in ["{", ""] {
            let reply = tenant.post(&[("authorization", &token)], body).await;
            assert_eq!(reply.status, 401, "{token}");
        }
    }
    assert_eq!(tenant.post(&[], "{").await.status, 401);
    let twice = format!("Bearer {good}");
    let both = [("authorization", twice.as_str()), ("authorization", twice.as_str())];
    assert_eq!(tenant.post(&both, tenant.body(&json!({}), &json!({})).to_string()).await.status, 401);
    assert!(tenant.sent().await.is_empty());
}

#[tokio::test]
async fn bad_requests_are_refused_in_the_order_of_the_contract() {
    // Values of Microsoft's own fixture: `tests/fixtures/contract.json` in
    // Azure-Samples/ExternalPhoneProvider-AzureFunction-Sample. All of them stand in the unit tests of `envelope.rs`.
    let tenant = Tenant::new().await;
    let bearer = format!("Bearer {}", tenant.token());
    let good = tenant.body(&json!({}), &json!({}));
    let with = |changes: Value| {
        let mut body = good.clone();
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        body.to_string()
    };
    let broken =
        json!({"type": "wrong", "channel": false, "mode": null, "ttlSeconds": 0, "encryptedDeliveryContext": ""});
    for (body, error, reason) in [
        ("{".to_owned(), "bad_request", Some("invalid JSON body")),
        ("x".repeat(30_000), "bad_request", Some("invalid JSON body")),
        ("[]".to_owned(), "bad_request", Some("invalid envelope")),
        (with(broken), "bad_request", Some("unsupported envelope type")),
        (
            with(json!({"channel": 9, "mode": 9, "ttlSeconds": 0, "encryptedDeliveryContext": " "})),
            "bad_request",
            Some("encryptedDeliveryContext is required"),
        ),
        (with(json!({"channel": "1", "mode": 9, "ttlSeconds": 0})), "bad_request", Some("unsupported channel")),
        (with(json!({"mode": 9, "ttlSeconds": 0})), "bad_request", Some("unsupported mode")),
        (with(json!({"ttlSeconds": 1.5, "encryptedDeliveryContext": "x"})), "bad_request", Some("invalid ttlSeconds")),
        (with(json!({"ttlSeconds": -1, "encryptedDeliveryContext": "x"})), "bad_request", Some("ttlSeconds expired")),
        (with(json!({"encryptedDeliveryContext": "x"})), "decryption_failed", None),
        (with(json!({"encryptedDeliveryContext": "a".repeat(16_385)})), "decryption_failed", None),
    ] {
        let reply = tenant.post(&[("authorization", &bearer), ("x-ms-correlation-id", "trace-1")], body.clone()).await;
        assert_eq!((reply.status, reply.body["error"].as_str()), (400, Some(error)), "{body:.300}");
        assert_eq!(reply.body.get("reason").and_then(Value::as_str), reason, "{body:.300}");
        assert!(reply.body["requestId"].is_string() && reply.body.get("nonce").is_none(), "{}", reply.body);
        assert!(reply.body["correlationId"].is_string(), "{}", reply.body);
    }
    assert!(tenant.sent().await.is_empty());
}

#[tokio::test]
async fn only_the_published_encryption_is_opened_and_only_a_whole_context_is_taken() {
    let tenant = Tenant::new().await;
    let context = json!({"nonce": "n", "phoneNumber": NUMBER, "message": MESSAGE}).to_string();
    for (alg, enc, status) in [
        ("RSA-OAEP-256", "A256GCM", 200),
        ("RSA-OAEP", "A256GCM", 400),
        ("RSA-OAEP-256", "A128GCM", 400),
        ("RSA-OAEP-256", "A256CBC-HS512", 400),
    ] {
        let sealed = tenant.recipient.seal_as(alg, enc, context.as_bytes()).unwrap();
        let body = tenant.body(&json!({"mode": 2, "encryptedDeliveryContext": sealed}), &json!({}));
        let reply = tenant.ask("x", &body).await;
        assert_eq!(reply.status, status, "{alg} {enc}");
        assert_eq!(reply.body["error"].as_str(), (status == 400).then_some("decryption_failed"));
    }
    for changes in [
        json!({"nonce": ""}),
        json!({"nonce": 123}),
        json!({"phoneNumber": null}),
        json!({"message": " "}),
        json!({"phoneNumber": "202-555-0134"}),
        json!({"phoneNumber": [NUMBER, "+12025550135"]}),
        json!({"phoneNumber": "+12025550134\r\n+12025550135"}),
    ] {
        let reply = tenant.ask("y", &tenant.body(&json!({}), &changes)).await;
        let why = (reply.status, reply.body["error"].as_str(), reply.body["reason"].as_str());
        assert_eq!(why, (400, Some("bad_request"), Some("incomplete delivery context")), "{changes}");
    }
    let call = tenant.ask("z", &tenant.body(&json!({"channel": 2}), &json!({"message": "No code"}))).await;
    assert_eq!((call.status, call.body["reason"].as_str()), (400, Some("incomplete delivery context")));
    assert!(tenant.sent().await.is_empty());
}

#[tokio::test]
async fn an_evaluation_answers_with_the_nonce_and_sends_nothing_whatever_it_asks_for() {
    let tenant = Tenant::with(|config| config.microsoft.as_mut().unwrap().calls = false).await;
    for (envelope, context) in [
        (json!({"mode": 2}), json!({})),
        (json!({"mode": "evaluation", "channel": 2}), json!({})),
        (json!({"mode": 2}), json!({"phoneNumber": "+4930901820"})),
        (json!({"mode": 2, "channel": 2}), json!({"message": "No code", "extension": "12"})),
    ] {
        for _ in 0..10 {
            let reply = tenant.ask("one attempt", &tenant.body(&envelope, &context)).await;
            assert_eq!((reply.status, reply.body["nonce"].as_str()), (200, Some("nonce-1")), "{envelope}");
        }
    }
    assert!(tenant.sent().await.is_empty());
    // Nothing was counted, and the attempt is still to be made.
    assert_eq!(tenant.ask("one attempt", &tenant.body(&json!({}), &json!({}))).await.status, 200);
    assert_eq!(tenant.sent().await.len(), 1);
}

#[tokio::test]
async fn one_attempt_is_one_message_however_often_and_at_once_it_comes() {
    let tenant = Tenant::new().await;
    let bodies: Vec<Value> = (0..8).map(|_| tenant.body(&json!({}), &json!({}))).collect();
    let [a, b, c, d, e, f, g, h] = bodies.as_slice() else { panic!("eight") };
    let ask = |body| tenant.ask("attempt-1", body);
    let replies = tokio::join!(ask(a), ask(b), ask(c), ask(d), ask(e), ask(f), ask(g), ask(h));
    let statuses = [&replies.0, &replies.1, &replies.2, &replies.3, &replies.4, &replies.5, &replies.6, &replies.7];
    assert!(statuses.iter().all(|reply| reply.status == 200 && reply.body["nonce"] == "nonce-1"));
    assert_eq!(tenant.sent().await.len(), 1);
    tenant.clock.advance(SignedDuration::from_secs(120));
    let later = tenant.ask("attempt-1", &tenant.body(&json!({}), &json!({"nonce": "nonce-2"}))).await;
    assert_eq!((later.status, later.body["nonce"].as_str()), (200, Some("nonce-2")), "the nonce of this request");
    for changes in [json!({"phoneNumber": "+12025550135"}), json!({"message": "Code 111111"})] {
        assert_eq!(tenant.ask("attempt-1", &tenant.body(&json!({}), &changes)).await.status, 400, "{changes}");
    }
    assert_eq!(tenant.sent().await.len(), 1);
    // Without a name the nonce tells attempts apart.
    let bearer = format!("Bearer {}", tenant.token());
    for nonce in ["nonce-3", "nonce-3", "nonce-4"] {
        let body = tenant.body(&json!({}), &json!({"nonce": nonce})).to_string();
        let odd = [("authorization", bearer.as_str()), ("x-ms-client-request-id", "two words")];
        assert_eq!(tenant.post(&odd, body).await.status, 200);
    }
    assert_eq!(tenant.sent().await.len(), 3);
}

#[tokio::test]
async fn only_numbers_of_its_own_regions_and_types_are_served() {
    // TF-01, TF-13
    let tenant = Tenant::with(|config| {
        config.campus.serve = vec!["US".to_owned().try_into().unwrap(), "FR".to_owned().try_into().unwrap()];
        config.microsoft.as_mut().unwrap().serve =
            vec!["US".to_owned().try_into().unwrap(), "DE".to_owned().try_into().unwrap()];
    })
    .await;
    for (channel, number, extension, status) in [
        (1, NUMBER, json!(null), 200),
        (1, "+4915123456789", json!(null), 200),
        (2, "+4930901820", json!(null), 200),
        (1, "+4930901820", json!(null), 403),
        (1, "+33612345678", json!(null), 403),
        (1, "+19005550134", json!(null), 403),
        (2, "+881612345678", json!(null), 403),
        (2, "+97912345678", json!(null), 403),
        (2, "+12025550135", json!("4711"), 403),
    ] {
        let context = json!({"phoneNumber": number, "extension": extension});
        let reply =
            tenant.ask(&format!("{channel}{number}"), &tenant.body(&json!({"channel": channel}), &context)).await;
        assert_eq!(reply.status, status, "{channel} {number}: {}", reply.body);
        assert_eq!(reply.body["error"].as_str(), (status == 403).then_some("blocked"));
    }
    assert_eq!(tenant.sent().await.len(), 3);
    let silent = Tenant::with(|config| config.microsoft.as_mut().unwrap().texts = false).await;
    assert_eq!(silent.ask("1", &silent.body(&json!({}), &json!({}))).await.status, 403);
    assert_eq!(silent.ask("2", &silent.body(&json!({"channel": 2}), &json!({}))).await.status, 200);
}

#[tokio::test]
async fn its_budgets_are_its_own_and_are_kept_to_the_unit() {
    // TF-02, TF-14
    let tenant = Tenant::with(|config| {
        let limits = &mut config.microsoft.as_mut().unwrap().limits;
        (limits.per_number_per_ten_minutes, limits.per_prefix_per_hour, limits.per_minute) = (2, 4, 6);
    })
    .await;
    let numbers = |block: u32| (0..10).map(move |line| format!("+1202{block}{line:04}"));
    let (mut taken, mut refused) = (0, 0);
    for (at, number) in numbers(555).chain(numbers(556)).enumerate() {
        let reply = tenant.ask(&format!("{at}"), &tenant.body(&json!({}), &json!({"phoneNumber": number}))).await;
        match reply.status {
            200 => taken += 1,
            429 => {
                refused += 1;
                assert!(reply.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap() > 0);
                assert_eq!(reply.body["error"], "rate_limited");
            }
            other => panic!("{other}: {}", reply.body),
        }
    }
    assert_eq!((taken, refused), (6, 14), "four of one block, two more until the minute is spent");
    tenant.clock.advance(SignedDuration::from_secs(61));
    for (attempt, status) in [("a", 200), ("b", 200), ("b", 200), ("c", 429)] {
        let body = tenant.body(&json!({}), &json!({"phoneNumber": "+13015550134"}));
        assert_eq!(tenant.ask(attempt, &body).await.status, status, "{attempt}");
    }
    assert_eq!(tenant.sent().await.len(), 8);
}

#[tokio::test]
async fn a_message_is_not_sent_once_its_time_is_over() {
    let tenant = Tenant::new().await;
    *tenant.gateway.is_down.lock().unwrap() = true;
    for (number, ttl) in
        [("+12025550131", json!(30)), ("+12025550132", json!(2_000_000_000)), ("+12025550133", json!(null))]
    {
        let body = tenant.body(&json!({"ttlSeconds": ttl}), &json!({"phoneNumber": number}));
        assert_eq!(tenant.ask(number, &body).await.status, 200, "the answer waits for no gateway");
    }
    assert!(tenant.sent().await.is_empty());
    *tenant.gateway.is_down.lock().unwrap() = false;
    tenant.clock.advance(SignedDuration::from_secs(31));
    let mut sent: Vec<String> = tenant.sent().await.into_iter().map(|sent| sent.to).collect();
    sent.sort();
    assert_eq!(sent, ["+12025550132", "+12025550133"]);
    *tenant.gateway.is_down.lock().unwrap() = true;
    let body = tenant.body(&json!({"ttlSeconds": 2_000_000_000}), &json!({"phoneNumber": "+12025550136"}));
    assert_eq!(tenant.ask("long", &body).await.status, 200);
    tenant.sent().await;
    *tenant.gateway.is_down.lock().unwrap() = false;
    tenant.clock.advance(SignedDuration::from_secs(601));
    assert_eq!(tenant.sent().await.len(), 2, "no code lives longer than ten minutes");
    let (rows,): (i64,) = sqlx::query_as("SELECT count(*) FROM messages WHERE sealed_to IS NOT NULL")
        .fetch_one(tenant.app.store.pool())
        .await
        .unwrap();
    assert_eq!(rows, 0, "neither number nor text is kept");
}
