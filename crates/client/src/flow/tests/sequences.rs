//! Sequences that nobody thought of.

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

fn deeds() -> impl Strategy<Value = Deed> {
    let secret = || "[a-c]{0,2}".prop_map(SecretString::from);
    let means = || prop::sample::select(Means::ALL.to_vec());
    let recovering = prop_oneof![
        prop::sample::select(Case::ALL.to_vec()).prop_map(|case| Deed::ChooseCase { case }),
        Just(Deed::ShowNotMe),
        Just(Deed::BackToStart),
        secret().prop_map(|code| Deed::SubmitNotMe { code }),
        ("[a ]{0,2}", prop::option::of("[a ]{0,1}"))
            .prop_map(|(account, characters)| Deed::Identify { account, characters }),
        Just(Deed::OtherCharacters),
        Just(Deed::SkipCharacters),
        Just(Deed::ChooseMethod { method: Method::TextMobile, destination: Some("1".into()) }),
        Just(Deed::ChooseMethod { method: Method::Totp, destination: None }),
        secret().prop_map(|code| Deed::SubmitCode { code }),
        Just(Deed::Resend),
        Just(Deed::UseAnotherWay),
        Just(Deed::MakePassphrase),
        (secret(), secret()).prop_map(|(new, confirm)| Deed::SubmitPassword { new, confirm, operation: operation() }),
        (secret(), secret()).prop_map(|(old, new)| Deed::SubmitChange {
            account: "a".into(),
            old,
            confirm: new.clone(),
            new,
            operation: operation(),
        }),
    ];
    let setting_up = prop_oneof![
        secret().prop_map(|password| Deed::SignIn { account: "a".into(), password }),
        means().prop_map(|means| Deed::AddMeans { means }),
        Just(Deed::SubmitDestination { method: None, destination: "1".into() }),
        secret().prop_map(|answer| Deed::SubmitNewAnswers { answers: vec![("first_pet".into(), answer)] }),
        Just(Deed::SaveCodes),
        Just(Deed::CodesKept),
        Just(Deed::CheckMeans { id: "m1".into() }),
        Just(Deed::RemoveMeans { id: "m1".into() }),
        Just(Deed::ConfirmRemoval),
        Just(Deed::BackToManage),
        Just(Deed::FinishSetup),
    ];
    let anywhere = prop_oneof![
        Just(Deed::Stay),
        Just(Deed::Feedback { helpful: true, text: None }),
        Just(Deed::RefreshCopies { ids: vec!["a".into()] }),
        Just(Deed::UnlockKeyring),
        secret().prop_map(|password| Deed::FinishPlaces { password }),
        Just(Deed::Retry),
        Just(Deed::Cancel),
        Just(Deed::StartOver),
        Just(Deed::Language { tag: "ar".into() }),
        Just(Deed::SealBroken),
    ];
    prop_oneof![recovering, setting_up, anywhere]
}

fn steps() -> impl Strategy<Value = Step> {
    let unconfirmed = ("p[12]", prop::sample::select(Means::ALL.to_vec()));
    prop_oneof![
        Just(choose()),
        Just(prove(Method::TextMobile)),
        Just(prove(Method::CurrentPassword)),
        Just(prove(Method::RecoveryCode)),
        Just(set_password()),
        prop::option::of(unconfirmed).prop_map(|pending| manage(pending.map(|(id, means)| self::pending(&id, means)))),
        Just(Step::Working),
        Just(Step::Cancelled),
        Just(Step::Expired),
        Just(Step::Blocked { blocked: Blocked { until: None } }),
        Just(done()),
    ]
}

/// What the server shows this once; the texts tell one from another.
fn shown() -> impl Strategy<Value = Shown> {
    prop_oneof![
        Just(Shown { secret: Some("SEEDSEED".into()), uri: Some("otpauth://totp/SEED".into()), ..Shown::default() }),
        Just(Shown { recovery_codes: vec!["CODECODECODECODE".into(), "CODECODECODECOD2".into()], ..Shown::default() }),
    ]
}

fn inputs() -> impl Strategy<Value = Input> {
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
    let answer = (1..9_u32, steps(), prop::option::weighted(0.4, shown()))
        .prop_map(|(revision, step, shown)| Ok(Box::new(Answered { flow: *envelope(revision, step), shown })));
    let refused = (codes, prop::option::of((1..9_u32, steps()))).prop_map(|(code, flow)| match flow {
        Some((revision, step)) => refusal(code, revision, step),
        None => problem(code),
    });
    prop_oneof![
        8 => deeds().prop_map(Input::Did),
        6 => answer.prop_map(Input::Answer),
        2 => refused.prop_map(|failure| Input::Answer(Err(failure))),
        1 => Just(Input::Answer(Err(NO_ANSWER))),
        1 => Just(Input::Campus(Ok(Box::new(campus_with_characters())))),
        1 => Just(Input::Characters(Err(NO_ANSWER))),
        1 => Just(Input::NotMe(Ok(api::flow::NotMeDone { undone: true }))),
        1 => Just(Input::Passphrase(Some("WORDSWORDS".into()))),
        1 => Just(Input::Saved(Some("codes.txt".into()))),
        1 => Just(Input::Found { copies: vec![copy("a", HeldOld::Unknown), copy("b", HeldOld::Yes)], missing: Vec::new() }),
        1 => Just(Input::Refreshed { outcomes: vec![("a".into(), CopyOutcome::Updated)] }),
        1 => Just(Input::Woken),
    ]
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

/// The screens that may show something that is made to be read.
fn reveals(screen: &Screen) -> bool {
    match screen {
        Screen::AddAuthenticator { .. } | Screen::RecoveryCodes { .. } => true,
        Screen::NewPassword { passphrase, .. } | Screen::ChangePassword { passphrase, .. } => passphrase.is_some(),
        Screen::Done { replacement, .. } => replacement.is_some(),
        Screen::Starting
        | Screen::Start { .. }
        | Screen::Elsewhere
        | Screen::NotMe { .. }
        | Screen::NotMeDone { .. }
        | Screen::Identify { .. }
        | Screen::SignIn { .. }
        | Screen::ChooseMethod { .. }
        | Screen::EnterCode { .. }
        | Screen::AnswerQuestions { .. }
        | Screen::Working
        | Screen::Manage { .. }
        | Screen::AddDestination { .. }
        | Screen::ConfirmMeans { .. }
        | Screen::AddQuestions { .. }
        | Screen::RemoveMeans { .. }
        | Screen::Helpdesk { .. }
        | Screen::FinishPlaces { .. }
        | Screen::Blocked { .. }
        | Screen::Cancelled
        | Screen::Expired
        | Screen::Offline { .. }
        | Screen::Unusable { .. } => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    /// FL-01, as far as the app has a part in it: the server decides, so no sequence may show an end, send a password,
    /// change what is set up or touch a place before the server has said so.
    #[test]
    fn nothing_is_done_before_the_server_says_so(
        opening in openings(),
        inputs in prop::collection::vec(inputs(), 1..60),
    ) {
        let (mut flow, _) = Flow::new(opening, "en".into(), None);
        // One attempt after another: what the server said of the last one is not true of the next one.
        let (mut may_set, mut may_manage, mut may_confirm, mut is_done, mut was_done) = (false, false, None, false, false);
        for input in inputs {
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
            let before = flow.view().sequence;
            let asks_for_help = opening.window == WindowKind::Recover;
            for effect in flow.handle(input) {
                match effect {
                    Effect::SetPassword { .. } => prop_assert!(may_set),
                    Effect::AddMeans(_) | Effect::CheckMeans { .. } | Effect::RemoveMeans { .. }
                    | Effect::FinishSetup { .. } => prop_assert!(may_manage),
                    Effect::ConfirmMeans { id, .. } => prop_assert_eq!(Some(id), may_confirm.clone()),
                    Effect::FindCopies { .. } | Effect::UnlockKeyring { .. } | Effect::RefreshCopies { .. }
                    | Effect::FinishJournal | Effect::Notify(_) => prop_assert!(was_done),
                    Effect::Feedback(_) => prop_assert!(is_done),
                    Effect::FetchCharacters { .. } | Effect::NotMe { .. } => prop_assert!(asks_for_help),
                    Effect::FetchCampus | Effect::Start { .. } | Effect::Look | Effect::Challenge { .. } | Effect::Prove(_)
                    | Effect::Cancel { .. } | Effect::WakeIn(_) | Effect::RenewPage | Effect::CloseWindow
                    | Effect::MakePassphrase { .. } | Effect::SaveCodes { .. } | Effect::OpenWindow(_) => {}
                }
            }
            let view = flow.view();
            prop_assert!(view.sequence > before);
            let shows_the_end = matches!(view.screen, Screen::Done { .. });
            prop_assert!(is_done || !shows_the_end);
            if let Screen::Done { case, places, .. } = &view.screen {
                let changes = matches!(case, Case::Forgotten | Case::NeverReceived | Case::Change);
                prop_assert!(changes || places.state == PlacesState::None, "{case:?} has no password to refresh");
            }
            serde_json::to_string(&view).expect("a view is plain");
        }
    }

    /// RG-06, OT-13, SM-02: what is made to be read stands on its own screen, nowhere else, and its page is renewed when
    /// that screen has been left.
    #[test]
    fn what_is_made_to_be_read_is_gone_with_its_screen(
        opening in openings(),
        inputs in prop::collection::vec(inputs(), 1..60),
    ) {
        let (mut flow, _) = Flow::new(opening, "en".into(), None);
        // What the page has been shown of what the flow still has.
        let mut on_the_page = false;
        for input in inputs {
            let effects = flow.handle(input);
            let screen = flow.view().screen;
            let text = serde_json::to_string(&screen).expect("plain");
            let told = ["SEED", "CODE", "WORDS"].iter().any(|secret| text.contains(secret));
            prop_assert!(!told || reveals(&screen), "{}", text);
            let holds = flow.revealed().contains(&true);
            let renewed = effects.iter().any(|effect| matches!(effect, Effect::RenewPage));
            prop_assert!(holds || renewed || !on_the_page, "the page still has it: {}", text);
            prop_assert!(holds || !reveals(&screen));
            on_the_page = holds;
        }
    }
}
