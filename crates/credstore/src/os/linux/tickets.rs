//! Kerberos tickets: they were got with the old password and end within hours; new ones are got with the new password,
//! in the place of those that are there.
//!
//! The programs of MIT Kerberos do it: `klist` says what there is (files, directories, KCM), `kinit` reads the password
//! from its standard input and replaces what it finds.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use secrecy::{ExposeSecret as _, SecretString};

use crate::item::ItemError;
use crate::place::{self, Change, GoOn, Looking, Place, Refreshed, Replaced, Seen};

/// Where systems have the programs.
const FOLDERS: [&str; 2] = ["/usr/bin", "/usr/lib/mit/bin"];
/// The caches that one run asks for new tickets: an account is locked after few wrong tries, and a server that does not
/// know the new password yet takes each for one.
const MOST_TRIES: u32 = 2;

/// The tickets of the person.
#[derive(Default)]
pub(super) struct Tickets {
    tries: u32,
    /// A server has said that the new password is wrong: it does not know it yet, and is not asked again.
    was_wrong: bool,
}

/// One cache of tickets.
#[derive(Debug, PartialEq, Eq)]
struct Cache {
    /// With its type: `FILE:/tmp/krb5cc_1000`.
    name: String,
    /// Whose tickets they are: `ada@EXAMPLE.EDU`.
    principal: String,
}

impl Place for Tickets {
    fn kind(&self) -> PlaceKind {
        PlaceKind::Tickets
    }

    fn find(&mut self, looking: &Looking, tell: &mut dyn FnMut(Copy) -> GoOn) -> Result<Seen, ItemError> {
        let Some(klist) = program("klist") else { return Ok(Seen::default()) };
        for cache in caches(&klist)? {
            if looking.policy.is_principal(&cache.principal) {
                let realm = cache.principal.rsplit_once('@').map(|(_, realm)| realm.to_owned());
                let copy = Copy {
                    id: place::id(self.kind(), &cache.name),
                    place: self.kind(),
                    label: "Kerberos".to_owned(),
                    user: Some(cache.principal),
                    target: realm,
                    standing: Standing::Proven,
                };
                if tell(copy) == GoOn::No {
                    break;
                }
            }
        }
        Ok(Seen::default())
    }

    fn refresh(&mut self, id: &str, change: &Change, _asking: &mut dyn FnMut()) -> Refreshed {
        self.try_refresh(id, change).unwrap_or_else(Outcome::from).into()
    }

    fn put_back(&mut self, _id: &str, _replaced: &Replaced, _asking: &mut dyn FnMut()) -> Outcome {
        Outcome::Refused
    }
}

impl Tickets {
    fn try_refresh(&mut self, id: &str, change: &Change) -> Result<Outcome, ItemError> {
        let name = place::native(self.kind(), id).ok_or(ItemError::Gone)?;
        let (klist, kinit) = program("klist").zip(program("kinit")).ok_or(ItemError::Gone)?;
        let cache = caches(&klist)?.into_iter().find(|cache| cache.name == name).ok_or(ItemError::Gone)?;
        if !change.looking.policy.is_principal(&cache.principal) {
            return Ok(Outcome::NotYours);
        }
        if self.was_wrong || self.tries == MOST_TRIES {
            return Ok(Outcome::NotYet);
        }
        self.tries += 1;
        let outcome = sign_in(&kinit, &cache, &change.new)?;
        self.was_wrong = outcome == Outcome::NotYet;
        Ok(outcome)
    }
}

/// Gets new tickets.
fn sign_in(kinit: &Path, cache: &Cache, password: &SecretString) -> Result<Outcome, ItemError> {
    let mut command = Command::new(kinit);
    command.args(["-c", &cache.name, &cache.principal]);
    let mut kinit = in_english(&mut command).stdin(Stdio::piped()).spawn().map_err(|_| ItemError::Refused)?;
    if let Some(mut input) = kinit.stdin.take() {
        // One that has ended already says why. A second question, as for an expired password, finds the end.
        let _ = input.write_all(password.expose_secret().as_bytes()).and_then(|()| input.write_all(b"\n"));
    }
    let output = kinit.wait_with_output().map_err(|_| ItemError::Refused)?;
    Ok(if output.status.success() { Outcome::Renewed } else { said(&String::from_utf8_lossy(&output.stderr)) })
}

/// What the last words of `kinit` come to.
fn said(words: &str) -> Outcome {
    let any = |all: &[&str]| all.iter().any(|one| words.contains(one));
    if any(&["Password incorrect", "Preauthentication failed", "Decrypt integrity check failed"]) {
        Outcome::NotYet
    } else if any(&["Cannot contact any KDC", "Cannot find KDC", "Cannot resolve"]) {
        Outcome::Unreachable
    } else {
        // Locked, disabled, expired, no such principal: nothing that another try would mend.
        Outcome::Refused
    }
}

/// Every cache that `klist` knows.
fn caches(klist: &Path) -> Result<Vec<Cache>, ItemError> {
    let listed = output(Command::new(klist).arg("-l"))?;
    let names = names(&String::from_utf8_lossy(&listed.stdout));
    let mut caches = Vec::new();
    for name in names {
        let shown = output(Command::new(klist).args(["-c", &name]))?;
        // The list cuts long principals; one that has gone since is passed over.
        if let Some(principal) = principal(&String::from_utf8_lossy(&shown.stdout)) {
            caches.push(Cache { name, principal });
        }
    }
    Ok(caches)
}

/// The second column of `klist -l`, below its line of dashes.
fn names(list: &str) -> Vec<String> {
    let rows = list.lines().skip_while(|line| !line.starts_with("---")).skip(1);
    let name = |row: &str| {
        let name = row.trim_end().trim_end_matches(" (Expired)");
        // A name has its type before it, which no principal has: what is before the first of them is the first column.
        let at = ["FILE:", "DIR:", "KCM:", "KEYRING:"].iter().filter_map(|kind| name.find(kind)).min()?;
        Some(name.get(at..)?.to_owned())
    };
    rows.filter_map(name).collect()
}

/// Whose tickets `klist` shows.
fn principal(shown: &str) -> Option<String> {
    shown.lines().find_map(|line| line.strip_prefix("Default principal: ")).map(|principal| principal.trim().to_owned())
}

fn output(command: &mut Command) -> Result<Output, ItemError> {
    in_english(command).stdin(Stdio::null()).output().map_err(|_| ItemError::Refused)
}

fn in_english(command: &mut Command) -> &mut Command {
    command.env("LC_ALL", "C").stdout(Stdio::piped()).stderr(Stdio::piped())
}

/// A program by its absolute path: what lies in somebody's `PATH` is not handed a password.
fn program(name: &str) -> Option<PathBuf> {
    FOLDERS.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_caches_is_read_as_klist_writes_it() {
        let list = "\
Principal name                 Cache name
--------------                 ----------
ada@EXAMPLE.EDU                FILE:/tmp/krb5cc_1000
somebody.whose.name.is.longer.t DIR::/run/user/1000/krb5/tkt (Expired)
ada@COMPANY.EXAMPLE            KCM:1000:61342
";
        assert_eq!(names(list), ["FILE:/tmp/krb5cc_1000", "DIR::/run/user/1000/krb5/tkt", "KCM:1000:61342"]);
        assert!(names("").is_empty());
        let shown = "Ticket cache: FILE:/tmp/x\nDefault principal: ada@EXAMPLE.EDU\n\nValid starting";
        assert_eq!(principal(shown).as_deref(), Some("ada@EXAMPLE.EDU"));
        assert_eq!(principal("klist: No credentials cache found"), None);
    }

    #[test]
    fn a_wrong_password_is_told_apart_from_a_locked_account_and_a_silent_server() {
        for (words, outcome) in [
            ("kinit: Password incorrect while getting initial credentials", Outcome::NotYet),
            ("kinit: Preauthentication failed while getting initial credentials", Outcome::NotYet),
            (
                "kinit: Cannot contact any KDC for realm 'EXAMPLE.EDU' while getting initial credentials",
                Outcome::Unreachable,
            ),
            ("kinit: Client's credentials have been revoked while getting initial credentials", Outcome::Refused),
            ("kinit: Password has expired while getting initial credentials", Outcome::Refused),
        ] {
            assert_eq!(said(words), outcome, "{words}");
        }
    }
}
