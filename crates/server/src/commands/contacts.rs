//! `contacts import` and `contacts export`.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::person::contacts::{self, Change, Column, Counts, Options, Report, Said};
use clap::Subcommand;

use super::{Failure, Which, print, say};

/// There are bad lines and nothing was changed (for a dry run: would be).
const BAD_LINES: u8 = 3;

#[derive(Debug, Subcommand)]
pub enum Contacts {
    /// Say what a file of numbers and addresses would change, or change it.
    Import {
        /// CSV, UTF-8, with a header: account and some of mobile, office, email, language.
        file: PathBuf,
        /// Change it; without this only a report is made.
        #[arg(long)]
        apply: bool,
        /// Leave out the lines that are bad.
        #[arg(long)]
        skip_bad: bool,
        /// Also replace what people have set up and confirmed themselves.
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        which: Which,
    },
    /// Write what is known, in the same columns.
    Export {
        /// A new file, readable by its owner only, instead of standard output.
        #[arg(long)]
        out: Option<PathBuf>,
        #[command(flatten)]
        which: Which,
    },
}

pub(crate) async fn run(command: &Contacts) -> Result<ExitCode, Failure> {
    match command {
        Contacts::Import { file, apply, skip_bad, replace, which } => {
            let options = Options { apply: *apply, skip_bad: *skip_bad, replace: *replace };
            import(file, options, which).await
        }
        Contacts::Export { out, which } => export(out.as_deref(), which).await,
    }
}

async fn import(file: &Path, options: Options, which: &Which) -> Result<ExitCode, Failure> {
    let source = BufReader::new(File::open(file)?);
    let of = which.open().await?;
    let mut out = BufWriter::new(std::io::stdout());
    let mut written = Ok(());
    let mut said = |said: Said<'_>| match said {
        Said::Bad(line, reason) => say(&format!("line {line}: {reason}")),
        Said::Read(lines) => say(&format!("{lines} lines read")),
        Said::Account(account, changes) => {
            if written.is_ok() {
                written = writeln!(out, "{account}: {}", listed(changes));
            }
        }
    };
    let report = contacts::import(&of.app, source, options, &mut said).await?;
    written?;
    out.flush()?;
    drop(out);
    print(&summary(&report, options))?;
    Ok(if report.is_good(options) { ExitCode::SUCCESS } else { ExitCode::from(BAD_LINES) })
}

fn listed(changes: &[(Column, Change)]) -> String {
    let each = changes.iter().map(|(column, change)| format!("{} {}", column.as_str(), change.as_str()));
    each.collect::<Vec<_>>().join(", ")
}

fn summary(report: &Report, options: Options) -> String {
    let Counts { added, changed, same, kept } = report.counts;
    let what = format!(
        "{} lines, {} of them bad; {} accounts: {added} added, {changed} changed, {same} same, {kept} kept",
        report.lines, report.bad, report.accounts
    );
    let came_to = match (report.applied, options.apply, report.is_good(options)) {
        (true, _, _) => "applied",
        (false, true, _) => "nothing was changed: mend the bad lines, or leave them out with --skip-bad",
        (false, false, true) => "nothing was changed: this was a dry run, --apply changes it",
        (false, false, false) => {
            "nothing was changed: this was a dry run, and with bad lines --apply alone will not do"
        }
    };
    format!("{what}\n{came_to}")
}

async fn export(out: Option<&Path>, which: &Which) -> Result<ExitCode, Failure> {
    let of = which.open().await?;
    let count = match out {
        Some(path) => contacts::export(&of.app, private(path)?).await?,
        None => contacts::export(&of.app, std::io::stdout()).await?,
    };
    say(&format!("{count} accounts"));
    Ok(ExitCode::SUCCESS)
}

/// A new file that only its owner can read.
fn private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    File::options().write(true).create_new(true).mode(0o600).open(path)
}
