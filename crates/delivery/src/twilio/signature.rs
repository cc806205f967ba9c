//! Whether a request comes from the provider: it signs the address that it calls and the form that it sends, with the
//! token of the account (TF-08).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha1::Sha1;

/// A form as it was sent: its fields, sorted by name and value, none of them twice.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn read(body: &[u8]) -> Self {
        let mut fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
        fields.sort();
        fields.dedup();
        Self(fields)
    }

    /// The field, if it is there exactly once.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }

    /// Whether it was sent to this path of ours, as the signature says.
    ///
    /// The provider may write a port into the address that it signs, or leave it out, whatever we have told it.
    pub(super) fn is_signed(&self, signature: &str, public: &str, path: &str, token: &SecretString) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        // Each is compared in constant time, and all of them are.
        origins(public).iter().fold(false, |good, origin| good | self.has_mac(&signature, origin, path, token))
    }

    fn has_mac(&self, signature: &[u8], origin: &str, path: &str, token: &SecretString) -> bool {
        let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(token.expose_secret().as_bytes()) else { return false };
        mac.update(origin.as_bytes());
        mac.update(path.as_bytes());
        for (name, value) in &self.0 {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        mac.verify_slice(signature).is_ok()
    }
}

/// The origin with a port and without.
fn origins(public: &str) -> [String; 2] {
    let after_scheme = public.find("://").map_or(0, |at| at + 3);
    let host = public.get(after_scheme..).unwrap_or_default();
    // The colons of an IPv6 address stand in brackets.
    let port = host.rfind(':').filter(|colon| host.rfind(']').is_none_or(|bracket| bracket < *colon));
    let other = match port {
        Some(colon) => public.get(..after_scheme + colon).unwrap_or_default().to_owned(),
        None => format!("{public}:443"),
    };
    [public.to_owned(), other]
}
