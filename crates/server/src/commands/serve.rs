//! `serve`, `demo`, `check`, `migrate`.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use latchkey_delivery::outbox;

use super::open::{self, Opened};
use super::{Failure, demo, print};
use crate::clock::MachineClock;
use crate::config::{Config, posture};
use crate::http::serve::{self, Loopback};
use crate::message::gateways;
use crate::store::file;

pub(super) async fn campus(path: &Path) -> Result<(), Failure> {
    let Opened { app, .. } = Opened::configured(path, Arc::new(MachineClock)).await?;
    let listener = app.config.listener.clone().ok_or("[listener] is missing")?;
    let delivery = gateways::open(app.config.delivery.as_ref().ok_or("[delivery] is missing")?)?;
    Ok(serve::tls(app, Arc::new(delivery), &listener).await?)
}

pub(super) async fn demonstration(listen: SocketAddr, data: &Path) -> Result<(), Failure> {
    let listener = Loopback::bind(listen)?;
    let (app, accounts) = demo::open(data, Arc::new(MachineClock)).await?;
    outbox::prepare(&data.join("outbox.jsonl"))?;
    let ready = demo::Ready::new(listener.address(), data, accounts);
    print(&serde_json::to_string(&ready)?)?;
    Ok(listener.serve(app, data.join("outbox.jsonl")).await?)
}

pub(super) fn check(path: &Path) -> Result<(), Failure> {
    let config = Config::read(path)?;
    if let Some(files) = &config.store {
        file::inspect(&files.database)?;
    }
    for found in posture::of(&config) {
        let forfeits =
            if found.forfeits.is_empty() { String::new() } else { format!("  forfeits {}", found.forfeits.join("; ")) };
        print(&format!("{} = {}{forfeits}", found.setting, found.value))?;
    }
    Ok(())
}

pub(super) async fn migrate(path: &Path) -> Result<(), Failure> {
    let config = Config::read(path)?;
    let files = config.store.ok_or("[store] is missing")?;
    let (_, store) = open::open_store(&files).await?;
    store.close().await;
    Ok(())
}
