//! The form's token for the file that is kept for it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::Mac as _;
use whatsapp_core::attachment::KeptFile;

use crate::secret::ConsoleSecret;

/// Number of bytes of the proof.
const PROOF: usize = 16;

/// The form's token for the file that is kept for it: a forged one gets nobody's file.
#[derive(Debug)]
pub(crate) struct Token;

impl Token {
    /// Makes the token of a file.
    pub(crate) fn of(file: &KeptFile, secret: &ConsoleSecret) -> String {
        let proof = code(file, secret).finalize().into_bytes();
        let proof = URL_SAFE_NO_PAD.encode(proof.get(..PROOF).unwrap_or_default());
        let name = URL_SAFE_NO_PAD.encode(&file.name);
        format!("{}.{}.{}.{name}.{proof}", file.sha256, file.kind, file.bytes)
    }

    /// Reads the file of a valid token.
    pub(crate) fn read(token: &str, secret: &ConsoleSecret) -> Option<KeptFile> {
        let mut parts = token.splitn(5, '.');
        let (sha256, kind, bytes) = (parts.next()?.to_owned(), parts.next()?, parts.next()?);
        let name = String::from_utf8(URL_SAFE_NO_PAD.decode(parts.next()?).ok()?).ok()?;
        let proof = URL_SAFE_NO_PAD.decode(parts.next()?).ok().filter(|it| it.len() == PROOF)?;
        let (kind, bytes) = (kind.parse().ok()?, bytes.parse().ok()?);
        let file = KeptFile::new(sha256, kind, name, bytes);
        code(&file, secret).verify_truncated_left(&proof).ok()?;
        Some(file)
    }
}

fn code(file: &KeptFile, secret: &ConsoleSecret) -> hmac::Hmac<sha2::Sha256> {
    let bytes = file.bytes.to_string();
    secret.over(&["kept", &file.sha256, file.kind.as_str(), &bytes, &file.name])
}

#[cfg(test)]
mod tests {
    use whatsapp_core::attachment::AttachmentKind;

    use super::*;

    #[test]
    fn a_token_names_its_file_and_nobody_can_make_one_up() {
        let secret = ConsoleSecret::fresh([7; 32]);
        let file = KeptFile::new("a".repeat(64), AttachmentKind::Pdf, "INV. 7 é.pdf", 1234);
        let token = Token::of(&file, &secret);
        assert_eq!(Token::read(&token, &secret), Some(file.clone()));
        assert_eq!(Token::read(&token, &ConsoleSecret::fresh([8; 32])), None);
        let other = token.replacen('a', "b", 1);
        for made_up in ["", "....", "a.pdf.1.x.y", &other, &token[..token.len() - 1]] {
            assert_eq!(Token::read(made_up, &secret), None, "{made_up}");
        }
    }
}
