//! What the console has at hand for every request.

use std::sync::Arc;

use whatsapp_core::{Desk, Messenger, Ports};

use crate::cache::Cache;
use crate::gate::Gate;
use crate::secret::ConsoleSecret;
#[cfg(feature = "sign-in")]
use crate::sign_in::Porter;
use crate::words::Texts;
use crate::work::Work;

/// What the console has at hand for every request.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) ports: Ports,
    pub(crate) messenger: Messenger,
    pub(crate) desk: Desk,
    pub(crate) gate: Arc<dyn Gate>,
    /// The gate once more, where the console has its own sign-in.
    #[cfg(feature = "sign-in")]
    pub(crate) porter: Option<Arc<Porter>>,
    pub(crate) secret: ConsoleSecret,
    pub(crate) texts: Arc<dyn Texts>,
    /// What the console is called.
    pub(crate) name: String,
    /// Where browsers find the host: `https://shop.example`.
    pub(crate) public_origin: Option<String>,
    /// The path under which they find the console, where links cannot be relative.
    pub(crate) public_path: Option<String>,
    pub(crate) work: Work,
    pub(crate) cache: Cache,
}
