//! What somebody is offered and asked for: five sections of the configuration, as the campus has them and as a population
//! may change them.

use latchkey_api::flow::{Intent, Means, Method};
use latchkey_api::password::{LONGEST, Rule as PasswordRule};
use serde::{Deserialize, Serialize};

use super::repeated;
use crate::guard::gates::{self, GATES, MOST, Offer, Pairing, Rule};
use crate::guard::population::usual;

/// Everything that may differ between two people of one campus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Policy {
    pub methods: Methods,
    pub gates: Gates,
    pub register: Register,
    pub change: Change,
    pub password: PasswordRules,
}

/// The methods that are switched on, in the order in which they are offered.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Methods {
    pub offered: Vec<Method>,
    /// Who says what the office phone is; the same for the whole campus.
    pub office_phone: OfficePhone,
    /// At most one gate is proven by a call or a text, whatever the number (63B §4.2.2.2).
    pub one_phone_gate: bool,
}

impl Default for Methods {
    /// Without security questions (ASVS 6.4.2) and without two gates by telephone (63B §4.2.2.2).
    fn default() -> Self {
        let offered = vec![Method::Totp, Method::RecoveryCode, Method::TextMobile, Method::Email, Method::HelpdeskPass];
        Self { offered, office_phone: OfficePhone::Directory, one_phone_gate: true }
    }
}

/// Who says what somebody's office phone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficePhone {
    /// The directory and what was imported: shown to the person and not theirs to change.
    Directory,
    /// The person.
    Person,
}

/// How many gates a recovery has, and of which kinds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gates {
    /// Of a reset: 2 or 3.
    pub reset: u8,
    /// Of an unlock, which leaves the password alone: 1 to 3.
    pub unlock: u8,
    /// At least one of them is proven by one of these; absent is any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_of: Option<Vec<Method>>,
}

impl Default for Gates {
    fn default() -> Self {
        Self { reset: GATES, unlock: GATES, one_of: None }
    }
}

/// How methods are set up.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Register {
    /// What somebody proves who has nothing set up yet (63B §4.1.2.2).
    pub first_binding: FirstBinding,
    /// What has to be set up until it is enough, beside what a recovery needs.
    pub required: Vec<Means>,
    /// How many different ones have to be set up until it is enough; 0 is as many as a recovery needs.
    pub at_least: u8,
    /// After so many days something that is registered should be confirmed again; 0 is never.
    pub confirm_again_days: u16,
    /// For so many hours nothing is sent to a number or address that an import or the directory has put in place of
    /// another: who could change it there must not be able to use it before its owner was told (RG-04). The same for the
    /// whole campus.
    pub cool_off_hours: u16,
}

impl Default for Register {
    fn default() -> Self {
        Self {
            first_binding: FirstBinding::Pass,
            required: Vec::new(),
            at_least: 0,
            confirm_again_days: 180,
            cool_off_hours: 72,
        }
    }
}

/// What somebody proves who has nothing set up yet; the stricter one last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstBinding {
    /// The current password alone: trust on first use.
    Password,
    /// The current password and a pass of the helpdesk.
    Pass,
}

/// How a known password is changed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Change {
    pub second_factor: SecondFactor,
}

impl Default for Change {
    fn default() -> Self {
        Self { second_factor: SecondFactor::WhenRegistered }
    }
}

/// Whether a change asks for a method beside the current password; the stricter one last. On a workstation that the account
/// does not know it is asked for first, so that whoever knows a name alone cannot make the directory count wrong passwords
/// (PW-10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    Never,
    /// From everybody who has a method.
    WhenRegistered,
    /// From everybody; who has no method needs a pass of the helpdesk.
    Always,
}

/// Rules for new passwords, beside those of a directory: the stricter one of each kind holds.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct PasswordRules {
    /// NIST SP 800-63B-4 §3.1.1.2: 15 where the password is the only factor.
    pub min_length: u16,
    pub max_length: u16,
}

impl Default for PasswordRules {
    fn default() -> Self {
        Self { min_length: 15, max_length: LONGEST }
    }
}

impl PasswordRules {
    #[must_use]
    pub fn rules(&self) -> Vec<PasswordRule> {
        vec![
            PasswordRule::MinLength { value: self.min_length },
            PasswordRule::MaxLength { value: self.max_length },
            PasswordRule::NoAccount,
            PasswordRule::NotCommon,
            PasswordRule::NotOld,
        ]
    }

    /// Those that can be judged without the directory; whether a password was the last one, it alone can tell.
    #[must_use]
    pub fn of_the_campus(&self) -> Vec<PasswordRule> {
        self.rules().into_iter().filter(|rule| *rule != PasswordRule::NotOld).collect()
    }
}

impl Policy {
    /// What the gates of a flow have to be. A flow that begins with the password has one more beside it, whichever.
    #[must_use]
    pub fn rule(&self, intent: Intent) -> Rule<'_> {
        let pairing = Pairing { one_phone_gate: self.methods.one_phone_gate };
        let one_of = self.gates.one_of.as_deref();
        match intent {
            Intent::Reset => Rule { gates: self.gates.reset, pairing, one_of },
            Intent::Unlock => Rule { gates: self.gates.unlock, pairing, one_of },
            Intent::Change | Intent::Register => Rule { gates: GATES, pairing, one_of: None },
        }
    }

    /// Whether a method is switched on.
    #[must_use]
    pub fn offers(&self, method: Method) -> bool {
        self.methods.offered.contains(&method)
    }

    /// The stricter one of two in everything: what holds for somebody for whom one held and the other does now (FL-04).
    #[must_use]
    pub fn stricter(&self, other: &Self) -> Self {
        let both = |one: &[Method], other: &[Method]| {
            one.iter().copied().filter(|method| other.contains(method)).collect::<Vec<_>>()
        };
        let one_of = match (&self.gates.one_of, &other.gates.one_of) {
            // Whatever is in both keeps both rules.
            (Some(one), Some(other)) => Some(both(one, other)),
            (one, other) => one.clone().or_else(|| other.clone()),
        };
        Self {
            methods: Methods {
                offered: both(&self.methods.offered, &other.methods.offered),
                office_phone: other.methods.office_phone,
                one_phone_gate: self.methods.one_phone_gate || other.methods.one_phone_gate,
            },
            gates: Gates {
                reset: self.gates.reset.max(other.gates.reset),
                unlock: self.gates.unlock.max(other.gates.unlock),
                one_of,
            },
            register: Register {
                first_binding: self.register.first_binding.max(other.register.first_binding),
                ..other.register.clone()
            },
            change: Change { second_factor: self.change.second_factor.max(other.change.second_factor) },
            password: PasswordRules {
                min_length: self.password.min_length.max(other.password.min_length),
                max_length: self.password.max_length.min(other.password.max_length),
            },
        }
    }

    /// The first thing that is wrong with it, by its key and in words for its author.
    pub(super) fn fault(&self) -> Option<String> {
        let offered = &self.methods.offered;
        if self.password.min_length < 8 || self.password.max_length < 64 || self.password.max_length > LONGEST {
            return Some("password: min_length is at least 8, max_length 64 to 256".to_owned());
        }
        if self.offers(Method::CurrentPassword) {
            return Some("methods.offered: current_password cannot be offered".to_owned());
        }
        if let Some(method) = repeated(offered) {
            return Some(format!("methods.offered: {method} stands there twice"));
        }
        if !(GATES..=MOST).contains(&self.gates.reset) || !(1..=MOST).contains(&self.gates.unlock) {
            return Some(format!("gates: reset is {GATES} or {MOST}, unlock 1 to {MOST}"));
        }
        let one_of = self.gates.one_of.as_deref();
        if one_of.is_some_and(<[Method]>::is_empty) {
            return Some("gates.one_of: names no method; leave it out where any will do".to_owned());
        }
        if let Some(method) = one_of.unwrap_or_default().iter().find(|method| !self.offers(**method)) {
            return Some(format!("gates.one_of: {method} is not in methods.offered: nobody could prove it"));
        }
        if let Some(means) = self.register.required.iter().find(|means| !self.has(**means)) {
            let (means, methods) = (means.as_str(), means.methods());
            let methods: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
            return Some(format!(
                "register.required: {means} cannot be set up while methods.offered has none of {}",
                methods.join(", ")
            ));
        }
        let can_be_set_up = Means::ALL.into_iter().filter(|means| self.has(*means)).count();
        if usize::from(self.register.at_least) > can_be_set_up {
            return Some(format!("register.at_least: more than the {can_be_set_up} that can be set up here"));
        }
        None
    }

    /// The same of the campus' own, which may offer nothing: then passwords are changed alone.
    pub(super) fn fault_of_campus(&self) -> Option<String> {
        let never =
            || self.never_finishes().filter(|_| self.gates != Gates::default() && !self.methods.offered.is_empty());
        let why = |intent: Intent| {
            format!(
                "gates: nobody can ever finish: methods.offered has not enough on different devices for {}",
                intent.as_str()
            )
        };
        self.fault().or_else(|| never().map(why))
    }

    /// An intent that nobody can bring to its end with what is offered, if every method has the device that it usually has.
    pub(super) fn never_finishes(&self) -> Option<Intent> {
        let all: Vec<Offer> = self.methods.offered.iter().map(usual).collect();
        let menu = gates::menu(&self.methods.offered, &all);
        [Intent::Reset, Intent::Unlock].into_iter().find(|intent| self.rule(*intent).useful(&menu).is_empty())
    }

    /// Whether something can be set up: one of its methods is switched on.
    fn has(&self, means: Means) -> bool {
        means.methods().iter().any(|method| self.offers(*method))
    }

    /// What is asked less strictly here than elsewhere, each by its key.
    pub(super) fn looser_than(&self, other: &Self) -> Vec<String> {
        let mut looser = Vec::new();
        let more: Vec<&str> = self
            .methods
            .offered
            .iter()
            .filter(|method| !other.offers(**method))
            .map(|method| method.as_str())
            .collect();
        if !more.is_empty() {
            looser.push(format!("methods.offered has {} beside", more.join(", ")));
        }
        for (key, is_looser) in [
            ("methods.one_phone_gate", other.methods.one_phone_gate && !self.methods.one_phone_gate),
            ("gates.reset", self.gates.reset < other.gates.reset),
            ("gates.unlock", self.gates.unlock < other.gates.unlock),
            ("gates.one_of", self.gates.one_of.is_none() && other.gates.one_of.is_some()),
            ("register.first_binding", self.register.first_binding < other.register.first_binding),
            ("change.second_factor", self.change.second_factor < other.change.second_factor),
        ] {
            if is_looser {
                looser.push(key.to_owned());
            }
        }
        looser
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(change: impl FnOnce(&mut Policy)) -> Policy {
        let mut policy = Policy::default();
        change(&mut policy);
        policy
    }

    #[test]
    fn the_stricter_of_two_is_at_least_as_strict_as_either_whichever_comes_first() {
        // FL-04
        let all = [
            Policy::default(),
            policy(|policy| policy.gates.reset = 3),
            policy(|policy| policy.gates.unlock = 1),
            policy(|policy| policy.gates.one_of = Some(vec![Method::Totp, Method::RecoveryCode])),
            policy(|policy| policy.gates.one_of = Some(vec![Method::RecoveryCode, Method::HelpdeskPass])),
            policy(|policy| policy.methods.offered = vec![Method::Email, Method::Totp, Method::Questions]),
            policy(|policy| policy.methods.one_phone_gate = false),
            policy(|policy| policy.register.first_binding = FirstBinding::Password),
            policy(|policy| policy.change.second_factor = SecondFactor::Always),
            policy(|policy| policy.change.second_factor = SecondFactor::Never),
            policy(|policy| policy.password.min_length = 20),
            policy(|policy| policy.password.max_length = 64),
        ];
        for one in &all {
            for other in &all {
                let both = one.stricter(other);
                for either in [one, other] {
                    assert_eq!(both.looser_than(either), Vec::<String>::new(), "{one:?} and {other:?}");
                    assert!(both.password.min_length >= either.password.min_length);
                    assert!(both.password.max_length <= either.password.max_length);
                    let wanted = |policy: &Policy| policy.gates.one_of.clone();
                    let allowed = wanted(either).unwrap_or_else(|| Method::ALL.to_vec());
                    assert!(wanted(&both).is_none_or(|both| both.iter().all(|method| allowed.contains(method))));
                }
                assert_eq!(both.stricter(one), both.stricter(one).stricter(other), "it stays so");
            }
            assert_eq!(one.stricter(one), *one);
        }
    }

    #[test]
    fn nobody_finishes_with_one_device_or_without_what_there_has_to_be() {
        let offered = |offered: &[Method]| policy(|policy| policy.methods.offered = offered.to_vec());
        use Method::{CallMobile, Email, HelpdeskPass, Questions, TextMobile, Totp};
        for never in [&[TextMobile, CallMobile][..], &[Totp], &[Questions], &[]] {
            assert_eq!(offered(never).never_finishes(), Some(Intent::Reset), "{never:?}");
        }
        for ends in [&[TextMobile, Email][..], &[Totp, HelpdeskPass], &[Questions, Email]] {
            assert_eq!(offered(ends).never_finishes(), None, "{ends:?}");
        }
        let three =
            policy(|policy| (policy.methods.offered, policy.gates.reset) = (vec![TextMobile, CallMobile, Email], 3));
        assert_eq!(three.never_finishes(), Some(Intent::Reset));
    }
}
