//! The demonstration walk: a reset, a change and a registration in the real windows, with a picture of every screen.
//!
//! `walk FOLDER [--delivery NAME] [--directory NAME]` leaves the pictures, the messages that were sent and a transcript in
//! the folder; with the name of a gateway, the code of the reset comes by a real one, and with that of a directory its
//! people are in a real one.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use latchkey_tests::campus::Account;
use latchkey_tests::clock::Stopwatch;
use latchkey_tests::gateway::Gateway;
use latchkey_tests::{Campus, Desk, Window, steps};

/// As the file manager of GNOME stores the sign-in of a network drive.
const DRIVE: [(&str, &str); 4] = [
    ("xdg:schema", "org.gnome.keyring.NetworkPassword"),
    ("server", "files.example.edu"),
    ("user", "ada"),
    ("protocol", "smb"),
];

const RESET_TO: &str = "violet tractor onion mail";
const CHANGED_TO: &str = "seven kites above the pier";

#[tokio::main]
async fn main() -> Result<()> {
    let usage = "usage: walk FOLDER [--delivery NAME] [--directory NAME]";
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map(PathBuf::from).context(usage)?;
    let (mut gateway, mut directory) = (None, None);
    while let Some(option) = arguments.next() {
        let name = match option.as_str() {
            "--delivery" => &mut gateway,
            "--directory" => &mut directory,
            _ => bail!(usage),
        };
        *name = Some(arguments.next().context(usage)?);
    }
    let mut walk = Walk::start(&folder, gateway.as_deref(), directory.as_deref()).await?;
    walk.reset().await?;
    walk.change().await?;
    walk.register().await?;
    walk.finish()
}

struct Walk {
    folder: PathBuf,
    watch: Stopwatch,
    desk: Desk,
    campus: Campus,
    account: Account,
    before: Vec<String>,
    pictures: u32,
    transcript: String,
}

impl Walk {
    async fn start(folder: &Path, gateway: Option<&str>, directory: Option<&str>) -> Result<Self> {
        let watch = Stopwatch::start();
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
        let folder = folder.canonicalize()?;
        let campus = Campus::start_with(gateway, directory).await?;
        let desk = Desk::new().await?;
        let account = campus.account_with(&["text_mobile", "email", "questions"])?;
        desk.store("Campus drive", &DRIVE, &account.password).await?;
        let before = desk.attributes(&DRIVE).await?;
        ensure!(!before.is_empty(), "the keyring shows no attributes of the stored entry");
        let mut walk =
            Self { folder, watch, desk, campus, account, before, pictures: 0, transcript: "# Demo walk\n\n".into() };
        walk.note("a file manager saved its password for files.example.edu in the keyring")?;
        Ok(walk)
    }

    async fn reset(&mut self) -> Result<()> {
        let window = Window::open(&self.desk, &self.campus.policy()?, "--recover").await?;
        window.on("start").await?;
        self.picture(&window, "start").await?;
        window.press_on("#case-forgotten").await?;
        window.on("identify").await?;
        window.seen("#characters").await?;
        self.picture(&window, "identify").await?;
        let account = self.account.clone();
        steps::identify(&window, &account.account).await?;
        self.note("reset: said who they are; in place of the characters the app solved a check that nobody sees")?;
        let by_code = self.campus.gateway().map_or("text_mobile", Gateway::method);
        for (method, next) in [(by_code, "choose_method"), ("questions", "new_password")] {
            let proof = account.proof(method)?;
            steps::pick(&window, proof).await?;
            self.picture(&window, &format!("choose-{method}")).await?;
            window.go(steps::asks_for(proof)).await?;
            self.picture(&window, &format!("prove-{method}")).await?;
            steps::prove(&window, &mut self.campus, proof, next).await?;
            self.note(&format!("reset: proven by {method}"))?;
        }
        steps::type_new_password(&window, RESET_TO).await?;
        self.picture(&window, "new-password").await?;
        window.go("done").await?;
        window.seen("input[name=copy]").await?;
        self.picture(&window, "done-asking").await?;
        self.note("reset: the directory has the new password; one saved sign-in may have the old one")?;
        window.tick("input[name=copy]").await?;
        window.press_on("#refresh").await?;
        window.seen("[data-outcome=updated]").await?;
        window.seen("#close").await?;
        self.picture(&window, "done").await?;
        self.directory_takes(RESET_TO, &self.account.password.clone()).await?;
        self.drive_opens_with(RESET_TO).await?;
        self.note("reset: the ticked sign-in now has the new password, its attributes are as they were")?;
        window.close().await
    }

    async fn change(&mut self) -> Result<()> {
        let window = Window::open(&self.desk, &self.campus.policy()?, "--change").await?;
        window.on("change_password").await?;
        self.picture(&window, "change").await?;
        let account = self.account.clone();
        steps::type_change(&window, &account.account, &account.password, CHANGED_TO).await?;
        window.submit().await?;
        window.error("current_password_wrong").await?;
        self.picture(&window, "change-old-refused").await?;
        self.note("change: the password from before the reset is refused")?;
        steps::type_change(&window, &account.account, RESET_TO, CHANGED_TO).await?;
        window.go("done").await?;
        window.seen("[data-outcome=updated]").await?;
        window.seen("#close").await?;
        self.picture(&window, "change-done").await?;
        self.directory_takes(CHANGED_TO, RESET_TO).await?;
        self.drive_opens_with(CHANGED_TO).await?;
        self.note(
            "change: the password of the reset is accepted; the saved sign-in, which held it, followed by itself",
        )?;
        window.close().await
    }

    async fn register(&mut self) -> Result<()> {
        let window = Window::open(&self.desk, &self.campus.policy()?, "--register").await?;
        window.on("sign_in").await?;
        self.picture(&window, "register-sign-in").await?;
        let blank = self.campus.account("blank")?;
        steps::sign_in(&window, &blank, "manage").await?;
        self.picture(&window, "register-nothing-yet").await?;
        steps::open(&window, "#add-authenticator", "add_authenticator").await?;
        self.picture(&window, "register-authenticator").await?;
        steps::confirm_authenticator(&window, &mut self.campus).await?;
        self.note("registration: an authenticator is set up, confirmed by its first code")?;
        steps::open(&window, "#add-recovery_codes", "recovery_codes").await?;
        self.picture(&window, "register-recovery-codes").await?;
        steps::keep_recovery_codes(&window).await?;
        self.picture(&window, "register-enough").await?;
        window.go("done").await?;
        self.picture(&window, "register-done").await?;
        self.note("registration: recovery codes are set up and saved as a file; that is enough to get back in")?;
        window.close().await
    }

    fn finish(mut self) -> Result<()> {
        std::fs::copy(self.campus.outbox(), self.folder.join("outbox.jsonl"))?;
        let sent = self.campus.messages()?;
        let seconds = self.watch.elapsed().as_secs_f64();
        writeln!(self.transcript, "\n- messages in the outbox: {}", sent.len())?;
        if let Some(gateway) = self.campus.gateway() {
            writeln!(self.transcript, "- {}", gateway.carried()?)?;
        }
        writeln!(self.transcript, "- screens pictured: {}", self.pictures)?;
        writeln!(self.transcript, "- the whole walk: {seconds:.1} s")?;
        std::fs::write(self.folder.join("transcript.md"), &self.transcript)?;
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", self.transcript)?;
        Ok(())
    }

    /// Asks a real directory by another program than ours.
    async fn directory_takes(&mut self, new: &str, old: &str) -> Result<()> {
        let Some(directory) = self.campus.directory() else { return Ok(()) };
        let (account, witness) = (&self.account.account, directory.witness());
        ensure!(directory.lets_in(account, new).await?, "{witness} does not let {account} in with the new password");
        ensure!(!directory.lets_in(account, old).await?, "{witness} still lets {account} in with the old password");
        self.note(&format!("{witness} lets them in with the new password, and not with the old one"))
    }

    async fn drive_opens_with(&self, password: &str) -> Result<()> {
        let saved = self.desk.lookup(&DRIVE).await?;
        ensure!(saved.as_deref() == Some(password), "the file manager does not find the new password in the keyring");
        let after = self.desk.attributes(&DRIVE).await?;
        ensure!(after == self.before, "attributes changed: {:?} became {after:?}", self.before);
        Ok(())
    }

    async fn picture(&mut self, window: &Window, name: &str) -> Result<()> {
        self.pictures += 1;
        window.picture(&self.folder.join(format!("{:02}-{name}.png", self.pictures))).await
    }

    fn note(&mut self, what: &str) -> Result<()> {
        let seconds = self.watch.elapsed().as_secs_f64();
        Ok(writeln!(self.transcript, "- {seconds:5.1} s  {what}")?)
    }
}
