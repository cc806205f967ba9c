//! Numbers and addresses from the registrar: read, compared, applied as a whole or not at all.

use std::io::BufReader;

use latchkey_server::person::contacts::{self, Counts, ImportError, Options, Report, Said};
use serde_json::json;

use super::world::World;

const DRY: Options = Options { apply: false, skip_bad: false, replace: false };
/// Seconds that a number rests which has taken the place of another.
const COOL_OFF: i64 = 72 * 60 * 60;
const APPLY: Options = Options { apply: true, ..DRY };

/// A run, with the bad lines and the accounts as they were said.
async fn run(world: &World, text: &str, options: Options) -> (Result<Report, ImportError>, Vec<String>, Vec<String>) {
    let (mut bad, mut accounts) = (Vec::new(), Vec::new());
    let mut said = |said: Said<'_>| match said {
        Said::Bad(line, reason) => bad.push(format!("{line}: {reason}")),
        Said::Account(account, changes) => {
            let each = changes.iter().map(|(column, change)| format!("{} {change:?}", column.as_str()));
            accounts.push(format!("{account}: {}", each.collect::<Vec<_>>().join(", ")));
        }
        Said::Read(_) => {}
    };
    let report = contacts::import(&world.app, BufReader::new(text.as_bytes()), options, &mut said).await;
    (report, bad, accounts)
}

async fn sources(world: &World) -> Vec<(String, String)> {
    sqlx::query_as(
        "SELECT method, source FROM methods JOIN directory_accounts d ON d.id = account_id
         WHERE account = 'blank' ORDER BY method",
    )
    .fetch_all(world.app.store.pool())
    .await
    .unwrap()
}

/// Entra's report of registration details, as `Get-MgReportAuthenticationMethodUserRegistrationDetail | Export-Csv` writes
/// it, with the properties of Graph's `userRegistrationDetails`.
const REPORT: &str = "\"Id\",\"IsAdmin\",\"IsMfaCapable\",\"IsMfaRegistered\",\"IsPasswordlessCapable\",\"IsSsprCapable\",\
     \"IsSsprEnabled\",\"IsSsprRegistered\",\"IsSystemPreferredAuthenticationMethodEnabled\",\"LastUpdatedDateTime\",\
     \"MethodsRegistered\",\"SystemPreferredAuthenticationMethods\",\"UserDisplayName\",\
     \"UserPreferredMethodForSecondaryAuthentication\",\"UserPrincipalName\",\"UserType\"\r\n\
     \"86462606-fde0-4fc4-9e0c-a20eb73e54c6\",\"False\",\"True\",\"True\",\"False\",\"True\",\"True\",\"True\",\"True\",\
     \"11/27/2026 9:01:14 PM\",\"mobilePhone, email, securityQuestion\",\"sms\",\"Blank of the campus\",\"sms\",\
     \"blank@campus.example\",\"member\"\r\n";

#[tokio::test]
async fn entras_report_of_registrations_has_no_number_in_it_and_is_told_to_have_none() {
    let world = World::new().await;
    let portal = "User principal name,User display name,SSPR registered,Methods registered\n\
                  blank@campus.example,Blank of the campus,Yes,\"mobilePhone, email\"\n";
    let graph = "id,userPrincipalName,userDisplayName,isSsprRegistered,methodsRegistered\n\
                 1,blank@campus.example,Blank,true,\"[\"\"mobilePhone\"\"]\"\n";
    for text in [REPORT, &format!("\u{feff}{REPORT}"), portal, graph] {
        for options in [DRY, APPLY] {
            let (report, bad, accounts) = run(&world, text, options).await;
            let refused = report.unwrap_err().to_string();
            for part in ["none of their numbers or addresses", "phoneMethods", "account, mobile, office and email"] {
                assert!(refused.contains(part), "{refused}");
            }
            assert!(!refused.contains("blank") && bad.is_empty() && accounts.is_empty());
        }
    }
    assert!(sources(&world).await.is_empty());
}

#[tokio::test]
async fn an_imported_contact_lets_somebody_start_who_never_had_a_password() {
    let world = World::new().await;
    let text = "account,mobile,office,email,language\nblank,(202) 555-0111,2025550150,Blank@Home.example,ar\n";
    let (dry, bad, accounts) = run(&world, text, DRY).await;
    let dry = dry.unwrap();
    assert_eq!((bad.len(), dry.applied, dry.lines, dry.accounts), (0, false, 1, 1));
    assert_eq!(accounts, ["blank: mobile Added, office Added, email Added, language Added"]);
    assert!(sources(&world).await.is_empty(), "a dry run changes nothing");
    let (_, outcome) = world.last_audit().await;
    assert_eq!(outcome, "nothing applied: 4 added, 0 changed, 0 same, 0 kept, 0 bad lines");

    assert!(run(&world, text, APPLY).await.0.unwrap().applied);
    let imported = |method: &str| (method.to_owned(), "imported".to_owned());
    let all = ["call_mobile", "call_office", "email", "text_mobile"].map(imported);
    assert_eq!(sources(&world).await, all);
    let mut held = world.start("reset", "blank").await;
    for (method, destination) in [("call_office", "+1 202 555 0150"), ("text_mobile", "202 555 0111")] {
        let asked = world.act(&mut held, "challenge", json!({"method": method, "destination": destination})).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        let kind = if method == "text_mobile" { "text" } else { "call" };
        let code = world.last_code(kind);
        assert_eq!(world.act(&mut held, "proof", json!({"code": code})).await.status, 200);
    }
    assert_eq!(held.step(), "set_password");

    let (again, _, accounts) = run(&world, text, APPLY).await;
    assert_eq!(again.unwrap().counts, Counts { same: 4, ..Counts::default() });
    assert_eq!(accounts, ["blank: mobile Same, office Same, email Same, language Same"]);
}

#[tokio::test]
async fn what_its_owner_confirmed_stays_unless_it_is_to_be_replaced() {
    let world = World::new().await;
    let text = "account,mobile\ngrace,+1 202 555 0199\n";
    let (report, _, accounts) = run(&world, text, APPLY).await;
    // The text goes on to her own number; a call to the mobile is new.
    assert_eq!((report.unwrap().counts.kept, accounts), (1, vec!["grace: mobile Kept".to_owned()]));
    let mut held = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut held, "grace", "text_mobile").await.status, 200);
    let (report, _, _) = run(&world, text, Options { replace: true, ..APPLY }).await;
    assert_eq!(report.unwrap().counts.changed, 1);
    world.wait(COOL_OFF);
    let mut held = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut held, "grace", "text_mobile").await.code(), "destination_wrong");
    // What was imported is replaced by the next import.
    let (report, _, _) = run(&world, "account,mobile\ngrace,+1 202 555 0156\n", APPLY).await;
    assert_eq!(report.unwrap().counts.changed, 1);
    world.wait(COOL_OFF);
    let mut held = world.start("reset", "grace").await;
    assert_eq!(world.ask(&mut held, "grace", "text_mobile").await.status, 200);
}

#[tokio::test]
async fn a_number_that_an_import_replaces_ends_open_flows_is_told_to_both_places_and_rests() {
    // B6, RG-04
    let world = World::new().await;
    run(&world, "account,mobile\nblank,+1 202 555 0111\n", APPLY).await.0.unwrap();
    let typed = json!({"method": "text_mobile", "destination": "+1 202 555 0111"});
    let mut open = world.start("reset", "blank").await;
    assert_eq!(world.act(&mut open, "challenge", typed.clone()).await.status, 200, "what is new is good at once");
    let before = world.sent().len();

    run(&world, "account,mobile\nblank,+1 202 555 0122\n", APPLY).await.0.unwrap();
    world.show(&mut open).await;
    assert_eq!(open.step(), "cancelled");
    let mut told: Vec<String> = world.sent()[before..].iter().map(|(kind, to, _)| format!("{kind} {to}")).collect();
    told.sort();
    assert_eq!(told, ["text +12025550111", "text +12025550122"]);
    assert!(world.sent()[before..].iter().all(|(_, _, body)| body.contains("mobile phone")));

    for (waits, codes) in [(0, 0), (COOL_OFF - 1, 0), (1, 1)] {
        world.wait(waits);
        let before = world.sent().len();
        let mut held = world.start("reset", "blank").await;
        for destination in ["+1 202 555 0111", "+1 202 555 0122"] {
            let typed = json!({"method": "text_mobile", "destination": destination});
            world.act(&mut held, "challenge", typed).await;
        }
        assert_eq!(world.sent().len() - before, codes, "after {waits} seconds more");
    }
}

#[tokio::test]
async fn with_one_bad_line_nothing_is_applied_unless_bad_lines_are_left_out() {
    let world = World::new().await;
    let long = "x".repeat(2000);
    let text = format!(
        "\u{feff}email,account,mobile\r\n\
         blank@home.example,blank,\r\n\
         ,nobody,+1 202 555 0111\r\n\
         ,Blank,+1 202 555 0111\r\n\
         ada@mail.campus.example,ada,\r\n\
         {long}\r\n\
         ,linus,call me\r\n\
         \r\n\
         \"grace,x\",grace\r\n"
    );
    let (report, bad, accounts) = run(&world, &text, APPLY).await;
    let report = report.unwrap();
    assert_eq!((report.applied, report.lines, report.bad, report.accounts), (false, 8, 6, 1));
    assert_eq!(
        bad,
        [
            "3: the directory has no account \"nobody\"",
            "4: the same account as in line 2",
            "5: email is a mailbox of the campus, which opens with the password that is to be reset",
            "6: longer than 1024 bytes",
            "7: mobile is not a number",
            "9: 2 fields where the header has 3",
        ]
    );
    assert_eq!(accounts, ["blank: email Added"]);
    assert!(sources(&world).await.is_empty());
    let (report, _, _) = run(&world, &text, Options { skip_bad: true, ..APPLY }).await;
    assert!(report.unwrap().applied);
    assert_eq!(sources(&world).await, [("email".to_owned(), "imported".to_owned())]);
}

#[tokio::test]
async fn a_file_that_is_no_such_file_is_refused_whole() {
    let world = World::new().await;
    for (text, why) in [
        ("", "empty"),
        ("account;mobile\nada;1\n", "commas"),
        ("account|mobile\nada|1\n", "sep=|"),
        ("sep=x\naccount,mobile\n", "separates no columns"),
        ("Benutzer,Handy\nada,1\n", "in English"),
        ("account,mobile\n", "no line"),
        ("account,mobile\r", "no line"),
        ("account,mobile\r\n,\r\n \r\n,,,\r\n", "no line"),
        ("sep=,\r\n", "empty"),
        ("account,phone\n", "phone"),
        ("mobile,email\n", "account"),
    ] {
        let (report, ..) = run(&world, text, Options { skip_bad: true, ..APPLY }).await;
        let refused = report.unwrap_err().to_string();
        assert!(refused.contains(why), "{text:?}: {refused}");
        assert_eq!(world.last_audit().await.1, "the file was not taken");
    }
    let (report, ..) =
        run(&world, "account,mobile\nblank,2025550111\nm\u{0}\n", Options { skip_bad: true, ..APPLY }).await;
    assert!(report.unwrap_err().to_string().contains("line 3"));
    assert!(sources(&world).await.is_empty());
}

#[tokio::test]
async fn a_file_is_taken_as_spreadsheets_of_all_ages_write_it() {
    // G1 to G3
    for text in [
        "account,mobile\rblank,+1 202 555 0111\rgrace,+1 202 555 0156\r",
        "sep=,\r\naccount,mobile\r\nblank,+1 202 555 0111\r\ngrace,+1 202 555 0156\r\n",
        "\u{feff}sep=;\naccount;mobile\nblank;+1 202 555 0111\ngrace;+1 202 555 0156",
        "sep=|\naccount|mobile\nblank|+1 202 555 0111\ngrace|+1 202 555 0156\n",
        "\"account\",\"\u{a0}Mobile\",,\r\nblank,+1 202 555 0111,,\r\ngrace,+1 202 555 0156\r\n,,,\r\n,,,\r\n",
        ",,\r\naccount,mobile,\r\nblank,+1 202 555 0111,\r\ngrace,+1 202 555 0156,,,\r\n",
    ] {
        let world = World::new().await;
        let (report, bad, accounts) = run(&world, text, APPLY).await;
        let report = report.unwrap();
        assert_eq!((report.applied, report.bad, report.accounts), (true, 0, 2), "{text:?}: {bad:?} {accounts:?}");
        assert_eq!(sources(&world).await.len(), 2, "{text:?}");
    }
    let world = World::new().await;
    let text = "account,mobile\nblank,+1 202 555 0111\naccount,mobile\n";
    let (report, bad, _) = run(&world, text, APPLY).await;
    assert_eq!((report.unwrap().applied, bad), (false, vec!["3: the header stands here again".to_owned()]));
}

#[tokio::test]
async fn what_is_exported_can_be_imported_and_no_cell_of_it_is_a_formula() {
    // IN-06
    let world = World::new().await;
    run(&world, "account,office,language\nada,+1 202 555 0140,es\n", APPLY).await.0.unwrap();
    let mut out = Vec::new();
    let count = contacts::export(&world.app, &mut out).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!((count, text.lines().count()), (8, 9), "{text}");
    assert!(text.starts_with("account,mobile,office,email,language,groups\r\n"));
    assert!(text.contains("ada,'+12025550134,'+12025550140,ada@home.example,es,\r\n"), "{text}");
    assert!(!text.split([',', '\n']).any(|cell| cell.starts_with(['=', '+', '-', '@'])), "{text}");
    // A mobile phone that was there for texts alone takes calls from then on, and nothing else changes.
    let (report, bad, _) = run(&world, &text, APPLY).await;
    let counts = report.unwrap().counts;
    assert_eq!((bad.len(), counts.changed, counts.kept), (0, 0, 0), "{counts:?}");
    let (report, bad, _) = run(&world, &text, DRY).await;
    let counts = report.unwrap().counts;
    assert_eq!((bad.len(), counts.added, counts.changed, counts.kept), (0, 0, 0, 0), "{counts:?}");
    assert!(counts.same > 10, "{counts:?}");
}

#[tokio::test]
async fn a_million_lines_are_worked_through_one_at_a_time() {
    // A file larger than what is kept of it: one line, whatever its length, and no list of what is bad.
    let world = World::new().await;
    let lines =
        Repeated { text: b"no account here and no comma\n", left: 1_000_000, at: 0, header: b"account,mobile\n" };
    let (mut bad, mut progress) = (0_u64, 0_u64);
    let mut said = |said: Said<'_>| match said {
        Said::Bad(..) => bad += 1,
        Said::Read(_) => progress += 1,
        Said::Account(..) => {}
    };
    let report = contacts::import(&world.app, BufReader::new(lines), APPLY, &mut said).await.unwrap();
    assert_eq!((report.lines, bad, progress, report.applied), (1_000_000, 1_000_000, 100, false));
}

/// A header and then the same line again and again, made while it is read.
struct Repeated {
    text: &'static [u8],
    left: usize,
    at: usize,
    header: &'static [u8],
}

impl std::io::Read for Repeated {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let source = if self.header.is_empty() { self.text } else { self.header };
        if self.header.is_empty() && self.left == 0 {
            return Ok(0);
        }
        let some = source[self.at..].len().min(out.len());
        out[..some].copy_from_slice(&source[self.at..self.at + some]);
        self.at += some;
        if self.at == source.len() {
            self.at = 0;
            if self.header.is_empty() { self.left -= 1 } else { self.header = b"" }
        }
        Ok(some)
    }
}
