//! What the app is shown of a flow: its envelope, and what may be chosen, typed and changed at the step where it stands.
//!
//! A row comes in and is only read here; what a call does to it stands in the rooms beside this one.

pub(super) mod code;
pub(super) mod listing;
pub(super) mod menu;
pub(super) mod pending;

use latchkey_api::flow::{Blocked, ChooseMethod, CodeAsked, Done, MethodChoice, Prove, Question, SetPassword};
use latchkey_api::{Flow, Method, Step};

use self::code::TOTP_DIGITS;
use super::row::{Row, Standing};
use crate::app::App;
use crate::clock::{at, in_seconds};
use crate::guard::gates::Offer;
use crate::person::methods::passes;
use crate::person::policy;
use crate::refused::Answer;
use crate::store;

/// What the app is shown.
pub(crate) async fn envelope(app: &App, row: &Row) -> Answer<Flow> {
    let step = match row.standing {
        Standing::ChooseMethod => {
            Step::ChooseMethod { choose_method: ChooseMethod { methods: choices(app, row).await? } }
        }
        Standing::Prove => Step::Prove { prove: prove(app, row).await? },
        Standing::SetPassword => {
            let rules = policy::shown(app, row.account.as_deref().unwrap_or_default(), &row.policy.password).await;
            Step::SetPassword { set_password: SetPassword { rules } }
        }
        Standing::Manage => Step::Manage { manage: listing::shown(app, row).await? },
        Standing::Working => Step::Working,
        Standing::Done => Step::Done { done: row.done.clone().unwrap_or_else(|| unfinished(app)) },
        Standing::Blocked => Step::Blocked { blocked: Blocked { until: row.blocked_until.map(at).map(in_seconds) } },
        Standing::Cancelled => Step::Cancelled,
        Standing::Expired => Step::Expired,
        Standing::Uncertain => Step::Uncertain,
    };
    Ok(Flow {
        flow_id: row.public_id.clone(),
        revision: row.revision,
        intent: row.intent,
        now: in_seconds(app.clock.now()),
        expires_at: in_seconds(row.expires_at(app)),
        gate: row.gate(),
        allowed: row.allowed(),
        step,
    })
}

fn unfinished(app: &App) -> Done {
    Done {
        changed_at: app.clock.now(),
        unlocked: false,
        may_be_locked_elsewhere: false,
        old_password_may_work_until: None,
    }
}

async fn choices(app: &App, row: &Row) -> Answer<Vec<MethodChoice>> {
    let mut tx = app.store.read().await?;
    let open = menu::open(app, &mut tx, row).await?;
    let choice = |offer: Offer| MethodChoice { method: offer.method, destination: offer.method.destination() };
    Ok(open.into_iter().map(choice).collect())
}

async fn prove(app: &App, row: &Row) -> Answer<Prove> {
    let method = row.asked.unwrap_or(Method::CurrentPassword);
    let mut tx = app.store.read().await?;
    let challenge = store::challenge::last(&mut tx, row.id).await?;
    drop(tx);
    let open = challenge.as_ref().filter(|challenge| challenge.state == "open");
    // Of what was asked for in this flow alone: what others have tried, or the owner elsewhere, is nobody's to see (D4).
    let attempts_left = open.map_or(0, |challenge| challenge.max_tries.saturating_sub(challenge.tries));
    let sent = |code: CodeAsked| CodeAsked {
        expires_at: challenge.as_ref().and_then(|c| c.expires_at).map(at).map(in_seconds),
        // The next whole second: not before the server takes it.
        resend_at: challenge.as_ref().and_then(|c| c.resend_at).map(|milliseconds| in_seconds(at(milliseconds + 999))),
        ..code
    };
    let limits = &app.config.limits;
    let code = |length| CodeAsked { length, expires_at: None, resend_at: None };
    let code = match method {
        Method::TextMobile | Method::Email => Some(sent(code(limits.code_digits))),
        Method::CallMobile | Method::CallOffice => Some(sent(code(limits.spoken_code_digits))),
        Method::Totp => Some(code(TOTP_DIGITS)),
        Method::RecoveryCode => Some(code(16)),
        Method::HelpdeskPass => Some(code(u8::try_from(passes::LENGTH).unwrap_or(u8::MAX))),
        Method::Questions | Method::CurrentPassword => None,
    };
    let questions = if method == Method::Questions { row.questions.clone() } else { Vec::new() };
    let questions = questions.into_iter().map(|id| Question { id }).collect();
    Ok(Prove { method, code, questions, attempts_left })
}
