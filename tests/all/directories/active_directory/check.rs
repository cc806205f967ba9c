//! What `check` tells the operator: which of the settings is wrong, in the server's own words.

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use latchkey_directory::Directory as _;
use latchkey_directory::active_directory::{ActiveDirectory, Locator};
use latchkey_directory::check::{About, Finding, State};
use latchkey_directory::settings::Settings;
use latchkey_tests::impostor::{Door, Impostor};
use latchkey_tests::samba::{DOMAIN, PEOPLE, SERVICE_SECRET, Samba};
use tokio::net::UdpSocket;

use super::{directory, started};

fn wrong(findings: &[Finding]) -> Vec<About> {
    findings.iter().filter(|finding| finding.state == State::Wrong).map(|finding| finding.about).collect()
}

#[tokio::test]
async fn a_domain_that_is_set_up_well_has_nothing_wrong() -> Result<()> {
    let (_, directory) = started().await?;
    let findings = directory.check().await;
    assert_eq!(wrong(&findings), [], "{findings:#?}");
    for about in [
        About::Servers,
        About::Clock,
        About::BindAccount,
        About::Base,
        About::Filter,
        About::Attributes,
        About::Marker,
        About::Rights,
        About::Write,
        About::Rules,
    ] {
        assert!(findings.iter().any(|finding| finding.about == about), "{about:?}: {findings:#?}");
    }
    // PW-08: said to the operator too.
    let write = findings.iter().find(|finding| finding.about == About::Write).context("a finding")?;
    assert!(write.state == State::Notable && write.detail.contains("history"), "{write}");
    Ok(())
}

#[tokio::test]
async fn whatever_is_wrong_is_named_with_the_words_of_the_server() -> Result<()> {
    let samba = Samba::shared().await?;
    let other_ca = tempfile::tempdir()?;
    latchkey_tests::certificate::for_localhost(other_ca.path())?;
    let wrong_secret = other_ca.path().join("secret");
    std::fs::write(&wrong_secret, "not this one\n")?;
    type Spoil<'a> = Box<dyn Fn(&mut Settings) + 'a>;
    let cases: Vec<(About, &str, Spoil<'_>)> = vec![
        (About::Base, "result 32", Box::new(|settings| settings.bases = vec![format!("OU=Nowhere,{DOMAIN}")])),
        (About::BindAccount, "data 52e", Box::new(|settings| settings.bind = "nobody@ad.campus.example".to_owned())),
        (
            About::Certificate,
            "cannot be trusted",
            Box::new(|settings| {
                settings.ca = Some(other_ca.path().join("certificate.pem"));
            }),
        ),
        (
            About::Servers,
            "cannot be reached",
            Box::new(|settings| {
                settings.servers = vec![format!("ldaps://{}:1", samba.address())];
            }),
        ),
        (About::Attributes, "noSuchThing", Box::new(|settings| settings.names = vec!["noSuchThing".to_owned()])),
        (About::Marker, "noSuchThing", Box::new(|settings| settings.marker = Some("noSuchThing".to_owned()))),
        (About::Marker, "several values", Box::new(|settings| settings.marker = Some("otherMobile".to_owned()))),
        (About::Filter, "the filter cannot be read", Box::new(|settings| settings.filter = Some("(cn=a".to_owned()))),
        (About::Filter, "nobody", Box::new(|settings| settings.filter = Some("(cn=nobody-at-all)".to_owned()))),
        (About::Groups, "result 32", Box::new(|settings| settings.groups = vec![format!("CN=none,{PEOPLE}")])),
    ];
    for (about, words, spoil) in cases {
        let mut settings = samba.settings();
        spoil(&mut settings);
        let findings = directory(samba, settings)?.check().await;
        let is_it = |finding: &&Finding| {
            let said = finding.detail.to_lowercase();
            finding.about == about && finding.state == State::Wrong && said.contains(&words.to_lowercase())
        };
        let found = findings.iter().find(is_it);
        let found = found.with_context(|| format!("{about:?} is not named: {findings:#?}"))?;
        assert!(!found.detail.contains("Service-Secret"), "{found}");
    }
    let mut settings = samba.settings();
    settings.secret = wrong_secret;
    let findings = directory(samba, settings)?.check().await;
    assert_eq!(wrong(&findings), [About::BindAccount], "{findings:#?}");
    Ok(())
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named() -> Result<()> {
    let samba = Samba::shared().await?;
    let mut outside = samba.outside(&samba.settings().secret);
    let now = Arc::clone(&outside.now);
    outside.now = Arc::new(move || now() + jiff::SignedDuration::from_mins(7));
    let findings = ActiveDirectory::new(samba.settings(), outside)?.check().await;
    assert_eq!(wrong(&findings), [About::Clock], "{findings:#?}");
    Ok(())
}

#[tokio::test]
async fn dns_names_the_servers_the_pdc_emulator_first_and_none_outside_of_the_domain() -> Result<()> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let locator = Locator::of_name_server("AD.campus.example.", socket.local_addr()?)?;
    let answering = tokio::spawn(async move {
        let mut buffer = [0; 512];
        loop {
            let Ok((length, from)) = socket.recv_from(&mut buffer).await else { return };
            let asked = String::from_utf8_lossy(&buffer[..length]).into_owned();
            let servers: &[(u8, u8, &str)] = if asked.contains("pdc") {
                &[(0, 100, "dc2.ad.campus.example")]
            } else {
                &[
                    (10, 100, "dc3.ad.campus.example"),
                    (0, 10, "dc2.ad.campus.example"),
                    (0, 90, "DC1.ad.campus.example"),
                    (0, 0, "evil.example"),
                    (0, 0, "notad.campus.example"),
                ]
            };
            // A datagram that lies about its number comes first, as from somebody who guesses.
            let mut lie = answer(&buffer[..length], &[(0, 0, "liar.ad.campus.example")]);
            lie[0] ^= 0xff;
            for datagram in [lie, answer(&buffer[..length], servers)] {
                let _ = socket.send_to(&datagram, from).await;
            }
        }
    });
    let found: Vec<String> = locator.servers().await?.iter().map(ToString::to_string).collect();
    assert_eq!(found, ["dc2", "dc1", "dc3"].map(|name| format!("ldaps://{name}.ad.campus.example:636")));
    answering.abort();

    let silent = Locator::of_name_server("ad.campus.example", (Ipv4Addr::LOCALHOST, 1).into())?;
    let samba = Samba::shared().await?;
    let mut settings = samba.settings();
    settings.servers = Vec::new();
    settings.domain = Some("ad.campus.example".to_owned());
    let directory = ActiveDirectory::located_by(settings.clone(), samba.outside(&settings.secret), Some(silent))?;
    let findings = directory.check().await;
    assert_eq!(wrong(&findings), [About::Servers], "{findings:#?}");
    Ok(())
}

/// An answer to a question for the servers of a name: its header, the question, and one record a server.
fn answer(question: &[u8], servers: &[(u8, u8, &str)]) -> Vec<u8> {
    let mut bytes = question.to_vec();
    bytes[2] |= 0x80;
    bytes[6..8].copy_from_slice(&u16::try_from(servers.len()).unwrap_or(0).to_be_bytes());
    for (priority, weight, target) in servers {
        let mut name = Vec::new();
        for label in target.split('.') {
            name.push(u8::try_from(label.len()).unwrap_or(0));
            name.extend(label.as_bytes());
        }
        name.push(0);
        // The name that was asked for, SRV, IN, 60 s.
        bytes.extend([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60]);
        bytes.extend(u16::try_from(name.len() + 6).unwrap_or(0).to_be_bytes());
        bytes.extend([0, *priority, 0, *weight, 1, 133]);
        bytes.extend(name);
    }
    bytes
}

#[tokio::test]
async fn a_controller_that_takes_no_tls_or_cannot_prove_who_it_is_is_never_signed_in_to() -> Result<()> {
    // PW-06
    let samba = Samba::shared().await?;
    let tls = samba.folder().join("tls");
    let folder = tempfile::tempdir()?;
    for (name, file) in [("srv", "pem"), ("srv", "key")] {
        std::fs::copy(tls.join(format!("{name}.{file}")), folder.path().join(format!("controller.{file}")))?;
    }
    // Its certificate is the controller's, and for another host.
    for door in [Door::Tls, Door::Bare, Door::NoStartTls, Door::StripsStartTls] {
        let impostor = Impostor::start(folder.path(), "controller", door, Arc::new(|_| Vec::new())).await?;
        let mut settings = samba.settings();
        settings.servers = vec![impostor.url(door)];
        let directory = directory(samba, settings)?;
        let findings = directory.check().await;
        assert!(!wrong(&findings).is_empty(), "{door:?}");
        assert!(directory.people(None).await.is_err(), "{door:?}");
        let verdict = directory.verify_current(Some(NOBODY), &"Needle-Pass-1".into()).await;
        assert!(verdict.is_err(), "{door:?}");
        assert!(impostor.heard().iter().all(|request| request.operation != BIND), "{door:?}");
        let raw = impostor.raw();
        for needle in [SERVICE_SECRET, "Needle-Pass-1", "latchkey@"] {
            assert!(!raw.windows(needle.len()).any(|window| window == needle.as_bytes()), "{door:?}: {needle}");
        }
    }
    Ok(())
}

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const BIND: u8 = 0x60;
