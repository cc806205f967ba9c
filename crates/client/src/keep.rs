//! Files that a person asked for: new ones, for their eyes only.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use crate::text::Texts;

/// Names that are tried before it is given up.
const NAMES: u32 = 100;

/// Writes recovery codes into a new file in this folder and returns its path.
///
/// # Errors
/// When the folder takes no new file.
pub fn save_codes(folder: &Path, campus: &str, codes: &[SecretString], texts: &Texts) -> io::Result<PathBuf> {
    let mut text = Zeroizing::new(String::new());
    for line in [texts.with("codes-file-title", "campus", campus), texts.get("codes-file-text"), String::new()] {
        text.push_str(&line);
        text.push('\n');
    }
    for code in codes {
        text.push_str(code.expose_secret());
        text.push('\n');
    }
    let name = texts.get("codes-file-name");
    let (mut file, path) = new_file(folder, &name)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // A part of the codes is of no use to anybody.
        drop(file);
        drop(std::fs::remove_file(&path));
        return Err(error);
    }
    Ok(path)
}

/// A file that was not there before: nothing is ever overwritten.
fn new_file(folder: &Path, name: &str) -> io::Result<(File, PathBuf)> {
    let mut last = io::Error::from(io::ErrorKind::AlreadyExists);
    for number in 1..=NAMES {
        let name = if number == 1 { format!("{name}.txt") } else { format!("{name} {number}.txt") };
        let path = folder.join(name);
        match private().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((file, path)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// A person's documents are theirs alone by the rights of the folder.
#[cfg(not(unix))]
fn private() -> OpenOptions {
    OpenOptions::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn saved(folder: &Path) -> PathBuf {
        let codes = ["ABCD-EFGH-JKMN-PQRS".into(), "TVWX-YZ01-2345-6789".into()];
        save_codes(folder, "Example University", &codes, &Texts::of(&["en".into()])).expect("saves")
    }

    #[test]
    fn codes_are_written_into_a_new_file_for_nobody_else() {
        let folder = tempfile::tempdir().expect("a folder");
        let (first, second) = (saved(folder.path()), saved(folder.path()));
        assert_ne!(first, second, "nothing is overwritten");
        let text = std::fs::read_to_string(&first).expect("reads");
        assert!(text.contains("Example University") && text.ends_with("ABCD-EFGH-JKMN-PQRS\nTVWX-YZ01-2345-6789\n"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&second).expect("there").permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error_and_not_made() {
        let folder = tempfile::tempdir().expect("a folder");
        let gone = folder.path().join("gone");
        assert!(save_codes(&gone, "", &["A".into()], &Texts::of(&["en".into()])).is_err());
        assert!(!gone.exists());
    }
}
