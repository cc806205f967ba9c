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

use crate::refused::Refused;
use latchkey_delivery::outbox::{Line, newest};

const STYLE: &str = "
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.25rem; font-weight: 600; }
article { border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 0.75rem; padding: 0.75rem 1rem; margin: 1rem 0; }
header { display: flex; gap: 0.75rem; flex-wrap: wrap; font-size: 0.875rem; opacity: 0.8; }
p { margin: 0.5rem 0 0; white-space: pre-line; overflow-wrap: anywhere; }
details { margin: 0.5rem 0 0; }
summary { min-height: 2.75rem; align-content: center; cursor: pointer; font-weight: 600; }
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
    // Looking again would hang up a call that somebody is listening to.
    let in_a_call = lines.first().is_some_and(is_call);
    let looks_again = if in_a_call { "" } else { "<meta http-equiv=\"refresh\" content=\"2\">" };
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">{looks_again}\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Outbox</title><style>{STYLE}</style></head>\
         <body><main><h1>Phones and mail of the demonstration</h1>"
    );
    if in_a_call {
        out.push_str("<p>The phone is ringing. <a href=\"/outbox\">Look for newer messages</a></p>");
    }
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
            "<article><header><strong>{kind} <bdi>{}</bdi></strong><time>{}</time></header>",
            escaped(&line.to),
            line.at.strftime("%H:%M:%S UTC"),
        );
        let body = said(line, &line.body);
        let _ = match &line.prompt {
            Some(prompt) => write!(
                out,
                "<details><summary>Answer</summary>{}<details><summary>Press a key</summary>{body}</details></details>",
                said(line, prompt)
            ),
            None => write!(out, "{body}"),
        };
        out.push_str("</article>");
    }
    out.push_str("</main></body></html>");
    out
}

/// Whether it is a call that keeps its message until a key is pressed.
fn is_call(line: &Line) -> bool {
    line.prompt.is_some()
}

fn said(line: &Line, text: &str) -> String {
    format!("<p lang=\"{}\" dir=\"auto\">{}</p>", escaped(&line.language), escaped(text))
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
            id: String::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
            kind: "text".to_owned(),
            to: "+1 202".to_owned(),
            subject: String::new(),
            prompt: None,
            language: "en\"><script>".to_owned(),
            body: "<script>x</script>".to_owned(),
        };
        let page = drawn(&[line]);
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
        assert!(page.contains("http-equiv=\"refresh\""));
    }

    #[test]
    fn a_call_is_answered_and_a_key_pressed_before_its_code_is_shown() {
        // TF-06, as far as a page can be a phone
        let line = Line {
            id: String::new(),
            at: jiff::Timestamp::UNIX_EPOCH,
            kind: "call".to_owned(),
            to: "+12025550134".to_owned(),
            subject: String::new(),
            prompt: Some("Press any key.".to_owned()),
            language: "ar".to_owned(),
            body: "1 2 … 3 4 … 5 6".to_owned(),
        };
        let page = drawn(&[line]);
        let at = |part: &str| page.find(part).unwrap_or_else(|| panic!("{part} in {page}"));
        assert!(at("<summary>Answer") < at("<p lang=\"ar\" dir=\"auto\">Press any key."));
        assert!(at("Press any key.") < at("<summary>Press a key") && at("<summary>Press a key") < at("1 2 …"));
        assert!(!page.contains("<details open"));
        assert!(!page.contains("http-equiv=\"refresh\""), "listening is not interrupted");
    }
}
