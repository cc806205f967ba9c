//! Files with the sign-in of network drives: those that `/etc/fstab` names (`credentials=`) and that the person owns, and
//! `~/.smbcredentials`.
//!
//! A file is replaced whole, by one of the same mode beside it, so that a reader finds the old one or the new one.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use latchkey_api::place::PlaceKind;
use rustix::fs::OFlags;
use zeroize::Zeroizing;

use crate::item::{Item, ItemError, Purpose};
use crate::items::{Asking, Items, Listing};
use crate::policy::Policy;
use crate::secret::{self, Stored};

const TABLE: &str = "/etc/fstab";
const IN_HOME: &str = ".smbcredentials";
/// Such a file has three lines.
const LONGEST: u64 = 16 * 1024;

/// The files of the person with the sign-in of drives.
pub(super) struct Drives {
    table: PathBuf,
    home: Option<PathBuf>,
}

impl Default for Drives {
    fn default() -> Self {
        Self {
            table: TABLE.into(),
            home: std::env::var_os("HOME").map(PathBuf::from).filter(|home| home.is_absolute()),
        }
    }
}

impl Drives {
    /// Each file with the drives that use it.
    fn files(&self) -> BTreeMap<PathBuf, Vec<String>> {
        let mut files = used(&fs::read_to_string(&self.table).unwrap_or_default());
        if let Some(home) = &self.home {
            files.entry(home.join(IN_HOME)).or_default();
        }
        files
    }
}

impl Items for Drives {
    fn kind(&self) -> PlaceKind {
        PlaceKind::Drives
    }

    fn list(&mut self, _policy: &Policy) -> Result<Listing, ItemError> {
        let items = self.files().into_iter().filter_map(|(path, drives)| item(&path, drives).ok()).collect();
        Ok(Listing { items, ..Listing::default() })
    }

    fn describe(&mut self, native: &str, _policy: &Policy) -> Result<Item, ItemError> {
        let drives = self.files().remove(Path::new(native)).ok_or(ItemError::Gone)?;
        item(Path::new(native), drives)
    }

    fn read(&mut self, native: &str, _asking: Asking) -> Result<Stored, ItemError> {
        let text = text(Path::new(native))?;
        let password = value(&text, &["password", "pass"]).ok_or(ItemError::Gone)?;
        Ok(Stored::from(password.as_bytes().to_vec()))
    }

    fn write(&mut self, native: &str, secret: &Stored) -> Result<(), ItemError> {
        let path = Path::new(native);
        let password = std::str::from_utf8(secret::bytes(secret)).map_err(|_| ItemError::Refused)?;
        // A line of such a file ends nowhere else.
        if password.contains(['\n', '\r', '\0']) {
            return Err(ItemError::Refused);
        }
        let before = text(path)?;
        let mut after = Zeroizing::new(String::with_capacity(before.len() + password.len()));
        before.split_inclusive('\n').for_each(|line| push(&mut after, line, password));
        replace(path, after.as_bytes()).map_err(|_| ItemError::Refused)
    }
}

fn item(path: &Path, drives: Vec<String>) -> Result<Item, ItemError> {
    let text = text(path)?;
    let name = value(&text, &["username", "user"]).ok_or(ItemError::Refused)?;
    let domain = value(&text, &["domain", "dom", "workgroup"]).filter(|domain| !domain.is_empty());
    let user = match domain {
        // As people sign in: ada@ad.example.edu with a domain of DNS, EXAMPLE\ada with a short one.
        Some(domain) if domain.contains('.') => format!("{name}@{domain}"),
        Some(domain) => format!(r"{domain}\{name}"),
        None => name.to_owned(),
    };
    Ok(Item {
        native: path.to_string_lossy().into_owned(),
        label: path.to_string_lossy().into_owned(),
        users: vec![user],
        servers: drives.iter().map(|drive| server(drive).to_owned()).collect(),
        target: drives.into_iter().next(),
        purpose: Purpose::SignIn,
        locked: false,
    })
}

/// The server of a drive: `//files.example.edu/home`.
fn server(drive: &str) -> &str {
    drive.trim_start_matches('/').split('/').next().unwrap_or_default()
}

/// The text of a file that is the person's own and no link; of another one nothing is read.
fn text(path: &Path) -> Result<Zeroizing<String>, ItemError> {
    let opened = File::options().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path);
    let file = opened.map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => ItemError::Gone,
        _ => ItemError::Refused,
    })?;
    let about = file.metadata().map_err(|_| ItemError::Refused)?;
    if !about.is_file() || about.uid() != rustix::process::getuid().as_raw() || about.len() > LONGEST {
        return Err(ItemError::Refused);
    }
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST).read_to_string(&mut text).map_err(|_| ItemError::Refused)?;
    Ok(text)
}

/// Key and value of a line as `mount.cifs` reads it: blanks before the key do not count, everything after `=` does.
fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.trim_start().split_once('=')?;
    Some((key, value.trim_end_matches(['\r', '\n'])))
}

fn value<'a>(text: &'a str, keys: &[&str]) -> Option<&'a str> {
    text.lines().filter_map(pair).find(|(key, _)| keys.contains(key)).map(|(_, value)| value)
}

/// Adds a line, with another password if it has one.
fn push(text: &mut String, line: &str, password: &str) {
    let key = line.split_once('=').map(|(key, _)| key).filter(|key| matches!(key.trim_start(), "password" | "pass"));
    let Some(key) = key else { return text.push_str(line) };
    let value = line.trim_end_matches(['\r', '\n']);
    let end = line.get(value.len()..).unwrap_or_default();
    [key, "=", password, end].into_iter().for_each(|part| text.push_str(part));
}

/// The drives of a table, by the file with their sign-in.
fn used(table: &str) -> BTreeMap<PathBuf, Vec<String>> {
    let mut files = BTreeMap::<PathBuf, Vec<String>>::new();
    for line in table.lines().map(str::trim_start).filter(|line| !line.starts_with('#')) {
        let mut fields = line.split_whitespace();
        let (Some(drive), _, Some("cifs" | "smb3"), Some(options)) =
            (fields.next(), fields.next(), fields.next(), fields.next())
        else {
            continue;
        };
        let file = options
            .split(',')
            .find_map(|option| option.strip_prefix("credentials=").or_else(|| option.strip_prefix("cred=")));
        if let Some(file) = file.map(unescaped).filter(|file| Path::new(file).is_absolute()) {
            files.entry(file.into()).or_default().push(unescaped(drive));
        }
    }
    files
}

/// A field of the table: blanks are written in base 8.
fn unescaped(field: &str) -> String {
    field.replace(r"\040", " ").replace(r"\011", "\t").replace(r"\134", r"\")
}

/// Puts a new file of the same mode in the place of one.
fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mode = fs::symlink_metadata(path)?.permissions().mode() & 0o777;
    let folder = path.parent().ok_or(std::io::ErrorKind::NotFound)?;
    let name = path.file_name().ok_or(std::io::ErrorKind::NotFound)?.to_string_lossy().into_owned();
    let beside = folder.join(format!(".{name}.latchkey"));
    // One that a run has left that was ended.
    if let Err(error) = fs::remove_file(&beside)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        return Err(error);
    }
    let written = File::options().write(true).create_new(true).mode(0o600).open(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.set_permissions(fs::Permissions::from_mode(mode))?;
        file.sync_all()?;
        fs::rename(&beside, path)
    });
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "username=ada\r\n  password=old = password\r\ndomain=EXAMPLE\r\n";

    fn home(text: &str) -> (tempfile::TempDir, Drives, String) {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(IN_HOME);
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        let table = home.path().join("fstab");
        let drive = format!("//files.example.edu/home\\040ada /mnt cifs credentials={},vers=3 0 0\n", file.display());
        fs::write(&table, format!("# //x /y cifs credentials=/z 0 0\nUUID=1 / ext4 defaults 0 1\n{drive}")).unwrap();
        let drives = Drives { table, home: Some(home.path().to_owned()) };
        (home, drives, file.display().to_string())
    }

    #[test]
    fn a_file_is_listed_with_the_drives_that_use_it_and_its_password_alone_is_replaced() {
        let (home, mut drives, file) = home(FILE);
        let items = drives.list(&Policy::default()).unwrap().items;
        assert_eq!(items.len(), 1);
        assert_eq!(
            (items[0].native.as_str(), items[0].users.as_slice()),
            (file.as_str(), &[r"EXAMPLE\ada".to_owned()][..])
        );
        assert_eq!(items[0].servers, ["files.example.edu"]);
        assert_eq!(items[0].target.as_deref(), Some("//files.example.edu/home ada"));
        assert_eq!(secret::bytes(&drives.read(&file, Asking::Never).unwrap()), b"old = password");

        drives.write(&file, &Stored::from(b" n\xc3\xa9w=pass word ".to_vec())).unwrap();
        let after = fs::read_to_string(&file).unwrap();
        assert_eq!(after, "username=ada\r\n  password= n\u{e9}w=pass word \r\ndomain=EXAMPLE\r\n");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2, "nothing is left beside it");
        assert_eq!(drives.write(&file, &Stored::from(b"a\nusername=root".to_vec())), Err(ItemError::Refused));
        assert_eq!(fs::read_to_string(&file).unwrap(), after);
    }

    #[test]
    fn a_link_a_folder_and_somebody_elses_file_are_not_touched() {
        let (home, mut drives, file) = home(FILE);
        let elsewhere = home.path().join("elsewhere");
        fs::rename(&file, &elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
        assert!(drives.list(&Policy::default()).unwrap().items.is_empty());
        assert_eq!(drives.write(&file, &Stored::from(b"new".to_vec())), Err(ItemError::Refused));
        assert_eq!(fs::read_to_string(&elsewhere).unwrap(), FILE);
        fs::remove_file(&file).unwrap();
        assert_eq!(drives.read(&file, Asking::Never).unwrap_err(), ItemError::Gone);
        fs::create_dir(&file).unwrap();
        assert!(drives.list(&Policy::default()).unwrap().items.is_empty());
    }
}
