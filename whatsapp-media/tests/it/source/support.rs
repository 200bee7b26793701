//! Servers that misbehave on demand.

use std::fmt::Write;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use whatsapp_core::attachment::{FoundFile, Place};
use whatsapp_core::port::{AttachmentSource, SourceError};
use whatsapp_media::Sources;

/// Timeout of these tests for a server that sends nothing.
pub(crate) const IMPATIENCE: Duration = Duration::from_millis(300);

pub(crate) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n";

/// Action of a server for a request.
#[derive(Debug, Clone)]
pub(crate) enum Play {
    /// Writes this and closes the connection.
    Say(Vec<u8>),
    /// Writes the first, and then the second for ever.
    ForEver(Vec<u8>, Vec<u8>),
    /// Writes this, and then one byte each 20 milliseconds.
    Drip(Vec<u8>),
    /// Writes this and then nothing, but keeps the connection open.
    Stall(Vec<u8>),
}

/// An answer with these header lines (each ends in CRLF) and this body, its length announced.
pub(crate) fn answer(status: u16, headers: &str, body: &[u8]) -> Play {
    let length = body.len();
    let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n");
    write!(head, "{headers}\r\n").unwrap();
    Play::Say([head.as_bytes(), body].concat())
}

pub(crate) fn pdf() -> Play {
    answer(200, "Content-Type: application/pdf\r\n", PDF)
}

pub(crate) fn redirect(to: &str) -> Play {
    answer(302, &format!("Location: {to}\r\n"), b"")
}

/// A server on this machine.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
    sent: Arc<AtomicU64>,
}

impl Server {
    /// Starts a server that answers each request by `plan`, which gets its first line and headers.
    pub(crate) async fn start(plan: impl Fn(&str) -> Play + Send + Sync + 'static) -> Self {
        Self::start_with(None, plan).await
    }

    /// Starts such a server, with https if there is an acceptor.
    pub(crate) async fn start_with(
        tls: Option<TlsAcceptor>,
        plan: impl Fn(&str) -> Play + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self {
            address: listener.local_addr().unwrap(),
            connections: Arc::default(),
            requests: Arc::default(),
            sent: Arc::default(),
        };
        let serving = server.clone();
        let plan = Arc::new(plan);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                serving.connections.fetch_add(1, Ordering::SeqCst);
                let (server, plan, tls) = (serving.clone(), plan.clone(), tls.clone());
                tokio::spawn(async move {
                    // A client that reads no further closes the connection: that is no failure
                    // here.
                    let _ = match tls {
                        None => server.serve(stream, plan.as_ref()).await,
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => server.serve(stream, plan.as_ref()).await,
                            Err(error) => Err(error),
                        },
                    };
                });
            }
        });
        server
    }

    async fn serve(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        plan: &(dyn Fn(&str) -> Play + Sync),
    ) -> io::Result<()> {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await?);
        }
        let request = String::from_utf8_lossy(&request).into_owned();
        let what = plan(&request);
        self.requests.lock().unwrap().push(request);
        match what {
            Play::Say(all) => {
                self.write(&mut stream, &all).await?;
                stream.shutdown().await
            }
            Play::ForEver(head, more) => {
                self.write(&mut stream, &head).await?;
                loop {
                    self.write(&mut stream, &more).await?;
                }
            }
            Play::Drip(head) => {
                self.write(&mut stream, &head).await?;
                let mut ticks = tokio::time::interval(Duration::from_millis(20));
                loop {
                    ticks.tick().await;
                    self.write(&mut stream, b" ").await?;
                }
            }
            Play::Stall(head) => {
                self.write(&mut stream, &head).await?;
                stream.read_u8().await.map(drop)
            }
        }
    }

    async fn write(&self, stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> io::Result<()> {
        for part in bytes.chunks(64 * 1024) {
            stream.write_all(part).await?;
            self.sent.fetch_add(part.len() as u64, Ordering::SeqCst);
        }
        Ok(())
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the link to a path on this server.
    pub(crate) fn link(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(crate) fn bytes_sent(&self) -> u64 {
        self.sent.load(Ordering::SeqCst)
    }

    /// Returns the number of connections so far. One more is made and waited for, so that none in
    /// the queue is missed.
    pub(crate) async fn connections(&self) -> usize {
        let before = self.connections.load(Ordering::SeqCst);
        let mut last = TcpStream::connect(self.address).await.unwrap();
        last.write_all(b"LAST\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        let _ = last.read_to_end(&mut answer).await;
        let after = self.connections.load(Ordering::SeqCst);
        assert!(after > before, "the listener does not count");
        self.connections.fetch_sub(1, Ordering::SeqCst);
        after - 1
    }
}

/// Sources that may also read from these servers.
pub(crate) fn sources(servers: &[&Server]) -> Sources {
    let builder = Sources::builder().silence(IMPATIENCE);
    servers.iter().fold(builder, |b, s| b.allow(s.address.to_string())).build().unwrap()
}

pub(crate) async fn read(sources: &Sources, link: &str) -> Result<FoundFile, SourceError> {
    sources.read(&Place::Link(link.to_owned())).await
}
