//! Numbers and addresses that others than their owner have replaced: a new binding, which ends what is open, is told to
//! the person and rests before anything is sent there (RG-04, B6).

use jiff::SignedDuration;
use latchkey_api::Method;
use latchkey_api::flow::{Destination, Means};
use latchkey_directory::several::directory_of;
use latchkey_directory::{ContactKind, Entry};
use secrecy::{ExposeSecret as _, SecretString};

use super::judged::proves;
use crate::app::App;
use crate::config::OfficePhone;
use crate::crypt::{random, seal};
use crate::message::queue::{self, Address, Owed, Pen, Recipient};
use crate::person::ending::end_flows;
use crate::person::methods::{self, Registered, Source, method_of};
use crate::refused::Answer;
use crate::store::person::people::ContactRow;
use crate::store::person::replaced::ReplacedRow;
use crate::store::{self, Tx};
use crate::typed;

/// How many people are told in one turn of the worker.
const SOME: usize = 500;

/// One thing that the directory knows, in the form in which it is compared.
#[derive(Clone)]
struct Known {
    kind: ContactKind,
    device: Vec<u8>,
    value: SecretString,
    /// Something can be sent there: it is a whole number or address.
    is_destination: bool,
}

/// What a directory of the campus says that its people are reached by, and which methods that serves.
const SERVED: [(ContactKind, &[Method]); 3] = [
    (ContactKind::MobilePhone, &[Method::TextMobile, Method::CallMobile]),
    (ContactKind::OfficePhone, &[Method::CallOffice]),
    (ContactKind::Mail, &[Method::Email]),
];

/// Takes over what the directory knows of a person, and notices what has changed since it was read last; `met` says that
/// the person was known here before.
pub(super) async fn take_contacts(app: &App, tx: &mut Tx, entry: &Entry, met: bool) -> Answer<()> {
    let now: Vec<Known> = entry.contacts.iter().map(|contact| known(app, contact.kind, &contact.value)).collect();
    let before = store::person::people::contacts(tx, &entry.id).await?;
    let still = |row: &ContactRow| now.iter().any(|one| one.kind.as_str() == row.kind && one.device == row.device);
    let was = |one: &Known| before.iter().any(|row| one.kind.as_str() == row.kind && one.device == row.device);
    for row in before.iter().filter(|row| !still(row)) {
        store::person::people::remove_contact(tx, &entry.id, &row.kind, &row.device).await?;
    }
    for one in now.iter().filter(|one| !was(one)) {
        let sealed = seal::seal(&app.keys, &entry.id, one.kind.as_str(), &one.value)?;
        let row = ContactRow { kind: one.kind.as_str().to_owned(), device: one.device.clone(), sealed };
        store::person::people::put_contact(tx, &entry.id, &row).await?;
    }
    if app.config.methods.office_phone == OfficePhone::Directory {
        for row in before.iter().filter(|row| row.kind == ContactKind::OfficePhone.as_str() && !still(row)) {
            rebind_office(app, tx, &entry.id, row, &now).await?;
        }
    }
    // What our own directory knows are facts; an import says there how people are reached.
    if directory_of(&entry.id).is_some() {
        let (kept, new): (Vec<_>, Vec<_>) = now.into_iter().filter(|one| one.is_destination).partition(was);
        follow_directory(app, tx, &entry.id, &kept, &new, met).await?;
    }
    Ok(())
}

fn known(app: &App, kind: ContactKind, value: &SecretString) -> Known {
    let destination = match kind {
        ContactKind::MobilePhone | ContactKind::OfficePhone => Some(Destination::Phone),
        ContactKind::Mail => Some(Destination::Email),
        ContactKind::FullName => None,
    };
    let normal =
        destination.and_then(|kind| typed::destination(kind, value.expose_secret(), &app.config.campus.plan()).ok());
    let is_destination = normal.is_some();
    let value = normal.unwrap_or_else(|| value.clone());
    Known { kind, device: methods::device_of(&app.keys, &value).to_vec(), value, is_destination }
}

/// Puts the directory's new number in place of its old one, if that is what the person has; without a new one they have
/// none.
async fn rebind_office(app: &App, tx: &mut Tx, account: &str, old: &ContactRow, now: &[Known]) -> Answer<()> {
    let registered = methods::of(tx, account).await?;
    let of_directory = |found: &Registered| {
        let ours = found.method == Method::CallOffice && found.source != Source::Person;
        ours && found.device.as_deref() == Some(old.device.as_slice())
    };
    let Some(found) = registered.into_iter().find(of_directory) else { return Ok(()) };
    let numbers = now.iter().filter(|one| one.kind == ContactKind::OfficePhone);
    rebind(app, tx, account, found, &numbers.collect::<Vec<_>>()).await
}

/// What the directory says of a person is how they are reached, as long as they have set up nothing of that kind
/// themselves. Of several values the first that is of use serves, and it stays as long as the directory has it.
async fn follow_directory(
    app: &App,
    tx: &mut Tx,
    account: &str,
    kept: &[Known],
    new: &[Known],
    met: bool,
) -> Answer<()> {
    let registered = methods::of(tx, account).await?;
    for (kind, serves) in SERVED {
        if kind == ContactKind::OfficePhone && app.config.methods.office_phone == OfficePhone::Person {
            continue;
        }
        let of_kind = |some: &'_ [Known]| some.iter().filter(|one| one.kind == kind).cloned().collect::<Vec<_>>();
        let (kept, new) = (of_kind(kept), of_kind(new));
        for method in serves {
            match registered.iter().find(|found| found.method == *method) {
                Some(found) if found.source == Source::Directory => {
                    let all: Vec<&Known> = kept.iter().chain(&new).collect();
                    if !all.iter().any(|one| found.device.as_deref() == Some(one.device.as_slice())) {
                        rebind(app, tx, account, found.clone(), &all).await?;
                    }
                }
                // Their own, or what was imported, is not the directory's to replace.
                Some(_) => {}
                // What was taken away by its owner does not come back by itself, and a new one does.
                None => bind(app, tx, account, *method, &new, met).await?,
            }
        }
    }
    Ok(())
}

/// Binds what the directory has for the first time. Of somebody who was known here before it is a new binding, which
/// rests and is told at every other place.
async fn bind(app: &App, tx: &mut Tx, account: &str, method: Method, new: &[Known], met: bool) -> Answer<()> {
    let Some(one) = new.iter().find(|one| proves(&app.config.campus, method, &one.value)) else { return Ok(()) };
    let bound = Registered {
        id: random::id()?,
        method,
        sealed: Some(seal::seal(&app.keys, account, method.as_str(), &one.value)?),
        device: Some(one.device.clone()),
        totp_step: 0,
        confirmed_at: None,
        source: Source::Directory,
        proves: Some(true),
        usable_from: if met { usable_from(app) } else { 0 },
    };
    if met {
        for found in methods::of(tx, account).await? {
            let (Some(sealed), Some(device)) = (found.sealed.clone(), found.device.clone()) else { continue };
            if device == one.device {
                continue;
            }
            let told = ReplacedRow {
                account_id: account.to_owned(),
                method: found.method.as_str().to_owned(),
                sealed,
                device,
                tells_new: false,
                about: Some(method.as_str().to_owned()),
            };
            store::person::replaced::put(tx, &told).await?;
        }
    }
    Ok(methods::insert(tx, account, &bound).await?)
}

/// Puts the first of these that is of use in place of what the person has; without any they have none.
async fn rebind(app: &App, tx: &mut Tx, account: &str, found: Registered, now: &[&Known]) -> Answer<()> {
    let replaced = ReplacedRow {
        account_id: account.to_owned(),
        method: found.method.as_str().to_owned(),
        sealed: found.sealed.clone().unwrap_or_default(),
        device: found.device.clone().unwrap_or_default(),
        tells_new: false,
        about: None,
    };
    store::person::replaced::put(tx, &replaced).await?;
    match now.iter().find(|one| one.is_destination && proves(&app.config.campus, found.method, &one.value)) {
        Some(new) => {
            let rebound = Registered {
                id: random::id()?,
                sealed: Some(seal::seal(&app.keys, account, found.method.as_str(), &new.value)?),
                device: Some(new.device.clone()),
                confirmed_at: None,
                source: Source::Directory,
                proves: Some(true),
                usable_from: usable_from(app),
                ..found
            };
            methods::insert(tx, account, &rebound).await?;
        }
        None => methods::remove(tx, account, &found.id).await?,
    }
    end_flows(tx, &app.keys, app.clock.now(), account, None, "the directory has another number").await?;
    Ok(())
}

/// From when on what somebody else than its owner has put in place of another number or address is used.
pub(crate) fn usable_from(app: &App) -> i64 {
    let rest = SignedDuration::from_hours(i64::from(app.config.register.cool_off_hours));
    app.clock.now().saturating_add(rest).unwrap_or(jiff::Timestamp::MAX).as_millisecond()
}

/// Queues the notices about what was replaced, account by account; whether there may be more.
pub(crate) async fn tell_replaced(app: &App) -> Answer<bool> {
    for _ in 0..SOME {
        let mut tx = app.store.begin().await?;
        let replaced = store::person::replaced::take(&mut tx).await?;
        let Some(account) = replaced.first().map(|row| row.account_id.clone()) else { return Ok(false) };
        tell(app, &mut tx, &account, &replaced).await?;
        tx.commit().await?;
        app.queued.notify_waiters();
    }
    Ok(true)
}

async fn tell(app: &App, tx: &mut Tx, account: &str, replaced: &[ReplacedRow]) -> Answer<()> {
    let registered = methods::of(tx, account).await?;
    let language = store::person::method::language(tx, account).await?;
    let language = app.texts.language(language.as_deref(), &app.config.campus.language);
    let pen = Pen { keys: &app.keys, texts: &app.texts, campus: &app.config.campus, now: app.clock.now() };
    // One event, so that a number that serves two methods is told once.
    let event = random::id()?;
    for means in Means::ALL {
        let mut to = Vec::new();
        for row in replaced {
            let Some(method) = method_of(&row.method) else { continue };
            let about = row.about.as_deref().map_or(Some(method), method_of);
            if !about.is_some_and(|about| means.methods().contains(&about)) {
                continue;
            }
            match seal::open(&app.keys, account, method.as_str(), &row.sealed) {
                Ok(value) => to.push(Address { method, value, device: row.device.clone() }),
                Err(_) => tracing::warn!(%method, "a number or address cannot be opened"),
            }
            if let Some(new) = registered.iter().find(|found| row.tells_new && found.method == method) {
                to.extend(new.address(&app.keys, account));
            }
        }
        // One import may owe as many of these as there are people: they leave codes their share of the money.
        let recipient = Recipient { account, flow: "", language, trusted: false };
        let owed =
            Owed { event: &event, recipient, text: "notice-replaced", means: Some(means), method: None, undo: None };
        queue::notices(tx, pen, &owed, &to).await?;
    }
    Ok(())
}
