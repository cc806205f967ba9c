use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::*;

/// A place program that is a script, in a folder of its own for what it notes.
pub(crate) struct Fake {
    dir: TempDir,
}

const COPY: &str = r#"{"id":"secret_service:/1","place":"secret_service","label":"Mail","standing":"proven"}"#;
const STATE: &str = r#"{"place":"secret_service","locked":false}"#;

impl Fake {
    pub(crate) fn new(script: &str) -> Self {
        let dir = TempDir::new().unwrap();
        let path = dir.path().join("place");
        let shell = format!("#!/bin/sh\nDIR={}\n{script}\n", dir.path().display());
        fs::write(&path, shell).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self { dir }
    }

    pub(crate) fn places(&self) -> Places {
        let quick = Duration::from_millis(1500);
        Places::new(self.dir.path().join("place"), one_place())
            .in_session([("LANG".into(), "de".into()), ("LD_PRELOAD".into(), "evil.so".into())])
            .within(Deadlines { look: quick, copy: quick, prompt: quick, token: quick })
    }

    fn find(&self) -> (Vec<Copy>, Option<PlaceError>) {
        let (copies, states) = self.places().find(&Looking::default());
        (copies, states[0].error)
    }

    fn refresh(&self, natives: &[&str]) -> Vec<Outcome> {
        refresh(&self.places(), natives)
    }

    /// A program that keeps one token, and notes every task that it is given.
    pub(crate) fn keeping_tokens() -> Self {
        Self::new(
            r#"cat > $DIR/input
            grep -ao '[a-z]*_token' $DIR/input | head -n 1 >> $DIR/tasks
            echo "$@" > $DIR/arguments; env > $DIR/environment
            case "$(tail -n 1 $DIR/tasks)" in
                keep_token) tail -c 43 $DIR/input > $DIR/token;;
                forget_token) rm -f $DIR/token;;
                read_token) if [ -e $DIR/token ]; then echo '{"token":{"kept":true,"bytes":43}}'; cat $DIR/token; fi;;
            esac
            if [ -e $DIR/token ]; then echo '{"token":{"kept":true}}'; else echo '{"token":{"kept":false}}'; fi
            echo '{"end":true}'"#,
        )
    }

    /// What the program has noted under this name; empty where it has not.
    pub(crate) fn noted(&self, name: &str) -> String {
        String::from_utf8_lossy(&fs::read(self.dir.path().join(name)).unwrap_or_default()).into_owned()
    }
}

/// The keyring and nothing else.
fn one_place() -> PlacePolicy {
    let off = kinds().iter().copied().filter(|kind| *kind != PlaceKind::SecretService).collect();
    PlacePolicy { off, ..PlacePolicy::default() }
}

pub(crate) fn token_of(account: &str) -> TokenOf {
    TokenOf { server: "https://sspr.example.edu".into(), account: account.into() }
}

fn refresh(places: &Places, natives: &[&str]) -> Vec<Outcome> {
    let selected: Vec<_> =
        natives.iter().map(|native| Selected { id: format!("secret_service:{native}"), ticked: true }).collect();
    let mut outcomes = Vec::new();
    places.refresh(&selected, &Looking::default(), &"new".into(), |_, outcome| outcomes.push(outcome));
    outcomes
}

/// Says an outcome for each of these, as the real program does.
fn says(natives: &[&str]) -> String {
    let line =
        |native: &&str| format!(r#"echo '{{"outcome":{{"id":"secret_service:{native}","outcome":"updated"}}}}'"#);
    natives.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_look_tells_what_the_program_says_and_passes_over_what_it_does_not_know() {
    let fake = Fake::new(&format!(
        r#"echo '{{"hint":1}}'; echo '{{"copy":{COPY}}}'; echo '{{"state":{STATE}}}'; echo '{{"end":true}}'"#
    ));
    let (copies, error) = fake.find();
    assert_eq!((copies.len(), copies[0].label.as_str(), error), (1, "Mail", None));
}

// TA-12
#[test]
fn the_program_gets_arguments_without_secrets_and_an_environment_of_few_names() {
    let fake = Fake::new(r#"echo "$@" > $DIR/arguments; env > $DIR/environment; cat > $DIR/input"#);
    let looking = Looking { old: Some("correct horse".into()), ..Looking::default() };
    fake.places().find(&looking);

    let read = |name: &str| fs::read_to_string(fake.dir.path().join(name)).unwrap();
    assert_eq!(read("arguments"), "--protocol 1 secret_service\n");
    let environment = read("environment");
    assert!(environment.contains("LANG=de") && !environment.contains("evil") && !environment.contains("horse"));
    assert!(read("input").contains("correct horse"));
}

#[test]
fn a_program_that_hangs_in_a_look_is_stopped_and_what_it_has_said_counts() {
    let fake = Fake::new(&format!(r#"echo '{{"copy":{COPY}}}'; exec sleep 600"#));
    let (copies, error) = fake.find();
    assert_eq!((copies.len(), error), (1, Some(PlaceError::TimedOut)));
}

#[test]
fn one_that_crashes_says_nonsense_or_is_missing_is_broken() {
    for script in [
        "exit 1".to_owned(),
        "kill -9 $$".to_owned(),
        "echo hello".to_owned(),
        "head -c 3000000 /dev/zero".to_owned(),
        r#"echo '{"end":true}'"#.to_owned(),
        format!(r#"echo '{{"copy":{}}}'"#, COPY.replace("secret_service", "keychain")),
    ] {
        assert_eq!(Fake::new(&script).find(), (Vec::new(), Some(PlaceError::Broken)), "{script}");
    }
    let nowhere = Places::new("/nonexistent/latchkey-place".into(), PlacePolicy::default());
    assert_eq!(nowhere.find(&Looking::default()).1[0].error, Some(PlaceError::Broken));
    assert_eq!(refresh(&nowhere, &["/1", "/2"]), [Outcome::Unreachable; 2]);
}

#[test]
fn ten_thousand_copies_are_told_and_no_more_than_anybody_can_have() {
    let line = format!(r#"{{"copy":{COPY}}}"#);
    let many = |count: u32| {
        Fake::new(&format!("yes '{line}' | head -n {count}; echo '{{\"state\":{STATE}}}'; echo '{{\"end\":true}}'"))
    };
    let patient = Deadlines::default();
    let (copies, states) = many(10_000).places().within(patient).find(&Looking::default());
    assert_eq!((copies.len(), states[0].error), (10_000, None));
    let (copies, states) = many(30_000).places().within(patient).find(&Looking::default());
    assert_eq!((copies.len(), states[0].error), (MOST_COPIES, Some(PlaceError::Broken)));
}

#[test]
fn the_copy_in_hand_is_unknown_when_the_program_is_stopped_and_the_rest_go_on_in_a_new_run() {
    for stop in ["exec sleep 600", "kill -9 $$", "echo nonsense", r#"echo '{"end":true}'"#] {
        let script = format!(
            "if [ -e $DIR/second ]; then\n{}\nelse touch $DIR/second\n{}\n{stop}\nfi",
            says(&["/3", "/4"]),
            says(&["/1"])
        );
        let outcomes = Fake::new(&script).refresh(&["/1", "/2", "/3", "/4"]);
        let expected = [Outcome::Updated, Outcome::Unknown, Outcome::Updated, Outcome::Updated];
        assert_eq!(outcomes, expected, "{stop}");
    }
}

#[test]
fn a_place_that_does_nothing_twice_is_given_up() {
    let outcomes = Fake::new("exit 1").refresh(&["/1", "/2", "/3", "/4"]);
    assert_eq!(outcomes, [Outcome::Unknown, Outcome::Unknown, Outcome::Unreachable, Outcome::Unreachable]);
}

#[test]
fn what_is_of_no_place_here_is_gone() {
    let mut told = Vec::new();
    let lost = [Selected { id: "shoebox:1".into(), ticked: true }];
    Fake::new("exit 1").places().refresh(&lost, &Looking::default(), &"new".into(), |_, outcome| told.push(outcome));
    assert_eq!(told, [Outcome::Gone]);
}

#[test]
fn a_prompt_that_was_closed_is_declined_and_an_opened_place_is_told_of_at_once() {
    let locked = STATE.replace("false", r#"true,"error":"declined""#);
    let closed = Fake::new(&format!(r#"echo '{{"state":{locked}}}'; echo '{{"end":true}}'"#));
    let unlocked = closed.places().unlock(PlaceKind::SecretService, &Looking::default());
    assert_eq!(unlocked.unwrap_err(), PlaceError::Declined);
    let open = Fake::new(&format!(r#"echo '{{"copy":{COPY}}}'; echo '{{"state":{STATE}}}'; echo '{{"end":true}}'"#));
    let (copies, _) = open.places().unlock(PlaceKind::SecretService, &Looking::default()).unwrap();
    assert_eq!(copies.len(), 1);
    let unlocked = open.places().unlock(PlaceKind::Keychain, &Looking::default());
    assert_eq!(unlocked.unwrap_err(), PlaceError::Unreachable);
}

#[test]
fn what_was_ticked_can_be_put_back_once() {
    let refreshed = r#"{"outcome":{"id":"secret_service:/1","outcome":"updated","snapshot":"c2VhbGVk"}}"#;
    let back = r#"{"outcome":{"id":"secret_service:/1","outcome":"put_back"}}"#;
    let fake = Fake::new(&format!(
        "cat > $DIR/input; if grep -q put_back $DIR/input; then echo '{back}'; else echo '{refreshed}'; fi"
    ));
    let places = fake.places();
    let id = "secret_service:/1";
    assert!(!places.can_put_back(id) && places.put_back(id).is_none());

    assert_eq!(refresh(&places, &["/1"]), [Outcome::Updated]);

    assert!(places.can_put_back(id));
    assert_eq!(places.put_back(id), Some(Outcome::PutBack));
    assert!(fs::read(fake.dir.path().join("input")).is_ok_and(|input| input.ends_with(b"sealed")));
    assert!(places.put_back(id).is_none());
}

// OT-15
#[test]
fn a_token_is_kept_read_and_forgotten_and_stands_in_no_argument_and_no_environment() {
    let token = "needle".repeat(7) + "n";
    let fake = Fake::keeping_tokens();
    let places = fake.places();
    assert!(places.token(&token_of("ada")).is_none());
    assert!(places.keep_token(&token_of("ada"), &token.clone().into()));
    assert!(fake.noted("input").ends_with(&token) && fake.noted("input").contains(r#""account":"ada""#));
    assert_eq!(fake.noted("arguments"), "--protocol 1 secret_service\n");
    assert!(!fake.noted("environment").contains("needle"));
    assert_eq!(places.token(&token_of("ada")).unwrap().expose_secret(), token);
    places.forget_token(&token_of("ada"));
    assert!(places.token(&token_of("ada")).is_none());
}

#[test]
fn a_program_that_is_old_missing_hanging_killed_or_talks_nonsense_keeps_no_token() {
    let nowhere = Places::new("/nonexistent/latchkey-place".into(), PlacePolicy::default());
    assert!(nowhere.token(&token_of("ada")).is_none() && !nowhere.keep_token(&token_of("ada"), &"token".into()));
    for script in [
        "exit 2",
        "exec sleep 600",
        "kill -9 $$",
        "echo hello",
        r#"echo '{"end":true}'"#,
        r#"echo '{"token":{"kept":false}}'"#,
        r#"echo '{"token":{"kept":true,"bytes":43}}'; echo short"#,
        r#"echo '{"token":{"kept":true,"bytes":4000000000}}'; yes"#,
        r#"echo '{"token":{"kept":true,"bytes":2}}'; printf '\377\377'"#,
    ] {
        let places = Fake::new(script).places();
        assert!(places.token(&token_of("ada")).is_none(), "{script}");
    }
    for script in ["exit 2", "exec sleep 600", "kill -9 $$", r#"echo '{"token":{"kept":false}}'"#] {
        assert!(!Fake::new(script).places().keep_token(&token_of("ada"), &"token".into()), "{script}");
    }
}

#[test]
fn a_program_of_the_campus_is_started_only_if_nobody_but_the_administrator_can_change_it() {
    let fake = Fake::new("exit 1");
    let command = fake.dir.path().join("place");
    for mode in [0o775, 0o757] {
        fs::set_permissions(&command, fs::Permissions::from_mode(mode)).unwrap();
        assert!(trusted::is_administrators(&command).is_err(), "{mode:o}");
    }
    let link = fake.dir.path().join("link");
    std::os::unix::fs::symlink("/usr/bin/env", &link).unwrap();
    assert!(trusted::is_administrators(&link).is_err());
    assert!(trusted::is_administrators("usr/bin/env".as_ref()).is_err());
    trusted::is_administrators("/usr/bin/env".as_ref()).unwrap();

    let program = CampusProgram { name: "vault".into(), command: link };
    let policy = PlacePolicy { programs: vec![program], ..PlacePolicy::default() };
    let (_, states) = Places::new(command, policy).find(&Looking::default());
    let vault = states.iter().find(|state| state.place == PlaceKind::CampusProgram).unwrap();
    assert_eq!((vault.name.as_deref(), vault.error), (Some("vault"), Some(PlaceError::Broken)));
}

#[test]
fn whichever_places_fail_the_others_are_refreshed_and_each_is_told_of_truly() {
    // every subset of the places of this system
    let places = kinds();
    for failing in 0_usize..1 << places.len() {
        let fails = |at: usize| failing >> at & 1 == 1;
        let named = |wanted: bool| -> String {
            let all = places.iter().enumerate().filter(|(at, _)| fails(*at) == wanted);
            all.map(|(_, kind)| kind.as_str()).collect::<Vec<_>>().join("|")
        };
        let (broken, whole) = (named(true), named(false));
        let arm =
            |names: &str, script: &str| if names.is_empty() { String::new() } else { format!("{names}) {script};;") };
        let how = ["kill -9 $$", "echo nonsense", "exit 1"][failing % 3];
        let copy = r#"{\"copy\":{\"id\":\"$3:1\",\"place\":\"$3\",\"label\":\"x\",\"standing\":\"proven\"}}"#;
        let state = r#"{\"state\":{\"place\":\"$3\",\"locked\":false}}"#;
        let outcome = r#"{\"outcome\":{\"id\":\"$3:1\",\"outcome\":\"updated\"}}"#;
        let works = format!(
            r#"cat > $DIR/$3; if grep -q '"task":"refresh"' $DIR/$3; then echo "{outcome}"; else echo "{copy}"; echo "{state}"; fi; echo '{{"end":true}}'"#
        );
        let fake = Fake::new(&format!("case $3 in {} {} esac", arm(&broken, how), arm(&whole, &works)));
        let policy = PlacePolicy { signed_in_as: Some("ada".into()), ..PlacePolicy::default() };
        let all = Places::new(fake.dir.path().join("place"), policy).in_session([]);
        let (copies, states) = all.find(&Looking::default());
        for (at, kind) in places.iter().enumerate() {
            let state = states.iter().find(|state| state.place == *kind).unwrap();
            assert_eq!(state.error.is_some(), fails(at), "{failing:b} {kind:?}");
            assert_eq!(copies.iter().any(|copy| copy.place == *kind), !fails(at), "{failing:b} {kind:?}");
        }
        let selected: Vec<_> =
            places.iter().map(|kind| Selected { id: format!("{}:1", kind.as_str()), ticked: false }).collect();
        let mut outcomes = HashMap::new();
        all.refresh(&selected, &Looking::default(), &"new".into(), |id, outcome| {
            assert!(outcomes.insert(id.to_owned(), outcome).is_none(), "{id} was told of twice");
        });
        for (at, kind) in places.iter().enumerate() {
            let outcome = outcomes[&format!("{}:1", kind.as_str())];
            assert_eq!(outcome == Outcome::Updated, !fails(at), "{failing:b} {kind:?}: {outcome:?}");
            assert!(!fails(at) || !outcome.is_settled(), "{outcome:?}");
        }
    }
}

#[test]
fn after_a_wrong_password_nothing_more_signs_in_and_that_goes_last() {
    let say = |outcome: &str| {
        format!(r#"echo '{{"outcome":{{"id":"'$3':1","outcome":"{outcome}"}}}}'; echo '{{"end":true}}'"#)
    };
    let (wrong, fine) = (say("not_yet"), say("updated"));
    let fake = Fake::new(&format!("echo $3 >> $DIR/order; case $3 in tickets) {wrong};; *) {fine};; esac"));
    let all = Places::new(fake.dir.path().join("place"), PlacePolicy::default()).in_session([]);
    let ids = ["offline_sign_in:1", "tickets:1", "secret_service:1"];
    let selected: Vec<_> = ids.iter().map(|id| Selected { id: (*id).into(), ticked: false }).collect();
    let mut outcomes = HashMap::new();
    all.refresh(&selected, &Looking::default(), &"new".into(), |id, outcome| {
        outcomes.insert(id.to_owned(), outcome);
    });
    assert_eq!(ids.map(|id| outcomes[id]), [Outcome::NotYet, Outcome::NotYet, Outcome::Updated]);
    assert_eq!(fake.noted("order"), "secret_service\ntickets\n");
}
