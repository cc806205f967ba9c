//! Microsoft as a server of ours sees it: a tenant that signs tokens, publishes its keys, and encrypts requests.
//!
//! Tokens and requests are put together by hand, so that every part of them can be wrong.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, anyhow};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rand::{SystemRandom, fill};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PrivateDecryptingKey,
};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use latchkey_server::config::microsoft::{CertificateFiles, MicrosoftConfig};
use latchkey_server::microsoft::certificates::Certificates;
use latchkey_server::microsoft::{MICROSOFTS_APPLICATION, ROLE};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The tenant of the tests, and the registration that stands for their server.
pub const TENANT: &str = "11111111-2222-4333-8444-555555555555";
pub const APPLICATION: &str = "66666666-7777-4888-9999-aaaaaaaaaaaa";

/// A key that tokens are signed with.
pub struct SigningKey {
    pub name: String,
    key: RsaKeyPair,
}

impl SigningKey {
    /// # Errors
    /// If none can be made.
    pub fn new(name: &str) -> Result<Self> {
        let made = PrivateDecryptingKey::generate(KeySize::Rsa2048)?;
        let der: Pkcs8V1Der<'_> = made.as_der()?;
        Ok(Self { name: name.to_owned(), key: RsaKeyPair::from_pkcs8(der.as_ref())? })
    }

    /// As it is published.
    #[must_use]
    pub fn published(&self) -> Value {
        let public = self.key.public_key();
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({
            "kty": "RSA", "use": "sig", "kid": self.name, "x5t": self.name,
            "n": encoded(public.modulus().big_endian_without_leading_zero()),
            "e": encoded(public.exponent().big_endian_without_leading_zero()),
            "x5c": ["MIIC…"],
        })
    }

    /// A token with these two parts.
    ///
    /// # Errors
    /// If it cannot be signed.
    pub fn token(&self, header: &Value, claims: &Value) -> Result<String> {
        let encoded = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let message = format!("{}.{}", encoded(header), encoded(claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature)?;
        Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The header of its tokens.
    #[must_use]
    pub fn header(&self) -> Value {
        json!({"typ": "JWT", "alg": "RS256", "kid": self.name, "x5t": self.name})
    }
}

/// What a good token says, by its version.
#[must_use]
pub fn claims(version: u8, now: Timestamp) -> Value {
    let second = now.as_second();
    let mut claims = json!({
        "aud": APPLICATION, "iat": second, "nbf": second, "exp": second + 3_900, "tid": TENANT, "roles": [ROLE],
        "oid": "99999999-0000-4000-8000-000000000000", "ver": format!("{version}.0"),
    });
    let (issuer, caller) = match version {
        1 => (format!("https://sts.windows.net/{TENANT}/"), "appid"),
        _ => (format!("https://login.microsoftonline.com/{TENANT}/v2.0"), "azp"),
    };
    if let Some(claims) = claims.as_object_mut() {
        claims.insert("iss".to_owned(), issuer.into());
        claims.insert(caller.to_owned(), MICROSOFTS_APPLICATION.to_string().into());
    }
    claims
}

/// Where the keys are published, on loopback.
pub struct Published {
    pub address: String,
    state: Arc<Keys>,
    serving: JoinHandle<()>,
}

struct Keys {
    keys: Mutex<(StatusCode, Value)>,
    asked: AtomicU64,
}

impl Published {
    /// # Errors
    /// If there is no free port.
    pub async fn start(keys: &[&SigningKey]) -> Result<Self> {
        let state = Arc::new(Keys { keys: Mutex::new((StatusCode::OK, list(keys))), asked: AtomicU64::new(0) });
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}/keys", listener.local_addr()?);
        let router = Router::new().route("/keys", get(published)).with_state(Arc::clone(&state));
        let serving = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        Ok(Self { address, state, serving })
    }

    /// Publishes others.
    pub fn publish(&self, keys: &[&SigningKey]) {
        self.answer(StatusCode::OK, list(keys));
    }

    /// Answers something else from now on.
    pub fn answer(&self, status: StatusCode, body: Value) {
        *self.state.keys.lock().unwrap_or_else(PoisonError::into_inner) = (status, body);
    }

    /// How often somebody has asked.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.state.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

fn list(keys: &[&SigningKey]) -> Value {
    json!({"keys": keys.iter().map(|key| key.published()).collect::<Vec<_>>()})
}

async fn published(State(state): State<Arc<Keys>>) -> (StatusCode, axum::Json<Value>) {
    state.asked.fetch_add(1, Ordering::SeqCst);
    let (status, body) = state.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (status, axum::Json(body))
}

/// What requests are encrypted to.
pub struct Recipient {
    pub files: CertificateFiles,
    /// What a header calls it.
    pub id: String,
    key: OaepPublicEncryptingKey,
}

impl Recipient {
    /// From the files that a server has.
    ///
    /// # Errors
    /// If they cannot be used.
    pub fn of(files: CertificateFiles) -> Result<Self> {
        let id =
            Certificates::read(std::slice::from_ref(&files))?.iter().next().context("a certificate")?.id.to_string();
        let der = PrivatePkcs8KeyDer::from_pem_file(&files.key).map_err(|error| anyhow!("{error:?}"))?;
        let key = PrivateDecryptingKey::from_pkcs8(der.secret_pkcs8_der()).map_err(|error| anyhow!("{error}"))?;
        Ok(Self { files, id, key: OaepPublicEncryptingKey::new(key.public_key())? })
    }

    /// A new certificate in a folder.
    ///
    /// # Errors
    /// If there is one already.
    pub fn new(folder: &Path, now: Timestamp) -> Result<Self> {
        Self::of(latchkey_server::microsoft::new_certificate::make(folder, now)?.files)
    }

    /// Encrypts as the contract wants it.
    ///
    /// # Errors
    /// If that fails.
    pub fn seal(&self, context: &Value) -> Result<String> {
        self.seal_as("RSA-OAEP-256", "A256GCM", context.to_string().as_bytes())
    }

    /// The same under other names of the algorithms; the key is wrapped as the first says.
    ///
    /// # Errors
    /// If that fails.
    pub fn seal_as(&self, wrapping: &str, content: &str, text: &[u8]) -> Result<String> {
        let header = json!({"alg": wrapping, "enc": content, "kid": self.id});
        let header = URL_SAFE_NO_PAD.encode(header.to_string());
        let (mut key, mut nonce) = ([0; 32], [0; 12]);
        fill(&mut key)?;
        fill(&mut nonce)?;
        let algorithm = if wrapping == "RSA-OAEP" { &OAEP_SHA1_MGF1SHA1 } else { &OAEP_SHA256_MGF1SHA256 };
        let mut wrapped = vec![0; self.key.ciphertext_size()];
        self.key.encrypt(algorithm, &key, &mut wrapped, None)?;
        let mut sealed = text.to_vec();
        let tag = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key)?).seal_in_place_separate_tag(
            Nonce::assume_unique_for_key(nonce),
            Aad::from(header.as_bytes()),
            &mut sealed,
        )?;
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        Ok([header, encoded(&wrapped), encoded(&nonce), encoded(&sealed), encoded(tag.as_ref())].join("."))
    }
}

/// The section of the configuration for this tenant.
#[must_use]
pub fn config(certificates: &[&Recipient], keys: &Published) -> Option<MicrosoftConfig> {
    Some(MicrosoftConfig {
        tenant: TENANT.parse().ok()?,
        application: APPLICATION.parse().ok()?,
        audiences: vec![AUDIENCE.to_owned()],
        signing_keys: Some(keys.address.clone()),
        certificates: certificates.iter().map(|one| one.files.clone()).collect(),
        texts: true,
        calls: true,
        serve: Vec::new(),
        types: latchkey_server::typed::number::Type::all(),
        also: Vec::new(),
        limits: latchkey_server::config::microsoft::MicrosoftLimits::default(),
    })
}

/// The identifier URI of the registration, which tokens of version 1 are made out for.
pub const AUDIENCE: &str = "api://sspr.campus.example/66666666-7777-4888-9999-aaaaaaaaaaaa";

/// A whole request body.
#[must_use]
pub fn envelope(sealed: &str) -> Value {
    json!({
        "type": "microsoft.mfa.otpDeliver.v1", "tenantId": TENANT, "correlationId": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "channel": 1, "mode": 1, "ttlSeconds": 180, "encryptedDeliveryContext": sealed,
    })
}
