//! A server that answers with the bytes that it was told to.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

/// Answers one request with these bytes and closes; gives the address and what was asked.
async fn answers(bytes: Vec<u8>) -> (Url, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/send?code=31415926", listener.local_addr().expect("an address"));
    let asked = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut asked = Vec::new();
        let mut some = [0; 4096];
        while !String::from_utf8_lossy(&asked).contains("31415926 is your code") {
            match stream.read(&mut some).await.expect("a request") {
                0 => break,
                read => asked.extend_from_slice(&some[..read]),
            }
        }
        stream.write_all(&bytes).await.expect("an answer");
        String::from_utf8_lossy(&asked).into_owned()
    });
    (Url::parse(&url).expect("an address"), asked)
}

fn web(url: &Url) -> Web {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    Web::open(url, None, false).expect("a client").within(Duration::from_secs(5))
}

fn asking(url: &Url) -> Request {
    let request = Request::new(Method::POST, url.clone()).with_body("text/plain", b"31415926 is your code".to_vec());
    request.basic("latchkey", &SecretString::from("hunter2")).expect("a header")
}

async fn asked(bytes: &[u8]) -> Result<Answered, NotSent> {
    let (url, _) = answers(bytes.to_vec()).await;
    web(&url).ask(asking(&url)).await
}

fn said(error: &NotSent) -> String {
    crate::in_one_line(error)
}

#[tokio::test]
async fn an_answer_comes_with_its_status_and_its_body() {
    let (url, asked) = answers(b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok".to_vec()).await;
    let answered = web(&url).ask(asking(&url)).await.expect("an answer");
    assert_eq!((answered.status.as_u16(), &*answered.body, answered.whole), (202, &b"ok"[..], true));
    let asked = asked.await.expect("a request");
    assert!(asked.starts_with("POST /send?code=31415926 HTTP/1.1\r\n"), "{asked}");
    assert!(asked.contains("authorization: Basic bGF0Y2hrZXk6aHVudGVyMg==\r\n"), "{asked}");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_is_named_without_what_it_repeats() {
    // TF-09
    for (status, is_lost) in [(301, false), (302, true), (303, true), (307, false), (308, false)] {
        let answer = format!("HTTP/1.1 {status} x\r\nlocation: https://evil.example/x?31415926\r\n\r\n");
        let error = asked(answer.as_bytes()).await.err().expect("an error");
        assert_eq!(matches!(error, NotSent::AnswerLost(_)), is_lost, "{status}");
        assert!(said(&error).contains("https://evil.example;"), "{}", said(&error));
        assert!(!said(&error).contains("31415926"), "{}", said(&error));
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_or_too_long_says_so_and_keeps_its_status() {
    let cut = asked(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nhalf").await.expect("an answer");
    assert_eq!((cut.status.as_u16(), &*cut.body, cut.whole), (200, &b"half"[..], false));
    let mut long = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", LONGEST + 1).into_bytes();
    long.resize(long.len() + LONGEST + 1, b'x');
    let long = asked(&long).await.expect("an answer");
    assert!(!long.whole && long.body.len() <= LONGEST);
}

#[tokio::test]
async fn what_arrived_may_have_been_sent_and_what_did_not_was_not() {
    let nothing = asked(b"").await.err().expect("an error");
    assert!(matches!(nothing, NotSent::AnswerLost(_)), "{nothing:?}");
    let garbage = asked(b"220 mail.example ESMTP\r\n").await.err().expect("an error");
    assert!(matches!(garbage, NotSent::AnswerLost(_)), "{garbage:?}");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = Url::parse(&format!("http://{}/?to=31415926", listener.local_addr().expect("an address"))).expect("one");
    drop(listener);
    let closed = web(&url).ask(asking(&url)).await.err().expect("an error");
    assert!(matches!(closed, NotSent::TryAgain { after: None, .. }), "{closed:?}");
    assert!(web(&url).reach().await.is_err());
    for error in [nothing, garbage, closed] {
        // Nor does any of them hold what was asked.
        let shown = format!("{error:?} {}", said(&error));
        assert!(!shown.contains("31415926") && !shown.contains("hunter2"), "{shown}");
    }
}

#[tokio::test]
async fn a_gateway_that_never_answers_costs_its_time_and_no_more() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = Url::parse(&format!("http://{}/", listener.local_addr().expect("an address"))).expect("one");
    let web = web(&url).within(Duration::from_millis(50));
    assert!(matches!(web.ask(asking(&url)).await, Err(NotSent::AnswerLost(_))));
    web.reach().await.expect("it can be reached");
}

#[tokio::test]
async fn only_the_configured_origin_is_asked() {
    let (url, _) = answers(Vec::new()).await;
    let elsewhere = Url::parse("https://evil.example/").expect("an address");
    assert!(matches!(web(&url).ask(asking(&elsewhere)).await, Err(NotSent::TryAgain { .. })));
}

#[test]
fn a_password_never_goes_in_the_clear_unless_that_is_said() {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    for (address, plain, opens) in [
        ("https://gw.example/send", false, true),
        ("http://127.0.0.1:13013/send", false, true),
        ("http://[::1]:13013/send", false, true),
        ("http://localhost/send", false, true),
        ("http://localhost.example/send", false, false),
        ("http://10.0.0.7/send", false, false),
        ("http://10.0.0.7/send", true, true),
        ("ftp://gw.example/", true, false),
        ("https://user:word@gw.example/", true, false),
        ("https://gw.example/#x", true, false),
        ("data:text/plain,x", true, false),
    ] {
        let url = Url::parse(address).expect(address);
        assert_eq!(Web::open(&url, None, plain).is_ok(), opens, "{address}");
    }
    let url = Url::parse("https://gw.example/").expect("an address");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ca.pem");
    assert!(matches!(Web::open(&url, Some(&path), false), Err(WebError::Authorities(_, _))));
    std::fs::write(&path, "none").expect("written");
    assert!(matches!(Web::open(&url, Some(&path), false), Err(WebError::NoAuthority(_))));
}

#[test]
fn how_long_to_wait_is_read_as_seconds_and_as_a_date() {
    let now = "2026-11-28T10:00:00Z".parse().expect("a time");
    for (said, seconds) in [
        ("120", Some(120)),
        ("Sat, 28 Nov 2026 10:01:30 GMT", Some(90)),
        ("Sat, 28 Nov 2026 09:00:00 GMT", Some(0)),
        ("soon", None),
        ("-5", None),
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(said));
        let answered = Answered { status: StatusCode::OK, headers, body: Vec::new(), whole: true };
        assert_eq!(answered.retry_after(now), seconds.map(Duration::from_secs), "{said}");
    }
}
