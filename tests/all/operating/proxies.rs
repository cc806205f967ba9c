//! The server behind haproxy and nginx as docs/operations.md has them: people are counted by where they are, whatever
//! they write into a header (OT-07).

use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, Result, ensure};
use latchkey_server::commands::demo::{self, Account};
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{built, certificate, install_provider, puzzle, root};
use serde_json::{Value, json};
use tokio::process::{Child, Command};

use super::done;

/// Where two people are, and where nobody is.
const ONE: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 1);
const OTHER: Ipv4Addr = Ipv4Addr::new(127, 0, 2, 1);
const NOBODY: &str = "127.0.9.9";
/// What a puzzle costs when nothing is going on, and when somebody has used up what one address may.
const CHEAP: u64 = 1000;
const DEAR: u64 = 50_000;

/// A server over TLS, a folder with its files, and the certificate that is used everywhere here.
pub(super) struct Served {
    folder: tempfile::TempDir,
    pub(super) port: u16,
    trusted: reqwest::Certificate,
    pub(super) server: Child,
}

pub(super) fn free() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Serves a campus over TLS with these tables in its configuration beside.
pub(super) async fn serve(beside: &str) -> Result<Served> {
    install_provider();
    let folder = tempfile::tempdir()?;
    let trusted = certificate::for_localhost(folder.path())?;
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("keys.toml"), format!("current = \"k1\"\n[keys]\nk1 = \"{}\"\n", "5a".repeat(32)))?;
    std::fs::set_permissions(path("keys.toml"), std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    let port = free()?;
    let config = format!(
        "preset = \"classic\"\n[listener]\naddress = \"127.0.0.1:{port}\"\ncertificate = {:?}\nkey = {:?}\n\
         proxies = [\"127.0.0.1/32\"]\n[store]\ndatabase = {:?}\nkeys = {:?}\n[campus]\nname = \"x\"\ncountry = \"US\"\n\
         helpdesk = {{ name = \"x\" }}\n[human_check]\nkinds = [\"proof_of_work\"]\n[limits]\nstarts_per_source = 2\n\
         human_check_work = {CHEAP}\nhuman_check_work_at_most = {DEAR}\n[delivery]\noutbox = {:?}\n{beside}",
        path("certificate.pem"),
        path("key.pem"),
        path("latchkey.db"),
        path("keys.toml"),
        path("outbox.jsonl"),
    );
    std::fs::write(path("server.toml"), config)?;
    let config = path("server.toml").to_string_lossy().into_owned();
    let ada: Account = demo::cast()?.swap_remove(0);
    done(&["account", "add", &ada.account, "--config", &config])?;
    let log = std::fs::File::create(path("server.log"))?;
    let server = Command::new(built("latchkey-server")?)
        .args(["serve", "--config", &config])
        .stdin(Stdio::null())
        .stderr(log)
        .kill_on_drop(true)
        .spawn()?;
    Ok(Served { folder, port, trusted, server })
}

impl Served {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Somebody at an address, who calls a port of this machine.
    pub(super) fn from(&self, address: Ipv4Addr) -> Result<reqwest::Client> {
        let client = reqwest::Client::builder().tls_certs_only([self.trusted.clone()]).no_proxy();
        Ok(client.local_address(IpAddr::V4(address)).build()?)
    }

    /// Waits until the server itself answers.
    pub(super) async fn until_serving(&mut self) -> Result<()> {
        let address: SocketAddr = ([127, 0, 0, 1], self.port).into();
        until("the server", PATIENCE, async || {
            ensure!(self.server.try_wait()?.is_none(), "{}", self.logs());
            Ok(tokio::net::TcpStream::connect(address).await.ok().map(drop))
        })
        .await
    }

    async fn until_up(&self, port: u16, what: &str, child: &mut Child) -> Result<()> {
        let client = self.from(ONE)?;
        until(what, PATIENCE, async || {
            ensure!(child.try_wait()?.is_none(), "{what} has ended: {}", self.logs());
            let asked = client.get(format!("https://localhost:{port}/v1/health")).send().await;
            Ok(asked.ok().filter(|answer| answer.status().is_success()))
        })
        .await?;
        Ok(())
    }

    fn logs(&self) -> String {
        ["server.log", "proxy.log"].map(|name| std::fs::read_to_string(self.path(name)).unwrap_or_default()).concat()
    }
}

/// What a call says of where it comes from.
type Forged<'a> = &'a [(&'a str, &'a str)];

async fn post(
    client: &reqwest::Client,
    port: u16,
    path: &str,
    body: &Value,
    forged: Forged<'_>,
) -> Result<(u16, Value)> {
    let mut request = client.post(format!("https://localhost:{port}{path}")).json(body);
    for (name, value) in forged {
        request = request.header(*name, *value);
    }
    let answer = request.send().await?;
    Ok((answer.status().as_u16(), answer.json().await?))
}

async fn human_check(client: &reqwest::Client, port: u16, forged: Forged<'_>) -> Result<Value> {
    let (status, check) = post(client, port, "/v1/human-checks", &json!({"kind": "proof_of_work"}), forged).await?;
    ensure!(status == 201, "{status} {check}");
    Ok(check)
}

/// How much a puzzle costs somebody.
async fn cost(client: &reqwest::Client, port: u16, forged: Forged<'_>) -> Result<u64> {
    human_check(client, port, forged).await?["puzzle"]["max_number"].as_u64().context("a cost")
}

async fn start(client: &reqwest::Client, port: u16, forged: Forged<'_>) -> Result<()> {
    let check = human_check(client, port, forged).await?;
    let solved = tokio::task::spawn_blocking(move || puzzle::solved(&check)).await??;
    let body = json!({"intent": "reset", "account": "ada", "human_check": solved});
    let (status, answer) = post(client, port, "/v1/flows", &body, forged).await?;
    ensure!(status == 201, "{status} {answer}");
    Ok(())
}

/// Whoever starts too much pays for it at their own address, and nobody at the address that they have written.
async fn counted_by_where_they_are(served: &Served, port: u16) -> Result<()> {
    let (one, other) = (served.from(ONE)?, served.from(OTHER)?);
    let forged = [
        vec![("x-forwarded-for", NOBODY)],
        vec![("x-forwarded-for", "127.0.2.1, 127.0.2.1"), ("forwarded", "for=127.0.2.1")],
        vec![("forwarded", "for=\"[2001:db8::1]:4711\";proto=https"), ("x-real-ip", "127.0.2.1")],
        vec![("x-forwarded-for", ", ,\"x"), ("x-forwarded-for", "127.0.2.1")],
    ];
    ensure!(cost(&one, port, &[]).await? == CHEAP && cost(&other, port, &[]).await? == CHEAP);
    for forged in &forged {
        start(&one, port, forged).await?;
    }
    ensure!(cost(&one, port, &[]).await? == DEAR, "{}", served.logs());
    for forged in &forged {
        ensure!(cost(&one, port, forged).await? == DEAR, "{forged:?}");
    }
    // What all have started together makes it a little dearer for everybody.
    ensure!(cost(&other, port, &[]).await? < 2 * CHEAP, "{}", served.logs());
    Ok(())
}

/// The example of a proxy in docs/operations.md.
fn example(of: &str) -> Result<String> {
    let document = std::fs::read_to_string(root().join("docs/operations.md"))?;
    let fence = format!("```{of}\n");
    let block = document.split(&fence).nth(1).and_then(|rest| rest.split("```").next());
    block.map(str::to_owned).with_context(|| format!("docs/operations.md has no example of {of}"))
}

/// The example with the names and ports of this machine.
fn filled_in(text: &str, changes: &[(&str, String)]) -> Result<String> {
    let mut text = text.to_owned();
    for (documented, here) in changes {
        ensure!(text.contains(documented), "{documented} is not in the example");
        text = text.replace(documented, here);
    }
    Ok(text)
}

fn start_proxy(program: &str, arguments: &[&str], log: &Path) -> Result<Child> {
    let log = std::fs::File::create(log)?;
    Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{program} cannot be started: apt-get install {program}"))
}

#[tokio::test]
async fn behind_haproxy_people_are_counted_by_where_they_are() -> Result<()> {
    // OT-07
    let served = serve("").await?;
    let port = free()?;
    let both = [served.path("certificate.pem"), served.path("key.pem")].map(std::fs::read_to_string);
    let [certificate, key] = both;
    std::fs::write(served.path("both.pem"), certificate? + &key?)?;
    let path = |name: &str| served.path(name).to_string_lossy().into_owned();
    let config = filled_in(
        &example("haproxy")?,
        &[
            ("bind :443", format!("bind 127.0.0.1:{port}")),
            ("/etc/haproxy/reset.pem", path("both.pem")),
            ("/etc/haproxy/latchkey-ca.pem", path("certificate.pem")),
            ("10.0.0.11:8443", format!("127.0.0.1:{}", served.port)),
            ("reset.campus.example", "localhost".to_owned()),
        ],
    )?;
    std::fs::write(served.path("haproxy.cfg"), config)?;
    let mut proxy = start_proxy("haproxy", &["-db", "-f", &path("haproxy.cfg")], &served.path("proxy.log"))?;
    served.until_up(port, "haproxy", &mut proxy).await?;
    counted_by_where_they_are(&served, port).await
}

#[tokio::test]
async fn behind_nginx_people_are_counted_by_where_they_are() -> Result<()> {
    // OT-07
    let served = serve("").await?;
    let port = free()?;
    let path = |name: &str| served.path(name).to_string_lossy().into_owned();
    let server = filled_in(
        &example("nginx")?,
        &[
            ("listen 443 ssl", format!("listen 127.0.0.1:{port} ssl")),
            ("/etc/nginx/reset.pem", path("certificate.pem")),
            ("/etc/nginx/reset.key", path("key.pem")),
            ("/etc/nginx/latchkey-ca.pem", path("certificate.pem")),
            ("10.0.0.11:8443", format!("127.0.0.1:{}", served.port)),
            ("reset.campus.example", "localhost".to_owned()),
        ],
    )?;
    let config = format!(
        "daemon off;\nuser root;\npid {0}/nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n\
         client_body_temp_path {0}/body;\nproxy_temp_path {0}/proxy;\nfastcgi_temp_path {0}/fastcgi;\n\
         uwsgi_temp_path {0}/uwsgi;\nscgi_temp_path {0}/scgi;\n{server}\n}}\n",
        served.folder.path().display()
    );
    std::fs::write(served.path("nginx.conf"), config)?;
    let mut proxy = start_proxy("nginx", &["-c", &path("nginx.conf")], &served.path("proxy.log"))?;
    served.until_up(port, "nginx", &mut proxy).await?;
    counted_by_where_they_are(&served, port).await
}

#[tokio::test]
async fn whoever_goes_around_the_proxy_is_believed_nothing() -> Result<()> {
    // OT-07
    let mut served = serve("").await?;
    let port = served.port;
    served.until_serving().await?;
    counted_by_where_they_are(&served, port).await
}
