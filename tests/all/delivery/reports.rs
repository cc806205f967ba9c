//! What a gateway over HTTP reports afterwards, at the address that it was given with the message.

use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use axum::http::{Method, StatusCode};
use latchkey_delivery::Kind;
use latchkey_tests::rogue::{Answer, Folder, Rogue};

use super::street::{PUBLIC, Street};

/// A gateway by a made-up provider that is told where to report to.
fn table(origin: &str, folder: &Folder) -> String {
    format!(
        "[[delivery.gateway]]\nname = \"one\"\nkinds = [\"text\"]\n[delivery.gateway.http]\n\
         url = \"{origin}/send?ref={{id}}\"\njson = '{{\"to\": \"{{to}}\", \"text\": \"{{body}}\", \"tell\": \"{{report_url}}\"}}'\n\
         ca = {:?}\ntimeout_seconds = 1\n\
         report = [\n{{ means = \"delivered\", field = \"status\", equals = [\"DELIVRD\"] }},\n\
         {{ means = \"failed\", pointer = \"/status\", equals = [\"UNDELIV\"] }},\n\
         {{ means = \"taken\", field = \"status\", equals = [\"BUFFERED\"] }},\n\
         {{ means = \"ignored\", field = \"status\", equals = [\"ENROUTE\"] }},\n]\n",
        folder.path().join("ca.pem"),
    )
}

/// A campus, its gateway, and what that was asked.
struct Reporting {
    street: Street,
    gateway: Rogue,
    _folder: Folder,
}

impl Reporting {
    async fn start(answer: Answer) -> Result<Self> {
        let folder = Folder::new().await?;
        let gateway = Rogue::start(&folder, "good", answer).await?;
        let street = Street::by(Kind::Text, &table(&gateway.origin(), &folder)).await?;
        Ok(Self { street, gateway, _folder: folder })
    }

    /// Has a code sent to somebody: the address for its reports, without the origin.
    async fn asks(&self, account: &str) -> Result<String> {
        self.street.ask(account, "en").await?;
        self.street.after(0).await?;
        self.last_address()
    }

    fn last_address(&self) -> Result<String> {
        let asked = self.gateway.asked().pop().context("nothing was asked")?;
        let (_, body) = asked.split_once("\r\n\r\n").context("a request")?;
        let body: serde_json::Value = serde_json::from_str(body)?;
        let address = body["tell"].as_str().and_then(|address| address.strip_prefix(PUBLIC));
        Ok(address.with_context(|| format!("no address of ours: {body}"))?.to_owned())
    }

    async fn state(&self) -> Result<String> {
        Ok(self.street.newest().await?.1)
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

#[tokio::test]
async fn a_report_by_get_or_post_moves_a_message_forward_and_never_back() -> Result<()> {
    // TF-08
    let on = Reporting::start(Answer::whole("200 OK", "ok")).await?;
    let address = on.asks("ada").await?;
    assert!(!address.contains("2025550134"), "{address}");
    assert_eq!(on.state().await?, "accepted");
    let with = |status: &str| format!("{address}?id=x&status={status}");
    for (method, path, kind, body, state) in [
        (Method::HEAD, with("DELIVRD"), FORM, "", "accepted"),
        (Method::GET, with("ENROUTE"), FORM, "", "accepted"),
        (Method::GET, with("BUFFERED"), FORM, "", "accepted"),
        (Method::GET, with("something new"), FORM, "", "accepted"),
        (Method::POST, address.clone(), JSON, r#"{"status": "DELIVRD"}"#, "accepted"),
        (Method::POST, address.clone(), FORM, "id=x&status=DELIVRD", "delivered"),
        (Method::POST, address.clone(), FORM, "id=x&status=DELIVRD", "delivered"),
        (Method::POST, address.clone(), JSON, r#"{"status": "UNDELIV"}"#, "delivered"),
    ] {
        let path = path.replace(' ', "%20");
        let is_head = method == Method::HEAD;
        let (status, said) = on.street.called(method, &path, kind, body).await?;
        let expected = if is_head { StatusCode::NOT_FOUND } else { StatusCode::OK };
        assert_eq!(status, expected, "{path} {body}: {said}");
        assert_eq!(on.state().await?, state, "{path} {body}");
    }
    let address = on.asks("grace").await?;
    let (status, _) = on.street.called(Method::POST, &address, JSON, r#"{"status": "UNDELIV"}"#).await?;
    assert_eq!((status, on.state().await?.as_str()), (StatusCode::OK, "failed"));
    Ok(())
}

#[tokio::test]
async fn a_report_tells_that_a_message_was_taken_whose_answer_was_lost_and_what_another_try_came_to_is_not_believed()
-> Result<()> {
    // R11
    let on = Reporting::start(Answer::bytes("")).await?;
    let address = on.asks("ada").await?;
    assert_eq!(on.state().await?, "queued");
    // It may have arrived all the same by another try.
    let (status, _) = on.street.called(Method::POST, &address, JSON, r#"{"status": "UNDELIV"}"#).await?;
    assert_eq!((status, on.state().await?.as_str()), (StatusCode::OK, "queued"));
    on.street.called(Method::GET, &format!("{address}?status=BUFFERED"), FORM, "").await?;
    assert_eq!(on.state().await?, "accepted");
    on.street.after(61).await?;
    assert_eq!(on.gateway.asked().len(), 1, "it was sent twice");
    // Without a report it is sent once more; what the first try came to says nothing of the second.
    let first = on.asks("grace").await?;
    on.gateway.now(Answer::whole("200 OK", "ok"));
    on.street.after(61).await?;
    let second = on.last_address()?;
    assert_ne!(first, second);
    for (address, state) in [(first, "accepted"), (second, "failed")] {
        on.street.called(Method::POST, &address, JSON, r#"{"status": "UNDELIV"}"#).await?;
        assert_eq!(on.state().await?, state);
    }
    Ok(())
}

#[tokio::test]
async fn a_forged_or_stale_report_changes_nothing_and_nobody_learns_whether_there_is_such_a_message() -> Result<()> {
    // TF-08
    let on = Reporting::start(Answer::whole("200 OK", "ok")).await?;
    let good = on.asks("ada").await?;
    let (before, ticket) = good.rsplit_once('/').context("a ticket")?;
    let of_nobody = on.street.called(Method::GET, "/v1/gateways/one/nothing?status=DELIVRD", FORM, "").await?;
    assert_eq!(of_nobody.0, StatusCode::NOT_FOUND);
    let parts: Vec<&str> = ticket.split('.').collect();
    let [id, number, until, mac] = parts.as_slice() else { anyhow::bail!("four parts: {ticket}") };
    let mut forged = vec![
        String::new(),
        (*id).to_owned(),
        format!("{id}.{number}.{until}."),
        format!("{id}.2.{until}.{mac}"),
        format!("{id}.{number}.9999999999.{mac}"),
        format!("x{id}.{number}.{until}.{mac}"),
    ];
    forged.extend((0..mac.len()).map(|at| {
        let other = if mac.as_bytes()[at] == b'A' { 'B' } else { 'A' };
        format!("{id}.{number}.{until}.{}{other}{}", &mac[..at], &mac[at + 1..])
    }));
    for ticket in forged {
        for (method, kind, body) in [(Method::GET, FORM, ""), (Method::POST, FORM, "status=DELIVRD")] {
            let query = if body.is_empty() { "?status=DELIVRD" } else { "" };
            let (status, said) = on.street.called(method, &format!("{before}/{ticket}{query}"), kind, body).await?;
            assert_eq!((status, &said), (of_nobody.0, &of_nobody.1), "{ticket}");
        }
    }
    for path in [good.replace("/one/", "/rest/"), good.replace("/one/", "/two/"), good.replace("/report/", "/call/")] {
        let (status, _) = on.street.called(Method::POST, &path, FORM, "status=DELIVRD").await?;
        assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
    }
    let long = format!("status=DELIVRD&x={}", "x".repeat(20_000));
    let (status, _) = on.street.called(Method::POST, &good, FORM, &long).await?;
    assert_eq!((status, on.state().await?.as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "accepted"));
    // A message that is not known any more is answered as one that is.
    sqlx::query("DELETE FROM messages").execute(on.street.app.store.pool()).await?;
    let (status, said) = on.street.called(Method::GET, &format!("{good}?status=DELIVRD"), FORM, "").await?;
    assert_eq!((status, said.as_str()), (StatusCode::OK, ""));
    // A day after the code was of no use any more, the address is not good any more.
    let good = on.asks("grace").await?;
    on.street.after(24 * 60 * 60 + 5 * 60).await?;
    let (status, said) = on.street.called(Method::GET, &format!("{good}?status=DELIVRD"), FORM, "").await?;
    assert_eq!((status, &said), (of_nobody.0, &of_nobody.1));
    assert_eq!(on.state().await?, "accepted");
    Ok(())
}

#[test]
fn a_gateway_that_reports_needs_to_know_where_this_server_is() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let text = "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n[delivery]\n\
                [[delivery.gateway]]\nname = \"one\"\nkinds = [\"text\"]\n[delivery.gateway.http]\n\
                url = \"https://gw.example/send?to={to}&t={body}&r={report_url}\"\n\
                report = [{ means = \"delivered\", field = \"s\", equals = [\"1\"] }]\n";
    let path = folder.path().join("server.toml");
    std::fs::write(&path, text)?;
    let program = latchkey_tests::built("latchkey-server")?;
    let done =
        std::process::Command::new(program).arg("check").arg("--config").arg(&path).stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    ensure!(!done.status.success() && said.contains("listener.public_url is missing"), "{said}");
    Ok(())
}
