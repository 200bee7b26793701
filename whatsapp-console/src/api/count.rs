//! Numbers that are counted up to a limit.

use serde::Serialize;
use utoipa::ToSchema;
use whatsapp_core::port::Count;

/// A number, counted up to a limit.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Count)]
pub(crate) struct CountShape {
    /// Number that was counted.
    number: u64,
    /// True if everything was counted; otherwise there are this many or more.
    is_exact: bool,
}

impl From<Count> for CountShape {
    fn from(Count { number, is_exact }: Count) -> Self {
        Self { number, is_exact }
    }
}
