//! Gives the page exactly four commands, each behind a permission, and says which libraries are loaded first.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = tauri_build::AppManifest::new().commands(&["screen", "act", "rate", "key"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(manifest))?;
    load_first();
    Ok(())
}

/// The loader looks a symbol up in the libraries in their order, and most of what is looked up at a start is WebKit's
/// own: with WebKit in front of GTK and GLib a window starts some milliseconds earlier.
fn load_first() {
    if std::env::var_os("CARGO_CFG_TARGET_OS").is_some_and(|system| system == "linux") {
        println!("cargo::rustc-link-lib=dylib=webkit2gtk-4.1");
        println!("cargo::rustc-link-lib=dylib=javascriptcoregtk-4.1");
    }
}
