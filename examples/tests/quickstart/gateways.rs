//! The messages of each gateway, and what later runs do with those of earlier runs.

use serde_json::json;
use whatsapp_store_sqlx::SqliteStore;
use whatsapp_testkit::fixtures::{START, save_settings};
use whatsapp_testkit::gateway::{Answer, Fault, StandInGateway};

use crate::shop::{PDF, Shop};

/// Returns the arguments for a gateway that takes this key.
fn to<'a>(url: &'a str, key: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["--gateway", url, "--api-key", key], more].concat()
}

#[tokio::test]
async fn the_sample_data_goes_to_no_other_gateway_than_the_stand_in() {
    let gateway = StandInGateway::start().await.unwrap();
    let url = gateway.url();
    let shop = Shop::new();
    let arguments = to(&url, gateway.key(), &[]);
    let run = shop.run_over(None, &arguments).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("they go to the stand-in gateway alone");

    // A copy counts as the sample as well, whatever became of it.
    let samples = include_str!("../../data/customers.csv");
    shop.write("customers.csv", samples.replace("name,whatsapp_number", "Name,Mobile"));
    let run = shop.run(&arguments).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    assert!(gateway.posts().is_empty());
    assert!(!shop.path("quickstart-out").exists() && !shop.path("data/quickstart-out").exists());
}

#[tokio::test]
async fn every_data_folder_has_a_database_of_its_own() {
    let gateway = StandInGateway::start().await.unwrap();
    let url = gateway.url();
    let shop = Shop::new();
    // Messages that one folder has under way are not sent from another.
    let refused = shop.run(&to(&url, "wrong-key-123", &[])).await;
    assert_eq!(refused.code, Some(1), "{refused:#?}");
    assert_eq!(refused.message()["status"], "pending");
    let posts = gateway.posts().len();

    std::fs::create_dir(shop.path("other")).unwrap();
    std::fs::write(shop.path("other/customers.csv"), "id,name,whatsapp_number\n").unwrap();
    let orders = "id,customer_id,number,delivered_on,items\n";
    std::fs::write(shop.path("other/orders.csv"), orders).unwrap();
    let other = shop.run_over(Some("other"), &to(&url, gateway.key(), &[])).await;
    assert_eq!(other.code, Some(0), "{other:#?}");
    assert!(other.report.is_empty());
    assert_eq!(gateway.posts().len(), posts);
    // The folders of the databases are kept out of version control.
    for folder in ["data", "other"] {
        let ignored = shop.path(folder).join("quickstart-out/.gitignore");
        assert_eq!(std::fs::read_to_string(ignored).unwrap(), "*\n");
    }
}

#[tokio::test]
async fn what_the_stand_in_took_is_still_to_be_sent_in_earnest() {
    let gateway = StandInGateway::start().await.unwrap();
    let url = gateway.url();
    let shop = Shop::new();
    let rehearsal = shop.run(&[]).await;
    rehearsal.tells("A rehearsal: the stand-in gateway took the messages, and nobody gets them.");
    let run = shop.run(&to(&url, gateway.key(), &[])).await;
    run.tells("1 message was enqueued.");
    run.never_tells("rehearsal:");
    assert_eq!(gateway.accepted().len(), 1);

    // With one database for both gateways, the second is refused.
    for (first, second) in [
        (vec!["--database", "one.sqlite"], to(&url, gateway.key(), &["--database", "one.sqlite"])),
        (to(&url, gateway.key(), &["--database", "two.sqlite"]), vec!["--database", "two.sqlite"]),
    ] {
        let (shop, before) = (Shop::new(), gateway.accepted().len());
        assert_eq!(shop.run(&first).await.code, Some(0));
        let after = gateway.accepted().len();
        let refused = shop.run(&second).await;
        assert_eq!(refused.code, Some(2), "{before} {refused:#?}");
        refused.complains("holds 1 message for");
        refused.complains("give another --database");
        if second.len() > 2 {
            let forced = shop.run(&[second.as_slice(), &["--change-gateway"]].concat()).await;
            assert_eq!(forced.code, Some(2), "{forced:#?}");
        }
        assert_eq!(gateway.accepted().len(), after);
    }
}

#[tokio::test]
async fn messages_for_one_gateway_go_to_another_only_when_asked() {
    let one = StandInGateway::start().await.unwrap();
    let other = StandInGateway::start().await.unwrap();
    let shop = Shop::new();
    let (url, other_url) = (one.url(), other.url());
    let refused = shop.run(&to(&url, "wrong-key-123", &[])).await;
    assert_eq!(refused.code, Some(1), "{refused:#?}");

    let arguments = to(&other_url, other.key(), &[]);
    let run = shop.run(&arguments).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains(&format!("holds 1 message for {url}, 1 of them still to be sent"));
    run.complains(&format!("with --change-gateway they go to {other_url}"));
    assert!(other.posts().is_empty());
    // A refusal does not tie the database to the other gateway.
    let again = shop.run(&to(&url, "wrong-key-123", &[])).await;
    assert_eq!(again.code, Some(1), "{again:#?}");

    let run = shop.run(&to(&other_url, other.key(), &["--change-gateway"])).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert_eq!(other.accepted().len(), 1);
    assert_eq!(shop.run(&arguments).await.code, Some(0));
}

#[tokio::test]
async fn nothing_is_told_of_what_changed_after_it_was_sent() {
    let gateway = StandInGateway::start().await.unwrap();
    let url = gateway.url();
    let arguments = to(&url, gateway.key(), &[]);
    let shop = Shop::new();
    shop.orders("O-1,C-1,SO-1,2026-10-05,1 × Fan\n");
    let first = shop.run(&arguments).await;
    assert_eq!(first.all("status"), ["sent", "sent"], "{first:#?}");

    let database = shop.path("data/quickstart-out/quickstart.sqlite");
    let renamed = "C-1,Asha & Sons,+919876543210\n";
    for (customers, pdf, locale) in [
        (renamed, Some(PDF.to_vec()), "hi-IN"),
        ("C-1,Asha,\n", Some([PDF, b"\n"].concat()), "en-IN"),
        ("C-1,Asha,12345\n", None, "en-IN"),
        ("", None, "en-IN"),
    ] {
        shop.customers(customers);
        match pdf {
            Some(pdf) => shop.write("INV-1.pdf", pdf),
            None => drop(std::fs::remove_file(shop.path("data/INV-1.pdf"))),
        }
        let store = SqliteStore::open(&database).await.unwrap();
        save_settings(&store, &[("whatsapp_locale", locale)], START).await;
        store.close().await;
        let run = shop.run(&arguments).await;
        assert_eq!(run.code, Some(0), "{run:#?}");
        run.tells("Nothing new: 2 messages were enqueued before.");
        run.never_tells("left out");
        run.never_tells("Not sent");
        assert_eq!(run.report.len(), 2);
    }
    // The customer's row is told, but nothing waits for it.
    shop.customers("C-1,,+919876543210\n");
    let run = shop.run(&arguments).await;
    run.tells("customers.csv line 2: name is empty\n");
    assert_eq!(gateway.posts().len(), 2);
}

#[tokio::test]
async fn a_message_that_is_tried_again_is_told_with_its_reason() {
    let shop = Shop::new();
    let run = shop.run(&to("http://127.0.0.1:9", "key-for-nobody", &[])).await;
    run.tells("1 message waits for another attempt");
    run.tells("  1 message: The gateway could not be reached");
}

#[tokio::test]
async fn a_row_with_the_id_of_another_invoice_is_told() {
    let gateway = StandInGateway::start().await.unwrap();
    let url = gateway.url();
    let arguments = to(&url, gateway.key(), &[]);
    let shop = Shop::new();
    // The ids are the numbers of rows, in an export that begins with the newest invoice.
    shop.invoices("1,C-1,INV-1,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n");
    let first = shop.run(&arguments).await;
    assert_eq!(first.code, Some(0), "{first:#?}");
    shop.invoices("1,C-1,INV-2,2026-10-09,70.00,2026-10-24,,INV-1.pdf\n");
    let run = shop.run(&arguments).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    run.tells("invoices.csv line 2: invoice INV-2: its id is that of invoice INV-1, for which");
    assert_eq!(gateway.posts().len(), 1);
}

#[tokio::test]
async fn a_row_that_changed_before_it_was_sent_is_told() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.next(Fault::refuse(Answer::not_taken()));
    let url = gateway.url();
    let arguments = to(&url, gateway.key(), &[]);
    let shop = Shop::new();
    shop.run(&arguments).await;
    shop.invoices("I-1,C-1,INV-1,2026-10-01,650.50,2026-10-16,,INV-1.pdf\n");
    let run = shop.run(&arguments).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    run.tells(
        "invoice INV-1: it has changed since its message was made, which is still to be sent",
    );
}

#[tokio::test]
async fn suggestions_are_taken_when_asked_for() {
    let shop = Shop::new();
    shop.customers("C-1,Asha,098765 43210\nC-2,Bina,12345\nC-3,Chitra,+919876543212\n");
    let invoice = |n| format!("I-{n},C-{n},INV-{n},2026-10-01,560.50,2026-10-16,,INV-1.pdf\n");
    shop.invoices(&(1..=3).map(invoice).collect::<String>());
    let without = shop.run(&[]).await;
    assert_eq!(without.all("status"), ["failed", "failed", "sent"]);
    without.tells("Asha: 098765 43210, did you mean +919876543210? (invoice INV-1)");
    without.tells("--accept-suggestions takes the numbers that were probably meant");

    let with = shop.run(&["--accept-suggestions"]).await;
    assert_eq!(with.code, Some(3), "{with:#?}");
    with.tells("Asha: +919876543210 was taken for 098765 43210");
    with.never_tells("--accept-suggestions");
    let sent = with.report.iter().filter(|row| row["status"] == "sent");
    let numbers: Vec<_> = sent.map(|row| &row["whatsapp_number"]).collect();
    assert_eq!(numbers, [&json!("+919876543212"), &json!("+919876543210")]);
}

#[tokio::test]
async fn numbers_as_people_type_them_are_taken_or_said_what_they_are() {
    let shop = Shop::new();
    shop.customers(
        "C-1,A,+91 98450-12346\nC-2,B,0091 98450 12347\nC-3,C,\u{202a}+919845012348\u{202c}\n\
         C-4,D,+33 06 12 34 56 78\nC-5,E,\"=\"\"+919845012349\"\"\"\nC-6,F,९८४५०१२३५०\n\
         C-7,G,9.19877E+11\nC-8,H,022 2345 6789\nC-9,I,+919845012351 / +919845012352\n",
    );
    let invoice = |n| format!("I-{n},C-{n},INV-{n},2026-10-01,560.50,2026-10-16,,INV-1.pdf\n");
    shop.invoices(&(1..=9).map(invoice).collect::<String>());
    let run = shop.run(&["--accept-suggestions"]).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    let sent = run.report.iter().filter(|row| row["status"] == "sent");
    let mut numbers: Vec<_> = sent.map(|row| row["whatsapp_number"].as_str().unwrap()).collect();
    numbers.sort_unstable();
    let right = [
        "+33612345678",
        "+919845012346",
        "+919845012347",
        "+919845012348",
        "+919845012349",
        "+919845012350",
    ];
    assert_eq!(numbers, right);
    run.tells("A spreadsheet shortened the WhatsApp number");
    run.tells("This is a landline number");
    run.tells("There are two numbers in the field");
}

#[tokio::test]
async fn a_number_that_the_log_cuts_is_told_as_cut_and_by_what_it_was() {
    let shop = Shop::new();
    shop.customers(
        "C-1,Asha,9876500008 / 9876500009\n\
         C-2,Bina,98765 43210 98765 43211\n",
    );
    let invoice = |n| format!("I-{n},C-{n},INV-{n},2026-10-01,560.50,2026-10-16,,INV-1.pdf\n");
    shop.invoices(&(1..=2).map(invoice).collect::<String>());
    let run = shop.run(&["--accept-suggestions"]).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    assert_eq!(run.all("status"), ["failed", "failed"]);
    run.tells("There are two numbers in the field");
    run.tells("Asha: 9876500008 / 987650… (invoice INV-1)");
    run.tells("Bina: 98765 43210 98765 4… (invoice INV-2)");
    run.never_tells("No telephone has this number");
}

#[tokio::test]
async fn a_date_that_has_not_come_is_sent_and_told() {
    let shop = Shop::new();
    shop.invoices("I-1,C-1,INV-1,2198-10-01,560.50,2198-10-16,,INV-1.pdf\n");
    shop.orders("O-1,C-1,SO-1,2198-12-14,1 × Fan\nO-2,C-1,SO-2,2020-12-14,1 × Fan\n");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert_eq!(run.all("status"), ["sent"; 3]);
    run.tells("Look at invoice INV-1: The invoice is dated more than a year ahead.");
    run.tells("Look at order SO-1: The delivery is dated after the day");
}

#[tokio::test]
async fn what_is_odd_about_a_message_is_told_once() {
    let shop = Shop::new();
    shop.invoices("I-1,C-1,INV-1,2026-10-01,560.50,2026-09-16,,INV-1.pdf\n");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    run.tells("Look at invoice INV-1: ");
    shop.run(&[]).await.never_tells("Look at");
}

#[tokio::test]
async fn what_can_be_done_about_a_failure_is_true() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.always(Fault::refuse(Answer::Status(400)));
    let url = gateway.url();
    let shop = Shop::new();
    let run = shop.run(&to(&url, gateway.key(), &["--until-idle"])).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    assert_eq!(run.message()["status"], "failed");
    run.tells("1 message failed in the end at the gateway: no run sends again.");
    run.never_tells("customers.csv is corrected");
    // No run sends it again.
    let posts = gateway.posts().len();
    let again = shop.run(&to(&url, gateway.key(), &[])).await;
    assert_eq!(again.code, Some(3), "{again:#?}");
    assert_eq!(gateway.posts().len(), posts);
}

#[tokio::test]
async fn why_nothing_is_sent_stands_on_the_first_line() {
    let gateway = StandInGateway::start().await.unwrap();
    let url = gateway.url();
    let shop = Shop::new();
    shop.many_invoices(20);
    let run = shop.run(&to(&url, "wrong-key-123", &[])).await;
    assert_eq!(run.code, Some(1), "{run:#?}");
    let first = run.told.lines().next().unwrap();
    assert!(first.starts_with("Nothing is sent for now. "), "{first}");
}

#[tokio::test]
async fn what_failed_for_the_gateways_sake_is_sent_again_once_when_asked_for() {
    let gateway = StandInGateway::start().await.unwrap();
    gateway.always(Fault::refuse(Answer::Status(503)));
    let shop = Shop::new();
    let failed = shop.run_fast(&gateway).await;
    assert_eq!(failed.code, Some(3), "{failed:#?}");
    assert_eq!(failed.all("status"), ["failed"]);
    failed.tells("--resend-failed sends again; another run without it does not.");

    gateway.always(Fault::ordinary());
    let without = shop.run_fast(&gateway).await;
    assert_eq!(without.code, Some(3), "{without:#?}");
    assert!(gateway.accepted().is_empty());

    let with = shop.run_fast_with(&gateway, &["--resend-failed"]).await;
    assert_eq!(with.code, Some(0), "{with:#?}");
    with.tells("1 failed message was enqueued again.");
    assert_eq!(with.all("status"), ["failed", "sent"]);
    let again = shop.run_fast_with(&gateway, &["--resend-failed"]).await;
    assert_eq!(again.code, Some(0), "{again:#?}");
    again.tells("0 failed messages were enqueued again.");
    // Nothing is told of it either when its row changes.
    shop.customers("C-1,Asha Traders,\n");
    let changed = shop.run_fast(&gateway).await;
    assert_eq!(changed.code, Some(0), "{changed:#?}");
    assert_eq!(gateway.accepted().len(), 1);
}
