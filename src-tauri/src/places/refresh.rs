//! `latchkey places --refresh`: passwords are typed, what is proven is refreshed, the rest is asked about.

use latchkey_api::place::Outcome;
use latchkey_api::typeable::seen;
use latchkey_client::copies::{Copies, Found, Looking};
use latchkey_client::text::Texts;
use latchkey_flow::screen::{PlacesState, RowView};
use latchkey_flow::{Change, Effect};
use secrecy::{ExposeSecret as _, SecretString};

use super::terminal::Terminal;
use super::{Here, NotBegun, place, say, titled};
use crate::window;

/// Refreshes what can be, and says whether nothing is left to do.
///
/// # Errors
/// When it was not begun; then nothing was touched.
pub(super) fn run(here: Here) -> Result<bool, NotBegun> {
    let mut terminal = Terminal::open().map_err(NotBegun::NoTerminal)?;
    let state = window::state_folder_of_session().ok_or(NotBegun::NoFolder)?;
    say(format_args!("Refreshes the saved sign-ins of {} on this computer.", seen(&here.account)));
    say("The server is not asked whether the new password is right: it is saved as you type it.");
    let (old, new) = typed(&mut terminal)?;
    let Here { account, settings, places } = here;
    let accounts = settings.names_of(&account);
    let copies = Copies::open(Some(places.into()), state, Some(settings));
    let change = copies.pending_of(&account).unwrap_or_else(|| Change { account, changed_at: now() });
    let (machine, effects) = latchkey_flow::Places::look(change.clone(), old.clone(), new.clone());
    let texts = Texts::of(&["en".to_owned()]);
    let mut refresh = Refresh { copies, machine, texts, looking: Looking { change, accounts, old, new } };
    refresh.perform(effects);
    refresh.ask(&mut terminal);
    Ok(refresh.ended())
}

/// The old password, if it is known, and the new one, typed twice: nobody else would notice a slip.
fn typed(terminal: &mut Terminal) -> Result<(Option<SecretString>, SecretString), NotBegun> {
    let mut ask = |question: &str| terminal.secret(question).map_err(NotBegun::NotTyped);
    let old = ask("Old password (empty if you do not know it): ")?;
    let new = ask("New password: ")?;
    let again = ask("New password once more: ")?;
    let is_empty = |typed: &SecretString| typed.expose_secret().is_empty();
    if is_empty(&new) {
        return Err(NotBegun::NoPassword);
    }
    if new.expose_secret() != again.expose_secret() {
        return Err(NotBegun::Differ);
    }
    Ok((Some(old).filter(|old| !is_empty(old)), new))
}

#[expect(clippy::disallowed_methods, reason = "nobody but this process says when it was told of the change")]
fn now() -> jiff::Timestamp {
    jiff::Timestamp::now()
}

/// The copies, and the machine that says what is to be done with them.
struct Refresh {
    copies: Copies,
    machine: latchkey_flow::Places,
    texts: Texts,
    looking: Looking,
}

impl Refresh {
    /// Does what is to be done, and what follows from it.
    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let next = self.perform_one(effect);
            self.perform(next);
        }
    }

    /// What a window would be woken by or told beside it, nobody waits for here.
    fn perform_one(&mut self, effect: Effect) -> Vec<Effect> {
        if let Effect::FindCopies { .. } = effect {
            let found = self.copies.find(&self.looking);
            return self.found(found);
        }
        if let Effect::Unlock { places, .. } = effect {
            let found = self.copies.unlock(&self.looking, &places);
            return self.found(found);
        }
        if let Effect::RefreshCopies { ids, ticked, .. } = effect {
            let Self { copies, machine, texts, looking } = self;
            let rows = machine.view().rows;
            copies.refresh(looking, ids, ticked, &looking.new, |id, outcome| {
                machine.refreshed(&id, outcome);
                if let Some(row) = rows.iter().find(|row| row.copy.id == id) {
                    say(format_args!("{}: {}", titled(&row.copy), ended(texts, outcome)));
                }
            });
            return machine.ended();
        }
        if let Effect::CloseJournal { change } = effect {
            self.copies.close_journal(&change);
        }
        Vec::new()
    }

    /// Takes what a look has found, and says how each copy stands with which nothing is to be done.
    fn found(&mut self, Found { copies, places }: Found) -> Vec<Effect> {
        let told: Vec<_> = self.machine.view().rows.into_iter().map(|row| row.copy.id).collect();
        let effects = self.machine.found(copies, places);
        for RowView { copy, outcome, .. } in self.machine.view().rows {
            if let Some(outcome) = outcome.filter(|_| !told.contains(&copy.id)) {
                say(format_args!("{}: {}", titled(&copy), ended(&self.texts, outcome)));
            }
        }
        effects
    }

    /// Asks about what is locked, once, and about each copy that waits for a yes. Whoever stops answering leaves the rest
    /// for later.
    fn ask(&mut self, terminal: &mut Terminal) {
        let answered = self.ask_for_locks(terminal).and_then(|()| self.ask_for_copies(terminal));
        if answered.is_err() {
            say("Stopped: the rest is left for later.");
        }
    }

    fn ask_for_locks(&mut self, terminal: &mut Terminal) -> std::io::Result<()> {
        if self.machine.view().may_unlock && terminal.yes("Something is locked. Open the question that unlocks it?")? {
            let effects = self.machine.unlock();
            self.perform(effects);
        }
        Ok(())
    }

    fn ask_for_copies(&mut self, terminal: &mut Terminal) -> std::io::Result<()> {
        loop {
            let view = self.machine.view();
            if view.state != PlacesState::Asking {
                return Ok(());
            }
            let mut ticked = Vec::new();
            for row in view.rows.iter().filter(|row| row.may_tick) {
                if terminal.yes(&format!("{}: put the new password there?", titled(&row.copy)))? {
                    ticked.push(row.copy.id.clone());
                } else {
                    say(format_args!("{}: {}", titled(&row.copy), ended(&self.texts, Outcome::LeftAlone)));
                }
            }
            let effects = if ticked.is_empty() { self.machine.leave_alone() } else { self.machine.refresh(&ticked) };
            self.perform(effects);
        }
    }

    /// Says what is left, and whether nothing is.
    fn ended(&self) -> bool {
        let view = self.machine.view();
        for state in &view.missing {
            say(format_args!("{}: {}", state.place.as_str(), place(state)));
        }
        let open = view.rows.iter().filter(|row| !row.outcome.is_some_and(Outcome::is_settled)).count();
        match (view.left, open) {
            (false, _) => say("Nothing is left to do on this computer."),
            (true, 0) => say("A place could not be looked into wholly: latchkey --places finishes it later."),
            (true, 1) => say("One saved sign-in is left: latchkey --places finishes it later."),
            (true, open) => say(format_args!("{open} saved sign-ins are left: latchkey --places finishes them later.")),
        }
        !view.left
    }
}

/// How a copy ended, in the words of the window.
fn ended(texts: &Texts, outcome: Outcome) -> String {
    let word = serde_json::to_value(outcome).unwrap_or_default();
    texts.get(&format!("outcome-{}", word.as_str().unwrap_or_default()))
}
