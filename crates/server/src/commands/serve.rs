//! `serve`, `demo`, `check`, `migrate`.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use jiff::Timestamp;
use latchkey_delivery::outbox;

use super::open::{self, Opened};
use super::{Failure, delivery, demo, directories, print};
use crate::clock::{Clock, MachineClock};
use crate::config::delivery::DeliveryConfig;
use crate::config::public_url::PublicUrl;
use crate::config::{self, Config, posture};
use crate::guard::suspension;
use crate::http::serve::{self, Loopback};
use crate::message::gateways;
use crate::person::people;
use crate::store::{Store, file};

pub(super) async fn campus(path: &Path) -> Result<(), Failure> {
    let clock: Arc<dyn Clock> = Arc::new(MachineClock);
    let Opened { app, .. } = Opened::configured(path, Arc::clone(&clock)).await?;
    directories::judge(&app.config.directories, &clock).await?;
    let listener = app.config.listener.clone().ok_or("[listener] is missing")?;
    let delivery = app.config.delivery.as_ref().ok_or("[delivery] is missing")?;
    if let Some(uncarried) = delivery.uncarried(&app.config).into_iter().next() {
        return Err(uncarried.into());
    }
    let delivery = gateways::open(delivery, &app.keys)?;
    Ok(serve::tls(app, Arc::new(delivery), &listener).await?)
}

pub(super) async fn demonstration(
    listen: SocketAddr,
    data: &Path,
    delivery: Option<&Path>,
    directory: Option<&Path>,
) -> Result<(), Failure> {
    let listener = Loopback::bind(listen)?;
    let public = PublicUrl::of_demonstration(listener.address());
    let mut config = demo::config()?;
    config.delivery = delivery.map(|path| DeliveryConfig::read(path, &public)).transpose()?;
    if let Some(file) = directory {
        config.directories = config::directory::read(file)?;
    }
    let (app, accounts) = demo::open_with(data, Arc::new(MachineClock), config).await?;
    let outbox = data.join("outbox.jsonl");
    outbox::prepare(&outbox)?;
    let gateways = app.config.delivery.as_ref().map(|delivery| gateways::open(delivery, &app.keys)).transpose()?;
    let ready = demo::Ready::new(listener.address(), data, accounts);
    print(&serde_json::to_string(&ready)?)?;
    match gateways {
        Some(gateways) => Ok(listener.serve_by(app, outbox, Arc::new(gateways)).await?),
        None => Ok(listener.serve(app, outbox).await?),
    }
}

pub(super) async fn check(path: &Path, connect: bool) -> Result<ExitCode, Failure> {
    let config = Config::read(path)?;
    if let Some(files) = &config.store {
        file::inspect(&files.database)?;
        file::judge(&files.database, &files.keys)?;
        if let Some(since) = suspended(&files.database).await {
            print(&format!("suspended = since {since}  nothing is written; latchkey-server resume ends that"))?;
        }
    }
    for found in posture::of(&config) {
        let forfeits =
            if found.forfeits.is_empty() { String::new() } else { format!("  forfeits {}", found.forfeits.join("; ")) };
        print(&format!("{} = {}{forfeits}", found.setting, found.value))?;
    }
    if let Some(files) = &config.store {
        for (name, people) in populations(&config, &files.database).await {
            let name = if name.is_empty() { "none, the campus' own settings" } else { &name };
            print(&format!("population {name}: {people} people, as they were last read"))?;
        }
    }
    let clock: Arc<dyn Clock> = Arc::new(MachineClock);
    let database = config.store.as_ref().map(|files| files.database.as_path());
    let directories = directories::inspect(&config.directories, database, &clock, connect).await?;
    let Some(gateways) = &config.delivery else { return Ok(delivery::code(directories)) };
    let well = delivery::inspect(gateways, connect).await?;
    Ok(delivery::code(well && directories && gateways.uncarried(&config).is_empty()))
}

/// Since when the server of a database is suspended; nothing where there is no database yet, one of an earlier version, or
/// one that whoever checks may not read.
async fn suspended(database: &Path) -> Option<Timestamp> {
    let store = Store::look_into(database).await.ok()?;
    let since = match store.read().await {
        Ok(mut tx) => suspension::since(&mut tx).await.unwrap_or_default(),
        Err(_) => None,
    };
    store.close().await;
    since
}

/// How many people are of each population; nothing where none is set up, or the database cannot tell.
async fn populations(config: &Config, database: &Path) -> Vec<(String, i64)> {
    if config.populations.is_empty() || !database.exists() {
        return Vec::new();
    }
    let counted = async {
        let store = Store::look_into(database).await?;
        let mut tx = store.read().await?;
        people::populations(&mut tx).await
    };
    counted.await.unwrap_or_default()
}

pub(super) async fn migrate(path: &Path, start_anew: bool) -> Result<(), Failure> {
    let config = Config::read(path)?;
    let files = config.store.ok_or("[store] is missing")?;
    if start_anew {
        if let Some(there) = file::there(&files.database)? {
            let what = "--start-anew is for a database that is gone";
            return Err(format!("{what}, and {} is there: move it away first", there.display()).into());
        }
        file::forget(&files.database, &files.keys)?;
    }
    let (_, store) = open::open_store(&files).await?;
    store.close().await;
    Ok(())
}
