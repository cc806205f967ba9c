//! Whether a request comes from Microsoft: an access token of the campus' own tenant, made out for this server to
//! Microsoft's telephone application, with the role that lets it call.

use jiff::Timestamp;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use uuid::Uuid;

use super::signing_keys::{NoKey, SigningKeys};
use crate::config::microsoft::MicrosoftConfig;

/// The application that Microsoft calls with, the same in every tenant of the public cloud.
pub const MICROSOFTS_APPLICATION: Uuid = Uuid::from_u128(0x25ec_60fa_f18d_41a4_b398_5004_4c90_ce13);
/// The role that it is given.
pub const ROLE: &str = "Epp.Invoke";
/// Longest token that is looked at, in characters; one of Microsoft's has about 2,000.
const LONGEST: usize = 8_192;
/// By how many seconds its clock and ours may differ.
const SKEW: i64 = 5 * 60;

/// Why nobody is believed to be calling (401).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    #[error("there is no bearer token")]
    NoToken,
    #[error("the token is malformed")]
    Malformed,
    #[error("the token is not signed by RS256")]
    Algorithm,
    #[error("the token is signed with a key that Microsoft does not publish")]
    Key,
    #[error("the token's signature is wrong")]
    Signature,
    #[error("the token was issued by another tenant or somebody else: compare microsoft.tenant")]
    Issuer,
    #[error("the token is made out for another application: compare microsoft.application and microsoft.audiences")]
    Audience,
    #[error("the token has expired, or the clock of this server is wrong")]
    Expired,
    #[error("the token is not valid yet, or the clock of this server is wrong")]
    Early,
}

/// Why somebody who is known may not call (403).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    #[error("the token was issued to another application than Microsoft's")]
    Caller,
    #[error("the token lacks the role {ROLE}: assign it to Microsoft's application")]
    Role,
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    #[error(transparent)]
    Unknown(#[from] Unknown),
    #[error(transparent)]
    NotAllowed(#[from] NotAllowed),
    #[error("Microsoft's signing keys could not be fetched yet, so that no token can be judged")]
    NoKeys,
}

/// What a token says. Times are those of RFC 7519, in seconds.
#[derive(Deserialize)]
struct Claims {
    exp: i64,
    nbf: Option<i64>,
    tid: Option<String>,
    /// The caller, in tokens of version 1.
    appid: Option<String>,
    /// The caller, in tokens of version 2.
    azp: Option<String>,
    #[serde(default)]
    roles: Vec<String>,
}

/// What tokens have to be like.
pub(super) struct Expected {
    validation: Validation,
    tenant: String,
}

impl Expected {
    pub(super) fn of(config: &MicrosoftConfig) -> Self {
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation.set_issuer(&issuers(config.tenant));
        validation.set_audience(&config.audiences());
        // Times are compared here, by the clock of the server.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        Self { validation, tenant: config.tenant.to_string() }
    }

    /// Judges what stands in `Authorization`: first whether it is known who calls, then whether they may.
    pub(super) async fn judge(
        &self,
        authorization: Option<&str>,
        keys: &SigningKeys,
        now: Timestamp,
    ) -> Result<(), NotTaken> {
        let token = bearer(authorization).ok_or(Unknown::NoToken)?;
        let header = jsonwebtoken::decode_header(token).map_err(|error| of_library(error.kind()))?;
        if header.alg != Algorithm::RS256 {
            return Err(Unknown::Algorithm.into());
        }
        let key = keys.find(&header.kid.ok_or(Unknown::Key)?).await.map_err(|no_key| match no_key {
            NoKey::Unknown => NotTaken::from(Unknown::Key),
            NoKey::NoneAtAll => NotTaken::NoKeys,
        })?;
        let decoded = jsonwebtoken::decode::<Claims>(token, &key, &self.validation);
        let claims = decoded.map_err(|error| of_library(error.kind()))?.claims;
        self.may_call(&claims, now)
    }

    fn may_call(&self, claims: &Claims, now: Timestamp) -> Result<(), NotTaken> {
        if claims.tid.as_ref().is_some_and(|tenant| !tenant.eq_ignore_ascii_case(&self.tenant)) {
            return Err(Unknown::Issuer.into());
        }
        let now = now.as_second();
        if claims.exp.saturating_add(SKEW) <= now {
            return Err(Unknown::Expired.into());
        }
        if claims.nbf.is_some_and(|nbf| nbf.saturating_sub(SKEW) > now) {
            return Err(Unknown::Early.into());
        }
        let mut callers = [&claims.appid, &claims.azp].into_iter().flatten().peekable();
        let is_microsoft = |caller: &String| Uuid::try_parse(caller).is_ok_and(|id| id == MICROSOFTS_APPLICATION);
        if callers.peek().is_none() || !callers.all(is_microsoft) {
            return Err(NotAllowed::Caller.into());
        }
        if !claims.roles.iter().any(|role| role == ROLE) {
            return Err(NotAllowed::Role.into());
        }
        Ok(())
    }
}

/// Who issues the tokens of a tenant, in their two versions.
fn issuers(tenant: Uuid) -> [String; 2] {
    [format!("https://login.microsoftonline.com/{tenant}/v2.0"), format!("https://sts.windows.net/{tenant}/")]
}

fn bearer(authorization: Option<&str>) -> Option<&str> {
    let (scheme, token) = authorization?.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() && token.len() <= LONGEST).then_some(token)
}

fn of_library(kind: &ErrorKind) -> Unknown {
    match kind {
        ErrorKind::InvalidAlgorithm | ErrorKind::InvalidAlgorithmName | ErrorKind::MissingAlgorithm => {
            Unknown::Algorithm
        }
        ErrorKind::InvalidSignature | ErrorKind::InvalidRsaKey(_) | ErrorKind::RsaFailedSigning => Unknown::Signature,
        ErrorKind::InvalidIssuer => Unknown::Issuer,
        ErrorKind::InvalidAudience => Unknown::Audience,
        // The list is open; whatever else is wrong with it, it is no token.
        _ => Unknown::Malformed,
    }
}
