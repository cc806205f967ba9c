//! `suspend`, `resume` and `flows void`: what an operator stops at once when something is wrong.

use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use super::{By, Failure, Which, print, say};
use crate::app::App;
use crate::crypt::audit::{Actor, ActorError};
use crate::guard::suspension;
use crate::operation;
use crate::person::ending;

/// How long a write that is under way is waited for: longer than one may take.
const PATIENCE: Duration = Duration::from_secs(35);
/// How often it is looked whether it has ended.
const LOOK: Duration = Duration::from_millis(200);
/// What stands in the audit where no reason was given.
const NO_REASON: &str = "no reason was given";

/// Who does it; why may be said later, since this cannot wait.
#[derive(Debug, Args)]
pub struct ByNow {
    /// Who does this: a name that your campus knows, not root.
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Why, for example the number of a ticket.
    #[arg(long, value_name = "TEXT", default_value = NO_REASON)]
    reason: String,
}

impl ByNow {
    fn actor(&self) -> Result<Actor, ActorError> {
        Actor::new(&self.by, &self.reason)
    }
}

#[derive(Debug, Subcommand)]
pub enum Flows {
    /// End every flow that is open, with all codes and grants in them, and every pass of the helpdesk.
    ///
    /// People are told that nothing was changed and that they can begin anew.
    Void {
        /// Yes, those of everybody.
        #[arg(long, required = true)]
        all: bool,
        #[command(flatten)]
        by: By,
        #[command(flatten)]
        which: Which,
    },
}

/// Stops every write; when this has ended, none is under way any more, or it says how many still are.
pub(crate) async fn suspend(by: &ByNow, which: &Which) -> Result<(), Failure> {
    let actor = by.actor()?;
    let app = which.open().await?.app;
    match suspension::suspend(&app.store, &app.keys, app.clock.now(), &actor).await? {
        None => print("suspended: nothing is written into a directory until `latchkey-server resume`")?,
        Some(since) => print(&format!("was suspended already, since {}", minute(since)))?,
    }
    let left = tokio::time::timeout(PATIENCE, none_under_way(&app)).await;
    match left {
        Ok(done) => done,
        Err(_) => {
            let left = operation::under_way(&app.store, app.clock.now()).await?;
            say(&format!("{left} writes that had begun before have not ended yet; the server settles them"));
            Ok(())
        }
    }
}

async fn none_under_way(app: &App) -> Result<(), Failure> {
    let mut looks = tokio::time::interval(LOOK);
    loop {
        looks.tick().await;
        if operation::under_way(&app.store, app.clock.now()).await? == 0 {
            return Ok(());
        }
    }
}

/// Serves again.
pub(crate) async fn resume(by: &ByNow, which: &Which) -> Result<(), Failure> {
    let actor = by.actor()?;
    let app = which.open().await?.app;
    match suspension::resume(&app.store, &app.keys, app.clock.now(), &actor).await? {
        Some(since) => print(&format!("resumed: it was suspended since {}", minute(since))),
        None => print("was not suspended"),
    }
}

pub(crate) async fn flows(command: &Flows) -> Result<(), Failure> {
    let Flows::Void { by, which, .. } = command;
    let actor = by.actor()?;
    let app = which.open().await?.app;
    let ended = ending::end_everything(&app.store, &app.keys, app.clock.now(), &actor).await?;
    print(&format!("voided: {ended} flows with their codes, and all passes of the helpdesk"))
}

fn minute(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
