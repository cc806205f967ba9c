//! What became of a write whose answer was lost, asked of the server that it was sent to.

use super::Ldap;
use crate::connection::{Change, ConnectionError, Session, Stands, Told, code, fence_of, told};
use crate::settings::Write;
use crate::{DirectoryError, Operation, Outcome};

impl Ldap {
    pub(super) async fn ask_after(&self, operation: Operation<'_>) -> Result<Outcome, DirectoryError> {
        let stands = operation.after.and_then(Stands::read);
        // Without a marker nobody can tell, and nobody can fence.
        let (Write::Modify, Some(attribute), Some(stands)) = (self.settings.write, &self.schema.marker, stands) else {
            return Ok(Outcome::Unknown);
        };
        let mut session = match self.connections.at(&stands.server).await {
            Ok(session) => session,
            Err(ConnectionError::NotOurs(server)) => {
                tracing::warn!(server, operation = operation.id, "cannot be asked any more what became of a write");
                return Ok(Outcome::Unknown);
            }
            Err(error) => return Err(error.into()),
        };
        let before = stands.marker.as_deref();
        let Some(person) = self.locate(&mut session, operation.account).await? else { return Ok(Outcome::Unknown) };
        match told(operation.id, before, person.marker.as_deref()) {
            Told::Written => return Ok(Outcome::Written),
            Told::NotWritten => return Ok(Outcome::NotWritten),
            Told::Unknown => return Ok(Outcome::Unknown),
            Told::Open => {}
        }
        let mut changes = Vec::new();
        if let Some(class) = self.schema.marker_class.as_ref().filter(|_| !person.has_marker_class) {
            changes.push(Change::add("objectClass", class.as_bytes()));
        }
        if let Some(before) = before {
            changes.push(Change::delete(attribute, before.as_bytes()));
        }
        changes.push(Change::add(attribute, fence_of(operation.id, before)));
        let reply = session.modify(&person.dn, changes, Vec::new()).await?;
        if reply.code == code::SUCCESS {
            return Ok(Outcome::NotWritten);
        }
        self.again(&mut session, operation, before, &reply).await
    }

    /// The fence did not hold: something else was written in between, perhaps the operation itself.
    async fn again(
        &self,
        session: &mut Session,
        operation: Operation<'_>,
        before: Option<&str>,
        reply: &crate::connection::Reply,
    ) -> Result<Outcome, DirectoryError> {
        let person = self.locate(session, operation.account).await?;
        match told(operation.id, before, person.and_then(|person| person.marker).as_deref()) {
            Told::Written => Ok(Outcome::Written),
            Told::NotWritten => Ok(Outcome::NotWritten),
            Told::Unknown => Ok(Outcome::Unknown),
            Told::Open => {
                session.done("modify", reply)?;
                Ok(Outcome::Pending)
            }
        }
    }
}
