//! What a new password has to keep: the rules of the campus or of somebody's population and those of the directory, of each
//! kind the stricter one.

use latchkey_api::password::{Rule, together};
use latchkey_directory::{DirectoryError, Policy};

use crate::app::App;
use crate::config::PasswordRules;

/// The rules for a new password of this account, of whose owner the campus asks `own`.
///
/// # Errors
/// If its directory does not answer.
pub(crate) async fn of(app: &App, account: &str, own: &PasswordRules) -> Result<Policy, DirectoryError> {
    let policy = app.directory.policy(account).await;
    app.saw(account, &policy);
    let policy = policy?;
    Ok(Policy { rules: together(&own.of_the_campus(), &policy.rules), ..policy })
}

/// The rules that are shown before a password is typed: those of most accounts while the directory is away, so that a
/// flow can be looked at all the same. What is set is judged by [`of`] alone.
pub(crate) async fn shown(app: &App, account: &str, own: &PasswordRules) -> Vec<Rule> {
    match of(app, account, own).await {
        Ok(policy) => policy.rules,
        Err(error) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "the rules of most accounts are shown");
            together(&own.of_the_campus(), &app.directory.rules())
        }
    }
}
