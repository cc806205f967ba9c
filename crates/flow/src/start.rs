//! How a recovery begins: the case, who somebody is, the human check; and the screens beside it.

use latchkey_api::flow::NotMeDone;
use latchkey_api::human_check::{HumanCheck, Kind, Solution};
use secrecy::{ExposeSecret, SecretString};

use super::said::trouble_of;
use super::{Call, Check, Effect, Failure, Flow, Secrets, typed};
use crate::screen::{AppTrouble, Case, CharactersView};
use crate::window::{Opening, WindowKind};

/// A screen beside the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aside {
    Start,
    Elsewhere,
    NotMe,
    NotMeDone { undone: bool },
}

impl Flow {
    /// What the campus offers; a password that is known can always be changed.
    pub(super) fn cases(&self) -> Vec<Case> {
        let recovers = self.campus.as_ref().is_none_or(|campus| !campus.methods.is_empty());
        Case::ALL.into_iter().filter(|case| recovers || *case == Case::Change).collect()
    }

    pub(super) fn choose_case(&mut self, case: Case) -> Vec<Effect> {
        if self.aside != Some(Aside::Start) || !self.cases().contains(&case) {
            return Vec::new();
        }
        let opening = Opening::of(case);
        if opening.window != self.window {
            return vec![Effect::OpenWindow(opening)];
        }
        self.case = Some(case);
        self.aside = None;
        self.show_characters()
    }

    pub(super) fn step_aside(&mut self, aside: Aside) -> Vec<Effect> {
        self.aside = Some(aside);
        self.trouble = None;
        Vec::new()
    }

    /// Back to the cases, which are in the recovery window.
    pub(super) fn back_to_start(&mut self) -> Vec<Effect> {
        if self.window != WindowKind::Recover {
            return vec![Effect::OpenWindow(Opening::from(WindowKind::Recover))];
        }
        self.case = None;
        self.began_at_start = true;
        self.check = Check { skipped: self.check.skipped, ..Check::default() };
        self.secrets = Secrets::default();
        self.step_aside(Aside::Start)
    }

    // Who somebody is

    pub(super) fn identify(&mut self, account: &str, characters: Option<&str>) -> Vec<Effect> {
        account.trim().clone_into(&mut self.account);
        if let Err(trouble) = typed::account(account) {
            return self.notice(trouble);
        }
        self.check.solution = None;
        if let Some((id, _)) = &self.check.shown {
            let Some(typed) = characters.map(str::trim).filter(|typed| !typed.is_empty()) else {
                return self.notice(AppTrouble::CharactersMissing);
            };
            self.check.solution = Some(Solution { id: id.clone(), answer: typed.to_owned() });
        }
        self.secrets = Secrets::default();
        self.start()
    }

    pub(super) fn start(&mut self) -> Vec<Effect> {
        self.trouble = None;
        self.forget_flow();
        let start = Effect::Start {
            intent: self.case().intent(),
            account: self.account.clone(),
            language: self.language.clone(),
            solution: self.check.solution.clone(),
        };
        self.ask(Call::Start, start)
    }

    // The human check

    /// Fetches characters where they are wanted; the ones that are there stay until the new ones have come.
    pub(super) fn show_characters(&mut self) -> Vec<Effect> {
        if self.check.skipped || !self.identifies() {
            return Vec::new();
        }
        let preferred = self.campus.as_ref().and_then(|campus| campus.human_checks.first());
        if preferred != Some(&Kind::Characters) {
            return Vec::new();
        }
        self.check.fetching = true;
        vec![Effect::FetchCharacters { language: self.language.clone() }]
    }

    /// Without characters the app solves a check that nobody sees.
    pub(super) fn characters(&mut self, answer: Result<Box<HumanCheck>, Failure>) -> Vec<Effect> {
        if !std::mem::take(&mut self.check.fetching) {
            return Vec::new();
        }
        self.check.shown = answer.ok().and_then(|check| {
            let characters = check.characters?;
            let view = CharactersView {
                picture_png: characters.picture_png,
                sound_wav: characters.sound_wav,
                length: characters.length,
            };
            Some((check.id, view))
        });
        Vec::new()
    }

    pub(super) fn skip_characters(&mut self) -> Vec<Effect> {
        self.check = Check { skipped: true, ..Check::default() };
        self.trouble = None;
        Vec::new()
    }

    /// A check serves once: whatever came of it, another start takes other characters.
    pub(super) fn check_was_spent(&mut self) -> Vec<Effect> {
        if self.check.solution.take().is_some() { self.show_characters() } else { Vec::new() }
    }

    /// Whether the screen asks who somebody is, with a human check.
    fn identifies(&self) -> bool {
        self.window == WindowKind::Recover
            && self.aside.is_none()
            && self.envelope.is_none()
            && self.campus.is_some()
            && self.unusable.is_none()
            && !self.ended
    }

    // "This was not me"

    pub(super) fn submit_not_me(&mut self, code: &SecretString) -> Vec<Effect> {
        let code = typed::letters(code);
        if code.expose_secret().is_empty() {
            return self.notice(AppTrouble::CodeMissing);
        }
        self.secrets.notice = Some(code);
        self.trouble = None;
        self.ask_not_me()
    }

    pub(super) fn ask_not_me(&mut self) -> Vec<Effect> {
        let Some(code) = self.secrets.notice.clone() else { return Vec::new() };
        self.ask(Call::NotMe, Effect::NotMe { code })
    }

    pub(super) fn not_me(&mut self, answer: Result<NotMeDone, Failure>) -> Vec<Effect> {
        if self.call != Some(Call::NotMe) {
            return Vec::new();
        }
        match answer {
            Err(Failure::Lost(why)) => return self.lost(why),
            Ok(NotMeDone { undone }) => {
                self.answered();
                self.step_aside(Aside::NotMeDone { undone });
            }
            Err(Failure::Refused(problem)) => {
                self.answered();
                self.trouble = Some(trouble_of(&problem));
            }
        }
        self.secrets.notice = None;
        Vec::new()
    }
}
