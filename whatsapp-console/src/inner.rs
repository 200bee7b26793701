//! Shared state of the console, at hand for every request.

use std::sync::Arc;

use tokio::sync::watch;
use whatsapp_core::festival::Place;
use whatsapp_core::{Bulks, Campaigns, Desk, Messenger, Planner, Ports};

use crate::api::cors::Origins;
use crate::api::send::key::InHand;
use crate::cache::Cache;
use crate::coming::Foretold;
use crate::gate::Gate;
use crate::secret::ConsoleSecret;
#[cfg(feature = "sign-in")]
use crate::sign_in::Porter;
use crate::words::Texts;
use crate::work::Work;

/// Shared state of the console, at hand for every request.
#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) ports: Ports,
    pub(crate) messenger: Messenger,
    pub(crate) desk: Desk,
    /// Acts on many messages, where the host keeps them.
    pub(crate) bulks: Option<Bulks>,
    /// Greetings and announcements to many, where the host keeps them.
    pub(crate) campaigns: Option<Campaigns>,
    /// Places of the business, whose festivals are suggested.
    pub(crate) places: Vec<Place>,
    pub(crate) gate: Arc<dyn Gate>,
    /// The console's own sign-in, where it has one: the same as `gate`.
    #[cfg(feature = "sign-in")]
    pub(crate) porter: Option<Arc<Porter>>,
    pub(crate) secret: ConsoleSecret,
    pub(crate) texts: Arc<dyn Texts>,
    /// The console's name.
    pub(crate) name: String,
    /// The origin at which browsers find the host: `https://shop.example`.
    pub(crate) public_origin: Option<String>,
    /// The path under which browsers find the console, where links cannot be relative.
    pub(crate) public_path: Option<String>,
    /// The front ends of other origins that may call the API.
    pub(crate) origins: Origins,
    /// The calls with an idempotency key that are being answered.
    pub(crate) in_hand: InHand,
    /// Decides about reminders; `None` where none are planned.
    pub(crate) planner: Option<Arc<Planner>>,
    /// Set to true when the console stops.
    pub(crate) stop: watch::Sender<bool>,
    pub(crate) work: Work,
    pub(crate) cache: Cache,
    /// Forecasts of the next days.
    pub(crate) foretold: Foretold,
}
