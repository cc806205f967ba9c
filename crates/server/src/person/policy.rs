//! What a new password has to keep: the campus' own rules and those of the directory, of each kind the stricter one.

use latchkey_api::password::{Rule, together};
use latchkey_directory::{DirectoryError, Policy};

use crate::app::App;

/// The rules for a new password of this account.
///
/// # Errors
/// If its directory does not answer.
pub(crate) async fn of(app: &App, account: &str) -> Result<Policy, DirectoryError> {
    let policy = app.directory.policy(account).await;
    app.saw(account, &policy);
    Ok(beside_the_campus(app, policy?))
}

/// The rules of a directory and those of the campus itself.
pub(crate) fn beside_the_campus(app: &App, policy: Policy) -> Policy {
    Policy { rules: together(&app.config.password.of_the_campus(), &policy.rules), ..policy }
}

/// The rules that are shown before a password is typed: those of most accounts while the directory is away, so that a
/// flow can be looked at all the same. What is set is judged by [`of`] alone.
pub(crate) async fn shown(app: &App, account: &str) -> Vec<Rule> {
    match of(app, account).await {
        Ok(policy) => policy.rules,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the rules of most accounts are shown");
            together(&app.config.password.of_the_campus(), &app.directory.rules())
        }
    }
}
