//! The one client by which gateways are asked over HTTP.
//!
//! It speaks to the one origin that it was opened for, follows no redirect, knows no proxy, keeps no connection, and
//! never repeats a request. What went wrong is told apart by whether the request can have arrived. Neither its errors nor
//! its log lines hold a query, a header, a body or a number.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION, RETRY_AFTER};
pub use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, Response, redirect, retry};
pub use reqwest::{Method, StatusCode, Url};
use secrecy::{ExposeSecret as _, SecretString};

use super::{Cause, NotSent};

/// For the name, the connection and TLS; a gateway that is further away than this is of no use.
const CONNECT: Duration = Duration::from_secs(3);
/// For everything, so that it ends before `ordered` loses its patience.
const WHOLE: Duration = Duration::from_secs(8);
/// Longest answer that is looked at, in bytes.
pub const LONGEST: usize = 64 * 1024;
/// Longest file of authorities that is read, in bytes.
const LONGEST_FILE: u64 = 1024 * 1024;

/// Asks one origin.
pub struct Web {
    client: Client,
    origin: Url,
    whole: Duration,
}

/// What is asked. It may hold codes and secrets, so it has no `Debug`.
pub struct Request {
    pub method: Method,
    pub url: Url,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

/// What came back; anything but a redirect. It may quote what was asked, so it has no `Debug`.
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Whether this is the whole body: it is not where the connection was cut, the time was over, or it was too long.
    pub whole: bool,
}

/// Why a gateway cannot be asked at all, as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error("the address is no https address with a host and without a name, a password or a fragment")]
    Address,
    #[error(
        "http sends codes and passwords in the clear: say https, or plain = true if the network between is the gateway's \
         and yours alone"
    )]
    Plain,
    #[error("cannot read the authorities {0}")]
    Authorities(PathBuf, #[source] std::io::Error),
    #[error("the authorities {0} hold no certificate in PEM")]
    NoAuthority(PathBuf),
    #[error("the client cannot be made")]
    Client(#[source] reqwest::Error),
    #[error("this program has no provider of cryptography for TLS")]
    NoProvider,
}

/// Why no answer can be used.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error("the gateway cannot be reached, or its certificate is not good; nothing was sent")]
    Unreachable(#[source] reqwest::Error),
    #[error("the gateway did not answer in time or cut the connection")]
    Cut(#[source] reqwest::Error),
    #[error("the gateway answered {status} and sends to {to}; say its new address in the configuration")]
    Redirect { status: StatusCode, to: String },
    #[error("the request cannot be made")]
    Request(#[source] reqwest::Error),
    #[error("the request is for another origin than the configured one")]
    Foreign,
    #[error("the secret or the name has characters that no header carries")]
    Header,
}

impl Web {
    /// Opens the client; nothing is connected yet.
    ///
    /// It trusts the authorities of the system, or of the file `ca` alone where there is one.
    ///
    /// # Errors
    /// If the address is neither https, nor http to this machine, nor http where that was said to be wanted (`plain`); or
    /// if there are no authorities.
    pub fn open(address: &Url, ca: Option<&Path>, plain: bool) -> Result<Self, WebError> {
        check(address, plain)?;
        // Without one, the client would panic.
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            return Err(WebError::NoProvider);
        }
        let builder = Client::builder()
            .connect_timeout(CONNECT)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .https_only(address.scheme() == "https")
            // A kept connection may be cut just when it is used again, and nobody would know whether that was in time.
            .pool_max_idle_per_host(0)
            .referer(false)
            .user_agent(concat!("latchkey/", env!("CARGO_PKG_VERSION")));
        let builder = match ca {
            Some(path) => builder.tls_certs_only(authorities(path)?),
            None => builder,
        };
        Ok(Self { client: builder.build().map_err(WebError::Client)?, origin: address.clone(), whole: WHOLE })
    }

    /// Waits for an answer no longer than this, where it is less than usual.
    #[must_use]
    pub fn within(self, whole: Duration) -> Self {
        Self { whole: whole.min(WHOLE), ..self }
    }

    /// Asks, and takes any answer but a redirect.
    ///
    /// # Errors
    /// [`NotSent::TryAgain`] if the request has certainly not arrived or was answered by a redirect that says so,
    /// [`NotSent::AnswerLost`] if it may have.
    pub async fn ask(&self, request: Request) -> Result<Answered, NotSent> {
        if request.url.origin() != self.origin.origin() {
            return Err(not_taken(Trouble::Foreign));
        }
        let Request { method, url, headers, body } = request;
        let mut asked = self.client.request(method, url).timeout(self.whole).headers(headers);
        if !body.is_empty() {
            asked = asked.body(body);
        }
        let asked = asked.build().map_err(|error| not_taken(Trouble::Request(error.without_url())))?;
        let response = self.client.execute(asked).await.map_err(of_connection)?;
        if response.status().is_redirection() {
            return Err(redirected(&response));
        }
        Ok(read(response).await)
    }

    /// Reaches the origin and has it prove who it is; asks for nothing but the head of its first page, without secrets.
    ///
    /// # Errors
    /// If it cannot be reached or its certificate is not good.
    pub async fn reach(&self) -> Result<(), Cause> {
        let mut url = self.origin.clone();
        url.set_path("/");
        url.set_query(None);
        match self.client.head(url).timeout(self.whole).send().await.map_err(of_connection) {
            // Whatever it answers, and even if it cuts the connection: it is there, and it is the right one.
            Ok(_) | Err(NotSent::AnswerLost(_)) => Ok(()),
            Err(NotSent::Refused(cause) | NotSent::TryAgain { cause, .. }) => Err(cause),
        }
    }
}

impl Request {
    #[must_use]
    pub fn new(method: Method, url: Url) -> Self {
        Self { method, url, headers: HeaderMap::new(), body: Vec::new() }
    }

    /// With a body of a type.
    #[must_use]
    pub fn with_body(mut self, content_type: &'static str, body: Vec<u8>) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        self.body = body;
        self
    }

    /// With a name and a password (RFC 7617).
    ///
    /// # Errors
    /// If it has characters that no header carries.
    pub fn basic(self, user: &str, password: &SecretString) -> Result<Self, Cause> {
        let both = SecretString::from(format!("{user}:{}", password.expose_secret()));
        let encoded = STANDARD.encode(both.expose_secret());
        self.with_secret(&AUTHORIZATION, &SecretString::from(format!("Basic {encoded}")))
    }

    /// With a token (RFC 6750).
    ///
    /// # Errors
    /// If it has characters that no header carries.
    pub fn bearer(self, token: &SecretString) -> Result<Self, Cause> {
        self.with_secret(&AUTHORIZATION, &SecretString::from(format!("Bearer {}", token.expose_secret())))
    }

    /// With a header that no log shows.
    ///
    /// # Errors
    /// If it has characters that no header carries.
    pub fn with_secret(mut self, name: &HeaderName, value: &SecretString) -> Result<Self, Cause> {
        insert(&mut self.headers, name, value)?;
        Ok(self)
    }
}

/// Puts in a header that no log shows.
///
/// # Errors
/// If it is not one line of printable ASCII.
pub fn insert(headers: &mut HeaderMap, name: &HeaderName, value: &SecretString) -> Result<(), Cause> {
    let text = value.expose_secret();
    let mut value = HeaderValue::from_str(text).ok().filter(|_| text.is_ascii()).ok_or(Trouble::Header)?;
    value.set_sensitive(true);
    headers.insert(name, value);
    Ok(())
}

/// Whether an address may be asked at all.
///
/// # Errors
/// If it is neither https, nor http to this machine, nor http where that was said to be wanted (`plain`).
pub fn check(address: &Url, plain: bool) -> Result<(), WebError> {
    let has_host = address.host_str().is_some_and(|host| !host.is_empty());
    let bare = address.username().is_empty() && address.password().is_none() && address.fragment().is_none();
    if !matches!(address.scheme(), "https" | "http") || !has_host || !bare {
        return Err(WebError::Address);
    }
    if is_in_the_clear(address) && !plain { Err(WebError::Plain) } else { Ok(()) }
}

impl Answered {
    /// How long the gateway asks to be left alone (`Retry-After`, RFC 9110 §10.2.3), if it says so.
    #[must_use]
    pub fn retry_after(&self, now: Timestamp) -> Option<Duration> {
        let said = self.headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
        if let Ok(seconds) = said.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let until = jiff::fmt::rfc2822::parse(said).ok()?.timestamp();
        Some(Duration::try_from(until.duration_since(now)).unwrap_or_default())
    }
}

/// Whether whoever stands between can read what is sent there.
#[must_use]
pub fn is_in_the_clear(address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default();
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let is_here = host == "localhost" || literal.is_ok_and(|address| address.is_loopback());
    address.scheme() != "https" && !is_here
}

fn authorities(path: &Path) -> Result<Vec<Certificate>, WebError> {
    let at_fault = |error| WebError::Authorities(path.to_owned(), error);
    let none = || WebError::NoAuthority(path.to_owned());
    if std::fs::metadata(path).map_err(at_fault)?.len() > LONGEST_FILE {
        return Err(none());
    }
    let pem = std::fs::read(path).map_err(at_fault)?;
    let authorities = Certificate::from_pem_bundle(&pem).map_err(|_| none())?;
    if authorities.is_empty() { Err(none()) } else { Ok(authorities) }
}

fn not_taken(trouble: Trouble) -> NotSent {
    NotSent::TryAgain { after: None, cause: Box::new(trouble) }
}

/// Before the connection stands and TLS is verified nothing is sent; after that nobody knows what has arrived.
fn of_connection(error: reqwest::Error) -> NotSent {
    let error = error.without_url();
    if error.is_builder() {
        not_taken(Trouble::Request(error))
    } else if error.is_connect() {
        not_taken(Trouble::Unreachable(error))
    } else {
        NotSent::AnswerLost(Box::new(Trouble::Cut(error)))
    }
}

/// A redirect is not followed (TF-09). "Found" and "see other" are how a site also says that it has done what it was
/// asked; the others say that it was asked at the wrong place.
fn redirected(response: &Response) -> NotSent {
    let status = response.status();
    let location = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    let target = location.and_then(|location| response.url().join(location).ok());
    // Without its path and query, which may repeat what was asked.
    let to = target.map_or_else(|| "nowhere".to_owned(), |target| target.origin().ascii_serialization());
    let trouble = Trouble::Redirect { status, to };
    match status {
        StatusCode::FOUND | StatusCode::SEE_OTHER => NotSent::AnswerLost(Box::new(trouble)),
        _ => not_taken(trouble),
    }
}

/// Reads the body as far as it comes; the status alone may say enough.
async fn read(mut response: Response) -> Answered {
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    let whole = loop {
        match response.chunk().await {
            Ok(None) => break true,
            Ok(Some(chunk)) if body.len().saturating_add(chunk.len()) <= LONGEST => body.extend_from_slice(&chunk),
            Ok(Some(_)) | Err(_) => break false,
        }
    };
    Answered { status, headers, body, whole }
}

#[cfg(test)]
mod tests;
