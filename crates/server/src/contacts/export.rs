//! `contacts export`: the same columns as an import takes, account by account.

use std::io::Write;

use latchkey_api::Method;
use secrecy::{ExposeSecret as _, SecretString};

use super::line::{Column, is_formula};
use crate::accounts::BY_COMMAND;
use crate::audit::{self, Event};
use crate::directory::{Directory as _, DirectoryError};
use crate::installation::Installation;
use crate::registry::{self, Registered};

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
    Database(#[from] sqlx::Error),
    #[error("a contact cannot be opened")]
    Sealed,
}

/// Writes every account that has a number, an address or a language; how many there were.
///
/// # Errors
/// If it cannot be written or a contact cannot be opened.
pub async fn export(of: &Installation, out: impl Write + Send) -> Result<u64, ExportError> {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    out.write_record(Column::ALL.map(Column::as_str))?;
    let (mut after, mut count) = (String::new(), 0);
    loop {
        let ids: Vec<(String,)> = sqlx::query_as(
            "SELECT account_id FROM methods WHERE account_id > ?1 AND device IS NOT NULL AND confirmed = 1
             UNION SELECT account_id FROM contact_languages WHERE account_id > ?1
             ORDER BY account_id LIMIT 500",
        )
        .bind(&after)
        .fetch_all(of.store.pool())
        .await?;
        let Some((last,)) = ids.last() else { break };
        after.clone_from(last);
        for (id,) in &ids {
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
    let mut db = of.store.begin().await?;
    let outcome = format!("{count} accounts");
    let entry = audit::Entry {
        flow: BY_COMMAND,
        subject: &[],
        event: Event::ContactsExported,
        outcome: &outcome,
        method: None,
    };
    audit::append(&mut db, &of.keys, of.clock.now(), &entry).await?;
    db.commit().await?;
    Ok(count)
}

async fn write(
    of: &Installation,
    id: &str,
    name: &str,
    out: &mut csv::Writer<impl Write + Send>,
) -> Result<(), ExportError> {
    let mut db = of.store.begin().await?;
    let registered = registry::of(&mut db, id).await?;
    let language: Option<(String,)> = sqlx::query_as("SELECT language FROM contact_languages WHERE account_id = ?")
        .bind(id)
        .fetch_optional(&mut *db)
        .await?;
    db.commit().await?;
    let contact = |methods: &[Method]| -> Result<SecretString, ExportError> {
        let found = methods.iter().find_map(|method| registered.iter().find(|found| found.method == *method));
        let open = |found: &Registered| found.opened(&of.keys, id).map_err(|_| ExportError::Sealed);
        Ok(found.map(open).transpose()?.unwrap_or_default())
    };
    let mobile = contact(&[Method::TextMobile, Method::CallMobile])?;
    let office = contact(&[Method::CallOffice])?;
    let email = contact(&[Method::Email])?;
    let language = language.map(|(language,)| language).unwrap_or_default();
    let cells = [name, mobile.expose_secret(), office.expose_secret(), email.expose_secret(), language.as_str()];
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
