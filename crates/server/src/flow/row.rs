//! A flow at rest.

use latchkey_api::flow::Done;
use latchkey_api::{Code, Intent, Method};
use latchkey_scrub::without_trace;
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::crypt::audit::Event;
use crate::guard::gates::{Offer, Passed};
use crate::refused::{Answer, Refused};
use crate::store::flow::FlowRow;
use crate::store::{self, Tx};

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
    /// A secret that was made for the person, sealed; it is shown again until the flow moves on, so that a lost answer
    /// loses nothing.
    pub(crate) shown: Option<Vec<u8>>,
    /// The known device that it was started on.
    pub(crate) device: Option<String>,
    /// Whether a token for the device was given at its end.
    pub(crate) device_given: bool,
    /// Whether it stands in the budget of starts; until then nothing that can be guessed is asked for in it.
    pub(crate) counted: bool,
    /// Whether it was started in a network of the campus.
    pub(crate) on_campus: bool,
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

/// The flow of a token; one whose time has passed has expired by that. Every call but a look says that somebody is
/// still there.
pub(crate) async fn load(app: &App, token: &TokenHash) -> Answer<Row> {
    let mut tx = app.store.begin().await?;
    let mut row = found(&mut tx, token).await?;
    if end_if_over(app, &mut tx, &mut row).await? || row.is_settled() {
        tx.commit().await?;
        return Ok(row);
    }
    row.touched_at = app.clock.now().as_millisecond();
    store::flow::touch(&mut tx, row.id, row.touched_at).await?;
    tx.commit().await?;
    Ok(row)
}

/// The same for a look, which writes nothing unless the flow's time has passed.
pub(crate) async fn look(app: &App, token: &TokenHash) -> Answer<Row> {
    let mut tx = app.store.read().await?;
    let row = found(&mut tx, token).await?;
    drop(tx);
    if row.is_settled() || app.clock.now() < row.expires_at(app) {
        return Ok(row);
    }
    let mut tx = app.store.begin().await?;
    let mut row = found(&mut tx, token).await?;
    end_if_over(app, &mut tx, &mut row).await?;
    tx.commit().await?;
    Ok(row)
}

async fn found(tx: &mut Tx, token: &TokenHash) -> Answer<Row> {
    let row = store::flow::by_token(tx, token.as_bytes()).await?;
    row.map_or_else(|| Err(Refused::new(Code::Unauthorized)), Row::read)
}

/// Lets a flow expire whose time has passed; whether it has.
async fn end_if_over(app: &App, tx: &mut Tx, row: &mut Row) -> Answer<bool> {
    if row.is_settled() || app.clock.now() < row.expires_at(app) {
        return Ok(false);
    }
    row.standing = Standing::Expired;
    row.shown = None;
    row.save(tx).await?;
    store::flow::void_challenges(tx, row.id).await?;
    store::flow::drop_pending(tx, row.id).await?;
    super::note(app, tx, row, Event::Expired, "time passed", None).await?;
    Ok(true)
}

/// The flow of an id, for work that goes on without its token.
pub(crate) async fn by_id(tx: &mut Tx, id: i64) -> Answer<Option<Row>> {
    store::flow::by_id(tx, id).await?.map(Row::read).transpose()
}

impl Row {
    /// Whose flow it is; nobody sets anything up in a decoy.
    pub(super) fn owner(&self) -> Answer<String> {
        self.account.clone().ok_or_else(|| Refused::new(Code::Internal))
    }

    /// Whether its time no longer matters: it is over, or the directory is being asked.
    fn is_settled(&self) -> bool {
        self.standing.is_over() || self.standing == Standing::Working
    }

    pub(crate) fn read(row: FlowRow) -> Answer<Self> {
        let unreadable = || Refused::new(Code::Internal);
        let asked = row.asked.and_then(|asked| Method::ALL.into_iter().find(|known| known.as_str() == asked));
        Ok(Self {
            id: row.id,
            public_id: row.public_id,
            intent: Intent::ALL.into_iter().find(|known| known.as_str() == row.intent).ok_or_else(unreadable)?,
            account: row.account_id,
            subject: row.subject,
            language: row.language,
            revision: u32::try_from(row.revision).map_err(|_| unreadable())?,
            standing: Standing::ALL.into_iter().find(|known| known.as_str() == row.step).ok_or_else(unreadable)?,
            menu: serde_json::from_str(&row.menu)?,
            questions: serde_json::from_str(&row.questions)?,
            passed: serde_json::from_str(&row.passed)?,
            gates: u8::try_from(row.gates).map_err(|_| unreadable())?,
            asked,
            sends: u32::try_from(row.sends).map_err(|_| unreadable())?,
            started_at: row.started_at,
            touched_at: row.touched_at,
            ends_at: row.ends_at,
            done: row.done.map(|done| serde_json::from_str(&done)).transpose()?,
            blocked_until: row.blocked_until,
            feedback_given: row.feedback_given,
            shown: row.shown,
            device: row.device_id,
            device_given: row.device_given,
            counted: row.counted,
            on_campus: row.on_campus,
        })
    }

    fn written(&self) -> Answer<FlowRow> {
        Ok(FlowRow {
            id: self.id,
            public_id: self.public_id.clone(),
            intent: self.intent.as_str().to_owned(),
            account_id: self.account.clone(),
            subject: self.subject.clone(),
            language: self.language.clone(),
            revision: i64::from(self.revision),
            step: self.standing.as_str().to_owned(),
            menu: serde_json::to_string(&self.menu)?,
            questions: serde_json::to_string(&self.questions)?,
            passed: serde_json::to_string(&self.passed)?,
            gates: i64::from(self.gates),
            asked: self.asked.map(|method| method.as_str().to_owned()),
            sends: i64::from(self.sends),
            started_at: self.started_at,
            touched_at: self.touched_at,
            ends_at: self.ends_at,
            done: self.done.as_ref().map(serde_json::to_string).transpose()?,
            blocked_until: self.blocked_until,
            feedback_given: self.feedback_given,
            shown: self.shown.clone(),
            device_id: self.device.clone(),
            device_given: self.device_given,
            counted: self.counted,
            on_campus: self.on_campus,
        })
    }

    /// Adds the flow and gives it its id.
    pub(crate) async fn insert(&mut self, tx: &mut Tx, token: &TokenHash) -> Answer<()> {
        self.id = store::flow::insert(tx, &self.written()?, token.as_bytes()).await?;
        Ok(())
    }

    /// Writes the flow as its next revision, unless another call has done so since it was read.
    ///
    /// # Errors
    /// [`Code::Stale`] if so: of calls that come at once, one is done.
    pub(crate) async fn save(&mut self, tx: &mut Tx) -> Answer<()> {
        if !store::flow::save(tx, &self.written()?).await? {
            return Err(Refused::new(Code::Stale));
        }
        self.revision += 1;
        Ok(())
    }
}
