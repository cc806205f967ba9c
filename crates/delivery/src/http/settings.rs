//! How an HTTP gateway is configured, and what can be wrong with it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::answer::{Id, Reading, Rule, fault_of_pointer};
use super::reports::ReportRule;
use super::template::{Field, Json, Place, Template, TemplateError};
use super::{Asks, Body};
use crate::Kind;
use crate::characters::Characters;
use crate::secret_file::SecretFile;
use crate::web::{self, Method, Url, WebError};

/// The table `[delivery.gateway.http]`.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(default)]
    pub method: Verb,
    /// Placeholders stand in its query, and the recipient, the id and secrets in its path too.
    pub url: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body as a form.
    pub form: Option<BTreeMap<String, String>>,
    /// The body as JSON, as the provider documents it.
    pub json: Option<String>,
    /// The body is the message alone: `{body}`.
    pub text: Option<String>,
    /// Files of what `{secret:NAME}` stands for.
    #[serde(default)]
    pub secrets: BTreeMap<String, SecretFile>,
    pub basic: Option<Basic>,
    /// A file with a token.
    pub bearer: Option<SecretFile>,
    /// What `{sender}` stands for.
    pub sender: Option<String>,
    /// The same for single languages.
    #[serde(default)]
    pub senders: BTreeMap<String, String>,
    /// What a text may consist of; others go by another gateway.
    #[serde(default)]
    pub characters: Characters,
    /// Most characters of a text; longer ones go by another gateway.
    pub longest: Option<usize>,
    /// What its answers mean.
    #[serde(default)]
    pub answer: Vec<Rule>,
    pub id: Option<Id>,
    /// Where in the JSON of an answer a reason stands that may be shown to operators.
    pub reason: Option<String>,
    /// Where in the JSON of an answer the seconds stand for which the gateway wants to be left alone.
    pub retry_after: Option<String>,
    /// What it reports afterwards means, at the address that `{report_url}` stands for.
    #[serde(default)]
    pub report: Vec<ReportRule>,
    /// Of calls: whether the gateway says `{prompt}` first, and the rest only to somebody who has pressed a key.
    #[serde(default)]
    pub waits_for_key: bool,
    /// Whether a message that is handed over twice under the same {id} is sent once.
    #[serde(default)]
    pub idempotent: bool,
    /// What may be asked (GET) without sending anything, to see whether the account is good.
    pub check: Option<String>,
    /// Authorities in PEM instead of the system's.
    pub ca: Option<PathBuf>,
    /// Whether http is wanted although it is readable on its way.
    #[serde(default)]
    pub plain: bool,
    /// How long an answer is waited for, 1 to 8.
    pub timeout_seconds: Option<u8>,
}

/// How the gateway is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verb {
    Get,
    #[default]
    Post,
    Put,
}

/// An account by name and password (RFC 7617).
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Basic {
    pub user: String,
    pub password: SecretFile,
}

/// What stands in `Authorization`.
#[derive(Debug, Clone)]
pub(super) enum Account {
    Basic(Basic),
    Bearer(SecretFile),
}

/// Why a gateway cannot be used as it is configured.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("{0}: {1}")]
    Template(String, #[source] TemplateError),
    #[error("{0}: no name of a header")]
    HeaderName(String),
    #[error("at most one of form, json and text, and none with GET")]
    Body,
    #[error("at most one of basic and bearer; headers cannot say authorization beside them")]
    Account,
    #[error("basic: a user has no colon")]
    User,
    #[error("{{secret:{0}}} stands for nothing: name its file under secrets")]
    NoSecret(String),
    #[error("secrets: {0} stands nowhere")]
    IdleSecret(String),
    #[error("{{sender}} stands for nothing: set sender")]
    NoSender,
    #[error("sender \"{0}\": 1 to 32 printable characters of ASCII")]
    Sender(String),
    #[error("no placeholder for the recipient: {{to}} or {{to_digits}}")]
    NoRecipient,
    #[error("no placeholder for the text: {{body}}")]
    NoBody,
    #[error("url: no address")]
    Url,
    #[error("{0}")]
    Web(#[from] WebError),
    #[error("answer: {0}")]
    Rule(&'static str),
    #[error("report: {0}")]
    Report(&'static str),
    #[error("{{report_url}} and report belong together: the address that the gateway calls, and what it says there")]
    HalfReport,
    #[error("{0}: {1}")]
    Pointer(&'static str, &'static str),
    #[error("check: an address of the same origin as url, without placeholders")]
    Check,
    #[error("timeout_seconds: 1 to 8")]
    Timeout,
    #[error("idempotent: only where {{id}} tells the gateway which message it is")]
    Idempotent,
}

impl From<Verb> for Method {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::Get => Self::GET,
            Verb::Post => Self::POST,
            Verb::Put => Self::PUT,
        }
    }
}

impl Settings {
    /// Looks at everything that can be looked at without files and without the gateway.
    ///
    /// # Errors
    /// If something of it can never work.
    pub fn check(&self) -> Result<(), HttpError> {
        let asks = self.asks()?;
        self.check_address(&asks.address)?;
        self.account()?;
        self.reading()?;
        web::check(&asks.address, self.plain)?;
        if self.timeout_seconds.is_some_and(|seconds| !(1..=8).contains(&seconds)) {
            return Err(HttpError::Timeout);
        }
        Ok(())
    }

    /// What keeps it from carrying these kinds, in words for the operator: a voicemail would keep a code for whoever hears
    /// it, so calls need a gateway that waits for a key (TF-06).
    #[must_use]
    pub fn fault_of_kinds(&self, kinds: &[Kind]) -> Option<&'static str> {
        if !kinds.contains(&Kind::Call) {
            return None;
        }
        if !self.waits_for_key {
            return Some(
                "kinds: call: set waits_for_key = true if it says {body} only after a key; leave calls out if not",
            );
        }
        let says_first = self.asks().is_ok_and(|asks| asks.fields().contains(&&Field::Prompt));
        (!says_first).then_some("kinds: call: {prompt} stands nowhere, which is said before a key is pressed")
    }

    /// Whether the gateway tells this server what became of a message.
    #[must_use]
    pub const fn is_told(&self) -> bool {
        !self.report.is_empty()
    }

    /// The files of all its secrets.
    pub fn secret_files(&self) -> impl Iterator<Item = &SecretFile> {
        let account = self.basic.as_ref().map(|basic| &basic.password).into_iter().chain(&self.bearer);
        self.secrets.values().chain(account)
    }

    /// Whether what is sent can be read on its way.
    #[must_use]
    pub fn is_in_the_clear(&self) -> bool {
        self.asks().is_ok_and(|asks| web::is_in_the_clear(&asks.address))
    }

    pub(super) fn timeout(&self) -> Option<Duration> {
        self.timeout_seconds.map(|seconds| Duration::from_secs(u64::from(seconds)))
    }

    pub(super) fn reading(&self) -> Result<Reading, HttpError> {
        if let Some(fault) = self.answer.iter().find_map(Rule::fault) {
            return Err(HttpError::Rule(fault));
        }
        let id = match &self.id {
            Some(Id::Pointer(pointer)) => Some(pointer),
            Some(Id::After(_)) | None => None,
        };
        for (name, pointer) in
            [("id", id), ("reason", self.reason.as_ref()), ("retry_after", self.retry_after.as_ref())]
        {
            if let Some(fault) = pointer.and_then(|pointer| fault_of_pointer(pointer)) {
                return Err(HttpError::Pointer(name, fault));
            }
        }
        let (reason, retry_after) = (self.reason.clone(), self.retry_after.clone());
        Ok(Reading { rules: self.answer.clone(), id: self.id.clone(), reason, retry_after })
    }

    pub(super) fn account(&self) -> Result<Option<Account>, HttpError> {
        let says_itself = self.headers.keys().any(|name| name.eq_ignore_ascii_case("authorization"));
        match (&self.basic, &self.bearer) {
            (None, None) => Ok(None),
            (Some(basic), None) if !says_itself => {
                if basic.user.contains(':') {
                    Err(HttpError::User)
                } else {
                    Ok(Some(Account::Basic(basic.clone())))
                }
            }
            (None, Some(token)) if !says_itself => Ok(Some(Account::Bearer(token.clone()))),
            _ => Err(HttpError::Account),
        }
    }

    pub(super) fn check_address(&self, address: &Url) -> Result<Option<Url>, HttpError> {
        let Some(check) = &self.check else { return Ok(None) };
        let url = Url::parse(check).map_err(|_| HttpError::Check)?;
        let sound = url.origin() == address.origin() && !check.contains(['{', '}', '#', '@']);
        if sound { Ok(Some(url)) } else { Err(HttpError::Check) }
    }

    /// Reads all templates.
    pub(super) fn asks(&self) -> Result<Asks, HttpError> {
        let at = |place: &str| {
            let place = place.to_owned();
            move |error| HttpError::Template(place, error)
        };
        let (before, query) = match self.url.split_once('?') {
            Some((before, query)) => (before, Some(query)),
            None => (self.url.as_str(), None),
        };
        let before_query = Template::parse(before, Place::Path).map_err(at("url"))?;
        let query =
            query.map(|query| Template::parse(query, Place::Query)).transpose().map_err(at("url, behind the ?"))?;
        let address = self.address(before)?;
        let headers = self.headers.iter().map(|(name, value)| {
            let key = name.parse().map_err(|_| HttpError::HeaderName(format!("headers.{name}")))?;
            let value = Template::parse(value, Place::Header).map_err(at(&format!("headers.{name}")))?;
            Ok((key, value))
        });
        let headers = headers.collect::<Result<_, HttpError>>()?;
        let (sender, senders) = (self.sender.clone(), self.senders.clone());
        let asks =
            Asks { method: self.method, address, before_query, query, headers, body: self.body()?, sender, senders };
        self.look_over(&asks)?;
        Ok(asks)
    }

    /// The address with a harmless value for each placeholder of its path; none stands before its path.
    fn address(&self, before: &str) -> Result<Url, HttpError> {
        let (scheme, rest) = before.split_once("://").ok_or(HttpError::Url)?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if format!("{scheme}{host}").contains(['{', '}']) || before.contains('#') {
            return Err(HttpError::Url);
        }
        let mut plain = String::new();
        for (index, part) in path.split('{').enumerate() {
            plain.push_str(if index == 0 { part } else { part.split_once('}').map_or("", |(_, behind)| behind) });
            plain.push('x');
        }
        Url::parse(&format!("{scheme}://{host}/{}", plain.strip_suffix('x').unwrap_or(&plain)))
            .map_err(|_| HttpError::Url)
    }

    fn body(&self) -> Result<Body, HttpError> {
        let body = match (&self.form, &self.json, &self.text) {
            (None, None, None) => return Ok(Body::None),
            (Some(pairs), None, None) => {
                let pairs = pairs.iter().map(|(name, value)| {
                    let value = Template::parse(value, Place::Form)
                        .map_err(|error| HttpError::Template(format!("form.{name}"), error))?;
                    Ok((name.clone(), value))
                });
                Body::Form(pairs.collect::<Result<_, HttpError>>()?)
            }
            (None, Some(json), None) => {
                Body::Json(Json::parse(json).map_err(|error| HttpError::Template("json".to_owned(), error))?)
            }
            (None, None, Some(text)) => {
                let template = Template::parse(text, Place::Whole);
                Body::Text(template.map_err(|error| HttpError::Template("text".to_owned(), error))?)
            }
            _ => return Err(HttpError::Body),
        };
        if self.method == Verb::Get { Err(HttpError::Body) } else { Ok(body) }
    }

    /// Whether everything that is needed stands somewhere, and everything that stands somewhere is there.
    fn look_over(&self, asks: &Asks) -> Result<(), HttpError> {
        let fields = asks.fields();
        let has = |field: &Field| fields.contains(&field);
        if !has(&Field::To) && !has(&Field::ToDigits) {
            return Err(HttpError::NoRecipient);
        }
        if !has(&Field::Body) {
            return Err(HttpError::NoBody);
        }
        if has(&Field::Sender) && self.sender.is_none() {
            return Err(HttpError::NoSender);
        }
        if let Some(fault) = self.report.iter().find_map(ReportRule::fault) {
            return Err(HttpError::Report(fault));
        }
        if has(&Field::ReportUrl) != self.is_told() {
            return Err(HttpError::HalfReport);
        }
        if self.idempotent && !has(&Field::Id) {
            return Err(HttpError::Idempotent);
        }
        let is_sender = |name: &String| {
            (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
        };
        if let Some(name) = self.sender.iter().chain(self.senders.values()).find(|name| !is_sender(name)) {
            return Err(HttpError::Sender(name.clone()));
        }
        for field in &fields {
            if let Field::Secret(name) = field
                && !self.secrets.contains_key(name)
            {
                return Err(HttpError::NoSecret(name.clone()));
            }
        }
        let idle = self.secrets.keys().find(|name| !has(&Field::Secret((*name).clone())));
        idle.map_or(Ok(()), |name| Err(HttpError::IdleSecret(name.clone())))
    }
}

impl Asks {
    fn fields(&self) -> Vec<&Field> {
        let body: Vec<&Field> = match &self.body {
            Body::None => Vec::new(),
            Body::Form(pairs) => pairs.iter().flat_map(|(_, template)| template.fields()).collect(),
            Body::Json(json) => json.fields(),
            Body::Text(template) => template.fields().collect(),
        };
        let headers = self.headers.iter().flat_map(|(_, template)| template.fields());
        self.before_query
            .fields()
            .chain(self.query.iter().flat_map(Template::fields))
            .chain(headers)
            .chain(body)
            .collect()
    }
}
