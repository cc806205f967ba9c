//! Works with the secret that stands on its standard input, in the way that its argument names, says when it is done,
//! and keeps everything as it is until that input ends.

use std::fs::File;
use std::io::{Read, Write};
use std::mem::ManuallyDrop;
use std::os::fd::AsFd as _;
use std::sync::mpsc;

use anyhow::{Context as _, Result, bail, ensure};
use latchkey_api::password::{Rule, refusals, strength, verdicts};
use latchkey_api::place::Outcome;
use latchkey_client::places::{Looking, PlacePolicy, Places, Selected};
use latchkey_client::seal::{Seals, seal};
use latchkey_server::crypt::hashing::{Cost, Hashing};
use latchkey_server::crypt::keys::{Keys, Use};
use secrecy::{ExposeSecret as _, SecretString};

/// As in the server and in the app.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

/// Bytes of the secret; short enough for one block of a hash.
const LENGTH: usize = 25;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let work = arguments.next().context("usage: traces_probe WORK [BUS]")?;
    let bus = arguments.next();
    // Not through the buffer of `stdin`, which lives as long as the process.
    let mut input = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    let mut secret = vec![0; LENGTH];
    input.read_exact(&mut secret)?;
    let secret = SecretString::from(String::from_utf8(secret)?);
    // On a thread that then stands still, and so does its stack.
    let (done, ended) = mpsc::channel();
    std::thread::spawn(move || {
        let result = below(|| do_it(&work, bus.as_deref(), &secret));
        drop(secret);
        drop(done.send(result));
        loop {
            std::thread::park();
        }
    });
    ended.recv()??;
    let mut told = std::io::stdout().lock();
    writeln!(told, "done")?;
    told.flush()?;
    input.read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Works far down the stack, as in a server, so that the way back does not run over what is left there.
#[inline(never)]
fn below<T>(work: impl FnOnce() -> T) -> T {
    let above = [0_u8; 8 * 1024];
    let result = work();
    std::hint::black_box(&above);
    result
}

fn do_it(work: &str, bus: Option<&str>, secret: &SecretString) -> Result<()> {
    match work {
        "leave" => leave(secret),
        "mac" => {
            // Dropping the keys would run over the traces.
            let keys = ManuallyDrop::new(Keys::generate()?);
            std::hint::black_box(keys.mac(Use::Body, &[secret.expose_secret().as_bytes()]));
        }
        "hash" => {
            let hashing = Hashing::new(Cost::FLOOR, [7; 32])?;
            tokio::runtime::Runtime::new()?.block_on(hashing.hash(secret.clone()))?;
        }
        "refuse" => {
            let rules = [Rule::MinLength { value: 15 }, Rule::Kinds { value: 2 }, Rule::NoAccount, Rule::NotCommon];
            std::hint::black_box((refusals(&rules, "ada", None, secret), verdicts(&rules, "ada", None, secret)));
        }
        "rate" => {
            std::hint::black_box(strength("ada", secret));
        }
        "open" => {
            let mut seals = Seals::default();
            let sealed = seal(&seals.key()?, secret)?;
            drop(seals.open(&sealed)?);
        }
        "refresh" => refresh(bus.context("the address of the bus")?, secret)?,
        _ => bail!("no such work: {work}"),
    }
    Ok(())
}

/// Puts the secret into every copy in a keyring, by the place program.
fn refresh(bus: &str, secret: &SecretString) -> Result<()> {
    let session = [("DBUS_SESSION_BUS_ADDRESS".into(), bus.into())];
    let places = Places::new(latchkey_tests::built("latchkey-place")?, PlacePolicy::default()).in_session(session);
    let places = ManuallyDrop::new(places);
    let looking = Looking { accounts: vec!["ada".into()], old: Some(secret.clone()), new: None, reset: false };
    let (copies, _) = places.find(&looking);
    let selected: Vec<_> = copies.into_iter().map(|copy| Selected { id: copy.id, ticked: true }).collect();
    let mut outcomes = Vec::new();
    places.refresh(&selected, &looking, secret, |_, outcome| outcomes.push(outcome));
    ensure!(outcomes == [Outcome::Updated], "{outcomes:?}");
    Ok(())
}

/// What all others must not do.
fn leave(secret: &SecretString) {
    let mut block = [0_u8; LENGTH];
    block.copy_from_slice(secret.expose_secret().as_bytes());
    std::hint::black_box(&block);
}
