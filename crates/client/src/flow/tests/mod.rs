//! The flow by itself: tables of what follows from what, and sequences that nobody thought of.

use latchkey_api::campus::{Campus, Helpdesk};
use latchkey_api::flow::{Blocked, ChooseMethod, CodeAsked, Destination, Done, Prove, SetPassword};
use latchkey_api::password::Refusal;
use latchkey_credstore::{HeldOld, PlaceKind};
use proptest::prelude::*;

use super::*;

const START: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(START + seconds).expect("a time")
}

fn campus() -> Campus {
    Campus {
        name: "Example University".into(),
        colour: None,
        logo_png: None,
        helpdesk: Helpdesk::default(),
        account_label: [("ar".to_owned(), "الرقم".to_owned())].into(),
        account_example: None,
        methods: vec![Method::TextMobile, Method::Totp],
        human_checks: Vec::new(),
        password_rules: vec![Rule::MinLength { value: 15 }, Rule::NotOld],
        languages: vec!["en".into()],
        oldest_client: "0.1.0".into(),
    }
}

fn envelope(revision: u32, step: Step) -> Box<api::Flow> {
    let allowed = if ended(&step) { Vec::new() } else { vec![api::flow::Call::Cancel] };
    Box::new(api::Flow {
        flow_id: "7K2M-Q4PX".into(),
        revision,
        intent: Intent::Reset,
        now: at(0),
        expires_at: at(240),
        gate: Some(api::flow::Gate { number: 1, of: 2 }),
        allowed,
        step,
    })
}

fn choose() -> Step {
    let methods = vec![
        MethodChoice { method: Method::TextMobile, destination: Some(Destination::Phone) },
        MethodChoice { method: Method::Totp, destination: None },
    ];
    Step::ChooseMethod { choose_method: ChooseMethod { methods } }
}

fn prove(method: Method) -> Step {
    let code = CodeAsked { length: 8, expires_at: Some(at(300)), resend_at: Some(at(60)) };
    Step::Prove { prove: Prove { method, code: Some(code), questions: Vec::new(), attempts_left: 5 } }
}

fn set_password() -> Step {
    Step::SetPassword { set_password: SetPassword { rules: vec![Rule::MinLength { value: 12 }] } }
}

fn done() -> Step {
    Step::Done { done: Done { changed_at: at(0), unlocked: false, old_password_may_work_until: None } }
}

fn problem(code: Code) -> Failure {
    Failure::Refused(Box::new(Problem {
        kind: format!("urn:latchkey:problem:{}", code.as_str()),
        title: String::new(),
        status: 422,
        code,
        retry_after: None,
        attempts_left: Some(4),
        refusals: Vec::new(),
        answer_refusals: Vec::new(),
        flow: None,
    }))
}

fn met(window: WindowKind) -> Flow {
    let (mut flow, effects) = Flow::new(window, "en".into(), None);
    assert!(matches!(effects[..], [Effect::FetchCampus]));
    assert_eq!(flow.view().screen, Screen::Starting);
    flow.handle(Input::Campus(Ok(Box::new(campus()))));
    flow
}

fn did(flow: &mut Flow, deed: Deed) -> Vec<Effect> {
    flow.handle(Input::Did(deed))
}

fn answer(flow: &mut Flow, revision: u32, step: Step) -> Vec<Effect> {
    flow.handle(Input::Answer(Ok(envelope(revision, step))))
}

fn copy(id: &str, held_old: HeldOld) -> CopyView {
    CopyView {
        id: id.into(),
        place: PlaceKind::SecretService,
        label: "Files".into(),
        user: "ada".into(),
        target: None,
        held_old,
        outcome: None,
    }
}

fn operation() -> Uuid {
    Uuid::from_u128(7)
}

fn submit_change(flow: &mut Flow, old: &str, new: &str) -> Vec<Effect> {
    let (old, new, confirm) = (old.into(), new.into(), new.into());
    did(flow, Deed::SubmitChange { account: "ada".into(), old, new, confirm, operation: operation() })
}

#[test]
fn a_reset_goes_from_the_user_id_to_the_saved_copies() {
    let mut flow = met(WindowKind::Recover);
    assert!(matches!(flow.view().screen, Screen::Identify { case: Case::Forgotten, busy: false, .. }));

    let effects = did(&mut flow, Deed::Identify { account: " ada ".into() });
    assert!(matches!(&effects[..], [Effect::Start { account, .. }] if account == "ada"));
    assert!(matches!(flow.view().screen, Screen::Identify { busy: true, .. }));

    answer(&mut flow, 1, choose());
    let destination = Some("+1 202 555 0134".into());
    let effects = did(&mut flow, Deed::ChooseMethod { method: Method::TextMobile, destination });
    assert!(matches!(
        effects[..],
        [Effect::Challenge { revision: 1, method: Method::TextMobile, destination: Some(_) }]
    ));

    answer(&mut flow, 2, prove(Method::TextMobile));
    let Screen::EnterCode { sent_to, resend_in, expires_in, .. } = flow.view().screen else {
        panic!("no code is asked")
    };
    assert_eq!((sent_to.as_deref(), resend_in, expires_in), (Some("+1 202 555 0134"), Some(60), Some(300)));

    let effects = did(&mut flow, Deed::SubmitCode { code: "3141 5926".into() });
    let [Effect::Prove(proof)] = &effects[..] else { panic!("nothing is proven") };
    assert_eq!(proof.code.as_ref().expect("a code").expose_secret(), "31415926");

    answer(&mut flow, 3, choose());
    did(&mut flow, Deed::ChooseMethod { method: Method::Totp, destination: None });
    answer(&mut flow, 4, prove(Method::Totp));
    did(&mut flow, Deed::SubmitCode { code: "123456".into() });
    answer(&mut flow, 5, set_password());
    assert!(matches!(flow.view().screen, Screen::NewPassword { .. }));

    let (new, confirm) = ("violet tractor onion".into(), "violet tractor onion".into());
    let effects = did(&mut flow, Deed::SubmitPassword { new, confirm, operation: operation() });
    assert!(matches!(effects[..], [Effect::SetPassword { revision: 5, .. }]));

    let effects = answer(&mut flow, 6, done());
    assert!(matches!(
        effects[..],
        [Effect::RenewPage, Effect::FindCopies { old: None, changed_at: Some(_), .. }, Effect::Notify(_)]
    ));
    flow.handle(Input::Found { copies: vec![copy("a", HeldOld::Unknown)], missing: Vec::new() });
    let Screen::Done { places, .. } = flow.view().screen else { panic!("not done") };
    assert_eq!(places.state, PlacesState::Asking, "a copy whose secret is not known waits for a tick");

    let effects = did(&mut flow, Deed::RefreshCopies { ids: vec!["a".into()] });
    assert!(matches!(effects[..], [Effect::RefreshCopies { ticked: true, .. }]));
    let effects = flow.handle(Input::Refreshed { outcomes: vec![("a".into(), CopyOutcome::Updated)] });
    assert!(matches!(effects[..], [Effect::FinishJournal]));
    assert!(flow.secrets.new.is_none(), "the password is gone when the refresh has ended");
}

#[test]
fn a_change_asks_once_and_refreshes_what_held_the_old_password_without_asking() {
    let mut flow = met(WindowKind::Change);
    assert!(matches!(submit_change(&mut flow, "old one", "new one")[..], [Effect::Start { .. }]));
    assert!(matches!(answer(&mut flow, 1, prove(Method::CurrentPassword))[..], [Effect::Prove(_)]));
    assert!(matches!(flow.view().screen, Screen::ChangePassword { busy: true, .. }));
    assert!(matches!(answer(&mut flow, 2, set_password())[..], [Effect::SetPassword { revision: 2, .. }]));
    answer(&mut flow, 3, done());

    let copies = vec![copy("held", HeldOld::Yes), copy("named", HeldOld::No)];
    let effects = flow.handle(Input::Found { copies, missing: Vec::new() });
    assert!(matches!(&effects[..], [Effect::RefreshCopies { ids, ticked: false, .. }] if ids == &["held"]));
    flow.handle(Input::Refreshed { outcomes: vec![("held".into(), CopyOutcome::Updated)] });
    let effects = did(&mut flow, Deed::RefreshCopies { ids: Vec::new() });
    assert!(matches!(effects[..], [Effect::FinishJournal]));
    let Screen::Done { places, .. } = flow.view().screen else { panic!("not done") };
    assert_eq!(places.copies[1].outcome, Some(CopyOutcome::LeftAlone));
}

#[test]
fn a_second_factor_in_a_change_asks_for_no_password_twice() {
    // AX-03
    let mut flow = met(WindowKind::Change);
    submit_change(&mut flow, "old one", "new one");
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    answer(&mut flow, 2, choose());
    assert!(matches!(flow.view().screen, Screen::ChooseMethod { .. }));
    did(&mut flow, Deed::ChooseMethod { method: Method::Totp, destination: None });
    answer(&mut flow, 3, prove(Method::Totp));
    did(&mut flow, Deed::SubmitCode { code: "123456".into() });
    assert!(matches!(answer(&mut flow, 4, set_password())[..], [Effect::SetPassword { .. }]));
}

#[test]
fn a_wrong_old_password_goes_on_in_the_same_flow() {
    let mut flow = met(WindowKind::Change);
    submit_change(&mut flow, "wrong", "new one");
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    flow.handle(Input::Answer(Err(problem(Code::CurrentPasswordWrong))));
    let Screen::ChangePassword { error: Some(error), busy: false, .. } = flow.view().screen else { panic!("no error") };
    assert_eq!((error.code, error.attempts_left), (TroubleCode::Server(Code::CurrentPasswordWrong), Some(4)));
    assert!(matches!(submit_change(&mut flow, "right", "new one")[..], [Effect::Prove(_)]));
}

#[test]
fn a_refused_password_keeps_the_step_and_names_the_reasons() {
    let mut flow = met(WindowKind::Recover);
    did(&mut flow, Deed::Identify { account: "ada".into() });
    answer(&mut flow, 5, set_password());
    let submit = |flow: &mut Flow| {
        did(flow, Deed::SubmitPassword { new: "short".into(), confirm: "short".into(), operation: operation() })
    };
    submit(&mut flow);
    let Failure::Refused(mut refused) = problem(Code::PasswordRefused) else { unreachable!() };
    refused.refusals = vec![Refusal::TooShort { value: 12 }];
    refused.flow = Some(envelope(6, set_password()));
    flow.handle(Input::Answer(Err(Failure::Refused(refused))));
    let Screen::NewPassword { error: Some(error), .. } = flow.view().screen else { panic!("another screen") };
    assert_eq!(error.refusals, [Refusal::TooShort { value: 12 }]);
    assert!(matches!(submit(&mut flow)[..], [Effect::SetPassword { revision: 6, .. }]));
}

#[test]
fn an_answer_that_was_lost_is_asked_for_and_the_password_goes_out_again_under_the_same_operation() {
    // R03, R04, R25
    let mut flow = met(WindowKind::Recover);
    did(&mut flow, Deed::Identify { account: "ada".into() });
    answer(&mut flow, 5, set_password());
    did(&mut flow, Deed::SubmitPassword { new: "a b c".into(), confirm: "a b c".into(), operation: operation() });
    assert!(matches!(flow.handle(Input::Answer(Err(Failure::Lost)))[..], [Effect::WakeIn(_)]));
    assert!(matches!(flow.view().screen, Screen::Offline { in_flow: true, .. }));
    assert!(matches!(flow.handle(Input::Woken)[..], [Effect::Look]));
    let effects = answer(&mut flow, 5, set_password());
    assert!(matches!(&effects[..], [Effect::SetPassword { operation: again, .. }] if *again == operation()));
}

#[test]
fn waits_grow_while_the_server_is_gone_and_a_person_need_not_wait() {
    let (mut flow, _) = Flow::new(WindowKind::Recover, "en".into(), None);
    let waits: Vec<u32> = (0..7)
        .map(|_| {
            flow.handle(Input::Campus(Err(Failure::Lost)));
            match flow.view().screen {
                Screen::Offline { retry_in, in_flow: false, .. } => retry_in,
                other => panic!("{other:?}"),
            }
        })
        .collect();
    assert_eq!(waits, [2, 5, 10, 20, 30, 30, 30]);
    assert!(matches!(did(&mut flow, Deed::Retry)[..], [Effect::FetchCampus]));
    flow.handle(Input::Campus(Ok(Box::new(campus()))));
    assert!(matches!(flow.view().screen, Screen::Identify { .. }));
}

#[test]
fn what_is_missing_is_said_before_the_server_is_asked() {
    let mut flow = met(WindowKind::Recover);
    assert!(did(&mut flow, Deed::Identify { account: "  ".into() }).is_empty());
    did(&mut flow, Deed::Identify { account: "ada".into() });
    answer(&mut flow, 1, choose());
    assert!(
        did(&mut flow, Deed::ChooseMethod { method: Method::TextMobile, destination: Some(" ".into()) }).is_empty()
    );
    let Screen::ChooseMethod { error: Some(error), chosen, .. } = flow.view().screen else { panic!("another screen") };
    assert_eq!(error.code, TroubleCode::App(AppTrouble::DestinationMissing));
    assert_eq!(chosen, Some(Method::TextMobile), "nothing is chosen twice");
}

#[test]
fn a_wrong_number_stays_in_its_field() {
    // AX-03
    let mut flow = met(WindowKind::Recover);
    did(&mut flow, Deed::Identify { account: "ada".into() });
    answer(&mut flow, 1, choose());
    did(&mut flow, Deed::ChooseMethod { method: Method::TextMobile, destination: Some("555 0000".into()) });
    let Failure::Refused(mut refused) = problem(Code::DestinationWrong) else { unreachable!() };
    refused.flow = Some(envelope(2, choose()));
    flow.handle(Input::Answer(Err(Failure::Refused(refused))));
    let Screen::ChooseMethod { destination, chosen, .. } = flow.view().screen else { panic!("another screen") };
    assert_eq!((destination.as_str(), chosen), ("555 0000", Some(Method::TextMobile)));
}

#[test]
fn finishing_on_this_computer_proves_the_password_and_changes_nothing_in_the_directory() {
    let pending = Pending { account: "ada".into(), changed_at: at(0).to_string() };
    let (mut flow, _) = Flow::new(WindowKind::Places, "en".into(), Some(pending));
    flow.handle(Input::Campus(Ok(Box::new(campus()))));
    assert!(matches!(flow.view().screen, Screen::FinishPlaces { .. }));
    did(&mut flow, Deed::FinishPlaces { password: "the new one".into() });
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    let effects = answer(&mut flow, 2, set_password());
    assert!(matches!(
        effects[..3],
        [Effect::Cancel { .. }, Effect::RenewPage, Effect::FindCopies { changed_at: None, .. }]
    ));
    let (idle, _) = Flow::new(WindowKind::Places, "en".into(), None);
    assert_eq!(idle.view().screen, Screen::Unusable { reason: Unusable::NothingToFinish });
}

#[test]
fn a_locked_keyring_keeps_the_password_until_it_is_unlocked() {
    let mut flow = met(WindowKind::Change);
    submit_change(&mut flow, "old one", "new one");
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    answer(&mut flow, 2, set_password());
    answer(&mut flow, 3, done());
    let mut locked = copy("a", HeldOld::Unknown);
    locked.outcome = Some(CopyOutcome::Locked);
    assert!(flow.handle(Input::Found { copies: vec![locked], missing: Vec::new() }).is_empty());
    assert!(matches!(did(&mut flow, Deed::UnlockKeyring)[..], [Effect::UnlockKeyring { old: Some(_), .. }]));
    let effects = flow.handle(Input::Found { copies: vec![copy("a", HeldOld::Yes)], missing: Vec::new() });
    assert!(matches!(effects[..], [Effect::RefreshCopies { .. }]));
}

#[test]
fn the_campus_word_for_a_user_id_follows_the_language() {
    let mut flow = met(WindowKind::Recover);
    assert_eq!(flow.view().campus.expect("campus").account_label, None);
    did(&mut flow, Deed::Language { tag: "ar-EG".into() });
    assert_eq!(flow.view().campus.expect("campus").account_label.as_deref(), Some("الرقم"));
}

#[test]
fn an_app_that_is_too_old_for_its_server_says_so() {
    // UP-05
    let (mut flow, _) = Flow::new(WindowKind::Recover, "en".into(), None);
    flow.handle(Input::Campus(Ok(Box::new(Campus { oldest_client: "9.10.0".into(), ..campus() }))));
    assert_eq!(flow.view().screen, Screen::Unusable { reason: Unusable::TooOld });
    assert!(older("1.9.3", "1.10.0") && !older("2.0.0", "1.10.0") && !older("1.10.0", "1.10.0"));
}

fn deeds() -> impl Strategy<Value = Deed> {
    let secret = || "[a-c]{0,2}".prop_map(SecretString::from);
    prop_oneof![
        "[a ]{0,2}".prop_map(|account| Deed::Identify { account }),
        Just(Deed::ChooseMethod { method: Method::TextMobile, destination: Some("1".into()) }),
        Just(Deed::ChooseMethod { method: Method::Totp, destination: None }),
        secret().prop_map(|code| Deed::SubmitCode { code }),
        Just(Deed::Resend),
        Just(Deed::UseAnotherWay),
        (secret(), secret()).prop_map(|(new, confirm)| Deed::SubmitPassword { new, confirm, operation: operation() }),
        (secret(), secret()).prop_map(|(old, new)| Deed::SubmitChange {
            account: "a".into(),
            old,
            confirm: new.clone(),
            new,
            operation: operation(),
        }),
        Just(Deed::RefreshCopies { ids: vec!["a".into()] }),
        Just(Deed::UnlockKeyring),
        secret().prop_map(|password| Deed::FinishPlaces { password }),
        Just(Deed::Retry),
        Just(Deed::Cancel),
        Just(Deed::StartOver),
        Just(Deed::Language { tag: "ar".into() }),
        Just(Deed::SealBroken),
    ]
}

fn inputs() -> impl Strategy<Value = Input> {
    let step = prop_oneof![
        Just(choose()),
        Just(prove(Method::TextMobile)),
        Just(prove(Method::CurrentPassword)),
        Just(set_password()),
        Just(Step::Working),
        Just(Step::Cancelled),
        Just(Step::Expired),
        Just(Step::Blocked { blocked: Blocked { until: None } }),
        Just(done()),
    ];
    let codes = prop_oneof![
        Just(Code::Stale),
        Just(Code::Unauthorized),
        Just(Code::CodeWrong),
        Just(Code::PasswordRefused),
        Just(Code::CurrentPasswordWrong),
        Just(Code::Unknown),
    ];
    prop_oneof![
        6 => deeds().prop_map(Input::Did),
        4 => (1..9_u32, step).prop_map(|(revision, step)| Input::Answer(Ok(envelope(revision, step)))),
        1 => codes.prop_map(|code| Input::Answer(Err(problem(code)))),
        1 => Just(Input::Answer(Err(Failure::Lost))),
        1 => Just(Input::Campus(Ok(Box::new(campus())))),
        1 => Just(Input::Found { copies: vec![copy("a", HeldOld::Unknown), copy("b", HeldOld::Yes)], missing: Vec::new() }),
        1 => Just(Input::Refreshed { outcomes: vec![("a".into(), CopyOutcome::Updated)] }),
        1 => Just(Input::Woken),
    ]
}

proptest! {
    /// FL-01, as far as the app has a part in it: the server decides, so no sequence may show an end, send a password or
    /// touch a place before the server has said so.
    #[test]
    fn nothing_is_done_before_the_server_says_so(
        window in prop_oneof![Just(WindowKind::Recover), Just(WindowKind::Change)],
        inputs in prop::collection::vec(inputs(), 1..40),
    ) {
        let (mut flow, _) = Flow::new(window, "en".into(), None);
        let (mut may_set, mut is_done) = (false, false);
        for input in inputs {
            if let Input::Answer(Ok(envelope)) = &input {
                may_set = matches!(envelope.step, Step::SetPassword { .. });
                is_done |= matches!(envelope.step, Step::Done { .. });
            }
            let before = flow.view().sequence;
            for effect in flow.handle(input) {
                match effect {
                    Effect::SetPassword { .. } => prop_assert!(may_set),
                    Effect::FindCopies { .. } | Effect::UnlockKeyring { .. } | Effect::RefreshCopies { .. }
                    | Effect::FinishJournal | Effect::Notify(_) => prop_assert!(is_done),
                    Effect::FetchCampus | Effect::Start { .. } | Effect::Look | Effect::Challenge { .. } | Effect::Prove(_)
                    | Effect::Cancel { .. } | Effect::WakeIn(_) | Effect::RenewPage | Effect::CloseWindow => {}
                }
            }
            let view = flow.view();
            prop_assert!(view.sequence > before);
            let shows_the_end = matches!(view.screen, Screen::Done { .. });
            prop_assert!(is_done || !shows_the_end);
            serde_json::to_string(&view).expect("a view is plain");
        }
    }
}
