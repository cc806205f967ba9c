//! What a page may say, and on which screen it can be said.

use latchkey_api::flow::{Means, Method};
use serde::Deserialize;

use super::{Case, Screen};

/// What a person does. `S` is how a secret is carried: [`Sealed`] from the page, opened in the flow.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(concrete(S = Sealed)))]
pub enum Action<S> {
    ChooseCase {
        case: Case,
    },
    /// "This is not my work or school account."
    ShowElsewhere,
    /// "I was told of something that I did not do."
    ShowNotMe,
    SubmitNotMe {
        code: S,
    },
    /// Back to the cases.
    BackToStart,
    Identify {
        account: String,
        /// The characters, where some are shown.
        characters: Option<String>,
    },
    /// Other characters, please.
    OtherCharacters,
    /// "I can't use this": the app solves a check that nobody sees.
    SkipCharacters,
    SignIn {
        account: String,
        password: S,
    },
    /// "I need more time."
    Stay,
    /// Random words for a new password.
    MakePassphrase,
    AddMeans {
        means: Means,
    },
    SubmitDestination {
        method: Option<Method>,
        destination: String,
    },
    SubmitNewAnswers {
        answers: Vec<TypedAnswer<S>>,
    },
    PrintCodes,
    SaveCodes,
    /// "I have kept them": from now on they work.
    CodesKept,
    CheckMeans {
        id: String,
    },
    /// Asks before it removes.
    RemoveMeans {
        id: String,
    },
    ConfirmRemoval,
    /// Back to what is set up; what was not confirmed is dropped.
    BackToManage,
    FinishSetup,
    Feedback {
        helpful: bool,
        text: Option<String>,
    },
    ChooseMethod {
        method: Method,
        destination: Option<String>,
    },
    SubmitCode {
        code: S,
    },
    Resend,
    /// Back to the choice of methods.
    UseAnotherWay,
    SubmitAnswers {
        answers: Vec<TypedAnswer<S>>,
    },
    SubmitPassword {
        new: S,
        confirm: S,
    },
    SubmitChange {
        account: String,
        old: S,
        new: S,
        confirm: S,
    },
    /// Update the ticked copies; those that provably held the old password are done already.
    RefreshCopies {
        ids: Vec<String>,
    },
    /// Leave for now what is not updated; the tray offers it later.
    LeaveCopies,
    /// Leave what is not updated as it is, and never offer it again.
    LeaveForGood,
    /// Put a copy that was ticked and updated back as it was.
    PutBack {
        id: String,
    },
    /// Try one copy once more that could not be refreshed.
    RetryCopy {
        id: String,
    },
    /// Unlock whatever is locked, and go on.
    UnlockKeyring,
    FinishPlaces {
        password: S,
        /// The old password, where the person still knows it: what held it need not be asked about.
        old: Option<S>,
    },
    /// Ask the server again now.
    Retry,
    Cancel,
    /// From the first screen again.
    StartOver,
    Close,
    /// The window's language changed, by tag.
    Language {
        tag: String,
    },
}

impl<S> Action<S> {
    /// Carries every secret in another way, such as opened.
    ///
    /// # Errors
    /// The first error of `open`.
    pub fn try_map_secrets<T, E>(self, mut open: impl FnMut(S) -> Result<T, E>) -> Result<Action<T>, E> {
        let open = &mut open;
        Ok(match self {
            Self::ChooseCase { case } => Action::ChooseCase { case },
            Self::ShowElsewhere => Action::ShowElsewhere,
            Self::ShowNotMe => Action::ShowNotMe,
            Self::SubmitNotMe { code } => Action::SubmitNotMe { code: open(code)? },
            Self::BackToStart => Action::BackToStart,
            Self::Identify { account, characters } => Action::Identify { account, characters },
            Self::OtherCharacters => Action::OtherCharacters,
            Self::SkipCharacters => Action::SkipCharacters,
            Self::SignIn { account, password } => Action::SignIn { account, password: open(password)? },
            Self::Stay => Action::Stay,
            Self::MakePassphrase => Action::MakePassphrase,
            Self::AddMeans { means } => Action::AddMeans { means },
            Self::SubmitDestination { method, destination } => Action::SubmitDestination { method, destination },
            Self::SubmitNewAnswers { answers } => Action::SubmitNewAnswers { answers: open_all(answers, open)? },
            Self::PrintCodes => Action::PrintCodes,
            Self::SaveCodes => Action::SaveCodes,
            Self::CodesKept => Action::CodesKept,
            Self::CheckMeans { id } => Action::CheckMeans { id },
            Self::RemoveMeans { id } => Action::RemoveMeans { id },
            Self::ConfirmRemoval => Action::ConfirmRemoval,
            Self::BackToManage => Action::BackToManage,
            Self::FinishSetup => Action::FinishSetup,
            Self::Feedback { helpful, text } => Action::Feedback { helpful, text },
            Self::ChooseMethod { method, destination } => Action::ChooseMethod { method, destination },
            Self::SubmitCode { code } => Action::SubmitCode { code: open(code)? },
            Self::Resend => Action::Resend,
            Self::UseAnotherWay => Action::UseAnotherWay,
            Self::SubmitAnswers { answers } => Action::SubmitAnswers { answers: open_all(answers, open)? },
            Self::SubmitPassword { new, confirm } => {
                Action::SubmitPassword { new: open(new)?, confirm: open(confirm)? }
            }
            Self::SubmitChange { account, old, new, confirm } => {
                Action::SubmitChange { account, old: open(old)?, new: open(new)?, confirm: open(confirm)? }
            }
            Self::RefreshCopies { ids } => Action::RefreshCopies { ids },
            Self::LeaveCopies => Action::LeaveCopies,
            Self::LeaveForGood => Action::LeaveForGood,
            Self::PutBack { id } => Action::PutBack { id },
            Self::RetryCopy { id } => Action::RetryCopy { id },
            Self::UnlockKeyring => Action::UnlockKeyring,
            Self::FinishPlaces { password, old } => {
                Action::FinishPlaces { password: open(password)?, old: old.map(open).transpose()? }
            }
            Self::Retry => Action::Retry,
            Self::Cancel => Action::Cancel,
            Self::StartOver => Action::StartOver,
            Self::Close => Action::Close,
            Self::Language { tag } => Action::Language { tag },
        })
    }
}

fn open_all<S, T, E>(
    answers: Vec<TypedAnswer<S>>,
    open: &mut impl FnMut(S) -> Result<T, E>,
) -> Result<Vec<TypedAnswer<T>>, E> {
    answers.into_iter().map(|TypedAnswer { id, answer }| Ok(TypedAnswer { id, answer: open(answer)? })).collect()
}

/// One answer to one question.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(concrete(S = Sealed)))]
pub struct TypedAnswer<S> {
    pub id: String,
    pub answer: S,
}

/// A sealed secret as the page sends it: base64 of key id, the page's public point, nonce and ciphertext with tag.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
#[cfg_attr(feature = "ts", derive(ts_rs::TS), ts(type = "string"))]
pub struct Sealed(String);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed")
    }
}

impl Sealed {
    /// Takes what a page has sealed.
    #[must_use]
    pub const fn new(base64: String) -> Self {
        Self(base64)
    }

    /// What the page has sent, to be opened.
    #[must_use]
    pub fn as_base64(&self) -> &str {
        &self.0
    }
}

/// Whether an action can be taken up on a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fit {
    /// A click that came late, or from another screen.
    No,
    /// Only while no call is under way.
    AtRest,
    /// At any time.
    Always,
}

impl<S> Action<S> {
    /// Says whether a screen has a control for this action.
    #[must_use]
    pub fn is_offered_on(&self, screen: &Screen) -> bool {
        self.fits(screen) != Fit::No
    }

    /// The one table of what can be done where.
    pub(crate) fn fits(&self, screen: &Screen) -> Fit {
        let at_rest = |fits| if fits { Fit::AtRest } else { Fit::No };
        let always = |fits| if fits { Fit::Always } else { Fit::No };
        match self {
            Self::Language { .. } | Self::Close => Fit::Always,
            Self::Retry => always(matches!(screen, Screen::Offline { .. })),
            Self::Cancel => always(!screen.is_final() && !matches!(screen, Screen::Working { .. })),
            // Somebody may say it before the server has answered for the first time, or to a window that has ended.
            Self::ChooseCase { .. } => {
                always(screen.is_final() || matches!(screen, Screen::Start { .. } | Screen::Starting))
            }
            Self::StartOver => at_rest(screen.is_final()),
            Self::Stay => at_rest(!screen.is_final()),
            Self::ShowElsewhere | Self::ShowNotMe => at_rest(matches!(screen, Screen::Start { .. })),
            Self::SubmitNotMe { .. } => at_rest(matches!(screen, Screen::NotMe { .. })),
            Self::BackToStart => at_rest(matches!(
                screen,
                Screen::Identify { .. }
                    | Screen::Elsewhere
                    | Screen::NotMe { .. }
                    | Screen::NotMeDone { .. }
                    | Screen::SignIn { .. }
                    | Screen::ChangePassword { .. }
            )),
            Self::Identify { .. } | Self::OtherCharacters | Self::SkipCharacters => {
                at_rest(matches!(screen, Screen::Identify { .. }))
            }
            Self::SignIn { .. } => at_rest(matches!(screen, Screen::SignIn { .. })),
            Self::MakePassphrase => {
                at_rest(matches!(screen, Screen::NewPassword { .. } | Screen::ChangePassword { .. }))
            }
            Self::AddMeans { .. } | Self::CheckMeans { .. } | Self::RemoveMeans { .. } | Self::FinishSetup => {
                at_rest(matches!(screen, Screen::Manage { .. }))
            }
            Self::SubmitDestination { .. } => at_rest(matches!(screen, Screen::AddDestination { .. })),
            Self::SubmitNewAnswers { .. } => at_rest(matches!(screen, Screen::AddQuestions { .. })),
            Self::PrintCodes | Self::SaveCodes | Self::CodesKept => {
                at_rest(matches!(screen, Screen::RecoveryCodes { .. }))
            }
            Self::ConfirmRemoval => at_rest(matches!(screen, Screen::RemoveMeans { .. })),
            Self::BackToManage => at_rest(matches!(
                screen,
                Screen::AddDestination { .. }
                    | Screen::ConfirmMeans { .. }
                    | Screen::AddAuthenticator { .. }
                    | Screen::AddQuestions { .. }
                    | Screen::RecoveryCodes { .. }
                    | Screen::RemoveMeans { .. }
            )),
            Self::ChooseMethod { .. } => at_rest(matches!(screen, Screen::ChooseMethod { .. })),
            Self::SubmitCode { .. } => at_rest(matches!(
                screen,
                Screen::EnterCode { .. } | Screen::ConfirmMeans { .. } | Screen::AddAuthenticator { .. }
            )),
            Self::Resend => at_rest(matches!(screen, Screen::EnterCode { .. } | Screen::ConfirmMeans { .. })),
            Self::UseAnotherWay => at_rest(matches!(screen, Screen::EnterCode { .. } | Screen::AnswerQuestions { .. })),
            Self::SubmitAnswers { .. } => at_rest(matches!(screen, Screen::AnswerQuestions { .. })),
            Self::SubmitPassword { .. } => at_rest(matches!(screen, Screen::NewPassword { .. })),
            Self::SubmitChange { .. } => at_rest(matches!(screen, Screen::ChangePassword { .. })),
            Self::FinishPlaces { .. } => at_rest(matches!(screen, Screen::FinishPlaces { .. })),
            // The copies need no server.
            Self::Feedback { .. }
            | Self::RefreshCopies { .. }
            | Self::LeaveCopies
            | Self::LeaveForGood
            | Self::PutBack { .. }
            | Self::RetryCopy { .. }
            | Self::UnlockKeyring => always(matches!(screen, Screen::Done { .. })),
        }
    }
}
