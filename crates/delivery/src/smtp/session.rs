//! One connection to a relay: greeting, TLS, sign-in, and one mail after another.

use std::io;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, CertificateStore, TlsParameters, TlsParametersBuilder};
use lettre::transport::smtp::commands::{Data, Mail as From, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension};
use lettre::transport::smtp::response::Response;
use secrecy::ExposeSecret as _;
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::authorities::authorities;
use super::error::{SmtpError, Stage};
use super::lines::Lines;
use super::mail::Mail;
use super::settings::{Security, Settings};

/// How long a relay may take to say goodbye.
const GOODBYE: Duration = Duration::from_millis(500);
/// Longest answer that is kept, in characters.
const LONGEST_ANSWER: usize = 128;

/// A relay that has greeted, speaks TLS unless it is on this machine, and has let this server in.
pub(super) struct Session {
    connection: AsyncSmtpConnection,
}

impl Session {
    /// # Errors
    /// If the relay cannot be reached, cannot prove who it is, or lets nobody in.
    pub(super) async fn open(settings: &Settings) -> Result<Self, SmtpError> {
        let hello = settings.helo.clone().map_or_else(ClientId::default, ClientId::Domain);
        let mut connection = match settings.security {
            Security::Tls => implicit(settings, &hello).await?,
            Security::Starttls => starttls(settings, &hello).await?,
            Security::Plain => plain(settings, &hello).await?,
        };
        if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
            let password = password.read().await?.expose_secret().to_owned();
            let signed_in = connection.auth(DEFAULT_MECHANISMS, &Credentials::new(user.clone(), password)).await;
            signed_in.map_err(|error| match error.is_client() {
                true => SmtpError::NoSignIn,
                false => SmtpError::of(Stage::SignIn, &error),
            })?;
        }
        Ok(Self { connection })
    }

    /// Whether the relay still listens; it forgets what was begun.
    pub(super) async fn is_there(&mut self) -> bool {
        self.connection.command(Rset).await.is_ok()
    }

    /// Has the relay wait for the content of a mail to its one recipient.
    ///
    /// # Errors
    /// If it does not.
    pub(super) async fn announce(&mut self, mail: &Mail) -> Result<(), SmtpError> {
        self.ask(Stage::Sender, From::new(Some(mail.from.clone()), vec![])).await?;
        self.ask(Stage::Recipient, Rcpt::new(mail.to.clone(), vec![])).await?;
        let waits = self.ask(Stage::Data, Data).await?;
        if waits.has_code(354) { Ok(()) } else { Err(SmtpError::Garbled) }
    }

    /// Sends the content; what the relay says to it, where it has taken it.
    ///
    /// # Errors
    /// [`SmtpError::Reply`] if it has certainly not; after any other, nobody knows.
    pub(super) async fn hand_over(&mut self, mail: &Mail) -> Result<Option<String>, SmtpError> {
        let answered = self.connection.message(&mail.bytes).await;
        let answered = answered.map_err(|error| SmtpError::of(Stage::Content, &error))?;
        if !answered.has_code(250) {
            return Err(SmtpError::Garbled);
        }
        Ok(said(&answered))
    }

    /// Says goodbye, where that is answered at once.
    pub(super) async fn leave(mut self) {
        let _ = timeout(GOODBYE, self.connection.quit()).await;
    }

    async fn ask(&mut self, stage: Stage, command: impl std::fmt::Display) -> Result<Response, SmtpError> {
        self.connection.command(command).await.map_err(|error| SmtpError::of(stage, &error))
    }
}

/// How the relay calls what it has taken, without addresses.
fn said(answered: &Response) -> Option<String> {
    let words = answered.first_line()?.split_whitespace().filter(|word| !word.contains('@'));
    let said = words.collect::<Vec<_>>().join(" ");
    let said: String = said.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(LONGEST_ANSWER).collect();
    (!said.is_empty()).then_some(said)
}

async fn implicit(settings: &Settings, hello: &ClientId) -> Result<AsyncSmtpConnection, SmtpError> {
    let tls = tls(settings).await?;
    let (host, port) = (settings.host.as_str(), settings.port());
    let patience = Some(settings.patience() / 2);
    let opened = AsyncSmtpConnection::connect_tokio1((host, port), patience, hello, Some(tls), None).await;
    opened.map_err(|error| match unreached(&error) {
        Some(source) => SmtpError::Unreachable { host: host.to_owned(), port, source },
        None => of_tls(Stage::Hello, &error),
    })
}

async fn starttls(settings: &Settings, hello: &ClientId) -> Result<AsyncSmtpConnection, SmtpError> {
    let tls = tls(settings).await?;
    let mut connection = greeted(connected(settings).await?, hello).await?;
    if !connection.server_info().supports_feature(Extension::StartTls) {
        let _ = timeout(GOODBYE, connection.quit()).await;
        return Err(SmtpError::NoStarttls);
    }
    connection.starttls(tls, hello).await.map_err(|error| of_tls(Stage::Starttls, &error))?;
    Ok(connection)
}

async fn plain(settings: &Settings, hello: &ClientId) -> Result<AsyncSmtpConnection, SmtpError> {
    let stream = connected(settings).await?;
    let is_here = stream.peer_addr().is_ok_and(|address| address.ip().is_loopback());
    if !is_here {
        return Err(SmtpError::Elsewhere(settings.host.clone()));
    }
    greeted(stream, hello).await
}

/// Tries the addresses of the host one after the other; one that does not answer leaves time for the next.
async fn connected(settings: &Settings) -> Result<TcpStream, SmtpError> {
    let (host, port) = (settings.host.as_str(), settings.port());
    let unreachable = |source| SmtpError::Unreachable { host: host.to_owned(), port, source };
    let mut last = io::Error::new(io::ErrorKind::NotFound, "no such host");
    for address in tokio::net::lookup_host((host, port)).await.map_err(unreachable)? {
        match timeout(settings.patience() / 2, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => last = error,
            Err(_) => last = io::ErrorKind::TimedOut.into(),
        }
    }
    Err(unreachable(last))
}

async fn greeted(stream: TcpStream, hello: &ClientId) -> Result<AsyncSmtpConnection, SmtpError> {
    let greeted = AsyncSmtpConnection::connect_with_transport(Box::new(Lines::of(stream)), hello).await;
    greeted.map_err(|error| SmtpError::of(Stage::Hello, &error))
}

/// An answer is one; what else goes wrong while TLS begins is put down to it.
fn of_tls(stage: Stage, error: &lettre::transport::smtp::Error) -> SmtpError {
    if error.status().is_some() { SmtpError::of(stage, error) } else { SmtpError::Tls(innermost(error).into()) }
}

/// What was wrong at the bottom: each level of the library repeats what the one below says.
fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let all = std::iter::successors(Some(error), |error| error.source());
    all.last().map(ToString::to_string).unwrap_or_default()
}

/// Why there is no connection at all; nothing if there was one and TLS failed.
fn unreached(error: &lettre::transport::smtp::Error) -> Option<io::Error> {
    use io::ErrorKind::{ConnectionAborted, ConnectionReset, InvalidData, UnexpectedEof};
    let SmtpError::Cut(source) = SmtpError::of(Stage::Hello, error) else { return None };
    let of_tls = matches!(source.kind(), InvalidData | UnexpectedEof | ConnectionReset | ConnectionAborted);
    (!of_tls).then_some(source)
}

/// Read anew for each connection, so that authorities can be replaced while the server runs.
async fn tls(settings: &Settings) -> Result<TlsParameters, SmtpError> {
    // Without one, the library would panic.
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        return Err(SmtpError::NoProvider);
    }
    let builder = TlsParametersBuilder::new(settings.host.clone());
    let builder = match &settings.ca {
        Some(path) => builder.certificate_store(CertificateStore::None).add_root_certificate(authorities(path).await?),
        None => builder,
    };
    builder.build_rustls().map_err(|error| SmtpError::Tls(innermost(&error).into()))
}
