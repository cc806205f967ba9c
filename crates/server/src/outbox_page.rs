//! `GET /outbox` of the demonstration: the outbox as phones and mail, so that a person can read a code.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use latchkey_api::Code;
use sha2::{Digest as _, Sha256};

use crate::delivery::outbox::{Line, newest};
use crate::problem::Refused;

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.25rem; font-weight: 600; }
article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 0.75rem; padding: 0.75rem 1rem; margin: 1rem 0; }
header { display: flex; gap: 0.75rem; flex-wrap: wrap; font-size: 0.875rem; opacity: 0.8; }
p { margin: 0.5rem 0 0; white-space: pre-line; overflow-wrap: anywhere; }
";

/// The page over this outbox.
pub(crate) fn routes(outbox: PathBuf) -> Router {
    Router::new().route("/outbox", get(page)).with_state(Arc::new(outbox))
}

async fn page(State(outbox): State<Arc<PathBuf>>) -> Response {
    let Ok(lines) = newest(&outbox, 30).await else {
        return Refused::new(Code::Unavailable).into_response();
    };
    let hash = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; frame-ancestors 'none'");
    let mut response = Html(drawn(&lines)).into_response();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn drawn(lines: &[Line]) -> String {
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"2\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Outbox</title><style>{STYLE}</style></head>\
         <body><main><h1>Phones and mail of the demonstration</h1>"
    );
    if lines.is_empty() {
        out.push_str("<p>Nothing has been sent yet.</p>");
    }
    for line in lines {
        let kind = match line.kind.as_str() {
            "call" => "Call to",
            "email" => "Mail to",
            _ => "Text to",
        };
        let _ = write!(
            out,
            "<article><header><strong>{kind} <bdi>{}</bdi></strong><time>{}</time></header><p dir=\"auto\">{}</p></article>",
            escaped(&line.to),
            line.at.strftime("%H:%M:%S UTC"),
            escaped(&line.body)
        );
    }
    out.push_str("</main></body></html>");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_shown_as_text_only() {
        let line = Line {
            at: jiff::Timestamp::UNIX_EPOCH,
            kind: "text".to_owned(),
            to: "+1 202".to_owned(),
            subject: String::new(),
            body: "<script>x</script>".to_owned(),
        };
        let page = drawn(&[line]);
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
    }
}
