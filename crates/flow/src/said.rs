//! What the server says, and what follows from it without asking anybody.

use std::time::Duration;

use jiff::Timestamp;
use latchkey_api as api;
use latchkey_api::flow::{Answered, Intent, Method, Proof, Shown, Step};
use latchkey_api::problem::{Code, Problem};
use uuid::Uuid;

use super::setup::Setup;
use super::typed;
use super::{Call, Effect, Failure, Flow, Secrets};
use crate::screen::{Lost, PlacesState, Revealed, Trouble, TroubleCode, Unusable, seconds_until};
use crate::window::WindowKind;

/// Waits between tries to reach a server that is gone, in seconds.
const RETRIES: [u32; 5] = [2, 5, 10, 20, 30];
/// How often an uncertain outcome is asked for.
const WORKING: Duration = Duration::from_secs(1);

impl Flow {
    pub(super) fn met(&mut self, answer: Result<Box<api::Campus>, Failure>) -> Vec<Effect> {
        match answer {
            Ok(campus) => {
                self.answered();
                if older(env!("CARGO_PKG_VERSION"), &campus.oldest_client) {
                    self.unusable = Some(Unusable::TooOld);
                }
                self.campus = Some(*campus);
                self.show_characters()
            }
            Err(Failure::Refused(problem)) if problem.code == Code::ClientTooOld => {
                self.answered();
                self.unusable = Some(Unusable::TooOld);
                Vec::new()
            }
            Err(Failure::Refused(_)) => self.lost(Lost::Network),
            Err(Failure::Lost(why)) => self.lost(why),
        }
    }

    pub(super) fn answer(&mut self, answer: Result<Box<Answered>, Failure>) -> Vec<Effect> {
        if self.window == WindowKind::Places && self.places.state != PlacesState::None {
            // The proof has served, and its flow was cancelled: whatever comes of that, the places go on.
            return Vec::new();
        }
        let answered = match answer {
            Ok(answered) => *answered,
            Err(Failure::Lost(why)) => return self.lost(why),
            Err(Failure::Refused(problem)) => {
                let call = self.answered();
                return self.refused(*problem, call);
            }
        };
        let call = self.answered();
        if call == Some(Call::Start) {
            self.check.shown = None;
            self.check.solution = None;
        }
        // Asking for more time leaves on the screen what is there.
        if call != Some(Call::Look) || !self.stands_at(&answered.flow) {
            self.trouble = None;
        }
        if let Some(shown) = &answered.shown {
            self.keep(shown, &answered.flow);
        }
        self.adopt(answered.flow)
    }

    pub(super) fn answered(&mut self) -> Option<Call> {
        self.offline = None;
        self.call.take()
    }

    /// Keeps what is given this once: what is being set up, or what replaces a used recovery code.
    fn keep(&mut self, shown: &Shown, flow: &api::Flow) {
        if let Step::Manage { manage } = &flow.step
            && let Some(pending) = manage.pending.as_ref().filter(|pending| self.setup.wants_secrets_of(pending))
        {
            self.setup.keep(&pending.id, shown);
            return;
        }
        if let Some(code) = shown.recovery_codes.first() {
            self.replacement = Some(Revealed::new(typed::in_fours(code, '-')));
        }
    }

    /// Takes over where the server says that the flow stands, and goes on where nobody needs to be asked.
    fn adopt(&mut self, envelope: api::Flow) -> Vec<Effect> {
        if !self.stands_at(&envelope) {
            self.choosing = false;
            if let Step::ChooseMethod { choose_method } = &envelope.step {
                self.offered.clone_from(&choose_method.methods);
                self.chosen = None;
                self.destination.clear();
            }
        }
        self.second_factor |= match &envelope.step {
            Step::ChooseMethod { .. } => true,
            Step::Prove { prove } => prove.method != Method::CurrentPassword,
            Step::SetPassword { .. }
            | Step::Manage { .. }
            | Step::Working
            | Step::Done { .. }
            | Step::Blocked { .. }
            | Step::Cancelled
            | Step::Expired => false,
        };
        let until_end = seconds_until(envelope.now, envelope.expires_at).saturating_add(1);
        self.envelope = Some(envelope);
        let mut effects = self.advance();
        if self.call.is_none() && self.runs() {
            effects.push(Effect::WakeIn(Duration::from_secs(u64::from(until_end))));
        }
        effects
    }

    /// Whether the flow has not moved on since the server answered last.
    fn stands_at(&self, envelope: &api::Flow) -> bool {
        self.envelope
            .as_ref()
            .is_some_and(|last| last.flow_id == envelope.flow_id && last.revision == envelope.revision)
    }

    /// Does what the step asks for if it is known already: the old password, the new one, the places.
    pub(super) fn advance(&mut self) -> Vec<Effect> {
        let Some(envelope) = &self.envelope else { return Vec::new() };
        let revision = envelope.revision;
        match &envelope.step {
            Step::Prove { prove } if prove.method == Method::CurrentPassword => {
                let Some(old) = self.secrets.old.clone().filter(|_| !self.secrets.old_sent) else { return Vec::new() };
                self.secrets.old_sent = true;
                self.prove(|revision| Proof { revision, current_password: Some(old), ..Proof::default() })
            }
            Step::SetPassword { .. } if self.window == WindowKind::Places => self.proven_for_places(revision),
            Step::SetPassword { .. } => {
                let Some((new, operation)) = self.secrets.new.clone() else { return Vec::new() };
                self.secrets.new_sent = true;
                let old = self.secrets.old.clone().filter(|_| envelope.intent == Intent::Change);
                self.ask(Call::Other, Effect::SetPassword { revision, old, new, operation })
            }
            Step::Manage { .. } => {
                // It has served: what follows is the server's to believe.
                self.secrets = Secrets::default();
                self.managed()
            }
            Step::Working => {
                self.call = None;
                vec![Effect::WakeIn(WORKING)]
            }
            Step::Done { done } => self.done(done.changed_at),
            Step::Cancelled | Step::Expired | Step::Blocked { .. } => {
                self.setup = Setup::default();
                if self.places.state == PlacesState::None {
                    self.secrets = Secrets::default();
                }
                Vec::new()
            }
            Step::ChooseMethod { .. } | Step::Prove { .. } => Vec::new(),
        }
    }

    fn done(&mut self, changed_at: Timestamp) -> Vec<Effect> {
        if std::mem::replace(&mut self.finished, true) || self.places.state != PlacesState::None {
            return Vec::new();
        }
        self.setup = Setup::default();
        let mut effects = vec![Effect::RenewPage];
        if self.secrets.new.is_some() && self.secrets.new_sent {
            self.places.state = PlacesState::Looking;
            let old = self.secrets.old.clone();
            effects.push(Effect::FindCopies { account: self.account.clone(), old, changed_at: Some(changed_at) });
            effects.push(Effect::Notify("notification-changed"));
        }
        effects
    }

    /// The password that was typed is the current one: nothing is changed in the directory, only here.
    fn proven_for_places(&mut self, revision: u32) -> Vec<Effect> {
        if self.places.state != PlacesState::None {
            return Vec::new();
        }
        if let Some(current) = self.secrets.old.take() {
            self.secrets.new = Some((current, Uuid::nil()));
        }
        self.places.state = PlacesState::Looking;
        vec![
            Effect::Cancel { revision },
            Effect::RenewPage,
            Effect::FindCopies { account: self.account.clone(), old: None, changed_at: None },
        ]
    }

    fn refused(&mut self, problem: Problem, call: Option<Call>) -> Vec<Effect> {
        self.trouble = Some(trouble_of(&problem));
        match problem.code {
            Code::Unauthorized => {
                self.ended = true;
                self.forget_flow();
                self.secrets = Secrets::default();
            }
            Code::ClientTooOld => self.unusable = Some(Unusable::TooOld),
            // Said of an intent, before there is a flow.
            Code::NotAllowed | Code::NotFound if call == Some(Call::Start) && !self.began_at_start => {
                self.unusable = Some(Unusable::NotOffered);
            }
            Code::PasswordRefused => {
                self.secrets.new = None;
                self.secrets.new_sent = false;
            }
            Code::CurrentPasswordWrong => self.secrets = Secrets::default(),
            Code::ProofNeeded => self.trouble = None,
            Code::AnswersRefused => self.setup.refusals = problem.answer_refusals,
            Code::Malformed
            | Code::TooLarge
            | Code::NotFound
            | Code::MethodNotAllowed
            | Code::UnsupportedMediaType
            | Code::HumanCheckFailed
            | Code::Stale
            | Code::NotAllowed
            | Code::MethodUnavailable
            | Code::DestinationInvalid
            | Code::DestinationWrong
            | Code::DestinationNotAllowed
            | Code::ResendTooSoon
            | Code::CodeWrong
            | Code::CodeExpired
            | Code::CodeSpent
            | Code::AnswersWrong
            | Code::MeansUnavailable
            | Code::NoticeUnknown
            | Code::IdempotencyMismatch
            | Code::RateLimited
            | Code::Unavailable
            | Code::Internal
            | Code::Unknown => {}
        }
        let registers = self.window == WindowKind::Register;
        if registers && self.setup.was_refused(problem.code) && problem.flow.is_none() {
            return self.ask(Call::Look, Effect::Look);
        }
        let Some(flow) = problem.flow else { return self.check_was_spent() };
        if problem.code == Code::Stale {
            self.trouble = None;
            return self.adopt(*flow);
        }
        let (chosen, destination) = (self.chosen, self.destination.clone());
        let effects = self.adopt(*flow);
        if matches!(self.step(), Some(Step::ChooseMethod { .. })) {
            (self.chosen, self.destination) = (chosen, destination);
        }
        effects
    }

    pub(super) fn lost(&mut self, why: Lost) -> Vec<Effect> {
        let tries = self.offline.map_or(0, |(tries, _)| tries + 1);
        self.offline = Some((tries, why));
        vec![Effect::WakeIn(Duration::from_secs(u64::from(wait(tries))))]
    }

    pub(super) fn woken(&mut self) -> Vec<Effect> {
        if self.offline.is_some() {
            return self.retry();
        }
        if self.call.is_none() && self.runs() {
            return self.ask(Call::Look, Effect::Look);
        }
        Vec::new()
    }
}

pub(super) fn trouble_of(problem: &Problem) -> Trouble {
    Trouble {
        code: TroubleCode::Server(problem.code),
        attempts_left: problem.attempts_left,
        retry_after: problem.retry_after.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
        refusals: problem.refusals.clone(),
    }
}

/// Seconds until the next try.
pub(super) fn wait(tries: u32) -> u32 {
    let at = usize::try_from(tries).unwrap_or(usize::MAX).min(RETRIES.len() - 1);
    RETRIES.get(at).copied().unwrap_or(30)
}

/// Whether a version is older than another one; what is not numbers and dots counts as 0.
pub(super) fn older(ours: &str, oldest: &str) -> bool {
    let numbers = |version: &str| -> Vec<u32> { version.split('.').map(|part| part.parse().unwrap_or(0)).collect() };
    numbers(ours) < numbers(oldest)
}
