//! `GET /v1/sounds/{language}/{name}`: what call gateways play. The recordings are the same for everybody, so whoever
//! asks may have them; people's programs have no use for them, so the document of the API does not name them.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderName, header};
use axum::routing::get;
use latchkey_api::Code;

use crate::message::recordings::recording;
use crate::refused::{Answer, Refused};

/// A recording and what it is sent as.
type Sound = ([(HeaderName, &'static str); 1], &'static [u8]);

/// The recordings, for a router with any state.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/v1/sounds/{language}/{name}", get(sound))
}

/// Gateways may want the end of a file's name.
async fn sound(Path((language, name)): Path<(String, String)>) -> Answer<Sound> {
    let name = name.strip_suffix(".wav").unwrap_or(&name);
    let wav = recording(&language, name).ok_or_else(|| Refused::new(Code::NotFound))?;
    Ok(([(header::CONTENT_TYPE, "audio/wav")], wav))
}
