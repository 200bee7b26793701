//! The part of a link that nobody can guess or forge.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use whatsapp_core::MessageId;

use super::layout::{Address, Marker, Nonce};
use super::secret::LinkSecret;

const VERSION: u8 = 1;
/// Version, message, SHA-256, end in microseconds, nonce of the publication.
const CLAIM_BYTES: usize = 1 + 16 + 32 + 8 + 8;
#[cfg(any(feature = "axum", test))]
const SIGNATURE_BYTES: usize = 32;

/// The contents of a link: the publication that it leads to, and its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) message_id: MessageId,
    pub(super) address: Address,
    pub(super) until: DateTime<Utc>,
    pub(super) publication_id: Nonce,
}

impl From<&Marker> for Claim {
    fn from(marker: &Marker) -> Self {
        let Marker { message_id, address, until, publication_id, .. } = *marker;
        Self { message_id, address, until, publication_id }
    }
}

impl Claim {
    /// Builds the token for a link that ends in this name: base64url without padding (RFC 4648, 5)
    /// of the claim and an HMAC-SHA256 over the claim and the name. The length of the claim is
    /// fixed, so that no name can be taken for a part of it.
    pub(super) fn token(&self, secret: &LinkSecret, name: &str) -> String {
        let mut token = self.bytes().to_vec();
        token.extend(secret.write_marker([&self.bytes(), name.as_bytes()]));
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Reads a token; `None` unless it was signed for exactly this name.
    #[cfg(any(feature = "axum", test))]
    pub(super) fn verify(token: &str, name: &str, secret: &LinkSecret) -> Option<Self> {
        // Refused before it is decoded: every token of ours has exactly this length.
        if token.len() != (CLAIM_BYTES + SIGNATURE_BYTES).div_ceil(3) * 4 - 2 {
            return None;
        }
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (claim, signature) = token.split_first_chunk::<CLAIM_BYTES>()?;
        let signed = secret.signed([claim, name.as_bytes()], signature);
        signed.then(|| Self::read(claim)).flatten()
    }

    fn bytes(&self) -> [u8; CLAIM_BYTES] {
        let mut bytes = [0; CLAIM_BYTES];
        bytes[0] = VERSION;
        bytes[1..17].copy_from_slice(&self.message_id.into_bytes());
        bytes[17..49].copy_from_slice(&self.address.0);
        bytes[49..57].copy_from_slice(&self.until.timestamp_micros().to_be_bytes());
        bytes[57..].copy_from_slice(&self.publication_id.0);
        bytes
    }

    #[cfg(any(feature = "axum", test))]
    fn read(claim: &[u8; CLAIM_BYTES]) -> Option<Self> {
        let (version, rest) = claim.split_first()?;
        let (message_id, rest) = rest.split_first_chunk()?;
        let (address, rest) = rest.split_first_chunk()?;
        let (until, publication_id) = rest.split_first_chunk()?;
        (*version == VERSION).then_some(())?;
        Some(Self {
            message_id: MessageId::from_bytes(*message_id),
            address: Address(*address),
            until: DateTime::from_timestamp_micros(i64::from_be_bytes(*until))?,
            publication_id: Nonce(publication_id.try_into().ok()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_testkit::SeededEntropy;
    use whatsapp_testkit::fixtures::{START, new_message};

    use super::*;

    fn claim() -> Claim {
        Claim {
            message_id: new_message(7, START).facts.id,
            address: Address([0xA5; 32]),
            until: START,
            publication_id: Nonce::new(&SeededEntropy::new(7)),
        }
    }

    fn secret(byte: u8) -> LinkSecret {
        LinkSecret::new(vec![byte; 32]).unwrap()
    }

    #[test]
    fn a_token_reads_back_with_its_name_and_its_secret() {
        let token = claim().token(&secret(1), "INV-7.pdf");
        let verify = |name: &str, secret: LinkSecret| Claim::verify(&token, name, &secret);
        assert!(verify("INV-7.pdf", secret(1)) == Some(claim()));
        assert!(verify("INV-8.pdf", secret(1)).is_none());
        assert!(verify("", secret(1)).is_none());
        assert!(verify("INV-7.pdf", secret(2)).is_none());
        assert!(verify("INV-7.pdf", secret(2).accepting(secret(1))) == Some(claim()));
    }

    #[test]
    fn no_changed_bit_and_no_other_spelling_passes() {
        let token = claim().token(&secret(1), "INV-7.pdf");
        let verify = |token: &str| Claim::verify(token, "INV-7.pdf", &secret(1)).is_some();
        assert!(verify(&token));
        let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(!verify(&URL_SAFE_NO_PAD.encode(bytes)), "bit {bit}");
        }
        // The last character has bits that no byte of the token uses.
        let (all_but_last, _) = token.split_at(token.len() - 1);
        let alphabet = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['-', '_']);
        let passing = alphabet.filter(|last| verify(&format!("{all_but_last}{last}")));
        assert_eq!(passing.count(), 1);
        for other in [format!("{token}A"), format!("{token}=="), String::new(), "é".repeat(65)] {
            assert!(!verify(&other), "{other}");
        }
    }
}
