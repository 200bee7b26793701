//! The host's answer about a message right before it is sent.
//!
//! The host is asked about a message that names an invoice, if its type asks the ledger, and about
//! a summary that the planner made. Its text is made again with what the books say at that moment,
//! so that nobody is asked to pay what was paid meanwhile. Every other message goes out as it was
//! enqueued. If a message was enqueued a while ago, the customer's record is asked whether such
//! messages are still wanted.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use crate::books::{Books, Held, Why, beside};
use crate::campaign::is_of_campaign;
use crate::compose::{Chosen, ComposeError, Composer, Content};
use crate::dispatch::fate::outdated;
use crate::dispatch::health::Health;
use crate::id::{InvoiceId, TemplateId};
use crate::message::{
    CancelReason, Cause, Event, Fingerprint, HeldFor, Message, MessageType, Part,
};
use crate::port::{Claimed, InvoiceLedger, Revision, StoreError, TransportError, due_on};
use crate::private::Private;
use crate::retry::Disposition;
use crate::schedule::{ReminderStep, StepState};
use crate::settings::Settings;
use crate::template::RenderError;
use crate::wiring::Ports;

/// Time that a message waits when the host could not be asked.
const ASK_HOST_AGAIN: TimeDelta = TimeDelta::minutes(1);

/// The customer's record is asked again about a message that was enqueued longer ago than this.
/// Enqueuing asks the record too, so a message that goes out at once is not asked about twice.
const RECORD_HOLDS: TimeDelta = TimeDelta::hours(1);

/// The sentence of a message about which the host could not be asked.
pub(crate) const INVOICES: &str = "The invoices could not be read.";
const CUSTOMERS: &str = "The customers could not be read.";
const MESSAGE: &str = "The message could not be read.";
const TEMPLATES: &str = "The template could not be read.";

/// A message as it goes out today: changed or unchanged, or the reason why it cannot.
pub(crate) type Today = Result<Option<Revision>, TransportError>;

/// The host's answer about a message.
#[derive(Debug)]
pub(crate) enum HostSays {
    /// It may be sent.
    Send(Today),
    /// This event settles it instead, for this reason.
    Settle(Event, Why),
}

/// The questions to the host about one message.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Host<'a> {
    pub(crate) ports: &'a Ports,
    pub(crate) health: &'a Health,
    pub(crate) claimed: &'a Claimed,
    pub(crate) settings: &'a Settings,
    pub(crate) now: DateTime<Utc>,
}

impl Host<'_> {
    /// Asks the host about a message that is about to be sent. A message whose invoice nobody is to
    /// pay any more is withdrawn. A message that should not be sent just now waits, and so does a
    /// message about which the host cannot be asked. Once the file of a message in two parts is
    /// with the customer, its text follows unchanged.
    pub(crate) async fn says(&self, of: MessageType) -> HostSays {
        let Self { claimed, now, .. } = *self;
        let says = self.books_or_summary_say(of).await;
        // A campaign asks about its customers itself.
        let is_asked = claimed.progress.part != Part::Text
            && now - claimed.created_at > RECORD_HOLDS
            && !is_of_campaign(&claimed.key);
        match says {
            HostSays::Send(Ok(None)) if is_asked => Box::pin(self.record_says(of)).await,
            says => says,
        }
    }

    /// Asks the books about a message whose text they decide.
    async fn books_or_summary_say(&self, of: MessageType) -> HostSays {
        // Rare questions are boxed, so that the future of every other message stays small.
        if of == MessageType::PAYMENT_SUMMARY {
            return Box::pin(self.summary_says()).await;
        }
        match (&self.ports.invoices, &self.claimed.invoice_id) {
            (Some(invoices), Some(invoice))
                if of.asks_ledger() && self.claimed.progress.part != Part::Text =>
            {
                Box::pin(self.books_say(of, invoice, invoices.as_ref())).await
            }
            _ => HostSays::Send(Ok(None)),
        }
    }

    /// Asks the customer's record about a message that was enqueued a while ago. If the customer is
    /// no longer in the records, the message goes out as it was enqueued.
    async fn record_says(&self, of: MessageType) -> HostSays {
        let claimed = self.claimed;
        let composer = Composer::new(self.ports, self.settings.clone(), self.now);
        let customer = match composer.customers([&claimed.customer_id]).await {
            Ok(mut customers) => customers.remove(&claimed.customer_id),
            Err(error) => return self.ask_again(CUSTOMERS, &error),
        };
        match customer.and_then(|customer| customer.declined(of.category())) {
            Some(why) => HostSays::Settle(Event::Withdrawn(CancelReason::OptedOut), Why::said(why)),
            None => HostSays::Send(Ok(None)),
        }
    }

    /// Asks the books about a message that names an invoice.
    async fn books_say(
        &self,
        of: MessageType,
        invoice: &InvoiceId,
        invoices: &dyn InvoiceLedger,
    ) -> HostSays {
        let Self { claimed, settings, now, .. } = *self;
        let books = Books::new(settings, now);
        let due = match due_on(invoices, invoice).await {
            Ok(due) => books.open(due),
            Err(error) => return self.ask_again(INVOICES, &error),
        };
        let due = match due {
            Ok(due) => due,
            Err((reason, why)) => return HostSays::Settle(Event::Withdrawn(reason), why),
        };
        if due.customer != claimed.customer_id {
            let why = Why::said(format!("{} belongs to another customer now.", due.number));
            return HostSays::Settle(Event::Withdrawn(CancelReason::Void), why);
        }
        let step = match self.step_of().await {
            Ok(step) => step,
            Err(error) => return self.ask_again(INVOICES, &error),
        };
        let given_back = |why| HostSays::Settle(Event::Withdrawn(CancelReason::Superseded), why);
        if let Some(why) = step.as_ref().and_then(|step| outdated(step, &due, settings, now)) {
            return given_back(why);
        }
        let beside = match beside(invoices, &claimed.customer_id, settings).await {
            Ok(beside) => beside,
            Err(error) => return self.ask_again(INVOICES, &error),
        };
        if let Some(Held { until, why, stale, .. }) = books.held(&due, &beside) {
            if let Some(day) = stale {
                self.health.tell_stale(day, books.written(day)).await;
            }
            if step.is_some() {
                // The planner plans it again: a message that may wait for weeks must not count as
                // on its way.
                return given_back(why);
            }
            // A message that is too late meanwhile is withdrawn at that time.
            let until = claimed.expires_at.map_or(until, |expires| until.min(expires));
            return HostSays::Settle(Event::Postponed { until }, why);
        }
        let Some(values) = &claimed.values else {
            // A person wrote the text, so it is not changed.
            return HostSays::Send(Ok(None));
        };
        let today = settings.time_zone.date(now);
        let content = |composer: &Composer<'_>| composer.by_the_books(of, values, &due, today);
        self.composed_today(of, content).await
    }

    /// Returns the reminder step that the planner made the message for, unless the step is over. If
    /// the message is tried again after that, because it was not delivered or a person wants it, it
    /// belongs to no step.
    async fn step_of(&self) -> Result<Option<ReminderStep>, StoreError> {
        let Some(plans) = &self.ports.plans else { return Ok(None) };
        let steps = plans.steps_of_message(self.claimed.lease.message_id).await?;
        Ok(steps
            .into_iter()
            .next()
            .filter(|step| !matches!(step.state, StepState::Sent | StepState::Failed)))
    }

    /// Returns the number of a message, if it was given for this message alone when it was sent
    /// again.
    async fn given_number(&self) -> Result<Option<Private>, StoreError> {
        let message = self.ports.store.message(self.claimed.lease.message_id).await?;
        let number = &self.claimed.whatsapp_number;
        let is_given = message.is_some_and(|Message { facts, .. }| {
            facts.resend_of.is_some_and(|of| {
                facts.fingerprint == Fingerprint::of_resend(of, Some(number.as_str()))
            })
        });
        Ok(is_given.then(|| number.clone()))
    }

    /// Composes a message from what the books say today, by the newest version of its template. It
    /// goes to the customer's number of today, or to the number that was given for it alone.
    pub(crate) async fn composed_today(
        &self,
        of: MessageType,
        content: impl FnOnce(&Composer<'_>) -> Result<Content, RenderError>,
    ) -> HostSays {
        let Self { claimed, settings, now, .. } = *self;
        let composer = Composer::new(self.ports, settings.clone(), now);
        let customer = match composer.customers([&claimed.customer_id]).await {
            Ok(mut customers) => customers.remove(&claimed.customer_id),
            Err(error) => return self.ask_again(CUSTOMERS, &error),
        };
        let Some(customer) = customer else {
            return refused("The customer is not in the records any more.", Cause::Host);
        };
        if let Some(why) = customer.declined(of.category()) {
            return HostSays::Settle(Event::Withdrawn(CancelReason::OptedOut), Why::said(why));
        }
        let number = customer.number().map(|number| Private::from(number.as_str()));
        let number = match number {
            Ok(number) if number == claimed.whatsapp_number => number,
            number => match (self.given_number().await, number) {
                (Ok(Some(given)), _) => given,
                (Ok(None), Ok(number)) => number,
                (Ok(None), Err(why)) => return refused(&format!("{why}."), Cause::Recipient),
                (Err(error), _) => return self.ask_again(MESSAGE, &error),
            },
        };
        let today = settings.time_zone.date(now);
        let content = match content(&composer) {
            Ok(content) => content,
            Err(error) => return refused(&format!("{error}."), Cause::Host),
        };
        let chosen = match newest(&composer, &content, claimed.template_id).await {
            Ok(chosen) => chosen,
            Err(error @ (ComposeError::Store(_) | ComposeError::TemplateBroken(_))) => {
                return self.ask_again(TEMPLATES, &error);
            }
            Err(error) => return refused(&format!("{error}."), Cause::Host),
        };
        let link = claimed.attachment.as_ref().map(|file| file.url.as_str());
        let finished = composer.compose(&chosen, &content, customer.name.as_str(), link, today);
        let finished = match finished {
            Ok(finished) => finished,
            Err(error) => return refused(&format!("{error}."), Cause::Host),
        };
        let (template_id, template_version) = chosen.stored.unzip();
        let revision = Revision {
            number,
            text: finished.text.into(),
            values: finished.values,
            template_id,
            template_version,
            link: None,
        };
        HostSays::Send(Ok(Some(revision).filter(|revision| *revision != Revision::of(claimed))))
    }

    /// Lets a message wait about which the host could not be asked.
    pub(crate) fn ask_again(&self, why: &str, error: &dyn std::error::Error) -> HostSays {
        tracing::warn!(
            message.id = %self.claimed.lease.message_id,
            error = %error,
            "a message could not be brought up to date; asking again later"
        );
        let why = Why::held(HeldFor::Records, why);
        HostSays::Settle(Event::Postponed { until: self.now + ASK_HOST_AGAIN }, why)
    }
}

/// Returns the present version of the template that a reminder was made from. If it is no longer in
/// use, or would say "0 days overdue", returns the template of the type.
async fn newest(
    composer: &Composer<'_>,
    content: &Content,
    made_from: Option<TemplateId>,
) -> Result<Arc<Chosen>, ComposeError> {
    if made_from.is_some() {
        match composer.choose(content, made_from).await {
            Ok(chosen) if !chosen.is_false_of(content) => return Ok(chosen),
            Err(error @ (ComposeError::Store(_) | ComposeError::TemplateBroken(_))) => {
                return Err(error);
            }
            Ok(_) | Err(_) => {}
        }
    }
    composer.choose(content, None).await
}

fn refused(why: &str, cause: Cause) -> HostSays {
    let error = TransportError::new(Disposition::Permanent, crate::visible::sentence(why));
    HostSays::Send(Err(error.not_reached().with_cause(cause)))
}
