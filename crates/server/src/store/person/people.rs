//! Queries: the people of the directory as they were last read, and where the reader goes on.

use crate::store::{Result, Tx};

/// One person at rest.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct PersonRow {
    pub(crate) id: String,
    pub(crate) account: String,
    pub(crate) enabled: bool,
    pub(crate) privileged: bool,
    pub(crate) locked: bool,
    pub(crate) must_change: bool,
    /// When the password was changed last.
    pub(crate) password_changed_at: Option<i64>,
    pub(crate) expires_at: Option<i64>,
}

/// One person with the population that they are of.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct KnownRow {
    #[sqlx(flatten)]
    pub(crate) person: PersonRow,
    /// Empty where they are of none.
    pub(crate) population: String,
    /// By what they belong to it.
    pub(crate) population_by: String,
}

/// A person whom a name may mean.
#[derive(Debug, sqlx::FromRow)]
pub(crate) struct NamedRow {
    #[sqlx(flatten)]
    pub(crate) known: KnownRow,
    /// The name stands behind sign-in names: it is another name of theirs, or a sign-in name that is written otherwise.
    pub(crate) alias: bool,
}

/// Those who bear a name: sign-in names first, at most three.
pub(crate) async fn named(tx: &mut Tx, name: &str) -> Result<Vec<NamedRow>> {
    let found = sqlx::query_as(
        "SELECT id, account, enabled, privileged, locked, must_change, password_changed_at, expires_at, population,
             population_by, alias
         FROM people_names JOIN people ON people.id = people_names.person_id
         WHERE name = $1 AND NOT gone ORDER BY alias LIMIT 3",
    )
    .bind(name)
    .fetch_all(tx.connection())
    .await?;
    Ok(found)
}

/// The person of an id, unless they are gone.
pub(crate) async fn by_id(tx: &mut Tx, id: &str) -> Result<Option<KnownRow>> {
    let found = sqlx::query_as(
        "SELECT id, account, enabled, privileged, locked, must_change, password_changed_at, expires_at, population,
             population_by
         FROM people WHERE id = $1 AND NOT gone",
    )
    .bind(id)
    .fetch_optional(tx.connection())
    .await?;
    Ok(found)
}

/// The population that somebody was of last, gone or not; nothing of nobody.
pub(crate) async fn population_of(tx: &mut Tx, id: &str) -> Result<Option<String>> {
    let found: Option<(String,)> =
        sqlx::query_as("SELECT population FROM people WHERE id = $1").bind(id).fetch_optional(tx.connection()).await?;
    Ok(found.map(|(population,)| population))
}

/// Writes down which population a person is of, and by what.
pub(crate) async fn put_population(tx: &mut Tx, id: &str, population: &str, by: &str) -> Result<()> {
    sqlx::query("UPDATE people SET population = $1, population_by = $2 WHERE id = $3")
        .bind(population)
        .bind(by)
        .bind(id)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// How many people are of each population.
pub(crate) async fn populations(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    Ok(sqlx::query_as("SELECT population, COUNT(*) FROM people WHERE NOT gone GROUP BY population ORDER BY population")
        .fetch_all(tx.connection())
        .await?)
}

/// Id and sign-in name of everybody who is not gone.
pub(crate) async fn all(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    Ok(sqlx::query_as("SELECT id, account FROM people WHERE NOT gone").fetch_all(tx.connection()).await?)
}

/// Writes down how a person of a directory stands, and that its reading has found them.
pub(crate) async fn put(tx: &mut Tx, directory: &str, row: &PersonRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO people (id, directory, account, enabled, privileged, locked, must_change, password_changed_at,
             expires_at, gone, round)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, FALSE,
             COALESCE((SELECT round FROM people_readings WHERE people_readings.directory = $2), 0))
         ON CONFLICT (id) DO UPDATE SET account = excluded.account, enabled = excluded.enabled,
             privileged = excluded.privileged, locked = excluded.locked, must_change = excluded.must_change,
             password_changed_at = excluded.password_changed_at, expires_at = excluded.expires_at, gone = FALSE,
             round = excluded.round",
    )
    .bind(&row.id)
    .bind(directory)
    .bind(&row.account)
    .bind(row.enabled)
    .bind(row.privileged)
    .bind(row.locked)
    .bind(row.must_change)
    .bind(row.password_changed_at)
    .bind(row.expires_at)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The names of a person and whether each is an alias.
pub(crate) async fn names(tx: &mut Tx, id: &str) -> Result<Vec<(String, bool)>> {
    let found = sqlx::query_as("SELECT name, alias FROM people_names WHERE person_id = $1 ORDER BY name")
        .bind(id)
        .fetch_all(tx.connection())
        .await?;
    Ok(found)
}

/// Puts these names in place of those that a person had.
pub(crate) async fn put_names(tx: &mut Tx, id: &str, names: &[(String, bool)]) -> Result<()> {
    sqlx::query("DELETE FROM people_names WHERE person_id = $1").bind(id).execute(tx.connection()).await?;
    for (name, alias) in names {
        sqlx::query(
            "INSERT INTO people_names (name, person_id, alias) VALUES ($1, $2, $3)
             ON CONFLICT (name, person_id) DO NOTHING",
        )
        .bind(name)
        .bind(id)
        .bind(alias)
        .execute(tx.connection())
        .await?;
    }
    Ok(())
}

/// Gives a person another sign-in name, in place of the one that they had.
pub(crate) async fn rename(tx: &mut Tx, id: &str, name: &str) -> Result<()> {
    sqlx::query("UPDATE people SET account = $1 WHERE id = $2").bind(name).bind(id).execute(tx.connection()).await?;
    put_names(tx, id, &[(name.to_owned(), false)]).await
}

/// Some of those whose sign-in name means somebody else, or nobody, because another person bears it too.
pub(crate) async fn named_like_another(tx: &mut Tx, most: i64) -> Result<Vec<String>> {
    let ids: Vec<(String,)> = sqlx::query_as(
        "SELECT people.id FROM people
         JOIN people_names AS own ON own.person_id = people.id AND own.name = people.account
         WHERE NOT gone AND EXISTS (
             SELECT 1 FROM people_names AS theirs JOIN people AS others ON others.id = theirs.person_id
             WHERE theirs.name = own.name AND theirs.person_id <> own.person_id AND theirs.alias <= own.alias
                 AND NOT others.gone)
         ORDER BY people.id LIMIT $1",
    )
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// One thing that the directory knows of a person.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct ContactRow {
    pub(crate) kind: String,
    /// Keyed hash of it.
    pub(crate) device: Vec<u8>,
    pub(crate) sealed: Vec<u8>,
}

/// What the directory knew of a person.
pub(crate) async fn contacts(tx: &mut Tx, id: &str) -> Result<Vec<ContactRow>> {
    let found =
        sqlx::query_as("SELECT kind, device, sealed FROM people_contacts WHERE person_id = $1 ORDER BY kind, device")
            .bind(id)
            .fetch_all(tx.connection())
            .await?;
    Ok(found)
}

/// Adds something that the directory knows of a person.
pub(crate) async fn put_contact(tx: &mut Tx, id: &str, row: &ContactRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO people_contacts (person_id, kind, device, sealed) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person_id, kind, device) DO NOTHING",
    )
    .bind(id)
    .bind(&row.kind)
    .bind(&row.device)
    .bind(&row.sealed)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Takes something away that the directory knows no longer.
pub(crate) async fn remove_contact(tx: &mut Tx, id: &str, kind: &str, device: &[u8]) -> Result<()> {
    sqlx::query("DELETE FROM people_contacts WHERE person_id = $1 AND kind = $2 AND device = $3")
        .bind(id)
        .bind(kind)
        .bind(device)
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Marks one account as gone from the directory; nothing that the directory knew of it is kept.
pub(crate) async fn mark_gone(tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("UPDATE people SET gone = TRUE WHERE id = $1").bind(id).execute(tx.connection()).await?;
    sqlx::query("DELETE FROM people_contacts WHERE person_id = $1").bind(id).execute(tx.connection()).await?;
    Ok(())
}

/// Some of those whom this reading of a whole directory has not found.
pub(crate) async fn not_found(tx: &mut Tx, directory: &str, most: i64) -> Result<Vec<String>> {
    let ids: Vec<(String,)> = sqlx::query_as(
        "SELECT people.id FROM people JOIN people_readings ON people_readings.directory = people.directory
         WHERE people.directory = $1 AND people.round < people_readings.round AND NOT gone LIMIT $2",
    )
    .bind(directory)
    .bind(most)
    .fetch_all(tx.connection())
    .await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// Some of those who are of a directory.
pub(crate) async fn of_directory(tx: &mut Tx, directory: &str, most: i64) -> Result<Vec<String>> {
    let ids: Vec<(String,)> = sqlx::query_as("SELECT id FROM people WHERE directory = $1 AND NOT gone LIMIT $2")
        .bind(directory)
        .bind(most)
        .fetch_all(tx.connection())
        .await?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// The directories that people are of, and how many are of each.
pub(crate) async fn directories(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    Ok(sqlx::query_as("SELECT directory, COUNT(*) FROM people WHERE NOT gone GROUP BY directory ORDER BY directory")
        .fetch_all(tx.connection())
        .await?)
}

/// Where the reader of a directory goes on.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub(crate) struct ReadingRow {
    pub(crate) directory: String,
    /// Absent at the start of the list.
    pub(crate) mark: Option<String>,
    /// The whole list is being read.
    pub(crate) whole: bool,
    /// How many times the whole list was begun.
    pub(crate) round: i64,
    /// How many entries this reading has had so far.
    pub(crate) found: i64,
    /// When the whole list was begun last.
    pub(crate) whole_at: i64,
    /// When the directory was last read to its end; absent before the first time.
    pub(crate) done_at: Option<i64>,
    /// How many the last reading of the whole list had.
    pub(crate) people: i64,
}

/// Takes the reading of a directory up, if it is due and nobody else is at it; one that is due `far_ahead` only was put
/// off by a clock that was wrong.
pub(crate) async fn take_reading(
    tx: &mut Tx,
    directory: &str,
    now: i64,
    far_ahead: i64,
    until: i64,
) -> Result<Option<ReadingRow>> {
    sqlx::query(
        "INSERT INTO people_readings (directory, whole, round, found, whole_at, due_at) VALUES ($1, FALSE, 0, 0, 0, 0)
         ON CONFLICT (directory) DO NOTHING",
    )
    .bind(directory)
    .execute(tx.connection())
    .await?;
    let taken = sqlx::query_as(
        "UPDATE people_readings SET due_at = $1 WHERE directory = $2 AND (due_at <= $3 OR due_at > $4)
         RETURNING directory, mark, whole, round, found, whole_at, done_at, people",
    )
    .bind(until)
    .bind(directory)
    .bind(now)
    .bind(far_ahead)
    .fetch_optional(tx.connection())
    .await?;
    Ok(taken)
}

/// Writes down how far the reading has come and when it is due again.
pub(crate) async fn keep_reading(tx: &mut Tx, row: &ReadingRow, due_at: i64) -> Result<()> {
    sqlx::query(
        "UPDATE people_readings
         SET mark = $1, whole = $2, round = $3, found = $4, whole_at = $5, done_at = $6, people = $7, due_at = $8
         WHERE directory = $9",
    )
    .bind(&row.mark)
    .bind(row.whole)
    .bind(row.round)
    .bind(row.found)
    .bind(row.whole_at)
    .bind(row.done_at)
    .bind(row.people)
    .bind(due_at)
    .bind(&row.directory)
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// How far each directory was read.
pub(crate) async fn readings(tx: &mut Tx) -> Result<Vec<ReadingRow>> {
    Ok(sqlx::query_as(
        "SELECT directory, mark, whole, round, found, whole_at, done_at, people FROM people_readings ORDER BY directory",
    )
    .fetch_all(tx.connection())
    .await?)
}

/// Has every directory read again as a whole at the next look, from its start.
pub(crate) async fn read_all_again(tx: &mut Tx) -> Result<()> {
    sqlx::query("UPDATE people_readings SET mark = NULL, whole = FALSE, whole_at = 0, due_at = 0")
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Forgets how far a directory was read that is no longer there.
pub(crate) async fn forget_reading(tx: &mut Tx, directory: &str) -> Result<()> {
    sqlx::query("DELETE FROM people_readings WHERE directory = $1").bind(directory).execute(tx.connection()).await?;
    Ok(())
}
