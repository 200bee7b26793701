//! Reasons why settings cannot be used.

use std::borrow::Cow;

/// A setting that cannot be used, or is not known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("setting {key}: {what}")]
#[non_exhaustive]
pub struct SettingProblem {
    /// The setting's key.
    pub key: String,
    /// The fault, and what would be right. Never holds the value.
    pub what: Cow<'static, str>,
}

/// Settings that cannot be used: nothing is sent until they are mended, and nothing is replaced by
/// a default.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
#[non_exhaustive]
pub struct SettingsError {
    /// The problems, at least one.
    pub problems: Vec<SettingProblem>,
}
