use latchkey_api::place::{PlaceError, Standing};
use secrecy::SecretSlice;

use super::*;
use crate::items::ItemPlace;
use crate::items::tests::Drawer;
use crate::protocol::TokenOf;
use crate::rule::tests::policy;

const HOST: Option<&str> = Some("files.example.edu");

fn request(task: Task) -> Request {
    let mut request = Request::new(task, policy());
    request.old = Some("old".into());
    request
}

fn selected(natives: &[&str], ticked: bool) -> Vec<Selected> {
    natives.iter().map(|native| Selected { id: format!("keychain:{native}"), ticked }).collect()
}

fn said(place: &mut dyn Place, request: Request) -> Vec<Line> {
    let mut output = Vec::new();
    run(place, request, &mut output).unwrap();
    let lines = String::from_utf8(output).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_look_says_each_copy_then_the_place_then_the_end() {
    let mut place = ItemPlace(Drawer::default().with("mail", Some("ada"), HOST, "old"));

    let lines = said(&mut place, request(Task::Find));

    let [Line { copy: Some(copy), .. }, Line { state: Some(state), .. }, end] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((copy.label.as_str(), copy.standing), ("MAIL", Standing::Proven));
    assert_eq!((state.locked, state.error), (false, None));
    assert_eq!(*end, Line::end());
}

#[test]
fn a_place_that_cannot_be_asked_says_so() {
    let mut place = ItemPlace(Drawer { unreachable: true, ..Drawer::default() });

    let lines = said(&mut place, request(Task::Find));

    let Some(Line { state: Some(state), .. }) = lines.first() else { panic!("{lines:?}") };
    assert_eq!(state.error, Some(PlaceError::Unreachable));
}

// R28
#[test]
fn one_copy_that_fails_leaves_the_others_refreshed_and_each_is_told() {
    let drawer = Drawer::default().with("a", Some("ada"), HOST, "old").with("c", Some("ada"), HOST, "other");
    let mut request = request(Task::Refresh);
    request.new = Some("new".into());
    request.selected = selected(&["a", "b", "c"], false);

    let lines = said(&mut ItemPlace(drawer), request);

    let outcomes: Vec<_> = lines.iter().filter_map(|line| Some(line.outcome.as_ref()?.outcome)).collect();
    assert_eq!(outcomes, [Outcome::Updated, Outcome::Gone, Outcome::NeedsTick]);
}

// I5
#[test]
fn a_ticked_copy_comes_with_a_snapshot_that_puts_it_back_and_no_line_has_a_secret() {
    let mut place =
        ItemPlace(Drawer::default().with("a", Some("ada"), HOST, "mellon").with("b", Some("ada"), HOST, "old"));
    let key = SecretSlice::from(vec![7; 32]);
    let mut refresh = request(Task::Refresh);
    refresh.new = Some("staple".into());
    refresh.key = Some(key.clone());
    refresh.selected = [selected(&["a"], true), selected(&["b"], false)].concat();

    let lines = said(&mut place, refresh);

    let all = serde_json::to_string(&lines).unwrap();
    assert!(!all.contains("mellon") && !all.contains("staple"), "{all}");
    let outcomes: Vec<_> = lines.into_iter().filter_map(|line| line.outcome).collect();
    assert_eq!(outcomes[1].snapshot, None, "a proven copy has the old password to go back to");
    let mut put_back = request(Task::PutBack);
    put_back.key = Some(key);
    put_back.snapshot = Some(BASE64.decode(outcomes[0].snapshot.as_ref().unwrap()).unwrap().into());
    put_back.selected = selected(&["a"], true);
    let lines = said(&mut place, put_back);
    assert_eq!(lines[0].outcome.as_ref().unwrap().outcome, Outcome::PutBack);
    assert_eq!(place.0.secret("a"), "mellon");
}

// OT-15
#[test]
fn a_token_leaves_behind_its_line_and_stands_in_none() {
    let mut place = ItemPlace(Drawer::default());
    let of = TokenOf { server: "https://sspr.example.edu".into(), account: "ada".into() };
    let mut answered = |task, token: Option<&str>| {
        let mut request = Request::about_token(task, of.clone());
        request.token = token.map(Into::into);
        let mut output = Vec::new();
        run(&mut place, request, &mut output).map(|()| String::from_utf8(output).unwrap())
    };
    let none = "{\"token\":{\"kept\":false}}\n{\"end\":true}\n";
    assert_eq!(answered(Task::ReadToken, None).unwrap(), none);
    assert!(matches!(answered(Task::KeepToken, None), Err(CannotServe::Lacks("the token"))));
    assert_eq!(answered(Task::KeepToken, Some("needle")).unwrap(), "{\"token\":{\"kept\":true}}\n{\"end\":true}\n");
    assert_eq!(
        answered(Task::ReadToken, None).unwrap(),
        "{\"token\":{\"kept\":true,\"bytes\":6}}\nneedle{\"end\":true}\n"
    );
    assert_eq!(answered(Task::ForgetToken, None).unwrap(), none);
    assert_eq!(answered(Task::ReadToken, None).unwrap(), none);
    let nobodys = run(&mut place, Request::new(Task::ReadToken, policy()), &mut Vec::new());
    assert!(matches!(nobodys, Err(CannotServe::Lacks("whose token is meant"))));
}

#[test]
fn nothing_more_is_written_when_nobody_hears_of_it() {
    struct Deaf;
    impl Write for Deaf {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut place =
        ItemPlace(Drawer::default().with("a", Some("ada"), HOST, "old").with("b", Some("ada"), HOST, "old"));
    let mut request = request(Task::Refresh);
    request.new = Some("new".into());
    request.selected = selected(&["a", "b"], false);

    assert!(matches!(run(&mut place, request, &mut Deaf), Err(CannotServe::Unheard(_))));

    assert_eq!((place.0.secret("a"), place.0.secret("b")), ("new".to_owned(), "old".to_owned()));
}

#[test]
fn another_version_another_place_and_other_arguments_are_refused_with_a_sentence() {
    for (arguments, sentence) in [
        (&["--protocol", "2", "secret_service"][..], "protocol 2 is asked for, and this program speaks 1"),
        (&["--protocol", "1", "shoebox"], "no place named shoebox"),
        (&["--protocol", "1"], "usage: latchkey-place"),
        (&["--protocol", "1", "secret_service", "more"], "usage: latchkey-place"),
        (&[], "usage: latchkey-place"),
    ] {
        let arguments = arguments.iter().map(|&argument| argument.to_owned());
        let refused = serve(arguments, &mut io::empty(), &mut io::sink()).unwrap_err().to_string();
        assert!(refused.contains(sentence), "{refused}");
    }
}
