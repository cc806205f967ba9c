//! The flow by itself: tables of what follows from what, and sequences that nobody thought of.

mod change;
mod copies;
mod recover;
mod sequences;
mod server;
mod setup;
mod start;
mod suspended;
mod walks;

use latchkey_api::campus::{Campus, Helpdesk};
use latchkey_api::flow::{
    Answered, Blocked, Call as Allowed, ChooseMethod, CodeAsked, Destination, Done, Gate, Prove, SetPassword, Shown,
};
use latchkey_api::flow::{Intent, Means, Method, MethodChoice};
use latchkey_api::human_check::{Characters, Kind};
use latchkey_api::password::Refusal;
use latchkey_api::place::{Copy, Outcome, PlaceError, PlaceKind, PlaceState, Standing};
use latchkey_api::problem::{Code, Problem};

use uuid::Uuid;

use super::*;
use crate::attempt::is_over;
use crate::screen::{Action, PlacesState, PlacesView, RowView, TroubleCode, TypedAnswer, View};

const BEGIN: i64 = 1_800_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(BEGIN + seconds).expect("a time")
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
        human_checks: vec![Kind::ProofOfWork],
        password_rules: vec![Rule::MinLength { value: 15 }, Rule::NotOld],
        languages: vec!["en".into()],
        oldest_client: "0.1.0".into(),
        suspended: false,
    }
}

/// A campus that shows characters first.
fn campus_with_characters() -> Campus {
    Campus { human_checks: vec![Kind::Characters, Kind::ProofOfWork], ..campus() }
}

fn envelope(revision: u32, step: Step) -> Box<api::Flow> {
    let allowed = match &step {
        Step::Done { .. } => vec![Allowed::Feedback],
        step if is_over(step) => Vec::new(),
        _ => vec![Allowed::Cancel],
    };
    Box::new(api::Flow {
        flow_id: "7K2M-Q4PX".into(),
        revision,
        intent: Intent::Reset,
        now: at(0),
        expires_at: at(240),
        gate: Some(Gate { number: 1, of: 2 }),
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
    Step::Done {
        done: Done {
            changed_at: at(0),
            unlocked: false,
            may_be_locked_elsewhere: false,
            old_password_may_work_until: None,
        },
    }
}

fn problem(code: Code) -> Failure {
    Failure::Refused(Box::new(Problem {
        kind: format!("urn:latchkey:problem:{}", code.as_str()),
        title: String::new(),
        status: 422,
        code,
        retry_after: None,
        attempts_left: Some(4),
        instead: Vec::new(),
        refusals: Vec::new(),
        answer_refusals: Vec::new(),
        flow: None,
    }))
}

/// A refusal that says where the flow stands.
fn refusal(code: Code, revision: u32, step: Step) -> Failure {
    let Failure::Refused(mut problem) = problem(code) else { unreachable!() };
    problem.flow = Some(envelope(revision, step));
    Failure::Refused(problem)
}

const NO_ANSWER: Failure = Failure::Lost(Lost::Network);

/// The window for a case, after the server has said who it is.
fn met(case: Case) -> Flow {
    met_at(Opening::of(case), campus()).0
}

fn met_at(opening: impl Into<Opening>, campus: Campus) -> (Flow, Vec<Effect>) {
    let (mut flow, effects) = Flow::new(opening.into(), "en".into(), None, None);
    assert!(matches!(effects[..], [Effect::FetchCampus]));
    assert_eq!(flow.view().screen, Screen::Starting);
    let effects = flow.handle(Input::Campus(Ok(Box::new(campus))));
    (flow, effects)
}

fn did(flow: &mut Flow, action: Action<SecretString>) -> Vec<Effect> {
    flow.handle(Input::Did { action, operation: operation() })
}

fn identify(account: &str) -> Action<SecretString> {
    Action::Identify { account: account.into(), characters: None }
}

fn answer(flow: &mut Flow, revision: u32, step: Step) -> Vec<Effect> {
    flow.handle(Input::Answer(Ok(answered(revision, step))))
}

fn answered(revision: u32, step: Step) -> Box<Answered> {
    Box::new(Answered::from(*envelope(revision, step)))
}

fn refuse(flow: &mut Flow, failure: Failure) -> Vec<Effect> {
    flow.handle(Input::Answer(Err(failure)))
}

fn trouble(view: &View) -> Option<TroubleCode> {
    let screen = serde_json::to_value(&view.screen).expect("plain");
    let code = screen["error"]["code"].as_str().map(str::to_owned)?;
    let app = [
        AppTrouble::AccountMissing,
        AppTrouble::AccountTooLong,
        AppTrouble::CharactersMissing,
        AppTrouble::DestinationMissing,
        AppTrouble::CodeMissing,
        AppTrouble::AnswersMissing,
        AppTrouble::QuestionsRepeated,
        AppTrouble::NotSaved,
        AppTrouble::OldPasswordMissing,
        AppTrouble::PasswordsDiffer,
        AppTrouble::SealBroken,
    ];
    let app = app.into_iter().find(|app| serde_json::to_value(app).expect("plain") == code.as_str());
    app.map(TroubleCode::App).or_else(|| serde_json::from_value(code.into()).ok().map(TroubleCode::Server))
}

fn app_trouble(flow: &Flow) -> Option<AppTrouble> {
    match trouble(&flow.view()) {
        Some(TroubleCode::App(trouble)) => Some(trouble),
        _ => None,
    }
}

fn server_trouble(flow: &Flow) -> Option<Code> {
    match trouble(&flow.view()) {
        Some(TroubleCode::Server(code)) => Some(code),
        _ => None,
    }
}

fn copy(id: &str, standing: Standing) -> Copy {
    Copy {
        id: id.into(),
        place: PlaceKind::SecretService,
        label: "Files".into(),
        user: Some("ada".into()),
        target: None,
        standing,
    }
}

fn found(flow: &mut Flow, copies: Vec<Copy>) -> Vec<Effect> {
    flow.handle(Input::Found { copies, places: Vec::new() })
}

/// Every copy of a refresh ended like this.
fn refreshed(flow: &mut Flow, outcomes: &[(&str, Outcome)]) -> Vec<Effect> {
    for (id, outcome) in outcomes {
        assert!(flow.handle(Input::Refreshed { id: (*id).into(), outcome: *outcome }).is_empty());
    }
    flow.handle(Input::RefreshEnded)
}

fn places(flow: &Flow) -> PlacesView {
    match flow.view().screen {
        Screen::Done { places, .. } => places,
        other => panic!("{other:?}"),
    }
}

fn outcomes(flow: &Flow) -> Vec<Option<Outcome>> {
    places(flow).rows.iter().map(|row| row.outcome).collect()
}

fn operation() -> Uuid {
    Uuid::from_u128(7)
}

fn submit_change(flow: &mut Flow, old: &str, new: &str) -> Vec<Effect> {
    let (old, new, confirm) = (old.into(), new.into(), new.into());
    did(flow, Action::SubmitChange { account: "ada".into(), old, new, confirm })
}

fn submit_password(flow: &mut Flow, new: &str) -> Vec<Effect> {
    did(flow, Action::SubmitPassword { new: new.into(), confirm: new.into() })
}
