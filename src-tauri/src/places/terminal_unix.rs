//! The terminal that this process was started at: the one way in for a password, whatever standard input is.

use std::fs::File;
use std::io::{self, Read as _, Write as _};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;

const INTERRUPT: u8 = 0x03;
const END: u8 = 0x04;
const BACKSPACE: u8 = 0x08;
const ERASE_LINE: u8 = 0x15;
const DELETE: u8 = 0x7f;

/// More than any password; the place program takes 256 KiB.
const LONGEST: usize = 1024;

/// The terminal of this process.
pub(super) struct Terminal {
    device: File,
}

impl Terminal {
    /// Opens it.
    ///
    /// # Errors
    /// When the process has none: it was started by a service, by cron or by another program.
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self { device: File::options().read(true).write(true).open("/dev/tty")? })
    }

    /// Asks for a secret, which may be empty. What is typed is not shown, and what was typed before the question does
    /// not count: it was.
    ///
    /// # Errors
    /// When somebody stops it by Ctrl-C or Ctrl-D, or types what no password has.
    pub(super) fn secret(&mut self, question: &str) -> io::Result<SecretString> {
        let silent = Silent::begin(&self.device)?;
        (&self.device).write_all(question.as_bytes())?;
        let mut typed = Vec::with_capacity(LONGEST);
        loop {
            match self.key()? {
                b'\n' | b'\r' => break,
                INTERRUPT | END => return Err(io::Error::other("stopped")),
                ERASE_LINE => typed.clear(),
                BACKSPACE | DELETE => rub_out(&mut typed),
                _ if typed.len() == LONGEST => return Err(io::Error::other("longer than any password")),
                other => typed.push(other),
            }
        }
        drop(silent);
        let typed = String::from_utf8(typed).map_err(|_| io::Error::other("what was typed is not UTF-8"))?;
        // A key that writes nothing, as an arrow, sends such characters.
        if typed.contains(char::is_control) {
            return Err(io::Error::other("a key was pressed that writes no character"));
        }
        Ok(typed.into())
    }

    /// Asks a question until it is answered by y or n.
    ///
    /// # Errors
    /// When nobody answers any more.
    pub(super) fn yes(&mut self, question: &str) -> io::Result<bool> {
        loop {
            (&self.device).write_all(format!("{question} [y/n] ").as_bytes())?;
            match self.line()?.trim() {
                "y" | "Y" | "yes" => return Ok(true),
                "n" | "N" | "no" => return Ok(false),
                _ => {}
            }
        }
    }

    /// One byte, so that nothing more of a password is in a buffer.
    fn key(&self) -> io::Result<u8> {
        let mut read = [0];
        (&self.device).read_exact(&mut read)?;
        let [byte] = read;
        Ok(byte)
    }

    /// One line, as the terminal has let somebody edit it.
    fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        loop {
            match self.key()? {
                b'\n' => return Ok(String::from_utf8_lossy(&line).into_owned()),
                other => line.push(other),
            }
        }
    }
}

/// Takes the last character away, which may have several bytes.
fn rub_out(typed: &mut Vec<u8>) {
    const GOES_ON: u8 = 0b1000_0000;
    const FIRST_BITS: u8 = 0b1100_0000;
    while typed.pop().is_some_and(|byte| byte & FIRST_BITS == GOES_ON) {}
}

/// As long as this lives, the terminal shows nothing of what is typed, and hands out each key: Ctrl-C too, so that
/// nobody is left with a terminal that shows nothing.
struct Silent<'a> {
    device: &'a File,
    before: Termios,
}

impl<'a> Silent<'a> {
    fn begin(device: &'a File) -> io::Result<Self> {
        let before = tcgetattr(device)?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON);
        silent.local_modes.remove(LocalModes::ISIG | LocalModes::IEXTEN);
        silent.special_codes[SpecialCodeIndex::VMIN] = 1;
        silent.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(device, OptionalActions::Flush, &silent)?;
        Ok(Self { device, before })
    }
}

impl Drop for Silent<'_> {
    fn drop(&mut self) {
        // A terminal that is gone has nothing to show.
        let _ = tcsetattr(self.device, OptionalActions::Drain, &self.before);
        let _ = self.device.write_all(b"\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_rubbed_out_whole() {
        for (typed, left) in [("aä", "a"), ("語", ""), ("", ""), ("ab", "a")] {
            let mut bytes = typed.as_bytes().to_vec();
            rub_out(&mut bytes);
            assert_eq!(bytes, left.as_bytes(), "{typed}");
        }
    }
}
