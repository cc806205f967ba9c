//! What a server answers, read without trusting it.

use std::collections::HashMap;
use std::fmt;

use ldap3::asn1::{PL, StructureTag};

/// The answer to one request.
#[derive(Debug, Clone)]
pub struct Reply {
    pub code: u32,
    /// The server's own words, for the operator.
    pub text: String,
    /// The servers that it refers to.
    pub referrals: Vec<String>,
    /// The controls that came with it, by their OID.
    pub controls: Vec<(String, Option<Vec<u8>>)>,
}

impl Reply {
    /// The value of the control with this OID.
    #[must_use]
    pub fn control(&self, oid: &str) -> Option<&[u8]> {
        self.controls.iter().find(|(name, _)| name == oid)?.1.as_deref()
    }
}

/// One entry that a search found.
#[derive(Clone, PartialEq, Eq)]
pub struct Found {
    pub dn: String,
    /// By the attribute's name in lower case, without options.
    attributes: HashMap<String, Vec<Vec<u8>>>,
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Values are people's; names of attributes are not.
        f.debug_struct("Found").field("attributes", &self.attributes.keys()).finish_non_exhaustive()
    }
}

impl Found {
    /// All values of an attribute as they came.
    pub fn bytes(&self, attribute: &str) -> impl Iterator<Item = &[u8]> {
        self.attributes.get(&attribute.to_ascii_lowercase()).into_iter().flatten().map(Vec::as_slice)
    }

    /// All values of an attribute that are text.
    pub fn texts(&self, attribute: &str) -> impl Iterator<Item = &str> {
        self.bytes(attribute).filter_map(|value| std::str::from_utf8(value).ok())
    }

    /// The first value of an attribute that is text.
    #[must_use]
    pub fn text(&self, attribute: &str) -> Option<&str> {
        self.texts(attribute).next()
    }

    /// Whether it has any value of an attribute.
    #[must_use]
    pub fn has(&self, attribute: &str) -> bool {
        self.bytes(attribute).next().is_some()
    }

    /// Whether every value of an attribute is text.
    #[must_use]
    pub fn is_text(&self, attribute: &str) -> bool {
        self.bytes(attribute).all(|value| std::str::from_utf8(value).is_ok())
    }

    /// Reads a `SearchResultEntry`; what is wrong with it, if it is none.
    pub(super) fn read(entry: StructureTag) -> Result<Self, String> {
        let mut parts = inner(entry, "an entry")?.into_iter();
        let dn = text(parts.next(), "a name")?;
        let mut attributes: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
        for attribute in inner(parts.next().ok_or("half an entry")?, "a list of attributes")? {
            let mut parts = inner(attribute, "an attribute")?.into_iter();
            let name = text(parts.next(), "the name of an attribute")?;
            let values = inner(parts.next().ok_or("half an attribute")?, "a list of values")?;
            let values = values.into_iter().map(octets).collect::<Result<Vec<_>, _>>()?;
            let name = name.split(';').next().unwrap_or_default().to_ascii_lowercase();
            attributes.entry(name).or_default().extend(values);
        }
        Ok(Self { dn, attributes })
    }
}

fn inner(tag: StructureTag, what: &str) -> Result<Vec<StructureTag>, String> {
    match tag.payload {
        PL::C(inner) => Ok(inner),
        PL::P(_) => Err(format!("{what} that is none")),
    }
}

fn octets(tag: StructureTag) -> Result<Vec<u8>, String> {
    match tag.payload {
        PL::P(bytes) => Ok(bytes),
        PL::C(_) => Err("a value that is none".to_owned()),
    }
}

fn text(tag: Option<StructureTag>, what: &str) -> Result<String, String> {
    let tag = tag.ok_or_else(|| format!("{what} is missing"))?;
    String::from_utf8(octets(tag)?).map_err(|_| format!("{what} is not UTF-8"))
}
