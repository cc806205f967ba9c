//! The bare requests to a directory that a change or a reset cannot do without.

use anyhow::{Context as _, Result, ensure};
use latchkey_directory::connection::{Address, Change, Control, Session, Trust, code};
use latchkey_directory::settings::Settings;
use secrecy::SecretString;

/// The control by which ppolicy says why (draft-behera-ldap-password-policy).
const PASSWORD_POLICY: Control = Control { oid: "1.3.6.1.4.1.42.2.27.8.5.1", critical: false, value: None };

/// Somebody who signs in to a directory and writes passwords, with nothing around it.
pub(crate) struct Raw {
    address: Address,
    trust: Trust,
    service: Session,
    marker: String,
}

/// One write of an entry.
pub(crate) struct Write<'a> {
    pub(crate) entry: &'a str,
    pub(crate) password: Vec<Change>,
    /// What the marker is now, and what it will be.
    pub(crate) markers: (Option<&'a str>, &'a str),
    pub(crate) controls: Vec<Control>,
}

impl Raw {
    /// Signs in as the service account of these settings.
    pub(crate) async fn sign_in(settings: &Settings) -> Result<Self> {
        let address = Address::parse(settings.servers.first().context("a server")?)?;
        let trust = Trust::new(settings.ca.as_deref())?;
        let secret = SecretString::from(std::fs::read_to_string(&settings.secret)?.trim());
        let mut service = Session::connect(&address, &trust).await?;
        let reply = service.bind(&settings.bind, &secret, Vec::new()).await?;
        ensure!(reply.code == code::SUCCESS, "the service account is not let in: {reply:?}");
        Ok(Self { address, trust, service, marker: settings.marker.clone().context("a marker")? })
    }

    /// Signs in as a person, on a connection of their own.
    pub(crate) async fn let_in(&self, person: &str, password: &str) -> Result<()> {
        let mut session = Session::connect(&self.address, &self.trust).await?;
        let reply = session.bind(person, &password.into(), vec![PASSWORD_POLICY]).await?;
        ensure!(reply.code == code::SUCCESS, "{person} is not let in: {reply:?}");
        Ok(())
    }

    /// Writes a password and a marker in one Modify.
    pub(crate) async fn write(&mut self, write: Write<'_>) -> Result<()> {
        let Write { entry, mut password, markers: (before, after), controls } = write;
        if let Some(before) = before {
            password.push(Change::delete(&self.marker, before));
        }
        password.push(Change::add(&self.marker, after));
        let reply = self.service.modify(entry, password, controls).await?;
        ensure!(reply.code == code::SUCCESS, "{entry} is not written: {reply:?}");
        Ok(())
    }

    /// Which controls the directory knows.
    pub(crate) async fn controls(&mut self) -> Result<Vec<String>> {
        let root = self.service.read("", &["supportedControl"]).await?.context("a root")?;
        Ok(root.texts("supportedControl").map(str::to_owned).collect())
    }
}

/// The control by which a change on OpenLDAP asks for its reasons.
pub(crate) fn asks_for_reasons() -> Vec<Control> {
    vec![PASSWORD_POLICY]
}
