//! The writes: each of them one Modify with its marker, and what became of one whose answer was lost.

use std::sync::Arc;

use jiff::Timestamp;
use latchkey_api::password::Refusal;
use secrecy::{ExposeSecret as _, SecretString};

use super::entry::{number, one};
use super::root::Root;
use super::verdict::{self, Said};
use super::verify::exchange;
use super::{ActiveDirectory, ids, misconfigured, password, time};
use crate::connection::{
    Change, ConnectionError, Control, Found, Lease, Stands, Told, code, fence_of, marker_of, told,
};
use crate::{DirectoryError, Operation, Outcome, Written};

const LOCKED: u32 = 0x10;
/// `SEQUENCE { Flags INTEGER 1 }`: the rules of the domain hold for this write too.
const KEEP_THE_RULES: [u8; 5] = [0x30, 0x03, 0x02, 0x01, 0x01];
/// Somebody else may come between reading a marker and fencing it so often.
const ROUNDS: usize = 4;

/// One write that is about to be sent.
struct Ready {
    lease: Lease,
    root: Arc<Root>,
    /// The account as it stands before it.
    found: Found,
    name: String,
    after: Option<String>,
}

/// What the directory answered.
enum Answered {
    Done,
    Overtaken,
    No(Said, ConnectionError),
}

impl ActiveDirectory {
    pub(super) async fn set(&self, operation: Operation<'_>, new: &SecretString) -> Result<Written, DirectoryError> {
        let mut ready = self.ready(operation).await?;
        let quoted = password::quoted(new);
        let mut changes =
            vec![Change::replace("unicodePwd", quoted.expose_secret()), Change::replace("lockoutTime", "0")];
        changes.extend(self.marked(operation, &ready));
        // Sent exactly where it is understood (PW-08).
        let hints =
            ready.root.policy_hints.map(|oid| Control { oid, critical: true, value: Some(KEEP_THE_RULES.into()) });
        match self.send(&mut ready, changes, hints.into_iter().collect()).await? {
            Answered::Done => Ok(Written::Applied { unlocked: ready.was_locked() }),
            Answered::Overtaken => Ok(Written::Overtaken),
            Answered::No(said, error) => self.refused(&mut ready, said, error, new, false).await,
        }
    }

    /// The change is sent by the service account with both passwords: the directory compares the old one, keeps history and
    /// age, and writes the marker in the same step. The person could not write the marker, and signing in as somebody whose
    /// password has expired is not possible.
    pub(super) async fn changed(
        &self,
        operation: Operation<'_>,
        old: &SecretString,
        new: &SecretString,
    ) -> Result<Written, DirectoryError> {
        let mut ready = self.ready(operation).await?;
        let mut changes = exchange(&password::quoted(old), &password::quoted(new));
        changes.extend(self.marked(operation, &ready));
        match self.send(&mut ready, changes, Vec::new()).await? {
            Answered::Done => Ok(Written::Applied { unlocked: false }),
            Answered::Overtaken => Ok(Written::Overtaken),
            Answered::No(Said::OldWrong, _) => Ok(Written::OldWrong),
            Answered::No(said, error) => self.refused(&mut ready, said, error, new, true).await,
        }
    }

    pub(super) async fn unlocked(&self, operation: Operation<'_>) -> Result<Written, DirectoryError> {
        let mut ready = self.ready(operation).await?;
        let mut changes = vec![Change::replace("lockoutTime", "0")];
        changes.extend(self.marked(operation, &ready));
        match self.send(&mut ready, changes, Vec::new()).await? {
            Answered::Done => Ok(Written::Applied { unlocked: ready.was_locked() }),
            Answered::Overtaken => Ok(Written::Overtaken),
            Answered::No(said, error) => Err(denied(said, error)),
        }
    }

    /// A session with the server that the operation began with, and the account as it stands there.
    async fn ready(&self, operation: Operation<'_>) -> Result<Ready, DirectoryError> {
        let stands = operation.after.and_then(Stands::read);
        let mut lease = match &stands {
            Some(stands) => self.at(&stands.server).await?,
            None => self.any().await?,
        };
        let root = self.root(&mut lease).await.map_err(before)?;
        self.harmless(&mut lease, &root).await?;
        let name = ids::name_of(operation.account).ok_or_else(|| misconfigured(lease.nonsense("no id of ours")))?;
        let own = self.settings.names.first().map_or("sAMAccountName", String::as_str);
        let wanted = [own, "msDS-User-Account-Control-Computed", "lockoutTime", "pwdLastSet", "msDS-ResultantPSO"];
        let found = one(&mut lease, &name, "(objectClass=user)", &wanted).await.map_err(before)?;
        let found = found.filter(|found| self.is_below_a_base(&found.dn));
        let found = found.ok_or_else(|| misconfigured(lease.nonsense("the account is not there any more")))?;
        Ok(Ready { lease, root, found, name, after: stands.and_then(|stands| stands.marker) })
    }

    /// What writes the marker, if the one before it still stands.
    fn marked(&self, operation: Operation<'_>, ready: &Ready) -> Vec<Change> {
        let after = ready.after.as_deref();
        self.replaced(after, marker_of(operation.id, after))
    }

    fn replaced(&self, after: Option<&str>, by: String) -> Vec<Change> {
        let attribute = self.marker_attribute();
        let new = Change::add(attribute, by);
        match after {
            // A second value is refused, so that this is done only where there is none.
            None => vec![new],
            Some(after) => vec![Change::delete(attribute, after), new],
        }
    }

    async fn send(
        &self,
        ready: &mut Ready,
        changes: Vec<Change>,
        controls: Vec<Control>,
    ) -> Result<Answered, DirectoryError> {
        let reply = ready.lease.modify(&ready.name, changes, controls).await?;
        let Err(error) = ready.lease.done("modify", &reply) else { return Ok(Answered::Done) };
        let said = verdict::of_write(&reply.text);
        let compared = matches!(reply.code, code::NO_SUCH_ATTRIBUTE | code::ATTRIBUTE_OR_VALUE_EXISTS);
        if compared || said == Said::MarkerDiffers {
            // The same is answered where the attribute does not exist at all.
            let stands = self.marker_at(&mut ready.lease, &ready.name).await?;
            return if stands == ready.after { Err(misconfigured(error)) } else { Ok(Answered::Overtaken) };
        }
        Ok(Answered::No(said, error))
    }

    /// Why a password was not taken.
    async fn refused(
        &self,
        ready: &mut Ready,
        said: Said,
        error: ConnectionError,
        new: &SecretString,
        is_change: bool,
    ) -> Result<Written, DirectoryError> {
        match said {
            Said::Refused(refusal) => return Ok(Written::Refused(vec![refusal])),
            Said::Restricted => {}
            Said::OldWrong | Said::MarkerDiffers | Said::NotNow | Said::Denied | Said::NotSetUp | Said::Unknown => {
                return Err(denied(said, error));
            }
        }
        tracing::info!(error = &error as &dyn std::error::Error, "the directory does not take a password");
        let kept = self.rules_for(&mut ready.lease, &ready.root, &ready.found).await?;
        let own = self.settings.names.first().map_or("sAMAccountName", String::as_str);
        let reasons = kept.broken(ready.found.text(own).unwrap_or_default(), new);
        let is_hidden = reasons == [Refusal::Other];
        if is_hidden
            && (is_change || ready.root.policy_hints.is_some())
            && ready.is_too_young(&kept, self.connections.now())
        {
            return Ok(Written::Refused(vec![Refusal::TooSoon]));
        }
        Ok(Written::Refused(reasons))
    }

    /// What stands as the marker of an account, and on which server.
    pub(super) async fn stands_anywhere(&self, account: &str) -> Result<Stands, DirectoryError> {
        let mut lease = self.any().await?;
        let name = ids::name_of(account).ok_or_else(|| misconfigured(lease.nonsense("no id of ours")))?;
        let marker = self.marker_at(&mut lease, &name).await?;
        Ok(Stands { server: lease.server().to_owned(), marker })
    }

    async fn marker_at(&self, lease: &mut Lease, name: &str) -> Result<Option<String>, DirectoryError> {
        let attribute = self.marker_attribute();
        let found = one(lease, name, "(objectClass=user)", &[attribute]).await?;
        let found = found.ok_or_else(|| misconfigured(lease.nonsense("the account is not there any more")))?;
        self.marker_in(lease, &found)
    }

    /// The marker that was found at an account.
    pub(super) fn marker_in(&self, lease: &Lease, found: &Found) -> Result<Option<String>, DirectoryError> {
        let attribute = self.marker_attribute();
        let mut values = found.bytes(attribute);
        match (values.next(), values.next()) {
            (None, _) => Ok(None),
            (Some(value), None) => match std::str::from_utf8(value) {
                Ok(value) => Ok(Some(value.to_owned())),
                Err(_) => Err(misconfigured(lease.nonsense("a marker that is not UTF-8"))),
            },
            (Some(_), Some(_)) => Err(misconfigured(lease.nonsense("the marker's attribute has several values"))),
        }
    }

    pub(super) async fn settled(&self, operation: Operation<'_>) -> Result<Outcome, DirectoryError> {
        // Without a server, nothing was sent to any; and nobody can be asked whether that is so.
        let Some(Stands { server, marker: after }) = operation.after.and_then(Stands::read) else {
            return Ok(Outcome::Unknown);
        };
        let mut lease = match self.at(&server).await {
            // The server is gone for good; what it had no time to tell the others of is gone with it.
            Err(ConnectionError::NotOurs(_)) => return Ok(Outcome::Unknown),
            other => other?,
        };
        let name = ids::name_of(operation.account).ok_or_else(|| misconfigured(lease.nonsense("no id of ours")))?;
        for _ in 0..ROUNDS {
            let stands = self.marker_at(&mut lease, &name).await?;
            match told(operation.id, after.as_deref(), stands.as_deref()) {
                Told::Written => return Ok(Outcome::Written),
                Told::NotWritten => return Ok(Outcome::NotWritten),
                Told::Unknown => return Ok(Outcome::Unknown),
                Told::Open => {}
            }
            // A write that is still under way finds another marker than it expects, and fails.
            let fence = fence_of(operation.id, after.as_deref());
            let reply = lease.modify(&name, self.replaced(after.as_deref(), fence), Vec::new()).await?;
            let Err(error) = lease.done("modify", &reply) else { return Ok(Outcome::NotWritten) };
            let compared = matches!(reply.code, code::NO_SUCH_ATTRIBUTE | code::ATTRIBUTE_OR_VALUE_EXISTS);
            if !compared && verdict::of_write(&reply.text) != Said::MarkerDiffers {
                return Err(error.into());
            }
        }
        Ok(Outcome::Pending)
    }

    /// A session with this server and no other.
    async fn at(&self, server: &str) -> Result<Lease, ConnectionError> {
        self.look_for_servers(false).await?;
        self.connections.at(server).await
    }
}

impl Ready {
    fn was_locked(&self) -> bool {
        number(&self.found, "msDS-User-Account-Control-Computed").unwrap_or(0) & LOCKED != 0
    }

    fn is_too_young(&self, kept: &super::rules::Kept, now: Timestamp) -> bool {
        let set = self.found.text("pwdLastSet").and_then(time::instant);
        let age = set.and_then(|set| std::time::Duration::try_from(now.duration_since(set)).ok());
        kept.youngest.zip(age).is_some_and(|(youngest, age)| age < youngest)
    }
}

/// An answer that is missing before the write leaves no doubt: nothing was written.
fn before(error: ConnectionError) -> DirectoryError {
    match error {
        ConnectionError::Lost { .. } | ConnectionError::Nonsense { .. } => DirectoryError::NotReached(Box::new(error)),
        other => other.into(),
    }
}

/// The directory says no to the write itself, not to the password.
fn denied(said: Said, error: ConnectionError) -> DirectoryError {
    match said {
        Said::NotNow | Said::Denied => DirectoryError::Denied(Box::new(error)),
        Said::NotSetUp => misconfigured(error),
        Said::OldWrong | Said::Refused(_) | Said::Restricted | Said::MarkerDiffers | Said::Unknown => error.into(),
    }
}
