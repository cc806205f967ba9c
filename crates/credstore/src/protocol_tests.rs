use super::*;
use latchkey_api::place::{PlaceKind, Standing};
use proptest::prelude::*;

#[test]
fn a_request_is_read_as_it_was_written_and_its_head_has_no_secret() {
    let policy = Policy { accounts: vec!["ada".into()], ..Policy::default() };
    let mut request = Request::new(Task::Refresh, policy.clone());
    request.selected = vec![Selected { id: "secret_service:/1".into(), ticked: true }];
    request.old = Some("correct horse".into());
    request.new = Some("staple".into());
    request.key = Some(vec![7; 32].into());
    let mut written = Vec::new();
    request.write(&mut written).unwrap();

    let head = usize::from_be_bytes([0, 0, 0, 0, written[0], written[1], written[2], written[3]]);
    let text = String::from_utf8(written[4..4 + head].to_vec()).unwrap();
    assert!(!text.contains("horse") && !text.contains("staple"), "{text}");
    let read = Request::read(&mut written.as_slice()).unwrap();
    assert_eq!((read.task, read.policy, read.selected), (Task::Refresh, policy, request.selected));
    assert_eq!(read.old.unwrap().expose_secret(), "correct horse");
    assert_eq!(read.new.unwrap().expose_secret(), "staple");
    assert_eq!(read.key.unwrap().expose_secret(), [7; 32]);
    assert!(read.snapshot.is_none() && read.token.is_none());
}

#[test]
fn a_token_goes_behind_the_head_and_whose_it_is_into_it() {
    // OT-15
    let of = TokenOf { server: "https://sspr.example.edu".into(), account: "ada".into() };
    let mut request = Request::about_token(Task::KeepToken, of.clone());
    request.token = Some("needle".into());
    let mut written = Vec::new();
    request.write(&mut written).unwrap();

    assert!(written.ends_with(b"needle") && !written[..written.len() - 6].windows(6).any(|part| part == b"needle"));
    let read = Request::read(&mut written.as_slice()).unwrap();
    assert_eq!((read.task, read.token_of), (Task::KeepToken, Some(of)));
    assert_eq!(read.token.unwrap().expose_secret(), "needle");
}

#[test]
fn what_a_newer_app_adds_is_passed_over() {
    let head = br#"{"task":"find","colour":"red","secrets":["tune","old"]}"#;
    let mut written = Vec::new();
    for part in [&head[..], b"la la", b"correct horse"] {
        write_part(&mut written, part, LONGEST_HEAD).unwrap();
    }
    let read = Request::read(&mut written.as_slice()).unwrap();
    assert_eq!(read.old.unwrap().expose_secret(), "correct horse");

    let line: Line = serde_json::from_str(r#"{"hint":"soon"}"#).unwrap();
    assert_eq!(line, Line::default());
}

#[test]
fn a_length_that_nobody_means_takes_no_memory() {
    assert!(matches!(Request::read(&mut &[0xff; 8][..]), Err(RequestError::TooLong)));
    assert!(matches!(Request::read(&mut &b"\0\0"[..]), Err(RequestError::Io(_))));
    let mut request = Request::new(Task::Find, Policy::default());
    request.old = Some("x".repeat(LONGEST_SECRET as usize + 1).into());
    assert!(matches!(request.write(&mut Vec::new()), Err(RequestError::TooLong)));
}

#[test]
fn lines_are_what_the_document_says() {
    let copy = Copy {
        id: "secret_service:/1".into(),
        place: PlaceKind::SecretService,
        label: "Mail".into(),
        user: Some("ada".into()),
        target: None,
        standing: Standing::Proven,
    };
    let outcome = CopyOutcome { id: "a".into(), outcome: Outcome::Updated, snapshot: None };
    for (line, expected) in [
        (
            Line::copy(copy),
            r#"{"copy":{"id":"secret_service:/1","place":"secret_service","label":"Mail","user":"ada","target":null,"standing":"proven"}}"#,
        ),
        (Line::outcome(outcome), r#"{"outcome":{"id":"a","outcome":"updated"}}"#),
        (Line::asking(), r#"{"asking":true}"#),
        (Line::token(TokenKept { kept: true, bytes: 43 }), r#"{"token":{"kept":true,"bytes":43}}"#),
        (Line::token(TokenKept { kept: false, bytes: 0 }), r#"{"token":{"kept":false}}"#),
        (Line::end(), r#"{"end":true}"#),
    ] {
        assert_eq!(serde_json::to_string(&line).unwrap(), expected);
    }
}

proptest! {
    #[test]
    fn no_bytes_upset_the_program(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Request::read(&mut bytes.as_slice());
    }
}
