//! The one write to an entry, and what the server's answer to it means.

use std::sync::Arc;

use latchkey_api::password::Refusal;
use ldap3::exop::{Exop, PasswordModify};
use secrecy::{ExposeSecret as _, SecretString};

use super::control::{Error, said};
use super::elsewhere::lifted;
use super::person::Person;
use super::policy::PasswordPolicy;
use super::rights::Rights;
use super::verify::verdict;
use super::{Flavour, Ldap, control};
use crate::connection::{Change, ConnectionError, Lease, Reply, Stands, Told, code, marker_of, told};
use crate::settings::Write;
use crate::{DirectoryError, Operation, Verdict, Written};

/// What is known of an entry directly before it is written.
struct Before {
    person: Person,
    policy: Option<Arc<PasswordPolicy>>,
    stands: Stands,
    flavour: Flavour,
    rights: Rights,
}

impl Ldap {
    /// Sets a password; with the old one, changes it.
    pub(super) async fn put(
        &self,
        operation: Operation<'_>,
        old: Option<&SecretString>,
        new: &SecretString,
    ) -> Result<Written, DirectoryError> {
        if old.is_some_and(|old| old.expose_secret().is_empty()) {
            return Ok(Written::OldWrong);
        }
        let mut session = self.begin(operation).await?;
        let before = self.before(&mut session, operation).await.map_err(without_doubt)?;
        if before.rights == Rights::None {
            return Err(DirectoryError::Denied("the service account may not write passwords".into()));
        }
        match self.settings.write {
            Write::Modify => self.modify(&mut session, operation, &before, old, new).await,
            Write::Rfc3062 => self.extended(&mut session, &before, old, new).await,
        }
    }

    /// A session with the server that the operation began with.
    pub(super) async fn begin(&self, operation: Operation<'_>) -> Result<Lease, ConnectionError> {
        match operation.after.and_then(Stands::read) {
            Some(stands) => self.connections.at(&stands.server).await,
            None => self.connections.any().await,
        }
    }

    async fn before(&self, session: &mut Lease, operation: Operation<'_>) -> Result<Before, DirectoryError> {
        let flavour = self.flavour(session).await?;
        let gone = || DirectoryError::Misconfigured(format!("{} is there no longer", operation.account).into());
        let found = self.find(session, operation.account, "(objectClass=*)").await?.ok_or_else(gone)?;
        let policy = self.policy_of(session, &found).await?;
        let person = self.person(session, found).await?;
        if self.is_own(&person.dn) {
            return Err(DirectoryError::Denied("an entry of this server itself is not written".into()));
        }
        let rights = self.rights(session, &person.dn).await?;
        let stands = operation.after.and_then(Stands::read);
        let stands = stands.unwrap_or_else(|| Stands { server: session.server().to_owned(), marker: None });
        Ok(Before { person, policy, stands, flavour, rights })
    }

    async fn modify(
        &self,
        session: &mut Lease,
        operation: Operation<'_>,
        before: &Before,
        old: Option<&SecretString>,
        new: &SecretString,
    ) -> Result<Written, DirectoryError> {
        if self.stores_clear.get() == Some(&true) {
            return Err(DirectoryError::Misconfigured(
                "the server keeps passwords as they are sent: set ppolicy_hash_cleartext".into(),
            ));
        }
        if looks_hashed(new) {
            return Ok(Written::Refused(vec![Refusal::Other]));
        }
        let enforces = before.rights == Rights::Write && before.flavour == Flavour::OpenLdap { ppolicy: true };
        let new_value = new.expose_secret().as_bytes().to_vec();
        let mut changes = self.marked(operation, before);
        match old {
            // ppolicy itself compares the old one with the hash, in this same Modify.
            Some(old) if enforces => {
                changes.push(Change::delete("userPassword", old.expose_secret().as_bytes()));
                changes.push(Change::add("userPassword", new_value));
            }
            Some(old) => {
                let verdict = self.bind_as(session.server(), &before.person.dn, old).await.map_err(without_doubt)?;
                if !verdict.proves() {
                    return Ok(not_proven(verdict));
                }
                changes.push(Change::replace("userPassword", new_value));
            }
            None => changes.push(Change::replace("userPassword", new_value)),
        }
        let must_change = before.policy.as_ref().is_some_and(|policy| policy.must_change);
        if before.rights == Rights::Manage && (must_change || before.person.entry.must_change) {
            // Else ppolicy takes it for a password that was handed out.
            changes.push(Change::clear("pwdReset"));
        }
        if before.flavour == Flavour::Ds389 && before.person.has_lock {
            changes.extend(lifted(Flavour::Ds389));
        }
        let reply = session.modify(&before.person.dn, changes, control::request()).await?;
        let written = self.judge(session, operation, before, &reply, old.is_some()).await?;
        if matches!(written, Written::Applied { .. }) {
            self.look_how_it_is_kept(session, &before.person.dn, new).await;
        }
        Ok(written)
    }

    /// The changes that make a Modify one of this operation: whoever wrote since has left another marker.
    fn marked(&self, operation: Operation<'_>, before: &Before) -> Vec<Change> {
        let mut changes = Vec::new();
        let Some(marker) = &self.schema.marker else { return changes };
        if let Some(class) = self.schema.marker_class.as_ref().filter(|_| !before.person.has_marker_class) {
            changes.push(Change::add("objectClass", class.as_bytes()));
        }
        if let Some(now) = &before.stands.marker {
            changes.push(Change::delete(marker, now.as_bytes()));
        }
        changes.push(Change::add(marker, marker_of(operation.id, before.stands.marker.as_deref())));
        changes
    }

    /// What an answer to a Modify means.
    async fn judge(
        &self,
        session: &mut Lease,
        operation: Operation<'_>,
        before: &Before,
        reply: &Reply,
        is_change: bool,
    ) -> Result<Written, DirectoryError> {
        if reply.code == code::SUCCESS {
            return Ok(Written::Applied { unlocked: before.person.entry.locked });
        }
        let error = said(reply).error;
        if let Some(refusal) = refusal(reply, error, before.policy.as_deref()) {
            return Ok(Written::Refused(vec![refusal]));
        }
        if is_change && reply.code == code::UNWILLING_TO_PERFORM && error == Some(Error::MustSupplyOldPassword) {
            return Ok(Written::OldWrong);
        }
        let of_a_value = [
            code::NO_SUCH_ATTRIBUTE,
            code::ATTRIBUTE_OR_VALUE_EXISTS,
            code::CONSTRAINT_VIOLATION,
            code::OBJECT_CLASS_VIOLATION,
        ];
        if of_a_value.contains(&reply.code) {
            let now = self.locate(session, operation.account).await.map_err(without_doubt)?;
            let now = now.and_then(|person| person.marker);
            if told(operation.id, before.stands.marker.as_deref(), now.as_deref()) != Told::Open {
                return Ok(Written::Overtaken);
            }
            if reply.code == code::CONSTRAINT_VIOLATION {
                tracing::warn!(text = reply.text, "the directory refuses a password and does not say why");
                return Ok(Written::Refused(vec![Refusal::Other]));
            }
        }
        let misfit = [code::NO_SUCH_ATTRIBUTE, code::ATTRIBUTE_OR_VALUE_EXISTS];
        match session.done("modify", reply) {
            Err(error) if misfit.contains(&reply.code) => Err(DirectoryError::Misconfigured(error.into())),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(Written::Applied { unlocked: before.person.entry.locked }),
        }
    }

    /// The extended operation of RFC 3062: as the service account, with the old password where there is one.
    async fn extended(
        &self,
        session: &mut Lease,
        before: &Before,
        old: Option<&SecretString>,
        new: &SecretString,
    ) -> Result<Written, DirectoryError> {
        if old.is_some() && before.rights != Rights::Write {
            // As the person, since nobody is held to the rules when such a service account asks.
            if let Some(written) = self.extended_as_the_person(before, old, new).await? {
                return Ok(written);
            }
        }
        let asked = asked(Some(&before.person.dn), old, new);
        let (reply, _) = session.extended(asked, control::request()).await?;
        let written = extended_judged(session, before, &reply, old.is_some())?;
        let must_change = before.policy.as_ref().is_some_and(|policy| policy.must_change);
        if matches!(written, Written::Applied { .. }) && before.rights == Rights::Manage && must_change {
            let cleared = session.modify(&before.person.dn, vec![Change::clear("pwdReset")], Vec::new()).await;
            if !cleared.is_ok_and(|reply| reply.code == code::SUCCESS) {
                tracing::warn!(account = before.person.entry.id, "the person has to change the new password once more");
            }
        }
        Ok(written)
    }

    /// Nothing if the old password is right and too old to sign in with.
    async fn extended_as_the_person(
        &self,
        before: &Before,
        old: Option<&SecretString>,
        new: &SecretString,
    ) -> Result<Option<Written>, DirectoryError> {
        let Some(old) = old else { return Ok(Some(Written::OldWrong)) };
        let mut session = self.connections.fresh_at(&before.stands.server).await.map_err(DirectoryError::from)?;
        let bound = session.bind(&before.person.dn, old, control::request()).await;
        let reply = bound.map_err(|error| without_doubt(error.into()))?;
        if reply.code != code::SUCCESS {
            let is_expired = verdict(&reply) == Some(Verdict::Expired);
            return Ok((!is_expired).then_some(Written::OldWrong));
        }
        let (reply, _) = session.extended(asked(None, Some(old), new), control::request()).await?;
        extended_judged(&session, before, &reply, true).map(Some)
    }

    /// Lifts a lock.
    pub(super) async fn lift(&self, operation: Operation<'_>) -> Result<Written, DirectoryError> {
        let mut session = self.begin(operation).await?;
        let before = self.before(&mut session, operation).await.map_err(without_doubt)?;
        let mut changes = match self.settings.write {
            Write::Modify => self.marked(operation, &before),
            Write::Rfc3062 => Vec::new(),
        };
        if before.person.has_lock {
            changes.extend(lifted(before.flavour));
        }
        if changes.is_empty() {
            return Ok(Written::Applied { unlocked: false });
        }
        let reply = session.modify(&before.person.dn, changes, control::request()).await?;
        self.judge(&mut session, operation, &before, &reply, false).await
    }

    /// Once after the start: whether the server keeps a password as it was sent, which a comparison tells.
    async fn look_how_it_is_kept(&self, session: &mut Lease, dn: &str, new: &SecretString) {
        if self.stores_clear.get().is_some() {
            return;
        }
        let Ok(Some(is_clear)) = session.compare(dn, "userPassword", new.expose_secret().as_bytes()).await else {
            return;
        };
        let is_clear = *self.stores_clear.get_or_init(|| is_clear);
        if is_clear {
            tracing::error!("the server keeps passwords as they are sent; no more are written until it hashes them");
        }
    }
}

fn asked(dn: Option<&str>, old: Option<&SecretString>, new: &SecretString) -> Exop {
    let old_pass = old.map(SecretString::expose_secret);
    PasswordModify { user_id: dn, old_pass, new_pass: Some(new.expose_secret()) }.into()
}

fn extended_judged(
    session: &Lease,
    before: &Before,
    reply: &Reply,
    is_change: bool,
) -> Result<Written, DirectoryError> {
    let error = said(reply).error;
    if reply.code == code::SUCCESS {
        return Ok(Written::Applied { unlocked: before.person.entry.locked });
    }
    if let Some(refusal) = refusal(reply, error, before.policy.as_deref()) {
        return Ok(Written::Refused(vec![refusal]));
    }
    let of_the_old = [code::UNWILLING_TO_PERFORM, code::INVALID_CREDENTIALS];
    if is_change && of_the_old.contains(&reply.code) {
        return Ok(Written::OldWrong);
    }
    if reply.code == code::CONSTRAINT_VIOLATION {
        tracing::warn!(text = reply.text, "the directory refuses a password and does not say why");
        return Ok(Written::Refused(vec![Refusal::Other]));
    }
    session.done("password modify", reply)?;
    Ok(Written::Applied { unlocked: before.person.entry.locked })
}

fn refusal(reply: &Reply, error: Option<Error>, policy: Option<&PasswordPolicy>) -> Option<Refusal> {
    let refusal = error?.refusal(policy)?;
    // The same number says both.
    let is_same = refusal == Refusal::UsedBefore && reply.text.contains("not being changed");
    Some(if is_same { Refusal::SameAsOld } else { refusal })
}

fn not_proven(verdict: Verdict) -> Written {
    match verdict {
        Verdict::Locked | Verdict::Disabled => Written::Refused(vec![Refusal::Other]),
        Verdict::Wrong | Verdict::Right | Verdict::MustChange | Verdict::Expired => Written::OldWrong,
    }
}

/// A server takes `{SCHEME}…` for a hash that was made elsewhere, and keeps it as it is.
fn looks_hashed(new: &SecretString) -> bool {
    new.expose_secret().strip_prefix('{').is_some_and(|rest| rest.contains('}'))
}

/// What went wrong before the write was sent leaves no doubt about it.
fn without_doubt(error: DirectoryError) -> DirectoryError {
    match error {
        DirectoryError::Unreachable(cause) => DirectoryError::NotReached(cause),
        other => other,
    }
}
