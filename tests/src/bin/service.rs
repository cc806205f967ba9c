//! `service NAME FOLDER`: a real gateway or directory for `latchkey-server demo`, until it is ended. Its first line is the
//! file that the server is told of it by.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use latchkey_tests::gateway::{self, Gateway};
use latchkey_tests::real_directory::{self, RealDirectory};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let usage = "usage: service NAME FOLDER";
    let name = arguments.next().and_then(|name| name.into_string().ok()).context(usage)?;
    let folder = arguments.next().map(PathBuf::from).context(usage)?;
    match name.as_str() {
        "slapd" | "samba" => {
            let _directory = RealDirectory::start(&name, &folder).await?;
            run_beside(&folder.join(real_directory::FILE)).await
        }
        _ => {
            let _gateway = Gateway::start(&name, &folder).await?;
            run_beside(&folder.join(gateway::FILE)).await
        }
    }
}

async fn run_beside(file: &Path) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", file.display())?;
    out.flush()?;
    drop(out);
    std::future::pending().await
}
