//! What to draw.

use std::time::Duration;

use jiff::Timestamp;
use latchkey_api as api;
use latchkey_api::flow::{Call as Allowed, CodeAsked, Done, Manage, Method, Pending, Prove, Step};

use crate::attempt::{Attempt, Open as OpenAttempt};
use crate::places::{Places, no_places};
use crate::screen::{CampusView, FeedbackState, Lost, Screen, Trouble, View, seconds_until};
use crate::setup::{Open, addable};
use crate::start::Aside;
use crate::window::WindowKind;
use crate::{Call, Flow, Server, answers};

impl Flow {
    /// What to draw right after the server has answered.
    #[must_use]
    pub fn view(&self) -> View {
        self.view_after(Duration::ZERO)
    }

    /// What to draw when the server's last answer is so old; all that is counted down is counted from here.
    #[must_use]
    pub fn view_after(&self, age: Duration) -> View {
        let screen = self.screen(age);
        let open = self.attempt.open();
        let can_cancel = self.can_cancel(&screen);
        View {
            sequence: self.sequence,
            language: self.language.clone(),
            campus: self.campus.as_ref().map(|campus| campus_view(campus, &self.language)),
            support_code: open.map(|open| open.envelope.flow_id.clone()),
            gate: open.and_then(|open| open.envelope.gate).filter(|gate| gate.of > 1),
            can_cancel,
            ends_in: self.ends_in(age),
            screen,
        }
    }

    /// Whether there is something that can still be given up: an attempt, or the call that begins one.
    fn can_cancel(&self, screen: &Screen) -> bool {
        let runs = self.attempt.open().is_some_and(|open| !open.envelope.allowed.is_empty());
        let writes = matches!(self.call, Some(Call::SetPassword));
        let begins = matches!(self.call, Some(Call::Start));
        (runs || begins) && !writes && !screen.is_final() && !matches!(screen, Screen::Working { .. })
    }

    pub(crate) fn screen(&self, age: Duration) -> Screen {
        if self.window == WindowKind::Helpdesk {
            // It says what it can, with or without a server.
            return Screen::Helpdesk { version: env!("CARGO_PKG_VERSION").to_owned() };
        }
        if let Some(reason) = self.unusable {
            return Screen::Unusable { reason };
        }
        // What is left to do for the copies needs no server.
        if self.window == WindowKind::Places && self.places.is_some() {
            return self.done_screen(None);
        }
        if let Server::Gone { tries, why } | Server::AskedAgain { tries, why } = self.server {
            return offline(tries, self.attempt.open().is_some(), why);
        }
        let Some(campus) = &self.campus else { return Screen::Starting };
        if matches!(self.attempt, Attempt::Forgotten) {
            return Screen::Expired;
        }
        let busy = self.call.is_some();
        let error = self.trouble.clone();
        if let Some(aside) = self.aside {
            return self.aside_screen(aside, busy, error);
        }
        let Some(open) = self.attempt.open() else { return self.first_screen(campus, busy, error) };
        self.attempt_screen(open, campus, age, busy, error)
    }

    fn attempt_screen(
        &self,
        open: &OpenAttempt,
        campus: &api::Campus,
        age: Duration,
        busy: bool,
        error: Option<Trouble>,
    ) -> Screen {
        let envelope = &open.envelope;
        if open.choosing {
            return choose_screen(open, busy, error);
        }
        match &envelope.step {
            Step::ChooseMethod { .. } => choose_screen(open, busy, error),
            Step::Prove { prove } => match prove.method {
                Method::CurrentPassword => self.first_screen(campus, busy, error),
                Method::Questions => Screen::AnswerQuestions {
                    questions: prove.questions.clone(),
                    attempts_left: prove.attempts_left,
                    busy,
                    error,
                },
                Method::TextMobile
                | Method::CallMobile
                | Method::CallOffice
                | Method::Email
                | Method::Totp
                | Method::RecoveryCode
                | Method::HelpdeskPass => {
                    code_screen(open, prove, Counted::of(envelope, prove.code.as_ref(), age), busy, error)
                }
            },
            Step::SetPassword { .. } => self.password_screen(campus, busy, error),
            Step::Manage { manage } => {
                let pending = manage.pending.as_ref();
                let counted = Counted::of(envelope, pending.and_then(|pending| pending.code.as_ref()), age);
                self.manage_screen(manage, counted, busy, error)
            }
            Step::Working => Screen::Working { late: open.is_late() },
            Step::Done { done } => self.done_screen(Some(done)),
            Step::Blocked { blocked } => Screen::Blocked { until: blocked.until.map(|until| until.to_string()) },
            Step::Cancelled => Screen::Cancelled,
            Step::Expired => Screen::Expired,
            Step::Uncertain => Screen::Uncertain,
        }
    }

    fn aside_screen(&self, aside: Aside, busy: bool, error: Option<Trouble>) -> Screen {
        match aside {
            Aside::Start => Screen::Start { cases: self.cases() },
            Aside::Elsewhere => Screen::Elsewhere,
            Aside::NotMe => Screen::NotMe { busy, error },
            Aside::NotMeDone { undone } => Screen::NotMeDone { undone },
        }
    }

    fn first_screen(&self, campus: &api::Campus, busy: bool, error: Option<Trouble>) -> Screen {
        let (account, known_account) = (self.account.clone(), self.known_account.clone());
        match (self.window, &self.pending) {
            (WindowKind::Recover | WindowKind::Helpdesk, _) => Screen::Identify {
                case: self.case(),
                account,
                known_account,
                characters: self.human_check.shown().cloned(),
                busy: busy || self.human_check.is_fetching(),
                error,
            },
            (WindowKind::Register, _) => {
                Screen::SignIn { account, known_account, again: self.setup.again, busy, error }
            }
            (WindowKind::Places, Some(pending)) => {
                Screen::FinishPlaces { account, changed_at: pending.changed_at.to_string(), busy, error }
            }
            (WindowKind::Change | WindowKind::Places, _) => {
                let rules = self.set_password_rules().unwrap_or_else(|| campus.password_rules.clone());
                let passphrase = self.passphrase.clone();
                Screen::ChangePassword { account, known_account, rules, passphrase, busy, error }
            }
        }
    }

    fn password_screen(&self, campus: &api::Campus, busy: bool, error: Option<Trouble>) -> Screen {
        let choose_another = |busy| Screen::NewPassword {
            account: self.account.clone(),
            rules: self.rules(),
            passphrase: self.passphrase.clone(),
            busy,
            error: error.clone(),
        };
        let second_factor = self.attempt.open().is_some_and(|open| open.second_factor);
        match self.window {
            WindowKind::Recover => choose_another(busy),
            // The form with the old password was left for the second factor: only a new password is asked for now.
            WindowKind::Change if second_factor && busy => Screen::Working { late: false },
            WindowKind::Change if second_factor => choose_another(busy),
            WindowKind::Change | WindowKind::Register | WindowKind::Places | WindowKind::Helpdesk => {
                self.first_screen(campus, busy, error)
            }
        }
    }

    fn manage_screen(&self, manage: &Manage, counted: Counted, busy: bool, error: Option<Trouble>) -> Screen {
        match (&self.setup.open, self.setup.in_hand(manage)) {
            (Some(Open::Remove(registered)), _) => Screen::RemoveMeans { registered: registered.clone(), busy, error },
            (Some(_), Some(pending)) => self.pending_screen(pending, counted, busy, error),
            (Some(Open::Add(means)), None) => self.add_screen(*means, manage, busy, error),
            (Some(Open::Check(_)) | None, None) | (None, Some(_)) => self.managed_screen(manage, busy, error),
        }
    }

    fn managed_screen(&self, manage: &Manage, busy: bool, error: Option<Trouble>) -> Screen {
        Screen::Manage {
            registered: manage.registered.clone(),
            addable: manage.addable.iter().map(|addable| addable.means).collect(),
            enough: manage.enough,
            wanted: manage.wanted.clone(),
            said: self.setup.said,
            busy,
            error,
        }
    }

    /// The form for what is added; where the server makes the secret there is none.
    fn add_screen(&self, means: api::flow::Means, manage: &Manage, busy: bool, error: Option<Trouble>) -> Screen {
        use api::flow::Means;
        let addable = addable(manage, means);
        match means {
            Means::Mobile | Means::Office | Means::Email => Screen::AddDestination {
                means,
                confirm_by: addable.map(|addable| addable.confirm_by.clone()).unwrap_or_default(),
                chosen: self.setup.chosen,
                destination: self.setup.destination.clone(),
                busy,
                error,
            },
            Means::Questions => Screen::AddQuestions {
                catalogue: addable.map(|addable| addable.questions.clone()).unwrap_or_default(),
                wanted: addable.and_then(|addable| addable.wanted).unwrap_or(1),
                refusals: self.setup.refusals.clone(),
                busy,
                error,
            },
            Means::Authenticator | Means::RecoveryCodes => self.managed_screen(manage, busy, error),
        }
    }

    fn pending_screen(&self, pending: &Pending, counted: Counted, busy: bool, error: Option<Trouble>) -> Screen {
        let attempts_left = pending.attempts_left;
        if let Some(kept) = self.setup.kept(pending) {
            return match &kept.secret {
                Some(secret) => {
                    Screen::AddAuthenticator { secret: secret.clone(), qr: kept.qr.clone(), attempts_left, busy, error }
                }
                None => Screen::RecoveryCodes { codes: kept.codes(), saved_to: kept.saved_to.clone(), busy, error },
            };
        }
        let sent_to = match &self.setup.open {
            Some(Open::Check(registered)) => registered.hint.clone(),
            _ => Some(self.setup.destination.clone()).filter(|typed| !typed.is_empty()),
        };
        let method = pending.method.or_else(|| pending.means.methods().first().copied()).unwrap_or(Method::Totp);
        Screen::ConfirmMeans {
            means: pending.means,
            method,
            length: counted.length,
            sent_to,
            resend_in: counted.resend_in,
            expires_in: counted.expires_in,
            attempts_left,
            busy,
            error,
        }
    }

    fn done_screen(&self, done: Option<&Done>) -> Screen {
        let open = self.attempt.open().filter(|_| self.attempt.is_done());
        let feedback = match open {
            Some(open) if open.feedback_given => FeedbackState::Given,
            Some(open) if open.allows(Allowed::Feedback) => FeedbackState::Open,
            Some(_) | None => FeedbackState::Absent,
        };
        Screen::Done {
            case: self.case(),
            unlocked: done.is_some_and(|done| done.unlocked),
            may_be_locked_elsewhere: done.is_some_and(|done| done.may_be_locked_elsewhere),
            old_password_may_work_until: done
                .and_then(|done| done.old_password_may_work_until)
                .map(|until| until.to_string()),
            places: self.places.as_ref().map_or_else(no_places, Places::view),
            replacement: open.and_then(|open| open.replacement.clone()),
            set_up: self.set_up.clone().filter(|_| self.window == WindowKind::Register),
            feedback,
        }
    }
}

fn choose_screen(open: &OpenAttempt, busy: bool, error: Option<Trouble>) -> Screen {
    Screen::ChooseMethod {
        methods: open.offered.clone(),
        chosen: open.chosen,
        destination: open.destination.clone(),
        busy,
        error,
    }
}

fn code_screen(open: &OpenAttempt, prove: &Prove, counted: Counted, busy: bool, error: Option<Trouble>) -> Screen {
    let sends = prove.method.destination().is_some();
    Screen::EnterCode {
        method: prove.method,
        length: counted.length,
        sent_to: sends.then(|| open.destination.clone()).filter(|typed| !typed.is_empty()),
        resend_in: counted.resend_in,
        expires_in: counted.expires_in,
        attempts_left: prove.attempts_left,
        busy,
        error,
    }
}

/// What is counted down on a screen with a code.
#[derive(Debug, Clone, Copy)]
struct Counted {
    length: u8,
    resend_in: Option<u32>,
    expires_in: Option<u32>,
}

impl Counted {
    fn of(flow: &api::Flow, code: Option<&CodeAsked>, age: Duration) -> Self {
        let seconds = |then: Option<Timestamp>| then.map(|then| left(age, flow.now, then));
        Self {
            length: code.map_or(0, |code| code.length),
            resend_in: seconds(code.and_then(|code| code.resend_at)),
            expires_in: seconds(code.and_then(|code| code.expires_at)),
        }
    }
}

/// Seconds that are left of those that the server counted.
fn left(age: Duration, now: Timestamp, then: Timestamp) -> u32 {
    seconds_until(now, then).saturating_sub(u32::try_from(age.as_secs()).unwrap_or(u32::MAX))
}

fn offline(tries: u32, in_flow: bool, why: Lost) -> Screen {
    Screen::Offline { retry_in: answers::wait(tries), in_flow, why }
}

fn campus_view(campus: &api::Campus, language: &str) -> CampusView {
    let plain = language.split('-').next().unwrap_or(language);
    CampusView {
        name: campus.name.clone(),
        colour: campus.colour.clone(),
        logo_png: campus.logo_png.clone(),
        helpdesk: campus.helpdesk.clone(),
        account_label: campus.account_label.get(language).or_else(|| campus.account_label.get(plain)).cloned(),
        account_example: campus.account_example.clone(),
    }
}
