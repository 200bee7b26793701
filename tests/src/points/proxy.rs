//! A TCP proxy that does to a connection what networks do: delay, hang, break.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::nap;

/// Bytes of the message that ends a transaction. The NUL behind the word belongs to it, for every
/// beginning says `READ COMMITTED`.
pub(super) const END: &[u8] = b"COMMIT\0";

/// State of the connections at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Weather {
    /// Delay of each piece of data.
    latency: Duration,
    /// True while nothing arrives at all.
    held: bool,
    /// True while new connections are broken at once.
    refused: bool,
    /// Number of breaks so far: connections from before the last one are broken.
    breaks: u64,
}

/// A fault for one connection, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// The next connection that the client sends something on breaks after this many bytes.
    After(usize),
    /// The same connection hangs instead of breaking.
    HangAfter(usize),
    /// The connection on which the client sends these bytes breaks. It breaks before the server has
    /// them, or after the server has answered, so that the client cannot know.
    At {
        /// Bytes that are waited for.
        words: Vec<u8>,
        /// True if the server gets them, and answers.
        passed_on: bool,
    },
}

/// A proxy before a server on this machine. Dropping it breaks all its connections.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    weather: watch::Sender<Weather>,
    cut: Mutex<Option<Cut>>,
    cuts: watch::Sender<usize>,
}

impl Proxy {
    /// Starts a proxy before the server on this port of 127.0.0.1.
    ///
    /// # Errors
    /// Returns an error if no port is free.
    pub async fn before(port: u16) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.context("no port")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            server: (Ipv4Addr::LOCALHOST, port).into(),
            weather: watch::Sender::default(),
            cut: Mutex::default(),
            cuts: watch::Sender::default(),
        });
        let serving = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, serving })
    }

    /// Port that clients connect to.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the same address, but through this proxy.
    #[must_use]
    pub fn instead_of(&self, url: &str) -> String {
        let server = self.shared.server.port().to_string();
        url.replacen(&format!(":{server}"), &format!(":{}", self.port()), 1)
    }

    /// Delays every piece of data by this time from now on.
    pub fn latency(&self, latency: Duration) {
        self.shared.weather.send_modify(|weather| weather.latency = latency);
    }

    /// Lets everything hang while `held` is true: no data, no end of connections, no new ones that
    /// answer.
    pub fn hold(&self, held: bool) {
        self.shared.weather.send_modify(|weather| weather.held = held);
    }

    /// Breaks new connections at once while `refused` is true.
    pub fn refuse(&self, refused: bool) {
        self.shared.weather.send_modify(|weather| weather.refused = refused);
    }

    /// Breaks all connections there are, by a reset.
    pub fn break_all(&self) {
        self.shared.weather.send_modify(|weather| weather.breaks += 1);
    }

    /// Plays this cut once.
    pub fn cut(&self, cut: Cut) {
        *self.shared.cut() = Some(cut);
    }

    /// Number of cuts that were played.
    #[must_use]
    pub fn cuts(&self) -> usize {
        *self.shared.cuts.borrow()
    }

    /// Waits until this many cuts were played.
    pub async fn wait_for_cuts(&self, cuts: usize) {
        // The sender lives in `self.shared`.
        let _ = self.shared.cuts.subscribe().wait_for(|played| *played >= cuts).await;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
        self.refuse(true);
        self.break_all();
    }
}

impl Shared {
    fn cut(&self) -> std::sync::MutexGuard<'_, Option<Cut>> {
        self.cut.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the cut that this piece of a client's data meets, if any.
    fn meet(&self, data: &[u8]) -> Option<Cut> {
        let mut cut = self.cut();
        let meets = match cut.as_ref()? {
            Cut::After(_) | Cut::HangAfter(_) => true,
            Cut::At { words, .. } => data.windows(words.len()).any(|part| part == words),
        };
        if meets { cut.take() } else { None }
    }

    fn played(&self) {
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // Whatever its end, the client sees a reset.
            let _ = client.set_zero_linger();
            let _ = client.set_nodelay(true);
            let weather = shared.weather.subscribe();
            if !weather.borrow().refused {
                let _ = carry(client, &shared, weather).await;
            }
        });
    }
}

/// Carries data to and fro until one side ends or the connection is to break.
async fn carry(
    mut client: TcpStream,
    shared: &Shared,
    mut weather: watch::Receiver<Weather>,
) -> Result<()> {
    let mut server = TcpStream::connect(shared.server).await?;
    server.set_nodelay(true)?;
    let born = weather.borrow().breaks;
    let (mut up, mut down) = (vec![0; 16_384], vec![0; 65_536]);
    let mut rest: Option<(usize, bool)> = None;
    loop {
        tokio::select! {
            changed = weather.changed() => {
                changed?;
                if weather.borrow().breaks != born { return Ok(()) }
            }
            read = client.read(&mut up) => {
                let read = read?;
                if !pass(&mut weather, born).await? { return Ok(()) }
                if read == 0 { return Ok(()) }
                let data = &up[..read];
                if rest.is_none() {
                    match shared.meet(data) {
                        None => {}
                        Some(Cut::After(bytes)) => rest = Some((bytes, false)),
                        Some(Cut::HangAfter(bytes)) => rest = Some((bytes, true)),
                        Some(Cut::At { passed_on, .. }) => {
                            if passed_on {
                                server.write_all(data).await?;
                                // The server has done what it was told once it answers.
                                let _ = server.read(&mut down).await?;
                            }
                            shared.played();
                            return Ok(());
                        }
                    }
                }
                match &mut rest {
                    Some((left, hangs)) if *left <= read => {
                        server.write_all(&data[..*left]).await?;
                        shared.played();
                        if *hangs {
                            weather.wait_for(|weather| weather.breaks != born).await?;
                        }
                        return Ok(());
                    }
                    Some((left, _)) => *left -= read,
                    None => {}
                }
                server.write_all(data).await?;
            }
            read = server.read(&mut down) => {
                let read = read?;
                if !pass(&mut weather, born).await? { return Ok(()) }
                if read == 0 { return Ok(()) }
                client.write_all(&down[..read]).await?;
            }
        }
    }
}

/// Waits as long as the weather wants. Returns true if the connection still stands afterwards.
async fn pass(weather: &mut watch::Receiver<Weather>, born: u64) -> Result<bool> {
    let latency = weather.borrow().latency;
    if !latency.is_zero() {
        nap(latency).await;
    }
    let free = weather.wait_for(|weather| !weather.held || weather.breaks != born).await?;
    Ok(free.breaks == born)
}
