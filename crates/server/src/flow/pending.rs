//! What is being set up or checked: one thing a flow, of no use before it is confirmed (RG-02).

use latchkey_api::Method;
use latchkey_api::flow::Means;
use secrecy::SecretString;
use sqlx::SqliteConnection;

use crate::app::App;
use crate::keys::Use;
use crate::problem::{Answer, Refused};
use crate::recovery::Kept;
use crate::{random, seal};

/// Something that is not confirmed yet.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) id: String,
    pub(super) means: Means,
    /// How its code travels, or `totp`; absent for recovery codes.
    pub(super) method: Option<Method>,
    /// Keyed hash of the number or address.
    pub(super) device: Option<Vec<u8>>,
    sealed: Option<Vec<u8>>,
    /// New recovery codes.
    pub(super) codes: Vec<Kept>,
    /// The id of what is checked, where nothing is added.
    pub(super) checks: Option<String>,
    pub(super) code_mac: Option<Vec<u8>>,
    pub(super) expires_at: Option<i64>,
    pub(super) resend_at: Option<i64>,
    pub(super) tries: u32,
    pub(super) max_tries: u32,
}

impl Pending {
    /// Something new of these means.
    pub(super) fn new(app: &App, means: Means, method: Option<Method>) -> Answer<Self> {
        Ok(Self {
            id: random::id()?,
            means,
            method,
            device: None,
            sealed: None,
            codes: Vec::new(),
            checks: None,
            code_mac: None,
            expires_at: None,
            resend_at: None,
            tries: 0,
            max_tries: app.config.limits.tries_per_code,
        })
    }

    /// Keeps the number, address or seed, sealed.
    pub(super) fn hold(&mut self, app: &App, account: &str, value: &SecretString) -> Answer<()> {
        self.sealed = Some(seal::seal(&app.keys, account, &self.column(), value)?);
        Ok(())
    }

    /// The number, address or seed.
    pub(super) fn opened(&self, app: &App, account: &str) -> Answer<SecretString> {
        Ok(seal::open(&app.keys, account, &self.column(), self.sealed.as_deref().unwrap_or_default())?)
    }

    fn column(&self) -> String {
        format!("pending {}", self.means.as_str())
    }

    /// Keyed hash of the code that confirms it, bound to the flow and to this one thing.
    pub(super) fn code_mac(&self, app: &App, flow: &str, code: &SecretString) -> [u8; 32] {
        use secrecy::ExposeSecret as _;
        let code = code.expose_secret().as_bytes();
        app.keys.mac(Use::Code, &[flow.as_bytes(), b"confirm", self.id.as_bytes(), code])
    }

    /// Puts it in place of what was pending in the flow.
    pub(super) async fn put(&self, db: &mut SqliteConnection, flow: i64) -> Answer<()> {
        drop_of(db, flow).await?;
        let codes = if self.codes.is_empty() { None } else { Some(serde_json::to_string(&self.codes)?) };
        sqlx::query(
            "INSERT INTO pending (id, flow_id, means, method, sealed, device, codes, checks, code_mac, expires_at,
                 resend_at, max_tries)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&self.id)
        .bind(flow)
        .bind(self.means.as_str())
        .bind(self.method.map(Method::as_str))
        .bind(&self.sealed)
        .bind(&self.device)
        .bind(codes)
        .bind(&self.checks)
        .bind(&self.code_mac)
        .bind(self.expires_at)
        .bind(self.resend_at)
        .bind(self.max_tries)
        .execute(db)
        .await?;
        Ok(())
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    means: String,
    method: Option<String>,
    sealed: Option<Vec<u8>>,
    device: Option<Vec<u8>>,
    codes: Option<String>,
    checks: Option<String>,
    code_mac: Option<Vec<u8>>,
    expires_at: Option<i64>,
    resend_at: Option<i64>,
    tries: u32,
    max_tries: u32,
}

/// What is pending in a flow.
pub(super) async fn of(db: &mut SqliteConnection, flow: i64) -> Answer<Option<Pending>> {
    let row: Option<Row> = sqlx::query_as(
        "SELECT id, means, method, sealed, device, codes, checks, code_mac, expires_at, resend_at, tries, max_tries
         FROM pending WHERE flow_id = ?",
    )
    .bind(flow)
    .fetch_optional(db)
    .await?;
    row.map(read).transpose()
}

fn read(row: Row) -> Answer<Pending> {
    let means = Means::ALL.into_iter().find(|known| known.as_str() == row.means);
    let method = row.method.and_then(|method| Method::ALL.into_iter().find(|known| known.as_str() == method));
    Ok(Pending {
        id: row.id,
        means: means.ok_or_else(|| Refused::new(latchkey_api::Code::Internal))?,
        method,
        device: row.device,
        sealed: row.sealed,
        codes: row.codes.map_or(Ok(Vec::new()), |codes| serde_json::from_str(&codes))?,
        checks: row.checks,
        code_mac: row.code_mac,
        expires_at: row.expires_at,
        resend_at: row.resend_at,
        tries: row.tries,
        max_tries: row.max_tries,
    })
}

/// Takes a try, in a single statement; whether there was one.
pub(super) async fn take_try(db: &mut SqliteConnection, id: &str) -> sqlx::Result<bool> {
    let taken = sqlx::query("UPDATE pending SET tries = tries + 1 WHERE id = ? AND tries < max_tries")
        .bind(id)
        .execute(db)
        .await?;
    Ok(taken.rows_affected() == 1)
}

/// Takes it out, once; whether it was still there.
pub(super) async fn take(db: &mut SqliteConnection, id: &str) -> sqlx::Result<bool> {
    let taken = sqlx::query("DELETE FROM pending WHERE id = ?").bind(id).execute(db).await?;
    Ok(taken.rows_affected() == 1)
}

/// Forgets what is pending in a flow.
pub(super) async fn drop_of(db: &mut SqliteConnection, flow: i64) -> sqlx::Result<()> {
    sqlx::query("DELETE FROM pending WHERE flow_id = ?").bind(flow).execute(db).await?;
    Ok(())
}
