//! `latchkey --look`: one look of the tray, in a process that opens no window and ends.

use std::process::ExitCode;

use latchkey_client::look::{NoLook, look};
use latchkey_client::settings::Settings;

use crate::window;

/// Looks whether a password was changed elsewhere, and what an open change has left. It fails where the server cannot be
/// reached, so that it is asked again soon.
pub fn run() -> ExitCode {
    let Ok(settings) = Settings::load().inspect_err(|error| tracing::info!(%error, "there is nobody to ask")) else {
        return ExitCode::SUCCESS;
    };
    let Some(state) = window::state_folder_of_session() else {
        tracing::info!("this person has no folder for a journal");
        return ExitCode::SUCCESS;
    };
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
        return ExitCode::FAILURE;
    };
    let (places, signed_in) = (window::places(Some(&settings)), window::signed_in());
    match runtime.block_on(look(settings, places, state, signed_in)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error @ NoLook::NoClient(_)) => {
            tracing::warn!(%error, "the server cannot be asked");
            ExitCode::SUCCESS
        }
        Err(error @ (NoLook::Lost(_) | NoLook::Stopped)) => {
            tracing::info!(%error, "nothing is known of a change elsewhere");
            ExitCode::FAILURE
        }
    }
}
