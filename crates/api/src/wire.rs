//! The one place of this crate where secrets are written out: requests and the token as they go over TLS.

use secrecy::{ExposeSecret, SecretString};
use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::flow::{
    AddMeans, Answer, Answered, ConfirmMeans, DeviceGiven, NewPassword, NotMe, Proof, Shown, StartFlow, Started,
};

struct Exposed<'a>(&'a SecretString);

impl Serialize for Exposed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.expose_secret())
    }
}

impl Serialize for Started {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Started", 3)?;
        out.serialize_field("token", &Exposed(&self.token))?;
        out.serialize_field("flow", &self.flow)?;
        if let Some(device) = &self.device {
            out.serialize_field("device", &Exposed(device))?;
        }
        out.end()
    }
}

impl Serialize for StartFlow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("StartFlow", 5)?;
        out.serialize_field("intent", &self.intent)?;
        out.serialize_field("account", &self.account)?;
        out.serialize_field("human_check", &self.human_check)?;
        out.serialize_field("language", &self.language)?;
        if let Some(device) = &self.device {
            out.serialize_field("device", &Exposed(device))?;
        }
        out.end()
    }
}

impl Serialize for DeviceGiven {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("DeviceGiven", 2)?;
        out.serialize_field("token", &Exposed(&self.token))?;
        out.serialize_field("expires_at", &self.expires_at)?;
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
        let mut out = serializer.serialize_struct("NewPassword", 3)?;
        out.serialize_field("revision", &self.revision)?;
        out.serialize_field("new_password", &Exposed(&self.new_password))?;
        if let Some(password) = &self.current_password {
            out.serialize_field("current_password", &Exposed(password))?;
        }
        out.end()
    }
}

impl Serialize for AddMeans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("AddMeans", 5)?;
        out.serialize_field("revision", &self.revision)?;
        out.serialize_field("means", &self.means)?;
        if let Some(method) = &self.method {
            out.serialize_field("method", method)?;
        }
        if let Some(destination) = &self.destination {
            out.serialize_field("destination", destination)?;
        }
        if let Some(answers) = &self.answers {
            out.serialize_field("answers", answers)?;
        }
        out.end()
    }
}

impl Serialize for ConfirmMeans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("ConfirmMeans", 2)?;
        out.serialize_field("revision", &self.revision)?;
        if let Some(code) = &self.code {
            out.serialize_field("code", &Exposed(code))?;
        }
        out.end()
    }
}

impl Serialize for NotMe {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("NotMe", 2)?;
        out.serialize_field("code", &Exposed(&self.code))?;
        out.serialize_field("human_check", &self.human_check)?;
        out.end()
    }
}

impl Serialize for Answered {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Both<'a> {
            #[serde(flatten)]
            flow: &'a crate::Flow,
            #[serde(skip_serializing_if = "Option::is_none")]
            shown: Option<&'a Shown>,
        }
        Both { flow: &self.flow, shown: self.shown.as_ref() }.serialize(serializer)
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Shown", 4)?;
        if let Some(secret) = &self.secret {
            out.serialize_field("secret", &Exposed(secret))?;
        }
        if let Some(uri) = &self.uri {
            out.serialize_field("uri", &Exposed(uri))?;
        }
        if !self.recovery_codes.is_empty() {
            out.serialize_field("recovery_codes", &self.recovery_codes.iter().map(Exposed).collect::<Vec<_>>())?;
        }
        if let Some(to) = &self.sent_to {
            out.serialize_field("sent_to", &Exposed(to))?;
        }
        out.end()
    }
}
