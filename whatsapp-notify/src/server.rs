//! The mail server, and the protocol and login for it.

use std::fmt;
use std::net::IpAddr;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use tokio_rustls::rustls::pki_types::ServerName;
use url::{Host, Url};
use whatsapp_core::address::is_loopback;

use crate::error::BuildError;

/// Encryption of the connection to the mail server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Security {
    /// TLS from the first byte; default port 465.
    #[default]
    Tls,
    /// TLS after `STARTTLS`, which the server must offer; default port 587.
    StartTls,
    /// No encryption: only for a mail server on this same machine (`localhost`, 127.0.0.0/8,
    /// `[::1]`); default port 25.
    Plain,
}

impl Security {
    const fn default_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::Plain => 25,
        }
    }
}

/// User and password for the mail server.
#[derive(Clone)]
pub(crate) struct Login {
    pub(crate) user: String,
    pub(crate) password: SecretString,
}

/// A mail server. `Debug` shows neither its name nor the user.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) security: Security,
    pub(crate) login: Option<Login>,
}

impl Server {
    pub(crate) fn new(host: impl Into<String>) -> Self {
        Self { host: host.into(), port: None, security: Security::default(), login: None }
    }

    /// Reads `smtps://user:password@host:port`, `smtp://…?tls=required`, or a plain `smtp://` one.
    pub(crate) fn from_url(text: &str) -> Result<Self, BuildError> {
        let url = Url::parse(text).map_err(|_| BuildError::Url)?;
        let required = match url.query() {
            None => false,
            Some("tls=required") => true,
            Some(_) => return Err(BuildError::Url),
        };
        let security = match (url.scheme(), required) {
            ("smtps", _) => Security::Tls,
            ("smtp", true) => Security::StartTls,
            ("smtp", false) => Security::Plain,
            _ => return Err(BuildError::Url),
        };
        // A `/` or `#` in a password that was not percent-encoded ends up here.
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(BuildError::Url);
        }
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            ("", Some(_)) | (_, None) => return Err(BuildError::Url),
            (user, Some(password)) => {
                Some(Login { user: decode(user)?, password: decode(password)?.into() })
            }
        };
        let host = match url.host().ok_or(BuildError::Url)? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        Ok(Self { host, port: url.port(), security, login })
    }

    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or(self.security.default_port())
    }

    /// Checks the server: removes brackets from the host, requires a valid name, and refuses plain
    /// text over a network.
    pub(crate) fn checked(mut self) -> Result<Self, BuildError> {
        if let Some(inner) = self.host.strip_prefix('[').and_then(|h| h.strip_suffix(']')) {
            self.host = inner.to_owned();
        }
        let ip = self.host.parse::<IpAddr>().ok();
        let name_like = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if ip.is_none() && (self.host.is_empty() || !self.host.chars().all(name_like)) {
            return Err(BuildError::Host);
        }
        let host = match ip {
            Some(IpAddr::V4(ip)) => Host::Ipv4(ip),
            Some(IpAddr::V6(ip)) => Host::Ipv6(ip),
            None => Host::Domain(self.host.as_str()),
        };
        if self.security == Security::Plain && !is_loopback(&host) {
            return Err(BuildError::PlainText);
        }
        // A name for which no certificate can exist.
        if self.security != Security::Plain && ServerName::try_from(self.host.as_str()).is_err() {
            return Err(BuildError::Host);
        }
        Ok(self)
    }
}

fn decode(text: &str) -> Result<String, BuildError> {
    let decoded = percent_decode_str(text).decode_utf8();
    Ok(decoded.map_err(|_| BuildError::Url)?.into_owned())
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("port", &self.port())
            .field("security", &self.security)
            .field("signs_in", &self.login.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use whatsapp_testkit::fixtures::{OTHER_MACHINES, THIS_MACHINE};

    use super::*;

    fn read(url: &str) -> Result<Server, BuildError> {
        Server::from_url(url)?.checked()
    }

    #[test]
    fn urls_give_host_port_security_and_login() {
        let server = read("smtps://shop%40example.com:p%23s%2F%3A%C3%A9@mail.example.com").unwrap();
        assert_eq!((server.host.as_str(), server.port()), ("mail.example.com", 465));
        assert_eq!(server.security, Security::Tls);
        let login = server.login.unwrap();
        assert_eq!(login.user, "shop@example.com");
        assert_eq!(login.password.expose_secret(), "p#s/:é");

        let server = read("smtp://mail.example.com?tls=required").unwrap();
        assert_eq!((server.port(), server.security), (587, Security::StartTls));
        assert!(server.login.is_none());
        assert_eq!(read("smtp://mail.example.com:2525/?tls=required").unwrap().port(), 2525);
    }

    #[test]
    fn plain_text_stays_on_this_machine() {
        for host in THIS_MACHINE {
            let server = read(&format!("smtp://{host}:2525")).unwrap();
            assert_eq!(server.security, Security::Plain, "{host}");
        }
        for host in OTHER_MACHINES.into_iter().chain(["mail.example.com", "2130706433"]) {
            let away = read(&format!("smtp://{host}:2525"));
            assert_eq!(away.unwrap_err(), BuildError::PlainText, "{host}");
        }
    }

    #[test]
    fn urls_that_say_something_else_are_refused() {
        for bad in [
            "",
            "mail.example.com",
            "https://mail.example.com",
            "smtp:mail.example.com",
            "smtps://",
            "smtp://mail.example.com?tls=opportunistic",
            "smtp://mail.example.com?tls=none",
            "smtp://mail.example.com?tls=required&tls=none",
            "smtps://user@mail.example.com",
            "smtps://:secret@mail.example.com",
            "smtps://user:sec/ret@mail.example.com",
            "smtps://user:sec#ret@mail.example.com",
            "smtps://user:%FF@mail.example.com",
            "smtps://mail.example.com/ehlo",
            "smtps://mail.example.com:99999",
        ] {
            assert_eq!(read(bad).unwrap_err(), BuildError::Url, "{bad}");
        }
        for bad in ["smtps://mail%20.example.com", "smtps://m%C3%A4il.example.com"] {
            assert_eq!(read(bad).unwrap_err(), BuildError::Host, "{bad}");
        }
    }

    #[test]
    fn debug_shows_neither_host_nor_login() {
        let shown = format!("{:?}", read("smtps://asha:secret@mail.example.com").unwrap());
        assert_eq!(shown, "Server { port: 465, security: Tls, signs_in: true, .. }");
    }
}
