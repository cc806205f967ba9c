//! What is being set up or checked: one thing a flow, of no use before it is confirmed (RG-02).

use latchkey_api::flow::Means;
use latchkey_api::{Code, Method};
use secrecy::{ExposeSecret as _, SecretString};

use crate::app::App;
use crate::crypt::keys::Use;
use crate::crypt::{random, seal};
use crate::refused::{Answer, Refused};
use crate::store::pending::PendingRow;
use crate::store::person::method::RecoveryCodeRow;
use crate::store::{self, Tx};

/// Something that is not confirmed yet.
#[derive(Debug)]
pub(in crate::flow) struct Pending {
    pub(in crate::flow) id: String,
    pub(in crate::flow) means: Means,
    /// How its code travels, or `totp`; absent for recovery codes.
    pub(in crate::flow) method: Option<Method>,
    /// Keyed hash of the number or address.
    pub(in crate::flow) device: Option<Vec<u8>>,
    sealed: Option<Vec<u8>>,
    /// New recovery codes.
    pub(in crate::flow) codes: Vec<RecoveryCodeRow>,
    /// The id of what is checked, where nothing is added.
    pub(in crate::flow) checks: Option<String>,
    pub(in crate::flow) code_mac: Option<Vec<u8>>,
    pub(in crate::flow) expires_at: Option<i64>,
    pub(in crate::flow) resend_at: Option<i64>,
    pub(in crate::flow) tries: u32,
    pub(in crate::flow) max_tries: u32,
}

impl Pending {
    /// Something new of these means.
    pub(in crate::flow) fn new(app: &App, means: Means, method: Option<Method>) -> Answer<Self> {
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
    pub(in crate::flow) fn hold(&mut self, app: &App, account: &str, value: &SecretString) -> Answer<()> {
        self.sealed = Some(seal::seal(&app.keys, account, &self.column(), value)?);
        Ok(())
    }

    /// The number, address or seed.
    pub(in crate::flow) fn opened(&self, app: &App, account: &str) -> Answer<SecretString> {
        Ok(seal::open(&app.keys, account, &self.column(), self.sealed.as_deref().unwrap_or_default())?)
    }

    fn column(&self) -> String {
        format!("pending {}", self.means.as_str())
    }

    /// Keyed hash of the code that confirms it, bound to the flow and to this one thing.
    pub(in crate::flow) fn code_mac(&self, app: &App, flow: &str, code: &SecretString) -> [u8; 32] {
        let code = code.expose_secret().as_bytes();
        app.keys.mac(Use::Code, &[flow.as_bytes(), b"confirm", self.id.as_bytes(), code])
    }

    /// Puts it in place of what was pending in the flow.
    pub(in crate::flow) async fn put(&self, tx: &mut Tx, flow: i64) -> Answer<()> {
        let codes = if self.codes.is_empty() { None } else { Some(serde_json::to_string(&self.codes)?) };
        let row = PendingRow {
            id: self.id.clone(),
            means: self.means.as_str().to_owned(),
            method: self.method.map(|method| method.as_str().to_owned()),
            sealed: self.sealed.clone(),
            device: self.device.clone(),
            codes,
            checks: self.checks.clone(),
            code_mac: self.code_mac.clone(),
            expires_at: self.expires_at,
            resend_at: self.resend_at,
            tries: self.tries,
            max_tries: self.max_tries,
        };
        Ok(store::pending::put(tx, flow, &row).await?)
    }

    fn read(row: PendingRow) -> Answer<Self> {
        let means = Means::ALL.into_iter().find(|known| known.as_str() == row.means);
        let method = row.method.and_then(|method| Method::ALL.into_iter().find(|known| known.as_str() == method));
        Ok(Self {
            id: row.id,
            means: means.ok_or_else(|| Refused::new(Code::Internal))?,
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
}

/// What is pending in a flow.
pub(in crate::flow) async fn of(tx: &mut Tx, flow: i64) -> Answer<Option<Pending>> {
    store::pending::of(tx, flow).await?.map(Pending::read).transpose()
}
