//! The form of settings: the values that were typed, and the values that it showed.
//!
//! A setting whose field still has the value that the form showed is left alone, whatever its value
//! is by now. So a form that lay open changes nothing but what its sender changed.

use hmac::Mac as _;
use url::form_urlencoded;
use whatsapp_core::desk::SettingEdit;
use whatsapp_core::settings::SettingNow;

use super::value;
use crate::secret::ConsoleSecret;
use crate::typed::Typed;

/// The field that carries changes over a question.
pub(super) const CHANGES: &str = "changes";

/// Beginnings of the fields' names, before the setting's key: the typed value, the value that the
/// form showed, and the tick for the default.
const TYPED: &str = "v.";
const SEEN: &str = "s.";
const DEFAULT: &str = "d.";

/// Beginning of the mark that a form shows for a row that cannot be used.
const BROKEN: &str = "broken.";

/// A setting that somebody wants changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) key: String,
    /// The new value.
    pub(super) value: String,
    /// The value that the form showed, as the form sends it back.
    seen: String,
}

/// The values of a form of settings.
#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    pub(super) wanted: Vec<Wanted>,
    /// Set if somebody has read what the changes do, and agreed.
    pub(super) is_sure: bool,
}

impl Form {
    /// Reads a form, over the present settings.
    pub(super) fn read(typed: &Typed, now: &[SettingNow], secret: &ConsoleSecret) -> Self {
        let carried: Vec<(String, String)> =
            form_urlencoded::parse(typed.get(CHANGES).as_bytes()).into_owned().collect();
        let pairs = if carried.is_empty() { typed.0.as_slice() } else { &carried };
        let get = |before: &str, key: &str| {
            let is_field = |name: &str| name.strip_prefix(before) == Some(key);
            let found = pairs.iter().find(|(name, _)| is_field(name));
            found.map(|(_, value)| value.trim().to_owned())
        };
        let mut wanted: Vec<Wanted> = Vec::new();
        for (name, _) in pairs {
            // A setting without a field has only a tick.
            let key = name.strip_prefix(TYPED).or_else(|| name.strip_prefix(DEFAULT));
            let Some(key) = key else { continue };
            if wanted.iter().any(|other| other.key == key) {
                continue;
            }
            let setting = now.iter().find(|setting| setting.def.key == *key);
            let (value, seen) = (get(TYPED, key).unwrap_or_default(), get(SEEN, key));
            let seen = seen.unwrap_or_default();
            let showed = match setting {
                Some(setting) if seen == shown(setting, secret) => value::in_field(setting),
                _ => seen.clone(),
            };
            let key = key.to_owned();
            match setting {
                Some(setting) if get(DEFAULT, &key).is_some_and(|it| it == "yes") => {
                    wanted.push(Wanted { key, value: setting.def.default.to_owned(), seen });
                }
                // The row was broken and is mended meanwhile: the form's mark was not typed.
                Some(setting)
                    if showed.starts_with(BROKEN)
                        && (value.is_empty() || setting.def.check(&value).is_err()) => {}
                _ if value != showed => wanted.push(Wanted { key, value, seen }),
                _ => {}
            }
        }
        Self { wanted, is_sure: typed.get("sure") == "yes" }
    }

    /// The changes as edits of the core, each over what the form showed.
    pub(super) fn edits(&self, now: &[SettingNow], secret: &ConsoleSecret) -> Vec<SettingEdit> {
        let edit = |wanted: &Wanted| {
            let setting = now.iter().find(|setting| setting.def.key == wanted.key);
            let seen = match setting {
                // A row that cannot be used is carried as a mark, and never by its value.
                Some(setting) if wanted.seen == shown(setting, secret) => {
                    setting.value.as_str().to_owned()
                }
                _ => wanted.seen.clone(),
            };
            SettingEdit::new(wanted.key.as_str(), wanted.value.as_str()).over(seen)
        };
        self.wanted.iter().map(edit).collect()
    }

    /// The changes as one field, for the question before they are saved.
    pub(super) fn carried(&self) -> String {
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        for Wanted { key, value, seen } in &self.wanted {
            pairs.append_pair(&format!("{TYPED}{key}"), value);
            pairs.append_pair(&format!("{SEEN}{key}"), seen);
        }
        pairs.finish()
    }

    /// The value that was typed for a setting, if it differs from the one that the form showed.
    pub(super) fn typed(&self, key: &str) -> Option<&str> {
        self.wanted.iter().find(|wanted| wanted.key == key).map(|wanted| wanted.value.as_str())
    }
}

/// The text with which a form says what it showed of a setting: its value, or a mark of a row that
/// cannot be used.
pub(super) fn shown(setting: &SettingNow, secret: &ConsoleSecret) -> String {
    let value = setting.value.as_str();
    if setting.problem.is_none() {
        return value.to_owned();
    }
    let mark = secret.over(&["setting", &setting.def.key, value]).finalize().into_bytes();
    format!("{BROKEN}{}", hex::encode(mark.get(..8).unwrap_or_default()))
}

/// The names of a setting's fields.
#[cfg(test)]
pub(super) fn names(key: &str) -> [String; 3] {
    [TYPED, SEEN, DEFAULT].map(|before| format!("{before}{key}"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use whatsapp_core::settings::{SettingNow, SettingRow, Settings};
    use whatsapp_core::template::Types;

    use super::{Form, Wanted, names, shown};
    use crate::secret::ConsoleSecret;
    use crate::typed::Typed;

    const RETRIES: &str = "whatsapp_retry_max";

    fn settings(value: &str) -> Vec<SettingNow> {
        let row = SettingRow { key: RETRIES.to_owned(), value: value.to_owned() };
        Settings::all_in(&[row], &Types::default())
    }

    fn typed(pairs: &[(String, &str)]) -> Typed {
        let own = |(name, value): &(String, &str)| (name.clone(), (*value).to_owned());
        Typed(Arc::new(pairs.iter().map(own).collect()))
    }

    fn retries(of: &[SettingNow]) -> &SettingNow {
        of.iter().find(|setting| setting.def.key == RETRIES).unwrap()
    }

    #[test]
    fn only_what_was_typed_is_wanted_over_what_was_shown() {
        let secret = ConsoleSecret::fresh([7; 32]);
        let [value, seen, _] = names(RETRIES);
        let form = |said: &str, saw: &str, now: &str| {
            let typed = typed(&[(value.clone(), said), (seen.clone(), saw)]);
            Form::read(&typed, &settings(now), &secret).wanted
        };
        let wanted = |value: &str, seen: &str| Wanted {
            key: RETRIES.to_owned(),
            value: value.to_owned(),
            seen: seen.to_owned(),
        };
        assert_eq!(form("3", "3", "3"), []);
        assert_eq!(form(" 2 ", "3", "3"), [wanted("2", "3")]);
        // Somebody else was faster: the value that this form showed still tells what its
        // sender changed.
        assert_eq!(form("3", "3", "1"), []);
        assert_eq!(form("2", "3", "1"), [wanted("2", "3")]);
    }

    #[test]
    fn changes_come_over_a_question_as_they_were() {
        let secret = ConsoleSecret::fresh([7; 32]);
        let [value, seen, _] = names(RETRIES);
        let now = settings("3");
        let form = Form::read(&typed(&[(value, "2&=+"), (seen, "3")]), &now, &secret);
        let carried = form.carried();
        let again = Form::read(
            &typed(&[("changes".to_owned(), &carried), ("sure".to_owned(), "yes")]),
            &now,
            &secret,
        );
        assert_eq!((again.wanted, again.is_sure), (form.wanted, true));
    }

    #[test]
    fn a_broken_row_is_carried_as_a_mark_and_mended_by_its_default() {
        let secret = ConsoleSecret::fresh([7; 32]);
        let [value, seen, default] = names(RETRIES);
        let now = settings("sk-live-0123456789abcdef");
        let mark = shown(retries(&now), &secret);
        assert!(mark.starts_with("broken.") && !mark.contains("sk-live"), "{mark}");
        let alone = typed(&[(value.clone(), ""), (seen.clone(), &mark)]);
        assert_eq!(Form::read(&alone, &now, &secret).wanted, []);
        let mended = typed(&[(value, ""), (seen, &mark), (default, "yes")]);
        let mended = Form::read(&mended, &now, &secret);
        assert_eq!(mended.typed(RETRIES), Some("3"));
        // It is an edit over the row itself, which the mark stands for.
        let edits = format!("{:?}", mended.edits(&now, &secret));
        assert!(edits.contains("[24 characters]"), "{edits}");
    }
}
