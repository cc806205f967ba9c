//! What was set up before a change, kept sealed for as long as the code of a notice can bring it back (RG-03).

use jiff::{SignedDuration, Timestamp};
use latchkey_api::Method;
use latchkey_api::flow::Means;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;

use crate::keys::Keys;
use crate::problem::Answer;
use crate::recovery::{self, Kept};
use crate::registry::{self, KeptAnswer, Registered};
use crate::seal;

/// How long a change can be undone (63B §4.6 asks for a way; ADR 13 for the time).
const GOOD_FOR: SignedDuration = SignedDuration::from_hours(72);
/// Seconds of an authenticator's step (RFC 6238).
const STEP: i64 = 30;
const COLUMN: &str = "undo";

/// Everything that an account has set up. The hashes and sealed values in it are as they are in their tables.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Before {
    methods: Vec<KeptMethod>,
    answers: Vec<KeptAnswer>,
    codes: Vec<Kept>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeptMethod {
    id: String,
    method: Method,
    sealed: Option<Vec<u8>>,
    device: Option<Vec<u8>>,
    totp_step: i64,
    confirmed_at: Option<i64>,
    source: String,
}

impl Before {
    /// What is set up now.
    pub(crate) async fn of(db: &mut SqliteConnection, account: &str) -> sqlx::Result<Self> {
        let methods = registry::of(db, account).await?.into_iter().map(KeptMethod::from).collect();
        let answers = registry::answers(db, account).await?;
        let codes = recovery::of(db, account).await?;
        Ok(Self { methods, answers, codes })
    }

    /// Puts it in place of all that is set up now; a recovery code that was used since stays used, and no code of an
    /// authenticator that may have been seen works again.
    pub(crate) async fn restore(&self, db: &mut SqliteConnection, account: &str, now: Timestamp) -> sqlx::Result<()> {
        for means in Means::ALL {
            registry::unbind(db, account, means).await?;
        }
        for kept in &self.methods {
            let mut registered = Registered::from(kept);
            if registered.method == Method::Totp {
                registered.totp_step = registered.totp_step.max(now.as_second() / STEP);
            }
            registry::insert(db, account, &registered).await?;
        }
        registry::insert_answers(db, account, &self.answers).await?;
        recovery::insert(db, account, &self.codes).await
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
pub(crate) async fn keep(db: &mut SqliteConnection, keys: &Keys, new: &New<'_>, now: Timestamp) -> Answer<i64> {
    let before = new.before.map(serde_json::to_string).transpose()?.map(SecretString::from);
    let before = before.map(|before| seal::seal(keys, new.account, COLUMN, &before)).transpose()?;
    let expires_at = now.saturating_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
    let kept = sqlx::query(
        "INSERT INTO undos (account_id, flow_public_id, language, before, expires_at) VALUES (?, ?, ?, ?, ?)",
    )
    .bind(new.account)
    .bind(new.flow)
    .bind(new.language)
    .bind(before)
    .bind(expires_at.as_millisecond())
    .execute(db)
    .await?;
    Ok(kept.last_insert_rowid())
}

/// What the code of a notice leads to.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct Undo {
    id: i64,
    #[sqlx(rename = "account_id")]
    pub(crate) account: String,
    #[sqlx(rename = "flow_public_id")]
    pub(crate) flow: String,
    pub(crate) language: String,
    before: Option<Vec<u8>>,
    /// It has been done: the same answer again, and nothing more.
    pub(crate) used: bool,
}

/// What a code leads to that has not expired.
pub(crate) async fn find(db: &mut SqliteConnection, code_mac: &[u8], now: Timestamp) -> sqlx::Result<Option<Undo>> {
    sqlx::query_as(
        "SELECT undos.id, undos.account_id, undos.flow_public_id, undos.language, undos.before, undos.used
         FROM notices JOIN undos ON undos.id = notices.undo_id WHERE notices.code_mac = ? AND undos.expires_at > ?",
    )
    .bind(code_mac)
    .bind(now.as_millisecond())
    .fetch_optional(db)
    .await
}

impl Undo {
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
    pub(crate) async fn use_up(&self, db: &mut SqliteConnection) -> sqlx::Result<()> {
        let later = if self.brings_back() { i64::MAX } else { self.id };
        sqlx::query("UPDATE undos SET used = 1 WHERE account_id = ? AND id BETWEEN ? AND ?")
            .bind(&self.account)
            .bind(self.id)
            .bind(later)
            .execute(db)
            .await?;
        Ok(())
    }
}

/// What can no longer be undone is not kept.
pub(crate) async fn forget_old(db: &mut SqliteConnection, now: Timestamp) -> sqlx::Result<()> {
    let gone = now.as_millisecond() - i64::try_from(GOOD_FOR.as_millis()).unwrap_or(i64::MAX);
    sqlx::query("DELETE FROM undos WHERE expires_at <= ?").bind(now.as_millisecond()).execute(&mut *db).await?;
    sqlx::query("DELETE FROM notices WHERE at <= ?").bind(gone).execute(&mut *db).await?;
    sqlx::query("DELETE FROM used_recovery_codes WHERE at <= ?").bind(gone).execute(db).await?;
    Ok(())
}

impl From<Registered> for KeptMethod {
    fn from(registered: Registered) -> Self {
        let Registered { id, method, sealed, device, totp_step, confirmed_at, source } = registered;
        Self { id, method, sealed, device, totp_step, confirmed_at, source }
    }
}

impl From<&KeptMethod> for Registered {
    fn from(kept: &KeptMethod) -> Self {
        let KeptMethod { id, method, sealed, device, totp_step, confirmed_at, source } = kept;
        let (id, method, totp_step, confirmed_at) = (id.clone(), *method, *totp_step, *confirmed_at);
        let (sealed, device, source) = (sealed.clone(), device.clone(), source.clone());
        Self { id, method, sealed, device, totp_step, confirmed_at, source }
    }
}
