//! Time in a world: whole microseconds since it began.

use std::time::Duration;

/// Microseconds since the world began.
pub(super) type Micros = u64;

/// Converts a span to microseconds.
pub(super) fn micros(span: Duration) -> Micros {
    Micros::try_from(span.as_micros()).unwrap_or(Micros::MAX)
}
