//! One line of the file: read with a bound, taken apart, brought into the form that is kept.

use std::io::BufRead;

use latchkey_api::Method;
use secrecy::{ExposeSecret as _, SecretString};

use crate::config::{CampusConfig, is_name};
use crate::typed::number::NotServed;
use crate::typed::{self, NoAddress, NoNumber, Plan};

/// Longest line that is read, in bytes.
pub const LONGEST_LINE: usize = 1024;

/// A column of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Account,
    Mobile,
    Office,
    Email,
    Language,
    /// The groups of an account of the server's own directory, separated by blanks.
    Groups,
}

impl Column {
    pub const ALL: [Self; 6] = [Self::Account, Self::Mobile, Self::Office, Self::Email, Self::Language, Self::Groups];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Mobile => "mobile",
            Self::Office => "office",
            Self::Email => "email",
            Self::Language => "language",
            Self::Groups => "groups",
        }
    }
}

/// Why a line is not taken; nothing of what stands in it is repeated but the account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error("longer than {LONGEST_LINE} bytes")]
    TooLong,
    #[error("a quotation mark is not closed")]
    Quote,
    #[error("{found} fields where the header has {wanted}")]
    Fields { found: usize, wanted: usize },
    #[error("the header stands here again")]
    Header,
    #[error("no account")]
    NoAccount,
    #[error("no number, address, language or groups beside the account")]
    Nothing,
    #[error("the directory has no account {0:?}")]
    Unknown(String),
    #[error("the same account as in line {0}")]
    Duplicate(u64),
    #[error("{} is not a number", .0.as_str())]
    Number(Column),
    #[error("{} has an extension, which cannot be dialled", .0.as_str())]
    Extension(Column),
    #[error("{column} is {why}", column = .0.as_str(), why = .1)]
    NotServed(Column, NotServed),
    #[error("email is not an address")]
    Address,
    #[error("email has other than ASCII letters before the @")]
    LocalPart,
    #[error("email is a mailbox of the campus, which opens with the password that is to be reset")]
    OwnMailbox,
    #[error("language is not a language tag such as en or zh-Hans")]
    Language,
    #[error("groups are not names of 1 to 32 of a-z, 0-9 and -, separated by blanks, as: students staff")]
    Groups,
    #[error("the groups of an account are those of its directory, and cannot be imported")]
    GroupsOfDirectory,
}

/// Why the whole file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileReason {
    #[error("the file is empty: its first line names the columns, for example account,mobile,office,email")]
    Empty,
    #[error("no line: below its header the file is empty")]
    NoLine,
    #[error("the file is not UTF-8 (see line {0}); save it as \"CSV UTF-8\"")]
    Encoding(u64),
    #[error("the file is UTF-16, not UTF-8; save it as \"CSV UTF-8\", not as \"Unicode text\"")]
    Utf16,
    #[error("the columns are separated by {0:?}; separate them by commas, or say so in a first line: sep={0}")]
    Separator(char),
    #[error("the first line says sep={0:?}, which separates no columns; it may be , ; | or a tab")]
    UnknownSeparator(String),
    #[error(
        "this is Entra's report of registration details: it says which methods people have registered, and none of their \
         numbers or addresses, so that there is nothing in it to import. They stand in the methods themselves (Microsoft \
         Graph: /users/ID/authentication/phoneMethods and emailMethods): write them into the columns account, mobile, office \
         and email, or let people register here"
    )]
    RegistrationReport,
    #[error("unknown column {0:?}; the columns are account, mobile, office, email, language and groups, in English")]
    UnknownColumn(String),
    #[error("column {0} has no name, and columns after it have; name it or take it out")]
    NamelessColumn(usize),
    #[error("the column {0:?} stands there twice")]
    TwiceColumn(String),
    #[error("the header has no column account")]
    NoAccount,
    #[error("the header has no column beside account: mobile, office, email, language or groups")]
    NoContact,
    #[error("the header is longer than {LONGEST_LINE} bytes or has a quotation mark that is not closed")]
    Header,
}

/// The lines of a file, one at a time, never more of it in memory than the longest line.
pub(crate) struct Lines<R> {
    source: R,
    number: u64,
    buffer: Vec<u8>,
}

/// A line as it was read.
pub(crate) enum Raw<'a> {
    Text(u64, &'a str),
    TooLong(u64),
}

impl<R: BufRead> Lines<R> {
    pub(crate) fn new(source: R) -> Self {
        Self { source, number: 0, buffer: Vec::with_capacity(LONGEST_LINE) }
    }

    /// The next line without its end, which is LF, CR LF or CR.
    ///
    /// # Errors
    /// If the file cannot be read; the inner one if it is not UTF-8.
    pub(crate) fn next(&mut self) -> std::io::Result<Result<Option<Raw<'_>>, FileReason>> {
        self.buffer.clear();
        if !self.fill()? {
            return Ok(Ok(None));
        }
        self.number += 1;
        if self.number == 1 && is_utf16(&self.buffer) {
            return Ok(Err(FileReason::Utf16));
        }
        if self.buffer.len() > LONGEST_LINE {
            return Ok(Ok(Some(Raw::TooLong(self.number))));
        }
        let mut line = self.buffer.as_slice();
        if self.number == 1 {
            line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        }
        let text = std::str::from_utf8(line).ok().filter(|text| !text.contains('\0'));
        Ok(text.map(|text| Some(Raw::Text(self.number, text))).ok_or(FileReason::Encoding(self.number)))
    }

    /// Reads on to the end of a line and keeps one byte more of it than a line may have; whether there was one.
    fn fill(&mut self) -> std::io::Result<bool> {
        let mut any = false;
        loop {
            let available = self.source.fill_buf()?;
            if available.is_empty() {
                return Ok(any);
            }
            any = true;
            let end = available.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let text = available.get(..end.unwrap_or(available.len())).unwrap_or(available);
            let room = (LONGEST_LINE + 1).saturating_sub(self.buffer.len());
            self.buffer.extend(text.iter().take(room));
            let returned = end.is_some_and(|end| available.get(end) == Some(&b'\r'));
            let used = text.len() + usize::from(end.is_some());
            self.source.consume(used);
            if end.is_none() {
                continue;
            }
            if returned && self.source.fill_buf()?.first() == Some(&b'\n') {
                self.source.consume(1);
            }
            return Ok(true);
        }
    }
}

/// Whether a first line is UTF-16: it has a mark, or a zero in every second byte of Latin text.
fn is_utf16(line: &[u8]) -> bool {
    line.starts_with(b"\xff\xfe") || line.starts_with(b"\xfe\xff") || line.contains(&0)
}

/// What separates the columns where nothing else is said.
pub(crate) const COMMA: u8 = b',';

/// The separator that a first line names, as Excel writes it: `sep=;`. Nothing for a line that is no such line.
pub(crate) fn separator(line: &str) -> Option<Result<u8, FileReason>> {
    let line = line.trim_matches(|c: char| c == '"' || c == ' ');
    let (said, separator) = line.split_at_checked(4)?;
    if !said.eq_ignore_ascii_case("sep=") {
        return None;
    }
    match separator.as_bytes().first() {
        Some(separator @ (b',' | b';' | b'|' | b'\t')) => Some(Ok(*separator)),
        Some(_) | None => Some(Err(FileReason::UnknownSeparator(separator.to_owned()))),
    }
}

/// Whether a line has separators at the most, as spreadsheets write an empty row.
pub(crate) fn is_blank(line: &str, separator: u8) -> bool {
    line.chars().all(|c| c.is_whitespace() || c == '"' || c == char::from(separator))
}

/// The fields of a line; a quoted one may hold commas, but no line ends.
fn fields(line: &str, separator: u8) -> Result<csv::StringRecord, Reason> {
    if line.bytes().filter(|byte| *byte == b'"').count() % 2 != 0 {
        return Err(Reason::Quote);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .delimiter(separator)
        .flexible(true)
        .buffer_capacity(line.len().max(1))
        .from_reader(line.as_bytes());
    let mut record = csv::StringRecord::new();
    reader.read_record(&mut record).map_err(|_| Reason::Quote)?;
    Ok(record)
}

/// Which column stands where, and what separates them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Header {
    columns: Vec<Column>,
    separator: u8,
}

impl Header {
    pub(crate) fn read(line: &str, separator: u8) -> Result<Self, FileReason> {
        let record = fields(line, separator).map_err(|_| FileReason::Header)?;
        let mut names: Vec<&str> = record.iter().map(str::trim).collect();
        // Columns that a spreadsheet has formatted once and nobody has filled.
        while names.last().is_some_and(|name| name.is_empty()) {
            names.pop();
        }
        if names.iter().any(|name| is_registration_report(name)) {
            return Err(FileReason::RegistrationReport);
        }
        let mut columns = Vec::new();
        for (place, name) in (1..).zip(names) {
            let column = column(name, place)?;
            if columns.contains(&column) {
                return Err(FileReason::TwiceColumn(column.as_str().to_owned()));
            }
            columns.push(column);
        }
        if !columns.contains(&Column::Account) {
            return Err(FileReason::NoAccount);
        }
        if columns.len() < 2 {
            return Err(FileReason::NoContact);
        }
        Ok(Self { columns, separator })
    }

    /// Whether a line is the header once more.
    fn is_again(&self, record: &csv::StringRecord) -> bool {
        let cells = record.iter().map(str::trim);
        record.len() >= self.columns.len()
            && self.columns.iter().zip(cells).all(|(column, cell)| column.as_str().eq_ignore_ascii_case(cell))
    }
}

/// Whether this is the column by which Entra's report of registration details is known, as Graph spells it, PowerShell
/// exports it and the portal shows it. Nobody calls a column with a number in it so.
fn is_registration_report(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase());
    letters.eq("methodsregistered".chars())
}

/// The column of a name at a place, counted from 1.
fn column(name: &str, place: usize) -> Result<Column, FileReason> {
    let known = Column::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(name));
    known.ok_or_else(|| match name.chars().find(|c| matches!(c, ',' | ';' | '|' | '\t')) {
        Some(separator) => FileReason::Separator(separator),
        None if name.is_empty() => FileReason::NamelessColumn(place),
        None => FileReason::UnknownColumn(name.to_owned()),
    })
}

/// What a line says, in the form that is kept.
#[derive(Debug, Default)]
pub(crate) struct Contact {
    /// The one spelling of the account's name.
    pub(crate) account: String,
    /// The name as it stands in the file, with its domain.
    pub(crate) written: String,
    pub(crate) mobile: Option<SecretString>,
    pub(crate) office: Option<SecretString>,
    pub(crate) email: Option<SecretString>,
    pub(crate) language: Option<String>,
    /// In order, each once, separated by blanks.
    pub(crate) groups: Option<String>,
}

impl Contact {
    /// Takes a line apart; nothing for an empty one.
    pub(crate) fn read(header: &Header, line: &str, campus: &CampusConfig) -> Result<Option<Self>, Reason> {
        if is_blank(line, header.separator) {
            return Ok(None);
        }
        let record = fields(line, header.separator)?;
        let wanted = header.columns.len();
        let beyond = record.iter().skip(wanted).any(|cell| !cell.trim().is_empty());
        if record.len() < wanted || beyond {
            return Err(Reason::Fields { found: record.len(), wanted });
        }
        if header.is_again(&record) {
            return Err(Reason::Header);
        }
        let mut contact = Self::default();
        for (column, cell) in header.columns.iter().zip(&record) {
            let cell = bare(cell.trim());
            if !cell.is_empty() {
                contact.take(*column, cell, campus)?;
            }
        }
        if contact.account.is_empty() {
            return Err(Reason::NoAccount);
        }
        let says = [contact.mobile.is_some(), contact.office.is_some(), contact.email.is_some()];
        if !says.contains(&true) && contact.language.is_none() && contact.groups.is_none() {
            return Err(Reason::Nothing);
        }
        Ok(Some(contact))
    }

    fn take(&mut self, column: Column, cell: &str, campus: &CampusConfig) -> Result<(), Reason> {
        match column {
            Column::Account => {
                self.account = typed::name::read(cell, &campus.mail_domains).map_err(|_| Reason::NoAccount)?;
                cell.clone_into(&mut self.written);
            }
            Column::Language => self.language = Some(language(cell).ok_or(Reason::Language)?),
            Column::Groups => self.groups = Some(groups(cell).ok_or(Reason::Groups)?),
            Column::Mobile => self.mobile = Some(number(column, Method::TextMobile, cell, &campus.plan())?),
            Column::Office => self.office = Some(number(column, Method::CallOffice, cell, &campus.plan())?),
            Column::Email => self.email = Some(address(cell, campus)?),
        }
        Ok(())
    }
}

/// A number that its method can reach (E1).
fn number(column: Column, method: Method, cell: &str, plan: &Plan) -> Result<SecretString, Reason> {
    let number = plan.read(cell).map_err(|error| match error {
        NoNumber::Shape => Reason::Number(column),
        NoNumber::Extension => Reason::Extension(column),
    })?;
    plan.reaches(method, number.expose_secret()).map_err(|why| Reason::NotServed(column, why))?;
    Ok(number)
}

fn address(cell: &str, campus: &CampusConfig) -> Result<SecretString, Reason> {
    let address = typed::address::read(cell).map_err(|error| match error {
        NoAddress::LocalPart => Reason::LocalPart,
        NoAddress::Shape | NoAddress::Domain => Reason::Address,
    })?;
    if campus.mail_domains.own(address.expose_secret()) { Err(Reason::OwnMailbox) } else { Ok(address) }
}

/// A cell without the apostrophe that an export puts before what a spreadsheet would compute (IN-06).
fn bare(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_formula(rest)).unwrap_or(cell)
}

/// Whether a spreadsheet would take a cell for a formula.
pub(crate) fn is_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The names of groups, in order and each once.
fn groups(cell: &str) -> Option<String> {
    let mut names: Vec<&str> = cell.split_whitespace().collect();
    names.sort_unstable();
    names.dedup();
    names.iter().all(|name| is_name(name)).then(|| names.join(" "))
}

/// A language tag as far as its form can tell.
fn language(cell: &str) -> Option<String> {
    let parts = || cell.split('-');
    let sound = |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    let primary = parts()
        .next()
        .is_some_and(|first| (2..=3).contains(&first.len()) && !first.contains(|c: char| c.is_ascii_digit()));
    (primary && cell.len() <= 35 && parts().all(sound)).then(|| cell.to_owned())
}

#[cfg(test)]
mod tests;
