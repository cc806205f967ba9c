//! A machine has to pay before a person's account is touched: by ALTCHA's proof of work, or by reading or hearing
//! characters; once and not for long (OT-14).
//!
//! A check is not remembered: its id says what it is and until when, signed, and what solves it follows from it under a
//! key. Only an id that was solved, or whose characters were guessed, is written down, so that it is answered once: a
//! check that nobody solves leaves nothing behind, however many are asked for (C5).

mod characters;
mod picture;
mod sound;

use altcha_lib_rs::algorithm::AltchaAlgorithm;
use altcha_lib_rs::{ChallengeOptions, create_challenge};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use latchkey_api::Code;
use latchkey_api::human_check::{AskHumanCheck, Characters, HumanCheck, Kind, Puzzle, Solution};
use secrecy::{ExposeSecret as _, SecretString};

use crate::crypt::keys::{Keys, Use, hex};
use crate::crypt::random;
use crate::crypt::same::same;
use crate::crypt::turns::{Asker, Turn, Turns, Work};
use crate::guard::limits::Limits;
use crate::guard::trust::{Origin, Trust, guesses_in_all, starts_from};
use crate::refused::{Answer, Refused};
use crate::store::{self, Tx};
use crate::typed;

/// Bytes of an id: drawn, kind, end in milliseconds, what decides the answer, signature. In base64url these are the 64
/// characters that an id may have.
const NONCE: usize = 16;
const KIND: usize = 1;
const END: usize = 6;
const DECIDES: usize = 10;
const SIGNATURE: usize = 15;
const SIGNED: usize = NONCE + KIND + END + DECIDES;

/// What checks are made like now.
#[derive(Debug)]
pub(crate) struct Terms<'a> {
    /// Those that are switched on.
    pub(crate) kinds: &'a [Kind],
    /// Of a recording, where none is asked for.
    pub(crate) language: &'a str,
    /// The largest number of a proof of work.
    pub(crate) work: u64,
    pub(crate) expires_at: Timestamp,
}

/// Makes a check of a kind that is switched on; a picture is drawn when it is the asker's turn.
pub(crate) async fn create(
    keys: &Keys,
    terms: &Terms<'_>,
    turns: &Turns,
    ask: &AskHumanCheck,
    asker: Asker,
) -> Answer<HumanCheck> {
    let Terms { kinds, language, work, expires_at } = *terms;
    if !kinds.contains(&ask.kind) {
        return Err(Refused::new(Code::NotAllowed));
    }
    let nonce = random::bytes::<NONCE>()?;
    let (decides, puzzle, characters) = match ask.kind {
        Kind::ProofOfWork => (work_in_id(work), Some(puzzle(keys, &nonce, work)?), None),
        Kind::Characters => {
            let turn = turns.take(Work::Picture, asker).await?;
            let drawn = characters::draw()?;
            let decides = answer_mac(keys, &nonce, &drawn);
            let language = ask.language.clone().unwrap_or_else(|| language.to_owned());
            (decides, None, Some(shown(drawn, language, turn).await?))
        }
    };
    let id = Parts { nonce, kind: ask.kind, ends_at: expires_at.as_millisecond(), decides }.signed(keys);
    Ok(HumanCheck { id, kind: ask.kind, expires_at, puzzle, characters })
}

/// How much work a check asks for now: more, the more flows were started of late by all and from the same place, and the
/// more was guessed wrong by all, up to the dearest one that a configuration names.
pub(crate) async fn work(tx: &mut Tx, limits: &Limits, origin: &Origin, now: Timestamp) -> store::Result<u64> {
    let in_all = Trust::Stranger.starts_in_all(limits).used_thousandths(tx, now).await?;
    let from_there = starts_from(limits, origin).used_thousandths(tx, now).await?;
    let used = in_all.max(from_there).max(guesses_in_all(limits).used_thousandths(tx, now).await?);
    let room = limits.human_check_work_at_most.saturating_sub(limits.human_check_work);
    // By the square, so that the first few hardly feel it.
    Ok(limits.human_check_work.saturating_add(room.saturating_mul(used * used) / 1_000_000))
}

/// A solution of a check that was made here, in time and of a kind that is taken.
pub(crate) struct Solved<'a> {
    id: &'a str,
    ends_at: i64,
    right: bool,
}

/// Judges a solution before anything else is done for it, so that what is made up, too late or not worked for costs the
/// database nothing (C5). Characters can be guessed, and so a wrong guess of them has to be remembered; whoever gives a
/// wrong number has done less than whoever looks for the right one, and gains nothing.
pub(crate) fn judge<'a>(keys: &Keys, kinds: &[Kind], solution: &'a Solution, now: Timestamp) -> Option<Solved<'a>> {
    let parts = Parts::read(keys, &solution.id)?;
    // A kind that was switched off since is no longer taken.
    if parts.ends_at <= now.as_millisecond() || !kinds.contains(&parts.kind) {
        return None;
    }
    let right = parts.is_solved_by(keys, &solution.answer);
    let is_remembered = right || parts.kind == Kind::Characters;
    is_remembered.then_some(Solved { id: &solution.id, ends_at: parts.ends_at, right })
}

impl Solved<'_> {
    /// Uses the check up; whether it was solved, for the first time.
    pub(crate) async fn spend(&self, tx: &mut Tx) -> store::Result<bool> {
        Ok(store::limit::spend_check(tx, self.id, self.ends_at).await? && self.right)
    }
}

/// What an id says.
struct Parts {
    nonce: [u8; NONCE],
    kind: Kind,
    /// Milliseconds since 1970.
    ends_at: i64,
    /// The largest number, or the keyed hash of the characters.
    decides: [u8; DECIDES],
}

impl Parts {
    fn signed(&self, keys: &Keys) -> String {
        let mut bytes = Vec::with_capacity(SIGNED + SIGNATURE);
        bytes.extend_from_slice(&self.nonce);
        bytes.push(match self.kind {
            Kind::ProofOfWork => 0,
            Kind::Characters => 1,
        });
        bytes.extend(self.ends_at.to_be_bytes().into_iter().skip(8 - END));
        bytes.extend_from_slice(&self.decides);
        let signature = signature(keys, &bytes);
        bytes.extend_from_slice(&signature);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What an id says that was signed here.
    fn read(keys: &Keys, id: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(id).ok()?;
        let (signed, signature) = bytes.split_at_checked(SIGNED)?;
        if !same(&self::signature(keys, signed), signature) {
            return None;
        }
        let (nonce, rest) = signed.split_first_chunk::<NONCE>()?;
        let ([kind], rest) = rest.split_first_chunk::<KIND>()?;
        let (end, rest) = rest.split_first_chunk::<END>()?;
        let (decides, _) = rest.split_first_chunk::<DECIDES>()?;
        let kind = if *kind == 0 { Kind::ProofOfWork } else { Kind::Characters };
        let ends_at = end.iter().fold(0, |number, byte| number << 8 | i64::from(*byte));
        Some(Self { nonce: *nonce, kind, ends_at, decides: *decides })
    }

    fn is_solved_by(&self, keys: &Keys, answer: &str) -> bool {
        match self.kind {
            Kind::ProofOfWork => {
                let work = self.decides.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte));
                answer.parse() == Ok(number(keys, &self.nonce, work))
            }
            Kind::Characters => {
                let typed = answer_mac(keys, &self.nonce, &typed::code::characters(answer));
                same(&self.decides, &typed)
            }
        }
    }
}

fn signature(keys: &Keys, signed: &[u8]) -> [u8; SIGNATURE] {
    first(keys.mac(Use::HumanCheck, &[b"check", signed]))
}

/// Keyed hash of characters, bound to their check: whoever has its id does not know what to type.
fn answer_mac(keys: &Keys, nonce: &[u8; NONCE], characters: &SecretString) -> [u8; DECIDES] {
    first(keys.mac(Use::HumanCheck, &[b"characters", nonce, characters.expose_secret().as_bytes()]))
}

/// The number that a proof of work has to find, from 0 to `work`.
fn number(keys: &Keys, nonce: &[u8; NONCE], work: u64) -> u64 {
    let drawn: [u8; 8] = first(keys.mac(Use::HumanCheck, &[b"number", nonce, &work.to_be_bytes()]));
    u64::from_be_bytes(drawn) % work.saturating_add(1)
}

fn work_in_id(work: u64) -> [u8; DECIDES] {
    let mut out = [0; DECIDES];
    out.iter_mut().zip(work.to_be_bytes()).for_each(|(to, from)| *to = from);
    out
}

fn first<const N: usize>(mac: [u8; 32]) -> [u8; N] {
    let mut out = [0; N];
    out.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
    out
}

fn puzzle(keys: &Keys, nonce: &[u8; NONCE], work: u64) -> Answer<Puzzle> {
    let challenge = create_challenge(ChallengeOptions {
        algorithm: Some(AltchaAlgorithm::Sha256),
        max_number: Some(work),
        hmac_key: &hex(&keys.for_use(Use::HumanCheck)),
        salt: Some(hex(&first::<16>(keys.mac(Use::HumanCheck, &[b"salt", nonce])))),
        number: Some(number(keys, nonce, work)),
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::{self, Clock, MovableClock};
    use crate::store::Store;

    #[tokio::test]
    async fn a_check_is_taken_once_as_it_was_made_and_writes_no_row_before() {
        // OT-14, C5
        let (keys, others) = (Keys::generate().expect("keys"), Keys::generate().expect("keys"));
        let store = Store::in_memory().await.expect("store");
        let mut tx = store.begin().await.expect("transaction");
        let (kinds, now) = ([Kind::ProofOfWork], clock::at(1_000_000));
        let ask = AskHumanCheck { kind: Kind::ProofOfWork, language: None };
        let terms = Terms { kinds: &kinds, language: "en", work: 20, expires_at: clock::at(1_300_000) };
        let asker = Asker::Stranger { network: [192, 0, 2, 1].into(), shared: false };
        let clock: Arc<dyn Clock> = Arc::new(MovableClock::at(now));
        let check = create(&keys, &terms, &Turns::new(&clock), &ask, asker).await.expect("made");
        let puzzle = check.puzzle.expect("a puzzle");
        let found = altcha_lib_rs::solve_challenge(&puzzle.challenge, &puzzle.salt, None, Some(20), 0).expect("solved");
        let right = Solution { id: check.id.clone(), answer: found.to_string() };
        for (at, keys, kinds) in [(1_300_000, &keys, &kinds[..]), (1_000_000, &others, &kinds), (1_000_000, &keys, &[])]
        {
            assert!(judge(keys, kinds, &right, clock::at(at)).is_none(), "{at}");
        }
        let bytes = URL_SAFE_NO_PAD.decode(&check.id).expect("base64url");
        for place in 0..bytes.len() {
            let mut other = bytes.clone();
            other[place] ^= 1;
            let other = Solution { id: URL_SAFE_NO_PAD.encode(other), answer: found.to_string() };
            assert!(judge(&keys, &kinds, &other, now).is_none(), "byte {place}");
        }
        let wrong = Solution { answer: (found + 1).to_string(), ..right.clone() };
        assert!(judge(&keys, &kinds, &wrong, now).is_none(), "nothing to remember");
        let solved = judge(&keys, &kinds, &right, now).expect("solved");
        assert!(solved.spend(&mut tx).await.expect("asked"), "nothing has used it up");
        assert!(!solved.spend(&mut tx).await.expect("asked"), "once");
    }

    #[tokio::test]
    async fn work_grows_with_what_is_going_on_and_from_one_place() {
        let store = Store::in_memory().await.expect("store");
        let mut tx = store.begin().await.expect("transaction");
        let limits = Limits { starts_per_source: 10, ..Limits::default() };
        let now = clock::at(1_000_000);
        let [here, there] = [1_u8, 2].map(|last| Origin { network: [192, 0, 2, last].into(), on_campus: false });
        for _ in 0..10 {
            starts_from(&limits, &here).take(&mut tx, now).await.expect("counted").expect("taken");
        }
        assert_eq!(work(&mut tx, &limits, &here, now).await.expect("read"), limits.human_check_work_at_most);
        assert_eq!(work(&mut tx, &limits, &there, now).await.expect("read"), limits.human_check_work);
        let campus = Origin { on_campus: true, ..here };
        assert!(work(&mut tx, &limits, &campus, now).await.expect("read") < 60_000, "C7");
    }
}
