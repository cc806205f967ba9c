//! The Debian package of the app, put together by `dpkg-deb` from a release build.

use std::path::{Path, PathBuf};

use crate::mode;
use crate::setup;
use crate::step::{Done, Failure, cargo, file, output, program, root, run, say, step};

/// The app finds its tray library at run time, so no tool sees that it needs it.
const TRAY_LIBRARY: &str = "libayatana-appindicator3-1";

/// Source and place of every file that is copied as it is.
const FILES: [(&str, &str); 7] = [
    ("packaging/linux/latchkey.desktop", "usr/share/applications/latchkey.desktop"),
    ("packaging/linux/latchkey-autostart.desktop", "etc/xdg/autostart/latchkey.desktop"),
    ("packaging/linux/pam.d/latchkey", "etc/pam.d/latchkey"),
    ("icons/32x32.png", "usr/share/icons/hicolor/32x32/apps/latchkey.png"),
    ("icons/128x128.png", "usr/share/icons/hicolor/128x128/apps/latchkey.png"),
    ("icons/128x128@2x.png", "usr/share/icons/hicolor/256x256/apps/latchkey.png"),
    ("icons/latchkey.svg", "usr/share/icons/hicolor/scalable/apps/latchkey.svg"),
];

/// Builds the package and returns where it is.
pub(crate) fn dist() -> Done<PathBuf> {
    setup::setup()?;
    step("release build of the app", build_release)?;
    step("Debian package", package)
}

pub(crate) fn build_release() -> Done {
    run(
        &mut cargo([
            "build",
            "--release",
            "--package=latchkey",
            "--package=latchkey-credstore",
            "--features=tauri/custom-protocol",
        ]),
        "the compiler names file and line above",
    )
}

fn package() -> Done<PathBuf> {
    let dist = root().join("target/dist");
    let tree = dist.join("tree");
    if tree.exists() {
        file(&tree, std::fs::remove_dir_all(&tree))?;
    }
    let binary = root().join("target/release/latchkey");
    copy(&binary, &tree.join("usr/bin/latchkey"), 0o755)?;
    // The app looks for it beside itself and nowhere else.
    let places = root().join("target/release/latchkey-place");
    copy(&places, &tree.join("usr/bin/latchkey-place"), 0o755)?;
    for (source, place) in FILES {
        copy(&root().join(source), &tree.join(place), 0o644)?;
    }
    compress("packaging/linux/changelog", &tree.join("usr/share/doc/latchkey/changelog.gz"))?;
    let example = root().join("packaging/places/campus-sync.py");
    copy(&example, &tree.join("usr/share/doc/latchkey/examples/campus-sync.py"), 0o644)?;
    compress("packaging/linux/latchkey.1", &tree.join("usr/share/man/man1/latchkey.1.gz"))?;
    write(&tree.join("usr/share/doc/latchkey/copyright"), &copyright()?)?;
    write(&tree.join("DEBIAN/conffiles"), "/etc/pam.d/latchkey\n/etc/xdg/autostart/latchkey.desktop\n")?;
    write(&tree.join("DEBIAN/md5sums"), &md5sums(&tree)?)?;

    let architecture = output(&mut program("dpkg", ["--print-architecture"]), "install dpkg")?.trim().to_owned();
    let version = env!("CARGO_PKG_VERSION");
    let template = root().join("packaging/linux/control");
    let control = file(&template, std::fs::read_to_string(&template))?
        .replace("@VERSION@", version)
        .replace("@ARCHITECTURE@", &architecture)
        .replace("@SIZE@", &size_in_kib(&tree)?.to_string())
        .replace("@DEPENDS@", &depends(&dist, [&binary, &places])?);
    write(&tree.join("DEBIAN/control"), &control)?;

    let deb = dist.join(format!("latchkey_{version}_{architecture}.deb"));
    run(
        program("dpkg-deb", ["--root-owner-group", "-Zxz", "--build"]).arg(&tree).arg(&deb),
        "dpkg-deb says above what is wrong with packaging/linux/",
    )?;
    let bytes = file(&deb, deb.metadata())?.len();
    say(format_args!("   {} ({} kB)", deb.display(), bytes / 1000));
    Ok(deb)
}

fn copy(from: &Path, to: &Path, bits: u32) -> Done {
    make_folder_of(to)?;
    file(from, std::fs::copy(from, to))?;
    mode::set(to, bits)
}

fn write(to: &Path, text: &str) -> Done {
    make_folder_of(to)?;
    file(to, std::fs::write(to, text))?;
    mode::set(to, 0o644)
}

fn make_folder_of(path: &Path) -> Done {
    let folder = path.parent().unwrap_or(path);
    file(folder, std::fs::create_dir_all(folder))?;
    for above in folder.ancestors().take_while(|above| !above.ends_with("target/dist")) {
        mode::set(above, 0o755)?;
    }
    Ok(())
}

/// Without name and time inside, so that the same source makes the same bytes.
fn compress(source: &str, to: &Path) -> Done {
    make_folder_of(to)?;
    let compressed = program("gzip", ["--best", "--no-name", "--stdout", source]).output();
    let compressed = file(&root().join(source), compressed)?;
    if !compressed.status.success() {
        return Err(Failure::new(format!("gzip {source} ended with {}", compressed.status), "install gzip"));
    }
    file(to, std::fs::write(to, compressed.stdout))?;
    mode::set(to, 0o644)
}

/// The licence of the app, and those of everything that is linked into it.
fn copyright() -> Done<String> {
    let own = root().join("packaging/linux/copyright");
    let mut text = file(&own, std::fs::read_to_string(&own))?;
    let listed = output(
        &mut cargo(["tree", "--package=latchkey", "--edges=normal", "--prefix=none", "--format={p}: {l}"]),
        "cargo says why above",
    )?;
    // Crates of the workspace come with their folder in brackets.
    let mut linked: Vec<&str> = listed.lines().filter(|line| !line.contains("(/") && !line.contains("(*)")).collect();
    linked.sort_unstable();
    linked.dedup();
    text.push_str("\nComment: linked into /usr/bin/latchkey, under the licences named here:\n");
    for line in linked {
        text.push_str(&format!(" {line}\n"));
    }
    Ok(text)
}

fn md5sums(tree: &Path) -> Done<String> {
    let mut find = program("find", ["usr", "-type", "f", "-exec", "md5sum", "{}", "+"]);
    output(find.current_dir(tree), "install coreutils and findutils")
}

fn size_in_kib(tree: &Path) -> Done<u64> {
    let listed =
        output(program("du", ["--summarize", "--apparent-size", "--block-size=1024"]).arg(tree), "install coreutils")?;
    let size = listed.split_whitespace().next().and_then(|size| size.parse().ok());
    size.ok_or_else(|| Failure::new(format!("du wrote {listed:?}"), "install coreutils"))
}

/// The packages of the libraries that the binary names, and the one that it does not.
fn depends(dist: &Path, binaries: [&Path; 2]) -> Done<String> {
    // dpkg-shlibdeps works only beside a source package's control file.
    write(&dist.join("debian/control"), "Source: latchkey\n\nPackage: latchkey\nArchitecture: any\n")?;
    let mut shlibdeps = program("dpkg-shlibdeps", ["-O", "--ignore-missing-info"]);
    let found = output(shlibdeps.current_dir(dist).args(binaries), "install dpkg-dev")?;
    let found = found.trim().trim_start_matches("shlibs:Depends=");
    Ok(format!("{found}, {TRAY_LIBRARY}"))
}
