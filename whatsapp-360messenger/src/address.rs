//! Addresses of gateways, and the rule about which of them the settings may name.

use std::collections::BTreeSet;

use url::{Host, Url};
use whatsapp_core::address::{is_https_or_loopback, is_loopback};
use whatsapp_core::port::AddressError;

/// Address of the vendor's gateway.
pub const DEFAULT_BASE_URL: &str = "https://api.360messenger.com";

/// The vendor's own host.
pub(crate) const VENDOR: &str = "api.360messenger.com";

/// Reason why the settings cannot change an address that the program was built with.
pub(crate) const FIXED: &str =
    "the program was started with an address of its own, and the setting has no effect";

/// Errors of building a [`Gateway`](crate::Gateway).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The base URL is no absolute http or https URL.
    #[error("the gateway's address must be a complete link such as https://api.360messenger.com")]
    NotAUrl,
    /// The base URL is http, and leads to another machine.
    #[error("the gateway's address must begin with https://: the key would travel unprotected")]
    NotHttps,
    /// The base URL holds a user name, a password, a query or a fragment.
    #[error("the gateway's address must end after the path: no user name, no ? and no #")]
    TooMuch,
    /// An allowed host that is no host's name or address.
    #[error("an allowed host must be a name or an address alone, such as gate.example")]
    Host,
    /// Dialect v1 without [`allow_key_in_url`](crate::GatewayBuilder::allow_key_in_url).
    #[error(
        "version 1 of the gateway puts the key into each URL: allow that explicitly, or use \
         version 2"
    )]
    KeyInUrl,
    /// A timeout of zero or more than 30 seconds.
    #[error("timeouts must be greater than zero and at most 30 seconds")]
    Timeout,
    /// The HTTP client could not be made, most likely because this machine has no trusted
    /// certificates.
    #[error("the HTTP client could not be made: are there trusted certificates on this machine?")]
    Client,
}

/// The source of the gateway's address.
#[derive(Debug)]
pub(crate) enum Rule {
    /// The code that built the program; the settings have no effect.
    Fixed,
    /// The settings, limited to these hosts and this machine.
    Settings { allowed: BTreeSet<Host> },
}

impl Rule {
    /// Parses an address that the settings may name.
    pub(crate) fn allows(&self, address: &str) -> Result<Url, AddressError> {
        let Self::Settings { allowed } = self else {
            return Err(AddressError::Fixed { reason: FIXED.to_owned() });
        };
        let url =
            base(address).map_err(|error| AddressError::Invalid { reason: error.to_string() })?;
        match url.host() {
            Some(host) if is_loopback(&host) || allowed.contains(&host.to_owned()) => Ok(url),
            host => Err(AddressError::NotAllowed {
                host: host.map(|host| host.to_string()).unwrap_or_default(),
                allowed: self.list(),
            }),
        }
    }

    /// Lists the allowed hosts, for people.
    fn list(&self) -> String {
        let hosts = match self {
            Self::Fixed => None,
            Self::Settings { allowed } => Some(allowed),
        };
        let names = hosts.into_iter().flatten().map(Host::to_string);
        format!("{} and this machine", names.collect::<Vec<_>>().join(", "))
    }
}

/// Parses the hosts that are allowed.
pub(crate) fn hosts(names: &[String]) -> Result<BTreeSet<Host>, BuildError> {
    // The URL parser accepts a pattern as a name, but no host would ever match it.
    let host = |name: &String| match Host::parse(name.trim()) {
        Ok(host) if !name.contains('*') => Ok(host),
        _ => Err(BuildError::Host),
    };
    names.iter().map(host).collect()
}

/// An address in the form that people read, without a slash at its end.
pub(crate) fn shown(base: &Url) -> String {
    base.as_str().trim_end_matches('/').to_owned()
}

/// Parses the base URL, and removes a slash or `/v2` from its end.
pub(crate) fn base(text: &str) -> Result<Url, BuildError> {
    let text = text.trim();
    // The URL parser drops tabs and line ends and turns backslashes into slashes: it would see
    // another address than a person reads.
    if !text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\') {
        return Err(BuildError::NotAUrl);
    }
    let mut url = Url::parse(text).map_err(|_| BuildError::NotAUrl)?;
    if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
        return Err(BuildError::NotAUrl);
    }
    if !is_https_or_loopback(&url) {
        return Err(BuildError::NotHttps);
    }
    if text.contains(['@', '?', '#']) {
        return Err(BuildError::TooMuch);
    }
    let path = url.path().trim_end_matches('/');
    let path = path.strip_suffix("/v2").unwrap_or(path);
    let path = path.trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_may_lead_to_allowed_hosts_and_this_machine() {
        let allowed = hosts(&[VENDOR.to_owned(), " Gate.example ".to_owned()]).unwrap();
        let rule = Rule::Settings { allowed };
        for address in [
            "https://api.360messenger.com/v2",
            "https://API.360messenger.com:8443",
            "https://gate.example/wa",
            "http://127.0.0.1:8080",
            "https://localhost",
        ] {
            assert!(rule.allows(address).is_ok(), "{address}");
        }
        for (address, host) in [
            ("https://api.360messenger.com.evil.example", "api.360messenger.com.evil.example"),
            ("https://360messenger.com", "360messenger.com"),
            ("https://x.gate.example", "x.gate.example"),
            ("https://10.0.0.1", "10.0.0.1"),
            ("https://169.254.169.254", "169.254.169.254"),
        ] {
            let error = rule.allows(address).unwrap_err();
            let AddressError::NotAllowed { host: named, .. } = &error else { panic!("{error:?}") };
            assert_eq!(named, host);
            assert!(
                error.to_string().contains("api.360messenger.com, gate.example and this machine")
            );
        }
        for address in ["http://gate.example", "https://api.360messenger.com@evil.example"] {
            let error = rule.allows(address).unwrap_err();
            assert!(matches!(error, AddressError::Invalid { .. }), "{address}: {error:?}");
        }
        let fixed = Rule::Fixed.allows("https://api.360messenger.com");
        assert!(matches!(fixed, Err(AddressError::Fixed { .. })));
    }

    #[test]
    fn an_allowed_host_is_a_host_alone() {
        for name in ["", "https://gate.example", "gate.example:443", "gate.example/wa", "*"] {
            assert_eq!(hosts(&[name.to_owned()]), Err(BuildError::Host), "{name}");
        }
    }

    #[test]
    fn bases_are_https_and_lose_their_end() {
        for (given, read) in [
            (DEFAULT_BASE_URL, "https://api.360messenger.com/"),
            ("https://api.360messenger.com/", "https://api.360messenger.com/"),
            ("https://api.360messenger.com/v2", "https://api.360messenger.com/"),
            (" https://api.360messenger.com/v2/\n", "https://api.360messenger.com/"),
            ("https://gate.example/wa/v2", "https://gate.example/wa"),
            ("https://gate.example:8443/v2x", "https://gate.example:8443/v2x"),
            ("http://localhost:8080", "http://localhost:8080/"),
            ("http://127.0.0.1:8080/v2", "http://127.0.0.1:8080/"),
            ("http://[::1]:8080", "http://[::1]:8080/"),
        ] {
            assert_eq!(base(given).unwrap().as_str(), read, "{given}");
        }
    }

    #[test]
    fn a_base_is_https_or_http_to_this_machine() {
        use whatsapp_testkit::fixtures::{OTHER_MACHINES, THIS_MACHINE};

        for host in THIS_MACHINE {
            assert!(base(&format!("http://{host}:8080")).is_ok(), "{host}");
        }
        for host in OTHER_MACHINES {
            let plain = base(&format!("http://{host}:8080"));
            assert_eq!(plain, Err(BuildError::NotHttps), "{host}");
            assert!(base(&format!("https://{host}:8443")).is_ok(), "{host}");
        }
    }

    #[test]
    fn other_bases_are_refused() {
        use BuildError as E;
        for (given, error) in [
            ("", E::NotAUrl),
            ("api.360messenger.com", E::NotAUrl),
            ("ftp://gate.example", E::NotAUrl),
            ("mailto:a@gate.example", E::NotAUrl),
            ("https://", E::NotAUrl),
            ("https://gate.exam\tple", E::NotAUrl),
            ("https://gate.example\\@other.example", E::NotAUrl),
            ("https://gäte.example", E::NotAUrl),
            ("http://gate.example", E::NotHttps),
            ("http://localhost.gate.example", E::NotHttps),
            ("http://10.0.0.1", E::NotHttps),
            ("http://127.0.0.1@gate.example", E::NotHttps),
            ("https://user:secret@gate.example", E::TooMuch),
            ("https://@gate.example", E::TooMuch),
            ("https://gate.example/?key=secret", E::TooMuch),
            ("https://gate.example/#v2", E::TooMuch),
        ] {
            assert_eq!(base(given), Err(error), "{given}");
        }
    }
}
