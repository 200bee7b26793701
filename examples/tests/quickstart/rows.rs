//! Tables as people save them: rows that cannot be used, and those beside them.

use serde_json::json;

use crate::shop::Shop;

#[tokio::test]
async fn a_bad_row_is_told_with_its_line_and_the_rest_goes_on() {
    let shop = Shop::new();
    shop.invoices(
        "I-1,C-1,INV-1,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-2,C-1,INV-2,31/02/2026,560.50,2026-10-16,,INV-1.pdf\n\
         \n\
         I-3,C-1,INV-3,2026-10-01,1 5 60,2026-10-16,,INV-1.pdf\n\
         I-5,C-1,INV-5,2026-10-01,560.50,2026-10-16,INV-1.pdf\n\
         ,,,,,,,\n\
         I-6,C-1,\"INV\n6\",2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-7,C 1,INV-7,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-8,C-1,INV-8,2026-10-01,560.50,2026-10-16,2026-10-09,nowhere.pdf\n\
         I-9,C-1,INV-9,2026-10-01,560.50,2026-10-16,,nowhere.pdf\n\
         I-10,C-1,INV-10,2026-10-01,560.50,2026-10-16,,../data/INV-1.pdf\n\
         I-11,C-1,INV-11,2026-10-01,560.50,2026-10-16,,http://files.example/INV-11.pdf\n\
         I-12,C-1,INV-12,2026-10-01,560.50,2026-10-16,,page.pdf\n\
         I-13,C-9,INV-13,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-14,C-1,INV-14,2026-10-01,560.50,2026-10-16,,\n\
         I-15,C-1,INV-\u{7}15,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n",
    );
    shop.write("page.pdf", "<html>Sign in</html>");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    run.tells("12 rows were left out:");
    for line in [
        "invoices.csv line 3: date \"31/02/2026\" is not a date such as 2026-10-31",
        "invoices.csv line 5: amount \"1 5 60\" is not an amount such as 123456.00",
        "invoices.csv line 6: it has 7 cells where 8 are expected",
        "invoices.csv line 8: a quote (\") that is opened here takes up all to line 9",
        "invoices.csv line 9: a quote (\") stands inside a cell",
        "invoices.csv line 10: customer_id: a customer id has",
        "invoices.csv line 12: invoice INV-9: nowhere.pdf is missing",
        "invoices.csv line 13: invoice INV-10: ../data/INV-1.pdf is not in the data folder",
        "invoices.csv line 14: invoice INV-11: http://files.example/INV-11.pdf: ",
        "invoices.csv line 15: invoice INV-12: page.pdf is a web page",
        "invoices.csv line 17: invoice INV-14: it has no PDF",
        "invoices.csv line 18: number holds an invisible control character",
    ] {
        run.tells(line);
    }
    assert_eq!(run.all("status"), ["failed", "sent"]);
    assert!(run.all("message_key").iter().any(|key| key.starts_with("invoice:I-13!")));
    run.tells("There is no such customer.\n    C-9 (invoice INV-13)");
}

#[tokio::test]
async fn a_stray_quote_sends_nobodys_orders_to_another_customer() {
    let shop = Shop::new();
    let customer = |n| format!("C{n},Customer {n},+91987654320{n}\n");
    shop.customers(&(1..=6).map(customer).collect::<String>());
    shop.invoices("");
    shop.orders(
        "S1,C1,SO-1,2026-11-01,1 × Fan\n\
         S2,C2,SO-2,2026-11-01,\"12 inch pipe; 3 × tap\n\
         S3,C3,SO-3,2026-11-01,3 × Fan\n\
         S4,C4,SO-4,2026-11-01,\"4 × Panel, square; 1 × 2\"\" pipe\"\n\
         S5,C5,SO-5,2026-11-01,5 × 3\" pipe\n\
         S6,C6,SO-6,2026-11-01,\"6 × Fan\n6 × Bulb\"\n",
    );
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    assert_eq!(run.all("customer_id"), ["C1", "C3", "C4", "C6"]);
    assert_eq!(run.all("status"), ["sent"; 4]);
    for n in [1, 3, 4, 6] {
        let text = run.text(&format!("SO-{n}"));
        assert!(text.contains(&format!("{n} × ")) && !text.contains("SO-2"), "{text}");
    }
    assert!(run.text("SO-4").contains("4 × Panel, square\n1 × 2\" pipe"));
    assert!(run.text("SO-6").contains("6 × Fan\n6 × Bulb"));
    run.tells("2 rows were left out:");
    run.tells("orders.csv lines 3, 6: a quote (\") stands inside a cell");
}

#[tokio::test]
async fn a_quote_that_is_never_closed_costs_one_row_of_any_table() {
    let shop = Shop::new();
    shop.customers("C1,Asha,+919876543201\nC2,\"Bina,+919876543202\nC3,Chitra,+919876543203\n");
    let invoice = |n| format!("I{n},C{n},INV-{n},2026-10-01,560.50,2026-10-16,,INV-1.pdf\n");
    shop.invoices(&(1..=3).map(invoice).collect::<String>());
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    assert_eq!(run.all("customer_id"), ["C1", "C3"]);
    run.tells("customers.csv line 3: a quote (\") is opened and never closed");
    run.tells("for its sake not sent: invoice INV-2");
    run.tells("1 row was left out:");
}

#[tokio::test]
async fn a_stray_quote_in_the_header_ends_it_before_anything_is_made() {
    let shop = Shop::new();
    shop.write(
        "orders.csv",
        "id,customer_id,\"number,delivered_on,items\nO-1,C-1,SO-1,2026-10-05,x\n",
    );
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("orders.csv: line 1: it names the columns, but a quote");
    assert!(!shop.path("data/quickstart-out").exists());
}

#[tokio::test]
async fn a_customer_whose_row_was_left_out_is_one_cause_and_no_failure() {
    let shop = Shop::new();
    shop.customers("C-1,,+919876543210\n");
    shop.many_invoices(2);
    shop.orders("O-1,C-1,SO-1,2026-10-05,1 × Fan\n");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    assert!(run.report.is_empty(), "{run:#?}");
    run.tells("1 row was left out:");
    run.tells(
        "customers.csv line 2: name is empty; for its sake not sent: invoices INV-1, INV-2; order SO-1",
    );
    run.never_tells("no such customer");
    run.never_tells("failure notice");
}

#[tokio::test]
async fn one_reason_is_told_once_with_all_whom_it_concerns() {
    let shop = Shop::new();
    let customers = |n| format!("C-{n},Customer {n},\n");
    shop.customers(&(1..=12).map(customers).collect::<String>());
    let invoice = |n| format!("I-{n},C-{n},INV-{n},2026-10-01,560.50,2026-10-16,,INV-1.pdf\n");
    shop.invoices(&(1..=12).map(invoice).collect::<String>());
    shop.orders("O-1,C-1,SO-1,soon,x\nO-2,C-1,SO-2,later,x\nO-3,C-1,SO-3,,\n");
    let run = shop.run(&[]).await;
    assert_eq!(run.told.matches("The customer has no WhatsApp number.").count(), 1, "{run:#?}");
    run.tells("    Customer 1 (invoice INV-1)");
    run.tells("    … and 2 more.");
    run.tells("orders.csv lines 2, 3: delivered_on \"soon\", \"later\" is not a date");
}

#[tokio::test]
async fn what_was_sent_under_another_id_is_left_out_and_told() {
    let shop = Shop::new();
    shop.customers("C-1,Asha,+919876543210\nC-2,Bina,\n");
    let invoice = |id, customer, number| {
        format!("{id},{customer},{number},2026-10-01,560.50,2026-10-16,,INV-1.pdf\n")
    };
    shop.invoices(&(invoice("1", "C-1", "INV-7") + &invoice("2", "C-2", "INV-8")));
    shop.orders("1,C-1,SO-1,2026-10-05,1 × Fan\n");
    let first = shop.run(&[]).await;
    assert_eq!(first.all("status"), ["failed", "sent", "sent"], "{first:#?}");

    // This is a new export, whose ids are the numbers of its rows. Bina's number is there now, and
    // the rest of Asha's order was delivered.
    shop.customers("C-1,Asha,+919876543210\nC-2,Bina,+919876543211\n");
    let rows = [("11", "C-1", "INV-7"), ("12", "C-2", "INV-8"), ("13", "C-2", "INV-9")];
    shop.invoices(&rows.map(|(id, customer, number)| invoice(id, customer, number)).concat());
    shop.orders("1,C-1,SO-1,2026-10-05,1 × Fan\n2,C-1,SO-1,2026-10-06,2 × Fan\n");
    let second = shop.run(&[]).await;
    assert_eq!(second.code, Some(3), "{second:#?}");
    second.tells("1 row was left out:");
    second.tells(
        "invoices.csv line 2: invoice INV-7: a message about invoice INV-7 was made for this customer \
         before, for the row with the id 1: a row is known by its id, so keep it; if this is another \
         invoice, give it a number of its own",
    );
    let sent = second.report.iter().filter(|row| row["status"] == "sent");
    let mut keys: Vec<_> = sent.map(|row| row["message_key"].as_str().unwrap()).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        ["invoice:1", "invoice:12", "invoice:13", "stock_delivered:1", "stock_delivered:2"]
    );

    // An order that was sent is known under another id as well, once its own row is gone.
    shop.orders("8,C-1,SO-1,2026-10-05,1 × Fan\n");
    let third = shop.run(&[]).await;
    third.tells("orders.csv line 2: order SO-1: a message about order SO-1 was made");
    assert_eq!(third.report.len(), second.report.len());
}

#[tokio::test]
async fn the_report_has_every_row_that_was_left_out_also_where_the_summary_is_cut() {
    let shop = Shop::new();
    let invoice = |n| format!("I-{n},C-1,INV-{n},2026-10-01,560.50,2026-10-16,,none-{n}.pdf\n");
    shop.invoices(&(1..=35).map(invoice).collect::<String>());
    let run = shop.run(&[]).await;
    run.tells("35 rows were left out:");
    run.tells(
        "… and 5 more.\nThe report has each of these rows with its line and its reason (left_out).",
    );
    assert_eq!(run.left_out.len(), 35);
    for (n, row) in run.left_out.iter().enumerate() {
        let n = n + 1;
        assert_eq!((&row["file"], &row["line"]), (&json!("invoices.csv"), &json!(n + 1)));
        assert_eq!(row["reason"], format!("none-{n}.pdf is missing"));
        assert_eq!(row["about"], json!([format!("invoice INV-{n}")]));
    }

    shop.many_invoices(1);
    let order = |n| format!("O-{n},C-1,SO-{n},soon,x\n");
    shop.orders(&(1..=12).map(order).collect::<String>());
    let run = shop.run(&[]).await;
    run.tells("orders.csv lines 2, 3, 4, 5, 6, 7, 8, 9 and 4 more: delivered_on \"soon\"");
    run.tells("The report has each of these rows");
    let lines: Vec<_> = run.left_out.iter().map(|row| row["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, (2..=13).collect::<Vec<_>>());
    let reason = run.left_out[11]["reason"].as_str().unwrap();
    assert!(reason.starts_with("delivered_on \"soon\" is not a date"), "{reason}");

    // Rows that are told in full need no second place, and are in the report all the same.
    shop.orders("O-1,C-1,SO-1,soon,x\n");
    let run = shop.run(&[]).await;
    run.never_tells("The report has each of these rows");
    assert_eq!(run.left_out.len(), 1);
}

#[tokio::test]
async fn one_invoice_number_with_two_amounts_is_one_error_and_neither_is_sent() {
    let shop = Shop::new();
    shop.customers("C-1,Asha,+919876543210\nC-2,Bina,+919876543211\nC-2,Bina,+919876543212\n");
    shop.invoices(
        "I-1,C-1,INV-1,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-2,C-1,INV-1,2026-10-01,650.50,2026-10-16,,INV-1.pdf\n\
         I-3,C-1,INV-3,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-3,C-1,INV-3,2026-10-01,\"560.50\",2026-10-16,,INV-1.pdf\n\
         I-4,C-1,INV-3,2026-10-01,560.5,2026-10-16,,INV-1.pdf\n\
         I-5,C-1,INV-5,2026-10-01,560.50,2026-10-16,2026-10-09,INV-1.pdf\n\
         I-6,C-1,INV-5,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-7,C-1,INV-7,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-7,C-1,INV-8,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-9,C-2,INV-9,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n",
    );
    shop.orders(
        "O-1,C-1,SO-1,2026-10-05,1 × Fan\n\
         O-2,C-1,SO-1,2026-10-06,2 × Fan\n\
         O-3,C-1,SO-3,2026-10-05,1 × Fan\n\
         O-4,C-3,SO-3,2026-10-05,1 × Fan\n",
    );
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    let sent = ["invoice:I-3", "stock_delivered:O-1", "stock_delivered:O-2"];
    assert_eq!(run.all("message_key"), sent);
    for line in [
        "customers.csv lines 3, 4: id \"C-2\" stands in 2 rows with another whatsapp_number: none",
        "for its sake not sent: invoice INV-9",
        "invoices.csv lines 2, 3: invoices INV-1, INV-1: number \"INV-1\" stands in 2 rows with \
         another amount: none of them is used",
        "invoices.csv lines 7, 8: invoices INV-5, INV-5: number \"INV-5\" stands in 2 rows with \
         another paid_on",
        "invoices.csv lines 9, 10: invoices INV-7, INV-8: id \"I-7\" stands in 2 rows with another number",
        "orders.csv lines 4, 5: orders SO-3, SO-3: number \"SO-3\" stands in 2 rows with another \
         customer_id",
        "invoices.csv: lines 5, 6 repeat earlier ones",
    ] {
        run.tells(line);
    }
}

#[tokio::test]
async fn a_missing_table_or_column_ends_it_before_anything_is_made() {
    let shop = Shop::new();
    shop.write("orders.csv", "id,customer,number,items\n");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("orders.csv has no column customer_id, delivered_on");
    std::fs::remove_file(shop.path("data/orders.csv")).unwrap();
    std::fs::remove_file(shop.path("data/invoices.csv")).unwrap();
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("data has neither invoices.csv nor orders.csv");
    shop.write("orders.xlsx", "PK");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("data has no orders.csv, but orders.xlsx: save it as \"CSV UTF-8\"");
    shop.write("Orders.csv", b"PK\x03\x04");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("Orders.csv: it is an Excel workbook");
    std::fs::remove_file(shop.path("data/customers.csv")).unwrap();
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("data has no customers.csv");
    assert!(!shop.path("data/quickstart-out").exists());
    assert!(!shop.path("quickstart-out").exists());
}

#[tokio::test]
async fn one_of_the_tables_may_be_missing() {
    let shop = Shop::new();
    std::fs::remove_file(shop.path("data/orders.csv")).unwrap();
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert_eq!(run.message()["status"], "sent");
    run.tells("There is no orders.csv: no delivery is announced");
}
