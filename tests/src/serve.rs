//! The smallest server that a browser loads a built page from.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};

/// The files of a folder on a port of loopback; it ends when it is dropped.
pub struct Serving {
    address: String,
    task: AbortHandle,
}

type Files = BTreeMap<String, Vec<u8>>;

impl Serving {
    /// Serves what is in the folder now.
    ///
    /// # Errors
    /// If the folder cannot be read or there is no port.
    pub async fn start(folder: &Path) -> Result<Self> {
        let mut files = Files::new();
        read(folder, "", &mut files).with_context(|| format!("reading {}", folder.display()))?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let files = Arc::new(files);
        let task = tokio::spawn(async move {
            let mut answering = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let files = Arc::clone(&files);
                answering.spawn(async move { answer(stream, &files).await });
            }
        });
        Ok(Self { address, task: task.abort_handle() })
    }

    /// The address of a file.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.address)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn read(folder: &Path, prefix: &str, files: &mut Files) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            read(&entry.path(), &name, files)?;
        } else {
            files.insert(name, std::fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// Answers one request and closes. Only what was read at the start is given, so no path leads out of the folder.
async fn answer(stream: TcpStream, files: &Files) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    // The browser sends its whole head before it listens; reading it keeps the closing from becoming a reset.
    loop {
        let before = request.len();
        if (&mut stream).take(16 * 1024).read_line(&mut request).await? == 0 || request.len() - before <= 2 {
            break;
        }
    }
    let path = request.split(' ').nth(1).unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    let (status, body) = match files.get(path) {
        Some(body) => ("200 OK", body.as_slice()),
        None => ("404 Not Found", [].as_slice()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        kind(path),
        body.len(),
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    Ok(stream.shutdown().await?)
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
