//! What operators are served by the running server, on a listener of its own.
//!
//! `cfg(test)` is always true here; it tells clippy that helpers may panic as tests may.

use std::net::{SocketAddr, TcpListener};

use anyhow::{Context, Result, ensure};
use latchkey_server::config::admin::Admin;
use latchkey_tests::Campus;
use latchkey_tests::wait::PATIENCE;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// One `GET` on a connection of its own: the whole answer.
async fn get(at: SocketAddr, path: &str) -> Result<String> {
    let mut stream = TcpStream::connect(at).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n\r\n").as_bytes()).await?;
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.context("no answer")??;
    Ok(answer)
}

/// An address of loopback that nobody listens on.
fn free() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

#[tokio::test]
async fn operators_read_metrics_and_health_on_their_own_listener_and_people_do_not() -> Result<()> {
    let address = free()?;
    let campus = Campus::here(|config| config.admin = Some(Admin { address, beyond_loopback: false })).await?;
    let people: SocketAddr = campus.url().trim_start_matches("http://").parse()?;
    // What people do is counted.
    ensure!(get(people, "/v1/campus").await?.starts_with("HTTP/1.1 200 "));
    let metrics = get(address, "/metrics").await?;
    ensure!(metrics.starts_with("HTTP/1.1 200 ") && metrics.contains("text/plain; version=0.0.4"), "{metrics}");
    for line in [
        "latchkey_http_requests_total{route=\"/v1/campus\",status=\"2xx\"} 1",
        "latchkey_connections_refused_total 0",
        "latchkey_directory_healthy 1",
    ] {
        ensure!(metrics.lines().any(|found| found == line), "{line} in {metrics}");
    }
    let bytes = metrics.lines().find_map(|line| line.strip_prefix("latchkey_database_bytes ")).context("no size")?;
    ensure!(bytes.parse::<u64>()? > 4096, "{bytes}");
    ensure!(get(address, "/health").await?.starts_with("HTTP/1.1 200 "));
    // Neither has what belongs to the other.
    for path in ["/metrics", "/health"] {
        ensure!(get(people, path).await?.starts_with("HTTP/1.1 404 "), "{path}");
    }
    ensure!(get(address, "/v1/campus").await?.starts_with("HTTP/1.1 404 "));
    Ok(())
}
