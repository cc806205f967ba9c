//! What only an administrator decides: the server that a password may be sent to, and what the app offers.
//!
//! Linux: `/etc/latchkey/policy.toml`. Nothing of a user's own home or environment is read (TA-11, TA-12); a debug
//! build also takes the file named by `LATCHKEY_POLICY`, so that tests and the demo need no administrator.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Where the settings stand on this system.
#[cfg(target_os = "linux")]
pub const POLICY: &str = "/etc/latchkey/policy.toml";
#[cfg(target_os = "macos")]
pub const POLICY: &str = "/Library/Application Support/Latchkey/policy.toml";
#[cfg(windows)]
pub const POLICY: &str = r"C:\ProgramData\Latchkey\policy.toml";

/// The settings of an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Origin of the SSPR server, for example `https://sspr.example.edu`.
    pub server: String,
    /// Domains under which an account also signs in (`example.edu` gives `ada@example.edu`): saved copies are found
    /// under these names too.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Whether the tray menu has "Quit".
    #[serde(default = "yes")]
    pub quit: bool,
}

const fn yes() -> bool {
    true
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("no settings at {}", .0.display())]
    Missing(PathBuf),
    #[error("{path} cannot be read: {source}", path = .path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// The message has line and column.
    #[error("{path}: {source}", path = .path.display())]
    Invalid { path: PathBuf, source: toml::de::Error },
    #[error("{path}: `server` has to be https://host[:port], without path or user, and is {server}", path = .path.display())]
    BadServer { path: PathBuf, server: String },
    #[error("{} may be written by others than its owner root: chmod 644 and chown root it", .0.display())]
    Writable(PathBuf),
}

impl Settings {
    /// Reads the settings of this workstation.
    ///
    /// # Errors
    /// When there are none, or they are not to be trusted, or do not make sense. There is no default server.
    pub fn load() -> Result<Self, SettingsError> {
        Self::read(&policy())
    }

    /// Reads one settings file.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => SettingsError::Missing(path.into()),
            _ => SettingsError::Unreadable { path: path.into(), source: error },
        })?;
        if !only_its_owner_writes(path) {
            return Err(SettingsError::Writable(path.into()));
        }
        let settings: Self =
            toml::from_str(&text).map_err(|source| SettingsError::Invalid { path: path.into(), source })?;
        if !trustworthy(&settings.server) {
            return Err(SettingsError::BadServer { path: path.into(), server: settings.server });
        }
        Ok(settings)
    }

    /// The names under which copies of the password of `account` may have been saved.
    #[must_use]
    pub fn names_of(&self, account: &str) -> Vec<String> {
        let account = account.trim();
        let bare = account.rsplit('\\').next().unwrap_or(account);
        let bare = bare.split('@').next().unwrap_or(bare);
        let mut names = vec![account.to_owned(), bare.to_owned()];
        for domain in &self.domains {
            names.push(format!("{bare}@{domain}"));
            names.push(format!("{}\\{bare}", domain.split('.').next().unwrap_or(domain).to_uppercase()));
        }
        names.sort();
        names.dedup();
        names
    }
}

/// The file that the settings come from.
#[must_use]
pub fn policy() -> PathBuf {
    if cfg!(debug_assertions)
        && let Some(path) = std::env::var_os("LATCHKEY_POLICY")
    {
        return path.into();
    }
    POLICY.into()
}

#[cfg(unix)]
fn only_its_owner_writes(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(about) = path.metadata() else { return false };
    let owner = cfg!(debug_assertions) || about.uid() == 0;
    owner && about.mode() & 0o022 == 0
}

/// The folder's own rights keep others out on systems without modes.
#[cfg(not(unix))]
fn only_its_owner_writes(_: &Path) -> bool {
    true
}

/// An origin over TLS; in a debug build also plain HTTP on loopback.
fn trustworthy(server: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(server) else { return false };
    let origin = url.username().is_empty() && url.password().is_none() && url.path() == "/" && url.query().is_none();
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
    origin && (url.scheme() == "https" || (cfg!(debug_assertions) && url.scheme() == "http" && loopback))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, SettingsError> {
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("policy.toml");
        std::fs::write(&path, text).expect("writes");
        Settings::read(&path)
    }

    #[test]
    fn a_server_without_tls_or_with_more_than_an_origin_is_refused() {
        // TA-11
        for server in [
            "http://sspr.example.edu",
            "https://u:p@sspr.example.edu",
            "https://sspr.example.edu/x",
            "file:///etc",
            "sspr",
        ] {
            assert!(matches!(read(&format!("server = '{server}'")), Err(SettingsError::BadServer { .. })), "{server}");
        }
        assert_eq!(read("server = 'https://sspr.example.edu'").expect("reads").server, "https://sspr.example.edu");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = read("server = 'https://sspr.example.edu'\nsevrer = 1").expect_err("refused").to_string();
        assert!(error.contains("line 2") && error.contains("sevrer"), "{error}");
    }

    #[test]
    #[cfg(unix)]
    fn settings_that_others_can_write_are_not_trusted() {
        // TA-11
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("tempdir");
        let path = dir.path().join("policy.toml");
        std::fs::write(&path, "server = 'https://sspr.example.edu'").expect("writes");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o666)).expect("chmod");
        assert!(matches!(Settings::read(&path), Err(SettingsError::Writable(_))));
    }

    #[test]
    fn an_account_is_known_by_all_its_names() {
        let settings = Settings { server: String::new(), domains: vec!["example.edu".into()], quit: true };
        assert_eq!(settings.names_of("ada"), ["EXAMPLE\\ada", "ada", "ada@example.edu"]);
        assert_eq!(settings.names_of("EXAMPLE\\ada"), ["EXAMPLE\\ada", "ada", "ada@example.edu"]);
    }
}
