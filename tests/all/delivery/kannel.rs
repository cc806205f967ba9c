//! Texts by a real Kannel, configured by the example that is shipped.

use anyhow::{Context as _, Result};
use latchkey_delivery::{Delivery, Kind, NotSent};
use latchkey_tests::campus::code_in;
use latchkey_tests::kannel::Kannel;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::street::{Street, gateways_of, mobile_of, text};

/// The shipped example, with more lines for the headers.
fn example(kannel: &Kannel, headers: &str) -> Result<String> {
    let before = "[delivery.gateway.http.headers]\n";
    Ok(kannel.gateways()?.replace(before, &format!("{before}{headers}")))
}

#[tokio::test]
async fn a_code_goes_through_a_real_gateway_and_the_flow_goes_on_with_it() -> Result<()> {
    let kannel = Kannel::start().await?;
    let street = Street::by(Kind::Text, &example(&kannel, "")?).await?;
    // In an alphabet that every phone has, and in one that goes by the second gateway.
    for (account, language) in [("ada", "en"), ("grace", "ar")] {
        let (token, flow) = street.ask(account, language).await?;
        street.after(0).await?;
        let (_, state, why) = street.newest().await?;
        assert_eq!(state, "accepted", "{why}");
        let got = kannel.text_to(&mobile_of(account)?.replace([' ', '-', '(', ')'], ""), 0).await?;
        assert_eq!(got.from, "Riverton");
        assert!(got.body.is_ascii() != (language == "ar"), "{}", got.body);
        let code = code_in(&got.body).with_context(|| format!("no code in {}", got.body))?;
        let proof = json!({"revision": flow["revision"], "code": code});
        let passed = street.post("/v1/flow/proof", Some(&token), proof).await?;
        assert_ne!(passed["step"], flow["step"], "{passed}");
    }
    // The one in Arabic has two parts.
    let codes = kannel.texts()?.iter().filter(|text| code_in(&text.body).is_some()).count();
    assert_eq!(codes, 2, "one text a code");
    Ok(())
}

#[tokio::test]
async fn what_kannel_refuses_is_told_apart_and_what_became_of_a_text_is_reported_under_its_id() -> Result<()> {
    let kannel = Kannel::start().await?;
    let reports = TcpListener::bind("127.0.0.1:0").await?;
    let address = reports.local_addr()?;
    let headers =
        format!("X-Kannel-DLR-Mask = \"31\"\nX-Kannel-DLR-Url = \"http://{address}/report/{{id}}?status=%d\"\n");
    let by = gateways_of(&example(&kannel, &headers)?)?;
    by.send(&text("m-17", "+12025550134", "31415926 is your code")).await?;
    let (mut stream, _) = reports.accept().await?;
    let mut asked = vec![0; 2048];
    let read = stream.read(&mut asked).await?;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await?;
    let asked = String::from_utf8_lossy(&asked[..read]).into_owned();
    // 8: the message centre has taken it.
    assert!(asked.starts_with("GET /report/m-17?status=8 HTTP/1."), "{asked}");
    // A wrong password is the operator's fault, so another gateway may take the message.
    std::fs::write(kannel.folder().join("password"), "guessed\n")?;
    let sent = by.send(&text("m-18", "+12025550134", "31415926 is your code")).await;
    assert!(matches!(sent, Err(NotSent::TryAgain { .. })), "{sent:?}");
    // What is no single number never reaches it, though it would take a list.
    let two = by.send(&text("m-19", "+12025550134 +12025550135", "31415926")).await;
    assert!(matches!(two, Err(NotSent::Refused(_))), "{two:?}");
    assert_eq!(kannel.texts()?.len(), 1);
    Ok(())
}
