//! Compares a proof with what is kept: the same work for a decoy, and no word about which part was wrong.

use jiff::Timestamp;
use latchkey_api::flow::Answer as Given;
use latchkey_api::password::LONGEST;
use latchkey_api::{Code, Method};
use latchkey_directory::several::{directory_of, nobody_in};
use latchkey_scrub::without_trace;
use secrecy::{ExposeSecret as _, SecretString};
use totp_rs::{Builder, Secret};
use unicode_normalization::UnicodeNormalization as _;

use crate::app::App;
use crate::crypt::same::same;
use crate::crypt::seal;
use crate::flow::envelope::code::code_mac;
use crate::flow::row::Row;
use crate::guard::decoy;
use crate::person::methods::{self, passes, recovery};
use crate::person::people;
use crate::refused::{Answer, Refused};
use crate::store::challenge::ChallengeRow as Challenge;
use crate::store::person::method::AnswerRow;
use crate::typed;
use crate::typed::answer::{comparable, comparable_v1};

const TOTP_STEP_SECONDS: u64 = 30;
/// As long as a seed in base32 is, of 160 bits (RFC 4226 §4, R6); what it proves is never believed.
const NO_SEED: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What was given as proof.
pub(super) enum Proven {
    Code(SecretString),
    Answers(Vec<Given>),
    CurrentPassword(SecretString),
}

/// What a right proof uses up beside its challenge.
pub(super) enum Spends {
    Nothing,
    /// The time step of an authenticator, and all before it.
    TotpStep(u64),
    HelpdeskPass(passes::Right),
    /// A saved code, by its id.
    RecoveryCode(String),
}

/// What a proof uses up if it is right; nothing of a decoy is.
pub(super) async fn compare(
    app: &App,
    row: &Row,
    method: Method,
    challenge: &Challenge,
    given: Proven,
) -> Answer<Option<Spends>> {
    let account = row.account.as_deref().unwrap_or_default();
    let spends = match given {
        Proven::Code(code) if method == Method::Totp => {
            totp(app, account, &typed::code::digits(&code)).await?.map(Spends::TotpStep)
        }
        Proven::Code(code) if method == Method::HelpdeskPass => {
            let mut tx = app.store.begin().await?;
            let right = passes::compare(&mut tx, &app.keys, account, &code, app.clock.now()).await?;
            tx.commit().await?;
            right.map(Spends::HelpdeskPass)
        }
        Proven::Code(code) if method == Method::RecoveryCode => {
            let code = typed::code::readable(&code);
            let mut tx = app.store.begin().await?;
            let kept = recovery::find(&mut tx, &app.keys, account, &code).await?;
            tx.commit().await?;
            let (id, phc) = kept.map(|kept| (kept.id, kept.code_phc)).unzip();
            let right = app.hashing.matches_code(code, phc).await?;
            id.filter(|_| right).map(Spends::RecoveryCode)
        }
        Proven::Code(code) => {
            let mac = code_mac(app, row, method, &typed::code::digits(&code));
            let stored = challenge.code_mac.as_deref().unwrap_or(&[0; 32]);
            let right = same(&mac, stored) && challenge.code_mac.is_some();
            right.then_some(Spends::Nothing)
        }
        Proven::Answers(answers) => answered(app, row, answers).await?.then_some(Spends::Nothing),
        Proven::CurrentPassword(password) => {
            // What cannot be a password is compared for nobody, so that it takes the same time (EN-02).
            let nobody = nobody(app, row).await?;
            let account = row.account.as_deref().filter(|_| is_comparable(&password)).or(nobody.as_deref());
            let verdict = app.directory.verify_current(account, &password).await;
            app.saw(account.unwrap_or_default(), &verdict);
            verdict?.proves().then_some(Spends::Nothing)
        }
    };
    Ok(spends.filter(|_| row.account.is_some()))
}

/// Nobody, in one of the directories where there are several; asked for everybody, so that it takes the same time.
async fn nobody(app: &App, row: &Row) -> Answer<Option<String>> {
    if app.directory.parts().is_empty() {
        return Ok(None);
    }
    let mut tx = app.store.read().await?;
    let readings = people::readings(&mut tx).await?;
    let many: Vec<(String, i64)> = readings.into_iter().map(|reading| (reading.directory, reading.people)).collect();
    let drawn = decoy::directory(&app.keys, &row.subject, &many).map(nobody_in);
    let own = row.account.as_deref().and_then(directory_of).map(nobody_in);
    Ok(own.or(drawn))
}

/// Whether a text can be a password: neither empty, which is an anonymous bind that a directory may take for a success
/// (FL-10), nor longer than any that is set, counted in code points of the composed form as there (PW-03). Bytes are
/// bounded by the length of a body alone.
fn is_comparable(password: &SecretString) -> bool {
    let text = password.expose_secret();
    let length = without_trace(|| text.nfc().count());
    length <= usize::from(LONGEST) && !text.contains('\0') && !text.trim().is_empty()
}

/// The time step of a code of the account's authenticator, if it has not been used.
async fn totp(app: &App, account: &str, code: &SecretString) -> Answer<Option<u64>> {
    let mut tx = app.store.read().await?;
    let registered = methods::of(&mut tx, account).await?;
    drop(tx);
    let found = registered.into_iter().find(|found| found.method == Method::Totp);
    // Something is opened for everybody, so that a wrong code takes the same time for nobody's authenticator (D1).
    let seed = match &found {
        Some(found) => found.opened(&app.keys, account),
        None => seal::open(&app.keys, account, Method::Totp.as_str(), &seal::nothing(&app.keys, NO_SEED.len()))
            .map_err(Into::into),
    };
    if let (Err(refused), Some(_)) = (&seed, &found) {
        // A damaged seed is as good as none (D4).
        tracing::warn!(code = refused.code().as_str(), "an authenticator cannot be opened");
    }
    let seed = seed.ok();
    let used = found.map_or(0, |found| found.totp_step);
    let step = totp_step(seed.as_ref(), code, app.clock.now()).unwrap_or_default();
    let step = step.filter(|_| seed.is_some());
    Ok(step.filter(|step| i64::try_from(*step).is_ok_and(|step| step > used)))
}

/// The time step of an authenticator's code: this one, the one before or the one after, by the server's clock alone, for
/// a phone that is a little slow or fast (RFC 6238 §6, OT-12). Without a seed the same work is done.
pub(in crate::flow) fn totp_step(
    seed: Option<&SecretString>,
    code: &SecretString,
    now: Timestamp,
) -> Answer<Option<u64>> {
    without_trace(|| matching_step(seed, code, now))
}

fn matching_step(seed: Option<&SecretString>, code: &SecretString, now: Timestamp) -> Answer<Option<u64>> {
    let unusable = |_| Refused::new(Code::Internal);
    let seed = seed.map_or_else(|| NO_SEED, |seed| seed.expose_secret());
    let secret = Secret::try_from_base32(seed).map_err(unusable)?;
    let totp = Builder::new().with_secret(secret).with_skew(0).build().map_err(|_| Refused::new(Code::Internal))?;
    let now = u64::try_from(now.as_second()).unwrap_or(0);
    let times = [now, now.saturating_sub(TOTP_STEP_SECONDS), now.saturating_add(TOTP_STEP_SECONDS)];
    let steps = times.map(|time| totp.check(code.expose_secret(), time));
    Ok(steps.into_iter().flatten().next())
}

/// One verdict over all answers, each of them compared (SQ-04).
async fn answered(app: &App, row: &Row, answers: Vec<Given>) -> Answer<bool> {
    let account = row.account.as_deref().unwrap_or_default();
    let mut all = answers.len() == row.questions.len();
    let mut old = Vec::new();
    for question in &row.questions {
        let mut tx = app.store.begin().await?;
        let stored = methods::answer(&mut tx, account, question).await?;
        drop(tx);
        let given = answers.iter().find(|given| given.id == *question);
        let given = given.map_or_else(|| SecretString::from(""), |given| given.answer.clone());
        // Both forms are always made, so that an old answer, a new one and none take the same time (EN-02).
        let forms = (comparable_v1(&given), comparable(&given));
        let is_new = stored.as_ref().is_none_or(|stored| stored.form == AnswerRow::NEW_FORM);
        let given = if is_new { forms.1 } else { forms.0 };
        let phc = stored.as_ref().map(|stored| stored.answer_phc.clone());
        let right = app.hashing.matches(given.clone(), phc).await?;
        let of_before = stored.filter(|stored| app.hashing.is_of_another_cost(&stored.answer_phc));
        old.extend(of_before.map(|stored| (stored, given)));
        all &= right;
    }
    if all && row.account.is_some() {
        methods::hash_anew(&app.store, &app.hashing, account, old).await?;
    }
    Ok(all)
}
