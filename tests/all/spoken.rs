//! The real windows as somebody hears them who does not see them: keys alone, and what the accessibility bus says.

use anyhow::Result;
use latchkey_tests::ear::Ear;
use latchkey_tests::hands::Hands;
use latchkey_tests::{Campus, Desk};

#[tokio::test(flavor = "multi_thread")]
async fn a_first_try() -> Result<()> {
    let campus = Campus::start().await?;
    let desk = Desk::new().await?;
    let window = Hands::start(&desk, &campus.policy()?, &["--recover"])?;
    let mut ear = Ear::listen(&desk, window.pid()?).await?;
    window.see("account").await?;
    let mark = ear.mark();
    window.key("Tab").await?;
    window.key("Return").await?;
    let heard = ear.hears(mark, "alert", "Type your user ID").await;
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    for one in ear.controls().await? {
        println!("{one}  {:?}", one.states);
    }
    for one in ear.all() {
        println!("--- {one} {:?}", one.states);
    }
    heard?;
    Ok(())
}
