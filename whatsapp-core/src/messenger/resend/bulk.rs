//! Sending all messages again that failed for a cause outside them.

use chrono::{DateTime, Utc};

use super::super::{ManageError, Messenger, OnlyAlone};
use super::again::{Again, send_again, type_of, was_refused};
use super::many::speaks_against;
use crate::audit::Actor;
use crate::compose::ComposeError;
use crate::id::MessageId;
use crate::message::{Arrival, Cause, Message, Status};
use crate::port::{Cursor, LogFilter, Sort};
use crate::settings::Settings;
use crate::wiring::Ports;

/// Number of rows of the log that one page of [`Messenger::resend_failed`] reads.
const PAGE: u32 = 100;

/// Result of one page of [`Messenger::resend_failed`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Resent {
    /// The new messages, in the order in which the failed ones were made.
    pub messages: Vec<MessageId>,
    /// The messages that were left out, by reason.
    pub left_out: LeftOut,
    /// Start of the next page; `None` on the last one.
    pub next: Option<Cursor>,
}

impl Resent {
    /// Adds the result of the next page.
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
    /// Messages that may have been delivered: resend them one by one, if the customer did not get
    /// them.
    pub unknown_outcome: u64,
    /// Messages whose invoice is not due any more.
    pub paid: u64,
    /// Messages that have expired.
    pub expired: u64,
    /// Messages for a day that has passed: a greeting, a reminder that counts days.
    pub of_a_past_day: u64,
    /// Messages of a campaign, whose rate limit a resend would not keep.
    pub of_a_campaign: u64,
    /// Messages that were sent again before.
    pub resent_before: u64,
    /// Messages that somebody put aside, as settled in another way.
    pub put_aside: u64,
    /// Messages whose type is switched off.
    pub switched_off: u64,
    /// Messages that cannot be sent as they are, for example because the customer has no number any
    /// more.
    pub refused: Vec<(MessageId, String)>,
}

impl LeftOut {
    /// Number of messages that were left out.
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
    /// Sends messages again that failed for good since `since` for a cause outside the message.
    /// These causes are the account, the address, something before the gateway, the gateway, and
    /// the host; with `cause` only that one. It is a way back after the account or the program was
    /// repaired. Messages that were refused when they were enqueued are left to the caller that
    /// enqueues them again.
    ///
    /// One call reads one page of the log, the oldest messages first; call again with
    /// [`Resent::next`] as `after` until that is `None`. A message is sent again once, under the
    /// key `resend:<message id>`, however often and by whomever this is called.
    ///
    /// These are left out, and counted:
    /// - messages that may have been delivered;
    /// - messages that are paid, expired or switched off;
    /// - messages of a campaign, or for a day that has passed;
    /// - messages that were sent again before, or put aside.
    ///
    /// No person is asked: messages to many keep to business hours.
    ///
    /// # Errors
    /// [`ManageError::NotInBulk`] for another cause than those. [`ManageError`] when the host, its
    /// settings or the database do not answer: the messages that the page sent until then stay
    /// sent, and the same call continues from there.
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
                resend_one(ports, message, &settings, by, &mut resent).await?;
            }
        }
        if !resent.messages.is_empty() {
            ports.wake.wake();
        }
        Ok(resent)
    }
}

/// Sends one of many messages again, or counts the reason why not.
async fn resend_one(
    ports: &Ports,
    message: Message,
    settings: &Settings,
    by: &Actor,
    resent: &mut Resent,
) -> Result<(), ManageError> {
    let Message { facts: old, state, .. } = &message;
    let left_out = &mut resent.left_out;
    let of = match type_of(ports, old) {
        Ok(of) => of,
        Err(error) => {
            left_out.refused.push((old.id, error.to_string()));
            return Ok(());
        }
    };
    let failure = state.failure.as_ref();
    if failure.is_none_or(|failure| Arrival::of(failure, state.part).is_some()) {
        left_out.unknown_outcome += 1;
    } else if let Some(why) = speaks_against(ports, old, of, settings).await? {
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
        match send_again(ports, message, again).await {
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

/// Returns true if messages that failed for this cause are sent again together.
const fn in_bulk(cause: Cause) -> bool {
    match cause {
        Cause::Account | Cause::Address | Cause::Between | Cause::Gateway | Cause::Host => true,
        Cause::Message | Cause::Recipient => false,
    }
}

/// Returns true if a message failed for good, for this cause or for any outside the message. A
/// message that was refused left its key free: it may have been enqueued again since, so it does
/// not count.
fn failed_for(message: &Message, cause: Option<Cause>) -> bool {
    let state = &message.state;
    state.owed.is_none()
        && !was_refused(message)
        && state.failure.as_ref().is_some_and(|failure| {
            in_bulk(failure.cause) && cause.is_none_or(|cause| cause == failure.cause)
        })
}
