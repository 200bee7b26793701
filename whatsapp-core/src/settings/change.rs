//! A change of a setting: checked, or not there at all.

use std::borrow::Cow;

use super::{SettingDef, SettingProblem, SettingRow};
use crate::audit::AuditChange;
use crate::private::Private;

/// A setting's new value. Only [`check`](Self::check) makes it, so that what was not checked is not
/// written.
///
/// It knows the value that it takes the place of, and a store writes it only where that still
/// stands: of two people who change the same setting the second is told.
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
    /// Checks a new value for the setting with this key, over the rows as they stand; `None` where
    /// it is what stands there.
    ///
    /// # Errors
    /// [`SettingProblem`] for a key that is no setting, and a value that cannot stand there.
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

    /// What is changed.
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

    /// What the audit keeps of it: both values, and of a private setting how many were added and
    /// removed.
    #[must_use]
    pub fn audited(&self) -> AuditChange {
        let was = self.was().map(str::trim);
        if !self.def.is_private {
            // What could not be used may be anything, also a key that was pasted into the wrong field.
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
