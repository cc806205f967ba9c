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

/// Who does it, and why.
const BY: [&str; 4] = ["--by", "m. jones", "--reason", "ticket 4711"];

/// What the helpdesk does with one account.
fn helpdesk(arguments: &[&str], data: &Path) -> Result<Run> {
    server(&[&["account"], arguments, &BY].concat(), data)
}

/// Makes a demonstration in a folder and leaves it without a server.
async fn made_in(folder: &Path) -> Result<()> {
    Campus::start_at(folder).await?.stop().await
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
    ensure!(std::fs::read_to_string(&out)?.contains("blank,'+12025550111,,blank@home.example,,\r\n"));
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
        (b"\xff\xfea\0c\0c\0o\0u\0n\0t\0", 1, "UTF-16, not UTF-8"),
        (b"account,mobile\r\n", 1, "no line"),
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
    let pass = helpdesk(&["pass", "ADA"], folder.path())?;
    let code = pass.out.trim();
    ensure!(pass.code == 0 && code.len() == 11 && code.as_bytes()[5] == b'-', "{}{}", pass.out, pass.said);
    ensure!(pass.said.contains("an earlier pass is void") && !pass.said.contains("nothing else"), "{}", pass.said);
    let blank = helpdesk(&["pass", "blank"], folder.path())?;
    ensure!(blank.said.contains("nothing else is set up"), "{}", blank.said);
    let unknown = helpdesk(&["pass", "nobody"], folder.path())?;
    ensure!(unknown.code == 1 && unknown.said.contains("no account \"nobody\"") && unknown.out.is_empty());

    let added = server(&["account", "add", "nadia"], folder.path())?;
    ensure!(added.code == 0 && added.out.trim().len() == 23, "{}{}", added.out, added.said);
    let unlocked = helpdesk(&["unlock", "locked"], folder.path())?;
    ensure!(unlocked.out == "unlocked\n", "{}", unlocked.said);
    let thawed = helpdesk(&["unfreeze", "ada"], folder.path())?;
    ensure!(thawed.out == "was not frozen\n", "{}", thawed.said);
    let unsure = helpdesk(&["forget", "ada"], folder.path())?;
    ensure!(unsure.code == 1 && unsure.said.contains("--yes"), "{}", unsure.said);
    let forgotten = helpdesk(&["forget", "ada", "--yes"], folder.path())?;
    ensure!(forgotten.code == 0 && forgotten.out.contains("4 methods"), "{}{}", forgotten.out, forgotten.said);
    let empty = tempfile::tempdir()?;
    let nowhere = server(&["account", "show", "ada"], empty.path())?;
    ensure!(nowhere.code == 1 && nowhere.said.contains("no demonstration"), "{}", nowhere.said);
    Ok(())
}

#[tokio::test]
async fn what_is_done_for_somebody_else_is_done_by_somebody_for_a_reason_and_stands_in_the_audit() -> Result<()> {
    // FL-16, LG-01, LG-03
    let folder = tempfile::tempdir()?;
    let _running = Campus::start_at(folder.path()).await?;
    for command in ["pass", "unlock", "unfreeze", "restore", "forget"] {
        for given in [&[][..], &["--by", "m. jones"], &["--reason", "ticket 4711"]] {
            let run = server(&[&["account", command, "ada"], given].concat(), folder.path())?;
            ensure!(run.code == 2 && run.said.contains("required"), "{command} {given:?}: {}{}", run.out, run.said);
        }
        let empty = server(&["account", command, "ada", "--by", "\u{200b}", "--reason", "x"], folder.path())?;
        ensure!(empty.code == 1 && empty.out.is_empty(), "{command}: {}{}", empty.out, empty.said);
    }
    let nothing = helpdesk(&["restore", "ada"], folder.path())?;
    ensure!(nothing.code == 1 && nothing.said.contains("72 hours"), "{}", nothing.said);
    ensure!(helpdesk(&["unlock", "locked"], folder.path())?.code == 0);
    let whole = server(&["audit", "verify"], folder.path())?;
    ensure!(whole.code == 0 && whole.out.contains("rows, each fits"), "{}{}", whole.out, whole.said);
    let database =
        sqlx::SqlitePool::connect(&format!("sqlite://{}", folder.path().join("latchkey.db").display())).await?;
    let (row, actor, reason): (i64, String, String) =
        sqlx::query_as("SELECT id, actor, reason FROM audit WHERE event = 'account unlocked'")
            .fetch_one(&database)
            .await?;
    ensure!((actor.as_str(), reason.as_str()) == ("m. jones", "ticket 4711"));
    sqlx::query("UPDATE audit SET actor = 'somebody else' WHERE id = ?").bind(row).execute(&database).await?;
    let broken = server(&["audit", "verify"], folder.path())?;
    ensure!(broken.code == 3 && broken.said.contains(&format!("row {row} ")), "{}{}", broken.out, broken.said);
    Ok(())
}

#[tokio::test]
async fn a_foreign_or_a_missing_key_file_starts_nothing_and_changes_nothing() -> Result<()> {
    // B5, R31
    let (folder, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
    made_in(folder.path()).await?;
    made_in(other.path()).await?;
    let keys = folder.path().join("keys.toml");
    let own = std::fs::read(&keys)?;
    std::fs::copy(other.path().join("keys.toml"), &keys)?;
    for arguments in [&["account", "show", "ada"][..], &["audit", "verify"], &["demo", "--listen", "127.0.0.1:0"]] {
        let refused = server(arguments, folder.path())?;
        ensure!(refused.code == 1 && refused.said.contains("put back the key file"), "{arguments:?}: {}", refused.said);
    }
    std::fs::remove_file(&keys)?;
    let refused = server(&["demo", "--listen", "127.0.0.1:0"], folder.path())?;
    ensure!(refused.code == 1 && refused.said.contains("no keys.toml"), "{}", refused.said);
    ensure!(!keys.exists(), "no new keys beside an old database");
    std::fs::write(&keys, own)?;
    std::fs::set_permissions(&keys, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    let shown = server(&["account", "show", "ada"], folder.path())?;
    ensure!(shown.code == 0, "{}", shown.said);
    Ok(())
}

#[tokio::test]
async fn a_database_of_a_newer_version_or_one_that_others_may_write_is_refused_with_what_to_do() -> Result<()> {
    // G5
    let folder = tempfile::tempdir()?;
    made_in(folder.path()).await?;
    let path = folder.path().join("latchkey.db");
    for file in ["latchkey.db", "outbox.jsonl"] {
        use std::os::unix::fs::PermissionsExt as _;
        ensure!(std::fs::metadata(folder.path().join(file))?.permissions().mode() & 0o777 == 0o600, "{file}");
    }
    let database = sqlx::SqlitePool::connect(&format!("sqlite://{}", path.display())).await?;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of tomorrow', 1, x'00', 0)",
    )
    .execute(&database)
    .await?;
    let newer = server(&["account", "show", "ada"], folder.path())?;
    ensure!(newer.code == 1 && newer.said.contains("newer version"), "{}", newer.said);
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version = 9999").execute(&database).await?;
    database.close().await;
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o666))?;
    let lax = server(&["account", "show", "ada"], folder.path())?;
    ensure!(lax.code == 1 && lax.said.contains("chmod 600"), "{}", lax.said);
    Ok(())
}
