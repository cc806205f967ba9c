use lettre::message::Mailbox;
use proptest::prelude::*;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::Kind;

const STORED: &str = "ada@home.example";

fn settings() -> Settings {
    Settings {
        host: "127.0.0.1".to_owned(),
        port: None,
        security: Security::Plain,
        user: None,
        password: None,
        ca: None,
        from: Sender::try_from("IT Helpdesk <help@campus.example>".to_owned()).expect("a sender"),
        names: [("ar".to_owned(), "مكتب المساعدة".to_owned())].into(),
        reply_to: None,
        helo: Some("latchkey.campus.example".to_owned()),
        connect_seconds: 2,
    }
}

fn message(to: &str) -> Message {
    Message {
        id: "Zm9v_1-x".to_owned(),
        at: "2026-11-28T08:00:00Z".parse().expect("a time"),
        expires_at: Timestamp::MAX,
        attempt: 1,
        kind: Kind::Email,
        to: to.to_owned().into(),
        region: None,
        language: "en".to_owned(),
        subject: "Your code for Riverton".to_owned(),
        prompt: None,
        code: None,
        body: "31415926 is your code.\n\n.\nNever give it to anyone.".to_owned().into(),
    }
}

fn text_of(message: &Message) -> String {
    String::from_utf8(mail::written(&settings(), message).expect("a mail").bytes).expect("ASCII")
}

#[test]
fn a_mail_says_who_writes_what_it_is_and_that_a_machine_made_it() {
    let text = text_of(&message(STORED));
    for line in [
        "From: \"IT Helpdesk\" <help@campus.example>",
        "To: ada@home.example",
        "Subject: Your code for Riverton",
        "Date: Sat, 28 Nov 2026 08:00:00 +0000",
        "Message-ID: <Zm9v_1-x@campus.example>",
        "Auto-Submitted: auto-generated",
        "Content-Language: en",
        "Content-Type: text/plain; charset=utf-8",
    ] {
        assert!(text.contains(&format!("{line}\r\n")), "{line} in {text}");
    }
    assert!(text.ends_with("31415926 is your code.\r\n\r\n.\r\nNever give it to anyone.\r\n"), "{text}");
    assert!(!text.contains("http"), "no link: {text}");
}

#[test]
fn every_language_goes_as_ascii_under_its_own_name() {
    let arabic = Message {
        language: "ar".to_owned(),
        subject: "رمزك".to_owned(),
        body: "31415926 هو رمزك.".to_owned().into(),
        ..message(STORED)
    };
    let text = text_of(&arabic);
    assert!(text.is_ascii() && text.contains("Content-Language: ar\r\n"), "{text}");
    assert!(text.contains("From: =?utf-8?b?") && text.contains("Content-Transfer-Encoding: "), "{text}");
}

#[test]
fn what_others_wrote_begins_no_further_line_of_the_head() {
    // IN-03, TF-05
    let named = Message {
        subject: "Riverton\r\nBcc: eve@evil.example\r\n\r\nhi".to_owned(),
        id: "a\r\nb@c".to_owned(),
        language: "en\r\nBcc: eve@evil.example".to_owned(),
        ..message(STORED)
    };
    let text = text_of(&named);
    let head = text.split("\r\n\r\n").next().expect("a head");
    assert!(!head.contains("\r\nBcc") && !head.contains("\r\n\r\n"), "{head}");
    assert!(head.contains("Message-ID: <610d0a624063@campus.example>"), "{head}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn a_mail_has_one_recipient_the_stored_one_or_is_none(to in recipients()) {
        // TF-05; the long form of 100,000 cases goes through a real relay (tests/all/delivery/smtp.rs).
        match mail::written(&settings(), &message(&to)) {
            Ok(mail) => {
                prop_assert_eq!(AsRef::<str>::as_ref(&mail.to), to.as_str());
                prop_assert_eq!(to.matches('@').count(), 1);
                let hostile = |c: char| !c.is_ascii_graphic() || "\"(),:;<>[\\]".contains(c);
                prop_assert!(!to.contains(hostile), "{}", to);
                let text = String::from_utf8(mail.bytes).expect("ASCII");
                let headers = text.split("\r\n\r\n").next().unwrap_or_default();
                let named = headers.lines().filter(|line| line.starts_with("To:") || line.starts_with("Cc:")
                    || line.starts_with("Bcc:")).count();
                prop_assert_eq!(named, 1);
            }
            Err(SmtpError::NotOneAddress) => {}
            Err(other) => prop_assert!(false, "{other:?}"),
        }
    }
}

/// Addresses, and what is made of them by whoever wants a second one written to.
fn recipients() -> impl Strategy<Value = String> {
    let join = prop::sample::select(vec![
        ",",
        ";",
        "\r\n",
        "\n",
        "\r\nRCPT TO:<",
        ">,<",
        " ",
        "\t",
        "%0a",
        "%0d%0a",
        "\0",
        "\r\nBcc: ",
        "@",
        "\u{202e}",
        "、",
        "|",
        "!",
        "%",
        "&",
    ]);
    let shape = prop::sample::select(vec![
        "{}",
        "<{}>",
        "Ada <{}>",
        "\"{}\"",
        "[\"{}\"]",
        "mailto:{}",
        "({}) x@y.example",
        "ada@bücher.example",
        "@a,@b:{}",
        "{}>",
        "{}.",
        "\"a b\"@home.example",
        "ada@[127.0.0.1]",
        "{} SMTPUTF8",
    ]);
    (shape, join, "[a-z.+_-]{1,12}@[a-z-]{1,10}\\.example", any::<bool>(), ".{0,12}").prop_map(
        |(shape, join, other, two, noise)| {
            let one = if two { format!("{STORED}{join}{other}") } else { other };
            if noise.is_empty() { shape.replace("{}", &one) } else { format!("{}{noise}", shape.replace("{}", &one)) }
        },
    )
}

#[test]
fn what_a_no_means_depends_on_what_it_was_said_to() {
    for (stage, code, text, for_good) in [
        (Stage::Hello, 554, "no service", false),
        (Stage::SignIn, 535, "5.7.8 bad credentials", false),
        (Stage::Sender, 550, "5.7.60 may not send as", false),
        (Stage::Recipient, 550, "5.1.1 <ada@home.example>: no such user", true),
        (Stage::Recipient, 554, "5.7.1 <ada@home.example>: Relay access denied", false),
        (Stage::Recipient, 501, "5.1.3 bad address", true),
        (Stage::Recipient, 503, "5.5.1 out of order", false),
        (Stage::Recipient, 451, "4.7.1 greylisted", false),
        (Stage::Recipient, 550, "unknown", true),
        (Stage::Data, 554, "5.5.1 no", false),
        (Stage::Content, 552, "5.3.4 too large", true),
        (Stage::Content, 421, "4.3.2 closing", false),
    ] {
        let error = SmtpError::Reply(Reply::new(stage, code, text.to_owned()));
        let (shown, debugged) = (error.to_string(), format!("{error:?}"));
        assert!(!shown.contains('@') && !debugged.contains('@'), "no address reaches a log: {shown} {debugged}");
        assert!(shown.contains(&code.to_string()), "{shown}");
        assert_eq!(matches!(error.not_sent(), NotSent::Refused(_)), for_good, "{stage:?} {code} {text}");
    }
}

#[test]
fn settings_that_would_say_something_in_the_clear_or_nothing_are_refused() {
    let fault = |change: fn(&mut Settings)| {
        let mut settings = settings();
        change(&mut settings);
        settings.fault()
    };
    assert_eq!(fault(|_| {}), None);
    type Change = fn(&mut Settings);
    let faults: [(Change, &str); 7] = [
        (|s| s.host = "relay.campus.example".to_owned(), "plain"),
        (|s| s.host = "a b".to_owned(), "host"),
        (|s| s.user = Some("latchkey".to_owned()), "go together"),
        (|s| s.connect_seconds = 0, "connect_seconds"),
        (|s| s.connect_seconds = 7, "connect_seconds"),
        (|s| s.helo = Some("x\r\nRSET".to_owned()), "helo"),
        (|s| s.port = Some(0), "port"),
    ];
    for (change, says) in faults {
        assert!(fault(change).is_some_and(|why| why.contains(says)), "{says}: {:?}", fault(change));
    }
    for (text, is_one) in [
        ("help@campus.example", true),
        ("Ünï <help@campus.example>", true),
        ("help@bücher.example", false),
        ("a@b.example, c@d.example", false),
        ("A\r\nBcc: x@y.example <help@campus.example>", false),
        ("helpdesk", false),
    ] {
        assert_eq!(Sender::try_from(text.to_owned()).is_ok(), is_one, "{text}");
    }
    let kept: Mailbox = String::from(settings().from).parse().expect("reads what it writes");
    assert_eq!(kept, *settings().from.mailbox());
}

/// A relay that does as it is told.
async fn relay<F, Answer>(serve: F) -> u16
where
    F: Fn(TcpStream) -> Answer + Send + 'static,
    Answer: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    port
}

#[tokio::test]
async fn answers_put_behind_the_one_to_starttls_run_into_the_handshake() {
    // CVE-2011-0411 and its kin: somebody between adds what the relay would say under TLS.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let port = relay(|stream| async {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 relay\r\n").await?;
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        stream.write_all(b"250-relay\r\n250 STARTTLS\r\n").await?;
        line.clear();
        stream.read_line(&mut line).await?;
        assert_eq!(line, "STARTTLS\r\n");
        stream.write_all(b"220 go on\r\n250 AUTH PLAIN\r\n250 ok\r\n250 ok\r\n354 go on\r\n250 taken\r\n").await?;
        // Whatever comes now is a handshake, and holds nothing of a mail.
        let mut rest = Vec::new();
        tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut rest).await?;
        assert!(!String::from_utf8_lossy(&rest).contains("MAIL"), "said in the clear");
        Ok(())
    })
    .await;
    let smtp = Smtp::new(Settings { security: Security::Starttls, port: Some(port), ..settings() });
    let sent = smtp.send(&message(STORED)).await;
    assert!(matches!(&sent, Err(NotSent::TryAgain { cause, .. }) if cause.to_string().contains("no TLS")), "{sent:?}");
}

#[tokio::test]
async fn a_relay_that_answers_no_smtp_or_nothing_has_not_taken_the_mail() {
    for (greeting, says) in [
        (&b"HTTP/1.1 400 Bad Request\r\n\r\n"[..], "no SMTP"),
        (b"22", "no SMTP"),
        (b"", "no SMTP"),
        (b"554 no service for ada@home.example\r\n", "554 to the greeting"),
    ] {
        let port = relay(move |mut stream| async move { stream.write_all(greeting).await }).await;
        let sent = Smtp::new(Settings { port: Some(port), ..settings() }).send(&message(STORED)).await;
        let Err(NotSent::TryAgain { cause, .. }) = sent else { panic!("{sent:?}") };
        assert!(cause.to_string().contains(says) || cause.to_string().contains("was cut"), "{greeting:?}: {cause}");
        assert!(!cause.to_string().contains("ada"), "{cause}");
    }
}

#[tokio::test]
async fn a_password_that_others_may_read_signs_nobody_in() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("password");
    std::fs::write(&path, "mailpw").expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("mode");
    let password = Some(crate::secret_file::SecretFile::new(path));
    let settings = Settings { user: Some("latchkey".to_owned()), password, ..settings() };
    assert!(matches!(settings.look_at_files().await, Err(SmtpError::Secret(_))));
    let ca = Some(folder.path().join("password"));
    let settings = Settings { user: None, password: None, ca, ..settings };
    assert!(matches!(settings.look_at_files().await, Err(SmtpError::NoAuthority(_))));
}
