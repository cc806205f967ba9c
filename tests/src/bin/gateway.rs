//! `gateway NAME FOLDER`: a real gateway for `latchkey-server demo --delivery FOLDER/delivery.toml`, until it is ended.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use latchkey_tests::gateway::{FILE, Gateway};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let usage = "usage: gateway NAME FOLDER";
    let name = arguments.next().and_then(|name| name.into_string().ok()).context(usage)?;
    let folder = arguments.next().map(PathBuf::from).context(usage)?;
    let _gateway = Gateway::start(&name, &folder).await?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", folder.join(FILE).display())?;
    out.flush()?;
    drop(out);
    std::future::pending().await
}
