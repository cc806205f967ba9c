//! A campus in memory: its server, its people, what was sent, and the clock.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use latchkey_delivery::ordered::{self, Ordered};
use latchkey_delivery::{self as delivery, Accepted, Delivery, Message, NotSent};
use latchkey_directory::{Directory, Entry};
use latchkey_server::App;
use latchkey_server::Parts;
use latchkey_server::Worker;
use latchkey_server::clock::{Clock, MovableClock};
use latchkey_server::commands::demo::{self, Account, CHEAPEST, Standing};
use latchkey_server::config::Config;
use latchkey_server::crypt::audit::Actor;
use latchkey_server::crypt::hashing::Hashing;
use latchkey_server::crypt::keys::{Keys, Use};
use latchkey_server::http::admin;
use latchkey_server::person::local::Local;
use latchkey_server::person::people;
use latchkey_server::router;
use latchkey_server::store::Store;
use latchkey_tests::campus::code_in;
use latchkey_tests::invariants::{self, Books};
use latchkey_tests::puzzle;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// How the gateway behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Gateway {
    #[default]
    Takes,
    /// It does not take the message, and may take it later.
    IsDown,
    /// It will never take the message.
    Refuses,
    /// It sends the message, and its answer is lost.
    LosesAnswers,
    /// It never answers.
    Hangs,
}

/// What was sent: how, where to, what, and the id of the message.
#[derive(Debug, Default)]
pub(super) struct Sent(Mutex<Vec<(String, String, String)>>, Mutex<Vec<String>>, Mutex<Gateway>);

impl Delivery for Sent {
    fn send<'a>(&'a self, message: &'a Message) -> delivery::Answer<'a> {
        let line = (
            message.kind.as_str().to_owned(),
            message.to.expose_secret().to_owned(),
            message.body.expose_secret().to_owned(),
        );
        let gateway = *self.2.lock().unwrap();
        if matches!(gateway, Gateway::Takes | Gateway::LosesAnswers) {
            self.0.lock().unwrap().push(line);
            self.1.lock().unwrap().push(message.id.clone());
        }
        Box::pin(async move {
            match gateway {
                Gateway::Takes => Ok(Accepted { gateway: None, provider_id: Some("provider-1".to_owned()) }),
                Gateway::IsDown => Err(NotSent::TryAgain { after: None, cause: "the gateway is down".into() }),
                Gateway::Refuses => Err(NotSent::Refused("no such number".into())),
                Gateway::LosesAnswers => Err(NotSent::AnswerLost("the connection was cut".into())),
                Gateway::Hangs => std::future::pending().await,
            }
        })
    }

    fn probe(&self) -> delivery::Probe<'_> {
        Box::pin(std::future::ready(Ok(())))
    }
}

pub(super) struct World {
    pub(super) app: Arc<App>,
    pub(super) clock: Arc<MovableClock>,
    pub(super) people: Vec<Account>,
    pub(super) local: Arc<Local>,
    pub(super) worker: Worker,
    /// Whether the worker does what is due after each request; else the test has it do that.
    pub(super) worker_follows: bool,
    sent: Arc<Sent>,
    router: Router,
}

/// A flow as its app holds it.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) token: String,
    pub(super) flow: Value,
    /// What was given last as the current password.
    pub(super) current_password: Option<String>,
}

impl Held {
    pub(super) fn revision(&self) -> u64 {
        self.flow["revision"].as_u64().unwrap()
    }

    pub(super) fn step(&self) -> &str {
        self.flow["step"].as_str().unwrap()
    }
}

pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
    pub(super) bytes: Vec<u8>,
}

impl Reply {
    pub(super) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

impl World {
    pub(super) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A campus with other settings; hashing is the cheapest, since nothing here is about its cost.
    pub(super) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(Store::in_memory().await.unwrap(), change, |local| local as Arc<dyn Directory>).await
    }

    /// The same with another directory before the accounts.
    pub(super) async fn over(
        change: impl FnOnce(&mut Config),
        directory: impl FnOnce(Arc<Local>) -> Arc<dyn Directory>,
    ) -> Self {
        Self::on(Store::in_memory().await.unwrap(), change, directory).await
    }

    /// The same on a database of its own.
    pub(super) async fn on(
        store: Store,
        change: impl FnOnce(&mut Config),
        directory: impl FnOnce(Arc<Local>) -> Arc<dyn Directory>,
    ) -> Self {
        let world = Self::made(store, change, directory);
        let App { store, keys, hashing, .. } = &*world.app;
        for person in &world.people {
            let name = person.account.as_str();
            let standing =
                Standing { locked: name == "locked", disabled: name == "disabled", privileged: name == "root" };
            demo::add(store, keys, hashing, &world.local, person, standing).await.unwrap();
        }
        world
    }

    /// Puts a campus together, of whose people nobody is in a directory yet.
    fn made(
        store: Store,
        change: impl FnOnce(&mut Config),
        directory: impl FnOnce(Arc<Local>) -> Arc<dyn Directory>,
    ) -> Self {
        let mut config = demo::config().unwrap();
        (config.limits.human_check_work, config.limits.human_check_work_at_most) = (20, 20);
        // Only tests of time itself wait for it.
        config.limits.answer_step_milliseconds = 0;
        change(&mut config);
        let keys = Arc::new(Keys::generate().unwrap());
        let clock = Arc::new(MovableClock::at("2026-11-24T08:00:00Z".parse().unwrap()));
        let hashing = Hashing::new(CHEAPEST, keys.mac(Use::Pepper, &[])).unwrap();
        let local = Local::new(store.clone(), hashing.clone(), config.password.rules());
        let local = Arc::new(local.sealing_with(Arc::clone(&keys)).timed_by(Arc::clone(&clock) as Arc<dyn Clock>));
        let mut people = demo::cast().unwrap();
        for (name, like) in [("disabled", 1), ("root", 1)] {
            people.push(Account { account: name.to_owned(), ..people[like].clone() });
        }
        // Somebody who has not set anything up.
        people.push(Account { account: "nova".to_owned(), methods: Vec::new(), ..people[1].clone() });
        let sent = Arc::new(Sent::default());
        let parts = Parts {
            config,
            keys,
            store,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            directory: directory(Arc::clone(&local)),
            hashing,
            tls: false,
        };
        let app = App::new(parts).unwrap();
        let worker = Worker::new(Arc::clone(&app), Arc::clone(&sent) as Arc<dyn Delivery>);
        let router = router(Arc::clone(&app));
        Self { router, app, local, worker, worker_follows: true, clock, people, sent }
    }

    /// A campus before a directory that is not the server's own: of the people of the demonstration those are set up whom
    /// it has, and no limit is what is looked at.
    pub(super) async fn before(directory: Arc<dyn Directory>) -> Self {
        Self::before_with(directory, |_| {}).await
    }

    /// The same with other settings.
    pub(super) async fn before_with(directory: Arc<dyn Directory>, change: impl FnOnce(&mut Config)) -> Self {
        let unlimited = |config: &mut Config| {
            let limits = &mut config.limits;
            (limits.sends_per_method_per_day, limits.sends_per_destination_per_day) = (1 << 30, 1 << 30);
            (limits.starts_per_day, limits.starts_per_hour, limits.breaker_codes) = (1 << 30, 1 << 30, 1 << 30);
            (limits.sends_per_prefix_per_hour, limits.sends_per_ten_minutes) = (1 << 30, 1 << 30);
            limits.notices_per_hour = 1 << 30;
            change(config);
        };
        Self::before_with_people(directory, unlimited, |_| {}).await
    }

    /// The same with other people, each of whom is set up if the directory has them.
    pub(super) async fn before_with_people(
        directory: Arc<dyn Directory>,
        change: impl FnOnce(&mut Config),
        people: impl FnOnce(&mut Vec<Account>),
    ) -> Self {
        let mut world = Self::made(Store::in_memory().await.unwrap(), change, |_| directory);
        people(&mut world.people);
        world.worker.take_up().await.unwrap();
        world.worker.turn().await.unwrap();
        for person in &world.people {
            let mut tx = world.app.store.begin().await.unwrap();
            let known = people::named(&mut tx, &person.account).await.unwrap();
            drop(tx);
            let Some(known) = known else { continue };
            let App { store, keys, hashing, .. } = &*world.app;
            demo::set_up(store, keys, hashing, &known.id, person).await.unwrap();
        }
        // Decoys look like them once they are counted again.
        world.wait(24 * 60 * 60);
        world.worker.turn().await.unwrap();
        world
    }

    /// A request and its answer; afterwards the worker has done what is due, if it follows.
    pub(super) async fn send(&self, request: Request<Body>) -> Reply {
        let reply = self.send_alone(request).await;
        if self.worker_follows && !self.app.store.pool().is_closed() {
            self.worker.turn().await.unwrap();
        }
        reply
    }

    /// A request and its answer, and no worker.
    pub(super) async fn send_alone(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap().to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        Reply { status: parts.status.as_u16(), headers: parts.headers, body, bytes }
    }

    pub(super) async fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Reply {
        self.send(post(path, token, body.to_string(), None)).await
    }

    pub(super) async fn human_check(&self) -> Value {
        Self::solved(&self.post("/v1/human-checks", None, &json!({"kind": "proof_of_work"})).await)
    }

    fn solved(check: &Reply) -> Value {
        assert_eq!(check.status, 201);
        puzzle::solved(&check.body).unwrap()
    }

    /// The same without the worker.
    pub(super) async fn human_check_alone(&self) -> Value {
        let asked = post("/v1/human-checks", None, json!({"kind": "proof_of_work"}).to_string(), None);
        Self::solved(&self.send_alone(asked).await)
    }

    pub(super) async fn ask_to_start(&self, intent: &str, account: &str) -> Reply {
        self.ask_to_start_on(intent, account, None).await
    }

    /// The same on a workstation that may have a token.
    pub(super) async fn ask_to_start_on(&self, intent: &str, account: &str, device: Option<&str>) -> Reply {
        let check = self.human_check().await;
        let mut body = json!({"intent": intent, "account": account, "human_check": check, "language": "en"});
        if let Some(device) = device {
            body["device"] = json!(device);
        }
        self.post("/v1/flows", None, &body).await
    }

    pub(super) async fn start(&self, intent: &str, account: &str) -> Held {
        let started = self.ask_to_start(intent, account).await;
        assert_eq!(started.status, 201, "{}", started.body);
        let token = started.body["token"].as_str().unwrap().to_owned();
        Held { token, flow: started.body["flow"].clone(), current_password: None }
    }

    /// A call of a flow; the held flow moves on to whatever the answer shows.
    pub(super) async fn act(&self, held: &mut Held, call: &str, mut body: Value) -> Reply {
        body["revision"] = json!(held.revision());
        let key = (call == "password").then(|| uuid::Uuid::new_v4().to_string());
        if call == "password" && held.flow["intent"] == "change" && body.get("current_password").is_none() {
            body["current_password"] = json!(held.current_password.clone().unwrap_or_default());
        }
        if let Some(current) = body.get("current_password").and_then(Value::as_str) {
            held.current_password = Some(current.to_owned());
        }
        let path = format!("/v1/flow/{call}");
        let reply = self.send(post(&path, Some(&held.token), body.to_string(), key.as_deref())).await;
        let shown = if reply.status == 200 { &reply.body } else { &reply.body["flow"] };
        if shown.is_object() {
            held.flow = shown.clone();
        }
        reply
    }

    pub(super) async fn show(&self, held: &mut Held) -> Reply {
        let request = Request::get("/v1/flow").header("authorization", format!("Bearer {}", held.token));
        let reply = self.send(request.body(Body::empty()).unwrap()).await;
        if reply.status == 200 {
            held.flow = reply.body.clone();
        }
        reply
    }

    /// Asks for a method, with the number or address that its owner would type.
    pub(super) async fn ask(&self, held: &mut Held, account: &str, method: &str) -> Reply {
        let destination = self.person(account).and_then(|person| {
            let found = person.methods.iter().find(|known| known.method.as_str() == method)?;
            found.destination.clone()
        });
        self.act(held, "challenge", json!({"method": method, "destination": destination})).await
    }

    pub(super) fn person(&self, account: &str) -> Option<&Account> {
        self.people.iter().find(|person| person.account == account)
    }

    /// What proves the method that the flow asks for.
    pub(super) fn right_proof(&self, held: &Held, account: &str) -> Value {
        let person = self.person(account).unwrap();
        let method = held.flow["prove"]["method"].as_str().unwrap();
        let of = |name: &str| person.methods.iter().find(|known| known.method.as_str() == name).unwrap();
        match method {
            "text_mobile" => json!({"code": self.last_code("text")}),
            "call_mobile" | "call_office" => json!({"code": self.last_code("call")}),
            "email" => json!({"code": self.last_code("email")}),
            "totp" => json!({"code": self.totp(of("totp").secret.as_deref().unwrap(), 0)}),
            "questions" => json!({"answers": of("questions").answers}),
            other => panic!("nothing proves {other}"),
        }
    }

    /// Asks for a method and proves it.
    pub(super) async fn pass(&self, held: &mut Held, account: &str, method: &str) {
        let asked = self.ask(held, account, method).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        let proof = self.right_proof(held, account);
        let passed = self.act(held, "proof", proof).await;
        assert_eq!(passed.status, 200, "{}", passed.body);
    }

    /// Starts setting up and passes what is asked for: the current password, and this method if there is one.
    pub(super) async fn register(&self, account: &str, method: Option<&str>) -> Held {
        let mut held = self.start("register", account).await;
        self.prove_again(&mut held, account, method).await;
        held
    }

    /// Passes what the intents ask for that begin with the current password.
    pub(super) async fn prove_again(&self, held: &mut Held, account: &str, method: Option<&str>) {
        let password = self.person(account).unwrap().password.clone();
        let proven = self.act(held, "proof", json!({"current_password": password})).await;
        assert_eq!(proven.status, 200, "{}", proven.body);
        if let Some(method) = method {
            self.pass(held, account, method).await;
        }
        assert_eq!(held.step(), "manage");
    }

    /// Sets up a number or address: typed, and confirmed by the code that came.
    pub(super) async fn set_up(&self, held: &mut Held, means: &str, method: &str, destination: &str) {
        let body = json!({"means": means, "method": method, "destination": destination});
        let asked = self.act(held, "methods", body).await;
        assert_eq!(asked.status, 200, "{}", asked.body);
        let code = match method {
            "text_mobile" => self.last_code("text"),
            "email" => self.last_code("email"),
            _ => self.last_spoken(),
        };
        let confirmed = self.confirm(held, json!({"code": code})).await;
        assert_eq!(confirmed.status, 200, "{}", confirmed.body);
    }

    /// Confirms what is pending.
    pub(super) async fn confirm(&self, held: &mut Held, body: Value) -> Reply {
        let id = held.flow["manage"]["pending"]["id"].as_str().unwrap_or("none").to_owned();
        self.act(held, &format!("methods/{id}/confirm"), body).await
    }

    /// Sets up recovery codes and says that they are kept.
    pub(super) async fn recovery_codes(&self, held: &mut Held) -> Vec<String> {
        let made = self.act(held, "methods", json!({"means": "recovery_codes"})).await;
        assert_eq!(made.status, 200, "{}", made.body);
        let codes = made.body["shown"]["recovery_codes"].as_array().unwrap().clone();
        assert_eq!(self.confirm(held, json!({})).await.status, 200);
        codes.into_iter().map(|code| code.as_str().unwrap().to_owned()).collect()
    }

    /// The id of what is registered of these means.
    pub(super) fn id_of(held: &Held, means: &str) -> String {
        let registered = held.flow["manage"]["registered"].as_array().unwrap();
        let found = registered.iter().find(|found| found["means"] == means).unwrap();
        found["id"].as_str().unwrap().to_owned()
    }

    /// The code of an authenticator.
    pub(super) fn totp(&self, seed: &str, seconds_from_now: i64) -> String {
        let seed = totp_rs::Secret::try_from_base32(seed).unwrap();
        let totp = totp_rs::Builder::new().with_secret(seed).build().unwrap();
        let at = self.clock.now().as_second() + seconds_from_now;
        totp.generate(u64::try_from(at).unwrap()).to_string()
    }

    /// The notices that were sent: to whom, and the code in each.
    pub(super) fn notices(&self) -> Vec<(String, String)> {
        let sent = self.sent().into_iter().filter(|(_, _, body)| body.contains("just"));
        sent.map(|(_, to, body)| (to, notice_code(&body))).collect()
    }

    pub(super) async fn not_me(&self, code: &str) -> Reply {
        let check = self.human_check().await;
        self.post("/v1/not-me", None, &json!({"code": code, "human_check": check})).await
    }

    /// The digits of the last call.
    fn last_spoken(&self) -> String {
        let sent = self.sent();
        let (_, _, body) = sent.iter().rev().find(|(kind, _, _)| kind == "call").unwrap();
        let spoken = body.split("Again").next().unwrap().replace(", ", "");
        spoken.chars().filter(char::is_ascii_digit).collect()
    }

    /// Starts a reset and passes both gates.
    pub(super) async fn through_gates(&self, account: &str) -> Held {
        let mut held = self.start("reset", account).await;
        self.pass(&mut held, account, "text_mobile").await;
        self.pass(&mut held, account, "email").await;
        assert_eq!(held.step(), "set_password");
        held
    }

    pub(super) fn sent(&self) -> Vec<(String, String, String)> {
        self.sent.0.lock().unwrap().clone()
    }

    /// Throws away what was sent, where nobody will look for it.
    pub(super) fn forget_sent(&self) {
        self.sent.0.lock().unwrap().clear();
        self.sent.1.lock().unwrap().clear();
    }

    /// Takes the gateway down, or up again.
    pub(super) fn break_delivery(&self, down: bool) {
        self.set_gateway(if down { Gateway::IsDown } else { Gateway::Takes });
    }

    pub(super) fn set_gateway(&self, gateway: Gateway) {
        *self.sent.2.lock().unwrap() = gateway;
    }

    /// The ids of the messages that were sent, one for each time.
    pub(super) fn sent_ids(&self) -> Vec<String> {
        self.sent.1.lock().unwrap().clone()
    }

    /// How many messages of a purpose stand in a state.
    pub(super) async fn messages(&self, purpose: &str, state: &str) -> i64 {
        let (count,): (i64,) = sqlx::query_as("SELECT count(*) FROM messages WHERE purpose = ? AND state = ?")
            .bind(purpose)
            .bind(state)
            .fetch_one(self.app.store.pool())
            .await
            .unwrap();
        count
    }

    /// The digits of the last message of a kind.
    pub(super) fn last_code(&self, kind: &str) -> String {
        let sent = self.sent();
        let of_kind = sent.iter().rev().filter(|(sent, _, body)| sent == kind && !body.contains("just"));
        of_kind.filter_map(|(_, _, body)| code_in(body)).next().unwrap()
    }

    /// How often the account's password was set.
    pub(super) async fn writes(&self, account: &str) -> i64 {
        let row: (i64,) = sqlx::query_as("SELECT password_version - 1 FROM directory_accounts WHERE account = ?")
            .bind(account)
            .fetch_one(self.app.store.pool())
            .await
            .unwrap();
        row.0
    }

    pub(super) async fn signs_in(&self, account: &str, password: &str) -> bool {
        let id = self.id(account).await;
        self.app.directory.verify_current(Some(&id), &password.into()).await.unwrap().proves()
    }

    /// The stable id of an account.
    pub(super) async fn id(&self, account: &str) -> String {
        let mut tx = self.app.store.begin().await.unwrap();
        people::named(&mut tx, account).await.unwrap().unwrap().id
    }

    /// The account as the directory has it.
    pub(super) async fn entry(&self, account: &str) -> Entry {
        let id = self.id(account).await;
        self.app.directory.entry(&id).await.unwrap().unwrap()
    }

    /// Adds somebody like grace with another mobile number.
    pub(super) async fn newcomer(&self, name: &str, number: &str) {
        let mut person = self.person("grace").unwrap().clone();
        name.clone_into(&mut person.account);
        for method in &mut person.methods {
            if method.method.as_str() == "text_mobile" {
                method.destination = Some(number.to_owned());
            }
        }
        let of = &self.app;
        let standing = Standing { locked: false, disabled: false, privileged: false };
        demo::add(&of.store, &of.keys, &of.hashing, &self.local, &person, standing).await.unwrap();
    }

    /// What the audit says last.
    pub(super) async fn last_audit(&self) -> (String, String) {
        sqlx::query_as("SELECT event, outcome FROM audit ORDER BY id DESC LIMIT 1")
            .fetch_one(self.app.store.pool())
            .await
            .unwrap()
    }

    /// Another worker on the same database, as after a start.
    pub(super) fn another_worker(&self) -> Worker {
        Worker::new(Arc::clone(&self.app), Arc::clone(&self.sent) as Arc<dyn Delivery>)
    }

    /// A worker of another server on the same database, with this gateway.
    pub(super) fn worker_of(&self, app: Arc<App>) -> Worker {
        Worker::new(app, Arc::clone(&self.sent) as Arc<dyn Delivery>)
    }

    /// Has a message go by the second of two gateways, and operators see so.
    pub(super) async fn gateways_fail_over(&self) {
        self.set_gateway(Gateway::IsDown);
        let second = Arc::new(Sent::default());
        let gateway = |name: &str, sent: &Arc<Sent>| ordered::Gateway {
            name: name.to_owned(),
            kinds: delivery::Kind::ALL.to_vec(),
            regions: Vec::new(),
            delivery: Arc::clone(sent) as Arc<dyn Delivery>,
        };
        let both = Arc::new(Ordered::new(vec![gateway("first", &self.sent), gateway("second", &second)]));
        let mut held = self.start("reset", "ada").await;
        self.ask(&mut held, "ada", "text_mobile").await;
        self.wait(10);
        let worker = Worker::new(Arc::clone(&self.app), Arc::clone(&both) as Arc<dyn Delivery>);
        worker.turn().await.unwrap();
        self.set_gateway(Gateway::Takes);
        let served = self.metrics_of(both).await;
        for series in [
            "latchkey_failovers_total{kind=\"text\",gateway=\"first\"} 1",
            "latchkey_gateway_answers_total{gateway=\"first\",answer=\"not_taken\"} 1",
            "latchkey_gateway_answers_total{gateway=\"second\",answer=\"accepted\"} 1",
            "latchkey_messages_ended_total{kind=\"text\",purpose=\"code\",gateway=\"second\",outcome=\"accepted\"} 1",
        ] {
            assert!(served.lines().any(|line| line == series), "{series}\n{served}");
        }
    }

    /// What operators are served.
    pub(super) async fn metrics(&self) -> String {
        self.metrics_of(Arc::clone(&self.sent) as Arc<dyn Delivery>).await
    }

    async fn metrics_of(&self, delivery: Arc<dyn Delivery>) -> String {
        let router = admin::router(Arc::clone(&self.app), delivery);
        let response = router.oneshot(Request::get("/metrics").body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// What has to hold after every fault; the last step of each test in which something fails.
    pub(super) async fn holds(&self) -> Books {
        let accounts = invariants::of_local(&self.app.store).await.unwrap();
        invariants::hold(&self.app.store, &self.app.keys, &accounts).await.unwrap()
    }

    pub(super) fn wait(&self, seconds: i64) {
        self.clock.advance(jiff::SignedDuration::from_secs(seconds));
    }
}

/// Somebody at the helpdesk.
pub(super) fn by() -> Actor {
    Actor::new("m. jones", "ticket 4711").unwrap()
}

/// The code of 16 characters in a notice, written in groups or spelled by a voice, or nothing.
pub(super) fn notice_code(body: &str) -> String {
    if let Some(word) = body.split_whitespace().find(|word| word.len() == 19 && word.matches('-').count() == 3) {
        return word.to_owned();
    }
    // A voice says character after character, in pairs.
    let spelled: Vec<&str> = body.split_whitespace().filter(|word| *word != "…").collect();
    let said = |word: &&str| word.len() == 1 && word.chars().all(|c| c.is_ascii_digit() || c.is_ascii_uppercase());
    let from = spelled.iter().position(|word| *word == "Type").map_or(0, |at| at + 1);
    spelled.iter().skip(from).take_while(|word| said(word)).copied().collect()
}

pub(super) fn post(path: &str, token: Option<&str>, body: String, key: Option<&str>) -> Request<Body> {
    let mut request = Request::post(path).header("content-type", "application/json");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    request.body(Body::from(body)).unwrap()
}
