//! How long a refused sign-in takes, so that one of nobody takes as long (EN-02).
//!
//! A directory that knows an entry hashes what was given and counts that it was wrong; of one that it does not know it
//! says so at once. Where the configuration names no entry on which passwords for nobody are tried, nobody's answer
//! waits as long as the directory has lately needed for somebody.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use tokio::time::{Instant, sleep_until};

use super::locked;

/// So many of the last refused sign-ins are remembered.
const LATELY: usize = 64;

/// How much longer refused sign-ins have lately taken than the question before them. The way to the server is part of
/// both, so that a network that changes makes no difference.
#[derive(Debug, Default)]
pub struct Pace(Mutex<VecDeque<Duration>>);

impl Pace {
    /// Somebody was refused: so long took the question who they are, and so long the sign-in.
    pub fn note(&self, question: Duration, sign_in: Duration) {
        let mut lately = locked(&self.0);
        if lately.len() == LATELY {
            lately.pop_front();
        }
        lately.push_back(sign_in.saturating_sub(question));
    }

    /// Nobody was refused in a sign-in that began then: waits until it has taken as long as one of somebody.
    pub async fn keep(&self, question: Duration, began: Instant) {
        let drawn = self.drawn();
        if let Some(longer) = drawn {
            sleep_until(began + question + longer).await;
        }
    }

    /// One of those that are remembered; nothing before the first.
    fn drawn(&self) -> Option<Duration> {
        let mut random = [0; 8];
        aws_lc_rs::default_provider().secure_random.fill(&mut random).ok()?;
        let lately = locked(&self.0);
        let many = u64::try_from(lately.len()).ok().filter(|many| *many > 0)?;
        // Of 64 at most, so that none is drawn noticeably more often.
        lately.get(usize::try_from(u64::from_le_bytes(random) % many).ok()?).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(many: u64) -> Duration {
        Duration::from_millis(many)
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_as_long_as_somebody_wherever_the_directory_is() {
        // EN-02
        let pace = Pace::default();
        let began = Instant::now();
        pace.keep(ms(1), began).await;
        assert_eq!(began.elapsed(), ms(0), "nothing is known yet");
        for _ in 0..2 * LATELY {
            pace.note(ms(1), ms(21));
        }
        for (way, answered) in [(1, 1), (300, 301), (300, 900)] {
            let began = Instant::now();
            tokio::time::advance(ms(answered)).await;
            pace.keep(ms(way), began).await;
            assert_eq!(began.elapsed(), ms((way + 20).max(answered)));
        }
        assert_eq!(locked(&pace.0).len(), LATELY);
    }
}
