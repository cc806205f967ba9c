//! OpenLDAP with ppolicy, as a campus has it: people, groups, rules for passwords, and a service account that may write
//! passwords, or manage them.

use std::fmt::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use latchkey_directory::connection::Outside;
use latchkey_directory::ldap::Ldap;
use latchkey_directory::settings::{Contacts, Kind, Settings, Write};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::mail::{certificates, secret};
use crate::openldap_tools::{Attributes, OpenldapTools};
use crate::wait::{PATIENCE, listening};

pub const SUFFIX: &str = "dc=campus,dc=example";
/// Whom the server signs in as.
pub const SERVICE: &str = "cn=latchkey,ou=services,dc=campus,dc=example";
const SERVICE_SECRET: &str = "quarry-service-41";
const ROOT: &str = "cn=admin,dc=campus,dc=example";
const ROOT_SECRET: &str = "root-of-the-tests";
/// Everybody's password at first.
pub const PASSWORD: &str = "lantern-harbour-27";
const INSTALL: &str = "slapd cannot be started: apt-get install slapd slapd-contrib ldap-utils";

/// What the service account may do to passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// It may not write them.
    Read,
    /// It writes them, and ppolicy holds it to its rules.
    Write,
    /// ppolicy takes it for an administrator of passwords.
    Manage,
}

/// How a directory is set up.
#[derive(Debug, Clone)]
pub struct Setup {
    pub right: Right,
    /// Lines of the policy that stand in place of those with the same names.
    pub policy: Vec<(&'static str, &'static str)>,
    /// Whether ppolicy hashes what a Modify brings; without it a password is kept as it is sent.
    pub hashes: bool,
    /// The scheme of new hashes.
    pub scheme: &'static str,
    /// More lines of the configuration of the database.
    pub lines: Vec<String>,
    /// People beside those that each directory has.
    pub more_people: usize,
    /// Whether a change is on the disk before it is answered; most tests do without.
    pub durable: bool,
}

impl Setup {
    #[must_use]
    pub const fn new(right: Right) -> Self {
        Self {
            right,
            policy: Vec::new(),
            hashes: true,
            scheme: "{SSHA}",
            lines: Vec::new(),
            more_people: 0,
            durable: false,
        }
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: &'static str) -> Self {
        self.policy.push((name, value));
        self
    }
}

/// A running directory; it ends when it is dropped.
pub struct Slapd {
    folder: TempDir,
    port: u16,
    tls_port: u16,
    process: Option<Child>,
}

impl Slapd {
    /// Starts one with everybody in it.
    ///
    /// # Errors
    /// If a package is missing.
    pub async fn start(right: Right) -> Result<Self> {
        Self::start_with(&Setup::new(right)).await
    }

    /// The same, set up otherwise.
    ///
    /// # Errors
    /// As [`Self::start`].
    pub async fn start_with(setup: &Setup) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let at = folder.path();
        std::fs::create_dir(at.join("data"))?;
        certificates(at).await?;
        secret(&at.join("secret"), SERVICE_SECRET)?;
        secret(&at.join("root"), ROOT_SECRET)?;
        // `ldapmodify -y` takes the end of a line for a part of the password.
        std::fs::write(at.join("root"), ROOT_SECRET)?;
        std::fs::write(at.join("slapd.conf"), configuration(at, setup))?;
        std::fs::write(
            at.join("people.ldif"),
            people(setup, &hashed(PASSWORD).await?, &hashed(SERVICE_SECRET).await?),
        )?;
        let conf = at.join("slapd.conf");
        let loaded = Command::new("/usr/sbin/slapadd")
            .args(["-q", "-f"])
            .arg(&conf)
            .arg("-l")
            .arg(at.join("people.ldif"))
            .output()
            .await
            .context(INSTALL)?;
        ensure!(loaded.status.success(), "slapadd: {}", String::from_utf8_lossy(&loaded.stderr));
        let mut slapd = Self { folder, port: free_port()?, tls_port: free_port()?, process: None };
        // Between the look for a free port and slapd, another program of the tests may have taken it.
        for _ in 0..4 {
            match slapd.resume().await {
                Err(error) if format!("{error:#}").contains("Address already in use") => {
                    (slapd.port, slapd.tls_port) = (free_port()?, free_port()?);
                }
                started => return started.map(|()| slapd),
            }
        }
        slapd.resume().await?;
        Ok(slapd)
    }

    /// Starts it again after [`Self::stop`], with what it had.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn resume(&mut self) -> Result<()> {
        let log = std::fs::File::options().create(true).append(true).open(self.folder.path().join("log"))?;
        let urls = format!("ldap://127.0.0.1:{} ldaps://127.0.0.1:{} {}", self.port, self.tls_port, self.socket());
        let mut process = Command::new("/usr/sbin/slapd")
            .arg("-f")
            .arg(self.folder.path().join("slapd.conf"))
            .args(["-h", &urls, "-d", "stats"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .context(INSTALL)?;
        let ports = [self.port, self.tls_port];
        listening("slapd", PATIENCE, &mut process, &ports, &self.file("log")).await?;
        self.process = Some(process);
        Ok(())
    }

    /// Ends it at once, as a power cut does.
    ///
    /// # Errors
    /// If it cannot be ended.
    pub async fn stop(&mut self) -> Result<()> {
        if let Some(mut process) = self.process.take() {
            process.kill().await?;
        }
        Ok(())
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The port of StartTLS.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The port of LDAPS.
    #[must_use]
    pub const fn tls_port(&self) -> u16 {
        self.tls_port
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("ldaps://localhost:{}", self.tls_port)
    }

    /// As a campus configures it.
    #[must_use]
    pub fn settings(&self) -> Settings {
        Settings {
            name: "campus".to_owned(),
            kind: Kind::Ldap,
            servers: vec![self.url()],
            domain: None,
            ca: Some(self.file("ca.pem")),
            bind: SERVICE.to_owned(),
            secret: self.file("secret"),
            bases: vec![format!("ou=people,{SUFFIX}")],
            filter: None,
            groups: Vec::new(),
            privileged_groups: vec![format!("cn=admins,ou=groups,{SUFFIX}")],
            told_apart: Vec::new(),
            id: None,
            marker: Some("latchkeyMarker".to_owned()),
            marker_class: Some("latchkeyAccount".to_owned()),
            policy: Some(format!("cn=default,ou=policies,{SUFFIX}")),
            decoy: None,
            write: Write::Modify,
            names: vec!["uid".to_owned(), "mail".to_owned()],
            contacts: Contacts {
                full_name: vec!["cn".to_owned()],
                mobile_phone: vec!["mobile".to_owned()],
                office_phone: vec!["telephoneNumber".to_owned()],
                mail: vec!["mail".to_owned()],
            },
        }
    }

    /// The back end of these settings.
    ///
    /// # Errors
    /// If they cannot be used.
    pub fn directory(&self) -> Result<Ldap> {
        directory(self.settings())
    }

    /// Changes entries as the administrator.
    ///
    /// # Errors
    /// If slapd does not take it.
    pub async fn change(&self, ldif: &str) -> Result<()> {
        self.tools().change(ldif).await
    }

    /// Replaces an attribute of a person, or takes it away.
    ///
    /// # Errors
    /// As [`Self::change`].
    pub async fn replace(&self, dn: &str, name: &str, values: &[&str]) -> Result<()> {
        let mut ldif = format!("dn: {dn}\nchangetype: modify\nreplace: {name}\n");
        for value in values {
            writeln!(ldif, "{name}: {value}")?;
        }
        self.change(&ldif).await
    }

    /// Sees to it that a person has this password; `handed_out` is one that its owner has to change.
    ///
    /// # Errors
    /// As [`Self::change`].
    pub async fn put(&self, account: &str, password: &str, handed_out: bool) -> Result<()> {
        let dn = dn(account);
        if self.read(&dn).await?.is_empty() {
            self.change(&format!(
                "dn: {dn}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: {account}\ncn: {account} of the campus\n\
                 sn: Campus\nmail: {account}@campus.example\n"
            ))
            .await?;
        }
        // The administrator of the directory sets pwdReset with it; the person's password is meant to be their own.
        self.replace(&dn, "userPassword", &[&hashed(password).await?]).await?;
        self.replace(&dn, "pwdReset", if handed_out { &["TRUE"] } else { &[] }).await
    }

    /// All attributes of an entry as the administrator sees them, by their names; nothing if there is none.
    ///
    /// # Errors
    /// If slapd does not answer.
    pub async fn read(&self, dn: &str) -> Result<Attributes> {
        self.tools().read(dn, &[]).await
    }

    /// The stable id of a person.
    ///
    /// # Errors
    /// If there is none of this name.
    pub async fn id(&self, account: &str) -> Result<String> {
        let entry = self.read(&dn(account)).await?;
        Ok(entry.get("entryUUID").and_then(|ids| ids.first()).context("no such person")?.clone())
    }

    /// What `ldapwhoami` says to a password of a person: nothing if it is let in.
    ///
    /// # Errors
    /// If it cannot be started.
    pub async fn refuses(&self, account: &str, password: &str) -> Result<Option<String>> {
        self.tools().refuses(&dn(account), password).await
    }

    /// Locks an account by wrong passwords.
    ///
    /// # Errors
    /// If it does not lock.
    pub async fn lock(&self, account: &str) -> Result<()> {
        for _ in 0..3 {
            self.refuses(account, "a wrong one").await?;
        }
        ensure!(self.read(&dn(account)).await?.contains_key("pwdAccountLockedTime"), "{account} is not locked");
        Ok(())
    }

    /// What slapd has written into its log: each connection, request and result.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn log(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&std::fs::read(self.file("log"))?).into_owned())
    }

    /// The programs of OpenLDAP reach it by a socket: they take `localhost` for the name of the machine, which is not the
    /// one in the certificate.
    fn tools(&self) -> OpenldapTools {
        OpenldapTools { url: self.socket(), administrator: ROOT.to_owned(), secret: self.file("root") }
    }

    fn socket(&self) -> String {
        format!("ldapi://{}", self.file("ldapi").display().to_string().replace('/', "%2F"))
    }
}

/// The back end of settings, with the secret read from its file and the system's clock.
///
/// # Errors
/// If they cannot be used.
pub fn directory(settings: Settings) -> Result<Ldap> {
    let outside = outside(&settings.secret);
    Ok(Ldap::new(settings, outside)?)
}

/// What a back end is given: the secret in a file, and the system's clock.
#[must_use]
pub fn outside(secret: &Path) -> Outside {
    let path = secret.to_owned();
    Outside {
        secret: Arc::new(move || {
            let path = path.clone();
            Box::pin(async move {
                let text = tokio::fs::read_to_string(path).await?;
                Ok(text.trim_end().to_owned().into())
            })
        }),
        now: Arc::new(crate::clock::now),
    }
}

/// The name of a person's entry.
#[must_use]
pub fn dn(account: &str) -> String {
    format!("uid={account},ou=people,{SUFFIX}")
}

/// A port of loopback that nobody has at the moment.
///
/// # Errors
/// If there is none.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

async fn hashed(password: &str) -> Result<String> {
    let done = Command::new("/usr/sbin/slappasswd").args(["-h", "{SSHA}", "-s", password]).output().await;
    let done = done.context(INSTALL)?;
    Ok(String::from_utf8(done.stdout)?.trim().to_owned())
}

fn configuration(at: &Path, setup: &Setup) -> String {
    let schema = crate::root().join("packaging/ldap/latchkey.schema");
    let (at, schema) = (at.display(), schema.display());
    let right = match setup.right {
        Right::Read => "read",
        Right::Write => "=cxw",
        Right::Manage => "manage",
    };
    let write = if setup.right == Right::Read { "read" } else { "write" };
    let hashes = if setup.hashes { "ppolicy_hash_cleartext" } else { "" };
    let (scheme, lines) = (setup.scheme, setup.lines.join("\n"));
    let sync = if setup.durable { "" } else { "dbnosync" };
    format!(
        "include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
include {schema}
modulepath /usr/lib/ldap
moduleload back_mdb.so
moduleload ppolicy.so
moduleload argon2.so
pidfile {at}/pid
argsfile {at}/args
TLSCACertificateFile {at}/ca.pem
TLSCertificateFile {at}/good.pem
TLSCertificateKeyFile {at}/good.key
TLSCipherSuite SECURE128:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.3
password-hash {scheme}
database mdb
suffix {SUFFIX}
rootdn {ROOT}
rootpw {ROOT_SECRET}
directory {at}/data
maxsize 268435456
{sync}
index objectClass,uid,mail,member,memberUid,entryUUID eq
index modifyTimestamp,pwdAccountLockedTime eq,pres
limits dn.exact={SERVICE} size=unlimited
access to attrs=userPassword by dn.exact={SERVICE} {right} by self =xw by anonymous auth by * none
access to attrs=pwdAccountLockedTime,pwdReset by dn.exact={SERVICE} {write} by * none
access to attrs=latchkeyMarker by dn.exact={SERVICE} {write} by * none
access to attrs=objectClass val=latchkeyAccount by dn.exact={SERVICE} {write} by * read
access to * by dn.exact={SERVICE} read by self read by * none
overlay ppolicy
ppolicy_default cn=default,ou=policies,{SUFFIX}
ppolicy_use_lockout
{hashes}
{lines}
"
    )
}

fn people(setup: &Setup, hash: &str, service: &str) -> String {
    let mut ldif = String::new();
    let mut entry = |dn: &str, lines: &[&str]| {
        let _infallible = write!(ldif, "dn: {dn}\n{}\n\n", lines.join("\n"));
    };
    entry(SUFFIX, &["objectClass: dcObject", "objectClass: organization", "o: Campus", "dc: campus"]);
    for unit in ["people", "groups", "services", "policies"] {
        entry(&format!("ou={unit},{SUFFIX}"), &["objectClass: organizationalUnit", &format!("ou: {unit}")]);
    }
    let service = format!("userPassword: {service}");
    entry(SERVICE, &["objectClass: applicationProcess", "objectClass: simpleSecurityObject", "cn: latchkey", &service]);
    let mut policy = vec![
        ("pwdAttribute", "userPassword"),
        ("pwdMinLength", "8"),
        ("pwdInHistory", "3"),
        ("pwdCheckQuality", "2"),
        ("pwdLockout", "TRUE"),
        ("pwdMaxFailure", "3"),
        ("pwdLockoutDuration", "0"),
        ("pwdMaxAge", "0"),
        ("pwdGraceAuthNLimit", "0"),
        ("pwdMustChange", "TRUE"),
        ("pwdAllowUserChange", "TRUE"),
        ("pwdSafeModify", "FALSE"),
    ];
    for (name, value) in &setup.policy {
        policy.retain(|(known, _)| known != name);
        policy.push((name, value));
    }
    let lines: Vec<String> = ["objectClass: device", "objectClass: pwdPolicy", "cn: default"]
        .into_iter()
        .map(str::to_owned)
        .chain(policy.into_iter().map(|(name, value)| format!("{name}: {value}")))
        .collect();
    entry(&format!("cn=default,ou=policies,{SUFFIX}"), &lines.iter().map(String::as_str).collect::<Vec<_>>());
    let many = (0..setup.more_people).map(|number| format!("person{number:05}"));
    for account in ["ada", "grace", "joan", "root"].into_iter().map(str::to_owned).chain(many) {
        entry(
            &dn(&account),
            &[
                "objectClass: inetOrgPerson",
                &format!("uid: {account}"),
                &format!("cn: {account} of the campus"),
                "sn: Campus",
                &format!("mail: {account}@campus.example"),
                "mobile: +49 151 0000001",
                "mobile: +49 151 0000002",
                "telephoneNumber: +49 30 000001",
                &format!("userPassword: {hash}"),
            ],
        );
    }
    for (name, members) in [("helpers", vec![dn("joan")]), ("admins", vec![dn("root")]), ("pilot", vec![dn("ada")])] {
        let mut lines = vec!["objectClass: groupOfNames".to_owned(), format!("cn: {name}")];
        lines.extend(members.iter().map(|member| format!("member: {member}")));
        if name == "pilot" {
            lines.push(format!("member: cn=helpers,ou=groups,{SUFFIX}"));
        }
        entry(&format!("cn={name},ou=groups,{SUFFIX}"), &lines.iter().map(String::as_str).collect::<Vec<_>>());
    }
    ldif
}
