//! The program that touches one place once: one look, one refresh, one unlock, one putting-back, or one task with the
//! token of the workstation (docs/places.md).
#![expect(clippy::print_stderr, reason = "results go to standard output, what went wrong to standard error")]

use std::io;
use std::process::ExitCode;

use latchkey_credstore::{process, serve};

fn main() -> ExitCode {
    let done = process::harden().map_err(|error| error.to_string()).and_then(|()| {
        serve(std::env::args().skip(1), &mut io::stdin().lock(), &mut io::stdout().lock())
            .map_err(|error| error.to_string())
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}
