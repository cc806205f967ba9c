//! The certificates that requests are opened by now: read again when their files change, so that those of the next year
//! need no restart.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use super::certificates::{CertificateError, Certificates};
use crate::config::microsoft::CertificateFiles;

/// How often the files are looked at, at most.
const LOOK_AGAIN: SignedDuration = SignedDuration::from_secs(10);

/// What tells that a file has changed: when it was written, and how long it is.
type Seen = Option<(SystemTime, u64)>;

/// All certificates of a server, and from which files they are.
#[derive(Debug)]
pub(super) struct Current {
    files: Vec<CertificateFiles>,
    read: Mutex<Read>,
}

#[derive(Debug)]
struct Read {
    certificates: Arc<Certificates>,
    seen: Vec<Seen>,
    looked_at: Timestamp,
}

impl Current {
    /// # Errors
    /// If one of them cannot be used.
    pub(super) fn open(files: &[CertificateFiles], now: Timestamp) -> Result<Self, CertificateError> {
        // Before they are read: what is written in between is seen the next time.
        let seen = seen(files);
        let certificates = Arc::new(Certificates::read(files)?);
        Ok(Self { files: files.to_vec(), read: Mutex::new(Read { certificates, seen, looked_at: now }) })
    }

    /// Those to open a request by. Files that are broken, or written halfway, change nothing but the log.
    pub(super) fn at(&self, now: Timestamp) -> Arc<Certificates> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let since = now.duration_since(read.looked_at);
        // Also after the clock was set back.
        if since >= LOOK_AGAIN || since < SignedDuration::ZERO {
            read.looked_at = now;
            self.look(&mut read);
        }
        Arc::clone(&read.certificates)
    }

    fn look(&self, read: &mut Read) {
        let seen = seen(&self.files);
        if seen == read.seen {
            return;
        }
        read.seen = seen;
        match Certificates::read(&self.files) {
            Ok(certificates) => {
                let ids: Vec<String> = certificates.iter().map(|certificate| certificate.id.to_string()).collect();
                tracing::info!(ids = ids.join(" "), "the certificates for Microsoft's requests were read again");
                read.certificates = Arc::new(certificates);
            }
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(
                    error,
                    "the new certificates for Microsoft's requests cannot be used; the old ones stay"
                );
            }
        }
    }
}

fn seen(files: &[CertificateFiles]) -> Vec<Seen> {
    files.iter().flat_map(|files| [seen_of(&files.certificate), seen_of(&files.key)]).collect()
}

fn seen_of(path: &Path) -> Seen {
    let file = std::fs::metadata(path).ok()?;
    Some((file.modified().ok()?, file.len()))
}
