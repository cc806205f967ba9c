//! Which attributes hold what, as the configuration and the server itself say.

use crate::ContactKind;
use crate::settings::Settings;

/// What tells of the state of an account; a server leaves out those that it does not know.
const STATE: [&str; 16] = [
    "objectClass",
    "modifyTimestamp",
    "pwdAccountLockedTime",
    "pwdReset",
    "pwdChangedTime",
    "pwdUpdateTime",
    "krbLastPwdChange",
    "pwdPolicySubentry",
    "pwdStartTime",
    "pwdEndTime",
    "shadowExpire",
    "nsAccountLock",
    "accountUnlockTime",
    "passwordExpirationTime",
    "krbPasswordExpiration",
    "krbPwdPolicyReference",
];

/// The names of attributes.
#[derive(Debug, Clone)]
pub struct Schema {
    pub id: String,
    pub names: Vec<String>,
    pub contacts: Vec<(ContactKind, Vec<String>)>,
    pub marker: Option<String>,
    pub marker_class: Option<String>,
}

impl Schema {
    pub fn new(settings: &Settings) -> Self {
        let names = if settings.names.is_empty() { vec!["uid".to_owned()] } else { settings.names.clone() };
        let contacts = &settings.contacts;
        Self {
            id: settings.id.clone().unwrap_or_else(|| "entryUUID".to_owned()),
            names,
            contacts: vec![
                (ContactKind::FullName, contacts.full_name.clone()),
                (ContactKind::MobilePhone, contacts.mobile_phone.clone()),
                (ContactKind::OfficePhone, contacts.office_phone.clone()),
                (ContactKind::Mail, contacts.mail.clone()),
            ],
            marker: settings.marker.clone(),
            marker_class: settings.marker_class.clone(),
        }
    }

    /// The attribute with the account's name.
    pub fn account(&self) -> &str {
        self.names.first().map_or("uid", String::as_str)
    }

    /// Everything that is read of a person.
    pub fn attributes(&self) -> Vec<&str> {
        let own = [Some(self.id.as_str()), self.marker.as_deref()].into_iter().flatten();
        let names = self.names.iter().map(String::as_str);
        let contacts = self.contacts.iter().flat_map(|(_, names)| names).map(String::as_str);
        let mut all: Vec<&str> = own.chain(names).chain(contacts).chain(STATE).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Everything that the configuration names, with what names it.
    pub fn configured(&self) -> Vec<(&'static str, &str)> {
        let mut all: Vec<(&'static str, &str)> = vec![("id", &self.id)];
        all.extend(self.names.iter().map(|name| ("names", name.as_str())));
        for (kind, names) in &self.contacts {
            let key = match kind {
                ContactKind::FullName => "contacts.full_name",
                ContactKind::MobilePhone => "contacts.mobile_phone",
                ContactKind::OfficePhone => "contacts.office_phone",
                ContactKind::Mail => "contacts.mail",
            };
            all.extend(names.iter().map(|name| (key, name.as_str())));
        }
        all
    }
}
