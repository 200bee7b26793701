//! Encrypted cookies, which tell nothing and cannot be forged.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use chrono::TimeDelta;
use hmac::Mac as _;
use whatsapp_core::port::{Entropy, random};

use super::way::Way;
use crate::secret::ConsoleSecret;

/// Time by which a clock may have been set back since a cookie was made.
pub(super) const SET_BACK: TimeDelta = TimeDelta::minutes(1);

/// The longest value of a cookie of ours, in bytes.
const MAX: usize = 1024;

const NONCE: usize = 24;

/// Makes cookies of one name and reads them.
pub(super) struct Sealed {
    name: String,
    cipher: XChaCha20Poly1305,
}

impl Sealed {
    /// Cookies of this name, under a key that is made of the console's secret.
    pub(super) fn new(name: &str, secret: &ConsoleSecret) -> Self {
        let key: [u8; 32] = secret.over(&["cookie", name]).finalize().into_bytes().into();
        Self { name: name.to_owned(), cipher: XChaCha20Poly1305::new(&key.into()) }
    }

    /// The header that makes a browser keep this text. With the prefix a browser takes the cookie
    /// by https alone, from this host alone and for all of its paths.
    pub(super) fn set(
        &self,
        way: Way,
        told: &str,
        lasts: TimeDelta,
        entropy: &dyn Entropy,
    ) -> Option<HeaderValue> {
        let nonce = random::<NONCE>(entropy);
        let name = self.named(way);
        let payload = Payload { msg: told.as_bytes(), aad: name.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
        let value = URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat());
        header(&name, &value, lasts.num_seconds(), way)
    }

    /// The header that takes the cookie away.
    pub(super) fn unset(&self, way: Way) -> Option<HeaderValue> {
        header(&self.named(way), "", 0, way)
    }

    /// Reads the content of a request's cookie. The plain name counts for this machine alone, where
    /// a browser takes the other name as well.
    pub(super) fn read<T>(
        &self,
        way: Way,
        headers: &HeaderMap,
        understood: impl Fn(&str) -> Option<T>,
    ) -> Found<T> {
        let names: &[Way] = if way == Way::Here { &[Way::Https, Way::Here] } else { &[Way::Https] };
        let mut found = Found::Nothing;
        for pair in headers
            .get_all(COOKIE)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|cookie| cookie.split(';'))
        {
            let Some((name, value)) = pair.trim().split_once('=') else { continue };
            if !names.iter().any(|way| self.named(*way) == name) {
                continue;
            }
            if let Some(told) = self.open(name, value).and_then(|told| understood(&told)) {
                return Found::Told(told);
            }
            found = Found::Void;
        }
        found
    }

    fn open(&self, name: &str, value: &str) -> Option<String> {
        if value.len() > MAX {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(value).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: name.as_bytes() };
        String::from_utf8(self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?).ok()
    }

    fn named(&self, way: Way) -> String {
        let prefix = if way == Way::Here { "" } else { "__Host-" };
        format!("{prefix}{}", self.name)
    }
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sealed").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Result of looking for a cookie.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<T> {
    Nothing,
    /// A cookie of ours that cannot be read: of another secret, or forged.
    Void,
    Told(T),
}

fn header(name: &str, value: &str, seconds: i64, way: Way) -> Option<HeaderValue> {
    let secure = if way == Way::Here { "" } else { "; Secure" };
    let cookie =
        format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(cookie).ok()
}

#[cfg(test)]
mod tests {
    use whatsapp_core::port::SystemEntropy;

    use super::*;

    fn cookies(name: &str, secret: u8) -> Sealed {
        Sealed::new(name, &ConsoleSecret::new(vec![secret; 32]).unwrap())
    }

    const TOLD: &str = "1764000000000000 mark session asha rao";

    fn told() -> Found<String> {
        Found::Told(TOLD.to_owned())
    }

    /// The pair that a browser sends back.
    fn sent(cookies: &Sealed, way: Way) -> String {
        let header = cookies.set(way, TOLD, TimeDelta::hours(12), &SystemEntropy).unwrap();
        header.to_str().unwrap().split(';').next().unwrap().to_owned()
    }

    fn read(cookies: &Sealed, way: Way, sent: &str) -> Found<String> {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, sent.parse().unwrap());
        cookies.read(way, &headers, |told| Some(told.to_owned()))
    }

    #[test]
    fn it_is_sealed_and_comes_back_whole_among_others() {
        let cookies = cookies("console", 7);
        let header = cookies.set(Way::Https, TOLD, TimeDelta::hours(12), &SystemEntropy);
        let header = header.unwrap().to_str().unwrap().to_owned();
        assert!(header.starts_with("__Host-console="), "{header}");
        assert!(
            header.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure"),
            "{header}"
        );
        let pair = sent(&cookies, Way::Https);
        assert!(!pair.contains("asha") && pair.len() < 300, "{pair}");
        assert_ne!(pair, sent(&cookies, Way::Https), "never the same twice");
        for jar in [pair.clone(), format!("a=b; {pair}; c"), format!("__Host-console=x; {pair}")] {
            assert_eq!(read(&cookies, Way::Https, &jar), told(), "{jar}");
        }
        let gone = cookies.unset(Way::Https).unwrap();
        assert!(gone.to_str().unwrap().starts_with("__Host-console=; Path=/; Max-Age=0;"));
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, pair.parse().unwrap());
        let found = cookies.read(Way::Https, &headers, |_| None::<()>);
        assert_eq!(found, Found::Void, "whoever reads it may not understand it");
    }

    #[test]
    fn one_of_another_secret_name_or_prefix_says_nothing() {
        let (ours, pair) = (cookies("console", 7), sent(&cookies("console", 7), Way::Https));
        assert_eq!(read(&cookies("console", 8), Way::Https, &pair), Found::Void);
        assert_eq!(read(&cookies("other", 7), Way::Https, &pair), Found::Nothing);
        let renamed = sent(&cookies("other", 7), Way::Https).replace("other", "console");
        assert_eq!(read(&ours, Way::Https, &renamed), Found::Void);
        let here = sent(&ours, Way::Here);
        assert!(here.starts_with("console="), "{here}");
        assert_eq!(read(&ours, Way::Here, &here), told());
        for elsewhere in [Way::Https, Way::Plain] {
            assert_eq!(read(&ours, elsewhere, &here), Found::Nothing);
            let promoted = format!("__Host-{here}");
            assert_eq!(read(&ours, elsewhere, &promoted), Found::Void, "the name is sealed too");
        }
    }

    #[test]
    fn a_changed_one_says_nothing() {
        let ours = cookies("console", 7);
        let pair = sent(&ours, Way::Https);
        let (name, value) = pair.split_once('=').unwrap();
        for at in 0..value.len() {
            let other = if &value[at..=at] == "A" { "B" } else { "A" };
            let changed = format!("{}{other}{}", &value[..at], &value[at + 1..]);
            let found = read(&ours, Way::Https, &format!("{name}={changed}"));
            assert_eq!(found, Found::Void, "{at}");
        }
        for odd in ["", "x", "=", &value[1..], &"A".repeat(4_000), "%00"] {
            assert_eq!(read(&ours, Way::Https, &format!("{name}={odd}")), Found::Void, "{odd}");
        }
    }
}
