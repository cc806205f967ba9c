//! The methods that accounts have registered, sealed.

pub mod answers;
pub(crate) mod in_a_row;
pub(crate) mod known;
pub mod passes;
pub(crate) mod recovery;

use jiff::Timestamp;
use latchkey_api::Method;
use latchkey_api::flow::Means;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::crypt::hashing::Hashing;
use crate::crypt::keys::{Keys, Use, hex};
use crate::crypt::{random, seal};
use crate::guard::decoy;
use crate::guard::gates::{Offer, device};
use crate::message::queue::Address;
use crate::refused::Answer;
use crate::store::person::method::{AnswerRow, MethodRow, OfferRow};
use crate::store::{self, Store, Tx};
use crate::typed;
use crate::typed::answer::comparable;

/// A confirmed method of an account.
#[derive(Debug, Clone)]
pub(crate) struct Registered {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) sealed: Option<Vec<u8>>,
    /// Keyed hash of the number or address.
    pub(crate) device: Option<Vec<u8>>,
    pub(crate) totp_step: i64,
    /// When its owner last proved that it works; absent for what was taken over from elsewhere.
    pub(crate) confirmed_at: Option<i64>,
    pub(crate) source: Source,
    /// Whether it may prove something under the campus' settings; absent until that is judged.
    pub(crate) proves: Option<bool>,
    /// Not before then: milliseconds since 1970.
    pub(crate) usable_from: i64,
}

/// Who said that a method is a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The person, who confirmed it.
    Person,
    /// A file of the registrar.
    Imported,
    /// The directory.
    Directory,
}

impl Source {
    const ALL: [Self; 3] = [Self::Person, Self::Imported, Self::Directory];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Imported => "imported",
            Self::Directory => "directory",
        }
    }
}

impl Registered {
    /// A method as it is stored; nothing for one that this version does not know.
    fn read(row: MethodRow) -> Option<Self> {
        let MethodRow { id, method, sealed, device, totp_step, confirmed_at, source, proves, usable_from } = row;
        let method = method_of(&method)?;
        let source = Source::ALL.into_iter().find(|known| known.as_str() == source).unwrap_or(Source::Person);
        Some(Self { id, method, sealed, device, totp_step, confirmed_at, source, proves, usable_from })
    }

    fn row(&self) -> MethodRow {
        MethodRow {
            id: self.id.clone(),
            method: self.method.as_str().to_owned(),
            sealed: self.sealed.clone(),
            device: self.device.clone(),
            totp_step: self.totp_step,
            confirmed_at: self.confirmed_at,
            source: self.source.as_str().to_owned(),
            proves: self.proves,
            usable_from: self.usable_from,
        }
    }

    pub(crate) fn offer(&self) -> Offer {
        let destination = self.device.as_deref().map(hex).unwrap_or_default();
        Offer { method: self.method, device: device(self.method, &destination) }
    }

    /// Whether it may prove something now.
    pub(crate) fn is_usable(&self, now: Timestamp) -> bool {
        self.proves == Some(true) && self.usable_from <= now.as_millisecond()
    }

    /// Where its messages go; nothing for a method that has no number or address, or a damaged one.
    pub(crate) fn address(&self, keys: &Keys, account: &str) -> Option<Address> {
        let value = self.destination(keys, account)?;
        Some(Address { method: self.method, value, device: self.device.clone()? })
    }

    /// The number or address. A damaged one is as good as none: the log says so, and what is about all of a person's
    /// methods goes on with the others.
    pub(crate) fn destination(&self, keys: &Keys, account: &str) -> Option<SecretString> {
        self.method.destination()?;
        match self.opened(keys, account) {
            Ok(value) => Some(value),
            Err(refused) => {
                let code = refused.code().as_str();
                tracing::warn!(code, method = self.id, "a number or address cannot be opened");
                None
            }
        }
    }

    /// What is shown of the number or address.
    pub(crate) fn hint(&self, keys: &Keys, account: &str) -> Option<String> {
        let kind = self.method.destination()?;
        Some(typed::hint(kind, &self.destination(keys, account)?))
    }

    /// The number, address or seed.
    pub(crate) fn opened(&self, keys: &Keys, account: &str) -> Answer<SecretString> {
        let sealed = self.sealed.as_deref().unwrap_or_default();
        Ok(seal::open(keys, account, self.method.as_str(), sealed)?)
    }
}

/// The confirmed methods of an account; of nobody: none, for the same work (EN-02).
pub(crate) async fn of(tx: &mut Tx, account: &str) -> store::Result<Vec<Registered>> {
    let rows = store::person::method::of(tx, account).await?;
    Ok(rows.into_iter().filter_map(Registered::read).collect())
}

/// The methods of an account that may prove something now, as a menu shows them: nothing of them is opened, so that
/// starting costs the same for everybody and a damaged row ends nothing (D1, D4).
pub(crate) async fn on_offer(tx: &mut Tx, account: &str, now: Timestamp) -> store::Result<Vec<Offer>> {
    let rows = store::person::method::on_offer(tx, account, now.as_millisecond()).await?;
    let offer = |row: OfferRow| {
        let method = method_of(&row.method)?;
        Some(Offer { method, device: device(method, &row.device.as_deref().map(hex).unwrap_or_default()) })
    };
    Ok(rows.into_iter().filter_map(offer).collect())
}

/// A method by its name; nothing for one that this version does not know.
pub(crate) fn method_of(name: &str) -> Option<Method> {
    Method::ALL.into_iter().find(|known| known.as_str() == name)
}

/// Adds or replaces a confirmed method; `value` is the normalised number or address, or the TOTP seed in base32.
///
/// # Errors
/// If it cannot be sealed or stored.
pub async fn register(
    tx: &mut Tx,
    keys: &Keys,
    account: &str,
    method: Method,
    value: Option<&SecretString>,
    source: Source,
) -> Answer<()> {
    let sealed = value.map(|value| seal::seal(keys, account, method.as_str(), value)).transpose()?;
    let device = value.filter(|_| method.destination().is_some()).map(|value| device_of(keys, value).to_vec());
    let id = random::id()?;
    // What goes somewhere is judged by the worker before it is on offer.
    let proves = device.is_none().then_some(true);
    let registered =
        Registered { id, method, sealed, device, totp_step: 0, confirmed_at: None, source, proves, usable_from: 0 };
    Ok(insert(tx, account, &registered).await?)
}

/// What is set up by the owner, once it is confirmed.
#[derive(Debug)]
pub(crate) struct Binding<'a> {
    pub(crate) means: Means,
    /// Those of its methods that are switched on.
    pub(crate) methods: &'a [Method],
    /// The normalised number or address, or the TOTP seed in base32.
    pub(crate) value: Option<&'a SecretString>,
    /// The step of the code that confirmed an authenticator.
    pub(crate) totp_step: i64,
}

/// Sets something up in place of what there was of the same means.
pub(crate) async fn bind(tx: &mut Tx, keys: &Keys, account: &str, binding: &Binding<'_>, now: Timestamp) -> Answer<()> {
    unbind(tx, account, binding.means).await?;
    for method in binding.methods {
        let sealed = binding.value.map(|value| seal::seal(keys, account, method.as_str(), value)).transpose()?;
        let has_device = method.destination().is_some();
        let device = binding.value.filter(|_| has_device).map(|value| device_of(keys, value).to_vec());
        let registered = Registered {
            id: random::id()?,
            method: *method,
            sealed,
            device,
            totp_step: binding.totp_step,
            confirmed_at: Some(now.as_millisecond()),
            source: Source::Person,
            // It was judged when it was typed.
            proves: Some(true),
            usable_from: 0,
        };
        insert(tx, account, &registered).await?;
    }
    Ok(())
}

/// Takes everything of these means away.
pub(crate) async fn unbind(tx: &mut Tx, account: &str, means: Means) -> store::Result<()> {
    for method in means.methods() {
        store::person::method::remove(tx, account, method.as_str()).await?;
    }
    match means {
        Means::Questions => store::person::method::clear_answers(tx, account).await,
        Means::RecoveryCodes => store::person::method::clear_recovery_codes(tx, account).await,
        Means::Mobile | Means::Office | Means::Email | Means::Authenticator => Ok(()),
    }
}

/// Takes one method away.
pub(crate) async fn remove(tx: &mut Tx, account: &str, id: &str) -> store::Result<()> {
    store::person::method::remove_one(tx, account, id).await
}

/// Adds a confirmed method as it stands, in place of the account's own of the same kind.
pub(crate) async fn insert(tx: &mut Tx, account: &str, registered: &Registered) -> store::Result<()> {
    store::person::method::put(tx, account, &registered.row()).await
}

/// Writes down that its owner has proven once more that a method works.
pub(crate) async fn confirm_again(
    tx: &mut Tx,
    account: &str,
    id: &str,
    totp_step: i64,
    now: Timestamp,
) -> store::Result<()> {
    store::person::method::confirm_again(tx, account, id, totp_step, now.as_millisecond()).await
}

/// Where messages to a person go that these methods reach.
pub(crate) fn addresses(keys: &Keys, account: &str, registered: &[Registered]) -> Vec<Address> {
    registered.iter().filter_map(|found| found.address(keys, account)).collect()
}

/// The means that a method is of; nothing for what nobody sets up.
pub(crate) fn means_of(method: Method) -> Option<Means> {
    Means::ALL.into_iter().find(|means| means.methods().contains(&method))
}

/// The keyed hash by which a number or address is compared and found.
pub(crate) fn device_of(keys: &Keys, normalised: &SecretString) -> [u8; 32] {
    keys.mac(Use::Device, &[normalised.expose_secret().as_bytes()])
}

/// Registers answers to questions of the catalogue.
///
/// # Errors
/// If they cannot be hashed or stored.
pub async fn register_answers(
    tx: &mut Tx,
    hashing: &Hashing,
    account: &str,
    answers: &[(&str, SecretString)],
) -> Answer<()> {
    for (place, (question, answer)) in (0_i64..).zip(answers) {
        let answer_phc = hashing.hash(comparable(answer)).await?;
        let question = (*question).to_owned();
        let row = AnswerRow { question, place, answer_phc, form: AnswerRow::NEW_FORM };
        store::person::method::put_answer(tx, account, &row).await?;
    }
    Ok(())
}

/// Hashes right answers, in the form in which they were compared, at the cost of now, unless they have been replaced in
/// the meantime (D3).
pub(crate) async fn hash_anew(
    store: &Store,
    hashing: &Hashing,
    account: &str,
    old: Vec<(AnswerRow, SecretString)>,
) -> Answer<()> {
    for (stored, compared) in old {
        let new = hashing.hash(compared).await?;
        let mut tx = store.begin().await?;
        store::person::method::replace_answer(&mut tx, account, &stored, &new).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// All answers of an account.
pub(crate) async fn answers(tx: &mut Tx, account: &str) -> store::Result<Vec<AnswerRow>> {
    store::person::method::answers(tx, account).await
}

/// Adds answers as they stand.
pub(crate) async fn insert_answers(tx: &mut Tx, account: &str, answers: &[AnswerRow]) -> store::Result<()> {
    for answer in answers {
        store::person::method::put_answer(tx, account, answer).await?;
    }
    Ok(())
}

/// The questions that an account is asked, always the same (SQ-04).
pub(crate) async fn questions(tx: &mut Tx, account: &str) -> store::Result<Vec<String>> {
    store::person::method::questions(tx, account, i64::try_from(decoy::ASKED).unwrap_or(i64::MAX)).await
}

/// The answer to a question.
pub(crate) async fn answer(tx: &mut Tx, account: &str, question: &str) -> store::Result<Option<AnswerRow>> {
    store::person::method::answer(tx, account, question).await
}
