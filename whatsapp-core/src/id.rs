//! Identifiers: the library's own (UUID v7) and the host's (text that only the host understands).

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Makes a UUID v7 (RFC 9562): sorted by time, so that new rows land at the end of every index.
fn uuid_v7(now: DateTime<Utc>, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// The account at the gateway, a number of the business: it has a rate limit, a pause and
/// gateway ids of its own.
///
/// A store works for one account; [`DEFAULT`](Self::DEFAULT) is the only one until a host has a
/// second number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct AccountId(u8);

impl AccountId {
    /// The account of a business with one number.
    pub const DEFAULT: Self = Self(1);

    /// The account that the host calls by this small number.
    #[must_use]
    pub const fn new(no: u8) -> Self {
        Self(no)
    }

    /// The account's small number, as a store keeps it.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Default for AccountId {
    fn default() -> Self {
        Self::DEFAULT
    }
}

macro_rules! library_id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        ///
        /// A UUID v7, written in lower case with hyphens everywhere.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// A new id for something made at `now`, of bytes that nobody can predict.
            #[must_use]
            pub fn new(now: DateTime<Utc>, random: [u8; 10]) -> Self {
                Self(uuid_v7(now, random))
            }

            /// The id with these 16 bytes, as a store reads it back.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The 16 bytes of this id.
            #[must_use]
            pub const fn into_bytes(self) -> [u8; 16] {
                self.0.into_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::try_parse(text).map(Self).map_err(|_| InvalidId { what: $what })
            }
        }
    };
}

library_id!(
    /// Identifies one message: the row in `whatsapp_message_logs`.
    MessageId, "message id"
);
library_id!(
    /// Identifies one template: the row in `whatsapp_templates`.
    TemplateId, "template id"
);
library_id!(
    /// Identifies one failure e-mail and the notices it accounts for.
    DigestId, "digest id"
);
library_id!(
    /// Identifies one change of the account that people are told about.
    AccountEventId, "account event id"
);
library_id!(
    /// Identifies one entry of the audit.
    AuditId, "audit id"
);
library_id!(
    /// Identifies one mute: the row in `whatsapp_mutes`.
    MuteId, "mute id"
);
library_id!(
    /// Identifies one campaign: the row in `whatsapp_campaigns`.
    CampaignId, "campaign id"
);
library_id!(
    /// Identifies one act on many messages: the row in `whatsapp_bulk`.
    BulkId, "bulk id"
);
library_id!(
    /// Proof of one claim: a new one each time a message is claimed, so that a worker which lost
    /// its lease can no longer write anything about the message.
    LeaseToken, "lease token"
);

/// Error for a text that is not an identifier of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a {what}: a UUID such as 0190b1c2-7d3e-7f00-8a4b-5c6d7e8f9a0b is expected")]
pub struct InvalidId {
    what: &'static str,
}

/// The largest number of characters in a host's key.
pub const HOST_KEY_MAX: usize = 64;

/// Error for a text that is not a valid host key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{what} has 1 to {HOST_KEY_MAX} visible ASCII characters without spaces")]
pub struct InvalidHostKey {
    what: &'static str,
}

/// A key of the host's has no error, so that one call can take keys and texts.
impl From<Infallible> for InvalidHostKey {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

macro_rules! host_key {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        ///
        /// The library never looks inside: a UUID, a number or a code will do, as long as it has
        /// 1 to 64 visible ASCII characters. A UUID is put into lower case, so that one row has
        /// one spelling on every database. Integers and UUIDs become keys by `From`.
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks and takes over a host's key.
            ///
            /// # Errors
            /// [`InvalidHostKey`] when it is empty, longer than 64 characters, or holds anything
            /// but visible ASCII.
            pub fn new(key: impl Into<String>) -> Result<Self, InvalidHostKey> {
                let key = key.into();
                let fits = !key.is_empty()
                    && key.len() <= HOST_KEY_MAX
                    && key.bytes().all(|b| b.is_ascii_graphic());
                if !fits {
                    return Err(InvalidHostKey { what: $what });
                }
                if key.len() == 36 && Uuid::try_parse(&key).is_ok() {
                    return Ok(Self(key.to_ascii_lowercase()));
                }
                Ok(Self(key))
            }

            /// The key as the host wrote it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidHostKey;

            fn try_from(key: String) -> Result<Self, InvalidHostKey> {
                Self::new(key)
            }
        }

        impl TryFrom<&String> for $name {
            type Error = InvalidHostKey;

            fn try_from(key: &String) -> Result<Self, InvalidHostKey> {
                Self::new(key.as_str())
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidHostKey;

            fn try_from(key: &str) -> Result<Self, InvalidHostKey> {
                Self::new(key)
            }
        }

        impl From<&$name> for $name {
            fn from(key: &$name) -> Self {
                key.clone()
            }
        }

        impl From<Uuid> for $name {
            fn from(key: Uuid) -> Self {
                Self(key.as_hyphenated().to_string())
            }
        }

        host_key!(@number $name, i32);
        host_key!(@number $name, i64);
        host_key!(@number $name, u32);
        host_key!(@number $name, u64);

        impl From<$name> for String {
            fn from(key: $name) -> String {
                key.0
            }
        }
    };
    (@number $name:ident, $number:ty) => {
        impl From<$number> for $name {
            fn from(key: $number) -> Self {
                Self(key.to_string())
            }
        }
    };
}

host_key!(
    /// The host's key of a customer.
    CustomerId, "a customer id"
);
host_key!(
    /// The host's key of the manager who did something.
    UserId, "a user id"
);
host_key!(
    /// The host's key of an invoice, given back to it when the library asks whether it is still
    /// due.
    InvoiceId, "an invoice id"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let early = MessageId::new(DateTime::from_timestamp_millis(1_000).unwrap(), [7; 10]);
        let late = MessageId::new(DateTime::from_timestamp_millis(2_000).unwrap(), [7; 10]);
        assert!(early < late);
        assert_eq!(early.to_string().parse::<MessageId>().unwrap(), early);
        assert_eq!(MessageId::from_bytes(early.into_bytes()), early);
        assert!("7".parse::<MessageId>().is_err());
    }

    #[test]
    fn host_keys_are_visible_ascii_and_uuids_get_one_spelling() {
        assert_eq!(CustomerId::new("C-7").unwrap().as_str(), "C-7");
        let upper = "0190B1C2-7D3E-7F00-8A4B-5C6D7E8F9A0B";
        assert_eq!(CustomerId::new(upper).unwrap().as_str(), upper.to_lowercase());
        for bad in ["", "a b", "a\n", "é", &"x".repeat(65)] {
            assert!(CustomerId::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_a_host_has_at_hand_becomes_its_key() {
        fn key<T>(of: T) -> Result<CustomerId, InvalidHostKey>
        where
            T: TryInto<CustomerId, Error: Into<InvalidHostKey>>,
        {
            of.try_into().map_err(Into::into)
        }
        let (seven, text) = (CustomerId::new("7").unwrap(), "7".to_owned());
        let texts = [key("7"), key(&text), key(text.clone())];
        let numbers = [key(7), key(7_i64), key(7_u32), key(7_u64)];
        for read in texts.into_iter().chain(numbers).chain([key(&seven), key(seven.clone())]) {
            assert_eq!(read.as_ref(), Ok(&seven));
        }
        assert_eq!(key(-7).unwrap().as_str(), "-7");
        let upper = "0190B1C2-7D3E-7F00-8A4B-5C6D7E8F9A0B";
        assert_eq!(key(upper.parse::<Uuid>().unwrap()), key(upper));
        assert_eq!(key("a b"), Err(InvalidHostKey { what: "a customer id" }));
    }
}
