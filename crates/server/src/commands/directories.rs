//! The directories of a configuration: opened for a command, looked at by `check`, and judged before `serve`.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use latchkey_delivery::in_one_line;
use latchkey_delivery::secret_file::SecretFile;
use latchkey_directory::Directory;
use latchkey_directory::active_directory::ActiveDirectory;
use latchkey_directory::check::{About, Finding, State};
use latchkey_directory::connection::Outside;
use latchkey_directory::ldap::Ldap;
use latchkey_directory::settings::{Kind, Settings, Write};
use latchkey_directory::several::Several;

use super::{Failure, print};
use crate::clock::Clock;
use crate::person::people::{self, Reading};
use crate::store::Store;

/// How long a look at one directory may take.
const LOOK: Duration = Duration::from_secs(30);
/// How long `serve` looks before it serves; a directory that is away is looked at later, by what is asked of it.
const FIRST_LOOK: Duration = Duration::from_secs(10);

/// Why a directory cannot be opened, whoever answers.
#[derive(Debug, thiserror::Error)]
#[error("directory \"{name}\"")]
pub struct DirectoryFailure {
    name: String,
    #[source]
    cause: Failure,
}

/// The directories of a configuration as one; nothing where it names none. No directory is asked for it.
///
/// # Errors
/// If one is set up in a way that can never work.
pub(super) fn open(
    directories: &[Settings],
    clock: &Arc<dyn Clock>,
) -> Result<Option<Arc<dyn Directory>>, DirectoryFailure> {
    if directories.is_empty() {
        return Ok(None);
    }
    let mut opened: Vec<(String, Arc<dyn Directory>)> = Vec::with_capacity(directories.len());
    for settings in directories {
        let name = settings.name.clone();
        match open_one(settings, clock) {
            Ok(directory) => opened.push((name, directory)),
            Err(cause) => return Err(DirectoryFailure { name, cause }),
        }
    }
    Ok(Some(Arc::new(Several::new(opened))))
}

fn open_one(settings: &Settings, clock: &Arc<dyn Clock>) -> Result<Arc<dyn Directory>, Failure> {
    let outside = outside(settings, clock);
    Ok(match settings.kind {
        Kind::Ldap => Arc::new(Ldap::new(settings.clone(), outside)?),
        Kind::ActiveDirectory => Arc::new(ActiveDirectory::new(settings.clone(), outside)?),
    })
}

/// The secret is read from its file for each sign-in, so that it can be replaced while the server runs.
fn outside(settings: &Settings, clock: &Arc<dyn Clock>) -> Outside {
    let (secret, clock) = (SecretFile::new(settings.secret.clone()), Arc::clone(clock));
    Outside {
        secret: Arc::new(move || {
            let secret = secret.clone();
            Box::pin(async move { Ok(secret.read().await?) })
        }),
        now: Arc::new(move || -> Timestamp { clock.now() }),
    }
}

/// Prints for each directory what is known of it, and what a look at it finds where that is wanted; whether all is well.
pub(super) async fn inspect(
    directories: &[Settings],
    database: Option<&Path>,
    clock: &Arc<dyn Clock>,
    connect: bool,
) -> Result<bool, Failure> {
    let mut well = true;
    let readings = readings(database).await;
    for settings in directories {
        let name = &settings.name;
        print(&format!("directory {name}: {}", promise(settings)))?;
        if let Err(error) = SecretFile::new(settings.secret.clone()).read().await {
            well = false;
            print(&format!("directory {name}: WRONG  secret: {}", in_one_line(&error)))?;
        }
        let reading = readings.iter().find(|reading| reading.directory == *name);
        print(&format!("directory {name}: {}", reading.map_or("nobody was read yet".to_owned(), Reading::to_string)))?;
        if !connect {
            continue;
        }
        for finding in look_at(settings, clock, LOOK).await {
            well &= finding.state != State::Wrong;
            print(&format!("directory {name}: {finding}"))?;
        }
    }
    Ok(well)
}

/// How far each directory was read; nothing where there is no database yet, or one of an earlier version.
async fn readings(database: Option<&Path>) -> Vec<Reading> {
    let Some(path) = database.filter(|path| path.exists()) else { return Vec::new() };
    let read = async {
        let store = Store::look_into(path).await?;
        people::readings(&mut store.read().await?).await
    };
    read.await.unwrap_or_default()
}

/// What is promised of a write.
fn promise(settings: &Settings) -> &'static str {
    match (settings.kind, settings.write) {
        (Kind::ActiveDirectory, _) => "Active Directory; what came of every write is known",
        (Kind::Ldap, Write::Modify) => "LDAP, written by modify; what came of every write is known",
        (Kind::Ldap, Write::Rfc3062) => {
            "LDAP, written by RFC 3062; a write whose answer is lost stays unknown, and people are told so"
        }
    }
}

async fn look_at(settings: &Settings, clock: &Arc<dyn Clock>, at_most: Duration) -> Vec<Finding> {
    match open_one(settings, clock) {
        Err(cause) => vec![Finding::wrong(About::Servers, in_one_line(&*cause))],
        Ok(directory) => tokio::time::timeout(at_most, directory.check()).await.unwrap_or_else(|_| {
            vec![Finding::wrong(About::Servers, format!("no whole answer in {} seconds", at_most.as_secs()))]
        }),
    }
}

/// Looks at every directory before anybody is served. What can never work keeps the server from starting; what may work
/// later, because a directory is away or its service account is being mended, is logged.
///
/// # Errors
/// With what is wrong, and of which directory.
pub(super) async fn judge(directories: &[Settings], clock: &Arc<dyn Clock>) -> Result<(), Failure> {
    let mut looks = tokio::task::JoinSet::new();
    for settings in directories {
        let (settings, clock) = (settings.clone(), Arc::clone(clock));
        looks.spawn(async move { (settings.name.clone(), look_at(&settings, &clock, FIRST_LOOK).await) });
    }
    let mut never = Vec::new();
    while let Some(looked) = looks.join_next().await {
        let (name, findings) = looked?;
        for finding in findings.into_iter().filter(|finding| finding.state == State::Wrong) {
            tracing::error!(directory = name, about = finding.about.as_str(), "{}", finding.detail);
            if never_works(finding.about) {
                never.push(format!("directory \"{name}\": {}: {}", finding.about.as_str(), finding.detail));
            }
        }
    }
    if never.is_empty() {
        return Ok(());
    }
    never.push("`check --connect` has the whole of it".to_owned());
    Err(never.join("; ").into())
}

/// Whether what is wrong with it is the configuration's fault, and not one that the directory's side may mend while the
/// server runs.
const fn never_works(about: About) -> bool {
    match about {
        About::Base
        | About::Filter
        | About::Groups
        | About::Attributes
        | About::Marker
        | About::Rights
        | About::Write => true,
        About::Servers | About::Certificate | About::Clock | About::BindAccount | About::Rules => false,
    }
}
