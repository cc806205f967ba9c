//! What operators are served: `GET /metrics` and `GET /health`, in plain HTTP on a listener of its own.
//!
//! Nothing here names a person. What is read from the database is read when somebody looks, so that a server that nobody
//! watches has no work by it.

use std::net::TcpListener;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, StatusCode};
use axum::routing::get;
use jiff::Timestamp;
use latchkey_delivery::Delivery;
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;

use super::routes::health;
use super::{method_not_allowed, not_found, panicked};
use crate::app::App;
use crate::config::admin::Admin;
use crate::guard::budget::Budget;
use crate::guard::prices::Money;
use crate::guard::suspension;
use crate::guard::trust::{notices_in_all, sends_in_all, starts_in_all};
use crate::http::listener::{self, Listening};
use crate::metrics;
use crate::refused::{Answer, Refused};
use crate::store::{self, Tx};

/// The routes for operators, of a server that sends by these gateways.
pub fn router(app: Arc<App>, delivery: Arc<dyn Delivery>) -> Router {
    let shown = get(move |State(app): State<Arc<App>>| async move { shown(&app, &*delivery).await });
    let routes = Router::new().route("/metrics", shown).route("/health", get(health));
    let routes = routes.fallback(not_found).method_not_allowed_fallback(method_not_allowed);
    routes.with_state(app).layer(CatchPanicLayer::custom(panicked))
}

/// Binds the listener for operators, where one is configured.
///
/// # Errors
/// If its address is taken.
pub(super) fn bind(admin: Option<Admin>) -> std::io::Result<Option<TcpListener>> {
    admin.map(|admin| listener::bind(admin.address)).transpose()
}

/// Serves operators until it is told to stop.
pub(super) fn serve(
    socket: TcpListener,
    app: &Arc<App>,
    delivery: Arc<dyn Delivery>,
    stop: watch::Receiver<bool>,
) -> std::io::Result<()> {
    tracing::info!(address = %socket.local_addr()?, "serving operators");
    let listener = tokio::net::TcpListener::from_std(socket)?;
    let listening = Listening { app: Arc::clone(app), listener, certificate: None, of_people: false };
    tokio::spawn(listening.serve(router(Arc::clone(app), delivery), stop));
    Ok(())
}

/// Every metric, in the text format of Prometheus.
async fn shown(app: &App, delivery: &dyn Delivery) -> Answer<(StatusCode, [(HeaderName, &'static str); 1], String)> {
    look(app).await?;
    app.metrics.gateways_are(&delivery.tallies());
    let text = app.metrics.text().map_err(|error| {
        tracing::error!(%error, "metrics");
        Refused::new(latchkey_api::Code::Internal)
    })?;
    Ok((StatusCode::OK, [(CONTENT_TYPE, metrics::CONTENT_TYPE)], text))
}

/// Puts in what is true now.
async fn look(app: &App) -> store::Result<()> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    look_at_queue(app, &mut tx, now).await?;
    app.metrics.suspended_is(suspension::since(&mut tx).await?.is_some());
    app.metrics.suspended_are(store::limit::suspended(&mut tx, now.as_millisecond()).await?);
    let limits = &app.config.limits;
    for budget in [sends_in_all(limits), notices_in_all(limits), starts_in_all(limits)] {
        let left = budget.left(&mut tx, now).await?;
        app.metrics.budget_is(budget.setting(), left.into(), budget.most().into());
    }
    if let Some(money) = app.config.prices.in_all() {
        look_at_money(app, &mut tx, &money, now).await?;
    }
    drop(tx);
    app.metrics.database_is(app.store.bytes());
    app.metrics.directories_are(&app.health.states(now));
    app.metrics.database_writes(app.health.writes(&app.store, app.clock.running(), now).await);
    Ok(())
}

async fn look_at_queue(app: &App, tx: &mut Tx, now: Timestamp) -> store::Result<()> {
    app.metrics.queue_is_empty();
    for owed in store::message::owed(tx).await? {
        let age = now.as_millisecond().saturating_sub(owed.oldest).max(0);
        app.metrics.queue_is(&owed.kind, &owed.purpose, owed.many, age / 1000);
    }
    Ok(())
}

async fn look_at_money(app: &App, tx: &mut Tx, money: &Budget, now: Timestamp) -> store::Result<()> {
    let (left, size) = (Money::of_parts(money.left(tx, now).await?), Money::of_parts(money.most()));
    app.metrics.budget_is(money.setting(), left.units(), size.units());
    Ok(())
}
