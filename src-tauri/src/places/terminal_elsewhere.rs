//! No terminal: this program opens none on this system yet.

use std::io;

use secrecy::SecretString;

/// What cannot be opened here.
pub(super) enum Terminal {}

impl Terminal {
    pub(super) fn open() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    pub(super) fn secret(&mut self, _question: &str) -> io::Result<SecretString> {
        match *self {}
    }

    pub(super) fn yes(&mut self, _question: &str) -> io::Result<bool> {
        match *self {}
    }
}
