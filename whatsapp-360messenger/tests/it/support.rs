//! A server that plays one scripted answer after another, and the data that all tests send.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use whatsapp_360messenger::{Dialect, Gateway, GatewayBuilder};
use whatsapp_core::WhatsAppNumber;
use whatsapp_core::attachment::AttachmentKind;
use whatsapp_core::message::AttachmentRef;
use whatsapp_core::port::{ApiKey, FixedKey, OutgoingMessage};

pub(crate) const DIALECTS: [Dialect; 3] = [Dialect::V2, Dialect::V1, Dialect::Rest];

/// Timeout for an answer that never comes.
pub(crate) const IMPATIENCE: Duration = Duration::from_millis(200);

/// A key that is recognizable wherever it appears.
pub(crate) const KEY: &str = "sk-canary-4f7a0b";

pub(crate) fn number() -> WhatsAppNumber {
    WhatsAppNumber::parse("+919876543210").unwrap()
}

pub(crate) fn message(text: &str) -> OutgoingMessage {
    OutgoingMessage::new(number(), text)
}

pub(crate) fn invoice(text: &str) -> OutgoingMessage {
    message(text).with_attachment(AttachmentRef::new(
        "https://files.example/a/INV-7.pdf?sig=x&y=%2F",
        AttachmentKind::Pdf,
        "INV-7.pdf",
    ))
}

/// A gateway at this address that may speak every dialect.
pub(crate) fn builder(url: impl Into<String>, key: &str) -> GatewayBuilder {
    Gateway::builder(Arc::new(FixedKey(ApiKey::new(key).unwrap()))).base_url(url).allow_key_in_url()
}

/// Action of the server once a request has arrived in full.
#[derive(Debug, Clone)]
pub(crate) enum Play {
    /// Answer, and keep the connection open.
    Answer(String),
    /// Answer, and close the connection.
    AnswerAndClose(String),
    /// Close the connection without an answer.
    Close,
    /// Reset the connection.
    Reset,
    /// Say nothing, ever.
    Silence,
}

impl Play {
    pub(crate) fn json(status: u16, body: &str) -> Self {
        Self::answer(status, "Content-Type: application/json\r\n", body)
    }

    pub(crate) fn answer(status: u16, headers: &str, body: &str) -> Self {
        Self::Answer(format!(
            "HTTP/1.1 {status} Whatever\r\n{headers}Content-Length: {}\r\n\r\n{body}",
            body.len()
        ))
    }
}

/// A server on loopback that plays its script, one entry for each request, and then ends.
#[derive(Debug)]
pub(crate) struct Scripted {
    address: std::net::SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    serving: JoinHandle<()>,
}

impl Scripted {
    pub(crate) async fn start(script: impl IntoIterator<Item = Play>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let mut script = script.into_iter().collect::<Vec<_>>().into_iter();
        let heard = Arc::clone(&requests);
        let serving = tokio::spawn(async move {
            // The connections left in silence stay open.
            let mut silent = Vec::new();
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                while let Some(request) = request(&mut stream).await {
                    heard.lock().unwrap().push(request);
                    match script.next().unwrap_or(Play::Close) {
                        Play::Answer(answer) => {
                            stream.write_all(answer.as_bytes()).await.unwrap();
                            continue;
                        }
                        Play::AnswerAndClose(answer) => {
                            stream.write_all(answer.as_bytes()).await.unwrap();
                        }
                        Play::Close => {}
                        Play::Reset => stream.set_zero_linger().unwrap(),
                        Play::Silence => {
                            silent.push(stream);
                            break;
                        }
                    }
                    break;
                }
            }
        });
        Self { address, requests, serving }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests that arrived in full, heads and bodies.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One request with its body; `None` when the connection ends.
async fn request(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |length| length.parse().unwrap());
            if bytes.len() >= end + 4 + length {
                return Some(String::from_utf8(bytes).unwrap());
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
