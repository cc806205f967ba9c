//! `delivery test`: one harmless message by the gateways, and what each said; and the trial of `check --connect`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::Subcommand;
use jiff::{SignedDuration, Timestamp};
use latchkey_api::flow::Method;
use latchkey_delivery::ordered::{Gateway, PATIENCE};
use latchkey_delivery::smtp::SmtpError;
use latchkey_delivery::{Accepted, Kind, Message, NotSent, in_one_line};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::time::timeout;

use super::{Failure, print};
use crate::clock::{Clock as _, MachineClock};
use crate::config::Config;
use crate::config::delivery::DeliveryConfig;
use crate::crypt::keys::Keys;
use crate::crypt::random;
use crate::message::gateways;
use crate::message::texts::Texts;
use crate::typed;
use crate::typed::number;

/// No gateway has taken the message, or one cannot be used.
const NOT_TAKEN: u8 = 3;
/// Nobody knows whether it was sent.
const UNKNOWN: u8 = 4;
/// How long a gateway may take to let this server in.
const TRIAL: Duration = Duration::from_secs(15);
/// How long a message of a test is of use.
const OF_USE: SignedDuration = SignedDuration::from_mins(10);

#[derive(Debug, Subcommand)]
pub enum Deliver {
    /// Send one harmless message by the gateways in their order, and say what each answered.
    ///
    /// Ends with 0 if one has taken it, 3 if none has, 4 if nobody knows.
    Test {
        #[arg(long)]
        config: PathBuf,
        /// text, call or email.
        #[arg(long, value_parser = kind)]
        kind: Kind,
        /// Your own number or address. It is sent to where the campus sends to, and nowhere else.
        #[arg(long, value_name = "NUMBER|ADDRESS")]
        to: String,
        /// The language of the message; that of the campus where none is said.
        #[arg(long, value_name = "TAG")]
        language: Option<String>,
        /// By this gateway alone.
        #[arg(long, value_name = "NAME")]
        gateway: Option<String>,
    },
}

fn kind(text: &str) -> Result<Kind, String> {
    let known = Kind::ALL.into_iter().find(|kind| kind.as_str() == text);
    known.ok_or_else(|| "text, call or email".to_owned())
}

pub(super) async fn run(command: &Deliver) -> Result<ExitCode, Failure> {
    let Deliver::Test { config, kind, to, language, gateway } = command;
    let config = Config::read(config)?;
    let delivery = config.delivery.as_ref().ok_or("[delivery] is missing")?;
    let message = written(&config, *kind, to, language.as_deref())?;
    // What is reported of this message is of no message that the server knows.
    let opened = gateways::open(delivery, &Keys::generate()?)?;
    let chosen = |one: &&Gateway| gateway.as_ref().is_none_or(|name| *name == one.name) && one.carries(&message);
    let carriers: Vec<&Gateway> = opened.gateways().filter(chosen).collect();
    if carriers.is_empty() {
        let region = message.region.as_ref().map(|region| format!(" to {region}")).unwrap_or_default();
        return Err(format!("no gateway of that name carries a {}{region}", kind.as_str()).into());
    }
    by_turns(&carriers, &message).await
}

/// The message, to a destination that the campus would send a code to.
fn written(config: &Config, kind: Kind, to: &str, language: Option<&str>) -> Result<Message, Failure> {
    let method = match kind {
        Kind::Text => Method::TextMobile,
        Kind::Call => Method::CallOffice,
        Kind::Email => Method::Email,
    };
    let form = method.destination().ok_or("nothing is sent for this")?;
    let plan = config.campus.plan();
    let to = typed::destination(form, to, &plan)?;
    if kind != Kind::Email {
        plan.reaches(method, to.expose_secret())?;
    }
    let texts = Texts::load()?;
    let language = texts.language(language, &config.campus.language);
    let (subject, body) = texts.test(language, &config.campus.name);
    let at = MachineClock.now();
    Ok(Message {
        id: random::id()?,
        at,
        expires_at: at.saturating_add(OF_USE).unwrap_or(Timestamp::MAX),
        attempt: 1,
        kind,
        region: number::region(to.expose_secret()).map(String::from),
        to,
        language: language.to_owned(),
        subject,
        prompt: None,
        code: None,
        body: SecretString::from(body),
    })
}

/// One gateway after the other, until one has taken it or may have.
async fn by_turns(carriers: &[&Gateway], message: &Message) -> Result<ExitCode, Failure> {
    for gateway in carriers {
        let name = &gateway.name;
        let sent = timeout(PATIENCE, gateway.delivery.send(message)).await;
        match sent.unwrap_or_else(|_| Err(NotSent::AnswerLost("it did not answer in time".into()))) {
            Ok(accepted) => {
                print(&format!("{name}: accepted{}", called(&accepted)))?;
                print("next: look whether it arrives; what a gateway has accepted it may still fail to deliver")?;
                return Ok(ExitCode::SUCCESS);
            }
            Err(NotSent::Refused(cause)) => {
                print(&format!("{name}: refused for good: {}", words(&*cause)))?;
                print(
                    "next: nothing else is tried for a code either; look at the number or address, then at the gateway",
                )?;
                return Ok(ExitCode::from(NOT_TAKEN));
            }
            Err(NotSent::TryAgain { cause, .. }) => {
                print(&format!("{name}: not taken, a code would go to the next gateway: {}", words(&*cause)))?;
            }
            Err(NotSent::AnswerLost(cause)) => {
                print(&format!("{name}: the answer was lost, it may have been sent: {}", words(&*cause)))?;
                print("next: look whether it arrived; a code would be sent once more, by the next gateway")?;
                return Ok(ExitCode::from(UNKNOWN));
            }
        }
    }
    print("next: no gateway has taken it; a code would be tried again until its time is over")?;
    Ok(ExitCode::from(NOT_TAKEN))
}

fn called(accepted: &Accepted) -> String {
    accepted.provider_id.as_ref().map(|id| format!(", as \"{id}\"")).unwrap_or_default()
}

/// What went wrong, with what a relay said: whoever reads it here knows where the message went.
fn words(cause: &(dyn std::error::Error + 'static)) -> String {
    let mut causes = std::iter::successors(Some(cause), |error| error.source());
    let said = causes.find_map(|error: &(dyn std::error::Error + 'static)| match error.downcast_ref::<SmtpError>() {
        Some(SmtpError::Reply(reply)) => Some(reply.text()),
        _ => None,
    });
    said.map_or_else(|| in_one_line(cause), |said| format!("{} (\"{said}\")", in_one_line(cause)))
}

/// Looks at the secrets and certificates of every gateway, and connects to each where that is wanted; whether all is well.
pub(super) async fn inspect(config: &DeliveryConfig, connect: bool) -> Result<bool, Failure> {
    let mut well = true;
    let mut say = |name: &str, kinds: &[Kind], failed: Option<String>| -> Result<(), Failure> {
        well &= failed.is_none();
        let kinds = kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        print(&format!("gateway {name} ({kinds}): {}", failed.unwrap_or_else(|| "ok".to_owned())))
    };
    for gateway in &config.gateways {
        if let Err(cause) = gateways::look_at_files(gateway).await {
            say(&gateway.name, &gateway.kinds, Some(in_one_line(&*cause)))?;
        }
    }
    if connect {
        let opened = gateways::open(config, &Keys::generate()?)?;
        for gateway in opened.gateways() {
            let probed = timeout(TRIAL, gateway.delivery.probe()).await;
            let probed = probed.unwrap_or_else(|_| Err("it did not answer in time".into()));
            say(&gateway.name, &gateway.kinds, probed.err().map(|cause| words(&*cause)))?;
        }
    }
    Ok(well)
}

pub(super) fn code(well: bool) -> ExitCode {
    if well { ExitCode::SUCCESS } else { ExitCode::from(NOT_TAKEN) }
}
