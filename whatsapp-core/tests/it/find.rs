//! Results of a search by a typed text.

use std::sync::Arc;

use chrono::TimeDelta;
use whatsapp_core::find::{CUSTOMERS_FOUND, Customers, FindError, Found, find};
use whatsapp_core::port::{Clock as _, Customer};
use whatsapp_core::{CustomerId, WhatsAppNumber};

use crate::shop::{ASHA, NUMBER, Shop};

fn with_search() -> Shop {
    let mut shop = Shop::new();
    shop.ports = shop.ports.clone().with_search(Arc::new(shop.customers.clone()));
    shop
}

async fn found(shop: &Shop, text: &str) -> Found {
    find(&shop.ports, text).await.unwrap()
}

/// The customers who were found, by their ids.
fn ids(customers: &Customers) -> Vec<&str> {
    customers.found.iter().map(|customer| customer.id.as_str()).collect()
}

const NOTHING: Found = Found::Nothing { no_directory: false };

#[tokio::test]
async fn a_message_is_found_by_its_id() {
    let shop = with_search();
    let id = shop.enqueued("SO-1").await;
    assert_eq!(found(&shop, &format!(" {id} ")).await, Found::Message(id));
    assert_eq!(found(&shop, "01890a5d-ac96-774b-bcce-b302099a8057").await, NOTHING);
}

#[tokio::test]
async fn messages_are_found_by_what_they_are_about() {
    let shop = with_search();
    shop.enqueued("SO-2026-0107").await;
    for typed in ["SO-2026-0107", "so-2026", " SO-2"] {
        assert_eq!(found(&shop, typed).await, Found::Subject(typed.trim().to_owned()));
    }
    for typed in ["2026-0107", "SO-2026-0108", "%", "S_-2026"] {
        assert_eq!(found(&shop, typed).await, NOTHING, "{typed}");
    }
}

#[tokio::test]
async fn customers_are_found_by_name_and_by_some_digits() {
    let shop = with_search();
    for typed in ["asha", "Trad", "12345"] {
        let Found::Customers(customers) = found(&shop, typed).await else { panic!("{typed}") };
        assert_eq!((ids(&customers), customers.are_more), (vec![ASHA], false), "{typed}");
    }
    assert_eq!(found(&shop, "Nobody").await, NOTHING);
    assert_eq!(found(&shop, "  ").await, NOTHING);
}

#[tokio::test]
async fn half_a_number_finds_customers_and_half_an_invoices_finds_its_messages() {
    let shop = with_search();
    shop.enqueued("INV-2026-0107").await;
    // One digit after another, until it is a number.
    for typed in ["981", "98123", "+91 98123", "(98123) 456", "98123 4567"] {
        let (Found::Customers(customers) | Found::Number { customers, .. }) =
            found(&shop, typed).await
        else {
            panic!("{typed}")
        };
        assert_eq!(ids(&customers), [ASHA], "{typed}");
    }
    assert_eq!(found(&shop, "98199").await, NOTHING);
    for typed in ["I", "inv", "INV-2026-01"] {
        assert_eq!(found(&shop, typed).await, Found::Subject(typed.to_owned()));
    }
}

#[tokio::test]
async fn what_people_paste_and_dial_is_found_as_it_is_meant() {
    let shop = with_search();
    shop.enqueued("INV-2026-0107").await;
    for typed in
        ["098123 4", "0 98123", "९८१२३ ४", "９８１２３", "\u{202d}98123\t45\u{202c}", "ÁSHA"]
    {
        let Found::Customers(customers) = found(&shop, typed).await else { panic!("{typed:?}") };
        assert_eq!(ids(&customers), [ASHA], "{typed:?}");
    }
    let typed = "ＩＮＶ－２０２６";
    assert_eq!(found(&shop, typed).await, Found::Subject("INV-2026".to_owned()));
    // A text is found as it was written.
    shop.enqueued("बिल ७").await;
    assert_eq!(found(&shop, " बिल ७").await, Found::Subject("बिल ७".to_owned()));
    for typed in ["asha\0", "INV\u{7}"] {
        assert_eq!(found(&shop, typed).await, NOTHING, "{typed:?}");
    }
}

#[tokio::test]
async fn of_many_customers_it_is_said_that_there_are_more() {
    let shop = with_search();
    for no in 0..=CUSTOMERS_FOUND {
        let id = CustomerId::new(format!("K-{no}")).unwrap();
        shop.customers.put(Customer::new(id, format!("Kumar {no}"), None));
    }
    let Found::Customers(customers) = found(&shop, "kumar").await else { panic!() };
    assert_eq!((customers.found.len(), customers.are_more), (CUSTOMERS_FOUND, true));
    shop.customers.remove(&CustomerId::new("K-0").unwrap());
    let Found::Customers(customers) = found(&shop, "kumar").await else { panic!() };
    assert_eq!((customers.found.len(), customers.are_more), (CUSTOMERS_FOUND, false));
}

#[tokio::test]
async fn a_number_finds_who_has_it_and_what_went_to_it() {
    let shop = with_search();
    let expected = |any, found: Vec<Customer>| {
        let mut customers = Customers::default();
        customers.found = found;
        Found::Number { number: WhatsAppNumber::parse(NUMBER).unwrap(), any, customers }
    };
    let asha = Customer::new(CustomerId::new(ASHA).unwrap(), "Asha Traders", Some(NUMBER));
    assert_eq!(found(&shop, NUMBER).await, expected(None, vec![asha.clone()]));

    let first = shop.enqueued("SO-1").await;
    shop.tick().await;
    shop.clock.advance(TimeDelta::days(1));
    let newest = shop.enqueued("SO-2").await;
    shop.tick().await;
    assert_ne!(first, newest);
    assert_eq!(found(&shop, NUMBER).await, expected(Some(newest), vec![asha.clone()]));
    #[cfg(feature = "suggest")]
    for typed in ["+91 98123 45670", "(98123) 45670", "098123-45670"] {
        let Found::Number { number, any, .. } = found(&shop, typed).await else {
            panic!("{typed}")
        };
        assert_eq!((number.as_str(), any), (NUMBER, Some(newest)), "{typed}");
    }

    // The earlier number leads to the messages that went to it.
    shop.customers.put(Customer::new(asha.id.clone(), "Asha Traders", Some("+919812345699")));
    assert_eq!(found(&shop, NUMBER).await, expected(Some(newest), Vec::new()));
    shop.clock.advance(TimeDelta::days(180));
    assert_eq!(found(&shop, NUMBER).await, expected(Some(newest), Vec::new()));
    shop.clock.advance(TimeDelta::seconds(1));
    assert_eq!(found(&shop, NUMBER).await, NOTHING);
}

#[tokio::test]
async fn an_invoice_whose_number_looks_like_a_telephones_is_found() {
    let shop = with_search();
    shop.enqueued("9812345677").await;
    assert_eq!(found(&shop, "9812345677").await, Found::Subject("9812345677".to_owned()));
}

#[tokio::test]
async fn without_a_search_of_the_hosts_the_rest_is_found() {
    let shop = Shop::new();
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    assert_eq!(found(&shop, "so-1").await, Found::Subject("so-1".to_owned()));
    let Found::Number { any, customers, .. } = found(&shop, NUMBER).await else { panic!() };
    assert_eq!((any, customers), (Some(id), Customers::default()));
    assert_eq!(found(&shop, "asha").await, Found::Nothing { no_directory: true });
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_an_error() {
    let shop = with_search();
    shop.customers.fail_next(1);
    let error = find(&shop.ports, "asha").await.unwrap_err();
    assert!(matches!(error, FindError::Directory(_)), "{error}");
    assert!(shop.clock.now() == shop.opened);
}
