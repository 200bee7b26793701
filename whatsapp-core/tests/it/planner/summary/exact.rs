//! Each step goes out once, and a customer gets one summary a day, whatever is due and on
//! whatever pages.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Invoices of a few customers: the customer, the day, and the standing: free, disputed
/// or promised.
fn invoices() -> impl Strategy<Value = Vec<(u8, i64, u8)>> {
    // More than a page of steps in some cases.
    prop_oneof![
        proptest::collection::vec((0_u8..4, 0_i64..9, 0_u8..12), 1..40),
        proptest::collection::vec((0_u8..4, 0_i64..2, 0_u8..40), 380..420),
    ]
}

/// Messages that were sent: the lists per customer and day, and the number of lists with
/// each invoice.
async fn lived(owed: &[(u8, i64, u8)]) -> (BTreeMap<(String, NaiveDate), usize>, Vec<String>) {
    let shop = summing().await;
    let start = date("2026-02-02");
    shop.shop.set("whatsapp_payment_reminder_days", "3");
    shop.shop.set("whatsapp_reminders_per_day", "20");
    for no in 0..4 {
        let id = CustomerId::new(format!("C-{no}")).unwrap();
        let number = format!("+9198765432{no}0");
        shop.shop.customers.put(Customer::new(id, format!("Customer {no}"), Some(&number)));
    }
    for (no, (who, day, standing)) in owed.iter().enumerate() {
        let day = (start + TimeDelta::days(*day)).to_string();
        let due = owed_by(&format!("C-{who}"), &format!("INV-{no}"), &day);
        shop.shop.invoices.owe(due.with_standing(match standing {
            0 => Standing::Disputed,
            1 => Standing::PromisedUntil(start + TimeDelta::days(7)),
            _ => Standing::Open,
        }));
    }
    // The disputes end meanwhile.
    shop.until("2026-02-09 12:00").await;
    for (no, (who, day, standing)) in owed.iter().enumerate() {
        if *standing == 0 {
            let day = (start + TimeDelta::days(*day)).to_string();
            shop.shop.invoices.owe(owed_by(&format!("C-{who}"), &format!("INV-{no}"), &day));
        }
    }
    shop.until("2026-03-10 12:00").await;
    let (mut summaries, mut told) = (BTreeMap::new(), Vec::new());
    let steps = shop.shop.store.steps_by(Sent, date("2026-12-31"), None, 1_000).await.unwrap();
    let mut messages: BTreeMap<MessageId, Vec<ReminderStep>> = BTreeMap::new();
    for step in steps {
        messages.entry(step.message_id.unwrap()).or_default().push(step);
    }
    for steps in messages.into_values() {
        let (customer, day) = (steps[0].customer.as_str().to_owned(), steps[0].day);
        assert!(steps.iter().all(|step| step.customer == steps[0].customer));
        *summaries.entry((customer, day)).or_default() += 1;
        told.extend(steps.into_iter().map(|step| step.subject));
    }
    assert_eq!(shop.shop.gateway.sent().len(), summaries.values().sum::<usize>());
    told.sort();
    (summaries, told)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn each_step_is_told_once_and_each_customer_once_a_day(owed in invoices()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (summaries, told) = runtime.block_on(lived(&owed));
        for ((customer, day), messages) in summaries {
            prop_assert_eq!(messages, 1, "{} on {}", customer, day);
        }
        let mut all: Vec<String> = (0..owed.len()).map(|no| format!("INV-{no}")).collect();
        all.sort();
        prop_assert_eq!(told, all);
    }
}
