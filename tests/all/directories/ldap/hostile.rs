//! Servers that cannot prove who they are get nothing; servers that answer nonsense are not believed.

use std::sync::Arc;

use anyhow::Result;
use latchkey_directory::settings::Settings;
use latchkey_directory::{Directory as _, DirectoryError, Operation};
use latchkey_tests::impostor::{Answer, Door, Impostor, Request, entry, message, result, tagged};
use latchkey_tests::rogue::Folder;
use latchkey_tests::slapd::{Right, SUFFIX, Slapd, directory};

const NEEDLES: [&str; 2] = ["hunter2&x=1", "needle-of-a-person-7"];
const BIND: u8 = 0x60;
const SEARCH: u8 = 0x63;

fn settings(folder: &Folder, servers: Vec<String>) -> Settings {
    Settings {
        name: "campus".to_owned(),
        kind: latchkey_directory::settings::Kind::Ldap,
        servers,
        domain: None,
        ca: Some(folder.path().join("ca.pem")),
        bind: format!("cn=latchkey,{SUFFIX}"),
        secret: folder.path().join("secret"),
        bases: vec![SUFFIX.to_owned()],
        filter: None,
        groups: Vec::new(),
        privileged_groups: Vec::new(),
        told_apart: Vec::new(),
        id: None,
        marker: Some("latchkeyMarker".to_owned()),
        marker_class: None,
        policy: None,
        decoy: None,
        write: latchkey_directory::settings::Write::Modify,
        names: Vec::new(),
        contacts: latchkey_directory::settings::Contacts::default(),
    }
}

fn no_answer() -> Answer {
    Arc::new(|_| Vec::new())
}

/// PW-06, R35: no bind and no byte of a secret before the certificate is verified; no way back to the clear.
#[tokio::test]
async fn nothing_is_sent_to_a_server_that_does_not_prove_who_it_is() -> Result<()> {
    let folder = Folder::new().await?;
    let others = Folder::new().await?;
    for (folder_of, certificate, door) in [
        (&folder, "expired", Door::Tls),
        (&folder, "wronghost", Door::Tls),
        (&folder, "selfsigned", Door::Tls),
        (&others, "good", Door::Tls),
        (&folder, "good", Door::Bare),
        (&folder, "good", Door::NoStartTls),
        (&folder, "good", Door::StripsStartTls),
        (&folder, "expired", Door::StartTls),
        (&folder, "wronghost", Door::StartTls),
        (&folder, "selfsigned", Door::StartTls),
        (&others, "good", Door::StartTls),
    ] {
        let impostor = Impostor::start(folder_of.path(), certificate, door, no_answer()).await?;
        let directory = directory(settings(&folder, vec![impostor.url(door)]))?;
        let secret = NEEDLES[1].into();
        let operation = Operation { account: "a", id: "b", after: None };
        let mut errors = vec![
            directory.entry("a").await.err(),
            directory.verify_current(Some("a"), &secret).await.err(),
            directory.set_password(operation, &secret).await.err(),
            directory.change_password(operation, &secret, &secret).await.err(),
            directory.people(None).await.err(),
        ];
        let said = format!("{certificate} {door:?}");
        while let Some(error) = errors.pop() {
            let error = error.expect("an error");
            let untrusted = matches!(error, DirectoryError::Misconfigured(_) | DirectoryError::NotReached(_));
            assert!(untrusted && !error.leaves_doubt(), "{said}: {error:?}");
        }
        assert!(impostor.heard().is_empty(), "{said}: something was said under TLS");
        let raw = impostor.raw();
        for needle in NEEDLES {
            assert!(!raw.windows(needle.len()).any(|window| window == needle.as_bytes()), "{said}");
        }
        if matches!(door, Door::NoStartTls | Door::StartTls) {
            // The request for StartTLS, once for each time, and nothing else.
            assert!(raw.windows(21).any(|window| window == b"1.3.6.1.4.1.1466.2003"), "{said}");
            assert!(!raw.contains(&BIND), "{said}: {raw:02x?}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn both_kinds_of_tls_are_used_where_the_server_proves_who_it_is() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    for server in [slapd.url(), format!("ldap://localhost:{}", slapd.port())] {
        let directory = directory(Settings { servers: vec![server], ..slapd.settings() })?;
        assert!(!directory.people(None).await?.entries.is_empty());
    }
    assert!(slapd.log()?.contains("STARTTLS"));
    Ok(())
}

/// Answers a bind and StartTLS well, and a search with what a test makes.
fn answering(to_a_search: impl Fn(&Request) -> Vec<u8> + Send + Sync + 'static) -> Answer {
    Arc::new(move |request| match request.operation {
        BIND => result(request.id, 0x61, 0, ""),
        SEARCH if request.holds("supportedControl") || request.holds("1.1") => {
            [entry(request.id, b"", &[]), result(request.id, 0x65, 0, "")].concat()
        }
        SEARCH => to_a_search(request),
        _ => Vec::new(),
    })
}

#[tokio::test]
async fn an_answer_that_is_nonsense_is_an_error_and_nobody_is_let_through_by_it() -> Result<()> {
    let folder = Folder::new().await?;
    let done = |request: &Request| result(request.id, 0x65, 0, "");
    let uid: (&str, &[&[u8]]) = ("uid", &[b"ada"]);
    let id: (&str, &[&[u8]]) = ("entryUUID", &[b"a"]);
    let answers: Vec<(&str, Answer)> = vec![
        ("half an entry", answering(move |request| [entry(request.id, b"uid=ada", &[uid]), done(request)].concat())),
        ("no name", answering(move |request| [entry(request.id, b"uid=ada", &[id]), done(request)].concat())),
        (
            "a name that is not UTF-8",
            answering(move |request| {
                [entry(request.id, b"uid=ada", &[id, ("uid", &[b"\xff\xfe"])]), done(request)].concat()
            }),
        ),
        (
            "a DN that is not UTF-8",
            answering(move |request| [entry(request.id, b"\xff", &[id, uid]), done(request)].concat()),
        ),
        (
            "two of one id",
            answering(move |request| {
                let of = |dn: &[u8]| entry(request.id, dn, &[id, uid]);
                [of(b"uid=ada,dc=a"), of(b"uid=ada,dc=b"), done(request)].concat()
            }),
        ),
        (
            "many hits",
            answering(move |request| {
                let all: Vec<u8> = (0..10_000)
                    .flat_map(|number| entry(request.id, format!("uid=ada,dc=x{number}").as_bytes(), &[id, uid]))
                    .collect();
                [all, done(request)].concat()
            }),
        ),
        ("an answer to a modify", answering(|request| result(request.id, 0x67, 0, ""))),
        ("an entry without parts", answering(move |request| [message(request.id, 0x64, b""), done(request)].concat())),
        (
            "an entry of one value",
            answering(move |request| [message(request.id, 0x64, &tagged(4, b"x")), done(request)].concat()),
        ),
        ("a result without parts", answering(|request| message(request.id, 0x65, b""))),
        ("no LDAP", answering(|_| b"HTTP/1.1 400 Bad Request\r\n\r\n".repeat(20))),
        ("zeroes", answering(|_| vec![0; 64])),
        ("a message without an id", answering(|_| tagged(0x30, b""))),
        (
            "a referral",
            answering(|request| {
                let to = tagged(0xa3, &tagged(4, b"ldap://127.0.0.1:1/dc=elsewhere"));
                let parts = [tagged(0x0a, &[10]), tagged(4, b""), tagged(4, b""), to].concat();
                message(request.id, 0x65, &parts)
            }),
        ),
    ];
    for (what, answer) in answers {
        let impostor = Impostor::start(folder.path(), "good", Door::Tls, answer).await?;
        let directory = directory(settings(&folder, vec![impostor.url(Door::Tls)]))?;
        let error = directory.entry("a").await.expect_err(what);
        let unsure = matches!(error, DirectoryError::Misconfigured(_) | DirectoryError::Unreachable(_));
        assert!(unsure, "{what}: {error:?}");
        assert!(directory.verify_current(Some("a"), &NEEDLES[1].into()).await.is_err(), "{what}");
        let operation = Operation { account: "a", id: "b", after: None };
        assert!(directory.set_password(operation, &NEEDLES[1].into()).await.is_err(), "{what}");
        let sent = impostor.heard().iter().any(|request| request.holds(NEEDLES[1]));
        assert!(!sent, "{what}: a person's password was sent");
    }
    Ok(())
}

/// R06: who a referral names is not asked, and gets no bind.
#[tokio::test]
async fn no_referral_is_followed() -> Result<()> {
    let elsewhere = Slapd::start(Right::Write).await?;
    let mut setup = latchkey_tests::slapd::Setup::new(Right::Write);
    // A replica whose provider cannot be reached: it refers whoever wants to write to the other one.
    let provider = format!("provider=ldap://127.0.0.1:1 searchbase={SUFFIX} bindmethod=simple retry=\"3600 +\"");
    setup.lines = vec![format!("syncrepl rid=001 {provider}"), format!("updateref {}", elsewhere.url())];
    let slapd = Slapd::start_with(&setup).await?;
    let directory = slapd.directory()?;
    let ada = slapd.id("ada").await?;
    let binds = elsewhere.log()?.matches("BIND dn=").count();
    let refused = super::set(&directory, &ada, "a", "a-new-harbour-1").await;
    let error = refused.expect_err("it may not be written").downcast::<DirectoryError>()?;
    assert!(!error.leaves_doubt(), "{error:?}");
    assert_eq!(elsewhere.log()?.matches("BIND dn=").count(), binds);
    assert_eq!(slapd.refuses("ada", latchkey_tests::slapd::PASSWORD).await?, None);
    Ok(())
}

/// R05: a server that hangs costs its time limit once; others are asked meanwhile.
#[tokio::test]
async fn a_server_that_hangs_is_passed_by() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let hung = format!("ldaps://localhost:{}", silent.local_addr()?.port());
    let directory = directory(Settings { servers: vec![hung, slapd.url()], ..slapd.settings() })?;
    let ada = slapd.id("ada").await?;
    assert!(directory.entry(&ada).await?.is_some());
    let watch = latchkey_tests::clock::Stopwatch::start();
    for _ in 0..20 {
        assert!(directory.entry(&ada).await?.is_some());
    }
    assert!(watch.elapsed() < std::time::Duration::from_secs(5), "the hung one was asked each time");
    Ok(())
}
