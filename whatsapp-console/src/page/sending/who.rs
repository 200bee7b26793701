//! Recipient of a message: customers who fit the search text.

use whatsapp_core::find::CUSTOMERS_FOUND;
use whatsapp_core::port::Customer;
use whatsapp_core::{CustomerId, Private};

use super::draft::Draft;
use crate::page::eyes::Eyes;
use crate::soon::soon;
use crate::view::Hit;
use crate::visit::Visit;

/// The longest search text, in characters.
const SOUGHT_MAX: usize = 100;

/// Customers who may be chosen, the chosen one first, and a note on them.
pub(super) async fn hits(
    visit: &Visit,
    draft: &Draft,
    chosen: Option<&Customer>,
    eyes: &Eyes<'_>,
) -> (Vec<Hit>, String) {
    let mut hits: Vec<Hit> = chosen.map(|one| hit(one, true, eyes)).into_iter().collect();
    if let (None, Some(id)) = (chosen, &draft.customer) {
        let label = id.to_string();
        hits.push(Hit { value: label.clone(), label, about: String::new(), on: true });
    }
    let (found, note) = found(visit, &draft.who, eyes).await;
    let fresh = found.iter().filter(|one| Some(&one.id) != draft.customer.as_ref());
    hits.extend(fresh.map(|one| hit(one, false, eyes)));
    (hits, note)
}

fn hit(customer: &Customer, on: bool, eyes: &Eyes<'_>) -> Hit {
    let name = customer.name.as_str().trim();
    let label = if name.is_empty() { eyes.t.nameless() } else { name }.to_owned();
    let about = format!("{} · {}", eyes.number_of(customer), customer.id);
    Hit { value: customer.id.to_string(), label, about, on }
}

/// Customers by name, number or id, and a note where they are not all, or none.
async fn found(visit: &Visit, who: &Private, eyes: &Eyes<'_>) -> (Vec<Customer>, String) {
    let (t, text) = (eyes.t, who.as_str());
    if text.is_empty() || text.chars().count() > SOUGHT_MAX {
        return (Vec::new(), String::new());
    }
    let mut customers = Vec::new();
    if let Ok(id) = CustomerId::new(text)
        && let Some(Ok(Some(one))) = soon(visit.inner.messenger.customer(&id)).await
    {
        customers.push(one);
    }
    let most = u32::try_from(CUSTOMERS_FOUND).unwrap_or(u32::MAX);
    let note = match visit.ports().search() {
        None => t.names_not_searched().to_owned(),
        Some(search) => match search.search(text, most + 1).await {
            Err(_) => t.names_not_searched_now().to_owned(),
            Ok(found) => {
                let are_more = found.len() > CUSTOMERS_FOUND;
                let ids: Vec<_> = customers.iter().map(|one| one.id.clone()).collect();
                customers.extend(found.into_iter().filter(|one| !ids.contains(&one.id)));
                customers.truncate(CUSTOMERS_FOUND);
                if are_more {
                    t.too_many_hits(CUSTOMERS_FOUND as u64)
                } else if customers.is_empty() {
                    t.no_hit(text)
                } else {
                    String::new()
                }
            }
        },
    };
    (customers, note)
}
