//! The tag of the settings at the time when somebody looked at them.

use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use sha2::{Digest as _, Sha256};
use whatsapp_core::settings::SettingNow;

use crate::api::problem::Problem;
use crate::api::slug::Slug;

/// The tag of all settings that this visitor sees: a viewer's tag depends on no private setting.
pub(super) fn etag(now: &[SettingNow], may_act: bool) -> String {
    let mut tag = Sha256::new();
    for setting in now.iter().filter(|setting| may_act || !setting.def.is_private) {
        for text in [&*setting.def.key, setting.value.as_str()] {
            tag.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            tag.update(text.as_bytes());
        }
        tag.update([u8::from(setting.problem.is_some())]);
    }
    format!("\"{}\"", hex::encode(tag.finalize().get(..16).unwrap_or_default()))
}

/// The state of the settings that a change is based on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Looked {
    /// Any state.
    Anything,
    /// Settings with one of these tags.
    Tags(Vec<String>),
}

impl Looked {
    /// Reads the header `If-Match`.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Problem> {
        let (mut tags, mut is_given) = (Vec::new(), false);
        for value in headers.get_all(IF_MATCH) {
            let value = value.to_str().map_err(|_| Problem::of(Slug::TagMissing))?;
            is_given |= !value.trim().is_empty();
            // Proxies that compress an answer make its tag a weak one.
            let tags_of =
                value.split(',').map(|tag| tag.trim().trim_start_matches("W/").to_owned());
            tags.extend(tags_of);
        }
        tags.retain(|tag| !tag.is_empty());
        match tags.as_slice() {
            // An empty list is still a list: the current settings match none of it.
            [] if !is_given => Err(Problem::of(Slug::TagMissing)),
            [tag] if tag == "*" => Ok(Self::Anything),
            _ => Ok(Self::Tags(tags)),
        }
    }

    /// Returns true if the current tag matches.
    pub(super) fn holds(&self, tag: &str) -> bool {
        match self {
            Self::Anything => true,
            Self::Tags(tags) => tags.iter().any(|one| one == tag),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue};
    use whatsapp_core::settings::{SettingRow, Settings};
    use whatsapp_core::template::Types;

    use super::{IF_MATCH, Looked, etag};

    fn tag(key: &str, value: &str, may_act: bool) -> String {
        let row = SettingRow { key: key.to_owned(), value: value.to_owned() };
        etag(&Settings::all_in(&[row], &Types::default()), may_act)
    }

    #[test]
    fn a_tag_is_another_one_for_other_settings_and_tells_viewers_nothing_private() {
        let (retries, email) = ("whatsapp_retry_max", "whatsapp_failure_notification_email");
        assert_eq!(tag(retries, "2", true), tag(retries, "2", true));
        assert_ne!(tag(retries, "2", true), tag(retries, "1", true));
        assert_ne!(tag(email, "a@b.example", true), tag(email, "c@d.example", true));
        assert_eq!(tag(email, "a@b.example", false), tag(email, "c@d.example", false));
    }

    #[test]
    fn what_was_looked_at_is_read_from_the_header() {
        let read = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_MATCH, HeaderValue::from_str(value).unwrap());
            Looked::read(&headers)
        };
        assert_eq!(read("*").unwrap(), Looked::Anything);
        let both = read("\"a\", \"b\"").unwrap();
        assert!(both.holds("\"b\"") && !both.holds("\"c\""));
        assert!(read("W/\"a\"").unwrap().holds("\"a\""));
        assert!(!read(" ,").unwrap().holds("\"a\""));
        assert!(read("").is_err() && Looked::read(&HeaderMap::new()).is_err());
    }
}
