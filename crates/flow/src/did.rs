//! What somebody does.

use std::time::Duration;

use latchkey_api::flow::{Answer, Call as Allowed, Feedback, Method, Proof, Step};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::setup::Setup;
use super::start::Aside;
use super::{Call, Deed, Effect, Flow, Secrets, over, typed};
use crate::screen::{AppTrouble, PlacesState, PlacesView, Revealed, Screen};

/// Longest text that goes with "Was this helpful?", in characters.
const LONGEST_FEEDBACK: usize = 500;

impl Flow {
    pub(super) fn did(&mut self, deed: Deed) -> Vec<Effect> {
        match deed {
            Deed::Language { tag } => {
                self.language = tag;
                // What can be heard is in the language of the window.
                return if self.check.shown.is_some() { self.show_characters() } else { Vec::new() };
            }
            Deed::Close => return vec![Effect::CloseWindow],
            Deed::Retry => return self.retry(),
            Deed::SealBroken => return self.notice(AppTrouble::SealBroken),
            // Somebody may say it before the server has answered for the first time.
            Deed::ChooseCase { case } if matches!(self.call, None | Some(Call::Campus)) => {
                return self.choose_case(case);
            }
            _ => {}
        }
        // A click that came twice, or on a screen that has gone.
        let screen = self.screen(Duration::ZERO);
        if self.call.is_some() || self.campus.is_none() || self.unusable.is_some() || !fits(&deed, &screen) {
            return Vec::new();
        }
        self.did_here(deed)
    }

    fn did_here(&mut self, deed: Deed) -> Vec<Effect> {
        match deed {
            Deed::ShowElsewhere => self.step_aside(Aside::Elsewhere),
            Deed::ShowNotMe => self.step_aside(Aside::NotMe),
            Deed::SubmitNotMe { code } => self.submit_not_me(&code),
            Deed::BackToStart => self.back_to_start(),
            Deed::Identify { .. } | Deed::OtherCharacters if self.check.fetching => Vec::new(),
            Deed::Identify { account, characters } => self.identify(&account, characters.as_deref()),
            Deed::OtherCharacters => {
                self.trouble = None;
                self.show_characters()
            }
            Deed::SkipCharacters => self.skip_characters(),
            Deed::SignIn { account, password } => self.sign_in(&account, password),
            Deed::Stay => self.stay(),
            Deed::MakePassphrase => {
                vec![Effect::MakePassphrase { rules: self.rules(), account: self.account.clone() }]
            }
            Deed::AddMeans { means } => self.add_means(means),
            Deed::SubmitDestination { method, destination } => self.submit_destination(method, &destination),
            Deed::SubmitNewAnswers { answers } => self.submit_new_answers(answers),
            Deed::PrintCodes => vec![Effect::Print],
            Deed::SaveCodes => self.save_codes(),
            Deed::CodesKept => self.codes_kept(),
            Deed::CheckMeans { id } => self.check_means(&id),
            Deed::RemoveMeans { id } => self.remove_means(&id),
            Deed::ConfirmRemoval => self.confirm_removal(),
            Deed::BackToManage => self.back_to_manage(),
            Deed::FinishSetup => self.finish_setup(),
            Deed::Feedback { helpful, text } => self.feedback(helpful, text.as_deref()),
            Deed::ChooseMethod { method, destination } => self.choose(method, destination),
            Deed::Resend => self.resend(),
            Deed::UseAnotherWay => {
                self.choosing = !self.offered.is_empty();
                self.trouble = None;
                Vec::new()
            }
            Deed::SubmitCode { code } => self.submit_code(&code),
            Deed::SubmitAnswers { answers } => self.prove_by_answers(answers),
            Deed::SubmitPassword { new, confirm, operation } => self.submit_password(new, &confirm, operation),
            Deed::SubmitChange { account, old, new, confirm, operation } => {
                self.submit_change(&account, old, new, &confirm, operation)
            }
            Deed::RefreshCopies { ids } => self.refresh(ids),
            Deed::UnlockKeyring if self.places.state == PlacesState::Finished => {
                self.places.state = PlacesState::Refreshing;
                vec![Effect::UnlockKeyring { account: self.account.clone(), old: self.secrets.old.clone() }]
            }
            Deed::FinishPlaces { password } => self.finish_places(password),
            Deed::Cancel => self.cancel(),
            Deed::StartOver if self.step().is_none_or(over) || self.ended => self.start_over(),
            Deed::UnlockKeyring
            | Deed::StartOver
            | Deed::ChooseCase { .. }
            | Deed::Language { .. }
            | Deed::Close
            | Deed::Retry
            | Deed::SealBroken => Vec::new(),
        }
    }

    fn choose(&mut self, method: Method, destination: Option<String>) -> Vec<Effect> {
        let destination = destination.map(|typed| typed.trim().to_owned()).filter(|typed| !typed.is_empty());
        self.chosen = Some(method);
        self.destination = destination.clone().unwrap_or_default();
        if method.destination().is_some() && destination.is_none() {
            return self.notice(AppTrouble::DestinationMissing);
        }
        self.challenge(method, destination)
    }

    fn challenge(&mut self, method: Method, destination: Option<String>) -> Vec<Effect> {
        let Some(revision) = self.revision() else { return Vec::new() };
        self.ask(Call::Other, Effect::Challenge { revision, method, destination })
    }

    fn resend(&mut self) -> Vec<Effect> {
        let method = match self.step() {
            Some(Step::Manage { .. }) => return self.send_again(),
            Some(Step::Prove { prove }) => prove.method,
            _ => return Vec::new(),
        };
        let destination = method.destination().map(|_| self.destination.clone());
        self.challenge(method, destination)
    }

    fn submit_code(&mut self, code: &SecretString) -> Vec<Effect> {
        let method = match self.step() {
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

    fn prove_by_answers(&mut self, answers: Vec<(String, SecretString)>) -> Vec<Effect> {
        if answers.is_empty() || answers.iter().any(|(_, answer)| answer.expose_secret().trim().is_empty()) {
            return self.notice(AppTrouble::AnswersMissing);
        }
        let answers = answers.into_iter().map(|(id, answer)| Answer { id, answer }).collect();
        self.prove(|revision| Proof { revision, answers: Some(answers), ..Proof::default() })
    }

    pub(super) fn prove(&mut self, proof: impl FnOnce(u32) -> Proof) -> Vec<Effect> {
        let Some(revision) = self.revision() else { return Vec::new() };
        self.ask(Call::Other, Effect::Prove(proof(revision)))
    }

    fn sign_in(&mut self, account: &str, password: SecretString) -> Vec<Effect> {
        let same_account = self.setup.again || self.account == account.trim();
        if !self.setup.again {
            account.trim().clone_into(&mut self.account);
            if let Err(trouble) = typed::account(account) {
                return self.notice(trouble);
            }
        }
        if password.expose_secret().is_empty() {
            return self.notice(AppTrouble::OldPasswordMissing);
        }
        self.secrets = Secrets { old: Some(password), ..Secrets::default() };
        self.trouble = None;
        if same_account && self.runs() { self.advance() } else { self.start() }
    }

    fn submit_password(&mut self, new: SecretString, confirm: &SecretString, operation: Uuid) -> Vec<Effect> {
        if new.expose_secret() != confirm.expose_secret() {
            return self.notice(AppTrouble::PasswordsDiffer);
        }
        self.secrets.new = Some((new, operation));
        self.secrets.new_sent = false;
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
        let proven = same_account && matches!(self.step(), Some(Step::SetPassword { .. }));
        // The old password that was proven is the one; what stands in its field now does not matter.
        let old = if proven { self.secrets.old.take().unwrap_or(old) } else { old };
        if old.expose_secret().is_empty() {
            return self.notice(AppTrouble::OldPasswordMissing);
        }
        if new.expose_secret() != confirm.expose_secret() {
            if proven {
                self.secrets.old = Some(old);
            }
            return self.notice(AppTrouble::PasswordsDiffer);
        }
        self.secrets = Secrets { old: Some(old), new: Some((new, operation)), ..Secrets::default() };
        self.trouble = None;
        if same_account && self.runs() { self.advance() } else { self.start() }
    }

    /// Takes random words to offer, if a new password is still being chosen.
    pub(super) fn made(&mut self, words: Option<SecretString>) -> Vec<Effect> {
        if matches!(self.screen(Duration::ZERO), Screen::NewPassword { .. } | Screen::ChangePassword { .. }) {
            self.passphrase = words.map(Revealed::new);
        }
        Vec::new()
    }

    fn finish_places(&mut self, password: SecretString) -> Vec<Effect> {
        if password.expose_secret().is_empty() {
            return self.notice(AppTrouble::OldPasswordMissing);
        }
        self.secrets = Secrets { old: Some(password), ..Secrets::default() };
        if self.runs() { self.advance() } else { self.start() }
    }

    fn feedback(&mut self, helpful: bool, text: Option<&str>) -> Vec<Effect> {
        let asked = self.envelope.as_ref().is_some_and(|envelope| envelope.allowed.contains(&Allowed::Feedback));
        if !asked || self.feedback_given {
            return Vec::new();
        }
        self.feedback_given = true;
        let text: Option<String> = text.map(|text| text.trim().chars().take(LONGEST_FEEDBACK).collect());
        vec![Effect::Feedback(Feedback { helpful, text: text.filter(|text| !text.is_empty()) })]
    }

    /// Tells the server that somebody is there; where the flow takes no such call, a look is all that there is.
    fn stay(&mut self) -> Vec<Effect> {
        if !self.runs() {
            return Vec::new();
        }
        let extends = self.envelope.as_ref().filter(|envelope| envelope.allowed.contains(&Allowed::Extend));
        let effect = extends.map_or(Effect::Look, |envelope| Effect::Extend { revision: envelope.revision });
        self.ask(Call::Look, effect)
    }

    fn cancel(&mut self) -> Vec<Effect> {
        self.secrets = Secrets::default();
        let Some(revision) = self.revision() else { return Vec::new() };
        self.ask(Call::Other, Effect::Cancel { revision })
    }

    fn start_over(&mut self) -> Vec<Effect> {
        self.forget_flow();
        self.trouble = None;
        self.secrets = Secrets::default();
        self.ended = false;
        if self.began_at_start { self.back_to_start() } else { self.show_characters() }
    }

    /// What belongs to one attempt.
    pub(super) fn forget_flow(&mut self) {
        self.envelope = None;
        self.offered.clear();
        self.choosing = false;
        self.chosen = None;
        self.destination.clear();
        self.second_factor = false;
        self.setup = Setup::default();
        self.places = PlacesView { state: PlacesState::None, copies: Vec::new(), missing: Vec::new() };
        self.feedback_given = false;
        self.finished = false;
    }

    pub(super) fn retry(&mut self) -> Vec<Effect> {
        if self.offline.is_none() {
            return Vec::new();
        }
        match self.call {
            Some(Call::Campus) | None => vec![Effect::FetchCampus],
            Some(Call::Start) => self.start(),
            Some(Call::NotMe) => self.ask_not_me(),
            Some(Call::Look | Call::Other) => self.ask(Call::Look, Effect::Look),
        }
    }
}

/// Whether this can be done on this screen.
fn fits(deed: &Deed, screen: &Screen) -> bool {
    match deed {
        Deed::ChooseCase { .. } | Deed::ShowElsewhere | Deed::ShowNotMe => matches!(screen, Screen::Start { .. }),
        Deed::SubmitNotMe { .. } => matches!(screen, Screen::NotMe { .. }),
        Deed::BackToStart => matches!(
            screen,
            Screen::Identify { .. }
                | Screen::Elsewhere
                | Screen::NotMe { .. }
                | Screen::NotMeDone { .. }
                | Screen::SignIn { .. }
                | Screen::ChangePassword { .. }
        ),
        Deed::Identify { .. } | Deed::OtherCharacters | Deed::SkipCharacters => {
            matches!(screen, Screen::Identify { .. })
        }
        Deed::SignIn { .. } => matches!(screen, Screen::SignIn { .. }),
        Deed::MakePassphrase => matches!(screen, Screen::NewPassword { .. } | Screen::ChangePassword { .. }),
        Deed::AddMeans { .. } | Deed::CheckMeans { .. } | Deed::RemoveMeans { .. } | Deed::FinishSetup => {
            matches!(screen, Screen::Manage { .. })
        }
        Deed::SubmitDestination { .. } => matches!(screen, Screen::AddDestination { .. }),
        Deed::SubmitNewAnswers { .. } => matches!(screen, Screen::AddQuestions { .. }),
        Deed::PrintCodes | Deed::SaveCodes | Deed::CodesKept => matches!(screen, Screen::RecoveryCodes { .. }),
        Deed::ConfirmRemoval => matches!(screen, Screen::RemoveMeans { .. }),
        Deed::BackToManage => matches!(
            screen,
            Screen::AddDestination { .. }
                | Screen::ConfirmMeans { .. }
                | Screen::AddAuthenticator { .. }
                | Screen::AddQuestions { .. }
                | Screen::RecoveryCodes { .. }
                | Screen::RemoveMeans { .. }
        ),
        Deed::Feedback { .. } | Deed::RefreshCopies { .. } | Deed::UnlockKeyring => {
            matches!(screen, Screen::Done { .. })
        }
        Deed::ChooseMethod { .. } => matches!(screen, Screen::ChooseMethod { .. }),
        Deed::SubmitCode { .. } => {
            matches!(screen, Screen::EnterCode { .. } | Screen::ConfirmMeans { .. } | Screen::AddAuthenticator { .. })
        }
        Deed::Resend => matches!(screen, Screen::EnterCode { .. } | Screen::ConfirmMeans { .. }),
        Deed::UseAnotherWay => matches!(screen, Screen::EnterCode { .. } | Screen::AnswerQuestions { .. }),
        Deed::SubmitAnswers { .. } => matches!(screen, Screen::AnswerQuestions { .. }),
        Deed::SubmitPassword { .. } => matches!(screen, Screen::NewPassword { .. }),
        Deed::SubmitChange { .. } => matches!(screen, Screen::ChangePassword { .. }),
        Deed::FinishPlaces { .. } => matches!(screen, Screen::FinishPlaces { .. }),
        Deed::Stay
        | Deed::Cancel
        | Deed::StartOver
        | Deed::Language { .. }
        | Deed::Close
        | Deed::Retry
        | Deed::SealBroken => true,
    }
}
