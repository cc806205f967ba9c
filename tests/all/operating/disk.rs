//! The disk is full, or does not keep what it is given: nothing is written that is not kept, and nobody is told otherwise.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use latchkey_tests::Campus;
use latchkey_tests::wait::{PATIENCE, until};
use serde_json::json;

use super::Caller;

/// A file system of its own that is soon full; gone with this.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn of(megabytes: u32) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let options = format!("size={megabytes}m,mode=0700");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(folder.path()).output()?;
        let said = String::from_utf8_lossy(&mounted.stderr).into_owned();
        ensure!(mounted.status.success(), "a small disk cannot be mounted, run the tests as root: {said}");
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Fills it to the last byte.
    fn fill(&self) -> Result<()> {
        use std::io::Write as _;
        let mut filler = std::fs::File::create(self.path().join("filler"))?;
        for size in [64 * 1024, 4096, 1] {
            while filler.write_all(&vec![0; size]).is_ok() {}
        }
        Ok(())
    }

    fn make_room(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.path().join("filler"))?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).output();
    }
}

#[tokio::test]
async fn a_full_disk_is_said_before_anything_is_written_and_room_is_noticed_within_ten_seconds() -> Result<()> {
    // R16
    let disk = SmallDisk::of(8)?;
    let campus = Campus::start_at(disk.path()).await?;
    let caller = Caller::of(&campus)?;
    let mut chosen = caller.through_gates(&campus, "grace").await?;
    ensure!(caller.health().await? == (200, json!({"status": "ok"})));
    let pid = campus.pid()?;
    for _ in 0..3 {
        disk.fill()?;
        until("the health of a server whose disk is full", Duration::from_secs(10), async || {
            Ok((caller.health().await?.0 == 503).then_some(()))
        })
        .await?;
        let (status, answer) = caller.ask_to_start("ada").await?;
        ensure!(status == 503, "{status} {answer}");
        let (status, answer) = caller.set_password(&mut chosen, "violet tractor onion mail").await?;
        ensure!(status == 503, "{status} {answer}");
        disk.make_room()?;
        until("the health of a server with room again", Duration::from_secs(10), async || {
            Ok((caller.health().await?.0 == 200).then_some(()))
        })
        .await?;
    }
    ensure!(campus.pid()? == pid, "without a new start");
    let (status, answer) = caller.set_password(&mut chosen, "violet tractor onion mail").await?;
    ensure!(status == 200 && answer["step"] == "done", "{status} {answer}");
    caller.start("ada").await?;
    // Every reset has its rows in the audit, which is whole.
    let database =
        sqlx::SqlitePool::connect(&format!("sqlite://{}", disk.path().join("latchkey.db").display())).await?;
    let count = async |query: &'static str| -> Result<i64> {
        let (count,): (i64,) = sqlx::query_as(query).fetch_one(&database).await?;
        Ok(count)
    };
    let writes = count("SELECT coalesce(sum(password_version - 1), 0) FROM directory_accounts").await?;
    let audited = count("SELECT count(*) FROM audit WHERE event = 'directory written'").await?;
    ensure!((writes, audited) == (1, 1), "{writes} resets, {audited} of them in the audit");
    ensure!(campus.command(&["audit", "verify"]).await?.contains("each fits"));
    Ok(())
}

/// Has every sync of a process fail, until this is gone.
struct FailingSyncs(Child);

impl FailingSyncs {
    async fn of(pid: u32) -> Result<Self> {
        let strace = Command::new("strace")
            .args(["-qq", "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync"])
            .args(["-e", "inject=fsync,fdatasync:error=EIO", "-p", &pid.to_string()])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("strace cannot be started: apt-get install strace")?;
        let failing = Self(strace);
        until("strace to be at it", PATIENCE, async || {
            let mut traced = Vec::new();
            for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
                let status = std::fs::read_to_string(thread?.path().join("status")).unwrap_or_default();
                traced.push(!status.contains("TracerPid:\t0"));
            }
            Ok(traced.iter().all(|traced| *traced).then_some(()))
        })
        .await?;
        Ok(failing)
    }
}

impl Drop for FailingSyncs {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn after_a_sync_that_failed_nothing_is_written_until_the_server_is_started_again() -> Result<()> {
    // R17
    let mut campus = Campus::start().await?;
    let caller = Caller::of(&campus)?;
    let mut chosen = caller.through_gates(&campus, "grace").await?;
    let failing = FailingSyncs::of(campus.pid()?).await?;
    let (status, answer) = caller.set_password(&mut chosen, "violet tractor onion mail").await?;
    ensure!(status == 503, "{status} {answer}");
    drop(failing);
    // The disk is well again, and what it has lost nobody knows: it is not asked again.
    for _ in 0..3 {
        let (status, answer) = caller.ask_to_start("ada").await?;
        ensure!(status == 503, "{status} {answer}");
        ensure!(caller.health().await?.0 == 503);
    }
    campus.stop().await?;
    campus.start_again().await?;
    ensure!(caller.health().await?.0 == 200);
    let (status, answer) = caller.set_password(&mut chosen, "violet tractor onion mail").await?;
    ensure!(status == 200 || status == 409, "{status} {answer}");
    ensure!(campus.command(&["audit", "verify"]).await?.contains("each fits"));
    caller.start("ada").await?;
    Ok(())
}
