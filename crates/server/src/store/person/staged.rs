//! Queries: what a file of contacts says, beside the other tables until it is known to be good.
//!
//! A temporary table of the connection that writes: it takes no lock of the database, needs no memory for a million
//! rows, and is put into the methods by one short transaction.

use crate::store::{Result, Store, Tx};

/// What a line says of an account: each number and address as it will be stored.
#[derive(Debug, Default, sqlx::FromRow)]
pub(crate) struct StagedRow {
    pub(crate) line: i64,
    pub(crate) account_id: String,
    pub(crate) account: String,
    /// Ids of the methods to be, for whichever are new: text, call, office, email.
    pub(crate) ids: String,
    pub(crate) mobile: Option<Vec<u8>>,
    pub(crate) text_sealed: Option<Vec<u8>>,
    pub(crate) call_sealed: Option<Vec<u8>>,
    pub(crate) office: Option<Vec<u8>>,
    pub(crate) office_sealed: Option<Vec<u8>>,
    pub(crate) email: Option<Vec<u8>>,
    pub(crate) email_sealed: Option<Vec<u8>>,
    pub(crate) language: Option<String>,
    /// Separated by blanks, in order.
    pub(crate) groups: Option<String>,
}

/// Makes an empty table.
pub(crate) async fn begin(store: &Store) -> Result<()> {
    end(store).await?;
    sqlx::query(
        "CREATE TEMP TABLE staged (
             line INTEGER PRIMARY KEY,
             account_id TEXT NOT NULL UNIQUE,
             account TEXT NOT NULL,
             ids TEXT NOT NULL,
             mobile BLOB, text_sealed BLOB, call_sealed BLOB,
             office BLOB, office_sealed BLOB,
             email BLOB, email_sealed BLOB,
             language TEXT,
             groups TEXT
         ) STRICT",
    )
    .execute(&store.writer)
    .await?;
    Ok(())
}

/// Forgets the table.
pub(crate) async fn end(store: &Store) -> Result<()> {
    sqlx::query("DROP TABLE IF EXISTS temp.staged").execute(&store.writer).await?;
    Ok(())
}

/// Adds what a line says of an account.
///
/// # Errors
/// The inner one, with the earlier line, if the account was there before.
pub(crate) async fn put(store: &Store, row: &StagedRow) -> Result<std::result::Result<(), i64>> {
    let added = sqlx::query(
        "INSERT INTO temp.staged VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         ON CONFLICT DO NOTHING",
    )
    .bind(row.line)
    .bind(&row.account_id)
    .bind(&row.account)
    .bind(&row.ids)
    .bind(&row.mobile)
    .bind(&row.text_sealed)
    .bind(&row.call_sealed)
    .bind(&row.office)
    .bind(&row.office_sealed)
    .bind(&row.email)
    .bind(&row.email_sealed)
    .bind(&row.language)
    .bind(&row.groups)
    .execute(&store.writer)
    .await?;
    if added.rows_affected() == 1 {
        return Ok(Ok(()));
    }
    let (first,): (i64,) = sqlx::query_as("SELECT line FROM temp.staged WHERE account_id = $1")
        .bind(&row.account_id)
        .fetch_one(&store.writer)
        .await?;
    Ok(Err(first))
}

/// One account and what would happen to it: nothing where nothing is said, 0 the same, 1 added, 2 changed, 3 another
/// one that its owner has confirmed.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct ComparedRow {
    pub(crate) line: i64,
    pub(crate) account: String,
    pub(crate) text: Option<i64>,
    pub(crate) call: Option<i64>,
    pub(crate) office: Option<i64>,
    pub(crate) email: Option<i64>,
    pub(crate) language: Option<i64>,
    pub(crate) groups: Option<i64>,
}

/// The next accounts after a line, compared with what is registered.
pub(crate) async fn compared(store: &Store, after: i64, most: i64) -> Result<Vec<ComparedRow>> {
    let rows = sqlx::query_as(
        "SELECT line, account,
             CASE WHEN staged.mobile IS NULL THEN NULL WHEN t.id IS NULL THEN 1
                  WHEN t.device IS NOT DISTINCT FROM staged.mobile THEN 0
                  WHEN t.source = 'person' AND t.confirmed = 1 THEN 3 ELSE 2 END AS text,
             CASE WHEN staged.mobile IS NULL THEN NULL WHEN c.id IS NULL THEN 1
                  WHEN c.device IS NOT DISTINCT FROM staged.mobile THEN 0
                  WHEN c.source = 'person' AND c.confirmed = 1 THEN 3 ELSE 2 END AS call,
             CASE WHEN staged.office IS NULL THEN NULL WHEN o.id IS NULL THEN 1
                  WHEN o.device IS NOT DISTINCT FROM staged.office THEN 0
                  WHEN o.source = 'person' AND o.confirmed = 1 THEN 3 ELSE 2 END AS office,
             CASE WHEN staged.email IS NULL THEN NULL WHEN e.id IS NULL THEN 1
                  WHEN e.device IS NOT DISTINCT FROM staged.email THEN 0
                  WHEN e.source = 'person' AND e.confirmed = 1 THEN 3 ELSE 2 END AS email,
             CASE WHEN staged.language IS NULL THEN NULL WHEN l.language IS NULL THEN 1
                  WHEN l.language = staged.language THEN 0 ELSE 2 END AS language,
             CASE WHEN staged.groups IS NULL THEN NULL WHEN g.names IS NULL THEN 1
                  WHEN g.names = staged.groups THEN 0 ELSE 2 END AS groups
         FROM temp.staged
         LEFT JOIN methods t ON t.account_id = staged.account_id AND t.method = 'text_mobile'
         LEFT JOIN methods c ON c.account_id = staged.account_id AND c.method = 'call_mobile'
         LEFT JOIN methods o ON o.account_id = staged.account_id AND o.method = 'call_office'
         LEFT JOIN methods e ON e.account_id = staged.account_id AND e.method = 'email'
         LEFT JOIN contact_languages l ON l.account_id = staged.account_id
         LEFT JOIN (SELECT account_id, string_agg(name, ' ' ORDER BY name) AS names
                    FROM directory_account_groups GROUP BY account_id) g ON g.account_id = staged.account_id
         WHERE line > $1 ORDER BY line LIMIT $2",
    )
    .bind(after)
    .bind(most)
    .fetch_all(&store.writer)
    .await?;
    Ok(rows)
}

/// Puts everything where it belongs, in the caller's transaction. An id of a method is that of its line with the place
/// of the method behind it.
///
/// What takes the place of another number or address is not used before `usable_from`, and what it replaces is kept, so
/// that the person is told (B6).
pub(crate) async fn apply(tx: &mut Tx, replace: bool, usable_from: i64) -> Result<()> {
    for statement in REPLACED {
        sqlx::query(statement).bind(replace).execute(tx.connection()).await?;
    }
    for statement in APPLY {
        sqlx::query(statement).bind(replace).bind(usable_from).execute(tx.connection()).await?;
    }
    sqlx::query(
        "INSERT INTO contact_languages (account_id, language)
         SELECT account_id, language FROM temp.staged WHERE language IS NOT NULL
         ON CONFLICT (account_id) DO UPDATE SET language = excluded.language",
    )
    .execute(tx.connection())
    .await?;
    for statement in GROUPS {
        sqlx::query(statement).execute(tx.connection()).await?;
    }
    Ok(())
}

/// Puts the groups that lines say in place of those that their accounts had: the words of each text, one row a word.
const GROUPS: [&str; 2] = [
    "DELETE FROM directory_account_groups
     WHERE account_id IN (SELECT account_id FROM temp.staged WHERE groups IS NOT NULL)",
    "INSERT INTO directory_account_groups (account_id, name)
     WITH RECURSIVE words (account_id, word, rest) AS (
         SELECT account_id, '', groups || ' ' FROM temp.staged WHERE groups IS NOT NULL
         UNION ALL
         SELECT account_id, substr(rest, 1, instr(rest, ' ') - 1), substr(rest, instr(rest, ' ') + 1)
         FROM words WHERE rest <> '')
     SELECT account_id, word FROM words JOIN directory_accounts ON directory_accounts.id = account_id WHERE word <> ''",
];

/// The accounts whose numbers or addresses were replaced while somebody is in a flow of theirs.
pub(crate) async fn replaced_in_flows(tx: &mut Tx) -> Result<Vec<String>> {
    let ids: Vec<(String,)> = sqlx::query_as(
        "SELECT DISTINCT flows.account_id FROM flows JOIN replaced_methods r ON r.account_id = flows.account_id
         WHERE step IN ('choose_method', 'prove', 'set_password', 'manage')",
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// What will be replaced of one method, by its column of the file.
macro_rules! replaced {
    ($method:literal, $device:literal) => {
        concat!(
            "INSERT INTO replaced_methods (account_id, method, sealed, device, tells_new)
             SELECT m.account_id, m.method, m.sealed, m.device, TRUE
             FROM temp.staged JOIN methods m ON m.account_id = staged.account_id AND m.method = '",
            $method,
            "' WHERE ",
            $device,
            " IS NOT NULL AND m.device IS DISTINCT FROM ",
            $device,
            " AND m.device IS NOT NULL AND m.confirmed = 1 AND (m.source <> 'person' OR $1)
             ON CONFLICT DO NOTHING"
        )
    };
}

/// Puts one method where it belongs, by its columns of the file and the letter that its ids end in.
macro_rules! applied {
    ($method:literal, $device:literal, $sealed:literal, $letter:literal) => {
        concat!(
            "INSERT INTO methods (id, account_id, method, sealed, device, confirmed, source, proves)
             SELECT ids || '",
            $letter,
            "', account_id, '",
            $method,
            "', ",
            $sealed,
            ", ",
            $device,
            ", 1, 'imported', 1 FROM temp.staged WHERE ",
            $device,
            " IS NOT NULL
             ON CONFLICT (account_id, method) DO UPDATE
             SET id = excluded.id, sealed = excluded.sealed, device = excluded.device, confirmed = 1, source = 'imported',
                 confirmed_at = NULL, proves = 1, usable_from = $2
             WHERE methods.device IS DISTINCT FROM excluded.device
                 AND (methods.source <> 'person' OR methods.confirmed = 0 OR $1)"
        )
    };
}

const REPLACED: [&str; 4] = [
    replaced!("text_mobile", "mobile"),
    replaced!("call_mobile", "mobile"),
    replaced!("call_office", "office"),
    replaced!("email", "email"),
];

const APPLY: [&str; 4] = [
    applied!("text_mobile", "mobile", "text_sealed", "t"),
    applied!("call_mobile", "mobile", "call_sealed", "c"),
    applied!("call_office", "office", "office_sealed", "o"),
    applied!("email", "email", "email_sealed", "e"),
];
