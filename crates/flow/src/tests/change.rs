//! Changing a password, and finishing an earlier change.

use super::*;

#[test]
fn a_change_asks_once_and_refreshes_what_held_the_old_password_without_asking() {
    let mut flow = met(Case::Change);
    assert!(matches!(submit_change(&mut flow, "old one", "new one")[..], [Effect::Start { .. }]));
    assert!(matches!(answer(&mut flow, 1, prove(Method::CurrentPassword))[..], [Effect::Prove(_)]));
    assert!(matches!(flow.view().screen, Screen::ChangePassword { busy: true, .. }));
    assert!(matches!(
        answer(&mut flow, 2, set_password())[..],
        [Effect::NoteWrite { .. }, Effect::SetPassword { revision: 2, .. }]
    ));
    answer(&mut flow, 3, done());

    let effects = found(&mut flow, vec![copy("held", Standing::Proven), copy("named", Standing::Choice)]);
    assert!(matches!(&effects[..], [Effect::RefreshCopies { ids, ticked: false, .. }] if ids == &["held"]));
    refreshed(&mut flow, &[("held", Outcome::Updated)]);
    assert_eq!(outcomes(&flow), [Some(Outcome::Updated), None]);
    assert_eq!(places(&flow).state, PlacesState::Asking);
}

#[test]
fn a_second_factor_in_a_change_asks_for_no_password_twice() {
    // AX-03
    let mut flow = met(Case::Change);
    submit_change(&mut flow, "old one", "new one");
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    answer(&mut flow, 2, choose());
    assert!(matches!(flow.view().screen, Screen::ChooseMethod { .. }));
    did(&mut flow, Action::ChooseMethod { method: Method::Totp, destination: None });
    answer(&mut flow, 3, prove(Method::Totp));
    did(&mut flow, Action::SubmitCode { code: "123456".into() });
    assert!(matches!(answer(&mut flow, 4, set_password())[..], [Effect::NoteWrite { .. }, Effect::SetPassword { .. }]));
    assert_eq!(flow.view().screen, Screen::Working { late: false });

    // A refused password asks for another one, and for nothing that is proven.
    refuse(&mut flow, refusal(Code::PasswordRefused, 5, set_password()));
    assert_eq!(server_trouble(&flow), Some(Code::PasswordRefused));
    assert!(matches!(flow.view().screen, Screen::NewPassword { busy: false, .. }));
    assert!(matches!(
        submit_password(&mut flow, "another new one")[..],
        [Effect::NoteWrite { .. }, Effect::SetPassword { revision: 5, .. }]
    ));
    let effects = answer(&mut flow, 6, done());
    assert!(matches!(&effects[1], Effect::FindCopies { old: Some(old), .. } if old.expose_secret() == "old one"));
}

#[test]
fn after_a_refused_password_the_old_one_is_not_proven_again() {
    let mut flow = met(Case::Change);
    submit_change(&mut flow, "old one", "short");
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    answer(&mut flow, 2, set_password());
    refuse(&mut flow, refusal(Code::PasswordRefused, 3, set_password()));
    assert!(matches!(flow.view().screen, Screen::ChangePassword { busy: false, .. }));
    // Whether its field is empty by now or has something else in it.
    for old in ["", "something else"] {
        let (new, differs) = ("a longer one".into(), "a longer two".into());
        let typo = Action::SubmitChange { account: "ada".into(), old: old.into(), new, confirm: differs };
        assert!(did(&mut flow, typo).is_empty());
        assert_eq!(app_trouble(&flow), Some(AppTrouble::PasswordsDiffer));
    }
    assert!(matches!(
        submit_change(&mut flow, "", "a longer one")[..],
        [Effect::NoteWrite { .. }, Effect::SetPassword { revision: 3, .. }]
    ));
    let effects = answer(&mut flow, 4, done());
    assert!(matches!(&effects[1], Effect::FindCopies { old: Some(old), .. } if old.expose_secret() == "old one"));
}

#[test]
fn a_wrong_old_password_goes_on_in_the_same_flow() {
    let mut flow = met(Case::Change);
    submit_change(&mut flow, "wrong", "new one");
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    flow.handle(Input::Answer(Err(problem(Code::CurrentPasswordWrong))));
    let Screen::ChangePassword { error: Some(error), busy: false, .. } = flow.view().screen else { panic!("no error") };
    assert_eq!((error.code, error.attempts_left), (TroubleCode::Server(Code::CurrentPasswordWrong), Some(4)));
    assert!(matches!(submit_change(&mut flow, "right", "new one")[..], [Effect::Prove(_)]));
}

#[test]
fn the_old_password_may_be_given_to_finish_and_goes_to_the_places_alone() {
    for (typed, wanted) in [("the old one", Some("the old one")), ("", None), ("the new one", None)] {
        let pending = Pending { account: "ada".into(), changed_at: at(0) };
        let (mut flow, _) = Flow::new(WindowKind::Places.into(), "en".into(), Some(pending), None);
        flow.handle(Input::Campus(Ok(Box::new(campus()))));
        let typed = |password: &str| Some(SecretString::from(typed.replace("the old one", password)));
        // A new password that is wrong is typed again, and so is the old one.
        did(&mut flow, Action::FinishPlaces { password: "mistyped".into(), old: typed("forgotten") });
        answer(&mut flow, 1, prove(Method::CurrentPassword));
        flow.handle(Input::Answer(Err(problem(Code::CurrentPasswordWrong))));
        let effects =
            did(&mut flow, Action::FinishPlaces { password: "the new one".into(), old: typed("the old one") });
        let [Effect::Prove(proof)] = &effects[..] else { panic!("{effects:?}") };
        let sent = proof.current_password.as_ref().expect("a password");
        assert_eq!(sent.expose_secret(), "the new one");
        let effects = answer(&mut flow, 2, set_password());
        let Effect::FindCopies { old, new, .. } = &effects[2] else { panic!("{effects:?}") };
        assert_eq!(old.as_ref().map(ExposeSecret::expose_secret), wanted);
        assert_eq!(new.expose_secret(), "the new one");
    }
}

#[test]
fn finishing_on_this_computer_proves_the_password_and_changes_nothing_in_the_directory() {
    let pending = Pending { account: "ada".into(), changed_at: at(0) };
    let (mut flow, _) = Flow::new(WindowKind::Places.into(), "en".into(), Some(pending), None);
    flow.handle(Input::Campus(Ok(Box::new(campus()))));
    assert!(matches!(flow.view().screen, Screen::FinishPlaces { .. }));
    let effects = did(&mut flow, Action::FinishPlaces { password: "the new one".into(), old: None });
    assert!(matches!(effects[..], [Effect::Start { intent: Intent::Change, .. }]));
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    let effects = answer(&mut flow, 2, set_password());
    assert!(matches!(effects[..3], [Effect::Cancel { .. }, Effect::RenewPage, Effect::FindCopies { old: None, .. }]));
    // What comes of the cancelling makes no difference.
    assert!(refuse(&mut flow, problem(Code::Unauthorized)).is_empty());
    assert!(matches!(flow.view().screen, Screen::Done { .. }));
    let (idle, _) = Flow::new(WindowKind::Places.into(), "en".into(), None, None);
    assert_eq!(idle.view().screen, Screen::Unusable { reason: Unusable::NothingToFinish });
}
