//! The one place of this crate where secrets are exposed: requests and the token as they go over TLS.

use secrecy::{ExposeSecret, SecretString};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::flow::{Answer, NewPassword, Proof, Started};

struct Exposed<'a>(&'a SecretString);

impl Serialize for Exposed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

impl Serialize for Started {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Started", 2)?;
        out.serialize_field("token", &Exposed(&self.token))?;
        out.serialize_field("flow", &self.flow)?;
        out.end()
    }
}

impl Serialize for Proof {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Proof", 4)?;
        out.serialize_field("revision", &self.revision)?;
        if let Some(code) = &self.code {
            out.serialize_field("code", &Exposed(code))?;
        }
        if let Some(answers) = &self.answers {
            out.serialize_field("answers", answers)?;
        }
        if let Some(password) = &self.current_password {
            out.serialize_field("current_password", &Exposed(password))?;
        }
        out.end()
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Answer", 2)?;
        out.serialize_field("id", &self.id)?;
        out.serialize_field("answer", &Exposed(&self.answer))?;
        out.end()
    }
}

impl Serialize for NewPassword {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("NewPassword", 2)?;
        out.serialize_field("revision", &self.revision)?;
        out.serialize_field("new_password", &Exposed(&self.new_password))?;
        out.end()
    }
}
