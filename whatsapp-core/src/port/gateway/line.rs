//! A fixed route to the gateway: one host and one key.

use std::fmt;
use std::sync::Arc;

use crate::message::Via;

/// A fixed route to the gateway: requests over it go to this host with this key, even if the
/// settings change meanwhile.
#[non_exhaustive]
pub struct Line<T: ?Sized> {
    /// The host and the key.
    pub via: Via,
    /// The gateway, reached by that route only.
    pub over: Arc<T>,
}

impl<T: ?Sized> Line<T> {
    /// A line by this route.
    #[must_use]
    pub const fn new(via: Via, over: Arc<T>) -> Self {
        Self { via, over }
    }
}

impl<T: ?Sized> Clone for Line<T> {
    fn clone(&self) -> Self {
        Self { via: self.via.clone(), over: Arc::clone(&self.over) }
    }
}

impl<T: ?Sized> fmt::Debug for Line<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("via", &self.via).finish_non_exhaustive()
    }
}
