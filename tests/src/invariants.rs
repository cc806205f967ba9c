//! What holds after every fault, whatever was killed, cut or full: one look at what the server has kept, beside what its
//! directory says. It is the last step of each test in which something fails.
//!
//! The audit is what is compared with, since nothing is ever taken out of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use latchkey_directory::Directory;
use latchkey_server::crypt::audit;
use latchkey_server::crypt::keys::Keys;
use latchkey_server::store::Store;
use memchr::memmem;
use sqlx::FromRow;

/// What one account bears in its directory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Borne {
    /// How often its password was written since it was made, as the directory itself counts.
    pub steps: u64,
    /// The marker of the last operation, where it has one.
    pub marker: Option<String>,
}

/// What a run has shown, beside that everything holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Books {
    /// Operations that were accepted, each with its intent, its row of the audit and its notices.
    pub done: u64,
    /// Operations that were told to be not written.
    pub not_written: u64,
    /// Proofs that were believed, each once.
    pub believed: u64,
    /// Wrong proofs, each counted.
    pub wrong: u64,
    /// Rows of the audit, of which each fits to the one before it.
    pub audited: u64,
}

/// The accounts of the server's own directory, by their ids.
///
/// # Errors
/// If the database cannot be read.
pub async fn of_local(store: &Store) -> Result<BTreeMap<String, Borne>> {
    let rows: Vec<(String, i64, Option<String>)> =
        sqlx::query_as("SELECT id, password_version - 1, operation_marker FROM directory_accounts")
            .fetch_all(store.pool())
            .await?;
    let borne = |(id, steps, marker): (String, i64, _)| (id, Borne { steps: steps.unsigned_abs(), marker });
    Ok(rows.into_iter().map(borne).collect())
}

/// The accounts of another directory: `steps` is what that counts itself, by stable id.
///
/// # Errors
/// If the directory cannot be asked for a marker.
pub async fn of_directory(directory: &dyn Directory, steps: &BTreeMap<String, u64>) -> Result<BTreeMap<String, Borne>> {
    let mut borne = BTreeMap::new();
    for (id, steps) in steps {
        let marker = directory.marker(id).await.with_context(|| format!("the marker of {id}"))?;
        borne.insert(id.clone(), Borne { steps: *steps, marker });
    }
    Ok(borne)
}

/// How often OpenLDAP has written the password of an entry, by its log.
#[must_use]
pub fn steps_in(log: &str, dn: &str) -> u64 {
    let mut writes = BTreeMap::new();
    let mut steps = 0;
    for line in log.lines() {
        // `… conn=1000 op=4 MOD dn="uid=ada,…"`, `… MOD attr=userPassword …`, `… RESULT tag=103 err=0 …`
        let Some(at) = line.find("conn=") else { continue };
        let mut words = line.get(at..).unwrap_or_default().splitn(3, ' ');
        let (Some(connection), Some(op), Some(rest)) = (words.next(), words.next(), words.next()) else { continue };
        let key = (connection.to_owned(), op.to_owned());
        if rest.starts_with(&format!("MOD dn=\"{dn}\"")) {
            writes.insert(key, false);
        } else if rest.starts_with("MOD attr=") && rest.contains("userPassword") {
            if let Some(password) = writes.get_mut(&key) {
                *password = true;
            }
        } else if rest.starts_with("RESULT") && writes.remove(&key) == Some(true) {
            steps += u64::from(rest.contains("err=0 "));
        }
    }
    steps
}

/// Fails where something does not hold. Nothing may be under way any more.
///
/// # Errors
/// If something does not hold: it says what.
pub async fn hold(store: &Store, keys: &Keys, accounts: &BTreeMap<String, Borne>) -> Result<Books> {
    let (sound,): (String,) = sqlx::query_as("PRAGMA integrity_check").fetch_one(store.pool()).await?;
    ensure!(sound == "ok", "the database is damaged: {sound}");
    let kept = Kept::read(store).await?;
    let mut books = Books { audited: chain(store, keys).await?, ..Books::default() };
    kept.nothing_is_open()?;
    for (id, borne) in accounts {
        kept.account(id, borne)?;
    }
    for operation in &kept.operations {
        kept.operation(operation)?;
    }
    let flows: BTreeSet<&str> =
        kept.audit.iter().map(|row| row.flow.as_str()).filter(|flow| !flow.is_empty()).collect();
    for flow in flows {
        kept.flow(flow)?;
    }
    kept.used_up_once()?;
    kept.counted()?;
    books.done = kept.number("directory written");
    books.not_written = kept.number("directory write not applied");
    books.believed = kept.number("gate passed");
    books.wrong = kept.number("proof compared");
    Ok(books)
}

/// Fails where one of the secrets stands in a file of this folder or below it.
///
/// # Errors
/// If one does, or a file cannot be read.
pub fn no_needle(folder: &Path, needles: &[&str]) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            no_needle(&entry.path(), needles)?;
            continue;
        }
        // A file that is gone again has told nobody anything.
        let Ok(content) = std::fs::read(entry.path()) else { continue };
        for needle in needles {
            let found = memmem::find(&content, needle.as_bytes());
            ensure!(found.is_none(), "a secret stands in {} at byte {found:?}", entry.path().display());
        }
    }
    Ok(())
}

async fn chain(store: &Store, keys: &Keys) -> Result<u64> {
    let mut tx = store.read().await?;
    let verified = audit::verify(&mut tx, keys).await?;
    verified.map_err(|row| anyhow::anyhow!("the audit does not fit at row {row}"))
}

#[derive(Debug, FromRow)]
struct AuditRow {
    at: i64,
    flow: String,
    subject: String,
    event: String,
    outcome: String,
    method: Option<String>,
}

#[derive(Debug, FromRow)]
struct OperationRow {
    id: String,
    account_id: String,
    state: String,
    public_id: String,
    intent: String,
    step: String,
    notices: i64,
    /// How many numbers and addresses its account has.
    addresses: i64,
}

#[derive(Debug, FromRow)]
struct ChallengesRow {
    public_id: String,
    used: i64,
    tries: i64,
}

/// Everything that is looked at, as it stands at one time.
struct Kept {
    audit: Vec<AuditRow>,
    operations: Vec<OperationRow>,
    /// By flow.
    challenges: BTreeMap<String, ChallengesRow>,
    /// Keys of budgets, and how much was drawn on each.
    drawn: Vec<(Vec<u8>, u64)>,
    used_recovery_codes: u64,
    /// Whether what is too old was cleared meanwhile.
    cleared: bool,
}

impl Kept {
    async fn read(store: &Store) -> Result<Self> {
        let pool = store.pool();
        let audit: Vec<AuditRow> =
            sqlx::query_as("SELECT at, flow, subject, event, outcome, method FROM audit ORDER BY id")
                .fetch_all(pool)
                .await?;
        let operations = sqlx::query_as(
            "SELECT operations.id, operations.account_id, state, public_id, intent, step,
                 (SELECT count(*) FROM messages WHERE event_id = operations.id AND purpose = 'notice') AS notices,
                 (SELECT count(*) FROM methods WHERE methods.account_id = operations.account_id
                      AND method IN ('text_mobile', 'call_mobile', 'call_office', 'email')) AS addresses
             FROM operations JOIN flows ON flows.id = operations.flow_id",
        )
        .fetch_all(pool)
        .await?;
        let challenges: Vec<ChallengesRow> = sqlx::query_as(
            "SELECT public_id, sum(challenges.state = 'used') AS used, sum(challenges.tries) AS tries
             FROM challenges JOIN flows ON flows.id = challenges.flow_id GROUP BY flows.id",
        )
        .fetch_all(pool)
        .await?;
        let limits: Vec<(Vec<u8>, String)> = sqlx::query_as("SELECT key, draws FROM limits").fetch_all(pool).await?;
        let (used_recovery_codes,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM used_recovery_codes").fetch_one(pool).await?;
        let (flows,): (i64,) = sqlx::query_as("SELECT count(*) FROM flows").fetch_one(pool).await?;
        let started = audit.iter().filter(|row| row.event == "flow started").count();
        Ok(Self {
            cleared: started > usize::try_from(flows)?,
            audit,
            operations,
            challenges: challenges.into_iter().map(|row| (row.public_id.clone(), row)).collect(),
            drawn: limits.into_iter().map(|(key, draws)| Ok((key, drawn(&draws)?))).collect::<Result<_>>()?,
            used_recovery_codes: used_recovery_codes.unsigned_abs(),
        })
    }

    fn number(&self, event: &str) -> u64 {
        u64::try_from(self.audit.iter().filter(|row| row.event == event).count()).unwrap_or(u64::MAX)
    }

    fn of_flow<'a>(&'a self, flow: &'a str, event: &'a str) -> impl Iterator<Item = &'a AuditRow> {
        self.audit.iter().filter(move |row| row.flow == flow && row.event == event)
    }

    /// Every write has come to something that is known.
    fn nothing_is_open(&self) -> Result<()> {
        let open = self.operations.iter().find(|operation| operation.state == "intent");
        ensure!(open.is_none(), "nobody knows what came of a write: {open:?}");
        let waiting = self.operations.iter().find(|operation| operation.step == "working");
        ensure!(waiting.is_none(), "a flow waits for nothing: {waiting:?}");
        Ok(())
    }

    /// As many steps in the directory as operations that were accepted (1), and none without one (4).
    fn account(&self, id: &str, borne: &Borne) -> Result<()> {
        let of_account = |operation: &&OperationRow| operation.account_id == id;
        let done = self.operations.iter().filter(of_account).filter(|operation| operation.state == "done");
        let written = done.filter(|operation| operation.intent != "unlock").count();
        let unknown =
            self.operations.iter().filter(of_account).filter(|operation| operation.state == "unknown").count();
        let steps = usize::try_from(borne.steps)?;
        let as_many = steps >= written && (self.cleared || steps <= written + unknown);
        ensure!(as_many, "{id}: {steps} steps in the directory for {written} accepted operations");
        // Whoever was told that nothing was written was told the truth.
        let marker = borne.marker.as_deref().unwrap_or_default();
        // A marker begins with the id of the operation, or says that it is fenced.
        let marker = marker.split(' ').find(|word| !word.contains("://")).unwrap_or_default();
        let last = self.operations.iter().filter(of_account).find(|operation| operation.id == marker);
        let told = last.is_none_or(|operation| ["done", "unknown"].contains(&operation.state.as_str()));
        ensure!(told, "the directory bears the marker of what was said not to be written: {last:?}");
        Ok(())
    }

    /// What is done has its intent, its row in the audit and its notices (2); what is not done has none.
    fn operation(&self, operation: &OperationRow) -> Result<()> {
        let flow = operation.public_id.as_str();
        let written = self.of_flow(flow, "directory written").count();
        // Of what may have been written whoever owns the account is told as well.
        if operation.state == "unknown" {
            ensure!(operation.notices > 0 || operation.addresses == 0, "nobody is told of {operation:?}");
            return Ok(());
        }
        if operation.state != "done" {
            ensure!(operation.notices == 0, "{operation:?} has notices");
            return Ok(());
        }
        ensure!(operation.step == "done", "{operation:?} in a flow that is not done");
        ensure!(written == 1, "{operation:?} has {written} rows in the audit");
        ensure!(operation.notices > 0 || operation.addresses == 0, "nobody is told of {operation:?}");
        Ok(())
    }

    /// No write without its gates, none twice, no proof that was believed twice (3).
    fn flow(&self, flow: &str) -> Result<()> {
        let (written, intended) =
            (self.of_flow(flow, "directory written").count(), self.of_flow(flow, "directory write intended").count());
        ensure!(written <= 1, "flow {flow} has written {written} times");
        ensure!(written <= intended, "flow {flow} has written what it never intended");
        let believed: Vec<_> = self.of_flow(flow, "gate passed").collect();
        if intended > 0 {
            let intent = self.of_flow(flow, "flow started").next().map(|row| row.outcome.as_str());
            let asked = if intent == Some("change") { 1 } else { 2 };
            let methods: BTreeSet<_> = believed.iter().map(|row| row.method.as_deref()).collect();
            ensure!(methods.len() >= asked, "flow {flow} ({intent:?}) was let in by {methods:?}");
        }
        let Some(challenges) = self.challenges.get(flow) else { return Ok(()) };
        let used = usize::try_from(challenges.used)?;
        ensure!(used == believed.len(), "flow {flow}: {used} proofs used up, {} believed", believed.len());
        // What is set up in a flow has codes of its own, which its challenges do not count.
        let sets_up = self.of_flow(flow, "means asked for").next().is_some();
        let wrong = if sets_up { 0 } else { self.of_flow(flow, "proof compared").count() };
        let tries = usize::try_from(challenges.tries)?;
        ensure!(tries >= wrong, "flow {flow}: {wrong} wrong proofs, {tries} tries counted");
        Ok(())
    }

    /// Saved codes and passes are believed once each (3).
    fn used_up_once(&self) -> Result<()> {
        let believed = |method: &str| {
            let believed = self.audit.iter().filter(|row| row.event == "gate passed");
            believed.filter(|row| row.method.as_deref() == Some(method)).count()
        };
        let codes = believed("recovery_code");
        let used = usize::try_from(self.used_recovery_codes)?;
        ensure!(self.cleared || codes <= used, "{codes} recovery codes believed, {used} used up");
        let passes = believed("helpdesk_pass");
        let issued = self.audit.iter().filter(|row| row.event == "pass issued").count();
        ensure!(passes <= issued, "{passes} passes believed, {issued} issued");
        Ok(())
    }

    /// What was counted for an account is never less than what was wrong (5).
    fn counted(&self) -> Result<()> {
        let mut wrong: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        let latest = self.audit.iter().map(|row| row.at).max().unwrap_or_default();
        for row in self.audit.iter().filter(|row| row.event == "proof compared") {
            let counts_for =
                if row.method.as_deref() == Some("current_password") { 30 * 60_000 } else { 24 * 3_600_000 };
            if row.at <= latest - counts_for || self.of_flow(&row.flow, "means asked for").next().is_some() {
                continue;
            }
            let Some(method) = row.method.as_deref() else { bail!("a proof of no method: {row:?}") };
            *wrong.entry((&row.subject, method)).or_default() += 1;
        }
        let let_go =
            |subject: &str| self.audit.iter().any(|row| row.subject == subject && row.event == "limits lifted");
        for ((subject, method), wrong) in wrong {
            // So is what a clock has counted that was far ahead (B9).
            if self.cleared || let_go(subject) || self.number("clock moved") > 0 {
                continue;
            }
            let drawn: u64 =
                self.drawn.iter().filter(|(key, _)| is_of(key, subject, method)).map(|(_, many)| many).sum();
            ensure!(drawn >= wrong, "{wrong} wrong proofs by {method} of {subject}, {drawn} counted");
        }
        Ok(())
    }
}

/// Whether a budget counts tries by a method for whoever the audit knows by the beginning of a keyed hash.
fn is_of(key: &[u8], subject: &str, method: &str) -> bool {
    let begins: String = key.iter().take(subject.len() / 2).map(|byte| format!("{byte:02x}")).collect();
    let end = [b"\0", method.as_bytes()].concat();
    begins == subject && key.ends_with(&end)
}

fn drawn(draws: &str) -> Result<u64> {
    let draws: Vec<(i64, i64, u64)> = serde_json::from_str(draws)?;
    Ok(draws.into_iter().map(|(_, _, many)| many).sum())
}
