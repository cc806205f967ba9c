//! A campus that exists only for demonstrations: accounts, numbers and an outbox in one folder, on loopback.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use latchkey_api::Code;
use latchkey_api::flow::{Destination, Method};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use totp_rs::Secret;

use super::directories::{self, DirectoryFailure};
use crate::app::{App, Parts};
use crate::clock::Clock;
use crate::config::Config;
use crate::crypt::hashing::{Cost, Hashing};
use crate::crypt::keys::{Keys, Use};
use crate::crypt::{random, ring_check};
use crate::guard::limits::Limits;
use crate::person::ending;
use crate::person::local::{Facts, Local, LocalError, NewAccount};
use crate::person::methods::{self, Source};
use crate::person::people;
use crate::store::Store;
use crate::typed::number::Region;
use crate::typed::{self, Plan};

const CAMPUS: &str = r##"
preset = "classic"

[campus]
name = "Riverton University"
colour = "#1f3a5f"
helpdesk = { name = "IT Helpdesk", phone = "555-0100", url = "https://help.campus.example", hours = "Mon–Fri 7:00–18:00" }
account_label = { en = "User ID", ar = "معرّف المستخدم" }
account_example = "ada"
country = "US"
mail_domains = ["campus.example"]

[hashing]
memory_kib = 19456
passes = 2
lanes = 1
"##;

/// A demonstration cannot start.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error("{0}")]
    Config(#[from] crate::config::ConfigError),
    #[error("the data folder")]
    Folder(#[from] std::io::Error),
    #[error("the keys")]
    Keys(#[from] crate::crypt::keys::KeysError),
    #[error(transparent)]
    Ring(#[from] ring_check::RingError),
    #[error("there is a database in this folder and no keys.toml: put back the one that belongs to it")]
    NoKeys,
    #[error("the store")]
    Store(#[from] crate::store::StoreError),
    #[error("hashing")]
    Hashing(#[from] crate::crypt::hashing::HashingError),
    #[error("the directory")]
    Directory(#[from] LocalError),
    #[error(transparent)]
    Directories(#[from] DirectoryFailure),
    #[error("the people of the directory cannot be read: {}", .0.as_str())]
    People(Code),
    #[error("the accounts")]
    Accounts(#[from] serde_json::Error),
    #[error("the texts")]
    Texts(#[from] crate::message::texts::TextsError),
    #[error("randomness")]
    Random(#[from] random::NoRandomness),
    #[error("a method could not be registered")]
    Register,
}

/// An account of the demonstration, with everything somebody needs to play its owner.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Account {
    pub account: String,
    /// Empty for somebody who never received one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub password: String,
    /// The password is only good for choosing another one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub must_change: bool,
    /// The methods were not set up by their owner but come from the registrar.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
    pub methods: Vec<AccountMethod>,
}

/// A method of such an account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountMethod {
    pub method: Method,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// TOTP seed, base32.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<AccountAnswer>,
}

/// An answer to a question.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountAnswer {
    pub id: String,
    pub answer: String,
}

/// What is printed when the demonstration is ready.
#[derive(Debug, Serialize, Deserialize)]
pub struct Ready {
    pub url: String,
    pub outbox: String,
    pub accounts: Vec<Account>,
}

impl Ready {
    #[must_use]
    pub fn new(address: SocketAddr, data: &Path, accounts: Vec<Account>) -> Self {
        let outbox = data.join("outbox.jsonl").display().to_string();
        Self { url: format!("http://{address}"), outbox, accounts }
    }
}

/// The configuration of the demonstration: the seed's four methods and more, waiting times that suit a demonstration.
///
/// # Errors
/// If the built-in text is malformed.
pub fn config() -> Result<Config, DemoError> {
    let mut config = Config::parse(CAMPUS)?;
    config.limits = Limits {
        resend_seconds: 5,
        resends_per_flow: 10,
        starts_per_hour: 1000,
        starts_per_day: 1000,
        starts_per_minute_in_all: 10_000,
        starts_per_source: 10_000,
        sends_per_ten_minutes: 1000,
        sends_per_method_per_day: 1000,
        sends_per_destination_per_day: 1000,
        sends_per_prefix_per_hour: 1000,
        sends_per_minute_in_all: 10_000,
        // All of its people are of one block of numbers, and whoever looks around enters few codes.
        breaker_codes: 1000,
        notices_per_hour: 1000,
        notices_per_minute_in_all: 10_000,
        flow_idle_seconds: 10 * 60,
        ..Limits::default()
    };
    Ok(config)
}

/// Opens the demonstration in a folder, or makes it there. Where the configuration names directories, its people are in
/// them already, and those of them who are found there are served.
///
/// # Errors
/// If the folder, keys or database cannot be used, or a directory cannot be read.
pub async fn open_with(
    data: &Path,
    clock: Arc<dyn Clock>,
    config: Config,
) -> Result<(Arc<App>, Vec<Account>), DemoError> {
    private_folder(data)?;
    let (keys_file, database) = (data.join("keys.toml"), data.join("latchkey.db"));
    let keys = match (keys_file.exists(), database.exists()) {
        (true, _) => Keys::read(&keys_file)?,
        (false, false) => Keys::create(&keys_file)?,
        // New keys would open nothing of it.
        (false, true) => return Err(DemoError::NoKeys),
    };
    let store = Store::open_with_keys(&database, &keys_file).await?;
    ring_check::check(&store, &keys).await?;
    ending::begin_anew(&store, &keys, clock.now()).await?;
    let hashing = Hashing::new(config.hashing, keys.for_use(Use::Pepper))?;
    let keys = Arc::new(keys);
    let local = Local::new(store.clone(), hashing.clone(), config.password.rules());
    let local = Arc::new(local.sealing_with(Arc::clone(&keys)).timed_by(Arc::clone(&clock)));
    let of_the_campus = directories::open(&config.directories, &clock)?;
    let is_local = of_the_campus.is_none();
    let directory = of_the_campus.unwrap_or_else(|| Arc::clone(&local) as Arc<_>);
    let app = App::new(Parts { config, keys, store, clock, directory, hashing, tls: false })?;
    let accounts_file = data.join("accounts.json");
    if accounts_file.exists() {
        return Ok((app, serde_json::from_slice(&std::fs::read(&accounts_file)?)?));
    }
    let accounts = if is_local { settle(&app, &local).await? } else { find(&app).await? };
    write_private(&accounts_file, &serde_json::to_vec_pretty(&accounts)?)?;
    Ok((app, accounts))
}

/// Puts the people of the demonstration into its own directory.
async fn settle(app: &App, local: &Local) -> Result<Vec<Account>, DemoError> {
    let accounts = cast()?;
    for account in &accounts {
        let standing = Standing { locked: account.account == "locked", ..Standing::default() };
        add(&app.store, &app.keys, &app.hashing, local, account, standing).await?;
    }
    Ok(accounts)
}

/// Those of the people of the demonstration whom the directories have, with their methods.
async fn find(app: &App) -> Result<Vec<Account>, DemoError> {
    for directory in people::directories(app) {
        people::follow(app, &directory).await.map_err(|refused| DemoError::People(refused.code()))?;
    }
    let mut found = Vec::new();
    for account in cast()? {
        let person = people::named(&mut app.store.read().await?, &account.account).await?;
        if let Some(person) = person {
            set_up(&app.store, &app.keys, &app.hashing, &person.id, &account).await?;
            found.push(account);
        }
    }
    Ok(found)
}

/// What is unusual about an account.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing {
    pub locked: bool,
    pub disabled: bool,
    pub privileged: bool,
}

/// Adds an account with its methods.
///
/// # Errors
/// If there is one of this name, or a method is not sound.
pub async fn add(
    store: &Store,
    keys: &Keys,
    hashing: &Hashing,
    directory: &Local,
    account: &Account,
    standing: Standing,
) -> Result<(), DemoError> {
    let password = if account.password.is_empty() { random::token()? } else { account.password.as_str().into() };
    let new = NewAccount {
        account: &account.account,
        password: &password,
        enabled: !standing.disabled,
        privileged: standing.privileged,
        locked: standing.locked,
        must_change: account.must_change,
    };
    let id = directory.add(&new).await?;
    if account.account == "newcomer" {
        let fact = |text: &str| Some(SecretString::from(text));
        let (full_name, office_phone) = (fact("Nora Comer"), fact("+12025550177"));
        let facts = Facts { full_name, office_phone, mail: fact("nora.comer@campus.example") };
        directory.note_facts(&id, &facts).await?;
    }
    set_up(store, keys, hashing, &id, account).await
}

/// Sets up the methods of an account that a directory has under this id.
///
/// # Errors
/// If one is not sound.
pub async fn set_up(
    store: &Store,
    keys: &Keys,
    hashing: &Hashing,
    id: &str,
    account: &Account,
) -> Result<(), DemoError> {
    for method in &account.methods {
        let value = match (method.method.destination(), &method.destination, &method.secret) {
            (Some(kind), Some(typed), _) => Some(normalised(kind, typed)?),
            (None, _, Some(seed)) => Some(seed.as_str().into()),
            _ => None,
        };
        let source = if account.imported { Source::Imported } else { Source::Person };
        let mut tx = store.begin().await?;
        let registered = methods::register(&mut tx, keys, id, method.method, value.as_ref(), source).await;
        registered.map_err(|_| DemoError::Register)?;
        let answers: Vec<(&str, SecretString)> =
            method.answers.iter().map(|a| (a.id.as_str(), a.answer.as_str().into())).collect();
        let registered = methods::register_answers(&mut tx, hashing, id, &answers).await;
        registered.map_err(|_| DemoError::Register)?;
        tx.commit().await?;
    }
    Ok(())
}

fn normalised(kind: Destination, typed: &str) -> Result<SecretString, DemoError> {
    let region = Region::try_from("US".to_owned()).map_err(|_| DemoError::Register)?;
    typed::destination(kind, typed, &Plan::of(region)).map_err(|_| DemoError::Register)
}

/// The people of the demonstration.
///
/// # Errors
/// If there is no randomness for their seeds.
pub fn cast() -> Result<Vec<Account>, DemoError> {
    let at = |method, destination: &str| AccountMethod {
        method,
        destination: Some(destination.to_owned()),
        secret: None,
        answers: Vec::new(),
    };
    let totp = || -> Result<AccountMethod, DemoError> {
        let secret = SecretString::from(Secret::from(random::bytes::<20>()?).to_base32());
        let secret = Some(secret.expose_secret().to_owned());
        Ok(AccountMethod { method: Method::Totp, destination: None, secret, answers: Vec::new() })
    };
    let answer = |id: &str, answer: &str| AccountAnswer { id: id.to_owned(), answer: answer.to_owned() };
    let questions = AccountMethod {
        method: Method::Questions,
        destination: None,
        secret: None,
        answers: vec![
            answer("first_pet", "Biscuit"),
            answer("childhood_street", "Mill Lane"),
            answer("first_job_city", "Oldport"),
        ],
    };
    let account = |account: &str, password: &str, methods| Account {
        account: account.to_owned(),
        password: password.to_owned(),
        must_change: false,
        imported: false,
        methods,
    };
    Ok(vec![
        account(
            "ada",
            "quiet harbour lantern 27",
            vec![
                at(Method::TextMobile, "+1 202 555 0134"),
                at(Method::Email, "ada@home.example"),
                totp()?,
                questions.clone(),
            ],
        ),
        account(
            "grace",
            "copper meadow window 51",
            vec![at(Method::TextMobile, "+1 202 555 0156"), at(Method::Email, "grace@home.example")],
        ),
        account("linus", "silver ladder teapot 83", vec![at(Method::TextMobile, "+1 202 555 0178"), totp()?]),
        account(
            "locked",
            "maple tunnel orchard 64",
            vec![at(Method::TextMobile, "+1 202 555 0190"), at(Method::Email, "locked@home.example")],
        ),
        Account { must_change: true, ..account("newcomer", "first day pebble 40", Vec::new()) },
        Account {
            imported: true,
            ..account(
                "imported",
                "",
                vec![
                    at(Method::TextMobile, "+1 202 555 0112"),
                    at(Method::CallMobile, "+1 202 555 0112"),
                    at(Method::Email, "imported@home.example"),
                ],
            )
        },
        account("blank", "plain paper window 19", Vec::new()),
        account(
            "marie",
            "amber compass bridge 35",
            vec![
                at(Method::TextMobile, "+1 202 555 0145"),
                at(Method::CallMobile, "+1 202 555 0145"),
                at(Method::CallOffice, "+1 202 555 0167"),
                at(Method::Email, "marie@home.example"),
                totp()?,
                questions,
            ],
        ),
    ])
}

/// The cheapest hashes that there are, for tests of everything else.
pub const CHEAPEST: Cost = Cost { memory_kib: 8, passes: 1, lanes: 1 };

fn private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?.write_all(bytes)
}
