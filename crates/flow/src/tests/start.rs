//! How a recovery begins: cases, the human check, "this was not me"; and the windows beside it.

use super::*;

fn at_start() -> Flow {
    met_at(WindowKind::Recover, campus()).0
}

fn characters(id: &str) -> Input {
    Input::Characters(Ok(Box::new(latchkey_api::human_check::HumanCheck {
        id: id.into(),
        kind: Kind::Characters,
        expires_at: at(300),
        puzzle: None,
        characters: Some(Characters { picture_png: format!("{id}-png"), sound_wav: "wav".into(), length: 6 }),
    })))
}

fn shown(flow: &Flow) -> Option<String> {
    match flow.view().screen {
        Screen::Identify { characters, .. } => characters.map(|characters| characters.picture_png),
        other => panic!("{other:?}"),
    }
}

/// At the first screen with these characters on it.
fn with_characters() -> Flow {
    let (mut flow, effects) = met_at(Opening::of(Case::Forgotten), campus_with_characters());
    assert!(matches!(&effects[..], [Effect::FetchCharacters { language }] if language == "en"));
    assert!(matches!(flow.view().screen, Screen::Identify { busy: true, characters: None, .. }));
    assert!(did(&mut flow, identify("ada")).is_empty(), "nothing goes out while they are on their way");
    flow.handle(characters("first"));
    assert_eq!(shown(&flow).as_deref(), Some("first-png"));
    flow
}

fn type_characters(flow: &mut Flow, typed: &str) -> Vec<Effect> {
    did(flow, Action::Identify { account: "ada".into(), characters: Some(typed.into()) })
}

#[test]
fn the_recovery_window_asks_what_happened_and_goes_on_with_the_case() {
    for (case, intent) in
        [(Case::Forgotten, Intent::Reset), (Case::NeverReceived, Intent::Reset), (Case::LockedOut, Intent::Unlock)]
    {
        let mut flow = at_start();
        assert_eq!(flow.view().screen, Screen::Start { cases: Case::ALL.to_vec() });
        assert!(did(&mut flow, Action::ChooseCase { case }).is_empty());
        assert!(matches!(flow.view().screen, Screen::Identify { case: shown, .. } if shown == case));
        let effects = did(&mut flow, identify("ada"));
        assert!(matches!(&effects[..], [Effect::Start { intent: asked, .. }] if *asked == intent));
        // By the command line the same screen comes first.
        assert!(matches!(met(case).view().screen, Screen::Identify { case: shown, .. } if shown == case));
    }
}

#[test]
fn a_case_with_a_window_of_its_own_opens_it_in_place_of_this_one() {
    for (case, window) in [(Case::Change, WindowKind::Change), (Case::Register, WindowKind::Register)] {
        let mut flow = at_start();
        let effects = did(&mut flow, Action::ChooseCase { case });
        assert!(matches!(&effects[..], [Effect::OpenWindow(opening)] if opening.window == window));
        // "I don't know my password" leads back.
        let effects = did(&mut met(case), Action::BackToStart);
        let [Effect::OpenWindow(opening)] = &effects[..] else { panic!("{effects:?}") };
        assert_eq!(*opening, Opening { window: WindowKind::Recover, case: None });
    }
}

#[test]
fn a_case_may_be_chosen_before_the_server_has_answered_but_not_on_another_screen() {
    let (mut flow, _) = Flow::new(WindowKind::Recover.into(), "en".into(), None, None);
    did(&mut flow, Action::ChooseCase { case: Case::LockedOut });
    flow.handle(Input::Campus(Ok(Box::new(campus()))));
    assert!(matches!(flow.view().screen, Screen::Identify { case: Case::LockedOut, .. }));
    did(&mut flow, Action::ChooseCase { case: Case::Forgotten });
    assert!(matches!(flow.view().screen, Screen::Identify { case: Case::LockedOut, .. }));
}

#[test]
fn only_what_the_campus_offers_is_a_case() {
    let (flow, _) = met_at(WindowKind::Recover, Campus { methods: Vec::new(), ..campus() });
    assert_eq!(flow.view().screen, Screen::Start { cases: vec![Case::Change] });
    let mut flow = met(Case::Register);
    did(&mut flow, Action::SignIn { account: "ada".into(), password: "the current one".into() });
    refuse(&mut flow, problem(Code::NotAllowed));
    assert_eq!(flow.view().screen, Screen::Unusable { reason: Unusable::NotOffered });
}

#[test]
fn there_is_a_way_back_to_the_cases_from_what_stands_beside_them() {
    let mut flow = at_start();
    for (deed, screen) in
        [(Action::ShowElsewhere, Screen::Elsewhere), (Action::ShowNotMe, Screen::NotMe { busy: false, error: None })]
    {
        did(&mut flow, deed);
        assert_eq!(flow.view().screen, screen);
        did(&mut flow, Action::BackToStart);
        assert!(matches!(flow.view().screen, Screen::Start { .. }));
    }
    did(&mut flow, Action::ChooseCase { case: Case::Forgotten });
    did(&mut flow, identify(" "));
    did(&mut flow, Action::BackToStart);
    assert!(matches!(flow.view().screen, Screen::Start { .. }));
    did(&mut flow, Action::ChooseCase { case: Case::LockedOut });
    assert_eq!(trouble(&flow.view()), None, "an error stays with its screen");
}

#[test]
fn starting_again_goes_to_where_the_window_began() {
    let mut asked = at_start();
    did(&mut asked, Action::ChooseCase { case: Case::Forgotten });
    for (mut flow, cases) in [(asked, true), (met(Case::LockedOut), false)] {
        did(&mut flow, identify("ada"));
        answer(&mut flow, 1, Step::Cancelled);
        did(&mut flow, Action::StartOver);
        assert_eq!(matches!(flow.view().screen, Screen::Start { .. }), cases);
        assert_eq!(matches!(flow.view().screen, Screen::Identify { case: Case::LockedOut, .. }), !cases);
    }
}

#[test]
fn a_user_id_that_is_missing_or_too_long_is_said_at_once() {
    for (typed, expected) in [("  ", AppTrouble::AccountMissing), (&"a".repeat(257), AppTrouble::AccountTooLong)] {
        let mut flow = met(Case::Forgotten);
        assert!(did(&mut flow, identify(typed)).is_empty());
        assert_eq!(app_trouble(&flow), Some(expected));
        let mut flow = met(Case::Register);
        assert!(did(&mut flow, Action::SignIn { account: typed.into(), password: "x".into() }).is_empty());
        assert_eq!(app_trouble(&flow), Some(expected));
        let mut flow = met(Case::Change);
        let (old, new, confirm) = ("a".into(), "b".into(), "b".into());
        let change = Action::SubmitChange { account: typed.into(), old, new, confirm };
        assert!(did(&mut flow, change).is_empty());
        assert_eq!(app_trouble(&flow), Some(expected));
    }
}

#[test]
fn characters_go_with_the_user_id_and_have_to_be_typed() {
    // OT-14
    let mut flow = with_characters();
    assert!(type_characters(&mut flow, " ").is_empty());
    assert_eq!(app_trouble(&flow), Some(AppTrouble::CharactersMissing));
    let effects = type_characters(&mut flow, " k7m2pq ");
    let [Effect::Start { solution: Some(solution), .. }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!((solution.id.as_str(), solution.answer.as_str()), ("first", "k7m2pq"));
    assert!(answer(&mut flow, 1, choose()).iter().all(|effect| matches!(effect, Effect::WakeIn { .. })));
    assert!(matches!(flow.view().screen, Screen::ChooseMethod { .. }));
}

#[test]
fn after_wrong_or_expired_characters_others_come_by_themselves_and_the_user_id_stays() {
    // AX-03
    let mut flow = with_characters();
    type_characters(&mut flow, "wrong");
    let effects = refuse(&mut flow, problem(Code::HumanCheckFailed));
    assert!(matches!(effects[..], [Effect::FetchCharacters { .. }]));
    flow.handle(characters("second"));
    assert_eq!(shown(&flow).as_deref(), Some("second-png"));
    assert_eq!(server_trouble(&flow), Some(Code::HumanCheckFailed), "it is still said why");
    assert!(matches!(flow.view().screen, Screen::Identify { account, .. } if account == "ada"));
    // A check serves once, so any other refusal takes it too.
    type_characters(&mut flow, "k7m2pq");
    assert!(matches!(refuse(&mut flow, problem(Code::RateLimited))[..], [Effect::FetchCharacters { .. }]));
}

#[test]
fn other_characters_may_be_asked_for() {
    // AX-02
    let mut flow = with_characters();
    assert!(matches!(did(&mut flow, Action::OtherCharacters)[..], [Effect::FetchCharacters { .. }]));
    assert_eq!(shown(&flow).as_deref(), Some("first-png"), "nothing jumps until they are there");
    flow.handle(characters("second"));
    assert_eq!(shown(&flow).as_deref(), Some("second-png"));
    let effects = did(&mut flow, Action::Language { tag: "fr".into() });
    assert!(matches!(&effects[..], [Effect::FetchCharacters { language }] if language == "fr"), "they are spoken too");
}

#[test]
fn whoever_cannot_use_characters_gets_a_check_that_nobody_sees_for_the_rest_of_the_window() {
    // AX-01
    let mut flow = with_characters();
    assert!(did(&mut flow, Action::SkipCharacters).is_empty());
    assert_eq!(shown(&flow), None);
    assert!(matches!(did(&mut flow, identify("ada"))[..], [Effect::Start { solution: None, .. }]));
    refuse(&mut flow, problem(Code::RateLimited));
    did(&mut flow, Action::BackToStart);
    assert!(did(&mut flow, Action::ChooseCase { case: Case::Forgotten }).is_empty());
    assert!(matches!(flow.view().screen, Screen::Identify { characters: None, busy: false, .. }));
}

#[test]
fn without_characters_the_app_solves_a_check_by_itself() {
    for failure in [problem(Code::Malformed), NO_ANSWER] {
        let (mut flow, _) = met_at(Opening::of(Case::LockedOut), campus_with_characters());
        flow.handle(Input::Characters(Err(failure)));
        assert!(matches!(flow.view().screen, Screen::Identify { characters: None, busy: false, error: None, .. }));
        assert!(matches!(did(&mut flow, identify("ada"))[..], [Effect::Start { solution: None, .. }]));
    }
    for opening in [Opening::of(Case::Change), Opening::of(Case::Register)] {
        assert!(met_at(opening, campus_with_characters()).1.is_empty(), "{opening:?}");
    }
}

#[test]
fn nobody_who_goes_back_waits_for_the_characters() {
    // H9
    let (mut flow, _) = met_at(Opening::from(WindowKind::Recover), campus_with_characters());
    for case in [Case::Forgotten, Case::NeverReceived] {
        let effects = did(&mut flow, Action::ChooseCase { case });
        assert!(matches!(effects[..], [Effect::FetchCharacters { .. }]));
        did(&mut flow, Action::BackToStart);
        assert!(matches!(flow.view().screen, Screen::Start { .. }));
    }
    flow.handle(characters("late"));
    assert!(matches!(flow.view().screen, Screen::Start { .. }));
    let effects = did(&mut flow, Action::ChooseCase { case: Case::Forgotten });
    assert!(matches!(effects[..], [Effect::FetchCharacters { .. }]), "late ones are not kept");
}

#[test]
fn the_code_of_a_notice_stops_what_somebody_else_does() {
    // RG-03
    let mut flow = at_start();
    did(&mut flow, Action::ShowNotMe);
    assert!(did(&mut flow, Action::SubmitNotMe { code: " - ".into() }).is_empty());
    assert_eq!(app_trouble(&flow), Some(AppTrouble::CodeMissing));
    let effects = did(&mut flow, Action::SubmitNotMe { code: "abcd-efgh oil2 3456".into() });
    let [Effect::NotMe { code }] = &effects[..] else { panic!("{effects:?}") };
    assert_eq!(code.expose_secret(), "ABCDEFGH01123456");
    flow.handle(Input::NotMe(Err(problem(Code::NoticeUnknown))));
    assert_eq!(server_trouble(&flow), Some(Code::NoticeUnknown));

    did(&mut flow, Action::SubmitNotMe { code: "ABCD".into() });
    flow.handle(Input::NotMe(Err(NO_ANSWER)));
    assert!(matches!(flow.view().screen, Screen::Offline { in_flow: false, .. }));
    assert!(matches!(flow.handle(Input::Woken(Timer::Server))[..], [Effect::NotMe { .. }]), "nobody types it twice");
    flow.handle(Input::NotMe(Ok(api::flow::NotMeDone { undone: true })));
    assert_eq!(flow.view().screen, Screen::NotMeDone { undone: true });
    assert!(flow.call.is_none(), "the code is gone with its call");
}

#[test]
fn the_helpdesk_is_there_with_and_without_a_server() {
    let (mut flow, _) = Flow::new(WindowKind::Helpdesk.into(), "en".into(), None, None);
    let helpdesk = Screen::Helpdesk { version: env!("CARGO_PKG_VERSION").into() };
    assert_eq!(flow.view().screen, helpdesk);
    assert!(matches!(flow.handle(Input::Campus(Err(NO_ANSWER)))[..], [Effect::WakeIn { .. }]));
    assert_eq!(flow.view().screen, helpdesk);
    assert!(matches!(flow.handle(Input::Woken(Timer::Server))[..], [Effect::FetchCampus]));
    flow.handle(Input::Campus(Ok(Box::new(campus()))));
    assert_eq!(flow.view().campus.expect("a campus").name, "Example University");
    let none = Flow::unusable(WindowKind::Helpdesk.into(), "en".into(), Unusable::NoServer);
    assert_eq!(none.view().screen, helpdesk);
}

#[test]
fn why_there_is_no_answer_is_said() {
    // TA-11
    for why in [Lost::Network, Lost::Clock, Lost::Certificate, Lost::Suspended] {
        let (mut flow, _) = Flow::new(WindowKind::Change.into(), "en".into(), None, None);
        flow.handle(Input::Campus(Err(Failure::Lost(why))));
        assert_eq!(flow.view().screen, Screen::Offline { retry_in: 2, in_flow: false, why });
    }
}
