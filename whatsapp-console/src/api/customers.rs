//! Customers: finding what a person types, and one customer.

use std::collections::BTreeSet;

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use whatsapp_core::find::{Customers, Found, find};
use whatsapp_core::message::SUBJECT_MAX;
use whatsapp_core::mute::{Mute, MuteOn};
use whatsapp_core::port::{Customer, LogFilter, MuteFilter, Sort, Turn};
use whatsapp_core::{CustomerId, Desk};

use super::given::{Given, Parameters, Path};
use super::problem::{Fault, Problem};
use super::resource::MessageShape;
use super::schema;
use super::slug::Slug;
use crate::page::eyes::{Eyes, Sight};
use crate::visit::Visit;
use crate::words::number::masked;

/// How many messages of a customer are shown; the list has all.
const MESSAGES: u32 = 20;

/// How many mutes.
const MUTES: u32 = 100;

/// What a person types to find something.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Search)]
pub(crate) struct SearchBody {
    /// A name, a number, what messages are about, or the id of a message.
    #[schema(min_length = 1, max_length = 100, example = "asha")]
    text: String,
}

/// What was found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = SearchResult)]
pub(crate) struct FoundShape {
    /// Customers whose name or number was typed, 20 at most.
    customers: Vec<CustomerShape>,
    /// There are more: more of the name has to be typed.
    are_more: bool,
    /// The host lets its customers be searched by name.
    names_are_searched: bool,
    /// The message with this id, or the newest one to this number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = "uuid")]
    message_log_id: Option<String>,
    /// Messages are about something that begins so: the list shows them by the parameter `about`.
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
}

/// A customer, as the host's records have them now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Customer)]
pub(crate) struct CustomerShape {
    id: String,
    name: String,
    /// The number; its last digits alone for viewers.
    #[serde(skip_serializing_if = "Option::is_none")]
    whatsapp_number: Option<String>,
    /// The kinds of message that the customer does not want.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    declines: Vec<&'static str>,
    /// The host's own page of the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

/// A customer with what there is of them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CustomerOverview)]
pub(crate) struct OneShape {
    /// Not there where the host's records have none, or cannot be read just now.
    #[serde(skip_serializing_if = "Option::is_none")]
    customer: Option<CustomerShape>,
    /// The newest 20 messages; the list has all, by the parameter `customer`.
    messages: Vec<MessageShape>,
    /// What is muted; nothing where the host keeps no mutes.
    mutes: Vec<MuteShape>,
}

/// What keeps messages back.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Mute)]
pub(crate) struct MuteShape {
    #[schema(format = "uuid")]
    id: String,
    /// Of which messages.
    #[schema(schema_with = schema::mutes)]
    of: &'static str,
    /// It in a sentence.
    text: String,
    /// Since when.
    #[schema(format = "date-time")]
    at: String,
    /// Who muted it, where it was a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
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

impl From<&Mute> for MuteShape {
    fn from(mute: &Mute) -> Self {
        Self {
            id: mute.id.to_string(),
            of: mute.of.as_str(),
            text: mute.sentence(),
            at: schema::instant(mute.at),
            by: mute.by.user().map(ToString::to_string),
        }
    }
}

/// Finds what a person means. What was typed comes in the body, because addresses are kept and passed on.
pub(crate) async fn search(
    visit: Visit,
    given: Given<SearchBody>,
) -> Result<Json<FoundShape>, Problem> {
    Parameters::none(&visit)?;
    let text = given.body.text;
    if !(1..=SUBJECT_MAX).contains(&text.chars().count()) {
        let fault = Fault::at(&["text"], "is not 1 to 100 characters");
        return Err(Problem::new(Slug::Body, "text is not 1 to 100 characters.").with(fault));
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
    }
    Ok(Json(shape))
}

/// One customer.
pub(crate) async fn one(visit: Visit, path: Path) -> Result<Json<OneShape>, Problem> {
    Parameters::none(&visit)?;
    let unknown = || Problem::of(Slug::UnknownCustomer);
    let id = CustomerId::new(path.get("customer")).map_err(|_| unknown())?;
    let sight = Sight::of(&visit).await?;
    let eyes = sight.eyes(&visit);
    let mut filter = LogFilter::default();
    filter.customers = BTreeSet::from([id.clone()]);
    let page = visit.ports().log().page(&filter, Sort::Newest, Turn::First, MESSAGES).await?;
    // Without the host's answer the messages are there all the same.
    let customer = visit.inner.messenger.customer(&id).await;
    if let (Ok(None), true) = (&customer, page.messages.is_empty()) {
        return Err(unknown());
    }
    let customer = customer.ok().flatten();
    Ok(Json(OneShape {
        customer: customer.map(|it| CustomerShape::of(&it, &eyes)),
        messages: page.messages.iter().map(|it| MessageShape::of(it, &eyes)).collect(),
        mutes: mutes(&visit.inner.desk, id).await?,
    }))
}

async fn mutes(desk: &Desk, id: CustomerId) -> Result<Vec<MuteShape>, Problem> {
    let filter = MuteFilter { on: Some(MuteOn::Customer(id)), ended: false };
    match desk.mutes(&filter, None, MUTES).await {
        Ok(mutes) => Ok(mutes.iter().map(MuteShape::from).collect()),
        // Nothing keeps them.
        Err(whatsapp_core::port::StoreError::Other { .. }) => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}
