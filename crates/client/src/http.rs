//! The calls of the SSPR API, one function each.
//!
//! TLS by the system's trust store, no redirects, no cookies, no proxy from the environment. The token of the flow lives
//! here and nowhere else.

use std::time::Duration;

use latchkey_api::campus::Campus;
use latchkey_api::flow::{Cancel, Challenge, Flow, Intent, NewPassword, Proof, StartFlow, Started};
use latchkey_api::human_check::{AskHumanCheck, HumanCheck, Kind, Puzzle, Solution};
use latchkey_api::problem::{Code, Problem};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue, USER_AGENT};
use reqwest::{Client, Method as Verb, RequestBuilder, StatusCode, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::flow::Failure;
use crate::settings::Settings;

const CONNECT: Duration = Duration::from_secs(5);
/// A directory is given 10 s by the server; the answer has to get here too.
const ANSWER: Duration = Duration::from_secs(20);
/// The largest answer is a campus with a logo of 64 KiB.
const LARGEST: usize = 256 * 1024;

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
    /// When the address is none, or the system's trust store cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, NoClient> {
        let server = Url::parse(&settings.server).map_err(|error| NoClient(error.to_string()))?;
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .https_only(server.scheme() == "https")
            .build()
            .map_err(|error| NoClient(error.to_string()))?;
        Ok(Self { client, server, token: None })
    }

    /// `GET /v1/campus`
    ///
    /// # Errors
    /// As for every call: what the server refused, or that no answer came.
    pub async fn campus(&self) -> Result<Campus, Failure> {
        self.call(self.request(Verb::GET, "/v1/campus")).await
    }

    /// Pays the human check, starts a flow and keeps its token.
    ///
    /// # Errors
    /// As for every call.
    pub async fn start(&mut self, intent: Intent, account: String, language: String) -> Result<Flow, Failure> {
        let human_check = self.human_check().await?;
        let start = StartFlow { intent, account, human_check, language: Some(language) };
        let started: Started = self.call(self.post("/v1/flows", &start)?).await?;
        self.token = Some(started.token);
        Ok(started.flow)
    }

    /// `GET /v1/flow`
    ///
    /// # Errors
    /// As for every call.
    pub async fn look(&self) -> Result<Flow, Failure> {
        self.call(self.request(Verb::GET, "/v1/flow")).await
    }

    /// `POST /v1/flow/challenge`
    ///
    /// # Errors
    /// As for every call.
    pub async fn challenge(&self, challenge: &Challenge) -> Result<Flow, Failure> {
        self.call(self.post("/v1/flow/challenge", challenge)?).await
    }

    /// `POST /v1/flow/proof`
    ///
    /// # Errors
    /// As for every call.
    pub async fn prove(&self, proof: &Proof) -> Result<Flow, Failure> {
        self.call(self.post("/v1/flow/proof", proof)?).await
    }

    /// `POST /v1/flow/password`; the same operation never sets a password twice.
    ///
    /// # Errors
    /// As for every call. After [`Failure::Lost`], ask [`Http::look`].
    pub async fn set_password(&self, password: &NewPassword, operation: Uuid) -> Result<Flow, Failure> {
        let request = self.post("/v1/flow/password", password)?.header("Idempotency-Key", operation.to_string());
        self.call(request).await
    }

    /// `POST /v1/flow/cancel`
    ///
    /// # Errors
    /// As for every call.
    pub async fn cancel(&self, revision: u32) -> Result<Flow, Failure> {
        self.call(self.post("/v1/flow/cancel", &Cancel { revision })?).await
    }

    async fn human_check(&self) -> Result<Solution, Failure> {
        let asked = AskHumanCheck { kind: Kind::ProofOfWork, language: None };
        let check: HumanCheck = self.call(self.post("/v1/human-checks", &asked)?).await?;
        let puzzle = check.puzzle.ok_or(Failure::Lost)?;
        let answer = tokio::task::spawn_blocking(move || solve(&puzzle)).await.ok().flatten().ok_or(Failure::Lost)?;
        Ok(Solution { id: check.id, answer: answer.to_string() })
    }

    fn request(&self, verb: Verb, path: &str) -> RequestBuilder {
        let mut url = self.server.clone();
        url.set_path(path);
        let request =
            self.client.request(verb, url).header(USER_AGENT, concat!("latchkey/", env!("CARGO_PKG_VERSION")));
        match self.token.as_ref().and_then(bearer) {
            Some(bearer) => request.header(AUTHORIZATION, bearer),
            None => request,
        }
    }

    fn post(&self, path: &str, body: &impl Serialize) -> Result<RequestBuilder, Failure> {
        let body = serde_json::to_vec(body).map_err(|_| Failure::Lost)?;
        Ok(self.request(Verb::POST, path).header(CONTENT_TYPE, "application/json").body(body))
    }

    async fn call<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, Failure> {
        let mut response = request.send().await.map_err(|error| lost(&error))?;
        let status = response.status();
        let mut body = Zeroizing::new(Vec::new());
        while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
            if body.len() + chunk.len() > LARGEST {
                tracing::warn!(%status, "an answer is too long to be one of the server's");
                return Err(Failure::Lost);
            }
            body.extend_from_slice(&chunk);
        }
        if status.is_success() {
            return serde_json::from_slice(&body).map_err(|_| not_ours(status));
        }
        Err(serde_json::from_slice::<Problem>(&body).map_or_else(|_| not_ours(status), of_problem))
    }
}

/// Something between us and the server is down for now: worth another try, like no answer at all.
fn of_problem(problem: Problem) -> Failure {
    let nothing_known = problem.flow.is_none() && problem.code == Code::Internal;
    if nothing_known { Failure::Lost } else { Failure::Refused(Box::new(problem)) }
}

/// A captive portal, a proxy's error page: nothing that the server said.
fn not_ours(status: StatusCode) -> Failure {
    tracing::warn!(%status, "an answer is not one of the server's");
    Failure::Lost
}

/// The address is the administrator's and says nothing of a person; the cause may quote a certificate, never a body.
fn lost(error: &reqwest::Error) -> Failure {
    tracing::warn!(timeout = error.is_timeout(), connect = error.is_connect(), "no answer from the server");
    Failure::Lost
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
