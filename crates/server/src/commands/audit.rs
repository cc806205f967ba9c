//! `audit verify`: whether the record of everything that was done is whole.

use std::process::ExitCode;

use clap::Subcommand;

use super::{Failure, Which, print, say};
use crate::crypt::audit;

/// A row was changed, added or taken away.
const BROKEN: u8 = 3;

#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Verify the chain of the audit: print how many rows fit, or say the first that does not.
    ///
    /// Rows that were cut off at the end cannot be found: compare the count with an earlier one.
    Verify {
        #[command(flatten)]
        which: Which,
    },
}

pub(crate) async fn run(command: &Audit) -> Result<ExitCode, Failure> {
    let Audit::Verify { which } = command;
    let app = which.open().await?.app;
    let mut tx = app.store.read().await?;
    match audit::verify(&mut tx, &app.keys).await? {
        Ok(rows) => {
            print(&format!("{rows} rows, each fits the one before it"))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(row) => {
            say(&format!("row {row} does not fit: it, or one before it, was changed, added or taken away"));
            Ok(ExitCode::from(BROKEN))
        }
    }
}
