//! Pictures of every screen in every state, as large as the app's window.
//!
//! `gallery FOLDER [LANGUAGE-COLOURS…]`, such as `gallery target/demo/screens ar-dark`, leaves them in a folder for each;
//! colours are light, dark, forced and forced-dark.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use latchkey_tests::Gallery;
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::gallery::{Colours, Size};

const LOOKS: [&str; 4] = ["en-light", "en-dark", "ar-light", "ar-dark"];

#[tokio::main]
async fn main() -> Result<()> {
    let watch = Stopwatch::start();
    let mut args = std::env::args().skip(1);
    let folder = args.next().map(PathBuf::from).context("usage: gallery FOLDER [LANGUAGE-COLOURS…]")?;
    let asked: Vec<String> = args.collect();
    let looks = if asked.is_empty() { LOOKS.map(str::to_owned).to_vec() } else { asked };
    let mut count = 0;
    for look in looks {
        let (language, colours) = parts(&look)?;
        count += pictures(&folder.join(&look), language, colours).await?;
    }
    let mut out = std::io::stdout().lock();
    writeln!(out, "{count} pictures of screens in {} s", watch.elapsed().as_secs())?;
    Ok(())
}

/// The tag of a language may have a hyphen of its own, and so may the colours.
fn parts(look: &str) -> Result<(&str, Colours)> {
    for (at, _) in look.match_indices('-') {
        let (language, colours) = look.split_at(at);
        if let Some(colours) = Colours::named(colours.trim_start_matches('-')) {
            return Ok((language, colours));
        }
    }
    bail!("{look} is not LANGUAGE-COLOURS, such as en-light")
}

async fn pictures(folder: &std::path::Path, language: &str, colours: Colours) -> Result<usize> {
    std::fs::create_dir_all(folder)?;
    let gallery = Gallery::open(colours).await?;
    gallery.resize(Size::WINDOW).await?;
    let scenes = gallery.scenes().await?;
    for scene in &scenes {
        gallery.draw(scene, language).await?;
        gallery.picture(&folder.join(format!("{scene}.png"))).await?;
    }
    gallery.close().await?;
    Ok(scenes.len())
}
