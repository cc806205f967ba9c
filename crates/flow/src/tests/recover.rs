//! Recovering: from the case to the saved copies.

use super::*;
use crate::answers::older;
use crate::screen::FeedbackState;

#[test]
fn a_reset_goes_from_the_user_id_to_the_saved_copies() {
    let mut flow = met(Case::Forgotten);
    assert!(matches!(flow.view().screen, Screen::Identify { case: Case::Forgotten, busy: false, .. }));

    let effects = did(&mut flow, identify(" ada "));
    assert!(matches!(&effects[..], [Effect::Start { account, .. }] if account == "ada"));
    assert!(matches!(flow.view().screen, Screen::Identify { busy: true, .. }));

    answer(&mut flow, 1, choose());
    let destination = Some("+1 202 555 0134".into());
    let effects = did(&mut flow, Action::ChooseMethod { method: Method::TextMobile, destination });
    assert!(matches!(
        effects[..],
        [Effect::Challenge { revision: 1, method: Method::TextMobile, destination: Some(_) }]
    ));

    answer(&mut flow, 2, prove(Method::TextMobile));
    let Screen::EnterCode { sent_to, resend_in, expires_in, .. } = flow.view().screen else {
        panic!("no code is asked")
    };
    assert_eq!((sent_to.as_deref(), resend_in, expires_in), (Some("+1 202 555 0134"), Some(60), Some(300)));

    let effects = did(&mut flow, Action::SubmitCode { code: "3141 5926".into() });
    let [Effect::Prove(proof)] = &effects[..] else { panic!("nothing is proven") };
    assert_eq!(proof.code.as_ref().expect("a code").expose_secret(), "31415926");

    answer(&mut flow, 3, choose());
    did(&mut flow, Action::ChooseMethod { method: Method::Totp, destination: None });
    answer(&mut flow, 4, prove(Method::Totp));
    did(&mut flow, Action::SubmitCode { code: "123456".into() });
    answer(&mut flow, 5, set_password());
    assert!(matches!(flow.view().screen, Screen::NewPassword { .. }));

    let (new, confirm) = ("violet tractor onion".into(), "violet tractor onion".into());
    let effects = did(&mut flow, Action::SubmitPassword { new, confirm });
    assert!(matches!(effects[..], [Effect::NoteWrite { .. }, Effect::SetPassword { revision: 5, .. }]));

    let effects = answer(&mut flow, 6, done());
    assert!(matches!(
        &effects[..],
        [Effect::RenewPage, Effect::FindCopies { old: None, change, .. }, Effect::WakeIn { timer: Timer::Password, .. }]
            if *change == Change { account: "ada".into(), changed_at: at(0) }
    ));
    found(&mut flow, vec![copy("a", Standing::Choice)]);
    assert_eq!(places(&flow).state, PlacesState::Asking, "a copy whose secret is not known waits for a tick");

    let effects = did(&mut flow, Action::RefreshCopies { ids: vec!["a".into()] });
    assert!(matches!(effects[..], [Effect::RefreshCopies { ticked: true, .. }]));
    let effects = refreshed(&mut flow, &[("a", Outcome::Updated)]);
    assert!(matches!(effects[..], [Effect::CloseJournal { .. }, Effect::WakeIn { timer: Timer::PutBack, .. }]));
}

#[test]
fn a_number_is_shown_as_it_is_dialled_and_sent_so_again() {
    // F3
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 1, choose());
    let destination = Some("(202) 555-0134".into());
    did(&mut flow, Action::ChooseMethod { method: Method::TextMobile, destination });
    let dialled = |revision, step| {
        let shown = Shown { sent_to: Some("+1 202 555 0134".into()), ..Shown::default() };
        Input::Answer(Ok(Box::new(Answered { shown: Some(shown), ..*answered(revision, step) })))
    };
    flow.handle(dialled(2, prove(Method::TextMobile)));
    let Screen::EnterCode { sent_to, .. } = flow.view().screen else { panic!("no code is asked") };
    assert_eq!(sent_to.as_deref(), Some("+1 202 555 0134"));
    let effects = did(&mut flow, Action::Resend);
    assert!(matches!(&effects[..], [Effect::Challenge { destination: Some(to), .. }] if to == "+1 202 555 0134"));

    let mut flow = setup::signed_in();
    did(&mut flow, Action::AddMeans { means: Means::Mobile });
    setup::submit_destination(&mut flow, None, "(202) 555-0134");
    let pending = setup::pending("p1", Means::Mobile, Some(Method::TextMobile));
    flow.handle(dialled(3, setup::managing(Vec::new(), Some(pending))));
    let Screen::ConfirmMeans { sent_to, .. } = flow.view().screen else { panic!("no code is asked") };
    assert_eq!(sent_to.as_deref(), Some("+1 202 555 0134"));
}

#[test]
fn a_refused_password_keeps_the_step_and_names_the_reasons() {
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 5, set_password());
    let submit = |flow: &mut Flow| did(flow, Action::SubmitPassword { new: "short".into(), confirm: "short".into() });
    submit(&mut flow);
    let Failure::Refused(mut refused) = problem(Code::PasswordRefused) else { unreachable!() };
    refused.refusals = vec![Refusal::TooShort { value: 12 }];
    refused.flow = Some(envelope(6, set_password()));
    flow.handle(Input::Answer(Err(Failure::Refused(refused))));
    let Screen::NewPassword { error: Some(error), .. } = flow.view().screen else { panic!("another screen") };
    assert_eq!(error.refusals, [Refusal::TooShort { value: 12 }]);
    assert!(matches!(submit(&mut flow)[..], [Effect::NoteWrite { .. }, Effect::SetPassword { revision: 6, .. }]));
}

#[test]
fn an_answer_that_was_lost_is_asked_for_and_the_password_goes_out_again_under_the_same_operation() {
    // R03, R04, R25
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 5, set_password());
    did(&mut flow, Action::SubmitPassword { new: "a b c".into(), confirm: "a b c".into() });
    assert!(matches!(flow.handle(Input::Answer(Err(Failure::Lost(Lost::Network))))[..], [Effect::WakeIn { .. }]));
    assert!(matches!(flow.view().screen, Screen::Offline { in_flow: true, .. }));
    assert!(matches!(flow.handle(Input::Woken(Timer::Server))[..], [Effect::Look]));
    let effects = answer(&mut flow, 5, set_password());
    assert!(
        matches!(&effects[..], [Effect::NoteWrite { .. }, Effect::SetPassword { operation: again, .. }] if *again == operation())
    );
}

#[test]
fn waits_grow_while_the_server_is_gone_and_a_person_need_not_wait() {
    let (mut flow, _) = Flow::new(Opening::of(Case::Forgotten), "en".into(), None, None);
    let waits: Vec<u32> = (0..7)
        .map(|_| {
            flow.handle(Input::Campus(Err(Failure::Lost(Lost::Network))));
            match flow.view().screen {
                Screen::Offline { retry_in, in_flow: false, .. } => retry_in,
                other => panic!("{other:?}"),
            }
        })
        .collect();
    assert_eq!(waits, [2, 5, 10, 20, 30, 30, 30]);
    assert!(matches!(did(&mut flow, Action::Retry)[..], [Effect::FetchCampus]));
    flow.handle(Input::Campus(Ok(Box::new(campus()))));
    assert!(matches!(flow.view().screen, Screen::Identify { .. }));
}

#[test]
fn what_is_missing_is_said_before_the_server_is_asked() {
    let mut flow = met(Case::Forgotten);
    assert!(did(&mut flow, identify("  ")).is_empty());
    did(&mut flow, identify("ada"));
    answer(&mut flow, 1, choose());
    assert!(
        did(&mut flow, Action::ChooseMethod { method: Method::TextMobile, destination: Some(" ".into()) }).is_empty()
    );
    let Screen::ChooseMethod { error: Some(error), chosen, .. } = flow.view().screen else { panic!("another screen") };
    assert_eq!(error.code, TroubleCode::App(AppTrouble::DestinationMissing));
    assert_eq!(chosen, Some(Method::TextMobile), "nothing is chosen twice");
}

#[test]
fn a_wrong_number_stays_in_its_field() {
    // AX-03
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 1, choose());
    did(&mut flow, Action::ChooseMethod { method: Method::TextMobile, destination: Some("555 0000".into()) });
    let Failure::Refused(mut refused) = problem(Code::DestinationWrong) else { unreachable!() };
    refused.flow = Some(envelope(2, choose()));
    flow.handle(Input::Answer(Err(Failure::Refused(refused))));
    let Screen::ChooseMethod { destination, chosen, .. } = flow.view().screen else { panic!("another screen") };
    assert_eq!((destination.as_str(), chosen), ("555 0000", Some(Method::TextMobile)));
}

#[test]
fn the_campus_word_for_a_user_id_follows_the_language() {
    let mut flow = met(Case::Forgotten);
    assert_eq!(flow.view().campus.expect("campus").account_label, None);
    did(&mut flow, Action::Language { tag: "ar-EG".into() });
    assert_eq!(flow.view().campus.expect("campus").account_label.as_deref(), Some("الرقم"));
}

#[test]
fn an_app_that_is_too_old_for_its_server_says_so() {
    // UP-05
    let (mut flow, _) = Flow::new(Opening::of(Case::Forgotten), "en".into(), None, None);
    flow.handle(Input::Campus(Ok(Box::new(Campus { oldest_client: "9.10.0".into(), ..campus() }))));
    assert_eq!(flow.view().screen, Screen::Unusable { reason: Unusable::TooOld });
    assert!(older("1.9.3", "1.10.0") && !older("2.0.0", "1.10.0") && !older("1.10.0", "1.10.0"));
}

#[test]
fn an_unlock_ends_without_a_password_and_without_places() {
    let mut flow = met(Case::LockedOut);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 1, choose());
    did(&mut flow, Action::ChooseMethod { method: Method::Totp, destination: None });
    answer(&mut flow, 2, prove(Method::Totp));
    did(&mut flow, Action::SubmitCode { code: "123456".into() });
    assert!(matches!(answer(&mut flow, 3, Step::Working)[0], Effect::WakeIn { .. }));
    assert_eq!(flow.view().screen, Screen::Working { late: false });
    assert!(matches!(flow.handle(Input::Woken(Timer::Server))[..], [Effect::Look]));
    let unlocked = Step::Done {
        done: Done {
            changed_at: at(0),
            unlocked: true,
            may_be_locked_elsewhere: false,
            old_password_may_work_until: None,
        },
    };
    assert!(matches!(answer(&mut flow, 4, unlocked)[..], [Effect::RenewPage]), "nothing is looked for here");
    let Screen::Done { case: Case::LockedOut, unlocked: true, places, .. } = flow.view().screen else {
        panic!("not unlocked")
    };
    assert_eq!(places.state, PlacesState::None);
}

#[test]
fn what_replaces_a_used_recovery_code_is_shown_at_the_end() {
    // OT-13
    let mut flow = met(Case::LockedOut);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 1, prove(Method::RecoveryCode));
    let effects = did(&mut flow, Action::SubmitCode { code: "abcd-efgh-oil2-3456".into() });
    let [Effect::Prove(proof)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(proof.code.as_ref().expect("a code").expose_secret(), "ABCDEFGH01123456");
    let shown = Shown { recovery_codes: vec!["ZYXWVTSRQPNMKJHG".into()], ..Shown::default() };
    flow.handle(Input::Answer(Ok(Box::new(Answered { flow: *envelope(2, choose()), shown: Some(shown) }))));
    assert!(!serde_json::to_string(&flow.view()).expect("plain").contains("ZYXW"), "not before the end");
    answer(&mut flow, 3, done());
    let Screen::Done { replacement, .. } = flow.view().screen else { panic!("not done") };
    assert_eq!(replacement, Some(Revealed::new("ZYXW-VTSR-QPNM-KJHG".into())));
    assert!(did(&mut flow, Action::StartOver).iter().any(|effect| matches!(effect, Effect::RenewPage)));
}

#[test]
fn whether_it_was_helpful_is_asked_once_where_the_server_asks() {
    let mut flow = met(Case::LockedOut);
    did(&mut flow, identify("ada"));
    let asks = |flow: &Flow| match flow.view().screen {
        Screen::Done { feedback, .. } => feedback,
        other => panic!("{other:?}"),
    };
    answer(&mut flow, 3, done());
    assert_eq!(asks(&flow), FeedbackState::Open);
    let text = Some(format!(" {} ", "é".repeat(600)));
    let effects = did(&mut flow, Action::Feedback { helpful: false, text });
    let [Effect::Feedback(feedback)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(feedback.text.as_ref().map(|text| text.chars().count()), Some(500));
    assert_eq!(asks(&flow), FeedbackState::Given);
    assert!(did(&mut flow, Action::Feedback { helpful: true, text: None }).is_empty());

    let mut flow = met(Case::LockedOut);
    did(&mut flow, identify("ada"));
    let mut silent = envelope(3, done());
    silent.allowed.clear();
    flow.handle(Input::Answer(Ok(Box::new(Answered::from(*silent)))));
    assert_eq!(asks(&flow), FeedbackState::Absent);
}

#[test]
fn the_end_of_a_flow_is_counted_down_and_put_off() {
    // AX-04
    let mut flow = met(Case::Forgotten);
    assert_eq!(flow.view().ends_in, None);
    did(&mut flow, identify("ada"));
    let woken = answer(&mut flow, 1, choose());
    assert!(matches!(woken[..], [Effect::WakeIn { after, .. }] if after == Duration::from_secs(241)));
    assert_eq!(flow.view().ends_in, Some(240));
    assert_eq!(flow.view_after(Duration::from_secs(100)).ends_in, Some(140), "a view that is drawn later counts less");
    // What was chosen and what went wrong stay where they are.
    did(&mut flow, Action::ChooseMethod { method: Method::TextMobile, destination: Some(" ".into()) });
    assert!(matches!(did(&mut flow, Action::Stay)[..], [Effect::Look]));
    let mut later = envelope(1, choose());
    (later.now, later.expires_at) = (at(200), at(440));
    flow.handle(Input::Answer(Ok(Box::new(Answered::from(*later)))));
    assert_eq!(flow.view().ends_in, Some(240));
    let Screen::ChooseMethod { chosen, .. } = flow.view().screen else { panic!("another screen") };
    assert_eq!((chosen, app_trouble(&flow)), (Some(Method::TextMobile), Some(AppTrouble::DestinationMissing)));
    answer(&mut flow, 2, prove(Method::TextMobile));
    let Screen::EnterCode { resend_in, expires_in, .. } = flow.view_after(Duration::from_secs(50)).screen else {
        panic!("no code is asked")
    };
    assert_eq!((resend_in, expires_in), (Some(10), Some(250)));
    answer(&mut flow, 3, done());
    assert_eq!(flow.view().ends_in, None);
}

#[test]
fn random_words_are_offered_until_the_password_is_set() {
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    assert!(did(&mut flow, Action::MakePassphrase).is_empty(), "not on this screen");
    answer(&mut flow, 5, set_password());
    let effects = did(&mut flow, Action::MakePassphrase);
    assert!(matches!(&effects[..], [Effect::MakePassphrase { rules, account }]
        if rules == &[Rule::MinLength { value: 12 }] && account == "ada"));
    flow.handle(Input::Passphrase(Some("violet-tractor".into())));
    let offered = |flow: &Flow| match flow.view().screen {
        Screen::NewPassword { passphrase, account, .. } => {
            assert_eq!(account, "ada", "a password manager saves it under a name");
            passphrase
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(offered(&flow), Some(Revealed::new("violet-tractor".into())));
    submit_password(&mut flow, "violet-tractor");
    refuse(&mut flow, refusal(Code::PasswordRefused, 6, set_password()));
    assert!(offered(&flow).is_some());
    submit_password(&mut flow, "violet-tractor-onion");
    assert!(matches!(answer(&mut flow, 7, done())[0], Effect::RenewPage));
    assert!(flow.passphrase.is_none());
    flow.handle(Input::Passphrase(Some("too late".into())));
    assert!(flow.passphrase.is_none());
}

/// A window whose new password is on its way to the directory.
fn writing() -> Flow {
    let mut flow = met(Case::Forgotten);
    did(&mut flow, identify("ada"));
    answer(&mut flow, 1, set_password());
    did(
        &mut flow,
        Action::SubmitPassword { new: "violet tractor onion".into(), confirm: "violet tractor onion".into() },
    );
    flow
}

#[test]
fn whoever_waits_for_the_directory_is_told_how_to_go_on_after_half_a_minute() {
    // R05
    let mut flow = writing();
    for (now, late) in [(0, false), (29, false), (30, true), (90, true)] {
        let mut working = envelope(3, Step::Working);
        working.now = at(now);
        let effects = flow.handle(Input::Answer(Ok(Box::new(Answered::from(*working)))));
        assert!(effects.iter().any(|effect| matches!(effect, Effect::WakeIn { .. })), "it goes on asking");
        assert_eq!(flow.view().screen, Screen::Working { late }, "after {now} s");
        flow.handle(Input::Woken(Timer::Server));
    }
}

#[test]
fn where_nobody_can_tell_what_the_directory_did_no_copy_is_touched_and_the_journal_stays_uncertain() {
    // PW-11: never "nothing was changed", never a second blind write
    let mut flow = writing();
    let effects = answer(&mut flow, 3, Step::Uncertain);
    assert!(effects.is_empty(), "{effects:?}");
    assert_eq!(flow.view().screen, Screen::Uncertain);
    assert!(flow.view().screen.is_final() && !flow.view().can_cancel);
}
