//! Templates, what is filled into them, and what answers mean.

mod hostile;

use std::time::Duration;

use secrecy::SecretString;

use super::*;
use crate::Kind;
use crate::web::{Answered, HeaderMap, StatusCode};

fn message(to: &str, body: &str) -> Message {
    Message {
        id: "m-1".to_owned(),
        at: "2026-11-28T10:00:00Z".parse().expect("a time"),
        expires_at: "2026-11-28T10:04:30Z".parse().expect("a time"),
        attempt: 1,
        kind: Kind::Text,
        to: to.to_owned().into(),
        region: None,
        language: "ar-EG".to_owned(),
        subject: String::new(),
        prompt: Some("press".to_owned()),
        body: body.to_owned().into(),
        code: None,
    }
}

fn values<'a>(message: &'a Message, asks: &'a Asks, secrets: &'a BTreeMap<String, SecretString>) -> Values<'a> {
    Values {
        to: message.to.expose_secret(),
        body: &message.body,
        prompt: message.prompt.as_deref().unwrap_or_default(),
        code: message.code.as_ref(),
        subject: &message.subject,
        id: &message.id,
        language: &message.language,
        sender: asks.sender(&message.language),
        lasts: lasts(message),
        report_url: "https://reset.campus.example/r",
        secrets,
    }
}

fn url(url: &str) -> Settings {
    Settings { url: url.to_owned(), ..Settings::default() }
}

fn with_query(query: &str) -> Settings {
    url(&format!("https://gw.example/send?{query}"))
}

fn with_json(json: &str) -> Settings {
    Settings { json: Some(json.to_owned()), ..url("https://gw.example/send") }
}

fn with_form(pairs: &[(&str, &str)]) -> Settings {
    let form = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings { form: Some(form), ..url("https://gw.example/send") }
}

fn request(settings: &Settings, message: &Message) -> Request {
    let asks = settings.asks().expect("templates");
    let secrets = BTreeMap::from([("key".to_owned(), SecretString::from("k&y=1/ü"))]);
    asks.request(&values(message, &asks, &secrets)).expect("a request")
}

#[test]
fn each_value_is_written_as_its_place_demands() {
    let sent = message("+12025550134", "a&b=c \"d\"\n€ é");
    let by_query = request(&with_query("a=1&to={to}&t={body}&n={to_digits}&x={{}}"), &sent);
    assert_eq!(
        by_query.url.as_str(),
        "https://gw.example/send?a=1&to=%2B12025550134&t=a%26b%3Dc%20%22d%22%0A%E2%82%AC%20%C3%A9&n=12025550134&x={}"
    );
    let by_form = request(&with_form(&[("To & fro", "{to}"), ("Body", "[{body}]")]), &sent);
    assert_eq!(
        String::from_utf8(by_form.body).expect("text"),
        "Body=[a%26b%3Dc%20%22d%22%0A%E2%82%AC%20%C3%A9]&To%20%26%20fro=%2B12025550134"
    );
    let json = r#"{"to": ["{to}"], "text": "{body}", "ttl": "{number:expires_seconds}", "sure": true, "id": "x-{id}"}"#;
    let by_json = request(&with_json(json), &sent);
    let read: serde_json::Value = serde_json::from_slice(&by_json.body).expect("JSON");
    let expected = serde_json::json!(
        {"to": ["+12025550134"], "text": "a&b=c \"d\"\n€ é", "ttl": 270, "sure": true, "id": "x-m-1"}
    );
    assert_eq!(read, expected);
    assert_eq!(by_json.headers["content-type"], "application/json");
    let by_path =
        Settings { text: Some("{body}".to_owned()), ..url("https://gw.example/n/{to}/{id}?k={expires_minutes}") };
    let by_path = request(&by_path, &sent);
    assert_eq!(by_path.url.as_str(), "https://gw.example/n/%2B12025550134/m-1?k=5");
    assert_eq!(by_path.body, sent.body.expose_secret().as_bytes());
}

#[test]
fn secrets_and_senders_are_filled_in_by_name_and_language() {
    let mut settings = with_query("to={to}&text={body}&key={secret:key}&from={sender}");
    settings.secrets.insert("key".to_owned(), SecretFile::new("/nowhere".into()));
    settings.sender = Some("Riverton".to_owned());
    settings.senders.insert("ar".to_owned(), "Riverton AR".to_owned());
    settings.check().expect("it can be used");
    let sent = request(&settings, &message("+12025550134", "x"));
    assert!(sent.url.as_str().ends_with("&key=k%26y%3D1%2F%C3%BC&from=Riverton%20AR"), "{}", sent.url);
    // Where it stands in a header, it must be one.
    let headers = Settings { headers: [("x-key".to_owned(), "{secret:key}".to_owned())].into(), ..settings };
    let asks = headers.asks().expect("templates");
    let secrets = BTreeMap::from([("key".to_owned(), SecretString::from("two\nlines"))]);
    let sent = message("+12025550134", "x");
    let error = asks.request(&values(&sent, &asks, &secrets)).err().expect("no header");
    assert_eq!(error.to_string(), "header x-key: what is filled in is not one line of ASCII");
}

#[test]
fn a_configuration_that_can_never_work_says_where() {
    let both = Settings { text: Some("{body}".to_owned()), ..with_form(&[("to", "{to}")]) };
    let get = Settings { method: Verb::Get, ..with_form(&[("to", "{to}"), ("t", "{body}")]) };
    let accounts = Settings {
        bearer: Some(SecretFile::new("x".into())),
        headers: [("Authorization".to_owned(), "x".to_owned())].into(),
        ..with_query("to={to}&t={body}")
    };
    let header = |name: &str, value: &str| Settings {
        headers: [(name.to_owned(), value.to_owned())].into(),
        ..with_query("to={to}&t={body}")
    };
    let check = |check: &str| Settings { check: Some(check.to_owned()), ..with_query("to={to}&t={body}") };
    let rule = |toml: serde_json::Value| Settings {
        answer: vec![serde_json::from_value(toml).expect("a rule")],
        ..with_query("to={to}&t={body}")
    };
    let report = |toml: serde_json::Value| Settings {
        report: vec![serde_json::from_value(toml).expect("a rule")],
        ..with_query("to={to}&t={body}")
    };
    let idle = Settings {
        secrets: [("key".to_owned(), SecretFile::new("x".into()))].into(),
        ..with_query("to={to}&t={body}")
    };
    for (settings, said) in [
        (
            with_query("to={too}&t={body}"),
            "url, behind the ?: at character 4: {too} is no placeholder; there are {to},",
        ),
        (with_query("to={to&t={body}"), "url, behind the ?: at character 4: a brace without its partner"),
        (with_query("to={to}}&t={body}"), "url, behind the ?: at character 8: a brace"),
        (with_query("t={body}"), "no placeholder for the recipient"),
        (with_query("to={to}"), "no placeholder for the text"),
        (with_query("to={to}&t={body}&s={sender}"), "{sender} stands for nothing"),
        (with_query("to={to}&t={body}&r={report_url}"), "{report_url} and report belong together"),
        (report(serde_json::json!({"means": "failed", "equals": ["1"]})), "report: a rule needs either"),
        (report(serde_json::json!({"means": "failed", "field": "s", "equals": []})), "report: a rule needs equals"),
        (report(serde_json::json!({"means": "failed", "field": "s", "equals": ["1"]})), "belong together"),
        (with_query("to={to}&t={body}&s={secret:key}"), "{secret:key} stands for nothing"),
        (idle, "secrets: key stands nowhere"),
        (url("https://gw.example/{body}?to={to}"), "url: at character 20: {body} does not stand here"),
        (url("https://{to}.example/?t={body}"), "url: no address"),
        (url("https://gw.example:{to}/?t={body}"), "url: no address"),
        (url("gw.example/?to={to}&t={body}"), "url: no address"),
        (url("http://gw.example/?to={to}&t={body}"), "http sends codes and passwords in the clear"),
        (url("https://a:b@gw.example/?to={to}&t={body}"), "without a name, a password"),
        (header("x-text", "{body}"), "headers.x-text: at character 1: {body} does not stand here"),
        (header("x text", "x"), "headers.x text: no name of a header"),
        (with_json("{\"to\": \"{to}\", \"t\": \"{body}\""), "json: is no JSON: EOF"),
        (with_json("{\"to\": [\"{to}\"], \"a\": [1, \"{boddy}\"]}"), "json: at /a/1: at character 1: {boddy}"),
        (with_json("{\"to\": \"{number:to}\", \"t\": \"{body}\"}"), "json: at /to: {number:…} stands alone"),
        (Settings { text: Some("hello {to}".to_owned()), ..url("https://gw.example/") }, "text: at character 7"),
        (both, "at most one of form, json and text"),
        (get, "none with GET"),
        (accounts, "at most one of basic and bearer"),
        (check("https://other.example/"), "check: an address of the same origin"),
        (rule(serde_json::json!({"means": "accepted"})), "a rule needs a status"),
        (rule(serde_json::json!({"means": "later", "pointer": "a", "equals": ["x"]})), "a pointer begins with /"),
        (rule(serde_json::json!({"means": "later", "pointer": "/a"})), "pointer and equals belong together"),
        (Settings { idempotent: true, ..with_query("to={to}&t={body}") }, "idempotent: only where {id}"),
        (Settings { timeout_seconds: Some(9), ..with_query("to={to}&t={body}") }, "timeout_seconds: 1 to 8"),
        (Settings { sender: Some("é".to_owned()), ..with_query("to={to}&t={body}") }, "sender \"é\": 1 to 32"),
    ] {
        let error = settings.check().expect_err(said);
        assert!(error.to_string().contains(said), "{error}\n  has not: {said}");
    }
}

fn answered(status: u16, body: &str, whole: bool) -> Answered {
    let status = StatusCode::from_u16(status).expect("a status");
    Answered { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec(), whole }
}

/// What came of a message, in one word, and what is known beside.
fn came(reading: &Reading, answered: &Answered) -> (&'static str, Option<String>) {
    match reading.of(answered, jiff::Timestamp::UNIX_EPOCH, "+12025550134") {
        Ok(accepted) => ("accepted", accepted.provider_id),
        Err(NotSent::Refused(cause)) => ("refused", Some(cause.to_string())),
        Err(NotSent::TryAgain { after, .. }) => ("later", after.map(|after| after.as_secs().to_string())),
        Err(NotSent::AnswerLost(_)) => ("lost", None),
    }
}

#[test]
fn without_a_rule_the_status_says_what_came_of_a_message() {
    for (status, means) in [
        (200, "accepted"),
        (202, "accepted"),
        (400, "later"),
        (401, "later"),
        (408, "later"),
        (429, "later"),
        (500, "lost"),
        (502, "lost"),
        (503, "later"),
        (504, "lost"),
        (599, "lost"),
    ] {
        assert_eq!(came(&Reading::default(), &answered(status, "", true)).0, means, "{status}");
        assert_eq!(came(&Reading::default(), &answered(status, "ha", false)).0, means, "{status} and half a body");
    }
}

#[test]
fn the_first_rule_that_fits_decides_and_what_it_cannot_see_is_lost() {
    let rule = |rule| serde_json::from_value(rule).expect("a rule");
    let reading = Reading {
        rules: vec![
            rule(
                serde_json::json!({"means": "accepted", "status": ["200"], "pointer": "/m/0/status", "equals": ["0"]}),
            ),
            rule(serde_json::json!({"means": "refused", "pointer": "/m/0/status", "equals": ["6", "7"]})),
            rule(serde_json::json!({"means": "later", "contains": "busy"})),
            rule(serde_json::json!({"means": "refused", "status": ["410"]})),
        ],
        id: Some(Id::Pointer("/m/0/id".to_owned())),
        reason: Some("/m/0/text".to_owned()),
        retry_after: Some("/wait".to_owned()),
    };
    let id = |id: &str| Some(id.to_owned());
    for (status, body, means) in [
        (200, r#"{"m": [{"status": "0", "id": "0C1"}]}"#, ("accepted", id("0C1"))),
        (200, r#"{"m": [{"status": 0, "id": 17}]}"#, ("accepted", id("17"))),
        (200, "\u{feff}{\"m\": [{\"status\": \"0\"}]}", ("accepted", None)),
        (200, r#"{"m": [{"status": "0", "id": "two words"}]}"#, ("accepted", None)),
        (200, r#"{"m": [{"status": "6"}]}"#, ("refused", id("the gateway answered 200"))),
        (400, r#"{"m": [{"status": "7", "text": "barred ü"}]}"#, ("refused", id("the gateway answered 400 (barred )"))),
        // What repeats the number is not shown.
        (400, r#"{"m": [{"status": "7", "text": "no +12025550134"}]}"#, ("refused", id("the gateway answered 400"))),
        (200, r#"{"m": [], "x": "busy", "wait": 40}"#, ("later", id("40"))),
        (410, "", ("refused", id("the gateway answered 410"))),
        // An answer of success that none of the rules knows.
        (200, "<html>welcome</html>", ("lost", None)),
        (204, "", ("lost", None)),
        (400, r#"{"m": [{"status": "99"}]}"#, ("later", None)),
    ] {
        assert_eq!(came(&reading, &answered(status, body, true)), means, "{status} {body}");
    }
    assert_eq!(came(&reading, &answered(200, r#"{"m": [{"status": "0", "#, false)).0, "lost");
    assert_eq!(came(&reading, &answered(400, "busy", false)).0, "lost");
}

#[test]
fn the_id_of_a_provider_is_found_behind_a_word() {
    let reading = Reading { id: Some(Id::After("ID:".to_owned())), ..Reading::default() };
    for (body, found) in [
        ("OK ID: 8f-17, queued", Some("8f-17")),
        ("ID:\"x\"", None),
        ("<p>ID: 5</p>", Some("5")),
        ("nothing", None),
        ("ID:", None),
    ] {
        assert_eq!(came(&reading, &answered(200, body, true)).1.as_deref(), found, "{body}");
    }
}

#[test]
fn texts_that_a_gateway_does_not_carry_are_known_before_it_is_asked() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let settings = Settings { characters: Characters::Gsm, longest: Some(20), ..with_query("to={to}&t={body}") };
    let gateway = Http::open(&settings, None).expect("a gateway");
    for (body, carried) in [("31415926 is your code", false), ("Ihr Code: 31415926", true), ("رمزك 31415926", false)]
    {
        assert_eq!(gateway.carries(&message("+12025550134", body)), carried, "{body}");
    }
}

#[tokio::test]
async fn what_is_no_single_recipient_is_refused_before_anything_is_asked() {
    // TF-05
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let gateway = Http::open(&with_query("to={to}&t={body}"), None).expect("a gateway");
    for to in ["+12025550134,+12025550135", "+12025550134 +12025550135", "+12025550134%20", "12025550134", ""] {
        assert!(matches!(gateway.send(&message(to, "x")).await, Err(NotSent::Refused(_))), "{to}");
    }
}

#[test]
fn a_time_that_is_over_is_never_forever() {
    let mut late = message("+12025550134", "x");
    late.expires_at = late.at.saturating_sub(Duration::from_secs(5)).expect("a time");
    let request = request(&with_query("to={to}&t={body}&s={expires_seconds}&m={expires_minutes}"), &late);
    assert!(request.url.as_str().ends_with("&s=1&m=1"), "{}", request.url);
}

#[test]
fn calls_go_only_where_a_key_is_waited_for_and_the_code_can_be_played() {
    // TF-06
    let json = r#"{"to": "{to}", "ask": "{prompt}", "then": "{body}", "play": "{code}"}"#;
    let calls = [Kind::Call];
    let waits = Settings { waits_for_key: true, ..with_json(json) };
    assert_eq!(waits.fault_of_kinds(&calls), None);
    let fault = with_json(json).fault_of_kinds(&calls).expect("nobody has said that it waits");
    assert!(fault.contains("waits_for_key"), "{fault}");
    let silent = Settings { waits_for_key: true, ..with_query("to={to}&text={body}") };
    assert!(silent.fault_of_kinds(&calls).expect("nothing is said before").contains("{prompt}"));
    assert_eq!(with_query("to={to}&text={body}").fault_of_kinds(&[Kind::Text]), None);
    let mut call = message("+12025550134", "Your code is: 3 1");
    call.kind = Kind::Call;
    call.code = Some("31".to_owned().into());
    let body: serde_json::Value = serde_json::from_slice(&request(&waits, &call).body).expect("JSON");
    assert_eq!((body["play"].as_str(), body["ask"].as_str()), (Some("31"), Some("press")));
}
