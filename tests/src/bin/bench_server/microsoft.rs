//! Microsoft's requests for delivery, which are answered in time whatever the gateway does.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use axum::body::Body;
use axum::http::{Request, header};
use latchkey_delivery::{self as delivery, Accepted, Delivery, Message};
use latchkey_server::clock::{Clock, MachineClock};
use latchkey_server::commands::demo;
use latchkey_server::http::microsoft::PATH;
use latchkey_server::microsoft::Microsoft;
use latchkey_server::{Worker, router_with};
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::microsoft::{self, Published, Recipient, SigningKey};
use serde_json::json;
use tokio::sync::watch;
use tower::ServiceExt as _;

/// How a gateway behaves.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Gateway {
    Takes,
    Hangs,
}

impl Delivery for Gateway {
    fn send<'a>(&'a self, _: &'a Message) -> delivery::Answer<'a> {
        match self {
            Self::Takes => Box::pin(std::future::ready(Ok(Accepted::default()))),
            Self::Hangs => Box::pin(std::future::pending()),
        }
    }

    fn probe(&self) -> delivery::Probe<'_> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// Milliseconds in which 99 of 100 of Microsoft's requests are answered, each with a token and an encryption of its own,
/// while a worker hands what is queued to the gateway.
pub(crate) async fn answered(gateway: Gateway, requests: u32) -> Result<f64> {
    latchkey_tests::install_provider();
    let folder = tempfile::tempdir()?;
    let now = MachineClock.now();
    let (recipient, key) = (Recipient::new(&folder.path().join("keys"), now)?, SigningKey::new("key-1")?);
    let published = Published::start(&[&key]).await?;
    let mut settings = demo::config()?;
    settings.microsoft = microsoft::config(&[&recipient], &published);
    let section = settings.microsoft.as_mut().context("a section")?;
    (section.limits.per_minute, section.limits.per_prefix_per_hour) = (6_000, 10_000);
    let (section, plan) = (section.clone(), section.plan(&settings.campus));
    let clock = Arc::new(MachineClock) as Arc<dyn Clock>;
    let (app, _) = demo::open_with(&folder.path().join("campus"), Arc::clone(&clock), settings).await?;
    let taking = Arc::new(Microsoft::open(&section, plan, clock)?);
    let router = router_with(Arc::clone(&app), Some(taking));
    let (stop, stopped) = watch::channel(false);
    let working = tokio::spawn(Worker::new(app, Arc::new(gateway)).run(stopped));
    let mut took = Vec::new();
    for number in 0..requests {
        let context = json!({"nonce": number.to_string(), "phoneNumber": format!("+1202555{number:04}"),
            "message": "Use verification code 918273 for Riverton authentication."});
        let body = microsoft::envelope(&recipient.seal(&context)?).to_string();
        let token = key.token(&key.header(), &microsoft::claims(2, now))?;
        let request = Request::post(PATH)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header("x-ms-client-request-id", number.to_string());
        let watch = Stopwatch::start();
        let answer = router.clone().oneshot(request.body(Body::from(body))?).await?;
        took.push(watch.elapsed().as_secs_f64() * 1000.0);
        ensure!(answer.status().is_success(), "request {number}: {}", answer.status());
    }
    // What hangs is not waited for.
    drop(stop);
    working.abort();
    took.sort_by(f64::total_cmp);
    took.get(took.len() * 99 / 100).copied().context("requests")
}
