//! Kerberos tickets, of a Samba domain controller: got anew with the new password.

use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};
use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use latchkey_client::places::{Looking, PlacePolicy, Places, Selected};
use latchkey_credstore::kinds;
use latchkey_tests::built;
use latchkey_tests::samba::{Person, START, Samba};
use tempfile::TempDir;
use tokio::process::Command;

const NEW: &str = "Violet-Tractor-Onion-7";

/// A person who is signed in with tickets in a folder of their own.
struct Workstation {
    folder: TempDir,
    kerberos: PathBuf,
    person: Person,
}

impl Workstation {
    async fn of(samba: &Samba) -> Result<Self> {
        let (folder, person) = (TempDir::new()?, samba.add_person("").await?);
        std::fs::create_dir(folder.path().join("tickets"))?;
        let workstation = Self { folder, kerberos: samba.folder().join("krb5.conf"), person };
        workstation.kinit("tkt", START).await?;
        Ok(workstation)
    }

    fn collection(&self) -> PathBuf {
        self.folder.path().join("tickets")
    }

    /// Signs in as other programs do, into one cache of the collection.
    async fn kinit(&self, cache: &str, password: &str) -> Result<()> {
        let mut command = Command::new("kinit");
        let path = self.collection().join(cache);
        command.arg("-c").arg(format!("DIR::{}", path.display())).arg(self.principal());
        command.env("KRB5_CONFIG", &self.kerberos).stdin(std::process::Stdio::piped());
        let mut child = command.stdout(std::process::Stdio::null()).spawn()?;
        let mut input = child.stdin.take().expect("a pipe");
        tokio::io::AsyncWriteExt::write_all(&mut input, format!("{password}\n").as_bytes()).await?;
        drop(input);
        ensure!(child.wait().await?.success(), "kinit");
        Ok(())
    }

    fn principal(&self) -> String {
        format!("{}@AD.CAMPUS.EXAMPLE", self.person.name)
    }

    fn places(&self) -> Result<Places> {
        let off = kinds().iter().copied().filter(|kind| *kind != PlaceKind::Tickets).collect();
        let policy = PlacePolicy { realms: vec!["ad.campus.example".into()], off, ..PlacePolicy::default() };
        let session = [
            ("KRB5_CONFIG".into(), self.kerberos.clone().into()),
            ("KRB5CCNAME".into(), format!("DIR:{}", self.collection().display()).into()),
        ];
        Ok(Places::new(built("latchkey-place")?, policy).in_session(session))
    }

    fn looking(&self) -> Looking {
        Looking { accounts: vec![self.person.name.clone()], old: None, new: None, reset: true }
    }

    async fn find(&self) -> Result<Vec<Copy>> {
        let (places, looking) = (self.places()?, self.looking());
        let (copies, states) = tokio::task::spawn_blocking(move || places.find(&looking)).await?;
        ensure!(states.iter().all(|state| state.error.is_none()), "{states:?}");
        Ok(copies)
    }

    async fn refresh(&self, copies: &[Copy], new: &'static str) -> Result<Vec<Outcome>> {
        let (places, looking) = (self.places()?, self.looking());
        let selected: Vec<_> = copies.iter().map(|copy| Selected { id: copy.id.clone(), ticked: false }).collect();
        let refreshed = tokio::task::spawn_blocking(move || {
            let mut outcomes = Vec::new();
            places.refresh(&selected, &looking, &new.into(), |_, outcome| outcomes.push(outcome));
            outcomes
        });
        Ok(refreshed.await?)
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    Ok(std::fs::read(path)?)
}

#[tokio::test]
async fn tickets_are_got_anew_with_the_new_password_in_each_cache() -> Result<()> {
    let samba = Samba::shared().await?;
    let workstation = Workstation::of(samba).await?;
    let copies = workstation.find().await?;
    let [copy] = copies.as_slice() else { anyhow::bail!("{copies:?}") };
    ensure!((copy.place, copy.standing) == (PlaceKind::Tickets, Standing::Proven));
    ensure!(copy.user == Some(workstation.principal()) && copy.target.as_deref() == Some("AD.CAMPUS.EXAMPLE"));
    let cache = workstation.collection().join("tkt");
    let before = read(&cache)?;

    samba.put(&workstation.person.name, NEW, false).await?;
    ensure!(workstation.refresh(&copies, NEW).await? == [Outcome::Renewed]);
    ensure!(read(&cache)? != before, "other tickets");
    let gone = Copy { id: "tickets:FILE:/nonexistent".into(), ..copy.clone() };
    ensure!(workstation.refresh(&[gone], NEW).await? == [Outcome::Gone]);
    Ok(())
}

#[tokio::test]
async fn a_server_that_does_not_know_the_new_password_is_asked_once_and_locks_nobody_out() -> Result<()> {
    let samba = Samba::shared().await?;
    let workstation = Workstation::of(samba).await?;
    for more in ["tkt1", "tkt2", "tkt3"] {
        workstation.kinit(more, START).await?;
    }
    let copies = workstation.find().await?;
    ensure!(copies.len() == 4, "{copies:?}");
    let wrong = async || -> Result<u32> {
        Ok(samba.value(&workstation.person, "badPwdCount").await?.map_or(Ok(0), |count| count.parse())?)
    };
    let before = (wrong().await?, read(&workstation.collection().join("tkt"))?);
    ensure!(workstation.refresh(&copies, NEW).await? == [Outcome::NotYet; 4]);
    ensure!(wrong().await? == before.0 + 1, "{}", wrong().await?);
    ensure!(read(&workstation.collection().join("tkt"))? == before.1, "the old tickets are still there");
    // Where it does know it, no more are asked for at once than a server would take for tries.
    samba.put(&workstation.person.name, NEW, false).await?;
    let renewed = workstation.refresh(&copies, NEW).await?;
    ensure!(renewed == [Outcome::Renewed, Outcome::Renewed, Outcome::NotYet, Outcome::NotYet], "{renewed:?}");
    ensure!(workstation.refresh(&copies[2..], NEW).await? == [Outcome::Renewed; 2]);
    Ok(())
}

#[tokio::test]
#[ignore = "minutes: cargo xtask test --long tickets"]
async fn long_tickets_a_lagging_server_locks_nobody_of_a_hundred() -> Result<()> {
    const PEOPLE: usize = 100;
    let samba = Samba::shared().await?;
    let (mut tries, mut renewed) = (0, 0);
    for _ in 0..PEOPLE {
        let workstation = Workstation::of(samba).await?;
        workstation.kinit("tkt1", START).await?;
        workstation.kinit("tkt2", START).await?;
        let copies = workstation.find().await?;
        ensure!(copies.len() == 3 && workstation.refresh(&copies, NEW).await? == [Outcome::NotYet; 3]);
        let wrong =
            samba.value(&workstation.person, "badPwdCount").await?.map_or(Ok(0), |count| count.parse::<u32>())?;
        let locked = samba.value(&workstation.person, "lockoutTime").await?.is_some_and(|time| time != "0");
        ensure!(wrong <= 2 && !locked, "{wrong} wrong tries, locked: {locked}");
        tries = tries.max(wrong);
        samba.put(&workstation.person.name, NEW, false).await?;
        let outcomes = workstation.refresh(&copies[..1], NEW).await?;
        renewed += outcomes.iter().filter(|outcome| **outcome == Outcome::Renewed).count();
    }
    ensure!(renewed == PEOPLE, "{renewed}");
    println!("figure: people who were locked by a refresh, of {PEOPLE} = 0");
    println!("figure: wrong tries that one refresh cost, at most = {tries}");
    Ok(())
}
