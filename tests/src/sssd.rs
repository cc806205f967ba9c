//! A real SSSD before a real OpenLDAP, and sign-ins by PAM through it. Nothing of it is installed: it lives in a mount
//! namespace of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;
use tokio::process::Child;

use crate::packages::Packages;
use crate::slapd::{SUFFIX, Slapd, dn};
use crate::wait::{PATIENCE, until};
use crate::{built, root};

/// The number of the person on this workstation.
const NUMBER: u32 = 20_001;

/// Its folders are where nobody can change them, so that they are covered. Its library for LDAP takes `localhost` for the
/// name of the machine, so that the machine is called what the certificate is for.
const START: &str = "mount -t tmpfs none /var/lib/sss && mkdir -p -m 755 /var/lib/sss/db /var/lib/sss/mc \
    /var/lib/sss/pipes/private /var/lib/sss/pubconf/krb5.include.d /var/lib/sss/secrets /var/lib/sss/gpo_cache \
    /var/lib/sss/deskprofile && chmod 700 /var/lib/sss/db /var/lib/sss/pipes/private \
    && mount -t tmpfs none /run && mount --bind \"$0/log\" /var/log/sssd && mount --bind \"$0/etc\" /etc/sssd \
    && mount --bind \"$0/pam.d\" /etc/pam.d && mount --bind \"$0/nsswitch.conf\" /etc/nsswitch.conf \
    && echo localhost > /proc/sys/kernel/hostname && exec sssd -i --logger=files";

/// A workstation on which a person of the directory signs in by SSSD.
pub struct Sssd {
    /// Before the folder, so that nothing writes into it when it goes.
    _outer: Child,
    inner: u32,
    folder: TempDir,
    account: String,
}

impl Sssd {
    /// Starts one for this account of the directory.
    ///
    /// # Errors
    /// If the packages cannot be had, or it does not know the account.
    pub async fn start(slapd: &Slapd, account: &str) -> Result<Self> {
        slapd
            .change(&format!(
                "dn: {}\nchangetype: modify\nadd: objectClass\nobjectClass: posixAccount\n-\nadd: uidNumber\n\
                 uidNumber: {NUMBER}\n-\nadd: gidNumber\ngidNumber: {NUMBER}\n-\nadd: homeDirectory\n\
                 homeDirectory: /nonexistent\n",
                dn(account)
            ))
            .await?;
        let names = ["sssd-common", "sssd-ldap", "libpam-sss", "libnss-sss", "pamtester"];
        let packages = tokio::task::spawn_blocking(move || Packages::unpacked(&names)).await??;
        let folder = TempDir::with_prefix("latchkey-sssd-")?;
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        let at = |name: &str| folder.path().join(name);
        for name in ["log", "etc"] {
            fs::create_dir(at(name))?;
        }
        let copied = Command::new("cp").args(["-a", "/etc/pam.d"]).arg(at("pam.d")).status()?;
        ensure!(copied.success(), "/etc/pam.d cannot be copied");
        fs::copy(root().join("packaging/linux/pam.d/latchkey"), at("pam.d/latchkey"))?;
        let switch = fs::read_to_string("/etc/nsswitch.conf").unwrap_or_default();
        let others = switch.lines().filter(|line| !["passwd", "group", "shadow"].iter().any(|of| line.starts_with(of)));
        let lines: Vec<_> = others.chain(["passwd: files sss", "group: files sss", "shadow: files sss"]).collect();
        fs::write(at("nsswitch.conf"), lines.join("\n") + "\n")?;
        fs::write(at("etc/sssd.conf"), configuration(slapd))?;
        fs::set_permissions(at("etc/sssd.conf"), fs::Permissions::from_mode(0o600))?;
        fs::copy(built("latchkey-place")?, at("latchkey-place"))?;
        let log = fs::File::create(at("out"))?;
        let mut command = packages.inside("unshare");
        command
            .args(["-u", "sh", "-c", START])
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let mut outer = tokio::process::Command::from(command).kill_on_drop(true).spawn()?;
        let pid = outer.id().context("it has ended")?;
        let inner = until("SSSD", PATIENCE, async || {
            if let Some(ended) = outer.try_wait()? {
                bail!("SSSD ended with {ended}: {}", fs::read_to_string(at("out"))?);
            }
            let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"))?;
            let Ok(inner) = children.trim().parse::<u32>() else { return Ok(None) };
            let mut getent = inside(inner);
            let known = getent.args(["getent", "-s", "sss", "passwd", account]).output()?;
            Ok(known.status.success().then_some(inner))
        })
        .await?;
        Ok(Self { _outer: outer, inner, folder, account: account.to_owned() })
    }

    /// Whether the person is let in with a password.
    ///
    /// # Errors
    /// If pamtester cannot be started, or says something else than yes or no.
    pub fn lets_in(&self, password: &str) -> Result<bool> {
        use std::io::Write as _;
        let mut command = inside(self.inner);
        command.args(["pamtester", "latchkey", &self.account, "authenticate"]).stdin(Stdio::piped());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        child.stdin.take().context("its input")?.write_all(format!("{password}\n").as_bytes())?;
        let Output { stdout, stderr, .. } = child.wait_with_output()?;
        let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        match (said.contains("successfully authenticated"), said.contains("pamtester: ")) {
            (true, _) => Ok(true),
            (false, true) => Ok(false),
            _ => bail!("{said}"),
        }
    }

    /// The place program as the person starts it on this workstation.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn place_program(&self) -> Result<PathBuf> {
        let script = self.folder.path().join("place");
        let real = self.folder.path().join("latchkey-place");
        let person = format!("setpriv --reuid {NUMBER} --regid {NUMBER} --clear-groups");
        let line = format!("exec nsenter -m -t {} {person} {} \"$@\"", self.inner, real.display());
        fs::write(&script, format!("#!/bin/sh\n{line}\n"))?;
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755))?;
        Ok(script)
    }
}

fn inside(process: u32) -> Command {
    let mut command = Command::new("nsenter");
    command.args(["-m", "-t", &process.to_string()]).stdin(Stdio::null());
    command
}

fn configuration(slapd: &Slapd) -> String {
    let (url, ca) = (slapd.url(), slapd.file("ca.pem"));
    format!(
        "[sssd]\nservices = nss, pam\ndomains = campus\n[nss]\nfilter_users = root\n[pam]\n\
         offline_credentials_expiration = 0\noffline_failed_login_attempts = 0\n[domain/campus]\nid_provider = ldap\n\
         auth_provider = ldap\naccess_provider = permit\nldap_uri = {url}\nldap_search_base = {SUFFIX}\n\
         ldap_default_bind_dn = cn=admin,{SUFFIX}\nldap_default_authtok = root-of-the-tests\nldap_tls_cacert = {}\n\
         ldap_tls_reqcert = demand\ncache_credentials = true\nentry_cache_timeout = 600\noffline_timeout = 2\n",
        ca.display()
    )
}
