//! Everything on this machine, from nothing to a reset password.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::clock::Stopwatch;
use crate::setup;
use crate::step::{Done, Failure, cannot_start, cargo, file, program, root, run, say, step};

/// What runs beside the demonstration in earnest.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Beside<'a> {
    /// The gateway by which one method's codes leave.
    pub(crate) delivery: Option<&'a str>,
    /// The directory in which its people are.
    pub(crate) directory: Option<&'a str>,
}

impl<'a> Beside<'a> {
    /// Reads `--delivery NAME` and `--directory NAME`; nothing if it is anything else.
    pub(crate) fn read(arguments: &[&'a str]) -> Option<Self> {
        let mut beside = Self::default();
        for pair in arguments.chunks(2) {
            let place = match pair {
                ["--delivery", _] => &mut beside.delivery,
                ["--directory", _] => &mut beside.directory,
                _ => return None,
            };
            if place.replace(pair.get(1)?).is_some() {
                return None;
            }
        }
        Some(beside)
    }

    /// With the options under which the programs know them.
    fn named(self) -> impl Iterator<Item = (&'static str, &'a str)> {
        let all = [("--delivery", self.delivery), ("--directory", self.directory)];
        all.into_iter().filter_map(|(option, name)| name.map(|name| (option, name)))
    }
}

pub(crate) fn demo(pictures: bool, beside: Beside<'_>) -> Done {
    let watch = Stopwatch::start();
    setup::setup()?;
    step("build: server, app, walk", || {
        run(&mut cargo(["build", "--workspace", "--bins"]), "the compiler names file and line above")
    })?;
    let has_display = std::env::var_os("DISPLAY").is_some() || std::env::var_os("WAYLAND_DISPLAY").is_some();
    if pictures || !has_display {
        step("walk: a reset and a change, with pictures", || walk(beside))?;
        step("pictures of every screen in every state", screens)?;
        say(format_args!("demo: {:.0} s in all", watch.elapsed().as_secs_f64()));
        return Ok(());
    }
    open_windows(watch, beside)
}

fn walk(beside: Beside<'_>) -> Done {
    let mut walk = program(root().join("target/debug/walk"), ["target/demo"]);
    for (option, name) in beside.named() {
        walk.args([option, name]);
    }
    run(&mut walk, "the last lines above name the screen it stood at")?;
    say(
        "   pictures: target/demo/*.png   what was done: target/demo/transcript.md   messages: target/demo/outbox.jsonl",
    );
    Ok(())
}

fn screens() -> Done {
    run(
        &mut program(root().join("target/debug/gallery"), ["target/demo/screens"]),
        "the last lines above say what was missing",
    )?;
    say("   in English and Arabic, light and dark: target/demo/screens/*/*.png");
    Ok(())
}

fn open_windows(watch: Stopwatch, beside: Beside<'_>) -> Done {
    let folder = root().join("target/demo");
    file(&folder, std::fs::create_dir_all(&folder))?;
    let mut command =
        program(root().join("target/debug/latchkey-server"), ["demo", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(&folder).stdout(Stdio::piped());
    let mut services = Vec::new();
    for (option, name) in beside.named() {
        let (service, file) = start_service(name, &folder)?;
        command.arg(option).arg(file);
        services.push(service);
        say(format_args!("{name} runs beside; its files are below {}", folder.display()));
    }
    let mut server = Running::start(&mut command)?;
    let ready = server.first_line()?;
    let url = text_field(&ready, "url")
        .ok_or_else(|| Failure::new(format!("no url in the server's first line: {ready}"), "read the lines above"))?;
    let policy = folder.join("policy.toml");
    file(&policy, std::fs::write(&policy, format!("server = \"{url}\"\n")))?;
    let app = root().join("target/debug/latchkey");
    let _tray = Running::start(Command::new(&app).env("LATCHKEY_POLICY", &policy))?;
    let _window = Running::start(Command::new(&app).arg("--reset").env("LATCHKEY_POLICY", &policy))?;
    say(format_args!("accounts: {ready}"));
    say(format_args!("every message that the server sends: {url}/outbox"));
    say(format_args!("demo: running after {:.0} s; end it with Ctrl+C", watch.elapsed().as_secs_f64()));
    let status = server.child.wait().map_err(|error| Failure::new(error.to_string(), "start the demo again"))?;
    Err(Failure::new(format!("the server ended with {status}"), "read its lines above"))
}

/// A gateway or a directory, and the file that tells the server of it.
fn start_service(name: &str, folder: &Path) -> Done<(Running, String)> {
    let mut command = program(root().join("target/debug/service"), [name]);
    let mut service = Running::start(command.arg(folder).stdout(Stdio::piped()))?;
    let file = service.first_line()?;
    Ok((service, file))
}

/// A child process that ends with this one.
struct Running {
    child: Child,
}

impl Running {
    fn start(command: &mut Command) -> Done<Self> {
        let child = command.spawn().map_err(|error| cannot_start(command, &error))?;
        Ok(Self { child })
    }

    fn first_line(&mut self) -> Done<String> {
        let ended = || Failure::new("a program ended before it was ready", "read its lines above");
        let stdout = self.child.stdout.take().ok_or_else(ended)?;
        let mut line = String::new();
        let mut lines = BufReader::new(stdout);
        match lines.read_line(&mut line) {
            Ok(count) if count > 0 => {}
            _ => return Err(ended()),
        }
        // The pipe stays open and is emptied, or the server would stop at its next line.
        std::thread::spawn(move || lines.lines().map_while(Result::ok).for_each(say));
        Ok(line.trim().to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The text of one field of a flat JSON object; enough for the server's first line, and no dependency.
fn text_field(json: &str, field: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{field}\":"))?;
    let (value, _) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
    Some(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_beside_is_read_in_any_order_and_once() {
        let both = Beside::read(&["--directory", "samba", "--delivery", "smtp"]).expect("read");
        assert_eq!((both.delivery, both.directory), (Some("smtp"), Some("samba")));
        assert!(Beside::read(&[]).is_some());
        for wrong in [&["--delivery"][..], &["samba"], &["--directory", "samba", "--directory", "slapd"]] {
            assert!(Beside::read(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn the_address_is_read_from_the_servers_first_line() {
        let line = r#"{"accounts":[],"url": "http://127.0.0.1:4711","outbox":"/tmp/o"}"#;
        assert_eq!(text_field(line, "url").as_deref(), Some("http://127.0.0.1:4711"));
        assert_eq!(text_field(line, "nothing"), None);
    }
}
