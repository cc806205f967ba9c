//! Keeps a journal in the folder given as its argument, and says so after each entry, until it is killed.

use std::io::{self, Write};

use anyhow::Context;
use latchkey_credstore::{Copy, CopyId, HeldOld, Journal, Need, Outcome, PlaceKind};

fn main() -> anyhow::Result<()> {
    let dir = std::env::args_os().nth(1).context("usage: places_probe FOLDER")?;
    let journal = Journal::open(dir)?;
    let copies: Vec<_> = (0..8).map(|number| copy(&format!("/{number}"))).collect();
    journal.begin("ada", "2026-11-24T10:42:00Z".parse()?)?;
    journal.planned(&copies)?;
    let mut told = io::stdout().lock();
    for (round, copy) in copies.iter().cycle().enumerate() {
        // Longer and shorter by turns, so that a torn file cannot look whole.
        let outcome =
            if (round + round / copies.len()) % 2 == 0 { Outcome::NeedsYou(Need::Locked) } else { Outcome::Updated };
        journal.record(&copy.id, outcome)?;
        writeln!(told, "{}", copy.id)?;
        told.flush()?;
    }
    Ok(())
}

fn copy(native: &str) -> Copy {
    Copy {
        id: CopyId::new(PlaceKind::SecretService, native),
        place: PlaceKind::SecretService,
        label: "Files".into(),
        user: Some("ada".into()),
        target: None,
        held_old: HeldOld::Yes,
        names_person: true,
        locked: false,
    }
}
