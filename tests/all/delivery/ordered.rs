//! Several gateways, configured as an operator does it.

use anyhow::{Context, Result};
use latchkey_delivery::ordered::Tally;
use latchkey_delivery::{Delivery, Kind, Message};
use latchkey_server::config::Config;
use latchkey_server::crypt::keys::Keys;
use latchkey_server::message::gateways;

const CAMPUS: &str = "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n";

fn message(kind: Kind, region: &str) -> Message {
    Message {
        id: format!("{}-{region}", kind.as_str()),
        at: jiff::Timestamp::UNIX_EPOCH,
        expires_at: jiff::Timestamp::MAX,
        attempt: 1,
        kind,
        to: "+12025550134".to_owned().into(),
        region: (kind != Kind::Email).then(|| region.to_owned()),
        language: "en".to_owned(),
        subject: String::new(),
        prompt: None,
        body: "31415926".to_owned().into(),
        code: None,
    }
}

#[tokio::test]
async fn each_kind_and_region_goes_by_the_first_gateway_that_carries_it() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name).display().to_string();
    let config = Config::parse(&format!(
        "{CAMPUS}
        [[delivery.gateway]]
        name = \"abroad\"
        kinds = [\"text\", \"call\"]
        regions = [\"CA\", \"MX\"]
        outbox = {:?}
        [[delivery.gateway]]
        name = \"home\"
        kinds = [\"text\", \"email\"]
        outbox = {:?}",
        at("abroad.jsonl"),
        at("home.jsonl"),
    ))?;
    let gateways = gateways::open(&config.delivery.context("gateways")?, &Keys::generate()?)?;
    for (kind, region, by) in [
        (Kind::Text, "CA", Some("abroad")),
        (Kind::Text, "US", Some("home")),
        (Kind::Email, "", Some("home")),
        (Kind::Call, "MX", Some("abroad")),
        (Kind::Call, "US", None),
    ] {
        let sent = gateways.send(&message(kind, region)).await;
        assert_eq!(sent.ok().and_then(|accepted| accepted.gateway).as_deref(), by, "{kind:?} to {region}");
    }
    let accepted: Vec<u64> = gateways.tallies().iter().map(|Tally { accepted, .. }| *accepted).collect();
    assert_eq!(accepted, [2, 2]);
    Ok(())
}

#[test]
fn a_configuration_that_names_no_gateway_or_one_wrongly_is_refused_in_words() {
    let gateway = |body: &str| format!("{CAMPUS}[[delivery.gateway]]\n{body}");
    for (text, said) in [
        (format!("{CAMPUS}[delivery]\n"), "either outbox alone"),
        (gateway("name = \"Big\"\nkinds = [\"text\"]\noutbox = \"x\""), "1 to 32 of a-z"),
        (gateway("name = \"a\"\nkinds = []\noutbox = \"x\""), "at least one of text, call, email"),
        (gateway("name = \"a\"\nkinds = [\"text\", \"text\"]\noutbox = \"x\""), "each once"),
        (gateway("name = \"a\"\nkinds = [\"text\"]"), "exactly one way to send"),
        (gateway("name = \"a\"\nkinds = [\"fax\"]\noutbox = \"x\""), "unknown variant"),
        (gateway("name = \"a\"\nkinds = [\"text\"]\nregions = [\"ZZ\"]\noutbox = \"x\""), "ZZ"),
        (
            format!(
                "{CAMPUS}[delivery]\noutbox = \"x\"\n[[delivery.gateway]]\nname = \"a\"\nkinds = [\"text\"]\noutbox = \"y\""
            ),
            "either outbox alone",
        ),
    ] {
        let error = Config::parse(&text).expect_err(&text).to_string();
        assert!(error.contains(said), "{text}: {error}");
    }
}
