//! Sending again all that failed for a cause that was not its own.

use chrono::{DateTime, Utc};

use super::super::{ManageError, Messenger, OnlyAlone};
use super::again::{Again, was_refused};
use crate::audit::Actor;
use crate::compose::ComposeError;
use crate::id::MessageId;
use crate::message::{Arrival, Cause, Message, Status};
use crate::port::{Cursor, LogFilter, Sort};
use crate::settings::Settings;

/// How many rows of the log one page of [`Messenger::resend_failed`] reads.
const PAGE: u32 = 100;

/// One page of what [`Messenger::resend_failed`] did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Resent {
    /// The new messages, in the order in which the failed ones were made.
    pub messages: Vec<MessageId>,
    /// What was left out, and why.
    pub left_out: LeftOut,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
}

impl Resent {
    /// Adds what the next page did.
    pub fn add(&mut self, page: Self) {
        self.messages.extend(page.messages);
        self.left_out.add(&page.left_out);
        self.next = page.next;
    }
}

/// Failed messages that were not sent again, by reason.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct LeftOut {
    /// They may have been delivered: resend them one by one, when the customer did not get them.
    pub unknown_outcome: u64,
    /// Their invoice is not due any more.
    pub paid: u64,
    /// It is too late to send them.
    pub expired: u64,
    /// They were for a day that has passed: a greeting, a reminder that counts days.
    pub of_a_past_day: u64,
    /// A campaign made them, at a pace that this would not keep.
    pub of_a_campaign: u64,
    /// They were sent again before.
    pub resent_before: u64,
    /// Somebody put them aside, as settled in another way.
    pub put_aside: u64,
    /// Messages of their type are switched off.
    pub switched_off: u64,
    /// They cannot be sent as they are, such as one whose customer has no number any more.
    pub refused: Vec<(MessageId, String)>,
}

impl LeftOut {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.unknown_outcome
            + self.paid
            + self.expired
            + self.of_a_past_day
            + self.of_a_campaign
            + self.resent_before
            + self.put_aside
            + self.switched_off
            + self.refused.len() as u64
    }

    const fn note(&mut self, why: OnlyAlone) {
        *match why {
            OnlyAlone::Expired => &mut self.expired,
            OnlyAlone::OfAPastDay => &mut self.of_a_past_day,
            OnlyAlone::OfACampaign => &mut self.of_a_campaign,
            OnlyAlone::SwitchedOff => &mut self.switched_off,
            OnlyAlone::Paid => &mut self.paid,
            OnlyAlone::PutAside => &mut self.put_aside,
        } += 1;
    }

    fn add(&mut self, other: &Self) {
        self.unknown_outcome += other.unknown_outcome;
        self.paid += other.paid;
        self.expired += other.expired;
        self.of_a_past_day += other.of_a_past_day;
        self.of_a_campaign += other.of_a_campaign;
        self.resent_before += other.resent_before;
        self.put_aside += other.put_aside;
        self.switched_off += other.switched_off;
        self.refused.extend(other.refused.iter().cloned());
    }
}

impl Messenger {
    /// Sends again what failed for good since `since` for a cause that was not the message's own:
    /// the account's, the address's, that of something before the gateway, the gateway's, or the
    /// host's; with `cause` only for that one. A way back after the account was put right, or the
    /// program. What was refused when it was enqueued is left to whoever enqueues it again.
    ///
    /// One call reads one page of the log, the oldest messages first; call again with
    /// [`Resent::next`] as `after` until that is `None`. Whoever calls it, however often: a message
    /// is sent again once, under the key `resend:<message id>`. Left out, and counted, is what may
    /// have been delivered, what is paid, expired, switched off, a campaign's or for a day that has
    /// passed, what was sent again before, and what somebody put aside. Nothing is asked: what is sent to many
    /// keeps to the hours.
    ///
    /// # Errors
    /// [`ManageError::NotInBulk`] for another cause than those; [`ManageError`] when the host, its
    /// settings or the database do not answer: what the page did until then stays done, and the same
    /// call goes on from there.
    ///
    /// ```
    /// use chrono::TimeDelta;
    /// use whatsapp_core::Messenger;
    /// use whatsapp_core::audit::Actor;
    /// use whatsapp_core::messenger::{ManageError, Resent};
    /// use whatsapp_core::port::{Clock, SystemClock};
    ///
    /// async fn after_the_key_was_put_right(messenger: &Messenger) -> Result<Resent, ManageError> {
    ///     let since = SystemClock::new().now() - TimeDelta::days(8);
    ///     let mut all = messenger.resend_failed(since, None, None, &Actor::Host).await?;
    ///     while let Some(after) = all.next {
    ///         let page = messenger.resend_failed(since, None, Some(after), &Actor::Host).await?;
    ///         all.add(page);
    ///     }
    ///     Ok(all)
    /// }
    /// ```
    pub async fn resend_failed(
        &self,
        since: DateTime<Utc>,
        cause: Option<Cause>,
        after: Option<Cursor>,
        by: &Actor,
    ) -> Result<Resent, ManageError> {
        if cause.is_some_and(|cause| !in_bulk(cause)) {
            return Err(ManageError::NotInBulk);
        }
        let ports = &self.ports;
        let settings = ports.settings().await?;
        let filter = LogFilter { statuses: [Status::Failed].into(), ..LogFilter::default() };
        let page = ports.store.page(&filter, Sort::Oldest, after.into(), PAGE).await?;
        let next = page.rest();
        let failed: Vec<Message> = page
            .messages
            .into_iter()
            .filter(|message| message.updated_at >= since && failed_for(message, cause))
            .collect();
        let ids: Vec<MessageId> = failed.iter().map(|message| message.facts.id).collect();
        let resent_before = ports.store.resent(&ids).await?;
        let aside = ports.store.aside(&ids).await?;
        let mut resent = Resent { next, ..Resent::default() };
        for message in failed {
            if resent_before.contains(&message.facts.id) {
                resent.left_out.resent_before += 1;
            } else if aside.contains(&message.facts.id) {
                resent.left_out.put_aside += 1;
            } else {
                self.resend_one(message, &settings, by, &mut resent).await?;
            }
        }
        if !resent.messages.is_empty() {
            self.ports.wake.wake();
        }
        Ok(resent)
    }

    /// Sends one of many again, or counts why not.
    async fn resend_one(
        &self,
        message: Message,
        settings: &Settings,
        by: &Actor,
        resent: &mut Resent,
    ) -> Result<(), ManageError> {
        let Message { facts: old, state, .. } = &message;
        let left_out = &mut resent.left_out;
        let of = match self.type_of(old) {
            Ok(of) => of,
            Err(error) => {
                left_out.refused.push((old.id, error.to_string()));
                return Ok(());
            }
        };
        let failure = state.failure.as_ref();
        if failure.is_none_or(|failure| Arrival::of(failure, state.part).is_some()) {
            left_out.unknown_outcome += 1;
        } else if let Some(why) = self.speaks_against(old, of, settings).await? {
            left_out.note(why);
        } else {
            let id = old.id;
            let again = Again {
                resends: 0,
                seen: Some(message.updated_at),
                number: None,
                trigger: old.trigger,
                expires_at: old.expires_at,
                by: by.clone(),
                class: settings.class(of),
                of,
                entry: None,
            };
            match self.send_again(message, again).await {
                Ok(fresh) => resent.messages.push(fresh),
                Err(
                    error @ (ManageError::Number(_)
                    | ManageError::Compose(
                        ComposeError::TemplateUnknown
                        | ComposeError::TemplateType(_)
                        | ComposeError::TemplateInactive
                        | ComposeError::TemplateBroken(_)
                        | ComposeError::Text(_),
                    )
                    | ManageError::Declined(_)
                    | ManageError::FileGone
                    | ManageError::FileUnreachable
                    | ManageError::Changed),
                ) => left_out.refused.push((id, error.to_string())),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Whether messages that failed for this cause are sent again together.
const fn in_bulk(cause: Cause) -> bool {
    match cause {
        Cause::Account | Cause::Address | Cause::Between | Cause::Gateway | Cause::Host => true,
        Cause::Message | Cause::Recipient => false,
    }
}

/// Whether a message failed for good, for this cause or for any that was not its own. One that was
/// refused left its key free: it may have been enqueued again since.
fn failed_for(message: &Message, cause: Option<Cause>) -> bool {
    let state = &message.state;
    state.owed.is_none()
        && !was_refused(message)
        && state.failure.as_ref().is_some_and(|failure| {
            in_bulk(failure.cause) && cause.is_none_or(|cause| cause == failure.cause)
        })
}
