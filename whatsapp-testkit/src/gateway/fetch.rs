//! The gateway's fetching of the links of accepted messages.

mod client;
mod fetched;
mod name;
mod queue;

use super::{Accepted, Shared};

pub(super) use client::Fetcher;
pub use fetched::Fetched;
pub(super) use queue::{Errand, Queue};

/// The requests by which the gateway gets the file behind a link. The real one asks as it likes: a
/// link has to stand all of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Fetching {
    /// With one GET.
    #[default]
    Once,
    /// With one GET, and then with another, as if the first file had been lost. The last one
    /// counts.
    Twice,
    /// With a HEAD, and with a GET if that is answered well.
    HeadFirst,
    /// With two GETs for a range of bytes each. A server that answers the first with the whole file
    /// is not asked again.
    InPieces,
}

/// The fetches of links by a stand-in gateway, with
/// [`GatewayBuilder::fetching`](super::GatewayBuilder::fetching).
#[derive(Debug, Clone, Copy)]
pub struct Fetches<'a> {
    pub(super) shared: &'a Shared,
}

impl Fetches<'_> {
    /// Sets how links are asked from now on.
    pub fn ask(self, fetching: Fetching) {
        self.shared.with(|world, _| world.fetches.fetching = fetching);
    }

    /// Begins no more fetches until [`release`](Self::release); those under way go on. Meanwhile
    /// the messages stay `PENDING`.
    pub fn hold(self) {
        self.shared.with(|world, _| world.fetches.held = true);
    }

    /// Begins the fetches that were held back; returns how many.
    #[must_use = "a test that releases nothing may be wrong about what it did before"]
    pub fn release(self) -> usize {
        self.shared.with(|world, _| {
            world.fetches.held = false;
            world.fetches.begin()
        })
    }

    /// Waits until the links of at least this many messages were fetched, with or without success.
    /// Returns all such messages, in order of acceptance.
    pub async fn wait_for(self, messages: usize) -> Vec<Accepted> {
        self.shared.wait_until(|counts| counts.fetched >= messages).await;
        self.shared.with(|world, _| {
            world.accepted.iter().filter(|message| !message.fetched.is_empty()).cloned().collect()
        })
    }
}
