//! What the console has at hand for every request.

use std::sync::Arc;

use whatsapp_core::{Bulks, Desk, Messenger, Ports};

use crate::cache::Cache;
use crate::gate::Gate;
use crate::secret::ConsoleSecret;
use crate::words::Texts;
use crate::work::Work;

/// What the console has at hand for every request.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) ports: Ports,
    pub(crate) messenger: Messenger,
    pub(crate) desk: Desk,
    /// Acts on many messages, where the host keeps them.
    pub(crate) bulks: Option<Bulks>,
    pub(crate) gate: Arc<dyn Gate>,
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
