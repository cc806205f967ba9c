//! What was set up before a change, kept sealed for as long as the code of a notice can bring it back (RG-03).

pub(crate) mod restore;

use jiff::{SignedDuration, Timestamp};
use latchkey_api::Method;
use latchkey_api::flow::Means;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::clock;
use crate::crypt::keys::Keys;
use crate::crypt::seal;
use crate::person::methods::recovery;
use crate::person::methods::{self, Registered, Source};
use crate::refused::Answer;
use crate::store::person::method::{AnswerRow, RecoveryCodeRow};
use crate::store::person::standing::UndoRow;
use crate::store::{self, Tx};

/// How long a change can be undone (63B §4.6 asks for a way; ADR 13 for the time).
pub(crate) const GOOD_FOR: SignedDuration = SignedDuration::from_hours(72);
/// Seconds of an authenticator's step (RFC 6238).
const STEP: i64 = 30;
const COLUMN: &str = "undo";

/// Everything that an account has set up. The hashes and sealed values in it are as they are in their tables.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Before {
    methods: Vec<KeptMethod>,
    answers: Vec<AnswerRow>,
    codes: Vec<RecoveryCodeRow>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeptMethod {
    id: String,
    method: Method,
    sealed: Option<Vec<u8>>,
    device: Option<Vec<u8>>,
    totp_step: i64,
    confirmed_at: Option<i64>,
    source: Source,
    /// Absent in what was kept before there was one: then it is judged again.
    #[serde(default)]
    proves: Option<bool>,
    #[serde(default)]
    usable_from: i64,
}

impl Before {
    /// What is set up now.
    pub(crate) async fn of(tx: &mut Tx, account: &str) -> store::Result<Self> {
        let methods = methods::of(tx, account).await?.into_iter().map(KeptMethod::from).collect();
        let answers = methods::answers(tx, account).await?;
        let codes = recovery::of(tx, account).await?;
        Ok(Self { methods, answers, codes })
    }

    /// The methods that were set up.
    pub(crate) fn registered(&self) -> impl Iterator<Item = Registered> {
        self.methods.iter().map(Registered::from)
    }

    /// Puts it in place of all that is set up now; a recovery code that was used since stays used, and no code of an
    /// authenticator that may have been seen works again.
    pub(crate) async fn restore(&self, tx: &mut Tx, account: &str, now: Timestamp) -> store::Result<()> {
        for means in Means::ALL {
            methods::unbind(tx, account, means).await?;
        }
        for mut registered in self.registered() {
            if registered.method == Method::Totp {
                registered.totp_step = registered.totp_step.max(now.as_second() / STEP);
            }
            methods::insert(tx, account, &registered).await?;
        }
        methods::insert_answers(tx, account, &self.answers).await?;
        recovery::insert(tx, account, &self.codes).await
    }
}

/// Something to be undone.
#[derive(Debug)]
pub(crate) struct New<'a> {
    pub(crate) account: &'a str,
    pub(crate) flow: &'a str,
    pub(crate) language: &'a str,
    /// Absent where nothing can be brought back: a password.
    pub(crate) before: Option<&'a Before>,
}

/// Keeps what a notice can undo, and gives its id.
pub(crate) async fn keep(tx: &mut Tx, keys: &Keys, new: &New<'_>, now: Timestamp) -> Answer<i64> {
    let before = new.before.map(serde_json::to_string).transpose()?.map(SecretString::from);
    let before = before.map(|before| seal::seal(keys, new.account, COLUMN, &before)).transpose()?;
    let expires_at = now.saturating_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
    let expires_at = expires_at.as_millisecond();
    Ok(store::person::standing::keep_undo(tx, new.account, new.flow, new.language, before.as_deref(), expires_at)
        .await?)
}

/// What the code of a notice leads to.
#[derive(Debug)]
pub(crate) struct Undo {
    id: i64,
    pub(crate) account: String,
    pub(crate) flow: String,
    pub(crate) language: String,
    before: Option<Vec<u8>>,
    /// It has been done: the same answer again, and nothing more.
    pub(crate) used: bool,
    /// A code has named it that was no proof enough to undo it.
    pub(crate) claimed: bool,
    expires_at: i64,
    /// Keyed hash of the number or address that the code was sent to.
    sent_to: Vec<u8>,
}

impl From<UndoRow> for Undo {
    fn from(row: UndoRow) -> Self {
        let UndoRow { id, account_id, flow_public_id, language, before, used, claimed, expires_at, sent_to } = row;
        let (account, flow) = (account_id, flow_public_id);
        Self { id, account, flow, language, before, used, claimed, expires_at, sent_to }
    }
}

/// What a code leads to that has not expired.
pub(crate) async fn find(tx: &mut Tx, code_mac: &[u8], now: Timestamp) -> store::Result<Option<Undo>> {
    let row = store::person::standing::undo_of_code(tx, code_mac, now.as_millisecond()).await?;
    Ok(row.map(Undo::from))
}

/// What the helpdesk may bring back for an account: the first change that a code has named without being proof enough,
/// or else the last change.
pub(crate) async fn to_restore(tx: &mut Tx, account: &str, now: Timestamp) -> store::Result<Option<Undo>> {
    let row = store::person::standing::undo_to_restore(tx, account, now.as_millisecond()).await?;
    Ok(row.map(Undo::from))
}

impl Undo {
    /// When the change was made.
    pub(crate) fn changed_at(&self) -> Timestamp {
        clock::at(self.expires_at).saturating_sub(GOOD_FOR).unwrap_or(Timestamp::MIN)
    }

    /// Whether its code was proof enough to bring back what was there before: it went to a number or address that the
    /// account had before the change and has now. Whoever holds a phone that was taken away from the account, or was
    /// put there by the change itself, may only stop things (B4).
    pub(crate) async fn is_proven(&self, tx: &mut Tx, keys: &Keys) -> Answer<bool> {
        let Some(before) = self.before(keys)? else { return Ok(false) };
        let has = |device: &Option<Vec<u8>>| device.as_ref() == Some(&self.sent_to);
        let now = methods::of(tx, &self.account).await?;
        Ok(before.methods.iter().any(|kept| has(&kept.device)) && now.iter().any(|found| has(&found.device)))
    }

    /// Writes down that its code was typed and was no proof enough.
    pub(crate) async fn claim(&self, tx: &mut Tx) -> store::Result<()> {
        store::person::standing::claim_undo(tx, self.id).await
    }

    /// Whether it brings something back.
    pub(crate) fn brings_back(&self) -> bool {
        self.before.is_some()
    }

    /// What it brings back.
    pub(crate) fn before(&self, keys: &Keys) -> Answer<Option<Before>> {
        let Some(sealed) = &self.before else { return Ok(None) };
        let opened = seal::open(keys, &self.account, COLUMN, sealed)?;
        Ok(Some(serde_json::from_str(opened.expose_secret())?))
    }

    /// Uses it up, and with it every later one of the account: what came after is undone by the same stroke, and
    /// undoing that alone would bring back what is undone here.
    pub(crate) async fn use_up(&self, tx: &mut Tx) -> store::Result<()> {
        let later = if self.brings_back() { i64::MAX } else { self.id };
        store::person::standing::use_undos(tx, &self.account, self.id, later).await
    }
}

impl From<Registered> for KeptMethod {
    fn from(registered: Registered) -> Self {
        let Registered { id, method, sealed, device, totp_step, confirmed_at, source, proves, usable_from } =
            registered;
        Self { id, method, sealed, device, totp_step, confirmed_at, source, proves, usable_from }
    }
}

impl From<&KeptMethod> for Registered {
    fn from(kept: &KeptMethod) -> Self {
        Self {
            id: kept.id.clone(),
            method: kept.method,
            sealed: kept.sealed.clone(),
            device: kept.device.clone(),
            totp_step: kept.totp_step,
            confirmed_at: kept.confirmed_at,
            source: kept.source,
            proves: kept.proves,
            usable_from: kept.usable_from,
        }
    }
}
