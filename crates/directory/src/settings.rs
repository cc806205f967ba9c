//! How a campus tells this server of a directory: one `[[directory]]` of the configuration.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One directory of the campus. Names of attributes are those of its own schema.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Short, and never changed later: the stable ids that are kept begin with it.
    pub name: String,
    pub kind: Kind,
    /// `ldaps://host[:port]`, or `ldap://host[:port]`, which is StartTLS: nothing is ever sent in the clear (PW-06). The
    /// first one that answers is asked. Of Active Directory alone they may be left out: then DNS names them.
    #[serde(default)]
    pub servers: Vec<String>,
    /// The DNS name of an Active Directory domain.
    pub domain: Option<String>,
    /// PEM with the authorities that are trusted in place of the system's.
    pub ca: Option<PathBuf>,
    /// The service account: its DN, or of Active Directory its user principal name.
    pub bind: String,
    /// The file with its password, read again when it is needed.
    pub secret: PathBuf,
    /// Below these entries are the people who are served.
    pub bases: Vec<String>,
    /// Who of them is served, as an LDAP filter (RFC 4515).
    pub filter: Option<String>,
    /// Only members of one of these groups are served, by their DN; none is everybody. Nested groups count.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Members of these groups are not served, beside those whom the directory itself protects (FL-11).
    #[serde(default)]
    pub privileged_groups: Vec<String>,
    /// Groups by which the server tells those apart who are served, by their DN: its populations name them. Nested groups
    /// count, and [`crate::Entry::groups`] says who is in which.
    #[serde(skip)]
    pub told_apart: Vec<String>,
    /// The attribute with the stable id, where it is another one than `entryUUID` or `objectGUID`: `nsUniqueId` of 389
    /// Directory Server, `ipaUniqueID` of FreeIPA.
    pub id: Option<String>,
    /// The single-valued attribute that keeps the marker of the last operation.
    pub marker: Option<String>,
    /// The auxiliary object class that allows the marker; the first write adds it to an entry that does not have it.
    pub marker_class: Option<String>,
    /// The entry with the rules for passwords of everybody for whom no other is named (LDAP only).
    pub policy: Option<String>,
    /// An entry with a password that nobody knows and without a lock-out: the current password of somebody who
    /// is unknown is tried on it, so that the answer takes as long as one for somebody who is known.
    pub decoy: Option<String>,
    /// How a password is written.
    #[serde(default)]
    pub write: Write,
    /// The attributes that hold sign-in names: the first one the account, the others aliases.
    #[serde(default)]
    pub names: Vec<String>,
    #[serde(default)]
    pub contacts: Contacts,
}

/// What a directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// OpenLDAP, 389 Directory Server, FreeIPA.
    Ldap,
    /// Active Directory, Samba.
    ActiveDirectory,
}

/// How a password is written into an LDAP directory.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Write {
    /// Password and marker in one Modify; the directory hashes the password. What became of it can always be told.
    #[default]
    Modify,
    /// The extended operation of RFC 3062, which takes no marker: an answer that is lost stays unknown.
    Rfc3062,
}

/// The attributes that hold what a directory knows of a person; each may have several values.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Contacts {
    pub full_name: Vec<String>,
    pub mobile_phone: Vec<String>,
    pub office_phone: Vec<String>,
    pub mail: Vec<String>,
}
