//! Phone numbers: which ones are served, by the numbering plans of the world (TF-01, TF-13).
//!
//! What a number is, where and of which type, comes from the data of libphonenumber. How a typed text is read as a
//! number stands in `reading`.

use std::fmt;

use latchkey_api::Method;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType};
use secrecy::SecretString;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::reading;
use super::reading::written;

pub use super::reading::NoNumber;

/// Which numbers a campus sends to, as its configuration says it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Region of numbers that are typed without a country code.
    pub country: Region,
    /// Regions whose numbers are served; empty is the campus' own alone.
    #[serde(default)]
    pub serve: Vec<Region>,
    /// Types that are served.
    #[serde(default = "Type::all")]
    pub types: Vec<Type>,
    /// Ranges that are served beside, because the data do not know them yet or because they lie in another region.
    #[serde(default)]
    pub also: Vec<Range>,
}

/// What kind of line a number leads to, as far as its plan tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    Mobile,
    Fixed,
    /// A plan that does not tell mobile from fixed (all of the United States and Canada), or a range of `also`.
    Either,
}

impl Line {
    /// Whether a text can arrive there.
    #[must_use]
    pub const fn takes_texts(self) -> bool {
        match self {
            Self::Mobile | Self::Either => true,
            Self::Fixed => false,
        }
    }
}

/// Why nothing is sent to a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotServed {
    #[error("a number of a region that is not served")]
    Region,
    /// Premium, shared cost, toll-free, satellite, personal, pager and the like, or a type that the campus leaves out.
    #[error("a number of a type that is not served")]
    Type,
    #[error("a number that is assigned to nobody")]
    Unassigned,
    #[error("a fixed line, which takes no texts")]
    NoTexts,
}

impl Plan {
    /// A plan that serves the mobile and fixed lines of one region.
    #[must_use]
    pub fn of(country: Region) -> Self {
        Self { country, serve: Vec::new(), types: Type::all(), also: Vec::new() }
    }

    /// Reads a number as people of the campus' own region type it, in the form that is kept: E.164, `+12025550134`.
    /// Whether it is served is another question.
    ///
    /// # Errors
    /// If it is not exactly one whole number.
    pub fn read(&self, typed: &str) -> Result<SecretString, NoNumber> {
        let assigned = |number: &str| self.serves(number) != Err(NotServed::Unassigned);
        reading::read(self.country.0, assigned, typed).map(SecretString::from)
    }

    /// Whether a number (E.164) is served, and what line it leads to.
    ///
    /// Regions that share a country code may share ranges: a number of such a range is a number of each of them.
    ///
    /// # Errors
    /// If it is of no region or type that is served; numbers that cost whoever calls them never are.
    pub fn serves(&self, number: &str) -> Result<Line, NotServed> {
        let parsed = PHONE_NUMBER_UTIL.parse(number, None).map_err(|_| NotServed::Unassigned)?;
        if written(&parsed) != number {
            return Err(NotServed::Unassigned);
        }
        let known = line(PHONE_NUMBER_UTIL.get_number_type(&parsed));
        if self.also.iter().any(|range| number.starts_with(range.as_str())) {
            return match known {
                Known::Line(line) => Ok(line),
                Known::Nothing | Known::Voip => Ok(Line::Either),
                Known::Never => Err(NotServed::Type),
            };
        }
        let line = match known {
            Known::Line(line) => line,
            Known::Voip | Known::Never => return Err(NotServed::Type),
            Known::Nothing => return Err(NotServed::Unassigned),
        };
        let serve = if self.serve.is_empty() { std::slice::from_ref(&self.country) } else { self.serve.as_slice() };
        if !serve.iter().any(|region| region.has(&parsed)) {
            return Err(NotServed::Region);
        }
        if self.types.iter().any(|kind| kind.includes(line)) { Ok(line) } else { Err(NotServed::Type) }
    }
}

impl Plan {
    /// Whether a method can reach somebody at a number (E.164); asked where a number comes in and where a code goes out.
    ///
    /// # Errors
    /// As [`Plan::serves`], and if texts are to go to a fixed line.
    pub fn reaches(&self, method: Method, number: &str) -> Result<(), NotServed> {
        let line = self.serves(number)?;
        if method == Method::TextMobile && !line.takes_texts() { Err(NotServed::NoTexts) } else { Ok(()) }
    }
}

/// What the data say of the type of a number.
enum Known {
    Line(Line),
    /// Telephony over the Internet, which only `also` can name: whether a text arrives differs by provider.
    Voip,
    /// Costs whoever calls, or is nobody's own line (TF-01).
    Never,
    Nothing,
}

fn line(kind: PhoneNumberType) -> Known {
    match kind {
        PhoneNumberType::Mobile => Known::Line(Line::Mobile),
        PhoneNumberType::FixedLine => Known::Line(Line::Fixed),
        PhoneNumberType::FixedLineOrMobile => Known::Line(Line::Either),
        PhoneNumberType::VoIP => Known::Voip,
        PhoneNumberType::TollFree
        | PhoneNumberType::PremiumRate
        | PhoneNumberType::SharedCost
        | PhoneNumberType::PersonalNumber
        | PhoneNumberType::Pager
        | PhoneNumberType::UAN
        | PhoneNumberType::VoiceMail => Known::Never,
        PhoneNumberType::Unknown => Known::Nothing,
    }
}

/// A number (E.164) as it is shown: in international form with blanks between its groups (ITU-T E.123), so that its owner
/// sees what is dialled (F3).
#[must_use]
pub fn international(number: &str) -> String {
    let Ok(parsed) = PHONE_NUMBER_UTIL.parse(number, None) else { return number.to_owned() };
    let shown = PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::International);
    let groups = shown.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
    format!("+{}", groups.collect::<Vec<_>>().join(" "))
}

/// The region that a number (E.164) belongs to; nothing if no plan has it.
#[must_use]
pub fn region(number: &str) -> Option<Region> {
    let parsed = PHONE_NUMBER_UTIL.parse(number, None).ok()?;
    PHONE_NUMBER_UTIL.get_region_for_number(&parsed).map(Region)
}

/// A number (E.164) as it is dialled inside its own country, digits alone; nothing if it is no number.
#[must_use]
pub fn national(number: &str) -> Option<String> {
    let parsed = PHONE_NUMBER_UTIL.parse(number, None).ok()?;
    Some(parsed.get_national_significant_number())
}

/// A number without its last four digits: what a block of numbers has in common (TF-02).
#[must_use]
pub fn prefix(number: &str) -> &str {
    number.get(..number.len().saturating_sub(4)).unwrap_or_default()
}

/// A region with a numbering plan, by its two letters (ISO 3166-1; `XK` for Kosovo, as libphonenumber has it).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Region(rlibphonenumber::Region);

impl Region {
    /// Whether a number is one of the region's plan.
    fn has(self, number: &PhoneNumber) -> bool {
        // The library's check by region does not compare country codes (rlibphonenumber 2.2.15).
        PHONE_NUMBER_UTIL.get_country_code_for_region(self.0) == Some(number.country_code)
            && PHONE_NUMBER_UTIL.is_valid_number_for_region(number, self.0)
    }
}

/// A setting that says nothing usable about numbers, in words for the administrator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoSetting(String);

impl TryFrom<String> for Region {
    type Error = NoSetting;

    fn try_from(text: String) -> Result<Self, NoSetting> {
        let word = text.trim().to_ascii_uppercase();
        if let Some(named) = region_of_calling_code(&word) {
            return Err(NoSetting(format!(
                "{text:?} is a country code; regions are named by two letters of ISO 3166-1 now, for example {named}"
            )));
        }
        let region =
            word.parse().ok().filter(|region| PHONE_NUMBER_UTIL.get_country_code_for_region(*region).is_some());
        region.map(Self).ok_or_else(|| {
            let hint = if word == "UK" { "\"GB\"" } else { "two letters of ISO 3166-1, for example \"US\"" };
            NoSetting(format!("{text:?} is not a region with phone numbers: write {hint}"))
        })
    }
}

/// The region that a country code is mostly used for, as it is written now; nothing for what is no country code.
fn region_of_calling_code(text: &str) -> Option<String> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let code: i32 = digits.parse().ok().filter(|code| *code > 0)?;
    let region = PHONE_NUMBER_UTIL.get_region_for_country_code(code);
    let region = region.filter(|region| *region != rlibphonenumber::Region::World);
    Some(region.map_or_else(|| "\"US\"".to_owned(), |region| format!("\"{region}\"")))
}

impl From<Region> for String {
    fn from(region: Region) -> Self {
        region.to_string()
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A type of line that a campus may serve. Numbers of a plan that does not tell them apart are of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    Mobile,
    FixedLine,
}

impl Type {
    /// What is served unless the configuration says otherwise.
    #[must_use]
    pub fn all() -> Vec<Self> {
        vec![Self::Mobile, Self::FixedLine]
    }

    const fn includes(self, line: Line) -> bool {
        match (self, line) {
            (Self::Mobile, Line::Mobile) | (Self::FixedLine, Line::Fixed) | (_, Line::Either) => true,
            (Self::Mobile, Line::Fixed) | (Self::FixedLine, Line::Mobile) => false,
        }
    }
}

/// The beginning that the numbers of a range share, in international form: `+155501`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Range(String);

/// Digits of a range beyond its country code, at least: fewer would open whole countries.
const SHORTEST_RANGE: usize = 2;

impl TryFrom<String> for Range {
    type Error = NoSetting;

    fn try_from(text: String) -> Result<Self, NoSetting> {
        // Which section it stands in is in the line that the file's reader names.
        let refuse = |why: &str| Err(NoSetting(format!("also: {text:?} {why}, for example \"+1 555 01\"")));
        let Some(digits) = reading::digits_of_range(&text) else {
            return refuse("is not the beginning of a number with its country code");
        };
        let Some(rest) = (1..=3).find_map(|length| {
            let (code, rest) = digits.split_at_checked(length)?;
            let region = PHONE_NUMBER_UTIL.get_region_for_country_code(code.parse().ok()?)?;
            (region != rlibphonenumber::Region::World).then_some(rest)
        }) else {
            return refuse("begins with no country code of a region");
        };
        if rest.len() < SHORTEST_RANGE {
            return refuse("is shorter than a country code and two digits");
        }
        Ok(Self(format!("+{digits}")))
    }
}

impl From<Range> for String {
    fn from(range: Range) -> Self {
        range.0
    }
}

impl Range {
    fn as_str(&self) -> &str {
        &self.0
    }
}

/// The setting `countries` of before the number plan: wherever it is written it is refused, naming what is written now.
#[derive(Debug, Clone, Copy, Default)]
pub struct CountryCodes;

impl<'de> Deserialize<'de> for CountryCodes {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let codes = Vec::<String>::deserialize(from)?;
        let named: Vec<String> = codes.iter().filter_map(|code| region_of_calling_code(code.trim())).collect();
        let example = if named.is_empty() { "\"US\", \"CA\"".to_owned() } else { named.join(", ") };
        let now = format!("name regions instead of country codes, for example serve = [{example}]");
        Err(D::Error::custom(format!("campus.countries is no longer a setting: {now}")))
    }
}

#[cfg(test)]
mod tests;
