//! Every route with its documentation, in one place.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use latchkey_api::flow::{
    AddMeans, Answered, Cancel, Challenge, CheckMeans, ConfirmMeans, DeviceGiven, Extend, Feedback, Finish,
    NewPassword, NotMe, NotMeDone, Proof, RememberDevice, RemoveMeans, StartFlow, Started,
};
use latchkey_api::health::{Health, Status};
use latchkey_api::human_check::{AskHumanCheck, HumanCheck};
use latchkey_api::{Campus, Code, Flow, Problem, Reminders};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{document, gateway_calls, sounds};
use crate::app::App;
use crate::clock::later;
use crate::flow;
use crate::flow::TokenHash;
use crate::guard::{human_check, suspension};
use crate::http::source::Source;
use crate::http::{DeviceToken, Id, IdempotencyKey, Json, fence, method_not_allowed, not_found, panicked};
use crate::microsoft::Microsoft;
use crate::refused::{Answer, Refused};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Latchkey SSPR API",
        description = "Self-service password reset and change. Errors are problem details (RFC 9457) with a stable `code`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    components(schemas(Problem)),
    modifiers(&Bearer)
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token of a flow, from `POST /v1/flows`"))
            .build();
        let components = openapi.components.get_or_insert_with(Default::default);
        components.add_security_scheme("flow", SecurityScheme::Http(scheme));
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token of a known workstation, from `POST /v1/flow/device` or `POST /v1/flows`"))
            .build();
        components.add_security_scheme("device", SecurityScheme::Http(scheme));
    }
}

fn documented() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::with_openapi(Document::openapi())
        .routes(routes!(campus))
        .routes(routes!(health))
        .routes(routes!(ask_human_check))
        .routes(routes!(start_flow))
        .routes(routes!(show_flow))
        .routes(routes!(challenge))
        .routes(routes!(prove))
        .routes(routes!(set_password))
        .routes(routes!(add_means))
        .routes(routes!(confirm_means))
        .routes(routes!(check_means))
        .routes(routes!(remove_means))
        .routes(routes!(finish))
        .routes(routes!(feedback))
        .routes(routes!(remember_device))
        .routes(routes!(extend))
        .routes(routes!(cancel))
        .routes(routes!(not_me))
        .routes(routes!(reminders))
}

/// The document of all routes, as `docs/openapi.json` has it.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut openapi = documented().into_openapi();
    document::complete(&mut openapi);
    openapi
}

/// The whole API, and what gateways call where some are configured that do.
pub fn router(app: Arc<App>) -> Router {
    let routes = documented().split_for_parts().0.merge(sounds::routes()).with_state(Arc::clone(&app));
    let routes = routes.merge(gateway_calls::routes(&app));
    around(routes.fallback(not_found).method_not_allowed_fallback(method_not_allowed), app)
}

/// The whole API, and Microsoft's route where there is something that takes its requests.
pub fn router_with(app: Arc<App>, microsoft: Option<Arc<Microsoft>>) -> Router {
    let api = router(Arc::clone(&app));
    let Some(microsoft) = microsoft else { return api };
    api.merge(around(super::microsoft::routes(Arc::clone(&app), microsoft), app))
}

/// Puts the fence around routes that have their state.
pub(crate) fn around(routes: Router, app: Arc<App>) -> Router {
    routes.layer(CatchPanicLayer::custom(panicked)).layer(from_fn_with_state(app, fence))
}

/// Everything the app needs to know before anybody has typed anything.
#[utoipa::path(get, path = "/v1/campus", responses((status = 200, body = Campus)))]
async fn campus(State(app): State<Arc<App>>) -> Answer<axum::Json<Campus>> {
    let mut tx = app.store.read().await?;
    let suspended = suspension::since(&mut tx).await?.is_some();
    Ok(axum::Json(Campus { suspended, ..app.config.public(&app.directory.rules()) }))
}

/// Tells whether a flow could be started now, or that the campus has suspended this.
#[utoipa::path(
    get,
    path = "/v1/health",
    responses((status = 200, body = Health), (status = 503, body = Problem, content_type = "application/problem+json"))
)]
pub(super) async fn health(State(app): State<Arc<App>>) -> Answer<axum::Json<Health>> {
    let (health, now) = (&app.health, app.clock.now());
    if !health.is_good(now) || !health.writes(&app.store, app.clock.running(), now).await {
        return Err(Refused::new(Code::Unavailable).retry_after(5));
    }
    let mut tx = app.store.read().await?;
    let suspended = suspension::since(&mut tx).await?.is_some();
    let status = if suspended { Status::Suspended } else { Status::Ok };
    Ok(axum::Json(Health { status }))
}

/// Asks for a human check.
#[utoipa::path(
    post,
    path = "/v1/human-checks",
    request_body = AskHumanCheck,
    responses((status = 201, body = HumanCheck))
)]
async fn ask_human_check(
    State(app): State<Arc<App>>,
    source: Source,
    Json(ask): Json<AskHumanCheck>,
) -> Answer<(StatusCode, axum::Json<HumanCheck>)> {
    let (limits, now) = (&app.config.limits, app.clock.now());
    let mut tx = app.store.read().await?;
    let work = human_check::work(&mut tx, limits, &source.origin(), now).await?;
    drop(tx);
    let terms = human_check::Terms {
        kinds: &app.config.human_check.kinds,
        language: &app.config.campus.language,
        work,
        expires_at: later(now, limits.human_check_seconds),
    };
    let check = human_check::create(&app.keys, &terms, &app.turns, &ask, source.asker()).await?;
    app.metrics.check_made(ask.kind);
    Ok((StatusCode::CREATED, axum::Json(check)))
}

/// Starts a flow; the answer is alike whether or not there is such an account.
#[utoipa::path(
    post,
    path = "/v1/flows",
    request_body = StartFlow,
    responses((status = 201, body = Started))
)]
async fn start_flow(
    State(app): State<Arc<App>>,
    source: Source,
    Json(start): Json<StartFlow>,
) -> Answer<(StatusCode, axum::Json<Started>)> {
    Ok((StatusCode::CREATED, axum::Json(flow::start(&app, start, &source.origin()).await?)))
}

/// Where the flow stands, with a secret that was made for the person and may not have arrived. Changes nothing.
#[utoipa::path(
    get,
    path = "/v1/flow",
    security(("flow" = [])),
    responses((status = 200, body = Answered))
)]
async fn show_flow(State(app): State<Arc<App>>, token: TokenHash) -> Answer<axum::Json<Answered>> {
    Ok(axum::Json(flow::show(&app, &token).await?))
}

/// Asks for a proof by a method; the same method again asks for a new code.
#[utoipa::path(
    post,
    path = "/v1/flow/challenge",
    request_body = Challenge,
    security(("flow" = [])),
    responses((status = 200, body = Answered))
)]
async fn challenge(
    State(app): State<Arc<App>>,
    token: TokenHash,
    Json(ask): Json<Challenge>,
) -> Answer<axum::Json<Answered>> {
    Ok(axum::Json(flow::challenge(&app, &token, ask).await?))
}

/// Gives a proof: a code, answers, or the current password.
#[utoipa::path(
    post,
    path = "/v1/flow/proof",
    request_body = Proof,
    security(("flow" = [])),
    responses((status = 200, body = Answered))
)]
async fn prove(
    State(app): State<Arc<App>>,
    source: Source,
    token: TokenHash,
    Json(proof): Json<Proof>,
) -> Answer<axum::Json<Answered>> {
    Ok(axum::Json(flow::proof(&app, &token, source.asker(), proof).await?))
}

/// Sets the new password, once for each idempotency key.
#[utoipa::path(
    post,
    path = "/v1/flow/password",
    request_body = NewPassword,
    params(("Idempotency-Key" = String, Header, description = "A UUID, chosen by the app before its first try")),
    security(("flow" = [])),
    responses((status = 200, body = Flow))
)]
async fn set_password(
    State(app): State<Arc<App>>,
    token: TokenHash,
    IdempotencyKey(key): IdempotencyKey,
    Json(new): Json<NewPassword>,
) -> Answer<axum::Json<Flow>> {
    Ok(axum::Json(flow::password(&app, &token, key, new).await?))
}

/// Sets something up for recovery, or again what is set up already; also asks for a new code. Answers to questions are
/// in use at once, everything else once it is confirmed.
#[utoipa::path(
    post,
    path = "/v1/flow/methods",
    request_body = AddMeans,
    security(("flow" = [])),
    responses((status = 200, body = Answered))
)]
async fn add_means(
    State(app): State<Arc<App>>,
    token: TokenHash,
    Json(add): Json<AddMeans>,
) -> Answer<axum::Json<Answered>> {
    Ok(axum::Json(flow::add(&app, &token, add).await?))
}

/// Confirms what is pending: by the code that was sent or that the authenticator shows, or, of recovery codes, that they
/// are kept.
#[utoipa::path(
    post,
    path = "/v1/flow/methods/{id}/confirm",
    request_body = ConfirmMeans,
    params(("id" = String, Path, description = "The `id` of the thing in the step `manage`")),
    security(("flow" = [])),
    responses((status = 200, body = Flow))
)]
async fn confirm_means(
    State(app): State<Arc<App>>,
    Id(id): Id,
    token: TokenHash,
    Json(request): Json<ConfirmMeans>,
) -> Answer<axum::Json<Flow>> {
    Ok(axum::Json(flow::confirm(&app, &token, &id, request).await?))
}

/// Asks for a proof that something that is set up still works.
#[utoipa::path(
    post,
    path = "/v1/flow/methods/{id}/check",
    request_body = CheckMeans,
    params(("id" = String, Path, description = "The `id` of the thing in the step `manage`")),
    security(("flow" = [])),
    responses((status = 200, body = Flow))
)]
async fn check_means(
    State(app): State<Arc<App>>,
    Id(id): Id,
    token: TokenHash,
    Json(request): Json<CheckMeans>,
) -> Answer<axum::Json<Flow>> {
    Ok(axum::Json(flow::check(&app, &token, &id, request).await?))
}

/// Removes something that is set up.
#[utoipa::path(
    post,
    path = "/v1/flow/methods/{id}/remove",
    request_body = RemoveMeans,
    params(("id" = String, Path, description = "The `id` of the thing in the step `manage`")),
    security(("flow" = [])),
    responses((status = 200, body = Flow))
)]
async fn remove_means(
    State(app): State<Arc<App>>,
    Id(id): Id,
    token: TokenHash,
    Json(request): Json<RemoveMeans>,
) -> Answer<axum::Json<Flow>> {
    Ok(axum::Json(flow::remove(&app, &token, &id, request).await?))
}

/// Says that setting up is done.
#[utoipa::path(
    post,
    path = "/v1/flow/finish",
    request_body = Finish,
    security(("flow" = [])),
    responses((status = 200, body = Flow))
)]
async fn finish(
    State(app): State<Arc<App>>,
    token: TokenHash,
    Json(request): Json<Finish>,
) -> Answer<axum::Json<Flow>> {
    Ok(axum::Json(flow::finish(&app, &token, request).await?))
}

/// Says whether it was helpful, once at the end; kept without the account and without the flow.
#[utoipa::path(
    post,
    path = "/v1/flow/feedback",
    request_body = Feedback,
    security(("flow" = [])),
    responses((status = 200, body = Flow))
)]
async fn feedback(
    State(app): State<Arc<App>>,
    token: TokenHash,
    Json(request): Json<Feedback>,
) -> Answer<axum::Json<Flow>> {
    Ok(axum::Json(flow::feedback(&app, &token, request).await?))
}

/// Makes the workstation known to the account, once after the end of a flow.
#[utoipa::path(
    post,
    path = "/v1/flow/device",
    request_body = RememberDevice,
    security(("flow" = [])),
    responses((status = 201, body = DeviceGiven))
)]
async fn remember_device(
    State(app): State<Arc<App>>,
    token: TokenHash,
    Json(remember): Json<RememberDevice>,
) -> Answer<(StatusCode, axum::Json<DeviceGiven>)> {
    Ok((StatusCode::CREATED, axum::Json(flow::remember_device(&app, &token, remember.revision).await?)))
}

/// Undoes what a notice told of, by the code in it, and stops serving the account until the helpdesk lifts that.
#[utoipa::path(
    post,
    path = "/v1/not-me",
    request_body = NotMe,
    responses((status = 200, body = NotMeDone))
)]
async fn not_me(State(app): State<Arc<App>>, Json(request): Json<NotMe>) -> Answer<axum::Json<NotMeDone>> {
    Ok(axum::Json(flow::not_me(&app, request).await?))
}

/// How the account of a known workstation stands, while nobody is in a flow. The token stays good as it is.
#[utoipa::path(
    get,
    path = "/v1/reminders",
    security(("device" = [])),
    responses((status = 200, body = Reminders))
)]
async fn reminders(
    State(app): State<Arc<App>>,
    source: Source,
    DeviceToken(token): DeviceToken,
) -> Answer<axum::Json<Reminders>> {
    Ok(axum::Json(flow::reminders(&app, &token, &source.origin()).await?))
}

/// Gives the flow more time: somebody is still there.
#[utoipa::path(
    post,
    path = "/v1/flow/extend",
    request_body = Extend,
    security(("flow" = [])),
    responses((status = 200, body = Flow))
)]
async fn extend(State(app): State<Arc<App>>, token: TokenHash, Json(extend): Json<Extend>) -> Answer<axum::Json<Flow>> {
    Ok(axum::Json(flow::extend(&app, &token, extend.revision).await?))
}

/// Ends the flow.
#[utoipa::path(
    post,
    path = "/v1/flow/cancel",
    request_body = Cancel,
    security(("flow" = [])),
    responses((status = 200, body = Flow))
)]
async fn cancel(State(app): State<Arc<App>>, token: TokenHash, Json(cancel): Json<Cancel>) -> Answer<axum::Json<Flow>> {
    Ok(axum::Json(flow::cancel(&app, &token, cancel.revision).await?))
}
