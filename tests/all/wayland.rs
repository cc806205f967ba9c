//! The real windows where there is no X server.

use std::path::Path;

use anyhow::Result;
use latchkey_tests::desk::Keyboard;
use latchkey_tests::ear::Ear;
use latchkey_tests::hands::Hands;
use latchkey_tests::launcher::Launcher;
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{Campus, Desk, Window, root, steps};

/// As the compositor knows the app.
const APP_ID: &str = "latchkey";

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_goes_from_its_first_screen_to_its_last_without_an_x_server() -> Result<()> {
    // H18. A web process that crashes while it starts ends the driver's session, and so the test.
    let mut campus = Campus::start().await?;
    let desk = Desk::wayland().await?;
    let account = campus.account_with(&["text_mobile", "questions"])?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    window.on("identify").await?;
    in_front(&desk).await?;
    let entry = root().join("packaging/linux").join(APP_ID).with_extension("desktop");
    assert!(entry.exists(), "by {} the compositor finds the app's name and icon", entry.display());
    // The page can be whole for the driver while the window stays empty.
    until("the page on the screen", PATIENCE, async || Ok((desk.colours(APP_ID).await? > 16).then_some(()))).await?;

    steps::pass_gates(&window, &mut campus, &account, ["text_mobile", "questions"], "new_password").await?;
    steps::type_new_password(&window, "violet tractor onion mail").await?;
    window.go("done").await?;
    desk.picture(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("wayland.png")).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_brings_the_window_to_the_front_where_whoever_was_clicked_on_allows_it() -> Result<()> {
    // TA-09. The compositor has the last word on the focus, and a token that nobody gave is worth nothing to it.
    let campus = Campus::start().await?;
    let desk = Desk::wayland().await?;
    let policy = campus.policy()?;
    let window = Window::open(&desk, &policy, "--recover").await?;
    window.on("start").await?;
    let launcher = Launcher::open(&desk).await?;

    let mut uninvited = Hands::start(&desk, &policy, &["--reset"])?;
    assert!(uninvited.ended().await?.success());
    window.on("identify").await?;
    // The launcher still hears keys.
    let token = launcher.leave().await?;

    let mut invited = Hands::start_with(&desk, &policy, &["--reset"], &[("XDG_ACTIVATION_TOKEN", token)])?;
    assert!(invited.ended().await?.success());
    in_front(&desk).await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_reader_hears_the_screens_and_their_controls_without_an_x_server() -> Result<()> {
    // AX-07, H18
    let campus = Campus::start().await?;
    let desk = Desk::wayland().await?;
    let keyboard = Keyboard::plug(&desk)?;
    let window = Hands::start(&desk, &campus.policy()?, &["--recover"])?;
    let mut ear = Ear::listen(&desk, window.pid()?).await?;
    in_front(&desk).await?;
    let heading = ear.hears(0, "focus", "What can we help you with?").await?;
    assert_eq!(heading.role, "heading");
    let controls = ear.controls().await?;
    let nameless: Vec<_> = controls.iter().filter(|one| one.role != "form" && one.name.trim().is_empty()).collect();
    assert!(!controls.is_empty() && nameless.is_empty(), "{nameless:?} of {controls:?}");
    let since = ear.mark();
    keyboard.press("Tab").await?;
    ear.hears(since, "focus", "I forgot my password").await?;
    keyboard.press("Return").await?;
    assert_eq!(ear.hears(since, "focus", "Reset your password").await?.role, "heading");
    Ok(())
}

/// Waits until the app's window has the focus.
async fn in_front(desk: &Desk) -> Result<()> {
    let focused = async || Ok((desk.focused().await?.as_deref() == Some(APP_ID)).then_some(()));
    until("the focus on the app's window", PATIENCE, focused).await
}
