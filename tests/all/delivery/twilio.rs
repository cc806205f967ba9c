//! The gateway for Twilio and its copies, with a provider that holds each request against Twilio's own description.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::{Context, Result};
use jiff::ToSpan as _;
use latchkey_delivery::ordered::{Gateway, Ordered};
use latchkey_delivery::outbox::Outbox;
use latchkey_delivery::{Delivery, Kind, Message, NotSent};
use latchkey_server::config::Config;
use latchkey_server::crypt::keys::Keys;
use latchkey_server::message::gateways;
use latchkey_tests::install_provider;
use latchkey_tests::provider::{ACCOUNT, Asked, Does, Heard, Provider};

const NUMBER: &str = "+12025550134";
const CODE: &str = "3 1 … 4 1 … 5 9";

/// A gateway as a campus configures it; with more settings of its own.
fn configured(folder: &Path, url: &str, more: &str) -> Result<Ordered> {
    install_provider();
    for (name, content) in [("token", "0123456789abcdef0123456789abcdef\n"), ("key", "secret of the key\n")] {
        let path = folder.join(name);
        std::fs::write(&path, content)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    }
    let (token, key) = (folder.join("token"), folder.join("key"));
    let config = Config::parse(&format!(
        "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = {{ name = \"x\" }}\n
        [listener]\naddress = \"127.0.0.1:8443\"\ncertificate = \"x\"\nkey = \"x\"
        public_url = \"https://reset.campus.example\"
        [[delivery.gateway]]
        name = \"phones\"
        kinds = [\"text\", \"call\"]
        [delivery.gateway.twilio]
        base_url = {url:?}
        account_sid = \"{ACCOUNT}\"
        auth_token = {token:?}
        api_key = {{ sid = \"SK0123456789abcdef0123456789abcdef\", secret = {key:?} }}
        text_from = \"+12025550100\"
        call_from = \"+12025550100\"
        {more}"
    ))?;
    Ok(gateways::open(&config.delivery.context("gateways")?, &Keys::generate()?)?)
}

fn message(kind: Kind) -> Message {
    let at = "2026-11-28T10:00:00Z".parse().expect("a time");
    Message {
        id: "5a3c".to_owned(),
        at,
        expires_at: at + 5.minutes(),
        attempt: 1,
        kind,
        to: NUMBER.to_owned().into(),
        region: Some("US".to_owned()),
        language: "en".to_owned(),
        subject: String::new(),
        prompt: (kind == Kind::Call).then(|| "This is R & D. To hear a code, press any key.".to_owned()),
        body: format!("Your code is: {CODE}.").into(),
        code: None,
    }
}

fn only(provider: &Provider) -> Result<Asked> {
    let mut asked = provider.asked();
    assert_eq!(asked.len(), 1);
    asked.pop().context("a request")
}

#[tokio::test]
async fn a_text_is_asked_for_as_the_provider_describes_it() -> Result<()> {
    let (folder, provider) = (tempfile::tempdir()?, Provider::start().await?);
    let gateway = configured(folder.path(), provider.url(), "")?;
    let accepted = gateway.send(&message(Kind::Text)).await?;
    let asked = only(&provider)?;
    assert!(asked.faults.is_empty(), "{:?}", asked.faults);
    assert_eq!(
        (asked.method.as_str(), asked.path.as_str()),
        ("POST", &*format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json"))
    );
    assert_eq!(asked.authorization, "SK0123456789abcdef0123456789abcdef:secret of the key");
    assert_eq!(accepted.provider_id.as_deref(), Some(asked.sid.as_str()));
    assert_eq!(accepted.gateway.as_deref(), Some("phones"));
    let mut fields: Vec<(&str, &str)> =
        asked.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            ("Body", "Your code is: 3 1 … 4 1 … 5 9."),
            ("From", "+12025550100"),
            ("StatusCallback", "https://reset.campus.example/v1/gateways/phones/report/5a3c"),
            ("To", NUMBER),
            ("ValidityPeriod", "300"),
        ]
    );
    Ok(())
}

#[tokio::test]
async fn who_it_comes_from_depends_on_the_language_and_what_is_kept_on_the_campus() -> Result<()> {
    let (folder, provider) = (tempfile::tempdir()?, Provider::start().await?);
    let more = "reports = false\nredact = true\n[delivery.gateway.twilio.languages.ar]\ntext_from = \"RIVERTON\"\n\
                [delivery.gateway.twilio.languages.vi]\ntext_from = \"MG0123456789abcdef0123456789abcdef\"";
    let gateway = configured(folder.path(), provider.url(), more)?;
    for language in ["ar", "vi", "de"] {
        gateway.send(&Message { language: language.to_owned(), ..message(Kind::Text) }).await?;
    }
    let asked = provider.asked();
    let from: Vec<_> = asked.iter().map(|asked| (asked.field("From"), asked.field("MessagingServiceSid"))).collect();
    let service = Some("MG0123456789abcdef0123456789abcdef");
    assert_eq!(from, [(Some("RIVERTON"), None), (None, service), (Some("+12025550100"), None)]);
    for asked in asked {
        assert!(asked.faults.is_empty(), "{:?}", asked.faults);
        assert_eq!((asked.field("ContentRetention"), asked.field("StatusCallback")), (Some("discard"), None));
    }
    Ok(())
}

#[tokio::test]
async fn a_call_begins_with_what_a_voicemail_may_hear_and_has_its_code_sealed_in_the_address() -> Result<()> {
    // TF-06
    let (folder, provider) = (tempfile::tempdir()?, Provider::start().await?);
    let gateway = configured(folder.path(), provider.url(), "")?;
    let accepted = gateway.send(&message(Kind::Call)).await?;
    let asked = only(&provider)?;
    assert!(asked.faults.is_empty(), "{:?}", asked.faults);
    assert_eq!(accepted.provider_id.as_deref(), Some(asked.sid.as_str()));
    assert_eq!((asked.field("Timeout"), asked.field("TimeLimit")), (Some("30"), Some("300")));
    let heard = Heard::read(asked.field("Twiml").context("a document")?)?;
    assert_eq!(heard.texts, ["This is R & D. To hear a code, press any key."; 2]);
    assert!(heard.hangs_up, "silence ends the call");
    assert_eq!(heard.voices.first(), Some(&("Polly.Joanna".to_owned(), "en-US".to_owned())));
    let address = heard.on_key.context("an address")?;
    assert!(address.starts_with("https://reset.campus.example/v1/gateways/phones/call/"), "{address}");
    // Nothing that was sent has the code in any form that somebody could read.
    for (_, value) in &asked.fields {
        assert!(!value.contains("3 1") && !value.contains("314159"), "{value}");
    }
    Ok(())
}

#[tokio::test]
async fn every_language_of_ours_has_a_voice_and_its_call_fits() -> Result<()> {
    // TF-06
    let (folder, provider) = (tempfile::tempdir()?, Provider::start().await?);
    let gateway = configured(folder.path(), provider.url(), "")?;
    // Each at its longest: what Arabic and Vietnamese take in bytes, and a code said twice.
    for language in ["en", "es", "fr", "de", "zh-Hans", "ar", "vi"] {
        let (prompt, body) = (Some("مرحبًا".repeat(30)), format!("{}{CODE}{CODE}", "ấ".repeat(200)).into());
        gateway.send(&Message { language: language.to_owned(), prompt, body, ..message(Kind::Call) }).await?;
    }
    let mut voices = std::collections::BTreeSet::new();
    for asked in provider.asked() {
        assert!(asked.faults.is_empty(), "{:?}", asked.faults);
        voices.extend(Heard::read(asked.field("Twiml").context("a document")?)?.voices);
    }
    assert_eq!(voices.len(), 7, "{voices:?}");
    Ok(())
}

/// What came of a message, in one word.
fn outcome(sent: &Result<latchkey_delivery::Accepted, NotSent>) -> (&'static str, u64) {
    match sent {
        Ok(_) => ("taken", 0),
        Err(NotSent::Refused(_)) => ("refused", 0),
        Err(NotSent::TryAgain { after, .. }) => ("later", after.map_or(0, |after| after.as_secs())),
        Err(NotSent::AnswerLost(_)) => ("lost", 0),
    }
}

#[tokio::test]
async fn whatever_the_provider_does_is_taken_refused_later_or_lost() -> Result<()> {
    let (folder, provider) = (tempfile::tempdir()?, Provider::start().await?);
    let gateway = configured(folder.path(), provider.url(), "")?;
    let refused = |code| Does::Refuses(400, Some(code), None);
    for (does, expected) in [
        (Does::Takes, ("taken", 0)),
        (Does::AnswersHalf, ("taken", 0)),
        (refused(21211), ("refused", 0)),
        (refused(21214), ("refused", 0)),
        (refused(21217), ("refused", 0)),
        (refused(21610), ("refused", 0)),
        (refused(21614), ("refused", 0)),
        (refused(21635), ("refused", 0)),
        (refused(21408), ("later", 0)),
        (refused(21215), ("later", 0)),
        (refused(21606), ("later", 0)),
        (refused(21612), ("later", 0)),
        (refused(77777), ("later", 0)),
        (Does::Refuses(401, Some(20003), None), ("later", 0)),
        (Does::Refuses(404, Some(20404), None), ("later", 0)),
        (Does::Refuses(429, Some(20429), Some("9")), ("later", 9)),
        (Does::Refuses(429, Some(20429), None), ("later", 0)),
        (Does::Refuses(503, None, Some("30")), ("later", 30)),
        (Does::Refuses(500, Some(20500), None), ("lost", 0)),
        (Does::Refuses(502, None, None), ("lost", 0)),
        (Does::LosesTheAnswer, ("lost", 0)),
        (Does::IsSomebodyElse, ("lost", 0)),
        (Does::Hangs, ("lost", 0)),
    ] {
        for kind in [Kind::Text, Kind::Call] {
            if matches!(does, Does::Hangs) && kind == Kind::Call {
                continue;
            }
            let before = provider.asked().len();
            provider.does([does.clone()]);
            let sent = gateway.send(&message(kind)).await;
            assert_eq!(outcome(&sent), expected, "{does:?} {kind:?}: {sent:?}");
            assert_eq!(provider.asked().len(), before + 1, "{does:?}: it was asked once");
            // What is logged names neither the number nor the code nor the key.
            let shown = format!("{sent:?}");
            assert!(!shown.contains("5550134") && !shown.contains("3 1 …") && !shown.contains("secret"), "{shown}");
        }
    }
    let closed = configured(folder.path(), "http://127.0.0.1:1", "")?;
    assert_eq!(outcome(&closed.send(&message(Kind::Text)).await), ("later", 0));
    assert!(closed.probe().await.is_err());
    Ok(())
}

#[tokio::test]
async fn what_is_over_is_not_sent_and_a_secret_that_others_read_signs_nobody_in() -> Result<()> {
    let (folder, provider) = (tempfile::tempdir()?, Provider::start().await?);
    let gateway = configured(folder.path(), provider.url(), "")?;
    for kind in [Kind::Text, Kind::Call] {
        let late = Message { expires_at: message(kind).at, ..message(kind) };
        assert_eq!(outcome(&gateway.send(&late).await).0, "refused");
    }
    std::fs::set_permissions(folder.path().join("key"), std::fs::Permissions::from_mode(0o644))?;
    let sent = gateway.send(&message(Kind::Text)).await;
    assert_eq!(outcome(&sent).0, "later", "{sent:?}");
    assert_eq!(provider.asked().len(), 0);
    Ok(())
}

#[tokio::test]
async fn signing_in_is_tried_without_sending_anything() -> Result<()> {
    let (folder, provider) = (tempfile::tempdir()?, Provider::start().await?);
    let gateway = configured(folder.path(), provider.url(), "")?;
    gateway.probe().await.map_err(anyhow::Error::from_boxed)?;
    let asked = only(&provider)?;
    assert_eq!(asked.method, "GET");
    assert!(asked.faults.is_empty(), "{:?}", asked.faults);
    provider.does([Does::Refuses(401, Some(20003), None), Does::IsSomebodyElse]);
    assert!(gateway.probe().await.is_err());
    Ok(())
}

#[tokio::test]
async fn where_the_provider_may_not_send_another_gateway_does_within_the_life_of_the_code() -> Result<()> {
    let (folder, provider) = (tempfile::tempdir()?, Provider::start().await?);
    let first = configured(folder.path(), provider.url(), "")?;
    let path = folder.path().join("outbox.jsonl");
    let gateways = Ordered::new(vec![
        Gateway {
            name: "first".to_owned(),
            kinds: Kind::ALL.to_vec(),
            regions: Vec::new(),
            delivery: std::sync::Arc::new(first),
        },
        Gateway {
            name: "second".to_owned(),
            kinds: Kind::ALL.to_vec(),
            regions: Vec::new(),
            delivery: std::sync::Arc::new(Outbox::new(path.clone())),
        },
    ]);
    // Refused here, so it goes there; refused for good, so it goes nowhere; lost, so it goes nowhere yet.
    for (does, expected, sent) in [
        (Does::Refuses(400, Some(21408), None), ("taken", 0), 1),
        (Does::Refuses(429, Some(20429), None), ("taken", 0), 2),
    ] {
        provider.does([does.clone()]);
        // As if all of its rest were over.
        let at = message(Kind::Text).at + (sent * 3_600).seconds();
        let later = Message { at, expires_at: at + 5.minutes(), ..message(Kind::Text) };
        assert_eq!(outcome(&gateways.send(&later).await), expected, "{does:?}");
        assert_eq!(std::fs::read_to_string(&path)?.lines().count(), usize::try_from(sent)?, "{does:?}");
    }
    let at = message(Kind::Text).at + 9.hours();
    let later = Message { at, expires_at: at + 5.minutes(), ..message(Kind::Text) };
    for (does, expected) in [(Does::Refuses(400, Some(21211), None), "refused"), (Does::LosesTheAnswer, "lost")] {
        provider.does([does.clone()]);
        assert_eq!(outcome(&gateways.send(&later).await).0, expected, "{does:?}");
        assert_eq!(std::fs::read_to_string(&path)?.lines().count(), 2, "{does:?}");
    }
    Ok(())
}

#[test]
fn a_gateway_that_is_called_back_needs_an_address() {
    let config = |listener: &str, kinds: &str, more: &str| {
        Config::parse(&format!(
            "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = {{ name = \"x\" }}\n
            [listener]\naddress = \"127.0.0.1:8443\"\ncertificate = \"x\"\nkey = \"x\"\n{listener}
            [[delivery.gateway]]\nname = \"phones\"\nkinds = [{kinds}]
            [delivery.gateway.twilio]\naccount_sid = \"AC1\"\nauth_token = \"/x\"\ntext_from = \"X\"\n{more}"
        ))
    };
    let reached = "public_url = \"https://reset.campus.example\"";
    assert!(config(reached, "\"text\"", "").is_ok());
    assert!(config("", "\"text\"", "reports = false").is_ok());
    for (listener, kinds, more, said) in [
        ("", "\"text\"", "", "public_url is missing"),
        ("", "\"text\", \"call\"", "reports = false\ncall_from = \"+12025550100\"", "public_url is missing"),
        (reached, "\"call\"", "", "call_from"),
        (reached, "\"email\"", "", "carries no email"),
        (reached, "\"text\"", "outbox = \"x\"", "unknown field"),
        ("public_url = \"http://reset.campus.example\"", "\"text\"", "", "no https origin"),
        ("public_url = \"https://reset.campus.example/x\"", "\"text\"", "", "no https origin"),
    ] {
        let error = config(listener, kinds, more).expect_err(said).to_string();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn the_example_in_the_package_is_read() -> Result<()> {
    let example = std::fs::read_to_string(latchkey_tests::root().join("packaging/gateways/twilio.toml"))?;
    let config = Config::parse(&format!(
        "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = {{ name = \"x\" }}\n{}",
        example.replace("[listener]", "[listener]\naddress = \"127.0.0.1:8443\"\ncertificate = \"x\"\nkey = \"x\"")
    ))?;
    let gateways = config.delivery.context("gateways")?.gateways;
    assert_eq!(gateways.iter().filter(|gateway| gateway.twilio.is_some()).count(), gateways.len());
    assert!(!gateways.is_empty());
    Ok(())
}

/// The whole of Twilio's description served by Prism, which knows nothing of us.
#[tokio::test]
#[ignore = "cargo xtask test --long twilio"]
async fn long_twilio_prism_takes_what_we_ask() -> Result<()> {
    let prism = latchkey_tests::provider::prism().await?;
    let folder = tempfile::tempdir()?;
    let texts = configured(folder.path(), prism.url(), "redact = true")?;
    // Prism 5 takes no list in a form, which the events of a call are.
    let calls = configured(folder.path(), prism.url(), "reports = false")?;
    let mut taken = 0;
    for language in ["en", "es", "fr", "de", "zh-Hans", "ar", "vi"] {
        for (kind, gateway) in [(Kind::Text, &texts), (Kind::Call, &calls)] {
            let sent = gateway.send(&Message { language: language.to_owned(), ..message(kind) }).await;
            let accepted = sent.with_context(|| format!("{language} {kind:?}"))?;
            assert!(accepted.provider_id.is_some(), "{language} {kind:?}");
            taken += 1;
        }
    }
    // It does look: an account that the description cannot mean is none.
    let other = configured(folder.path(), &format!("{}/elsewhere", prism.url()), "")?;
    assert_eq!(outcome(&other.send(&message(Kind::Text)).await).0, "later");
    println!("figure: texts and calls that Prism takes = {taken} of 14");
    Ok(())
}
