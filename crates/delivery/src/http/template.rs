//! Texts with placeholders, and how a value is written so that it cannot leave its place (TF-05).

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Map, Number, Value};

/// What percent-encoding leaves alone: the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a placeholder stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Field {
    To,
    ToDigits,
    Body,
    Prompt,
    Code,
    Subject,
    Id,
    Language,
    Sender,
    ExpiresSeconds,
    ExpiresMilliseconds,
    ExpiresMinutes,
    ExpiresAt,
    ReportUrl,
    Secret(String),
}

/// Placeholders by their names, in the order in which they are told of.
const FIELDS: [(&str, Field); 14] = [
    ("to", Field::To),
    ("to_digits", Field::ToDigits),
    ("body", Field::Body),
    ("prompt", Field::Prompt),
    ("code", Field::Code),
    ("subject", Field::Subject),
    ("id", Field::Id),
    ("language", Field::Language),
    ("sender", Field::Sender),
    ("expires_seconds", Field::ExpiresSeconds),
    ("expires_milliseconds", Field::ExpiresMilliseconds),
    ("expires_minutes", Field::ExpiresMinutes),
    ("expires_at", Field::ExpiresAt),
    ("report_url", Field::ReportUrl),
];

/// Why a text is no template, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("at character {at}: {{{name}}} is no placeholder; there are {}, and {{secret:NAME}}", known())]
    Unknown { at: usize, name: String },
    #[error("at character {at}: a brace without its partner; a brace that is meant is written twice")]
    Brace { at: usize },
    #[error("at character {at}: {{{name}}} does not stand here, where a value could mean something else")]
    Place { at: usize, name: String },
    #[error("is no JSON: {0}")]
    Json(String),
    #[error("at {at}: {{number:…}} stands alone in its text, and counts seconds, milliseconds, minutes or to_digits")]
    Number { at: String },
    #[error("at {at}: {why}")]
    Within { at: String, why: Box<TemplateError> },
}

/// A text with placeholders.
#[derive(Debug, Clone)]
pub(super) struct Template(Vec<Part>);

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    /// And where it stands, in characters from 1.
    Field(Field, usize),
}

/// What placeholders stand for in one message.
pub(super) struct Values<'a> {
    pub(super) to: &'a str,
    pub(super) body: &'a SecretString,
    pub(super) prompt: &'a str,
    pub(super) code: Option<&'a SecretString>,
    pub(super) subject: &'a str,
    pub(super) id: &'a str,
    pub(super) language: &'a str,
    pub(super) sender: &'a str,
    pub(super) lasts: Lasts,
    /// Where the gateway reports what became of it.
    pub(super) report_url: &'a str,
    pub(super) secrets: &'a BTreeMap<String, SecretString>,
}

/// For how long a message is of use, in the units that gateways count in.
#[derive(Default)]
pub(super) struct Lasts {
    pub(super) seconds: String,
    pub(super) milliseconds: String,
    pub(super) minutes: String,
    pub(super) until: String,
}

/// Where a template stands, and so how what is filled in is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The path of an address: only what can be no `..`.
    Path,
    Query,
    /// The value in a pair of a form.
    Form,
    /// Only what is one line of ASCII.
    Header,
    /// A text in JSON, which is written when it is whole.
    Json,
    /// The whole body as it is.
    Whole,
}

impl Place {
    fn takes(self, field: &Field) -> bool {
        match self {
            Self::Path => matches!(field, Field::To | Field::ToDigits | Field::Id | Field::Secret(_)),
            Self::Header => !matches!(field, Field::Body | Field::Prompt | Field::Subject),
            Self::Whole => matches!(field, Field::Body),
            Self::Query | Self::Form | Self::Json => true,
        }
    }

    fn written(self, value: &str) -> String {
        match self {
            Self::Path | Self::Query | Self::Form => escaped(value),
            Self::Header | Self::Json | Self::Whole => value.to_owned(),
        }
    }
}

impl Template {
    /// Reads a text for its place.
    pub(super) fn parse(text: &str, place: Place) -> Result<Self, TemplateError> {
        let template = Self::parts(text)?;
        for part in &template.0 {
            if let Part::Field(field, at) = part
                && !place.takes(field)
            {
                return Err(TemplateError::Place { at: *at, name: name(field) });
            }
        }
        Ok(template)
    }

    fn parts(text: &str) -> Result<Self, TemplateError> {
        let (mut parts, mut plain) = (Vec::new(), String::new());
        let mut rest = text.chars().enumerate().map(|(at, c)| (at.saturating_add(1), c)).peekable();
        while let Some((at, c)) = rest.next() {
            let doubled = rest.next_if(|(_, next)| *next == c && matches!(c, '{' | '}')).is_some();
            match c {
                '{' | '}' if doubled => plain.push(c),
                '{' => {
                    let name: String =
                        std::iter::from_fn(|| rest.next_if(|(_, c)| !matches!(c, '{' | '}'))).map(|(_, c)| c).collect();
                    if rest.next_if(|(_, c)| *c == '}').is_none() {
                        return Err(TemplateError::Brace { at });
                    }
                    let field = field(&name).ok_or(TemplateError::Unknown { at, name })?;
                    parts.push(Part::Text(std::mem::take(&mut plain)));
                    parts.push(Part::Field(field, at));
                }
                '}' => return Err(TemplateError::Brace { at }),
                _ => plain.push(c),
            }
        }
        parts.push(Part::Text(plain));
        Ok(Self(parts))
    }

    /// The placeholders in it.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Field(field, _) => Some(field),
        })
    }

    /// The text with everything filled in, each value written as its place demands.
    pub(super) fn fill(&self, values: &Values<'_>, place: Place) -> String {
        let written = self.0.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Field(field, _) => place.written(values.of(field)),
        });
        written.collect()
    }
}

impl Values<'_> {
    /// The one place of this room where secrets are looked at.
    fn of(&self, field: &Field) -> &str {
        match field {
            Field::To => self.to,
            Field::ToDigits => self.to.trim_start_matches('+'),
            Field::Body => self.body.expose_secret(),
            Field::Prompt => self.prompt,
            Field::Code => self.code.map_or("", |code| code.expose_secret()),
            Field::Subject => self.subject,
            Field::Id => self.id,
            Field::Language => self.language,
            Field::Sender => self.sender,
            Field::ExpiresSeconds => &self.lasts.seconds,
            Field::ExpiresMilliseconds => &self.lasts.milliseconds,
            Field::ExpiresMinutes => &self.lasts.minutes,
            Field::ExpiresAt => &self.lasts.until,
            Field::ReportUrl => self.report_url,
            // Every name was looked up when the template was read.
            Field::Secret(name) => self.secrets.get(name).map_or("", |secret| secret.expose_secret()),
        }
    }
}

/// With everything percent-encoded that could mean something (RFC 3986 §2.1).
pub(super) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

fn field(name: &str) -> Option<Field> {
    if let Some(secret) = name.strip_prefix("secret:") {
        return Some(Field::Secret(secret.to_owned()));
    }
    FIELDS.into_iter().find(|(known, _)| *known == name).map(|(_, field)| field)
}

fn name(field: &Field) -> String {
    match field {
        Field::Secret(name) => format!("secret:{name}"),
        field => FIELDS.iter().find(|(_, known)| known == field).map_or("", |(name, _)| name).to_owned(),
    }
}

fn known() -> String {
    FIELDS.map(|(name, _)| format!("{{{name}}}")).join(", ")
}

/// A value of JSON whose texts are templates.
#[derive(Debug, Clone)]
pub(super) enum Json {
    Fixed(Value),
    Text(Template),
    /// A placeholder that stands alone as `{number:…}`.
    Number(Field),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Json {
    /// Reads JSON as a provider documents it, with placeholders in its texts.
    pub(super) fn parse(text: &str) -> Result<Self, TemplateError> {
        let value = serde_json::from_str(text).map_err(|error| TemplateError::Json(error.to_string()))?;
        Self::of(value, "")
    }

    fn of(value: Value, at: &str) -> Result<Self, TemplateError> {
        let within =
            |why| TemplateError::Within { at: if at.is_empty() { "/" } else { at }.to_owned(), why: Box::new(why) };
        match value {
            Value::String(text) => match text.strip_prefix("{number:").and_then(|text| text.strip_suffix('}')) {
                Some(counted) => counter(counted).map(Self::Number).ok_or(TemplateError::Number { at: at.to_owned() }),
                None => Template::parse(&text, Place::Json).map(Self::Text).map_err(within),
            },
            Value::Array(values) => {
                let values = values.into_iter().enumerate();
                values
                    .map(|(index, value)| Self::of(value, &format!("{at}/{index}")))
                    .collect::<Result<_, _>>()
                    .map(Self::List)
            }
            Value::Object(pairs) => {
                let pairs = pairs.into_iter().map(|(name, value)| {
                    let value = Self::of(value, &format!("{at}/{name}"))?;
                    Ok((name, value))
                });
                pairs.collect::<Result<_, _>>().map(Self::Object)
            }
            fixed => Ok(Self::Fixed(fixed)),
        }
    }

    pub(super) fn fields(&self) -> Vec<&Field> {
        match self {
            Self::Fixed(_) => Vec::new(),
            Self::Text(template) => template.fields().collect(),
            Self::Number(field) => vec![field],
            Self::List(values) => values.iter().flat_map(Self::fields).collect(),
            Self::Object(pairs) => pairs.iter().flat_map(|(_, value)| value.fields()).collect(),
        }
    }

    pub(super) fn fill(&self, values: &Values<'_>) -> Value {
        match self {
            Self::Fixed(value) => value.clone(),
            Self::Text(template) => Value::String(template.fill(values, Place::Json)),
            Self::Number(field) => {
                values.of(field).parse::<u64>().map_or(Value::Null, |number| Value::Number(Number::from(number)))
            }
            Self::List(list) => Value::Array(list.iter().map(|value| value.fill(values)).collect()),
            Self::Object(pairs) => Value::Object(
                pairs.iter().map(|(name, value)| (name.clone(), value.fill(values))).collect::<Map<_, _>>(),
            ),
        }
    }
}

fn counter(name: &str) -> Option<Field> {
    field(name).filter(|field| {
        matches!(field, Field::ToDigits | Field::ExpiresSeconds | Field::ExpiresMilliseconds | Field::ExpiresMinutes)
    })
}
