//! A keyring that is asked while it is being started: it has its name on the bus before it has any collection.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Result;
use latchkey_api::place::PlaceKind;
use zbus::blocking::connection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::keyring::Desk;

const COLLECTION: &str = "/org/freedesktop/secrets/collection/login";
/// How often it is asked in vain.
const IN_VAIN: u32 = 5;

/// A Secret Service that has no collection for its first answers, and says nothing when it has one, as oo7 does.
struct Late(Arc<AtomicU32>);

type Paths = Vec<OwnedObjectPath>;

#[zbus::interface(name = "org.freedesktop.Secret.Service")]
impl Late {
    #[zbus(property)]
    fn collections(&self) -> Paths {
        let asked = self.0.fetch_add(1, Ordering::SeqCst);
        if asked < IN_VAIN { Vec::new() } else { vec![path(COLLECTION)] }
    }

    fn open_session(&self, _algorithm: String, _input: OwnedValue) -> zbus::fdo::Result<(OwnedValue, OwnedObjectPath)> {
        let key = OwnedValue::try_from(Value::from(vec![2_u8; 128]));
        let key = key.map_err(|error| zbus::fdo::Error::Failed(error.to_string()))?;
        Ok((key, path("/org/freedesktop/secrets/session/s1")))
    }

    fn search_items(&self, _attributes: HashMap<String, String>) -> (Paths, Paths) {
        Default::default()
    }

    fn read_alias(&self, _name: String) -> OwnedObjectPath {
        path("/")
    }
}

/// The one collection, which is locked.
struct Login;

#[zbus::interface(name = "org.freedesktop.Secret.Collection")]
impl Login {
    #[zbus(property)]
    fn locked(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn label(&self) -> String {
        "Login".to_owned()
    }

    #[zbus(property)]
    fn items(&self) -> Paths {
        Vec::new()
    }
}

fn path(path: &'static str) -> OwnedObjectPath {
    OwnedObjectPath::try_from(path).expect("a path")
}

// I7, I8
#[test]
fn a_keyring_that_is_being_started_is_waited_for() -> Result<()> {
    let desk = Desk::without_keyring()?;
    let asked = Arc::new(AtomicU32::new(0));
    let service = connection::Builder::address(desk.address.as_str())?
        .serve_at("/org/freedesktop/secrets", Late(Arc::clone(&asked)))?
        .serve_at(COLLECTION, Login)?
        .name("org.freedesktop.secrets")?
        .build()?;
    let (copies, states) = desk.find(None);
    let locked: Vec<_> = states.iter().map(|state| (state.place, state.locked, state.error)).collect();
    assert!(locked.contains(&(PlaceKind::SecretService, true, None)), "{locked:?}");
    // The keyring that signing in opens is told of after a reset, however late it is there.
    let places: Vec<_> = copies.iter().map(|copy| copy.place).collect();
    assert_eq!(places, [PlaceKind::LoginKeyring]);
    assert!(asked.load(Ordering::SeqCst) > IN_VAIN);
    drop(service);
    Ok(())
}
