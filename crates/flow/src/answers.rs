//! What follows when the server says something, without asking anybody.

use std::time::Duration;

use jiff::Timestamp;
use latchkey_api as api;
use latchkey_api::flow::{Answered, Call as Allowed, Intent, Method, Proof, Shown, Step};
use latchkey_api::problem::{Code, Problem};
use secrecy::ExposeSecret as _;

use crate::attempt::{Attempt, Open};
use crate::places::Places;
use crate::screen::{Lost, Revealed, Unusable};
use crate::secrets::{Current, New};
use crate::setup::Setup;
use crate::window::WindowKind;
use crate::{Call, Change, Effect, Failure, Flow, Server, Timer, typed};

/// Waits between tries to reach a server that is gone, in seconds.
const RETRIES: [u32; 5] = [2, 5, 10, 20, 30];
/// How often an uncertain outcome is asked for.
const WORKING: Duration = Duration::from_secs(1);

impl Flow {
    pub(crate) fn met(&mut self, answer: Result<Box<api::Campus>, Failure>) -> Vec<Effect> {
        match answer {
            Ok(campus) => {
                if older(env!("CARGO_PKG_VERSION"), &campus.oldest_client) {
                    self.unusable = Some(Unusable::TooOld);
                }
                let suspended = campus.suspended;
                self.campus = Some(*campus);
                if suspended {
                    return self.lost(Lost::Suspended);
                }
                self.answered();
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

    pub(crate) fn answer(&mut self, answer: Result<Box<Answered>, Failure>) -> Vec<Effect> {
        if self.call.is_none() && self.attempt.open().is_none() {
            // Nobody waits for it: the attempt was given up, or has served.
            return Vec::new();
        }
        match answer {
            Ok(answered) => self.accepted(*answered),
            Err(Failure::Lost(why)) => self.lost(why),
            Err(Failure::Refused(problem)) if problem.code == Code::Suspended => self.suspended(),
            Err(Failure::Refused(problem)) if self.is_worth_another_look(&problem) => self.lost(Lost::Network),
            Err(Failure::Refused(problem)) => {
                let call = self.answered();
                self.refused(*problem, call.as_ref())
            }
        }
    }

    /// The campus has stopped this for a while: nothing was written, and what is open is asked for until it can go on.
    fn suspended(&mut self) -> Vec<Effect> {
        let call = self.call.clone();
        let mut effects = self.password_was_refused(Code::Suspended, call.as_ref());
        effects.extend(self.lost(Lost::Suspended));
        effects
    }

    /// Notes that the server has answered, and says what it was asked.
    pub(crate) fn answered(&mut self) -> Option<Call> {
        self.server = Server::Reached;
        self.call.take()
    }

    /// Whether a look found no answer to whether a password was written: that is asked for again after a while.
    fn is_worth_another_look(&self, problem: &Problem) -> bool {
        let busy = matches!(problem.code, Code::Unavailable | Code::RateLimited | Code::Internal);
        busy && problem.flow.is_none() && matches!(self.call, Some(Call::Look)) && self.secrets.new.is_sent()
    }

    fn accepted(&mut self, Answered { flow, shown }: Answered) -> Vec<Effect> {
        let call = self.answered();
        let stands = self.attempt.open().is_some_and(|open| open.stands_at(&flow));
        match call {
            Some(Call::Start) => self.human_check.begin_anew(),
            // Asking for more time leaves on the screen what is there.
            Some(Call::Look) if stands => {}
            Some(Call::Campus | Call::Look | Call::NotMe(_) | Call::SetPassword | Call::Cancel | Call::Other)
            | None => {
                self.trouble = None;
            }
        }
        if let Some(shown) = &shown {
            self.keep(shown, &flow);
        }
        let sent_to = shown.as_ref().and_then(|shown| shown.sent_to.clone());
        let replaced = shown.filter(|_| !matches!(flow.step, Step::Manage { .. }));
        let effects = self.adopt(flow);
        if let (Some(open), Some(code)) =
            (self.attempt.open_mut(), replaced.and_then(|shown| shown.recovery_codes.into_iter().next()))
        {
            open.replacement = Some(Revealed::new(typed::in_fours(&code, '-')));
        }
        if let Some(sent_to) = sent_to {
            self.show_where_it_went(sent_to.expose_secret());
        }
        effects
    }

    /// Shows a number as it is dialled, in place of what was typed (F3).
    fn show_where_it_went(&mut self, sent_to: &str) {
        let Some(open) = self.attempt.open_mut() else { return };
        let sets_up = matches!(open.envelope.step, Step::Manage { .. });
        sent_to.clone_into(if sets_up { &mut self.setup.destination } else { &mut open.destination });
    }

    /// Keeps what is given this once of what is being set up.
    fn keep(&mut self, shown: &Shown, flow: &api::Flow) {
        let Step::Manage { manage } = &flow.step else { return };
        if let Some(pending) = manage.pending.as_ref().filter(|pending| self.setup.wants_secrets_of(pending)) {
            self.setup.keep(&pending.id, shown);
        }
    }

    /// Takes over where the server says that the attempt stands, and goes on where nobody needs to be asked.
    fn adopt(&mut self, envelope: api::Flow) -> Vec<Effect> {
        match &mut self.attempt {
            Attempt::Open(open) => {
                let moved = !open.stands_at(&envelope);
                open.take_over(envelope, moved);
            }
            Attempt::NotBegun | Attempt::Forgotten => {
                let mut open = Open::new(envelope.clone());
                open.take_over(envelope, true);
                self.attempt = Attempt::Open(Box::new(open));
            }
        }
        let mut effects = self.advance();
        effects.extend(self.wake_at_the_end().filter(|_| !is_waiting(&effects)));
        effects
    }

    /// Does what the step asks for if it is known already: the old password, the new one, the places.
    pub(crate) fn advance(&mut self) -> Vec<Effect> {
        let Some(open) = self.attempt.open() else { return Vec::new() };
        match open.envelope.step.clone() {
            Step::Prove { prove } if prove.method == Method::CurrentPassword => {
                let Some(current) = self.secrets.current.send() else { return Vec::new() };
                self.prove(|revision| Proof { revision, current_password: Some(current), ..Proof::default() })
            }
            Step::SetPassword { .. } if self.window == WindowKind::Places => self.proven_for_places(),
            Step::SetPassword { .. } => self.set_password(),
            Step::Manage { .. } => {
                // The password has served: what follows is the server's to believe.
                self.secrets.forget();
                self.managed()
            }
            Step::Working => vec![Effect::WakeIn { timer: Timer::Server, after: WORKING }],
            Step::Done { done } => self.done(done.changed_at),
            Step::Cancelled | Step::Expired | Step::Uncertain | Step::Blocked { .. } => {
                self.secrets.forget();
                self.setup = Setup::default();
                Vec::new()
            }
            Step::ChooseMethod { .. } | Step::Prove { .. } => Vec::new(),
        }
    }

    /// Sends the new password if there is one. The journal knows of the write before it goes out.
    fn set_password(&mut self) -> Vec<Effect> {
        let Some(envelope) = self.attempt.open().map(|open| &open.envelope) else { return Vec::new() };
        let (revision, intent) = (envelope.revision, envelope.intent);
        let Some((new, operation)) = self.secrets.new.send() else { return Vec::new() };
        let old = self.secrets.current.known().filter(|_| intent == Intent::Change).cloned();
        let mut effects = vec![Effect::NoteWrite { account: self.account.clone() }];
        effects.extend(self.ask(Call::SetPassword, Effect::SetPassword { revision, old, new, operation }));
        effects
    }

    fn done(&mut self, changed_at: Timestamp) -> Vec<Effect> {
        let Some(open) = self.attempt.open_mut() else { return Vec::new() };
        if std::mem::replace(&mut open.ended, true) {
            return Vec::new();
        }
        let known_from_now_on = open.allows(Allowed::Device).then_some(open.envelope.revision);
        self.setup = Setup::default();
        let mut effects = vec![Effect::RenewPage];
        let secrets = std::mem::take(&mut self.secrets);
        if let New::Sent { password, .. } = secrets.new {
            let change = Change { account: self.account.clone(), changed_at };
            let (places, looks) = Places::look(change, secrets.current.known().cloned(), password);
            self.places = Some(places);
            effects.extend(looks);
        }
        let account = self.account.clone();
        effects.extend(known_from_now_on.map(|revision| Effect::RememberDevice { revision, account }));
        effects
    }

    /// The password that was typed is the current one: nothing is changed in the directory, only here. The attempt has
    /// served, and the copies go on without it.
    fn proven_for_places(&mut self) -> Vec<Effect> {
        let secrets = std::mem::take(&mut self.secrets);
        let (Some(pending), Current::Sent(current)) = (&self.pending, secrets.current) else { return Vec::new() };
        let change = Change { account: pending.account.clone(), changed_at: pending.changed_at };
        let revision = self.attempt.revision();
        self.attempt = Attempt::NotBegun;
        self.call = None;
        let (places, looks) = Places::look(change, secrets.earlier, current);
        self.places = Some(places);
        let mut effects: Vec<Effect> = revision.map(|revision| Effect::Cancel { revision }).into_iter().collect();
        effects.push(Effect::RenewPage);
        effects.extend(looks);
        effects
    }

    fn refused(&mut self, problem: Problem, call: Option<&Call>) -> Vec<Effect> {
        let code = problem.code;
        if code == Code::Stale {
            return self.stale(problem, call);
        }
        self.trouble = (code != Code::ProofNeeded).then(|| (&problem).into());
        let mut effects = self.password_was_refused(code, call);
        effects.extend(self.follow(problem, call));
        effects
    }

    /// The attempt has moved on: what was asked is asked again where it stands now.
    fn stale(&mut self, problem: Problem, call: Option<&Call>) -> Vec<Effect> {
        let before = self.attempt.revision();
        let trouble = (&problem).into();
        let Some(flow) = problem.flow else {
            self.trouble = Some(trouble);
            return self.check_was_spent();
        };
        if matches!(call, Some(Call::Cancel)) && before != Some(flow.revision) && !crate::attempt::is_over(&flow.step) {
            let revision = flow.revision;
            if let Some(open) = self.attempt.open_mut() {
                open.take_over(*flow, true);
            }
            return self.ask(Call::Cancel, Effect::Cancel { revision });
        }
        if before == Some(flow.revision) {
            // It has not moved, so asking the same again would be answered the same.
            self.trouble = Some(trouble);
            self.secrets.new = New::None;
        } else {
            self.trouble = None;
        }
        self.adopt(*flow)
    }

    /// A new password that the server has turned down is forgotten: another try is another operation. Where the server
    /// says that nothing was written, the journal is told.
    fn password_was_refused(&mut self, code: Code, call: Option<&Call>) -> Vec<Effect> {
        if code == Code::CurrentPasswordWrong {
            self.secrets.current = Current::Unknown;
        }
        let sent = self.secrets.new.is_sent() && matches!(call, Some(Call::SetPassword | Call::Look));
        if !sent && code != Code::CurrentPasswordWrong && code != Code::PasswordRefused {
            return Vec::new();
        }
        self.secrets.new = New::None;
        if sent && nothing_was_written(code) {
            return vec![Effect::DropWrite { account: self.account.clone() }];
        }
        Vec::new()
    }

    /// Goes where a refusal leads.
    fn follow(&mut self, problem: Problem, call: Option<&Call>) -> Vec<Effect> {
        let code = problem.code;
        if code == Code::Unauthorized {
            self.forget_attempt();
            self.attempt = Attempt::Forgotten;
            self.secrets.forget();
        } else if code == Code::ClientTooOld {
            self.unusable = Some(Unusable::TooOld);
        } else if matches!(code, Code::NotAllowed | Code::NotFound)
            && matches!(call, Some(Call::Start))
            && !self.began_at_start
        {
            // It was said of an intent, before there was an attempt.
            self.unusable = Some(Unusable::NotOffered);
        }
        let registers = self.window == WindowKind::Register;
        if code == Code::AnswersRefused {
            self.setup.refusals = problem.answer_refusals;
        }
        if registers && self.setup.was_refused(code) && problem.flow.is_none() {
            return self.ask(Call::Look, Effect::Look);
        }
        let Some(flow) = problem.flow else { return self.check_was_spent() };
        let kept = self.attempt.open().map(|open| (open.chosen, open.destination.clone()));
        let effects = self.adopt(*flow);
        if let (Some(open), Some((chosen, destination))) = (self.attempt.open_mut(), kept)
            && matches!(open.envelope.step, Step::ChooseMethod { .. })
        {
            (open.chosen, open.destination) = (chosen, destination);
        }
        effects
    }

    pub(crate) fn lost(&mut self, why: Lost) -> Vec<Effect> {
        let tries = match self.server {
            Server::Reached => 0,
            Server::Gone { tries, .. } | Server::AskedAgain { tries, .. } => tries + 1,
        };
        self.server = Server::Gone { tries, why };
        vec![Effect::WakeIn { timer: Timer::Server, after: Duration::from_secs(u64::from(wait(tries))) }]
    }

    pub(crate) fn woken(&mut self) -> Vec<Effect> {
        if !self.is_reached() {
            return self.retry();
        }
        if self.call.is_none() && self.attempt.runs() {
            return self.ask(Call::Look, Effect::Look);
        }
        Vec::new()
    }
}

fn is_waiting(effects: &[Effect]) -> bool {
    effects.iter().any(|effect| matches!(effect, Effect::WakeIn { timer: Timer::Server, .. }))
}

/// Whether a refusal of a write says that the directory was not changed.
const fn nothing_was_written(code: Code) -> bool {
    match code {
        Code::PasswordRefused
        | Code::CurrentPasswordWrong
        | Code::Unavailable
        | Code::Suspended
        | Code::RateLimited
        | Code::NotAllowed
        | Code::ProofNeeded
        | Code::Malformed
        | Code::TooLarge
        | Code::UnsupportedMediaType
        | Code::ClientTooOld => true,
        Code::NotFound
        | Code::MethodNotAllowed
        | Code::HumanCheckFailed
        | Code::Unauthorized
        | Code::Stale
        | Code::MethodUnavailable
        | Code::DestinationInvalid
        | Code::DestinationWrong
        | Code::DestinationNotAllowed
        | Code::ResendTooSoon
        | Code::CodeWrong
        | Code::CodeExpired
        | Code::CodeSpent
        | Code::AnswersWrong
        | Code::AnswersRefused
        | Code::MeansUnavailable
        | Code::NoticeUnknown
        | Code::IdempotencyMismatch
        | Code::Internal
        | Code::Unknown => false,
    }
}

/// Seconds until the next try.
pub(crate) fn wait(tries: u32) -> u32 {
    let at = usize::try_from(tries).unwrap_or(usize::MAX).min(RETRIES.len() - 1);
    RETRIES.get(at).copied().unwrap_or(30)
}

/// Whether a version is older than another one; what is not numbers and dots counts as 0.
pub(crate) fn older(ours: &str, oldest: &str) -> bool {
    let numbers = |version: &str| -> Vec<u32> { version.split('.').map(|part| part.parse().unwrap_or(0)).collect() };
    numbers(ours) < numbers(oldest)
}
