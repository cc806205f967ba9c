//! Numbers and addresses that the registrar knows, in and out as CSV, so that people can start who never had a password.

mod export;
mod import;
mod line;
mod staged;

pub use export::{ExportError, export};
pub use import::{Counts, ImportError, Options, Report, Said, import};
pub use line::{Column, Reason};
pub use staged::Change;
