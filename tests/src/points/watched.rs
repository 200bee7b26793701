//! Wrappers around the ports. They tell a hook of each call that matters, before it reaches the
//! real port and after, and wait for the hook.

use std::fmt::Debug;
use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use whatsapp_core::attachment::{FoundFile, Place};
use whatsapp_core::port::{
    Accepted, AccountMail, AttachmentSource, Begin, Begun, Claim, Claimed, Digest, Line, Notifier,
    NotifyError, OutgoingMessage, Probe, Settled, Settlement, SourceError, Store, StoreError, Told,
    Transport, TransportError,
};
use whatsapp_core::template::Types;
use whatsapp_testkit::{StoreWrapper, forward_store};

/// A call that a hook may wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Call {
    /// [`Outbox::claim`](whatsapp_core::port::Outbox::claim), when it returns something.
    Claim,
    /// [`AttachmentSource::read`], when a file is checked before the send.
    Check,
    /// [`Outbox::begin`](whatsapp_core::port::Outbox::begin).
    Begin,
    /// [`Transport::send`].
    Send,
    /// [`Outbox::settle`](whatsapp_core::port::Outbox::settle).
    Settle,
    /// [`Notifier::notify`].
    Notify,
}

/// Moment of a hook: before the call reaches the real port, after it has answered, or after it has
/// failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The call has not reached the port yet.
    Before,
    /// The call is done.
    After,
    /// The call returned an error.
    Failed,
}

/// A hook that is told of calls.
#[async_trait]
pub trait Hook: Debug + Send + Sync {
    /// Handles a call. The call goes on when this returns.
    async fn at(&self, call: Call, when: When);
}

/// A port that is watched.
#[derive(Debug)]
pub struct Watched<P: ?Sized> {
    /// The hook that is told.
    pub hook: Arc<dyn Hook>,
    /// The real port.
    pub inner: Arc<P>,
}

impl<P: ?Sized> Watched<P> {
    /// Watches a port.
    pub fn new(inner: Arc<P>, hook: Arc<dyn Hook>) -> Self {
        Self { hook, inner }
    }

    async fn after<T: Send, E: Send>(&self, call: Call, result: Result<T, E>) -> Result<T, E>
    where
        P: Send + Sync,
    {
        let when = if result.is_ok() { When::After } else { When::Failed };
        self.hook.at(call, when).await;
        result
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Transport for Watched<dyn Transport> {
    async fn send(&self, message: &OutgoingMessage) -> Result<Accepted, TransportError> {
        self.hook.at(Call::Send, When::Before).await;
        let reply = self.inner.send(message).await;
        self.after(Call::Send, reply).await
    }

    async fn probe(&self) -> Result<Probe, TransportError> {
        self.inner.probe().await
    }

    async fn line(&self) -> Result<Option<Line<dyn Transport>>, TransportError> {
        let line = self.inner.line().await?;
        let watched = |over| Self { hook: Arc::clone(&self.hook), inner: over };
        Ok(line.map(|line| Line::<dyn Transport>::new(line.via, Arc::new(watched(line.over)))))
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AttachmentSource for Watched<dyn AttachmentSource> {
    async fn read(&self, place: &Place) -> Result<FoundFile, SourceError> {
        self.hook.at(Call::Check, When::Before).await;
        let found = self.inner.read(place).await;
        self.after(Call::Check, found).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Notifier for Watched<dyn Notifier> {
    async fn notify(
        &self,
        recipient: &str,
        digest: &Digest,
        types: &Types,
    ) -> Result<Told, NotifyError> {
        self.hook.at(Call::Notify, When::Before).await;
        let told = self.inner.notify(recipient, digest, types).await;
        self.after(Call::Notify, told).await
    }

    async fn notify_account(&self, recipient: &str, mail: &AccountMail) -> Result<(), NotifyError> {
        self.hook.at(Call::Notify, When::Before).await;
        let told = self.inner.notify_account(recipient, mail).await;
        self.after(Call::Notify, told).await
    }
}

#[async_trait]
impl StoreWrapper for Watched<dyn Store> {
    fn inner(&self) -> &dyn Store {
        self.inner.as_ref()
    }

    async fn claim(&self, claim: &Claim) -> Result<Vec<Claimed>, StoreError> {
        self.hook.at(Call::Claim, When::Before).await;
        let claimed = self.inner.claim(claim).await;
        match claimed {
            Ok(claimed) if claimed.is_empty() => Ok(claimed),
            claimed => self.after(Call::Claim, claimed).await,
        }
    }

    async fn begin(&self, begins: &[Begin]) -> Result<Vec<Begun>, StoreError> {
        self.hook.at(Call::Begin, When::Before).await;
        let begun = self.inner.begin(begins).await;
        self.after(Call::Begin, begun).await
    }

    async fn settle(&self, settlements: &[Settlement]) -> Result<Vec<Settled>, StoreError> {
        self.hook.at(Call::Settle, When::Before).await;
        let settled = self.inner.settle(settlements).await;
        self.after(Call::Settle, settled).await
    }
}

forward_store!(Watched<dyn Store>);
