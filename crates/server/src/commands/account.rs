//! `account …`: what the helpdesk and the operator do with one account.

use std::io::Read as _;

use super::open::Opened;
use super::{By, Failure, Which, print, say};
use crate::app::App;
use crate::crypt::audit::Actor;
use crate::person::account::{self, AccountError, Shown};
use crate::person::methods::Source;
use crate::person::people::Person;
use clap::Subcommand;
use jiff::Timestamp;
use latchkey_directory::{Elsewhere, LockThere};
use secrecy::{ExposeSecret as _, SecretString};

/// Longest password that is read from standard input, in bytes.
const LONGEST_PASSWORD: u64 = 1024;

#[derive(Debug, Subcommand)]
pub enum Account {
    /// Say how an account stands and what it has set up; of numbers and addresses only a hint.
    Show {
        name: String,
        #[command(flatten)]
        which: Which,
    },
    /// Add an account to the server's own directory and print a one-time password, which must be changed.
    Add {
        name: String,
        /// Read the first password from standard input instead of making one.
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        which: Which,
    },
    /// Put an account of the server's own directory into these groups alone, by which its population is told.
    Groups {
        name: String,
        /// For example students; none takes it out of all.
        groups: Vec<String>,
        #[command(flatten)]
        by: By,
        #[command(flatten)]
        which: Which,
    },
    /// Give an account of the server's own directory another name.
    Rename {
        /// The id that the log or `account show` names.
        id: String,
        name: String,
        #[command(flatten)]
        by: By,
        #[command(flatten)]
        which: Which,
    },
    /// Lift the lock of an account; its password stays.
    Unlock {
        name: String,
        #[command(flatten)]
        by: By,
        #[command(flatten)]
        which: Which,
    },
    /// Serve an account again whose owner has said "this was not me".
    Unfreeze {
        name: String,
        #[command(flatten)]
        by: By,
        #[command(flatten)]
        which: Which,
    },
    /// Let go of what was counted for an account, so that its owner can try again at once.
    Unlimit {
        name: String,
        #[command(flatten)]
        by: By,
        #[command(flatten)]
        which: Which,
    },
    /// Print a pass for somebody whose identity has been checked: one gate of two, once, for ten minutes.
    Pass {
        name: String,
        #[command(flatten)]
        by: By,
        #[command(flatten)]
        which: Which,
    },
    /// Remove everything that an account has set up; its audit stays.
    Forget {
        name: String,
        /// Yes, remove it: it cannot be brought back.
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        by: By,
        #[command(flatten)]
        which: Which,
    },
    /// Bring back what was set up before the change that a code from a message has named, or else before the last
    /// change, for somebody whose identity has been checked; within 72 hours.
    Restore {
        name: String,
        #[command(flatten)]
        by: By,
        #[command(flatten)]
        which: Which,
    },
}

pub(crate) async fn run(command: &Account) -> Result<(), Failure> {
    match command {
        Account::Show { name, which } => show(&which.open().await?.app, name).await,
        Account::Add { name, password_stdin, which } => add(&which.open().await?, name, *password_stdin).await,
        Account::Groups { name, groups, by, which } => {
            let actor = by.actor()?;
            let opened = which.open().await?;
            is_own(&opened)?;
            let population = account::put_groups(&opened.app, &opened.local, name, groups, &actor).await?;
            print(&format!("population: {}", if population.is_empty() { "none" } else { &population }))
        }
        Account::Rename { id, name, by, which } => {
            let actor = by.actor()?;
            let before = account::rename(&which.open().await?.app, id, name, &actor).await?;
            print(&format!("renamed: it was {before}"))
        }
        Account::Unlock { name, by, which } => {
            let actor = by.actor()?;
            let unlocked = account::unlock(&which.open().await?.app, name, &actor).await?;
            tell_of(&unlocked)
        }
        Account::Unfreeze { name, by, which } => {
            let actor = by.actor()?;
            let was_frozen = account::unfreeze(&which.open().await?.app, name, &actor).await?;
            print(if was_frozen { "served again" } else { "was not frozen" })
        }
        Account::Unlimit { name, by, which } => {
            let actor = by.actor()?;
            let account::LetGo { counts, enabled } = account::unlimit(&which.open().await?.app, name, &actor).await?;
            print(&format!("let go of {counts} counts"))?;
            enabled.iter().try_for_each(|method| print(&format!("enabled again: {method}")))
        }
        Account::Pass { name, by, which } => {
            let actor = by.actor()?;
            pass(&which.open().await?.app, name, &actor).await
        }
        Account::Restore { name, by, which } => {
            let actor = by.actor()?;
            let changed_at = account::restore(&which.open().await?.app, name, &actor).await?;
            print(&format!("restored: what was set up before {}", minute(changed_at)))?;
            say("if the account is frozen, it stays so until `account unfreeze`");
            Ok(())
        }
        Account::Forget { name, yes: true, by, which } => {
            let actor = by.actor()?;
            let methods = account::forget(&which.open().await?.app, name, &actor).await?;
            print(&format!("forgotten: {methods} methods, with answers, codes and contacts"))
        }
        Account::Forget { name, yes: false, .. } => {
            Err(format!("this removes everything that {name} has set up and cannot be undone; say --yes").into())
        }
    }
}

/// What became of a lock, server by server; an error where it may still stand at one of them.
fn tell_of(unlocked: &account::Unlocked) -> Result<(), Failure> {
    print(if unlocked.was_locked { "unlocked" } else { "was not locked" })?;
    for Elsewhere { server, lock } in &unlocked.elsewhere {
        let said = match lock {
            LockThere::None => "was not locked there",
            LockThere::Lifted => "unlocked there too",
            LockThere::Follows => "a replica, which follows",
            LockThere::Stands => "STILL LOCKED there; the log has the server's own words",
            LockThere::Unknown => "could not be asked",
        };
        print(&format!("{server}: {said}"))?;
    }
    match unlocked.may_stand_at()[..] {
        [] => Ok(()),
        ref servers => {
            let servers = servers.join(", ");
            Err(format!("the account may still be locked at {servers}: do this once more when they answer").into())
        }
    }
}

async fn show(of: &App, name: &str) -> Result<(), Failure> {
    let Shown { person, frozen_since, methods, questions, pass_until, devices, stuck } =
        account::show(of, name).await?;
    let yes = |is: bool| if is { "yes" } else { "no" };
    print(&format!("account      {}", person.account))?;
    print(&format!("id           {}", person.id))?;
    print(&format!("enabled      {}", yes(person.enabled)))?;
    print(&format!("locked       {}", yes(person.locked)))?;
    print(&format!("privileged   {}", yes(person.privileged)))?;
    print(&format!("must change  {}", yes(person.must_change)))?;
    print(&format!("population   {}", population(of, &person)))?;
    print(&format!(
        "frozen       {}",
        frozen_since.map_or("no".to_owned(), |since| format!("since {}", minute(since)))
    ))?;
    print(&format!(
        "pass         {}",
        pass_until.map_or("none".to_owned(), |until| format!("until {}", minute(until)))
    ))?;
    print(&format!(
        "devices      {}",
        devices.first().map_or("none".to_owned(), |last| format!("{}, last used {}", devices.len(), minute(*last)))
    ))?;
    print(&format!("stuck        {}", if stuck.is_empty() { "no".to_owned() } else { stuck.join("; ") }))?;
    if methods.is_empty() {
        print("methods      none")?;
    }
    for method in methods {
        let hint = method.hint.map(|hint| format!("  {hint}")).unwrap_or_default();
        let source = if method.source == Source::Imported { "  (imported)" } else { "" };
        print(&format!("method       {}{hint}{source}", method.method))?;
    }
    if questions > 0 {
        print(&format!("questions    {questions} are asked"))?;
    }
    Ok(())
}

/// Nothing, if the accounts are the server's own.
fn is_own(of: &Opened) -> Result<(), Failure> {
    if of.app.config.directories.is_empty() {
        return Ok(());
    }
    Err("the accounts are in the directories of the configuration: do it there".into())
}

/// Which population somebody is of, by what, and which gates that means.
fn population(of: &App, person: &Person) -> String {
    let Person { population, population_by, .. } = person;
    let of_which = match (population.as_str(), of.policies.counted_as(population)) {
        ("", "") => "none: the campus' own settings".to_owned(),
        (known, counted) if known == counted => format!("{known}: {population_by}"),
        (_, "") => format!("{population}, which is set up no longer: the campus' own settings"),
        (_, counted) => format!("{counted}: whoever fits no other"),
    };
    if !of.policies.serves(population) {
        return format!("{of_which}; not served");
    }
    let gates = &of.policies.policy(population).gates;
    let one_of = gates.one_of.as_ref().map(|one_of| {
        let names: Vec<&str> = one_of.iter().map(|method| method.as_str()).collect();
        format!(", one of {} among them", names.join(" or "))
    });
    format!("{of_which}; gates: reset {}, unlock {}{}", gates.reset, gates.unlock, one_of.unwrap_or_default())
}

async fn add(of: &Opened, name: &str, password_stdin: bool) -> Result<(), Failure> {
    is_own(of)?;
    let given = if password_stdin { Some(read_password()?) } else { None };
    let made = account::add(&of.app, &of.local, name, given).await?;
    say(&format!("{name} was added; at the first change another password has to be chosen"));
    match made {
        Some(password) => print(password.expose_secret()),
        None => Ok(()),
    }
}

fn read_password() -> Result<SecretString, Failure> {
    let mut text = String::new();
    std::io::stdin().lock().take(LONGEST_PASSWORD).read_to_string(&mut text)?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).into())
}

async fn pass(of: &App, name: &str, by: &Actor) -> Result<(), Failure> {
    let pass = account::pass(of, name, by).await?;
    let shown: Result<Shown, AccountError> = account::show(of, name).await;
    print(pass.code.expose_secret())?;
    say(&format!("for {name}, once, until {}; an earlier pass is void", minute(pass.expires_at)));
    if shown.is_ok_and(|shown| shown.methods.is_empty() && shown.questions == 0) {
        say("nothing else is set up: a reset asks for a second proof beside the pass, so it cannot be done yet");
    }
    Ok(())
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
