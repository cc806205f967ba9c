//! A gateway over HTTP through everything that a gateway, or whoever pretends to be one, does; and the examples for
//! providers, held against what the providers document.

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result};
use latchkey_delivery::{Delivery, Kind, NotSent, in_one_line};

use latchkey_tests::rogue::{Answer, Folder, Rogue};
use latchkey_tests::root;
use latchkey_tests::wait::{PATIENCE, until};
use serde_json::{Value, json};

use super::street::{Street, gateways_of, text};

/// A gateway by a made-up provider that takes JSON.
fn table(name: &str, origin: &str, folder: &Folder, ca: &str) -> String {
    let at = |file: &str| folder.path().join(file);
    format!(
        "[[delivery.gateway]]\nname = {name:?}\nkinds = [\"text\"]\n[delivery.gateway.http]\n\
         url = \"{origin}/send?ref={{id}}&key={{secret:key}}\"\n\
         json = '{{\"to\": [\"{{to}}\"], \"text\": \"{{body}}\"}}'\n\
         secrets = {{ key = {:?} }}\nca = {:?}\ntimeout_seconds = 1\n\
         answer = [{{ means = \"refused\", status = [\"400\"], contains = \"no such number\" }}]\n",
        at("secret"),
        at(ca),
    )
}

/// A way of answering: what it is called, what is sent back, what the message's state is at once, its state in the end,
/// and how often each of the two gateways was asked.
type Fault = (&'static str, Answer, &'static str, &'static str, (usize, usize));

/// Every way of answering that the test knows.
fn faults(elsewhere: &str) -> Vec<Fault> {
    let redirect = |status: &str| Answer::bytes(&format!("HTTP/1.1 {status}\r\nlocation: {elsewhere}/x\r\n\r\n"));
    let long = "x".repeat(200 * 1024);
    let slow = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok".to_vec();
    let ok = "HTTP/1.1 200 OK\r\n";
    vec![
        ("accepted", Answer::whole("200 OK", "ok"), "accepted", "accepted", (1, 0)),
        ("refused", Answer::whole("400 Bad Request", "no such number"), "failed", "failed", (1, 0)),
        ("not understood", Answer::whole("400 Bad Request", "what?"), "accepted", "accepted", (1, 1)),
        ("later", Answer::whole("503 Busy", ""), "accepted", "accepted", (1, 1)),
        ("dead", Answer::Shut, "accepted", "accepted", (0, 1)),
        ("hanging", Answer::Hang, "queued", "accepted", (1, 1)),
        ("closed", Answer::bytes(""), "queued", "accepted", (1, 1)),
        ("failed", Answer::whole("500 Internal Server Error", ""), "queued", "accepted", (1, 1)),
        ("half a head", Answer::bytes("HTTP/1.1 2"), "queued", "accepted", (1, 1)),
        (
            "half a body",
            Answer::bytes("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nha"),
            "accepted",
            "accepted",
            (1, 0),
        ),
        (
            "double",
            Answer::bytes(&format!("{ok}content-length: 2\r\n\r\nok{ok}content-length: 2\r\n\r\nok")),
            "accepted",
            "accepted",
            (1, 0),
        ),
        ("found elsewhere", redirect("302 Found"), "queued", "accepted", (1, 1)),
        ("moved", redirect("307 Temporary Redirect"), "accepted", "accepted", (1, 1)),
        ("too long", Answer::whole("200 OK", &long), "accepted", "accepted", (1, 0)),
        (
            "too long a head",
            Answer::bytes(&format!("{ok}x-long: {long}{long}{long}\r\n\r\n")),
            "queued",
            "accepted",
            (1, 1),
        ),
        ("HTTP/1.0", Answer::bytes("HTTP/1.0 200 OK\r\n\r\nok"), "accepted", "accepted", (1, 0)),
        (
            "bad chunks",
            Answer::bytes(&format!("{ok}transfer-encoding: chunked\r\n\r\nzz\r\n!!")),
            "accepted",
            "accepted",
            (1, 0),
        ),
        (
            "continue",
            Answer::bytes(&format!("HTTP/1.1 100 Continue\r\n\r\n{ok}content-length: 2\r\n\r\nok")),
            "accepted",
            "accepted",
            (1, 0),
        ),
        ("dripping", Answer::Drip(slow), "queued", "accepted", (1, 1)),
        (
            "Latin-1",
            Answer::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n\xe9\xff".to_vec()),
            "accepted",
            "accepted",
            (1, 0),
        ),
        ("another protocol", Answer::bytes("220 mail.example ESMTP\r\n"), "queued", "accepted", (1, 1)),
    ]
}

#[tokio::test]
async fn every_message_is_accounted_for_and_goes_by_the_next_gateway_whatever_the_first_does() -> Result<()> {
    // TF-05, TF-09
    let folder = Folder::new().await?;
    let good = Answer::whole("200 OK", "ok");
    let [first, second, elsewhere] = [
        Rogue::start(&folder, "good", good.clone()).await?,
        Rogue::start(&folder, "good", good.clone()).await?,
        Rogue::start(&folder, "good", good.clone()).await?,
    ];
    let both =
        [table("first", &first.origin(), &folder, "ca.pem"), table("second", &second.origin(), &folder, "ca.pem")];
    let street = Street::by(Kind::Text, &both.concat()).await?;
    for (index, (name, answer, at_once, in_the_end, times)) in faults(&elsewhere.origin()).into_iter().enumerate() {
        // So that no gateway rests, and nobody has spent a budget.
        street.after(4 * 3600).await?;
        first.now(answer);
        street.ask(["ada", "grace", "marie"][index % 3], "en").await?;
        street.after(0).await?;
        let (id, state, _) = street.newest().await?;
        assert_eq!(state, at_once, "{name}, at first");
        // Within the life of a code, which is five minutes.
        street.after(60).await?;
        let (same, state, why) = street.newest().await?;
        assert_eq!((&same, state.as_str()), (&id, in_the_end), "{name}, in the end: {why}");
        street.after(300).await?;
        assert_eq!((first.asked_with(&id), second.asked_with(&id)), times, "{name}");
        first.now(good.clone());
    }
    assert_eq!(elsewhere.asked().len(), 0, "a redirect was followed");
    // Where both lose their answers it was sent twice, and is not tried again.
    street.after(4 * 3600).await?;
    first.now(Answer::Hang);
    second.now(Answer::bytes(""));
    street.ask("ada", "en").await?;
    for wait in [0, 60, 60, 60] {
        street.after(wait).await?;
    }
    let (id, state, why) = street.newest().await?;
    assert_eq!((state.as_str(), why.as_str()), ("failed", "answer lost"));
    assert_eq!((first.asked_with(&id), second.asked_with(&id)), (1, 1));
    for asked in first.asked().iter().chain(&second.asked()) {
        let (head, body) = asked.split_once("\r\n\r\n").context("a request")?;
        assert!(head.starts_with("POST /send?ref=") && head.contains("&key=hunter2%26x%3D1 HTTP/1.1"), "{head}");
        let body: Value = serde_json::from_str(body)?;
        let to = body["to"].as_array().context("recipients")?;
        assert!(to.len() == 1 && to[0].as_str().is_some_and(|to| to.starts_with("+1")), "{body}");
    }
    Ok(())
}

#[tokio::test]
async fn a_gateway_that_cannot_prove_who_it_is_gets_nothing_and_the_next_one_gets_all() -> Result<()> {
    // TF-09
    let folder = Folder::new().await?;
    let good = Rogue::start(&folder, "good", Answer::whole("200 OK", "ok")).await?;
    for (certificate, ca, said) in [
        ("expired", "ca.pem", "expired"),
        ("selfsigned", "ca.pem", ""),
        ("wronghost", "ca.pem", "valid"),
        ("good", "selfsigned.pem", ""),
    ] {
        let bad = Rogue::start(&folder, certificate, Answer::whole("200 OK", "ok")).await?;
        let first = table("first", &bad.origin(), &folder, ca);
        let alone = gateways_of(&first)?.send(&text("m-1", "+12025550134", "31415926")).await;
        let Err(NotSent::TryAgain { cause, .. }) = alone else { panic!("{certificate}: {alone:?}") };
        let words = in_one_line(&*cause);
        assert!(words.contains("nothing was sent") && words.to_lowercase().contains(said), "{certificate}: {words}");
        assert!(!words.contains("31415926") && !words.contains("hunter2") && !words.contains("2025550134"), "{words}");
        assert!(gateways_of(&first)?.probe().await.is_err(), "{certificate}");
        let both = gateways_of(&format!("{first}{}", table("second", &good.origin(), &folder, "ca.pem")))?;
        let sent = both.send(&text("m-2", "+12025550134", "31415926")).await?;
        assert_eq!(sent.gateway.as_deref(), Some("second"), "{certificate}");
        assert_eq!(bad.asked().len(), 0, "{certificate}: something was sent");
    }
    gateways_of(&table("good", &good.origin(), &folder, "ca.pem"))?
        .probe()
        .await
        .map_err(|cause| anyhow::anyhow!(cause))?;
    assert_eq!(good.asked_with("31415926"), 4, "a probe sends nothing");
    Ok(())
}

#[tokio::test]
async fn old_versions_of_tls_get_nothing() -> Result<()> {
    // TF-09
    let folder = Folder::new().await?;
    for version in ["-tls1", "-tls1_1"] {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = folder.path().join("old.log");
        let mut server = tokio::process::Command::new("openssl")
            .args(["s_server", version, "-cipher", "ALL:@SECLEVEL=0", "-cert", "good.pem", "-key", "good.key"])
            .args(["-accept", &format!("127.0.0.1:{port}")])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(std::fs::File::create(&log)?)
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("openssl cannot be started: apt-get install openssl")?;
        until("openssl", PATIENCE, async || Ok(std::fs::read_to_string(&log)?.contains("ACCEPT").then_some(())))
            .await?;
        let old = gateways_of(&table("old", &format!("https://localhost:{port}"), &folder, "ca.pem"))?;
        let sent = old.send(&text("m-1", "+12025550134", "31415926")).await;
        assert!(matches!(sent, Err(NotSent::TryAgain { .. })), "{version}: {sent:?}");
        server.kill().await?;
        let log = std::fs::read_to_string(&log)?;
        assert!(!log.contains("POST") && !log.contains("31415926"), "{log}");
    }
    Ok(())
}

/// Keeps what is logged.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_line_of_the_log_has_what_is_sent_even_at_the_finest_level() -> Result<()> {
    // SM-05
    let kept = Kept::default();
    let writer = kept.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    tracing::subscriber::with_default(subscriber, || {
        runtime.block_on(async {
            let folder = Folder::new().await?;
            let answers = [Answer::whole("200 OK", "ok"), Answer::whole("503 Busy", "31415926"), Answer::bytes("")];
            for answer in answers {
                let rogue = Rogue::start(&folder, "good", answer).await?;
                let by = gateways_of(&table("one", &rogue.origin(), &folder, "ca.pem"))?;
                let _any = by.send(&text("m-1", "+12025550134", "31415926 is your code")).await;
                anyhow::ensure!(rogue.asked_with("31415926") == 1, "it was not asked");
            }
            Ok(())
        })
    })?;
    let log = String::from_utf8_lossy(&kept.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned();
    assert!(log.contains("a gateway may have taken a message") && log.contains("503"), "{log}");
    for secret in ["31415926", "2025550134", "hunter2"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    Ok(())
}

/// An example as it is shipped, but for where it leads and where its secrets lie.
fn example(name: &str, from: &str, rogue: &Rogue, folder: &Folder) -> Result<String> {
    let text = std::fs::read_to_string(root().join(format!("packaging/gateways/{name}.toml")))?;
    let secret = format!("{:?}", folder.path().join("secret"));
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let mut line = line.replace(from, &rogue.origin());
        while let Some((before, rest)) = line.split_once("\"/etc/latchkey/") {
            let (_, behind) = rest.split_once('"').context("a path")?;
            line = format!("{before}{secret}{behind}");
        }
        let is_url = line.starts_with("url = ");
        lines.push(line);
        if is_url {
            lines.push(format!("ca = {:?}", folder.path().join("ca.pem")));
        }
    }
    Ok(lines.join("\n"))
}

/// What one of the examples sends and makes of an answer.
async fn tried(name: &str, from: &str, answers: &[(&str, &str, &str)]) -> Result<String> {
    let folder = Folder::new().await?;
    let rogue = Rogue::start(&folder, "good", Answer::Shut).await?;
    let by = gateways_of(&example(name, from, &rogue, &folder)?)?;
    for (status, body, expected) in answers {
        rogue.now(Answer::whole(status, body));
        let came = match by.send(&text("m-7", "+12025550134", "31415926 ist Ihr Code, ü & ة")).await {
            Ok(accepted) => accepted.provider_id.unwrap_or_else(|| "accepted".to_owned()),
            Err(NotSent::Refused(_)) => "refused".to_owned(),
            Err(NotSent::TryAgain { .. }) => "later".to_owned(),
            Err(NotSent::AnswerLost(_)) => "lost".to_owned(),
        };
        assert_eq!(&came, expected, "{name}: {status} {body}");
    }
    rogue.asked().pop().with_context(|| format!("{name} was never asked"))
}

#[tokio::test]
async fn the_example_for_vonage_asks_and_reads_as_vonage_documents_it() -> Result<()> {
    let one = |status: &str| {
        format!(r#"{{"message-count": "1", "messages": [{{"status": "{status}", "message-id": "0C0"}}]}}"#)
    };
    let (taken, busy, barred, inner) = (one("0"), one("1"), one("7"), one("5"));
    let answers = [
        ("200 OK", taken.as_str(), "0C0"),
        ("200 OK", &busy, "later"),
        ("200 OK", &barred, "refused"),
        ("200 OK", &inner, "lost"),
        ("401 Unauthorized", "", "later"),
    ];
    let asked = tried("vonage", "https://rest.nexmo.com", &answers).await?;
    let (head, body) = asked.split_once("\r\n\r\n").context("a request")?;
    assert!(head.starts_with("POST /sms/json HTTP/1.1"), "{head}");
    assert!(head.contains("content-type: application/x-www-form-urlencoded"), "{head}");
    for part in [
        "api_key=hunter2%26x%3D1",
        "api_secret=hunter2%26x%3D1",
        "to=12025550134",
        "from=Riverton",
        "text=31415926%20ist%20Ihr%20Code%2C%20%C3%BC%20%26%20%D8%A9",
        "type=unicode",
        "client-ref=m-7",
        "ttl=300000",
    ] {
        assert!(body.split('&').any(|pair| pair == part), "{part} is not in {body}");
    }
    Ok(())
}

#[tokio::test]
async fn the_example_for_telnyx_asks_and_reads_as_telnyx_documents_it() -> Result<()> {
    let answers = [
        ("200 OK", r#"{"data": {"id": "40385f64", "to": [{"status": "queued"}]}}"#, "40385f64"),
        ("400 Bad Request", r#"{"errors": [{"code": "10002", "title": "Invalid phone number"}]}"#, "refused"),
        ("401 Unauthorized", r#"{"errors": [{"code": "10009"}]}"#, "later"),
        ("429 Too Many Requests", r#"{"errors": [{"code": "10011"}]}"#, "later"),
        ("500 Internal Server Error", r#"{"errors": [{"code": "10007"}]}"#, "lost"),
    ];
    let asked = tried("telnyx", "https://api.telnyx.com", &answers).await?;
    let (head, body) = asked.split_once("\r\n\r\n").context("a request")?;
    assert!(head.starts_with("POST /v2/messages HTTP/1.1"), "{head}");
    assert!(head.contains("authorization: Bearer hunter2&x=1"), "{head}");
    let expected = json!({"from": "+12025550100", "to": "+12025550134", "text": "31415926 ist Ihr Code, ü & ة"});
    assert_eq!(serde_json::from_str::<Value>(body)?, expected);
    Ok(())
}

#[tokio::test]
async fn the_example_for_infobip_asks_and_reads_as_infobip_documents_it() -> Result<()> {
    let one = |group: u8| format!(r#"{{"messages": [{{"messageId": "m-7", "status": {{"groupId": {group}}}}}]}}"#);
    let (pending, undeliverable, rejected) = (one(1), one(2), one(5));
    let answers = [
        ("200 OK", pending.as_str(), "m-7"),
        ("200 OK", &undeliverable, "refused"),
        ("200 OK", &rejected, "later"),
        ("200 OK", "<html>", "lost"),
        ("401 Unauthorized", "{}", "later"),
    ];
    let asked = tried("infobip", "https://example.api.infobip.com", &answers).await?;
    let (head, body) = asked.split_once("\r\n\r\n").context("a request")?;
    assert!(head.starts_with("POST /sms/3/messages HTTP/1.1"), "{head}");
    assert!(head.contains("authorization: App hunter2&x=1") && head.contains("accept: application/json"), "{head}");
    let expected = json!({"messages": [{
        "sender": "Riverton",
        "destinations": [{"to": "12025550134", "messageId": "m-7"}],
        "content": {"text": "31415926 ist Ihr Code, ü & ة"},
    }]});
    assert_eq!(serde_json::from_str::<Value>(body)?, expected);
    Ok(())
}
