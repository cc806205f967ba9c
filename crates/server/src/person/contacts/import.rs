//! `contacts import`: read line by line, compared, reported, and applied as a whole or not at all.

use std::io::BufRead;

use super::line::{self, Column, Contact, FileReason, Header, Lines, Raw, Reason};
use super::staged::{self, Change};
use crate::app::App;
use crate::crypt::audit::{self, Event};
use crate::person::ending::end_flows;
use crate::person::people;
use crate::person::standing::BY_COMMAND;
use crate::refused::Refused;
use crate::store::{self, StoreError, Tx};

/// How often it is said how far it has come, in lines.
const PROGRESS: u64 = 10_000;
/// So many lines are looked up at once.
const AT_ONCE: usize = 500;

/// What is to be done with a file.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Without it nothing is changed.
    pub apply: bool,
    /// Apply the good lines although there are bad ones.
    pub skip_bad: bool,
    /// Also replace what its owner has set up and confirmed.
    pub replace: bool,
}

/// What is said while a file is worked through.
#[derive(Debug)]
pub enum Said<'a> {
    /// A line that is not taken, by its number in the file.
    Bad(u64, &'a Reason),
    /// What happens to an account, or would.
    Account(&'a str, &'a [(Column, Change)]),
    /// So many lines have been read.
    Read(u64),
}

/// How many contacts would be, or were, which.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub added: u64,
    pub changed: u64,
    pub same: u64,
    pub kept: u64,
}

impl Counts {
    fn count(&mut self, change: Change) {
        let which = match change {
            Change::Same => &mut self.same,
            Change::Added => &mut self.added,
            Change::Changed => &mut self.changed,
            Change::Kept => &mut self.kept,
        };
        *which += 1;
    }
}

/// What a run came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// All lines but the header.
    pub lines: u64,
    pub accounts: u64,
    pub bad: u64,
    pub counts: Counts,
    pub applied: bool,
    /// Whether groups of accounts were added or changed.
    pub any_groups: bool,
}

impl Report {
    /// Whether a run without these options' doubts would apply, or has applied, what the file says.
    #[must_use]
    pub const fn is_good(&self, options: Options) -> bool {
        self.bad == 0 || options.skip_bad
    }
}

/// Why a file was not taken at all.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("the file cannot be read")]
    Read(#[from] std::io::Error),
    #[error(transparent)]
    File(#[from] FileReason),
    #[error("the database")]
    Database(#[from] StoreError),
    #[error("a contact cannot be sealed or stored")]
    Stored,
}

impl From<Refused> for ImportError {
    fn from(_: Refused) -> Self {
        Self::Stored
    }
}

/// Works a file through. Nothing is changed unless `apply` says so and every line is good or bad ones are skipped.
///
/// # Errors
/// If the file as a whole cannot be taken; then nothing was changed.
pub async fn import(
    of: &App,
    source: impl BufRead,
    options: Options,
    say: &mut (dyn FnMut(Said<'_>) + Send),
) -> Result<Report, ImportError> {
    store::person::staged::begin(&of.store).await?;
    let done = run(of, source, options, say).await;
    store::person::staged::end(&of.store).await?;
    let (outcome, done) = match done {
        Ok(report) => (outcome(&report, options), Ok(report)),
        Err(error) => ("the file was not taken".to_owned(), Err(error)),
    };
    if !done.as_ref().is_ok_and(|report| report.applied) {
        let mut tx = of.store.begin().await?;
        note(&mut tx, of, &outcome).await?;
        tx.commit().await?;
    }
    done
}

async fn run(
    of: &App,
    source: impl BufRead,
    options: Options,
    say: &mut (dyn FnMut(Said<'_>) + Send),
) -> Result<Report, ImportError> {
    let mut report = Report::default();
    stage(of, source, &mut report, say).await?;
    compare(of, options, &mut report, say).await?;
    if options.apply && report.is_good(options) {
        report.applied = true;
        let mut tx = of.store.begin().await?;
        store::person::staged::apply(&mut tx, options.replace, people::usable_from(of)).await?;
        for account in store::person::staged::replaced_in_flows(&mut tx).await? {
            end_flows(&mut tx, &of.keys, of.clock.now(), &account, None, "a number or address was replaced").await?;
        }
        if report.any_groups {
            // Which population they are of is told by whoever reads them.
            store::person::people::read_all_again(&mut tx).await?;
        }
        people::count_again(&mut tx).await?;
        note(&mut tx, of, &outcome(&report, options)).await?;
        tx.commit().await?;
    }
    Ok(report)
}

async fn stage(
    of: &App,
    source: impl BufRead,
    report: &mut Report,
    say: &mut (dyn FnMut(Said<'_>) + Send),
) -> Result<(), ImportError> {
    let mut lines = Lines::new(source);
    let header = header(&mut lines)?;
    let mut blank = 0;
    let mut some = Vec::new();
    loop {
        let (number, read) = match lines.next()?? {
            None if report.lines == blank => return Err(FileReason::NoLine.into()),
            None => return take(of, some, report, say).await,
            Some(Raw::TooLong(number)) => (number, Err(Reason::TooLong)),
            Some(Raw::Text(number, line)) => (number, Contact::read(&header, line, &of.config.campus)),
        };
        report.lines += 1;
        match read {
            Ok(Some(contact)) => some.push((number, Ok(contact))),
            Ok(None) => blank += 1,
            Err(reason) => some.push((number, Err(reason))),
        }
        if some.len() == AT_ONCE {
            take(of, std::mem::take(&mut some), report, say).await?;
        }
        if report.lines.is_multiple_of(PROGRESS) {
            say(Said::Read(report.lines));
        }
    }
}

/// The header, after empty rows and the line in which a spreadsheet names its separator.
fn header(lines: &mut Lines<impl BufRead>) -> Result<Header, ImportError> {
    let mut separator = line::COMMA;
    loop {
        match lines.next()?? {
            Some(Raw::Text(_, line)) => {
                if let Some(said) = line::separator(line) {
                    separator = said?;
                } else if !line::is_blank(line, separator) {
                    return Ok(Header::read(line, separator)?);
                }
            }
            Some(Raw::TooLong(_)) => return Err(FileReason::Header.into()),
            None => return Err(FileReason::Empty.into()),
        }
    }
}

/// Puts lines beside the tables, after one look at the people for all of them.
async fn take(
    of: &App,
    lines: Vec<(u64, Result<Contact, Reason>)>,
    report: &mut Report,
    say: &mut (dyn FnMut(Said<'_>) + Send),
) -> Result<(), ImportError> {
    let mut known = Vec::new();
    let mut tx = of.store.read().await?;
    for (number, line) in lines {
        let line = match line {
            Ok(contact) => {
                let (_, person) = people::meant(&mut tx, &contact.written, &of.config.campus.mail_domains).await?;
                person.ok_or_else(|| Reason::Unknown(contact.account.clone())).map(|person| (person, contact))
            }
            Err(reason) => Err(reason),
        };
        known.push((number, line));
    }
    drop(tx);
    for (number, line) in known {
        let taken = match line {
            Ok((_, contact)) if contact.groups.is_some() && !of.config.directories.is_empty() => {
                Err(Reason::GroupsOfDirectory)
            }
            Ok((person, contact)) => staged::put(&of.store, &of.keys, number, &person.id, &contact).await?,
            Err(reason) => Err(reason),
        };
        if let Err(reason) = taken {
            report.bad += 1;
            say(Said::Bad(number, &reason));
        }
    }
    Ok(())
}

async fn compare(
    of: &App,
    options: Options,
    report: &mut Report,
    say: &mut (dyn FnMut(Said<'_>) + Send),
) -> Result<(), ImportError> {
    let mut after = 0;
    loop {
        let some = staged::compared(&of.store, after).await?;
        let Some(last) = some.last() else { return Ok(()) };
        after = last.line();
        for compared in &some {
            let changes = compared.changes(options.replace);
            changes.iter().for_each(|(_, change)| report.counts.count(*change));
            report.any_groups |=
                changes.iter().any(|(column, change)| *column == Column::Groups && *change != Change::Same);
            report.accounts += 1;
            say(Said::Account(compared.account(), &changes));
        }
    }
}

/// Counts only.
fn outcome(report: &Report, options: Options) -> String {
    let Counts { added, changed, same, kept } = report.counts;
    let how = match (report.applied, options.replace) {
        (true, true) => "applied with replace",
        (true, false) => "applied",
        (false, _) => "nothing applied",
    };
    let bad = report.bad;
    format!("{how}: {added} added, {changed} changed, {same} same, {kept} kept, {bad} bad lines")
}

async fn note(tx: &mut Tx, of: &App, outcome: &str) -> store::Result<()> {
    let entry = audit::Entry { flow: BY_COMMAND, subject: &[], event: Event::ContactsImported, outcome, method: None };
    audit::append(tx, &of.keys, of.clock.now(), &entry).await
}
