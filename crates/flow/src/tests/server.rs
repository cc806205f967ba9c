//! What the server says when it turns something down, is slow or is gone.

use super::*;

fn choosing_password() -> Flow {
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 5, set_password());
    flow
}

#[test]
fn a_write_that_is_turned_down_is_not_sent_again_by_itself() {
    // H1
    let mut flow = choosing_password();
    submit_password(&mut flow, "violet tractor onion");
    let Failure::Refused(mut unavailable) = refusal(Code::Unavailable, 5, set_password()) else { unreachable!() };
    unavailable.retry_after = Some(7);
    let effects = refuse(&mut flow, Failure::Refused(unavailable));
    assert!(matches!(effects[..], [Effect::DropWrite { .. }, Effect::WakeIn { .. }]), "{effects:?}");
    let Screen::NewPassword { busy: false, error: Some(error), .. } = flow.view().screen else { panic!("no error") };
    assert_eq!((error.code, error.retry_after), (TroubleCode::Server(Code::Unavailable), Some(7)));
    let another = Uuid::from_u128(8);
    let again = Action::SubmitPassword { new: "violet tractor".into(), confirm: "violet tractor".into() };
    let effects = flow.handle(Input::Did { action: again, operation: another });
    assert!(matches!(&effects[..], [_, Effect::SetPassword { operation, .. }] if *operation == another));
}

const EVERY_CODE: [Code; 31] = [
    Code::Malformed,
    Code::TooLarge,
    Code::NotFound,
    Code::MethodNotAllowed,
    Code::UnsupportedMediaType,
    Code::HumanCheckFailed,
    Code::Unauthorized,
    Code::Stale,
    Code::NotAllowed,
    Code::MethodUnavailable,
    Code::DestinationInvalid,
    Code::DestinationWrong,
    Code::DestinationNotAllowed,
    Code::ResendTooSoon,
    Code::CodeWrong,
    Code::CodeExpired,
    Code::CodeSpent,
    Code::AnswersWrong,
    Code::AnswersRefused,
    Code::CurrentPasswordWrong,
    Code::PasswordRefused,
    Code::ProofNeeded,
    Code::MeansUnavailable,
    Code::NoticeUnknown,
    Code::IdempotencyMismatch,
    Code::RateLimited,
    Code::ClientTooOld,
    Code::Unavailable,
    Code::Suspended,
    Code::Internal,
    Code::Unknown,
];

#[test]
fn no_refusal_of_a_write_sends_it_again_and_few_take_the_note_of_it_back() {
    // H1, H5
    for code in EVERY_CODE {
        for says_where in [true, false] {
            let mut flow = choosing_password();
            submit_password(&mut flow, "violet tractor onion");
            let failure = if says_where { refusal(code, 5, set_password()) } else { problem(code) };
            let mut effects = refuse(&mut flow, failure);
            // Whatever the window asks then is answered in the same way, for as long as it asks.
            for _ in 0..3 {
                let sends = effects.iter().any(|effect| matches!(effect, Effect::SetPassword { .. }));
                assert!(!sends, "{code:?}, {says_where}: {effects:?}");
                if !effects.iter().any(|effect| matches!(effect, Effect::Look)) {
                    break;
                }
                effects = answer(&mut flow, 5, set_password());
            }
            // What may have been written stays uncertain.
            if matches!(code, Code::Internal | Code::IdempotencyMismatch | Code::Unknown | Code::Stale) {
                assert!(!effects.iter().any(|effect| matches!(effect, Effect::DropWrite { .. })), "{code:?}");
            }
        }
    }
}

#[test]
fn the_journal_knows_of_a_write_before_it_goes_out() {
    // H5
    let mut flow = choosing_password();
    let effects = submit_password(&mut flow, "violet tractor onion");
    assert!(matches!(&effects[..], [Effect::NoteWrite { account }, Effect::SetPassword { .. }] if account == "ada"));
    let effects = refuse(&mut flow, refusal(Code::Internal, 5, set_password()));
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::DropWrite { .. })), "nothing is certain");
}

#[test]
fn offline_a_second_click_asks_for_nothing_more() {
    // H7
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    refuse(&mut flow, NO_ANSWER);
    assert!(matches!(did(&mut flow, Action::Retry)[..], [Effect::Start { .. }]));
    assert!(did(&mut flow, Action::Retry).is_empty());
    assert!(flow.handle(Input::Woken(Timer::Server)).is_empty());
    refuse(&mut flow, NO_ANSWER);
    assert!(matches!(did(&mut flow, Action::Retry)[..], [Effect::Start { .. }]));
}

#[test]
fn a_call_under_way_can_be_cancelled() {
    // H9
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    assert!(flow.view().can_cancel);
    assert!(matches!(did(&mut flow, Action::Cancel)[..], [Effect::DropCall]));
    assert!(matches!(flow.view().screen, Screen::Identify { busy: false, .. }));

    did(&mut flow, identify("ada"));
    answer(&mut flow, 1, choose());
    did(&mut flow, Action::ChooseMethod { method: Method::Totp, destination: None });
    assert!(matches!(did(&mut flow, Action::Cancel)[..], [Effect::Cancel { revision: 1 }]));
    // The call that was given up has moved the attempt on.
    let effects = refuse(&mut flow, refusal(Code::Stale, 2, prove(Method::Totp)));
    assert!(matches!(effects[..], [Effect::Cancel { revision: 2 }]));
    answer(&mut flow, 3, Step::Cancelled);
    assert_eq!(flow.view().screen, Screen::Cancelled);
}

#[test]
fn a_write_that_has_gone_out_cannot_be_cancelled() {
    let mut flow = choosing_password();
    submit_password(&mut flow, "violet tractor onion");
    assert!(!flow.view().can_cancel);
    assert!(did(&mut flow, Action::Cancel).is_empty());
}

#[test]
fn too_many_tries_say_until_when_and_what_goes_on_working() {
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 1, choose());
    did(&mut flow, Action::ChooseMethod { method: Method::Totp, destination: None });
    let Failure::Refused(mut limited) = refusal(Code::RateLimited, 1, choose()) else { unreachable!() };
    (limited.retry_after, limited.instead) = (Some(900), vec![Method::HelpdeskPass]);
    refuse(&mut flow, Failure::Refused(limited));
    let Screen::ChooseMethod { error: Some(error), .. } = flow.view().screen else { panic!("no error") };
    assert_eq!((error.retry_after, error.instead), (Some(900), vec![Method::HelpdeskPass]));
}

#[test]
fn the_workstation_is_made_known_once_at_the_end_where_the_server_takes_that() {
    // OT-15
    let made_known = |effects: &[Effect]| {
        let of = |effect: &Effect| match effect {
            Effect::RememberDevice { revision, account } => Some((*revision, account.clone())),
            _ => None,
        };
        effects.iter().filter_map(of).collect::<Vec<_>>()
    };
    let mut flow = choosing_password();
    submit_password(&mut flow, "violet tractor onion");
    let mut end = envelope(6, done());
    end.allowed.push(Allowed::Device);
    let effects = flow.handle(Input::Answer(Ok(Box::new(Answered::from(*end.clone())))));
    assert_eq!(made_known(&effects), [(6, "ada".to_owned())]);
    let again = flow.handle(Input::Answer(Ok(Box::new(Answered::from(*end)))));
    assert_eq!(made_known(&again), []);

    let mut flow = choosing_password();
    submit_password(&mut flow, "violet tractor onion");
    assert_eq!(made_known(&answer(&mut flow, 6, done())), []);
}

#[test]
fn a_window_that_has_ended_begins_the_case_that_it_is_asked_for() {
    // H11
    for end in [Step::Cancelled, Step::Expired, done(), Step::Blocked { blocked: Blocked { until: None } }] {
        let mut flow = met(Case::Forgotten);
        did(&mut flow, identify("ada"));
        answer(&mut flow, 1, end);
        did(&mut flow, Action::ChooseCase { case: Case::LockedOut });
        assert!(matches!(flow.view().screen, Screen::Identify { case: Case::LockedOut, .. }));
    }
}

#[test]
fn who_is_signed_in_to_the_workstation_stands_in_the_field_and_can_be_changed() {
    // F21
    let (mut flow, _) = Flow::new(Opening::of(Case::Change), "en".into(), None, Some("ada".into()));
    flow.handle(Input::Campus(Ok(Box::new(campus()))));
    assert!(matches!(flow.view().screen, Screen::ChangePassword { account, .. } if account == "ada"));
    let change =
        Action::SubmitChange { account: "grace".into(), old: "a".into(), new: "b".into(), confirm: "b".into() };
    assert!(matches!(&did(&mut flow, change)[..], [Effect::Start { account, .. }] if account == "grace"));
}
