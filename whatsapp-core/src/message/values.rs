//! The values of a message's placeholders, as the log keeps them.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// The values of a message's placeholders by name, as the strings in its text.
///
/// They are as private as the text: `Debug` shows only their number. A clone shares them.
///
/// ```
/// use whatsapp_core::message::MessageValues;
///
/// let values = MessageValues::new([("customerName", "Asha Traders"), ("amount", "₹500.00")]);
/// assert_eq!(values.get("amount"), Some("₹500.00"));
/// assert_eq!(format!("{values:?}"), "MessageValues(2)");
/// assert_eq!(MessageValues::from_json(&values.to_json()), Some(values));
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct MessageValues(Arc<BTreeMap<String, String>>);

impl MessageValues {
    /// Values by name.
    pub fn new<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self(Arc::new(pairs.collect()))
    }

    /// The value of this placeholder.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All values, by name in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same values with `new` in place of each `old`: the file's new link for the old one.
    #[must_use]
    pub fn replaced(&self, old: &str, new: &str) -> Self {
        Self::new(self.iter().map(|(name, value)| (name, value.replace(old, new))))
    }

    /// The values as a JSON object of strings, in the form that databases keep.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A map of strings always has a JSON form.
        serde_json::to_string(&*self.0).unwrap_or_default()
    }

    /// Reads a JSON object of strings; `None` for anything else.
    #[must_use]
    pub fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok().map(|values| Self(Arc::new(values)))
    }
}

impl fmt::Debug for MessageValues {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageValues({})", self.0.len())
    }
}
