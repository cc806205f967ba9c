//! What gateways call: calls that speak after a key, and reports, from the start of a reset to its end.

use std::os::unix::fs::PermissionsExt as _;

use axum::body::Body;
use axum::http::Request;
use latchkey_delivery::Delivery;
use latchkey_server::Worker;
use latchkey_server::config::Config;
use latchkey_server::crypt::keys::Keys;
use latchkey_server::message::{gateways, recordings};
use latchkey_tests::campus::code_in;
use latchkey_tests::install_provider;
use latchkey_tests::provider::{ACCOUNT, Asked, Does, Heard, Provider, form, signature};
use serde_json::json;
use std::sync::Arc;
use tempfile::TempDir;

use super::world::{Held, Reply, World};

const PUBLIC: &str = "https://reset.campus.example";
const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A campus whose texts and calls go by a provider, and whose mail goes into a file.
struct Phones {
    world: World,
    provider: Provider,
    folder: TempDir,
}

/// A call at which somebody may press keys.
#[derive(Clone)]
struct Call {
    sid: String,
    heard: Heard,
}

impl Phones {
    async fn new() -> Self {
        Self::with("").await
    }

    /// With more settings of the provider.
    async fn with(more: &str) -> Self {
        install_provider();
        let (folder, provider) = (tempfile::tempdir().unwrap(), Provider::start().await.unwrap());
        let token = folder.path().join("token");
        std::fs::write(&token, TOKEN).unwrap();
        std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
        let written = Config::parse(&format!(
            "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = {{ name = \"x\" }}\n
            [listener]\naddress = \"127.0.0.1:8443\"\ncertificate = \"x\"\nkey = \"x\"\npublic_url = \"{PUBLIC}\"
            [[delivery.gateway]]\nname = \"mail\"\nkinds = [\"email\"]\noutbox = {:?}
            [[delivery.gateway]]\nname = \"phones\"\nkinds = [\"text\", \"call\"]
            [delivery.gateway.twilio]\nbase_url = {:?}\naccount_sid = \"{ACCOUNT}\"\nauth_token = {token:?}
            text_from = \"+12025550100\"\ncall_from = \"+12025550100\"\n{more}",
            folder.path().join("outbox.jsonl"),
            provider.url(),
        ))
        .unwrap();
        let opened = gateways::open(written.delivery.as_ref().unwrap(), &Keys::generate().unwrap()).unwrap();
        let change = |config: &mut Config| {
            config.listener = written.listener;
            config.delivery = written.delivery;
        };
        let mut world = World::with(change).await;
        world.worker = Worker::new(Arc::clone(&world.app), Arc::new(opened) as Arc<dyn Delivery>);
        Self { world, provider, folder }
    }

    /// Starts a reset and has a call made; the flow and the call, which was answered.
    async fn rings(&self, account: &str) -> (Held, Call) {
        let mut held = self.world.start("reset", account).await;
        let number = self.destination(account, "call_mobile");
        let asked = self.challenge(&mut held, "call_mobile", &number).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        (held, self.last_call())
    }

    async fn challenge(&self, held: &mut Held, method: &str, destination: &str) -> Reply {
        self.world.act(held, "challenge", json!({"method": method, "destination": destination})).await
    }

    fn destination(&self, account: &str, method: &str) -> String {
        let person = self.world.people.iter().find(|person| person.account == account).unwrap();
        let method = person.methods.iter().find(|known| known.method.as_str() == method).unwrap();
        method.destination.clone().unwrap()
    }

    fn last_asked(&self) -> Asked {
        let asked = self.provider.asked().pop().unwrap();
        assert!(asked.faults.is_empty(), "{:?}", asked.faults);
        asked
    }

    fn last_call(&self) -> Call {
        let asked = self.last_asked();
        Call { sid: asked.sid.clone(), heard: Heard::read(asked.field("Twiml").unwrap()).unwrap() }
    }

    /// A request of the provider, signed with a token.
    async fn called(&self, url: &str, fields: &[(&str, &str)], token: &str) -> Reply {
        self.with_signature(url, fields, &signature(token, url, fields).unwrap()).await
    }

    async fn with_signature(&self, url: &str, fields: &[(&str, &str)], signature: &str) -> Reply {
        let request = Request::post(url.strip_prefix(PUBLIC).unwrap())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("x-twilio-signature", signature);
        self.world.send_alone(request.body(Body::from(form(fields))).unwrap()).await
    }

    /// Presses a key where a call waits for one.
    async fn press(&self, call: &Call, digits: &str, more: &[(&str, &str)]) -> Call {
        let mut fields = vec![("CallSid", call.sid.as_str()), ("CallStatus", "in-progress"), ("Digits", digits)];
        fields.extend(more);
        let reply = self.called(call.heard.on_key.as_deref().unwrap(), &fields, TOKEN).await;
        assert_eq!((reply.status, &reply.headers["content-type"]), (200, &"text/xml; charset=utf-8".parse().unwrap()));
        let heard = Heard::read(std::str::from_utf8(&reply.bytes).unwrap()).unwrap();
        Call { sid: call.sid.clone(), heard }
    }

    async fn report(&self, asked: &Asked, status: &str) -> Reply {
        let kind =
            if asked.sid.starts_with("CA") { ["CallSid", "CallStatus"] } else { ["MessageSid", "MessageStatus"] };
        let fields = [(kind[0], asked.sid.as_str()), (kind[1], status)];
        self.called(asked.field("StatusCallback").unwrap(), &fields, TOKEN).await
    }

    async fn state(&self, asked: &Asked) -> (String, Option<String>) {
        let id = asked.field("StatusCallback").unwrap().rsplit('/').next().unwrap().to_owned();
        sqlx::query_as("SELECT state, provider_id FROM messages WHERE id = ?")
            .bind(id)
            .fetch_one(self.world.app.store.pool())
            .await
            .unwrap()
    }

    fn mailed(&self) -> String {
        let text = std::fs::read_to_string(self.folder.path().join("outbox.jsonl")).unwrap();
        let last: serde_json::Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
        code_in(last["body"].as_str().unwrap()).unwrap()
    }
}

#[tokio::test]
async fn a_reset_by_a_call_that_was_answered_and_a_mail_ends_in_a_new_password() {
    // TF-06
    let phones = Phones::new().await;
    let (mut held, call) = phones.rings("marie").await;
    assert!(code_in(&call.heard.all()).is_none(), "{:?}", call.heard);
    let spoken = phones.press(&call, "5", &[]).await;
    let code = code_in(&spoken.heard.all()).expect("the code is said");
    assert_eq!(phones.state(&phones.last_asked()).await.0, "delivered");
    let proven = phones.world.act(&mut held, "proof", json!({"code": code})).await;
    assert_eq!(proven.status, 200, "{}", proven.body);
    let mail = phones.destination("marie", "email");
    assert_eq!(phones.challenge(&mut held, "email", &mail).await.status, 200);
    let proven = phones.world.act(&mut held, "proof", json!({"code": phones.mailed()})).await;
    assert_eq!((proven.status, held.step()), (200, "set_password"), "{}", proven.body);
    let password = "correct horse battery staple 9";
    let done = phones.world.act(&mut held, "password", json!({"new_password": password})).await;
    assert_eq!((done.status, held.step()), (200, "done"), "{}", done.body);
    assert!(phones.world.signs_in("marie", password).await);
}

#[tokio::test]
async fn the_code_is_said_after_a_key_and_never_to_silence_a_machine_or_what_is_no_key() {
    // TF-06
    let phones = Phones::new().await;
    let (_, call) = phones.rings("marie").await;
    // Silence: the document itself ends the call.
    assert!(call.heard.hangs_up && call.heard.texts.len() == 2, "{:?}", call.heard);
    for (digits, more) in [
        ("", &[][..]),
        ("12", &[]),
        ("D", &[]),
        ("1", &[("AnsweredBy", "machine_start")]),
        ("1", &[("AnsweredBy", "machine_end_silence")]),
        ("1", &[("AnsweredBy", "fax")]),
    ] {
        let ended = phones.press(&call, digits, more).await;
        assert_eq!((ended.heard.all().as_str(), ended.heard.hangs_up), ("", true), "{digits} {more:?}");
        assert_eq!(ended.heard.on_key, None);
    }
    // The key, and the key again, until it was said often enough.
    let (mut now, mut codes) = (phones.press(&call, "#", &[("AnsweredBy", "human")]).await, Vec::new());
    loop {
        codes.push(code_in(&now.heard.all()).expect("the code is said"));
        assert!(now.heard.hangs_up);
        if now.heard.on_key.is_none() {
            break;
        }
        now = phones.press(&now, "*", &[]).await;
    }
    assert_eq!(codes.len(), 5);
    assert!(codes.iter().all(|code| *code == codes[0]));
}

/// The names of the recordings in a WAV, in their order.
fn recorded(language: &str, wav: &[u8]) -> Vec<&'static str> {
    let names = ["prompt", "code", "again", "goodbye", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let samples = |name| &recordings::recording(language, name).unwrap()[44..];
    let (mut rest, mut found) = (&wav[44..], Vec::new());
    while !rest.is_empty() {
        let known = names.into_iter().find(|name| rest.starts_with(samples(name)));
        found.extend(known);
        rest = &rest[known.map_or(1, |name| samples(name).len())..];
    }
    found
}

#[tokio::test]
async fn a_code_is_played_by_recordings_of_ours_in_every_language_where_that_is_wanted() {
    // TF-06
    let phones = Phones::with("recordings = true").await;
    for language in ["en", "es", "fr", "de", "zh-Hans", "ar", "vi"] {
        let check = phones.world.human_check().await;
        let start = json!({"intent": "reset", "account": "marie", "human_check": check, "language": language});
        let started = phones.world.post("/v1/flows", None, &start).await;
        let token = started.body["token"].as_str().unwrap().to_owned();
        let mut held = Held { token, flow: started.body["flow"].clone(), current_password: None };
        let number = phones.destination("marie", "call_mobile");
        assert_eq!(phones.challenge(&mut held, "call_mobile", &number).await.status, 200);
        let call = phones.last_call();
        let prompt = format!("{PUBLIC}/v1/sounds/{language}/prompt.wav");
        assert_eq!((call.heard.texts.as_slice(), call.heard.voices.len()), (&[prompt.clone(), prompt][..], 0));
        let played = phones.press(&call, "1", &[]).await;
        let [address] = played.heard.texts.as_slice() else { panic!("{:?}", played.heard) };
        let path = address.strip_prefix(PUBLIC).unwrap().to_owned();
        let asked = || Request::get(&path).body(Body::empty()).unwrap();
        let reply = phones.world.send_alone(asked()).await;
        assert_eq!((reply.status, &reply.headers["content-type"]), (200, &"audio/wav".parse().unwrap()));
        let names = recorded(language, &reply.bytes);
        let digits: Vec<&str> = names.iter().copied().filter(|name| name.len() == 1).collect();
        let (once, again) = digits.split_at(digits.len() / 2);
        assert_eq!(once, again, "{names:?}");
        assert_eq!(names, [&["code"][..], once, &["again"], again, &["goodbye"]].concat());
        let proven = phones.world.act(&mut held, "proof", json!({"code": once.concat()})).await;
        assert_eq!(proven.status, 200, "{}", proven.body);
        phones.world.wait(61);
        assert_eq!(phones.world.send_alone(asked()).await.status, 404, "a minute later");
        phones.world.wait(24 * 60 * 60);
    }
}

#[tokio::test]
async fn a_call_says_nothing_any_more_once_its_code_is_over() {
    let phones = Phones::new().await;
    let (_, call) = phones.rings("marie").await;
    phones.world.wait(301);
    assert_eq!(phones.press(&call, "1", &[]).await.heard.all(), "");
}

#[tokio::test]
async fn of_ten_thousand_forged_and_replayed_calls_none_is_heard() {
    // TF-08
    let phones = Phones::new().await;
    let (_, call) = phones.rings("marie").await;
    let step = call.heard.on_key.clone().unwrap();
    let asked = phones.last_asked();
    let report = asked.field("StatusCallback").unwrap().to_owned();
    let key = [("CallSid", call.sid.as_str()), ("Digits", "1")];
    let delivered = [("MessageSid", asked.sid.as_str()), ("MessageStatus", "delivered")];
    let good = signature(TOKEN, &step, &key).unwrap();
    let (mut heard, mut tried) = (0, 0);
    // Each with another token, an address of another host, a field more, a signature of something else, or none.
    for turn in 0..1_000_u32 {
        let other = format!("{TOKEN}{turn}");
        let elsewhere = step.replace(PUBLIC, &format!("https://evil{turn}.example"));
        let more = turn.to_string();
        let longer = [key[0], key[1], ("x", more.as_str())];
        let mut flipped = good.clone().into_bytes();
        let at = turn as usize % 26;
        flipped[at] = if flipped[at] == b'A' { b'B' } else { b'A' };
        let flipped = String::from_utf8(flipped).unwrap();
        for (url, fields, signature) in [
            (&step, &key[..], signature(&other, &step, &key).unwrap()),
            (&report, &delivered[..], signature(&other, &report, &delivered).unwrap()),
            (&step, &key[..], signature(TOKEN, &elsewhere, &key).unwrap()),
            (&step, &longer[..], good.clone()),
            (&step, &key[..], flipped),
            (&report, &delivered[..], good.clone()),
            (&step, &key[..], String::new()),
        ] {
            let reply = phones.with_signature(url, fields, &signature).await;
            tried += 1;
            heard += u32::from(reply.status != 404);
        }
    }
    assert_eq!((heard, phones.state(&asked).await.0.as_str()), (0, "accepted"));
    // One that the provider has sent, and 3,000 times the same again.
    assert!(code_in(&phones.press(&call, "1", &[]).await.heard.all()).is_some());
    for _ in 0..3_000 {
        heard += u32::from(code_in(&phones.press(&call, "1", &[]).await.heard.all()).is_some());
        tried += 1;
    }
    assert_eq!((heard, tried), (0, 10_000));
}

#[tokio::test]
async fn a_report_moves_a_message_forward_and_never_back() {
    // TF-08
    let phones = Phones::new().await;
    let (_, call) = phones.rings("marie").await;
    let asked = phones.last_asked();
    assert_eq!(phones.state(&asked).await, ("accepted".to_owned(), Some(call.sid.clone())));
    for (status, state) in [
        ("initiated", "accepted"),
        ("completed", "accepted"),
        ("busy", "failed"),
        ("busy", "failed"),
        ("in-progress", "failed"),
        ("completed", "failed"),
    ] {
        assert_eq!(phones.report(&asked, status).await.status, 204, "{status}");
        assert_eq!(phones.state(&asked).await.0, state, "{status}");
    }
    let mut held = phones.world.start("reset", "grace").await;
    let number = phones.destination("grace", "text_mobile");
    assert_eq!(phones.challenge(&mut held, "text_mobile", &number).await.status, 200);
    let asked = phones.last_asked();
    let other = Asked { sid: format!("SM{:032}", 7), ..asked.clone() };
    // That another try has failed says nothing of this one.
    assert_eq!(phones.report(&other, "failed").await.status, 204);
    for (status, state) in [
        ("sent", "accepted"),
        ("delivered", "delivered"),
        ("delivered", "delivered"),
        ("failed", "delivered"),
        ("sent", "delivered"),
    ] {
        assert_eq!(phones.report(&asked, status).await.status, 204, "{status}");
        assert_eq!(phones.state(&asked).await.0, state, "{status}");
    }
    let unknown = format!("{PUBLIC}/v1/gateways/phones/report/nothing");
    let fields = [("MessageSid", "SM1"), ("MessageStatus", "delivered")];
    assert_eq!(phones.called(&unknown, &fields, TOKEN).await.status, 204);
}

#[tokio::test]
async fn a_report_tells_that_a_message_was_taken_whose_answer_was_lost_so_that_it_is_not_sent_twice() {
    // R11
    let phones = Phones::new().await;
    let mut held = phones.world.start("reset", "ada").await;
    let number = phones.destination("ada", "text_mobile");
    phones.provider.does([Does::LosesTheAnswer]);
    assert_eq!(phones.challenge(&mut held, "text_mobile", &number).await.status, 200);
    let asked = phones.last_asked();
    assert_eq!(phones.state(&asked).await, ("queued".to_owned(), None));
    assert_eq!(phones.report(&asked, "sent").await.status, 204);
    assert_eq!(phones.state(&asked).await, ("accepted".to_owned(), Some(asked.sid.clone())));
    phones.world.wait(61);
    phones.world.worker.turn().await.unwrap();
    assert_eq!(phones.provider.asked().len(), 1);
    // Without a report it is sent once more, with the same code.
    phones.provider.does([Does::LosesTheAnswer, Does::LosesTheAnswer]);
    let mut held = phones.world.start("reset", "grace").await;
    let number = phones.destination("grace", "text_mobile");
    assert_eq!(phones.challenge(&mut held, "text_mobile", &number).await.status, 200);
    for _ in 0..5 {
        phones.world.wait(61);
        phones.world.worker.turn().await.unwrap();
    }
    let asked = phones.provider.asked();
    assert_eq!(asked.len(), 3);
    assert_eq!(asked[1].field("Body"), asked[2].field("Body"));
    assert_eq!(phones.state(&asked[2]).await.0, "failed");
}

#[tokio::test]
async fn whoever_is_no_gateway_finds_nothing_there() {
    let phones = Phones::new().await;
    let (_, call) = phones.rings("marie").await;
    let step = call.heard.on_key.clone().unwrap();
    let fields = [("CallSid", call.sid.as_str()), ("Digits", "1")];
    for url in [step.replace("/phones/", "/mail/"), step.replace("/phones/", "/other/"), step.replace("/call/", "/x/")]
    {
        assert_eq!(phones.called(&url, &fields, TOKEN).await.status, 404, "{url}");
    }
    let long = "x".repeat(20_000);
    assert_eq!(phones.called(&step, &[("CallSid", &long)], TOKEN).await.status, 413);
    let nothing = [("CallSid", call.sid.as_str())];
    let report = phones.last_asked().field("StatusCallback").unwrap().to_owned();
    assert_eq!(phones.called(&report, &nothing, TOKEN).await.status, 404, "a report that says nothing");
    let twice = Request::post(step.strip_prefix(PUBLIC).unwrap())
        .header("x-twilio-signature", signature(TOKEN, &step, &fields).unwrap())
        .header("x-twilio-signature", "x");
    assert_eq!(phones.world.send_alone(twice.body(Body::from(form(&fields))).unwrap()).await.status, 404);
    // Nor is there anything where no gateway calls back.
    let world = World::new().await;
    let asked = Request::post(step.strip_prefix(PUBLIC).unwrap()).body(Body::empty()).unwrap();
    assert_eq!(world.send_alone(asked).await.status, 404);
}
