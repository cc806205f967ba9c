//! A settings file, which counts only if nobody but an administrator can have written it.

use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::{Settings, SettingsError};

/// Where the settings stand on this system.
#[cfg(target_os = "macos")]
pub(super) const SOURCE: &str = "/Library/Application Support/Latchkey/policy.toml";
#[cfg(all(unix, not(target_os = "macos")))]
pub(super) const SOURCE: &str = "/etc/latchkey/policy.toml";

/// To whom a settings file and its folder have to belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    #[cfg_attr(windows, expect(dead_code, reason = "the settings of Windows stand in its registry"))]
    Administrator,
    /// To whoever tests; the rights count all the same.
    Anybody,
}

/// Reads the settings of this workstation.
#[cfg(unix)]
pub(super) fn load() -> Result<Settings, SettingsError> {
    read(Path::new(SOURCE), Owner::Administrator)
}

/// Reads one file. The folder is looked at first: where only its owner writes, nobody can put another file in the place
/// of the one that was looked at.
pub(super) fn read(path: &Path, owner: Owner) -> Result<Settings, SettingsError> {
    let unreadable = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => SettingsError::Missing(path.into()),
        _ => SettingsError::Unreadable { path: path.into(), source },
    };
    let itself = path.symlink_metadata().map_err(unreadable)?;
    if let Some(folder) = path.parent() {
        only_its_owner_writes(folder, &folder.metadata().map_err(unreadable)?, owner)?;
    }
    if !itself.is_file() {
        return Err(SettingsError::NotAFile(path.into()));
    }
    let mut file = File::open(path).map_err(unreadable)?;
    only_its_owner_writes(path, &file.metadata().map_err(unreadable)?, owner)?;
    let mut text = String::new();
    file.read_to_string(&mut text).map_err(unreadable)?;
    let settings: Settings =
        toml::from_str(&text).map_err(|source| SettingsError::Invalid { path: path.into(), source })?;
    settings.checked(path)
}

#[cfg(unix)]
fn only_its_owner_writes(path: &Path, about: &Metadata, owner: Owner) -> Result<(), SettingsError> {
    use std::os::unix::fs::MetadataExt;
    if owner == Owner::Administrator && about.uid() != 0 {
        return Err(SettingsError::NotTheAdministrators(path.into()));
    }
    if about.mode() & 0o022 != 0 {
        return Err(SettingsError::Writable(path.into()));
    }
    Ok(())
}

/// Only tests hand files on Windows, where rights are no bits of a file.
#[cfg(not(unix))]
fn only_its_owner_writes(_: &Path, _: &Metadata, _: Owner) -> Result<(), SettingsError> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
    use std::path::PathBuf;

    use super::*;

    const NOBODY: u32 = 65534;

    fn policy() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("policy.toml");
        std::fs::write(&path, "server = 'https://sspr.example.edu'").expect("writes");
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).expect("rights");
        (dir, path)
    }

    #[test]
    fn settings_that_others_can_write_are_refused_and_named() {
        // TA-11, TA-14
        for mode in [0o666, 0o664, 0o646] {
            let (_dir, path) = policy();
            std::fs::set_permissions(&path, Permissions::from_mode(mode)).expect("rights");
            let error = read(&path, Owner::Anybody).expect_err("refused");
            assert!(matches!(&error, SettingsError::Writable(named) if *named == path), "{mode:o}: {error}");
        }
    }

    #[test]
    fn settings_in_a_folder_that_others_can_write_are_refused_and_the_folder_is_named() {
        // TA-14
        for mode in [0o777, 0o775, 0o1777] {
            let (dir, path) = policy();
            std::fs::set_permissions(dir.path(), Permissions::from_mode(mode)).expect("rights");
            let error = read(&path, Owner::Anybody).expect_err("refused");
            assert!(matches!(&error, SettingsError::Writable(named) if named == dir.path()), "{mode:o}: {error}");
        }
    }

    #[test]
    fn a_link_in_the_place_of_settings_is_refused() {
        // TA-14
        let (dir, path) = policy();
        let link = dir.path().join("link.toml");
        symlink(&path, &link).expect("a link");
        assert!(matches!(read(&link, Owner::Anybody), Err(SettingsError::NotAFile(named)) if named == link));
    }

    #[test]
    fn settings_that_do_not_belong_to_root_are_not_an_administrators() {
        // J, TA-14
        let (dir, path) = policy();
        if dir.path().metadata().expect("a folder").uid() == 0 {
            assert!(read(&path, Owner::Administrator).is_ok(), "the check is not blind: root's own file counts");
            chown(&path, Some(NOBODY), None).expect("another owner");
        }
        assert!(matches!(read(&path, Owner::Administrator), Err(SettingsError::NotTheAdministrators(_))));
    }

    #[test]
    fn settings_that_are_not_there_are_missing_whatever_is_missing_of_the_path() {
        let (dir, _) = policy();
        for path in ["other.toml", "no/folder.toml"] {
            assert!(matches!(read(&dir.path().join(path), Owner::Anybody), Err(SettingsError::Missing(_))), "{path}");
        }
    }
}
