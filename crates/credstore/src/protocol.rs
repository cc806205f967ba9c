//! What the app and the place program say to each other; docs/places.md has the whole of it.
//!
//! A request goes in on standard input: a head in JSON without any secret, then each secret, every part behind its
//! length. Results come out as lines of JSON while the program works; a token follows its line. Keys that are not known
//! are passed over.

use std::io::{self, Read, Write};

use latchkey_api::place::{Copy, Outcome, PlaceState};
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::policy::Policy;

/// The version that this crate speaks; the program is started with it as an argument.
pub const VERSION: u32 = 1;
/// The longest head, in bytes.
const LONGEST_HEAD: u32 = 1 << 20;
/// The longest secret, in bytes; also of a sealed snapshot, which holds two.
const LONGEST_SECRET: u32 = 1 << 18;
/// The longest token of a workstation, in bytes; the server gives 43.
pub const LONGEST_TOKEN: u32 = 64;
/// More secrets than any task needs.
const MOST_SECRETS: usize = 8;

/// One task for one place.
#[derive(Debug)]
pub struct Request {
    pub task: Task,
    pub policy: Policy,
    /// The password was reset without the old one.
    pub reset: bool,
    /// The copies that are to be refreshed or put back, in this order.
    pub selected: Vec<Selected>,
    /// The old password, where it is known.
    pub old: Option<SecretString>,
    /// The new password: for a refresh, and for a look where it is known.
    pub new: Option<SecretString>,
    /// 32 bytes for the snapshots of one run, never used for another; without it none is made.
    pub key: Option<SecretSlice<u8>>,
    /// The sealed snapshot that is to be put back.
    pub snapshot: Option<SecretSlice<u8>>,
    /// Whose token is meant; only in the three tasks with one.
    pub token_of: Option<TokenOf>,
    /// The token that is to be kept.
    pub token: Option<SecretString>,
}

/// What the program is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// Look for copies; no prompt is opened.
    Find,
    /// Put the new password into the selected copies.
    Refresh,
    /// Open the system's prompt, then look.
    Unlock,
    /// Put back what a refresh has replaced in the one selected copy.
    PutBack,
    /// Hand out the token of this workstation. Here and in the two tasks below no prompt is opened.
    ReadToken,
    /// Keep the token of this workstation, in the place of the one before it.
    KeepToken,
    /// Forget the token of this workstation.
    ForgetToken,
}

/// Whose token it is: a workstation has one for each server and account that have made it known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenOf {
    /// The origin of the server.
    pub server: String,
    pub account: String,
}

/// A copy that is to be refreshed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selected {
    pub id: String,
    /// Whether the person ticked this very copy: allows the change where nothing proves it to be the person's.
    #[serde(default)]
    pub ticked: bool,
}

/// One line of results; of the keys usually one is there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy: Option<Copy>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<PlaceState>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<CopyOutcome>,
    /// The system puts a question to the person now: what follows may take as long as a prompt.
    #[serde(default, skip_serializing_if = "is_false")]
    pub asking: bool,
    /// How a task with a token ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<TokenKept>,
    /// The last line: everything has been said.
    #[serde(default, skip_serializing_if = "is_false")]
    pub end: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_false(value: &bool) -> bool {
    !value
}

/// How one copy ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyOutcome {
    pub id: String,
    pub outcome: Outcome,
    /// What was replaced in a ticked copy, sealed with the key of the run; base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
}

/// How a task with a token ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenKept {
    /// Whether the place has a token now and hands it out.
    pub kept: bool,
    /// So many bytes follow the line: the token that was asked for.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub bytes: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the form that serde calls")]
fn is_zero(value: &u32) -> bool {
    *value == 0
}

/// A request that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    #[error("standard input ended within a request")]
    Io(#[from] io::Error),
    #[error("the head of the request is not understood")]
    Head(#[from] serde_json::Error),
    #[error("a part of the request is longer than it may be")]
    TooLong,
    #[error("a password or a token is not in UTF-8")]
    NotText,
}

/// The head as it is written; the secrets follow in the order of their names.
#[derive(Serialize, Deserialize)]
struct Head {
    task: Task,
    #[serde(flatten)]
    policy: Policy,
    #[serde(default)]
    reset: bool,
    #[serde(default)]
    selected: Vec<Selected>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_of: Option<TokenOf>,
    #[serde(default)]
    secrets: Vec<String>,
}

impl Request {
    /// A request without secrets.
    #[must_use]
    pub fn new(task: Task, policy: Policy) -> Self {
        Self {
            task,
            policy,
            reset: false,
            selected: Vec::new(),
            old: None,
            new: None,
            key: None,
            snapshot: None,
            token_of: None,
            token: None,
        }
    }

    /// A request about the token of this workstation.
    #[must_use]
    pub fn about_token(task: Task, of: TokenOf) -> Self {
        Self { token_of: Some(of), ..Self::new(task, Policy::default()) }
    }

    /// Writes head and secrets; a secret goes from its own memory to `out`, so `out` must not buffer.
    ///
    /// # Errors
    /// [`RequestError::TooLong`] for what [`Request::read`] would refuse, and those of `out`.
    pub fn write(&self, out: &mut impl Write) -> Result<(), RequestError> {
        let secrets = [
            ("old", self.old.as_ref().map(|old| old.expose_secret().as_bytes())),
            ("new", self.new.as_ref().map(|new| new.expose_secret().as_bytes())),
            ("key", self.key.as_ref().map(ExposeSecret::expose_secret)),
            ("snapshot", self.snapshot.as_ref().map(ExposeSecret::expose_secret)),
            ("token", self.token.as_ref().map(|token| token.expose_secret().as_bytes())),
        ];
        let secrets = secrets.into_iter().filter_map(|(name, secret)| Some((name, secret?)));
        let head = Head {
            task: self.task,
            policy: self.policy.clone(),
            reset: self.reset,
            selected: self.selected.clone(),
            token_of: self.token_of.clone(),
            secrets: secrets.clone().map(|(name, _)| name.to_owned()).collect(),
        };
        write_part(out, &serde_json::to_vec(&head)?, LONGEST_HEAD)?;
        for (_, secret) in secrets {
            write_part(out, secret, LONGEST_SECRET)?;
        }
        out.flush()?;
        Ok(())
    }

    /// Reads what [`Request::write`] has written; secrets of names that are not known are passed over.
    ///
    /// # Errors
    /// If it ends too early, is too long or is not understood.
    pub fn read(input: &mut impl Read) -> Result<Self, RequestError> {
        let head: Head = serde_json::from_slice(&read_part(input, LONGEST_HEAD)?)?;
        if head.secrets.len() > MOST_SECRETS {
            return Err(RequestError::TooLong);
        }
        let mut request = Self::new(head.task, head.policy);
        request.reset = head.reset;
        request.selected = head.selected;
        request.token_of = head.token_of;
        for name in head.secrets {
            let mut secret = read_part(input, LONGEST_SECRET)?;
            match name.as_str() {
                "old" => request.old = Some(text(secret)?),
                "new" => request.new = Some(text(secret)?),
                "key" => request.key = Some(secret.into()),
                "snapshot" => request.snapshot = Some(secret.into()),
                "token" => request.token = Some(text(secret)?),
                _ => secret.zeroize(),
            }
        }
        Ok(request)
    }
}

fn write_part(out: &mut impl Write, part: &[u8], longest: u32) -> Result<(), RequestError> {
    let length = u32::try_from(part.len()).ok().filter(|length| *length <= longest).ok_or(RequestError::TooLong)?;
    out.write_all(&length.to_be_bytes())?;
    out.write_all(part)?;
    Ok(())
}

fn read_part(input: &mut impl Read, longest: u32) -> Result<Vec<u8>, RequestError> {
    let mut length = [0; 4];
    input.read_exact(&mut length)?;
    let length = u32::from_be_bytes(length);
    if length > longest {
        return Err(RequestError::TooLong);
    }
    let mut part = vec![0; usize::try_from(length).map_err(|_| RequestError::TooLong)?];
    input.read_exact(&mut part)?;
    Ok(part)
}

fn text(bytes: Vec<u8>) -> Result<SecretString, RequestError> {
    String::from_utf8(bytes).map(SecretString::from).map_err(|error| {
        error.into_bytes().zeroize();
        RequestError::NotText
    })
}

impl Line {
    #[must_use]
    pub fn copy(copy: Copy) -> Self {
        Self { copy: Some(copy), ..Self::default() }
    }

    #[must_use]
    pub fn state(state: PlaceState) -> Self {
        Self { state: Some(state), ..Self::default() }
    }

    #[must_use]
    pub fn outcome(outcome: CopyOutcome) -> Self {
        Self { outcome: Some(outcome), ..Self::default() }
    }

    #[must_use]
    pub fn asking() -> Self {
        Self { asking: true, ..Self::default() }
    }

    #[must_use]
    pub fn token(kept: TokenKept) -> Self {
        Self { token: Some(kept), ..Self::default() }
    }

    #[must_use]
    pub fn end() -> Self {
        Self { end: true, ..Self::default() }
    }
}

#[cfg(test)]
#[path = "protocol_tests.rs"]
mod tests;
