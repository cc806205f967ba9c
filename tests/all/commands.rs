//! The server's own command line, as the helpdesk and the operator use it, beside a demonstration.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

use std::path::Path;
use std::process::{Command, Output};

use anyhow::{Result, ensure};
use latchkey_tests::{Campus, built};

struct Run {
    code: i32,
    out: String,
    said: String,
}

fn server(arguments: &[&str], data: &Path) -> Result<Run> {
    let output: Output = Command::new(built("latchkey-server")?).args(arguments).arg("--data").arg(data).output()?;
    let code = output.status.code().unwrap_or(-1);
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Ok(Run { code, out: text(&output.stdout), said: text(&output.stderr) })
}

fn import(text: &[u8], options: &[&str], folder: &Path) -> Result<Run> {
    let file = folder.join("contacts.csv");
    std::fs::write(&file, text)?;
    let name = file.to_string_lossy();
    server(&[&["contacts", "import", &*name], options].concat(), folder)
}

#[tokio::test]
async fn contacts_are_reported_first_and_changed_when_it_is_said_so() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let _running = Campus::start_at(folder.path()).await?;
    let good = b"account,mobile,email\r\nblank,+1 202 555 0111,blank@home.example\r\n";
    let dry = import(good, &[], folder.path())?;
    ensure!(dry.code == 0 && dry.out.contains("blank: mobile added, email added"), "{}{}", dry.out, dry.said);
    ensure!(dry.out.contains("dry run") && dry.said.is_empty(), "{}{}", dry.out, dry.said);
    let applied = import(good, &["--apply"], folder.path())?;
    ensure!(applied.code == 0 && applied.out.ends_with("applied\n"), "{}{}", applied.out, applied.said);
    let shown = server(&["account", "show", "blank"], folder.path())?;
    for line in ["text_mobile  … 11  (imported)", "call_mobile  … 11  (imported)", "email  b…@home.example  (imported)"]
    {
        ensure!(shown.out.contains(line), "{line} in {}", shown.out);
    }
    ensure!(!shown.out.contains("555"), "{}", shown.out);

    let out = folder.path().join("out.csv");
    let exported = server(&["contacts", "export", "--out", &out.to_string_lossy()], folder.path())?;
    ensure!(exported.code == 0, "{}", exported.said);
    use std::os::unix::fs::PermissionsExt as _;
    ensure!(std::fs::metadata(&out)?.permissions().mode() & 0o777 == 0o600);
    ensure!(std::fs::read_to_string(&out)?.contains("blank,'+12025550111,,blank@home.example,\r\n"));
    let again = server(&["contacts", "export", "--out", &out.to_string_lossy()], folder.path())?;
    ensure!(again.code == 1, "an existing file is kept");
    Ok(())
}

#[tokio::test]
async fn a_file_with_something_wrong_says_what_and_changes_nothing() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let _running = Campus::start_at(folder.path()).await?;
    let latin = b"account,mobile\nblank,+1 202 555 0111\nm\xfcller,+1 202 555 0112\n";
    let long = format!("account,mobile\nblank,+1 202 555 0111\n{}\n", "9".repeat(3000));
    for (text, code, why) in [
        (&b"account,phone\nblank,1\n"[..], 1, "unknown column \"phone\""),
        (latin, 1, "not UTF-8 (see line 3)"),
        (b"\xff\xfea\0c\0c\0o\0u\0n\0t\0", 1, "not UTF-8"),
        (b"account,mobile\nblank,+1 202 555 0111\nBLANK,+1 202 555 0112\n", 3, "line 3: the same account as in line 2"),
        (long.as_bytes(), 3, "line 3: longer than 1024 bytes"),
        (b"account,mobile\nnobody,+1 202 555 0111\n", 3, "line 2: the directory has no account \"nobody\""),
    ] {
        let run = import(text, &["--apply"], folder.path())?;
        ensure!(run.code == code && run.said.contains(why), "{why}: {} {}{}", run.code, run.out, run.said);
        ensure!(!run.said.contains("555"), "no number is repeated: {}", run.said);
        let shown = server(&["account", "show", "blank"], folder.path())?;
        ensure!(shown.out.contains("methods      none"), "{}", shown.out);
    }
    let skipped = import(long.as_bytes(), &["--apply", "--skip-bad"], folder.path())?;
    ensure!(skipped.code == 0 && skipped.out.contains("1 of them bad"), "{}{}", skipped.out, skipped.said);
    Ok(())
}

#[tokio::test]
async fn the_helpdesk_gets_a_pass_and_is_told_why_not() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let _running = Campus::start_at(folder.path()).await?;
    let pass = server(&["account", "pass", "ADA"], folder.path())?;
    let code = pass.out.trim();
    ensure!(pass.code == 0 && code.len() == 11 && code.as_bytes()[5] == b'-', "{}{}", pass.out, pass.said);
    ensure!(pass.said.contains("an earlier pass is void") && !pass.said.contains("nothing else"), "{}", pass.said);
    let blank = server(&["account", "pass", "blank"], folder.path())?;
    ensure!(blank.said.contains("nothing else is set up"), "{}", blank.said);
    let unknown = server(&["account", "pass", "nobody"], folder.path())?;
    ensure!(unknown.code == 1 && unknown.said.contains("no account \"nobody\"") && unknown.out.is_empty());

    let added = server(&["account", "add", "nadia"], folder.path())?;
    ensure!(added.code == 0 && added.out.trim().len() == 23, "{}{}", added.out, added.said);
    let unlocked = server(&["account", "unlock", "locked"], folder.path())?;
    ensure!(unlocked.out == "unlocked\n", "{}", unlocked.said);
    let thawed = server(&["account", "unfreeze", "ada"], folder.path())?;
    ensure!(thawed.out == "was not frozen\n", "{}", thawed.said);
    let unsure = server(&["account", "forget", "ada"], folder.path())?;
    ensure!(unsure.code == 1 && unsure.said.contains("--yes"), "{}", unsure.said);
    let forgotten = server(&["account", "forget", "ada", "--yes"], folder.path())?;
    ensure!(forgotten.code == 0 && forgotten.out.contains("4 methods"), "{}{}", forgotten.out, forgotten.said);
    let empty = tempfile::tempdir()?;
    let nowhere = server(&["account", "show", "ada"], empty.path())?;
    ensure!(nowhere.code == 1 && nowhere.said.contains("no demonstration"), "{}", nowhere.said);
    Ok(())
}
