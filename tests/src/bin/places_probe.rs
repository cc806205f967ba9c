//! Keeps a journal in the folder given as its argument, and says so after each entry, until it is killed.

use std::io::{self, Write};

use anyhow::Context;
use latchkey_api::place::{Copy, Outcome, PlaceKind, Standing};
use latchkey_credstore::{ChangeKey, Journal};

fn main() -> anyhow::Result<()> {
    let dir = std::env::args_os().nth(1).context("usage: places_probe FOLDER")?;
    let journal = Journal::open(dir)?;
    let copies: Vec<_> = (0..8).map(|number| copy(&format!("/{number}"))).collect();
    let change = ChangeKey { account: "ada".into(), changed_at: "2026-11-24T10:42:00Z".parse()? };
    journal.begin(&change)?;
    journal.planned(&change, &copies)?;
    let mut told = io::stdout().lock();
    for (round, copy) in copies.iter().cycle().enumerate() {
        // Longer and shorter by turns, so that a torn file cannot look whole.
        let outcome = if (round + round / copies.len()) % 2 == 0 { Outcome::NeedsUnlock } else { Outcome::Updated };
        journal.record(&change, &copy.id, outcome)?;
        writeln!(told, "{}", copy.id)?;
        told.flush()?;
    }
    Ok(())
}

fn copy(native: &str) -> Copy {
    Copy {
        id: format!("secret_service:{native}"),
        place: PlaceKind::SecretService,
        label: "Files".into(),
        user: Some("ada".into()),
        target: None,
        standing: Standing::Proven,
    }
}
