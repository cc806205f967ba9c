//! `check`: what a configuration means, and which standards it forfeits.
//!
//! Requirements by their numbers in ASVS 5.0, NIST SP 800-63B-4 (63B) and WCAG 2.2.

use latchkey_api::flow::{Destination, Method};
use latchkey_api::human_check::Kind;
use serde_json::Value;

use crate::config::delivery::GatewayConfig;
use crate::config::population::Population;
use crate::config::{Config, FirstBinding, OfficePhone, Policy, SecondFactor};
use latchkey_delivery::http::Settings;

/// One line of the report: a setting, what it is, and what it gives away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub setting: String,
    pub value: String,
    /// The requirements that can no longer be claimed.
    pub forfeits: Vec<&'static str>,
}

/// The effective posture: the preset first, then every value that holds, whether it was set or not; at last what holds for
/// each population.
#[must_use]
pub fn of(config: &Config) -> Vec<Finding> {
    let preset = Finding { setting: "preset".to_owned(), value: config.preset.as_str().to_owned(), forfeits: vec![] };
    let mut found = vec![preset];
    // The populations are told one by one.
    let campus = Config { populations: Vec::new(), ..config.clone() };
    let whole = serde_json::to_value(&campus).unwrap_or_default();
    lines(&campus, "", &whole, &mut found);
    found.extend(missing_methods(&campus));
    found.extend(missing(&campus));
    found.extend(carried(config));
    found.extend(config.populations.iter().flat_map(|population| of_population(config, population)));
    found
}

/// What the settings of a population give away, each line with its name.
fn of_population(config: &Config, population: &Population) -> Vec<Finding> {
    let named = |setting: &str| format!("population {}: {setting}", population.name);
    let say = |setting: &str, value: String| Finding { setting: named(setting), value, forfeits: vec![] };
    let mut found = vec![say("people", population.members())];
    if !population.served {
        found.push(say("served", "false: they look like somebody who does not exist".to_owned()));
        return found;
    }
    let campus = config.policy();
    let policy = population.policy(&campus);
    let looser = policy.looser_than(&campus);
    if !looser.is_empty() {
        found.push(say("asks for less than the campus", looser.join("; ")));
    }
    let Policy { methods, gates, register, change, password } = policy.clone();
    let seen = Config { methods, gates, register, change, password, populations: Vec::new(), ..config.clone() };
    let mut own = Vec::new();
    lines(&seen, "", &serde_json::to_value(&policy).unwrap_or_default(), &mut own);
    own.retain(|line| !["methods.office_phone", "register.cool_off_hours"].contains(&line.setting.as_str()));
    own.extend(missing_methods(&seen));
    found.extend(own.into_iter().map(|line| Finding { setting: named(&line.setting), ..line }));
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
        "gates.unlock" => when(
            config.gates.unlock == 1,
            &["63B §4.2.2.2 for an unlock: one proof lifts a lock, and passwords can be guessed on"],
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
    let by_phone = |method: &&Method| method.destination() == Some(Destination::Phone);
    config.methods.offered.iter().filter(by_phone).count()
}

/// What is given away by methods that are not offered, or not asked for.
fn missing_methods(config: &Config) -> Vec<Finding> {
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
    if config.register.first_binding == FirstBinding::Pass && !offered.contains(&Method::HelpdeskPass) {
        found.push(say("without helpdesk_pass", vec!["registration by anybody who has nothing set up yet"]));
    }
    let by_phone = |method: &&Method| method.destination() == Some(Destination::Phone);
    if config.gates.one_of.is_none() && offered.contains(&Method::Email) && offered.iter().any(|one| by_phone(&one)) {
        found.push(Finding {
            setting: "gates.one_of".to_owned(),
            value: "any: a phone on which its owner reads mail too can pass both gates alone".to_owned(),
            forfeits: vec![],
        });
    }
    found
}

/// What is given away by other things that are not there.
fn missing(config: &Config) -> Vec<Finding> {
    let mut found = Vec::new();
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

    #[test]
    fn each_population_is_told_with_what_holds_for_it_and_what_it_gives_away() {
        // SQ-01, FL-03
        let students = "[[population]]\nname = \"students\"\ngroups = [\"students\"]\n[population.methods]\n\
                        offered = [\"text_mobile\", \"email\", \"questions\"]\n[population.gates]\nunlock = 1\n\
                        [population.register]\nfirst_binding = \"password\"\n";
        let others = "[[population]]\nname = \"others\"\neverybody = true\nserved = false\n";
        let found = posture(&format!("{CAMPUS}{students}{others}"));
        let value = |setting: &str| {
            let of_setting = found.iter().filter(|found| found.setting == format!("population {setting}"));
            of_setting.map(|found| found.value.clone()).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(value("students: people"), "in students");
        assert_eq!(value("students: gates.reset"), "2");
        assert_eq!(value("students: gates.unlock"), "1");
        assert!(value("students: methods.offered").starts_with("text_mobile, email, questions"));
        let less = value("students: asks for less than the campus");
        assert_eq!(less, "methods.offered has questions beside; gates.unlock; register.first_binding");
        assert!(value("students: gates.one_of").contains("a phone on which its owner reads mail too"));
        assert!(value("others: served").starts_with("false"));
        assert_eq!(value("others: gates.reset"), "", "nothing is asked of them");
        for (setting, number) in [
            ("students: methods.offered", "ASVS 6.4.2 (level 1)"),
            ("students: gates.unlock", "63B §4.2.2.2"),
            ("students: register.first_binding", "63B §4.1.2.2"),
        ] {
            let given_away = forfeited(&found, &format!("population {setting}"));
            assert!(given_away.contains(number), "{setting}: {given_away}");
        }
        assert_eq!(forfeited(&found, "register.first_binding"), "", "the campus itself gives nothing away");
    }
}
