//! Hands one mail to the mail server, and says in plain words what went wrong.
//!
//! lettre's own transport takes a server that falls silent after it took the mail for a failure,
//! gives up on all recipients when one is refused, and limits only the connecting in time. So the
//! commands are given here, over lettre's connection.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use secrecy::ExposeSecret;
use tokio::time::timeout;
use whatsapp_core::port::NotifyError;

use crate::mail::Mail;
use crate::notifier::EmailNotifier;
use crate::server::Security;

/// How long to wait for the server's goodbye; the mail is taken by then.
const GOODBYE: Duration = Duration::from_secs(1);

/// What was being done when something went wrong.
#[derive(Clone, Copy)]
enum Stage {
    Connect,
    Encrypt,
    SignIn,
    Sender,
    Recipient,
    Content,
}

impl EmailNotifier {
    /// `Ok` when the server said that it took the mail for at least one recipient.
    pub(crate) async fn deliver(&self, mail: &Mail) -> Result<(), NotifyError> {
        let exchange = async {
            let mut connection = self.connect().await?;
            hand_over(&mut connection, mail).await?;
            Ok(connection)
        };
        let mut connection = timeout(self.timeout, exchange)
            .await
            .unwrap_or_else(|_| Err(because("the mail server took too long to answer")))?;
        // Whether it says goodbye or not, it has the mail.
        let _ = timeout(GOODBYE, connection.quit()).await;
        Ok(())
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, NotifyError> {
        let server = &self.server;
        let name = ClientId::default();
        let tls_at_once = match server.security {
            Security::Tls => self.tls.clone(),
            Security::StartTls | Security::Plain => None,
        };
        let address = (server.host.as_str(), server.port());
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(address, None, &name, tls_at_once, None)
                .await
                .map_err(|error| failed(Stage::Connect, &error))?;
        if let (Security::StartTls, Some(tls)) = (server.security, &self.tls) {
            if !connection.can_starttls() {
                return Err(because(
                    "the mail server offers no encryption (STARTTLS), so nothing was sent",
                ));
            }
            let upgraded = connection.starttls(tls.clone(), &name).await;
            upgraded.map_err(|error| failed(Stage::Encrypt, &error))?;
        }
        if let Some(login) = &server.login {
            let password = login.password.expose_secret().to_owned();
            let credentials = Credentials::new(login.user.clone(), password);
            let signed_in = connection.auth(DEFAULT_MECHANISMS, &credentials).await;
            signed_in.map_err(|error| failed(Stage::SignIn, &error))?;
        }
        Ok(connection)
    }
}

async fn hand_over(connection: &mut AsyncSmtpConnection, mail: &Mail) -> Result<(), NotifyError> {
    let from = MailFrom::new(Some(mail.from.clone()), parameters(connection, mail)?);
    let begun = connection.command(from).await;
    begun.map_err(|error| failed(Stage::Sender, &error))?;

    let mut refused = Vec::new();
    for to in &mail.to {
        match connection.command(Rcpt::new(to.clone(), vec![])).await {
            Ok(_) => {}
            Err(error) if error.status().is_some() => refused.push(error),
            Err(error) => return Err(failed(Stage::Recipient, &error)),
        }
    }
    match refused.first() {
        Some(error) if refused.len() == mail.to.len() => {
            return Err(failed(Stage::Recipient, error));
        }
        Some(_) => tracing::warn!(
            refused = refused.len(),
            recipients = mail.to.len(),
            "the mail server refused some of the e-mail addresses for failures; the others get the mail"
        ),
        None => {}
    }

    let ready = connection.command(Data).await;
    ready.map_err(|error| failed(Stage::Content, &error))?;
    let taken = connection.message(&mail.bytes).await;
    taken.map_err(|error| failed(Stage::Content, &error))?;
    Ok(())
}

/// What the server has to be told in advance: nothing, unless an address is not in ASCII.
fn parameters(
    connection: &AsyncSmtpConnection,
    mail: &Mail,
) -> Result<Vec<MailParameter>, NotifyError> {
    if mail.bytes.is_ascii() && mail.to.iter().all(|to| to.to_string().is_ascii()) {
        return Ok(vec![]);
    }
    if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
        return Err(because(
            "the mail server takes only e-mail addresses in ASCII (it has no SMTPUTF8)",
        ));
    }
    Ok(vec![MailParameter::SmtpUtfEight, MailParameter::Body(MailBodyParameter::EightBitMime)])
}

/// Tells what happened in words of our own: the server's may repeat addresses or the mail.
fn failed(stage: Stage, error: &Error) -> NotifyError {
    if let Some(code) = error.status() {
        let what = match stage {
            Stage::Connect => "turned the connection away",
            Stage::Encrypt => "did not begin to encrypt",
            Stage::SignIn => "refused the user name or the password",
            Stage::Sender => "refused the sender's address",
            Stage::Recipient => "refused the e-mail address for failures",
            Stage::Content => "refused the mail",
        };
        let how_long = if error.is_transient() { " for now" } else { "" };
        return NotifyError { reason: format!("the mail server {what}{how_long} (code {code})") };
    }
    because(match stage {
        Stage::Connect | Stage::Encrypt if is_distrust(error) => {
            "the mail server's certificate is not trusted or belongs to another name"
        }
        Stage::Connect => "the mail server cannot be reached, or does not speak as expected",
        Stage::Encrypt => "the connection to the mail server could not be encrypted",
        Stage::SignIn if error.is_client() => "the mail server offers no way to sign in",
        Stage::SignIn | Stage::Sender | Stage::Recipient | Stage::Content => {
            "the connection to the mail server broke off"
        }
    })
}

/// rustls reports whatever it does not like about the other side as invalid data.
fn is_distrust(error: &Error) -> bool {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return io.kind() == io::ErrorKind::InvalidData;
        }
        source = cause.source();
    }
    false
}

fn because(reason: &str) -> NotifyError {
    NotifyError { reason: reason.to_owned() }
}
