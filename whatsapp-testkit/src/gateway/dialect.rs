//! Choices that the dialects leave: names and shapes of replies.

/// The name under which v2 gives statuses and lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Envelope {
    /// `data`, as the real service does.
    #[default]
    Data,
    /// `result`, as its documentation says.
    Result,
}

/// The answer of v1 to an accepted POST.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum V1Reply {
    /// The bare tracking code as text.
    #[default]
    Text,
    /// `[{"phonenumber": "…", "tracking_Code": 1001}]`.
    Array,
}
