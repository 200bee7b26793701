//! The cookie that keeps somebody signed in.

use axum::http::{HeaderMap, HeaderValue};
use chrono::{DateTime, TimeDelta, Utc};
use whatsapp_core::port::Entropy;

use super::sealed::{Found, Sealed};
use super::way::Way;
use crate::secret::ConsoleSecret;

/// Content of the cookie: who signed in, when, and under which password and generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entered {
    /// The name, in the spelling in which it is looked up.
    pub(super) name: String,
    pub(super) at: DateTime<Utc>,
    /// Code of the password and the generation.
    pub(super) mark: String,
    /// Random id of this sign-in.
    pub(super) session: String,
}

impl Entered {
    fn told(&self) -> String {
        let Self { name, at, mark, session } = self;
        format!("{} {mark} {session} {name}", at.timestamp_micros())
    }

    fn read(told: &str) -> Option<Self> {
        let mut parts = told.splitn(4, ' ');
        let at = DateTime::from_timestamp_micros(parts.next()?.parse().ok()?)?;
        let (mark, session) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        Some(Self { name: parts.next()?.to_owned(), at, mark, session })
    }
}

/// Makes these cookies and reads them.
#[derive(Debug)]
pub(super) struct Cookies(Sealed);

impl Cookies {
    pub(super) fn new(name: &str, secret: &ConsoleSecret) -> Self {
        Self(Sealed::new(name, secret))
    }

    /// The header that keeps somebody signed in.
    pub(super) fn set(
        &self,
        way: Way,
        entered: &Entered,
        lasts: TimeDelta,
        entropy: &dyn Entropy,
    ) -> Option<HeaderValue> {
        self.0.set(way, &entered.told(), lasts, entropy)
    }

    /// The header that takes the cookie away.
    pub(super) fn unset(&self, way: Way) -> Option<HeaderValue> {
        self.0.unset(way)
    }

    /// Reads the sign-in from a request's cookie.
    pub(super) fn read(&self, way: Way, headers: &HeaderMap) -> Found<Entered> {
        self.0.read(way, headers, Entered::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_says_is_read_as_it_was_told() {
        let entered = Entered {
            name: "asha  rao".to_owned(),
            at: DateTime::from_timestamp_micros(1_764_000_000_000_001).unwrap(),
            mark: "mark".to_owned(),
            session: "session".to_owned(),
        };
        assert_eq!(Entered::read(&entered.told()), Some(entered));
        for odd in ["", "1", "1 mark session", "x mark session asha", " mark session asha"] {
            assert_eq!(Entered::read(odd), None, "{odd}");
        }
    }
}
