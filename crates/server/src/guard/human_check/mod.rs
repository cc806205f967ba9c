//! A machine has to pay before a person's account is touched: by ALTCHA's proof of work, or by reading or hearing
//! characters; once and not for long (OT-14).

mod characters;
mod picture;
mod sound;

use altcha_lib_rs::algorithm::AltchaAlgorithm;
use altcha_lib_rs::{ChallengeOptions, Payload, create_challenge, verify_solution};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use latchkey_api::Code;
use latchkey_api::human_check::{AskHumanCheck, Characters, HumanCheck, Kind, Puzzle, Solution};
use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;

use crate::app::App;
use crate::clock::later;
use crate::crypt::keys::{Use, hex};
use crate::crypt::random;
use crate::crypt::turns::{Asker, Turn, Work};
use crate::refused::{Answer, Refused};
use crate::store;
use crate::store::limit::CheckRow;
use crate::typed;

/// Makes a check and remembers it until it is used or expires; a kind that is switched off is refused.
pub(crate) async fn create(app: &App, ask: &AskHumanCheck, asker: Asker, now: Timestamp) -> Answer<HumanCheck> {
    if !app.config.human_check.kinds.contains(&ask.kind) {
        return Err(Refused::new(Code::NotAllowed));
    }
    let (id, expires_at) = (random::id()?, later(now, app.config.limits.human_check_seconds));
    let mut check = HumanCheck { id, kind: ask.kind, expires_at, puzzle: None, characters: None };
    let mut kept = Kept::default();
    match ask.kind {
        Kind::ProofOfWork => {
            let puzzle = puzzle(app)?;
            kept.puzzle = Some(puzzle.clone());
            check.puzzle = Some(puzzle);
        }
        Kind::Characters => {
            let turn = app.turns.take(Work::Picture, asker).await?;
            let characters = characters::draw()?;
            kept.answer_mac = Some(answer_mac(app, &check.id, &characters).to_vec());
            let language = ask.language.clone().unwrap_or_else(|| app.config.campus.language.clone());
            check.characters = Some(shown(characters, language, turn).await?);
        }
    }
    keep(app, &check, kept).await?;
    Ok(check)
}

/// What is remembered of a check.
#[derive(Default)]
struct Kept {
    puzzle: Option<Puzzle>,
    answer_mac: Option<Vec<u8>>,
}

async fn keep(app: &App, check: &HumanCheck, kept: Kept) -> Answer<()> {
    let (salt, challenge, signature) =
        kept.puzzle.map(|puzzle| (puzzle.salt, puzzle.challenge, puzzle.signature)).unwrap_or_default();
    let row = CheckRow {
        id: check.id.clone(),
        kind: name(check.kind).to_owned(),
        salt,
        challenge,
        signature,
        answer_mac: kept.answer_mac,
        expires_at: check.expires_at.as_millisecond(),
    };
    let mut tx = app.store.begin().await?;
    store::limit::put_check(&mut tx, &row).await?;
    Ok(tx.commit().await?)
}

fn puzzle(app: &App) -> Answer<Puzzle> {
    let work = app.config.limits.human_check_work;
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
    Ok(Puzzle {
        algorithm: "SHA-256".to_owned(),
        salt: challenge.salt,
        challenge: challenge.challenge,
        max_number: work,
        signature: challenge.signature,
    })
}

/// The same characters to see and to hear; drawn and spoken on a thread of its own, which others need not wait for.
async fn shown(characters: SecretString, language: String, turn: Turn) -> Answer<Characters> {
    let made = tokio::task::spawn_blocking(move || -> Answer<Characters> {
        let picture = picture::png(&characters).map_err(|error| {
            tracing::error!(%error, "a picture");
            Refused::new(Code::Internal)
        })?;
        let sound = sound::wav(&characters, &language)?;
        let length = u8::try_from(characters.expose_secret().len()).unwrap_or(u8::MAX);
        // Held here, since this goes on when its caller has gone.
        drop(turn);
        Ok(Characters { picture_png: STANDARD.encode(picture), sound_wav: STANDARD.encode(sound), length })
    });
    made.await.map_err(|_| Refused::new(Code::Internal))?
}

/// Takes a solution; whether right or wrong, its check is used up.
pub(crate) async fn spend(app: &App, solution: &Solution, now: Timestamp) -> Answer<()> {
    let mut tx = app.store.begin().await?;
    let check = store::limit::use_check(&mut tx, &solution.id, now.as_millisecond()).await?;
    tx.commit().await?;
    let solved = check.is_some_and(|check| is_solved(app, check, solution));
    if solved { Ok(()) } else { Err(Refused::new(Code::HumanCheckFailed)) }
}

fn is_solved(app: &App, check: CheckRow, solution: &Solution) -> bool {
    let kinds = &app.config.human_check.kinds;
    // A kind that was switched off since is no longer taken.
    match kinds.iter().find(|kind| name(**kind) == check.kind) {
        Some(Kind::ProofOfWork) => is_worked_out(app, check, &solution.answer),
        Some(Kind::Characters) => {
            let typed = answer_mac(app, &solution.id, &typed::code::characters(&solution.answer));
            check.answer_mac.is_some_and(|kept| bool::from(kept.as_slice().ct_eq(&typed)))
        }
        None => false,
    }
}

fn is_worked_out(app: &App, check: CheckRow, answer: &str) -> bool {
    let Ok(number) = answer.parse() else { return false };
    let CheckRow { salt, challenge, signature, .. } = check;
    let payload = Payload { algorithm: AltchaAlgorithm::Sha256, challenge, number, salt, signature, took: None };
    // Its own expiry is not asked: it would read another clock than ours.
    verify_solution(&payload, &key(app), false).is_ok()
}

/// Keyed hash of characters, bound to their check: whoever has the database does not know what to type.
fn answer_mac(app: &App, id: &str, characters: &SecretString) -> [u8; 32] {
    app.keys.mac(Use::HumanCheck, &[b"characters", id.as_bytes(), characters.expose_secret().as_bytes()])
}

const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::ProofOfWork => "proof_of_work",
        Kind::Characters => "characters",
    }
}

fn key(app: &App) -> String {
    hex(&app.keys.for_use(Use::HumanCheck))
}
