//! Solves a human check by computing, as the app does for who cannot use the characters.

use anyhow::{Context, Result};
use serde_json::{Value, json};

/// What is sent for a check that `POST /v1/human-checks` gave out as `proof_of_work`.
///
/// # Errors
/// If it is no such check, or has no solution.
pub fn solved(check: &Value) -> Result<Value> {
    let puzzle = &check["puzzle"];
    let text = |name: &str| puzzle[name].as_str().with_context(|| format!("no {name} in {check}"));
    let most = puzzle["max_number"].as_u64();
    let number = altcha_lib_rs::solve_challenge(text("challenge")?, text("salt")?, None, most, 0);
    let number = number.ok().context("the check has no solution")?;
    Ok(json!({"id": check["id"], "answer": number.to_string()}))
}
