//! What a server listens on, and what is there (AP-12).

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use anyhow::{Context as _, Result, ensure};
use latchkey_tests::root;
use serde_json::Value;

use super::proxies::{free, serve};

/// The ports that a process listens on.
fn listened_on(pid: u32) -> Result<BTreeSet<u16>> {
    let mut sockets = BTreeSet::new();
    for file in std::fs::read_dir(format!("/proc/{pid}/fd"))? {
        let Ok(link) = std::fs::read_link(file?.path()) else { continue };
        let name = link.to_string_lossy().into_owned();
        sockets.extend(name.strip_prefix("socket:[").and_then(|rest| rest.strip_suffix(']')).map(str::to_owned));
    }
    let mut ports = BTreeSet::new();
    for table in ["tcp", "tcp6"] {
        let text = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")).unwrap_or_default();
        for line in text.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            // 0A is TCP_LISTEN (proc(5)).
            if fields.get(3) == Some(&"0A") && fields.get(9).is_some_and(|inode| sockets.contains(*inode)) {
                let port = fields[1].rsplit(':').next().context("a port")?;
                ports.insert(u16::from_str_radix(port, 16)?);
            }
        }
    }
    Ok(ports)
}

#[tokio::test]
async fn there_are_two_listeners_and_people_are_served_what_is_documented_and_nothing_of_operators() -> Result<()> {
    // AP-12
    let admin = free()?;
    let mut served = serve(&format!("[admin]\naddress = \"127.0.0.1:{admin}\"\n")).await?;
    served.until_serving().await?;
    let pid = served.server.id().context("the server")?;
    ensure!(listened_on(pid)? == BTreeSet::from([served.port, admin]), "{:?}", listened_on(pid)?);

    let document: Value = serde_json::from_str(&std::fs::read_to_string(root().join("docs/openapi.json"))?)?;
    let documented: BTreeSet<&String> = document["paths"].as_object().context("paths")?.keys().collect();
    let people = served.from(Ipv4Addr::LOCALHOST)?;
    let status = async |path: &str| -> Result<u16> {
        let answer = people.get(format!("https://localhost:{}{path}", served.port)).send().await?;
        Ok(answer.status().as_u16())
    };
    for path in &documented {
        ensure!(status(path).await? != 404, "{path} is documented");
    }
    for path in [
        "/",
        "/metrics",
        "/health",
        "/admin",
        "/debug",
        "/debug/pprof/",
        "/docs",
        "/openapi.json",
        "/v1/openapi.json",
        "/swagger-ui/",
        "/api-docs/openapi.json",
        "/redoc",
        "/v1",
        "/v1/",
        "/v1/admin",
        "/v1/accounts",
        "/v1/flows/1",
        "/v1/audit",
        "/v1/suspend",
        "/outbox",
        "/.git/config",
        "/.env",
        "/server-status",
        "/v1/metrics",
    ] {
        ensure!(!documented.iter().any(|known| *known == path), "{path}");
        ensure!(status(path).await? == 404, "{path} is not documented");
    }
    // Operators get what is theirs, in plain HTTP on loopback, and nothing of people.
    let operators = reqwest::Client::builder().no_proxy().build()?;
    for (path, wanted) in [("/metrics", 200), ("/health", 200), ("/v1/campus", 404), ("/v1/flows", 404), ("/", 404)] {
        let answer = operators.get(format!("http://127.0.0.1:{admin}{path}")).send().await?;
        ensure!(answer.status().as_u16() == wanted, "{path}: {}", answer.status());
    }
    Ok(())
}
