//! Mail by a real relay (aiosmtpd), through everything that a relay does, and through the server's own queue.

use std::collections::BTreeMap;
use std::net::TcpListener;

use anyhow::{Context as _, Result};
use latchkey_delivery::{Delivery, Kind, Message, NotSent, in_one_line};
use latchkey_tests::campus::code_in;
use latchkey_tests::mail::{Fault, Mail, Relay, USER};

use super::street::{Street, gateways_of};

fn message(id: &str, to: &str) -> Message {
    Message {
        id: id.to_owned(),
        at: "2026-11-24T08:00:00Z".parse().expect("a time"),
        expires_at: jiff::Timestamp::MAX,
        attempt: 1,
        kind: Kind::Email,
        to: to.to_owned().into(),
        region: None,
        language: "en".to_owned(),
        subject: "Your code".to_owned(),
        prompt: None,
        code: None,
        body: "31415926 is your code.\n.\nNever give it to anyone.".to_owned().into(),
    }
}

/// Everything that led to it.
fn words(error: &(dyn std::error::Error + 'static)) -> String {
    in_one_line(error)
}

fn of_id(mails: &[Mail], id: &str) -> Result<usize> {
    let mut count = 0;
    for mail in mails {
        count += usize::from(mail.header("Message-ID")?.contains(id));
    }
    Ok(count)
}

#[tokio::test]
async fn every_message_is_accounted_for_and_none_is_sent_more_than_twice_whatever_the_relay_does() -> Result<()> {
    let relay = Relay::start().await?;
    let street = Street::by(Kind::Email, &relay.gateway("mail")).await?;
    for (fault, first, wait, last, why, mails) in [
        (Fault::None, "accepted", 2, "accepted", "", 1),
        (Fault::Later, "queued", 2, "accepted", "", 1),
        (Fault::Denied, "queued", 2, "accepted", "", 1),
        (Fault::Busy, "queued", 2, "accepted", "", 1),
        (Fault::Silent, "queued", 2, "accepted", "", 1),
        (Fault::Unknown, "failed", 2, "failed", "refused", 0),
        (Fault::Full, "failed", 2, "failed", "refused", 0),
        (Fault::Cut, "queued", 60, "accepted", "", 2),
    ] {
        for account in ["ada", "grace"] {
            relay.now(fault)?;
            street.ask(account, "en").await?;
            street.after(0).await?;
            let (id, state, _) = street.newest().await?;
            assert_eq!(state, first, "{fault:?} at first");
            relay.now(Fault::None)?;
            street.after(wait).await?;
            let (same, state, said) = street.newest().await?;
            assert_eq!((&same, state.as_str(), said.as_str()), (&id, last, why), "{fault:?} in the end");
            street.after(300).await?;
            assert_eq!(of_id(&relay.mails()?, &id)?, mails, "{fault:?}: how often it was sent");
        }
    }
    // Its answer is lost twice: it was sent twice, and is not tried again.
    relay.now(Fault::Cut)?;
    street.ask("marie", "en").await?;
    for wait in [0, 60, 60, 60] {
        street.after(wait).await?;
    }
    let (id, state, why) = street.newest().await?;
    assert_eq!((state.as_str(), why.as_str(), of_id(&relay.mails()?, &id)?), ("failed", "answer lost", 2));
    for mail in relay.mails()? {
        assert!(mail.tls && mail.user.as_deref() == Some(USER) && mail.to.len() == 1, "{mail:?}");
        assert!(mail.to[0].ends_with("@home.example") && mail.from == "it-help@campus.example", "{mail:?}");
        assert_eq!((mail.header("To")?, mail.header("Auto-Submitted")?), (mail.to[0].as_str(), "auto-generated"));
        assert!(code_in(&mail.text.split("\r\n\r\n").skip(1).collect::<String>()).is_some(), "{mail:?}");
    }
    Ok(())
}

#[tokio::test]
async fn an_answer_that_never_comes_is_lost_before_the_next_gateway_loses_its_patience() -> Result<()> {
    let relay = Relay::start().await?;
    relay.now(Fault::SilentAfter)?;
    let by = gateways_of(&relay.gateway("mail"))?;
    let sent = by.send(&message("silent", "ada@home.example")).await;
    // The gateway itself gives up, in its own words.
    assert!(
        matches!(&sent, Err(NotSent::AnswerLost(cause)) if words(&**cause).contains("the relay did not answer")),
        "{sent:?}"
    );
    assert_eq!(relay.mails()?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_code_goes_by_the_next_gateway_when_the_first_is_dead_or_lets_nobody_in() -> Result<()> {
    let relay = Relay::start().await?;
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let dead = relay.gateway_at("dead", closed, "starttls", "password");
    let locked = relay.gateway_at("locked", relay.ports().good, "starttls", "wrong-password");
    let by = gateways_of(&format!("{dead}{locked}{}", relay.gateway("backup")))?;
    for number in 0..3 {
        let sent = by.send(&message(&format!("m{number}"), "ada@home.example")).await;
        let accepted = sent.map_err(|error| anyhow::anyhow!(words(&error)))?;
        assert_eq!(accepted.gateway.as_deref(), Some("backup"));
        assert!(accepted.provider_id.as_ref().is_some_and(|id| id.contains("queued as")), "{accepted:?}");
    }
    let tallies = by.tallies();
    assert!(tallies.iter().take(2).all(|tally| tally.not_taken >= 1 && tally.accepted == 0), "{tallies:?}");
    assert_eq!((tallies[2].accepted, relay.mails()?.len()), (3, 3));
    Ok(())
}

#[tokio::test]
async fn nothing_of_a_mail_goes_to_a_relay_that_cannot_prove_who_it_is_or_offers_no_tls() -> Result<()> {
    // TF-09
    let relay = Relay::start().await?;
    let ports = relay.ports();
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let by_ca = |port, security: &str| relay.gateway_at("mail", port, security, "password");
    let by_system = relay.gateway("mail").lines().filter(|line| !line.contains("ca =")).collect::<Vec<_>>().join("\n");
    for (gateway, says) in [
        (by_ca(ports.bare, "starttls"), "offers no STARTTLS"),
        (by_ca(ports.selfsigned, "starttls"), "invalid peer certificate"),
        (by_ca(ports.wronghost, "starttls"), "not valid for"),
        (by_ca(ports.expired, "starttls"), "xpired"),
        (by_system, "no TLS with the relay"),
        (by_ca(ports.bare, "tls"), "no TLS with the relay"),
        (by_ca(ports.tls, "starttls"), "did not answer"),
        (by_ca(closed, "tls"), "cannot reach localhost"),
        (by_ca(closed, "starttls"), "cannot reach localhost"),
    ] {
        let by = gateways_of(&gateway)?;
        let sent = by.send(&message("secret", "ada@home.example")).await;
        let Err(NotSent::TryAgain { cause, .. }) = &sent else { anyhow::bail!("{says}: {sent:?}") };
        let said = words(&**cause);
        assert!(said.contains(says) && !said.contains("ada"), "{says}: {said}");
        let probed = by.probe().await.expect_err("no better").to_string();
        assert!(probed.contains("mail"), "{probed}");
    }
    assert!(relay.mails()?.is_empty());
    let said = relay.commands()?;
    assert!(!said.iter().any(|command| command.starts_with("AUTH") || command.starts_with("MAIL")), "{said:?}");

    let wrong = gateways_of(&relay.gateway_at("mail", ports.good, "starttls", "wrong-password"))?;
    let probed = words(&*wrong.probe().await.expect_err("no way in"));
    assert!(probed.contains("535 5.7.8 to the sign-in; look at user"), "{probed}");

    for gateway in [by_ca(ports.good, "starttls"), by_ca(ports.tls, "tls")] {
        let by = gateways_of(&gateway)?;
        by.probe().await.map_err(|cause| anyhow::anyhow!(words(&*cause)))?;
        by.send(&message("fine", "ada@home.example")).await?;
    }
    assert_eq!(relay.mails()?.len(), 2);
    assert!(relay.commands()?.iter().all(|command| command == "STARTTLS" || command.ends_with("over TLS")));
    Ok(())
}

#[tokio::test]
async fn the_envelope_has_one_recipient_the_stored_one_whatever_is_stored() -> Result<()> {
    // TF-05
    let relay = Relay::start().await?;
    let by = gateways_of(&relay.gateway("mail"))?;
    let (one, two) = ("ada@home.example", "eve@evil.example");
    let mut hostile = vec![format!("[\"{one}\",\"{two}\"]"), format!("Ada <{one}>"), format!("\"{one}\" {two}")];
    for between in [
        ",",
        ";",
        " ",
        "\t",
        "\r\n",
        "\n",
        "\0",
        "%0a",
        "%0d%0a",
        ">,<",
        ">\r\nRCPT TO:<",
        "\r\nBcc: ",
        "\u{202e}",
        "!",
        "、",
    ] {
        hostile.extend([format!("{one}{between}{two}"), format!("<{one}{between}{two}>"), format!("{between}{one}")]);
    }
    hostile.extend(
        [
            "\"a b\"@home.example",
            "(x)ada@home.example",
            "@a,@b:ada@home.example",
            "ada@bücher.example",
            "ada",
            "@home.example",
            "",
        ]
        .map(str::to_owned),
    );
    for to in &hostile {
        let sent = by.send(&message("hostile", to)).await;
        let is_refused = matches!(&sent, Err(NotSent::Refused(_)));
        assert!(is_refused, "{to:?}: {sent:?}");
    }
    assert!(relay.mails()?.is_empty());
    let sound = ["ada@home.example", "o'hara+x@xn--bcher-kva.example", "a.b_c{d}~e@home.example"];
    for to in sound {
        by.send(&message("sound", to)).await?;
    }
    let mails = relay.mails()?;
    assert_eq!(mails.iter().map(|mail| mail.to.clone()).collect::<Vec<_>>(), sound.map(|to| vec![to.to_owned()]));
    // One connection carried them all.
    assert_eq!(relay.commands()?.iter().filter(|command| command.starts_with("AUTH")).count(), 1);
    Ok(())
}

#[tokio::test]
async fn a_mail_is_the_same_to_the_byte_whatever_host_a_browser_names() -> Result<()> {
    // TF-10
    let relay = Relay::start().await?;
    let street = Street::by(Kind::Email, &relay.gateway("mail")).await?;
    let mut forms = vec![vec![]];
    for evil in ["evil.example", "evil.example:8443", "campus.example@evil.example", "[::1]", "xn--evil-.example"] {
        forms.push(vec![("host", evil)]);
        forms.push(vec![("host", "campus.example"), ("x-forwarded-host", evil)]);
        forms.push(vec![("x-forwarded-host", evil), ("x-forwarded-proto", "http"), ("x-original-url", "/evil")]);
        forms.push(vec![
            ("forwarded", "host=evil.example;proto=http"),
            ("x-host", evil),
            ("referer", "https://evil.example/"),
        ]);
    }
    for headers in &forms {
        street.ask_with("ada", "en", headers).await?;
        street.after(0).await?;
    }
    let mut seen = BTreeMap::<String, usize>::new();
    let mails = relay.mails()?;
    for mail in &mails {
        let (head, body) = mail.text.split_once("\r\n\r\n").context("a head")?;
        let code = code_in(body).context("a code")?;
        let alike = head.replace(mail.header("Message-ID")?, "ID") + &body.replace(&code, "CODE");
        *seen.entry(alike).or_default() += 1;
    }
    assert_eq!((mails.len(), seen.len()), (forms.len(), 1), "{seen:#?}");
    assert!(!seen.keys().any(|text| text.contains("evil") || text.contains("http")));
    Ok(())
}

/// Of these every hostile recipient is put together.
const PIECES: [&str; 40] = [
    "ada",
    "eve",
    "home.example",
    "evil.example",
    "@",
    "@",
    "@",
    ".",
    ",",
    ";",
    " ",
    "\t",
    "\r\n",
    "\n",
    "\0",
    "<",
    ">",
    "\"",
    "(",
    ")",
    "[",
    "]",
    "\\",
    ":",
    "%0a",
    "%0d%0a",
    "!",
    "%",
    "+x",
    "mailto:",
    "Bcc: ",
    "RCPT TO:",
    "ada@home.example",
    "eve@evil.example",
    "bücher.example",
    "xn--bcher-kva.example",
    "\u{202e}",
    "\u{200b}",
    "、",
    "SMTPUTF8",
];

/// The next number of a sequence that is the same each time (Knuth's MMIX).
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

#[tokio::test]
async fn of_many_thousand_recipients_every_mail_has_one_and_it_is_the_stored_one() -> Result<()> {
    // TF-05; `cargo xtask test --long recipients` takes 100,000.
    let cases = std::env::var("LATCHKEY_RECIPIENTS").map_or(Ok(2_000), |cases| cases.parse())?;
    let relay = Relay::start().await?;
    let by = gateways_of(&relay.gateway("mail"))?;
    let (mut state, mut accepted) = (20_261_128, Vec::new());
    for _ in 0..cases {
        let many = 1 + next(&mut state) % 6;
        let to: String = (0..many).map(|_| PIECES[next(&mut state) % PIECES.len()]).collect();
        match by.send(&message("fuzz", &to)).await {
            Ok(_) => accepted.push(vec![to]),
            Err(NotSent::Refused(_)) => {}
            Err(other) => anyhow::bail!("{to:?}: {}", words(&other)),
        }
    }
    let recipients: Vec<Vec<String>> = relay.mails()?.into_iter().map(|mail| mail.to).collect();
    assert!(recipients == accepted && accepted.len() > cases / 200, "{} of {cases}", accepted.len());
    println!("figure: recipients tried = {cases}");
    println!("figure: mails that a relay has taken, each to the one stored address = {}", accepted.len());
    println!("figure: second recipients = 0");
    Ok(())
}
