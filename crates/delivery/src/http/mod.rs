//! A gateway that is asked over HTTP as its provider documents it: method, address, headers and body are templates, and
//! rules say what its answers mean.
//!
//! Nothing that is filled in can leave its place, and what is no single recipient is never sent (TF-05). When nobody
//! knows whether the gateway has taken a message, it counts as lost and not as refused.

mod answer;
mod reports;
mod settings;
mod template;

use std::collections::BTreeMap;

use jiff::SignedDuration;
use secrecy::{ExposeSecret as _, SecretString};

pub use self::answer::{Id, Means, Rule, Status};
pub use self::reports::{NotReported, ReportCall, ReportMeans, ReportRule, Reports};
pub use self::settings::{Basic, HttpError, Settings, Verb};
pub use self::template::TemplateError;

use self::answer::Reading;
use self::settings::Account;
use self::template::{Json, Lasts, Place, Template, Values};
use crate::characters::Characters;
use crate::secret_file::{SecretFile, SecretFileError};
use crate::web::{self, HeaderName, Method, Request, Url, Web};
use crate::{Accepted, Answer, Cause, Delivery, Message, NotSent, Probe, recipient};

/// A gateway as it was configured, opened.
pub struct Http {
    web: Web,
    asks: Asks,
    reading: Reading,
    secrets: BTreeMap<String, SecretFile>,
    account: Option<Account>,
    check: Option<Url>,
    characters: Characters,
    longest: Option<usize>,
    is_idempotent: bool,
    /// Where it reports to, where it does.
    reports: Option<Reports>,
}

/// The request as a template.
#[derive(Debug, Clone)]
struct Asks {
    method: Verb,
    /// Without anything filled in, to see that nothing but path and query can change.
    address: Url,
    before_query: Template,
    query: Option<Template>,
    headers: Vec<(HeaderName, Template)>,
    body: Body,
    sender: Option<String>,
    senders: BTreeMap<String, String>,
}

#[derive(Debug, Clone)]
enum Body {
    None,
    Form(Vec<(String, Template)>),
    Json(Json),
    Text(Template),
}

/// Why a message was not handed over.
#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Secret(#[from] SecretFileError),
    #[error("what is filled in would change the address itself")]
    Address,
    #[error("header {0}: what is filled in is not one line of ASCII")]
    Header(HeaderName),
    #[error("the address of check answered {0}")]
    Check(u16),
}

impl Http {
    /// Opens it, with where it reports to; nothing is connected yet.
    ///
    /// # Errors
    /// If a template, a rule or the address cannot be used.
    pub fn open(settings: &Settings, reports: Option<Reports>) -> Result<Self, HttpError> {
        let asks = settings.asks()?;
        let web = Web::open(&asks.address, settings.ca.as_deref(), settings.plain)?;
        let web = match settings.timeout() {
            Some(whole) => web.within(whole),
            None => web,
        };
        Ok(Self {
            web,
            check: settings.check_address(&asks.address)?,
            asks,
            reading: settings.reading()?,
            secrets: settings.secrets.clone(),
            account: settings.account()?,
            characters: settings.characters,
            longest: settings.longest,
            is_idempotent: settings.idempotent,
            reports,
        })
    }

    async fn hand_over(&self, message: &Message) -> Result<Accepted, NotSent> {
        let to = recipient::of(message).map_err(|error| NotSent::Refused(Box::new(error)))?;
        let request = self.request(message, to).await;
        let request = request.map_err(|cause| NotSent::TryAgain { after: None, cause })?;
        let answered = self.web.ask(request).await?;
        self.reading.of(&answered, message.at, to)
    }

    async fn request(&self, message: &Message, to: &str) -> Result<Request, Cause> {
        let secrets = read_all(&self.secrets).await?;
        let report_url = self.reports.as_ref().map(|reports| reports.address(message)).unwrap_or_default();
        let values = Values {
            to,
            body: &message.body,
            prompt: message.prompt.as_deref().unwrap_or_default(),
            code: message.code.as_ref(),
            subject: &message.subject,
            id: &message.id,
            language: &message.language,
            sender: self.asks.sender(&message.language),
            lasts: lasts(message),
            report_url: &report_url,
            secrets: &secrets,
        };
        self.signed(self.asks.request(&values)?).await
    }

    /// With the gateway's account, where it takes one beside the templates.
    async fn signed(&self, request: Request) -> Result<Request, Cause> {
        match &self.account {
            None => Ok(request),
            Some(Account::Basic(Basic { user, password })) => request.basic(user, &password.read().await?),
            Some(Account::Bearer(token)) => request.bearer(&token.read().await?),
        }
    }

    /// Reads every secret, reaches the gateway, and where there is something that may be asked without sending, asks it.
    async fn look(&self) -> Result<(), Cause> {
        let secrets = read_all(&self.secrets).await?;
        let Some(check) = &self.check else {
            self.signed(Request::new(Method::HEAD, self.asks.address.clone())).await?;
            return self.web.reach().await;
        };
        let nothing = SecretString::from("");
        let values = Values {
            to: "",
            body: &nothing,
            prompt: "",
            code: None,
            subject: "",
            id: "",
            language: "",
            sender: self.asks.sender(""),
            lasts: Lasts::default(),
            report_url: "",
            secrets: &secrets,
        };
        let mut request = Request::new(Method::GET, check.clone());
        self.asks.with_headers(&mut request, &values)?;
        let answered = self.web.ask(self.signed(request).await?).await?;
        if answered.status.is_success() { Ok(()) } else { Err(Box::new(Trouble::Check(answered.status.as_u16()))) }
    }
}

impl Asks {
    fn sender(&self, language: &str) -> &str {
        let primary = language.split('-').next().unwrap_or_default();
        let named = self.senders.get(language).or_else(|| self.senders.get(primary));
        named.or(self.sender.as_ref()).map(String::as_str).unwrap_or_default()
    }

    fn request(&self, values: &Values<'_>) -> Result<Request, Cause> {
        let mut request = Request::new(self.method.into(), self.url(values)?);
        request = match &self.body {
            Body::None => request,
            Body::Form(pairs) => {
                request.with_body("application/x-www-form-urlencoded", form(pairs, values).into_bytes())
            }
            Body::Json(json) => request.with_body("application/json", serde_json::to_vec(&json.fill(values))?),
            Body::Text(text) => {
                request.with_body("text/plain; charset=UTF-8", text.fill(values, Place::Whole).into_bytes())
            }
        };
        self.with_headers(&mut request, values)?;
        Ok(request)
    }

    /// The address with everything filled in; it still leads to the same origin.
    fn url(&self, values: &Values<'_>) -> Result<Url, Trouble> {
        let mut text = self.before_query.fill(values, Place::Path);
        if let Some(query) = &self.query {
            text.push('?');
            text.push_str(&query.fill(values, Place::Query));
        }
        let url = Url::parse(&text).map_err(|_| Trouble::Address)?;
        let segments = |url: &Url| url.path().split('/').count();
        let same = url.origin() == self.address.origin()
            && segments(&url) == segments(&self.address)
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if same { Ok(url) } else { Err(Trouble::Address) }
    }

    fn with_headers(&self, request: &mut Request, values: &Values<'_>) -> Result<(), Trouble> {
        for (name, template) in &self.headers {
            let filled = SecretString::from(template.fill(values, Place::Header));
            web::insert(&mut request.headers, name, &filled).map_err(|_| Trouble::Header(name.clone()))?;
        }
        Ok(())
    }
}

/// Pairs as a form sends them; a blank is written as `%20`, which every reader of forms takes.
fn form(pairs: &[(String, Template)], values: &Values<'_>) -> String {
    let pair = |(name, template): &(String, Template)| {
        format!("{}={}", template::escaped(name), template.fill(values, Place::Form))
    };
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

async fn read_all(files: &BTreeMap<String, SecretFile>) -> Result<BTreeMap<String, SecretString>, SecretFileError> {
    let mut secrets = BTreeMap::new();
    for (name, file) in files {
        secrets.insert(name.clone(), file.read().await?);
    }
    Ok(secrets)
}

/// How long a message is still of use: at least one of each unit, so that no gateway takes it for "forever".
fn lasts(message: &Message) -> Lasts {
    let left = message.expires_at.duration_since(message.at).max(SignedDuration::from_secs(1));
    let seconds = left.as_secs();
    Lasts {
        seconds: seconds.to_string(),
        milliseconds: left.as_millis().to_string(),
        minutes: seconds.saturating_add(59).div_euclid(60).to_string(),
        until: message.expires_at.to_string(),
    }
}

impl Delivery for Http {
    fn send<'a>(&'a self, message: &'a Message) -> Answer<'a> {
        Box::pin(self.hand_over(message))
    }

    fn probe(&self) -> Probe<'_> {
        Box::pin(self.look())
    }

    fn carries(&self, message: &Message) -> bool {
        let text = message.body.expose_secret();
        self.characters.carry(text) && self.longest.is_none_or(|longest| text.chars().count() <= longest)
    }

    fn is_idempotent(&self) -> bool {
        self.is_idempotent
    }
}

#[cfg(test)]
mod tests;
