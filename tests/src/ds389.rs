//! 389 Directory Server as a campus has it: people, groups, rules for passwords, and a service account with the rights of
//! `docs/ldap.md`. An instance of its own in a temporary folder, without systemd.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use latchkey_directory::ldap::Ldap;
use latchkey_directory::settings::{Kind, Settings, Write};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::mail::secret;
use crate::openldap_tools::{Attributes, OpenldapTools};
use crate::slapd::{self, PASSWORD, SERVICE, SUFFIX, dn, free_port};
use crate::wait::listening;

/// Creating an instance takes half a minute, and many times that on a machine with much else to do.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(1_200);
const ROOT: &str = "cn=Directory Manager";
const ROOT_SECRET: &str = "root-of-the-tests";
const SERVICE_SECRET: &str = "quarry-service-41";
const INSTALL: &str = "389 Directory Server cannot be started: apt-get install 389-ds-base python3-lib389 ldap-utils, and \
                       run this as root, since it runs as a user of its own";
/// Everything that lib389 would put into folders of the system lies below a prefix that is ours.
const DEFAULTS: &str = "/usr/share/dirsrv/inf/defaults.inf";
/// A failed sign-in by which many lock: the third.
const FAILURES: usize = 3;

/// A running server; it ends when it is dropped.
pub struct Ds389 {
    folder: TempDir,
    port: u16,
    tls_port: u16,
    process: Option<Child>,
}

impl Ds389 {
    /// Makes an instance with everybody in it, and `more_people` beside them, and starts it.
    ///
    /// # Errors
    /// If a package is missing, or this is not root.
    pub async fn start(more_people: usize) -> Result<Self> {
        crate::install_provider();
        let folder = TempDir::with_prefix("latchkey-ds389-")?;
        let (port, tls_port) = (free_port()?, free_port()?);
        let mut server = Self { folder, port, tls_port, process: None };
        server.create().await?;
        secret(&server.file("secret"), SERVICE_SECRET)?;
        secret(&server.file("root"), ROOT_SECRET)?;
        // `ldapmodify -y` takes the end of a line for a part of the password.
        std::fs::write(server.file("root"), ROOT_SECRET)?;
        // As the documentation says.
        let schema = crate::root().join("packaging/ldap/99latchkey.ldif");
        std::fs::copy(schema, server.instance().join("schema/99latchkey.ldif"))?;
        server.resume().await?;
        let tools = server.tools();
        tools.change(&people(more_people)).await?;
        // Afterwards: else everybody would have to change the password that they begin with.
        tools.change(&configuration()).await?;
        Ok(server)
    }

    async fn create(&self) -> Result<()> {
        let at = self.folder.path();
        for part in ["share/dirsrv/inf", "etc/dirsrv", "etc/default", "etc/tmpfiles.d", "run/dirsrv", "run/lock/dirsrv"]
        {
            std::fs::create_dir_all(at.join(part))?;
        }
        for part in ["var/log/dirsrv", "var/lib/dirsrv", "shm", "inst"] {
            std::fs::create_dir_all(at.join(part))?;
        }
        for part in ["schema", "data"] {
            std::os::unix::fs::symlink(Path::new("/usr/share/dirsrv").join(part), at.join("share/dirsrv").join(part))?;
        }
        let defaults = std::fs::read_to_string(DEFAULTS).context(INSTALL)?;
        std::fs::write(at.join("share/dirsrv/inf/defaults.inf"), moved(&defaults, at))?;
        let answers = format!(
            "[general]\nconfig_version = 2\nfull_machine_name = localhost\nstrict_host_checking = False\nselinux = False\n\
             start = False\n[slapd]\ninstance_name = campus\nport = {}\nsecure_port = {}\nroot_password = {ROOT_SECRET}\n\
             self_sign_cert = True\n[backend-userroot]\nsample_entries = no\ncreate_suffix_entry = True\nsuffix = {SUFFIX}\n",
            self.port, self.tls_port
        );
        std::fs::write(at.join("answers.inf"), answers)?;
        done(Command::new("cp").args(["-r", "/etc/dirsrv/config", "/etc/dirsrv/schema"]).arg(at.join("etc/dirsrv")))
            .await?;
        done(Command::new("chown").args(["-R", "dirsrv:dirsrv"]).arg(at)).await?;
        done(Command::new("dscreate").arg("from-file").arg(at.join("answers.inf")).env("PREFIX", at)).await
    }

    /// Starts it again after [`Self::stop`], with what it had.
    ///
    /// # Errors
    /// If it does not start.
    pub async fn resume(&mut self) -> Result<()> {
        let log = std::fs::File::options().create(true).append(true).open(self.file("log"))?;
        let mut process = Command::new("/usr/sbin/ns-slapd")
            .arg("-D")
            .arg(self.instance())
            .arg("-i")
            .arg(self.file("run/dirsrv/slapd-campus.pid"))
            // With a level of its log it stays in the foreground.
            .args(["-d", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .context(INSTALL)?;
        let ports = [self.port, self.tls_port];
        listening("389 Directory Server", PATIENCE, &mut process, &ports, &self.file("log")).await?;
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
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The authority that its certificate comes from.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.instance().join("ca.crt")
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

    /// As `packaging/directories/389.toml` has it.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let contacts = latchkey_directory::settings::Contacts {
            full_name: vec!["cn".to_owned()],
            mobile_phone: vec!["mobile".to_owned()],
            office_phone: vec!["telephoneNumber".to_owned()],
            mail: vec!["mail".to_owned()],
        };
        Settings {
            name: "campus".to_owned(),
            kind: Kind::Ldap,
            servers: vec![self.url()],
            domain: None,
            ca: Some(self.ca()),
            bind: SERVICE.to_owned(),
            secret: self.file("secret"),
            bases: vec![format!("ou=people,{SUFFIX}")],
            filter: None,
            groups: Vec::new(),
            privileged_groups: vec![format!("cn=admins,ou=groups,{SUFFIX}")],
            told_apart: Vec::new(),
            id: Some("nsUniqueId".to_owned()),
            marker: Some("latchkeyMarker".to_owned()),
            marker_class: Some("latchkeyAccount".to_owned()),
            policy: Some("cn=config".to_owned()),
            decoy: None,
            write: Write::Modify,
            names: vec!["uid".to_owned(), "mail".to_owned()],
            contacts,
        }
    }

    /// The back end of these settings.
    ///
    /// # Errors
    /// If they cannot be used.
    pub fn directory(&self) -> Result<Ldap> {
        slapd::directory(self.settings())
    }

    /// The programs by which the tests look at it and change it; on loopback, where no certificate is needed.
    #[must_use]
    pub fn tools(&self) -> OpenldapTools {
        let url = format!("ldap://127.0.0.1:{}", self.port);
        OpenldapTools { url, administrator: ROOT.to_owned(), secret: self.file("root") }
    }

    /// All attributes of a person, with those that tell of their password.
    ///
    /// # Errors
    /// If the program cannot be started.
    pub async fn read(&self, account: &str) -> Result<Attributes> {
        let more = ["nsUniqueId", "accountUnlockTime", "passwordRetryCount", "passwordExpirationTime", "nsAccountLock"];
        self.tools().read(&dn(account), &more).await
    }

    /// Replaces an attribute of an entry, or takes it away.
    ///
    /// # Errors
    /// If the server does not take it.
    pub async fn replace(&self, dn: &str, name: &str, values: &[&str]) -> Result<()> {
        let mut ldif = format!("dn: {dn}\nchangetype: modify\nreplace: {name}\n");
        for value in values {
            writeln!(ldif, "{name}: {value}")?;
        }
        self.tools().change(&ldif).await
    }

    /// The stable id of a person.
    ///
    /// # Errors
    /// If there is none of this name.
    pub async fn id(&self, account: &str) -> Result<String> {
        let entry = self.read(account).await?;
        Ok(entry
            .get("nsuniqueid")
            .or_else(|| entry.get("nsUniqueId"))
            .and_then(|ids| ids.first())
            .context("no such person")?
            .clone())
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
        for _ in 0..FAILURES {
            self.refuses(account, "a wrong one").await?;
        }
        ensure!(self.is_locked(account).await?, "{account} is not locked: {:?}", self.read(account).await?);
        Ok(())
    }

    /// Whether a lock is noted on an account.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn is_locked(&self, account: &str) -> Result<bool> {
        Ok(self.read(account).await?.keys().any(|name| name.eq_ignore_ascii_case("accountUnlockTime")))
    }

    fn instance(&self) -> PathBuf {
        self.file("etc/dirsrv/slapd-campus")
    }
}

async fn done(command: &mut Command) -> Result<()> {
    let output = tokio::time::timeout(PATIENCE, command.kill_on_drop(true).output()).await??;
    let said = [output.stdout, output.stderr].concat();
    ensure!(output.status.success(), "{command:?}: {}; {INSTALL}", String::from_utf8_lossy(&said));
    Ok(())
}

/// lib389's own settings, with each folder below `at` and no systemd.
fn moved(defaults: &str, at: &Path) -> String {
    let at = at.display();
    let mut out = String::new();
    for line in defaults.lines() {
        let Some((name, value)) = line.split_once(" = ") else {
            out.push_str(line);
            out.push('\n');
            continue;
        };
        let value = match name {
            "with_systemd" => "0".to_owned(),
            "inst_dir" => format!("{at}/inst/slapd-{{instance_name}}"),
            "tmp_dir" => at.to_string(),
            "initconfig_dir" => format!("{at}/etc/default"),
            _ => match value.strip_prefix("/dev/shm") {
                Some(rest) => format!("{at}/shm{rest}"),
                None if ["/etc", "/run", "/var"].iter().any(|folder| value.starts_with(folder)) => {
                    format!("{at}{value}")
                }
                None => value.to_owned(),
            },
        };
        let _infallible = writeln!(out, "{name} = {value}");
    }
    out
}

/// The rules for passwords of everybody, which the service account may read.
fn configuration() -> String {
    let rules = [
        ("passwordLockout", "on"),
        ("passwordMaxFailure", "3"),
        ("passwordUnlock", "off"),
        ("passwordCheckSyntax", "on"),
        ("passwordMinLength", "8"),
        ("passwordMinCategories", "2"),
        ("passwordHistory", "on"),
        ("passwordInHistory", "3"),
        ("passwordExp", "on"),
        ("passwordMaxAge", "864000"),
        ("passwordMustChange", "on"),
        ("passwordIsGlobalPolicy", "off"),
    ];
    let mut ldif = "dn: cn=config\nchangetype: modify\n".to_owned();
    for (name, value) in rules {
        let _infallible = write!(ldif, "replace: {name}\n{name}: {value}\n-\n");
    }
    let readable = [
        "objectClass",
        "passwordCheckSyntax",
        "passwordMinLength",
        "passwordMinCategories",
        "passwordHistory",
        "passwordInHistory",
        "passwordExp",
        "passwordMaxAge",
        "passwordUnlock",
        "passwordLockoutDuration",
    ]
    .join(" || ");
    let _infallible = writeln!(
        ldif,
        "add: aci\naci: (target=\"ldap:///cn=config\")(targetattr=\"{readable}\")(version 3.0; acl \
         \"Latchkey reads the rules\"; allow (read, search, compare) userdn=\"ldap:///{SERVICE}\";)"
    );
    ldif
}

/// Everybody, and the rights that `docs/ldap.md` gives the service account.
fn people(more: usize) -> String {
    let mut ldif = String::new();
    let mut entry = |dn: &str, lines: &[&str]| {
        let _infallible = write!(ldif, "dn: {dn}\nchangetype: add\n{}\n\n", lines.join("\n"));
    };
    for unit in ["people", "groups", "services"] {
        entry(&format!("ou={unit},{SUFFIX}"), &["objectClass: organizationalUnit", &format!("ou: {unit}")]);
    }
    entry(
        SERVICE,
        &[
            "objectClass: applicationProcess",
            "objectClass: simpleSecurityObject",
            "cn: latchkey",
            &format!("userPassword: {SERVICE_SECRET}"),
            // It reads everybody: else the server ends a list at 2,000 entries, and a search at 5,000.
            "nsSizeLimit: -1",
            "nsLookThroughLimit: -1",
        ],
    );
    let many = (0..more).map(|number| format!("person{number:05}"));
    for account in ["ada", "grace", "joan", "root"].into_iter().map(str::to_owned).chain(many) {
        let (uid, cn, mail) = (
            format!("uid: {account}"),
            format!("cn: {account} of the campus"),
            format!("mail: {account}@campus.example"),
        );
        let mut lines = vec!["objectClass: inetOrgPerson", &uid, &cn, "sn: Campus", &mail];
        let (mobile, office) = ("mobile: +49 151 0000001", "telephoneNumber: +49 30 000001");
        let password = format!("userPassword: {PASSWORD}");
        if !account.starts_with("person") {
            lines.extend([mobile, office, &password]);
        }
        entry(&dn(&account), &lines);
    }
    let member = format!("member: {}", dn("root"));
    entry(&format!("cn=admins,ou=groups,{SUFFIX}"), &["objectClass: groupOfNames", "cn: admins", &member]);
    let _infallible = write!(ldif, "dn: {SUFFIX}\nchangetype: modify\nadd: aci\n{}", documented_rights());
    ldif
}

/// The lines `aci: …` of `docs/ldap.md`.
fn documented_rights() -> String {
    let text = include_str!("../../docs/ldap.md");
    let section = text.split("## 389 Directory Server").nth(1).unwrap_or_default();
    let block = section.split("```").nth(1).unwrap_or_default().trim_start();
    format!("{}\n", block.trim_end())
}
