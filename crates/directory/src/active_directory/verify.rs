//! Whether a password is the current one.

use jiff::SignedDuration;
use secrecy::SecretString;
use tokio::time::Instant;

use super::entry::one;
use super::root::Root;
use super::verdict::{self, Said};
use super::{ActiveDirectory, ids, misconfigured, password, time};
use crate::connection::{Change, ConnectionError, Found, Lease, code};
use crate::{DirectoryError, Verdict};

/// So long the directory goes on taking the password that was there before, for a sign-in over LDAP too (KB 906305;
/// Samba's `old password allowed period`).
const OLD_ONE_WORKS: SignedDuration = SignedDuration::from_mins(60);
/// An account that nobody has, for somebody who has none.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

impl ActiveDirectory {
    pub(super) async fn verified(
        &self,
        account: Option<&str>,
        password: &SecretString,
    ) -> Result<Verdict, DirectoryError> {
        let name = account.and_then(ids::name_of).unwrap_or_else(|| format!("<GUID={NOBODY}>"));
        let mut lease = self.any().await?;
        let root = self.root(&mut lease).await?;
        let asked = Instant::now();
        let found = one(&mut lease, &name, "(objectClass=user)", &["1.1"]).await?;
        let question = asked.elapsed();
        let found = found.filter(|found| self.is_below_a_base(&found.dn));
        // Somebody without an account costs a bind too, and takes as long (EN-02).
        let nobody = || self.settings.decoy.clone().unwrap_or_else(|| format!("CN={NOBODY},{}", root.domain));
        let bind_as = found.as_ref().map_or_else(nobody, |found| found.dn.clone());
        let mut fresh = self.connections.fresh_at(lease.server()).await?;
        let began = Instant::now();
        let reply = match fresh.bind(&bind_as, &password::composed(password), Vec::new()).await {
            Err(ConnectionError::EmptyPassword) => return Ok(Verdict::Wrong),
            answered => answered?,
        };
        match &found {
            Some(_) if reply.code == code::INVALID_CREDENTIALS => self.pace.note(question, began.elapsed()),
            None if self.settings.decoy.is_none() => self.pace.keep(question, began).await,
            Some(_) | None => {}
        }
        let verdict = match reply.code {
            code::SUCCESS => Verdict::Right,
            code::INVALID_CREDENTIALS => {
                let unknown = || ConnectionError::Answer {
                    server: fresh.server().to_owned(),
                    request: "bind of a person",
                    code: reply.code,
                    text: reply.text.clone(),
                };
                verdict::of_bind(&reply.text).ok_or_else(|| misconfigured(unknown()))?
            }
            _ => return Err(fresh.done("bind of a person", &reply).err().map_or(nothing(), DirectoryError::from)),
        };
        if found.is_none() {
            return Ok(Verdict::Wrong);
        }
        if verdict != Verdict::Right {
            return Ok(verdict);
        }
        // Read after the bind, so that a password that was set meanwhile is seen.
        let wanted = ["pwdLastSet", "msDS-ResultantPSO"];
        match one(&mut lease, &name, "(objectClass=user)", &wanted).await? {
            Some(found) if self.was_set_just_now(&found) => {
                self.is_the_newest(&mut lease, &root, &found, password).await
            }
            Some(_) => Ok(verdict),
            None => Ok(Verdict::Wrong),
        }
    }

    fn was_set_just_now(&self, found: &Found) -> bool {
        let set = found.text("pwdLastSet").and_then(time::instant);
        set.is_some_and(|set| self.connections.now().duration_since(set) < OLD_ONE_WORKS)
    }

    /// Whether it is the password as it is now and not the one before. A bind does not tell within the first hour. A change
    /// to the password itself does, and is never done: the history forbids it. Where no history is kept, the bind is all
    /// there is.
    async fn is_the_newest(
        &self,
        lease: &mut Lease,
        root: &Root,
        found: &Found,
        password: &SecretString,
    ) -> Result<Verdict, DirectoryError> {
        if self.rules_for(lease, root, found).await?.history == 0 {
            return Ok(Verdict::Right);
        }
        let same = password::quoted(password);
        let reply = lease.modify(&found.dn, exchange(&same, &same), Vec::new()).await?;
        Ok(match verdict::of_write(&reply.text) {
            Said::OldWrong => Verdict::Wrong,
            Said::Denied
            | Said::MarkerDiffers
            | Said::NotNow
            | Said::NotSetUp
            | Said::Refused(_)
            | Said::Restricted
            | Said::Unknown => Verdict::Right,
        })
    }
}

/// A change of the password as its owner makes it: the directory compares the old one in the same step.
pub(super) fn exchange(old: &secrecy::SecretSlice<u8>, new: &secrecy::SecretSlice<u8>) -> Vec<Change> {
    use secrecy::ExposeSecret as _;
    vec![Change::delete("unicodePwd", old.expose_secret()), Change::add("unicodePwd", new.expose_secret())]
}

fn nothing() -> DirectoryError {
    misconfigured(ConnectionError::NotOurs("an answer that is none".to_owned()))
}
