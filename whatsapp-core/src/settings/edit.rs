//! A wish to change a setting, before it is checked against the rows.

use super::{SettingDef, SettingProblem};
use crate::message::MessageType;
use crate::private::Private;

/// An edit of a setting, which [`Desk::save_settings`](crate::Desk::save_settings) checks and
/// writes.
///
/// Each setting has a function of its name, which takes its value as a type: code of a host's own
/// uses these. One that accepts only some values returns the setting's error for the others. A form
/// has texts, and uses [`new`](Self::new).
///
/// ```
/// use whatsapp_core::settings::SettingEdit;
///
/// let edits = [
///     SettingEdit::festival_enabled(false),
///     SettingEdit::retry_max(2)?,
///     SettingEdit::payment_reminder_days(&[3, 7])?,
/// ];
/// assert_eq!(edits[1], SettingEdit::new("whatsapp_retry_max", "2"));
/// let problem = SettingEdit::retry_max(4).unwrap_err();
/// assert_eq!(problem.to_string(), "setting whatsapp_retry_max: a whole number from 0 to 3 is expected");
/// # Ok::<(), whatsapp_core::settings::SettingProblem>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingEdit {
    pub(crate) key: String,
    pub(crate) value: Private,
    pub(crate) seen: Option<Private>,
}

impl SettingEdit {
    /// A new value, as a form or a file has it, whatever the setting's value is now. It is checked
    /// when it is saved.
    pub fn new(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self { key: key.into(), value: Private::new(value), seen: None }
    }

    /// Switches the messages of a type on or off, also of a type of the host's own. It is the
    /// setting with the key [`MessageType::switch_key`].
    #[must_use]
    pub fn switch(of: MessageType, on: bool) -> Self {
        Self::new(of.switch_key(), on.to_string())
    }

    /// The same edit, from a form that showed this value: it clashes with any other value that is
    /// there by now.
    #[must_use]
    pub fn over(mut self, seen: impl Into<String>) -> Self {
        self.seen = Some(Private::new(seen));
        self
    }

    /// A new value that the setting accepts, or its problem.
    pub(super) fn checked(key: &str, value: String) -> Result<Self, SettingProblem> {
        SettingDef::of(key).map_or(Ok(()), |def| def.check(&value))?;
        Ok(Self::new(key, value))
    }
}
