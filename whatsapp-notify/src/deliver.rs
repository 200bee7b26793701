//! Hands one mail to the mail server, and explains a failure in plain words.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use lettre::Address;
use secrecy::ExposeSecret;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, ClientConfig};
use whatsapp_core::port::NotifyError;

use crate::mail::Mail;
use crate::notifier::EmailNotifier;
use crate::server::{Login, Security};
use crate::wire::{Broken, Code, Conversation, Reply, Stream};

/// Timeout for the server's goodbye; the mail is accepted by then.
const GOODBYE: Duration = Duration::from_secs(1);

/// The step at which an error occurred.
#[derive(Clone, Copy)]
enum Stage {
    Connect,
    Encrypt,
    SignIn,
    Sender,
    Recipient,
    Content,
}

/// Result of handing over a mail.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    /// The recipients for whom the server accepted the mail.
    pub(crate) taken: Vec<Address>,
    /// Number of recipients that the server refused for now.
    pub(crate) refused_for_now: usize,
    /// Number of recipients that the server refused for good.
    pub(crate) refused: usize,
    /// The first refusal.
    first: Option<Code>,
}

type Server = Conversation<Box<dyn Stream>>;

impl EmailNotifier {
    /// Hands the mail over for these recipients, or for those of them that the server accepts.
    ///
    /// # Errors
    /// If the server refused anything other than single recipients, or did not answer. Then it is
    /// not certain that anybody has the mail.
    pub(crate) async fn deliver(
        &self,
        mail: &Mail,
        to: &[Address],
    ) -> Result<Delivery, NotifyError> {
        let exchange = async {
            let (mut server, hello) = self.connect().await?;
            let delivery = hand_over(&mut server, &hello, mail, to).await?;
            Ok((server, delivery))
        };
        let (mut server, delivery) = timeout(self.timeout, exchange)
            .await
            .unwrap_or_else(|_| Err(because("the mail server took too long to answer")))?;
        // With or without a goodbye, the server has the mail.
        let _ = timeout(GOODBYE, server.command("QUIT")).await;
        Ok(delivery)
    }

    /// Opens a connection on which the sender may be named; returns it with the server's list of
    /// extensions.
    async fn connect(&self) -> Result<(Server, Reply), NotifyError> {
        let server = &self.server;
        let cannot_be_reached = |_| broken(Stage::Connect, Broken::Off);
        let stream = TcpStream::connect((server.host.as_str(), server.port()))
            .await
            .map_err(cannot_be_reached)?;
        // Every server understands an address literal as a name.
        let name = match stream.local_addr().map_err(cannot_be_reached)?.ip() {
            std::net::IpAddr::V4(ip) => format!("EHLO [{ip}]"),
            std::net::IpAddr::V6(ip) => format!("EHLO [IPv6:{ip}]"),
        };
        let mut connection: Server = match (server.security, &self.tls) {
            (Security::Plain | Security::StartTls, _) | (_, None) => {
                Conversation::new(Box::new(stream))
            }
            (Security::Tls, Some(tls)) => {
                Conversation::new(encrypted(Box::new(stream), tls, &server.host).await?)
            }
        };
        said(Stage::Connect, connection.reply().await)?;
        let mut hello = said(Stage::Connect, connection.command(&name).await)?;
        if let (Security::StartTls, Some(tls)) = (server.security, &self.tls) {
            if hello.offers("STARTTLS").is_none() {
                return Err(because(
                    "the mail server offers no encryption (STARTTLS), so nothing was sent",
                ));
            }
            said(Stage::Encrypt, connection.command("STARTTLS").await)?;
            let stream = connection.into_stream().map_err(|error| broken(Stage::Encrypt, error))?;
            connection = Conversation::new(encrypted(stream, tls, &server.host).await?);
            hello = said(Stage::Encrypt, connection.command(&name).await)?;
        }
        if let Some(login) = &server.login {
            sign_in(&mut connection, &hello, login).await?;
        }
        Ok((connection, hello))
    }
}

/// Starts the encryption, with a server that proves to be `host`.
async fn encrypted(
    stream: Box<dyn Stream>,
    tls: &Arc<ClientConfig>,
    host: &str,
) -> Result<Box<dyn Stream>, NotifyError> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| because("the connection to the mail server could not be encrypted"))?;
    match TlsConnector::from(Arc::clone(tls)).connect(name, stream).await {
        Ok(stream) => Ok(Box::new(stream)),
        Err(error) => {
            let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>());
            Err(because(match cause {
                Some(rustls::Error::InvalidCertificate(_)) => {
                    "the mail server's certificate is not trusted or belongs to another name"
                }
                _ => "the connection to the mail server could not be encrypted",
            }))
        }
    }
}

async fn sign_in(server: &mut Server, hello: &Reply, login: &Login) -> Result<(), NotifyError> {
    let ways = hello.offers("AUTH").unwrap_or_default();
    let offers = |way: &str| ways.iter().any(|offered| offered == way);
    let (user, password) = (&login.user, login.password.expose_secret());
    if offers("PLAIN") {
        let secret = BASE64.encode(format!("\0{user}\0{password}"));
        said(Stage::SignIn, server.command(&format!("AUTH PLAIN {secret}")).await)?;
        return Ok(());
    }
    if !offers("LOGIN") {
        return Err(because("the mail server offers no way to sign in"));
    }
    let mut reply = said(Stage::SignIn, server.command("AUTH LOGIN").await)?;
    // The server asks for the name, then for the password.
    for secret in [user.as_str(), password] {
        if reply.code.asks_for_more() {
            reply = said(Stage::SignIn, server.command(&BASE64.encode(secret)).await)?;
        }
    }
    Ok(())
}

async fn hand_over(
    server: &mut Server,
    hello: &Reply,
    mail: &Mail,
    to: &[Address],
) -> Result<Delivery, NotifyError> {
    let parameters = parameters(hello, mail, to)?;
    said(Stage::Sender, server.command(&format!("MAIL FROM:<{}>{parameters}", mail.from)).await)?;
    let mut delivery = Delivery::default();
    for address in to {
        let reply = server.command(&format!("RCPT TO:<{address}>")).await;
        let code = reply.map_err(|error| broken(Stage::Recipient, error))?.code;
        if code.is_positive() {
            delivery.taken.push(address.clone());
            continue;
        }
        delivery.first.get_or_insert(code);
        if code.is_for_now() {
            delivery.refused_for_now += 1;
        } else {
            delivery.refused += 1;
        }
    }
    if !delivery.taken.is_empty() {
        said(Stage::Content, server.command("DATA").await)?;
        said(Stage::Content, server.content(&mail.bytes).await)?;
    }
    Ok(delivery)
}

impl Delivery {
    /// The error if nobody has the mail.
    pub(crate) fn refusal(&self) -> NotifyError {
        self.first.map_or_else(
            || because("no e-mail address for failures was left to send to"),
            |code| refused(Stage::Recipient, code),
        )
    }
}

/// Parameters to announce to the server in advance: none, unless an address is not in ASCII.
fn parameters(hello: &Reply, mail: &Mail, to: &[Address]) -> Result<&'static str, NotifyError> {
    if mail.bytes.is_ascii() && to.iter().all(|address| address.to_string().is_ascii()) {
        return Ok("");
    }
    if hello.offers("SMTPUTF8").is_none() {
        return Err(because(
            "the mail server takes only e-mail addresses in ASCII (it has no SMTPUTF8)",
        ));
    }
    Ok(" SMTPUTF8 BODY=8BITMIME")
}

/// Accepts a positive reply; any other becomes an error.
fn said(stage: Stage, reply: Result<Reply, Broken>) -> Result<Reply, NotifyError> {
    match reply {
        Ok(reply) if reply.code.is_positive() => Ok(reply),
        Ok(reply) => Err(refused(stage, reply.code)),
        Err(error) => Err(broken(stage, error)),
    }
}

/// Describes a refusal in our own words: the server's may repeat addresses or the mail.
fn refused(stage: Stage, code: Code) -> NotifyError {
    let what = match stage {
        Stage::Connect => "turned the connection away",
        Stage::Encrypt => "did not begin to encrypt",
        Stage::SignIn => "refused the user name or the password",
        Stage::Sender => "refused the sender's address",
        Stage::Recipient => "refused the e-mail address for failures",
        Stage::Content => "refused the mail",
    };
    let how_long = if code.is_for_now() { " for now" } else { "" };
    NotifyError::new(format!("the mail server {what}{how_long} (code {code})"))
}

fn broken(stage: Stage, error: Broken) -> NotifyError {
    because(match (stage, error) {
        (Stage::Connect, _) => "the mail server cannot be reached, or does not speak as expected",
        (Stage::Encrypt, _) => "the connection to the mail server could not be encrypted",
        (_, Broken::Off) => "the connection to the mail server broke off",
        (_, Broken::Nonsense) => "the mail server does not speak as expected",
    })
}

fn because(reason: &str) -> NotifyError {
    NotifyError::new(reason)
}
