//! Whose sign-in an item of GNOME Online Accounts is: the item says only to which account it belongs (I4).

use std::collections::HashMap;
use std::time::Duration;

use zbus::blocking::{Connection, Proxy, connection};
use zbus::proxy::MethodFlags;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use super::bus;

/// It answers within milliseconds; a workstation without it must not hold anybody up.
const CALL: Duration = Duration::from_secs(3);

const SERVICE: &str = "org.gnome.OnlineAccounts";
const ACCOUNTS: &str = "/org/gnome/OnlineAccounts";

/// The account itself, and its properties with the name that it signs in with.
const ACCOUNT: (&str, [&str; 1]) = ("org.gnome.OnlineAccounts.Account", ["Identity"]);
/// Mail signs in with names of its own.
const MAIL: (&str, [&str; 2]) = ("org.gnome.OnlineAccounts.Mail", ["ImapUserName", "SmtpUserName"]);
/// Properties that name a server, as a host or as an address.
const SERVERS: [(&str, &str); 6] = [
    ("org.gnome.OnlineAccounts.Mail", "ImapHost"),
    ("org.gnome.OnlineAccounts.Mail", "SmtpHost"),
    ("org.gnome.OnlineAccounts.Exchange", "Host"),
    ("org.gnome.OnlineAccounts.Files", "Uri"),
    ("org.gnome.OnlineAccounts.Calendar", "Uri"),
    ("org.gnome.OnlineAccounts.Contacts", "Uri"),
];

/// The interfaces of one account, each with its properties.
type Interfaces = HashMap<String, bus::Properties>;

/// The accounts of GNOME Online Accounts; asked for the first time when an item needs them.
#[derive(Default)]
pub(super) struct OnlineAccounts {
    asked: bool,
    accounts: HashMap<OwnedObjectPath, Interfaces>,
}

/// What is known of one account.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OnlineAccount {
    pub(super) users: Vec<String>,
    pub(super) servers: Vec<String>,
}

impl OnlineAccounts {
    /// The account that an item with this `goa-identity` belongs to (`imap_smtp:gen0:account_1700000000_0`); `None` where
    /// nobody answers or it is not known.
    pub(super) fn of(&mut self, identity: &str) -> Option<OnlineAccount> {
        if !self.asked {
            self.asked = true;
            self.accounts = read().unwrap_or_default();
        }
        let id = identity.rsplit(':').next()?;
        let interfaces = self.accounts.iter().find(|(path, _)| path.as_str().rsplit('/').next() == Some(id))?.1;
        Some(described(interfaces))
    }
}

/// Reads all accounts, and starts nobody for it.
fn read() -> zbus::Result<HashMap<OwnedObjectPath, Interfaces>> {
    let bus: Connection = connection::Builder::session()?.method_timeout(CALL).build()?;
    let accounts = Proxy::new(&bus, SERVICE, ACCOUNTS, "org.freedesktop.DBus.ObjectManager")?;
    let known = accounts.call_with_flags("GetManagedObjects", MethodFlags::NoAutoStart.into(), &())?;
    Ok(known.unwrap_or_default())
}

fn described(interfaces: &Interfaces) -> OnlineAccount {
    let text = |interface: &str, name: &str| -> Option<String> {
        let value: &OwnedValue = interfaces.get(interface)?.get(name)?;
        <&str>::try_from(value).ok().filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let texts = |(interface, names): (&str, &[&str])| -> Vec<String> {
        names.iter().filter_map(|name| text(interface, name)).collect()
    };
    let mut users = texts((MAIL.0, &MAIL.1));
    if users.is_empty() {
        users = texts((ACCOUNT.0, &ACCOUNT.1));
    }
    let mut servers: Vec<String> = SERVERS.into_iter().filter_map(|(interface, name)| text(interface, name)).collect();
    users.dedup();
    servers.dedup();
    OnlineAccount { users, servers }
}

#[cfg(test)]
mod tests {
    use zbus::zvariant::Value;

    use super::*;

    fn account(properties: &[(&str, &str, &str)]) -> OnlineAccount {
        let mut interfaces = Interfaces::new();
        for (interface, name, value) in properties {
            let value = Value::from(*value).try_into_owned().unwrap();
            interfaces
                .entry(format!("org.gnome.OnlineAccounts.{interface}"))
                .or_default()
                .insert((*name).to_owned(), value);
        }
        described(&interfaces)
    }

    // I4
    #[test]
    fn mail_signs_in_with_its_own_names_and_everything_else_with_the_identity() {
        let mail = account(&[
            ("Account", "Identity", "ada.lovelace@example.edu"),
            ("Mail", "EmailAddress", "ada.lovelace@example.edu"),
            ("Mail", "ImapHost", "imap.example.edu:993"),
            ("Mail", "ImapUserName", "ada"),
            ("Mail", "SmtpHost", "smtp.company.example"),
            ("Mail", "SmtpUserName", "ada"),
        ]);
        assert_eq!(mail.users, ["ada"]);
        assert_eq!(mail.servers, ["imap.example.edu:993", "smtp.company.example"]);

        let files = account(&[
            ("Account", "Identity", "ada"),
            ("Account", "PresentationIdentity", "ada@cloud.example.edu"),
            ("Files", "Uri", "davs://ada@cloud.example.edu/remote.php/webdav/"),
            ("Calendar", "Uri", ""),
        ]);
        assert_eq!(files.users, ["ada"]);
        assert_eq!(files.servers, ["davs://ada@cloud.example.edu/remote.php/webdav/"]);
    }
}
