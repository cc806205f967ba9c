//! The app beside the least that does the same: bare GTK and WebKit programs, in the same session and taking turns; and
//! the server by itself.

use std::path::PathBuf;

use crate::dist;
use crate::step::{Done, cargo, file, output, program, root, run, step, target};

const MISSED: &str = "the last lines above say what could not be measured, or which bar was missed";
const BARE: [(&str, &str); 2] =
    [("bare-tray", "gtk+-3.0 webkit2gtk-4.1 ayatana-appindicator3-0.1"), ("bare-window", "gtk+-3.0 webkit2gtk-4.1")];

pub(crate) fn bench() -> Done {
    let deb = dist::dist()?;
    let folder = root().join("target/bench");
    step("bare programs", || {
        BARE.iter().try_for_each(|(name, libraries)| compile(&folder.join(name), name, libraries))
    })?;
    step("build: app that can be driven, measuring programs", || {
        run(
            &mut cargo(["build", "--workspace", "--bins", "--profile", "measured"]),
            "the compiler names file and line above",
        )
    })?;
    server()?;
    step("measure the app", || {
        run(program(built("bench"), [folder]).arg(root().join("target/release/latchkey")).arg(deb), MISSED)
    })
}

/// The server alone: as it grows, before real directories and in a crowd.
pub(crate) fn server() -> Done {
    step("build: server, its measuring program", || {
        let mut build = cargo(["build", "--workspace", "--bin=latchkey-server", "--bin=bench_server"]);
        run(build.args(["--profile", "measured"]), "the compiler names file and line above")
    })?;
    step("measure the server", || run(&mut program(built("bench_server"), [""; 0]), MISSED))
}

/// A measuring program.
fn built(name: &str) -> PathBuf {
    target().join("measured").join(name)
}

fn compile(to: &PathBuf, name: &str, libraries: &str) -> Done {
    let folder = root().join("target/bench");
    file(&folder, std::fs::create_dir_all(&folder))?;
    let flags = output(
        program("pkg-config", ["--cflags", "--libs"]).args(libraries.split(' ')),
        "run cargo xtask setup: it installs the libraries",
    )?;
    let mut compiler = program("cc", ["-O2", "-Wl,--no-as-needed", "-o"]);
    compiler.arg(to).arg(format!("xtask/bench/{name}.c")).args(flags.split_whitespace());
    run(&mut compiler, "the C compiler names the line above")
}
