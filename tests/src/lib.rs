//! Starts the real thing for the tests, the demo walk and the measurements: a campus (the server), a desk (display,
//! session bus, keyring, window manager) and the app's windows on it.
//!
//! Everything lives on loopback and in temporary folders, and ends when its value is dropped. A program that is missing
//! is an error that says how to install it.

pub mod browser;
pub mod campus;
pub mod certificate;
pub mod clock;
pub mod crowd;
pub mod desk;
pub mod ds389;
pub mod ear;
pub mod fault;
pub mod gallery;
pub mod gateway;
pub mod hands;
pub mod impostor;
pub mod invariants;
pub mod kannel;
pub mod launcher;
pub mod mail;
pub mod memory;
pub mod microsoft;
pub mod network_manager;
pub mod openldap_tools;
pub mod packages;
pub mod pam;
pub mod provider;
pub mod puzzle;
pub mod raw_keyring;
pub mod real_directory;
pub mod recorder;
pub mod rogue;
pub mod samba;
pub mod serve;
pub mod served;
pub mod slapd;
pub mod sssd;
pub mod steps;
pub mod table;
pub mod wait;
pub mod window;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

pub use campus::Campus;
pub use desk::{Desk, Look};
pub use gallery::Gallery;
pub use window::Window;

/// The folder of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Gives this process the provider of cryptography that the server has. Both of the workspace are compiled into the
/// tests, so that rustls would panic at the first connection if nobody had chosen.
pub fn install_provider() {
    // Every test of a process wants the same one; only the first can install it.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
}

/// A program of this workspace from the same build as the one that runs.
///
/// # Errors
/// If it has not been built.
pub fn built(name: &str) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let beside = own.ancestors().skip(1).find(|folder| !folder.ends_with("deps")).unwrap_or(&own);
    let path = beside.join(name);
    if !path.exists() {
        bail!("{} is missing: run `cargo build --workspace --all-targets`", path.display());
    }
    Ok(path)
}
