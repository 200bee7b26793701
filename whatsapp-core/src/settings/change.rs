//! Checked changes of settings.

use std::borrow::Cow;

use super::{SettingDef, SettingProblem, SettingRow};
use crate::audit::AuditChange;
use crate::private::Private;

/// A setting's new value. Only [`check`](Self::check) makes it, so that no unchecked value
/// is written.
///
/// It knows the value that it replaces, and a store writes it only where that value is still there.
/// Of two people who change the same setting, the second is told.
///
/// ```
/// use whatsapp_core::settings::SettingChange;
///
/// let change = SettingChange::check(&[], "whatsapp_retry_max", "2")?.unwrap();
/// assert_eq!((change.key(), change.was(), change.value()), ("whatsapp_retry_max", None, "2"));
/// assert!(SettingChange::check(&[], "whatsapp_retry_max", "many").is_err());
/// # Ok::<(), whatsapp_core::settings::SettingProblem>(())
/// ```
#[derive(Debug, Clone)]
pub struct SettingChange {
    def: Cow<'static, SettingDef>,
    was: Option<Private>,
    value: Private,
}

impl SettingChange {
    /// Checks a new value for the setting with this key, over the current rows; `None` where it
    /// equals the current value.
    ///
    /// # Errors
    /// [`SettingProblem`] for a key that is no setting, and for a value that the setting does
    /// not accept.
    pub fn check(
        rows: &[SettingRow],
        key: &str,
        value: &str,
    ) -> Result<Option<Self>, SettingProblem> {
        let def = SettingDef::of(key).ok_or_else(|| SettingProblem {
            key: key.to_owned(),
            what: "there is no such setting".into(),
        })?;
        let value = value.trim();
        def.check(value)?;
        let was = rows.iter().find(|row| row.key == key).map(|row| row.value.as_str());
        let change = Self { def, was: was.map(Private::from), value: value.into() };
        Ok((was != Some(value)).then_some(change))
    }

    /// The setting that is changed.
    #[must_use]
    pub fn def(&self) -> &SettingDef {
        &self.def
    }

    /// The key of the setting.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.def.key
    }

    /// The value that its row has now; `None` where there is no row.
    #[must_use]
    pub fn was(&self) -> Option<&str> {
        self.was.as_ref().map(Private::as_str)
    }

    /// The new value.
    #[must_use]
    pub fn value(&self) -> &str {
        self.value.as_str()
    }

    /// The audit's record of the change: both values, or for a private setting the numbers of added
    /// and removed values.
    #[must_use]
    pub fn audited(&self) -> AuditChange {
        let was = self.was().map(str::trim);
        if !self.def.is_private {
            // An unusable old value may be anything, also a key that was pasted into the
            // wrong field.
            let before = was.filter(|was| self.def.check(was).is_ok()).map(str::to_owned);
            return AuditChange::Value { before, after: self.value().to_owned() };
        }
        let was = was.unwrap_or_default();
        let [before, after] = [was, self.value()].map(parts);
        let less = |all: &[&str], of: &[&str]| {
            let left = all.iter().filter(|part| !of.contains(part)).count();
            u32::try_from(left).unwrap_or(u32::MAX)
        };
        AuditChange::Private { added: less(&after, &before), removed: less(&before, &after) }
    }
}

fn parts(value: &str) -> Vec<&str> {
    value.split(',').map(str::trim).filter(|part| !part.is_empty()).collect()
}
