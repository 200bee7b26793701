use chrono::TimeDelta;
use whatsapp_core::format::Amount;
use whatsapp_core::message::MessageType;
use whatsapp_core::port::Due;
use whatsapp_core::{CustomerId, InvoiceId};
use whatsapp_testkit::{ManualClock, Scene};

#[tokio::test]
async fn reminders_end_once_the_invoice_is_paid() {
    let (invoice, asha) = (InvoiceId::new("81").unwrap(), CustomerId::new("C-1").unwrap());
    let (date, due) = ("2026-11-24".parse().unwrap(), "2026-12-09".parse().unwrap());
    let amount = Amount::rupees("15000").unwrap();
    let scene = Scene::new()
        .clock(ManualClock::starting_at("2026-11-25T05:00:00Z".parse().unwrap()))
        .customer("C-1", "Asha Traders", "+919876543210")
        .invoice(Due::new(invoice.clone(), asha, "INV-2026-0042", date, due, amount))
        .start()
        .await;

    scene.run_until("2026-11-28T05:00:00Z".parse().unwrap()).await;
    let reminders = scene.sent().await.of_type(MessageType::PAYMENT_REMINDER);
    let first = reminders.to("C-1").about("INV-2026-0042").once();
    assert_eq!(first.at.to_rfc3339(), "2026-11-27T03:30:00+00:00", "9:00 in India, on day 3");

    scene.invoices().pay(invoice);
    scene.pass(TimeDelta::days(30)).await;
    scene.sent().await.about("INV-2026-0042").once();
}
