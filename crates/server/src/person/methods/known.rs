//! What others can know of a person: no answer to a question and no password may be made of it alone (SQ-02, PW-02).

use latchkey_directory::Entry;
use secrecy::{ExposeSecret as _, SecretString};

use crate::app::App;
use crate::person::methods;
use crate::refused::Answer;
use crate::typed::number;

/// Words of fewer characters tell nothing.
const SHORTEST: usize = 3;

/// What the directory says of a person, and the numbers and addresses that are registered.
pub(crate) async fn of(app: &App, account: &str) -> Answer<Vec<SecretString>> {
    let entry = app.directory.entry(account).await?;
    beside(app, account, entry.as_ref()).await
}

/// The same, where the directory has said just now how the account stands.
pub(crate) async fn beside(app: &App, account: &str, entry: Option<&Entry>) -> Answer<Vec<SecretString>> {
    let mut known = entry.map(in_entry).unwrap_or_default();
    let mut tx = app.store.read().await?;
    let registered = methods::of(&mut tx, account).await?;
    drop(tx);
    known.extend(registered.iter().filter_map(|found| found.destination(&app.keys, account)));
    let national = |text: &SecretString| number::national(text.expose_secret()).map(SecretString::from);
    let national: Vec<SecretString> = known.iter().filter_map(national).collect();
    known.extend(national);
    Ok(known)
}

/// What the directory says: the name of the account, and every name, number and address,
/// whole and in the parts that are long enough to be an answer.
fn in_entry(entry: &Entry) -> Vec<SecretString> {
    let mut known = vec![SecretString::from(entry.account.as_str())];
    known.extend(entry.aliases.iter().map(|alias| SecretString::from(alias.as_str())));
    for contact in &entry.contacts {
        let text = contact.value.expose_secret();
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= SHORTEST);
        let local_part = text.split_once('@').map(|(local, _)| local);
        known.extend(words.chain(local_part).map(SecretString::from));
        known.push(contact.value.clone());
    }
    known
}

#[cfg(test)]
mod tests {
    use latchkey_directory::{Contact, ContactKind};
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn what_the_directory_knows_of_a_person_is_known_whole_and_in_parts() {
        // SQ-02
        let contact = |kind, value: &str| Contact { kind, value: value.into() };
        let entry = Entry {
            id: "1".to_owned(),
            account: "ada".to_owned(),
            aliases: vec!["a.lovelace".to_owned()],
            enabled: true,
            privileged: false,
            locked: false,
            must_change: false,
            changed_at: None,
            expires_at: None,
            contacts: vec![
                contact(ContactKind::FullName, "Ada King Lovelace"),
                contact(ContactKind::OfficePhone, "+12025550140"),
                contact(ContactKind::Mail, "ada.king@campus.example"),
            ],
            dn: None,
            groups: Vec::new(),
        };
        let known = in_entry(&entry);
        let known: Vec<&str> = known.iter().map(ExposeSecret::expose_secret).collect();
        for fact in ["ada", "a.lovelace", "Ada King Lovelace", "Lovelace", "+12025550140", "ada.king", "campus"] {
            assert!(known.contains(&fact), "{fact} in {known:?}");
        }
    }
}
