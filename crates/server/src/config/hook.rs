//! `[hook]`: a program of the campus that is told of every change, for other systems.

use std::path::Path;

use serde::{Deserialize, Serialize};

/// Longest time that it may be given, in seconds.
const LONGEST: u16 = 300;

/// What is started, and for how long.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct HookConfig {
    /// The program by its whole path, and its arguments; no shell is asked.
    pub command: Vec<String>,
    /// After so long it is killed and tried again later: 1 to 300 seconds.
    #[serde(default = "half_a_minute")]
    pub seconds: u16,
}

const fn half_a_minute() -> u16 {
    30
}

impl HookConfig {
    /// What is wrong with it, in a sentence.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        match self.command.first() {
            None => return Some("hook.command: is empty; the whole path of a program is wanted".to_owned()),
            Some(program) if !Path::new(program).is_absolute() => {
                return Some(format!("hook.command: {program:?} is not the whole path of a program"));
            }
            Some(_) => {}
        }
        if self.command.iter().any(|part| part.contains('\0')) {
            return Some("hook.command: has a character in it that no program can be given".to_owned());
        }
        (!(1..=LONGEST).contains(&self.seconds)).then(|| format!("hook.seconds: 1 to {LONGEST}"))
    }
}
