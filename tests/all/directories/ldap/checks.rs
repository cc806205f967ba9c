//! What `check --connect` says of a directory: what is wrong, by the name that it has in the configuration.

use anyhow::Result;
use latchkey_directory::Directory as _;
use latchkey_directory::check::{About, Finding, State};
use latchkey_directory::settings::Settings;
use latchkey_tests::slapd::{Right, SERVICE, SUFFIX, Setup, Slapd, directory, dn};

async fn findings(settings: Settings) -> Result<Vec<Finding>> {
    Ok(directory(settings)?.check().await)
}

fn wrong(findings: &[Finding]) -> Vec<(About, &str)> {
    let wrong = findings.iter().filter(|finding| finding.state == State::Wrong);
    wrong.map(|finding| (finding.about, finding.detail.as_str())).collect()
}

#[tokio::test]
async fn a_directory_that_is_set_up_well_has_nothing_wrong_and_nothing_is_written() -> Result<()> {
    for (right, state, word) in [(Right::Write, State::Good, "write"), (Right::Manage, State::Notable, "manage")] {
        let slapd = Slapd::start(right).await?;
        let before = slapd.read(&dn("ada")).await?;
        let findings = findings(slapd.settings()).await?;
        assert_eq!(wrong(&findings), Vec::new(), "{findings:?}");
        let rights = findings.iter().find(|finding| finding.about == About::Rights).expect("rights");
        assert_eq!(rights.state, state, "{rights}");
        assert!(rights.detail.contains(word), "{rights}");
        assert_eq!(slapd.read(&dn("ada")).await?, before);
    }
    Ok(())
}

#[tokio::test]
async fn each_thing_that_is_wrong_is_named() -> Result<()> {
    let slapd = Slapd::start(Right::Write).await?;
    let good = slapd.settings();
    std::fs::write(slapd.file("another"), "not the secret")?;
    let strings = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let cases = [
        (About::Base, "ou=nowhere", Settings { bases: vec![format!("ou=nowhere,{SUFFIX}")], ..good.clone() }),
        (About::BindAccount, "result 49", Settings { bind: format!("cn=other,{SUFFIX}"), ..good.clone() }),
        (About::BindAccount, "result 49", Settings { secret: slapd.file("another"), ..good.clone() }),
        (About::BindAccount, "secret", Settings { secret: slapd.file("missing"), ..good.clone() }),
        (About::Certificate, "UnknownIssuer", Settings { ca: Some(slapd.file("selfsigned.pem")), ..good.clone() }),
        (About::Filter, "employeeType", Settings { filter: Some("(employeeType=none)".to_owned()), ..good.clone() }),
        (About::Attributes, "noSuchName", Settings { names: strings(&["uid", "noSuchName"]), ..good.clone() }),
        (About::Marker, "noSuchMarker", Settings { marker: Some("noSuchMarker".to_owned()), ..good.clone() }),
        (About::Groups, "cn=none", Settings { groups: vec![format!("cn=none,{SUFFIX}")], ..good.clone() }),
        (About::Rules, "cn=none", Settings { policy: Some(format!("cn=none,{SUFFIX}")), ..good.clone() }),
        (About::Servers, "localhost:1 ", Settings { servers: strings(&["ldaps://localhost:1"]), ..good.clone() }),
    ];
    for (about, detail, settings) in cases {
        let findings = findings(settings).await?;
        let wrong = wrong(&findings);
        let named = wrong.iter().any(|(one, said)| *one == about && said.contains(detail));
        assert!(named, "{about:?} {detail}: {wrong:?}");
    }
    for wrong in [
        Settings { filter: Some("(uid=*".to_owned()), ..good.clone() },
        Settings { bases: vec!["people".to_owned()], ..good.clone() },
        Settings { marker: None, ..good.clone() },
        Settings { servers: strings(&["http://localhost"]), ..good.clone() },
        Settings { names: strings(&["uid)(x"]), ..good.clone() },
        Settings { ca: Some(slapd.file("root")), ..good },
    ] {
        assert!(directory(wrong.clone()).is_err(), "{wrong:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_service_account_that_may_not_write_and_a_server_without_rules_are_named() -> Result<()> {
    let slapd = Slapd::start(Right::Read).await?;
    let findings = findings(slapd.settings()).await?;
    assert!(wrong(&findings).iter().any(|(about, _)| *about == About::Rights), "{findings:?}");
    let slapd = Slapd::start_with(&Setup::new(Right::Write).with("pwdSafeModify", "TRUE")).await?;
    let findings = self::findings(slapd.settings()).await?;
    let noted = |finding: &&Finding| finding.about == About::Rules && finding.detail.contains("pwdSafeModify");
    assert!(findings.iter().any(|finding| noted(&finding)), "{findings:?}");
    Ok(())
}

/// The secret is replaced while the server runs.
#[tokio::test]
async fn a_new_secret_is_taken_up_without_a_restart() -> Result<()> {
    let mut slapd = Slapd::start(Right::Write).await?;
    let directory = slapd.directory()?;
    let ada = slapd.id("ada").await?;
    assert!(directory.entry(&ada).await?.is_some());
    slapd.replace(SERVICE, "userPassword", &["another-service-41"]).await?;
    // The account is one of the policy's too; a service changes no password by itself.
    slapd.replace(SERVICE, "pwdReset", &[]).await?;
    slapd.stop().await?;
    slapd.resume().await?;
    assert!(directory.entry(&ada).await.is_err());
    std::fs::write(slapd.file("secret"), "another-service-41\n")?;
    assert!(directory.entry(&ada).await?.is_some());
    Ok(())
}
