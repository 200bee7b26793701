//! Links that sign somebody in once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use whatsapp_core::port::{Entropy, random};

/// The person whom a link lets in, and the time until which it is valid.
type Out = (String, DateTime<Utc>);

/// Links that are out, by the hash of their tokens. A restart forgets them.
#[derive(Debug, Default)]
pub(super) struct Links(Mutex<HashMap<[u8; 32], Out>>);

impl Links {
    /// Makes the token of a new link for somebody of this name, valid until then.
    pub(super) fn make(
        &self,
        name: &str,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
        entropy: &dyn Entropy,
    ) -> String {
        let token = URL_SAFE_NO_PAD.encode(random::<32>(entropy));
        let mut out = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        out.retain(|_, (_, until)| *until > now);
        out.insert(hash(&token), (name.to_owned(), until));
        token
    }

    /// Name of the person whom a link signs in. The link is used up after that.
    pub(super) fn take(&self, token: &str, now: DateTime<Utc>) -> Option<String> {
        let mut out = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        out.remove(&hash(token)).filter(|(_, until)| *until > now).map(|(name, _)| name)
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use whatsapp_core::port::SystemEntropy;

    use super::*;

    #[test]
    fn a_link_is_for_one_person_once_until_its_end() {
        let (links, now) = (Links::default(), DateTime::UNIX_EPOCH);
        let until = now + TimeDelta::minutes(10);
        let make = |name| links.make(name, now, until, &SystemEntropy);
        let (one, two, late) = (make("asha"), make("vik"), make("asha"));
        assert_eq!(one.len(), 43);
        assert_eq!(links.take(&one, now).as_deref(), Some("asha"));
        assert_eq!(links.take(&one, now), None);
        assert_eq!(links.take("", now), None);
        assert_eq!(links.take(&two, until - TimeDelta::seconds(1)).as_deref(), Some("vik"));
        assert_eq!(links.take(&late, until), None);
        make("asha");
        links.make("asha", until, until + TimeDelta::minutes(1), &SystemEntropy);
        assert_eq!(links.0.lock().unwrap().len(), 1, "ended ones are forgotten");
    }
}
