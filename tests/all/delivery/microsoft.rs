//! Microsoft's delivery requests through the real router: a tenant that is made up, real tokens and real encryption, a
//! queue and a gateway that writes down what it is given.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod mutations;
#[cfg(test)]
mod served;

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use jiff::Timestamp;
use latchkey_delivery::{self as delivery, Accepted, Delivery, Message, NotSent};
use latchkey_directory::Directory;
use latchkey_server::clock::{Clock, MovableClock};
use latchkey_server::commands::demo::{self, CHEAPEST};
use latchkey_server::config::Config;
use latchkey_server::crypt::hashing::Hashing;
use latchkey_server::crypt::keys::{Keys, Use};
use latchkey_server::http::microsoft::PATH;
use latchkey_server::microsoft::Microsoft;
use latchkey_server::person::local::Local;
use latchkey_server::store::Store;
use latchkey_server::{App, Parts, Worker, router_with};
use latchkey_tests::microsoft::{Published, Recipient, SigningKey, claims, config, envelope};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// A number of the campus' own region, and what Microsoft would text there.
const NUMBER: &str = "+12025550134";
const MESSAGE: &str = "Use verification code 918273 for Riverton University authentication.";

/// One message as the gateway was given it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sent {
    kind: &'static str,
    to: String,
    language: String,
    prompt: Option<String>,
    body: String,
    /// The code alone, for gateways that play digits.
    code: Option<String>,
}

/// What the gateway was given, and whether it takes anything.
#[derive(Default)]
struct Gateway {
    sent: Mutex<Vec<Sent>>,
    is_down: Mutex<bool>,
}

impl Delivery for Gateway {
    fn send<'a>(&'a self, message: &'a Message) -> delivery::Answer<'a> {
        let sent = Sent {
            kind: message.kind.as_str(),
            to: message.to.expose_secret().to_owned(),
            language: message.language.clone(),
            prompt: message.prompt.clone(),
            body: message.body.expose_secret().to_owned(),
            code: message.code.as_ref().map(|code| code.expose_secret().to_owned()),
        };
        let is_down = *self.is_down.lock().unwrap();
        if !is_down {
            self.sent.lock().unwrap().push(sent);
        }
        Box::pin(async move {
            if is_down {
                return Err(NotSent::TryAgain { after: None, cause: "the gateway is down".into() });
            }
            Ok(Accepted { gateway: None, provider_id: None })
        })
    }

    fn probe(&self) -> delivery::Probe<'_> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// A server that takes requests, and the Microsoft that sends them.
struct Tenant {
    key: SigningKey,
    published: Published,
    recipient: Recipient,
    app: Arc<App>,
    router: Router,
    worker: Worker,
    gateway: Arc<Gateway>,
    clock: Arc<MovableClock>,
    /// Kept until the end.
    _folder: TempDir,
}

struct Reply {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Tenant {
    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let recipient = Recipient::new(folder.path(), start()).unwrap();
        Self::encrypting_to(recipient, folder, change).await
    }

    async fn encrypting_to(recipient: Recipient, folder: TempDir, change: impl FnOnce(&mut Config)) -> Self {
        latchkey_tests::install_provider();
        let key = SigningKey::new("key-1").unwrap();
        let published = Published::start(&[&key]).await.unwrap();
        let mut settings = demo::config().unwrap();
        settings.microsoft = config(&[&recipient], &published);
        change(&mut settings);
        let clock = Arc::new(MovableClock::at(start()));
        let keys = Arc::new(Keys::generate().unwrap());
        let store = Store::in_memory().await.unwrap();
        let hashing = Hashing::new(CHEAPEST, keys.mac(Use::Pepper, &[])).unwrap();
        let local = Local::new(store.clone(), hashing.clone(), settings.password.rules());
        let directory = Arc::new(local.sealing_with(Arc::clone(&keys))) as Arc<dyn Directory>;
        let section = settings.microsoft.clone().unwrap();
        let plan = section.plan(&settings.campus);
        let microsoft = Microsoft::open(&section, plan, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let shared = Arc::clone(&clock) as Arc<dyn Clock>;
        let parts = Parts { config: settings, keys, store, clock: shared, directory, hashing, tls: false };
        let app = App::new(parts).unwrap();
        let gateway = Arc::new(Gateway::default());
        let worker = Worker::new(Arc::clone(&app), Arc::clone(&gateway) as Arc<dyn Delivery>);
        let router = router_with(Arc::clone(&app), Some(Arc::new(microsoft)));
        Self { key, published, recipient, app, router, worker, gateway, clock, _folder: folder }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn token(&self) -> String {
        self.key.token(&self.key.header(), &claims(2, self.now())).unwrap()
    }

    /// What is encrypted, with some of it changed; `null` takes a field away.
    fn sealed(&self, changes: &Value) -> String {
        let mut context = json!({"nonce": "nonce-1", "phoneNumber": NUMBER, "message": MESSAGE, "locale": "en-US"});
        change(&mut context, changes);
        self.recipient.seal(&context).unwrap()
    }

    /// A whole request, with some of its envelope and of what is encrypted changed.
    fn body(&self, envelope_changes: &Value, context_changes: &Value) -> Value {
        let mut body = envelope(&self.sealed(context_changes));
        change(&mut body, envelope_changes);
        body
    }

    async fn post(&self, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let mut request = Request::post(PATH).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        Reply { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// A request with a good token, as an attempt of its own; one that is called as a number loses its plus, which is in
    /// no id of Microsoft's.
    async fn ask(&self, attempt: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {}", self.token());
        let attempt = attempt.replace('+', "");
        let headers = [("authorization", bearer.as_str()), ("x-ms-client-request-id", attempt.as_str())];
        self.post(&headers, body.to_string()).await
    }

    /// What the gateway has been given so far, once the worker has done what is due.
    async fn sent(&self) -> Vec<Sent> {
        self.worker.turn().await.unwrap();
        self.gateway.sent.lock().unwrap().clone()
    }
}

fn start() -> Timestamp {
    "2026-11-28T08:00:00Z".parse().unwrap()
}

fn change(value: &mut Value, changes: &Value) {
    for (name, new) in changes.as_object().unwrap() {
        if new.is_null() {
            value.as_object_mut().unwrap().remove(name);
        } else {
            value[name] = new.clone();
        }
    }
}
