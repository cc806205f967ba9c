//! Whatever stands in a message: nothing leaves its place, and each goes to one number (TF-05).

use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;

use super::*;

/// Characters that mean something in an address, a form, JSON or a header, and some that only look like it.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("&".to_owned()),
        Just("=".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("\r\n".to_owned()),
        Just("%0a".to_owned()),
        Just("%26to%3D".to_owned()),
        Just("#".to_owned()),
        Just("?".to_owned()),
        Just("/../".to_owned()),
        Just("{to}".to_owned()),
        Just("{secret:key}".to_owned()),
        Just("}}{{".to_owned()),
        Just("\",\"to\":[\"+12025550199\"],\"x\":\"".to_owned()),
        Just("&to=%2B12025550199".to_owned()),
        Just("+12025550199".to_owned()),
        Just(",;".to_owned()),
        Just("\0".to_owned()),
        Just("\u{2028}".to_owned()),
        Just("＆".to_owned()),
        any::<char>().prop_map(String::from),
        "[ -~]{0,8}",
    ];
    proptest::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

/// Shapes of a request, with the places where the recipient stands in them.
fn shapes() -> [Settings; 4] {
    let by_path = Settings {
        form: Some([("text".to_owned(), "{body}{prompt}".to_owned())].into()),
        ..url("https://gw.example/v1/{to}/send?x={language}&id={id}")
    };
    let by_header = Settings {
        headers: [("x-to".to_owned(), "{to}".to_owned())].into(),
        text: Some("{body}".to_owned()),
        ..url("https://gw.example/send")
    };
    let json = r#"{"to": ["{to}"], "content": {"text": "{body}", "say": "{prompt}"}, "ref": "{id}"}"#;
    [with_query("to={to}&text={body}&say={prompt}&ref={id}"), with_json(json), by_path, by_header]
}

static SHAPES: std::sync::LazyLock<[Asks; 4]> =
    std::sync::LazyLock::new(|| shapes().map(|settings| settings.asks().expect("templates")));

/// Everything in a request that a server could take for a recipient.
fn recipients(request: &Request) -> Vec<String> {
    let pairs = |text: &[u8]| -> Vec<String> {
        let pairs = form_urlencoded::parse(text).filter(|(name, _)| name == "to");
        pairs.map(|(_, value)| value.into_owned()).collect()
    };
    let mut found = pairs(request.url.query().unwrap_or_default().as_bytes());
    match request.headers.get("content-type").and_then(|kind| kind.to_str().ok()) {
        Some("application/json") => {
            let body: serde_json::Value = serde_json::from_slice(&request.body).expect("JSON");
            assert_eq!(
                body.as_object().map(|body| body.keys().map(String::as_str).collect()),
                Some(vec!["content", "ref", "to"])
            );
            found.extend(
                body["to"].as_array().expect("a list").iter().map(|to| to.as_str().expect("a text").to_owned()),
            );
        }
        Some("application/x-www-form-urlencoded") => {
            assert_eq!(form_urlencoded::parse(&request.body).count(), 1);
            found.extend(pairs(&request.body));
        }
        _ => {}
    }
    let segments: Vec<&str> = request.url.path().split('/').collect();
    if let ["", "v1", to, "send"] = segments.as_slice() {
        found.push(to.replace("%2B", "+"));
    }
    found.extend(request.headers.get_all("x-to").iter().map(|to| to.to_str().expect("text").to_owned()));
    found
}

/// Fills in what is hostile everywhere that a person or an attacker could reach, and looks who would get the message.
fn goes_to_one(body: &str, prompt: &str, id: &str, language: &str) {
    let mut sent = message("+12025550134", body);
    sent.prompt = Some(prompt.to_owned());
    sent.id = id.to_owned();
    sent.language = language.to_owned();
    for asks in SHAPES.iter() {
        let nothing = BTreeMap::new();
        match asks.request(&values(&sent, asks, &nothing)) {
            Ok(request) => {
                assert_eq!(request.url.host_str(), Some("gw.example"));
                assert_eq!(recipients(&request), ["+12025550134"], "{}", request.url);
            }
            // A request that cannot be made is sent to nobody.
            Err(error) => assert!(error.is::<Trouble>(), "{error}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    /// TF-05: whatever a message says, there is exactly one recipient, and it is the stored one.
    #[test]
    fn nothing_leaves_its_place(body in hostile(), prompt in hostile(), id in hostile(), language in hostile()) {
        static SO_FAR: AtomicU32 = AtomicU32::new(0);
        goes_to_one(&body, &prompt, &id, &language);
        seen("messages that went to the stored recipient alone, or nowhere", &SO_FAR);
    }

    /// TF-05: whatever a recipient is, it is one number, or nothing is sent.
    #[test]
    fn a_recipient_is_one_number_or_none(to in hostile(), in_front in any::<bool>()) {
        let to = if in_front { format!("+12025550134{to}") } else { to };
        let sent = message(&to, "31415926");
        let digits = to.strip_prefix('+').unwrap_or_default();
        let is_number = (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        static SO_FAR: AtomicU32 = AtomicU32::new(0);
        prop_assert_eq!(recipient::of(&sent).is_ok(), is_number);
        seen("recipients that were one number, or refused", &SO_FAR);
    }
}

/// Says with the last case how many there were.
fn seen(what: &str, so_far: &AtomicU32) {
    if so_far.fetch_add(1, Ordering::Relaxed) + 1 == cases() {
        println!("figure: {what} = {}", cases());
    }
}

/// Some in every run; `LATCHKEY_FUZZ=100000` for as many as the threat asks for.
fn cases() -> u32 {
    std::env::var("LATCHKEY_FUZZ").ok().and_then(|cases| cases.parse().ok()).unwrap_or(250)
}
