//! Setting up recovery.

use latchkey_api::flow::{Addable, Manage, Pending as Unconfirmed, Question, Registered};
use latchkey_api::problem::{AnswerReason, AnswerRefusal};

use super::*;
use crate::screen::{Deal, Said};

fn registered(id: &str, means: Means) -> Registered {
    let hint = (means == Means::Mobile).then(|| "… 34".to_owned());
    Registered { id: id.into(), means, hint, fixed: false, due: false, left: None }
}

fn manage(registered: Vec<Registered>, pending: Option<Unconfirmed>) -> Manage {
    let addable = |means, confirm_by: &[Method]| Addable {
        means,
        confirm_by: confirm_by.to_vec(),
        questions: Vec::new(),
        wanted: None,
    };
    let questions = ["first_pet", "first_school", "oldest_cousin"].map(|id| Question { id: id.into() }).to_vec();
    Manage {
        registered,
        addable: vec![
            addable(Means::Mobile, &[Method::TextMobile, Method::CallMobile]),
            addable(Means::Email, &[Method::Email]),
            addable(Means::Authenticator, &[]),
            Addable { questions, wanted: Some(2), ..addable(Means::Questions, &[]) },
            addable(Means::RecoveryCodes, &[]),
        ],
        enough: false,
        wanted: vec![Means::Authenticator],
        fresh_until: at(300),
        pending,
    }
}

pub(super) fn pending(id: &str, means: Means, method: Option<Method>) -> Unconfirmed {
    let code = method.map(|method| CodeAsked {
        length: if method == Method::Totp { 6 } else { 8 },
        expires_at: (method != Method::Totp).then(|| at(300)),
        resend_at: (method != Method::Totp).then(|| at(60)),
    });
    Unconfirmed { id: id.into(), means, method, code, attempts_left: 5 }
}

pub(super) fn managing(registered: Vec<Registered>, pending: Option<Unconfirmed>) -> Step {
    Step::Manage { manage: manage(registered, pending) }
}

/// Signed in, with nothing set up.
pub(super) fn signed_in() -> Flow {
    signed_in_with(Vec::new())
}

pub(super) fn signed_in_with(registered: Vec<Registered>) -> Flow {
    let mut flow = met(Case::Register);
    assert!(matches!(flow.view().screen, Screen::SignIn { again: false, busy: false, .. }));
    let effects = sign_in(&mut flow, "ada", "the current one");
    assert!(matches!(&effects[..], [Effect::Start { intent: Intent::Register, solution: None, .. }]));
    let effects = answer(&mut flow, 1, prove(Method::CurrentPassword));
    let [Effect::Prove(proof)] = &effects[..] else { panic!("the password goes out by itself: {effects:?}") };
    assert_eq!(proof.current_password.as_ref().expect("a password").expose_secret(), "the current one");
    answer(&mut flow, 2, managing(registered, None));
    assert!(flow.secrets.current.known().is_none(), "it has served");
    flow
}

fn sign_in(flow: &mut Flow, account: &str, password: &str) -> Vec<Effect> {
    did(flow, Action::SignIn { account: account.into(), password: password.into() })
}

fn said(flow: &Flow) -> Option<Said> {
    match flow.view().screen {
        Screen::Manage { said, .. } => said,
        other => panic!("{other:?}"),
    }
}

fn shown_with(revision: u32, step: Step, shown: Shown) -> Input {
    Input::Answer(Ok(Box::new(Answered { flow: *envelope(revision, step), shown: Some(shown) })))
}

fn seed() -> Shown {
    Shown {
        secret: Some("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP".into()),
        uri: Some("otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example".into()),
        recovery_codes: Vec::new(),
        sent_to: None,
    }
}

fn codes() -> Shown {
    Shown { recovery_codes: vec!["ABCDEFGH01234567".into(), "JKMNPQRSTVWXYZ89".into()], ..Shown::default() }
}

/// At the QR code of an authenticator.
fn adding_authenticator() -> Flow {
    let mut flow = signed_in();
    let effects = did(&mut flow, Action::AddMeans { means: Means::Authenticator });
    let [Effect::AddMeans(add)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((add.revision, add.means, add.destination.as_deref()), (2, Means::Authenticator, None));
    let step = managing(Vec::new(), Some(pending("p1", Means::Authenticator, Some(Method::Totp))));
    flow.handle(shown_with(3, step, seed()));
    flow
}

/// At new recovery codes.
fn adding_codes() -> Flow {
    let mut flow = signed_in();
    did(&mut flow, Action::AddMeans { means: Means::RecoveryCodes });
    flow.handle(shown_with(3, managing(Vec::new(), Some(pending("p1", Means::RecoveryCodes, None))), codes()));
    assert!(matches!(flow.view().screen, Screen::RecoveryCodes { .. }));
    flow
}

pub(super) fn submit_destination(flow: &mut Flow, method: Option<Method>, destination: &str) -> Vec<Effect> {
    did(flow, Action::SubmitDestination { method, destination: destination.into() })
}

/// At the code that was sent to a mobile phone.
fn adding_mobile() -> Flow {
    let mut flow = signed_in();
    assert!(did(&mut flow, Action::AddMeans { means: Means::Mobile }).is_empty());
    submit_destination(&mut flow, Some(Method::CallMobile), " +1 202 555 0134 ");
    answer(&mut flow, 3, managing(Vec::new(), Some(pending("p1", Means::Mobile, Some(Method::CallMobile)))));
    flow
}

#[test]
fn a_wrong_password_is_typed_again_and_another_account_starts_anew() {
    let mut flow = met(Case::Register);
    assert!(sign_in(&mut flow, "ada", "").is_empty());
    assert_eq!(app_trouble(&flow), Some(AppTrouble::OldPasswordMissing));
    sign_in(&mut flow, "ada", "wrong");
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    refuse(&mut flow, problem(Code::CurrentPasswordWrong));
    assert!(matches!(flow.view().screen, Screen::SignIn { again: false, .. }));
    assert_eq!(server_trouble(&flow), Some(Code::CurrentPasswordWrong));
    assert!(matches!(sign_in(&mut flow, "ada", "right")[..], [Effect::Prove(_)]));
    refuse(&mut flow, problem(Code::CurrentPasswordWrong));
    assert!(matches!(sign_in(&mut flow, "grace", "hers")[..], [Effect::Start { .. }]));
}

#[test]
fn who_has_methods_proves_one_of_them_too() {
    // RG-01
    let mut flow = met(Case::Register);
    sign_in(&mut flow, "ada", "the current one");
    answer(&mut flow, 1, prove(Method::CurrentPassword));
    answer(&mut flow, 2, choose());
    assert!(matches!(flow.view().screen, Screen::ChooseMethod { .. }));
    did(&mut flow, Action::ChooseMethod { method: Method::Totp, destination: None });
    answer(&mut flow, 3, prove(Method::Totp));
    did(&mut flow, Action::SubmitCode { code: "123 456".into() });
    answer(&mut flow, 4, managing(vec![registered("m1", Means::Authenticator)], None));
    let Screen::Manage { registered, addable, enough: false, said: None, .. } = flow.view().screen else {
        panic!("nothing to manage")
    };
    assert_eq!((registered.len(), addable.len()), (1, 5));
}

#[test]
fn a_mobile_is_added_by_a_code_that_is_sent_to_it() {
    // RG-02
    let mut flow = signed_in();
    assert!(did(&mut flow, Action::AddMeans { means: Means::Mobile }).is_empty(), "the number comes first");
    let Screen::AddDestination { means: Means::Mobile, confirm_by, chosen, .. } = flow.view().screen else {
        panic!("no number is asked")
    };
    assert_eq!((confirm_by.len(), chosen), (2, Some(Method::TextMobile)));
    assert!(submit_destination(&mut flow, None, " ").is_empty());
    assert_eq!(app_trouble(&flow), Some(AppTrouble::DestinationMissing));

    let effects = submit_destination(&mut flow, Some(Method::CallMobile), " +1 202 555 0134 ");
    let [Effect::AddMeans(add)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((add.method, add.destination.as_deref()), (Some(Method::CallMobile), Some("+1 202 555 0134")));
    answer(&mut flow, 3, managing(Vec::new(), Some(pending("p1", Means::Mobile, Some(Method::CallMobile)))));
    let Screen::ConfirmMeans { method, sent_to, resend_in, length, .. } = flow.view().screen else {
        panic!("no code is asked")
    };
    assert_eq!((method, sent_to.as_deref()), (Method::CallMobile, Some("+1 202 555 0134")));
    assert_eq!((resend_in, length), (Some(60), 8));

    let effects = did(&mut flow, Action::SubmitCode { code: "31 41-59 26".into() });
    let [Effect::ConfirmMeans { id, confirm }] = &effects[..] else { panic!("{effects:?}") };
    let code = confirm.code.as_ref().expect("a code").expose_secret();
    assert_eq!((id.as_str(), confirm.revision, code), ("p1", 3, "31415926"));
    answer(&mut flow, 4, managing(vec![registered("m1", Means::Mobile)], None));
    assert_eq!(said(&flow), Some(Said { what: Deal::Added, means: Means::Mobile }));
    did(&mut flow, Action::AddMeans { means: Means::Email });
    did(&mut flow, Action::BackToManage);
    assert_eq!(said(&flow), None, "it is said once");
}

#[test]
fn a_number_that_is_not_taken_stays_in_its_field() {
    // AX-03
    let mut flow = signed_in();
    did(&mut flow, Action::AddMeans { means: Means::Mobile });
    submit_destination(&mut flow, Some(Method::CallMobile), "+1 900 555 0134");
    refuse(&mut flow, refusal(Code::DestinationNotAllowed, 2, managing(Vec::new(), None)));
    let Screen::AddDestination { destination, chosen, .. } = flow.view().screen else { panic!("another screen") };
    assert_eq!((destination.as_str(), chosen), ("+1 900 555 0134", Some(Method::CallMobile)));
    assert_eq!(server_trouble(&flow), Some(Code::DestinationNotAllowed));
}

#[test]
fn another_code_is_asked_for_as_the_first_one_was() {
    let mut flow = adding_mobile();
    did(&mut flow, Action::SubmitCode { code: "00000000".into() });
    let step = || managing(Vec::new(), Some(pending("p1", Means::Mobile, Some(Method::CallMobile))));
    refuse(&mut flow, refusal(Code::CodeWrong, 3, step()));
    assert_eq!(server_trouble(&flow), Some(Code::CodeWrong));
    let effects = did(&mut flow, Action::Resend);
    let [Effect::AddMeans(add)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((add.method, add.destination.as_deref()), (Some(Method::CallMobile), Some("+1 202 555 0134")));
    refuse(&mut flow, refusal(Code::ResendTooSoon, 3, step()));
    assert!(matches!(flow.view().screen, Screen::ConfirmMeans { .. }));
}

#[test]
fn what_was_left_is_dropped_even_if_the_server_still_has_it() {
    for same_id in [true, false] {
        let mut flow = adding_mobile();
        assert!(did(&mut flow, Action::BackToManage).is_empty());
        assert!(matches!(flow.view().screen, Screen::Manage { .. }));
        did(&mut flow, Action::AddMeans { means: Means::Mobile });
        assert!(matches!(flow.view().screen, Screen::AddDestination { destination, .. } if destination.is_empty()));
        submit_destination(&mut flow, None, "+1 202 555 0199");
        let id = if same_id { "p1" } else { "p2" };
        answer(&mut flow, 4, managing(Vec::new(), Some(pending(id, Means::Mobile, Some(Method::TextMobile)))));
        assert!(matches!(flow.view().screen, Screen::ConfirmMeans { method: Method::TextMobile, .. }), "{id}");
    }
}

#[test]
fn an_authenticator_is_shown_as_a_picture_and_as_text_and_gone_with_its_screen() {
    // RG-06
    let mut flow = adding_authenticator();
    let Screen::AddAuthenticator { secret, qr, .. } = flow.view().screen else { panic!("nothing is shown") };
    assert_eq!(secret, Revealed::new("JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".into()));
    let rows: Vec<String> = serde_json::from_value(serde_json::to_value(&qr).expect("plain")).expect("texts");
    assert!(rows.len() > 20 && rows.iter().all(|row| row.len() == rows.len()), "a square");
    assert!(rows[0].starts_with("11111110") && rows.iter().all(|row| row.bytes().all(|b| b == b'0' || b == b'1')));

    did(&mut flow, Action::SubmitCode { code: "123 456".into() });
    assert!(matches!(flow.view().screen, Screen::AddAuthenticator { busy: true, .. }));
    let step = managing(Vec::new(), Some(pending("p1", Means::Authenticator, Some(Method::Totp))));
    refuse(&mut flow, refusal(Code::CodeWrong, 3, step));
    assert!(matches!(flow.view().screen, Screen::AddAuthenticator { busy: false, .. }), "still to be read");
    did(&mut flow, Action::SubmitCode { code: "123 457".into() });
    let effects = answer(&mut flow, 4, managing(vec![registered("m1", Means::Authenticator)], None));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::RenewPage)), "its page goes");
    assert_eq!(said(&flow), Some(Said { what: Deal::Added, means: Means::Authenticator }));
    assert!(flow.setup.kept_for().is_none());
}

#[test]
fn going_back_forgets_what_was_shown() {
    for mut flow in [adding_authenticator(), adding_codes()] {
        let effects = did(&mut flow, Action::BackToManage);
        assert!(matches!(effects[..], [Effect::RenewPage]));
        assert!(matches!(flow.view().screen, Screen::Manage { said: None, error: None, .. }));
        assert!(flow.setup.kept_for().is_none());
    }
    for mut flow in [adding_authenticator(), adding_codes()] {
        let effects = answer(&mut flow, 9, Step::Expired);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::RenewPage)), "nor does it outlive its flow");
    }
}

#[test]
fn a_secret_whose_answer_was_lost_is_not_given_again() {
    for means in [Means::Authenticator, Means::RecoveryCodes] {
        let method = (means == Means::Authenticator).then_some(Method::Totp);
        for there in [Some(pending("p1", means, method)), None] {
            let mut flow = signed_in();
            did(&mut flow, Action::AddMeans { means });
            refuse(&mut flow, NO_ANSWER);
            assert!(matches!(flow.view().screen, Screen::Offline { in_flow: true, .. }));
            assert!(matches!(flow.handle(Input::Woken(Timer::Server))[..], [Effect::Look]));
            answer(&mut flow, 3, managing(Vec::new(), there));
            assert!(matches!(flow.view().screen, Screen::Manage { busy: false, .. }));
            assert_eq!(app_trouble(&flow), Some(AppTrouble::SealBroken));
            assert!(matches!(did(&mut flow, Action::AddMeans { means })[..], [Effect::AddMeans(_)]));
        }
    }
    // What is here already outlives a moment without a network.
    let mut flow = adding_codes();
    did(&mut flow, Action::Stay);
    refuse(&mut flow, NO_ANSWER);
    assert!(matches!(flow.view().screen, Screen::Offline { .. }));
    flow.handle(Input::Woken(Timer::Server));
    answer(&mut flow, 3, managing(Vec::new(), Some(pending("p1", Means::RecoveryCodes, None))));
    assert!(matches!(flow.view().screen, Screen::RecoveryCodes { codes, .. } if codes.len() == 2));
}

#[test]
fn a_confirmation_whose_answer_was_lost_is_believed_only_if_it_happened() {
    for (revision, there, expected) in
        [(4, vec![registered("m1", Means::Mobile)], Some(Deal::Added)), (3, Vec::new(), None)]
    {
        let mut flow = adding_mobile();
        did(&mut flow, Action::SubmitCode { code: "31415926".into() });
        refuse(&mut flow, NO_ANSWER);
        flow.handle(Input::Woken(Timer::Server));
        let still = expected.is_none().then(|| pending("p1", Means::Mobile, Some(Method::CallMobile)));
        answer(&mut flow, revision, managing(there, still));
        match expected {
            Some(what) => assert_eq!(said(&flow).map(|said| said.what), Some(what)),
            None => assert!(matches!(flow.view().screen, Screen::ConfirmMeans { busy: false, .. })),
        }
    }
}

#[test]
fn recovery_codes_work_once_they_are_kept() {
    let mut flow = adding_codes();
    let Screen::RecoveryCodes { codes, saved_to: None, .. } = flow.view().screen else { panic!("no codes") };
    assert_eq!(codes[0], Revealed::new("ABCD-EFGH-0123-4567".into()));
    let effects = did(&mut flow, Action::SaveCodes);
    let [Effect::SaveCodes { campus, codes, .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((campus.as_str(), codes.len()), ("Example University", 2));
    flow.handle(Input::Saved(None));
    assert_eq!(app_trouble(&flow), Some(AppTrouble::NotSaved));
    did(&mut flow, Action::SaveCodes);
    flow.handle(Input::Saved(Some("/home/ada/Documents/Recovery codes.txt".into())));
    assert_eq!(app_trouble(&flow), None);
    assert!(matches!(flow.view().screen, Screen::RecoveryCodes { saved_to: Some(_), .. }));

    let effects = did(&mut flow, Action::CodesKept);
    assert!(matches!(&effects[..], [Effect::ConfirmMeans { id, confirm }] if id == "p1" && confirm.code.is_none()));
    let there = Registered { left: Some(10), ..registered("m1", Means::RecoveryCodes) };
    let effects = answer(&mut flow, 4, managing(vec![there], None));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::RenewPage)));
    assert_eq!(said(&flow), Some(Said { what: Deal::Added, means: Means::RecoveryCodes }));
}

#[test]
fn security_questions_are_chosen_once_each_and_answered_all() {
    // SQ-02
    let mut flow = signed_in();
    assert!(did(&mut flow, Action::AddMeans { means: Means::Questions }).is_empty());
    let Screen::AddQuestions { catalogue, wanted: 2, .. } = flow.view().screen else { panic!("no questions") };
    assert_eq!(catalogue.len(), 3);
    let submit = |flow: &mut Flow, answers: &[(&str, &str)]| {
        let answers =
            answers.iter().map(|(id, answer)| TypedAnswer { id: (*id).into(), answer: (*answer).into() }).collect();
        did(flow, Action::SubmitNewAnswers { answers })
    };
    for (answers, expected) in [
        (&[("first_pet", "Rosinante")][..], AppTrouble::AnswersMissing),
        (&[("first_pet", "Rosinante"), ("oldest_cousin", " ")], AppTrouble::AnswersMissing),
        (&[("first_pet", "Rosinante"), ("", "Wilhelmina")], AppTrouble::AnswersMissing),
        (&[("first_pet", "Rosinante"), ("first_pet", "Wilhelmina")], AppTrouble::QuestionsRepeated),
    ] {
        assert!(submit(&mut flow, answers).is_empty());
        assert_eq!(app_trouble(&flow), Some(expected));
    }
    let good = [("first_pet", "Rosinante"), ("oldest_cousin", "Wilhelmina")];
    assert!(matches!(&submit(&mut flow, &good)[..], [Effect::AddMeans(add)]
        if add.answers.as_ref().is_some_and(|answers| answers.len() == 2)));
    let Failure::Refused(mut problem) = refusal(Code::AnswersRefused, 2, managing(Vec::new(), None)) else {
        unreachable!()
    };
    problem.answer_refusals = vec![AnswerRefusal { id: "first_pet".into(), reason: AnswerReason::Common }];
    refuse(&mut flow, Failure::Refused(problem));
    let Screen::AddQuestions { refusals, .. } = flow.view().screen else { panic!("another screen") };
    assert_eq!(refusals[0].reason, AnswerReason::Common);
    submit(&mut flow, &good);
    answer(&mut flow, 3, managing(vec![registered("m1", Means::Questions)], None));
    assert_eq!(said(&flow), Some(Said { what: Deal::Added, means: Means::Questions }));
}

#[test]
fn what_is_set_up_is_checked_by_a_code() {
    let mobile = || registered("m1", Means::Mobile);
    let mut flow = signed_in_with(vec![Registered { due: true, ..mobile() }]);
    let effects = did(&mut flow, Action::CheckMeans { id: "m1".into() });
    assert!(matches!(&effects[..], [Effect::CheckMeans { id, .. }] if id == "m1"));
    let step = managing(vec![mobile()], Some(pending("m1", Means::Mobile, Some(Method::TextMobile))));
    answer(&mut flow, 3, step);
    let Screen::ConfirmMeans { sent_to, .. } = flow.view().screen else { panic!("no code is asked") };
    assert_eq!(sent_to.as_deref(), Some("… 34"), "nobody has typed it now");
    assert!(matches!(did(&mut flow, Action::Resend)[..], [Effect::CheckMeans { .. }]));
    let step = managing(vec![mobile()], Some(pending("m1", Means::Mobile, Some(Method::TextMobile))));
    answer(&mut flow, 4, step);
    did(&mut flow, Action::SubmitCode { code: "31415926".into() });
    answer(&mut flow, 5, managing(vec![mobile()], None));
    assert_eq!(said(&flow), Some(Said { what: Deal::Checked, means: Means::Mobile }));
}

#[test]
fn nothing_is_removed_without_being_asked_again() {
    let fixed = Registered { fixed: true, ..registered("m2", Means::Office) };
    let mut flow = signed_in_with(vec![registered("m1", Means::Mobile), fixed.clone()]);
    for unknown in ["m2", "m9"] {
        did(&mut flow, Action::RemoveMeans { id: unknown.into() });
        assert!(matches!(flow.view().screen, Screen::Manage { .. }), "{unknown}");
    }
    assert!(did(&mut flow, Action::RemoveMeans { id: "m1".into() }).is_empty());
    assert!(matches!(flow.view().screen, Screen::RemoveMeans { registered, .. } if registered.id == "m1"));
    did(&mut flow, Action::BackToManage);
    assert!(did(&mut flow, Action::ConfirmRemoval).is_empty(), "not on this screen");
    did(&mut flow, Action::RemoveMeans { id: "m1".into() });
    let effects = did(&mut flow, Action::ConfirmRemoval);
    assert!(matches!(&effects[..], [Effect::RemoveMeans { id, remove }] if id == "m1" && remove.revision == 2));
    answer(&mut flow, 3, managing(vec![fixed], None));
    assert_eq!(said(&flow), Some(Said { what: Deal::Removed, means: Means::Mobile }));
}

#[test]
fn a_new_proof_in_between_goes_on_with_what_was_asked() {
    // RG-01, AX-03
    let mut flow = signed_in();
    did(&mut flow, Action::AddMeans { means: Means::Mobile });
    submit_destination(&mut flow, Some(Method::CallMobile), "+1 202 555 0134");
    refuse(&mut flow, refusal(Code::ProofNeeded, 3, prove(Method::CurrentPassword)));
    let Screen::SignIn { account, again: true, error: None, .. } = flow.view().screen else { panic!("no sign-in") };
    assert_eq!(account, "ada");
    assert!(matches!(sign_in(&mut flow, "somebody else", "wrong")[..], [Effect::Prove(_)]), "the account is certain");
    refuse(&mut flow, refusal(Code::CurrentPasswordWrong, 3, prove(Method::CurrentPassword)));
    assert!(matches!(flow.view().screen, Screen::SignIn { account, again: true, .. } if account == "ada"));
    sign_in(&mut flow, "", "the current one");
    answer(&mut flow, 4, choose());
    did(&mut flow, Action::ChooseMethod { method: Method::Totp, destination: None });
    answer(&mut flow, 5, prove(Method::Totp));
    did(&mut flow, Action::SubmitCode { code: "123456".into() });
    let effects = answer(&mut flow, 6, managing(Vec::new(), None));
    let [Effect::AddMeans(add)] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((add.revision, add.destination.as_deref()), (6, Some("+1 202 555 0134")));
    answer(&mut flow, 7, managing(Vec::new(), Some(pending("p1", Means::Mobile, Some(Method::CallMobile)))));
    assert!(matches!(flow.view().screen, Screen::ConfirmMeans { sent_to: Some(_), .. }));
}

#[test]
fn a_new_proof_while_a_secret_is_shown_comes_back_to_it() {
    // RG-01
    let mut flow = adding_authenticator();
    did(&mut flow, Action::SubmitCode { code: "123456".into() });
    refuse(&mut flow, refusal(Code::ProofNeeded, 4, prove(Method::CurrentPassword)));
    assert!(matches!(flow.view().screen, Screen::SignIn { again: true, .. }));
    sign_in(&mut flow, "ada", "the current one");
    let step = || managing(Vec::new(), Some(pending("p1", Means::Authenticator, Some(Method::Totp))));
    assert!(matches!(&answer(&mut flow, 5, step())[..], [Effect::ConfirmMeans { id, .. }] if id == "p1"));
    refuse(&mut flow, refusal(Code::CodeWrong, 5, step()));
    assert!(matches!(flow.view().screen, Screen::AddAuthenticator { .. }), "the code has changed in the meantime");

    let mut flow = adding_codes();
    did(&mut flow, Action::CodesKept);
    refuse(&mut flow, refusal(Code::ProofNeeded, 4, prove(Method::CurrentPassword)));
    sign_in(&mut flow, "ada", "the current one");
    let effects = answer(&mut flow, 5, managing(Vec::new(), None));
    assert!(matches!(effects[0], Effect::RenewPage) || matches!(effects[1], Effect::RenewPage));
    assert_eq!(app_trouble(&flow), Some(AppTrouble::SealBroken), "the server has dropped it");
}

#[test]
fn setting_up_ends_when_the_person_says_so() {
    let mut flow = signed_in_with(vec![registered("m1", Means::Mobile)]);
    assert!(matches!(did(&mut flow, Action::FinishSetup)[..], [Effect::FinishSetup { revision: 2 }]));
    assert!(matches!(answer(&mut flow, 3, done())[..], [Effect::RenewPage]));
    let Screen::Done { case: Case::Register, places, set_up, .. } = flow.view().screen else { panic!("not done") };
    assert_eq!(places.state, PlacesState::None);
    let set_up = set_up.expect("what is set up");
    assert_eq!((set_up.registered.len(), set_up.enough), (1, false), "the end does not claim more than there is");
}
