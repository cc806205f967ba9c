use super::*;
use crate::crypt::hashing::Cost;

async fn directory() -> (Local, String) {
    let store = Store::in_memory().await.expect("store");
    let hashing = Hashing::new(Cost { memory_kib: 64, passes: 1, lanes: 1 }, [0; 32]).expect("hashing");
    let directory = Local::new(store, hashing, vec![Rule::NotOld]);
    let new = NewAccount {
        account: "ada",
        password: &"old".into(),
        enabled: true,
        privileged: false,
        locked: true,
        must_change: true,
    };
    let id = directory.add(&new).await.expect("added");
    (directory, id)
}

#[tokio::test]
async fn a_reset_is_applied_once_and_lifts_the_lock() {
    // PW-11, FL-08
    let (directory, id) = directory().await;
    let first = Operation { account: &id, id: "op-1", after: None };
    let written = directory.set_password(first, &"new".into()).await.expect("asked");
    assert_eq!(written, Written::Applied { unlocked: true });
    assert_eq!(directory.settle(first).await.expect("asked"), Outcome::Written);
    let again = directory.set_password(first, &"other".into()).await.expect("asked");
    assert_eq!(again, Written::Overtaken);
    assert_eq!(directory.verify_current(Some(&id), &"new".into()).await.expect("asked"), Verdict::Right);
    assert_eq!(directory.verify_current(Some(&id), &"old".into()).await.expect("asked"), Verdict::Wrong);
}

#[tokio::test]
async fn a_write_that_was_settled_as_lost_cannot_happen_later() {
    let (directory, id) = directory().await;
    let lost = Operation { account: &id, id: "op-1", after: None };
    assert_eq!(directory.settle(lost).await.expect("asked"), Outcome::NotWritten);
    assert_eq!(directory.set_password(lost, &"new".into()).await.expect("asked"), Written::Overtaken);
    assert_eq!(directory.verify_current(Some(&id), &"old".into()).await.expect("asked"), Verdict::MustChange);
}

#[tokio::test]
async fn the_old_password_is_refused_as_a_new_one() {
    let (directory, id) = directory().await;
    let operation = Operation { account: &id, id: "op-1", after: None };
    let written = directory.set_password(operation, &"old".into()).await.expect("asked");
    assert_eq!(written, Written::Refused(vec![Refusal::SameAsOld]));
}

#[tokio::test]
async fn a_password_that_was_handed_out_can_be_changed_and_is_then_ones_own() {
    let (directory, id) = directory().await;
    assert!(directory.entry(&id).await.expect("asked").expect("an entry").must_change);
    assert_eq!(directory.verify_current(Some(&id), &"old".into()).await.expect("asked"), Verdict::MustChange);
    let operation = Operation { account: &id, id: "op-1", after: None };
    directory.set_password(operation, &"new".into()).await.expect("asked");
    assert!(!directory.entry(&id).await.expect("asked").expect("an entry").must_change);
}

#[tokio::test]
async fn what_is_known_of_a_person_is_told_and_kept_sealed() {
    // PR-02
    let (directory, id) = directory().await;
    let directory = directory.sealing_with(Arc::new(Keys::generate().expect("keys")));
    let facts = Facts {
        full_name: Some("Ada King Lovelace".into()),
        office_phone: Some("+12025550140".into()),
        mail: Some("ada.king@campus.example".into()),
    };
    directory.note_facts(&id, &facts).await.expect("noted");
    let entry = directory.entry(&id).await.expect("asked").expect("an entry");
    let known: Vec<(ContactKind, &str)> =
        entry.contacts.iter().map(|contact| (contact.kind, contact.value.expose_secret())).collect();
    assert_eq!(
        known,
        [
            (ContactKind::FullName, "Ada King Lovelace"),
            (ContactKind::Mail, "ada.king@campus.example"),
            (ContactKind::OfficePhone, "+12025550140"),
        ]
    );
    let mut tx = directory.store.read().await.expect("transaction");
    let rows = store::person::account::facts(&mut tx, &id).await.expect("rows");
    assert!(rows.iter().all(|(_, sealed)| !sealed.windows(4).any(|part| part == b"King" || part == b"5550")));
}

#[tokio::test]
async fn a_raised_cost_is_taken_up_when_the_password_is_next_given() {
    // D3, PW-05
    let (directory, id) = directory().await;
    let dear = Hashing::new(Cost { memory_kib: 256, passes: 2, lanes: 1 }, [0; 32]).expect("hashing");
    let directory = Local { hashing: dear, ..directory };
    assert_eq!(directory.verify_current(Some(&id), &"wrong".into()).await.expect("asked"), Verdict::Wrong);
    assert!(directory.phc(Some(&id)).await.expect("asked").expect("a hash").contains("m=64"));
    assert_eq!(directory.verify_current(Some(&id), &"old".into()).await.expect("asked"), Verdict::MustChange);
    assert!(directory.phc(Some(&id)).await.expect("asked").expect("a hash").contains("m=256"));
    assert_eq!(directory.verify_current(Some(&id), &"old".into()).await.expect("asked"), Verdict::MustChange);
}
