//! The contract between app and pages: generated files are what the Rust types say.
//!
//! `cargo xtask gen` (UPDATE=1) writes them anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use latchkey_api::campus::Helpdesk;
use latchkey_api::flow::{Destination, Gate, Intent, Means, Method, MethodChoice, Question, Registered};
use latchkey_api::password::{Advice, Refusal, Rule, Verdict};
use latchkey_api::place::{Copy, Outcome, PlaceError, PlaceKind, PlaceState, Standing};
use latchkey_api::problem::{AnswerReason, AnswerRefusal, Code};
use latchkey_client::seal::SealKey;
use latchkey_flow::screen::{
    Action, AppTrouble, CampusView, Case, CharactersView, Deal, FeedbackState, Lost, PlacesState, PlacesView,
    RatedRule, Rating, Revealed, RowView, Said, Screen, Sealed, SetUp, Trouble, TroubleCode, TypedAnswer, Unusable,
    View,
};
use ts_rs::{Config, TS};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").into()
}

/// Compares a generated file with what it should be, or writes it.
fn generated(path: &str, wanted: &str) {
    let path = root().join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, wanted).expect("writes");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == wanted, "{} is not what the types say; run: cargo xtask gen", path.display());
}

#[test]
fn the_pages_have_the_types_of_the_app() {
    let config = Config::default();
    macro_rules! declared {
        ($($type:ty),* $(,)?) => { [$(<$type>::decl(&config)),*] };
    }
    let types = declared![
        Intent,
        Means,
        Method,
        Destination,
        Gate,
        MethodChoice,
        Question,
        Registered,
        Helpdesk,
        Rule,
        Refusal,
        Verdict,
        Advice,
        AnswerReason,
        AnswerRefusal,
        Code,
        AppTrouble,
        TroubleCode,
        Trouble,
        CampusView,
        View,
        Case,
        Revealed,
        CharactersView,
        FeedbackState,
        Said,
        Deal,
        Lost,
        Screen,
        Unusable,
        PlacesView,
        PlacesState,
        RowView,
        Copy,
        Standing,
        Outcome,
        PlaceKind,
        PlaceState,
        PlaceError,
        Sealed,
        TypedAnswer<Sealed>,
        SetUp,
        SealKey,
        Action<Sealed>,
        RatedRule,
        Rating,
    ];
    let mut text = String::from("// Written by a test from the Rust types; do not edit.\n");
    for declaration in types {
        text.push_str(&format!("\nexport {declaration}\n"));
    }
    generated("ui/src/generated/types.ts", &text);
}

#[test]
fn the_pages_know_every_message_id() {
    let texts = fs::read_to_string(root().join("locales/en/app.ftl")).expect("texts");
    let ids: BTreeSet<&str> = texts
        .lines()
        .filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once(" =").map(|(id, _)| id))
        .collect();
    assert!(ids.len() > 100, "only {} ids were read", ids.len());
    let union: String = ids.iter().map(|id| format!("\n  | \"{id}\"")).collect();
    generated(
        "ui/src/generated/messages.ts",
        &format!("// Written by a test from the texts; do not edit.\n\nexport type MsgId ={union};\n"),
    );
}

#[test]
fn every_question_of_the_server_has_a_text_in_every_language() {
    for locale in fs::read_dir(root().join("locales")).expect("locales") {
        let path = locale.expect("a locale").path().join("app.ftl");
        let texts = fs::read_to_string(&path).expect("texts");
        for id in latchkey_server::guard::decoy::QUESTIONS {
            assert!(texts.contains(&format!("\nquestion-{id} = ")), "{}: {id}", path.display());
        }
    }
}

#[test]
fn every_fixture_of_the_pages_is_a_view_and_every_screen_has_one() {
    let text = fs::read_to_string(root().join("ui/fixtures.json")).expect("fixtures");
    let fixtures: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    let mut screens = BTreeSet::new();
    for fixture in &fixtures {
        let name = fixture["name"].as_str().expect("a name");
        let view: View =
            serde_json::from_value(fixture["view"].clone()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(serde_json::to_value(&view).expect("writes"), fixture["view"], "{name}");
        screens.insert(fixture["view"]["screen"]["screen"].as_str().expect("a tag").to_owned());
    }
    let declared = Screen::decl(&Config::default());
    let all: BTreeSet<String> =
        declared.split("\"screen\": \"").skip(1).filter_map(|rest| rest.split('"').next().map(str::to_owned)).collect();
    assert_eq!(screens, all);
}

#[test]
fn the_flow_understands_every_control_of_every_screen() {
    // H8: what the controls say is written down by a test of the pages, `ui/test/controls.test.ts`
    let read = |name: &str| fs::read_to_string(root().join("ui").join(name)).expect("a file of the pages");
    let controls: BTreeMap<String, Vec<serde_json::Value>> =
        serde_json::from_str(&read("controls.json")).expect("controls");
    let fixtures: Vec<serde_json::Value> = serde_json::from_str(&read("fixtures.json")).expect("fixtures");
    let mut said = BTreeSet::new();
    for (name, actions) in &controls {
        let fixture = fixtures.iter().find(|fixture| fixture["name"] == **name).expect("a fixture of this name");
        let view: View = serde_json::from_value(fixture["view"].clone()).expect("a view");
        for value in actions {
            let action: Action<Sealed> =
                serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{name} says {value}: {error}"));
            assert!(action.is_offered_on(&view.screen), "{name} says {value}, which the flow does not take up there");
            said.insert(value["action"].as_str().expect("a tag").to_owned());
        }
    }
    let declared = Action::<Sealed>::decl(&Config::default());
    let all = declared.split("\"action\": \"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
    let unsaid: Vec<String> = all.filter(|action| !said.contains(action)).collect();
    // Feedback takes two clicks, and a language is chosen from a list, which takes more than one too.
    assert_eq!(unsaid, ["feedback", "language"]);
}

#[test]
fn a_page_can_say_nothing_that_is_not_an_action() {
    // TA-13
    for not_an_action in [
        r#"{"action":"set_server","url":"https://evil.example"}"#,
        r#"{"action":"identify"}"#,
        r#"{"action":"identify","account":["ada"]}"#,
        r#"{"action":"identify","account":"ada","intent":"register"}"#,
        r#"{"action":"submit_password","new":{"clear":"secret"},"confirm":""}"#,
        r#""cancel""#,
        "null",
    ] {
        assert!(serde_json::from_str::<Action<Sealed>>(not_an_action).is_err(), "{not_an_action}");
    }
}
