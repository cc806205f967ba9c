//! What a call that is given a secret leaves behind, on the heap or on the stacks of its threads: nothing.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use latchkey_tests::memory::{self, Found};

/// A part of a secret that counts as a trace of it, in characters.
const PIECE: usize = 8;

/// Pieces of a secret that are in memory after a process has worked with it and still runs.
pub(crate) fn left_by(work: &[&str]) -> Result<Vec<Found>> {
    // As long as the probe reads; drawn anew, so that no piece of it is there by chance.
    let mut secret = uuid::Uuid::new_v4().simple().to_string();
    secret.truncate(25);
    let mut probe = Command::new(env!("CARGO_BIN_EXE_traces_probe"))
        .args(work)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("the probe")?;
    let mut input = probe.stdin.take().context("its input")?;
    input.write_all(secret.as_bytes())?;
    let mut told = String::new();
    BufReader::new(probe.stdout.take().context("its output")?).read_line(&mut told)?;
    assert_eq!(told, "done\n", "{work:?}");
    let pieces: Vec<&str> = (0..=secret.len() - PIECE).map(|start| &secret[start..start + PIECE]).collect();
    let found = memory::copies(probe.id(), &pieces)?;
    drop(input);
    assert!(probe.wait()?.success());
    Ok(found)
}

#[test]
fn work_with_a_secret_leaves_no_trace_of_it() -> Result<()> {
    // SM-01: the buffers of hashes, ciphers and of strength rating hold a short secret whole.
    assert_ne!(left_by(&["leave"])?, [], "the check is blind");
    for work in ["mac", "hash", "refuse", "rate", "open"] {
        for _ in 0..4 {
            assert_eq!(left_by(&[work])?, [], "{work}");
        }
    }
    Ok(())
}
