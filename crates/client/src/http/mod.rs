//! The calls of the SSPR API, one function each.
//!
//! TLS by the system's trust store and the policy's own authority, no redirects, no cookies, the proxy of the policy. The
//! token of the flow lives here and nowhere else.

mod lost;

use std::time::Duration;

use latchkey_api::campus::Campus;
use latchkey_api::flow::{
    AddMeans, Answered, Cancel, Challenge, CheckMeans, ConfirmMeans, DeviceGiven, Extend, Feedback, Finish, Flow,
    Intent, NewPassword, NotMe, NotMeDone, Proof, RememberDevice, RemoveMeans, StartFlow, Started,
};
use latchkey_api::human_check::{AskHumanCheck, HumanCheck, Kind, Puzzle, Solution};
use latchkey_api::problem::{Code, Problem};
use latchkey_api::reminders::Reminders;
use latchkey_flow::Failure;
use latchkey_flow::screen::Lost;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use reqwest::{Certificate, Client, Method as Verb, RequestBuilder, StatusCode, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use zeroize::Zeroizing;

use self::lost::{cause, lost};
use crate::proxy;
use crate::settings::{Proxy, Settings, is_loopback};

const CONNECT: Duration = Duration::from_secs(5);
/// A directory is given 10 s by the server; the answer has to get here too.
const ANSWER: Duration = Duration::from_secs(20);
/// The largest answer is a human check that is spoken.
const LARGEST: usize = 1024 * 1024;

/// A connection to one server and, once started, one flow.
#[derive(Clone)]
pub struct Http {
    client: Client,
    server: Url,
    token: Option<SecretString>,
}

/// No client can be made: the settings or the system's trust store are broken.
#[derive(Debug, thiserror::Error)]
#[error("no connection can be made: {0}")]
pub struct NoClient(String);

impl Http {
    /// Makes a client for the server of the settings.
    ///
    /// # Errors
    /// When the address is none, the policy's authority is no certificate, or the system's trust store cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, NoClient> {
        let server = Url::parse(&settings.server).map_err(|error| NoClient(error.to_string()))?;
        let client = client(settings, &server).map_err(|error| NoClient(cause(&error)))?;
        Ok(Self { client, server, token: None })
    }

    /// `GET /v1/campus`
    ///
    /// # Errors
    /// As for every call: what the server refused, or that no answer came.
    pub async fn campus(&self) -> Result<Campus, Failure> {
        self.call(self.request(Verb::GET, "/v1/campus")).await
    }

    /// `POST /v1/human-checks` for characters, spoken in this language.
    ///
    /// # Errors
    /// As for every call.
    pub async fn characters(&self, language: String) -> Result<HumanCheck, Failure> {
        let asked = AskHumanCheck { kind: Kind::Characters, language: Some(language) };
        self.call(self.post("/v1/human-checks", &asked)?).await
    }

    /// Starts a flow and keeps its token; without a `solution` it solves a human check first. The token of a known
    /// `device` goes with it, and the one to keep in its place comes back where the server knew it.
    ///
    /// # Errors
    /// As for every call.
    pub async fn start(
        &mut self,
        intent: Intent,
        account: String,
        language: String,
        solution: Option<Solution>,
        device: Option<SecretString>,
    ) -> Result<(Flow, Option<SecretString>), Failure> {
        let human_check = match solution {
            Some(solution) => solution,
            None => self.work().await?,
        };
        let start = StartFlow { intent, account, human_check, language: Some(language), device };
        let started: Started = self.call(self.post("/v1/flows", &start)?).await?;
        self.token = Some(started.token);
        Ok((started.flow, started.device))
    }

    /// `GET /v1/flow`
    ///
    /// # Errors
    /// As for every call.
    pub async fn look(&self) -> Result<Answered, Failure> {
        self.call(self.request(Verb::GET, "/v1/flow")).await
    }

    /// `POST /v1/flow/challenge`
    ///
    /// # Errors
    /// As for every call.
    pub async fn challenge(&self, challenge: &Challenge) -> Result<Answered, Failure> {
        self.call(self.post("/v1/flow/challenge", challenge)?).await
    }

    /// `POST /v1/flow/proof`; the answer may have a recovery code in place of the one that was used.
    ///
    /// # Errors
    /// As for every call.
    pub async fn prove(&self, proof: &Proof) -> Result<Answered, Failure> {
        self.call(self.post("/v1/flow/proof", proof)?).await
    }

    /// `POST /v1/flow/password`; the same operation never sets a password twice.
    ///
    /// # Errors
    /// As for every call. After [`Failure::Lost`], ask [`Http::look`].
    pub async fn set_password(&self, password: &NewPassword, operation: Uuid) -> Result<Answered, Failure> {
        let request = self.post("/v1/flow/password", password)?.header("Idempotency-Key", operation.to_string());
        self.call(request).await
    }

    /// `POST /v1/flow/methods`; the answer has the secret that the server made, this once.
    ///
    /// # Errors
    /// As for every call.
    pub async fn add_means(&self, add: &AddMeans) -> Result<Answered, Failure> {
        self.call(self.post("/v1/flow/methods", add)?).await
    }

    /// `POST /v1/flow/methods/{id}/confirm`
    ///
    /// # Errors
    /// As for every call.
    pub async fn confirm_means(&self, id: &str, confirm: &ConfirmMeans) -> Result<Answered, Failure> {
        self.call(self.post_to(&["v1", "flow", "methods", id, "confirm"], confirm)?).await
    }

    /// `POST /v1/flow/methods/{id}/check`
    ///
    /// # Errors
    /// As for every call.
    pub async fn check_means(&self, id: &str, check: &CheckMeans) -> Result<Answered, Failure> {
        self.call(self.post_to(&["v1", "flow", "methods", id, "check"], check)?).await
    }

    /// `POST /v1/flow/methods/{id}/remove`
    ///
    /// # Errors
    /// As for every call.
    pub async fn remove_means(&self, id: &str, remove: &RemoveMeans) -> Result<Answered, Failure> {
        self.call(self.post_to(&["v1", "flow", "methods", id, "remove"], remove)?).await
    }

    /// `POST /v1/flow/finish`
    ///
    /// # Errors
    /// As for every call.
    pub async fn finish(&self, revision: u32) -> Result<Answered, Failure> {
        self.call(self.post("/v1/flow/finish", &Finish { revision })?).await
    }

    /// `POST /v1/flow/device`: the token by which this workstation is known from now on.
    ///
    /// # Errors
    /// As for every call.
    pub async fn remember_device(&self, revision: u32) -> Result<SecretString, Failure> {
        let given: DeviceGiven = self.call(self.post("/v1/flow/device", &RememberDevice { revision })?).await?;
        Ok(given.token)
    }

    /// `GET /v1/reminders`: how the account stands that knows this workstation by its token.
    ///
    /// # Errors
    /// As for every call.
    pub async fn reminders(&self, device: &SecretString) -> Result<Reminders, Failure> {
        let mut url = self.server.clone();
        url.set_path("/v1/reminders");
        let bearer = bearer(device).ok_or(NO_ANSWER)?;
        self.call(self.bare(Verb::GET, url).header(AUTHORIZATION, bearer)).await
    }

    /// `POST /v1/flow/feedback`
    ///
    /// # Errors
    /// As for every call.
    pub async fn feedback(&self, feedback: &Feedback) -> Result<(), Failure> {
        self.answer(self.post("/v1/flow/feedback", feedback)?).await.map(drop)
    }

    /// `POST /v1/not-me`, after a human check that the app solves.
    ///
    /// # Errors
    /// As for every call.
    pub async fn not_me(&self, code: SecretString) -> Result<NotMeDone, Failure> {
        let human_check = self.work().await?;
        self.call(self.post("/v1/not-me", &NotMe { code, human_check })?).await
    }

    /// `POST /v1/flow/extend`
    ///
    /// # Errors
    /// As for every call.
    pub async fn extend(&self, revision: u32) -> Result<Answered, Failure> {
        self.call(self.post("/v1/flow/extend", &Extend { revision })?).await
    }

    /// `POST /v1/flow/cancel`
    ///
    /// # Errors
    /// As for every call.
    pub async fn cancel(&self, revision: u32) -> Result<Answered, Failure> {
        self.call(self.post("/v1/flow/cancel", &Cancel { revision })?).await
    }

    /// Solves a human check that nobody sees.
    async fn work(&self) -> Result<Solution, Failure> {
        let asked = AskHumanCheck { kind: Kind::ProofOfWork, language: None };
        let check: HumanCheck = self.call(self.post("/v1/human-checks", &asked)?).await?;
        let puzzle = check.puzzle.ok_or(NO_ANSWER)?;
        let answer = tokio::task::spawn_blocking(move || solve(&puzzle)).await.ok().flatten().ok_or(NO_ANSWER)?;
        Ok(Solution { id: check.id, answer: answer.to_string() })
    }

    fn request(&self, verb: Verb, path: &str) -> RequestBuilder {
        let mut url = self.server.clone();
        url.set_path(path);
        self.request_to(verb, url)
    }

    fn request_to(&self, verb: Verb, url: Url) -> RequestBuilder {
        let request = self.bare(verb, url);
        match self.token.as_ref().and_then(bearer) {
            Some(bearer) => request.header(AUTHORIZATION, bearer),
            None => request,
        }
    }

    /// A request without the token of the flow.
    fn bare(&self, verb: Verb, url: Url) -> RequestBuilder {
        self.client.request(verb, url).header(USER_AGENT, concat!("latchkey/", env!("CARGO_PKG_VERSION")))
    }

    fn post(&self, path: &str, body: &impl Serialize) -> Result<RequestBuilder, Failure> {
        with_body(self.request(Verb::POST, path), body)
    }

    /// Posts to a path with parts that the server has named; each stays one part, whatever is in it.
    fn post_to(&self, parts: &[&str], body: &impl Serialize) -> Result<RequestBuilder, Failure> {
        let mut url = self.server.clone();
        url.path_segments_mut().map_err(|()| NO_ANSWER)?.clear().extend(parts);
        with_body(self.request_to(Verb::POST, url), body)
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let (status, body) = self.answer(request).await?;
        serde_json::from_slice(&body).map_err(|_| not_ours(status))
    }

    /// The body of an answer that is a success.
    async fn answer(&self, request: RequestBuilder) -> Result<(StatusCode, Zeroizing<Vec<u8>>), Failure> {
        let mut response = request.send().await.map_err(|error| lost(&error))?;
        let status = response.status();
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
            if body.len() + chunk.len() > LARGEST {
                tracing::warn!(%status, "an answer is too long to be one of the server's");
                return Err(NO_ANSWER);
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return Ok((status, body));
        }
        Err(serde_json::from_slice::<Problem>(&body).map_or_else(|_| not_ours(status), of_problem))
    }
}

fn client(settings: &Settings, server: &Url) -> reqwest::Result<Client> {
    let authorities = match &settings.ca {
        Some(pem) => Certificate::from_pem_bundle(pem.as_bytes())?,
        None => Vec::new(),
    };
    let builder = Client::builder()
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        .redirect(redirect::Policy::none())
        .https_only(server.scheme() == "https")
        .tls_certs_merge(authorities);
    let proxy = if is_loopback(server) { &Proxy::None } else { &settings.proxy };
    proxy::set(builder, proxy)?.build()
}

const NO_ANSWER: Failure = Failure::Lost(Lost::Network);

fn with_body(request: RequestBuilder, body: &impl Serialize) -> Result<RequestBuilder, Failure> {
    let body = serde_json::to_vec(body).map_err(|_| NO_ANSWER)?;
    Ok(request.header(CONTENT_TYPE, "application/json").body(body))
}

/// Something between us and the server is down for now: worth another try, like no answer at all.
fn of_problem(problem: Problem) -> Failure {
    let nothing_known = problem.flow.is_none() && problem.code == Code::Internal;
    if nothing_known { NO_ANSWER } else { Failure::Refused(Box::new(problem)) }
}

/// A captive portal, a proxy's error page: nothing that the server said.
fn not_ours(status: StatusCode) -> Failure {
    tracing::warn!(%status, "an answer is not one of the server's");
    NO_ANSWER
}

fn bearer(token: &SecretString) -> Option<HeaderValue> {
    let text = Zeroizing::new(format!("Bearer {}", token.expose_secret()));
    let mut value = HeaderValue::from_str(&text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn solve(puzzle: &Puzzle) -> Option<u64> {
    if puzzle.algorithm != "SHA-256" {
        return None;
    }
    let algorithm = altcha_lib_rs::algorithm::AltchaAlgorithm::Sha256;
    altcha_lib_rs::solve_challenge(&puzzle.challenge, &puzzle.salt, Some(algorithm), Some(puzzle.max_number), 0).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use latchkey_api::flow::Method;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;

    fn settings(lines: &str) -> Settings {
        toml::from_str(lines).expect("settings")
    }

    pub(crate) fn http(lines: &str) -> Result<Http, NoClient> {
        // Another test may have been first.
        drop(rustls::crypto::ring::default_provider().install_default());
        Http::new(&settings(lines))
    }

    pub(crate) async fn here() -> (TcpListener, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        (listener, address)
    }

    /// Reads a request that is one write, and answers it.
    pub(crate) async fn answer(listener: &TcpListener, status: &str, body: &str) -> String {
        let (mut caller, _): (TcpStream, _) = listener.accept().await.expect("a caller");
        let mut request = vec![0; 16 * 1024];
        let length = caller.read(&mut request).await.expect("a request");
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
        caller.write_all(format!("{head}{body}").as_bytes()).await.expect("an answer");
        String::from_utf8_lossy(&request[..length]).into_owned()
    }

    #[tokio::test]
    async fn a_call_goes_by_the_proxy_of_the_policy() {
        // H17
        let (proxy, address) = here().await;
        let http = http(&format!("server = 'https://sspr.example.edu'\nproxy = '{address}'")).expect("a client");
        let (called, asked) = tokio::join!(http.campus(), answer(&proxy, "502 Bad Gateway", ""));
        assert!(asked.starts_with("CONNECT sspr.example.edu:443 "), "{asked}");
        assert!(matches!(called, Err(Failure::Lost(Lost::Network))));
    }

    #[tokio::test]
    async fn what_a_refusal_says_of_when_and_how_else_comes_through() {
        let (server, address) = here().await;
        let http = http(&format!("server = '{address}'")).expect("a client");
        let problem = r#"{"type":"urn:latchkey:problem:rate_limited","title":"","status":429,"code":"rate_limited",
            "retry_after":90,"instead":["recovery_code"]}"#;
        let (called, _) = tokio::join!(http.campus(), answer(&server, "429 Too Many Requests", problem));
        let Err(Failure::Refused(problem)) = called else { panic!("{called:?}") };
        assert_eq!((problem.retry_after, problem.instead), (Some(90), vec![Method::RecoveryCode]));
    }

    #[tokio::test]
    async fn a_workstation_is_made_known_at_the_revision_that_it_has_seen() {
        let (server, address) = here().await;
        let http = http(&format!("server = '{address}'")).expect("a client");
        let given = r#"{"token":"a new token","expires_at":"2027-05-01T00:00:00Z"}"#;
        let (given, asked) = tokio::join!(http.remember_device(7), answer(&server, "201 Created", given));
        assert!(asked.starts_with("POST /v1/flow/device ") && asked.ends_with(r#"{"revision":7}"#), "{asked}");
        assert_eq!(given.expect("given").expose_secret(), "a new token");
    }

    #[tokio::test]
    async fn a_known_workstation_asks_by_its_own_token() {
        let (server, address) = here().await;
        let http = http(&format!("server = '{address}'")).expect("a client");
        let body = r#"{"now":"2027-05-01T00:00:00Z","password_changed_at":"2027-04-01T10:42:00Z",
            "password_expires_at":null,"recovery_is_set_up":true}"#;
        let token = SecretString::from("the token");
        let (reminders, asked) = tokio::join!(http.reminders(&token), answer(&server, "200 OK", body));
        assert!(asked.starts_with("GET /v1/reminders "), "{asked}");
        assert!(asked.to_lowercase().contains("\r\nauthorization: bearer the token\r\n"), "{asked}");
        let reminders = reminders.expect("an answer");
        assert_eq!(reminders.password_changed_at.map(|at| at.to_string()).as_deref(), Some("2027-04-01T10:42:00Z"));
        assert!(reminders.password_expires_at.is_none() && reminders.recovery_is_set_up);
    }

    #[test]
    fn an_authority_that_is_no_certificate_is_named_as_what_is_wrong() {
        let pem = "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
        let error = http(&format!("server = 'https://sspr.example.edu'\nca = '''{pem}'''")).err().expect("refused");
        assert!(error.to_string().starts_with("no connection can be made: "), "{error}");
    }
}
