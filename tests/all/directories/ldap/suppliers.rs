//! Several servers of one directory, each of which counts wrong passwords for itself and tells the others nothing (R23).

use anyhow::{Context as _, Result, ensure};
use latchkey_directory::ldap::Ldap;
use latchkey_directory::settings::Settings;
use latchkey_directory::{Directory as _, Elsewhere, LockThere, Operation, Written};
use latchkey_tests::served::Served;
use latchkey_tests::slapd::{Right, Slapd, directory, dn};
use serde_json::json;

use crate::directories::whole::example;

const MOBILE: &str = "+1 202 555 0181";
const MAIL: &str = "ada@home.example";

/// Two servers with the same people, of which neither follows the other.
struct Suppliers {
    first: Slapd,
    second: Slapd,
}

impl Suppliers {
    async fn start() -> Result<Self> {
        let (mut first, mut second) = (Slapd::start(Right::Write).await?, Slapd::start(Right::Write).await?);
        first.replace(&dn("ada"), "mobile", &[MOBILE]).await?;
        first.replace(&dn("ada"), "mail", &["ada@campus.example", MAIL]).await?;
        second.stop().await?;
        first.stop().await?;
        for file in ["data/data.mdb", "data/lock.mdb", "good.pem", "good.key", "ca.pem"] {
            std::fs::copy(first.file(file), second.file(file))?;
        }
        first.resume().await?;
        second.resume().await?;
        Ok(Self { first, second })
    }

    fn directory(&self) -> Result<Ldap> {
        directory(Settings { servers: vec![self.first.url(), self.second.url()], ..self.first.settings() })
    }

    async fn locks(&self, at_first: bool, at_second: bool) -> Result<()> {
        if at_first {
            self.first.lock("ada").await?;
        }
        if at_second {
            self.second.lock("ada").await?;
        }
        Ok(())
    }
}

async fn is_locked(slapd: &Slapd) -> Result<bool> {
    Ok(slapd.read(&dn("ada")).await?.contains_key("pwdAccountLockedTime"))
}

/// Unlocks, or sets a password, and lifts what is left elsewhere; what the second server says.
async fn lifted(directory: &Ldap, account: &str, number: usize) -> Result<(Written, LockThere)> {
    let after = directory.marker(account).await?;
    let id = format!("op{number}");
    let operation = Operation { account, id: &id, after: after.as_deref() };
    let written = if number.is_multiple_of(2) {
        directory.unlock(operation).await?
    } else {
        directory.set_password(operation, &format!("a-new-harbour-{number}").as_str().into()).await?
    };
    let said = directory.unlock_elsewhere(operation).await;
    let [Elsewhere { lock, .. }] = said[..] else { anyhow::bail!("{said:?}") };
    Ok((written, lock))
}

/// Rounds in which either server, both or neither has locked, and the second one is there or away.
async fn rounds(many: usize) -> Result<()> {
    let mut suppliers = Suppliers::start().await?;
    let directory = suppliers.directory()?;
    let ada = suppliers.first.id("ada").await?;
    let (mut everywhere, mut partly) = (0, 0);
    let with_both = many * 4 / 5;
    for number in 0..with_both {
        let (at_first, at_second) = (number % 4 < 2, number % 3 < 2);
        suppliers.locks(at_first, at_second).await?;
        let (written, lock) = lifted(&directory, &ada, number).await?;
        ensure!(written == Written::Applied { unlocked: at_first }, "round {number}: {written:?}");
        let expected = if at_second { LockThere::Lifted } else { LockThere::None };
        ensure!(lock == expected, "round {number}: {lock:?}");
        for server in [&suppliers.first, &suppliers.second] {
            ensure!(!is_locked(server).await?, "round {number}: a lock stands that was said to be lifted");
        }
        everywhere += 1;
    }
    suppliers.locks(false, true).await?;
    suppliers.second.stop().await?;
    for number in with_both..many {
        suppliers.locks(true, false).await?;
        let (written, lock) = lifted(&directory, &ada, number).await?;
        ensure!(
            written == Written::Applied { unlocked: true } && lock == LockThere::Unknown,
            "round {number}: {lock:?}"
        );
        ensure!(!is_locked(&suppliers.first).await?, "round {number}");
        partly += 1;
    }
    suppliers.second.resume().await?;
    ensure!(is_locked(&suppliers.second).await?, "the lock at the server that was away still stands, as was said");
    println!("figure: rounds in which each server said that no lock stands, and none did = {everywhere}");
    println!("figure: rounds in which one server was away, told as partial = {partly}");
    println!("figure: locks that stood and were said to be lifted = 0");
    Ok(())
}

#[tokio::test]
async fn a_lock_is_lifted_at_each_server_and_one_that_cannot_be_asked_is_told() -> Result<()> {
    // R23
    rounds(10).await
}

#[tokio::test]
#[ignore = "long: cargo xtask test --long suppliers"]
async fn long_suppliers() -> Result<()> {
    // R23: 100 rounds
    rounds(100).await
}

/// R23: an administrator's lock is lifted at no server.
#[tokio::test]
async fn a_lock_that_an_administrator_set_at_another_server_stands_and_is_told() -> Result<()> {
    let suppliers = Suppliers::start().await?;
    let directory = suppliers.directory()?;
    let ada = suppliers.first.id("ada").await?;
    suppliers.second.replace(&dn("ada"), "pwdAccountLockedTime", &["000001010000Z"]).await?;
    let (_, lock) = lifted(&directory, &ada, 0).await?;
    ensure!(lock == LockThere::Stands && is_locked(&suppliers.second).await?, "{lock:?}");
    Ok(())
}

#[tokio::test]
async fn people_and_the_helpdesk_are_told_at_which_server_a_lock_may_still_stand() -> Result<()> {
    // R23
    let mut suppliers = Suppliers::start().await?;
    let (first, second) = (suppliers.first.url(), suppliers.second.url());
    let tables = example("openldap.toml", &suppliers.first)?;
    let tables = tables.replace(&format!("[\"{first}\"]"), &format!("[\"{first}\", \"{second}\"]"));
    ensure!(tables.contains(&second), "{tables}");
    // The same person comes again and again.
    let limits = "[limits]\nsends_per_ten_minutes = 10\nsends_per_method_per_day = 50\nstarts_per_hour = 100\n";
    let mut served = Served::new(&format!("{tables}\n{limits}"))?;
    served.start().await?;
    served.logs(&["the whole directory was read"]).await?;
    let helpdesk = ["account", "unlock", "ada", "--by", "m. jones", "--reason", "ticket 4711"];

    suppliers.locks(true, true).await?;
    let mut unlock = served.through("unlock", "ada", MOBILE, MAIL).await?;
    served.known(&mut unlock).await?;
    ensure!(unlock.flow["done"]["may_be_locked_elsewhere"] == false, "{}", unlock.flow);
    ensure!(!is_locked(&suppliers.first).await? && !is_locked(&suppliers.second).await?, "at both");
    served.logs(&["a lock was lifted there too", &second]).await?;

    // A reset lifts them too: who is locked at one server alone is not known to be locked at the first.
    suppliers.locks(false, true).await?;
    let mut reset = served.through("reset", "ada", MOBILE, MAIL).await?;
    served.act(&mut reset, "password", json!({"new_password": "violet tractor onion mail"})).await?;
    served.known(&mut reset).await?;
    ensure!(reset.flow["done"]["unlocked"] == true, "{}", reset.flow);
    ensure!(!is_locked(&suppliers.second).await?);

    suppliers.locks(true, true).await?;
    let done = served.run(&helpdesk).await?;
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    ensure!(done.status.success() && said.contains(&format!("{second}: unlocked there too")), "{said}");

    suppliers.locks(true, true).await?;
    suppliers.second.stop().await?;
    let mut unlock = served.through("unlock", "ada", MOBILE, MAIL).await?;
    served.known(&mut unlock).await?;
    let done = &unlock.flow["done"];
    ensure!(done["unlocked"] == true && done["may_be_locked_elsewhere"] == true, "partly: {}", unlock.flow);
    served.logs(&["may still be locked there", &second]).await?;
    let partly = served.run(&helpdesk).await?;
    let said = String::from_utf8_lossy(&partly.stderr).into_owned();
    ensure!(!partly.status.success() && said.contains(&second), "{said}");
    let audit = served.run(&["audit", "verify"]).await?;
    ensure!(audit.status.success());
    suppliers.second.resume().await?;
    ensure!(is_locked(&suppliers.second).await?, "as was said");
    let again = served.run(&helpdesk).await.context("again")?;
    ensure!(again.status.success() && !is_locked(&suppliers.second).await?, "{again:?}");
    Ok(())
}
