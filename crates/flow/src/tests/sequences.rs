//! Sequences that nobody thought of.

use std::collections::BTreeSet;

use latchkey_api::flow::{Addable, Manage, Pending as Unconfirmed, Question, Registered};
use proptest::prelude::*;

use super::*;

fn manage(pending: Option<Unconfirmed>) -> Step {
    let addable = |means| Addable {
        means,
        confirm_by: vec![Method::TextMobile],
        questions: vec![Question { id: "first_pet".into() }],
        wanted: Some(1),
    };
    let mobile = Registered {
        id: "m1".into(),
        means: Means::Mobile,
        hint: Some("… 34".into()),
        fixed: false,
        due: true,
        left: None,
    };
    Step::Manage {
        manage: Manage {
            registered: vec![mobile],
            addable: Means::ALL.into_iter().map(addable).collect(),
            enough: true,
            wanted: Vec::new(),
            fresh_until: at(300),
            pending,
        },
    }
}

fn pending(id: &str, means: Means) -> Unconfirmed {
    let code = CodeAsked { length: 8, expires_at: None, resend_at: None };
    let method = means.methods().first().copied().filter(|_| means != Means::RecoveryCodes);
    Unconfirmed { id: id.into(), means, method, code: Some(code), attempts_left: 5 }
}

/// One move of a sequence; numbers choose among what is possible where it is made.
#[derive(Debug, Clone)]
enum Move {
    /// Something that the screen offers.
    Offered(usize),
    /// Something that it may not offer at all.
    Any(usize),
    /// An answer to what was asked last.
    Answer(usize),
    /// Whatever a broken server may say, and when.
    Out(Input),
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        8 => (0..64_usize).prop_map(Move::Offered),
        1 => (0..64_usize).prop_map(Move::Any),
        8 => (0..64_usize).prop_map(Move::Answer),
        1 => out().prop_map(Move::Out),
    ];
    prop::collection::vec(one, 1..60)
}

fn out() -> impl Strategy<Value = Input> {
    let steps = prop::sample::select(vec![
        choose(),
        prove(Method::TextMobile),
        prove(Method::CurrentPassword),
        set_password(),
        manage(None),
        manage(Some(pending("p1", Means::Authenticator))),
        Step::Working,
        Step::Cancelled,
        Step::Expired,
        Step::Uncertain,
        Step::Blocked { blocked: Blocked { until: None } },
        done(),
    ]);
    let codes = prop::sample::select(vec![
        Code::Stale,
        Code::Unauthorized,
        Code::CodeWrong,
        Code::PasswordRefused,
        Code::CurrentPasswordWrong,
        Code::HumanCheckFailed,
        Code::ProofNeeded,
        Code::NotAllowed,
        Code::Unknown,
    ]);
    let inputs = prop::sample::select(vec![
        Input::Campus(Ok(Box::new(campus_with_characters()))),
        Input::Characters(Err(NO_ANSWER)),
        Input::NotMe(Ok(api::flow::NotMeDone { undone: true })),
        Input::Passphrase(None),
        Input::Saved(Some("codes.txt".into())),
        Input::Found { copies: vec![copy("a", Standing::Choice), copy("b", Standing::Proven)], places: Vec::new() },
        Input::Refreshed { id: "a".into(), outcome: Outcome::Updated },
        Input::RefreshEnded,
        Input::SealBroken,
        Input::Woken(Timer::Password),
        Input::Woken(Timer::Server),
        Input::Answer(Err(NO_ANSWER)),
    ]);
    prop_oneof![
        (1..9_u32, steps).prop_map(|(revision, step)| Input::Answer(Ok(answered(revision, step)))),
        codes.prop_map(|code| Input::Answer(Err(problem(code)))),
        inputs,
    ]
}

/// A window, and a server that answers it.
struct World {
    flow: Flow,
    asked: Option<Effect>,
    revision: u32,
    /// Counts what was shown this once, so that each of it can be told from the others.
    shown: u32,
}

impl World {
    fn new(opening: Opening) -> Self {
        let (flow, _) = Flow::new(opening, "en".into(), None, None);
        Self { flow, asked: Some(Effect::FetchCampus), revision: 0, shown: 0 }
    }

    fn input(&mut self, one: Move) -> Option<Input> {
        let screen = self.flow.view().screen;
        Some(match one {
            Move::Offered(pick) => does(chosen(&offered(&screen), pick)?),
            Move::Any(pick) => does(chosen(&actions(), pick)?),
            Move::Answer(pick) => self.answer(pick)?,
            Move::Out(Input::Passphrase(_)) => Input::Passphrase(Some(self.token('W').into())),
            Move::Out(input) => input,
        })
    }

    /// Remembers what waits for an answer.
    fn asks(&mut self, effect: Effect) {
        let waits = !matches!(
            effect,
            Effect::WakeIn { .. }
                | Effect::RenewPage
                | Effect::Notify(_)
                | Effect::Print
                | Effect::CloseJournal { .. }
                | Effect::NoteWrite { .. }
                | Effect::DropWrite { .. }
                | Effect::DropCall
                | Effect::ForgetPutBack
                | Effect::RememberDevice { .. }
                | Effect::Feedback(_)
                | Effect::OpenWindow(_)
                | Effect::CloseWindow
        );
        if waits {
            self.asked = Some(effect);
        }
    }

    fn token(&mut self, kind: char) -> String {
        self.shown += 1;
        format!("{kind}{:03}", self.shown)
    }

    fn next(&mut self, step: Step) -> Input {
        self.revision += 1;
        Input::Answer(Ok(answered(self.revision, step)))
    }

    fn refuses(&mut self, code: Code, step: Step) -> Input {
        self.revision += 1;
        Input::Answer(Err(refusal(code, self.revision, step)))
    }

    fn answer(&mut self, pick: usize) -> Option<Input> {
        let asked = self.asked.take()?;
        if pick.is_multiple_of(16) && !matches!(asked, Effect::FindCopies { .. } | Effect::MakePassphrase { .. }) {
            return Some(Input::Answer(Err(NO_ANSWER)));
        }
        let registers = self.flow.window == WindowKind::Register;
        Some(match asked {
            Effect::FetchCampus => Input::Campus(Ok(Box::new(campus_with_characters()))),
            Effect::FetchCharacters { .. } => Input::Characters(Err(NO_ANSWER)),
            Effect::Start { .. } if registers || self.flow.window == WindowKind::Change => {
                self.next(prove(Method::CurrentPassword))
            }
            Effect::Start { .. } => self.next(choose()),
            Effect::Challenge { method, .. } => self.next(prove(method)),
            Effect::Prove(_) => match pick % 6 {
                0 => self.next(choose()),
                1 => self.refuses(Code::CurrentPasswordWrong, prove(Method::CurrentPassword)),
                _ if registers => self.next(manage(None)),
                2 | 3 => self.replaces(set_password()),
                4 => self.replaces(done()),
                _ => self.next(set_password()),
            },
            Effect::SetPassword { .. } => match pick % 3 {
                0 => self.refuses(Code::PasswordRefused, set_password()),
                1 => self.next(Step::Working),
                _ => self.next(done()),
            },
            Effect::AddMeans(add) => match pick % 5 {
                0 => self.refuses(Code::ProofNeeded, prove(Method::CurrentPassword)),
                1 => self.next(manage(None)),
                _ => self.adds(add.means),
            },
            Effect::CheckMeans { .. } => self.next(manage(Some(pending("m1", Means::Mobile)))),
            Effect::ConfirmMeans { .. } => match pick % 4 {
                0 => self.refuses(Code::ProofNeeded, prove(Method::CurrentPassword)),
                1 => self.refuses(Code::CodeWrong, manage(self.pending())),
                _ => self.next(manage(None)),
            },
            Effect::RemoveMeans { .. } => self.next(manage(None)),
            Effect::FinishSetup { .. } => self.next(done()),
            Effect::Look | Effect::Extend { .. } => match self.flow.attempt.step().cloned() {
                Some(Step::Working) => self.next(done()),
                Some(step) => Input::Answer(Ok(answered(self.flow.attempt.revision()?, step))),
                None => Input::Answer(Err(problem(Code::Unauthorized))),
            },
            Effect::Cancel { .. } => self.next(Step::Cancelled),
            Effect::NotMe { .. } => Input::NotMe(Ok(api::flow::NotMeDone { undone: false })),
            Effect::MakePassphrase { .. } => Input::Passphrase(Some(self.token('W').into())),
            Effect::SaveCodes { .. } => Input::Saved(pick.is_multiple_of(2).then(|| "codes.txt".to_owned())),
            Effect::FindCopies { .. } | Effect::Unlock { .. } => {
                Input::Found { copies: vec![copy("a", Standing::Choice)], places: Vec::new() }
            }
            Effect::RefreshCopies { .. } | Effect::PutBack { .. } => Input::RefreshEnded,
            Effect::WakeIn { .. }
            | Effect::RenewPage
            | Effect::Notify(_)
            | Effect::Print
            | Effect::CloseJournal { .. }
            | Effect::NoteWrite { .. }
            | Effect::DropWrite { .. }
            | Effect::DropCall
            | Effect::ForgetPutBack
            | Effect::RememberDevice { .. }
            | Effect::Feedback(_)
            | Effect::OpenWindow(_)
            | Effect::CloseWindow => return None,
        })
    }

    fn pending(&self) -> Option<Unconfirmed> {
        match self.flow.attempt.step() {
            Some(Step::Manage { manage }) => manage.pending.clone(),
            _ => None,
        }
    }

    fn adds(&mut self, means: Means) -> Input {
        let secret = self.token('S').repeat(4);
        let shown = match means {
            Means::Authenticator => {
                Shown { secret: Some(secret.into()), uri: Some("otpauth://totp/a".into()), ..Shown::default() }
            }
            Means::RecoveryCodes => Shown { recovery_codes: vec![secret.into()], ..Shown::default() },
            Means::Mobile | Means::Office | Means::Email | Means::Questions => {
                return self.next(manage(Some(pending("p1", means))));
            }
        };
        self.shows(manage(Some(pending("p1", means))), shown)
    }

    fn replaces(&mut self, step: Step) -> Input {
        let code = self.token('S').repeat(4);
        self.shows(step, Shown { recovery_codes: vec![code.into()], ..Shown::default() })
    }

    fn shows(&mut self, step: Step, shown: Shown) -> Input {
        self.revision += 1;
        Input::Answer(Ok(Box::new(Answered { flow: *envelope(self.revision, step), shown: Some(shown) })))
    }
}

fn chosen(actions: &[Action<SecretString>], pick: usize) -> Option<Action<SecretString>> {
    if actions.is_empty() { None } else { actions.get(pick % actions.len()).cloned() }
}

fn does(action: Action<SecretString>) -> Input {
    Input::Did { action, operation: operation() }
}

/// What somebody can do on a screen, the way on more often than the way back.
fn offered(screen: &Screen) -> Vec<Action<SecretString>> {
    let secret = || SecretString::from("abc");
    let passwords = || Action::SubmitPassword { new: "new".into(), confirm: "new".into() };
    match screen {
        Screen::Start { .. } => vec![
            Action::ChooseCase { case: Case::Forgotten },
            Action::ChooseCase { case: Case::LockedOut },
            Action::ChooseCase { case: Case::Change },
            Action::ShowElsewhere,
            Action::ShowNotMe,
        ],
        Screen::Elsewhere | Screen::NotMeDone { .. } => vec![Action::BackToStart],
        Screen::NotMe { .. } => vec![Action::SubmitNotMe { code: secret() }, Action::BackToStart],
        Screen::Identify { .. } => vec![identify("ada"), identify("ada"), identify(" "), Action::SkipCharacters],
        Screen::SignIn { .. } => {
            vec![Action::SignIn { account: "ada".into(), password: secret() }, Action::Stay]
        }
        Screen::ChooseMethod { .. } => vec![
            Action::ChooseMethod { method: Method::TextMobile, destination: Some("1".into()) },
            Action::ChooseMethod { method: Method::RecoveryCode, destination: None },
            Action::ChooseMethod { method: Method::TextMobile, destination: None },
        ],
        Screen::EnterCode { .. } => {
            let code = || Action::SubmitCode { code: secret() };
            vec![code(), code(), code(), Action::Resend, Action::UseAnotherWay, Action::Cancel]
        }
        Screen::AnswerQuestions { .. } => {
            vec![
                Action::SubmitAnswers { answers: vec![TypedAnswer { id: "first_pet".into(), answer: secret() }] },
                Action::UseAnotherWay,
            ]
        }
        Screen::NewPassword { .. } => vec![passwords(), Action::MakePassphrase, Action::MakePassphrase, Action::Stay],
        Screen::ChangePassword { .. } => vec![
            Action::SubmitChange { account: "ada".into(), old: "old".into(), new: "new".into(), confirm: "new".into() },
            Action::MakePassphrase,
            Action::Cancel,
        ],
        Screen::Manage { .. } => {
            let add = |means| Action::AddMeans { means };
            let mut actions: Vec<Action<SecretString>> = Means::ALL.into_iter().map(add).collect();
            actions.extend([add(Means::Authenticator), add(Means::RecoveryCodes), Action::FinishSetup, Action::Stay]);
            actions.extend([Action::CheckMeans { id: "m1".into() }, Action::RemoveMeans { id: "m1".into() }]);
            actions
        }
        Screen::AddDestination { .. } => {
            vec![Action::SubmitDestination { method: None, destination: "1".into() }, Action::BackToManage]
        }
        Screen::AddQuestions { .. } => {
            vec![
                Action::SubmitNewAnswers { answers: vec![TypedAnswer { id: "first_pet".into(), answer: secret() }] },
                Action::BackToManage,
            ]
        }
        Screen::ConfirmMeans { .. } => {
            vec![Action::SubmitCode { code: secret() }, Action::Resend, Action::BackToManage]
        }
        Screen::AddAuthenticator { .. } => {
            vec![
                Action::SubmitCode { code: secret() },
                Action::SubmitCode { code: secret() },
                Action::BackToManage,
                Action::Stay,
            ]
        }
        Screen::RecoveryCodes { .. } => {
            vec![Action::CodesKept, Action::PrintCodes, Action::SaveCodes, Action::BackToManage, Action::Cancel]
        }
        Screen::RemoveMeans { .. } => vec![Action::ConfirmRemoval, Action::BackToManage],
        Screen::Done { .. } => vec![
            Action::RefreshCopies { ids: vec!["a".into()] },
            Action::Feedback { helpful: true, text: None },
            Action::UnlockKeyring,
            Action::StartOver,
        ],
        Screen::FinishPlaces { .. } => vec![Action::FinishPlaces { password: secret(), old: Some(secret()) }],
        Screen::Blocked { .. } | Screen::Cancelled | Screen::Expired | Screen::Uncertain => vec![Action::StartOver],
        Screen::Offline { .. } => vec![Action::Retry],
        Screen::Starting | Screen::Working { .. } | Screen::Helpdesk { .. } | Screen::Unusable { .. } => Vec::new(),
    }
}

/// Everything that somebody can do anywhere.
fn actions() -> Vec<Action<SecretString>> {
    let pages: Vec<Screen> = vec![
        Screen::Start { cases: Vec::new() },
        Screen::NotMe { busy: false, error: None },
        Screen::ChooseMethod {
            methods: Vec::new(),
            chosen: None,
            destination: String::new(),
            busy: false,
            error: None,
        },
        Screen::AnswerQuestions { questions: Vec::new(), attempts_left: 0, busy: false, error: None },
        Screen::NewPassword { account: String::new(), rules: Vec::new(), passphrase: None, busy: false, error: None },
        Screen::ChangePassword {
            account: String::new(),
            known_account: None,
            rules: Vec::new(),
            passphrase: None,
            busy: false,
            error: None,
        },
        Screen::RecoveryCodes { codes: Vec::new(), saved_to: None, busy: false, error: None },
        Screen::Cancelled,
    ];
    let mut actions: Vec<Action<SecretString>> = pages.iter().flat_map(offered).collect();
    actions.extend([
        identify("ada"),
        Action::SignIn { account: "ada".into(), password: "abc".into() },
        Action::SubmitCode { code: "abc".into() },
        Action::AddMeans { means: Means::Authenticator },
        Action::SubmitDestination { method: None, destination: "1".into() },
        Action::ConfirmRemoval,
        Action::FinishSetup,
        Action::FinishPlaces { password: "abc".into(), old: None },
        Action::RefreshCopies { ids: vec!["a".into()] },
        Action::UnlockKeyring,
        Action::Feedback { helpful: true, text: None },
        Action::Stay,
        Action::Cancel,
        Action::Retry,
        Action::Language { tag: "ar".into() },
    ]);
    actions
}

fn openings() -> impl Strategy<Value = Opening> {
    prop::sample::select(vec![
        Opening::from(WindowKind::Recover),
        Opening::of(Case::Forgotten),
        Opening::of(Case::LockedOut),
        Opening::of(Case::Change),
        Opening::of(Case::Register),
    ])
}

/// Where the server has said that the flow stands, be it in a refusal.
fn stands(input: &Input) -> Option<&Step> {
    match input {
        Input::Answer(Ok(answered)) => Some(&answered.flow.step),
        Input::Answer(Err(Failure::Refused(problem))) => problem.flow.as_ref().map(|flow| &flow.step),
        _ => None,
    }
}

/// What stands on a screen of what was made to be read, each by its number.
fn told(screen: &Screen) -> BTreeSet<String> {
    let text = serde_json::to_string(screen).expect("plain");
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() == 4 && word.starts_with(['S', 'W']) && word[1..].bytes().all(|b| b.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

/// Whether this screen only stands between, so that what was read before it may be read again after it.
fn between(screen: &Screen, window: WindowKind) -> bool {
    match screen {
        Screen::Offline { .. } => true,
        // A new proof is asked for.
        Screen::SignIn { .. }
        | Screen::ChooseMethod { .. }
        | Screen::EnterCode { .. }
        | Screen::AnswerQuestions { .. } => window == WindowKind::Register,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// FL-01, as far as the app has a part in it: the server decides, so no sequence may show an end, send a password,
    /// change what is set up or touch a place before the server has said so.
    #[test]
    fn nothing_is_done_before_the_server_says_so(opening in openings(), moves in moves()) {
        let mut world = World::new(opening);
        // What the server said last is what is true of this attempt; a place may be touched once any has ended.
        let (mut may_set, mut may_manage, mut may_confirm) = (false, false, None);
        let (mut has_set, mut is_done, mut was_done) = (false, false, false);
        for one in moves {
            let Some(input) = world.input(one) else { continue };
            if let Some(step) = stands(&input) {
                may_set = matches!(step, Step::SetPassword { .. });
                may_manage = matches!(step, Step::Manage { .. });
                may_confirm = match step {
                    Step::Manage { manage } => manage.pending.as_ref().map(|pending| pending.id.clone()),
                    _ => None,
                };
                is_done = matches!(step, Step::Done { .. });
                was_done |= is_done;
            }
            let before = world.flow.view().sequence;
            for effect in world.flow.handle(input) {
                match &effect {
                    Effect::SetPassword { .. } => {
                        prop_assert!(may_set);
                        has_set = true;
                    }
                    Effect::Start { .. } => has_set = false,
                    Effect::AddMeans(_)
                    | Effect::CheckMeans { .. }
                    | Effect::RemoveMeans { .. }
                    | Effect::FinishSetup { .. } => prop_assert!(may_manage),
                    Effect::ConfirmMeans { id, .. } => prop_assert_eq!(Some(id), may_confirm.as_ref()),
                    Effect::FindCopies { .. }
                    | Effect::Unlock { .. }
                    | Effect::PutBack { .. }
                    | Effect::ForgetPutBack
                    | Effect::RefreshCopies { .. }
                    | Effect::CloseJournal { .. }
                    | Effect::Notify(_) => prop_assert!(was_done),
                    Effect::RememberDevice { .. } | Effect::Feedback(_) => prop_assert!(is_done),
                    Effect::FetchCharacters { .. } | Effect::NotMe { .. } => {
                        prop_assert_eq!(opening.window, WindowKind::Recover);
                    }
                    Effect::FetchCampus
                    | Effect::NoteWrite { .. }
                    | Effect::DropWrite { .. }
                    | Effect::DropCall
                    | Effect::Extend { .. }
                    | Effect::Look
                    | Effect::Challenge { .. }
                    | Effect::Prove(_)
                    | Effect::Cancel { .. }
                    | Effect::WakeIn { .. }
                    | Effect::RenewPage
                    | Effect::CloseWindow
                    | Effect::MakePassphrase { .. }
                    | Effect::SaveCodes { .. }
                    | Effect::Print
                    | Effect::OpenWindow(_) => {}
                }
                world.asks(effect);
            }
            let view = world.flow.view();
            prop_assert!(view.sequence > before);
            if let Screen::Done { case, places, .. } = &view.screen {
                prop_assert!(is_done, "the end was not said");
                prop_assert!(has_set || places.state == PlacesState::None, "{case:?} has no password to refresh");
            }
        }
    }

    /// RG-06, OT-13, SM-02: what is made to be read stands on its own screen and never comes back once that has been
    /// left for good, and then its page goes too.
    #[test]
    fn what_is_made_to_be_read_is_gone_with_its_screen(opening in openings(), moves in moves()) {
        let mut world = World::new(opening);
        let (mut on_the_page, mut gone) = (BTreeSet::new(), BTreeSet::<String>::new());
        for one in moves {
            let Some(input) = world.input(one) else { continue };
            let before = std::mem::discriminant(&world.flow.view().screen);
            let mut renewed = false;
            for effect in world.flow.handle(input) {
                renewed |= matches!(effect, Effect::RenewPage);
                world.asks(effect);
            }
            let screen = world.flow.view().screen;
            let told = told(&screen);
            prop_assert!(told.is_disjoint(&gone), "{told:?} came back on {screen:?}");
            if between(&screen, opening.window) && !renewed {
                continue;
            }
            let left: BTreeSet<String> = on_the_page.difference(&told).cloned().collect();
            let replaced = before == std::mem::discriminant(&screen);
            prop_assert!(left.is_empty() || renewed || replaced, "{left:?} are still in the page of {screen:?}");
            gone.extend(left);
            on_the_page = told;
        }
    }
}
