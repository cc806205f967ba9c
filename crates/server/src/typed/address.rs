//! E-mail addresses, and the mail domains that are the campus' own.

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::LONGEST;
use super::text::is_invisible;

/// Longest local part, in bytes (RFC 5321 §4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;
/// Longest address, in bytes (RFC 3696, erratum 1690).
const LONGEST_ADDRESS: usize = 254;

/// Why a text is no address that can be written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoAddress {
    #[error("not an e-mail address")]
    Shape,
    /// Only mail systems with an extension of their own (SMTPUTF8, RFC 6531) could deliver to it.
    #[error("only letters without accents can be written to before the @")]
    LocalPart,
    /// The part after the last `@` is no domain name, or one without a dot.
    #[error("what stands behind the @ is not a domain")]
    Domain,
}

/// Brings an address into the form that is kept: lower case, its domain in ASCII (IDNA, RFC 5891) and without the dot of
/// the root; a `mailto:` in front and what nobody sees are taken off.
///
/// # Errors
/// If it is not exactly one address.
pub fn read(typed: &str) -> Result<SecretString, NoAddress> {
    if typed.len() > LONGEST {
        return Err(NoAddress::Shape);
    }
    let narrow: String = typed.trim().chars().map(narrow).collect();
    let narrow = narrow.trim_matches(|c: char| is_invisible(c) || c.is_whitespace());
    let address = without_scheme(narrow)?;
    let (local, domain) = address.rsplit_once('@').ok_or(NoAddress::Shape)?;
    let local = local_part(local)?;
    let domain = domain_name(domain).ok_or(NoAddress::Domain)?;
    let whole = format!("{local}@{domain}");
    if whole.len() > LONGEST_ADDRESS { Err(NoAddress::Shape) } else { Ok(whole.into()) }
}

/// Full-width forms as input methods for Chinese and Japanese make them, as the ASCII that was meant.
fn narrow(c: char) -> char {
    match u32::from(c) {
        code @ 0xff01..=0xff5e => char::from_u32(code - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

/// What a `mailto:` link names (RFC 6068): without its header fields, percent-encoding undone.
fn without_scheme(text: &str) -> Result<String, NoAddress> {
    let scheme = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
    let Some(linked) = scheme.and_then(|scheme| text.get(scheme.len()..)) else { return Ok(text.to_owned()) };
    let to = linked.split('?').next().unwrap_or_default();
    super::text::percent_decoded(to.trim()).ok_or(NoAddress::Shape)
}

/// A local part that is sent as it stands: atoms with single dots between them (RFC 5321 §4.1.2), lower case.
///
/// `%`, `!` and `/` are atoms too and are refused: mail systems once took them for a route, so that an address in one
/// domain could be delivered in another (RFC 1123 §5.2.16), past the rule on the campus' own mailboxes (FL-03).
fn local_part(local: &str) -> Result<String, NoAddress> {
    let seen: String = local.chars().filter(|c| !is_invisible(*c)).collect();
    if seen.chars().any(|c| !c.is_ascii() && !c.is_whitespace() && !c.is_control()) && !seen.contains(['@', '"', ',']) {
        return Err(NoAddress::LocalPart);
    }
    let is_atom = |atom: &str| {
        !atom.is_empty() && atom.chars().all(|c| c.is_ascii_alphanumeric() || "#$&'*+-=?^_`{|}~".contains(c))
    };
    let sound = seen.len() <= LONGEST_LOCAL && seen.split('.').all(is_atom);
    if sound { Ok(seen.to_ascii_lowercase()) } else { Err(NoAddress::Shape) }
}

/// A domain of at least two labels, in ASCII and without the dot of the root; nothing if it is not one.
fn domain_name(text: &str) -> Option<String> {
    // Joiners belong to some domains (RFC 5892, appendix A); where they do not, they came along with a paste.
    let joined: String = text.chars().filter(|c| !is_invisible(*c) || matches!(c, '\u{200c}' | '\u{200d}')).collect();
    let bare: String = joined.chars().filter(|c| !is_invisible(*c)).collect();
    let ascii = to_ascii(&joined).or_else(|| to_ascii(&bare))?;
    let domain = ascii.strip_suffix('.').unwrap_or(&ascii);
    let (_, top) = domain.rsplit_once('.')?;
    // No top-level domain is a number: this is an address of the Internet Protocol (RFC 3696 §2).
    let numeric = top.bytes().all(|byte| byte.is_ascii_digit());
    (!numeric).then(|| domain.to_owned())
}

fn to_ascii(domain: &str) -> Option<String> {
    let ascii = Uts46::new().to_ascii(
        domain.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
        DnsLength::VerifyAllowRootDot,
    );
    ascii.ok().map(|ascii| ascii.to_ascii_lowercase())
}

/// The domains whose mailboxes open with the campus password, and all below them.
///
/// In the configuration a list of domains; each is kept in the form that addresses are kept in, so that none can fail to
/// match by its spelling (FL-03).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub struct MailDomains(Vec<String>);

/// An entry that is no domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("campus.mail_domains: {entry:?} {why}")]
pub struct NoMailDomain {
    entry: String,
    why: &'static str,
}

impl TryFrom<Vec<String>> for MailDomains {
    type Error = NoMailDomain;

    fn try_from(entries: Vec<String>) -> Result<Self, NoMailDomain> {
        let mut domains = Vec::with_capacity(entries.len());
        for entry in entries {
            match mail_domain(&entry) {
                Ok(domain) if domains.contains(&domain) => {}
                Ok(domain) => domains.push(domain),
                Err(why) => return Err(NoMailDomain { entry, why }),
            }
        }
        Ok(Self(domains))
    }
}

impl From<MailDomains> for Vec<String> {
    fn from(domains: MailDomains) -> Self {
        domains.0
    }
}

fn mail_domain(entry: &str) -> Result<String, &'static str> {
    let text: String = entry.chars().map(narrow).filter(|c| !is_invisible(*c)).collect();
    let text = text.trim();
    let text = text.strip_prefix('@').unwrap_or(text);
    if text.contains('*') {
        return Err("has a wildcard: write the domain alone, what lies below it counts too");
    }
    if text.contains(['/', ':']) {
        return Err("is an address of the web: write the domain alone, for example \"campus.example\"");
    }
    if text.contains([',', ';']) || text.split_whitespace().count() > 1 {
        return Err("is more than one: write each domain as an entry of its own");
    }
    if text.contains('@') {
        return Err("is an e-mail address: write the domain alone, for example \"campus.example\"");
    }
    domain_name(text).ok_or("is not a domain with a dot in it, for example \"campus.example\"")
}

impl MailDomains {
    /// Whether an address, in the form that [`read`] makes, is in one of these domains or below one.
    #[must_use]
    pub fn own(&self, address: &str) -> bool {
        let Some((_, domain)) = address.rsplit_once('@') else { return false };
        let Some(domain) = domain_name(domain) else { return false };
        self.0.iter().any(|own| {
            let above = domain.strip_suffix(own.as_str());
            above.is_some_and(|labels| labels.is_empty() || labels.ends_with('.'))
        })
    }

    /// The domains, in the form that addresses are kept in.
    #[must_use]
    pub fn names(&self) -> &[String] {
        &self.0
    }

    /// Whether a domain as it is typed behind a user ID is one of these; one below is not: its accounts are others.
    #[must_use]
    pub(super) fn has(&self, domain: &str) -> bool {
        domain_name(domain).is_some_and(|domain| self.0.contains(&domain))
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn kept(typed: &str) -> Result<String, NoAddress> {
        read(typed).map(|address| address.expose_secret().to_owned())
    }

    fn domains(entries: &[&str]) -> Result<MailDomains, NoMailDomain> {
        MailDomains::try_from(entries.iter().map(|entry| (*entry).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn an_address_has_one_form() {
        // E5, E6, E7
        for (typed, expected) in [
            ("Ada@Home.Example", "ada@home.example"),
            (" ada@home.example\r\n", "ada@home.example"),
            ("ada@home.example.", "ada@home.example"),
            ("mailto:ada@home.example", "ada@home.example"),
            ("MAILTO:ada@home.example?subject=Hello", "ada@home.example"),
            ("mailto:ada%2Breset@home.example", "ada+reset@home.example"),
            ("\u{feff}ada@home.example\u{200b}", "ada@home.example"),
            ("\u{2068}ada@home.example\u{2069}", "ada@home.example"),
            ("ada@ho\u{ad}me.example", "ada@home.example"),
            ("ada@home\u{200d}.example", "ada@home.example"),
            ("ａｄａ＠ｈｏｍｅ．ｅｘａｍｐｌｅ", "ada@home.example"),
            ("ada@home。example", "ada@home.example"),
            ("ada@müller.example", "ada@xn--mller-kva.example"),
            ("ada@MÜLLER.example", "ada@xn--mller-kva.example"),
            ("ada@mu\u{308}ller.example", "ada@xn--mller-kva.example"),
            ("ada@xn--mller-kva.example", "ada@xn--mller-kva.example"),
            ("ada@straße.example", "ada@xn--strae-oqa.example"),
            ("ada@例え.テスト", "ada@xn--r8jz45g.xn--zckzah"),
            ("ada@مثال.إختبار", "ada@xn--mgbh0fb.xn--kgbechtv"),
            ("ada@ví-dụ.example", "ada@xn--v-d-rma6749a.example"),
            ("o'brien+reset_2@cs-1.home.example", "o'brien+reset_2@cs-1.home.example"),
            ("ada@1und1.example", "ada@1und1.example"),
        ] {
            assert_eq!(kept(typed).as_deref(), Ok(expected), "{typed}");
        }
    }

    #[test]
    fn what_is_not_exactly_one_address_is_refused() {
        // E7, TF-05
        let long = format!("ada@{}.example", "x".repeat(64));
        let local = format!("{}@home.example", "x".repeat(65));
        for typed in [
            "",
            "@",
            "ada",
            "ada@",
            "@home.example",
            "ada@home",
            "ada@home.",
            "ada@.",
            "ada@home..example",
            "ada@.home.example",
            "ada@home.example..",
            "ada@[192.0.2.1]",
            "ada@[IPv6:2001:db8::1]",
            "ada@192.0.2.1",
            "ada@home.example/",
            "ada@home.example/x",
            "ada@home.example:25",
            "ada@home.example?subject=x",
            "ada@home_.example",
            "ada@-home.example",
            "ada@home-.example",
            "ada@ho me.example",
            "ada@home.example,bob@home.example",
            "ada@home.example;bob@home.example",
            "ada@home.example bob@home.example",
            "mailto:ada@home.example,bob@home.example",
            "mailto:ada%0d%0abcc@home.example",
            "mailto:ada%zz@home.example",
            "ada@home.example\r\nBcc: bob@home.example",
            "Ada <ada@home.example>",
            "<ada@home.example>",
            "\"ada lovelace\"@home.example",
            "ada lovelace@home.example",
            "ada@b@home.example",
            ".ada@home.example",
            "ada.@home.example",
            "a..da@home.example",
            "ada%campus.example@home.example",
            "campus.example!ada@home.example",
            "ada(comment)@home.example",
            "ada\\@home.example",
            "ada@home.example\0",
            "ada@xn--a.example",
            &long,
            &local,
        ] {
            assert!(kept(typed).is_err(), "{typed}: {:?}", kept(typed));
        }
    }

    #[test]
    fn a_local_part_beyond_ascii_is_refused_with_that_reason() {
        // E6
        for typed in
            ["müller@home.example", "阿达@home.example", "آدا@müller.example", "mailto:m%C3%BCller@home.example"]
        {
            assert_eq!(kept(typed), Err(NoAddress::LocalPart), "{typed}");
        }
        assert_eq!(kept("ada@home..example"), Err(NoAddress::Domain));
        assert_eq!(kept("ada"), Err(NoAddress::Shape));
    }

    #[test]
    fn a_mailbox_of_the_campus_is_known_as_one_however_it_is_written() {
        // E4, E5, FL-03
        for entry in [
            "campus.example",
            "@campus.example",
            "campus.example.",
            " campus.example",
            "@campus.example. ",
            "CAMPUS.Example",
            "campus.example\u{200b}",
            "ｃａｍｐｕｓ.example",
        ] {
            let own = domains(&[entry]).expect("a domain");
            assert_eq!(Vec::from(own.clone()), ["campus.example"], "{entry}");
            for address in
                ["blank@campus.example", "blank@campus.example.", "ada@cs.CAMPUS.example.", "a@b.c.campus.example"]
            {
                let address = read(address).expect("an address");
                assert!(own.own(address.expose_secret()), "{entry}");
            }
            for address in ["ada@notcampus.example", "ada@home.example", "ada@campus.example.org", "campus.example"] {
                assert!(!own.own(address), "{entry} {address}");
            }
        }
        let own = domains(&["Universität.example"]).expect("a domain");
        assert!(own.own("ada@xn--universitt-y5a.example"));
        assert!(own.own(read("ada@cs.UNIVERSITÄT.example").expect("an address").expose_secret()));
    }

    #[test]
    fn an_entry_that_would_match_nothing_is_refused_and_the_setting_named() {
        // E4
        for entry in [
            "",
            " ",
            ".",
            "*.campus.example",
            "*",
            ".campus.example",
            "https://campus.example",
            "campus.example/mail",
            "campus.example:25",
            "a.example,b.example",
            "a.example;b.example",
            "a.example b.example",
            "ada@campus.example",
            "campus",
            "campus..example",
            "192.0.2.1",
            "[192.0.2.1]",
            "cam_pus.example",
        ] {
            let error = domains(&["good.example", entry]).expect_err(entry).to_string();
            assert!(error.contains("campus.mail_domains") && error.contains(&format!("{entry:?}")), "{error}");
        }
    }

    #[test]
    fn the_configuration_holds_domains_as_a_list() {
        let domains: MailDomains = serde_json::from_str(r#"["@Campus.example", "campus.example."]"#).expect("a list");
        assert_eq!(serde_json::to_string(&domains).expect("text"), r#"["campus.example"]"#);
        assert!(serde_json::from_str::<MailDomains>(r#"["*.campus.example"]"#).is_err());
    }
}
