//! The campus has suspended its server: nothing is lost, and it goes on by itself.

use super::*;

fn says(flow: &Flow) -> (Lost, bool) {
    match flow.view().screen {
        Screen::Offline { why, in_flow, .. } => (why, in_flow),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_window_that_opens_meanwhile_says_so_and_begins_when_the_campus_serves_again() {
    let (mut flow, effects) = met_at(Opening::of(Case::Forgotten), Campus { suspended: true, ..campus() });
    assert!(matches!(effects[..], [Effect::WakeIn { .. }]), "{effects:?}");
    assert_eq!(says(&flow), (Lost::Suspended, false));
    assert!(flow.view().campus.is_some(), "whom to turn to");
    assert!(matches!(flow.handle(Input::Woken(Timer::Server))[..], [Effect::FetchCampus]));
    flow.handle(Input::Campus(Ok(Box::new(Campus { suspended: true, ..campus() }))));
    assert_eq!(says(&flow), (Lost::Suspended, false));
    assert!(matches!(did(&mut flow, Action::Retry)[..], [Effect::FetchCampus]));
    flow.handle(Input::Campus(Ok(Box::new(campus()))));
    assert!(matches!(flow.view().screen, Screen::Identify { busy: false, .. }));
}

#[test]
fn whoever_begins_meanwhile_types_nothing_twice() {
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    refuse(&mut flow, problem(Code::Suspended));
    assert_eq!(says(&flow), (Lost::Suspended, false));
    let effects = flow.handle(Input::Woken(Timer::Server));
    assert!(matches!(&effects[..], [Effect::Start { account, .. }] if account == "ada"), "{effects:?}");
    answer(&mut flow, 1, choose());
    assert!(matches!(flow.view().screen, Screen::ChooseMethod { .. }));
}

#[test]
fn an_attempt_waits_where_it_stands_and_goes_on_there() {
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 1, choose());
    did(&mut flow, Action::ChooseMethod { method: Method::Totp, destination: None });
    refuse(&mut flow, refusal(Code::Suspended, 1, choose()));
    assert_eq!(says(&flow), (Lost::Suspended, true));
    assert!(flow.view().can_cancel);
    for _ in 0..3 {
        assert!(matches!(flow.handle(Input::Woken(Timer::Server))[..], [Effect::Look]));
        refuse(&mut flow, refusal(Code::Suspended, 1, choose()));
        assert_eq!(says(&flow), (Lost::Suspended, true));
    }
    flow.handle(Input::Woken(Timer::Server));
    answer(&mut flow, 1, choose());
    assert!(matches!(flow.view().screen, Screen::ChooseMethod { busy: false, error: None, .. }));
}

#[test]
fn a_new_password_that_was_turned_down_is_forgotten_and_the_journal_knows_that_nothing_was_written() {
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 5, set_password());
    submit_password(&mut flow, "violet tractor onion");
    let effects = refuse(&mut flow, refusal(Code::Suspended, 5, set_password()));
    assert!(matches!(effects[..], [Effect::DropWrite { .. }, Effect::WakeIn { .. }]), "{effects:?}");
    assert!(matches!(flow.handle(Input::Woken(Timer::Server))[..], [Effect::Look]));
    let effects = answer(&mut flow, 5, set_password());
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::SetPassword { .. })), "{effects:?}");
    assert!(matches!(flow.view().screen, Screen::NewPassword { busy: false, error: None, .. }));
}
