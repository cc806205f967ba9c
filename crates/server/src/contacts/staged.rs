//! What a file says, beside the database until it is known to be good.
//!
//! A temporary table of the one connection: it takes no lock of the database, needs no memory for a million rows, and
//! is put into the methods by one short transaction.

use secrecy::SecretString;
use sqlx::{SqliteConnection, SqlitePool};

use super::line::{Column, Contact, Reason};
use crate::keys::Keys;
use crate::problem::Refused;
use crate::{registry, seal};

/// What an import does to one contact of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is there already.
    Same,
    Added,
    Changed,
    /// Its owner has set up and confirmed another one, which stays.
    Kept,
}

impl Change {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Kept => "kept as its owner set it up",
        }
    }
}

/// Makes an empty table.
pub(crate) async fn begin(pool: &SqlitePool) -> sqlx::Result<()> {
    end(pool).await?;
    sqlx::query(
        "CREATE TEMP TABLE staged (
             line INTEGER PRIMARY KEY,
             account_id TEXT NOT NULL UNIQUE,
             account TEXT NOT NULL,
             mobile BLOB, text_sealed BLOB, call_sealed BLOB,
             office BLOB, office_sealed BLOB,
             email BLOB, email_sealed BLOB,
             language TEXT
         ) STRICT",
    )
    .execute(pool)
    .await?;
    Ok(())
}

/// Forgets the table.
pub(crate) async fn end(pool: &SqlitePool) -> sqlx::Result<()> {
    sqlx::query("DROP TABLE IF EXISTS temp.staged").execute(pool).await?;
    Ok(())
}

/// Adds what a line says of an account.
///
/// # Errors
/// The inner one if the account was there before.
pub(crate) async fn put(
    pool: &SqlitePool,
    keys: &Keys,
    line: u64,
    id: &str,
    contact: &Contact,
) -> Result<Result<(), Reason>, Refused> {
    let device = |value: &Option<SecretString>| value.as_ref().map(|value| registry::device_of(keys, value).to_vec());
    let sealed = |method: &str, value: &Option<SecretString>| {
        value.as_ref().map(|value| seal::seal(keys, id, method, value)).transpose()
    };
    let line = i64::try_from(line).unwrap_or(i64::MAX);
    let added = sqlx::query("INSERT INTO temp.staged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
        .bind(line)
        .bind(id)
        .bind(&contact.account)
        .bind(device(&contact.mobile))
        .bind(sealed("text_mobile", &contact.mobile)?)
        .bind(sealed("call_mobile", &contact.mobile)?)
        .bind(device(&contact.office))
        .bind(sealed("call_office", &contact.office)?)
        .bind(device(&contact.email))
        .bind(sealed("email", &contact.email)?)
        .bind(&contact.language)
        .execute(pool)
        .await?;
    if added.rows_affected() == 1 {
        return Ok(Ok(()));
    }
    let (first,): (i64,) =
        sqlx::query_as("SELECT line FROM temp.staged WHERE account_id = ?").bind(id).fetch_one(pool).await?;
    Ok(Err(Reason::Duplicate(first.unsigned_abs())))
}

/// One account and what would happen to it.
#[derive(sqlx::FromRow)]
pub(crate) struct Compared {
    pub(crate) line: i64,
    pub(crate) account: String,
    text: Option<i64>,
    call: Option<i64>,
    office: Option<i64>,
    email: Option<i64>,
    language: Option<i64>,
}

impl Compared {
    pub(crate) fn changes(&self, replace: bool) -> Vec<(Column, Change)> {
        let change = |state: i64| match (state, replace) {
            (0, _) => Change::Same,
            (1, _) => Change::Added,
            (2, _) | (_, true) => Change::Changed,
            (_, false) => Change::Kept,
        };
        // A mobile serves two methods; what happens to either is said.
        let mobile = self.text.into_iter().chain(self.call).map(change).max();
        let others = [
            (Column::Office, self.office.map(change)),
            (Column::Email, self.email.map(change)),
            (Column::Language, self.language.map(change)),
        ];
        let all = [(Column::Mobile, mobile)].into_iter().chain(others);
        all.filter_map(|(column, change)| change.map(|change| (column, change))).collect()
    }
}

/// The next accounts after a line, compared with what is registered: nothing where nothing is said, 0 the same,
/// 1 added, 2 changed, 3 another one that its owner has confirmed.
pub(crate) async fn compared(pool: &SqlitePool, after: i64) -> sqlx::Result<Vec<Compared>> {
    sqlx::query_as(
        "SELECT line, account,
             CASE WHEN staged.mobile IS NULL THEN NULL WHEN t.id IS NULL THEN 1 WHEN t.device IS staged.mobile THEN 0
                  WHEN t.source = 'person' AND t.confirmed = 1 THEN 3 ELSE 2 END AS text,
             CASE WHEN staged.mobile IS NULL THEN NULL WHEN c.id IS NULL THEN 1 WHEN c.device IS staged.mobile THEN 0
                  WHEN c.source = 'person' AND c.confirmed = 1 THEN 3 ELSE 2 END AS call,
             CASE WHEN staged.office IS NULL THEN NULL WHEN o.id IS NULL THEN 1 WHEN o.device IS staged.office THEN 0
                  WHEN o.source = 'person' AND o.confirmed = 1 THEN 3 ELSE 2 END AS office,
             CASE WHEN staged.email IS NULL THEN NULL WHEN e.id IS NULL THEN 1 WHEN e.device IS staged.email THEN 0
                  WHEN e.source = 'person' AND e.confirmed = 1 THEN 3 ELSE 2 END AS email,
             CASE WHEN staged.language IS NULL THEN NULL WHEN l.language IS NULL THEN 1
                  WHEN l.language = staged.language THEN 0 ELSE 2 END AS language
         FROM temp.staged
         LEFT JOIN methods t ON t.account_id = staged.account_id AND t.method = 'text_mobile'
         LEFT JOIN methods c ON c.account_id = staged.account_id AND c.method = 'call_mobile'
         LEFT JOIN methods o ON o.account_id = staged.account_id AND o.method = 'call_office'
         LEFT JOIN methods e ON e.account_id = staged.account_id AND e.method = 'email'
         LEFT JOIN contact_languages l ON l.account_id = staged.account_id
         WHERE line > ? ORDER BY line LIMIT 500",
    )
    .bind(after)
    .fetch_all(pool)
    .await
}

/// Puts everything where it belongs, in the caller's transaction.
pub(crate) async fn apply(db: &mut SqliteConnection, replace: bool) -> sqlx::Result<()> {
    for statement in APPLY {
        sqlx::query(statement).bind(replace).execute(&mut *db).await?;
    }
    sqlx::query(
        "INSERT INTO contact_languages (account_id, language)
         SELECT account_id, language FROM temp.staged WHERE language IS NOT NULL
         ON CONFLICT (account_id) DO UPDATE SET language = excluded.language",
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One statement a method; an id names a row and guards nothing, so the database may draw it.
const APPLY: [&str; 4] = [
    "INSERT INTO methods (id, account_id, method, sealed, device, confirmed, source)
     SELECT lower(hex(randomblob(16))), account_id, 'text_mobile', text_sealed, mobile, 1, 'imported'
     FROM temp.staged WHERE mobile IS NOT NULL
     ON CONFLICT (account_id, method) DO UPDATE
     SET sealed = excluded.sealed, device = excluded.device, confirmed = 1, source = 'imported'
     WHERE device IS NOT excluded.device AND (source <> 'person' OR confirmed = 0 OR ?1)",
    "INSERT INTO methods (id, account_id, method, sealed, device, confirmed, source)
     SELECT lower(hex(randomblob(16))), account_id, 'call_mobile', call_sealed, mobile, 1, 'imported'
     FROM temp.staged WHERE mobile IS NOT NULL
     ON CONFLICT (account_id, method) DO UPDATE
     SET sealed = excluded.sealed, device = excluded.device, confirmed = 1, source = 'imported'
     WHERE device IS NOT excluded.device AND (source <> 'person' OR confirmed = 0 OR ?1)",
    "INSERT INTO methods (id, account_id, method, sealed, device, confirmed, source)
     SELECT lower(hex(randomblob(16))), account_id, 'call_office', office_sealed, office, 1, 'imported'
     FROM temp.staged WHERE office IS NOT NULL
     ON CONFLICT (account_id, method) DO UPDATE
     SET sealed = excluded.sealed, device = excluded.device, confirmed = 1, source = 'imported'
     WHERE device IS NOT excluded.device AND (source <> 'person' OR confirmed = 0 OR ?1)",
    "INSERT INTO methods (id, account_id, method, sealed, device, confirmed, source)
     SELECT lower(hex(randomblob(16))), account_id, 'email', email_sealed, email, 1, 'imported'
     FROM temp.staged WHERE email IS NOT NULL
     ON CONFLICT (account_id, method) DO UPDATE
     SET sealed = excluded.sealed, device = excluded.device, confirmed = 1, source = 'imported'
     WHERE device IS NOT excluded.device AND (source <> 'person' OR confirmed = 0 OR ?1)",
];
