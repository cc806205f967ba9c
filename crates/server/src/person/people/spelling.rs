//! Names that an earlier version, or other settings, spelled otherwise are spelled anew, so that their owners are found
//! by what they type; no two accounts ever become one by it (EN-08, OT-06).
//!
//! An account of our own is renamed only if its new name is free. Whoever is not found by their own name is named to the
//! operator by the account's id, which says nothing about them in a log.

use std::collections::BTreeMap;

use crate::app::App;
use crate::crypt::audit::{self, Event};
use crate::crypt::keys::Use;
use crate::person::standing::{BY_COMMAND, subject_of};
use crate::refused::Answer;
use crate::store::person::account::AccountRow;
use crate::store::{self, Tx};
use crate::typed;

/// What this is known by among what was done.
const SPELLED: &str = "names spelled";
/// How many accounts are looked at in one transaction.
const SOME: i64 = 500;
/// How many are named to the operator at once.
const TOLD: i64 = 100;

/// An account of our own whose name reads otherwise by now.
struct Misspelt {
    row: AccountRow,
    name: String,
}

/// Spells the names of the accounts of our own as they are looked for now, and has the whole directory read again; once
/// for each change of how names are spelled.
pub(crate) async fn spell_anew(app: &App) -> Answer<()> {
    let domains = serde_json::to_vec(&app.config.campus.mail_domains)?;
    let rules = app.keys.mac(Use::Subject, &[SPELLED.as_bytes(), &typed::name::SPELLING.to_be_bytes(), &domains]);
    let mut tx = app.store.read().await?;
    let last = store::person::population::done_with(&mut tx, SPELLED).await?;
    drop(tx);
    if last.is_some_and(|last| last == rules) {
        return Ok(());
    }
    for misspelt in one_for_each_name(misspelt(app).await?) {
        rename(app, &misspelt).await?;
    }
    let mut tx = app.store.begin().await?;
    store::person::people::read_all_again(&mut tx).await?;
    store::person::population::keep_done_with(&mut tx, SPELLED, &rules).await?;
    Ok(tx.commit().await?)
}

async fn misspelt(app: &App) -> Answer<Vec<Misspelt>> {
    let (mut found, mut last) = (Vec::new(), String::new());
    loop {
        let mut tx = app.store.read().await?;
        let rows = store::person::account::after(&mut tx, &last, SOME).await?;
        drop(tx);
        let Some(row) = rows.last() else { return Ok(found) };
        last.clone_from(&row.id);
        found.extend(rows.into_iter().filter_map(|row| {
            let name = typed::name::read(&row.account, &app.config.campus.mail_domains).ok()?;
            (name != row.account).then_some(Misspelt { row, name })
        }));
    }
}

/// Those that alone want a name: of two, neither is taken for the other.
fn one_for_each_name(all: Vec<Misspelt>) -> Vec<Misspelt> {
    let mut wanted: BTreeMap<String, Vec<Misspelt>> = BTreeMap::new();
    for misspelt in all {
        wanted.entry(misspelt.name.clone()).or_default().push(misspelt);
    }
    wanted.into_values().filter(|claims| claims.len() == 1).flatten().collect()
}

async fn rename(app: &App, misspelt: &Misspelt) -> Answer<()> {
    let Misspelt { row, name } = misspelt;
    let mut tx = app.store.begin().await?;
    if !store::person::account::rename(&mut tx, &row.id, &row.account, name).await? {
        return Ok(());
    }
    store::person::people::rename(&mut tx, &row.id, name).await?;
    let subject = subject_of(&app.keys, &row.id);
    let outcome = "its name is spelled as names are now";
    let entry = audit::Entry { flow: BY_COMMAND, subject: &subject, event: Event::Renamed, outcome, method: None };
    audit::append(&mut tx, &app.keys, app.clock.now(), &entry).await?;
    tx.commit().await?;
    tracing::info!(account = row.id, "the name of an account was spelled anew");
    Ok(())
}

/// Names to the operator whoever is not found by their own name, because somebody else is, or nobody.
pub(super) async fn tell_not_found(tx: &mut Tx) -> store::Result<()> {
    for account in store::person::people::named_like_another(tx, TOLD).await? {
        tracing::warn!(
            account,
            "this account is not found by its name, which is typed like that of another one: give one of them another \
             name in the directory, or say `account rename` if it is this server's own"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::person::people::put_named;
    use crate::store::Store;
    use crate::store::person::people::PersonRow;

    #[tokio::test]
    async fn whoever_is_not_found_by_their_own_name_is_named_by_their_id() {
        // EN-08
        let store = Store::in_memory().await.expect("store");
        let mut tx = store.begin().await.expect("transaction");
        for (id, account, written_so, alias) in [
            ("first", "gross", true, "g.ross"),
            ("shadowed", "gross", false, "sharp"),
            ("equal", "mass", false, "m1"),
            ("equal too", "mass", false, "m2"),
            // An alias of another stands behind a sign-in name.
            ("found", "ada", true, "a"),
            ("aliased", "grace", true, "ada"),
        ] {
            let row = PersonRow {
                id: id.to_owned(),
                account: account.to_owned(),
                enabled: true,
                privileged: false,
                locked: false,
                must_change: false,
                password_changed_at: None,
                expires_at: None,
            };
            let names = [(account.to_owned(), !written_so), (alias.to_owned(), true)];
            put_named(&mut tx, &row, &names).await.expect("put");
        }
        let told = store::person::people::named_like_another(&mut tx, TOLD).await.expect("asked");
        assert_eq!(told, ["equal", "equal too", "shadowed"]);
        store::person::people::mark_gone(&mut tx, "first").await.expect("marked");
        let told = store::person::people::named_like_another(&mut tx, TOLD).await.expect("asked");
        assert_eq!(told, ["equal", "equal too"], "nobody shadows it any more");
    }
}
