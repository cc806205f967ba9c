//! What a server says of itself.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{ActiveDirectory, locked, time};
use crate::connection::{ConnectionError, Session};

/// Makes the directory keep the history of passwords at a reset too (MS-ADTS 3.1.1.3.4.1.27); the second is the number
/// that it had before.
const POLICY_HINTS: [&str; 2] = ["1.2.840.113556.1.4.2239", "1.2.840.113556.1.4.2066"];
/// Active Directory, or what says that it is.
const IS_ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";
/// A server that only has a copy, and passes writes on.
const HAS_A_COPY_ALONE: &str = "1.2.840.113556.1.4.1920";

/// So long a server is taken to be as it has said of itself, but for its clock and the number of its last change.
const FRESH: SignedDuration = SignedDuration::from_secs(60);

/// The root of one server.
#[derive(Debug)]
pub(super) struct Root {
    /// The domain's own entry.
    pub(super) domain: String,
    pub(super) schema: String,
    /// The number of its last change.
    pub(super) last_change: u64,
    /// The entry of the server itself, where its copy of the directory has its id.
    pub(super) server: String,
    pub(super) host: Option<String>,
    pub(super) clock: Option<Timestamp>,
    pub(super) policy_hints: Option<&'static str>,
    pub(super) is_active_directory: bool,
    pub(super) has_a_copy_alone: bool,
}

impl ActiveDirectory {
    /// What the server of a session has said of itself a moment ago.
    pub(super) async fn root(&self, session: &mut Session) -> Result<Arc<Root>, ConnectionError> {
        let now = self.connections.now();
        let known = locked(&self.roots).get(session.server()).cloned();
        if let Some((read, root)) = known
            && now.duration_since(read).abs() < FRESH
        {
            return Ok(root);
        }
        let root = Arc::new(Root::read(session).await?);
        locked(&self.roots).insert(session.server().to_owned(), (now, Arc::clone(&root)));
        Ok(root)
    }
}

impl Root {
    /// Asks a server for what it says of itself now.
    pub(super) async fn read(session: &mut Session) -> Result<Self, ConnectionError> {
        let wanted = [
            "defaultNamingContext",
            "schemaNamingContext",
            "highestCommittedUSN",
            "dsServiceName",
            "dnsHostName",
            "currentTime",
            "supportedControl",
            "supportedCapabilities",
        ];
        let found = session.read("", &wanted).await?.ok_or_else(|| session.nonsense("a server without a root"))?;
        let has = |attribute: &str, value: &str| found.texts(attribute).any(|known| known == value);
        let needed = |attribute: &str| {
            let text = found.text(attribute).map(str::to_owned);
            text.ok_or_else(|| session.nonsense(&format!("its root has no {attribute}: is it Active Directory?")))
        };
        Ok(Self {
            domain: needed("defaultNamingContext")?,
            schema: needed("schemaNamingContext")?,
            last_change: needed("highestCommittedUSN")?
                .parse()
                .map_err(|_| session.nonsense("highestCommittedUSN is no number"))?,
            server: needed("dsServiceName")?,
            host: found.text("dnsHostName").map(str::to_owned),
            clock: found.text("currentTime").and_then(time::clock),
            policy_hints: POLICY_HINTS.into_iter().find(|oid| has("supportedControl", oid)),
            is_active_directory: has("supportedCapabilities", IS_ACTIVE_DIRECTORY),
            has_a_copy_alone: has("supportedCapabilities", HAS_A_COPY_ALONE),
        })
    }

    /// The name of the domain in DNS, as its entry spells it.
    pub(super) fn dns_name(&self) -> String {
        let parts = self.domain.split(',').filter_map(|part| part.trim().get(3..));
        parts.collect::<Vec<_>>().join(".").to_lowercase()
    }
}
