//! The documents that tell the provider what to do in a call (TwiML).

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use secrecy::SecretString;

use super::speech::Heard;

/// How long a key is waited for when everything was said, in seconds.
const PATIENCE: &str = "8";

/// What is heard, and where a key leads to.
pub(super) struct Document<'a> {
    pub(super) heard: Vec<Heard<'a>>,
    /// Whoever presses a key gets there; without it nothing is waited for.
    pub(super) on_key: Option<&'a str>,
}

impl Document<'_> {
    /// Says nothing and hangs up.
    pub(super) const fn silence() -> Self {
        Self { heard: Vec::new(), on_key: None }
    }

    /// The document. It may hold a code.
    ///
    /// # Errors
    /// If there is no memory for it.
    pub(super) fn written(&self) -> io::Result<SecretString> {
        let mut writer = Writer::new(Vec::new());
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        writer.create_element("Response").write_inner_content(|writer| {
            match self.on_key {
                // Nothing may end the waiting but the first key, `#` included; without one the call goes on below.
                Some(action) => writer
                    .create_element("Gather")
                    .with_attributes([
                        ("input", "dtmf"),
                        ("numDigits", "1"),
                        ("finishOnKey", ""),
                        ("timeout", PATIENCE),
                        ("method", "POST"),
                        ("action", action),
                    ])
                    .write_inner_content(|writer| self.heard.iter().try_for_each(|heard| write(writer, heard)))
                    .map(|_| ())?,
                None => self.heard.iter().try_for_each(|heard| write(writer, heard))?,
            }
            writer.create_element("Hangup").write_empty().map(|_| ())
        })?;
        let text = String::from_utf8(writer.into_inner()).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        Ok(SecretString::from(text))
    }
}

fn write(writer: &mut Writer<Vec<u8>>, heard: &Heard<'_>) -> io::Result<()> {
    match heard {
        Heard::Spoken { voice, text } => {
            let mut say = writer.create_element("Say");
            if let Some((voice, language)) = voice {
                say = say.with_attributes([("voice", *voice), ("language", *language)]);
            }
            // What XML cannot hold is nothing that could be spoken.
            let text: String = text.chars().filter(|character| !character.is_control()).collect();
            say.write_text_content(BytesText::new(&text))?;
        }
        Heard::Played { address } => {
            writer.create_element("Play").write_text_content(BytesText::new(address))?;
        }
        Heard::Pause(seconds) => {
            let seconds = seconds.to_string();
            writer.create_element("Pause").with_attribute(("length", seconds.as_str())).write_empty()?;
        }
    }
    Ok(())
}
