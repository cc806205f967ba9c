//! The rules that the directory keeps for passwords: those of the domain, and those that stand above them for some people
//! (fine-grained policies, `msDS-PasswordSettings`).

use std::time::Duration;

use latchkey_api::password::{Refusal, Rule, refusals};
use secrecy::SecretString;

use super::entry::one;
use super::root::Root;
use super::{ActiveDirectory, ids, locked, time};
use crate::connection::{ConnectionError, Found, Session};
use crate::{DirectoryError, Policy};

/// Passwords have to have three of the five kinds of characters, and must not contain the account's name.
const COMPLEX: u32 = 0x1;
/// How many kinds that is.
const KINDS: u8 = 3;

/// What the directory keeps of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) length: u16,
    pub(super) complex: bool,
    pub(super) history: u16,
    pub(super) youngest: Option<Duration>,
}

impl Kept {
    /// As people see them. A history is only promised where it is kept at a reset too (PW-08).
    pub(super) fn rules(&self, keeps_history: bool) -> Vec<Rule> {
        let mut rules = vec![Rule::MinLength { value: self.length.max(1) }];
        if self.complex {
            rules.push(Rule::Kinds { value: KINDS });
            rules.push(Rule::NoAccount);
        }
        if keeps_history && self.history > 0 {
            rules.push(Rule::History { value: self.history });
        }
        rules
    }

    /// Why a password was refused, where the directory does not say it.
    pub(super) fn broken(&self, account: &str, new: &SecretString) -> Vec<Refusal> {
        let found = refusals(&self.rules(false), account, None, new);
        if found.is_empty() { vec![Refusal::Other] } else { found }
    }
}

impl ActiveDirectory {
    /// The rules for one account.
    pub(super) async fn rules_for(
        &self,
        session: &mut Session,
        root: &Root,
        account: &Found,
    ) -> Result<Kept, ConnectionError> {
        let domain = of_domain(session, root).await?;
        *locked(&self.rules) = domain.rules(root.policy_hints.is_some());
        let Some(policy) = account.text("msDS-ResultantPSO") else { return Ok(domain) };
        let wanted = [
            "msDS-MinimumPasswordLength",
            "msDS-PasswordComplexityEnabled",
            "msDS-PasswordHistoryLength",
            "msDS-MinimumPasswordAge",
        ];
        match one(session, policy, "(objectClass=*)", &wanted).await? {
            Some(found) if found.has("msDS-MinimumPasswordLength") => Ok(Kept {
                length: short(&found, "msDS-MinimumPasswordLength"),
                complex: found.text("msDS-PasswordComplexityEnabled") == Some("TRUE"),
                history: short(&found, "msDS-PasswordHistoryLength"),
                youngest: found.text("msDS-MinimumPasswordAge").and_then(time::span),
            }),
            Some(_) | None => {
                tracing::warn!(
                    policy,
                    "the service account may not read a policy for passwords; the domain's is shown"
                );
                Ok(domain)
            }
        }
    }

    pub(super) async fn policy_of(&self, account: &str) -> Result<Policy, DirectoryError> {
        let mut lease = self.any().await?;
        let root = self.root(&mut lease).await?;
        let name = self.settings.names.first().map_or("sAMAccountName", String::as_str);
        let found = match ids::name_of(account) {
            Some(by_id) => one(&mut lease, &by_id, "(objectClass=user)", &[name, "msDS-ResultantPSO"]).await?,
            None => None,
        };
        let Some(found) = found else {
            return Ok(Policy { account: String::new(), rules: locked(&self.rules).clone() });
        };
        let rules = self.rules_for(&mut lease, &root, &found).await?.rules(root.policy_hints.is_some());
        Ok(Policy { account: found.text(name).unwrap_or_default().to_owned(), rules })
    }
}

pub(super) async fn of_domain(session: &mut Session, root: &Root) -> Result<Kept, ConnectionError> {
    let wanted = ["minPwdLength", "pwdProperties", "pwdHistoryLength", "minPwdAge"];
    let found = session.read(&root.domain, &wanted).await?;
    let found = found.filter(|found| found.has("minPwdLength"));
    let found = found.ok_or_else(|| session.nonsense("a domain that shows no rules for passwords"))?;
    let properties = super::entry::number(&found, "pwdProperties").unwrap_or(0);
    Ok(Kept {
        length: short(&found, "minPwdLength"),
        complex: properties & COMPLEX != 0,
        history: short(&found, "pwdHistoryLength"),
        youngest: found.text("minPwdAge").and_then(time::span),
    })
}

fn short(found: &Found, attribute: &str) -> u16 {
    found.text(attribute).and_then(|text| text.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEPT: Kept = Kept { length: 8, complex: true, history: 24, youngest: None };

    #[test]
    fn a_history_is_promised_only_where_it_is_kept() {
        // PW-08
        assert!(!KEPT.rules(false).iter().any(|rule| matches!(rule, Rule::History { .. })));
        assert!(KEPT.rules(true).contains(&Rule::History { value: 24 }));
    }

    #[test]
    fn what_the_directory_does_not_say_is_found_by_its_rules() {
        // PW-09
        for (password, found) in [
            ("aB1!", vec![Refusal::TooShort { value: 8 }]),
            ("onlysmallletters", vec![Refusal::TooFewKinds { value: 3 }]),
            ("Ada.Lovelace-1", vec![Refusal::ContainsAccount]),
            ("Good-enough-1", vec![Refusal::Other]),
        ] {
            assert_eq!(KEPT.broken("ada", &password.into()), found, "{password}");
        }
    }
}
