use std::fs;

use latchkey_api::place::Standing;
use tempfile::TempDir;

use super::*;

const MACHINE: &str = "m1";
const FILE: &str = "places-m1.json";

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(minute * 60).unwrap()
}

fn key(account: &str, minute: i64) -> ChangeKey {
    ChangeKey { account: account.into(), changed_at: at(minute) }
}

fn copy(id: &str) -> Copy {
    Copy {
        id: id.into(),
        place: PlaceKind::SecretService,
        label: "Files".into(),
        user: Some("ada".into()),
        target: None,
        standing: Standing::Proven,
    }
}

fn open(dir: &TempDir) -> Journal {
    Journal::open_on(dir.path(), MACHINE).unwrap()
}

fn outcomes(journal: &Journal) -> Vec<Option<Outcome>> {
    journal.pending().unwrap().iter().flat_map(|pending| pending.copies.iter().map(|copy| copy.outcome)).collect()
}

// R24, H3
#[test]
fn a_change_stays_until_each_of_its_copies_is_settled_and_is_then_forgotten() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    let key = key("ada", 1);
    journal.begin(&key).unwrap();
    journal.planned(&key, &[copy("/1"), copy("/2")]).unwrap();
    journal.record(&key, "/1", Outcome::Updated).unwrap();
    assert!(matches!(journal.close(&key), Err(JournalError::Unsettled)));
    journal.record(&key, "/2", Outcome::NeedsUnlock).unwrap();
    assert!(matches!(journal.close(&key), Err(JournalError::Unsettled)));

    let next = open(&dir);
    let [pending] = &next.pending().unwrap()[..] else { panic!("one change") };
    assert_eq!((pending.key(), pending.uncertain), (Some(key.clone()), false));
    assert_eq!(outcomes(&next), [Some(Outcome::Updated), Some(Outcome::NeedsUnlock)]);

    next.record(&key, "/2", Outcome::LeftAlone).unwrap();
    next.close(&key).unwrap();
    assert_eq!(journal.pending().unwrap(), []);
    assert!(matches!(journal.record(&key, "/1", Outcome::Updated), Err(JournalError::NothingOpen)));
    assert!(!fs::read_to_string(dir.path().join(FILE)).unwrap().contains("Files"));
}

// H5
#[test]
fn a_write_is_noted_before_it_is_sent_and_becomes_certain_or_is_dropped() {
    let dir = TempDir::new().unwrap();
    open(&dir).note_write("ada").unwrap();
    let journal = open(&dir);
    let [pending] = &journal.pending().unwrap()[..] else { panic!("one change") };
    assert_eq!((pending.account.as_str(), pending.changed_at, pending.uncertain), ("ada", None, true));

    journal.begin(&key("Ada", 1)).unwrap();
    let [pending] = &journal.pending().unwrap()[..] else { panic!("one change") };
    assert_eq!((pending.changed_at, pending.uncertain), (Some(at(1)), false));

    journal.note_write("ada").unwrap();
    assert!(journal.pending().unwrap()[0].uncertain);
    journal.drop_write("ada").unwrap();
    assert!(!journal.pending().unwrap()[0].uncertain);
    journal.note_write("bob").unwrap();
    journal.drop_write("bob").unwrap();
    assert_eq!(journal.pending().unwrap().len(), 1);
}

// H6
#[test]
fn an_older_change_never_wins_over_a_newer_one() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    let (older, newer) = (key("ada", 1), key("ada", 2));
    journal.begin(&older).unwrap();
    journal.planned(&older, &[copy("/1"), copy("/2")]).unwrap();
    journal.record(&older, "/1", Outcome::Updated).unwrap();
    journal.record(&older, "/2", Outcome::Refused).unwrap();

    journal.begin(&newer).unwrap();

    // What the older one has left is left for the newer one.
    assert_eq!(outcomes(&journal), [None]);
    assert!(matches!(journal.begin(&older), Err(JournalError::Superseded)));
    assert!(matches!(journal.record(&older, "/2", Outcome::Updated), Err(JournalError::Superseded)));
    assert!(matches!(journal.close(&older), Err(JournalError::Superseded)));
    assert_eq!(outcomes(&journal), [None]);
    // Also once the newer one is done.
    journal.record(&newer, "/2", Outcome::Updated).unwrap();
    journal.close(&newer).unwrap();
    assert!(matches!(journal.begin(&older), Err(JournalError::Superseded)));
    assert_eq!(journal.pending().unwrap(), []);
}

// H6
#[test]
fn two_windows_for_two_accounts_keep_both() {
    let dir = TempDir::new().unwrap();
    let (one, other) = (open(&dir), open(&dir));
    one.begin(&key("ada", 1)).unwrap();
    other.begin(&key("bob", 2)).unwrap();
    one.planned(&key("ada", 1), &[copy("/1")]).unwrap();
    other.planned(&key("bob", 2), &[copy("/2")]).unwrap();

    one.record(&key("ada", 1), "/1", Outcome::Updated).unwrap();
    one.close(&key("ada", 1)).unwrap();

    let [pending] = &one.pending().unwrap()[..] else { panic!("one change") };
    assert_eq!((pending.account.as_str(), pending.copies.len()), ("bob", 1));
}

#[test]
fn a_second_look_adds_copies_and_keeps_what_is_settled() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    let key = key("ada", 1);
    journal.begin(&key).unwrap();
    journal.planned(&key, &[copy("/1")]).unwrap();
    journal.record(&key, "/1", Outcome::Updated).unwrap();

    journal.begin(&key).unwrap();
    journal.planned(&key, &[copy("/1"), copy("/2")]).unwrap();

    assert_eq!(outcomes(&journal), [Some(Outcome::Updated), None]);
}

#[test]
fn the_first_word_of_the_directory_is_noted_and_a_later_one_opens_a_change() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    assert_eq!(journal.heard("ada", at(10), at(20)).unwrap(), None, "the first look ever");
    assert_eq!(journal.heard("Ada", at(10), at(80)).unwrap(), None, "nothing has changed");
    assert_eq!(journal.heard("ada", at(9), at(80)).unwrap(), None, "a replica that is behind");
    assert_eq!(journal.pending().unwrap(), []);

    assert_eq!(open(&dir).heard("ada", at(70), at(80)).unwrap(), Some(key("ada", 70)));

    let [pending] = &journal.pending().unwrap()[..] else { panic!("one change") };
    assert_eq!((pending.key(), pending.elsewhere), (Some(key("ada", 70)), true));
    journal.planned(&key("ada", 70), &[copy("/1")]).unwrap();
    assert_eq!(journal.heard("ada", at(70), at(140)).unwrap(), None, "it is known");
    journal.record(&key("ada", 70), "/1", Outcome::Updated).unwrap();
    journal.close(&key("ada", 70)).unwrap();
    assert_eq!(journal.heard("ada", at(70), at(200)).unwrap(), None, "it is finished");
    assert_eq!(journal.pending().unwrap(), []);
}

#[test]
fn a_change_that_was_made_here_is_not_taken_for_one_that_was_made_elsewhere() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    journal.heard("ada", at(1), at(2)).unwrap();
    journal.begin(&key("ada", 60)).unwrap();
    journal.close(&key("ada", 60)).unwrap();
    assert_eq!(journal.heard("ada", at(1), at(61)).unwrap(), None, "a replica that is behind");
    // The clock of the directory is ahead of the server's.
    assert_eq!(journal.heard("ada", at(63), at(61)).unwrap(), None);
    assert_eq!(journal.pending().unwrap(), []);

    assert_eq!(journal.heard("ada", at(64), at(70)).unwrap(), Some(key("ada", 64)), "that was somebody else");

    // And where nobody has asked in between.
    journal.begin(&key("ada", 100)).unwrap();
    assert!(!journal.pending().unwrap()[0].elsewhere);
    assert_eq!(journal.heard("ada", at(106), at(110)).unwrap(), Some(key("ada", 106)));
}

// H5
#[test]
fn while_a_window_may_be_writing_a_password_nothing_is_news() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    journal.heard("ada", at(1), at(2)).unwrap();
    journal.note_write("ada").unwrap();
    assert_eq!(journal.heard("ada", at(30), at(31)).unwrap(), None);
    assert_eq!(journal.heard("ada", at(30), at(89)).unwrap(), None);
    assert!(journal.pending().unwrap()[0].uncertain);

    // Whoever wrote has gone without a word, and the directory knows what came of it.
    assert_eq!(journal.heard("ada", at(30), at(90)).unwrap(), Some(key("ada", 30)));
    assert!(!journal.pending().unwrap()[0].uncertain);
}

#[test]
fn an_account_that_knows_this_workstation_is_asked_about_though_nothing_was_changed_here() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    journal.watch("bob").unwrap();
    journal.note_write("bob").unwrap();
    journal.drop_write("bob").unwrap();
    journal.begin(&key("ada", 1)).unwrap();
    journal.note_write("eve").unwrap();
    journal.drop_write("eve").unwrap();
    assert_eq!(open(&dir).accounts().unwrap(), ["bob", "ada"]);
    assert_eq!(journal.pending().unwrap().len(), 1, "and that is nothing to finish");
}

#[test]
fn words_of_a_newer_minor_version_stay_and_are_not_settled() {
    let dir = TempDir::new().unwrap();
    let written = r#"{"version":2,"mood":"calm","changes":[{"account":"ada","changed_at":"1970-01-01T00:01:00Z","device":7,
        "copies":[{"id":"/1","label":"TV","place":"television","outcome":"channelled","volume":11}]}]}"#;
    let journal = open(&dir);
    fs::write(dir.path().join(FILE), written).unwrap();

    let [pending] = &journal.pending().unwrap()[..] else { panic!("one change") };
    assert_eq!((pending.copies[0].place, pending.copies[0].outcome), (None, None));
    journal.planned(&key("ada", 1), &[copy("/2")]).unwrap();
    assert!(matches!(journal.close(&key("ada", 1)), Err(JournalError::Unsettled)));

    let now: serde_json::Value = serde_json::from_slice(&fs::read(dir.path().join(FILE)).unwrap()).unwrap();
    assert_eq!(now["mood"], "calm");
    assert_eq!(now["changes"][0]["device"], 7);
    let kept = &now["changes"][0]["copies"][0];
    assert_eq!(
        (&kept["place"], &kept["outcome"], &kept["volume"]),
        (&"television".into(), &"channelled".into(), &11.into())
    );
}

#[test]
fn the_file_of_a_newer_major_version_is_refused_and_left_as_it_is() {
    let dir = TempDir::new().unwrap();
    let written = r#"{"version":3,"changes":"elsewhere"}"#;
    let journal = open(&dir);
    fs::write(dir.path().join(FILE), written).unwrap();

    assert!(matches!(Journal::open_on(dir.path(), MACHINE), Err(JournalError::Newer(3))));
    assert!(matches!(journal.begin(&key("ada", 1)), Err(JournalError::Newer(3))));
    assert!(matches!(journal.pending(), Err(JournalError::Newer(3))));
    assert_eq!(fs::read_to_string(dir.path().join(FILE)).unwrap(), written);
}

#[test]
fn the_file_of_version_1_is_taken_over_with_what_it_has_left_to_do() {
    let dir = TempDir::new().unwrap();
    let first = r#"{"account":"ada","changed_at":"1970-01-01T00:01:00Z","finished":false,"copies":[
        {"id":"secret_service:/1","label":"Mail","place":"secret_service","outcome":{"outcome":"updated"}},
        {"id":"secret_service:/2","label":"Wiki","place":"secret_service","outcome":{"outcome":"failed","reason":"refused"}},
        {"id":"secret_service:/3","label":"Files","place":"secret_service","outcome":null}]}"#;
    fs::write(dir.path().join("places.json"), first).unwrap();

    let journal = open(&dir);

    assert_eq!(journal.pending().unwrap()[0].key(), Some(key("ada", 1)));
    assert_eq!(outcomes(&journal), [Some(Outcome::Updated), None, None]);
    assert!(!dir.path().join("places.json").exists());
    assert_eq!(outcomes(&open(&dir)).len(), 3);
}

// H13
#[test]
fn each_machine_that_shares_the_folder_has_a_journal_of_its_own() {
    let dir = TempDir::new().unwrap();
    let (here, there) = (open(&dir), Journal::open_on(dir.path(), "m2").unwrap());
    here.begin(&key("ada", 1)).unwrap();

    assert_eq!(here.pending().unwrap().len(), 1);
    assert_eq!(there.pending().unwrap(), []);
}

// H13
#[test]
fn a_reader_never_waits_for_a_writer() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    journal.begin(&key("ada", 1)).unwrap();
    let _writing = journal.files.lock().unwrap();

    // A reader that waited would never come back: the lock is held by this very thread.
    assert_eq!(open(&dir).pending().unwrap().len(), 1);
}

#[test]
fn a_damaged_journal_is_kept_under_another_name_and_a_second_one_beside_it() {
    let dir = TempDir::new().unwrap();
    for (damage, aside) in [("", "places-m1.damaged-1.json"), ("{\"account\":\"ad", "places-m1.damaged-2.json")] {
        fs::write(dir.path().join(FILE), damage).unwrap();

        let journal = open(&dir);

        assert_eq!(journal.set_aside(), Some(dir.path().join(aside).as_path()));
        assert_eq!(fs::read_to_string(dir.path().join(aside)).unwrap(), damage);
        assert_eq!(journal.pending().unwrap(), []);
    }
}

#[test]
fn two_processes_that_note_at_the_same_moment_lose_nothing_of_each_other() {
    let dir = TempDir::new().unwrap();
    let journal = open(&dir);
    let key = key("ada", 1);
    journal.begin(&key).unwrap();
    let copies: Vec<_> = (0..20).map(|number| copy(&format!("/{number}"))).collect();
    journal.planned(&key, &copies).unwrap();

    std::thread::scope(|scope| {
        for half in copies.chunks(10) {
            scope.spawn(|| {
                let journal = open(&dir);
                half.iter().for_each(|copy| journal.record(&key, &copy.id, Outcome::Updated).unwrap());
            });
        }
    });

    assert!(outcomes(&journal).iter().all(|outcome| *outcome == Some(Outcome::Updated)));
}

#[cfg(unix)]
#[test]
fn only_the_person_may_read_it_and_a_link_left_in_its_way_is_not_followed() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let dir = TempDir::new().unwrap();
    let home = dir.path().join("latchkey");
    let elsewhere = dir.path().join("elsewhere");
    fs::write(&elsewhere, "mine").unwrap();
    let journal = Journal::open_on(&home, MACHINE).unwrap();
    symlink(&elsewhere, home.join("places-m1.json.part")).unwrap();

    journal.begin(&key("ada", 1)).unwrap();

    let mode = |path: &Path| fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&home), mode(&home.join(FILE))), (0o700, 0o600));
    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "mine");
}
