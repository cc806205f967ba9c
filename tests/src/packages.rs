//! Programs of Debian packages that are not installed: whoever runs the tests keeps their network and their sign-in as they
//! are. The packages are unpacked into a folder, which a mount namespace shows over that of the
//! machine.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::root;

/// Shows what was unpacked over the folders of the machine, then goes on with the arguments.
const OVER: &str = "for folder in usr etc var/lib var/log; do if [ -d \"$0/$folder\" ]; then mount -t overlay overlay \
    -o \"lowerdir=$0/$folder:/$folder\" \"/$folder\" || exit 1; fi; done; exec \"$@\"";
const NEEDED: &str = "this needs Debian, root and the network: apt-get, dpkg-deb and unshare";

/// Packages that were unpacked, with what they depend on.
#[derive(Debug)]
pub struct Packages {
    folder: PathBuf,
}

impl Packages {
    /// Fetches and unpacks these; the next test finds them there.
    ///
    /// # Errors
    /// If they cannot be had.
    pub fn unpacked(names: &[&str]) -> Result<Self> {
        let all = root().join("target/packages");
        fs::create_dir_all(&all)?;
        let lock = File::create(all.join("lock"))?;
        lock.lock()?;
        let folder = all.join(names.join("+"));
        if !folder.join("whole").exists() {
            fs::create_dir_all(folder.join("archives/partial"))?;
            let cache = format!("Dir::Cache::archives={}", folder.join("archives").display());
            let install =
                ["-q", "-y", "--no-install-recommends", "--download-only", "--reinstall", "-o", &cache, "install"];
            run(Command::new("apt-get").args(install).args(names))?;
            for archive in fs::read_dir(folder.join("archives"))? {
                let archive = archive?.path();
                if archive.extension().is_some_and(|extension| extension == "deb") {
                    run(Command::new("dpkg-deb").arg("-x").arg(archive).arg(&folder))?;
                }
            }
            // Some packages still have programs beside /usr, where they are links into it.
            for (from, to) in [("sbin", "usr/sbin"), ("bin", "usr/bin"), ("lib", "usr/lib")] {
                let from = folder.join(from);
                if from.is_dir() {
                    run(Command::new("cp").arg("-a").arg(from.join(".")).arg(folder.join(to)))?;
                }
            }
            File::create(folder.join("whole"))?;
        }
        Ok(Self { folder })
    }

    /// Where a file of this name lies, below the folder of what was unpacked.
    ///
    /// # Errors
    /// If no package has it.
    pub fn file(&self, name: &str) -> Result<PathBuf> {
        found(self.folder.clone(), name)
    }

    /// A command in a mount namespace of its own in which the packages are there; what it starts ends with it.
    #[must_use]
    pub fn inside(&self, program: &str) -> Command {
        let mut command = Command::new("unshare");
        command.args(["-m", "--fork", "--kill-child", "sh", "-c", OVER]).arg(&self.folder).arg(program);
        command
    }
}

/// A file of this name below a folder.
fn found(folder: PathBuf, name: &str) -> Result<PathBuf> {
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name() == name {
                return Ok(entry.path());
            }
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    bail!("no package has {name}")
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.stdin(Stdio::null()).output().context(NEEDED)?;
    ensure!(output.status.success(), "{command:?}: {}; {NEEDED}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
