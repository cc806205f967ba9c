//! Microsoft's delivery requests ("External Phone Provider", ADR 23): what Microsoft asks to be sent for sign-ins of the
//! campus is taken and queued for the campus' own gateways.
//!
//! A request comes in as a token and a body; out comes that its message is on the disk, or why it is not. A number, a
//! text, a nonce or a token never reaches a log. No account and no flow of ours is known here.

pub mod certificates;
mod context;
mod current;
mod envelope;
mod jwe;
pub mod new_certificate;
mod queue;
mod refusal;
mod signing_keys;
mod spoken;
mod token;

use std::sync::Arc;

use jiff::Timestamp;
use latchkey_api::Method;
use latchkey_delivery::Kind;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::watch;

use self::certificates::{Certificate, CertificateError, Certificates};
use self::context::{Context, Incomplete};
use self::current::Current;
use self::envelope::Envelope;
pub(crate) use self::refusal::Refusal;
use self::signing_keys::{KeysError, SigningKeys};
use self::token::Expected;
pub use self::token::{MICROSOFTS_APPLICATION, ROLE};
use crate::app::App;
use crate::clock::{Clock, later, pass};
use crate::config::microsoft::MicrosoftConfig;
use crate::typed::Plan;

/// How long a message is of use where Microsoft does not say it, and at the most: its codes live for minutes.
const USUAL_LIFE: u32 = 5 * 60;
const LONGEST_LIFE: u32 = 10 * 60;
/// The nonce of a trial.
const TRIAL: &str = "trial";
/// How often is looked whether a certificate ends soon.
const LOOK_AT_CERTIFICATES: std::time::Duration = std::time::Duration::from_secs(24 * 60 * 60);

/// Why nothing can be taken from Microsoft.
#[derive(Debug, thiserror::Error)]
pub enum MicrosoftError {
    #[error("a certificate for Microsoft's requests")]
    Certificate(#[from] CertificateError),
    #[error(transparent)]
    SigningKeys(#[from] KeysError),
    #[error("a trial that this server encrypted to itself was not opened: {0}")]
    Trial(String),
}

/// Takes Microsoft's requests.
pub struct Microsoft {
    config: MicrosoftConfig,
    plan: Plan,
    expected: Expected,
    signing_keys: SigningKeys,
    certificates: Current,
    clock: Arc<dyn Clock>,
}

/// That Microsoft is calling; nothing else makes one.
#[derive(Debug)]
pub(crate) struct Caller(());

/// One request of a caller who may call.
pub(crate) struct Asked<'a> {
    /// `x-ms-client-request-id`: one for each attempt.
    pub(crate) attempt: Option<&'a str>,
    pub(crate) body: &'a [u8],
}

/// What a request came to.
pub(crate) struct Outcome {
    /// What Microsoft calls the sign-in, where the request could be read so far.
    pub(crate) correlation: Option<String>,
    /// The nonce to answer with.
    pub(crate) nonce: Result<String, Refusal>,
}

/// What is to be sent where.
struct Order {
    kind: Kind,
    /// The method of ours that goes the same way: a number that it cannot reach is not served here either.
    method: Method,
    to: SecretString,
    /// The whole text, or for a call the code out of it.
    said: SecretString,
    locale: Option<String>,
}

impl Microsoft {
    /// Reads the certificates. The signing keys are fetched later.
    ///
    /// # Errors
    /// If a certificate cannot be used.
    pub fn open(config: &MicrosoftConfig, plan: Plan, clock: Arc<dyn Clock>) -> Result<Self, MicrosoftError> {
        Ok(Self {
            plan,
            expected: Expected::of(config),
            signing_keys: SigningKeys::new(config.signing_keys(), Arc::clone(&clock))?,
            certificates: Current::open(&config.certificates, clock.now())?,
            config: config.clone(),
            clock,
        })
    }

    /// The certificates of now, as an operator wants to know them.
    #[must_use]
    pub fn certificates(&self) -> Arc<Certificates> {
        self.certificates.at(self.clock.now())
    }

    /// Fetches the keys that Microsoft signs tokens with; how many there are.
    ///
    /// # Errors
    /// If they cannot be fetched.
    pub async fn fetch_signing_keys(&self) -> Result<usize, MicrosoftError> {
        Ok(self.signing_keys.fetch().await?)
    }

    /// Encrypts a request in evaluation mode to each certificate and reads it as if Microsoft had sent it: nothing is
    /// sent.
    ///
    /// # Errors
    /// If one of them does not come through.
    pub fn try_certificates(&self) -> Result<(), MicrosoftError> {
        self.certificates().iter().try_for_each(|certificate| {
            self.tried(certificate).map_err(|refusal| MicrosoftError::Trial(refusal.to_string()))
        })
    }

    fn tried(&self, certificate: &Certificate) -> Result<(), Refusal> {
        let context = serde_json::json!({"nonce": TRIAL, "phoneNumber": "+12025550134", "message": "Code 123456"});
        let sealed = jwe::seal(context.to_string().as_bytes(), certificate)?;
        let body = serde_json::json!({
            "type": envelope::TYPE, "channel": 1, "mode": 2, "ttlSeconds": 60, "encryptedDeliveryContext": sealed,
        });
        let envelope = Envelope::read(body.to_string().as_bytes())?;
        let (nonce, _) = self.understood(&envelope)?;
        if envelope.evaluation && nonce == TRIAL { Ok(()) } else { Err(Refusal::NotNow("something else came out")) }
    }

    /// Keeps the signing keys, and speaks of certificates that end, until it is told to stop.
    pub async fn keep(&self, stop: watch::Receiver<bool>) {
        let mut stopped = stop.clone();
        let look = async {
            loop {
                self.speak_of_certificates(self.clock.now());
                pass(LOOK_AT_CERTIFICATES).await;
            }
        };
        tokio::select! { () = self.signing_keys.keep(stop) => {}, () = look => {}, _ = stopped.wait_for(|stop| *stop) => {} }
    }

    fn speak_of_certificates(&self, now: Timestamp) {
        for certificate in self.certificates().iter() {
            if let Some(warning) = certificate.warning(now) {
                tracing::warn!(id = %certificate.id, ends = %certificate.ends_at, "a certificate {warning}");
            }
        }
    }

    /// Whether Microsoft is calling, by what stands in `Authorization`.
    pub(crate) async fn caller(&self, authorization: Option<&str>) -> Result<Caller, Refusal> {
        let now = self.clock.now();
        Ok(self.expected.judge(authorization, &self.signing_keys, now).await.map(|()| Caller(()))?)
    }

    /// Takes a request: whatever it asks for is on the disk when this ends well, and nothing waits for a gateway.
    pub(crate) async fn take(&self, app: &App, _: &Caller, asked: Asked<'_>) -> Outcome {
        match Envelope::read(asked.body) {
            Ok(envelope) => {
                let nonce = self.opened(app, &envelope, asked.attempt).await;
                Outcome { correlation: envelope.correlation, nonce }
            }
            Err(malformed) => Outcome { correlation: None, nonce: Err(malformed.into()) },
        }
    }

    async fn opened(&self, app: &App, envelope: &Envelope, attempt: Option<&str>) -> Result<String, Refusal> {
        let (nonce, order) = self.understood(envelope)?;
        if envelope.evaluation {
            // The contract wants the nonce whatever would come of it; the operator wants to know that too.
            match order {
                Ok(_) => tracing::info!("an evaluation was answered; nothing is sent"),
                Err(refusal) => {
                    tracing::warn!(%refusal, "an evaluation was answered; in earnest it would be refused");
                }
            }
            return Ok(nonce);
        }
        let life = envelope.ttl.unwrap_or(USUAL_LIFE).min(LONGEST_LIFE);
        // Where Microsoft does not name the attempt, its nonce does.
        let attempt = attempt.unwrap_or(&nonce);
        queue::queue(app, &self.config.limits, attempt, &order?, later(app.clock.now(), life)).await?;
        Ok(nonce)
    }

    /// Opens what is encrypted: the nonce in it, and what is to be sent, or why that is not sent here.
    fn understood(&self, envelope: &Envelope) -> Result<(String, Result<Order, Refusal>), Refusal> {
        let opened = jwe::open(&envelope.sealed, &self.certificates())?;
        let context = Context::read(&opened)?;
        Ok((context.nonce.clone(), self.order(envelope.kind, context)))
    }

    /// What is to be sent, if this campus sends such a thing.
    fn order(&self, kind: Kind, context: Context) -> Result<Order, Refusal> {
        let Context { to, message, extension, locale, .. } = context;
        let is_call = kind == Kind::Call;
        if !(if is_call { self.config.calls } else { self.config.texts }) {
            return Err(Refusal::Channel);
        }
        if is_call && extension {
            // Whoever answers at the switchboard would hear the code.
            return Err(Refusal::Extension);
        }
        let method = if is_call { Method::CallMobile } else { Method::TextMobile };
        self.plan.reaches(method, to.expose_secret())?;
        let said = if is_call { spoken::code_in(message.expose_secret()).ok_or(Incomplete::NoCode)? } else { message };
        Ok(Order { kind, method, to, said, locale })
    }
}
