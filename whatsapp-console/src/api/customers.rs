//! Customers: the search, and one customer.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::find::{Customers, Found, find};
use whatsapp_core::message::SUBJECT_MAX;
use whatsapp_core::port::{Customer, Turn};

use super::given::{Given, Parameters, Path};
use super::held::StepShape;
use super::mutes::MuteShape;
use super::problem::Problem;
use super::resource::{MessageShape, shapes};
use super::slug::Slug;
use crate::page::customer::{Known, STEPS};
use crate::page::eyes::{Eyes, Sight};
use crate::visit::Visit;
use crate::words::number::masked;

/// Text that a person types to search.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Search)]
pub(crate) struct SearchBody {
    /// A name, a number, the subject of messages, or the id of a message.
    #[schema(min_length = 1, max_length = 100, example = "asha")]
    text: String,
}

/// Result of a search.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SearchResult)]
pub(crate) struct FoundShape {
    /// Customers whose name or number matches, 20 at most.
    customers: Vec<CustomerShape>,
    /// True if there are more customers: type a longer part of the name to see them.
    are_more: bool,
    /// True if the host supports a search of its customers by name.
    names_are_searched: bool,
    /// The message with this id, or the newest message to this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    message_log_id: Option<String>,
    /// The text, if messages are about something that begins with it: the message list shows them
    /// by the parameter `about`.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
}

/// A customer, as the host's records have them now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Customer)]
pub(crate) struct CustomerShape {
    /// Host's key of the customer.
    id: String,
    /// Name of the customer.
    name: String,
    /// The WhatsApp number; for viewers its last digits only.
    #[serde(skip_serializing_if = "Option::is_none")]
    whatsapp_number: Option<String>,
    /// The kinds of message that the customer does not want.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    declines: Vec<&'static str>,
    /// Address of the host's own page about the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

/// A customer with messages, reminders and mutes.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CustomerOverview)]
pub(crate) struct OneShape {
    /// The customer; absent if the host's records do not have it, or do not answer at the moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerShape>,
    /// The newest 20 messages; the message list has all of them, by the parameter `customer`.
    messages: Vec<MessageShape>,
    /// Number of messages, counted up to 1,000.
    total: u64,
    /// True if everything was counted; otherwise there are this many or more.
    total_is_exact: bool,
    /// Reminders that are planned, wait for approval or are on their way, 50 at most.
    reminders: Vec<StepShape>,
    /// True if there are more reminders.
    are_more_reminders: bool,
    /// The mutes; empty where the host keeps no mutes.
    mutes: Vec<MuteShape>,
}

impl CustomerShape {
    fn of(customer: &Customer, eyes: &Eyes<'_>) -> Self {
        let number = customer.whatsapp_number.as_ref().map(whatsapp_core::Private::as_str);
        let shown = |it: &str| if eyes.may_act { it.to_owned() } else { masked(it) };
        Self {
            id: customer.id.to_string(),
            name: customer.name.as_str().to_owned(),
            whatsapp_number: number.map(shown),
            declines: customer.declines.iter().map(|it| it.as_str()).collect(),
            page: customer.page.clone(),
        }
    }
}

/// Searches for a customer or a message. The text comes in the body, because addresses are kept and
/// passed on.
pub(crate) async fn search(
    visit: Visit,
    given: Given<SearchBody>,
) -> Result<Json<FoundShape>, Problem> {
    Parameters::none(&visit)?;
    let text = given.body.text;
    if !(1..=SUBJECT_MAX).contains(&text.chars().count()) {
        let right = format!("1 to {SUBJECT_MAX} characters are expected");
        return Err(Problem::of_member(Slug::Body, "text", &right));
    }
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let mut shape = FoundShape {
        customers: Vec::new(),
        are_more: false,
        names_are_searched: true,
        message_log_id: None,
        about: None,
    };
    let take = |shape: &mut FoundShape, customers: Customers| {
        shape.customers = customers.found.iter().map(|it| CustomerShape::of(it, &eyes)).collect();
        shape.are_more = customers.are_more;
    };
    match find(visit.ports(), &text).await? {
        Found::Message(id) => shape.message_log_id = Some(id.to_string()),
        Found::Subject(about) => shape.about = Some(about),
        Found::Customers(customers) => take(&mut shape, customers),
        Found::Number { any, customers, .. } => {
            take(&mut shape, customers);
            shape.message_log_id = any.map(|id| id.to_string());
        }
        Found::Nothing { no_directory } => shape.names_are_searched = !no_directory,
        _ => {}
    }
    Ok(Json(shape))
}

/// One customer.
pub(crate) async fn one(visit: Visit, path: Path) -> Result<Json<OneShape>, Problem> {
    Parameters::none(&visit)?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let known = Known::read(&visit, path.customer()?, Turn::First, &eyes).await?;
    let steps = known.steps.unwrap_or_default();
    Ok(Json(OneShape {
        customer: known.record.ok().flatten().map(|it| CustomerShape::of(&it, &eyes)),
        messages: shapes(&known.page.messages, visit.ports().log(), &eyes).await?,
        total: known.count.number,
        total_is_exact: known.count.is_exact,
        reminders: steps.iter().take(STEPS as usize).map(StepShape::from).collect(),
        are_more_reminders: steps.len() > STEPS as usize,
        mutes: known.mutes.iter().flatten().map(MuteShape::from).collect(),
    }))
}
