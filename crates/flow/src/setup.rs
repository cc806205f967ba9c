//! Setting up recovery: what is being added, checked or removed, and what of it is shown this once.

use latchkey_api::flow::{
    AddMeans, Addable, Answer, CheckMeans, ConfirmMeans, Manage, Means, Method, Pending, Registered, RemoveMeans,
    Shown, Step,
};
use latchkey_api::problem::{AnswerRefusal, Code};
use qrcode::{Color, EcLevel, QrCode};
use secrecy::{ExposeSecret, SecretString};

use crate::screen::{AppTrouble, Deal, Revealed, Said, SetUp};
use crate::{Call, Effect, Flow, typed};

/// What the window knows beside what the server says is set up.
#[derive(Debug, Default)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Setup {
    pub(crate) open: Option<Open>,
    pub(crate) chosen: Option<Method>,
    pub(crate) destination: String,
    pub(crate) refusals: Vec<AnswerRefusal>,
    pub(crate) said: Option<Said>,
    /// The last proof was too old: another one is asked for in between.
    pub(crate) again: bool,
    /// What was pending when this began: another attempt, which was left.
    left: Option<String>,
    /// What a code was asked for with.
    sent: Option<Asked>,
    /// The last call that has not come to an end, and the revision that it named.
    asked: Option<(Asked, u32)>,
    kept: Option<Kept>,
}

/// What somebody is doing to what is set up.
#[derive(Debug, Clone)]
pub(crate) enum Open {
    Add(Means),
    Check(Registered),
    Remove(Registered),
}

/// A call to what is set up.
#[derive(Debug, Clone)]
enum Asked {
    Add { means: Means, method: Option<Method>, destination: Option<String>, answers: Option<Vec<Answer>> },
    Check { id: String },
    Confirm { id: String, code: Option<SecretString> },
    Remove { id: String },
    Finish,
}

/// What the server has made for the person to keep, while its screen is open.
#[derive(Debug)]
#[cfg_attr(test, derive(Clone))]
pub(crate) struct Kept {
    /// Of what is pending.
    id: String,
    pub(crate) secret: Option<Revealed>,
    pub(crate) qr: Vec<Revealed>,
    codes: Vec<SecretString>,
    pub(crate) saved_to: Option<String>,
}

impl Kept {
    pub(crate) fn codes(&self) -> Vec<Revealed> {
        self.codes.iter().cloned().map(Revealed::new).collect()
    }
}

impl Setup {
    /// What is being added or checked right now, of what the server says is pending.
    pub(crate) fn in_hand<'a>(&self, manage: &'a Manage) -> Option<&'a Pending> {
        let means = match self.open.as_ref()? {
            Open::Add(means) => *means,
            Open::Check(registered) => registered.means,
            Open::Remove(_) => return None,
        };
        manage.pending.as_ref().filter(|pending| pending.means == means && self.left.as_ref() != Some(&pending.id))
    }

    /// Whether this is what is being added, and has secrets to show. The answer to a new proof in between has none of it.
    pub(crate) fn wants_secrets_of(&self, pending: &Pending) -> bool {
        !self.again && matches!(&self.open, Some(Open::Add(means)) if *means == pending.means && makes_secrets(*means))
    }

    pub(crate) fn keep(&mut self, id: &str, shown: &Shown) {
        self.kept = Some(Kept {
            id: id.to_owned(),
            secret: shown.secret.as_ref().map(|secret| Revealed::new(typed::in_fours(secret, ' '))),
            qr: shown.uri.as_ref().map(qr).unwrap_or_default(),
            codes: shown.recovery_codes.iter().map(|code| typed::in_fours(code, '-')).collect(),
            saved_to: None,
        });
    }

    pub(crate) fn kept(&self, pending: &Pending) -> Option<&Kept> {
        self.kept.as_ref().filter(|kept| kept.id == pending.id)
    }

    pub(crate) fn kept_for(&self) -> Option<&str> {
        self.kept.as_ref().map(|kept| kept.id.as_str())
    }

    /// Forgets the secrets of everything but this.
    pub(crate) fn keep_only(&mut self, id: Option<&str>) {
        self.kept.take_if(|kept| Some(kept.id.as_str()) != id);
    }

    /// Takes note of a refusal, and says whether where the flow stands has to be asked for.
    pub(crate) fn was_refused(&mut self, code: Code) -> bool {
        if code == Code::ProofNeeded {
            self.again = true;
            return true;
        }
        // What was asked has come to an end, unless this is about the proof in between; what is open stays open.
        if !self.again {
            self.asked = None;
        }
        false
    }

    fn begin(&mut self, open: Open, manage: &Manage) {
        *self = Self {
            left: manage.pending.as_ref().map(|pending| pending.id.clone()),
            open: Some(open),
            ..Self::default()
        };
    }

    fn close(&mut self, said: Option<Said>) {
        *self = Self { said, ..Self::default() };
    }
}

impl Flow {
    // What somebody does

    pub(crate) fn add_means(&mut self, means: Means) -> Vec<Effect> {
        let Some(manage) = self.manage().cloned() else { return Vec::new() };
        let Some(addable) = addable(&manage, means) else { return Vec::new() };
        let first = addable.confirm_by.first().copied();
        self.trouble = None;
        self.setup.begin(Open::Add(means), &manage);
        self.setup.chosen = first;
        if makes_secrets(means) {
            return self.ask_setup(Asked::Add { means, method: None, destination: None, answers: None });
        }
        Vec::new()
    }

    pub(crate) fn submit_destination(&mut self, method: Option<Method>, destination: &str) -> Vec<Effect> {
        let Some(Open::Add(means)) = self.setup.open else { return Vec::new() };
        let offered = |method: &Method| {
            self.manage()
                .and_then(|manage| addable(manage, means))
                .is_some_and(|addable| addable.confirm_by.contains(method))
        };
        let method = method.filter(offered).or(self.setup.chosen);
        self.setup.chosen = method;
        destination.trim().clone_into(&mut self.setup.destination);
        if self.setup.destination.is_empty() {
            return self.notice(AppTrouble::DestinationMissing);
        }
        let destination = Some(self.setup.destination.clone());
        self.ask_setup(Asked::Add { means, method, destination, answers: None })
    }

    pub(crate) fn submit_new_answers(&mut self, answers: Vec<Answer>) -> Vec<Effect> {
        let Some(Open::Add(means)) = self.setup.open else { return Vec::new() };
        let wanted = self.manage().and_then(|manage| addable(manage, means)).and_then(|addable| addable.wanted);
        self.setup.refusals.clear();
        let missing = |typed: &Answer| typed.id.is_empty() || typed.answer.expose_secret().trim().is_empty();
        if answers.is_empty() || answers.len() < usize::from(wanted.unwrap_or(1)) || answers.iter().any(missing) {
            return self.notice(AppTrouble::AnswersMissing);
        }
        let mut ids: Vec<&str> = answers.iter().map(|answer| answer.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.len() < answers.len() {
            return self.notice(AppTrouble::QuestionsRepeated);
        }
        self.ask_setup(Asked::Add { means, method: None, destination: None, answers: Some(answers) })
    }

    pub(crate) fn check_means(&mut self, id: &str) -> Vec<Effect> {
        let Some((registered, manage)) = self.registered(id) else { return Vec::new() };
        self.trouble = None;
        self.setup.begin(Open::Check(registered), &manage);
        self.ask_setup(Asked::Check { id: id.to_owned() })
    }

    pub(crate) fn remove_means(&mut self, id: &str) -> Vec<Effect> {
        let Some((registered, manage)) = self.registered(id) else { return Vec::new() };
        if !registered.fixed {
            self.trouble = None;
            self.setup.begin(Open::Remove(registered), &manage);
        }
        Vec::new()
    }

    pub(crate) fn confirm_removal(&mut self) -> Vec<Effect> {
        let Some(Open::Remove(registered)) = &self.setup.open else { return Vec::new() };
        let id = registered.id.clone();
        self.ask_setup(Asked::Remove { id })
    }

    pub(crate) fn confirm_by_code(&mut self, code: &SecretString) -> Vec<Effect> {
        let Some(pending) = self.manage().and_then(|manage| self.setup.in_hand(manage)) else { return Vec::new() };
        let id = pending.id.clone();
        let code = typed::code(pending.method.unwrap_or(Method::Totp), code);
        if code.expose_secret().is_empty() {
            return self.notice(AppTrouble::CodeMissing);
        }
        self.ask_setup(Asked::Confirm { id, code: Some(code) })
    }

    pub(crate) fn codes_kept(&mut self) -> Vec<Effect> {
        let Some(pending) = self.manage().and_then(|manage| self.setup.in_hand(manage)) else { return Vec::new() };
        let id = pending.id.clone();
        self.ask_setup(Asked::Confirm { id, code: None })
    }

    pub(crate) fn save_codes(&mut self) -> Vec<Effect> {
        let (Some(campus), Some(kept)) = (&self.campus, &self.setup.kept) else { return Vec::new() };
        let save = Effect::SaveCodes {
            campus: campus.name.clone(),
            language: self.language.clone(),
            codes: kept.codes.clone(),
        };
        self.trouble = None;
        self.ask(Call::Other, save)
    }

    pub(crate) fn saved(&mut self, path: Option<String>) -> Vec<Effect> {
        self.answered();
        let Some(kept) = &mut self.setup.kept else { return Vec::new() };
        match path {
            Some(path) => kept.saved_to = Some(path),
            None => return self.notice(AppTrouble::NotSaved),
        }
        Vec::new()
    }

    /// Asks for another code in the way in which the last one was asked for.
    pub(crate) fn send_again(&mut self) -> Vec<Effect> {
        let Some(sent) = self.setup.sent.clone() else { return Vec::new() };
        self.ask_setup(sent)
    }

    pub(crate) fn back_to_manage(&mut self) -> Vec<Effect> {
        self.trouble = None;
        self.setup.close(None);
        Vec::new()
    }

    pub(crate) fn finish_setup(&mut self) -> Vec<Effect> {
        self.setup.said = None;
        self.ask_setup(Asked::Finish)
    }

    fn ask_setup(&mut self, asked: Asked) -> Vec<Effect> {
        let Some(revision) = self.attempt.revision() else { return Vec::new() };
        self.trouble = None;
        if matches!(asked, Asked::Add { .. } | Asked::Check { .. }) {
            self.setup.sent = Some(asked.clone());
        }
        self.setup.asked = Some((asked.clone(), revision));
        let effect = match asked {
            Asked::Add { means, method, destination, answers } => {
                Effect::AddMeans(AddMeans { revision, means, method, destination, answers })
            }
            Asked::Check { id } => Effect::CheckMeans { id, check: CheckMeans { revision, method: None } },
            Asked::Confirm { id, code } => Effect::ConfirmMeans { id, confirm: ConfirmMeans { revision, code } },
            Asked::Remove { id } => Effect::RemoveMeans { id, remove: RemoveMeans { revision } },
            Asked::Finish => Effect::FinishSetup { revision },
        };
        self.ask(Call::Other, effect)
    }

    // What the server says

    /// Compares what is set up now with what was being done to it.
    pub(crate) fn managed(&mut self) -> Vec<Effect> {
        let Some(manage) = self.manage().cloned() else { return Vec::new() };
        self.set_up = Some(SetUp { registered: manage.registered.clone(), enough: manage.enough });
        if std::mem::take(&mut self.setup.again) {
            return self.go_on(&manage);
        }
        let asked = self.setup.asked.take();
        let moved = asked.as_ref().is_some_and(|(_, revision)| self.attempt.revision() != Some(*revision));
        if moved && matches!(asked, Some((Asked::Add { .. } | Asked::Check { .. }, _))) {
            // What is pending now is of this attempt, whatever its id.
            self.setup.left = None;
        }
        let Some(open) = self.setup.open.clone() else { return Vec::new() };
        let in_hand = self.setup.in_hand(&manage);
        match open {
            Open::Remove(registered) => {
                if !manage.registered.iter().any(|still| still.id == registered.id) {
                    self.setup.close(Some(Said { what: Deal::Removed, means: registered.means }));
                }
            }
            Open::Check(registered) => match (in_hand, asked) {
                (Some(_), _) => {}
                (None, Some((Asked::Confirm { .. }, _))) if moved => {
                    self.setup.close(Some(Said { what: Deal::Checked, means: registered.means }));
                }
                (None, _) => self.setup.close(None),
            },
            Open::Add(means) => match (in_hand, asked) {
                // Somebody who cannot read it cannot use it either.
                (Some(pending), _) if makes_secrets(means) && self.setup.kept(pending).is_none() => self.went_lost(),
                (Some(_), _) => {}
                (None, Some((Asked::Confirm { .. } | Asked::Add { answers: Some(_), .. }, _)))
                    if moved && manage.registered.iter().any(|there| there.means == means) =>
                {
                    self.setup.close(Some(Said { what: Deal::Added, means }));
                }
                (None, _) if makes_secrets(means) => self.went_lost(),
                // Its form stays open, with what was typed.
                (None, _) => {}
            },
        }
        Vec::new()
    }

    /// Does what was interrupted by the question for a new proof.
    fn go_on(&mut self, manage: &Manage) -> Vec<Effect> {
        let Some((asked, _)) = self.setup.asked.take() else { return Vec::new() };
        if let Asked::Confirm { id, .. } = &asked
            && manage.pending.as_ref().is_none_or(|pending| pending.id != *id)
        {
            // Its code is of no use any more.
            if matches!(self.setup.open, Some(Open::Add(means)) if makes_secrets(means)) {
                self.went_lost();
            }
            return Vec::new();
        }
        self.ask_setup(asked)
    }

    fn went_lost(&mut self) {
        self.setup.close(None);
        self.trouble.get_or_insert(AppTrouble::SealBroken.into());
    }

    // Small things

    fn manage(&self) -> Option<&Manage> {
        match self.attempt.step() {
            Some(Step::Manage { manage }) => Some(manage),
            _ => None,
        }
    }

    fn registered(&self, id: &str) -> Option<(Registered, Manage)> {
        let manage = self.manage()?;
        let registered = manage.registered.iter().find(|registered| registered.id == id)?;
        Some((registered.clone(), manage.clone()))
    }
}

pub(crate) fn addable(manage: &Manage, means: Means) -> Option<&Addable> {
    manage.addable.iter().find(|addable| addable.means == means)
}

/// Whether the server makes the secret, so that adding it asks for nothing first.
pub(crate) const fn makes_secrets(means: Means) -> bool {
    match means {
        Means::Authenticator | Means::RecoveryCodes => true,
        Means::Mobile | Means::Office | Means::Email | Means::Questions => false,
    }
}

/// Rows of dark (`1`) and light (`0`) modules; none if it is too long for a QR code.
fn qr(uri: &SecretString) -> Vec<Revealed> {
    let Ok(code) = QrCode::with_error_correction_level(uri.expose_secret(), EcLevel::M) else { return Vec::new() };
    let row = |colors: &[Color]| -> String { colors.iter().map(|color| color.select('1', '0')).collect() };
    code.to_colors().chunks(code.width().max(1)).map(|colors| Revealed::new(row(colors).into())).collect()
}
