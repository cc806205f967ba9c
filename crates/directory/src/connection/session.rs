//! One connection to one server: TLS first, then a bind, then requests, one at a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use ldap3::controls::{ControlParser as _, PagedResults, RawControl};
use ldap3::exop::Exop;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, LdapResult, ResultEntry, SearchOptions};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::address::Address;
use super::answer::{Found, Reply};
use super::error::{ConnectionError, code};
use super::request::{Change, Page, Paging, Search};
use super::tls::Trust;

/// How long a server may take to connect, TLS included (R05).
const CONNECTING: Duration = Duration::from_secs(5);
/// How long it may take to answer (R05).
const ANSWERING: Duration = Duration::from_secs(10);
const PAGED_RESULTS: &str = "1.2.840.113556.1.4.319";
const SERVER_SORT: &str = "1.2.840.113556.1.4.473";

/// A control of a request.
#[derive(Debug, Clone)]
pub struct Control {
    pub oid: &'static str,
    pub critical: bool,
    pub value: Option<Vec<u8>>,
}

impl From<Control> for RawControl {
    fn from(control: Control) -> Self {
        Self { ctype: control.oid.to_owned(), crit: control.critical, val: control.value }
    }
}

/// A verified connection. It is only worth keeping while every request on it was answered.
pub struct Session {
    server: String,
    ldap: Ldap,
    driver: JoinHandle<()>,
    sound: bool,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Session {
    /// Connects and verifies the server's certificate; nobody is signed in yet.
    ///
    /// # Errors
    /// If there is no server, or it cannot be trusted.
    pub async fn connect(address: &Address, trust: &Trust) -> Result<Self, ConnectionError> {
        let server = address.to_string();
        let settings = LdapConnSettings::new()
            .set_config(trust.config())
            .set_starttls(address.starts_tls_later())
            .set_conn_timeout(CONNECTING);
        let connected = caught(LdapConnAsync::with_settings(settings, &server)).await;
        let (connection, ldap) = match connected {
            None => return Err(ConnectionError::Nonsense { server, what: "no answer to StartTLS".to_owned() }),
            Some(Ok(connected)) => connected,
            Some(Err(error)) => return Err(not_connected(server, error)),
        };
        let name = server.clone();
        let driver = tokio::spawn(async move {
            if let Err(error) = connection.drive().await {
                tracing::debug!(server = name, error = &error as &dyn std::error::Error, "a connection broke");
            }
        });
        Ok(Self { server, ldap, driver, sound: true })
    }

    /// The server's address.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Whether it can be used for another request.
    #[must_use]
    pub fn is_sound(&mut self) -> bool {
        self.sound && !self.ldap.is_closed()
    }

    /// Asks for a simple bind, which signs in or changes nothing.
    ///
    /// # Errors
    /// If no answer came. An empty password is not sent at all.
    pub async fn bind(
        &mut self,
        dn: &str,
        password: &SecretString,
        controls: Vec<Control>,
    ) -> Result<Reply, ConnectionError> {
        if dn.is_empty() || password.expose_secret().is_empty() {
            return Err(ConnectionError::EmptyPassword);
        }
        let mut ldap = self.ready(controls);
        let result = self.answered(ldap.simple_bind(dn, password.expose_secret())).await?;
        Ok(reply(result))
    }

    /// Whether an attribute of an entry has this value; nothing if the server does not say.
    ///
    /// # Errors
    /// If no answer came.
    pub async fn compare(&mut self, dn: &str, attribute: &str, value: &[u8]) -> Result<Option<bool>, ConnectionError> {
        let mut ldap = self.ready(Vec::new());
        let result = self.answered(ldap.compare(dn, attribute, value)).await?;
        Ok(match result.0.rc {
            code::COMPARE_TRUE => Some(true),
            code::COMPARE_FALSE => Some(false),
            _ => None,
        })
    }

    /// Asks for changes of one entry, all of them or none.
    ///
    /// # Errors
    /// If no answer came: they may have been made.
    pub async fn modify(
        &mut self,
        dn: &str,
        changes: Vec<Change>,
        controls: Vec<Control>,
    ) -> Result<Reply, ConnectionError> {
        let mut ldap = self.ready(controls);
        let changes = changes.into_iter().map(Change::into_mod).collect();
        let result = self.answered(ldap.modify(dn, changes)).await?;
        Ok(reply(result))
    }

    /// Asks for an extended operation.
    ///
    /// # Errors
    /// If no answer came: it may have been done.
    pub async fn extended(
        &mut self,
        operation: impl Into<Exop>,
        controls: Vec<Control>,
    ) -> Result<(Reply, Option<Vec<u8>>), ConnectionError> {
        let mut ldap = self.ready(controls);
        let result = self.answered(ldap.extended(operation.into())).await?;
        Ok((reply(result.1), result.0.val))
    }

    /// Looks for entries.
    ///
    /// # Errors
    /// If no answer came, it says no, or more is found than the search allows.
    pub async fn search(&mut self, search: &Search<'_>) -> Result<Vec<Found>, ConnectionError> {
        let asked = search.limit.saturating_add(1);
        let (found, _) = self.find(search, search.limit, asked, Vec::new()).await?;
        Ok(found)
    }

    /// Looks for the one entry of this name; nothing if there is none.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub async fn read(&mut self, dn: &str, attributes: &[&str]) -> Result<Option<Found>, ConnectionError> {
        let search = Search { base: dn, scope: super::Scope::Base, filter: "(objectClass=*)", attributes, limit: 1 };
        match self.search(&search).await {
            Ok(found) => Ok(found.into_iter().next()),
            Err(ConnectionError::Answer { code: code::NO_SUCH_OBJECT, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Looks for entries, page by page (RFC 2696). The limit of the search is not looked at.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub async fn search_page(&mut self, search: &Search<'_>, paging: Paging) -> Result<Page, ConnectionError> {
        let size = paging.size;
        let control = PagedResults { size: i32::from(size), cookie: paging.cookie };
        let mut control = RawControl::from(control);
        control.crit = true;
        let (entries, reply) = self.find(search, usize::from(size), 0, vec![control]).await?;
        let cookie = match reply.control(PAGED_RESULTS) {
            Some(value) => match catch_unwind(|| PagedResults::parse(value)) {
                Ok(paged) => paged.cookie,
                Err(_) => return Err(self.nonsense("a page that does not say whether there is another")),
            },
            None => Vec::new(),
        };
        Ok(Page { entries, cookie })
    }

    /// Looks for the first `size` entries in the order of an attribute's values (RFC 2891), and whether there are more. The
    /// limit of the search is not looked at.
    ///
    /// # Errors
    /// As [`Self::search`].
    pub async fn search_first(
        &mut self,
        search: &Search<'_>,
        by: &str,
        size: u16,
        controls: Vec<Control>,
    ) -> Result<(Vec<Found>, bool), ConnectionError> {
        let name = u8::try_from(by.len()).unwrap_or(u8::MAX);
        // SEQUENCE OF SEQUENCE { attributeType OCTET STRING }, for a name shorter than 100 bytes.
        let mut keys = vec![0x30, name + 4, 0x30, name + 2, 0x04, name];
        keys.extend(by.as_bytes());
        let mut page = RawControl::from(PagedResults { size: i32::from(size), cookie: Vec::new() });
        page.crit = true;
        let sorted = Control { oid: SERVER_SORT, critical: true, value: Some(keys) };
        let mut all = vec![page];
        all.extend(controls.into_iter().chain([sorted]).map(RawControl::from));
        let (entries, reply) = self.find(search, usize::from(size), 0, all).await?;
        let cookie = reply.control(PAGED_RESULTS).map(|value| catch_unwind(|| PagedResults::parse(value).cookie));
        let more = matches!(cookie, Some(Ok(cookie)) if !cookie.is_empty());
        Ok((entries, more))
    }

    async fn find(
        &mut self,
        search: &Search<'_>,
        limit: usize,
        asked: usize,
        controls: Vec<RawControl>,
    ) -> Result<(Vec<Found>, Reply), ConnectionError> {
        self.sound = false;
        let mut ldap = self.ldap.clone();
        ldap.with_timeout(ANSWERING);
        let at_most = i32::try_from(asked).unwrap_or(i32::MAX);
        let seconds = i32::try_from(ANSWERING.as_secs()).unwrap_or(i32::MAX);
        ldap.with_search_options(SearchOptions::new().sizelimit(at_most).timelimit(seconds));
        ldap.with_controls(controls);
        let entries = async {
            let mut stream =
                ldap.streaming_search(search.base, search.scope.into(), search.filter, search.attributes).await?;
            let mut entries = Vec::new();
            while entries.len() <= limit {
                match stream.next().await? {
                    // What lies on other servers is not this directory's.
                    Some(entry) if entry.is_ref() || entry.is_intermediate() => {}
                    Some(entry) => entries.push(entry),
                    None => return Ok((entries, Some(stream.finish().await))),
                }
            }
            Ok((entries, None))
        };
        // The library's own limit begins anew with each entry.
        let (entries, result) = match timeout(ANSWERING, caught(entries)).await {
            Ok(answered) => self.heard(answered)?,
            Err(elapsed) => return Err(self.lost(elapsed.into())),
        };
        let too_many = || ConnectionError::TooMany { server: self.server.clone(), base: search.base.to_owned(), limit };
        let Some(result) = result else { return Err(too_many()) };
        self.sound = true;
        let reply = reply(result);
        if reply.code == code::SIZE_LIMIT_EXCEEDED {
            return Err(too_many());
        }
        self.done("search", &reply)?;
        let read = |entry: ResultEntry| Found::read(entry.0);
        let entries = entries.into_iter().map(read).collect::<Result<Vec<_>, _>>();
        Ok((entries.map_err(|what| self.nonsense(&what))?, reply))
    }

    /// Nothing if the server did what it was asked.
    ///
    /// # Errors
    /// With what it answered, if not.
    pub fn done(&self, request: &'static str, reply: &Reply) -> Result<(), ConnectionError> {
        if reply.code == code::SUCCESS {
            return Ok(());
        }
        let server = self.server.clone();
        Err(if reply.code == code::REFERRAL {
            ConnectionError::Referred { server, request, to: reply.referrals.clone() }
        } else {
            ConnectionError::Answer { server, request, code: reply.code, text: reply.text.clone() }
        })
    }

    /// An answer that cannot be used.
    #[must_use]
    pub fn nonsense(&self, what: &str) -> ConnectionError {
        ConnectionError::Nonsense { server: self.server.clone(), what: what.to_owned() }
    }

    fn ready(&mut self, controls: Vec<Control>) -> Ldap {
        // Until there is an answer; a future that is dropped half-way leaves it so.
        self.sound = false;
        let mut ldap = self.ldap.clone();
        ldap.with_timeout(ANSWERING);
        if !controls.is_empty() {
            ldap.with_controls(controls.into_iter().map(RawControl::from).collect::<Vec<_>>());
        }
        ldap
    }

    async fn answered<T>(&mut self, request: impl Future<Output = Result<T, LdapError>>) -> Result<T, ConnectionError> {
        let answered = caught(request).await;
        let answer = self.heard(answered)?;
        self.sound = true;
        Ok(answer)
    }

    fn heard<T>(&self, answered: Option<Result<T, LdapError>>) -> Result<T, ConnectionError> {
        match answered {
            Some(Ok(answer)) => Ok(answer),
            Some(Err(LdapError::FilterParsing)) => Err(ConnectionError::Answer {
                server: self.server.clone(),
                request: "search",
                code: code::INAPPROPRIATE_MATCHING,
                text: "the filter cannot be read".to_owned(),
            }),
            Some(Err(error)) => Err(self.lost(error.into())),
            None => Err(self.nonsense("not what LDAP allows")),
        }
    }

    fn lost(&self, cause: crate::Cause) -> ConnectionError {
        ConnectionError::Lost { server: self.server.clone(), cause }
    }
}

fn reply(result: LdapResult) -> Reply {
    let controls = result.ctrls.into_iter().map(|control| (control.1.ctype, control.1.val)).collect();
    Reply { code: result.rc, text: result.text, referrals: result.refs, controls }
}

fn not_connected(server: String, error: LdapError) -> ConnectionError {
    let untrusted = match &error {
        // The answer to StartTLS.
        LdapError::LdapResult { .. } | LdapError::Rustls { .. } | LdapError::DNSName { .. } => true,
        LdapError::Io { source } => {
            source.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>)
        }
        _ => false,
    };
    let cause = Box::new(error);
    if untrusted { ConnectionError::Untrusted { server, cause } } else { ConnectionError::NotReached { server, cause } }
}

/// The library panics at some answers that are no LDAP. Then there is nothing, and the connection is of no use any more.
async fn caught<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(answer)) => Poll::Ready(Some(answer)),
        Err(_) => Poll::Ready(None),
    })
    .await
}
