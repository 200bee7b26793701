//! An act on one message: the question before it, and the act.
//!
//! A form has the state that it saw: the message's last change, and the number of times it was
//! sent again. So a double click, a reload, the way back and somebody else's click do nothing a
//! second time.

mod ask;
mod deed;
mod form;

use axum::http::StatusCode;
use axum::response::Response;
use whatsapp_core::MessageId;
use whatsapp_core::audit::AuditTarget;
use whatsapp_core::message::{Message, Offer};
use whatsapp_core::messenger::OnlyAlone;
use whatsapp_core::port::{Customer, StoreError};

use super::acts::Act;
use super::back::{checked, with_back};
use super::done::Done;
use super::eyes::{Eyes, Sight};
use super::mark::mark;
use super::{Nav, html, shell};
use crate::oops::Oops;
use crate::soon::soon;
use crate::typed::Typed;
use crate::visit::{Named, Visit};
use deed::Outcome;
use form::Form;

/// The message that an act is about, and the facts that decide it.
#[derive(Debug)]
struct Case {
    id: MessageId,
    act: Act,
    /// The message; `None` where its row cannot be read: then it can be cancelled, and
    /// nothing else.
    message: Option<Message>,
    /// The messages as which it was sent again, the oldest first.
    resends: Vec<MessageId>,
    /// True if a person has settled it in another way.
    is_aside: bool,
    /// Reason against sending it again.
    against: Option<OnlyAlone>,
    /// The customer as the host's records have them now; `None` where they could not be read.
    customer: Option<Customer>,
    /// True if the records do not have the customer any more.
    is_gone: bool,
}

impl Case {
    async fn read(visit: &Visit, id: MessageId, act: Act) -> Result<Self, Oops> {
        let message = match visit.ports().log().message(id).await {
            Ok(Some(message)) => Some(message),
            Ok(None) => return Err(Oops::NoMessage),
            Err(StoreError::Corrupt { .. }) => None,
            Err(error) => return Err(error.into()),
        };
        let resends = visit.inner.messenger.resends(id).await?;
        let is_aside = match act {
            Act::PutAside | Act::TakeUp => !visit.ports().log().aside(&[id]).await?.is_empty(),
            _ => false,
        };
        let against = match &message {
            Some(message) if matches!(act, Act::Resend | Act::Number) => {
                let asked = soon(visit.inner.messenger.only_alone(message)).await;
                asked.and_then(Result::ok).flatten()
            }
            _ => None,
        };
        let customer = match &message {
            // Sending again goes to the present number, or to the number that was probably meant.
            Some(message) if matches!(act, Act::Resend | Act::Number) => {
                let found = soon(visit.inner.messenger.customer(&message.facts.customer_id)).await;
                found.and_then(Result::ok)
            }
            _ => None,
        };
        let (is_gone, customer) = (matches!(customer, Some(None)), customer.flatten());
        Ok(Self { id, act, message, resends, is_aside, against, customer, is_gone })
    }

    /// Returns true if the act can be done now.
    fn is_open(&self, eyes: &Eyes<'_>) -> bool {
        match &self.message {
            Some(message) => match self.act {
                Act::PutAside | Act::TakeUp => {
                    Act::beside(message, self.is_aside) == Some(self.act)
                }
                _ => self.offer(eyes).is_some_and(|offer| offer.is_open()),
            },
            None => self.act == Act::Cancel,
        }
    }

    fn offer(&self, eyes: &Eyes<'_>) -> Option<Offer> {
        let message = self.message.as_ref()?;
        let offers = message.offers(&eyes.told(), eyes.settings, eyes.types);
        self.act.offer(&offers).cloned()
    }
}

/// Shows the question before an act.
pub(crate) async fn ask(visit: Visit, named: Named, act: Act) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let case = Case::read(&visit, named.0, act).await?;
    let back = visit.parameter("back").as_deref().and_then(checked);
    let back = back.unwrap_or_else(|| format!("messages/{}", case.id));
    if !case.is_open(&eyes) {
        return leave(&visit, &back, Done::NotNow, case.id);
    }
    let form = Form { back, ..Form::fresh(&case, &eyes) };
    question(&visit, &case, &form, &eyes).await
}

async fn question(
    visit: &Visit,
    case: &Case,
    form: &Form,
    eyes: &Eyes<'_>,
) -> Result<Response, Oops> {
    let mut s = shell(visit, ask::title(case.act, eyes), Nav::Messages);
    mark(&mut s, visit.inner.cache.seen(visit.ports()).await?.as_ref(), eyes);
    html(&ask::page(case, form, s, eyes))
}

/// Carries out the act that a form asks for, once.
pub(crate) async fn act(
    visit: Visit,
    named: Named,
    typed: Typed,
    act: Act,
) -> Result<Response, Oops> {
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let mut form = Form::read(&typed, named.0)
        .ok_or_else(|| Oops::Bad(visit.texts().form_is_not_ours().to_owned()))?;
    let outcome = {
        let deed = deed::Deed { id: named.0, act, form: form.clone(), visit: visit.clone() };
        let settings = sight.settings().clone();
        visit.inner.work.finish(async move { deed.done(&settings).await }).await??
    };
    match outcome {
        Outcome::Done(of) => {
            visit.inner.cache.forget().await;
            leave(&visit, &form.back, Done::Act(act), of)
        }
        Outcome::Changed => leave(&visit, &form.back, Done::Changed, named.0),
        Outcome::NotNow => leave(&visit, &form.back, Done::NotNow, named.0),
        Outcome::Again(problem) => {
            form.problem = problem;
            let case = Case::read(&visit, named.0, act).await?;
            if !case.is_open(&eyes) {
                return leave(&visit, &form.back, Done::NotNow, case.id);
            }
            let mut response = question(&visit, &case, &form, &eyes).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

/// Leads back to the page one came from. A change meanwhile is shown on the message's own page.
fn leave(visit: &Visit, back: &str, done: Done, id: MessageId) -> Result<Response, Oops> {
    let own = format!("messages/{id}");
    let address = match done {
        Done::Changed | Done::NotNow if !back.starts_with(&own) => with_back(&own, back),
        _ => back.to_owned(),
    };
    let of = AuditTarget::Message(id);
    done.lead(&address, Some(&of), visit)
}
