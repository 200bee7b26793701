//! Tables as people save them.

use crate::shop::Shop;

#[tokio::test]
async fn a_bad_row_is_told_with_its_line_and_the_rest_goes_on() {
    let shop = Shop::new();
    shop.invoices(
        "I-1,C-1,INV-1,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-2,C-1,INV-2,01/10/2026,560.50,2026-10-16,,INV-1.pdf\n\
         \n\
         I-3,C-1,INV-3,2026-10-01,\"1,560.50\",2026-10-16,,INV-1.pdf\n\
         I-1,C-1,INV-4,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-5,C-1,INV-5,2026-10-01,560.50,2026-10-16,INV-1.pdf\n\
         ,,,,,,,\n\
         I-6,C-1,\"INV\n6\",2026-10-01,560.50,2026-10-16,,\n\
         I-7,C 1,INV-7,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n\
         I-8,C-1,INV-8,2026-10-01,560.50,2026-10-16,2026-10-09,nowhere.pdf\n\
         I-9,C-1,INV-9,2026-10-01,560.50,2026-10-16,,nowhere.pdf\n\
         I-10,C-1,INV-10,2026-10-01,560.50,2026-10-16,,../data/INV-1.pdf\n\
         I-11,C-1,INV-11,2026-10-01,560.50,2026-10-16,,http://files.example/INV-11.pdf\n\
         I-12,C-1,INV-12,2026-10-01,560.50,2026-10-16,,page.pdf\n\
         I-13,C-9,INV-13,2026-10-01,560.50,2026-10-16,,INV-1.pdf\n",
    );
    shop.write("page.pdf", "<html>Sign in</html>");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    run.tells("10 rows were left out:");
    for line in [
        "invoices.csv line 3: date \"01/10/2026\" is not a date such as 2026-10-31",
        "invoices.csv line 5: amount \"1,560.50\": an amount has digits",
        "invoices.csv line 6: line 2 has the same id",
        "invoices.csv line 7: it has 7 cells where 8 are expected",
        "invoices.csv line 9: invoice INV 6: it has no PDF",
        "invoices.csv line 11: customer_id: a customer id has",
        "invoices.csv line 13: invoice INV-9: nowhere.pdf is missing",
        "invoices.csv line 14: invoice INV-10: ../data/INV-1.pdf is not in the data folder",
        "invoices.csv line 15: invoice INV-11: http://files.example/INV-11.pdf: ",
        "invoices.csv line 16: invoice INV-12: page.pdf is a web page",
    ] {
        run.tells(line);
    }
    assert_eq!(run.all("status"), ["failed", "sent"]);
    assert!(run.all("message_key").iter().any(|key| key.starts_with("invoice:I-13!")));
    run.tells("There is no such customer.");
}

#[tokio::test]
async fn a_table_as_a_spreadsheet_saves_it_is_read() {
    let shop = Shop::new();
    shop.write(
        "customers.csv",
        "\u{feff}Notes,whatsapp_number,name,id\r\n,+919876543210,\"Mehta, Shah\",C-1\r\n\
         ,+919876543211,,C-2\r\n\r\n,+919876543212,Again,C-1\r\n",
    );
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert_eq!(run.message()["customer_name"], "Mehta, Shah");
    assert_eq!(run.message()["status"], "sent");
    run.tells("customers.csv line 3: name is empty");
    run.tells("customers.csv line 5: line 2 has the same id");
}

#[tokio::test]
async fn a_missing_table_or_column_ends_it_before_anything_is_made() {
    let shop = Shop::new();
    shop.write("orders.csv", "id,customer,number,items\n");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("orders.csv has no column customer_id, delivered_on");
    std::fs::remove_file(shop.path("data/orders.csv")).unwrap();
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("orders.csv cannot be read");
    assert!(!shop.path("quickstart-out").exists());
}
