//! A provider of the kind of Twilio, which misbehaves as it is told: it takes texts and calls over HTTP on loopback,
//! holds each request against Twilio's own description, signs what it calls, and has somebody at the other end of a call.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use quick_xml::events::{BytesStart, Event};
use regex::Regex;
use serde_json::Value;
use sha1::Sha1;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::wait::{PATIENCE, until};

/// The account of the tests.
pub const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";

/// What it does with the next request.
#[derive(Debug, Clone)]
pub enum Does {
    /// It takes what is asked and names it.
    Takes,
    /// It answers so, without a message: status, code and what `Retry-After` says.
    Refuses(u16, Option<u32>, Option<&'static str>),
    /// It takes it, and its answer is cut in its middle.
    AnswersHalf,
    /// It takes it, and cuts the connection instead of an answer.
    LosesTheAnswer,
    /// It takes it, and never answers.
    Hangs,
    /// It is somebody else, who greets everybody.
    IsSomebodyElse,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// Name and password.
    pub authorization: String,
    pub fields: Vec<(String, String)>,
    /// What the provider called it.
    pub sid: String,
    /// Where it departs from the description; good requests have none.
    pub faults: Vec<String>,
}

impl Asked {
    /// The value of a field, if it is there once.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }
}

#[derive(Default)]
struct State {
    does: VecDeque<Does>,
    asked: Vec<Asked>,
}

/// The provider; it ends with its value.
pub struct Provider {
    url: String,
    state: Arc<Mutex<State>>,
    serving: JoinHandle<()>,
}

impl Provider {
    /// Listens on a free port.
    ///
    /// # Errors
    /// If there is none, or the description cannot be read.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(Mutex::new(State::default()));
        let description = Arc::new(Description::read()?);
        let shared = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (shared, description) = (Arc::clone(&shared), Arc::clone(&description));
                tokio::spawn(async move { drop(serve(stream, &shared, &description).await) });
            }
        });
        Ok(Self { url, state, serving })
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it does with the next requests, one each; afterwards it takes everything.
    pub fn does(&self, does: impl IntoIterator<Item = Does>) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).does.extend(does);
    }

    /// Every request so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).asked.clone()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(stream: TcpStream, state: &Mutex<State>, description: &Description) -> Result<()> {
    let mut stream = BufReader::new(stream);
    let mut asked = read(&mut stream).await?;
    let does = {
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = if asked.path.contains("/Calls") { "CA" } else { "SM" };
        asked.sid = format!("{kind}{:032x}", state.asked.len() + 1);
        asked.faults = description.faults(&asked);
        state.asked.push(asked.clone());
        state.does.pop_front().unwrap_or(Does::Takes)
    };
    let answer = |status: u16, more: &str, body: &str| {
        format!("HTTP/1.1 {status} x\r\ncontent-length: {}\r\n{more}connection: close\r\n\r\n{body}", body.len())
    };
    let taken = serde_json::json!({"sid": asked.sid, "status": "queued", "error_code": null}).to_string();
    let bytes = match does {
        Does::Takes if asked.method == "GET" => answer(404, "", r#"{"code":20404,"status":404}"#),
        Does::Takes if asked.faults.is_empty() => answer(201, "", &taken),
        Does::Takes => answer(400, "", r#"{"code":20001,"status":400}"#),
        Does::Refuses(status, code, after) => {
            let body = code.map_or_else(String::new, |code| {
                let said = format!("The 'To' number {} is not good", asked.field("To").unwrap_or_default());
                serde_json::json!({"code": code, "message": said, "status": status}).to_string()
            });
            answer(status, &after.map_or_else(String::new, |after| format!("retry-after: {after}\r\n")), &body)
        }
        Does::AnswersHalf => {
            let mut whole = answer(201, "", &taken);
            whole.truncate(whole.len() - taken.len() / 2);
            whole
        }
        Does::LosesTheAnswer => String::new(),
        Does::Hangs => std::future::pending().await,
        Does::IsSomebodyElse => answer(200, "", "<html><h1>Welcome</h1></html>"),
    };
    stream.write_all(bytes.as_bytes()).await?;
    Ok(stream.shutdown().await?)
}

async fn read(stream: &mut BufReader<TcpStream>) -> Result<Asked> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().context("a method")?, words.next().context("a path")?);
    let (mut length, mut authorization) = (0, String::new());
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse()?,
            "authorization" => {
                let basic = STANDARD.decode(value.strip_prefix("Basic ").context("basic")?)?;
                authorization = String::from_utf8(basic)?;
            }
            _ => {}
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let fields = form_urlencoded::parse(&body).into_owned().collect();
    Ok(Asked { method, path, authorization, fields, sid: String::new(), faults: Vec::new() })
}

/// The provider's own description of its API (`tests/data/README.md`).
struct Description(Value);

impl Description {
    fn read() -> Result<Self> {
        let path = crate::root().join("tests/data/twilio.openapi.json");
        Ok(Self(serde_json::from_str(&std::fs::read_to_string(path)?)?))
    }

    /// Where a request departs from it.
    fn faults(&self, asked: &Asked) -> Vec<String> {
        let Some((operation, in_path)) = self.operation(&asked.method, &asked.path) else {
            return vec![format!("{} {} is not described", asked.method, asked.path)];
        };
        let mut faults = Vec::new();
        for parameter in at(operation, &["parameters"]).as_array().into_iter().flatten() {
            let name = at(parameter, &["name"]).as_str().unwrap_or_default();
            let given = in_path.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
            faults.extend(given.and_then(|given| self.fault(at(parameter, &["schema"]), name, given)));
        }
        let schema = at(operation, &["requestBody", "content", "application/x-www-form-urlencoded", "schema"]);
        let required = at(schema, &["required"]).as_array().into_iter().flatten().filter_map(Value::as_str);
        faults.extend(required.filter(|name| asked.field(name).is_none()).map(|name| format!("{name} is missing")));
        for (name, value) in &asked.fields {
            faults.extend(match at(schema, &["properties", name]) {
                Value::Null => Some(format!("{name} is not described")),
                described => self.fault(described, name, value),
            });
        }
        faults
    }

    /// The operation of a path, and what stands in its places.
    fn operation(&self, method: &str, path: &str) -> Option<(&Value, Vec<(String, String)>)> {
        let given: Vec<&str> = path.split(['/', '.']).collect();
        at(&self.0, &["paths"]).as_object()?.iter().find_map(|(template, item)| {
            let parts: Vec<&str> = template.split(['/', '.']).collect();
            let fits = parts.len() == given.len()
                && parts.iter().zip(&given).all(|(part, given)| part.starts_with('{') || part == given);
            let places = parts.iter().zip(&given).filter(|(part, _)| part.starts_with('{'));
            let places = places.map(|(part, given)| (part.trim_matches(['{', '}']).to_owned(), (*given).to_owned()));
            let operation = item.get(method.to_ascii_lowercase())?;
            fits.then(|| (operation, places.collect()))
        })
    }

    fn fault(&self, schema: &Value, name: &str, value: &str) -> Option<String> {
        if let Some(reference) = at(schema, &["$ref"]).as_str() {
            return self.fault(self.0.pointer(reference.trim_start_matches('#'))?, name, value);
        }
        let is_of_type = match at(schema, &["type"]).as_str() {
            Some("integer") => value.parse::<i64>().is_ok(),
            Some("number") => value.parse::<f64>().is_ok(),
            Some("boolean") => matches!(value, "true" | "false"),
            Some("array") => self.fault(at(schema, &["items"]), name, value).is_none(),
            _ => true,
        };
        let is_one = at(schema, &["enum"]).as_array().is_none_or(|values| values.iter().any(|one| one == value));
        let length = value.chars().count() as u64;
        let is_long_enough = at(schema, &["minLength"]).as_u64().is_none_or(|least| least <= length);
        let is_short_enough = at(schema, &["maxLength"]).as_u64().is_none_or(|most| length <= most);
        let pattern = at(schema, &["pattern"]).as_str().and_then(|pattern| Regex::new(pattern).ok());
        let fits = pattern.is_none_or(|pattern| pattern.is_match(value));
        let is_address = at(schema, &["format"]) != "uri" || reqwest::Url::parse(value).is_ok();
        // Said by the prose of the description alone.
        let is_within = match name {
            "Twiml" => length <= 4000 && value.starts_with("<?xml"),
            "Body" => length <= 1600,
            "ValidityPeriod" => value.parse().is_ok_and(|seconds| (1..=36_000).contains(&seconds)),
            _ => true,
        };
        let good = is_of_type && is_one && is_long_enough && is_short_enough && fits && is_address && is_within;
        (!good).then(|| format!("{name} may not be {value}"))
    }
}

/// What stands in a value under these names, or nothing.
fn at<'a>(value: &'a Value, names: &[&str]) -> &'a Value {
    names.iter().try_fold(value, |value, name| value.get(name)).unwrap_or(&Value::Null)
}

/// Prism, which serves the description and knows nothing of us.
pub struct Prism {
    url: String,
    _process: Child,
}

impl Prism {
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Starts Prism, which refuses every request that departs from the description.
///
/// # Errors
/// If it is not installed or does not listen.
pub async fn prism() -> Result<Prism> {
    // Taken for a moment, to know that it is free.
    let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port().to_string();
    let process = Command::new("prism")
        .args(["mock", "--errors", "--port", &port])
        .arg(crate::root().join("tests/data/twilio.openapi.json"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("prism is missing; say: npm install --global @stoplight/prism-cli@5.14.2")?;
    let address = format!("127.0.0.1:{port}");
    until("prism listens", PATIENCE, async || Ok(TcpStream::connect(&address).await.ok())).await?;
    Ok(Prism { url: format!("http://{address}"), _process: process })
}

/// The signature of a form that is sent to an address, as Twilio makes it.
///
/// # Errors
/// If the token is no key.
pub fn signature(token: &str, url: &str, fields: &[(&str, &str)]) -> Result<String> {
    let mut sorted = fields.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    let mut mac = Hmac::<Sha1>::new_from_slice(token.as_bytes())?;
    mac.update(url.as_bytes());
    for (name, value) in sorted {
        mac.update(name.as_bytes());
        mac.update(value.as_bytes());
    }
    Ok(STANDARD.encode(mac.finalize().into_bytes()))
}

/// A form as it is sent.
#[must_use]
pub fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// A document in TwiML as somebody on the phone meets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// Everything that is spoken or played, in its order.
    pub texts: Vec<String>,
    /// The voices that speak, and their languages.
    pub voices: Vec<(String, String)>,
    /// Where a key leads to, where one is waited for.
    pub on_key: Option<String>,
    /// Whether the call ends after it.
    pub hangs_up: bool,
}

impl Heard {
    /// Reads a document and obeys it as Twilio does; what it would not understand is an error.
    ///
    /// # Errors
    /// If it is no such document.
    pub fn read(document: &str) -> Result<Self> {
        let mut reader = quick_xml::Reader::from_str(document);
        reader.config_mut().expand_empty_elements = true;
        let mut heard = Self { texts: Vec::new(), voices: Vec::new(), on_key: None, hangs_up: false };
        let mut open: Vec<String> = Vec::new();
        loop {
            match reader.read_event()? {
                Event::Start(start) => {
                    heard.begin(&start, open.last().map(String::as_str))?;
                    open.push(start.name().as_ref().to_owned());
                }
                Event::End(_) => drop(open.pop()),
                Event::Text(text) => heard.say(&text.xml10_content(), open.last())?,
                Event::GeneralRef(reference) => {
                    let character = match reference.xml10_content().as_ref() {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        other => anyhow::bail!("&{other}; is unknown"),
                    };
                    heard.say(character, open.last())?;
                }
                Event::Decl(_) => {}
                Event::Eof => break,
                other => anyhow::bail!("{other:?} is no part of such a document"),
            }
        }
        ensure!(open.is_empty(), "{open:?} has no end");
        Ok(heard)
    }

    fn begin(&mut self, start: &BytesStart<'_>, inside: Option<&str>) -> Result<()> {
        let attribute = |name: &str| -> Result<Option<String>> {
            let found = start.try_get_attribute(name)?;
            Ok(found
                .map(|found| found.normalized_value(quick_xml::XmlVersion::Explicit1_0))
                .transpose()?
                .map(Into::into))
        };
        ensure!(!self.hangs_up, "nothing follows on a hang-up");
        match (start.name().as_ref(), inside) {
            ("Response", None) | ("Pause", Some("Response" | "Gather")) => {}
            ("Gather", Some("Response")) => {
                ensure!(attribute("numDigits")?.as_deref() == Some("1"), "one key is enough");
                ensure!(attribute("finishOnKey")?.as_deref() == Some(""), "the key # would be none");
                ensure!(attribute("method")?.as_deref() == Some("POST"), "the form stands in the body");
                self.on_key = Some(attribute("action")?.context("an address for the key")?);
            }
            ("Say", Some("Response" | "Gather")) => {
                self.texts.push(String::new());
                self.voices.extend(attribute("voice")?.zip(attribute("language")?));
            }
            ("Play", Some("Response" | "Gather")) => self.texts.push(String::new()),
            ("Hangup", Some("Response")) => self.hangs_up = true,
            (name, inside) => anyhow::bail!("{name} in {inside:?}"),
        }
        Ok(())
    }

    fn say(&mut self, text: &str, inside: Option<&String>) -> Result<()> {
        ensure!(inside.is_some_and(|inside| inside == "Say" || inside == "Play"), "{text} in {inside:?}");
        self.texts.last_mut().context("something that speaks")?.push_str(text);
        Ok(())
    }

    /// Everything that is said, in one text.
    #[must_use]
    pub fn all(&self) -> String {
        self.texts.join("\n")
    }
}
