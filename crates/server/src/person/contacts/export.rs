//! `contacts export`: the same columns as an import takes, account by account.

use std::io::Write;

use latchkey_api::Method;
use secrecy::{ExposeSecret as _, SecretString};

use super::line::{Column, is_formula};
use crate::app::App;
use crate::crypt::audit::{self, Event};
use crate::person::methods::{self, Registered};
use crate::person::standing::BY_COMMAND;
use crate::store::{self, StoreError};
use latchkey_directory::DirectoryError;

/// How many accounts are read at once.
const SOME: i64 = 500;

/// Why nothing, or not everything, was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the file cannot be written")]
    Write(#[from] csv::Error),
    #[error("the file cannot be written")]
    Flush(#[from] std::io::Error),
    #[error("the directory")]
    Directory(#[from] DirectoryError),
    #[error("the database")]
    Database(#[from] StoreError),
    #[error("a contact cannot be opened")]
    Sealed,
}

/// Writes every account that has a number, an address, a language or groups; how many there were.
///
/// # Errors
/// If it cannot be written or a contact cannot be opened.
pub async fn export(of: &App, out: impl Write + Send) -> Result<u64, ExportError> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    out.write_record(Column::ALL.map(Column::as_str))?;
    let (mut after, mut count) = (String::new(), 0);
    loop {
        let mut tx = of.store.read().await?;
        let ids = store::person::method::accounts_with_contacts(&mut tx, &after, SOME).await?;
        drop(tx);
        let Some(last) = ids.last() else { break };
        after.clone_from(last);
        for id in &ids {
            let name = of.directory.policy(id).await?.account;
            // Left behind by an account that the directory has no longer.
            if name.is_empty() {
                continue;
            }
            write(of, id, &name, &mut out).await?;
            count += 1;
        }
    }
    out.flush()?;
    let mut tx = of.store.begin().await?;
    let outcome = format!("{count} accounts");
    let entry = audit::Entry {
        flow: BY_COMMAND,
        subject: &[],
        event: Event::ContactsExported,
        outcome: &outcome,
        method: None,
    };
    audit::append(&mut tx, &of.keys, of.clock.now(), &entry).await?;
    tx.commit().await?;
    Ok(count)
}

async fn write(of: &App, id: &str, name: &str, out: &mut csv::Writer<impl Write + Send>) -> Result<(), ExportError> {
    let mut tx = of.store.read().await?;
    let registered = methods::of(&mut tx, id).await?;
    let language = store::person::method::language(&mut tx, id).await?.unwrap_or_default();
    let groups = store::person::account::groups(&mut tx, id).await?.join(" ");
    drop(tx);
    let contact = |methods: &[Method]| -> Result<SecretString, ExportError> {
        let found = methods.iter().find_map(|method| registered.iter().find(|found| found.method == *method));
        let open = |found: &Registered| found.opened(&of.keys, id).map_err(|_| ExportError::Sealed);
        Ok(found.map(open).transpose()?.unwrap_or_default())
    };
    let mobile = contact(&[Method::TextMobile, Method::CallMobile])?;
    let office = contact(&[Method::CallOffice])?;
    let email = contact(&[Method::Email])?;
    let cells = [name, mobile.expose_secret(), office.expose_secret(), email.expose_secret(), &language, &groups];
    out.write_record(cells.map(shielded))?;
    Ok(())
}

/// A cell that no spreadsheet computes: an apostrophe before what it would take for a formula (IN-06). An import takes
/// it off again.
fn shielded(cell: &str) -> String {
    if is_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        // IN-06
        for cell in ["=1+1", "+12025550134", "-1", "@SUM(A1)", "\tx", "\rx"] {
            assert_eq!(shielded(cell), format!("'{cell}"));
        }
        assert_eq!(shielded("ada@home.example"), "ada@home.example");
    }
}
