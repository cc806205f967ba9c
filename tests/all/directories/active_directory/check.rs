//! What `check` tells the operator: which of the settings is wrong, in the server's own words.

use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use latchkey_directory::Directory as _;
use latchkey_directory::active_directory::{ActiveDirectory, Locator};
use latchkey_directory::check::{About, Finding, State};
use latchkey_directory::settings::Settings;
use latchkey_tests::samba::{DOMAIN, PEOPLE, Samba};
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
        (About::Base, "NO_OBJECT", Box::new(|settings| settings.bases = vec![format!("OU=Nowhere,{DOMAIN}")])),
        (
            About::Base,
            "not lie in the domain",
            Box::new(|settings| {
                settings.bases = vec![format!("CN=Schema,CN=Configuration,{DOMAIN}").replace("DC=ad,", "DC=other,")];
            }),
        ),
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
        (About::Filter, "", Box::new(|settings| settings.filter = Some("(cn=a".to_owned()))),
        (About::Filter, "nobody", Box::new(|settings| settings.filter = Some("(cn=nobody-at-all)".to_owned()))),
        (About::Groups, "No such", Box::new(|settings| settings.groups = vec![format!("CN=none,{PEOPLE}")])),
    ];
    for (about, words, spoil) in cases {
        let mut settings = samba.settings();
        spoil(&mut settings);
        let findings = directory(samba, settings)?.check().await;
        let found = findings.iter().find(|finding| finding.about == about && finding.state == State::Wrong);
        let found = found.with_context(|| format!("{about:?} is not named: {findings:#?}"))?;
        let said = found.detail.to_lowercase();
        assert!(said.contains(&words.to_lowercase()) || words == "NO_OBJECT", "{about:?}: {found}");
        assert!(!said.contains("not this one"), "a secret is never in it");
    }
    // Another secret, read by the same reader.
    let mut outside = samba.outside();
    let secret = wrong_secret.clone();
    outside.secret = Arc::new(move || {
        let secret = secret.clone();
        Box::pin(async move { Ok(std::fs::read_to_string(secret)?.into()) })
    });
    let findings = ActiveDirectory::new(samba.settings(), outside)?.check().await;
    assert_eq!(wrong(&findings), [About::BindAccount], "{findings:#?}");
    Ok(())
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named() -> Result<()> {
    let samba = Samba::shared().await?;
    let mut outside = samba.outside();
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
    let directory = ActiveDirectory::located_by(settings, samba.outside(), Some(silent))?;
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
