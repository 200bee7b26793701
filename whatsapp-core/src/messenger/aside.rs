//! Failed messages that a person settles in another way.

use super::manage::standing;
use super::resend::failed_for_good;
use super::{ManageError, Messenger, Wish};
use crate::audit::{Act, AuditChange, AuditTarget};
use crate::id::MessageId;
use crate::port::{Amended, Aside};
use crate::wiring::{Ports, audit_entry};

impl Messenger {
    /// Puts a failed message aside, because a person settled it in another way, such as by
    /// telephone.
    ///
    /// The message no longer [needs](crate::port::Attention) a person. It stays failed, and can be
    /// sent again; if it fails again, it needs a person again.
    ///
    /// `by` is an [`Actor`](crate::audit::Actor), or a [`Wish`] that names the state that was read.
    ///
    /// # Errors
    /// [`ManageError::Forbidden`] for a message that has not failed for good;
    /// [`ManageError::Changed`] where it is not as it was read, or is put aside already.
    pub async fn put_aside(
        &self,
        id: MessageId,
        by: impl Into<Wish> + Send,
    ) -> Result<(), ManageError> {
        set_aside(&self.ports, id, &by.into(), true).await
    }

    /// Takes up a message again that was put aside.
    ///
    /// # Errors
    /// As for [`put_aside`](Self::put_aside); [`ManageError::Changed`] also for a message that is
    /// not put aside.
    pub async fn take_up(
        &self,
        id: MessageId,
        by: impl Into<Wish> + Send,
    ) -> Result<(), ManageError> {
        set_aside(&self.ports, id, &by.into(), false).await
    }
}

async fn set_aside(
    ports: &Ports,
    message_id: MessageId,
    wish: &Wish,
    is_aside: bool,
) -> Result<(), ManageError> {
    let (message, progress) = standing(ports, message_id).await?;
    if !wish.fits(&message) {
        return Err(ManageError::Changed);
    }
    failed_for_good(&progress)?;
    let (act, change) = if is_aside {
        (Act::MessagePutAside, AuditChange::state("failed", "put_aside"))
    } else {
        (Act::MessageTakenUp, AuditChange::state("put_aside", "failed"))
    };
    let entry = audit_entry(ports, &wish.by, act, AuditTarget::Message(message_id), change);
    let (seen, at, audit) = (message.updated_at, ports.clock.now(), Some(wish.entered(entry)));
    let aside = Aside { message_id, seen, is_aside, at, audit };
    match ports.store.put_aside(&aside).await? {
        Amended::Done => Ok(()),
        Amended::Stale => Err(ManageError::Changed),
    }
}
