//! The calls to the server, each in a task of its own: a call of the flow takes the place of the one before it.

use latchkey_api::flow::{Answered, Intent};
use latchkey_api::human_check::Solution;
use latchkey_flow::screen::Unusable;
use latchkey_flow::{Failure, Input};
use tokio::task::AbortHandle;

use super::{Came, Inputs, Shell, Task};
use crate::http::Http;
use crate::settings::{Settings, SettingsError};

/// The last call of the flow. Another one takes its place, and then nobody hears its answer.
#[derive(Default)]
pub(super) struct LastCall {
    pub(super) number: u64,
    task: Option<AbortHandle>,
}

impl LastCall {
    pub(super) fn replace(&mut self) -> u64 {
        if let Some(task) = self.task.take() {
            task.abort();
        }
        self.number += 1;
        self.number
    }
}

impl<S: Shell> Task<S> {
    /// Asks something beside the flow.
    pub(super) fn call<F>(&self, inputs: &Inputs, ask: impl FnOnce(Http) -> F + Send + 'static)
    where
        F: Future<Output = Input> + Send + 'static,
    {
        let Some(http) = self.http.clone() else { return };
        let inputs = inputs.clone();
        tokio::spawn(async move { inputs.send(ask(http).await) });
    }

    /// Makes a call of the flow, in place of the one before it.
    pub(super) fn ask<F>(&mut self, inputs: &Inputs, ask: impl FnOnce(Http) -> F + Send + 'static)
    where
        F: Future<Output = Result<Answered, Failure>> + Send + 'static,
    {
        let Some(http) = self.http.clone() else { return };
        let (inputs, number) = (inputs.clone(), self.last_call.replace());
        let task = tokio::spawn(async move { inputs.came(Came::Answer(number, ask(http).await.map(Box::new))) });
        self.last_call.task = Some(task.abort_handle());
    }

    /// Says something that no answer is waited for.
    pub(super) fn tell<F>(&self, tell: impl FnOnce(Http) -> F + Send + 'static)
    where
        F: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let Some(http) = self.http.clone() else { return };
        tokio::spawn(async move {
            if tell(http).await.is_err() {
                tracing::info!("nobody took note of what was said");
            }
        });
    }

    pub(super) fn start(
        &mut self,
        inputs: &Inputs,
        intent: Intent,
        account: String,
        language: String,
        solution: Option<Solution>,
    ) {
        let Some(mut http) = self.http.clone() else { return };
        let (inputs, device, number) = (inputs.clone(), self.device.clone(), self.last_call.replace());
        let task = tokio::spawn(async move {
            let token = device.token(&account).await;
            let was_sent = token.is_some();
            let answer = http.start(intent, account.clone(), language, solution, token).await;
            let answer = answer.map(|(flow, next)| {
                device.answered(&account, was_sent, next);
                Box::new(Answered::from(flow))
            });
            inputs.came(Came::Started(number, Box::new(http), answer));
        });
        self.last_call.task = Some(task.abort_handle());
    }

    /// Asks for a token and keeps it, unless this workstation must not be known.
    pub(super) fn remember_device(&self, revision: u32, account: String) {
        if !self.device.may_be_known() {
            return;
        }
        let (device, copies) = (self.device.clone(), self.copies.clone());
        self.tell(async move |http| {
            let token = http.remember_device(revision).await?;
            device.keep(&account, token);
            tokio::task::spawn_blocking(move || copies.watch(&account));
            Ok(())
        });
    }
}

/// A connection to the server of the settings, or why the window can offer nothing.
pub(super) fn connect(settings: &Result<Settings, SettingsError>) -> (Option<Http>, Option<Unusable>) {
    match settings {
        Err(SettingsError::Missing(_)) => (None, Some(Unusable::NoServer)),
        Err(error) => {
            tracing::error!(%error, "the settings cannot be used");
            (None, Some(Unusable::BadSettings))
        }
        Ok(settings) => match Http::new(settings) {
            Ok(http) => (Some(http), None),
            Err(error) => {
                tracing::error!(%error, "the settings cannot be used");
                (None, Some(Unusable::BadSettings))
            }
        },
    }
}
