//! What is known of a write afterwards: two at once, answers that are lost, and fences.

use std::sync::Arc;

use anyhow::Result;
use latchkey_directory::settings::{Settings, Write};
use latchkey_directory::{Directory as _, DirectoryError, Operation, Outcome, Written};
use latchkey_tests::slapd::{PASSWORD, Right, Slapd, directory, dn};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
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

/// The way to a server, on which an answer can be lost.
struct Path {
    port: u16,
    /// How many more requests are carried with their answers; none while it is not counted.
    left: watch::Sender<Option<usize>>,
}

impl Path {
    async fn to(port: u16) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let own = listener.local_addr()?.port();
        let left = watch::channel(None).0;
        let counted = left.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(requests(from_client, to_server, counted.clone()));
                tokio::spawn(answers(from_server, to_client, counted.subscribe()));
            }
        });
        Ok(Self { port: own, left })
    }
}

/// Carries what a client sends, and counts it.
async fn requests(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, left: watch::Sender<Option<usize>>) {
    let mut some = vec![0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut some).await {
        left.send_modify(|left| *left = left.map(|left| left.saturating_sub(1)));
        if to.write_all(&some[..read]).await.is_err() {
            return;
        }
    }
}

/// Carries what a server answers until that is to be lost; then it closes.
async fn answers(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut left: watch::Receiver<Option<usize>>) {
    let mut some = vec![0; 16 * 1024];
    loop {
        let read = tokio::select! {
            read = from.read(&mut some) => Some(read),
            () = all_are_counted(&mut left) => None,
        };
        let Some(read) = read else {
            // The server answers into the void.
            let _lost = from.read(&mut some).await;
            return;
        };
        let Ok(read @ 1..) = read else { return };
        if to.write_all(&some[..read]).await.is_err() {
            return;
        }
    }
}

async fn all_are_counted(left: &mut watch::Receiver<Option<usize>>) {
    let _counting_ended = left.wait_for(|left| *left == Some(0)).await;
}

/// R03, R04, PW-11: whatever is lost, what became of the write is known afterwards, and it was done once or never.
#[tokio::test]
async fn what_became_of_a_write_whose_answer_was_lost_is_known_afterwards() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let path = Path::to(slapd.tls_port()).await?;
    let servers = vec![format!("ldaps://localhost:{}", path.port)];
    let directory = directory(Settings { servers, ..slapd.settings() })?;
    let ada = slapd.id("ada").await?;
    set(&directory, &ada, "warm", "a-new-harbour-0").await?;
    let (mut current, mut written) = ("a-new-harbour-0".to_owned(), 0);
    for round in 1..=6 {
        let (id, new) = (format!("op{round}"), format!("a-new-harbour-{round}"));
        let after = directory.marker(&ada).await?;
        let operation = Operation { account: &ada, id: &id, after: after.as_deref() };
        // The entry is read by the first request and written by the second.
        path.left.send_replace(Some(1 + round % 2));
        let error = directory.set_password(operation, &new.as_str().into()).await.expect_err("lost");
        path.left.send_replace(None);
        let outcome = directory.settle(operation).await?;
        assert!(error.leaves_doubt() || outcome == Outcome::NotWritten, "{error:?} {outcome:?}");
        match outcome {
            Outcome::Written => (current, written) = (new, written + 1),
            Outcome::NotWritten => {
                assert_eq!(directory.set_password(operation, &new.as_str().into()).await?, Written::Overtaken);
            }
            other => panic!("{other:?}"),
        }
        assert_eq!(slapd.refuses("ada", &current).await?, None, "round {round}: {outcome:?}");
        let marker = value(&slapd, "ada", "latchkeyMarker").await?.expect("a marker");
        let expected = if outcome == Outcome::Written { id } else { format!("fenced-{id}") };
        assert!(marker.starts_with(&expected), "{marker}");
    }
    assert!(written > 0, "no answer to a write was lost");
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
    let authorities = [std::fs::read(first.file("ca.pem"))?, std::fs::read(second.file("ca.pem"))?].concat();
    std::fs::write(first.file("both.pem"), authorities)?;
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
