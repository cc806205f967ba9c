//! `check`: what a configuration means, and which standards it forfeits.
//!
//! Requirements by their numbers in ASVS 5.0, NIST SP 800-63B-4 (63B) and WCAG 2.2.

use latchkey_api::flow::Method;
use latchkey_api::human_check::Kind;
use serde_json::Value;

use crate::config::delivery::GatewayConfig;
use crate::config::{Config, FirstBinding, OfficePhone, SecondFactor};
use latchkey_delivery::http::Settings;

/// One line of the report: a setting, what it is, and what it gives away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub setting: String,
    pub value: String,
    /// The requirements that can no longer be claimed.
    pub forfeits: Vec<&'static str>,
}

/// The effective posture: the preset first, then every value that holds, whether it was set or not.
#[must_use]
pub fn of(config: &Config) -> Vec<Finding> {
    let preset = Finding { setting: "preset".to_owned(), value: config.preset.as_str().to_owned(), forfeits: vec![] };
    let mut found = vec![preset];
    let whole = serde_json::to_value(config).unwrap_or_default();
    lines(config, "", &whole, &mut found);
    found.extend(missing(config));
    found.extend(carried(config));
    found
}

fn lines(config: &Config, setting: &str, value: &Value, found: &mut Vec<Finding>) {
    match value {
        Value::Object(table) => {
            for (key, value) in table {
                let inner = if setting.is_empty() { key.clone() } else { format!("{setting}.{key}") };
                lines(config, &inner, value, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| lines(config, setting, value, found)),
        Value::Null => {}
        Value::String(_) | Value::Number(_) | Value::Bool(_) if setting == "preset" => {}
        Value::String(text) => found.push(finding(config, setting, text.clone())),
        Value::Number(_) | Value::Bool(_) => found.push(finding(config, setting, value.to_string())),
    }
}

fn finding(config: &Config, setting: &str, value: String) -> Finding {
    let forfeits = forfeits(config, setting, &value);
    Finding { setting: setting.to_owned(), value, forfeits }
}

/// What a value gives away.
fn forfeits(config: &Config, setting: &str, value: &str) -> Vec<&'static str> {
    let limits = &config.limits;
    let when = |forfeits: bool, what: &[&'static str]| if forfeits { what.to_vec() } else { vec![] };
    match setting {
        "methods.offered" => Method::ALL.into_iter().find(|known| known.as_str() == value).map_or(vec![], of_method),
        "methods.one_phone_gate" => when(
            !config.methods.one_phone_gate && phones(config) > 1,
            &["63B §4.2.2.2 for two calls or texts to different numbers (two issued codes are one method)"],
        ),
        "methods.office_phone" => when(
            config.methods.office_phone == OfficePhone::Person && config.methods.offered.contains(&Method::CallOffice),
            &["63B §3.1.3.3 for office phones, unless each number is confirmed when it is registered"],
        ),
        "human_check.kinds" => when(
            config.human_check.kinds == [Kind::Characters],
            &["WCAG 2.2, 3.3.8 (AA): characters are transcribed and there is no other way"],
        ),
        "register.first_binding" => when(
            config.register.first_binding == FirstBinding::Password,
            &["63B §4.1.2.2 and ASVS 6.4.1: a first method is bound by the password alone"],
        ),
        "change.second_factor" => when(
            config.change.second_factor == SecondFactor::Never,
            &["ASVS 6.3.3 for changes: the password alone changes the password"],
        ),
        "password.min_length" => {
            when(config.password.min_length < 15, &["63B §3.1.1.2 where the password is the only factor"])
        }
        "limits.email_code_seconds" => when(limits.email_code_seconds > 600, &["ASVS 6.5.5"]),
        "limits.code_digits" => when(limits.code_digits < 8, &["OWASP Multifactor Authentication (8 digits)"]),
        "limits.flow_idle_seconds" => {
            when(limits.flow_idle_seconds > 300, &["OWASP Session Management (2 to 5 minutes idle)"])
        }
        "delivery.outbox" | "delivery.gateway.outbox" => {
            vec!["every message that goes there: it stays in the file, its code too, and reaches nobody"]
        }
        "delivery.gateway.smtp.security" => when(
            value == "plain",
            &["ASVS 12.3.1: codes and the relay's password go in the clear, within this machine"],
        ),
        "delivery.gateway.http.plain" => {
            when(value == "true", &["ASVS 12.3.1: codes, numbers and the gateway's password can be read on their way"])
        }
        _ => vec![],
    }
}

fn of_method(method: Method) -> Vec<&'static str> {
    match method {
        Method::Questions => vec!["ASVS 6.4.2 (level 1)", "63B §4.2.1", "any ASVS claim"],
        Method::TextMobile | Method::CallMobile | Method::CallOffice => {
            vec!["ASVS 6.6.1 (level 3)", "63B §3.1.3.3 (restricted)"]
        }
        Method::Email => vec!["ASVS 6.3.6 (level 3)"],
        Method::Totp | Method::RecoveryCode | Method::HelpdeskPass | Method::CurrentPassword => vec![],
    }
}

fn phones(config: &Config) -> usize {
    let by_phone = |method: &&Method| method.destination() == Some(latchkey_api::flow::Destination::Phone);
    config.methods.offered.iter().filter(by_phone).count()
}

/// What is given away by what is not there.
fn missing(config: &Config) -> Vec<Finding> {
    let offered = &config.methods.offered;
    let say = |value: &str, forfeits: Vec<&'static str>| Finding {
        setting: "methods.offered".to_owned(),
        value: value.to_owned(),
        forfeits,
    };
    let mut found = Vec::new();
    if !offered.contains(&Method::Totp) {
        found.push(say("without totp", vec!["ASVS 6.6.1 (a stronger method beside the phone)"]));
    }
    if !offered.contains(&Method::RecoveryCode) {
        found.push(say("without recovery_code", vec!["63B §4.2.1.1 (saved recovery codes)"]));
    }
    if config.prices.per_day.is_none() && phones(config) > 0 {
        found.push(Finding {
            setting: "prices.per_day".to_owned(),
            value: "none".to_owned(),
            forfeits: vec!["OWASP API4 (a spending limit): no money is counted for texts and calls"],
        });
    }
    if config.admin.is_none() {
        found.push(Finding { setting: "admin".to_owned(), value: "none: no metrics".to_owned(), forfeits: vec![] });
    }
    if config.register.first_binding == FirstBinding::Pass && !offered.contains(&Method::HelpdeskPass) {
        found.push(say("without helpdesk_pass", vec!["registration by anybody who has nothing set up yet"]));
    }
    found
}

/// Which gateway carries what, and what nobody does.
fn carried(config: &Config) -> Vec<Finding> {
    let Some(delivery) = config.delivery.as_ref().filter(|delivery| delivery.outbox.is_none()) else {
        return Vec::new();
    };
    let by = latchkey_delivery::Kind::ALL.into_iter().map(|kind| {
        let names: Vec<String> = delivery.carriers(kind).map(named).collect();
        let value = if names.is_empty() { "carried by nobody".to_owned() } else { names.join(", then ") };
        Finding { setting: format!("delivery, {}", kind.as_str()), value, forfeits: vec![] }
    });
    let in_the_clear =
        delivery.gateways.iter().filter(|gateway| gateway.http.as_ref().is_some_and(Settings::is_in_the_clear));
    let in_the_clear = in_the_clear.map(|gateway| Finding {
        setting: "delivery.gateway.http".to_owned(),
        value: gateway.name.clone(),
        forfeits: vec!["ASVS 12.3.1: codes and the gateway's password go in the clear"],
    });
    let nobody = delivery.uncarried(config).into_iter().map(|uncarried| Finding {
        setting: "delivery".to_owned(),
        value: uncarried.to_string(),
        forfeits: vec!["the start of the server"],
    });
    by.chain(in_the_clear).chain(nobody).collect()
}

fn named(gateway: &GatewayConfig) -> String {
    let regions: Vec<String> = gateway.regions.iter().map(ToString::to_string).collect();
    if regions.is_empty() { gateway.name.clone() } else { format!("{} ({})", gateway.name, regions.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAMPUS: &str = "[campus]\nname = \"x\"\ncountry = \"US\"\nhelpdesk = { name = \"x\" }\n";

    fn posture(text: &str) -> Vec<Finding> {
        of(&Config::parse(text).expect("a configuration"))
    }

    fn forfeited(found: &[Finding], setting: &str) -> String {
        let of_setting = found.iter().filter(|found| found.setting == setting);
        of_setting.flat_map(|found| found.forfeits.clone()).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn strict_keeps_what_the_standards_ask_for() {
        // SQ-01
        let found = posture(CAMPUS);
        assert_eq!((found[0].setting.as_str(), found[0].value.as_str()), ("preset", "strict"));
        let whole: String = found.iter().flat_map(|found| found.forfeits.clone()).collect();
        for kept in ["6.4.2", "3.3.8", "§4.1.2.2", "§4.2.2.2", "§3.1.1.2", "6.3.3"] {
            assert!(!whole.contains(kept), "{kept} in {whole}");
        }
    }

    #[test]
    fn classic_says_what_it_gives_away() {
        // SQ-01
        let found = posture(&format!("preset = \"classic\"\n{CAMPUS}"));
        assert_eq!(found[0].value, "classic");
        for (setting, number) in [
            ("methods.offered", "ASVS 6.4.2 (level 1)"),
            ("methods.one_phone_gate", "63B §4.2.2.2"),
            ("register.first_binding", "63B §4.1.2.2"),
            ("password.min_length", "63B §3.1.1.2"),
            ("change.second_factor", "ASVS 6.3.3"),
        ] {
            assert!(forfeited(&found, setting).contains(number), "{setting}: {}", forfeited(&found, setting));
        }
        assert_eq!(forfeited(&found, "human_check.kinds"), "", "there is another way beside the characters");
    }

    #[test]
    fn characters_alone_are_no_way_for_everybody() {
        // AX-01
        let found = posture(&format!("{CAMPUS}[human_check]\nkinds = [\"characters\"]\n"));
        assert!(forfeited(&found, "human_check.kinds").contains("WCAG 2.2, 3.3.8"));
    }

    #[test]
    fn it_is_said_who_carries_what_what_nobody_carries_and_what_goes_in_the_clear() {
        let mail = "[[delivery.gateway]]\nname = \"mail\"\nkinds = [\"email\"]\n[delivery.gateway.smtp]\nhost = \"localhost\"\n\
                    security = \"plain\"\nfrom = \"help@campus.example\"\n";
        let abroad =
            "[[delivery.gateway]]\nname = \"abroad\"\nkinds = [\"text\"]\nregions = [\"CA\"]\noutbox = \"x\"\n";
        let plain = "[[delivery.gateway]]\nname = \"box\"\nkinds = [\"text\"]\nregions = [\"CA\"]\n[delivery.gateway.http]\n\
                     url = \"http://10.0.0.7/?to={to}&text={body}\"\nplain = true\n";
        let served = CAMPUS.replace("country = \"US\"", "country = \"US\"\nserve = [\"US\", \"CA\"]");
        let found = posture(&format!("{served}{mail}{abroad}{plain}"));
        let said =
            |setting: &str| found.iter().filter(|f| f.setting == setting).map(|f| f.value.clone()).collect::<Vec<_>>();
        assert_eq!(said("delivery, email"), ["mail"]);
        assert_eq!(said("delivery, text"), ["abroad (CA), then box (CA)"]);
        assert_eq!(said("delivery, call"), ["carried by nobody"]);
        let nobody = said("delivery");
        assert!(nobody.len() == 1 && nobody[0].contains("carries a text to US"), "{nobody:?}");
        assert!(forfeited(&found, "delivery.gateway.smtp.security").contains("ASVS 12.3.1"));
        assert!(forfeited(&found, "delivery.gateway.http.plain").contains("ASVS 12.3.1"));
        assert!(forfeited(&found, "delivery.gateway.outbox").contains("reaches nobody"));
        let none = posture(&format!("{CAMPUS}{mail}"));
        assert!(
            none.iter().any(|f| f.setting == "delivery" && f.value.starts_with("text_mobile is offered")),
            "{none:?}"
        );
    }

    #[test]
    fn every_limit_is_named_with_the_value_that_holds() {
        let found = posture(&format!("{CAMPUS}[limits]\ntries_per_code = 3\n"));
        let value = |setting: &str| found.iter().find(|found| found.setting == setting).map(|f| f.value.as_str());
        assert_eq!(value("limits.tries_per_code"), Some("3"));
        assert_eq!(value("limits.starts_per_day"), Some("10"));
        assert_eq!(value("hashing.memory_kib"), Some("65536"));
    }
}
