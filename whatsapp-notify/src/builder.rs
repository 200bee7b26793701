//! The builder of an [`EmailNotifier`], which checks it before the first mail.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use url::Url;
use whatsapp_core::time::Zone;

use crate::address;
use crate::body::Style;
use crate::error::BuildError;
use crate::notifier::EmailNotifier;
use crate::server::{Login, Security, Server};

/// Timeout for one mail, from the connection to the server's acceptance.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Builds an [`EmailNotifier`]; made by [`EmailNotifier::builder`].
#[derive(Clone)]
#[must_use = "nothing is made before `build`"]
pub struct EmailNotifierBuilder {
    from: String,
    server: Option<Result<Server, BuildError>>,
    roots: Vec<Vec<u8>>,
    timeout: Duration,
    style: Style,
}

impl EmailNotifierBuilder {
    pub(crate) fn new(from: String) -> Self {
        Self { from, server: None, roots: Vec::new(), timeout: TIMEOUT, style: Style::default() }
    }

    /// Sets the mail server as a URL, in place of all earlier settings of the server:
    ///
    /// - `smtps://user:password@host:465`: TLS from the first byte (port 465 if none is given);
    /// - `smtp://user:password@host:587?tls=required`: TLS after `STARTTLS` (port 587);
    /// - `smtp://localhost:25`: without encryption, to this machine only (port 25).
    ///
    /// Special characters in user and password are percent-encoded. There is no option for TLS only
    /// if the server happens to offer it: an attacker on the way could remove the offer.
    pub fn smtp_url(mut self, url: impl AsRef<str>) -> Self {
        self.server = Some(Server::from_url(url.as_ref()));
        self
    }

    /// Sets the name or IP address of the mail server, in place of all earlier settings of the
    /// server. The default is TLS from the first byte on port 465.
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.server = Some(Ok(Server::new(host)));
        self
    }

    /// Sets the port of the mail server. Call it after [`host`](Self::host) or
    /// [`smtp_url`](Self::smtp_url).
    pub fn port(self, port: u16) -> Self {
        self.with_server(|server| server.port = Some(port))
    }

    /// Sets the encryption of the connection. Call it after [`host`](Self::host) or
    /// [`smtp_url`](Self::smtp_url).
    pub fn security(self, security: Security) -> Self {
        self.with_server(|server| server.security = security)
    }

    /// Sets the user and the password. Call it after [`host`](Self::host) or
    /// [`smtp_url`](Self::smtp_url).
    pub fn credentials(self, user: impl Into<String>, password: impl Into<String>) -> Self {
        let login = Login { user: user.into(), password: password.into().into() };
        self.with_server(|server| server.login = Some(login))
    }

    fn with_server(mut self, change: impl FnOnce(&mut Server)) -> Self {
        match &mut self.server {
            Some(Ok(server)) => change(server),
            Some(Err(_)) => {}
            // Without a host, this fails in `build`, as it should.
            None => self.server = Some(Err(BuildError::NoServer)),
        }
        self
    }

    /// Trusts this certificate authority (PEM, one or more certificates) besides those of the
    /// operating system. It is for a mail server that uses a certificate of the host's own.
    pub fn add_root_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Sets the timeout for one mail, from the connection to the server's acceptance. Default: 30
    /// seconds.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the time zone of the business, in which mails show times. Default: `Asia/Kolkata`.
    pub fn time_zone(mut self, zone: Zone) -> Self {
        self.style.zone = zone;
        self
    }

    /// Sets the address of the message log, which each mail links to at its end. Without it there
    /// is no link.
    pub fn console_url(mut self, url: impl Into<String>) -> Self {
        self.style.console_url = Some(url.into());
        self
    }

    /// Sets the country of numbers that are written without a country code, such as `IN`. If a
    /// customer's number is wrong, the mail then suggests the number that was perhaps meant.
    /// Without a country, nothing is suggested.
    #[cfg(feature = "suggest")]
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.style.country = Some(country.into());
        self
    }

    /// Checks everything; opens no connection.
    ///
    /// # Errors
    /// [`BuildError`] names the fault, without repeating the value.
    pub fn build(self) -> Result<EmailNotifier, BuildError> {
        let from = address::sender(&self.from).ok_or(BuildError::Sender)?;
        let server = self.server.ok_or(BuildError::NoServer)??.checked()?;
        let tls = match server.security {
            Security::Plain => None,
            Security::Tls | Security::StartTls => Some(trust(&self.roots)?),
        };
        if self.timeout.is_zero() {
            return Err(BuildError::Timeout);
        }
        let console_url = self.style.console_url.as_deref().map(linkable).transpose()?;
        let style = Style { console_url, ..self.style };
        Ok(EmailNotifier { from, server, tls, timeout: self.timeout, style })
    }
}

/// The TLS configuration: it trusts the operating system's authorities and `roots`.
fn trust(roots: &[Vec<u8>]) -> Result<Arc<ClientConfig>, BuildError> {
    let mut trusted = RootCertStore::empty();
    trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    for pem in roots {
        let before = trusted.len();
        for root in CertificateDer::pem_slice_iter(pem) {
            let root = root.map_err(|_| BuildError::Certificate)?;
            trusted.add(root).map_err(|_| BuildError::Certificate)?;
        }
        if trusted.len() == before {
            return Err(BuildError::Certificate);
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| BuildError::Certificate)?
        .with_root_certificates(trusted)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

/// Checks an address for use in a mail: no script, no password.
fn linkable(text: &str) -> Result<String, BuildError> {
    let url = Url::parse(text).map_err(|_| BuildError::ConsoleUrl)?;
    let is_web = matches!(url.scheme(), "http" | "https");
    if !is_web || !url.username().is_empty() || url.password().is_some() {
        return Err(BuildError::ConsoleUrl);
    }
    Ok(url.into())
}

impl fmt::Debug for EmailNotifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmailNotifierBuilder")
            .field("server", &self.server)
            .field("timeout", &self.timeout)
            .field("time_zone", &self.style.zone)
            .finish_non_exhaustive()
    }
}
