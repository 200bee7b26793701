//! The rules about which links are followed. Pure: nothing here looks a name up.

use std::net::IpAddr;

use url::{Host, Url};
use whatsapp_core::port::SourceError;

use super::address::{all_public, is_public};

const INCOMPLETE: &str = "the link is not complete: it must begin with https:// and name a server";
const CHARACTERS: &str = "the link holds characters that no link may hold";
const HTTPS_ONLY: &str = "only https links are followed";
const USER: &str = "a link with a user name in it is not followed";
const PORT: &str = "only links to port 443 are followed, unless another one is allowed";
const PRIVATE: &str = "the link leads to a machine that is not public: allow its host and port if \
                       that is meant";

/// Endings of names that are private by their nature.
const PRIVATE_ENDINGS: [&str; 5] = ["localhost", "local", "internal", "home.arpa", "onion"];

/// Exceptions to the rule of public servers and port 443.
#[derive(Default)]
pub(super) struct Policy {
    hosts: Vec<(Host<String>, u16)>,
    ports: Vec<u16>,
}

/// A link that may be followed, if the name in it leads to public addresses only.
pub(super) struct Target {
    pub(super) url: Url,
    /// True if the host has allowed it, so that it may lead anywhere.
    pub(super) allowed: bool,
}

impl Policy {
    /// Allows exactly this `host:port`, also by http and to any address. `None` if the text is no
    /// such pair.
    pub(super) fn allow(&mut self, host_and_port: &str) -> Option<()> {
        let (host, port) = host_and_port.rsplit_once(':')?;
        self.hosts.push((Host::parse(host).ok()?, port.parse().ok()?));
        Some(())
    }

    /// Allows a port of public servers, by https.
    pub(super) fn allow_port(&mut self, port: u16) {
        self.ports.push(port);
    }

    /// Checks a link that was given, or to which another link redirected.
    pub(super) fn check(&self, from: Option<&Url>, link: &str) -> Result<Target, SourceError> {
        // Checked before parsing: the parser drops line ends and tabs, and reads `\` as `/`.
        if link.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(SourceError::refused(CHARACTERS));
        }
        let parsed = from.map_or_else(|| Url::parse(link), |from| from.join(link));
        let url = parsed.map_err(|_| SourceError::refused(INCOMPLETE))?;
        let downgrade = from.is_some_and(|from| from.scheme() == "https");
        if url.scheme() != "https" && (url.scheme() != "http" || downgrade) {
            return Err(SourceError::refused(HTTPS_ONLY));
        }
        if has_user(link) || !url.username().is_empty() || url.password().is_some() {
            return Err(SourceError::refused(USER));
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(SourceError::refused(INCOMPLETE));
        };
        let host = host.to_owned();
        if self.hosts.iter().any(|allowed| *allowed == (host.clone(), port)) {
            return Ok(Target { url, allowed: true });
        }
        if url.scheme() != "https" {
            return Err(SourceError::refused(HTTPS_ONLY));
        }
        if port != 443 && !self.ports.contains(&port) {
            return Err(SourceError::refused(PORT));
        }
        let public = match host {
            Host::Domain(name) => is_public_name(&name),
            Host::Ipv4(address) => is_public(address.into()),
            Host::Ipv6(address) => is_public(address.into()),
        };
        if !public {
            return Err(SourceError::refused(PRIVATE));
        }
        Ok(Target { url, allowed: false })
    }
}

impl Target {
    /// Checks the addresses of the name. If one of them is not public, all are refused, because
    /// nobody knows which of them will be used.
    pub(super) fn check_addresses(&self, addresses: &[IpAddr]) -> Result<(), SourceError> {
        if self.allowed || all_public(addresses) {
            Ok(())
        } else {
            Err(SourceError::refused(PRIVATE))
        }
    }
}

/// Returns true if the part that names the server contains an `@`. The parser forgets an empty user
/// name.
fn has_user(link: &str) -> bool {
    let Some((_, rest)) = link.split_once("//") else { return false };
    rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

/// Returns true if a name may be one of the public internet. The parser has made it lower case.
fn is_public_name(name: &str) -> bool {
    let private = |ending: &str| {
        name.strip_suffix(ending).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    name.contains('.') && !name.ends_with('.') && !PRIVATE_ENDINGS.into_iter().any(private)
}

#[cfg(test)]
mod tests;
