//! oo7 as the Secret Service beside GNOME Keyring: the same items, locks and kills, at its own paths.

use anyhow::Result;

use crate::keyring::Desk;
use crate::places::{kill_while_refreshing, locked_and_unlocked, login_keyring_comes_first, many_items, put_back};

// TA-15, I8, R24
#[test]
#[ignore = "builds oo7: cargo xtask test --long oo7"]
fn long_oo7_is_looked_into_and_refreshed_as_gnome_keyring_is() -> Result<()> {
    const KILLS: usize = 50;
    let items = many_items(&Desk::with_oo7()?)?;
    // It shows none of its items while it is locked, and the place says that it is.
    locked_and_unlocked(&Desk::with_oo7()?, &[])?;
    login_keyring_comes_first(&Desk::with_oo7()?)?;
    put_back(&Desk::with_oo7()?)?;
    kill_while_refreshing(&Desk::with_oo7()?, KILLS)?;
    println!("figure: items as programs save them = {items}");
    println!("figure: of these refreshed or left otherwise than with GNOME Keyring = 0");
    println!("figure: kills of the place program = {KILLS}");
    println!("figure: copies that were neither old nor new = 0");
    Ok(())
}
