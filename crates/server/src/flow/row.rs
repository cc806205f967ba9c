//! A flow at rest.

use latchkey_api::flow::Done;
use latchkey_api::{Code, Intent, Method};
use latchkey_scrub::without_trace;
use sha2::{Digest as _, Sha256};
use sqlx::{Row as _, SqliteConnection};

use crate::app::App;
use crate::audit::Event;
use crate::gates::{Offer, Passed};
use crate::problem::{Answer, Refused};

/// The step of a flow, without what it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    ChooseMethod,
    Prove,
    SetPassword,
    Manage,
    Working,
    Done,
    Blocked,
    Cancelled,
    Expired,
}

impl Standing {
    const ALL: [Self; 9] = [
        Self::ChooseMethod,
        Self::Prove,
        Self::SetPassword,
        Self::Manage,
        Self::Working,
        Self::Done,
        Self::Blocked,
        Self::Cancelled,
        Self::Expired,
    ];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::ChooseMethod => "choose_method",
            Self::Prove => "prove",
            Self::SetPassword => "set_password",
            Self::Manage => "manage",
            Self::Working => "working",
            Self::Done => "done",
            Self::Blocked => "blocked",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether nothing can happen any more.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Blocked | Self::Cancelled | Self::Expired)
    }
}

/// One row of `flows`.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: i64,
    pub(crate) public_id: String,
    pub(crate) intent: Intent,
    /// Absent in a decoy: nothing it is told is ever right.
    pub(crate) account: Option<String>,
    pub(crate) subject: Vec<u8>,
    pub(crate) language: String,
    pub(crate) revision: u32,
    pub(crate) standing: Standing,
    pub(crate) menu: Vec<Offer>,
    pub(crate) questions: Vec<String>,
    pub(crate) passed: Vec<Passed>,
    /// How many have to be passed, as far as may be told by now.
    pub(crate) gates: u8,
    pub(crate) asked: Option<Method>,
    pub(crate) sends: u32,
    pub(crate) started_at: i64,
    pub(crate) touched_at: i64,
    pub(crate) ends_at: i64,
    pub(crate) done: Option<Done>,
    pub(crate) blocked_until: Option<i64>,
    pub(crate) feedback_given: bool,
}

/// SHA-256 of a flow's token: all that is kept of it, and all that is handed on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(token: &str) -> Self {
        Self(without_trace(|| Sha256::digest(token.as_bytes()).into()))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The flow of a token; one whose time has passed has expired by that.
pub(crate) async fn load(app: &App, token: &TokenHash) -> Answer<Row> {
    let mut db = app.store.begin().await?;
    let found =
        sqlx::query("SELECT * FROM flows WHERE token_hash = ?").bind(token.as_bytes()).fetch_optional(&mut *db).await?;
    let mut row = match found {
        Some(found) => read(&found)?,
        None => return Err(Refused::new(Code::Unauthorized)),
    };
    let now = app.clock.now();
    if row.standing.is_over() || row.standing == Standing::Working {
        db.commit().await?;
        return Ok(row);
    }
    if now >= row.expires_at(app) {
        row.standing = Standing::Expired;
        row.save(&mut db).await?;
        super::void_challenges(&mut db, row.id).await?;
        super::pending::drop_of(&mut db, row.id).await?;
        super::note(app, &mut db, &row, Event::Expired, "time passed", None).await?;
    } else {
        row.touched_at = now.as_millisecond();
        sqlx::query("UPDATE flows SET touched_at = ? WHERE id = ?")
            .bind(row.touched_at)
            .bind(row.id)
            .execute(&mut *db)
            .await?;
    }
    db.commit().await?;
    Ok(row)
}

/// The flow of an id, for work that goes on without its token.
pub(crate) async fn by_id(db: &mut SqliteConnection, id: i64) -> Answer<Option<Row>> {
    let found = sqlx::query("SELECT * FROM flows WHERE id = ?").bind(id).fetch_optional(db).await?;
    found.as_ref().map(read).transpose()
}

fn read(found: &sqlx::sqlite::SqliteRow) -> Answer<Row> {
    let unreadable = || Refused::new(Code::Internal);
    let intent: String = found.try_get("intent")?;
    let step: String = found.try_get("step")?;
    let asked: Option<String> = found.try_get("asked")?;
    let done: Option<String> = found.try_get("done")?;
    let json = |column: &str| -> Answer<String> { Ok(found.try_get(column)?) };
    Ok(Row {
        id: found.try_get("id")?,
        public_id: found.try_get("public_id")?,
        intent: Intent::ALL.into_iter().find(|known| known.as_str() == intent).ok_or_else(unreadable)?,
        account: found.try_get("account_id")?,
        subject: found.try_get("subject")?,
        language: found.try_get("language")?,
        revision: found.try_get("revision")?,
        standing: Standing::ALL.into_iter().find(|known| known.as_str() == step).ok_or_else(unreadable)?,
        menu: serde_json::from_str(&json("menu")?)?,
        questions: serde_json::from_str(&json("questions")?)?,
        passed: serde_json::from_str(&json("passed")?)?,
        gates: found.try_get("gates")?,
        asked: asked.and_then(|asked| Method::ALL.into_iter().find(|known| known.as_str() == asked)),
        sends: found.try_get("sends")?,
        started_at: found.try_get("started_at")?,
        touched_at: found.try_get("touched_at")?,
        ends_at: found.try_get("ends_at")?,
        done: done.map(|done| serde_json::from_str(&done)).transpose()?,
        blocked_until: found.try_get("blocked_until")?,
        feedback_given: found.try_get("feedback_given")?,
    })
}

impl Row {
    /// Writes the flow as its next revision, unless another call has done so since it was read.
    ///
    /// # Errors
    /// [`Code::Stale`] if so: of calls that come at once, one is done.
    pub(crate) async fn save(&mut self, db: &mut SqliteConnection) -> Answer<()> {
        let done = self.done.as_ref().map(serde_json::to_string).transpose()?;
        let saved = sqlx::query(
            "UPDATE flows SET revision = revision + 1, step = ?, menu = ?, questions = ?, passed = ?, gates = ?,
                 asked = ?, sends = ?, touched_at = ?, ends_at = ?, done = ?, blocked_until = ?, feedback_given = ?
             WHERE id = ? AND revision = ?",
        )
        .bind(self.standing.as_str())
        .bind(serde_json::to_string(&self.menu)?)
        .bind(serde_json::to_string(&self.questions)?)
        .bind(serde_json::to_string(&self.passed)?)
        .bind(self.gates)
        .bind(self.asked.map(Method::as_str))
        .bind(self.sends)
        .bind(self.touched_at)
        .bind(self.ends_at)
        .bind(done)
        .bind(self.blocked_until)
        .bind(self.feedback_given)
        .bind(self.id)
        .bind(self.revision)
        .execute(db)
        .await?;
        if saved.rows_affected() != 1 {
            return Err(Refused::new(Code::Stale));
        }
        self.revision += 1;
        Ok(())
    }
}
