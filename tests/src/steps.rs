//! What a person does on each screen, one function a screen. Each starts on its screen and ends on the next.

use anyhow::{Result, bail};

use crate::campus::{Account, Campus, Proof};
use crate::window::Window;

/// Says that they cannot use the characters; the app then solves a check that nobody sees.
///
/// # Errors
/// If the characters stay.
pub async fn skip_characters(window: &Window) -> Result<()> {
    window.on("identify").await?;
    window.press_on("#skip-characters").await?;
    window.seen("main:not(:has(#characters))").await.map(drop)
}

/// Says who they are.
///
/// # Errors
/// If the next screen is not the choice of methods.
pub async fn identify(window: &Window, account: &str) -> Result<()> {
    skip_characters(window).await?;
    window.fill("account", account).await?;
    window.go("choose_method").await
}

/// Chooses a method and says where to send, if anything is sent.
///
/// # Errors
/// If the next screen does not ask for what the method proves.
pub async fn choose(window: &Window, proof: &Proof) -> Result<()> {
    pick(window, proof).await?;
    window.go(asks_for(proof)).await
}

/// Chooses a method without sending the form.
///
/// # Errors
/// If the method is not offered.
pub async fn pick(window: &Window, proof: &Proof) -> Result<()> {
    window.on("choose_method").await?;
    window.choose("input[name=method]", &proof.method).await?;
    if let Some(destination) = &proof.destination {
        window.fill("destination", destination).await?;
    }
    Ok(())
}

/// The screen that follows the choice of a method.
#[must_use]
pub fn asks_for(proof: &Proof) -> &'static str {
    if proof.method == "questions" { "answer_questions" } else { "enter_code" }
}

/// Types the code or the answers.
///
/// # Errors
/// If no code comes, or the next screen is another one.
pub async fn prove(window: &Window, campus: &mut Campus, proof: &Proof, next: &str) -> Result<()> {
    window.on(asks_for(proof)).await?;
    if proof.method == "questions" {
        let mut answered = 0;
        for answer in &proof.answers {
            let field = format!("answer-{}", answer.id);
            if window.page().find(fantoccini::Locator::Id(&field)).await.is_ok() {
                window.fill(&field, &answer.answer).await?;
                answered += 1;
            }
        }
        if answered == 0 {
            bail!("none of the account's questions is asked");
        }
    } else {
        let code = campus.code(proof).await?;
        window.fill("code", &code).await?;
    }
    window.go(next).await
}

/// Another code of the same length.
#[must_use]
pub fn wrong_code(right: &str) -> String {
    right.chars().map(|digit| if digit == '9' { '0' } else { '9' }).collect()
}

/// Types a new password twice, without sending it.
///
/// # Errors
/// If the fields are not there.
pub async fn type_new_password(window: &Window, new: &str) -> Result<()> {
    window.fill("new-password", new).await?;
    window.fill("confirm-password", new).await
}

/// Passes both gates, from the first screen to whatever follows them.
///
/// # Errors
/// If a screen is not the expected one.
pub async fn pass_gates(
    window: &Window,
    campus: &mut Campus,
    account: &Account,
    methods: [&str; 2],
    last: &str,
) -> Result<()> {
    identify(window, &account.account).await?;
    for (method, next) in methods.into_iter().zip(["choose_method", last]) {
        let proof = account.proof(method)?;
        choose(window, proof).await?;
        prove(window, campus, proof, next).await?;
    }
    Ok(())
}

/// Types account, old and new password into the change window, without sending them.
///
/// # Errors
/// If the fields are not there.
pub async fn type_change(window: &Window, account: &str, old: &str, new: &str) -> Result<()> {
    window.on("change_password").await?;
    window.fill("account", account).await?;
    window.fill("old-password", old).await?;
    type_new_password(window, new).await
}

/// Signs in with the password that is known, before recovery is set up.
///
/// # Errors
/// If the next screen is another one.
pub async fn sign_in(window: &Window, account: &Account, next: &str) -> Result<()> {
    window.on("sign_in").await?;
    window.fill("account", &account.account).await?;
    window.fill("password", &account.password).await?;
    window.go(next).await
}

/// Signs in and proves it by one of the account's methods; ends on what is set up.
///
/// # Errors
/// If a screen is not the expected one.
pub async fn sign_in_by(window: &Window, campus: &mut Campus, account: &Account, method: &str) -> Result<()> {
    let proof = account.proof(method)?;
    sign_in(window, account, "choose_method").await?;
    choose(window, proof).await?;
    prove(window, campus, proof, "manage").await
}

/// Opens what adds or changes something on the list of what is set up.
///
/// # Errors
/// If the next screen is another one.
pub async fn open(window: &Window, button: &str, next: &str) -> Result<()> {
    window.on("manage").await?;
    window.mark().await?;
    window.press_on(button).await?;
    window.turned(next).await
}

/// Takes the secret of an authenticator from its screen and confirms it by its first code.
///
/// # Errors
/// If there is no secret or its code is not taken.
pub async fn confirm_authenticator(window: &Window, campus: &mut Campus) -> Result<Proof> {
    window.on("add_authenticator").await?;
    let key = window.run("return document.querySelector('#key').lastChild.textContent", vec![]).await?;
    let secret = key.as_str().unwrap_or_default().split_whitespace().collect();
    let authenticator = Proof { secret: Some(secret), ..Proof::by("totp") };
    window.fill("code", &campus.code(&authenticator).await?).await?;
    window.go("manage").await?;
    Ok(authenticator)
}

/// Saves recovery codes as a file and says that they are kept.
///
/// # Errors
/// If there are none or they cannot be saved.
pub async fn keep_recovery_codes(window: &Window) -> Result<Vec<String>> {
    window.on("recovery_codes").await?;
    let listed = "return [...document.querySelectorAll('.codes li')].map(one => one.textContent.trim())";
    let codes = serde_json::from_value(window.run(listed, vec![]).await?)?;
    window.press_on("#save").await?;
    window.seen(".said > p").await?;
    window.go("manage").await?;
    Ok(codes)
}
