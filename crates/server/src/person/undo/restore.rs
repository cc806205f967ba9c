//! Brings back what was set up before a change, for the code of a notice and for the helpdesk (RG-03).

use crate::app::App;
use crate::crypt::random;
use crate::message::queue::{self, Owed, Recipient};
use crate::person::devices;
use crate::person::ending::end_flows;
use crate::person::methods;
use crate::person::undo::Undo;
use crate::refused::Answer;
use crate::store::Tx;

/// What is told to everybody who was or is reachable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// Something was brought back.
    Undone,
    /// Recovery was stopped, and nothing was brought back.
    Stopped,
}

/// Brings back what was there before, ends what is under way, and says so to everybody who was or is reachable.
pub(crate) async fn restore(app: &App, tx: &mut Tx, undo: &Undo) -> Answer<()> {
    let now = app.clock.now();
    let account = undo.account.as_str();
    let mut reached = methods::of(tx, account).await?;
    if let Some(before) = undo.before(&app.keys)? {
        before.restore(tx, account, now).await?;
    }
    reached.extend(methods::of(tx, account).await?);
    undo.use_up(tx).await?;
    end_and_tell(app, tx, undo, &reached, Told::Undone).await
}

/// Ends what is under way and says so, without bringing anything back. Who was reachable before the change hears of it
/// too: the code may have come from there.
pub(crate) async fn stop(app: &App, tx: &mut Tx, undo: &Undo) -> Answer<()> {
    let mut reached = methods::of(tx, &undo.account).await?;
    if let Some(before) = undo.before(&app.keys)? {
        reached.extend(before.registered());
        undo.claim(tx).await?;
    } else {
        undo.use_up(tx).await?;
    }
    end_and_tell(app, tx, undo, &reached, Told::Stopped).await
}

async fn end_and_tell(app: &App, tx: &mut Tx, undo: &Undo, reached: &[methods::Registered], told: Told) -> Answer<()> {
    let account = undo.account.as_str();
    let (text, why) = match told {
        Told::Undone => ("notice-undone", "a change was undone"),
        Told::Stopped => ("notice-stopped", "somebody said that it was not them"),
    };
    end_flows(tx, &app.keys, app.clock.now(), account, None, why).await?;
    devices::forget_all(tx, &app.keys, account).await?;
    let recipient = Recipient { account, flow: &undo.flow, language: &undo.language, trusted: true };
    let owed = Owed { event: &random::id()?, recipient, text, means: None, method: None, undo: None };
    let to = methods::addresses(&app.keys, account, reached);
    queue::notices(tx, app.pen(), &owed, &to).await
}
