//! One run of the place program: the task goes to its standard input, lines and perhaps a token come back, and it ends
//! with this value.

use std::ffi::OsString;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use latchkey_credstore::protocol::{LONGEST_TOKEN, Line, Request, TokenKept, VERSION};
use secrecy::SecretString;
use zeroize::Zeroize as _;

/// The longest line, in bytes; a snapshot holds two passwords or a token.
const LONGEST_LINE: u64 = 1 << 20;

/// A program that is at work.
pub(super) struct Run {
    child: Child,
    said: mpsc::Receiver<Heard>,
}

/// What came next.
pub(super) enum Heard {
    Line(Line),
    /// How a task with a token ended.
    Token(Token),
    /// Nothing within the time that was given.
    TimedOut,
    /// It has ended without having said so.
    Ended,
    Nonsense,
}

/// What is said of the token of this workstation.
pub(super) struct Token {
    pub(super) kept: bool,
    /// The one that was asked for.
    pub(super) token: Option<SecretString>,
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
        let (sender, said) = mpsc::channel();
        // From here on the child ends with this value, whatever fails below.
        let run = Self { child, said };
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
        match self.said.recv_timeout(limit) {
            Ok(heard) => heard,
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

/// Sends what comes until the first thing that nobody understands.
fn read(output: ChildStdout, said: &mpsc::Sender<Heard>) {
    let mut output = BufReader::new(output);
    loop {
        let mut bytes = Vec::new();
        match output.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let heard = understood(&bytes, &mut output).unwrap_or(Heard::Nonsense);
        let is_last = matches!(heard, Heard::Nonsense);
        if said.send(heard).is_err() || is_last {
            return;
        }
    }
}

/// One line, and the token that follows it where it says so.
fn understood(line: &[u8], output: &mut impl Read) -> Option<Heard> {
    let line: Line = serde_json::from_slice(line).ok()?;
    let Some(TokenKept { kept, bytes }) = line.token else { return Some(Heard::Line(line)) };
    let token = if bytes == 0 { None } else { Some(token(bytes, output)?) };
    Some(Heard::Token(Token { kept, token }))
}

fn token(length: u32, output: &mut impl Read) -> Option<SecretString> {
    if length > LONGEST_TOKEN {
        return None;
    }
    let mut bytes = vec![0; usize::try_from(length).ok()?];
    output.read_exact(&mut bytes).ok()?;
    let text = String::from_utf8(bytes).map_err(|error| error.into_bytes().zeroize());
    text.ok().map(SecretString::from)
}
