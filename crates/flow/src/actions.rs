//! What follows when somebody does something.

use std::time::Duration;

use latchkey_api::flow::{Answer, Call as Allowed, Feedback, Method, Proof, Step};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use crate::attempt::Open;
use crate::places::Places;
use crate::screen::{Action, AppTrouble, Fit, Revealed, Screen, TypedAnswer};
use crate::secrets::{Current, New, Secrets};
use crate::start::Aside;
use crate::{Call, Effect, Flow, Server, typed};

/// Longest text that goes with "Was this helpful?", in characters.
const LONGEST_FEEDBACK: usize = 500;

impl Flow {
    /// Does what somebody asks for, where that has a place on the screen; what has none is a click that came late.
    pub(crate) fn did(&mut self, action: Action<SecretString>, operation: Uuid) -> Vec<Effect> {
        let usable = self.unusable.is_none() && self.campus.is_some();
        let no_call = self.call.is_none() && usable;
        let at_rest = match &action {
            Action::SkipCharacters => true,
            // Nobody who goes back waits for the characters.
            Action::BackToStart => no_call,
            _ => no_call && !self.human_check.is_fetching(),
        };
        match action.fits(&self.screen(Duration::ZERO)) {
            Fit::Always => self.take_up(action, operation),
            Fit::AtRest if at_rest => self.take_up(action, operation),
            Fit::AtRest | Fit::No => Vec::new(),
        }
    }

    fn take_up(&mut self, action: Action<SecretString>, operation: Uuid) -> Vec<Effect> {
        match action {
            Action::Language { tag } => self.speak(tag),
            Action::Close => vec![Effect::CloseWindow],
            Action::Retry => self.retry(),
            Action::Cancel => self.cancel(),
            Action::StartOver => self.start_over(),
            Action::Stay => self.stay(),
            Action::ChooseCase { case } => self.choose_case(case),
            Action::ShowElsewhere => self.step_aside(Aside::Elsewhere),
            Action::ShowNotMe => self.step_aside(Aside::NotMe),
            Action::SubmitNotMe { code } => self.submit_not_me(&code),
            Action::BackToStart => self.back_to_start(),
            Action::Identify { account, characters } => self.identify(&account, characters.as_deref()),
            Action::OtherCharacters => self.other_characters(),
            Action::SkipCharacters => self.skip_characters(),
            Action::SignIn { account, password } => self.sign_in(&account, password),
            Action::MakePassphrase => {
                vec![Effect::MakePassphrase { rules: self.rules(), account: self.account.clone() }]
            }
            Action::AddMeans { means } => self.add_means(means),
            Action::SubmitDestination { method, destination } => self.submit_destination(method, &destination),
            Action::SubmitNewAnswers { answers } => self.submit_new_answers(of_api(answers)),
            Action::PrintCodes => vec![Effect::Print],
            Action::SaveCodes => self.save_codes(),
            Action::CodesKept => self.codes_kept(),
            Action::CheckMeans { id } => self.check_means(&id),
            Action::RemoveMeans { id } => self.remove_means(&id),
            Action::ConfirmRemoval => self.confirm_removal(),
            Action::BackToManage => self.back_to_manage(),
            Action::FinishSetup => self.finish_setup(),
            Action::Feedback { helpful, text } => self.feedback(helpful, text.as_deref()),
            Action::ChooseMethod { method, destination } => self.choose(method, destination),
            Action::Resend => self.resend(),
            Action::UseAnotherWay => self.use_another_way(),
            Action::SubmitCode { code } => self.submit_code(&code),
            Action::SubmitAnswers { answers } => self.prove_by_answers(of_api(answers)),
            Action::SubmitPassword { new, confirm } => self.submit_password(new, &confirm, operation),
            Action::SubmitChange { account, old, new, confirm } => {
                self.submit_change(&account, old, new, &confirm, operation)
            }
            Action::FinishPlaces { password, old } => self.finish_places(password, old),
            Action::RefreshCopies { ids } => self.with_places(|places| places.refresh(&ids)),
            Action::LeaveCopies => self.with_places(Places::leave),
            Action::LeaveForGood => self.with_places(Places::leave_for_good),
            Action::PutBack { id } => self.with_places(|places| places.put_back(&id)),
            Action::RetryCopy { id } => self.with_places(|places| places.retry(&id)),
            Action::UnlockKeyring => self.with_places(Places::unlock),
        }
    }

    fn use_another_way(&mut self) -> Vec<Effect> {
        if let Some(open) = self.attempt.open_mut() {
            open.choosing = !open.offered.is_empty();
        }
        self.trouble = None;
        Vec::new()
    }

    fn choose(&mut self, method: Method, destination: Option<String>) -> Vec<Effect> {
        let destination = destination.map(|typed| typed.trim().to_owned()).filter(|typed| !typed.is_empty());
        if let Some(open) = self.attempt.open_mut() {
            open.chosen = Some(method);
            open.destination = destination.clone().unwrap_or_default();
        }
        if method.destination().is_some() && destination.is_none() {
            return self.notice(AppTrouble::DestinationMissing);
        }
        self.challenge(method, destination)
    }

    fn challenge(&mut self, method: Method, destination: Option<String>) -> Vec<Effect> {
        let Some(revision) = self.attempt.revision() else { return Vec::new() };
        self.ask(Call::Other, Effect::Challenge { revision, method, destination })
    }

    fn resend(&mut self) -> Vec<Effect> {
        let Some(open) = self.attempt.open() else { return Vec::new() };
        let method = match &open.envelope.step {
            Step::Manage { .. } => return self.send_again(),
            Step::Prove { prove } => prove.method,
            _ => return Vec::new(),
        };
        let destination = method.destination().map(|_| open.destination.clone());
        self.challenge(method, destination)
    }

    fn submit_code(&mut self, code: &SecretString) -> Vec<Effect> {
        let method = match self.attempt.step() {
            Some(Step::Manage { .. }) => return self.confirm_by_code(code),
            Some(Step::Prove { prove }) => prove.method,
            _ => return Vec::new(),
        };
        let code = typed::code(method, code);
        if code.expose_secret().is_empty() {
            return self.notice(AppTrouble::CodeMissing);
        }
        self.prove(|revision| Proof { revision, code: Some(code), ..Proof::default() })
    }

    fn prove_by_answers(&mut self, answers: Vec<Answer>) -> Vec<Effect> {
        if answers.is_empty() || answers.iter().any(|answer| answer.answer.expose_secret().trim().is_empty()) {
            return self.notice(AppTrouble::AnswersMissing);
        }
        self.prove(|revision| Proof { revision, answers: Some(answers), ..Proof::default() })
    }

    pub(crate) fn prove(&mut self, proof: impl FnOnce(u32) -> Proof) -> Vec<Effect> {
        let Some(revision) = self.attempt.revision() else { return Vec::new() };
        self.ask(Call::Other, Effect::Prove(proof(revision)))
    }

    fn sign_in(&mut self, account: &str, password: SecretString) -> Vec<Effect> {
        let again = self.setup.again;
        let same_account = again || self.account == account.trim();
        if !again {
            account.trim().clone_into(&mut self.account);
            if let Err(trouble) = typed::account(account) {
                return self.notice(trouble);
            }
        }
        if password.expose_secret().is_empty() {
            return self.notice(AppTrouble::OldPasswordMissing);
        }
        self.secrets = Secrets::current(password);
        self.go_on_or_start(same_account)
    }

    fn submit_password(&mut self, new: SecretString, confirm: &SecretString, operation: Uuid) -> Vec<Effect> {
        if new.expose_secret() != confirm.expose_secret() {
            return self.notice(AppTrouble::PasswordsDiffer);
        }
        self.secrets.new = New::Typed { password: new, operation };
        self.advance()
    }

    fn submit_change(
        &mut self,
        account: &str,
        old: SecretString,
        new: SecretString,
        confirm: &SecretString,
        operation: Uuid,
    ) -> Vec<Effect> {
        let same_account = self.account == account.trim();
        account.trim().clone_into(&mut self.account);
        if let Err(trouble) = typed::account(account) {
            return self.notice(trouble);
        }
        // The old password that was proven is the one; what stands in its field now does not matter.
        let proven = same_account && matches!(self.attempt.step(), Some(Step::SetPassword { .. }));
        if !proven || self.secrets.current.known().is_none() {
            if old.expose_secret().is_empty() {
                return self.notice(AppTrouble::OldPasswordMissing);
            }
            self.secrets.current = Current::Typed(old);
        }
        if new.expose_secret() != confirm.expose_secret() {
            return self.notice(AppTrouble::PasswordsDiffer);
        }
        self.secrets.new = New::Typed { password: new, operation };
        self.go_on_or_start(same_account)
    }

    fn finish_places(&mut self, password: SecretString, old: Option<SecretString>) -> Vec<Effect> {
        if password.expose_secret().is_empty() {
            return self.notice(AppTrouble::OldPasswordMissing);
        }
        // The same twice proves nothing of what is old.
        let earlier = old.filter(|old| ![password.expose_secret(), ""].contains(&old.expose_secret()));
        self.secrets = Secrets { earlier, ..Secrets::current(password) };
        self.go_on_or_start(true)
    }

    /// Gives what was typed to the attempt that runs, where it is of the same account, or starts one.
    fn go_on_or_start(&mut self, same_account: bool) -> Vec<Effect> {
        self.trouble = None;
        if same_account && self.attempt.runs() { self.advance() } else { self.start() }
    }

    /// Takes random words to offer, if a new password is still being chosen.
    pub(crate) fn offer_passphrase(&mut self, words: Option<SecretString>) -> Vec<Effect> {
        if matches!(self.screen(Duration::ZERO), Screen::NewPassword { .. } | Screen::ChangePassword { .. }) {
            self.passphrase = words.map(Revealed::new);
        }
        Vec::new()
    }

    fn feedback(&mut self, helpful: bool, text: Option<&str>) -> Vec<Effect> {
        let asks = |open: &&mut Open| open.allows(Allowed::Feedback) && !open.feedback_given;
        let Some(open) = self.attempt.open_mut().filter(asks) else { return Vec::new() };
        open.feedback_given = true;
        let text: Option<String> = text.map(|text| text.trim().chars().take(LONGEST_FEEDBACK).collect());
        vec![Effect::Feedback(Feedback { helpful, text: text.filter(|text| !text.is_empty()) })]
    }

    /// Ends the attempt, or the call that would begin one. A write that has gone out cannot be taken back.
    fn cancel(&mut self) -> Vec<Effect> {
        match (&self.call, self.attempt.revision()) {
            (Some(Call::SetPassword | Call::Cancel | Call::Campus), _) => Vec::new(),
            (_, Some(revision)) if self.attempt.runs() => {
                self.secrets.forget();
                self.server = Server::Reached;
                self.ask(Call::Cancel, Effect::Cancel { revision })
            }
            (Some(Call::Start), _) => {
                self.secrets.forget();
                self.server = Server::Reached;
                self.call = None;
                let mut effects = vec![Effect::DropCall];
                effects.extend(self.check_was_spent());
                effects
            }
            (Some(Call::Look | Call::NotMe(_) | Call::Other) | None, _) => Vec::new(),
        }
    }

    fn start_over(&mut self) -> Vec<Effect> {
        self.forget_attempt();
        self.trouble = None;
        self.secrets.forget();
        if self.began_at_start { self.back_to_start() } else { self.show_characters() }
    }

    /// Asks again what was not answered; while that is under way, another click asks for nothing.
    pub(crate) fn retry(&mut self) -> Vec<Effect> {
        let Server::Gone { tries, why } = self.server else { return Vec::new() };
        self.server = Server::AskedAgain { tries, why };
        match self.call.clone() {
            Some(Call::Campus) | None => self.ask(Call::Campus, Effect::FetchCampus),
            Some(Call::Start) => self.start(),
            Some(Call::NotMe(code)) => self.ask(Call::NotMe(code.clone()), Effect::NotMe { code }),
            Some(Call::Look | Call::SetPassword | Call::Cancel | Call::Other) => self.ask(Call::Look, Effect::Look),
        }
    }
}

fn of_api(answers: Vec<TypedAnswer<SecretString>>) -> Vec<Answer> {
    answers.into_iter().map(|TypedAnswer { id, answer }| Answer { id, answer }).collect()
}
