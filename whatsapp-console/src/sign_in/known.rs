//! Browsers in which somebody signed in before. Tries in such a browser are counted by themselves,
//! so that a guesser elsewhere does not keep the name's owner out. OWASP calls it *device cookies*.

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::Mac as _;
use whatsapp_core::port::{Entropy, random};

use super::sealed::{Found, SET_BACK, Sealed};
use super::way::Way;
use crate::secret::ConsoleSecret;

/// Time for which a browser stays known after the last sign-in there.
const LASTS: TimeDelta = TimeDelta::days(90);

/// Content of a browser's cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// Code of the password. A new password makes browsers strangers, for somebody who knew the old
    /// one may have made as many of them as they liked.
    pub(super) mark: String,
    /// Random id of this browser.
    pub(super) id: String,
}

/// Makes these cookies and reads them. Each person has a cookie of another name, so that several
/// share a browser.
#[derive(Debug)]
pub(super) struct KnownBrowsers {
    name: String,
    secret: ConsoleSecret,
}

impl KnownBrowsers {
    pub(super) fn new(name: &str, secret: &ConsoleSecret) -> Self {
        Self { name: format!("{name}-known"), secret: secret.clone() }
    }

    /// The header that makes a browser known as one of this person's.
    pub(super) fn set(
        &self,
        way: Way,
        name: &str,
        mark: &str,
        now: DateTime<Utc>,
        entropy: &dyn Entropy,
    ) -> Option<HeaderValue> {
        let id = URL_SAFE_NO_PAD.encode(random::<16>(entropy));
        let told = format!("{} {mark} {id} {name}", now.timestamp());
        self.of(name).set(way, &told, LASTS, entropy)
    }

    /// Reads this person's cookie of a browser from a request.
    pub(super) fn read(
        &self,
        way: Way,
        name: &str,
        headers: &HeaderMap,
        now: DateTime<Utc>,
    ) -> Option<Known> {
        let found = self.of(name).read(way, headers, |told| {
            let mut parts = told.splitn(4, ' ');
            let at = DateTime::from_timestamp(parts.next()?.parse().ok()?, 0)?;
            let (mark, id) = (parts.next()?.to_owned(), parts.next()?.to_owned());
            let age = now - at;
            let holds = parts.next()? == name && age < LASTS && age >= -SET_BACK;
            holds.then_some(Known { mark, id })
        });
        match found {
            Found::Told(known) => Some(known),
            Found::Nothing | Found::Void => None,
        }
    }

    /// A person's cookies. Their name does not tell whose they are.
    fn of(&self, name: &str) -> Sealed {
        let whose = self.secret.over(&["known", &self.name, name]).finalize().into_bytes();
        Sealed::new(&format!("{}-{}", self.name, hex::encode(&whose[..8])), &self.secret)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::header::COOKIE;
    use whatsapp_core::port::SystemEntropy;

    use super::*;

    const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn browsers(secret: u8) -> KnownBrowsers {
        KnownBrowsers::new("console", &ConsoleSecret::new(vec![secret; 32]).unwrap())
    }

    /// The pair that a browser sends back.
    fn sent(browsers: &KnownBrowsers, name: &str) -> String {
        let header = browsers.set(Way::Https, name, "mark", NOW, &SystemEntropy).unwrap();
        header.to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    fn read(browsers: &KnownBrowsers, name: &str, sent: &str, now: DateTime<Utc>) -> Option<Known> {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, sent.parse().unwrap());
        browsers.read(Way::Https, name, &headers, now)
    }

    #[test]
    fn a_browser_is_known_for_its_person_alone() {
        let (ours, pair) = (browsers(7), sent(&browsers(7), "asha"));
        let known = read(&ours, "asha", &pair, NOW).unwrap();
        assert_eq!(known.mark, "mark");
        assert_ne!(
            known,
            read(&ours, "asha", &sent(&ours, "asha"), NOW).unwrap(),
            "no two are one"
        );
        assert_eq!(read(&ours, "vik", &pair, NOW), None);
        assert_eq!(read(&browsers(8), "asha", &pair, NOW), None);
        assert!(!pair.contains("asha"), "{pair}");
        // A cookie under the other person's name says nothing either.
        let theirs = sent(&ours, "vik");
        let (name, value) = (theirs.split_once('=').unwrap().0, pair.split_once('=').unwrap().1);
        assert_eq!(read(&ours, "vik", &format!("{name}={value}"), NOW), None);
        // Two people share a browser.
        let both = format!("{pair}; {}", sent(&ours, "vik"));
        assert!(read(&ours, "asha", &both, NOW).is_some());
        assert!(read(&ours, "vik", &both, NOW).is_some());
    }

    #[test]
    fn a_browser_is_forgotten_after_three_months() {
        let (ours, pair) = (browsers(7), sent(&browsers(7), "asha"));
        for (now, is_known) in [
            (NOW + LASTS - TimeDelta::seconds(1), true),
            (NOW + LASTS, false),
            (NOW - SET_BACK, true),
            (NOW - TimeDelta::days(1), false),
        ] {
            assert_eq!(read(&ours, "asha", &pair, now).is_some(), is_known, "{now}");
        }
    }
}
