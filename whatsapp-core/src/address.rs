//! The rule for addresses: https, or http to this machine alone.
//!
//! Plain http shows keys, numbers and texts to everybody on the way. On the way to this machine
//! there is nobody, so http serves there: for tests, and for a gateway or a proxy beside the host.
//!
//! ```
//! use url::Url;
//! use whatsapp_core::address::is_https_or_loopback;
//!
//! assert!(is_https_or_loopback(&Url::parse("https://api.360messenger.com")?));
//! assert!(is_https_or_loopback(&Url::parse("http://localhost:8080")?));
//! assert!(!is_https_or_loopback(&Url::parse("http://api.360messenger.com")?));
//! # Ok::<_, url::ParseError>(())
//! ```

use url::{Host, Url};

/// Returns true for an https address, and for http to this machine ([`is_loopback`]).
///
/// It looks at the parsed address, and so at the host that a client would connect to. Refusing a
/// user name in the address is left to the caller.
#[must_use]
pub fn is_https_or_loopback(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => url.host().is_some_and(|host| is_loopback(&host)),
        _ => false,
    }
}

/// Returns true if a host is this machine: `localhost`, an address of 127.0.0.0/8, or `[::1]`.
///
/// Names under `localhost` are not: some resolvers ask the network for them. Nor is the IPv4-mapped
/// `[::ffff:127.0.0.1]`: some systems route it, and whoever means this machine can write
/// `127.0.0.1`.
#[must_use]
pub fn is_loopback<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref().eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_testkit::fixtures::{OTHER_MACHINES, THIS_MACHINE};

    use super::*;

    fn fits(address: &str) -> bool {
        is_https_or_loopback(&Url::parse(address).unwrap())
    }

    #[test]
    fn http_is_for_this_machine_and_https_for_any() {
        for host in THIS_MACHINE {
            assert!(fits(&format!("http://{host}:8080/wa")), "{host}");
            assert!(fits(&format!("https://{host}:8443/wa")), "{host}");
        }
        for host in OTHER_MACHINES {
            assert!(!fits(&format!("http://{host}:8080/wa")), "{host}");
            assert!(fits(&format!("https://{host}:8443/wa")), "{host}");
        }
    }

    #[test]
    fn the_host_counts_as_a_client_reads_it() {
        for here in ["http://127.1", "http://0x7f.1", "http://2130706433", "http://LocalHost"] {
            assert!(fits(here), "{here}");
        }
        for away in [
            "http://127.0.0.1@files.example",
            "http://localhost:80@files.example",
            "http://files.example/?@localhost",
            "http://files.example#localhost",
        ] {
            assert!(!fits(away), "{away}");
        }
    }

    #[test]
    fn no_other_scheme_fits() {
        for other in ["ftp://localhost", "file:///srv/wa", "ws://localhost", "mailto:a@localhost"] {
            assert!(!fits(other), "{other}");
        }
    }
}
