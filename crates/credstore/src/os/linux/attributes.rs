//! What programs save beside a secret: whose it is, where it is used, and whether it unlocks a file or a device.
//!
//! Attribute names are compared without regard to case: KeePassXC writes `UserName` (I2).

use std::collections::HashMap;

use crate::item::{Item, Purpose};

/// Attributes in which programs save a user name, the most telling first.
pub(super) const USER: [&str; 11] = [
    "user",
    "username",
    "account",
    "login",
    "username_value",
    "user_name",
    "email",
    "acct",
    "userid",
    "identity",
    "UserName",
];

/// Attributes that name a server, as a host or as an address.
const SERVER: [&str; 11] = [
    "server",
    "host",
    "hostname",
    "machine",
    "url",
    "uri",
    "signon_realm",
    "origin_url",
    "action_url",
    "target_origin",
    "homeserver",
];

/// Attributes by which a person recognises what an entry is for where it names no server.
const TARGET: [&str; 5] = ["domain", "service", "application", "title", "setting-name"];

/// Attributes that only keys of files and devices have: GnuPG, volumes, vaults, further keyrings.
const OF_KEYS: [&str; 4] = ["keygrip", "gvfs-luks-uuid", "keyring", "vault"];

/// How the schemas begin under which passphrases of files and devices, keys of programs, and our own token are kept.
const KEY_SCHEMAS: [&str; 10] = [
    "org.gnupg.",
    "org.gnome.gcr",
    "org.gnome.gvfs.luks",
    "org.gnome.evince.",
    "org.gnome.papers.",
    "org.gnome.dejadup",
    "org.gnome.world.pikabackup",
    "app.latchkey.",
    "chrome_libsecret_os_crypt_password",
    "_chrome_dummy_schema",
];

/// Programs that keep nothing but passphrases of files and devices.
const KEY_PROGRAMS: [&str; 16] = [
    "ksshaskpass",
    "vorta",
    "deja-dup",
    "sirikali",
    "plasma-vault",
    "veracrypt",
    "cryptomator",
    "restic",
    "borg",
    "borgmatic",
    "borgbackup",
    "duplicity",
    "kopia",
    "rclone",
    "gocryptfs",
    "cryfs",
];

/// How targets begin that are files.
const FILES: [&str; 4] = ["file:", "kdbx:", "luks:", "ssh-store:"];

/// What NetworkManager keeps for a network that asks for a name and a password.
const NETWORK_SIGN_IN: (&str, &str) = ("802-1x", "password");

/// Settings of NetworkManager whose secrets are keys or numbers of devices.
const NETWORK_KEYS: [&str; 8] =
    ["802-11-wireless-security", "wireguard", "macsec", "gsm", "cdma", "bluetooth", "wimax", "802-1x"];

/// What the plug-ins for private networks (VPN) keep for who signs in; the rest of it are passphrases of keys, keys that
/// all share, and cookies.
const VPN_SIGN_IN: [&str; 4] = ["password", "xauth password", "xauthpassword", "form:main:password"];

/// Describes an item from its attributes.
pub(super) fn described(native: &str, label: String, stored: &HashMap<String, String>) -> Item {
    let attributes = Attributes::of(stored);
    let users: Vec<String> = attributes.all(&USER);
    let servers = attributes.servers();
    let target = servers.first().cloned().or_else(|| attributes.all(&TARGET).into_iter().next());
    let purpose = attributes.purpose(&users);
    let target = match purpose {
        Purpose::Network { .. } => network(&label).map(str::to_owned).or(target),
        Purpose::SignIn | Purpose::FileOrDevice => target,
    };
    Item { native: native.to_owned(), label, users, servers, target, purpose, locked: false }
}

/// The connection of NetworkManager that an item belongs to.
pub(super) fn connection(stored: &HashMap<String, String>) -> Option<&str> {
    stored.get("connection-uuid").map(String::as_str)
}

/// The account of GNOME Online Accounts that an item belongs to.
pub(super) fn online_account(stored: &HashMap<String, String>) -> Option<&str> {
    stored.get("goa-identity").map(String::as_str)
}

/// The name of the network in the label that NetworkManager's agents give: `Network secret for eduroam/802-1x/password`.
fn network(label: &str) -> Option<&str> {
    let name = label.strip_suffix("/802-1x/password")?.strip_prefix("Network secret for ")?;
    (!name.is_empty()).then_some(name)
}

/// Attributes with their names in lower case; empty values are left out.
struct Attributes<'a>(HashMap<String, &'a str>);

impl<'a> Attributes<'a> {
    fn of(stored: &'a HashMap<String, String>) -> Self {
        let filled = stored.iter().filter(|(_, value)| !value.trim().is_empty());
        Self(filled.map(|(name, value)| (name.to_lowercase(), value.as_str())).collect())
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.0.get(name).copied()
    }

    fn all(&self, names: &[&str]) -> Vec<String> {
        names.iter().filter_map(|name| self.get(name)).map(str::to_owned).collect()
    }

    /// Every server that is named; `service` is one where it is an address, or a host and nothing else names one.
    fn servers(&self) -> Vec<String> {
        let mut servers = self.all(&SERVER);
        if let Some(service) = self.get("service")
            && (service.contains("://") || (servers.is_empty() && service.contains('.')))
        {
            servers.push(service.to_owned());
        }
        servers
    }

    fn purpose(&self, users: &[String]) -> Purpose {
        if self.opens_a_file_or_device(users) {
            return Purpose::FileOrDevice;
        }
        let setting = (self.get("setting-name").unwrap_or_default(), self.get("setting-key").unwrap_or_default());
        if setting == NETWORK_SIGN_IN {
            return Purpose::Network { identity: None };
        }
        let is_key = NETWORK_KEYS.contains(&setting.0)
            || (setting.0 == "vpn" && !VPN_SIGN_IN.contains(&setting.1.to_lowercase().as_str()));
        if is_key { Purpose::FileOrDevice } else { Purpose::SignIn }
    }

    fn opens_a_file_or_device(&self, users: &[String]) -> bool {
        let is_one_of = |name: &str, values: &[&str]| {
            self.get(name).is_some_and(|value| values.contains(&value.to_lowercase().as_str()))
        };
        let begins = |value: &str, with: &[&str]| {
            let value = value.to_lowercase();
            with.iter().any(|with| value.starts_with(with))
        };
        OF_KEYS.iter().any(|name| self.get(name).is_some())
            || self.get("xdg:schema").is_some_and(|schema| begins(schema, &KEY_SCHEMAS))
            || ["application", "server", "owner", "service"].iter().any(|name| is_one_of(name, &KEY_PROGRAMS))
            || is_one_of("authtype", &["publickey"])
            || is_one_of("type", &["document_password"])
            || self.get("stored-by").is_some_and(|program| begins(program, &["gnupg"]))
            || self.get("unique").is_some_and(|unique| begins(unique, &["ssh-store:", "pkcs11:"]))
            || self.servers().iter().any(|server| begins(server, &FILES))
            // The name of a file stands where others have the user's.
            || users.iter().any(|user| begins(user, &["/", "~/", "file:"]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(attributes: &[(&str, &str)]) -> Item {
        let stored = attributes.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect();
        super::described("/1", "Network secret for eduroam/802-1x/password".into(), &stored)
    }

    // I2
    #[test]
    fn the_names_of_attributes_are_compared_without_regard_to_case() {
        let item = described(&[("UserName", "bob"), ("URL", "https://mail.example.edu"), ("Title", "Mail")]);
        assert_eq!(item.users, ["bob"]);
        assert_eq!(item.servers, ["https://mail.example.edu"]);
        assert_eq!(item.target.as_deref(), Some("https://mail.example.edu"));
    }

    // I1
    #[test]
    fn keys_of_files_and_devices_are_known_by_what_their_programs_save() {
        for attributes in [
            &[("xdg:schema", "org.gnupg.Passphrase"), ("keygrip", "n/0A1B"), ("stored-by", "GnuPG Pinentry")][..],
            &[("unique", "ssh-store:/home/ada/.ssh/id_ed25519"), ("xdg:schema", "org.freedesktop.Secret.Generic")],
            &[("gvfs-luks-uuid", "7c1f"), ("xdg:schema", "org.gnome.GVfs.Luks.Password")],
            &[("setting-name", "802-11-wireless-security"), ("setting-key", "psk"), ("connection-uuid", "1")],
            &[("setting-name", "802-1x"), ("setting-key", "private-key-password")],
            &[("setting-name", "gsm"), ("setting-key", "pin")],
            &[("setting-name", "vpn"), ("setting-key", "cert-pass"), ("connection-uuid", "1")],
            &[("setting-name", "vpn"), ("setting-key", "IPSec secret"), ("connection-uuid", "1")],
            &[("server", "ksshaskpass"), ("user", "/home/ada/.ssh/id_rsa"), ("type", "plaintext")],
            &[("server", "files.example.edu"), ("user", "ada"), ("protocol", "sftp"), ("authtype", "publickey")],
            &[("xdg:schema", "org.gnome.Evince.Document"), ("type", "document_password"), ("uri", "file:///a.pdf")],
            &[("owner", "deja-dup"), ("type", "passphrase"), ("xdg:schema", "org.gnome.DejaDup")],
            &[("xdg:schema", "chrome_libsecret_os_crypt_password_v2"), ("application", "chrome")],
            &[("xdg:schema", "app.latchkey.DeviceToken"), ("latchkey-owner", "47DEQpj8HBSa")],
            &[("keyring", "LOCAL:/keyrings/second.keyring")],
            &[("Title", "Backup"), ("UserName", "ada"), ("URL", "kdbx://backup.kdbx")],
        ] {
            assert_eq!(described(attributes).purpose, Purpose::FileOrDevice, "{attributes:?}");
        }
    }

    #[test]
    fn a_network_that_asks_for_a_name_is_known_and_named() {
        let item = described(&[("setting-name", "802-1x"), ("setting-key", "password"), ("connection-uuid", "1")]);
        assert_eq!(item.purpose, Purpose::Network { identity: None });
        assert_eq!(item.target.as_deref(), Some("eduroam"));
    }

    #[test]
    fn a_service_is_a_server_only_where_it_names_one() {
        assert_eq!(described(&[("service", "https://git.example.edu/"), ("user", "ada")]).servers.len(), 1);
        assert_eq!(described(&[("service", "git.example.edu")]).servers, ["git.example.edu"]);
        assert!(described(&[("service", "mail")]).servers.is_empty());
        assert_eq!(described(&[("service", "a.b"), ("server", "c.d")]).servers, ["c.d"]);
    }
}
