//! How a recovery begins: the case, who somebody is, the human check; and the screens beside it.

use latchkey_api::flow::NotMeDone;
use latchkey_api::human_check::{HumanCheck, Kind};
use secrecy::{ExposeSecret, SecretString};

use crate::attempt::Attempt;
use crate::screen::{AppTrouble, Case};
use crate::window::{Opening, WindowKind};
use crate::{Call, Effect, Failure, Flow, typed};

/// A screen beside the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aside {
    Start,
    Elsewhere,
    NotMe,
    NotMeDone { undone: bool },
}

impl Flow {
    /// What the campus offers; a password that is known can always be changed.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let recovers = self.campus.as_ref().is_none_or(|campus| !campus.methods.is_empty());
        Case::ALL.into_iter().filter(|case| recovers || *case == Case::Change).collect()
    }

    /// Goes on with a case: from the screen that asks, or in a window that has come to its end.
    pub(crate) fn choose_case(&mut self, case: Case) -> Vec<Effect> {
        let opening = Opening::of(case);
        if self.aside == Some(Aside::Start) {
            let waits = matches!(self.call, None | Some(Call::Campus)) && self.cases().contains(&case);
            return match (waits, opening.window == self.window) {
                (false, _) => Vec::new(),
                (true, false) => vec![Effect::OpenWindow(opening)],
                (true, true) => self.begin(case),
            };
        }
        let at_work = self.places.as_ref().is_some_and(|places| places.is_at_work() || places.asks());
        if opening.window != self.window || self.unusable.is_some() || self.call.is_some() || at_work {
            return Vec::new();
        }
        self.forget_attempt();
        self.secrets.forget();
        self.begin(case)
    }

    fn begin(&mut self, case: Case) -> Vec<Effect> {
        self.case = Some(case);
        self.aside = None;
        self.trouble = None;
        self.show_characters()
    }

    pub(crate) fn step_aside(&mut self, aside: Aside) -> Vec<Effect> {
        self.aside = Some(aside);
        self.trouble = None;
        Vec::new()
    }

    /// Back to the cases, which are in the recovery window.
    pub(crate) fn back_to_start(&mut self) -> Vec<Effect> {
        if self.window != WindowKind::Recover {
            return vec![Effect::OpenWindow(Opening::from(WindowKind::Recover))];
        }
        self.case = None;
        self.began_at_start = true;
        self.human_check.begin_anew();
        self.secrets.forget();
        self.step_aside(Aside::Start)
    }

    // Who somebody is

    pub(crate) fn identify(&mut self, account: &str, characters: Option<&str>) -> Vec<Effect> {
        account.trim().clone_into(&mut self.account);
        if let Err(trouble) = typed::account(account) {
            return self.notice(trouble);
        }
        if let Err(trouble) = self.human_check.answer(characters) {
            return self.notice(trouble);
        }
        self.secrets.forget();
        self.start()
    }

    pub(crate) fn start(&mut self) -> Vec<Effect> {
        self.trouble = None;
        self.forget_attempt();
        let start = Effect::Start {
            intent: self.case().intent(),
            account: self.account.clone(),
            language: self.language.clone(),
            solution: self.human_check.solution().cloned(),
        };
        self.ask(Call::Start, start)
    }

    // The human check

    /// Fetches characters where they are wanted; the ones that are there stay until the new ones have come.
    pub(crate) fn show_characters(&mut self) -> Vec<Effect> {
        let preferred = self.campus.as_ref().and_then(|campus| campus.human_checks.first());
        if !self.identifies() || preferred != Some(&Kind::Characters) || !self.human_check.fetch() {
            return Vec::new();
        }
        vec![Effect::FetchCharacters { language: self.language.clone() }]
    }

    pub(crate) fn characters(&mut self, answer: Result<Box<HumanCheck>, Failure>) -> Vec<Effect> {
        self.human_check.arrived(answer.ok().map(|given| *given));
        Vec::new()
    }

    pub(crate) fn other_characters(&mut self) -> Vec<Effect> {
        self.trouble = None;
        self.show_characters()
    }

    pub(crate) fn skip_characters(&mut self) -> Vec<Effect> {
        self.trouble = None;
        self.human_check.skip();
        Vec::new()
    }

    /// A check serves once: whatever came of it, another start takes other characters.
    pub(crate) fn check_was_spent(&mut self) -> Vec<Effect> {
        if self.human_check.solution().is_some() { self.show_characters() } else { Vec::new() }
    }

    /// Changes the language of the window; what can be heard is in it too.
    pub(crate) fn speak(&mut self, tag: String) -> Vec<Effect> {
        self.language = tag;
        if self.human_check.shown().is_some() && self.call.is_none() { self.show_characters() } else { Vec::new() }
    }

    /// Whether the screen asks who somebody is, with a human check.
    fn identifies(&self) -> bool {
        self.window == WindowKind::Recover
            && self.aside.is_none()
            && matches!(self.attempt, Attempt::NotBegun)
            && self.campus.is_some()
            && self.unusable.is_none()
    }

    // "This was not me"

    pub(crate) fn submit_not_me(&mut self, code: &SecretString) -> Vec<Effect> {
        let code = typed::letters(code);
        if code.expose_secret().is_empty() {
            return self.notice(AppTrouble::CodeMissing);
        }
        self.trouble = None;
        self.ask(Call::NotMe(code.clone()), Effect::NotMe { code })
    }

    pub(crate) fn not_me(&mut self, answer: Result<NotMeDone, Failure>) -> Vec<Effect> {
        if !matches!(self.call, Some(Call::NotMe(_))) {
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
                self.trouble = Some(problem.as_ref().into());
            }
        }
        Vec::new()
    }
}
