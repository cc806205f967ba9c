//! A real directory in which the people of the demonstration are, in place of the server's own.

use std::path::Path;

use anyhow::{Result, bail};
use latchkey_directory::settings::Settings;
use latchkey_server::commands::demo;
use serde::Serialize;

use crate::samba::{DOMAIN, Samba};
use crate::slapd::{Right, Slapd};

/// The file that tells `latchkey-server demo --directory` of it.
pub const FILE: &str = "directory.toml";

/// A directory that was started for a demonstration.
pub enum RealDirectory {
    /// OpenLDAP with ppolicy.
    Slapd(Box<Slapd>),
    /// Samba as an Active Directory domain controller.
    Samba(&'static Samba),
}

/// What such a file has.
#[derive(Serialize)]
struct File {
    directory: [Settings; 1],
}

impl RealDirectory {
    /// Starts the directory of this name, puts the people of the demonstration into it and writes the file.
    ///
    /// # Errors
    /// If there is none of this name, or it cannot be started.
    pub async fn start(name: &str, folder: &Path) -> Result<Self> {
        let people = demo::cast()?.into_iter().filter(|person| !person.password.is_empty());
        let (directory, settings) = match name {
            "slapd" => {
                let slapd = Slapd::start(Right::Write).await?;
                for person in people {
                    slapd.put(&person.account, &person.password, person.must_change).await?;
                }
                let settings = slapd.settings();
                (Self::Slapd(Box::new(slapd)), settings)
            }
            "samba" => {
                let samba = Samba::shared().await?;
                // The passwords of the demonstration are long and of small letters, as SP 800-63B has it.
                samba
                    .ldif(&format!("dn: {DOMAIN}\nchangetype: modify\nreplace: pwdProperties\npwdProperties: 0\n"))
                    .await?;
                for person in people {
                    samba.put(&person.account, &person.password, person.must_change).await?;
                }
                (Self::Samba(samba), samba.settings())
            }
            other => bail!("no directory of the demonstration is called {other}; there are: slapd, samba"),
        };
        std::fs::write(folder.join(FILE), toml::to_string(&File { directory: [settings] })?)?;
        Ok(directory)
    }

    /// Who is asked whether a password lets somebody in: another program than ours.
    #[must_use]
    pub const fn witness(&self) -> &'static str {
        match self {
            Self::Slapd(_) => "ldapwhoami",
            Self::Samba(_) => "kinit",
        }
    }

    /// Whether the directory lets somebody in with a password.
    ///
    /// # Errors
    /// If it cannot be asked.
    pub async fn lets_in(&self, account: &str, password: &str) -> Result<bool> {
        match self {
            Self::Slapd(slapd) => Ok(slapd.refuses(account, password).await?.is_none()),
            Self::Samba(samba) => samba.kinit(&samba.person(account).await?, password).await,
        }
    }
}
