//! The values of settings as people read and type them.

use whatsapp_core::settings::{SettingDef, SettingKind, SettingNow};

use crate::words::{Texts, capital};

/// The longest word of a broken row that is shown, in characters: a key is longer.
const PART_MAX: usize = 15;

/// Text in the field of a setting: its value, or of a broken row as much as may be shown.
pub(super) fn in_field(setting: &SettingNow) -> String {
    let value = setting.value.as_str();
    let is_choice = matches!(setting.def.kind, SettingKind::Switch | SettingKind::Choice(_));
    let is_shown = setting.problem.is_none() || !is_choice && may_be_shown(value);
    if is_shown { value.to_owned() } else { String::new() }
}

/// Returns true if a broken row may be shown: it may hold anything, even a key.
pub(crate) fn may_be_shown(value: &str) -> bool {
    let parts = value.split([',', ' ']);
    parts.into_iter().all(|part| part.chars().count() <= PART_MAX)
}

/// A value in words: `On`, `30 minutes`, `nothing`.
pub(crate) fn told(def: &SettingDef, value: &str, t: &dyn Texts) -> String {
    match (&def.kind, value) {
        (SettingKind::Nothing, _) => t.setting_kept_elsewhere().to_owned(),
        (_, "") => t.nothing_set().to_owned(),
        (SettingKind::Switch, "true") => t.switch_on().to_owned(),
        (SettingKind::Switch, "false") => t.switch_off().to_owned(),
        (SettingKind::Choice(_), word) => t.setting_choice(word),
        _ => match def.unit {
            Some(unit) => t.so_many(value, unit),
            None => value.to_owned(),
        },
    }
}

/// The value of a setting as a visitor may see it. A private value is for managers, and a broken
/// one is not shown where it might be a key.
pub(crate) fn seen(setting: &SettingNow, may_act: bool, t: &dyn Texts) -> String {
    let value = setting.value.as_str();
    if setting.def.kind == SettingKind::Nothing && setting.problem.is_none() {
        return told(&setting.def, value, t);
    }
    if setting.def.is_private && !may_act {
        let values = value.split(',').filter(|part| !part.trim().is_empty()).count();
        return t.setting_of_so_many(values);
    }
    if setting.problem.is_some() && !(may_act && may_be_shown(value)) {
        return t.no_value().to_owned();
    }
    told(&setting.def, value, t)
}

/// Range of a setting's values, as a hint.
pub(super) fn range(def: &SettingDef, t: &dyn Texts) -> String {
    match def.kind {
        // The field shows all possible values.
        SettingKind::Switch | SettingKind::Choice(_) => String::new(),
        _ => t.setting_range(&def.expected()),
    }
}

/// Purpose of a setting, as a sentence.
pub(crate) fn meaning(def: &SettingDef) -> String {
    format!("{}.", def.description.trim_end_matches('.'))
}

/// Field of a setting: its type, the keyboard that a telephone shows, and its choices.
pub(super) fn control(def: &SettingDef, t: &dyn Texts) -> (&'static str, Vec<(String, String)>) {
    match &def.kind {
        SettingKind::Switch => {
            let choice = |value: &str, label: &str| (value.to_owned(), label.to_owned());
            ("", vec![choice("true", t.switch_on()), choice("false", t.switch_off())])
        }
        SettingKind::Choice(words) => {
            let choice = |word: &&str| ((*word).to_owned(), capital(&t.setting_choice(word)));
            ("", words.iter().map(choice).collect())
        }
        SettingKind::Whole(_) => ("numeric", Vec::new()),
        SettingKind::Decimal(_) => ("decimal", Vec::new()),
        SettingKind::Emails => ("email", Vec::new()),
        SettingKind::Address => ("url", Vec::new()),
        _ => ("text", Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use whatsapp_core::settings::{SettingDef, SettingRow, Settings};
    use whatsapp_core::template::Types;

    use super::{may_be_shown, seen, told};
    use crate::words::English;

    #[test]
    fn values_are_told_in_words() {
        for (key, value, words) in [
            ("whatsapp_enabled", "true", "On"),
            ("whatsapp_retry_interval_minutes", "30", "30 minutes"),
            ("whatsapp_retry_interval_minutes", "1", "1 minute"),
            ("whatsapp_payment_reminder_from", "due_date", "due date"),
            ("whatsapp_closed_dates", "", "nothing"),
            ("whatsapp_on_unknown", "hold", "hold it for a person"),
            ("whatsapp_api_key", "", "kept elsewhere"),
        ] {
            assert_eq!(told(&SettingDef::of(key).unwrap(), value, &English), words);
        }
    }

    #[test]
    fn what_may_be_a_key_and_what_is_private_is_not_shown() {
        for (value, shown) in
            [("nine", true), ("2026-1-1, mon-fry", true), ("Ab0123456789abcdef", false)]
        {
            assert_eq!(may_be_shown(value), shown, "{value}");
        }
        let email = "whatsapp_failure_notification_email";
        let row = |value: &str| SettingRow { key: email.to_owned(), value: value.to_owned() };
        let of = |value: &str, may_act| {
            let all = Settings::all_in(&[row(value)], &Types::default());
            seen(all.iter().find(|one| one.def.key == email).unwrap(), may_act, &English)
        };
        assert_eq!(of("a@b.example", true), "a@b.example");
        assert_eq!(of("a@b.example, c@d.example", false), "2 values, which managers see");
        assert_eq!(of("Ab0123456789abcdef", true), "nothing that could be used");
    }
}
