//! Numbers and addresses that the registrar knows, in and out as CSV, so that people can start who never had a password.

mod export;
mod import;
mod line;
mod staged;

use latchkey_api::Method;
use sqlx::SqliteConnection;

pub use export::{ExportError, export};
pub use import::{Counts, ImportError, Options, Report, Said, import};
pub use line::{Column, Reason};
pub use staged::Change;

/// Says of a method that its owner has not set it up.
pub(crate) async fn mark_imported(db: &mut SqliteConnection, account: &str, method: Method) -> sqlx::Result<()> {
    sqlx::query("UPDATE methods SET source = 'imported' WHERE account_id = ? AND method = ?")
        .bind(account)
        .bind(method.as_str())
        .execute(db)
        .await?;
    Ok(())
}
