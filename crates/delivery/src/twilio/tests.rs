//! The rules, by tables; `tests/all/delivery/twilio.rs` has the provider at the other end.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::ToSpan as _;
use sha1::Sha1;
use tempfile::TempDir;

use super::super::report::{Report, State, Try};
use super::super::secret_file::SecretFile;
use super::super::web::{Answered, HeaderMap, HeaderValue, StatusCode};
use super::*;

const PUBLIC: &str = "https://reset.campus.example";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn now() -> Timestamp {
    "2026-11-28T10:00:00Z".parse().expect("a time")
}

fn secret(folder: &Path, name: &str, content: &str) -> SecretFile {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("written");
    std::fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("mode");
    SecretFile::new(path)
}

fn settings(folder: &Path) -> Settings {
    Settings {
        base_url: "https://api.twilio.com".to_owned(),
        account_sid: "AC00000000000000000000000000000001".to_owned(),
        auth_token: secret(folder, "token", TOKEN),
        api_key: None,
        text_from: Some("+12025550100".to_owned()),
        call_from: Some("+12025550100".to_owned()),
        languages: [].into(),
        ring_seconds: 30,
        reports: true,
        recordings: false,
        redact: false,
        signature_header: "X-Twilio-Signature".to_owned(),
        ca: None,
        plain: false,
    }
}

fn signed(token: &str, url: &str, fields: &[(&str, &str)]) -> String {
    let mut fields = fields.to_vec();
    fields.sort_unstable();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes()).expect("a key");
    mac.update(url.as_bytes());
    for (name, value) in fields {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    STANDARD.encode(mac.finalize().into_bytes())
}

fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish().into_bytes()
}

/// A gateway that is called, and what a call of it says after a key.
struct Phone {
    _folder: TempDir,
    callbacks: Callbacks,
    sealed: String,
}

impl Phone {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let callbacks = Callbacks::new(settings(folder.path()), "gw", PUBLIC);
        Self { _folder: folder, callbacks, sealed: seal(&after_key(), &TOKEN.into(), "gw").expect("sealed") }
    }

    /// Presses a key where a document has led to, as the provider tells it; what is heard then.
    async fn press(&self, sealed: &str, fields: &[(&str, &str)], at: Timestamp) -> Result<Step, NotHeard> {
        let path = format!("/v1/gateways/gw/call/{sealed}");
        let signature = signed(TOKEN, &format!("{PUBLIC}{path}"), fields);
        let called = Called { path: &path, signature: Some(&signature), body: &form(fields) };
        self.callbacks.step(sealed, &called, at).await
    }

    async fn hears(&self, sealed: &str, fields: &[(&str, &str)], at: Timestamp) -> String {
        self.press(sealed, fields, at).await.expect("heard").document.expose_secret().to_owned()
    }
}

fn after_key() -> AfterKey {
    AfterKey {
        message: "m1".to_owned(),
        language: "en".to_owned(),
        body: "3 1 … 4 1".into(),
        code: None,
        times: TIMES,
        until: now() + 5.minutes(),
    }
}

const SILENCE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Response><Hangup/></Response>";

#[test]
fn a_signature_is_the_providers_as_it_documents_it() {
    // TF-08: the examples of Twilio's page "Webhooks security", the older and the newer one
    for (number, signature) in
        [("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8="), ("+12349013030", "0/KCTR6DLpKmkAf8muzZqo1nDgQ=")]
    {
        let fields = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Digits", "1234"),
            ("From", number),
            ("To", "+18005551212"),
            ("Caller", number),
        ];
        let form = signature::Form::read(&form(&fields));
        let (public, path, token) = ("https://mycompany.com", "/myapp.php?foo=1&bar=2", "12345".into());
        assert!(form.is_signed(signature, public, path, &token));
        assert!(!form.is_signed(signature, public, "/myapp.php?foo=1&bar=3", &token));
        assert!(!form.is_signed(signature, "https://mycompany.org", path, &token));
        assert!(!form.is_signed(signature, public, path, &"12346".into()));
        assert!(!form.is_signed("", public, path, &token));
        assert!(!form.is_signed("no base64", public, path, &token));
        // The first bytes of a signature are none.
        let bytes = STANDARD.decode(signature).expect("bytes");
        for length in 0..bytes.len() {
            assert!(!form.is_signed(&STANDARD.encode(&bytes[..length]), public, path, &token));
        }
    }
}

#[test]
fn a_port_may_stand_in_the_signed_address_or_not() {
    let fields = [("CallSid", "CA1"), ("Digits", "1")];
    let form = signature::Form::read(&form(&fields));
    for (public, signs) in [
        ("https://reset.campus.example", "https://reset.campus.example:443"),
        ("https://reset.campus.example:8443", "https://reset.campus.example"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]"),
        ("https://[2001:db8::1]", "https://[2001:db8::1]:443"),
    ] {
        for url in [public, signs] {
            let signature = signed(TOKEN, &format!("{url}/x"), &fields);
            assert!(form.is_signed(&signature, public, "/x", &TOKEN.into()), "{url} for {public}");
        }
        let other = signed(TOKEN, &format!("{public}0/x"), &fields);
        assert!(!form.is_signed(&other, public, "/x", &TOKEN.into()), "{public}0");
    }
}

#[test]
fn what_is_sealed_opens_for_this_gateway_and_token_alone() {
    let open = sealed::open::<AfterKey>;
    let sealed = seal(&after_key(), &TOKEN.into(), "gw").expect("sealed");
    assert!(sealed.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'), "{sealed}");
    let opened = open(&sealed, &TOKEN.into(), "gw").expect("opens");
    assert_eq!((opened.body.expose_secret(), opened.times), ("3 1 … 4 1", TIMES));
    assert!(open(&sealed, &TOKEN.into(), "other").is_none());
    assert!(open(&sealed, &"another token".into(), "gw").is_none());
    for cut in 0..sealed.len() {
        assert!(open(&sealed[..cut], &TOKEN.into(), "gw").is_none());
    }
    for at in 0..sealed.len() {
        let other = if sealed.as_bytes()[at] == b'A' { "B" } else { "A" };
        let changed = format!("{}{other}{}", &sealed[..at], &sealed[at + 1..]);
        let opens = open(&changed, &TOKEN.into(), "gw");
        // Of the last character some bits stand for nothing.
        assert!(opens.is_none() || at + 1 == sealed.len());
    }
    assert_ne!(seal(&after_key(), &TOKEN.into(), "gw").expect("sealed"), sealed, "no two are alike");
}

#[tokio::test]
async fn a_key_is_answered_by_the_code_and_every_further_key_again_until_it_was_said_five_times() {
    // TF-06
    let phone = Phone::new();
    let mut sealed = phone.sealed.clone();
    for (turn, key) in ["1", "#", "*", "0", "9"].into_iter().enumerate() {
        let step = phone.press(&sealed, &[("CallSid", "CA1"), ("Digits", key)], now()).await.expect("heard");
        assert_eq!(step.said, Some(("m1".to_owned(), "CA1".to_owned())));
        let document = step.document.expose_secret().to_owned();
        assert_eq!(document.matches("3 1 … 4 1").count(), 1, "{document}");
        let next = document.split_once("/call/").map(|(_, rest)| rest.split('"').next().unwrap_or_default().to_owned());
        assert_eq!(next.is_some(), turn < 4, "{document}");
        sealed = next.unwrap_or_default();
    }
}

#[tokio::test]
async fn what_is_no_key_of_a_person_hears_nothing_of_the_code() {
    // TF-06
    let phone = Phone::new();
    for fields in [
        &[("CallSid", "CA1")][..],
        &[("CallSid", "CA1"), ("Digits", "")],
        &[("CallSid", "CA1"), ("Digits", "12")],
        &[("CallSid", "CA1"), ("Digits", "A")],
        &[("CallSid", "CA1"), ("Digits", "hangup")],
        &[("CallSid", "CA1"), ("Digits", "1"), ("Digits", "2")],
        &[("CallSid", "CA1"), ("Digits", "1"), ("AnsweredBy", "machine_start")],
        &[("CallSid", "CA1"), ("Digits", "1"), ("AnsweredBy", "machine_end_beep")],
        &[("CallSid", "CA1"), ("Digits", "1"), ("AnsweredBy", "fax")],
    ] {
        assert_eq!(phone.hears(&phone.sealed, fields, now()).await, SILENCE, "{fields:?}");
    }
    let key = [("CallSid", "CA1"), ("Digits", "1")];
    assert_eq!(phone.hears(&phone.sealed, &key, now() + 5.minutes()).await, SILENCE, "too late");
    assert_eq!(phone.hears("c2VhbGVk", &key, now()).await, SILENCE, "not ours");
    let human = [("CallSid", "CA1"), ("Digits", "1"), ("AnsweredBy", "human")];
    assert!(phone.hears(&phone.sealed, &human, now()).await.contains("3 1 … 4 1"));
}

#[tokio::test]
async fn the_same_key_a_second_time_is_a_replay_and_hears_nothing() {
    // TF-08
    let phone = Phone::new();
    let key = [("CallSid", "CA1"), ("Digits", "1")];
    assert!(phone.hears(&phone.sealed, &key, now()).await.contains("3 1 … 4 1"));
    for _ in 0..1_000 {
        assert_eq!(phone.hears(&phone.sealed, &key, now()).await, SILENCE);
    }
}

#[tokio::test]
async fn a_restart_in_the_middle_of_a_call_changes_nothing_for_whoever_listens() {
    // Which steps were taken is all that is forgotten, and nobody but the provider can ask for one again (TF-08).
    let phone = Phone::new();
    let key = [("CallSid", "CA1"), ("Digits", "1")];
    let mut sealed = phone.sealed.clone();
    let mut said = 0;
    while !sealed.is_empty() {
        let restarted =
            Phone { callbacks: Callbacks::new(settings(phone._folder.path()), "gw", PUBLIC), ..Phone::new() };
        let document = restarted.hears(&sealed, &key, now()).await;
        said += document.matches("3 1 … 4 1").count();
        let next = document.split_once("/call/").map(|(_, rest)| rest.split('"').next().unwrap_or_default().to_owned());
        sealed = next.unwrap_or_default();
    }
    assert_eq!(said, 5);
}

#[tokio::test]
async fn a_code_is_played_for_a_minute_after_the_key_where_recordings_are_wanted() {
    // TF-06
    let phone = Phone::new();
    let folder = tempfile::tempdir().expect("a folder");
    let recordings = Settings { recordings: true, ..settings(folder.path()) };
    let phone = Phone { callbacks: Callbacks::new(recordings, "gw", PUBLIC), ..phone };
    let with_code = AfterKey { code: Some("31".into()), ..after_key() };
    let sealed = seal(&with_code, &TOKEN.into(), "gw").expect("sealed");
    let heard = phone.hears(&sealed, &[("CallSid", "CA1"), ("Digits", "1")], now()).await;
    assert!(heard.contains("<Play>https://reset.campus.example/v1/gateways/gw/playing/"), "{heard}");
    assert!(!heard.contains("3 1 … 4 1") && !heard.contains("<Say"), "{heard}");
    let played = heard.split_once("/playing/").and_then(|(_, rest)| rest.split('<').next()).expect("an address");
    let playing = phone.callbacks.played(played, now()).await.expect("a token").expect("a code");
    assert_eq!((playing.language.as_str(), playing.code.expose_secret()), ("en", "31"));
    assert!(phone.callbacks.played(played, now() + 1.minutes()).await.expect("a token").is_none(), "too late");
    // What is sealed as one thing opens as no other.
    for other in [sealed.as_str(), "", "c2VhbGVk"] {
        assert!(phone.callbacks.played(other, now()).await.expect("a token").is_none());
    }
    assert_eq!(phone.hears(played, &[("CallSid", "CA1"), ("Digits", "1")], now()).await, SILENCE);
}

#[tokio::test]
async fn a_report_says_where_a_message_stands() {
    let phone = Phone::new();
    for (status, code, state) in [
        ("queued", "", State::Taken),
        ("sent", "", State::Taken),
        ("delivered", "", State::Delivered),
        ("read", "", State::Delivered),
        ("undelivered", "30003", State::Failed(Some(30003))),
        ("failed", "30007", State::Failed(Some(30007))),
        ("failed", "", State::Failed(None)),
        ("something new", "", State::Taken),
    ] {
        let fields = [("MessageSid", "SM1"), ("MessageStatus", status), ("ErrorCode", code)];
        let signature = signed(TOKEN, &format!("{PUBLIC}/v1/gateways/gw/report/m1"), &fields);
        let body = form(&fields);
        let called = |signature| Called { path: "/v1/gateways/gw/report/m1", signature, body: &body };
        let report = phone.callbacks.report(&called(Some(signature.as_str()))).await.expect("a report");
        assert_eq!(report, Report { of: Try::Named("SM1".to_owned()), state }, "{status}");
        assert!(matches!(phone.callbacks.report(&called(None)).await, Err(NotHeard::Unsigned)));
        assert!(matches!(phone.callbacks.report(&called(Some("x"))).await, Err(NotHeard::Unsigned)));
    }
    for (status, state) in [
        ("initiated", State::Taken),
        ("completed", State::Taken),
        ("no-answer", State::Failed(None)),
        ("busy", State::Failed(None)),
    ] {
        let fields = [("CallSid", "CA1"), ("CallStatus", status)];
        let signature = signed(TOKEN, &format!("{PUBLIC}/r"), &fields);
        let called = Called { path: "/r", signature: Some(&signature), body: &form(&fields) };
        assert_eq!(phone.callbacks.report(&called).await.expect("a report").state, state, "{status}");
    }
}

#[test]
fn every_answer_means_one_of_four_things() {
    let answered = |status: u16, body: &str, after: Option<&'static str>, whole| {
        let mut headers = HeaderMap::new();
        if let Some(after) = after {
            headers.insert("retry-after", HeaderValue::from_static(after));
        }
        Answered { status: StatusCode::from_u16(status).expect("one"), headers, body: body.into(), whole }
    };
    let judged = |answer: &Answered| match answers::judged(answer, now()) {
        Ok(accepted) => format!("taken {}", accepted.provider_id.unwrap_or_default()),
        Err(NotSent::Refused(_)) => "refused".to_owned(),
        Err(NotSent::TryAgain { after, .. }) => format!("later {}", after.map_or(0, |after| after.as_secs())),
        Err(NotSent::AnswerLost(_)) => "lost".to_owned(),
    };
    for (status, body, after, whole, means) in [
        (201, r#"{"sid":"SM1","status":"queued"}"#, None, true, "taken SM1"),
        (200, r#"{"sid":"CA1","status":"queued"}"#, None, true, "taken CA1"),
        (201, r#"{"sid":"SM"#, None, false, "taken "),
        (200, "<html>Welcome</html>", None, true, "lost"),
        (201, r#"{"sid":"SM1","status":"failed","error_code":21610}"#, None, true, "refused"),
        (201, r#"{"sid":"SM1","status":"failed","error_code":30002}"#, None, true, "later 0"),
        (201, r#"{"sid":"SM1","status":"failed"}"#, None, true, "later 0"),
        (400, r#"{"code":21211,"message":"The 'To' number +1 is not valid"}"#, None, true, "refused"),
        (400, r#"{"code":"21610"}"#, None, true, "refused"),
        (400, r#"{"code":21614}"#, None, true, "refused"),
        (400, r#"{"code":21408}"#, None, true, "later 0"),
        (400, r#"{"code":21215}"#, None, true, "later 0"),
        (400, r#"{"code":99999}"#, None, true, "later 0"),
        (400, "", None, true, "later 0"),
        (401, r#"{"code":20003}"#, None, true, "later 0"),
        (403, r#"{"code":20403}"#, None, true, "later 0"),
        (404, r#"{"code":20404}"#, None, true, "later 0"),
        (429, r#"{"code":20429}"#, Some("7"), true, "later 7"),
        (429, r#"{"code":20429}"#, None, true, "later 0"),
        (500, r#"{"code":20500}"#, None, true, "lost"),
        (502, "", None, true, "lost"),
        (503, "", Some("30"), true, "later 30"),
        (504, "", None, true, "lost"),
    ] {
        assert_eq!(judged(&answered(status, body, after, whole)), means, "{status} {body}");
    }
    let quoting = answered(400, r#"{"code":21211,"message":"The 'To' number +12025550134 is not valid"}"#, None, true);
    let error = format!("{:?}", answers::judged(&quoting, now()).err());
    assert!(error.contains("21211") && !error.contains("5550134"), "{error}");
}

#[test]
fn a_document_escapes_what_it_says() {
    let heard = vec![
        Heard::Spoken { voice: Some(("Polly.Joanna", "en-US")), text: "R & D <\"x\">\u{0}\u{8}" },
        Heard::Played { address: "https://campus.example/a?b&c".into() },
        Heard::Pause(2),
    ];
    let document = Document { heard, on_key: Some("https://campus.example/?a&b=\"<") }.written().expect("written");
    let document = document.expose_secret();
    for part in [
        "<Say voice=\"Polly.Joanna\" language=\"en-US\">R &amp; D &lt;&quot;x&quot;&gt;</Say>",
        "<Play>https://campus.example/a?b&amp;c</Play>",
        "<Pause length=\"2\"/>",
        "finishOnKey=\"\"",
        "action=\"https://campus.example/?a&amp;b=&quot;&lt;\"",
        "</Gather><Hangup/></Response>",
    ] {
        assert!(document.contains(part), "{part} in {document}");
    }
}

#[test]
fn a_campus_has_other_voices_senders_and_recordings_by_language() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut settings = settings(folder.path());
    let voice = Voice { name: "Polly.Hala-Neural".to_owned(), language: "ar-AE".to_owned() };
    let own = InLanguage {
        text_from: Some("RIVERTON".to_owned()),
        call_from: None,
        voice: Some(voice),
        prompt: Some("https://campus.example/ar.mp3".to_owned()),
    };
    settings.languages.insert("ar".to_owned(), own);
    assert_eq!((settings.text_from("ar"), settings.text_from("de")), (Some("RIVERTON"), Some("+12025550100")));
    assert_eq!(settings.call_from("ar"), Some("+12025550100"));
    let played = |address: &str| Heard::Played { address: address.to_owned().into() };
    let ours = || Some("https://reset.campus.example/ours".to_owned());
    for prompt in [speech::prompt(&settings, "ar", "x", None), speech::prompt(&settings, "ar", "x", ours())] {
        assert_eq!(prompt, played("https://campus.example/ar.mp3"), "the campus' own comes first");
    }
    assert_eq!(speech::prompt(&settings, "vi", "x", ours()), played("https://reset.campus.example/ours"));
    assert_eq!(speech::body(&settings, "ar", "x", ours()), [played("https://reset.campus.example/ours")]);
    let spoken = |voice, language| Heard::Spoken { voice: Some((voice, language)), text: "x" };
    assert_eq!(speech::body(&settings, "ar", "x", None), [spoken("Polly.Hala-Neural", "ar-AE")]);
    assert_eq!(speech::prompt(&settings, "vi", "x", None), spoken("Google.vi-VN-Standard-A", "vi-VN"));
    assert_eq!(speech::body(&settings, "xx", "x", None), [Heard::Spoken { voice: None, text: "x" }]);
}

#[test]
fn settings_that_cannot_work_are_refused_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = settings(folder.path());
    let kinds = [Kind::Text, Kind::Call];
    assert_eq!(good.fault(&kinds), None);
    for from in ["+12025550100", "RIVERTON", "Riverton U", "12345", "MG0123456789abcdef0123456789abcdef"] {
        let settings = Settings { text_from: Some(from.to_owned()), ..good.clone() };
        assert_eq!(settings.fault(&kinds), None, "{from}");
    }
    let fault = |change: &dyn Fn(&mut Settings)| {
        let mut settings = good.clone();
        change(&mut settings);
        settings.fault(&kinds).unwrap_or_default()
    };
    assert!(good.fault(&[Kind::Email]).unwrap_or_default().contains("no email"));
    assert!(fault(&|settings| settings.base_url = "twilio".to_owned()).contains("base_url"));
    assert!(fault(&|settings| settings.account_sid = "AC/../x".to_owned()).contains("account_sid"));
    assert!(fault(&|settings| settings.text_from = None).contains("text_from"));
    assert!(fault(&|settings| settings.call_from = None).contains("call_from"));
    assert!(fault(&|settings| settings.call_from = Some("RIVERTON".to_owned())).contains("RIVERTON"));
    for from in ["A name that is too long", "", " X", "Ünï", "+12x"] {
        let said = fault(&|settings| settings.text_from = Some(from.to_owned()));
        assert!(said.contains("text_from") || from == "+12x", "{from:?}: {said}");
    }
    let prompt = |address: &str| InLanguage { prompt: Some(address.to_owned()), ..InLanguage::default() };
    for address in ["http://campus.example/ar.mp3", "ar.mp3"] {
        let said = fault(&|settings| drop(settings.languages.insert("ar".to_owned(), prompt(address))));
        assert!(said.contains("prompt"), "{address}: {said}");
    }
    assert!(fault(&|settings| settings.ring_seconds = 1).contains("ring_seconds"));
    assert!(fault(&|settings| settings.signature_header = "a b".to_owned()).contains("signature_header"));
}
