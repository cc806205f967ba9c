//! `serve`, `demo`, `check`, `migrate`.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use latchkey_server::clock::MachineClock;
use latchkey_server::config::Config;
use latchkey_server::delivery::outbox::Outbox;
use latchkey_server::installation::Installation;
use latchkey_server::serve::{self, Loopback};
use latchkey_server::store::Store;
use latchkey_server::{App, Parts, demo, posture};

use super::{Failure, print};

pub(crate) async fn campus(path: &Path) -> Result<(), Failure> {
    let opened = Installation::configured(path, Arc::new(MachineClock)).await?;
    let Installation { config, keys, store, clock, directory, hashing } = opened;
    let listener = config.listener.clone().ok_or("[listener] is missing")?;
    let delivery = config.delivery.clone().ok_or("[delivery] is missing")?;
    let delivery = Arc::new(Outbox::new(delivery.outbox, Arc::clone(&clock)));
    let app = App::new(Parts { config, keys, store, clock, directory, delivery, hashing, tls: true })?;
    Ok(serve::tls(app, &listener).await?)
}

pub(crate) async fn demonstration(listen: SocketAddr, data: &Path) -> Result<(), Failure> {
    let listener = Loopback::bind(listen)?;
    let (app, accounts) = demo::open(data, Arc::new(MachineClock)).await?;
    let ready = demo::Ready::new(listener.address(), data, accounts);
    print(&serde_json::to_string(&ready)?)?;
    Ok(listener.serve(app, data.join("outbox.jsonl")).await?)
}

pub(crate) fn check(path: &Path) -> Result<(), Failure> {
    let config = Config::read(path)?;
    for found in posture::of(&config) {
        let forfeits =
            if found.forfeits.is_empty() { String::new() } else { format!("  forfeits {}", found.forfeits.join("; ")) };
        print(&format!("{} = {}{forfeits}", found.setting, found.value))?;
    }
    Ok(())
}

pub(crate) async fn migrate(path: &Path) -> Result<(), Failure> {
    let config = Config::read(path)?;
    let files = config.store.ok_or("[store] is missing")?;
    Store::open(&files.database).await?.close().await;
    Ok(())
}
