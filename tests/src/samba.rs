//! Samba as an Active Directory domain controller, on an address of loopback of its own, since its ports are fixed.
//!
//! A domain is provisioned once and kept below the target folder; a controller of it is started once for all tests of a
//! process, and ends with the process, however that ends.

use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use latchkey_directory::connection::Outside;
use latchkey_directory::settings::{Kind, Settings};
use sha1::{Digest as _, Sha1};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::sync::OnceCell;

use crate::wait::until;

/// What has to be installed.
const INSTALL: &str =
    "apt-get install samba-ad-dc samba-ad-provision samba-dsdb-modules winbind smbclient ldap-utils krb5-user openssl";
const REALM: &str = "AD.CAMPUS.EXAMPLE";
const WORKGROUP: &str = "CAMPUS";
/// The domain's entry.
pub const DOMAIN: &str = "DC=ad,DC=campus,DC=example";
/// Where the people are.
pub const PEOPLE: &str = "OU=People,DC=ad,DC=campus,DC=example";
const ADMINISTRATOR: &str = "Adm1n-Passw0rd";
/// The password of the accounts of the server.
pub const SERVICE_SECRET: &str = "Service-Secret-1";
/// The password that everybody begins with.
pub const START: &str = "Start-Pass-1";
/// What fills the domain.
const FILL: &str = include_str!("domain.py");
/// A cold start on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(180);
/// A port that Samba does not use: who listens there has the address.
const LOCK: u16 = 38_389;
/// Ends with the process that holds the other end of its standard input, and takes the controller with it. Samba's own
/// programs meet in a folder that cannot be set; this one has its own there.
const GUARD: &str = r#"mkdir -p /run/samba && mount -t tmpfs tmpfs /run/samba || exit
trap '' TERM; "$@" </dev/null & cat >/dev/null; kill -TERM 0; wait; rm -rf "$FOLDER""#;

/// What the delegated account is given on the entry of the people, as `docs/operations.md` says it: the right to set a
/// password, and to write `lockoutTime` and `adminDescription`.
#[must_use]
pub fn rights(sid: &str) -> String {
    let user = "bf967aba-0de6-11d0-a285-00aa003049e2";
    [
        format!("(OA;CIIO;CR;00299570-246d-11d0-a768-00aa006e0529;{user};{sid})"),
        format!("(OA;CIIO;RPWP;28630ebf-41d5-11d1-a9c1-0000f80367c1;{user};{sid})"),
        format!("(OA;CIIO;RPWP;bf967919-0de6-11d0-a285-00aa003049e2;{user};{sid})"),
    ]
    .concat()
}

static SHARED: OnceCell<Samba> = OnceCell::const_new();

/// A running controller.
pub struct Samba {
    folder: PathBuf,
    address: IpAddr,
    made: AtomicU32,
    _guard: Child,
    _lock: TcpListener,
}

/// Somebody of the domain.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub dn: String,
    /// `objectGUID`.
    pub id: String,
}

impl Samba {
    /// The controller of this process, which is started now if it is not running yet.
    ///
    /// # Errors
    /// If a package is missing, or the process may not open its ports.
    pub async fn shared() -> Result<&'static Self> {
        SHARED.get_or_try_init(Self::start).await
    }

    async fn start() -> Result<Self> {
        crate::install_provider();
        let (address, lock) = free_address()?;
        let folder = TempDir::with_prefix("latchkey-samba-")?;
        let at = folder.path().to_owned();
        tokio::task::spawn_blocking(move || prepare(&at, address)).await??;
        // From here on the guard takes it away.
        let folder = folder.keep();
        let out = File::create(folder.join("out"))?;
        let mut command = Command::new("unshare");
        command.args([
            "-m",
            "sh",
            "-c",
            GUARD,
            "guard",
            "samba",
            "-F",
            "--no-process-group",
            "-M",
            "prefork",
            "--debug-stdout",
            "-s",
        ]);
        command.arg(folder.join("smb.conf")).env("FOLDER", &folder);
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let guard = command.stdin(Stdio::piped()).stdout(out.try_clone()?).stderr(out).spawn().context(INSTALL)?;
        let samba = Self { folder, address, made: AtomicU32::new(0), _guard: guard, _lock: lock };
        let answers = until("Samba to answer", PATIENCE, async || {
            let root = samba.search("", "base", "(objectClass=*)", &["defaultNamingContext"]).await?;
            let answers = root.first().is_some_and(|root| root.contains_key("defaultNamingContext"));
            // Kerberos and files are other programs, which begin when they like.
            let (kerberos, files) = ((address, 88), (address, 445));
            let all = answers && TcpStream::connect(kerberos).await.is_ok() && TcpStream::connect(files).await.is_ok();
            Ok(all.then_some(()))
        });
        if let Err(error) = answers.await {
            let said = std::fs::read(samba.folder.join("out")).unwrap_or_default();
            bail!("{error}; if it is not installed: {INSTALL}\n{}", String::from_utf8_lossy(&said));
        }
        Ok(samba)
    }

    /// The address on which it has all its ports.
    #[must_use]
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The authority that its certificate comes from.
    #[must_use]
    pub fn ca(&self) -> PathBuf {
        self.folder.join("tls/ca.pem")
    }

    /// Where LDAP over TLS is spoken.
    #[must_use]
    pub fn url(&self) -> String {
        format!("ldaps://{}", self.address)
    }

    /// Its clock is the machine's, and so is what a directory of ours takes for the time. The secret is read from a file.
    #[must_use]
    pub fn outside(&self, secret: &Path) -> Outside {
        let file = secret.to_owned();
        let secret = move || {
            let file = file.clone();
            let read = async move { Ok(std::fs::read_to_string(file)?.trim().into()) };
            Box::pin(read) as std::pin::Pin<Box<dyn Future<Output = _> + Send>>
        };
        Outside { secret: Arc::new(secret), now: Arc::new(crate::clock::now) }
    }

    /// How a campus tells of this domain, with the account that has least rights.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.settings_of("latchkey")
    }

    /// The same with another account of the server.
    #[must_use]
    pub fn settings_of(&self, account: &str) -> Settings {
        Settings {
            name: "campus".to_owned(),
            kind: Kind::ActiveDirectory,
            servers: vec![self.url()],
            domain: None,
            ca: Some(self.ca()),
            bind: format!("{account}@ad.campus.example"),
            secret: self.folder.join("service-secret"),
            bases: vec![PEOPLE.to_owned()],
            filter: None,
            groups: Vec::new(),
            privileged_groups: Vec::new(),
            told_apart: Vec::new(),
            id: None,
            marker: None,
            marker_class: None,
            policy: None,
            decoy: None,
            write: latchkey_directory::settings::Write::default(),
            names: Vec::new(),
            contacts: latchkey_directory::settings::Contacts::default(),
        }
    }

    /// Somebody whom the domain has from the start.
    ///
    /// # Errors
    /// If there is no such person.
    pub async fn person(&self, name: &str) -> Result<Person> {
        let filter = format!("(sAMAccountName={name})");
        let found = self.search(DOMAIN, "sub", &filter, &["objectGUID", "distinguishedName"]).await?;
        let found = found.first().with_context(|| format!("{name} is not there"))?;
        let first = |attribute: &str| found.get(attribute).and_then(|values| values.first()).context("a value");
        Ok(Person { name: name.to_owned(), dn: text(first("distinguishedName")?)?, id: guid(first("objectGUID")?)? })
    }

    /// Somebody new, whose name nobody else has; `more` is lines of LDIF.
    ///
    /// # Errors
    /// If the controller does not take it.
    pub async fn add_person(&self, more: &str) -> Result<Person> {
        let name = format!("person{}", self.made.fetch_add(1, Ordering::Relaxed));
        let dn = format!("CN={name},{PEOPLE}");
        let secret = unicode_password(START);
        let principal = format!("{name}@ad.campus.example");
        self.ldif(&format!(
            "dn: {dn}\nchangetype: add\nobjectClass: user\nsAMAccountName: {name}\nuserPrincipalName: {principal}\n\
             unicodePwd:: {secret}\nuserAccountControl: 512\n{more}"
        ))
        .await?;
        self.person(&name).await
    }

    /// Sees to it that a person has this password; `handed_out` is one that its owner has to change.
    ///
    /// # Errors
    /// If the controller does not take it.
    pub async fn put(&self, name: &str, password: &str, handed_out: bool) -> Result<()> {
        let (dn, change) = match self.person(name).await {
            Ok(person) => (person.dn, String::new()),
            Err(_) => {
                let principal = format!("{name}@ad.campus.example");
                let entry = format!("objectClass: user\nsAMAccountName: {name}\nuserPrincipalName: {principal}\n");
                (format!("CN={name},{PEOPLE}"), entry)
            }
        };
        if !change.is_empty() {
            self.ldif(&format!("dn: {dn}\nchangetype: add\n{change}")).await?;
        }
        let (secret, set) = (unicode_password(password), if handed_out { 0 } else { -1 });
        self.ldif(&format!(
            "dn: {dn}\nchangetype: modify\nreplace: unicodePwd\nunicodePwd:: {secret}\n-\nreplace: userAccountControl\n\
             userAccountControl: 512\n-\nreplace: pwdLastSet\npwdLastSet: {set}\n"
        ))
        .await
    }

    /// Lets the administrator change something.
    ///
    /// # Errors
    /// With what the controller says.
    pub async fn ldif(&self, ldif: &str) -> Result<()> {
        self.fed_ldif(self.client("ldapmodify"), ldif).await
    }

    /// The same by one of the accounts of the server.
    ///
    /// # Errors
    /// With what the controller says.
    pub async fn ldif_as(&self, account: &str, ldif: &str) -> Result<()> {
        let file = self.folder.join(format!("secret-of-{account}"));
        secret(&file, SERVICE_SECRET)?;
        self.fed_ldif(self.client_as("ldapmodify", account, &file), ldif).await
    }

    /// Replaces the only value of an attribute.
    ///
    /// # Errors
    /// With what the controller says.
    pub async fn replace(&self, person: &Person, attribute: &str, value: &str) -> Result<()> {
        self.ldif(&format!("dn: {}\nchangetype: modify\nreplace: {attribute}\n{attribute}: {value}\n", person.dn)).await
    }

    /// What the administrator finds.
    ///
    /// # Errors
    /// If the answer cannot be read; an entry that is not there is no error.
    pub async fn search(&self, base: &str, scope: &str, filter: &str, attributes: &[&str]) -> Result<Vec<Values>> {
        let mut command = self.client("ldapsearch");
        command.args(["-LLL", "-o", "ldif-wrap=no", "-b", base, "-s", scope, filter]).args(attributes);
        let output = tokio::task::spawn_blocking(move || command.output()).await?.context(INSTALL)?;
        entries(&String::from_utf8_lossy(&output.stdout))
    }

    /// The one value of an attribute, or nothing.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub async fn value(&self, person: &Person, attribute: &str) -> Result<Option<String>> {
        let found = self.search(&person.dn, "base", "(objectClass=*)", &[attribute]).await?;
        let value = found.first().and_then(|entry| entry.get(attribute)).and_then(|values| values.first());
        value.map(|value| text(value)).transpose()
    }

    /// How often the password was written.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub async fn version(&self, person: &Person) -> Result<u32> {
        let version = self.value(person, "msDS-KeyVersionNumber").await?;
        Ok(version.context("no version")?.parse()?)
    }

    /// Whether Kerberos gives a ticket for a password.
    ///
    /// # Errors
    /// If kinit cannot be started.
    pub async fn kinit(&self, person: &Person, password: &str) -> Result<bool> {
        let cache = self.folder.join(format!("ticket-{}", person.name));
        let mut command = Command::new("kinit");
        command.arg("-c").arg(&cache).arg(format!("{}@{REALM}", person.name));
        command.env("KRB5_CONFIG", self.folder.join("krb5.conf"));
        Ok(fed(command, &format!("{password}\n")).await?.status.success())
    }

    /// Whether the file server lets somebody in with a password.
    ///
    /// # Errors
    /// If smbclient cannot be started.
    pub async fn smbclient(&self, person: &Person, password: &str) -> Result<Output> {
        let file = self.folder.join(format!("smb-{}", person.name));
        std::fs::write(&file, format!("username={}\npassword={password}\ndomain={WORKGROUP}\n", person.name))?;
        self.listed_with(&file).await
    }

    /// Whether the file server lets somebody in with the sign-in in a file.
    ///
    /// # Errors
    /// If smbclient cannot be started.
    pub async fn opens_with(&self, file: &Path) -> Result<bool> {
        let output = self.listed_with(file).await?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        match (output.status.success(), said.contains("NT_STATUS_LOGON_FAILURE")) {
            (true, _) => Ok(true),
            (false, true) => Ok(false),
            (false, false) => bail!("smbclient: {said}"),
        }
    }

    async fn listed_with(&self, file: &Path) -> Result<Output> {
        let mut command = Command::new("smbclient");
        command.arg(format!("//{}/netlogon", self.address)).arg("-A").arg(file).args(["-c", "ls"]);
        command.arg("-s").arg(self.folder.join("client.conf"));
        fed(command, "").await
    }

    fn client(&self, program: &str) -> Command {
        self.client_as(program, "administrator", &self.folder.join("administrator"))
    }

    fn client_as(&self, program: &str, account: &str, secret: &Path) -> Command {
        let mut command = Command::new(program);
        command.args(["-x", "-H", &self.url(), "-D", &format!("{account}@ad.campus.example"), "-y"]).arg(secret);
        command.env("LDAPTLS_CACERT", self.ca()).env("LDAPTLS_REQCERT", "demand");
        command
    }

    async fn fed_ldif(&self, command: Command, ldif: &str) -> Result<()> {
        let output = fed(command, ldif).await?;
        ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    }
}

/// What one entry has, by the attribute.
pub type Values = HashMap<String, Vec<Vec<u8>>>;

/// A password as the administrator writes it in LDIF.
#[must_use]
pub fn unicode_password(password: &str) -> String {
    let bytes: Vec<u8> = format!("\"{password}\"").encode_utf16().flat_map(u16::to_le_bytes).collect();
    BASE64_STANDARD.encode(bytes)
}

async fn fed(mut command: Command, input: &str) -> Result<Output> {
    let input = input.to_owned();
    tokio::task::spawn_blocking(move || {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        match child.stdin.take().context("its input")?.write_all(input.as_bytes()) {
            // It has made up its mind before it read.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
            written => written?,
        }
        anyhow::Ok(child.wait_with_output()?)
    })
    .await?
    .context(INSTALL)
}

fn entries(ldif: &str) -> Result<Vec<Values>> {
    let mut entries = Vec::new();
    for block in ldif.split("\n\n") {
        let mut entry = Values::new();
        for line in block.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, rest)) = line.split_once(':') else { continue };
            let value = match rest.strip_prefix(':') {
                Some(encoded) => BASE64_STANDARD.decode(encoded.trim())?,
                None => rest.trim_start().as_bytes().to_vec(),
            };
            entry.entry(name.to_owned()).or_default().push(value);
        }
        if entry.keys().any(|name| name != "dn" && name != "ref") {
            entries.push(entry);
        }
    }
    Ok(entries)
}

fn text(value: &[u8]) -> Result<String> {
    Ok(std::str::from_utf8(value)?.to_owned())
}

/// A GUID as the directory of ours spells it.
fn guid(bytes: &[u8]) -> Result<String> {
    let bytes: [u8; 16] = bytes.try_into()?;
    let order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];
    let hex: String = order.iter().filter_map(|at| bytes.get(*at)).map(|byte| format!("{byte:02x}")).collect();
    let part = |range| hex.get(range).unwrap_or_default();
    Ok([part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)].join("-"))
}

/// An address of loopback that nobody has, and what keeps it.
fn free_address() -> Result<(IpAddr, TcpListener)> {
    let first = std::process::id();
    for number in 0..=u16::MAX {
        let [high, low] = number.wrapping_add(u16::try_from(first % 65_536)?).to_be_bytes();
        let address = IpAddr::V4(Ipv4Addr::new(127, 88, high, low));
        let Ok(lock) = TcpListener::bind(SocketAddr::new(address, LOCK)) else { continue };
        match TcpListener::bind(SocketAddr::new(address, 389)) {
            Ok(_) => return Ok((address, lock)),
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                bail!("Samba's ports are below 1024: run this as root, or in a user namespace (`unshare -rn`)")
            }
            Err(_) => {}
        }
    }
    bail!("no address of loopback is free")
}

/// Puts the domain, its configuration and its certificate into a folder.
fn prepare(folder: &Path, address: IpAddr) -> Result<()> {
    let kept = provisioned()?;
    run(Command::new("tar").arg("-xf").arg(kept).arg("-C").arg(folder))?;
    for part in ["run", "tls", "private"] {
        std::fs::create_dir_all(folder.join(part))?;
    }
    certify(&folder.join("tls"), address)?;
    std::fs::write(folder.join("smb.conf"), configuration(folder, Some(address)))?;
    std::fs::write(folder.join("client.conf"), "[global]\n")?;
    std::fs::write(
        folder.join("krb5.conf"),
        format!(
            "[libdefaults]\ndefault_realm = {REALM}\ndns_lookup_kdc = false\nrdns = false\n\
             [realms]\n{REALM} = {{\nkdc = {address}\nkpasswd_server = {address}\n}}\n"
        ),
    )?;
    // OpenLDAP's tools take the whole file for the password.
    secret(&folder.join("administrator"), ADMINISTRATOR)?;
    secret(&folder.join("service-secret"), &format!("{SERVICE_SECRET}\n"))
}

/// The archive of a domain that is filled, made if there is none for what makes it.
fn provisioned() -> Result<PathBuf> {
    let version = output(Command::new("samba").arg("--version"))?;
    let hash = Sha1::digest(format!("{version}{FILL}{}{}", rights("S"), configuration(Path::new("/"), None)));
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let target = std::env::current_exe()?;
    let target = target.ancestors().find(|path| path.join("CACHEDIR.TAG").exists()).context("the target folder")?;
    let folder = target.join("tmp/samba");
    std::fs::create_dir_all(&folder)?;
    let archive = folder.join(format!("{hash}.tar"));
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    if archive.exists() {
        return Ok(archive);
    }
    let work = tempfile::tempdir_in(&folder)?;
    provision(work.path())?;
    let part = work.path().join("part.tar");
    run(Command::new("tar").arg("-cf").arg(&part).arg("-C").arg(work.path()).arg("t"))?;
    std::fs::rename(part, &archive)?;
    Ok(archive)
}

fn provision(work: &Path) -> Result<()> {
    let mut tool = Command::new("samba-tool");
    tool.args([
        "domain",
        "provision",
        "--server-role=dc",
        "--dns-backend=NONE",
        "--host-name=dc1",
        "--host-ip=127.0.0.1",
    ]);
    tool.args([format!("--realm={REALM}"), format!("--domain={WORKGROUP}"), format!("--adminpass={ADMINISTRATOR}")]);
    run(tool
        .arg("--targetdir")
        .arg(work.join("t"))
        .args(["--option=interfaces=lo", "--option=bind interfaces only=yes"]))?;
    let conf = work.join("smb.conf");
    std::fs::write(&conf, configuration(work, None))?;
    let fill = work.join("domain.py");
    std::fs::write(&fill, FILL)?;
    // The one of the system, which has Samba's modules.
    let accounts = output(Command::new("/usr/bin/python3").arg(&fill).arg(&conf))?;
    for line in accounts.lines() {
        let (name, sid) = line.split_once(' ').context("an account and its SID")?;
        let given = match name {
            "latchkey" => PEOPLE,
            "careless" => DOMAIN,
            _ => continue,
        };
        let acl = |object: &str, sddl: &str| {
            let mut tool = Command::new("samba-tool");
            tool.args(["dsacl", "set", &format!("--objectdn={object}"), &format!("--sddl={sddl}"), "-s"]);
            run(tool.arg(&conf))
        };
        acl(given, &rights(sid))?;
        if name == "latchkey" {
            acl(&format!("CN=Password Settings Container,CN=System,{DOMAIN}"), &format!("(A;CI;LCRPLO;;;{sid})"))?;
        }
    }
    let mut tool = Command::new("samba-tool");
    run(tool.args(["spn", "add", "ldap/dc1.ad.campus.example", "DC1$", "-s"]).arg(&conf))
}

fn configuration(folder: &Path, address: Option<IpAddr>) -> String {
    let at = |path: &str| folder.join(path).display().to_string();
    let mut lines = vec![
        "[global]".to_owned(),
        "netbios name = DC1".to_owned(),
        format!("realm = {REALM}"),
        format!("workgroup = {WORKGROUP}"),
        "server role = active directory domain controller".to_owned(),
        "server services = ldap, cldap, kdc, rpc, s3fs, winbindd".to_owned(),
        "prefork children = 1".to_owned(),
        "log level = 1".to_owned(),
        format!("private dir = {}", at("t/private")),
        format!("state directory = {}", at("t/state")),
        format!("cache directory = {}", at("t/cache")),
        format!("lock directory = {}", at("t")),
        format!("pid directory = {}", at("run")),
        format!("ncalrpc dir = {}", at("run/ncalrpc")),
        format!("ntp signd socket directory = {}", at("run/ntp")),
    ];
    if let Some(address) = address {
        lines.extend([
            format!("interfaces = {address}/8"),
            "bind interfaces only = yes".to_owned(),
            format!("tls certfile = {}", at("tls/srv.pem")),
            format!("tls keyfile = {}", at("tls/srv.key")),
            format!("tls cafile = {}", at("tls/ca.pem")),
            "[netlogon]".to_owned(),
            format!("path = {}", at("run")),
            "read only = yes".to_owned(),
        ]);
    }
    lines.join("\n") + "\n"
}

/// An authority, and a certificate of it for this address.
fn certify(folder: &Path, address: IpAddr) -> Result<()> {
    let openssl = |arguments: &[&str]| {
        let mut command = Command::new("openssl");
        run(command.args(arguments).current_dir(folder))
    };
    let new = ["-newkey", "rsa:2048", "-nodes"];
    let ca =
        ["req", "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Authority of the tests"];
    openssl(&[&ca[..], &new, &["-addext", "keyUsage=critical,keyCertSign,cRLSign"]].concat())?;
    openssl(
        &[&["req", "-keyout", "srv.key", "-out", "srv.csr", "-subj", "/CN=dc1.ad.campus.example"][..], &new].concat(),
    )?;
    let names =
        format!("subjectAltName=IP:{address},IP:127.0.0.1,DNS:dc1.ad.campus.example\nextendedKeyUsage=serverAuth\n");
    std::fs::write(folder.join("srv.ext"), names)?;
    openssl(&[
        "x509",
        "-req",
        "-in",
        "srv.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "srv.ext",
        "-out",
        "srv.pem",
    ])?;
    // Samba takes no key that others may read.
    own(&folder.join("srv.key"))
}

fn secret(file: &Path, content: &str) -> Result<()> {
    std::fs::write(file, content)?;
    own(file)
}

/// Lets nobody else read it.
fn own(file: &Path) -> Result<()> {
    Ok(std::fs::set_permissions(file, std::os::unix::fs::PermissionsExt::from_mode(0o600))?)
}

fn run(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

fn output(command: &mut Command) -> Result<String> {
    let output = match command.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            bail!("{} is missing: {INSTALL}", command.get_program().to_string_lossy())
        }
        output => output?,
    };
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "{}: {said}; if it is missing: {INSTALL}",
        command.get_program().to_string_lossy()
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
