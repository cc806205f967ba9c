//! A machine has to pay before a person's account is touched: ALTCHA's proof of work, once and not for long (OT-14).

use altcha_lib_rs::algorithm::AltchaAlgorithm;
use altcha_lib_rs::{ChallengeOptions, Payload, create_challenge, verify_solution};
use jiff::Timestamp;
use latchkey_api::Code;
use latchkey_api::human_check::{HumanCheck, Kind, Puzzle, Solution};

use crate::app::App;
use crate::keys::{Use, hex};
use crate::problem::{Answer, Refused};
use crate::random;

/// Makes a check and remembers it until it is used or expires.
pub(crate) async fn create(app: &App, kind: Kind, now: Timestamp) -> Answer<HumanCheck> {
    let limits = &app.config.limits;
    let work = limits.human_check_work;
    let number = u64::from_le_bytes(random::bytes::<8>()?) % (work + 1);
    let challenge = create_challenge(ChallengeOptions {
        algorithm: Some(AltchaAlgorithm::Sha256),
        max_number: Some(work),
        hmac_key: &key(app),
        salt: Some(hex(&random::bytes::<16>()?)),
        number: Some(number),
        ..ChallengeOptions::default()
    })
    .map_err(|_| Refused::new(Code::Internal))?;
    let id = random::id()?;
    let expires_at = crate::flow::later(now, limits.human_check_seconds);
    let mut db = app.store.begin().await?;
    sqlx::query("DELETE FROM human_checks WHERE expires_at <= ?").bind(now.as_millisecond()).execute(&mut *db).await?;
    sqlx::query("INSERT INTO human_checks (id, salt, challenge, signature, expires_at) VALUES (?, ?, ?, ?, ?)")
        .bind(&id)
        .bind(&challenge.salt)
        .bind(&challenge.challenge)
        .bind(&challenge.signature)
        .bind(expires_at.as_millisecond())
        .execute(&mut *db)
        .await?;
    db.commit().await?;
    let puzzle = Puzzle {
        algorithm: "SHA-256".to_owned(),
        salt: challenge.salt,
        challenge: challenge.challenge,
        max_number: work,
        signature: challenge.signature,
    };
    Ok(HumanCheck { id, kind, expires_at, puzzle: Some(puzzle), characters: None })
}

/// Takes a solution; whether right or wrong, its check is used up.
pub(crate) async fn spend(app: &App, solution: &Solution, now: Timestamp) -> Answer<()> {
    let check: Option<(String, String, String)> = sqlx::query_as(
        "UPDATE human_checks SET used = 1 WHERE id = ? AND used = 0 AND expires_at > ?
         RETURNING salt, challenge, signature",
    )
    .bind(&solution.id)
    .bind(now.as_millisecond())
    .fetch_optional(app.store.pool())
    .await?;
    let wrong = || Refused::new(Code::HumanCheckFailed);
    let (salt, challenge, signature) = check.ok_or_else(wrong)?;
    let number = solution.answer.parse().map_err(|_| wrong())?;
    let payload = Payload { algorithm: AltchaAlgorithm::Sha256, challenge, number, salt, signature, took: None };
    // Its own expiry is not asked: it would read another clock than ours.
    verify_solution(&payload, &key(app), false).map_err(|_| wrong())
}

fn key(app: &App) -> String {
    hex(&app.keys.for_use(Use::HumanCheck))
}
