//! One run of the place program: the task goes to its standard input, lines come back, and it ends with this value.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use latchkey_credstore::protocol::{Line, Request, VERSION};

/// The longest line, in bytes; a snapshot holds two passwords or a token.
const LONGEST_LINE: u64 = 1 << 20;

/// A program that is at work.
pub(super) struct Run {
    child: Child,
    lines: mpsc::Receiver<Option<Line>>,
}

/// What came next.
pub(super) enum Heard {
    Line(Line),
    /// Nothing within the time that was given.
    TimedOut,
    /// It has ended without having said so.
    Ended,
    Nonsense,
}

impl Run {
    /// Starts `program` with a cleared environment and hands it the task.
    pub(super) fn start(
        program: &Path,
        place: &str,
        environment: &[(OsString, OsString)],
        request: Request,
    ) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(["--protocol", &VERSION.to_string(), place]);
        command.env_clear().envs(environment.iter().map(|(name, value)| (name, value)));
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut child =
            child.inspect_err(|error| tracing::error!(%error, place, "the place program cannot be started"))?;
        let (input, output) = (child.stdin.take(), child.stdout.take());
        let (sender, lines) = mpsc::channel();
        // From here on the child ends with this value, whatever fails below.
        let run = Self { child, lines };
        let (Some(mut input), Some(output)) = (input, output) else { return Err(io::ErrorKind::BrokenPipe.into()) };
        // A program that does not read would hold its writer up; it lets go when the program is ended.
        thread::Builder::new().name("task of a place".into()).spawn(move || {
            if let Err(error) = request.write(&mut input) {
                tracing::info!(%error, "a place program has not read its task");
            }
        })?;
        thread::Builder::new().name("lines of a place".into()).spawn(move || read(output, &sender))?;
        Ok(run)
    }

    /// The next line, if it comes in time.
    pub(super) fn next(&mut self, limit: Duration) -> Heard {
        match self.lines.recv_timeout(limit) {
            Ok(Some(line)) => Heard::Line(line),
            Ok(None) => Heard::Nonsense,
            Err(mpsc::RecvTimeoutError::Timeout) => Heard::TimedOut,
            Err(mpsc::RecvTimeoutError::Disconnected) => Heard::Ended,
        }
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // It has usually ended by itself; then there is nothing to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends each line, and `None` for the first that nobody understands.
fn read(output: ChildStdout, lines: &mpsc::Sender<Option<Line>>) {
    let mut output = BufReader::new(output);
    loop {
        let mut bytes = Vec::new();
        match output.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let line = serde_json::from_slice(&bytes).ok();
        let is_last = line.is_none();
        if lines.send(line).is_err() || is_last {
            return;
        }
    }
}
