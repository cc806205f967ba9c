//! What a gateway reports of a message: the address that it is given for that, and what a call of this address means.
//!
//! The address names the message, the try and the time until which it is good, under a MAC with a key of the server. So
//! nobody can make one who was not given it, nothing is looked up before it is known to be ours, and nothing has to be
//! kept for it (TF-08).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretBox};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::Sha256;

use super::answer::{at, fault_of_pointer};
use super::template::escaped;
use crate::Message;
use crate::report::{Report, State, Try};

/// What the MAC is made for.
const PURPOSE: &str = "latchkey: where a gateway reports to, 1";
/// How long a gateway may report after the message itself is of no use any more.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// What a report means. Of several rules the first that fits decides; where none fits, it means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ReportRule {
    pub means: ReportMeans,
    /// The name of a value in the query, or in the body where that is a form.
    pub field: Option<String>,
    /// A place in the body where that is JSON (RFC 6901).
    pub pointer: Option<String>,
    /// One of these stands there.
    pub equals: Vec<String>,
}

/// What is said of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportMeans {
    /// The provider, or the carrier behind it, has the message.
    Taken,
    /// A phone has it.
    Delivered,
    /// It will not arrive.
    Failed,
    /// Nothing.
    Ignored,
}

/// Where one gateway reports to, and what its reports mean.
pub struct Reports {
    gateway: String,
    /// Where this server is reached: an origin without a slash at its end.
    public: String,
    /// The first makes addresses; all of them check.
    keys: Vec<SecretBox<[u8; 32]>>,
    rules: Vec<ReportRule>,
}

/// A request of somebody who may be the gateway.
pub struct ReportCall<'a> {
    /// What stands in the address behind `…/report/`.
    pub ticket: &'a str,
    /// What stands behind the `?` of the address.
    pub query: &'a str,
    pub body: &'a [u8],
}

/// Why a report is not heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotReported {
    #[error("this server did not give its address to this gateway")]
    Forged,
    #[error("its address is not good any more")]
    Stale,
}

impl ReportRule {
    /// What is wrong with it.
    pub(super) fn fault(&self) -> Option<&'static str> {
        if self.field.is_some() == self.pointer.is_some() {
            return Some("a rule needs either a field or a pointer");
        }
        if self.equals.is_empty() {
            return Some("a rule needs equals: what the gateway says there");
        }
        self.pointer.as_deref().and_then(fault_of_pointer)
    }

    fn fits(&self, fields: &[(String, String)], json: Option<&Value>) -> bool {
        let said = match (&self.field, &self.pointer) {
            (Some(name), _) => only(fields, name),
            (None, Some(pointer)) => at(json, pointer),
            (None, None) => None,
        };
        said.is_some_and(|said| self.equals.contains(&said))
    }
}

/// A value that is said exactly once.
fn only(fields: &[(String, String)], name: &str) -> Option<String> {
    let mut said = fields.iter().filter(|(known, _)| known == name).map(|(_, value)| value);
    let first = said.next()?;
    said.next().is_none().then(|| first.clone())
}

impl Reports {
    /// Of the gateway `gateway`, which reaches this server at `public` and means by its reports what these rules say.
    #[must_use]
    pub fn new(gateway: &str, public: &str, keys: Vec<SecretBox<[u8; 32]>>, rules: Vec<ReportRule>) -> Self {
        Self { gateway: gateway.to_owned(), public: public.to_owned(), keys, rules }
    }

    /// The address for reports of this try at a message.
    pub(super) fn address(&self, message: &Message) -> String {
        let until = message.expires_at.saturating_add(LIFE).unwrap_or(Timestamp::MAX).as_second();
        let (id, attempt) = (&message.id, message.attempt);
        let mac = self.keys.first().map(|key| self.mac(key, id, attempt, until).finalize().into_bytes());
        let mac = URL_SAFE_NO_PAD.encode(mac.unwrap_or_default());
        format!("{}/v1/gateways/{}/report/{}.{attempt}.{until}.{mac}", self.public, self.gateway, escaped(id))
    }

    /// Reads a report: the id of the message that it is about, and what it says of it, where that means something.
    ///
    /// # Errors
    /// If its address was not given to this gateway, or is not good any more.
    pub fn heard(&self, called: &ReportCall<'_>, now: Timestamp) -> Result<(String, Option<Report>), NotReported> {
        let (id, attempt) = self.opened(called.ticket, now)?;
        let json: Option<Value> = serde_json::from_slice(called.body).ok();
        let form = if json.is_none() { called.body } else { &[] };
        let pairs = form_urlencoded::parse(called.query.as_bytes()).chain(form_urlencoded::parse(form));
        let fields: Vec<_> = pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
        let rule = self.rules.iter().find(|rule| rule.fits(&fields, json.as_ref()));
        let state = rule.and_then(|rule| match rule.means {
            ReportMeans::Taken => Some(State::Taken),
            ReportMeans::Delivered => Some(State::Delivered),
            ReportMeans::Failed => Some(State::Failed(None)),
            ReportMeans::Ignored => None,
        });
        Ok((id, state.map(|state| Report { of: Try::Numbered(attempt), state })))
    }

    fn opened(&self, ticket: &str, now: Timestamp) -> Result<(String, u32), NotReported> {
        let mut parts = ticket.rsplitn(4, '.');
        let mut next = || parts.next().ok_or(NotReported::Forged);
        let (mac, until, attempt, id) = (next()?, next()?, next()?, next()?);
        let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| NotReported::Forged)?;
        let (until, attempt): (i64, u32) = until.parse().ok().zip(attempt.parse().ok()).ok_or(NotReported::Forged)?;
        let known = self.keys.iter().any(|key| self.mac(key, id, attempt, until).verify_slice(&mac).is_ok());
        match (known, now.as_second() < until) {
            (false, _) => Err(NotReported::Forged),
            (true, false) => Err(NotReported::Stale),
            (true, true) => Ok((id.to_owned(), attempt)),
        }
    }

    fn mac(&self, key: &SecretBox<[u8; 32]>, id: &str, attempt: u32, until: i64) -> Hmac<Sha256> {
        // The block of SHA-256 is longer than the key, which HMAC then fills with zeros itself (RFC 2104).
        let mut block = [0; 64];
        block.iter_mut().zip(key.expose_secret()).for_each(|(to, from)| *to = *from);
        let mac = Hmac::<Sha256>::new(&block.into());
        // No gateway has a line's end in its name, and the rest are numbers: no two lists read alike.
        mac.chain_update(format!("{PURPOSE}\n{}\n{attempt}\n{until}\n{id}", self.gateway))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;
    use crate::http::Settings;

    const PUBLIC: &str = "https://reset.campus.example";

    fn now() -> Timestamp {
        "2026-11-28T10:00:00Z".parse().expect("a time")
    }

    fn reports(gateway: &str, keys: &[u8]) -> Reports {
        let settings = Settings {
            url: "https://gw.example/send?to={to}&t={body}&r={report_url}".to_owned(),
            report: [
                r#"{"means": "delivered", "field": "status", "equals": ["1", "DELIVRD"]}"#,
                r#"{"means": "failed", "field": "status", "equals": ["2", "16"]}"#,
                r#"{"means": "taken", "field": "status", "equals": ["8"]}"#,
                r#"{"means": "ignored", "pointer": "/results/0/kind", "equals": ["test"]}"#,
                r#"{"means": "delivered", "pointer": "/results/0/status", "equals": ["ok", "7"]}"#,
            ]
            .map(|rule| serde_json::from_str(rule).expect("a rule"))
            .to_vec(),
            ..Settings::default()
        };
        settings.check().expect("settings");
        let keys = keys.iter().map(|key| SecretBox::new(Box::new([*key; 32]))).collect();
        Reports::new(gateway, PUBLIC, keys, settings.report)
    }

    fn message(id: &str, attempt: u32) -> Message {
        Message {
            id: id.to_owned(),
            at: now(),
            expires_at: now() + SignedDuration::from_mins(5),
            attempt,
            kind: Kind::Text,
            to: "+12025550134".into(),
            region: None,
            language: "en".to_owned(),
            subject: String::new(),
            prompt: None,
            body: "x".into(),
            code: None,
        }
    }

    fn ticket(reports: &Reports, message: &Message) -> String {
        let address = reports.address(message);
        address.strip_prefix(&format!("{PUBLIC}/v1/gateways/{}/report/", reports.gateway)).expect("ours").to_owned()
    }

    fn heard(
        reports: &Reports,
        ticket: &str,
        query: &str,
        body: &str,
        at: Timestamp,
    ) -> Result<(String, Option<Report>), NotReported> {
        reports.heard(&ReportCall { ticket, query, body: body.as_bytes() }, at)
    }

    #[test]
    fn a_report_means_what_the_rules_say_wherever_it_is_said() {
        let reports = reports("gw", &[1]);
        let ticket = ticket(&reports, &message("m.1", 2));
        for (query, body, state) in [
            ("status=1", "", Some(State::Delivered)),
            ("", "id=4&status=DELIVRD", Some(State::Delivered)),
            ("status=16", "", Some(State::Failed(None))),
            ("status=8&x=%20", "", Some(State::Taken)),
            ("", r#"{"results": [{"status": "ok"}]}"#, Some(State::Delivered)),
            ("", r#"{"results": [{"status": 7}]}"#, Some(State::Delivered)),
            ("", r#"{"results": [{"status": "ok", "kind": "test"}]}"#, None),
            ("status=3", "", None),
            ("status=", "", None),
            ("Status=1", "", None),
            // Whoever says two things has said nothing.
            ("status=1&status=2", "", None),
            ("status=1", "status=2", None),
            ("", "", None),
            ("", "{", None),
        ] {
            let (id, report) = heard(&reports, &ticket, query, body, now()).expect("heard");
            assert_eq!(id, "m.1");
            let expected = state.map(|state| Report { of: Try::Numbered(2), state });
            assert_eq!(report, expected, "{query} {body}");
        }
    }

    #[test]
    fn an_address_is_good_for_one_message_of_one_gateway_and_not_for_ever() {
        // TF-08
        let reports = reports("gw", &[1]);
        let ticket = ticket(&reports, &message("m-1", 1));
        let at = |seconds| now() + SignedDuration::from_secs(seconds);
        let day = 24 * 60 * 60 + 5 * 60;
        assert!(heard(&reports, &ticket, "", "", at(day - 1)).is_ok());
        assert_eq!(heard(&reports, &ticket, "", "", at(day)), Err(NotReported::Stale));
        for at in 0..ticket.len() {
            let other = if ticket.as_bytes()[at] == b'A' { "B" } else { "A" };
            let changed = format!("{}{other}{}", &ticket[..at], &ticket[at + 1..]);
            let said = heard(&reports, &changed, "", "", now());
            // Of the last character some bits stand for nothing, and then they have to be zero.
            assert_eq!(said, Err(NotReported::Forged), "{changed}");
            assert_eq!(heard(&reports, &ticket[..at], "", "", now()), Err(NotReported::Forged));
        }
        let longer = ticket.replacen(".1.", ".2.", 1);
        for forged in [longer.as_str(), "", "...", "m-1.1.9999999999.", "m-1"] {
            assert_eq!(heard(&reports, forged, "", "", now()), Err(NotReported::Forged), "{forged}");
        }
    }

    #[test]
    fn another_gateway_and_another_key_make_other_addresses_and_an_earlier_key_is_still_known() {
        // TF-08
        let before = reports("gw", &[1]);
        let ticket = ticket(&before, &message("m-1", 1));
        assert_eq!(heard(&reports("other", &[1]), &ticket, "", "", now()), Err(NotReported::Forged));
        assert_eq!(heard(&reports("gw", &[2]), &ticket, "", "", now()), Err(NotReported::Forged));
        assert_eq!(heard(&reports("gw", &[]), &ticket, "", "", now()), Err(NotReported::Forged));
        assert!(heard(&reports("gw", &[2, 1]), &ticket, "", "", now()).is_ok());
    }
}
