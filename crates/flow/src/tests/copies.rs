//! The copies of the password: what is found, ticked, left and put back.

use super::*;

/// A change that has been done, with the looking under way.
fn changed() -> Flow {
    let mut flow = met(Case::Change);
    submit_change(&mut flow, "old one", "new one");
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    answer(&mut flow, 2, set_password());
    answer(&mut flow, 3, done());
    flow
}

fn locked_place() -> PlaceState {
    PlaceState { place: PlaceKind::SecretService, name: None, locked: true, error: None }
}

#[test]
fn what_still_opens_with_the_old_password_comes_first_and_keeps_the_journal_open() {
    // I8, H3
    let mut flow = changed();
    let copies = vec![copy("mail", Standing::Proven), copy("login", Standing::OldOpens)];
    assert!(matches!(&found(&mut flow, copies)[..], [Effect::RefreshCopies { ids, .. }] if ids == &["mail"]));
    let effects = refreshed(&mut flow, &[("mail", Outcome::Updated)]);
    assert!(matches!(effects[..], [Effect::Notify(_)]));
    assert_eq!(outcomes(&flow), [Some(Outcome::OldOpens), Some(Outcome::Updated)]);
    assert!(places(&flow).left, "the tray offers it later");
}

#[test]
fn what_failed_keeps_the_journal_open() {
    // H3
    for outcome in [Outcome::Unreachable, Outcome::Unknown, Outcome::Refused, Outcome::NotKept] {
        let mut flow = changed();
        found(&mut flow, vec![copy("a", Standing::Proven)]);
        let effects = refreshed(&mut flow, &[("a", outcome)]);
        assert!(!effects.iter().any(|effect| matches!(effect, Effect::CloseJournal { .. })), "{outcome:?}");
        assert!(places(&flow).left);
    }
    let mut flow = changed();
    let effects = flow.handle(Input::Found { copies: Vec::new(), places: vec![locked_place()] });
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::CloseJournal { .. })));
}

#[test]
fn a_copy_of_which_nothing_was_said_may_have_been_written() {
    let mut flow = changed();
    found(&mut flow, vec![copy("a", Standing::Proven)]);
    refreshed(&mut flow, &[]);
    assert_eq!(outcomes(&flow), [Some(Outcome::Unknown)]);
}

#[test]
fn a_row_is_told_of_as_soon_as_it_is_done() {
    let mut flow = changed();
    found(&mut flow, vec![copy("a", Standing::Proven), copy("b", Standing::Proven)]);
    assert!(places(&flow).rows.iter().all(|row| row.at_work));
    flow.handle(Input::Refreshed { id: "a".into(), outcome: Outcome::Updated });
    let rows: Vec<_> = places(&flow).rows.iter().map(|row| (row.outcome, row.at_work)).collect();
    assert_eq!(rows, [(Some(Outcome::Updated), false), (None, true)]);
}

#[test]
fn nothing_ticked_changes_nothing_and_leaving_keeps_the_rest_for_later() {
    // H19
    let mut flow = changed();
    found(&mut flow, vec![copy("a", Standing::Choice), copy("token", Standing::NoPassword)]);
    let before = places(&flow);
    assert!(did(&mut flow, Action::RefreshCopies { ids: Vec::new() }).is_empty());
    assert_eq!(places(&flow), before);
    assert!(did(&mut flow, Action::LeaveCopies).is_empty(), "the journal stays");
    let after = places(&flow);
    assert_eq!((after.state, after.left), (PlacesState::Finished, true));
    assert!(did(&mut flow, Action::RefreshCopies { ids: vec!["a".into()] }).is_empty(), "the password is gone");
}

/// A window that finishes an earlier change, with the looking under way.
fn finishing() -> Flow {
    let pending = Pending { account: "ada".into(), changed_at: at(0) };
    let (mut flow, _) = Flow::new(WindowKind::Places.into(), "en".into(), Some(pending), None);
    flow.handle(Input::Campus(Ok(Box::new(campus()))));
    did(&mut flow, Action::FinishPlaces { password: "the new one".into(), old: None });
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    answer(&mut flow, 2, set_password());
    flow
}

#[test]
fn what_can_only_be_left_is_left_for_good_on_purpose_and_the_journal_closes() {
    // H3, I8: a login keyring that opens with the old password, a place that does not answer, what failed
    let failed = PlaceState { error: Some(PlaceError::TimedOut), locked: false, ..locked_place() };
    for (copies, missing) in [
        (vec![copy("login", Standing::OldOpens)], None),
        (vec![copy("login", Standing::OldOpens), copy("a", Standing::Choice), copy("b", Standing::Fine)], None),
        (vec![copy("a", Standing::Locked)], Some(locked_place())),
        (Vec::new(), Some(failed)),
    ] {
        for mut flow in [finishing(), changed()] {
            let places_of = missing.clone().into_iter().collect();
            let effects = flow.handle(Input::Found { copies: copies.clone(), places: places_of });
            assert!(!effects.iter().any(|effect| matches!(effect, Effect::CloseJournal { .. })));
            assert!(places(&flow).left);
            let effects = did(&mut flow, Action::LeaveForGood);
            assert!(matches!(&effects[..], [Effect::CloseJournal { change }] if change.changed_at == at(0)));
            let after = places(&flow);
            assert_eq!((after.state, after.left, after.may_unlock), (PlacesState::Finished, false, false));
            let settled = |row: &RowView| row.outcome.is_some_and(Outcome::is_settled);
            assert!(after.rows.iter().all(settled), "{:?}", after.rows);
            assert!(did(&mut flow, Action::LeaveForGood).is_empty(), "once is enough");
        }
    }
}

#[test]
fn what_is_under_way_or_done_is_not_left_for_good() {
    let mut flow = changed();
    assert!(did(&mut flow, Action::LeaveForGood).is_empty(), "it is still being looked for");
    found(&mut flow, vec![copy("a", Standing::Proven)]);
    assert!(did(&mut flow, Action::LeaveForGood).is_empty(), "it is being changed");
    refreshed(&mut flow, &[("a", Outcome::Updated)]);
    assert!(did(&mut flow, Action::LeaveForGood).is_empty(), "nothing is left");
    assert_eq!(outcomes(&flow), [Some(Outcome::Updated)]);
}

#[test]
fn what_holds_the_new_password_already_is_not_asked_about() {
    let mut flow = finishing();
    let effects = found(&mut flow, vec![copy("a", Standing::Fine), copy("b", Standing::Choice)]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::CloseJournal { .. })));
    let rows: Vec<_> = places(&flow).rows.iter().map(|row| (row.outcome, row.may_tick)).collect();
    assert_eq!(rows, [(Some(Outcome::AlreadyFine), false), (None, true)]);
    let mut flow = finishing();
    let effects = found(&mut flow, vec![copy("a", Standing::Fine)]);
    assert!(matches!(effects[..], [Effect::CloseJournal { .. }]), "nothing is left to do");
}

#[test]
fn what_is_not_ticked_beside_what_is_was_left_on_purpose() {
    let mut flow = changed();
    found(&mut flow, vec![copy("a", Standing::Choice), copy("b", Standing::Choice)]);
    let effects = did(&mut flow, Action::RefreshCopies { ids: vec!["a".into()] });
    assert!(matches!(&effects[..], [Effect::RefreshCopies { ids, ticked: true, .. }] if ids == &["a"]));
    assert!(matches!(refreshed(&mut flow, &[("a", Outcome::Updated)])[0], Effect::CloseJournal { .. }));
    assert_eq!(outcomes(&flow), [Some(Outcome::Updated), Some(Outcome::LeftAlone)]);
}

#[test]
fn a_locked_keyring_can_be_unlocked_also_while_something_waits_for_a_tick() {
    // H8
    for copies in [vec![copy("a", Standing::Locked)], vec![copy("a", Standing::Locked), copy("b", Standing::Choice)]] {
        let mut flow = changed();
        found(&mut flow, copies);
        assert!(places(&flow).may_unlock);
        let effects = did(&mut flow, Action::UnlockKeyring);
        assert!(matches!(&effects[..], [Effect::Unlock { places, old: Some(_), .. }]
            if places == &[PlaceKind::SecretService]));
        let effects = found(&mut flow, vec![copy("a", Standing::Proven)]);
        assert!(matches!(effects[..], [Effect::RefreshCopies { ticked: false, .. }]));
    }
}

#[test]
fn the_password_is_forgotten_when_the_refresh_has_ended_and_ten_minutes_after_the_change() {
    // H4
    let kept = |flow: &Flow| format!("{:?}", flow.places).contains("Kept");
    let mut flow = changed();
    found(&mut flow, vec![copy("a", Standing::Proven), copy("login", Standing::OldOpens)]);
    refreshed(&mut flow, &[("a", Outcome::Updated)]);
    assert!(!kept(&flow), "nobody can do anything with it");
    let mut flow = changed();
    found(&mut flow, vec![copy("a", Standing::Locked)]);
    assert!(kept(&flow), "it will be wanted");
    assert!(flow.handle(Input::Woken(Timer::Password)).is_empty(), "the journal stays");
    assert!(!kept(&flow) && !places(&flow).may_unlock);
    assert!(did(&mut flow, Action::UnlockKeyring).is_empty());
}

#[test]
fn what_failed_can_be_tried_again_for_ten_minutes_as_it_was_tried_before() {
    let retry = |flow: &mut Flow| did(flow, Action::RetryCopy { id: "a".into() });
    let may = |flow: &Flow| places(flow).rows.iter().map(|row| row.may_retry).collect::<Vec<_>>();
    for failed in [Outcome::NotYet, Outcome::Unreachable, Outcome::Unknown, Outcome::Refused, Outcome::NotKept] {
        let mut flow = changed();
        found(&mut flow, vec![copy("a", Standing::Proven), copy("b", Standing::Proven)]);
        assert!(retry(&mut flow).is_empty(), "it is at work");
        refreshed(&mut flow, &[("a", failed), ("b", Outcome::Updated)]);
        assert_eq!(may(&flow), [true, false], "{failed:?}");
        let effects = retry(&mut flow);
        assert!(matches!(&effects[..], [Effect::RefreshCopies { ids, ticked: false, .. }] if ids == &["a"]));
        assert_eq!(outcomes(&flow), [None, Some(Outcome::Updated)]);
        assert!(matches!(refreshed(&mut flow, &[("a", Outcome::Renewed)])[..], [Effect::CloseJournal { .. }]));
    }
    let mut flow = changed();
    found(&mut flow, vec![copy("a", Standing::Choice)]);
    did(&mut flow, Action::RefreshCopies { ids: vec!["a".into()] });
    refreshed(&mut flow, &[("a", Outcome::Unreachable)]);
    assert!(matches!(&retry(&mut flow)[..], [Effect::RefreshCopies { ticked: true, .. }]));
    refreshed(&mut flow, &[("a", Outcome::Unreachable)]);
    flow.handle(Input::Woken(Timer::Password));
    assert_eq!(may(&flow), [false]);
    assert!(retry(&mut flow).is_empty(), "the password is gone");
}

#[test]
fn what_was_ticked_can_be_put_back_for_ten_minutes() {
    let mut flow = changed();
    found(&mut flow, vec![copy("proven", Standing::Proven), copy("a", Standing::Choice)]);
    refreshed(&mut flow, &[("proven", Outcome::Updated)]);
    did(&mut flow, Action::RefreshCopies { ids: vec!["a".into()] });
    refreshed(&mut flow, &[("a", Outcome::Updated)]);
    let back = |flow: &Flow| places(flow).rows.iter().map(|row| row.may_put_back).collect::<Vec<_>>();
    assert_eq!(back(&flow), [false, true]);
    assert!(did(&mut flow, Action::PutBack { id: "proven".into() }).is_empty());
    assert!(
        matches!(&did(&mut flow, Action::PutBack { id: "a".into() })[..], [Effect::PutBack { id, .. }] if id == "a")
    );
    assert!(matches!(refreshed(&mut flow, &[("a", Outcome::PutBack)])[..], [Effect::CloseJournal { .. }]));
    assert_eq!(outcomes(&flow)[1], Some(Outcome::PutBack));

    let mut flow = changed();
    found(&mut flow, vec![copy("a", Standing::Choice)]);
    did(&mut flow, Action::RefreshCopies { ids: vec!["a".into()] });
    refreshed(&mut flow, &[("a", Outcome::Updated)]);
    assert!(matches!(flow.handle(Input::Woken(Timer::PutBack))[..], [Effect::ForgetPutBack]));
    assert!(did(&mut flow, Action::PutBack { id: "a".into() }).is_empty(), "its time is over");
}

#[test]
fn finishing_on_this_computer_goes_on_after_its_attempt_has_ended() {
    // H2
    let mut flow = finishing();
    found(&mut flow, vec![copy("a", Standing::Choice)]);
    for answer in [Ok(answered(3, Step::Expired)), Err(problem(Code::Unauthorized)), Err(NO_ANSWER)] {
        assert!(flow.handle(Input::Answer(answer)).is_empty());
    }
    assert!(flow.handle(Input::Woken(Timer::Server)).is_empty());
    assert_eq!(flow.view().ends_in, None, "nobody is asked whether they are there");
    let effects = did(&mut flow, Action::RefreshCopies { ids: vec!["a".into()] });
    assert!(matches!(&effects[..], [Effect::RefreshCopies { change, .. }] if change.changed_at == at(0)));
}

#[test]
fn who_answers_no_to_every_copy_has_left_them_alone_and_what_failed_stays_open() {
    let change = Change { account: "ada".into(), changed_at: at(0) };
    for (outcome, closes) in [(Outcome::Updated, true), (Outcome::Refused, false)] {
        let (mut places, _) = Places::look(change.clone(), Some("old one".into()), "new one".into());
        let effects = places.found(vec![copy("a", Standing::Proven), copy("b", Standing::Choice)], Vec::new());
        assert!(matches!(&effects[..], [Effect::RefreshCopies { ids, .. }] if ids == &["a"]));
        assert!(places.leave_alone().is_empty(), "it is at work");
        places.refreshed("a", outcome);
        places.ended();
        let effects = places.leave_alone();
        assert_eq!(effects.iter().any(|effect| matches!(effect, Effect::CloseJournal { .. })), closes, "{outcome:?}");
        let view = places.view();
        let outcomes: Vec<_> = view.rows.iter().map(|row| row.outcome).collect();
        assert_eq!(outcomes, [Some(outcome), Some(Outcome::LeftAlone)]);
        assert_eq!((view.state, view.left), (PlacesState::Finished, !closes));
    }
}
