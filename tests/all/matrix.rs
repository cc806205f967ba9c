//! Every screen in every state, in every colour and size that somebody may need, as a browser engine draws it.

use std::collections::BTreeMap;

use anyhow::Result;
use latchkey_tests::Gallery;
use latchkey_tests::gallery::{Colours, Seen, Size};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_accessible_in_light_colours_up_to_400_percent() -> Result<()> {
    every_state_is_accessible(Colours::Light, "en").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_accessible_in_dark_colours_up_to_400_percent() -> Result<()> {
    every_state_is_accessible(Colours::Dark, "en").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_accessible_in_forced_colours_up_to_400_percent() -> Result<()> {
    every_state_is_accessible(Colours::ForcedDark, "en").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_accessible_in_arabic_in_light_colours_up_to_400_percent() -> Result<()> {
    every_state_is_accessible(Colours::Light, "ar").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_accessible_in_arabic_in_dark_colours_up_to_400_percent() -> Result<()> {
    every_state_is_accessible(Colours::Dark, "ar").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_accessible_in_arabic_in_forced_colours_up_to_400_percent() -> Result<()> {
    every_state_is_accessible(Colours::Forced, "ar").await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_fits_in_every_other_language_in_the_window_and_at_400_percent() -> Result<()> {
    // AX-06
    let gallery = Gallery::open(Colours::Light).await?;
    let mut wrong = Wrong::default();
    for language in gallery.languages().await?.iter().filter(|tag| !["en", "ar"].contains(&tag.as_str())) {
        let sizes = [Size::WINDOW, Size::AT_400];
        wrong.look(&gallery, language, &sizes, async |scene| gallery.glance(scene, language).await).await?;
    }
    gallery.close().await?;
    wrong.assert_nothing();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn tab_reaches_every_control_of_every_state_in_the_order_of_reading() -> Result<()> {
    // AX-08
    let gallery = Gallery::open(Colours::Light).await?;
    gallery.resize(Size::WINDOW).await?;
    for scene in gallery.scenes().await? {
        gallery.draw(&scene, "en").await?;
        let (stops, stopped_at) = gallery.walk().await?;
        assert_eq!(stopped_at, stops, "{scene}");
    }
    gallery.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_primary_button_of_every_state_is_in_view_in_a_small_window_and_on_a_telephone() -> Result<()> {
    // H14
    let gallery = Gallery::open(Colours::Light).await?;
    let mut hidden = Vec::new();
    for size in [Size::WINDOW, Size::SMALL_WINDOW, Size::TELEPHONE] {
        gallery.resize(size).await?;
        for scene in gallery.scenes().await? {
            for language in ["en", "de", "ar"] {
                gallery.draw(&scene, language).await?;
                let found = gallery.out_of_sight(".primary").await?;
                hidden
                    .extend(found.into_iter().map(|what| format!("{scene} in {language} at {}: {what}", size.height)));
            }
        }
    }
    gallery.close().await?;
    assert_eq!(hidden, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fields_of_a_new_password_are_in_view_together_with_their_button() -> Result<()> {
    // H20
    let gallery = Gallery::open(Colours::Light).await?;
    gallery.resize(Size::WINDOW).await?;
    for scene in ["new-password", "new-password-typed", "change-password", "change-password-known"] {
        for language in ["en", "ar"] {
            gallery.draw(scene, language).await?;
            let hidden = gallery.out_of_sight("input[type=password]").await?;
            assert_eq!(hidden, Vec::<String>::new(), "{scene} in {language}");
        }
    }
    gallery.close().await
}

async fn every_state_is_accessible(colours: Colours, language: &str) -> Result<()> {
    // AX-06, AX-08
    let gallery = Gallery::open(colours).await?;
    let mut wrong = Wrong::default();
    let sizes = [Size::WINDOW, Size::AT_100, Size::AT_200, Size::AT_400];
    wrong.look(&gallery, language, &sizes, async |scene| gallery.show(scene, language).await).await?;
    gallery.close().await?;
    wrong.assert_nothing();
    Ok(())
}

/// Each complaint, and where it was heard.
#[derive(Default)]
struct Wrong(BTreeMap<String, Vec<String>>);

impl Wrong {
    async fn look(
        &mut self,
        gallery: &Gallery,
        language: &str,
        sizes: &[Size],
        show: impl AsyncFn(&str) -> Result<Seen>,
    ) -> Result<()> {
        let scenes = gallery.scenes().await?;
        let mut whole = BTreeMap::new();
        for &size in sizes {
            gallery.resize(size).await?;
            for scene in &scenes {
                let seen = show(scene).await?;
                assert_eq!(seen.language, language, "what is drawn is in another language");
                let place = format!("{scene} in {language} at {} × {}", size.width, size.height);
                for complaint in seen.complaints {
                    self.0.entry(complaint).or_default().push(place.clone());
                }
                let parts = *whole.entry(scene).or_insert(seen.parts);
                if seen.parts != parts {
                    self.0.entry(format!("{} instead of {parts} parts", seen.parts)).or_default().push(place);
                }
            }
        }
        Ok(())
    }

    /// One complaint a line, with where it was heard first and how often.
    fn assert_nothing(&self) {
        let lines = self.0.iter().map(|(what, places)| format!("{what}\n    {} ×: {}", places.len(), places[0]));
        let lines = lines.collect::<Vec<_>>();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planted_fault_is_found() -> Result<()> {
    let gallery = Gallery::open(Colours::Light).await?;
    gallery.resize(Size::AT_400).await?;
    for (fault, style, complaint) in [
        ("a wide box", "main p { width: 400px }", "the page is"),
        ("a text beside the page", "main p { text-indent: -9999px }", "is outside of the page"),
        ("a cut text", "h1 { height: 1em; overflow: hidden }", "is cut off at its end"),
        ("a squeezed text", "h1 { width: 2em; overflow-wrap: anywhere }", "is broken, and there is room"),
        ("a text that is cut only when spaced", "main p { max-height: 3.1em; overflow: hidden }", "with spaced text"),
        ("a small button", "button { min-height: 0; height: 20px; padding: 0 }", "button.primary “Next” is"),
        ("a faint edge", "input { border-color: #ddd !important }", "the edge of input#account"),
        ("an animation", "h1 { animation: a 9s infinite } @keyframes a { to { opacity: 0.9 } }", "the animation a"),
        ("a transition", "button { transition: color 1s }", "has a transition"),
        ("a focus without a mark", "input:focus-visible { outline: none }", "has an outline of none"),
        ("a faint mark", "input:focus-visible { outline-color: #ccc }", "the outline of input#account"),
        ("a covered focus", "main::after { content: ''; position: fixed; inset: 0 }", "is covered or out of sight"),
        ("a pale text", "h1 { color: #aaa }", "axe: color-contrast"),
    ] {
        gallery.draw("identify-forgotten", "en").await?;
        assert_eq!(gallery.look().await?.complaints, Vec::<String>::new(), "before {fault}");
        let plant =
            "const sheet = new CSSStyleSheet(); sheet.replaceSync(given[0]); document.adoptedStyleSheets = [sheet]";
        gallery.run(plant, vec![json!(style)]).await?;
        let complaints = gallery.look().await?.complaints;
        assert!(complaints.iter().any(|found| found.contains(complaint)), "{fault} was not found: {complaints:?}");
        gallery.run("document.adoptedStyleSheets = []", vec![]).await?;
    }
    gallery.draw("identify-forgotten", "en").await?;
    let whole = gallery.look().await?.parts;
    gallery.run("document.querySelector('main p').style.display = 'none'", vec![]).await?;
    assert_eq!(gallery.look().await?.parts, whole - 1, "a text that is left out was not missed");
    gallery.run("document.querySelector('label').remove()", vec![]).await?;
    let complaints = gallery.look().await?.complaints;
    assert!(complaints.iter().any(|found| found.contains("axe: label")), "{complaints:?}");
    gallery.close().await
}
