//! Windows: values of two keys of the registry that only an administrator can write.
//!
//! A group policy writes the first one, an installer the second one; a value of the first one counts where both have it.
//! The names of the values are those of the settings file: `server` is a `REG_SZ`, `quit` a `REG_DWORD`, `domains` a
//! `REG_MULTI_SZ`.

use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};
use windows_registry::{LOCAL_MACHINE, Type};

use super::{Settings, SettingsError};

/// The key that a group policy writes.
pub(super) const SOURCE: &str = r"HKLM\SOFTWARE\Policies\Latchkey";
const POLICY: &str = r"SOFTWARE\Policies\Latchkey";
const INSTALLED: &str = r"SOFTWARE\Latchkey";

/// Reads the settings of this workstation.
pub(super) fn load() -> Result<Settings, SettingsError> {
    let path = Path::new(SOURCE);
    let mut values = of_key(INSTALLED)?;
    values.extend(of_key(POLICY)?);
    if values.is_empty() {
        return Err(SettingsError::Missing(path.into()));
    }
    let settings =
        Settings::deserialize(values).map_err(|source| SettingsError::Invalid { path: path.into(), source })?;
    settings.checked(path)
}

/// The values of a key; none of one that is not there.
fn of_key(key: &str) -> Result<Table, SettingsError> {
    let Ok(key) = LOCAL_MACHINE.open(key) else { return Ok(Table::new()) };
    let values = key.values().map_err(unreadable)?;
    values.map(|(name, value)| Ok((name, understood(value)?))).collect()
}

/// No setting is a number: a number is a yes or a no.
fn understood(value: windows_registry::Value) -> Result<Value, SettingsError> {
    match value.ty() {
        Type::U32 | Type::U64 => u64::try_from(value).map(|number| Value::Boolean(number != 0)),
        Type::MultiString => Vec::<String>::try_from(value)
            .map(|list| Value::Array(list.into_iter().filter(|one| !one.is_empty()).map(Value::String).collect())),
        Type::String | Type::ExpandString | Type::Bytes | Type::Other(_) => String::try_from(value).map(Value::String),
    }
    .map_err(unreadable)
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> SettingsError {
    SettingsError::Unreadable { path: SOURCE.into(), source: std::io::Error::other(error) }
}
