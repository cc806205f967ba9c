//! What an account has set up, and what may be added, as the app is shown it (RG-01, RG-07).

use jiff::{SignedDuration, Timestamp};
use latchkey_api::flow::{Addable, CodeAsked, Manage, Means, Pending as Shown, Question, Registered as Listed};
use latchkey_api::{Intent, Method};

use super::code::{TOTP_DIGITS, length};
use super::menu::{Own, own_menu};
use super::pending::{self, Pending};
use crate::app::App;
use crate::clock::{at, in_seconds, later};
use crate::config::{OfficePhone, Policy};
use crate::flow::row::Row;
use crate::guard::decoy;
use crate::message::queue::kind_of;
use crate::person::methods::in_a_row;
use crate::person::methods::recovery;
use crate::person::methods::{self, Registered, means_of};
use crate::refused::Answer;
use crate::store::Tx;

/// Questions that are registered at once (Microsoft SSPR: five, of which three are asked).
pub(in crate::flow) const QUESTIONS_WANTED: u8 = 5;

impl Row {
    /// Until when changes are taken without a new proof.
    pub(in crate::flow) fn fresh_until(&self, app: &App) -> Timestamp {
        let last = self.passed.iter().map(|passed| passed.at).max().unwrap_or(i64::MIN);
        later(at(last), app.config.limits.fresh_proof_seconds)
    }
}

/// What the app is shown.
pub(in crate::flow) async fn shown(app: &App, row: &Row) -> Answer<Manage> {
    let account = row.owner()?;
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let all = methods::of(&mut tx, &account).await?;
    let left = recovery::of(&mut tx, &account).await?.len();
    let own = own_menu(app, &mut tx, &account, &row.policy, Intent::Reset).await?;
    let waiting = pending::of(&mut tx, row.id).await?;
    let disabled = in_a_row::disabled(&mut tx, &app.config.limits, &account).await?;
    drop(tx);
    let listed = |held: &Held| {
        let disabled = held.methods.iter().any(|method| disabled.iter().any(|found| found.method == method.method));
        held.listed(app, row, left, now, disabled)
    };
    let held = held(all);
    let registered = held.iter().map(listed).collect::<Answer<_>>()?;
    Ok(Manage {
        registered,
        addable: addable(app, &row.policy),
        enough: is_enough(&row.policy, &held, &own),
        wanted: wanted(&row.policy, &held),
        fresh_until: in_seconds(row.fresh_until(app)),
        pending: waiting.map(|pending| pending.shown(app)),
    })
}

/// Whether an account has enough set up; of nobody it is asked with the same work (EN-02).
pub(in crate::flow) async fn has_enough(app: &App, tx: &mut Tx, account: &str, policy: &Policy) -> Answer<bool> {
    let held = held(methods::of(tx, account).await?);
    let own = own_menu(app, tx, account, policy, Intent::Reset).await?;
    Ok(is_enough(policy, &held, &own))
}

/// Whether what is set up leads back in, and is as much as the campus wants of this person (RG-07).
fn is_enough(policy: &Policy, held: &[Held], own: &Own) -> bool {
    let leads_in = !policy.rule(Intent::Reset).useful(&own.kept()).is_empty();
    let different = Means::ALL.into_iter().filter(|means| has(held, *means)).count();
    leads_in && wanted(policy, held).is_empty() && different >= usize::from(policy.register.at_least)
}

/// What the campus wants this person to set up and is not yet.
fn wanted(policy: &Policy, held: &[Held]) -> Vec<Means> {
    policy.register.required.iter().copied().filter(|means| !has(held, *means)).collect()
}

fn has(held: &[Held], means: Means) -> bool {
    held.iter().any(|held| held.means == means)
}

/// One thing that an account has set up, with all the methods that it serves.
#[derive(Debug)]
pub(in crate::flow) struct Held {
    pub(in crate::flow) means: Means,
    /// At least one.
    pub(in crate::flow) methods: Vec<Registered>,
}

/// What an account has set up, thing by thing: two methods of one number are one.
pub(in crate::flow) fn held(registered: Vec<Registered>) -> Vec<Held> {
    let mut out: Vec<Held> = Vec::new();
    for found in registered {
        let Some(means) = means_of(found.method) else { continue };
        let same = |held: &&mut Held| held.means == means && held.device() == found.device.as_deref();
        match out.iter_mut().find(same) {
            Some(held) => held.methods.push(found),
            None => out.push(Held { means, methods: vec![found] }),
        }
    }
    out.sort_by_key(|held| held.means);
    out
}

impl Held {
    /// What names it in calls.
    pub(in crate::flow) fn id(&self) -> &str {
        self.methods.first().map_or("", |first| &first.id)
    }

    fn device(&self) -> Option<&[u8]> {
        self.methods.first().and_then(|first| first.device.as_deref())
    }

    fn listed(&self, app: &App, row: &Row, codes_left: usize, now: Timestamp, disabled: bool) -> Answer<Listed> {
        let (account, policy) = (row.owner()?, &row.policy);
        let first = self.methods.first();
        let hint = first.and_then(|first| first.hint(&app.keys, &account));
        let codes = self.means == Means::RecoveryCodes;
        Ok(Listed {
            id: self.id().to_owned(),
            means: self.means,
            hint,
            fixed: is_fixed(app, self.means),
            // A method that is disabled proves something again once its owner has shown that it works (OT-05).
            due: can_be_checked(self.means) && (disabled || self.is_due(policy, now)),
            left: codes.then(|| u8::try_from(codes_left).unwrap_or(u8::MAX)),
        })
    }

    fn is_due(&self, policy: &Policy, now: Timestamp) -> bool {
        let days = i64::from(policy.register.confirm_again_days);
        let last = self.methods.iter().filter_map(|method| method.confirmed_at).max();
        let since = last.map(|last| now.duration_since(at(last)));
        days > 0 && since.is_some_and(|since| since >= SignedDuration::from_hours(24 * days))
    }
}

impl Pending {
    fn shown(&self, app: &App) -> Shown {
        let digits = match (self.method, self.method.and_then(kind_of)) {
            (Some(Method::Totp), _) => Some(TOTP_DIGITS),
            (_, Some(kind)) => Some(length(app, kind)),
            (_, None) => None,
        };
        let code = digits.map(|length| CodeAsked {
            length,
            expires_at: self.expires_at.map(at).map(in_seconds),
            // The next whole second: not before the server takes it.
            resend_at: self.resend_at.map(|milliseconds| in_seconds(at(milliseconds + 999))),
        });
        let attempts_left = self.max_tries.saturating_sub(self.tries);
        Shown { id: self.id.clone(), means: self.means, method: self.method, code, attempts_left }
    }
}

/// What may be added, in the order in which methods are offered.
fn addable(app: &App, policy: &Policy) -> Vec<Addable> {
    let mut out: Vec<Addable> = Vec::new();
    for means in policy.methods.offered.iter().filter_map(|method| means_of(*method)) {
        if is_fixed(app, means) || out.iter().any(|there| there.means == means) {
            continue;
        }
        let confirm_by = methods_on(policy, means).into_iter().filter(|method| kind_of(*method).is_some()).collect();
        let asks = means == Means::Questions;
        let catalogue = if asks { decoy::QUESTIONS.as_slice() } else { &[] };
        let questions = catalogue.iter().map(|id| Question { id: (*id).to_owned() }).collect();
        out.push(Addable { means, confirm_by, questions, wanted: asks.then_some(QUESTIONS_WANTED) });
    }
    out
}

/// The methods of these means that are switched on.
pub(in crate::flow) fn methods_on(policy: &Policy, means: Means) -> Vec<Method> {
    policy.methods.offered.iter().copied().filter(|method| means.methods().contains(method)).collect()
}

/// Whether the directory says what it is, and not the person.
pub(in crate::flow) fn is_fixed(app: &App, means: Means) -> bool {
    means == Means::Office && app.config.methods.office_phone == OfficePhone::Directory
}

/// Whether its owner can prove that it still works.
pub(in crate::flow) const fn can_be_checked(means: Means) -> bool {
    match means {
        Means::Mobile | Means::Office | Means::Email | Means::Authenticator => true,
        Means::Questions | Means::RecoveryCodes => false,
    }
}
