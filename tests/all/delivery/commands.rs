//! `delivery test` and `check --connect`, as an operator uses them, by a real relay.

use std::net::TcpListener;
use std::path::Path;

use anyhow::{Result, ensure};
use latchkey_tests::built;
use latchkey_tests::mail::{Fault, Relay};
use tokio::process::Command;

struct Run {
    code: i32,
    out: String,
    said: String,
}

async fn server(arguments: &[&str], config: &Path) -> Result<Run> {
    let output = Command::new(built("latchkey-server")?).args(arguments).arg("--config").arg(config).output().await?;
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Ok(Run { code: output.status.code().unwrap_or(-1), out: text(&output.stdout), said: text(&output.stderr) })
}

/// A configuration whose texts stay in a file and whose mail goes by these gateways.
fn configured(relay: &Relay, tables: &str) -> Result<std::path::PathBuf> {
    let path = relay.file("server.toml");
    let outbox = relay.file("texts.jsonl");
    let campus = "[campus]\nname = \"Riverton\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n";
    let texts = format!("[[delivery.gateway]]\nname = \"texts\"\nkinds = [\"text\"]\noutbox = {outbox:?}\n");
    std::fs::write(&path, format!("{campus}{tables}{texts}"))?;
    Ok(path)
}

const MAIL: [&str; 6] = ["delivery", "test", "--kind", "email", "--to", "ada@home.example"];

#[tokio::test]
async fn one_harmless_message_is_sent_and_it_is_said_what_each_gateway_answered_and_what_to_do() -> Result<()> {
    let relay = Relay::start().await?;
    let closed = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let dead = relay.gateway_at("dead", closed, "starttls", "password");
    let locked = relay.gateway_at("locked", relay.ports().good, "starttls", "wrong-password");
    let config = configured(&relay, &format!("{dead}{locked}{}", relay.gateway("mail")))?;

    let sent = server(&MAIL, &config).await?;
    ensure!(sent.code == 0, "{}{}", sent.out, sent.said);
    let lines: Vec<&str> = sent.out.lines().collect();
    ensure!(lines.len() == 4 && lines[0].starts_with("dead: not taken") && lines[0].contains("cannot reach localhost"));
    ensure!(lines[1].contains("535 5.7.8 to the sign-in; look at user and at the file of password"), "{}", lines[1]);
    ensure!(lines[2].starts_with("mail: accepted, as \"2.0.0 Ok: queued as"), "{}", lines[2]);
    ensure!(lines[3].starts_with("next: look whether it arrives"), "{}", lines[3]);
    let mails = relay.mails()?;
    ensure!(mails.len() == 1 && mails[0].to == ["ada@home.example"]);
    ensure!(mails[0].header("Subject")? == "A test of the messages of Riverton");
    ensure!(mails[0].text.contains("Nothing has happened") && !mails[0].text.chars().any(|c| c == '{'));

    let arabic = server(&[&MAIL[..], &["--language", "ar-EG", "--gateway", "mail"]].concat(), &config).await?;
    ensure!(arabic.code == 0 && arabic.out.lines().count() == 2, "{}{}", arabic.out, arabic.said);
    ensure!(relay.mails()?[1].header("Content-Language")? == "ar");
    let text = server(&["delivery", "test", "--kind", "text", "--to", "(202) 555-0134"], &config).await?;
    ensure!(text.code == 0 && text.out.starts_with("texts: accepted"), "{}{}", text.out, text.said);
    Ok(())
}

#[tokio::test]
async fn what_no_gateway_takes_ends_with_a_code_and_what_it_said() -> Result<()> {
    let relay = Relay::start().await?;
    let config = configured(&relay, &relay.gateway("mail"))?;
    for (fault, code, says) in [
        (
            Fault::Unknown,
            3,
            "mail: refused for good: the relay answered 550 5.1.1 to the recipient (\"5.1.1 <ada@home.example>",
        ),
        (Fault::Denied, 3, "it takes no mail to others from this server"),
        (Fault::Later, 3, "not taken, a code would go to the next gateway: the relay answered 451 4.7.1"),
        (Fault::Cut, 4, "the answer was lost, it may have been sent"),
    ] {
        relay.now(fault)?;
        let run = server(&MAIL, &config).await?;
        ensure!(run.code == code && run.out.contains(says), "{fault:?}: {} {}{}", run.code, run.out, run.said);
        ensure!(run.out.lines().last().is_some_and(|line| line.starts_with("next: ")), "{}", run.out);
    }
    // TF-01: nobody can be called or texted by it who would not get a code.
    for (kind, to, says) in [
        ("text", "+1 900 555 0134", "not served"),
        ("text", "+49 30 901820", "not served"),
        ("call", "+1 202 555 0134", "no gateway"),
        ("email", "ada@home.example, eve@evil.example", "not"),
    ] {
        let run = server(&["delivery", "test", "--kind", kind, "--to", to], &config).await?;
        ensure!(run.code == 1 && run.said.contains(says), "{kind} {to}: {} {}{}", run.code, run.out, run.said);
        ensure!(!run.said.contains("555") && !run.said.contains("evil"), "{}", run.said);
    }
    let unknown = server(&["delivery", "test", "--kind", "fax", "--to", "x"], &config).await?;
    ensure!(unknown.code == 2 && unknown.said.contains("text, call or email"), "{}", unknown.said);
    Ok(())
}

#[tokio::test]
async fn a_check_tries_every_gateway_and_sends_nothing() -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let relay = Relay::start().await?;
    let config = configured(&relay, &relay.gateway("mail"))?;
    let without = server(&["check"], &config).await?;
    ensure!(without.code == 0 && without.out.contains("delivery, email = mail\n"), "{}{}", without.out, without.said);
    ensure!(without.out.contains("delivery, call = carried by nobody"), "{}", without.out);
    ensure!(!without.out.contains("gateway mail"), "nothing was connected: {}", without.out);
    let all = server(&["check", "--connect"], &config).await?;
    ensure!(all.code == 0 && all.out.contains("gateway mail (email): ok\ngateway texts (text): ok"), "{}", all.out);

    let locked = relay.gateway_at("mail", relay.ports().good, "starttls", "wrong-password");
    let run = server(&["check", "--connect"], &configured(&relay, &locked)?).await?;
    ensure!(run.code == 3 && run.out.contains("gateway mail (email): the relay answered 535"), "{}", run.out);

    let config = configured(&relay, &relay.gateway("mail"))?;
    std::fs::set_permissions(relay.file("password"), std::fs::Permissions::from_mode(0o644))?;
    let open = server(&["check"], &config).await?;
    ensure!(open.code == 3 && open.out.contains("chmod 600"), "{} {}", open.code, open.out);

    let only_mail = relay.gateway("mail");
    let campus = "[campus]\nname = \"Riverton\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n";
    std::fs::set_permissions(relay.file("password"), std::fs::Permissions::from_mode(0o600))?;
    std::fs::write(&config, format!("{campus}{only_mail}"))?;
    let nobody = server(&["check"], &config).await?;
    ensure!(
        nobody.code == 3 && nobody.out.contains("text_mobile is offered, and no gateway carries a text"),
        "{}",
        nobody.out
    );
    ensure!(relay.mails()?.is_empty());
    Ok(())
}
