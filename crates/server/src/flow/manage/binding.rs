//! A change of what an account has set up: done, told to every address that it had and has, and able to be undone.

use jiff::Timestamp;
use latchkey_api::flow::Means;

use crate::app::App;
use crate::crypt::audit::Event;
use crate::crypt::random;
use crate::flow::answering::note;
use crate::flow::row::Row;
use crate::message::queue::{self, Owed, Recipient};
use crate::person::ending::end_flows;
use crate::person::methods::recovery;
use crate::person::methods::{self, Binding};
use crate::person::undo::{self, Before};
use crate::refused::Answer;
use crate::store::Tx;
use crate::store::person::method::{AnswerRow, RecoveryCodeRow};

/// What is changed.
pub(super) enum Change<'a> {
    /// A number, an address or an authenticator in place of what there was of the same means.
    Bind(Binding<'a>),
    /// Answers in place of all others.
    Answers(Binding<'a>, Vec<AnswerRow>),
    /// Recovery codes in place of all others.
    Codes(Binding<'a>, Vec<RecoveryCodeRow>),
    /// Nothing any more, for these methods by their ids.
    Remove(Means, Vec<String>),
}

/// Does a change in the caller's transaction, and owes notices to old and new addresses (RG-03).
pub(super) async fn apply(
    app: &App,
    tx: &mut Tx,
    row: &Row,
    account: &str,
    change: &Change<'_>,
    now: Timestamp,
) -> Answer<()> {
    let before = Before::of(tx, account).await?;
    let mut reached = methods::of(tx, account).await?;
    let (means, text, event) = match change {
        Change::Bind(binding) => {
            methods::bind(tx, &app.keys, account, binding, now).await?;
            (binding.means, "notice-added", Event::Bound)
        }
        Change::Answers(binding, answers) => {
            methods::bind(tx, &app.keys, account, binding, now).await?;
            methods::insert_answers(tx, account, answers).await?;
            (binding.means, "notice-added", Event::Bound)
        }
        Change::Codes(binding, codes) => {
            methods::bind(tx, &app.keys, account, binding, now).await?;
            recovery::insert(tx, account, codes).await?;
            (binding.means, "notice-added", Event::Bound)
        }
        Change::Remove(means, ids) => {
            match means {
                Means::Questions | Means::RecoveryCodes => methods::unbind(tx, account, *means).await?,
                Means::Mobile | Means::Office | Means::Email | Means::Authenticator => {
                    for id in ids {
                        methods::remove(tx, account, id).await?;
                    }
                }
            }
            (*means, "notice-removed", Event::Unbound)
        }
    };
    reached.extend(methods::of(tx, account).await?);
    let new = undo::New { account, flow: &row.public_id, language: &row.language, before: Some(&before) };
    let undo = undo::keep(tx, &app.keys, &new, now).await?;
    let recipient = Recipient { account, flow: &row.public_id, language: &row.language, trusted: true };
    let owed = Owed { event: &random::id()?, recipient, text, means: Some(means), method: None, undo: Some(undo) };
    let to = methods::addresses(&app.keys, account, &reached);
    queue::notices(tx, app.pen(), &owed, &to).await?;
    // Whoever stands in another flow was let in by what is no longer set up, or never saw what now is (FL-04).
    end_flows(tx, &app.keys, now, account, Some(row.id), "what is set up has changed").await?;
    note(app, tx, row, event, means.as_str(), None).await?;
    Ok(())
}
