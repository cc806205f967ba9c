//! What is known of a write afterwards: two at once, answers that are lost, and fences.

use std::sync::Arc;

use anyhow::Result;
use latchkey_directory::settings::{Settings, Write};
use latchkey_directory::{Directory as _, DirectoryError, Operation, Outcome, Written};
use latchkey_tests::slapd::{PASSWORD, Right, Slapd, directory, dn};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::{set, settle, value};

/// PW-11: of two that went out from the same marker, one is written.
#[tokio::test]
async fn of_two_writers_at_once_exactly_one_is_written() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let directory = slapd.directory()?;
    let ada = slapd.id("ada").await?;
    for round in 0..20 {
        let after = directory.marker(&ada).await?;
        let after = after.as_deref();
        let (one, two) = (format!("one{round}"), format!("two{round}"));
        let (first, second) = (format!("harbour-one-{round}"), format!("harbour-two-{round}"));
        let (first_secret, second_secret) = (first.as_str().into(), second.as_str().into());
        let (a, b) = tokio::join!(
            directory.set_password(Operation { account: &ada, id: &one, after }, &first_secret),
            directory.set_password(Operation { account: &ada, id: &two, after }, &second_secret),
        );
        let (a, b) = (a?, b?);
        let (written, lost, password, id) =
            if a == Written::Overtaken { (b, a, second, two) } else { (a, b, first, one) };
        assert_eq!(written, Written::Applied { unlocked: false });
        assert_eq!(lost, Written::Overtaken);
        assert_eq!(slapd.refuses("ada", &password).await?, None);
        assert!(value(&slapd, "ada", "latchkeyMarker").await?.is_some_and(|marker| marker.starts_with(&id)));
    }
    Ok(())
}

#[tokio::test]
async fn a_first_write_needs_that_no_marker_is_there() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let directory = slapd.directory()?;
    let ada = slapd.id("ada").await?;
    let after = directory.marker(&ada).await?;
    set(&directory, &ada, "first", "a-new-harbour-1").await?;
    let again = Operation { account: &ada, id: "again", after: after.as_deref() };
    assert_eq!(directory.set_password(again, &"a-new-harbour-2".into()).await?, Written::Overtaken);
    assert_eq!(slapd.refuses("ada", "a-new-harbour-1").await?, None);
    Ok(())
}

/// R02, R04: what was not written never will be, once that was said.
#[tokio::test]
async fn a_write_that_was_said_not_to_have_been_done_can_no_longer_be() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let directory = slapd.directory()?;
    let ada = slapd.id("ada").await?;
    for (round, id) in ["first", "second", "third"].into_iter().enumerate() {
        let after = directory.marker(&ada).await?;
        assert_eq!(settle(&directory, &ada, id, after.as_deref()).await?, Outcome::NotWritten);
        // And when its answer was lost too.
        assert_eq!(settle(&directory, &ada, id, after.as_deref()).await?, Outcome::NotWritten);
        let late = Operation { account: &ada, id, after: after.as_deref() };
        assert_eq!(directory.set_password(late, &"too-late-27".into()).await?, Written::Overtaken, "round {round}");
        assert_eq!(slapd.refuses("ada", PASSWORD).await?, None);
    }
    let after = directory.marker(&ada).await?;
    set(&directory, &ada, "fourth", "a-new-harbour-1").await?;
    assert_eq!(settle(&directory, &ada, "fourth", after.as_deref()).await?, Outcome::Written);
    set(&directory, &ada, "fifth", "a-new-harbour-2").await?;
    assert_eq!(settle(&directory, &ada, "fourth", after.as_deref()).await?, Outcome::Written, "and was overwritten");
    set(&directory, &ada, "sixth", "a-new-harbour-3").await?;
    assert_eq!(settle(&directory, &ada, "fourth", after.as_deref()).await?, Outcome::Unknown);
    Ok(())
}

#[tokio::test]
async fn without_a_marker_nobody_says_that_nothing_was_changed() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let directory = directory(Settings { write: Write::Rfc3062, ..slapd.settings() })?;
    let ada = slapd.id("ada").await?;
    let after = directory.marker(&ada).await?;
    assert_eq!(settle(&directory, &ada, "one", after.as_deref()).await?, Outcome::Unknown);
    set(&directory, &ada, "one", "a-new-harbour-1").await?;
    assert_eq!(settle(&directory, &ada, "one", after.as_deref()).await?, Outcome::Unknown);
    Ok(())
}

/// What happens to connections by way of [`Path`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Traffic {
    Flows,
    /// What the server says no longer arrives; what it is sent does.
    AnswersLost,
    /// Nothing arrives any more.
    Stopped,
}

/// The way to a server, which can be cut at a moment.
struct Path {
    port: u16,
    traffic: watch::Sender<Traffic>,
}

impl Path {
    async fn to(port: u16) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let own = listener.local_addr()?.port();
        let (traffic, watched) = watch::channel(Traffic::Flows);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(carry(from_client, to_server, watched.clone(), Traffic::Stopped));
                tokio::spawn(carry(from_server, to_client, watched.clone(), Traffic::AnswersLost));
            }
        });
        Ok(Self { port: own, traffic })
    }
}

/// Carries bytes until they are to be lost, and then closes.
async fn carry(
    mut from: tokio::net::tcp::OwnedReadHalf,
    mut to: tokio::net::tcp::OwnedWriteHalf,
    mut traffic: watch::Receiver<Traffic>,
    lost: Traffic,
) {
    let mut some = vec![0; 16 * 1024];
    loop {
        let read = tokio::select! {
            read = from.read(&mut some) => read,
            _ = traffic.wait_for(|now| *now == Traffic::Stopped) => return,
        };
        let Ok(read @ 1..) = read else { return };
        let now = *traffic.borrow();
        if now == lost || now == Traffic::Stopped {
            return;
        }
        if to.write_all(&some[..read]).await.is_err() {
            return;
        }
    }
}

/// R03, PW-11: the directory commits, the answer is lost, and exactly one step was made.
#[tokio::test]
async fn a_write_whose_answer_was_lost_is_known_afterwards_and_was_done_once() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let path = Path::to(slapd.tls_port()).await?;
    let directory =
        directory(Settings { servers: vec![format!("ldaps://localhost:{}", path.port)], ..slapd.settings() })?;
    let ada = slapd.id("ada").await?;
    set(&directory, &ada, "warm", "a-new-harbour-0").await?;
    for round in 1..=5 {
        let (id, new) = (format!("op{round}"), format!("a-new-harbour-{round}"));
        let after = directory.marker(&ada).await?;
        let operation = Operation { account: &ada, id: &id, after: after.as_deref() };
        // The answer to the modify is the first one that is lost, since what is read before has been read by then.
        let watched = tokio::spawn(cut_at_the_write(slapd.file("log"), slapd.log()?.len(), path.traffic.clone()));
        let secret = new.as_str().into();
        let written = directory.set_password(operation, &secret).await;
        watched.await??;
        path.traffic.send_replace(Traffic::Flows);
        match written {
            Ok(Written::Applied { .. }) => {}
            Ok(other) => panic!("{other:?}"),
            Err(error) => {
                assert!(error.leaves_doubt(), "{error:?}");
                assert_eq!(directory.settle(operation).await?, Outcome::Written);
            }
        }
        assert_eq!(slapd.refuses("ada", &new).await?, None);
        let marker = value(&slapd, "ada", "latchkeyMarker").await?.expect("a marker");
        assert!(marker.starts_with(&id), "{marker}");
    }
    Ok(())
}

async fn cut_at_the_write(log: std::path::PathBuf, seen: usize, traffic: watch::Sender<Traffic>) -> Result<()> {
    latchkey_tests::wait::until("a modify", latchkey_tests::wait::PATIENCE, async || {
        let now = std::fs::read(&log)?;
        let new = String::from_utf8_lossy(now.get(seen..).unwrap_or_default()).into_owned();
        Ok(new.contains("MOD dn=").then_some(()))
    })
    .await?;
    traffic.send_replace(Traffic::AnswersLost);
    Ok(())
}

/// R04, R05: nobody is there; nothing was sent, and that is said.
#[tokio::test]
async fn a_directory_that_is_away_leaves_no_doubt_and_comes_back_without_a_restart() -> Result<()> {
    let mut slapd = Slapd::start(Right::Write).await?;
    let directory = slapd.directory()?;
    let ada = slapd.id("ada").await?;
    let after = directory.marker(&ada).await?;
    slapd.stop().await?;
    let operation = Operation { account: &ada, id: "one", after: after.as_deref() };
    let error = directory.set_password(operation, &"a-new-harbour-1".into()).await.expect_err("away");
    assert!(matches!(error, DirectoryError::NotReached(_)), "{error:?}");
    assert!(!error.leaves_doubt());
    slapd.resume().await?;
    assert_eq!(slapd.refuses("ada", PASSWORD).await?, None);
    let written = directory.set_password(operation, &"a-new-harbour-1".into()).await?;
    assert_eq!(written, Written::Applied { unlocked: false });
    Ok(())
}

/// R06, R22: reads go to whoever answers; a write goes to the server that it began with, or nowhere.
#[tokio::test]
async fn one_operation_stays_with_one_server() -> Result<()> {
    let (mut first, second) = (Slapd::start(Right::Write).await?, Slapd::start(Right::Write).await?);
    // Both are of one authority for this.
    std::fs::write(
        first.file("both.pem"),
        [std::fs::read(first.file("ca.pem"))?, std::fs::read(second.file("ca.pem"))?].concat(),
    )?;
    let directory = Arc::new(directory(Settings {
        servers: vec![first.url(), second.url()],
        ca: Some(first.file("both.pem")),
        id: Some("uid".to_owned()),
        ..first.settings()
    })?);
    let after = directory.marker("ada").await?;
    assert!(after.as_deref().is_some_and(|after| after.starts_with(&first.url())), "{after:?}");
    first.stop().await?;
    assert!(directory.entry("ada").await?.is_some(), "the other one is asked");
    let operation = Operation { account: "ada", id: "one", after: after.as_deref() };
    let error = directory.set_password(operation, &"a-new-harbour-1".into()).await.expect_err("away");
    assert!(!error.leaves_doubt(), "{error:?}");
    let error = directory.settle(operation).await.expect_err("away");
    assert!(matches!(error, DirectoryError::NotReached(_)), "{error:?}");
    assert_eq!(second.read(&dn("ada")).await?.get("latchkeyMarker"), None);
    first.resume().await?;
    assert_eq!(directory.settle(operation).await?, Outcome::NotWritten);
    assert_eq!(second.refuses("ada", PASSWORD).await?, None);
    let elsewhere = "ldaps://gone.example:636";
    assert_eq!(settle(&directory, "ada", "one", Some(elsewhere)).await?, Outcome::Unknown);
    Ok(())
}
