//! A flow at rest.

use jiff::Timestamp;
use latchkey_api::flow::{Call, Done, Gate};
use latchkey_api::{Code, Intent, Method};
use latchkey_scrub::without_trace;
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::clock::{at, later};
use crate::config::Policy;
use crate::guard::gates::{Offer, Passed, Rule};
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
    /// Nobody can tell what the write came to.
    Uncertain,
}

impl Standing {
    const ALL: [Self; 10] = [
        Self::ChooseMethod,
        Self::Prove,
        Self::SetPassword,
        Self::Manage,
        Self::Working,
        Self::Done,
        Self::Blocked,
        Self::Cancelled,
        Self::Expired,
        Self::Uncertain,
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
            Self::Uncertain => "uncertain",
        }
    }

    /// Whether nothing can happen any more.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Blocked | Self::Cancelled | Self::Expired | Self::Uncertain)
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
    /// The population that its person was of last, or that its decoy is of.
    pub(crate) population: String,
    /// What holds in it: the strictest that has held for its person since it began (FL-04).
    pub(crate) policy: Policy,
}

/// SHA-256 of a flow's token: all that is kept of it, and all that is handed on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenHash([u8; 32]);

impl TokenHash {
    pub(crate) fn of(token: &str) -> Self {
        Self(without_trace(|| Sha256::digest(token.as_bytes()).into()))
    }

    pub(super) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The flow of an id, for work that goes on without its token.
pub(crate) async fn by_id(tx: &mut Tx, id: i64) -> Answer<Option<Row>> {
    store::flow::by_id(tx, id).await?.map(Row::read).transpose()
}

/// Ends all that a flow has asked for, codes that are not on their way yet and what was pending in it.
pub(super) async fn leave_nothing_open(tx: &mut Tx, row: &Row) -> store::Result<()> {
    store::challenge::void(tx, row.id).await?;
    store::pending::clear(tx, row.id).await?;
    store::message::withdraw_codes(tx, &row.public_id).await
}

impl Row {
    /// Whose flow it is; nobody sets anything up in a decoy.
    pub(super) fn owner(&self) -> Answer<String> {
        self.account.clone().ok_or_else(|| Refused::new(Code::Internal))
    }

    /// What its gates have to be.
    pub(crate) fn rule(&self) -> Rule<'_> {
        self.policy.rule(self.intent)
    }

    /// Whether its time no longer matters: it is over, or the directory is being asked.
    pub(super) fn is_settled(&self) -> bool {
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
            population: row.population,
            // A flow of an earlier version keeps to what is strict, and to what holds for its person by now.
            policy: if row.policy.is_empty() { Policy::default() } else { serde_json::from_str(&row.policy)? },
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
            population: self.population.clone(),
            policy: serde_json::to_string(&self.policy)?,
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

impl Row {
    /// When the flow ends if nothing happens.
    pub(crate) fn expires_at(&self, app: &App) -> Timestamp {
        let ends_at = at(self.ends_at);
        if self.standing.is_over() {
            return ends_at;
        }
        later(at(self.touched_at), app.config.limits.flow_idle_seconds).min(ends_at)
    }

    /// How long what has been proven is good for, from now; never longer than the flow itself.
    pub(crate) fn good_until(&self, app: &App, now: Timestamp) -> Timestamp {
        let limits = &app.config.limits;
        let whole = later(at(self.started_at), limits.flow_seconds);
        match self.standing {
            Standing::SetPassword => later(now, limits.grant_seconds).min(whole),
            Standing::ChooseMethod | Standing::Prove if !self.passed.is_empty() => {
                later(now, limits.gate_seconds).min(whole)
            }
            Standing::ChooseMethod
            | Standing::Prove
            | Standing::Manage
            | Standing::Working
            | Standing::Done
            | Standing::Blocked
            | Standing::Cancelled
            | Standing::Expired
            | Standing::Uncertain => whole,
        }
    }

    pub(super) fn gate(&self) -> Option<Gate> {
        let number = u8::try_from(self.passed.len()).unwrap_or(u8::MAX).saturating_add(1);
        let asks = matches!(self.standing, Standing::ChooseMethod | Standing::Prove);
        asks.then_some(Gate { number, of: self.gates })
    }

    pub(super) fn allowed(&self) -> Vec<Call> {
        match self.standing {
            Standing::ChooseMethod => vec![Call::Challenge, Call::Extend, Call::Cancel],
            Standing::Prove if self.asked == Some(Method::CurrentPassword) => {
                vec![Call::Proof, Call::Extend, Call::Cancel]
            }
            Standing::Prove => vec![Call::Challenge, Call::Proof, Call::Extend, Call::Cancel],
            Standing::SetPassword => vec![Call::Password, Call::Extend, Call::Cancel],
            Standing::Manage => vec![Call::Methods, Call::Finish, Call::Extend, Call::Cancel],
            Standing::Done => {
                let feedback = (!self.feedback_given).then_some(Call::Feedback);
                // What is known already has its token from the start.
                let device = (!self.device_given && self.device.is_none()).then_some(Call::Device);
                feedback.into_iter().chain(device).collect()
            }
            Standing::Working | Standing::Blocked | Standing::Cancelled | Standing::Expired | Standing::Uncertain => {
                vec![]
            }
        }
    }
}
