//! What happens while nobody does anything: the end that is counted down, and being told that somebody is there.

use std::time::Duration;

use latchkey_api::flow::{Call as Allowed, Step};

use crate::attempt::Attempt;
use crate::screen::seconds_until;
use crate::{Call, Effect, Flow, Timer};

impl Flow {
    /// Seconds until the attempt ends by itself, while somebody can do something about it (AX-04). The copies of a
    /// workstation end with nothing, so nobody is asked while they are at work.
    pub(crate) fn ends_in(&self, age: Duration) -> Option<u32> {
        let envelope = &self.attempt.open()?.envelope;
        let counts =
            self.attempt.runs() && envelope.step != Step::Working && self.is_reached() && self.places.is_none();
        let age = u32::try_from(age.as_secs()).unwrap_or(u32::MAX);
        counts.then(|| seconds_until(envelope.now, envelope.expires_at).saturating_sub(age))
    }

    /// Has the server asked where the attempt stands once it must have ended.
    pub(crate) fn wake_at_the_end(&self) -> Option<Effect> {
        let envelope = &self.attempt.open()?.envelope;
        if !self.attempt.runs() || self.call.is_some() {
            return None;
        }
        let after = seconds_until(envelope.now, envelope.expires_at).saturating_add(1);
        Some(Effect::WakeIn { timer: Timer::Server, after: Duration::from_secs(u64::from(after)) })
    }

    /// Tells the server that somebody is there; where the attempt takes no such call, a look is all that there is.
    pub(crate) fn stay(&mut self) -> Vec<Effect> {
        let Attempt::Open(open) = &self.attempt else { return Vec::new() };
        if !self.attempt.runs() {
            return Vec::new();
        }
        let revision = open.envelope.revision;
        let effect = if open.allows(Allowed::Extend) { Effect::Extend { revision } } else { Effect::Look };
        self.ask(Call::Look, effect)
    }
}
