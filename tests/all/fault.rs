//! The network of the tests fails as it is told to, and in no other way.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use latchkey_tests::fault::{Fate, Fault, Proxy, Way};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Whoever is asked: it answers with what it was asked, and says what it has received.
struct Echo {
    address: SocketAddr,
    received: Arc<Mutex<Vec<u8>>>,
    _serving: JoinSet<()>,
}

impl Echo {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&received);
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let mut answering = JoinSet::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let kept = Arc::clone(&kept);
                answering.spawn(async move {
                    let mut bytes = [0; 64];
                    while let Ok(read @ 1..) = stream.read(&mut bytes).await {
                        kept.lock().unwrap().extend_from_slice(&bytes[..read]);
                        stream.write_all(&bytes[..read]).await.unwrap();
                    }
                });
            }
        });
        Self { address, received, _serving: serving }
    }

    fn received(&self) -> String {
        String::from_utf8(self.received.lock().unwrap().clone()).unwrap()
    }
}

async fn proxied() -> (Echo, Proxy) {
    let echo = Echo::start().await;
    let proxy = Proxy::start(echo.address).await.unwrap();
    (echo, proxy)
}

async fn connect(proxy: &Proxy) -> TcpStream {
    TcpStream::connect(proxy.address()).await.unwrap()
}

async fn ask(stream: &mut TcpStream, what: &str) -> std::io::Result<String> {
    stream.write_all(what.as_bytes()).await?;
    let mut answer = vec![0; what.len()];
    stream.read_exact(&mut answer).await?;
    Ok(String::from_utf8(answer).unwrap())
}

fn is_reset(answer: std::io::Result<String>) -> bool {
    let reset = [std::io::ErrorKind::ConnectionReset, std::io::ErrorKind::BrokenPipe];
    answer.is_err_and(|error| reset.contains(&error.kind()))
}

#[tokio::test]
async fn a_request_whose_answer_is_lost_has_arrived() {
    let (echo, proxy) = proxied().await;
    let mut client = connect(&proxy).await;
    assert_eq!(ask(&mut client, "one").await.unwrap(), "one");
    let mut caught = proxy.catch_next(Fate::AnswerLost);
    assert!(is_reset(ask(&mut client, "two").await));
    caught.struck().await.unwrap();
    assert_eq!(echo.received(), "onetwo");
    assert_eq!(ask(&mut connect(&proxy).await, "three").await.unwrap(), "three");
}

#[tokio::test]
async fn a_request_that_is_not_received_never_arrives() {
    let (echo, proxy) = proxied().await;
    let mut client = connect(&proxy).await;
    assert_eq!(ask(&mut client, "one").await.unwrap(), "one");
    let mut caught = proxy.catch(Fate::NotReceived, |request| request.bytes > 3);
    assert_eq!(ask(&mut client, "two").await.unwrap(), "two");
    assert!(is_reset(ask(&mut client, "three").await));
    caught.struck().await.unwrap();
    assert_eq!(echo.received(), "onetwo");
}

#[tokio::test]
async fn a_held_request_arrives_when_it_is_let_go_even_if_its_client_is_gone() {
    let (echo, proxy) = proxied().await;
    let mut client = connect(&proxy).await;
    let mut caught = proxy.catch_next(Fate::Held);
    client.write_all(b"late").await.unwrap();
    caught.struck().await.unwrap();
    drop(client);
    assert_eq!(ask(&mut connect(&proxy).await, "other").await.unwrap(), "other");
    assert_eq!(echo.received(), "other");
    assert_eq!(caught.let_go().await.unwrap(), b"late");
    assert_eq!(echo.received(), "otherlate");
}

#[tokio::test]
async fn a_delayed_request_is_lost_to_its_client_and_arrives_later() {
    let (echo, proxy) = proxied().await;
    let mut client = connect(&proxy).await;
    assert_eq!(ask(&mut client, "one").await.unwrap(), "one");
    let mut caught = proxy.catch_next(Fate::Delayed);
    assert!(is_reset(ask(&mut client, "late").await));
    caught.struck().await.unwrap();
    assert_eq!(ask(&mut connect(&proxy).await, "two").await.unwrap(), "two");
    assert_eq!(echo.received(), "onetwo");
    assert_eq!(caught.let_go().await.unwrap(), b"late");
    assert_eq!(echo.received(), "onetwolate");
}

#[tokio::test]
async fn a_network_is_as_it_is_told_to_be_and_comes_back() {
    let (echo, proxy) = proxied().await;
    for fault in [Fault::Reset, Fault::Close, Fault::Refuse] {
        let mut client = connect(&proxy).await;
        assert_eq!(ask(&mut client, "ok").await.unwrap(), "ok");
        proxy.now(fault).await.unwrap();
        assert!(ask(&mut client, "no").await.is_err(), "{fault:?}");
        let again = TcpStream::connect(proxy.address()).await;
        match again {
            Ok(mut client) => assert!(fault != Fault::Refuse && ask(&mut client, "no").await.is_err(), "{fault:?}"),
            Err(error) => assert_eq!((fault, error.kind()), (Fault::Refuse, std::io::ErrorKind::ConnectionRefused)),
        }
        proxy.now(Fault::None).await.unwrap();
    }
    assert_eq!(ask(&mut connect(&proxy).await, "ok").await.unwrap(), "ok");
    assert!(!echo.received().contains("no"));
}

#[tokio::test]
async fn nothing_arrives_through_a_black_hole_before_it_is_over() {
    let (echo, proxy) = proxied().await;
    let mut known = connect(&proxy).await;
    assert_eq!(ask(&mut known, "ok").await.unwrap(), "ok");
    proxy.now(Fault::BlackHole).await.unwrap();
    let mut new = connect(&proxy).await;
    let waiting = Duration::from_millis(50);
    assert!(timeout(waiting, async { tokio::join!(ask(&mut known, "a"), ask(&mut new, "b")) }).await.is_err());
    assert_eq!(echo.received(), "ok");
    proxy.now(Fault::None).await.unwrap();
    let mut answer = [0];
    new.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, *b"b");
}

#[tokio::test]
async fn a_connection_is_cut_after_so_many_bytes() {
    let (echo, proxy) = proxied().await;
    proxy.now(Fault::CutAfter { way: Way::Up, bytes: 4 }).await.unwrap();
    let mut client = connect(&proxy).await;
    assert_eq!(ask(&mut client, "one").await.unwrap(), "one");
    assert!(is_reset(ask(&mut client, "two").await));
    proxy.now(Fault::CutAfter { way: Way::Down, bytes: 0 }).await.unwrap();
    assert!(is_reset(ask(&mut connect(&proxy).await, "three").await));
    assert!(echo.received().starts_with("one") && echo.received().ends_with("three"));
}
