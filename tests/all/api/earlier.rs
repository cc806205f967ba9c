//! What a server of an earlier version has left is judged as what is made today.

use secrecy::SecretString;
use sqlx::query;

use super::world::World;

#[tokio::test]
async fn a_notice_that_an_earlier_version_owed_goes_to_no_number_that_is_not_served() {
    // E1: that version asked the number plan only where people typed a number themselves
    let world = World::new().await;
    let id = world.id("grace").await;
    for (event, number) in [("premium", "+19005550199"), ("satellite", "+881612345678"), ("served", "+12025550156")] {
        let sealed = sealed(&world, &id, number);
        query(
            "INSERT INTO owed_before_messages (event_id, account_id, method, sealed, device, text, language,
                 flow_public_id, at)
             VALUES (?, ?, 'text_mobile', ?, ?, 'notice-reset', 'en', '7K2M-Q4PX', 0)",
        )
        .bind(event)
        .bind(&id)
        .bind(sealed)
        .bind(event.as_bytes())
        .execute(world.app.store.pool())
        .await
        .unwrap();
    }
    world.worker.take_up().await.unwrap();
    let queued: Vec<(String,)> = sqlx::query_as("SELECT event_id FROM messages WHERE purpose = 'notice'")
        .fetch_all(world.app.store.pool())
        .await
        .unwrap();
    assert_eq!(queued, [("served".to_owned(),)], "what is not served is not even queued");
    world.worker.turn().await.unwrap();
    let to: Vec<String> = world.sent().into_iter().map(|(_, to, _)| to).collect();
    assert_eq!(to, ["+12025550156"]);
    let (left,): (i64,) =
        sqlx::query_as("SELECT count(*) FROM owed_before_messages").fetch_one(world.app.store.pool()).await.unwrap();
    assert_eq!(left, 0);
}

/// A number as the server keeps it.
fn sealed(world: &World, account: &str, number: &str) -> Vec<u8> {
    latchkey_server::crypt::seal::seal(&world.app.keys, account, "text_mobile", &SecretString::from(number)).unwrap()
}
