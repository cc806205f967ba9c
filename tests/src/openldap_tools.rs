//! The programs of OpenLDAP, by which the tests look at a directory and change it as its administrator does: other programs
//! than ours.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

const INSTALL: &str = "the programs of OpenLDAP cannot be started: apt-get install ldap-utils";

/// Which directory they speak to, and as whom.
#[derive(Debug, Clone)]
pub struct OpenldapTools {
    /// Where it listens: a socket, or loopback, since the secrets of the tests go there.
    pub url: String,
    /// The administrator's name.
    pub administrator: String,
    /// The file with the administrator's password, and nothing else in it: no end of a line either.
    pub secret: PathBuf,
}

/// All attributes of an entry, by their names.
pub type Attributes = BTreeMap<String, Vec<String>>;

impl OpenldapTools {
    /// Changes entries as the administrator.
    ///
    /// # Errors
    /// If the directory does not take it.
    pub async fn change(&self, ldif: &str) -> Result<()> {
        let mut child = self.as_administrator("ldapmodify").stdin(Stdio::piped()).spawn().context(INSTALL)?;
        child.stdin.take().context("no standard input")?.write_all(ldif.as_bytes()).await?;
        let done = child.wait_with_output().await?;
        ensure!(done.status.success(), "ldapmodify: {}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    }

    /// All attributes of an entry as the administrator sees them; nothing if there is none. Those of `more` are asked for by
    /// name, since some directories show them on demand only.
    ///
    /// # Errors
    /// If the program cannot be started.
    pub async fn read(&self, dn: &str, more: &[&str]) -> Result<Attributes> {
        let done = self
            .as_administrator("ldapsearch")
            .args(["-LLL", "-o", "ldif-wrap=no", "-s", "base", "-b", dn, "(objectClass=*)", "*", "+"])
            .args(more)
            .output()
            .await
            .context(INSTALL)?;
        let mut entry = Attributes::new();
        for line in String::from_utf8(done.stdout)?.lines() {
            if let Some((name, value)) = line.split_once(": ") {
                entry.entry(name.trim_end_matches(':').to_owned()).or_default().push(value.to_owned());
            }
        }
        Ok(entry)
    }

    /// What `ldapwhoami` says to a password: nothing if it is let in.
    ///
    /// # Errors
    /// If it cannot be started.
    pub async fn refuses(&self, dn: &str, password: &str) -> Result<Option<String>> {
        let done = Command::new("ldapwhoami")
            .args(["-x", "-H", &self.url, "-D", dn, "-e", "ppolicy", "-w", password])
            .output()
            .await
            .context(INSTALL)?;
        let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        Ok((!done.status.success()).then_some(said))
    }

    fn as_administrator(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.args(["-x", "-H", &self.url, "-D", &self.administrator, "-y"]);
        command.arg(&self.secret).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}
