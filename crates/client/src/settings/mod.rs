//! What only an administrator decides: the server that a password may be sent to, and what the app offers.
//!
//! It comes from one source of the system that nobody else can write ([`source`] says which), never from a person's home
//! or environment (TA-11, TA-12, TA-14). A debug build also takes the file named by `LATCHKEY_POLICY`, so that tests and
//! the demo need no administrator.

mod file;
#[cfg(windows)]
mod registry;

#[cfg(unix)]
use file as administrators;
#[cfg(windows)]
use registry as administrators;

use std::path::{Path, PathBuf};

use latchkey_api::place::PlaceKind;
use latchkey_api::typeable::seen;
use reqwest::Url;
use serde::Deserialize;

use crate::places::{CampusProgram, PlacePolicy};

/// The settings of an administrator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Origin of the SSPR server, for example `https://sspr.example.edu`.
    pub server: String,
    /// Certificates in PEM of the campus' own authority, which the server may use beside those that the system trusts.
    #[serde(default)]
    pub ca: Option<String>,
    /// How the server is reached.
    #[serde(default)]
    pub proxy: Proxy,
    /// Servers of other people that the campus uses, for example `outlook.office365.com`: a copy for one of them is a
    /// copy for the campus.
    #[serde(default)]
    pub servers: Vec<String>,
    /// Domains under which an account also signs in (`example.edu` gives `ada@example.edu`): saved copies are found
    /// under these names too, and a server below one of them is the campus' own.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Realms of 802.1X identities and of Kerberos, for example `example.edu` for eduroam.
    #[serde(default)]
    pub realms: Vec<String>,
    /// Programs of the campus that refresh places of its own: absolute paths.
    #[serde(default)]
    pub places: Vec<PathBuf>,
    /// Kinds of places that are left alone, as docs/places.md names them: `tickets`.
    #[serde(default)]
    pub places_off: Vec<PlaceKind>,
    /// Whether who is signed in to a workstation of this campus has the campus account of the same name.
    #[serde(default)]
    pub workstation_accounts_are_campus_accounts: bool,
    /// Whether a workstation may become a known device of the account. A shared one, a kiosk and a guest session belong
    /// to nobody and must not.
    #[serde(default = "yes")]
    pub remember_device: bool,
    /// Whether the tray menu has "Quit".
    #[serde(default = "yes")]
    pub quit: bool,
}

const fn yes() -> bool {
    true
}

/// How the server is reached.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum Proxy {
    /// As the system's own settings say.
    #[default]
    System,
    /// Without one.
    None,
    /// By this one.
    At(Url),
}

impl TryFrom<String> for Proxy {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const WANTED: &str = "expected \"system\", \"none\" or http://host:port";
        match text.as_str() {
            "system" => Ok(Self::System),
            "none" => Ok(Self::None),
            address => {
                let url = Url::parse(address).map_err(|_| WANTED)?;
                let proxy = matches!(url.scheme(), "http" | "https") && is_origin(&url);
                proxy.then_some(Self::At(url)).ok_or(WANTED)
            }
        }
    }
}

/// Why there are no settings.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("no settings at {}", .0.display())]
    Missing(PathBuf),
    #[error("{path} cannot be read: {source}", path = .path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// The message has line and column where there are such.
    #[error("{path}: {source}", path = .path.display())]
    Invalid { path: PathBuf, source: toml::de::Error },
    #[error("{path}: `server` has to be https://host[:port], without path or user, and is {server}", path = .path.display())]
    BadServer { path: PathBuf, server: String },
    #[error("{path}: each of `places` has to be an absolute path, and one is {place}", path = .path.display(), place = .place.display())]
    BadPlace { path: PathBuf, place: PathBuf },
    #[error("{} may be written by others than its owner: run chmod go-w on it", .0.display())]
    Writable(PathBuf),
    #[error("{} does not belong to root: run chown root on it", .0.display())]
    NotTheAdministrators(PathBuf),
    #[error("{} is a link or no file: put the file itself there", .0.display())]
    NotAFile(PathBuf),
}

impl Settings {
    /// Reads the settings of this workstation.
    ///
    /// # Errors
    /// When there are none, or they are not to be trusted, or do not make sense. There is no default server.
    pub fn load() -> Result<Self, SettingsError> {
        match handed_by_tests() {
            Some(path) => Self::read(&path),
            None => administrators::load(),
        }
    }

    /// Reads a settings file of anybody's that only its owner can write, as tests and the demo hand it.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn read(path: &Path) -> Result<Self, SettingsError> {
        file::read(path, file::Owner::Anybody)
    }

    /// What the place program is told of the campus: its own domains with all below them, the servers of others that it
    /// uses, its networks and its own programs, and whether who is signed in there is one of its people.
    #[must_use]
    pub fn place_policy(&self, signed_in: Option<String>) -> PlacePolicy {
        let domains = self.domains.iter().map(|domain| format!(".{}", domain.trim_start_matches('.')));
        let named = |command: &PathBuf| {
            let name = command.file_stem()?.to_string_lossy().into_owned();
            Some(CampusProgram { name, command: command.clone() })
        };
        PlacePolicy {
            servers: domains.chain(self.servers.iter().cloned()).collect(),
            realms: self.realms.clone(),
            programs: self.places.iter().filter_map(named).collect(),
            signed_in_as: self.known_account(signed_in),
            off: self.places_off.clone(),
        }
    }

    /// The names under which copies of the password of `account` may have been saved.
    #[must_use]
    pub fn names_of(&self, account: &str) -> Vec<String> {
        let account = seen(account.trim());
        let bare = without_domain(&account);
        let bare = bare.split('@').next().unwrap_or(bare);
        let mut names = vec![account.clone(), bare.to_owned()];
        for domain in &self.domains {
            names.push(format!("{bare}@{domain}"));
            names.push(format!("{}\\{bare}", domain.split('.').next().unwrap_or(domain).to_uppercase()));
        }
        names.sort();
        names.dedup();
        names
    }

    /// The campus account of who is signed in, where the policy says that it is the same (F21). A person may still type
    /// another one, so nothing depends on whether it is right.
    #[must_use]
    pub fn known_account(&self, signed_in: Option<String>) -> Option<String> {
        signed_in.filter(|name| self.workstation_accounts_are_campus_accounts && !is_of_no_person(name))
    }

    /// Whether this workstation may become a known device of an account: where the policy allows it, and the session
    /// belongs to somebody.
    #[must_use]
    pub fn may_be_known(&self, signed_in: Option<&str>) -> bool {
        self.remember_device && !signed_in.is_some_and(is_guest)
    }

    /// The one name of an account that is typed with a domain of the campus, or in other letters, at another time.
    #[must_use]
    pub fn name_at_campus(&self, account: &str) -> String {
        let account = seen(account.trim()).to_lowercase();
        let name = without_domain(&account);
        let is_own =
            |domain: &str| self.domains.iter().any(|own| own.eq_ignore_ascii_case(domain.trim_end_matches('.')));
        match name.split_once('@') {
            Some((bare, domain)) if is_own(domain) => bare.to_owned(),
            Some(_) | None => name.to_owned(),
        }
    }

    /// Refuses values that make no sense, whichever source they come from.
    fn checked(self, path: &Path) -> Result<Self, SettingsError> {
        if !is_trustworthy(&self.server) {
            return Err(SettingsError::BadServer { path: path.into(), server: self.server });
        }
        match self.places.iter().find(|place| !place.is_absolute()) {
            Some(place) => Err(SettingsError::BadPlace { path: path.into(), place: place.clone() }),
            None => Ok(self),
        }
    }
}

/// A name without the Windows domain in front of it, however the two are parted (F11).
fn without_domain(account: &str) -> &str {
    account.rsplit(['\\', '/']).next().unwrap_or(account).trim()
}

/// Where the settings come from: a file, or on Windows a key of the registry.
#[must_use]
pub fn source() -> PathBuf {
    handed_by_tests().unwrap_or_else(|| administrators::SOURCE.into())
}

fn handed_by_tests() -> Option<PathBuf> {
    if cfg!(debug_assertions) { std::env::var_os("LATCHKEY_POLICY").map(PathBuf::from) } else { None }
}

/// An account that a workstation has by itself.
fn is_of_no_person(name: &str) -> bool {
    ["", "root", "administrator"].contains(&name.trim().to_lowercase().as_str())
}

/// A session that is thrown away: the guest of Windows and macOS, and those that LightDM makes up.
fn is_guest(name: &str) -> bool {
    let name = name.trim().to_lowercase();
    name == "guest" || name.starts_with("guest-")
}

/// An origin over TLS; in a debug build also plain HTTP on loopback.
fn is_trustworthy(server: &str) -> bool {
    let Ok(url) = Url::parse(server) else { return false };
    let secure = url.scheme() == "https" || (cfg!(debug_assertions) && url.scheme() == "http" && is_loopback(&url));
    secure && is_origin(&url)
}

fn is_origin(url: &Url) -> bool {
    url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
}

/// Whether this is an address of this machine, which no proxy leads to.
pub(crate) fn is_loopback(url: &Url) -> bool {
    matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
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

    fn with(line: &str) -> Settings {
        read(&format!("server = 'https://sspr.example.edu'\n{line}")).expect("reads")
    }

    #[test]
    fn a_server_without_tls_or_with_more_than_an_origin_is_refused() {
        // TA-11
        for server in [
            "http://sspr.example.edu",
            "https://u:p@sspr.example.edu",
            "https://sspr.example.edu/x",
            "https://sspr.example.edu/#x",
            "file:///etc",
            "sspr",
        ] {
            assert!(matches!(read(&format!("server = '{server}'")), Err(SettingsError::BadServer { .. })), "{server}");
        }
        assert_eq!(with("").server, "https://sspr.example.edu");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line() {
        let error = read("server = 'https://sspr.example.edu'\nsevrer = 1").expect_err("refused").to_string();
        assert!(error.contains("line 2") && error.contains("sevrer"), "{error}");
    }

    #[test]
    fn a_proxy_is_the_systems_or_none_or_an_address_without_user_and_path() {
        // H17
        let address = Url::parse("http://proxy.example.edu:3128").expect("an address");
        for (line, proxy) in [
            ("", Proxy::System),
            ("proxy = 'system'", Proxy::System),
            ("proxy = 'none'", Proxy::None),
            ("proxy = 'http://proxy.example.edu:3128'", Proxy::At(address)),
        ] {
            assert_eq!(with(line).proxy, proxy);
        }
        for proxy in ["", "proxy.example.edu", "socks5://proxy", "http://u:p@proxy:3128", "http://proxy/x", "None"] {
            let error = read(&format!("server = 'https://sspr.example.edu'\nproxy = '{proxy}'")).expect_err("refused");
            assert!(error.to_string().contains("http://host:port"), "{proxy}: {error}");
        }
    }

    #[test]
    fn a_place_of_the_campus_is_a_program_that_no_search_path_leads_to() {
        let error = read("server = 'https://sspr.example.edu'\nplaces = ['campus-place']").expect_err("refused");
        assert!(
            matches!(error, SettingsError::BadPlace { .. }) && error.to_string().contains("campus-place"),
            "{error}"
        );
    }

    #[test]
    fn what_a_policy_leaves_out_has_the_careful_value() {
        let settings = with("");
        let lists = [&settings.servers, &settings.domains, &settings.realms];
        assert!(lists.iter().all(|list| list.is_empty()) && settings.places.is_empty() && settings.ca.is_none());
        assert!(settings.quit && settings.remember_device && !settings.workstation_accounts_are_campus_accounts);
    }

    #[test]
    fn an_account_is_known_by_all_its_names() {
        let settings = with("domains = ['example.edu']");
        assert_eq!(settings.names_of("ada"), ["EXAMPLE\\ada", "ada", "ada@example.edu"]);
        assert_eq!(settings.names_of("EXAMPLE\\ada"), ["EXAMPLE\\ada", "ada", "ada@example.edu"]);
        // F9, F11
        for typed in ["EXAMPLE/ada", "ada\u{200b}", "\u{202a}ada\u{202c} ", "ada@example.edu."] {
            let names = settings.names_of(typed);
            for name in ["EXAMPLE\\ada", "ada", "ada@example.edu"] {
                assert!(names.iter().any(|known| known == name), "{typed:?}: {names:?}");
            }
        }
    }

    #[test]
    fn a_workstation_may_be_known_unless_the_policy_forbids_it_or_the_session_is_a_guests() {
        // OT-15
        assert!(with("").may_be_known(Some("ada")) && with("").may_be_known(None));
        assert!(!with("remember_device = false").may_be_known(Some("ada")));
        for guest in ["guest", "Guest", "guest-x7kq2w"] {
            assert!(!with("").may_be_known(Some(guest)), "{guest}");
        }
    }

    #[test]
    fn an_account_has_one_name_at_the_campus_however_it_is_typed() {
        let settings = with("domains = ['example.edu']");
        for (typed, name) in [
            ("ada", "ada"),
            (" Ada ", "ada"),
            ("ada@Example.edu", "ada"),
            ("ada@example.edu.", "ada"),
            ("EXAMPLE\\ada", "ada"),
            ("Example/ada@example.edu", "ada"),
            ("\u{2068}ada\u{2069}", "ada"),
            ("ada@elsewhere.example", "ada@elsewhere.example"),
        ] {
            assert_eq!(settings.name_at_campus(typed), name);
        }
    }

    #[test]
    fn who_is_signed_in_is_the_account_only_where_the_policy_says_so() {
        // F21
        let ada = || Some("ada".to_owned());
        assert_eq!(with("").known_account(ada()), None);
        let same = with("workstation_accounts_are_campus_accounts = true");
        assert_eq!(same.known_account(ada()), ada());
        for nobody in [None, Some("root".to_owned()), Some("Administrator".to_owned()), Some(String::new())] {
            assert_eq!(same.known_account(nobody), None);
        }
    }
}
