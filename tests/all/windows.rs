//! The real windows against the real server.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use fantoccini::Locator;
use latchkey_api::place::Outcome;
use latchkey_credstore::Journal;
use latchkey_tests::hands::Hands;
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{Campus, Desk, Look, Window, memory, root, steps};
use serde_json::json;

const NEW: &str = "violet tractor onion mail";
const NEWER: &str = "seven kites above the pier";
const LOST: [&str; 2] = ["text_mobile", "questions"];

#[tokio::test(flavor = "multi_thread")]
async fn a_change_refreshes_the_copy_that_held_the_old_password_and_leaves_the_others() -> Result<()> {
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let account = campus.account_with(&LOST)?;
    let saved = |server| [("xdg:schema", "org.gnome.keyring.NetworkPassword"), ("server", server), ("user", "ada")];
    let (drive, other) = (saved("files.example.edu"), saved("elsewhere.example.org"));
    desk.store("Drive", &drive, &account.password).await?;
    desk.store("Elsewhere", &other, "another password of hers").await?;
    let before = desk.attributes(&drive).await?;

    let window = Window::open(&desk, &campus.policy()?, "--change").await?;
    steps::type_change(&window, &account.account, &account.password, NEW).await?;
    window.go("done").await?;
    window.seen("[data-outcome=updated]").await?;

    assert_eq!(desk.lookup(&drive).await?.as_deref(), Some(NEW));
    assert_eq!(desk.lookup(&other).await?.as_deref(), Some("another password of hers"));
    assert_eq!(desk.attributes(&drive).await?, before);
    window.close().await?;
    let journal = Journal::open(desk.folder().join("data/latchkey"))?;
    let left = journal.pending()?.into_iter().flat_map(|open| open.copies);
    let left: Vec<_> = left.map(|copy| (copy.label, copy.outcome)).collect();
    assert!(left.contains(&("Drive".to_owned(), Some(Outcome::Updated))), "{left:?}");
    assert!(left.contains(&("Elsewhere".to_owned(), None)), "what waits for a tick can be done later: {left:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_of_a_refresh_gets_to_the_clipboard_of_the_desktop_without_a_password() -> Result<()> {
    const PASTE: &str = "import gi; gi.require_version('Gtk', '3.0'); from gi.repository import Gtk, Gdk; \
                         print(Gtk.Clipboard.get(Gdk.SELECTION_CLIPBOARD).wait_for_text())";
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let account = campus.account_with(&LOST)?;
    let drive = [("server", "files.example.edu"), ("user", "ada")];
    desk.store("Drive", &drive, &account.password).await?;
    desk.store("Elsewhere", &[("server", "elsewhere.example.org"), ("user", "ada")], "another one").await?;
    let window = Window::open(&desk, &campus.policy()?, "--change").await?;
    steps::type_change(&window, &account.account, &account.password, NEW).await?;
    window.go("done").await?;
    window.seen("[data-outcome=updated]").await?;
    window.press_on("#leave").await?;
    window.press_on("#copy-report").await?;
    window.seen(".report [role=status] p").await?;
    assert_eq!(window.text(".report [role=status]").await?, "Copied");

    let pasted = desk.ask("/usr/bin/python3", &["-c", PASTE]).await?;
    let report = String::from_utf8(pasted.stdout)?;
    let version = format!("latchkey: {}\n", env!("CARGO_PKG_VERSION"));
    for line in [version.as_str(), "\nleft: yes\n", "| updated | Drive | files.example.edu | ada\n", "| Elsewhere |"] {
        ensure!(report.contains(line), "{line} in {report}{}", String::from_utf8_lossy(&pasted.stderr));
    }
    ensure!(!report.contains(NEW) && !report.contains(&account.password), "{report}");
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_counts_down_until_a_new_one_is_needed() -> Result<()> {
    // OT-04, OT-11
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let account = campus.account_with(&LOST)?;
    let proof = account.proof("text_mobile")?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::identify(&window, &account.account).await?;
    steps::choose(&window, proof).await?;
    let right = campus.code_to(proof.destination()?).await?;
    let wrong = steps::wrong_code(&right);

    let mut left = Vec::new();
    loop {
        window.fill("code", &wrong).await?;
        answered(&window).await?;
        match window.error_code().await?.as_deref() {
            Some("code_wrong") => left.push(digits(&window.text("#error").await?)),
            Some("code_spent") => break,
            other => bail!("the screen shows {other:?}"),
        }
        assert!(left.len() < 10, "the number of tries has no end: {left:?}");
    }
    // The last one has no number: it says to ask for a new code.
    assert_eq!(left, ["4", "3", "2", "1", ""]);
    window.fill("code", &right).await?;
    answered(&window).await?;
    assert_eq!(window.error_code().await?.as_deref(), Some("code_spent"), "the right code no longer works either");

    window.press_on("#resend[aria-disabled=false]").await?;
    let fresh = campus.code_to(proof.destination()?).await?;
    window.fill("code", &fresh).await?;
    window.go("choose_method").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_password_names_the_rule_and_keeps_the_focus_in_its_field() -> Result<()> {
    // PW-01
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let account = campus.account_with(&LOST)?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::pass_gates(&window, &mut campus, &account, LOST, "new_password").await?;

    steps::type_new_password(&window, "too short").await?;
    answered(&window).await?;
    assert_eq!(window.error_code().await?.as_deref(), Some("password_refused"));
    let rule = window.text("#error li").await?;
    assert!(rule.contains("too short"), "{rule}");
    until("the focus in the field", PATIENCE, async || Ok(window.is_focused("#new-password").await?.then_some(())))
        .await?;

    steps::type_new_password(&window, NEW).await?;
    window.go("done").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_goes_on_where_it_stood_when_the_server_comes_back() -> Result<()> {
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let account = campus.account_with(&LOST)?;
    let proof = account.proof("text_mobile")?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::identify(&window, &account.account).await?;
    steps::choose(&window, proof).await?;
    let code = campus.code_to(proof.destination()?).await?;

    campus.stop().await?;
    window.fill("code", &code).await?;
    window.go("offline").await?;
    window.seen("#retry").await?;
    campus.start_again().await?;
    window.press_on("#retry").await?;
    let screen = window.seen("main[data-screen=enter_code], main[data-screen=choose_method]").await?;
    if screen.attr("data-screen").await?.as_deref() == Some("enter_code") {
        window.fill("code", &code).await?;
        window.go("choose_method").await?;
    }
    let second = account.proof("questions")?;
    steps::choose(&window, second).await?;
    steps::prove(&window, &mut campus, second, "new_password").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_account_sees_the_same_screens() -> Result<()> {
    // EN-01
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let account = campus.account_with(&LOST)?;
    // Made-up accounts are offered different ways too; only those with this one can be compared word by word.
    let unknown = (0..20).map(|number| format!("nobody{number}"));
    let mut seen = Vec::new();
    for name in std::iter::once(account.account.clone()).chain(unknown) {
        let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
        steps::identify(&window, &name).await?;
        if window.page().find(Locator::Css("input[name=method][value=text_mobile]")).await.is_ok() {
            window.choose("input[name=method]", "text_mobile").await?;
            window.fill("destination", "+1 202 555 0001").await?;
            answered(&window).await?;
            let screen = window.run("return document.querySelector('main').dataset.screen", vec![]).await?;
            seen.push((screen, window.text("h1").await?, window.error_code().await?, window.text("#error").await?));
        }
        window.close().await?;
        if seen.len() == 2 {
            break;
        }
    }
    assert_eq!(seen.len(), 2, "no made-up account is offered a text message");
    assert_eq!(seen[0], seen[1]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_copy_hands_over_and_ends() -> Result<()> {
    // TA-09
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let policy = campus.policy()?;
    let window = Window::open(&desk, &policy, "--reset").await?;
    window.on("identify").await?;

    let mut second = Hands::start(&desk, &policy, &["--reset"])?;
    assert!(second.ended().await?.success());
    let windows = desk.windows().await?;
    assert_eq!(windows.len(), 1, "{windows:?}");
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_appears_also_while_the_one_before_it_is_closing() -> Result<()> {
    // TA-09
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let policy = campus.policy()?;
    let mut first = Hands::start(&desk, &policy, &["--reset"])?;
    first.see("account").await?;

    first.signal("STOP").await?;
    desk.close_windows().await?;
    let mut calls = desk.calls_to("app.latchkey.Latchkey.recover").await?;
    let second = Hands::start(&desk, &policy, &["--reset"])?;
    calls.next().await?;
    first.signal("CONT").await?;

    assert!(first.ended().await?.success());
    second.see("account").await?;
    assert_eq!(desk.windows().await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_appears_also_when_the_one_before_it_ends_without_an_answer() -> Result<()> {
    // TA-09
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let policy = campus.policy()?;
    let mut first = Hands::start(&desk, &policy, &["--reset"])?;
    first.see("account").await?;

    first.signal("STOP").await?;
    let mut calls = desk.calls_to("app.latchkey.Latchkey.recover").await?;
    let second = Hands::start(&desk, &policy, &["--reset"])?;
    calls.next().await?;
    first.signal("KILL").await?;

    first.ended().await?;
    second.see("account").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_appears_also_when_the_one_before_it_hangs_for_ever() -> Result<()> {
    // TA-09, H11
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let policy = campus.policy()?;
    let first = Hands::start(&desk, &policy, &["--reset"])?;
    first.see("account").await?;

    first.signal("STOP").await?;
    let _second = Hands::start(&desk, &policy, &["--reset"])?;

    until("a second window", PATIENCE, async || Ok((desk.windows().await?.len() == 2).then_some(()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tray_is_there_also_when_the_one_before_it_ends_without_an_answer() -> Result<()> {
    // TA-09
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let policy = campus.policy()?;
    let mut first = Hands::start(&desk, &policy, &["--tray"])?;
    until("the tray", PATIENCE, async || Ok(desk.has_name(TRAY).await?.then_some(()))).await?;

    first.signal("STOP").await?;
    let mut calls = desk.calls_to(TRAY).await?;
    // A click on the launcher opens a window by the tray that is there; without one, it is the tray.
    let second = Hands::start(&desk, &policy, &[])?;
    calls.next().await?;
    first.signal("KILL").await?;

    first.ended().await?;
    until("the tray", PATIENCE, async || Ok((desk.owner_of(TRAY).await? == Some(second.pid()?)).then_some(()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_whose_web_process_crashes_goes_on_where_it_stood() -> Result<()> {
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let account = campus.account_with(&LOST)?;
    let window = Hands::start(&desk, &campus.policy()?, &["--reset"])?;
    window.skip_characters().await?;
    window.type_into("account", &account.account).await?;
    window.key("Return").await?;
    window.see("destination").await?;

    let page = web_process(&window)?.context("a web process")?;
    ensure!(desk.ask("kill", &["-s", "KILL", &page.to_string()]).await?.status.success());
    until("another web process", PATIENCE, async || Ok(web_process(&window)?.filter(|new| *new != page))).await?;
    window.see("destination").await
}

/// The process that draws the page of a window, unless it has ended.
fn web_process(window: &Hands) -> Result<Option<u32>> {
    let family = memory::family(window.pid()?)?;
    let draws = |pid: &u32| {
        std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.starts_with("WebKitWeb"))
    };
    Ok(family.into_iter().find(draws))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_accessible_in_light_colours() -> Result<()> {
    every_screen_is_accessible(Look::LIGHT, ("en", "light")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_accessible_in_dark_colours() -> Result<()> {
    every_screen_is_accessible(Look::DARK, ("en", "dark")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_is_accessible_in_arabic() -> Result<()> {
    every_screen_is_accessible(Look::ARABIC, ("ar", "light")).await
}

async fn every_screen_is_accessible(look: Look, (language, colours): (&str, &str)) -> Result<()> {
    // AX-01, AX-07
    let mut campus = Campus::start().await?;
    let desk = Desk::with(look).await?;
    let account = campus.account_with(&LOST)?;
    desk.store("Drive", &[("server", "files.example.edu"), ("user", &account.account)], &account.password).await?;
    let policy = campus.policy()?;
    let window = Window::open(&desk, &policy, "--reset").await?;
    let mut checked = Checked::default();

    window.on("identify").await?;
    let scheme = "return matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'";
    assert_eq!(window.run(scheme, vec![]).await?, json!(colours));
    assert_eq!(window.run("return document.documentElement.lang", vec![]).await?, json!(language));
    checked.screen(&window, "identify").await?;
    answered(&window).await?;
    checked.screen(&window, "identify, nothing typed").await?;
    steps::identify(&window, &account.account).await?;
    for (method, next) in LOST.into_iter().zip(["choose_method", "new_password"]) {
        let proof = account.proof(method)?;
        steps::pick(&window, proof).await?;
        checked.screen(&window, "choose_method").await?;
        window.go(steps::asks_for(proof)).await?;
        checked.screen(&window, method).await?;
        if method == "text_mobile" {
            let code = campus.code_to(proof.destination()?).await?;
            window.fill("code", &steps::wrong_code(&code)).await?;
            answered(&window).await?;
            checked.screen(&window, "enter_code, wrong").await?;
            window.fill("code", &code).await?;
            window.go(next).await?;
        } else {
            steps::prove(&window, &mut campus, proof, next).await?;
        }
    }
    checked.screen(&window, "new_password").await?;
    steps::type_new_password(&window, "short").await?;
    answered(&window).await?;
    checked.screen(&window, "new_password, refused").await?;
    steps::type_new_password(&window, NEW).await?;
    window.go("done").await?;
    window.seen("input[name=copy]").await?;
    checked.screen(&window, "done, asking").await?;
    window.tick("input[name=copy]").await?;
    window.press_on("#refresh").await?;
    window.seen("#close").await?;
    checked.screen(&window, "done").await?;
    window.close().await?;

    let window = Window::open(&desk, &policy, "--change").await?;
    steps::type_change(&window, &account.account, "not the old one at all", NEWER).await?;
    checked.screen(&window, "change_password").await?;
    answered(&window).await?;
    checked.screen(&window, "change_password, wrong").await?;
    campus.stop().await?;
    window.fill("old-password", NEW).await?;
    window.go("offline").await?;
    checked.screen(&window, "offline").await?;
    window.close().await?;

    let nowhere = desk.folder().join("nowhere.toml");
    std::fs::write(&nowhere, "server = \"http://elsewhere.example.org\"\n")?;
    let window = Window::open(&desk, &nowhere, "--reset").await?;
    window.on("unusable").await?;
    checked.screen(&window, "unusable").await?;
    window.close().await?;
    checked.nothing_found()
}

#[test]
fn a_page_may_call_four_commands_and_hear_one_event() -> Result<()> {
    // TA-02
    let path = root().join("src-tauri/capabilities");
    let files: Vec<_> = std::fs::read_dir(&path)?.collect::<Result<_, _>>()?;
    assert_eq!(files.len(), 1, "one capability file is all that there is");
    let text = std::fs::read_to_string(path.join("window.json"))?;
    let capability: serde_json::Value = serde_json::from_str(&text)?;
    let set = |field: &str| -> BTreeSet<String> {
        let listed = capability[field].as_array().into_iter().flatten();
        listed.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect()
    };
    let expected = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(set("windows"), expected(&["recover", "change", "register", "places", "helpdesk"]));
    assert_eq!(
        set("permissions"),
        expected(&[
            "allow-screen",
            "allow-act",
            "allow-rate",
            "allow-key",
            "core:event:allow-listen",
            "core:event:allow-unlisten",
        ])
    );
    assert!(capability.get("remote").is_none(), "no remote page may call anything");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_reaches_nothing_else_and_frames_reach_nothing() -> Result<()> {
    // TA-02, TA-03
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    window.on("identify").await?;
    let call = "const done = arguments[arguments.length - 1];
        window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(() => done('allowed'), e => done(String(e)))";
    for command in
        ["plugin:app|version", "plugin:event|emit", "plugin:window|close", "plugin:webview|create_webview", "quit"]
    {
        let answer = window.page().execute_async(call, vec![json!(command), json!({})]).await?;
        let answer = answer.as_str().context("an answer")?;
        assert!(answer.contains("not allowed") || answer.contains("not found"), "{command}: {answer}");
    }
    let key = window.page().execute_async(call, vec![json!("key"), json!({})]).await?;
    assert_eq!(key, json!("allowed"), "the check is not blind: its own command works");
    let framed = "const done = arguments[arguments.length - 1];
        document.addEventListener('securitypolicyviolation', e => done(e.effectiveDirective), { once: true });
        const frame = document.createElement('iframe');
        frame.src = 'data:text/html,framed';
        document.body.append(frame);";
    let blocked = window.page().execute_async(framed, vec![]).await?;
    assert_eq!(blocked, json!("frame-src"));
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_wrote_is_shown_and_never_run() -> Result<()> {
    // TA-04
    let vectors = [
        "<img src=x onerror=window.ran=1>",
        "<svg/onload=window.ran=1>",
        "<script>window.ran=1</script>",
        "\"><script>window.ran=1</script>",
        "<iframe srcdoc='<script>parent.ran=1</script>'>",
        "javascript:window.ran=1",
        "<a href=javascript:window.ran=1>x</a>",
        "<details open ontoggle=window.ran=1>",
        "<input autofocus onfocus=window.ran=1>",
        "<math><mtext></table><img src=x onerror=window.ran=1>",
        "{{constructor.constructor('window.ran=1')()}}",
        "{@html '<img src=x onerror=window.ran=1>'}",
        "' onmouseover=window.ran=1 '",
        "<style>@import 'data:text/css,*{color:red}'</style>",
    ];
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let account = campus.account_with(&LOST)?;
    for vector in vectors {
        desk.store(vector, &[("server", vector), ("user", &account.account)], "something saved").await?;
    }
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    window.on("identify").await?;
    let policy = "const done = arguments[arguments.length - 1];
        document.addEventListener('securitypolicyviolation', e => done(e.originalPolicy), { once: true });
        const script = document.createElement('script');
        script.textContent = 'window.ran = 1';
        document.body.append(script);";
    let effective = window.page().execute_async(policy, vec![]).await?;
    assert_strict(effective.as_str().context("a policy")?);

    steps::identify(&window, "<img/src=x/onerror=window.ran=1>").await?;
    window.press_on("#cancel").await?;
    window.on("cancelled").await?;
    window.close().await?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::pass_gates(&window, &mut campus, &account, LOST, "new_password").await?;
    steps::type_new_password(&window, NEW).await?;
    window.go("done").await?;
    window.seen("input[name=copy]").await?;
    let shown = window.text("main").await?;
    for vector in vectors {
        assert!(shown.contains(vector), "{vector} is not shown as it is");
    }
    let made = "return [window.ran ?? 0, document.querySelectorAll('main :is(img, script, iframe, math, details, style)').length]";
    assert_eq!(window.run(made, vec![]).await?, json!([0, 0]));
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_password_stays_in_memory_after_a_reset_and_a_change() -> Result<()> {
    // WebKit's process crashes in one of some twenty walks while the accessibility bus looks at a page that changes (2.50.6, a
    // null pointer, always at the same place of libwebkit2gtk). The window goes on, as another test shows, but what was typed
    // is lost, and so is this walk.
    for _ in 0..3 {
        match walk_and_look_for_passwords().await {
            Err(error) if format!("{error:#}").contains("reason=Crashed") => {}
            ended => return ended,
        }
    }
    bail!("the web process has crashed in each of three walks")
}

async fn walk_and_look_for_passwords() -> Result<()> {
    // SM-01, SM-02. The account's first password is not looked for: the demonstration prints it as it starts.
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let account = campus.account_with(&LOST)?;
    let policy = campus.policy()?;
    let tray = Hands::start(&desk, &policy, &["--tray"])?;
    until("the tray", PATIENCE, async || Ok(desk.has_name(TRAY).await?.then_some(()))).await?;

    let reset = Hands::start(&desk, &policy, &["--reset"])?;
    reset.skip_characters().await?;
    reset.type_into("account", &account.account).await?;
    reset.key("Return").await?;
    let text = account.proof("text_mobile")?;
    reset.type_into("destination", text.destination()?).await?;
    reset.key("Return").await?;
    let code = campus.code_to(text.destination()?).await?;
    reset.type_into("code", &code).await?;
    reset.key("Return").await?;
    let questions = account.proof("questions")?;
    // The second gate offers the questions first; the heading of each screen has the focus, so Tab goes to its first field.
    reset.see_gone("code").await?;
    reset.key("Tab").await?;
    reset.key("Return").await?;
    for answer in &questions.answers {
        reset.type_into(&format!("answer-{}", answer.id), &answer.answer).await?;
    }
    reset.key("Return").await?;
    reset.type_into("new-password", NEW).await?;
    reset.type_into("confirm-password", NEW).await?;
    assert_ne!(
        memory::copies(reset.pid()?, &[NEW])?,
        [],
        "the check is not blind: the fields hold it while it is typed"
    );
    reset.key("Return").await?;
    reset.see("close").await?;
    for pid in [campus.pid()?, tray.pid()?, reset.pid()?] {
        gone(pid, &[NEW]).await?;
    }

    let change = Hands::start(&desk, &policy, &["--change"])?;
    change.type_into("account", &account.account).await?;
    change.type_into("old-password", NEW).await?;
    change.type_into("new-password", NEWER).await?;
    change.type_into("confirm-password", NEWER).await?;
    change.key("Return").await?;
    change.see("close").await?;
    for pid in [campus.pid()?, tray.pid()?, reset.pid()?, change.pid()?] {
        gone(pid, &[NEW, NEWER]).await?;
    }
    Ok(())
}

/// Waits until a process and all that it started hold none of the texts.
async fn gone(pid: u32, texts: &[&str]) -> Result<()> {
    let mut last = Vec::new();
    let waited = until("memory without passwords", Duration::from_secs(10), async || {
        last = memory::copies(pid, texts)?;
        Ok(last.is_empty().then_some(()))
    });
    let ended = waited.await;
    ended.with_context(|| format!("copies are left: {last:#?}"))
}

/// The name by which the tray is the only one of its session.
const TRAY: &str = "app.latchkey.Latchkey";

/// Sends the form and waits until its answer has been drawn.
async fn answered(window: &Window) -> Result<()> {
    window.submit().await?;
    window.seen("#error").await?;
    window.seen("main button[type=submit]:not([aria-disabled=true])").await.map(drop)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// The policy allows scripts from the app itself and nothing that a text could bring.
fn assert_strict(policy: &str) {
    let directive = |name: &str| {
        let found = policy.split(';').find_map(|part| part.trim().strip_prefix(name));
        found.map(|rest| rest.split_whitespace().collect::<Vec<_>>()).unwrap_or_default()
    };
    assert_eq!(directive("default-src "), ["'none'"], "{policy}");
    let scripts = directive("script-src ");
    assert!(scripts.contains(&"'self'"), "{policy}");
    for source in scripts {
        let is_own = source == "'self'" || source.starts_with("'sha256-") || source.starts_with("'nonce-");
        assert!(is_own, "script-src has {source}");
    }
    for name in ["base-uri ", "form-action ", "frame-ancestors "] {
        assert_eq!(directive(name), ["'none'"], "{policy}");
    }
}

#[derive(Default)]
struct Checked {
    screens: usize,
    found: Vec<String>,
}

impl Checked {
    async fn screen(&mut self, window: &Window, name: &str) -> Result<()> {
        self.screens += 1;
        self.found.extend(window.axe().await?.into_iter().map(|violation| format!("{name}: {violation}")));
        Ok(())
    }

    fn nothing_found(self) -> Result<()> {
        assert!(self.screens >= 14, "only {} screens were looked at", self.screens);
        assert!(self.found.is_empty(), "{:#?}", self.found);
        Ok(())
    }
}
