//! Whole ways through the real windows against the real server, with the keyboard alone.

use anyhow::{Context, Result, ensure};
use latchkey_server::config::SecondFactor;
use latchkey_tests::campus::Proof;
use latchkey_tests::wait::{PATIENCE, until};
use latchkey_tests::{Campus, Desk, Window, steps};
use serde_json::json;

const NEW: &str = "violet tractor onion mail";
const NEWER: &str = "seven kites above the pier";

/// Good answers to whatever is asked.
const ANSWERS: [&str; 5] = ["Rosalind", "Harbour Row", "Old Quay", "Professor Linden", "Lake Orta"];

#[tokio::test(flavor = "multi_thread")]
async fn somebody_with_nothing_sets_up_everything_and_gets_back_in_with_it() -> Result<()> {
    // AX-01, RG-07
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let blank = campus.account("blank")?;
    let window = Window::open(&desk, &campus.policy()?, "--register").await?;
    steps::sign_in(&window, &blank, "manage").await?;
    ensure!(window.text("main").await?.contains("Nothing is set up yet"), "{}", window.text("main").await?);

    let mobile = Proof::to("text_mobile", "+1 202 555 0123");
    steps::open(&window, "#add-mobile", "add_destination").await?;
    window.fill("destination", "12").await?;
    window.submit().await?;
    window.error("destination_invalid").await?;
    window.fill("destination", mobile.destination()?).await?;
    window.go("confirm_means").await?;
    let code = campus.code(&mobile).await?;
    window.fill("code", &steps::wrong_code(&code)).await?;
    window.submit().await?;
    window.error("code_wrong").await?;
    window.fill("code", &code).await?;
    window.go("manage").await?;
    ensure!(window.text("[data-means=mobile]").await?.contains("23"));

    steps::open(&window, "#add-email", "add_destination").await?;
    window.fill("destination", "blank@campus.example").await?;
    window.submit().await?;
    window.error("destination_not_allowed").await?;
    window.fill("destination", "blank@home.example").await?;
    window.go("confirm_means").await?;
    window.fill("code", &campus.code_to("blank@home.example").await?).await?;
    window.go("manage").await?;

    steps::open(&window, "#add-authenticator", "add_authenticator").await?;
    steps::confirm_authenticator(&window, &mut campus).await?;

    steps::open(&window, "#add-recovery_codes", "recovery_codes").await?;
    let codes = steps::keep_recovery_codes(&window).await?;
    ensure!(codes.len() == 10, "{codes:?}");

    steps::open(&window, "#add-questions", "add_questions").await?;
    let questions = answer_questions(&window).await?;

    // What is not wanted after all is removed again.
    steps::open(&window, "[data-means=email] .remove", "remove_means").await?;
    window.go("manage").await?;
    ensure!(window.run("return document.querySelector('[data-means=email]')", vec![]).await?.is_null());
    window.seen("#add-email").await?;
    window.seen(".good").await?;
    window.go("done").await?;
    window.close().await?;

    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::identify(&window, "blank").await?;
    steps::choose(&window, &questions).await?;
    steps::prove(&window, &mut campus, &questions, "choose_method").await?;
    let kept = Proof { code: codes.first().cloned(), ..Proof::by("recovery_code") };
    steps::choose(&window, &kept).await?;
    steps::prove(&window, &mut campus, &kept, "new_password").await?;
    steps::type_new_password(&window, NEW).await?;
    window.go("done").await?;
    let replacement = window.text(".replacement .key").await?;
    ensure!(replacement.len() == 19 && !codes.contains(&replacement), "another code in place of the used one");
    window.close().await
}

/// Chooses five questions; the first answers are refused, each with its reason.
async fn answer_questions(window: &Window) -> Result<Proof> {
    let offered = "return [...document.querySelectorAll('#question-0 option')].map(one => one.value).filter(Boolean)";
    let offered: Vec<String> = serde_json::from_value(window.run(offered, vec![]).await?)?;
    let mut answers = Vec::new();
    for (place, (id, answer)) in offered.into_iter().zip(ANSWERS).enumerate() {
        window.choose(&format!("#question-{place}"), &id).await?;
        window.fill(&format!("answer-{place}"), if place == 1 { "1234" } else { answer }).await?;
        answers.push(latchkey_tests::campus::Answer { id, answer: answer.to_owned() });
    }
    window.submit().await?;
    window.error("answers_refused").await?;
    window.seen("#refusal-1[data-reason=common]").await?;
    until("the focus in the refused answer", PATIENCE, async || {
        Ok(window.is_focused("#answer-1").await?.then_some(()))
    })
    .await?;
    window.fill("answer-1", ANSWERS[1]).await?;
    window.go("manage").await?;
    Ok(Proof { answers, ..Proof::by("questions") })
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pair_with_a_text_message_opens_the_account() -> Result<()> {
    // FL-03. A call to the same number is the same device.
    let others = ["call_office", "questions", "email", "totp", "recovery_code", "helpdesk_pass"];
    every_pair_opens("text_mobile", &others, "call_mobile").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pair_with_a_call_opens_the_account() -> Result<()> {
    // FL-03
    let others = ["call_office", "questions", "email", "totp", "recovery_code", "helpdesk_pass"];
    every_pair_opens("call_mobile", &others, "text_mobile").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pair_with_a_call_to_the_office_opens_the_account() -> Result<()> {
    // FL-03
    let others = ["questions", "email", "totp", "recovery_code", "helpdesk_pass"];
    every_pair_opens("call_office", &others, "call_office").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_pair_with_questions_opens_the_account() -> Result<()> {
    // FL-03, SQ-01
    every_pair_opens("questions", &["email", "totp", "recovery_code", "helpdesk_pass"], "questions").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_pair_opens_the_account() -> Result<()> {
    // FL-03
    every_pair_opens("email", &["totp", "recovery_code", "helpdesk_pass"], "email").await?;
    every_pair_opens("totp", &["recovery_code", "helpdesk_pass"], "totp").await?;
    every_pair_opens("recovery_code", &["helpdesk_pass"], "recovery_code").await
}

/// Resets the password of somebody who has every method, once with each of the pairs.
async fn every_pair_opens(first: &str, others: &[&str], refused: &str) -> Result<()> {
    let mut campus = Campus::here(|_| {}).await?;
    let desk = Desk::new().await?;
    let policy = campus.policy()?;
    let mut marie = campus.account("marie")?;
    let window = Window::open(&desk, &policy, "--register").await?;
    steps::sign_in_by(&window, &mut campus, &marie, "email").await?;
    steps::open(&window, "#add-recovery_codes", "recovery_codes").await?;
    let codes = steps::keep_recovery_codes(&window).await?;
    window.go("done").await?;
    window.close().await?;
    marie.methods.extend([Proof::by("recovery_code"), Proof::by("helpdesk_pass")]);

    for (round, second) in others.iter().enumerate() {
        // An authenticator's code works once: wait for the next one.
        campus.wait(31)?;
        let mut proofs = Vec::new();
        for method in [first, second] {
            let mut proof = marie.proof(method)?.clone();
            match method {
                "recovery_code" => proof.code = codes.get(round).cloned(),
                "helpdesk_pass" => proof.code = Some(campus.pass("marie").await?),
                _ => {}
            }
            proofs.push(proof);
        }
        let window = Window::open(&desk, &policy, "--reset").await?;
        steps::identify(&window, "marie").await?;
        steps::choose(&window, &proofs[0]).await?;
        steps::prove(&window, &mut campus, &proofs[0], "choose_method").await?;
        let offered = "return [...document.querySelectorAll('input[name=method]')].map(one => one.value)";
        let offered: Vec<String> = serde_json::from_value(window.run(offered, vec![]).await?)?;
        for never in [first, refused] {
            ensure!(!offered.iter().any(|method| method == never), "{never} is offered after {first}: {offered:?}");
        }
        steps::choose(&window, &proofs[1]).await?;
        steps::prove(&window, &mut campus, &proofs[1], "new_password").await?;
        steps::type_new_password(&window, &format!("{NEW} {round}")).await?;
        window.go("done").await.with_context(|| format!("{first} with {second}"))?;
        window.close().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_locked_out_is_let_in_again_with_the_password_they_know() -> Result<()> {
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let locked = campus.account("locked")?;
    ensure!(campus.command(&["account", "show", "locked"]).await?.contains("locked       yes"));
    let window = Window::open(&desk, &campus.policy()?, "--unlock").await?;
    steps::pass_gates(&window, &mut campus, &locked, ["text_mobile", "email"], "done").await?;
    ensure!(window.text("h1").await? == "Your account is unlocked");
    window.close().await?;
    ensure!(campus.command(&["account", "show", "locked"]).await?.contains("locked       no"));

    let window = Window::open(&desk, &campus.policy()?, "--change").await?;
    steps::type_change(&window, "locked", &locked.password, NEW).await?;
    window.go("done").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_from_the_helpdesk_is_one_of_two_proofs_and_works_once() -> Result<()> {
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let linus = campus.account("linus")?;
    let pass = Proof { code: Some(campus.pass("linus").await?), ..Proof::by("helpdesk_pass") };
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::identify(&window, "linus").await?;
    steps::choose(&window, &pass).await?;
    window.fill("code", "0000-0000").await?;
    window.submit().await?;
    window.error("code_wrong").await?;
    steps::prove(&window, &mut campus, &pass, "choose_method").await?;
    let totp = linus.proof("totp")?;
    steps::choose(&window, totp).await?;
    steps::prove(&window, &mut campus, totp, "new_password").await?;
    steps::type_new_password(&window, NEW).await?;
    window.go("done").await?;
    window.close().await?;

    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::identify(&window, "linus").await?;
    steps::choose(&window, &pass).await?;
    window.fill("code", pass.code.as_deref().unwrap_or_default()).await?;
    window.submit().await?;
    window.error("code_wrong").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_never_had_a_password_chooses_the_first_one_with_what_the_registrar_knows() -> Result<()> {
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let imported = campus.account("imported")?;
    let window = Window::open(&desk, &campus.policy()?, "--first").await?;
    steps::pass_gates(&window, &mut campus, &imported, ["call_mobile", "email"], "new_password").await?;
    steps::type_new_password(&window, NEW).await?;
    window.go("done").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_must_be_changed_can_be() -> Result<()> {
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let newcomer = campus.account("newcomer")?;
    ensure!(campus.command(&["account", "show", "newcomer"]).await?.contains("must change  yes"));
    let window = Window::open(&desk, &campus.policy()?, "--change").await?;
    steps::type_change(&window, "newcomer", &newcomer.password, NEW).await?;
    window.go("done").await?;
    window.close().await?;
    ensure!(campus.command(&["account", "show", "newcomer"]).await?.contains("must change  no"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_came_too_late_is_asked_for_again_without_typing_anything_anew() -> Result<()> {
    // OT-02
    let mut campus = Campus::here(|config| config.limits.flow_idle_seconds = 3600).await?;
    let desk = Desk::new().await?;
    let grace = campus.account("grace")?;
    let text = grace.proof("text_mobile")?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::identify(&window, "grace").await?;
    steps::choose(&window, text).await?;
    let late = campus.code(text).await?;
    campus.wait(i64::from(latchkey_server::guard::limits::Limits::default().phone_code_seconds) + 1)?;
    window.fill("code", &late).await?;
    window.submit().await?;
    window.error("code_expired").await?;
    // The way on has the focus by itself.
    until("the focus on the way on", PATIENCE, async || Ok(window.is_focused("#resend").await?.then_some(()))).await?;
    window.press_on("#resend[aria-disabled=false]").await?;
    let fresh = campus.code(text).await?;
    ensure!(fresh != late);
    window.fill("code", &fresh).await?;
    window.go("choose_method").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_blocked_learns_until_when_and_whom_to_call() -> Result<()> {
    // PW-10
    // Of the two, one is kept for known devices.
    let campus = Campus::here(|config| config.limits.tries_of_current_password = 2).await?;
    let desk = Desk::new().await?;
    let window = Window::open(&desk, &campus.policy()?, "--change").await?;
    steps::type_change(&window, "grace", "not this one at all", NEW).await?;
    window.submit().await?;
    window.error("current_password_wrong").await?;
    window.close().await?;

    let window = Window::open(&desk, &campus.policy()?, "--change").await?;
    steps::type_change(&window, "grace", "nor is it this one", NEW).await?;
    window.go("blocked").await?;
    let told = window.text("main").await?;
    ensure!(told.contains("You can try again after") && told.chars().any(|one| one.is_ascii_digit()), "{told}");
    ensure!(window.text("footer").await?.contains("555-0100"), "the helpdesk's number is there");
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_with_a_second_factor_keeps_what_was_typed() -> Result<()> {
    let mut campus = Campus::here(|config| config.change.second_factor = SecondFactor::WhenRegistered).await?;
    let desk = Desk::new().await?;
    let grace = campus.account("grace")?;
    let email = grace.proof("email")?;
    let window = Window::open(&desk, &campus.policy()?, "--change").await?;
    steps::type_change(&window, "grace", &grace.password, NEW).await?;
    // This workstation is not known: another method comes before the password (PW-10).
    window.go("choose_method").await?;
    steps::choose(&window, email).await?;
    // Both passwords were typed before: nothing is asked again.
    steps::prove(&window, &mut campus, email, "done").await?;
    window.close().await?;

    // The first workstation is known now, and would be asked for the password at once.
    let desk = Desk::new().await?;
    let window = Window::open(&desk, &campus.policy()?, "--change").await?;
    steps::type_change(&window, "grace", &grace.password, NEWER).await?;
    window.go("choose_method").await?;
    steps::choose(&window, email).await?;
    steps::prove(&window, &mut campus, email, "change_password").await?;
    window.error("current_password_wrong").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_proof_is_asked_for_again_and_then_what_was_begun_goes_on() -> Result<()> {
    // RG-01
    let mut campus = Campus::here(|config| config.limits.flow_idle_seconds = 3600).await?;
    let desk = Desk::new().await?;
    let grace = campus.account("grace")?;
    let email = grace.proof("email")?;
    let window = Window::open(&desk, &campus.policy()?, "--register").await?;
    steps::sign_in_by(&window, &mut campus, &grace, "email").await?;
    campus.wait(5 * 60 + 1)?;
    steps::open(&window, "[data-means=mobile] .change", "add_destination").await?;
    let mobile = Proof::to("text_mobile", "+1 202 555 0188");
    window.fill("destination", mobile.destination()?).await?;
    window.go("sign_in").await?;
    ensure!(window.run("return document.querySelector('#account')?.type ?? null", vec![]).await? == json!(null));
    window.fill("password", &grace.password).await?;
    window.go("choose_method").await?;
    steps::choose(&window, email).await?;
    steps::prove(&window, &mut campus, email, "confirm_means").await?;
    window.fill("code", &campus.code(&mobile).await?).await?;
    window.go("manage").await?;
    ensure!(window.text("[data-means=mobile]").await?.contains("88"));
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_gives_more_time_ten_times_and_nothing_typed_is_lost() -> Result<()> {
    // AX-04
    // The warning comes a minute before the end: each time after four seconds in which nobody does anything.
    const IDLE: u32 = 64;
    let mut campus = Campus::here(|config| config.limits.flow_idle_seconds = IDLE).await?;
    let desk = Desk::new().await?;
    let grace = campus.account("grace")?;
    let text = grace.proof("text_mobile")?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::identify(&window, "grace").await?;
    steps::pick(&window, text).await?;
    for _ in 0..10 {
        window.seen("#stay:focus").await?;
        // The server counts on: without more time it would have ended the flow long before the tenth time.
        campus.wait(i64::from(IDLE) - 10)?;
        window.press(['\u{e007}']).await?;
        window.seen("body:not(:has(#stay))").await?;
        ensure!(window.is_focused("#destination").await?, "the focus is back where it was");
    }
    window.go("enter_code").await?;
    steps::prove(&window, &mut campus, text, "choose_method").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_that_nobody_touches_ends_and_says_so() -> Result<()> {
    // AX-04
    let campus = Campus::here(|config| config.limits.flow_idle_seconds = 3).await?;
    let desk = Desk::new().await?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::identify(&window, "grace").await?;
    window.on("expired").await?;
    window.go("identify").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_a_notice_stops_what_somebody_else_did() -> Result<()> {
    // RG-03
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let grace = campus.account("grace")?;
    let window = Window::open(&desk, &campus.policy()?, "--register").await?;
    steps::sign_in_by(&window, &mut campus, &grace, "email").await?;
    steps::open(&window, "[data-means=mobile] .remove", "remove_means").await?;
    window.go("manage").await?;
    window.close().await?;
    let written = |body: &str| {
        let mut words = body.split_whitespace();
        words.find(|word| word.len() == 19 && word.matches('-').count() == 3).map(str::to_owned)
    };
    // The notice went to the phone too, which the account has no more: its code only stops things (B4).
    let email = grace.proof("email")?.destination.clone().context("an address")?;
    let code = until("a notice", PATIENCE, async || {
        let sent = campus.messages()?;
        Ok(sent.iter().filter(|message| message.to == email).find_map(|message| written(&message.body)))
    });
    let code = code.await?;

    let window = Window::open(&desk, &campus.policy()?, "--recover").await?;
    window.on("start").await?;
    window.mark().await?;
    window.press_on("#not-me").await?;
    window.turned("not_me").await?;
    window.fill("notice-code", "0000-0000-0000-0000").await?;
    window.submit().await?;
    window.error("notice_unknown").await?;
    window.fill("notice-code", &code).await?;
    window.go("not_me_done").await?;
    window.close().await?;
    let shown = campus.command(&["account", "show", "grace"]).await?;
    ensure!(shown.contains("text_mobile") && shown.contains("frozen       since"), "{shown}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_start_leads_to_every_case_and_to_whoever_is_elsewhere() -> Result<()> {
    // AX-01
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let window = Window::open(&desk, &campus.policy()?, "--recover").await?;
    window.on("start").await?;
    for case in ["forgotten", "never_received", "locked_out"] {
        window.mark().await?;
        window.press_on(&format!("#case-{case}")).await?;
        window.turned("identify").await?;
        window.mark().await?;
        window.press_on("#back").await?;
        window.turned("start").await?;
    }
    window.mark().await?;
    window.press_on("#elsewhere").await?;
    window.turned("elsewhere").await?;
    window.go("start").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_secret_can_be_pasted_shown_and_filled_in_by_a_password_manager() -> Result<()> {
    // PW-04, PW-14, AX-05
    let mut campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let grace = campus.account("grace")?;
    let window = Window::open(&desk, &campus.policy()?, "--change").await?;
    window.on("change_password").await?;
    rules_stand_before(&window, "#new-password").await?;
    for (field, fills) in
        [("old-password", "current-password"), ("new-password", "new-password"), ("confirm-password", "new-password")]
    {
        is_filled_as(&window, field, fills).await?;
        window.paste("account", field, NEW).await?;
        let shown = format!("#{field}[type=text]");
        window.press_on(&format!("#{field} + button")).await?;
        window.seen(&shown).await?;
        ensure!(
            window.run("return document.querySelector(arguments[0]).value", vec![json!(shown)]).await? == json!(NEW)
        );
        window.press_on(&format!("#{field} + button")).await?;
        window.seen(&format!("#{field}[type=password]")).await?;
    }
    window.close().await?;

    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::identify(&window, "grace").await?;
    for (method, next) in [("text_mobile", "choose_method"), ("email", "new_password")] {
        let proof = grace.proof(method)?;
        steps::pick(&window, proof).await?;
        window.go("enter_code").await?;
        let code = campus.code(proof).await?;
        is_filled_as(&window, "code", "one-time-code").await?;
        ensure!(window.run("return document.querySelectorAll('main input').length", vec![]).await? == json!(1));
        // As a mail program gives it: with what stands around it.
        window.paste("code", "code", &format!(" {}-{} ", &code[..4], &code[4..])).await?;
        window.go(next).await?;
    }
    rules_stand_before(&window, "#new-password").await?;
    window.paste("new-password", "new-password", NEW).await?;
    window.close().await
}

/// The rules are there to be read before anything is typed, and with the field for who hears them.
async fn rules_stand_before(window: &Window, field: &str) -> Result<()> {
    let stand = "const field = document.querySelector(arguments[0]), rules = document.querySelector('#rules');
        const each = [...rules.querySelectorAll('li')], heard = field.getAttribute('aria-describedby').split(' ');
        return field.value === '' && each.length > 0 && each.every(rule => heard.includes(rule.id))
            && (rules.compareDocumentPosition(field) & Node.DOCUMENT_POSITION_FOLLOWING) > 0";
    ensure!(window.run(stand, vec![json!(field)]).await? == json!(true), "the rules before {field}");
    Ok(())
}

async fn is_filled_as(window: &Window, field: &str, fills: &str) -> Result<()> {
    window.seen(&format!("#{field}[autocomplete={fills}]")).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_twice_after_an_error() -> Result<()> {
    // AX-03
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let grace = campus.account("grace")?;
    let text = grace.proof("text_mobile")?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    steps::skip_characters(&window).await?;
    let pasted = "not a user id ".repeat(30);
    window.fill("account", pasted.trim()).await?;
    window.submit().await?;
    window.error("account_too_long").await?;
    ensure!(value(&window, "account").await? == pasted.trim());
    window.fill("account", "grace").await?;
    window.go("choose_method").await?;
    steps::pick(&window, &Proof::to("text_mobile", "+1 202 555 0199")).await?;
    window.submit().await?;
    window.error("destination_wrong").await?;
    ensure!(value(&window, "destination").await? == "+1 202 555 0199");
    steps::choose(&window, text).await?;
    // Another way and back: the number that was right is still there.
    window.mark().await?;
    window.press_on("#back").await?;
    window.turned("choose_method").await?;
    ensure!(value(&window, "destination").await? == text.destination()?);
    window.close().await
}

async fn value(window: &Window, field: &str) -> Result<String> {
    let value = window.run("return document.getElementById(arguments[0]).value", vec![json!(field)]).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn characters_are_played_to_their_end() -> Result<()> {
    // AX-02
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let window = Window::open(&desk, &campus.policy()?, "--reset").await?;
    window.on("identify").await?;
    window.press_on("#listen").await?;
    window.seen(".characters [role=status] > p").await?;
    let said = "return document.querySelector('.characters [role=status]').textContent";
    let playing = window.run(said, vec![]).await?;
    ensure!(playing == json!("You hear the characters now."), "{playing}");
    window.seen(".characters [role=status]:not(:has(p))").await?;
    window.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_printed_by_the_system() -> Result<()> {
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let window = Window::open(&desk, &campus.policy()?, "--register").await?;
    steps::sign_in(&window, &campus.account("blank")?, "manage").await?;
    steps::open(&window, "#add-recovery_codes", "recovery_codes").await?;
    window.press_on("#print").await?;
    until("the system's dialog", PATIENCE, async || {
        Ok(desk.windows().await?.iter().any(|window| window.contains("Print")).then_some(()))
    })
    .await
}
