//! One connection through the proxy.

use std::collections::VecDeque;
use std::io;
use std::pin::pin;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadHalf, WriteHalf};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout};

use super::ldap::{self, Op};
use super::{Fate, Fault, Request, State, Trap, Way, lock};
use crate::wait::PATIENCE;

/// What both ends of a connection are: plain, or TLS.
pub(super) trait End: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> End for T {}

type Reader = ReadHalf<Box<dyn End>>;
type Writer = WriteHalf<Box<dyn End>>;

/// Carries one connection until it ends or is cut.
pub(super) async fn carry(client: TcpStream, number: usize, state: Arc<State>) {
    // With this a socket that is dropped resets its connection; whoever ends in an orderly way shuts down before.
    if client.set_zero_linger().is_err() {
        return;
    }
    let mut fault = state.fault.subscribe();
    let carried = async {
        let open = state.fault.subscribe().wait_for(|fault| *fault != Fault::BlackHole).await.map(|fault| *fault);
        if open.is_ok_and(|fault| fault == Fault::Close) {
            return close(client).await;
        }
        through(client, number, &state).await
    };
    // Whatever ends a connection badly is what the test has asked for, or its client's own doing.
    tokio::select! {
        _ended = carried => {}
        _cut = fault.wait_for(|fault| matches!(fault, Fault::Reset | Fault::Refuse)) => {}
    }
}

async fn close(mut stream: TcpStream) -> io::Result<()> {
    stream.shutdown().await?;
    // What arrives until the other end has closed too is thrown away: bytes that nobody read would reset it.
    tokio::io::copy(&mut stream, &mut tokio::io::sink()).await.map(drop)
}

async fn through(client: TcpStream, number: usize, state: &Arc<State>) -> io::Result<()> {
    let to = *lock(&state.to);
    let server = TcpStream::connect(to).await?;
    server.set_zero_linger()?;
    server.set_nodelay(true)?;
    client.set_nodelay(true)?;
    let (client, server): (Box<dyn End>, Box<dyn End>) = match &state.ends {
        None => (Box::new(client), Box::new(server)),
        Some(ends) => ldap::secured(ends, client, server).await?,
    };
    let framed = state.ends.is_some();
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    let connection = Connection {
        number,
        state,
        from_server: Arc::new(tokio::sync::Mutex::new(Pieces::of(from_server, framed))),
        awaited: Mutex::new(None),
        answered: Mutex::new(true),
    };
    let (up, down) = (connection.up(Pieces::of(from_client, framed), to_server), connection.down(to_client));
    tokio::try_join!(up, down).map(drop)
}

struct Connection<'a> {
    number: usize,
    state: &'a State,
    /// Shared with a request that outlives the connection.
    from_server: Arc<tokio::sync::Mutex<Pieces>>,
    /// Whose answer decides something.
    awaited: Mutex<Option<Awaited>>,
    /// Whether something was answered since the last piece of a request.
    answered: Mutex<bool>,
}

struct Awaited {
    /// The message, where the proxy reads LDAP.
    id: Option<i64>,
    /// Whether the connection is cut in place of the answer.
    cut: bool,
    struck: Option<oneshot::Sender<()>>,
    answered: oneshot::Sender<Vec<u8>>,
}

impl Connection<'_> {
    async fn up(&self, mut pieces: Pieces, mut to: Writer) -> io::Result<()> {
        let mut carried = 0;
        while let Some(piece) = pieces.next().await? {
            self.on_its_way(Way::Up, &mut carried, &piece, &mut pieces, &mut to).await?;
            match self.caught(&piece, pieces.framed) {
                Some(trap) if trap.fate == Fate::Delayed => {
                    tokio::spawn(later(trap, piece, to, Arc::clone(&self.from_server)));
                    return Err(cut());
                }
                Some(trap) => self.befall(trap, &piece, pieces.framed, &mut to).await?,
                None => write(&mut to, &piece).await?,
            }
        }
        to.shutdown().await
    }

    async fn down(&self, mut to: Writer) -> io::Result<()> {
        let mut carried = 0;
        let mut pieces = self.from_server.lock().await;
        while let Some(piece) = pieces.next().await? {
            *lock(&self.answered) = true;
            if let Some(awaited) = self.answers(&piece) {
                let _gone = awaited.answered.send(piece.clone());
                if let Some(struck) = awaited.struck {
                    let _gone = struck.send(());
                }
                if awaited.cut {
                    return Err(cut());
                }
            }
            self.on_its_way(Way::Down, &mut carried, &piece, &mut pieces, &mut to).await?;
            write(&mut to, &piece).await?;
        }
        to.shutdown().await
    }

    /// What befalls a piece on its way, as the network is now; if nothing does, it may go on.
    async fn on_its_way(
        &self,
        way: Way,
        carried: &mut usize,
        piece: &[u8],
        from: &mut Pieces,
        to: &mut Writer,
    ) -> io::Result<()> {
        let mut fault = self.state.fault.subscribe();
        let now = *fault.borrow_and_update();
        if let Fault::Delay(long) = now {
            from.until(from.last_came + long).await;
        }
        let now = fault.wait_for(|fault| *fault != Fault::BlackHole).await.map_or(Fault::Reset, |fault| *fault);
        match now {
            Fault::CutAfter { way: cut_way, bytes } if cut_way == way && *carried + piece.len() > bytes => {
                write(to, piece.get(..bytes.saturating_sub(*carried)).unwrap_or_default()).await?;
                Err(cut())
            }
            Fault::Close => to.shutdown().await.and_then(|()| Err(cut())),
            Fault::None
            | Fault::Delay(_)
            | Fault::BlackHole
            | Fault::Reset
            | Fault::Refuse
            | Fault::CutAfter { .. } => {
                *carried += piece.len();
                Ok(())
            }
        }
    }

    /// What waits for this request, if it is one.
    fn caught(&self, piece: &[u8], framed: bool) -> Option<Trap> {
        let first = std::mem::replace(&mut *lock(&self.answered), false);
        if !framed && !first {
            return None;
        }
        let op = framed.then(|| Op::of(piece));
        let request = Request { connection: self.number, bytes: piece.len(), op };
        lock(&self.state.requests).push(request);
        let mut traps = lock(&self.state.traps);
        let fits = traps.iter().position(|trap| (trap.which)(&request))?;
        Some(traps.remove(fits))
    }

    async fn befall(&self, trap: Trap, piece: &[u8], framed: bool, to: &mut Writer) -> io::Result<()> {
        let Trap { fate, struck, go, answered, .. } = trap;
        let id = framed.then(|| ldap::id_of(piece)).flatten();
        match fate {
            Fate::Seen => {
                let _gone = struck.send(());
                self.await_answer(Awaited { id, cut: false, struck: None, answered });
                write(to, piece).await
            }
            Fate::NotReceived | Fate::Delayed => {
                let _gone = struck.send(());
                Err(cut())
            }
            Fate::AnswerLost => {
                self.await_answer(Awaited { id, cut: true, struck: Some(struck), answered });
                write(to, piece).await
            }
            Fate::Held => {
                let _gone = struck.send(());
                // Nobody lets it go any more once the test has dropped it.
                go.await.map_err(|_| cut())?;
                let (tell, seen) = oneshot::channel();
                self.await_answer(Awaited { id, cut: false, struck: Some(tell), answered });
                write(to, piece).await?;
                // Its client may be gone: whoever is asked must not learn that before it has answered.
                let _ = timeout(PATIENCE, seen).await;
                Ok(())
            }
        }
    }

    fn await_answer(&self, awaited: Awaited) {
        *lock(&self.awaited) = Some(awaited);
    }

    fn answers(&self, piece: &[u8]) -> Option<Awaited> {
        let mut awaited = lock(&self.awaited);
        let answers = awaited.as_ref().is_some_and(|awaited| awaited.id.is_none() || awaited.id == ldap::id_of(piece));
        if answers { awaited.take() } else { None }
    }
}

/// A request that arrives when its client has long been cut off.
async fn later(trap: Trap, piece: Vec<u8>, mut to: Writer, from: Arc<tokio::sync::Mutex<Pieces>>) {
    let Trap { struck, go, answered, .. } = trap;
    let _gone = struck.send(());
    if go.await.is_err() || write(&mut to, &piece).await.is_err() {
        return;
    }
    let mut pieces = from.lock().await;
    let id = ldap::id_of(&piece).filter(|_| pieces.framed);
    while let Ok(Ok(Some(answer))) = timeout(PATIENCE, pieces.next()).await {
        if id.is_none() || ldap::id_of(&answer) == id {
            let _gone = answered.send(answer);
            return;
        }
    }
}

/// What arrives, piece by piece: a piece is what was read at once, or a message of LDAP.
struct Pieces {
    from: Reader,
    framed: bool,
    read: Vec<u8>,
    /// How many bytes came at once, and when, in their order.
    came: VecDeque<(usize, Instant)>,
    /// When the end of the last piece came.
    last_came: Instant,
    ended: Option<io::Result<()>>,
}

impl Pieces {
    fn of(from: Reader, framed: bool) -> Self {
        Self { from, framed, read: Vec::new(), came: VecDeque::new(), last_came: Instant::now(), ended: None }
    }

    async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            let whole = if self.framed { ldap::length(&self.read) } else { Some(self.read.len()) };
            if let Some(whole) = whole.filter(|whole| *whole > 0 && *whole <= self.read.len()) {
                let rest = self.read.split_off(whole);
                self.note_when_it_came(whole);
                return Ok(Some(std::mem::replace(&mut self.read, rest)));
            }
            if let Some(ended) = self.ended.take() {
                return ended.map(|()| None);
            }
            self.read_on().await;
        }
    }

    fn note_when_it_came(&mut self, mut bytes: usize) {
        while let Some((many, at)) = self.came.front_mut() {
            self.last_came = *at;
            if *many > bytes {
                *many -= bytes;
                return;
            }
            bytes -= *many;
            self.came.pop_front();
            if bytes == 0 {
                return;
            }
        }
    }

    async fn read_on(&mut self) {
        match self.from.read_buf(&mut self.read).await {
            Ok(0) => self.ended = Some(Ok(())),
            // An end of TLS that sends no goodbye is an end too.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => self.ended = Some(Ok(())),
            Ok(many) => self.came.push_back((many, Instant::now())),
            Err(error) => self.ended = Some(Err(error)),
        }
    }

    /// Waits, and reads meanwhile: what comes together is on its way together, and arrives together.
    async fn until(&mut self, then: Instant) {
        let mut waiting = pin!(sleep_until(then));
        while self.ended.is_none() {
            tokio::select! {
                biased;
                () = &mut waiting => return,
                () = self.read_on() => {}
            }
        }
        waiting.await;
    }
}

async fn write(to: &mut Writer, piece: &[u8]) -> io::Result<()> {
    to.write_all(piece).await?;
    to.flush().await
}

fn cut() -> io::Error {
    io::ErrorKind::ConnectionReset.into()
}
