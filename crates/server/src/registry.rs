//! The methods that accounts have registered, sealed.

use jiff::Timestamp;
use latchkey_api::Method;
use latchkey_api::flow::Means;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use unicode_normalization::UnicodeNormalization as _;

use crate::gates::{Offer, device};
use crate::hashing::Hashing;
use crate::keys::{Keys, Use, hex};
use crate::problem::Answer;
use crate::{decoy, random, recovery, seal};

/// A confirmed method of an account.
#[derive(Debug, Clone)]
pub(crate) struct Registered {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) sealed: Option<Vec<u8>>,
    /// Keyed hash of the number or address.
    pub(crate) device: Option<Vec<u8>>,
    pub(crate) totp_step: i64,
    /// When its owner last proved that it works; absent for what was taken over from elsewhere.
    pub(crate) confirmed_at: Option<i64>,
    /// Who said so: `person` or `imported`.
    pub(crate) source: String,
}

impl Registered {
    pub(crate) fn offer(&self) -> Offer {
        let destination = self.device.as_deref().map(hex).unwrap_or_default();
        Offer { method: self.method, device: device(self.method, &destination) }
    }

    /// The number, address or seed.
    pub(crate) fn opened(&self, keys: &Keys, account: &str) -> Answer<SecretString> {
        let sealed = self.sealed.as_deref().unwrap_or_default();
        Ok(seal::open(keys, account, self.method.as_str(), sealed)?)
    }
}

/// The confirmed methods of an account; of nobody: none, for the same work (EN-02).
pub(crate) async fn of(db: &mut SqliteConnection, account: &str) -> sqlx::Result<Vec<Registered>> {
    type Row = (String, String, Option<Vec<u8>>, Option<Vec<u8>>, i64, Option<i64>, String);
    let rows: Vec<Row> = sqlx::query_as(
        "SELECT id, method, sealed, device, totp_step, confirmed_at, source FROM methods
         WHERE account_id = ? AND confirmed = 1 ORDER BY rowid",
    )
    .bind(account)
    .fetch_all(db)
    .await?;
    let read = |(id, method, sealed, device, totp_step, confirmed_at, source): Row| {
        let method = Method::ALL.into_iter().find(|known| known.as_str() == method)?;
        Some(Registered { id, method, sealed, device, totp_step, confirmed_at, source })
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Adds or replaces a confirmed method; `value` is the normalised number or address, or the TOTP seed in base32.
///
/// # Errors
/// If it cannot be sealed or stored.
pub async fn register(
    db: &mut SqliteConnection,
    keys: &Keys,
    account: &str,
    method: Method,
    value: Option<&SecretString>,
) -> Answer<()> {
    let sealed = value.map(|value| seal::seal(keys, account, method.as_str(), value)).transpose()?;
    let device = value.filter(|_| method.destination().is_some()).map(|value| device_of(keys, value).to_vec());
    sqlx::query(
        "INSERT INTO methods (id, account_id, method, sealed, device, confirmed) VALUES (?, ?, ?, ?, ?, 1)
         ON CONFLICT (account_id, method) DO UPDATE SET sealed = excluded.sealed, device = excluded.device",
    )
    .bind(random::id()?)
    .bind(account)
    .bind(method.as_str())
    .bind(sealed)
    .bind(device)
    .execute(db)
    .await?;
    Ok(())
}

/// What is set up by the owner, once it is confirmed.
#[derive(Debug)]
pub(crate) struct Binding<'a> {
    pub(crate) means: Means,
    /// Those of its methods that are switched on.
    pub(crate) methods: &'a [Method],
    /// The normalised number or address, or the TOTP seed in base32.
    pub(crate) value: Option<&'a SecretString>,
    /// The step of the code that confirmed an authenticator.
    pub(crate) totp_step: i64,
}

/// Sets something up in place of what there was of the same means.
pub(crate) async fn bind(
    db: &mut SqliteConnection,
    keys: &Keys,
    account: &str,
    binding: &Binding<'_>,
    now: Timestamp,
) -> Answer<()> {
    unbind(db, account, binding.means).await?;
    for method in binding.methods {
        let sealed = binding.value.map(|value| seal::seal(keys, account, method.as_str(), value)).transpose()?;
        let has_device = method.destination().is_some();
        let device = binding.value.filter(|_| has_device).map(|value| device_of(keys, value).to_vec());
        let registered = Registered {
            id: random::id()?,
            method: *method,
            sealed,
            device,
            totp_step: binding.totp_step,
            confirmed_at: Some(now.as_millisecond()),
            source: "person".to_owned(),
        };
        insert(db, account, &registered).await?;
    }
    Ok(())
}

/// Takes everything of these means away.
pub(crate) async fn unbind(db: &mut SqliteConnection, account: &str, means: Means) -> sqlx::Result<()> {
    for method in means.methods() {
        sqlx::query("DELETE FROM methods WHERE account_id = ? AND method = ?")
            .bind(account)
            .bind(method.as_str())
            .execute(&mut *db)
            .await?;
    }
    match means {
        Means::Questions => {
            sqlx::query("DELETE FROM answers WHERE account_id = ?").bind(account).execute(db).await?;
        }
        Means::RecoveryCodes => recovery::clear(db, account).await?,
        Means::Mobile | Means::Office | Means::Email | Means::Authenticator => {}
    }
    Ok(())
}

/// Takes one method away.
pub(crate) async fn remove(db: &mut SqliteConnection, account: &str, id: &str) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM methods WHERE account_id = ? AND id = ?").bind(account).bind(id).execute(db).await?;
    Ok(())
}

/// Adds a confirmed method as it stands.
pub(crate) async fn insert(db: &mut SqliteConnection, account: &str, registered: &Registered) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO methods (id, account_id, method, sealed, device, confirmed, totp_step, confirmed_at, source)
         VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)",
    )
    .bind(&registered.id)
    .bind(account)
    .bind(registered.method.as_str())
    .bind(&registered.sealed)
    .bind(&registered.device)
    .bind(registered.totp_step)
    .bind(registered.confirmed_at)
    .bind(&registered.source)
    .execute(db)
    .await?;
    Ok(())
}

/// Writes down that its owner has proven once more that a method works.
pub(crate) async fn confirm_again(
    db: &mut SqliteConnection,
    account: &str,
    id: &str,
    totp_step: i64,
    now: Timestamp,
) -> sqlx::Result<()> {
    sqlx::query("UPDATE methods SET confirmed_at = ?, totp_step = max(totp_step, ?) WHERE account_id = ? AND id = ?")
        .bind(now.as_millisecond())
        .bind(totp_step)
        .bind(account)
        .bind(id)
        .execute(db)
        .await?;
    Ok(())
}

/// The means that a method is of; nothing for what nobody sets up.
pub(crate) fn means_of(method: Method) -> Option<Means> {
    Means::ALL.into_iter().find(|means| means.methods().contains(&method))
}

/// The keyed hash by which a number or address is compared and found.
pub(crate) fn device_of(keys: &Keys, normalised: &SecretString) -> [u8; 32] {
    keys.mac(Use::Device, &[normalised.expose_secret().as_bytes()])
}

/// An answer in the form that is hashed: NFKC, lower case, single spaces, none at the ends (SQ-03).
#[must_use]
pub(crate) fn comparable(answer: &SecretString) -> SecretString {
    let folded: SecretString = answer.expose_secret().nfkc().flat_map(char::to_lowercase).collect::<String>().into();
    folded.expose_secret().split_whitespace().collect::<Vec<_>>().join(" ").into()
}

/// Registers answers to questions of the catalogue.
///
/// # Errors
/// If they cannot be hashed or stored.
pub async fn register_answers(
    db: &mut SqliteConnection,
    hashing: &Hashing,
    account: &str,
    answers: &[(&str, SecretString)],
) -> Answer<()> {
    for (place, (question, answer)) in (0_i64..).zip(answers) {
        let phc = hashing.hash(comparable(answer)).await?;
        sqlx::query("INSERT OR REPLACE INTO answers (account_id, question, place, answer_phc) VALUES (?, ?, ?, ?)")
            .bind(account)
            .bind(*question)
            .bind(place)
            .bind(phc)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// One answer at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub(crate) struct KeptAnswer {
    pub(crate) question: String,
    pub(crate) place: i64,
    pub(crate) answer_phc: String,
}

/// All answers of an account.
pub(crate) async fn answers(db: &mut SqliteConnection, account: &str) -> sqlx::Result<Vec<KeptAnswer>> {
    sqlx::query_as("SELECT question, place, answer_phc FROM answers WHERE account_id = ? ORDER BY place")
        .bind(account)
        .fetch_all(db)
        .await
}

/// Adds answers as they stand.
pub(crate) async fn insert_answers(
    db: &mut SqliteConnection,
    account: &str,
    answers: &[KeptAnswer],
) -> sqlx::Result<()> {
    for answer in answers {
        sqlx::query("INSERT INTO answers (account_id, question, place, answer_phc) VALUES (?, ?, ?, ?)")
            .bind(account)
            .bind(&answer.question)
            .bind(answer.place)
            .bind(&answer.answer_phc)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

/// The questions that an account is asked, always the same (SQ-04).
pub(crate) async fn questions(db: &mut SqliteConnection, account: &str) -> sqlx::Result<Vec<String>> {
    let asked = i64::try_from(decoy::ASKED).unwrap_or(3);
    let rows: Vec<(String,)> =
        sqlx::query_as("SELECT question FROM answers WHERE account_id = ? ORDER BY place LIMIT ?")
            .bind(account)
            .bind(asked)
            .fetch_all(db)
            .await?;
    Ok(rows.into_iter().map(|(question,)| question).collect())
}

/// The hash of the answer to a question.
pub(crate) async fn answer(db: &mut SqliteConnection, account: &str, question: &str) -> sqlx::Result<Option<String>> {
    let row: Option<(String,)> = sqlx::query_as("SELECT answer_phc FROM answers WHERE account_id = ? AND question = ?")
        .bind(account)
        .bind(question)
        .fetch_optional(db)
        .await?;
    Ok(row.map(|(phc,)| phc))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_however_it_is_spelled() {
        // SQ-03
        for typed in ["Rex the  Dog", " rex THE dog ", "ｒｅｘ the dog"] {
            assert_eq!(comparable(&typed.into()).expose_secret(), "rex the dog", "{typed}");
        }
    }
}
