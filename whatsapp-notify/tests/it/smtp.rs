//! A small mail server for tests: it accepts mails, keeps them, and misbehaves on request.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// Timeout of a test for something that should happen at once.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Action of the server in place of the usual answer.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Act {
    /// Answers this line.
    Say(&'static str),
    /// Answers with these bytes, which need not be text.
    SayBytes(&'static [u8]),
    /// Never answers.
    Hang,
    /// Closes the connection.
    Drop,
}

/// A mail as it was received.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// The mail, with the doubled dots restored.
    pub(crate) bytes: Vec<u8>,
}

#[derive(Default)]
struct Script {
    /// The start of a client's line (`GREETING` and `CONTENT` where there is no line), and the act.
    acts: Vec<(&'static str, Act)>,
    extensions: Vec<&'static str>,
    acceptor: Option<TlsAcceptor>,
    implicit_tls: bool,
}

/// The server; stops when it is dropped.
pub(crate) struct Smtp {
    pub(crate) address: SocketAddr,
    taken: mpsc::UnboundedReceiver<Taken>,
    lines: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

/// The behavior of the server, set before it starts.
#[derive(Default)]
pub(crate) struct Behaviour(Script);

impl Behaviour {
    /// Does `act` when a line starts with `line`.
    pub(crate) fn on(mut self, line: &'static str, act: Act) -> Self {
        self.0.acts.push((line, act));
        self
    }

    /// Offers an extension in its answer to EHLO.
    pub(crate) fn offering(mut self, extension: &'static str) -> Self {
        self.0.extensions.push(extension);
        self
    }

    /// Speaks TLS from the first byte.
    pub(crate) fn over_tls(mut self, acceptor: TlsAcceptor) -> Self {
        self.0.acceptor = Some(acceptor);
        self.0.implicit_tls = true;
        self
    }

    /// Offers STARTTLS.
    pub(crate) fn with_starttls(mut self, acceptor: TlsAcceptor) -> Self {
        self.0.acceptor = Some(acceptor);
        self.offering("STARTTLS")
    }

    pub(crate) async fn start(self) -> Smtp {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, taken) = mpsc::unbounded_channel();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let server = Arc::new(Server { script: self.0, sender, lines: Arc::clone(&lines) });
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let server = Arc::clone(&server);
                tokio::spawn(async move { server.serve(stream).await });
            }
        });
        Smtp { address, taken, lines, task }
    }
}

impl Smtp {
    pub(crate) async fn start() -> Self {
        Behaviour::default().start().await
    }

    pub(crate) fn on(line: &'static str, act: Act) -> Behaviour {
        Behaviour::default().on(line, act)
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Returns the oldest mail not fetched yet; fails the test if none comes.
    pub(crate) async fn mail(&mut self) -> Taken {
        timeout(PATIENCE, self.taken.recv()).await.unwrap().unwrap()
    }

    /// Returns the mails not fetched yet, the oldest first.
    pub(crate) fn taken_so_far(&mut self) -> Vec<Taken> {
        std::iter::from_fn(|| self.taken.try_recv().ok()).collect()
    }

    /// Returns true if every accepted mail was fetched.
    pub(crate) fn is_empty(&mut self) -> bool {
        self.taken.try_recv().is_err()
    }

    /// Returns the lines that clients sent, without the mails.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Server {
    script: Script,
    sender: mpsc::UnboundedSender<Taken>,
    lines: Arc<Mutex<Vec<String>>>,
}

/// Reason for the end of a conversation.
enum End {
    Closed,
    Upgrade,
}

impl Server {
    async fn serve(&self, stream: tokio::net::TcpStream) {
        match &self.script.acceptor {
            Some(acceptor) if self.script.implicit_tls => {
                if let Ok(stream) = acceptor.accept(stream).await {
                    self.talk(&mut BufReader::new(stream), true).await;
                }
            }
            Some(acceptor) => {
                let mut plain = BufReader::new(stream);
                if let End::Upgrade = self.talk(&mut plain, true).await
                    && let Ok(stream) = acceptor.accept(plain.into_inner()).await
                {
                    self.talk(&mut BufReader::new(stream), false).await;
                }
            }
            None => {
                self.talk(&mut BufReader::new(stream), true).await;
            }
        }
    }

    /// Answers as the script says; `None` when the connection has ended.
    async fn answer<S: AsyncWrite + Unpin>(
        &self,
        stream: &mut S,
        line: &str,
        usual: &str,
    ) -> Option<bool> {
        let scripted = self.script.acts.iter().find(|(start, _)| line.starts_with(start));
        let reply = match scripted {
            Some((_, Act::Say(reply))) => reply.as_bytes(),
            Some((_, Act::SayBytes(reply))) => reply,
            Some((_, Act::Hang)) => std::future::pending().await,
            Some((_, Act::Drop)) => return None,
            None => usual.as_bytes(),
        };
        stream.write_all(reply).await.ok()?;
        stream.write_all(b"\r\n").await.ok()?;
        stream.flush().await.ok()?;
        Some(reply.starts_with(b"2") || reply.starts_with(b"3"))
    }

    async fn talk<S>(&self, stream: &mut BufReader<S>, greet: bool) -> End
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        self.conversation(stream, greet).await.unwrap_or(End::Closed)
    }

    async fn conversation<S>(&self, stream: &mut BufReader<S>, greet: bool) -> Option<End>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if greet {
            self.answer(stream, "GREETING", "220 mail.example.com ready").await?;
        }
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let line = String::from_utf8(read_line(stream).await?).ok()?.trim_end().to_owned();
            self.lines.lock().unwrap().push(line.clone());
            let ehlo = || {
                let offers = self.script.extensions.iter().map(|offer| format!("250-{offer}\r\n"));
                let offers: String = offers.collect();
                format!("250-mail.example.com\r\n{offers}250 HELP")
            };
            let verb = line.split([' ', ':']).next().unwrap_or_default();
            let usual = match verb {
                "EHLO" => ehlo(),
                "STARTTLS" => "220 go ahead".to_owned(),
                "AUTH" => "235 welcome".to_owned(),
                "MAIL" | "RCPT" => "250 ok".to_owned(),
                "DATA" => "354 end with a dot".to_owned(),
                "QUIT" => "221 bye".to_owned(),
                _ => "500 what?".to_owned(),
            };
            let positive = self.answer(stream, &line, &usual).await?;
            match verb {
                "MAIL" => from = in_brackets(&line),
                "RCPT" if positive => to.push(in_brackets(&line)),
                "DATA" if positive => {
                    let bytes = read_content(stream).await?;
                    // Accepted means that the server keeps the mail, even if it then falls silent.
                    let kept = Taken { from: from.clone(), to: std::mem::take(&mut to), bytes };
                    let scripted = self.script.acts.iter().find(|(start, _)| *start == "CONTENT");
                    let takes_it = match scripted {
                        None => true,
                        Some((_, Act::SayBytes(reply))) => reply.starts_with(b"2"),
                        Some(_) => false,
                    };
                    if takes_it {
                        self.sender.send(kept).ok()?;
                    }
                    self.answer(stream, "CONTENT", "250 taken").await?;
                }
                "STARTTLS" if positive => return Some(End::Upgrade),
                "QUIT" => return Some(End::Closed),
                _ => {}
            }
        }
    }
}

async fn read_line<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<Vec<u8>> {
    let mut line = Vec::new();
    let read = stream.read_until(b'\n', &mut line).await.ok()?;
    (read > 0).then_some(line)
}

/// Reads up to the line with a single dot, and removes the doubled dots.
async fn read_content<S: AsyncRead + Unpin>(stream: &mut BufReader<S>) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let line = read_line(stream).await?;
        if line == b".\r\n" {
            return Some(content);
        }
        content.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

fn in_brackets(line: &str) -> String {
    let inner = line.split_once('<').and_then(|(_, rest)| rest.rsplit_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}
