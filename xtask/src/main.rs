//! The project's commands: `cargo xtask <command>`.
//!
//! No dependencies, so that this builds on a machine with nothing but the Rust toolchain; `setup` installs the rest.

mod bench;
mod check;
mod clock;
mod demo;
mod dist;
mod evidence;
mod generate;
mod long;
mod mode;
mod setup;
mod sounds;
mod step;

use std::process::ExitCode;

use step::{Failure, say};

const HELP: &str = "cargo xtask <command>

  setup             installs what is missing: system packages, the pages' npm packages, the pages
  demo [--pictures] builds and starts everything on this machine; without a display, or with --pictures,
                    walks through it and leaves pictures in target/demo/. With --delivery smtp its mail goes by
                    a real relay, with --delivery kannel its texts by a real Kannel; with --directory slapd
                    or samba its people are in a real OpenLDAP or Active Directory
  test              every check, the same list as CI
  test --long NAME  one of the tests that take longer, and its figures into docs/evidence.md; without NAME, which
                    there are
  gen               writes the generated files again
  sounds            speaks the human check's characters and what calls play again; needs espeak-ng
  dist              builds the .deb into target/dist/
  bench             compares the app with bare GTK and WebKit programs, and measures the server
  bench server      measures the server alone: among a million people, before OpenLDAP and Samba, in a crowd";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let unknown = || Err(Failure::new(format!("no such command: {}", args.join(" ")), HELP));
    let result = match args.as_slice() {
        ["setup"] => setup::setup(),
        ["demo", "--pictures", beside @ ..] => {
            demo::Beside::read(beside).map_or_else(unknown, |beside| demo::demo(true, beside))
        }
        ["demo", beside @ ..] => demo::Beside::read(beside).map_or_else(unknown, |beside| demo::demo(false, beside)),
        ["test"] => check::test(),
        ["test", "--long"] => long::list(),
        ["test", "--long", name] => long::long(name),
        ["gen"] => generate::generate(),
        ["sounds"] => sounds::sounds(),
        ["dist"] => dist::dist().map(drop),
        ["bench"] => bench::bench(),
        ["bench", "server"] => bench::server(),
        [] | ["help" | "--help" | "-h"] => {
            say(HELP);
            return ExitCode::SUCCESS;
        }
        _ => unknown(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(failure);
            ExitCode::FAILURE
        }
    }
}
