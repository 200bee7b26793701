//! Conversion of the core's values for Postgres.

use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::postgres::{PgRow, PgTypeInfo, PgValueFormat, PgValueRef};
use sqlx::{Decode, Postgres, Row, Type, TypeInfo, ValueRef};
use uuid::Uuid;
use whatsapp_core::message::MessageValues;
use whatsapp_core::{
    AccountEventId, AuditId, BulkId, CampaignId, DigestId, LeaseToken, MessageId, MuteId,
    TemplateId,
};

use crate::codec::{Columns, place};

/// The namespace of the UUIDs that replace the host's ids.
const HOST_IDS: Uuid = Uuid::from_u128(0x6f3c_1f0e_52a4_4b7e_9d52_7f6f_2c1a_90b8);

/// The start of 2000 in UTC, the origin of Postgres's times, in microseconds since 1970.
const YEAR_2000: i64 = 946_684_800_000_000;

/// An id of the host as its two columns: the UUID, and the text if the UUID does not contain all of
/// it.
pub(super) fn host_id(id: &str) -> (Uuid, Option<&str>) {
    let mut written = Uuid::encode_buffer();
    match Uuid::try_parse(id) {
        Ok(uuid) if uuid.as_hyphenated().encode_lower(&mut written) == id => (uuid, None),
        _ => (Uuid::new_v5(&HOST_IDS, id.as_bytes()), Some(id)),
    }
}

/// Text in Postgres's form: NUL is not possible there, so U+FFFD replaces it.
pub(super) fn text(text: &str) -> Cow<'_, str> {
    if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// A JSON value as the text that becomes JSONB, which cannot contain NUL either.
pub(super) fn json(value: &serde_json::Value) -> String {
    let written = value.to_string();
    if written.contains("\\u0000") {
        // An escaped backslash before `u0000` is no NUL: only whole strings are checked.
        without_nul(value.clone()).to_string()
    } else {
        written
    }
}

/// The values of a message as the text of a JSON column, also without NUL.
pub(super) fn values(values: &MessageValues) -> String {
    let written = values.to_json();
    if written.contains("\\u0000") { values.replaced("\0", "\u{fffd}").to_json() } else { written }
}

fn without_nul(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(string) => Value::String(text(&string).into_owned()),
        Value::Array(values) => values.into_iter().map(without_nul).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (text(&name).into_owned(), without_nul(value)))
            .collect(),
        other => other,
    }
}

/// An id made by the core.
pub(super) fn uuid(id: impl LibraryId) -> Uuid {
    Uuid::from_bytes(id.bytes())
}

/// The ids that the core makes: all of them are UUIDs.
pub(super) trait LibraryId {
    fn bytes(self) -> [u8; 16];
}

macro_rules! library_ids {
    ($($id:ty),+) => {
        $(impl LibraryId for $id {
            fn bytes(self) -> [u8; 16] {
                self.into_bytes()
            }
        })+
    };
}

library_ids!(
    AccountEventId,
    AuditId,
    BulkId,
    CampaignId,
    MessageId,
    MuteId,
    TemplateId,
    DigestId,
    LeaseToken
);

/// One column of a batch of items.
pub(super) fn column<'i, I, T>(items: &'i [I], value: impl FnMut(&'i I) -> T) -> Vec<T> {
    items.iter().map(value).collect()
}

/// One column that most items leave empty; the array is empty if all of them do. `unnest` fills the
/// missing values beside a longer column with NULL, and every value in the array has a cost.
pub(super) fn sparse<'i, I, T>(
    items: &'i [I],
    value: impl FnMut(&'i I) -> Option<T>,
) -> Vec<Option<T>> {
    let mut column = column(items, value);
    if column.iter().all(Option::is_none) {
        column.clear();
    }
    column
}

/// A count in the form of Postgres. None comes near the limit: that would be thousands of years of
/// retries.
pub(super) fn int(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

fn is<T: Type<Postgres>>(kind: &PgTypeInfo) -> bool {
    T::compatible(kind)
}

fn value<'r, T: Decode<'r, Postgres>>(raw: PgValueRef<'r>) -> Result<Option<T>, sqlx::Error> {
    if raw.is_null() {
        return Ok(None);
    }
    T::decode(raw).map(Some).map_err(sqlx::Error::Decode)
}

impl Columns for PgRow {
    fn place(&self, column: &str, likely: usize) -> Result<usize, sqlx::Error> {
        place(self, column, likely)
    }

    fn text(&self, place: usize) -> Result<Option<Cow<'_, str>>, sqlx::Error> {
        let raw = self.try_get_raw(place)?;
        let kind = raw.type_info();
        if is::<Uuid>(&kind) {
            Ok(value::<Uuid>(raw)?.map(|uuid| Cow::Owned(uuid.as_hyphenated().to_string())))
        } else if is::<String>(&kind) {
            Ok(value(raw)?.map(Cow::Borrowed))
        } else {
            Err(sqlx::Error::Decode(format!("{} is no text", kind.name()).into()))
        }
    }

    fn integer(&self, place: usize) -> Result<Option<i64>, sqlx::Error> {
        let raw = self.try_get_raw(place)?;
        if is::<i32>(&raw.type_info()) {
            Ok(value::<i32>(raw)?.map(i64::from))
        } else {
            self.try_get(place)
        }
    }

    fn instant(&self, place: usize) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
        let raw = self.try_get_raw(place)?;
        // The driver panics over `infinity`, and over years that chrono does not support.
        if let (PgValueFormat::Binary, Ok(bytes)) = (raw.format(), raw.as_bytes())
            && let Ok(since_2000) = <[u8; 8]>::try_from(bytes)
        {
            let micros = i64::from_be_bytes(since_2000).checked_add(YEAR_2000);
            let instant = micros.and_then(DateTime::from_timestamp_micros);
            return instant
                .map(Some)
                .ok_or_else(|| sqlx::Error::Decode("an instant beyond all calendars".into()));
        }
        self.try_get(place)
    }

    fn date(&self, place: usize) -> Result<Option<NaiveDate>, sqlx::Error> {
        // The tables refuse `infinity`, over which the driver panics.
        self.try_get(place)
    }

    fn flag(&self, place: usize) -> Result<Option<bool>, sqlx::Error> {
        self.try_get(place)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_uuid_as_it_is_written_needs_no_text_beside_it() {
        let written = "0192f0c1-2345-7000-8000-00000000abcd";
        assert_eq!(host_id(written), (written.parse().unwrap(), None));
        for other in
            ["C-17", "0192F0C1-2345-7000-8000-00000000ABCD", "{}", &written.replace('-', "")]
        {
            let (uuid, text) = host_id(other);
            assert_eq!(text, Some(other));
            assert_ne!(uuid.to_string(), written);
            assert_eq!(host_id(other).0, uuid, "the same each time");
        }
    }

    #[test]
    fn nul_is_replaced_wherever_it_hides() {
        assert_eq!(text("a\0b"), "a\u{fffd}b");
        let value = json!({"a\0": ["\0", {"b": "c\0"}], "kept": "\\u0000"});
        let clean = json!({"a\u{fffd}": ["\u{fffd}", {"b": "c\u{fffd}"}], "kept": "\\u0000"});
        assert_eq!(json(&value), clean.to_string());
    }
}
