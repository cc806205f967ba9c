//! What people type and paste, in all the forms that it comes in: taken in its one form, or refused; and nothing is sent
//! where nothing may be sent.

use std::io::BufReader;

use latchkey_api::Method;
use latchkey_server::config::OfficePhone;
use latchkey_server::person::account::{self, AccountError};
use latchkey_server::person::contacts::{self, Options, Said};
use latchkey_server::person::methods::{self, Source};
use latchkey_server::typed::answer::comparable_v1;
use latchkey_server::typed::number::Region;
use serde_json::json;

use super::world::{Held, World};

fn regions(names: &[&str]) -> Vec<Region> {
    names.iter().map(|name| Region::try_from((*name).to_owned()).unwrap()).collect()
}

/// A campus in a region, which serves these and lets people say themselves what their office phone is.
async fn campus(country: &str, serve: &[&str]) -> World {
    World::with(|config| {
        config.campus.country = regions(&[country])[0];
        config.campus.serve = regions(serve);
        config.methods.office_phone = OfficePhone::Person;
        config.limits.sends_per_minute_in_all = 10_000;
    })
    .await
}

/// Asks for a number or an address to be set up; where the code went, or why not.
async fn asked(world: &World, held: &mut Held, means: &str, typed: &str) -> Result<String, String> {
    let before = world.sent().len();
    let reply = world.act(held, "methods", json!({"means": means, "destination": typed})).await;
    let sent = world.sent().split_off(before);
    match (reply.status, sent.as_slice()) {
        (200, [(_, to, _)]) => Ok(to.clone()),
        (_, []) => Err(reply.code().to_owned()),
        (status, _) => panic!("{typed:?}: {status} {sent:?}"),
    }
}

async fn imported(world: &World, text: &str) -> Vec<String> {
    let mut bad = Vec::new();
    let mut said = |said: Said<'_>| {
        if let Said::Bad(line, reason) = said {
            bad.push(format!("{line}: {reason}"));
        }
    };
    let options = Options { apply: true, skip_bad: true, replace: true };
    contacts::import(&world.app, BufReader::new(text.as_bytes()), options, &mut said).await.unwrap();
    bad
}

#[tokio::test]
async fn a_number_that_is_not_served_is_not_imported() {
    // E1, E2, TF-01, TF-13
    let world = campus("US", &["US", "CA"]).await;
    let refused = [
        ("+1 900 555 0199", "of a type that is not served"),
        ("+881612345678", "of a region that is not served"),
        ("+49 30 901820", "of a region that is not served"),
        ("+1 876 555 0134", "of a region that is not served"),
        ("+1 809 555 0134", "of a region that is not served"),
        ("+1 500 555 0134", "of a type that is not served"),
        ("+1 800 555 0199", "of a type that is not served"),
        ("011 44 20 7946 0958", "of a region that is not served"),
        ("+1 999 555 0134", "assigned to nobody"),
        ("555-0134", "is not a number"),
        ("1.2025550134E+10", "is not a number"),
        ("202-555-0134 x12", "an extension"),
    ];
    for (number, why) in refused {
        for column in ["mobile", "office"] {
            let bad = imported(&world, &format!("account,{column}\nblank,\"{number}\"\n")).await;
            assert!(bad.len() == 1 && bad[0].contains(why) && bad[0].contains(column), "{number}: {bad:?}");
        }
    }
    for number in ["202-555-0111", "12025550111.0", "\u{202a}+1 202 555 0111\u{202c}", "+1 604 555 0134"] {
        assert_eq!(imported(&world, &format!("account,mobile\nblank,{number}\n")).await, [""; 0], "{number}");
    }
    assert!(world.sent().is_empty());
}

#[tokio::test]
async fn a_fixed_line_is_no_mobile_phone_and_may_be_an_office_phone() {
    // E1, TF-13
    let world = campus("DE", &[]).await;
    let bad = imported(&world, "account,mobile\nblank,030 901820\n").await;
    assert!(bad.len() == 1 && bad[0].contains("takes no texts"), "{bad:?}");
    assert_eq!(imported(&world, "account,mobile,office\nblank,0151 23456789,030 901820\n").await, [""; 0]);
    let mut held = world.register("nova", None).await;
    assert_eq!(asked(&world, &mut held, "mobile", "030 901820").await, Err("destination_not_allowed".to_owned()));
    assert_eq!(asked(&world, &mut held, "office", "030 901820").await.as_deref(), Ok("+4930901820"));
    assert_eq!(asked(&world, &mut held, "mobile", "0151 23456789").await.as_deref(), Ok("+4915123456789"));
}

#[tokio::test]
async fn a_number_on_file_that_is_not_served_any_more_is_not_sent_to_and_looks_like_a_wrong_one() {
    // E1, TF-01, EN-01
    let world = World::new().await;
    let mut held = world.start("reset", "grace").await;
    let id = world.id("grace").await;
    for (number, typed) in [("+19005550199", "+1 900 555 0199"), ("+4930901820", "+49 30 901820")] {
        let mut tx = world.app.store.begin().await.unwrap();
        let value = number.into();
        let set = methods::register(&mut tx, &world.app.keys, &id, Method::TextMobile, Some(&value), Source::Imported);
        assert!(set.await.is_ok());
        tx.commit().await.unwrap();
        let right = world.act(&mut held, "challenge", json!({"method": "text_mobile", "destination": typed})).await;
        let other = json!({"method": "text_mobile", "destination": "+1 202 555 0199"});
        let wrong = world.act(&mut held, "challenge", other).await;
        assert_eq!((right.status, right.code()), (422, "destination_wrong"), "{}", right.body);
        assert_eq!((right.status, right.code()), (wrong.status, wrong.code()));
    }
    assert!(world.sent().is_empty());
    let later = world.start("reset", "grace").await;
    assert_ne!(later.flow["choose_method"]["methods"][0]["method"], "text_mobile", "what cannot work is not offered");
}

#[tokio::test]
async fn a_number_is_served_by_its_region_and_type() {
    // E2, TF-01, TF-13
    let world = campus("US", &["US", "CA"]).await;
    let mut held = world.register("nova", None).await;
    for typed in [
        "+1 876 555 0134",
        "+1 809 555 0134",
        "+1 242 322 1234",
        "+1 500 555 0134",
        "+1 900 555 0134",
        "+1 800 555 0199",
        "+1 999 555 0134",
        "+881612345678",
        "+49 30 901820",
        "011 44 20 7946 0958",
        "+7 916 123 45 67",
    ] {
        for means in ["mobile", "office"] {
            let refused = asked(&world, &mut held, means, typed).await;
            assert_eq!(refused, Err("destination_not_allowed".to_owned()), "{typed}");
        }
    }
    assert_eq!(asked(&world, &mut held, "mobile", "+1 202 555 0134").await.as_deref(), Ok("+12025550134"));
    assert_eq!(asked(&world, &mut held, "mobile", "+1 604 555 0134").await.as_deref(), Ok("+16045550134"));
}

#[tokio::test]
async fn a_number_is_sent_to_in_its_one_form_however_it_is_typed() {
    // F1, F2, F5, F6, F7
    for (country, typed, number) in [
        ("US", "+44 (0)20 7946 0958", "+442079460958"),
        ("US", "+49 (0)30 901820", "+4930901820"),
        ("US", "+33 (0)6 12 34 56 78", "+33612345678"),
        ("US", "+1 (0) 202 555 0199", "+12025550199"),
        ("US", "011 44 20 7946 0958", "+442079460958"),
        ("US", "\u{202a}202−555−0134\u{202c}", "+12025550134"),
        ("US", "\u{feff}+1\u{a0}202\u{a0}555\u{a0}0134", "+12025550134"),
        ("US", "tel:+1-202-555-0134", "+12025550134"),
        ("GB", "44 20 7946 0958", "+442079460958"),
        ("DE", "4930901820", "+4930901820"),
        ("CN", "8613800138000", "+8613800138000"),
        ("SA", "٩٦٦٥٠١٢٣٤٥٦٧", "+966501234567"),
        ("IT", "06 1234 5678", "+390612345678"),
        ("FR", "06 12 34 56 78", "+33612345678"),
    ] {
        let world = campus(country, &["US", "GB", "DE", "FR", "IT", "CN", "SA"]).await;
        let mut held = world.register("nova", None).await;
        assert_eq!(asked(&world, &mut held, "office", typed).await.as_deref(), Ok(number), "{country} {typed}");
    }
}

#[tokio::test]
async fn what_is_not_one_whole_number_is_sent_nowhere() {
    // F3, F4, F8, TF-05
    let world = campus("US", &[]).await;
    let mut held = world.register("nova", None).await;
    for typed in ["555-0134", "1.2025550134E+10", "202-555-0134 x12", "+1+2025550134", "12", "2025550134,2025550135"] {
        let refused = asked(&world, &mut held, "mobile", typed).await;
        assert_eq!(refused, Err("destination_invalid".to_owned()), "{typed}");
    }
}

#[tokio::test]
async fn an_address_is_sent_to_in_its_one_form_and_a_mailbox_of_the_campus_never() {
    // E5, E6, E7, FL-03
    let world = campus("US", &[]).await;
    let mut held = world.register("nova", None).await;
    for (typed, address) in [
        ("ada@müller.example", "ada@xn--mller-kva.example"),
        ("mailto:nova@home.example", "nova@home.example"),
        ("Nova.1@Home.Example.", "nova.1@home.example"),
        ("\u{2068}nova2@home.example\u{2069}", "nova2@home.example"),
    ] {
        assert_eq!(asked(&world, &mut held, "email", typed).await.as_deref(), Ok(address), "{typed}");
    }
    for typed in
        ["nova@campus.example.", "nova@cs.campus.example.", "mailto:nova@CAMPUS.example", "nova@campus。example"]
    {
        let refused = asked(&world, &mut held, "email", typed).await;
        assert_eq!(refused, Err("destination_not_allowed".to_owned()), "{typed}");
    }
    for typed in [
        "nova@home..example",
        "nova@.home.example",
        "nova@[192.0.2.1]",
        "nova@home.example/",
        "müller@home.example",
        "nova@home.example,ada@home.example",
    ] {
        let refused = asked(&world, &mut held, "email", typed).await;
        assert_eq!(refused, Err("destination_invalid".to_owned()), "{typed}");
    }
    let bad = imported(&world, "account,email\nblank,blank@cs.campus.example.\nnova,mailto:nova@home.example\n").await;
    assert!(bad.len() == 1 && bad[0].contains("mailbox of the campus"), "{bad:?}");
}

/// Whether a flow of this user ID is the one of an account: its own address is the right one.
async fn reaches(world: &World, typed: &str, address: &str) -> bool {
    let mut held = world.start("reset", typed).await;
    let asked = world.act(&mut held, "challenge", json!({"method": "email", "destination": address})).await;
    let sent = world.sent().last().is_some_and(|(_, to, _)| to == address);
    asked.status == 200 && sent
}

#[tokio::test]
async fn a_user_id_finds_its_account_however_it_is_typed() {
    // F9, F11, F12, EN-08, OT-06
    let world = World::new().await;
    for typed in [
        "ada\u{200b}",
        "\u{feff}ADA",
        "CAMPUS\\ada",
        "CAMPUS/ada",
        "ada@campus.example.",
        "\u{202a}ada\u{202c}",
        "ａｄａ",
    ] {
        assert!(reaches(&world, typed, "ada@home.example").await, "{typed}");
    }
    for (typed, is_linus) in [("LİNUS", true), ("lınus", true), ("lіnus", false), ("linus1", false)] {
        let mut held = world.start("change", typed).await;
        let password = world.person("linus").unwrap().password.clone();
        let proven = world.act(&mut held, "proof", json!({"current_password": password})).await;
        assert_eq!(proven.status == 200, is_linus, "{typed}");
    }
    for typed in ["a\0da", "ada\nbob"] {
        assert_eq!(world.ask_to_start("reset", typed).await.code(), "malformed", "{typed:?}");
    }
}

#[tokio::test]
async fn an_account_is_added_under_a_name_that_can_be_read_and_found_by_its_owner() {
    // F9, F10, F12
    let world = World::new().await;
    for name in ["pia\u{200b}", "\u{202e}pia", "p\u{ad}ia", "pia\t", "\u{feff}"] {
        let refused = account::add(&world.app, &world.local, name, None).await;
        assert!(matches!(refused, Err(AccountError::Name(_))), "{name:?}");
    }
    for (name, typed) in [("Grace Hopper", "grace hopper"), ("İlker", "ILKER"), ("weiß", "WEISS")] {
        let password = "a password of their own";
        account::add(&world.app, &world.local, name, Some(password.into())).await.unwrap();
        for typed in [name, typed] {
            let mut held = world.start("change", typed).await;
            let proven = world.act(&mut held, "proof", json!({"current_password": password})).await;
            assert_eq!(proven.status, 200, "{name} as {typed}");
        }
    }
    for name in ["ilker", "ılker", "ILKER", "grace  hopper"] {
        let taken = account::add(&world.app, &world.local, name, None).await;
        assert!(matches!(taken, Err(AccountError::Exists(_))), "{name}");
    }
}

#[tokio::test]
async fn a_code_counts_in_every_script_and_width() {
    // F13
    let world = World::new().await;
    let written = |code: &str, zero: char| -> String {
        let other = |c: char| char::from_u32(u32::from(zero) + c.to_digit(10).unwrap()).unwrap();
        code.chars().map(other).collect()
    };
    let half = |code: &str| format!("{} {}", written(&code[..4], '０'), &code[4..]);
    for zero in ['０', '٠', '۰', '०', '𝟎'] {
        let mut held = world.start("reset", "ada").await;
        world.ask(&mut held, "ada", "text_mobile").await;
        let code = written(&world.last_code("text"), zero);
        assert_eq!(world.act(&mut held, "proof", json!({"code": code})).await.status, 200, "{code}");
        world.ask(&mut held, "ada", "email").await;
        let code = half(&world.last_code("email"));
        assert_eq!(world.act(&mut held, "proof", json!({"code": code})).await.status, 200, "{code}");
    }
    let seed = world.person("linus").unwrap().methods.iter().find_map(|method| method.secret.clone()).unwrap();
    let mut held = world.start("reset", "linus").await;
    world.act(&mut held, "challenge", json!({"method": "totp"})).await;
    let code = written(&world.totp(&seed, 0), '０');
    assert_eq!(world.act(&mut held, "proof", json!({"code": code})).await.status, 200, "{code}");
}

#[tokio::test]
async fn a_phone_that_is_a_little_fast_or_slow_proves_each_step_once() {
    // F14, OT-03
    let world = World::new().await;
    let seed = world.person("linus").unwrap().methods.iter().find_map(|method| method.secret.clone()).unwrap();
    for (offset, accepted) in
        [(-31, false), (-30, true), (-30, false), (0, true), (0, false), (30, true), (30, false), (60, false)]
    {
        let mut held = world.start("reset", "linus").await;
        world.act(&mut held, "challenge", json!({"method": "totp"})).await;
        let tries = held.flow["prove"]["attempts_left"].as_u64().unwrap();
        let proven = world.act(&mut held, "proof", json!({"code": world.totp(&seed, offset)})).await;
        assert_eq!(proven.status == 200, accepted, "{offset} s: {}", proven.body);
        if !accepted {
            assert_eq!(held.flow["prove"]["attempts_left"].as_u64().unwrap(), tries - 1, "every try counts");
        }
    }
}

const ASKED: [&str; 5] = ["first_film", "favourite_toy", "childhood_neighbour", "first_boss", "seat_neighbour"];

/// Sets these up as the answers of somebody who has a mailbox beside them.
async fn set_up(world: &World, given: [&str; 5]) -> Held {
    let mut held = world.register("grace", Some("email")).await;
    let answers: Vec<_> = ASKED.iter().zip(given).map(|(id, answer)| json!({"id": id, "answer": answer})).collect();
    let set = world.act(&mut held, "methods", json!({"means": "questions", "answers": answers})).await;
    assert_eq!(set.status, 200, "{}", set.body);
    held
}

/// Whether these are taken as the answers to the three that are asked.
async fn answers(world: &World, given: [&str; 3]) -> bool {
    let mut held = world.start("reset", "grace").await;
    world.act(&mut held, "challenge", json!({"method": "questions"})).await;
    let answers: Vec<_> = ASKED.iter().zip(given).map(|(id, answer)| json!({"id": id, "answer": answer})).collect();
    world.act(&mut held, "proof", json!({"answers": answers})).await.status == 200
}

#[tokio::test]
async fn an_answer_counts_however_it_is_spelled() {
    // F15, SQ-03
    let world = World::with(|config| config.limits.tries_of_questions = 100).await;
    let registered = [
        (["O'Brien the cat", "Rex — Boy", "St. Mary's Lane"], ["O’Brien the cat", "Rex - Boy", "St Marys Lane"]),
        (["Kırıkkale Kedi", "Straße", "Đường mòn cũ"], ["KIRIKKALE KEDI", "STRASSE", "DUONG mon cu"]),
        (["أُسْتَاذ أحمد", "قهوة ٥ نجوم", "旺财与小虎叔叔。"], ["استاذ احمد", "قهوه 5 نجوم", "旺财与小虎叔叔"]),
        (["Nguyễn Thị Ánh", "Cœur vaillant", "Niño perdido"], ["nguyen thi anh", "COEUR VAILLANT", "nino perdido"]),
    ];
    for (set, typed) in registered {
        let [first, second, third] = set;
        set_up(&world, [first, second, third, "Quillfeather", "Marguerite Okonkwo"]).await;
        assert!(answers(&world, set).await && answers(&world, typed).await, "{typed:?}");
        assert!(!answers(&world, [typed[0], typed[1], "another"]).await);
    }
}

#[tokio::test]
async fn an_answer_that_was_kept_in_the_first_form_goes_on_counting() {
    // F15, SQ-03
    let world = World::with(|config| config.limits.tries_of_questions = 100).await;
    let set = ["O'Brien the cat", "Rex the  Dog", "Straße"];
    set_up(&world, [set[0], set[1], set[2], "Quillfeather", "Marguerite Okonkwo"]).await;
    for (question, answer) in ASKED.iter().zip(set) {
        let phc = world.app.hashing.hash(comparable_v1(&answer.into())).await.unwrap();
        sqlx::query("UPDATE answers SET form = 1, answer_phc = ? WHERE question = ?")
            .bind(phc)
            .bind(*question)
            .execute(world.app.store.pool())
            .await
            .unwrap();
    }
    assert!(answers(&world, ["o'brien THE cat", "rex the dog", "straße"]).await);
    assert!(!answers(&world, ["o'brien the cat", "rex the dog", "strasse"]).await, "as the first form has it");
    // Set up anew they are kept in the form of now.
    set_up(&world, [set[0], set[1], set[2], "Quillfeather", "Marguerite Okonkwo"]).await;
    assert!(answers(&world, ["O’Brien the cat", "Rex, the dog", "STRASSE"]).await);
}

#[tokio::test]
async fn an_authenticator_is_told_names_without_colons() {
    // F19
    let world = World::with(|config| config.campus.name = "Riverton: West".to_owned()).await;
    account::add(&world.app, &world.local, "dan:prod", Some("a password of his own".into())).await.unwrap();
    sqlx::query("UPDATE directory_accounts SET must_change = FALSE").execute(world.app.store.pool()).await.unwrap();
    let mut held = world.start("register", "dan:prod").await;
    world.act(&mut held, "proof", json!({"current_password": "a password of his own"})).await;
    let added = world.act(&mut held, "methods", json!({"means": "authenticator"})).await;
    let uri = added.body["shown"]["uri"].as_str().unwrap();
    assert!(uri.starts_with("otpauth://totp/Riverton%20West:dan%20prod?secret="), "{uri}");
    assert!(uri.contains("&issuer=Riverton%20West&"), "{uri}");
}
