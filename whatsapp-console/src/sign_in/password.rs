//! Passwords, of which only hashes are kept.

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc;
use argon2::{ARGON2ID_IDENT, Argon2, PasswordHasher as _, PasswordVerifier as _};
use secrecy::{ExposeSecret, SecretString};
use whatsapp_core::port::{Entropy, random};

/// The fewest characters of a new password.
const MIN: usize = 12;

/// The most bytes of a password.
const MAX: usize = 1024;

/// A hash whose password nobody knows. Names that nobody has are checked against it, so that
/// refusing them takes as long.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm8gdXNlciBoYXMgdGhpcw$7ZdV2uwmKd0r3FvpM+VRWBZrCF1fNpFnyk0/hzKx3VY";

/// The hash of a password, by Argon2id, in the spelling of its standard (`$argon2id$v=19$…`).
///
/// ```
/// use secrecy::SecretString;
/// use whatsapp_console::PasswordHash;
/// use whatsapp_core::port::SystemEntropy;
///
/// let hash = PasswordHash::of(&SecretString::from("three words and more"), &SystemEntropy)?;
/// assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
/// assert_eq!(format!("{hash:?}"), "PasswordHash");
/// assert!(PasswordHash::of(&SecretString::from("too short"), &SystemEntropy).is_err());
/// # Ok::<(), whatsapp_console::UnfitPassword>(())
/// ```
#[derive(Clone)]
pub struct PasswordHash(Arc<SecretString>);

/// The text is no hash that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no whole hash by Argon2id, such as `$argon2id$v=19$m=19456,t=2,p=1$…$…`")]
pub struct BadPasswordHash;

/// Reason why a password cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnfitPassword {
    /// The password has too few characters.
    #[error("a password has {MIN} characters or more: three words are easily kept in mind")]
    Short,
    /// The password has too many bytes.
    #[error("a password has {MAX} bytes at most")]
    Long,
    /// The password has a line break or another control character in it, which no field takes.
    #[error("a password is one line of text")]
    Control,
    /// The password cannot be hashed on this machine.
    #[error("the password cannot be hashed: there is too little memory")]
    NoMemory,
}

impl PasswordHash {
    /// Takes over a hash that was made before.
    ///
    /// # Errors
    /// [`BadPasswordHash`] for anything else, and for a part of one.
    pub fn new(text: &str) -> Result<Self, BadPasswordHash> {
        let parsed = phc::PasswordHash::new(text).map_err(|_| BadPasswordHash)?;
        let is_whole = parsed.algorithm == ARGON2ID_IDENT
            && parsed.version == Some(19)
            && parsed.salt.is_some()
            && parsed.hash.is_some_and(|hash| hash.as_ref().len() == 32)
            && argon2::Params::try_from(&parsed).is_ok();
        if is_whole { Ok(Self(Arc::new(text.into()))) } else { Err(BadPasswordHash) }
    }

    /// Hashes a new password. It takes a moment and 19 MiB: call it where something may block.
    ///
    /// # Errors
    /// [`UnfitPassword`] for a password that is too short or too long.
    pub fn of(password: &SecretString, entropy: &dyn Entropy) -> Result<Self, UnfitPassword> {
        let text = password.expose_secret();
        if text.chars().count() < MIN {
            return Err(UnfitPassword::Short);
        }
        if text.len() > MAX {
            return Err(UnfitPassword::Long);
        }
        if text.chars().any(char::is_control) {
            return Err(UnfitPassword::Control);
        }
        let salt = random::<16>(entropy);
        let hash = Argon2::default().hash_password_with_salt(text.as_bytes(), &salt);
        let hash = hash.map_err(|_| UnfitPassword::NoMemory)?;
        Ok(Self(Arc::new(hash.to_string().into())))
    }

    /// Returns the hash itself, to be stored. Whoever has it can try passwords against it.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash")
    }
}

/// Checks a password against a hash. Without a hash it is wrong, which takes as long.
pub(super) fn is_right(hash: Option<&PasswordHash>, password: &SecretString) -> bool {
    let text = password.expose_secret();
    let (text, fits) = if text.len() > MAX { ("", false) } else { (text, true) };
    let against = hash.map_or(NOBODYS, PasswordHash::expose);
    let is_right = Argon2::default().verify_password(text.as_bytes(), against).is_ok();
    is_right && fits && hash.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hash of the least work, so that tests are quick.
    fn quick(password: &str) -> PasswordHash {
        let params = argon2::Params::new(8, 1, 1, Some(32)).unwrap();
        let hash = Argon2::from(params).hash_password_with_salt(password.as_bytes(), b"saltsalt");
        PasswordHash::new(&hash.unwrap().to_string()).unwrap()
    }

    #[test]
    fn the_hash_that_nobody_has_asks_for_as_much_work_as_a_new_one() {
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        let parsed = phc::PasswordHash::new(nobodys.expose()).unwrap();
        let (nobodys, new) = (argon2::Params::try_from(&parsed).unwrap(), argon2::Params::DEFAULT);
        let work = |params: &argon2::Params| (params.m_cost(), params.t_cost(), params.p_cost());
        assert_eq!(work(&nobodys), work(&new));
    }

    #[test]
    fn only_the_password_itself_is_right_and_nothing_is_where_there_is_no_hash() {
        let hash = quick("correct horse battery");
        let is = |text: &str| is_right(Some(&hash), &text.into());
        assert!(is("correct horse battery"));
        let long = format!("correct horse battery{}", " ".repeat(MAX));
        for wrong in ["", "correct horse", "Correct horse battery", " correct horse battery", &long]
        {
            assert!(!is(wrong), "{wrong:?}");
        }
        assert!(!is_right(None, &"correct horse battery".into()));
    }

    #[test]
    fn a_part_of_a_hash_and_one_of_another_kind_are_none() {
        let hash = quick("correct horse battery").expose().to_owned();
        for end in 0..hash.len() {
            assert_eq!(PasswordHash::new(&hash[..end]).unwrap_err(), BadPasswordHash, "{end}");
        }
        for other in [
            hash.replace("argon2id", "argon2i"),
            hash.replace("argon2id", "argon2d"),
            hash.replace("v=19", "v=16"),
            hash.replace("m=8", "m=0"),
            format!("{hash}A"),
            format!("{hash} "),
            "$2b$12$abcdefghijklmnopqrstuv".to_owned(),
            "correct horse battery".to_owned(),
        ] {
            assert!(PasswordHash::new(&other).is_err(), "{other}");
        }
    }
}
