//! A change of what an account has set up: done, told to every address that it had and has, and able to be undone.

use jiff::Timestamp;
use latchkey_api::flow::Means;
use sqlx::SqliteConnection;

use super::finish::end_others;
use super::notices::{self, Owed};
use super::{Row, note};
use crate::app::App;
use crate::audit::Event;
use crate::problem::Answer;
use crate::random;
use crate::recovery::{self, Kept};
use crate::registry::{self, Binding, KeptAnswer};
use crate::undo::{self, Before};

/// What is changed.
pub(super) enum Change<'a> {
    /// A number, an address or an authenticator in place of what there was of the same means.
    Bind(Binding<'a>),
    /// Answers in place of all others.
    Answers(Binding<'a>, Vec<KeptAnswer>),
    /// Recovery codes in place of all others.
    Codes(Binding<'a>, Vec<Kept>),
    /// Nothing any more, for these methods by their ids.
    Remove(Means, Vec<String>),
}

/// Does a change in the caller's transaction, and owes notices to old and new addresses (RG-03).
pub(super) async fn apply(
    app: &App,
    db: &mut SqliteConnection,
    row: &Row,
    account: &str,
    change: &Change<'_>,
    now: Timestamp,
) -> Answer<()> {
    let before = Before::of(db, account).await?;
    let mut reached = registry::of(db, account).await?;
    let (means, text, event) = match change {
        Change::Bind(binding) => {
            registry::bind(db, &app.keys, account, binding, now).await?;
            (binding.means, "notice-added", Event::Bound)
        }
        Change::Answers(binding, answers) => {
            registry::bind(db, &app.keys, account, binding, now).await?;
            registry::insert_answers(db, account, answers).await?;
            (binding.means, "notice-added", Event::Bound)
        }
        Change::Codes(binding, codes) => {
            registry::bind(db, &app.keys, account, binding, now).await?;
            recovery::insert(db, account, codes).await?;
            (binding.means, "notice-added", Event::Bound)
        }
        Change::Remove(means, ids) => {
            match means {
                Means::Questions | Means::RecoveryCodes => registry::unbind(db, account, *means).await?,
                Means::Mobile | Means::Office | Means::Email | Means::Authenticator => {
                    for id in ids {
                        registry::remove(db, account, id).await?;
                    }
                }
            }
            (*means, "notice-removed", Event::Unbound)
        }
    };
    reached.extend(registry::of(db, account).await?);
    let new = undo::New { account, flow: &row.public_id, language: &row.language, before: Some(&before) };
    let undo = undo::keep(db, &app.keys, &new, now).await?;
    let owed = Owed {
        event: &random::id()?,
        account,
        text,
        means: Some(means),
        language: &row.language,
        flow: &row.public_id,
        undo: Some(undo),
    };
    notices::owe(db, &owed, &reached, now).await?;
    // Whoever stands in another flow was let in by what is no longer set up, or never saw what now is (FL-04).
    end_others(app, db, account, Some(row.id), "what is set up has changed").await?;
    note(app, db, row, event, means.as_str(), None).await?;
    Ok(())
}
