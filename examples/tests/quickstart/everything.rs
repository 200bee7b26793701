//! One folder with everything that was found in other people's data: nothing wrong is sent, nothing
//! is left out in silence, and the exit code tells.

use std::collections::BTreeSet;

use whatsapp_testkit::gateway::StandInGateway;

use crate::shop::Shop;

/// A table with semicolons, in UTF-16, with other names for its columns; the test says what is told
/// of its rows.
const CUSTOMERS: &str = "sep=;\r\n\
    ID;Name;WhatsApp Number;;\r\n\
    C1;Asha;+919876543201;;\r\n\
    C2;Bina;+919876543202;;\r\n\
    C3;Chitra \"C\" Stores;+919876543203;;\r\n\
    C4;;+919876543204;;\r\n\
    C5;Dev;+91 98450-12346;;\r\n\
    C6;Esha;;;\r\n\
    C7;Farah;;;\r\n\
    C8;\"Gita; Sons\";+919876543208;;\r\n\
    C9;Hari;+919876543209;;\r\n\
    C9;Hari;+919876543219;;\r\n";

/// Lines 2 to 15; the test says what is right of each.
const INVOICES: &str = "id,customer_id,number,date,amount,due_date,paid_on,pdf\n\
    I1,C1,INV-1,27/01/2026,\"1,23,456.00\",11/02/2026,,INV-1.pdf\n\
    I2,C2,INV-2,05/01/2026,\"1,560\",06/02/2026,,INV-1.pdf\n\
    I3,C3,INV-3,05/01/2026,560.50,06/02/2026,,INV-1.pdf\n\
    I4,C4,INV-4,05/01/2026,560.50,06/02/2026,,INV-1.pdf\n\
    I5,C5,INV-5,05/01/2026,560.50,06/02/2026,,INV-1.pdf\n\
    I6,C6,INV-6,05/01/2026,560.50,06/02/2026,,INV-1.pdf\n\
    I7,C7,INV-7,05/01/2026,560.50,06/02/2026,,INV-1.pdf\n\
    I8,C8,INV-8,05/01/2026,560.50,06/02/2026,,INV-1.pdf\n\
    I9,C8,INV-8,05/01/2026,650.50,06/02/2026,,INV-1.pdf\n\
    I10,C1,INV-10,05/01/2026,560.50,06/02/2026,,INV-1.pdf\n\
    I10,C1,INV-10,05/01/2026,560.50,06/02/2026,,INV-1.pdf\n\
    I11,C99,INV-11,05/01/2026,560.50,06/02/2026,,INV-1.pdf\n\
    I12,C9,INV-12,05/01/2026,560.50,06/02/2026,,INV-1.pdf\n\
    I13,C1,INV-13,05/01/2026,560.50,06/02/2026,30/01/2026,INV-1.pdf\n";

const ORDERS: &str = "id,customer_id,number,delivered_on,items\n\
    S1,C1,SO-1,2026-11-01,1 × Fan\n\
    S2,C2,SO-2,2026-11-01,\"12 inch pipe; 3 × tap\n\
    S8,C8,SO-8,2026-11-01,\"8 × Fan, white\"\n\
    S9,C2,SO-9,2026-11-01,9 × tap\"\n";

#[tokio::test]
async fn a_folder_with_everything_in_it_sends_nothing_wrong_and_hides_nothing() {
    let gateway = StandInGateway::start().await.unwrap();
    let shop = Shop::new();
    let utf_16 = "\u{feff}".encode_utf16().chain(CUSTOMERS.encode_utf16());
    shop.write("customers.csv", utf_16.flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    shop.write("invoices.csv", INVOICES);
    shop.write("orders.csv", ORDERS);
    let url = gateway.url();
    let arguments = ["--gateway", &url, "--api-key", gateway.key()];

    for again in [false, true] {
        let run = shop.run(&arguments).await;
        assert_eq!(run.code, Some(3), "{run:#?}");

        // These messages were sent, and nothing else.
        let sent: BTreeSet<(String, String)> = gateway
            .accepted()
            .iter()
            .map(|got| {
                let mut words = got.text.split_whitespace();
                let about = words.find(|word| word.starts_with("INV-") || word.contains("SO-"));
                let about = about.unwrap().trim_matches(|c: char| !c.is_alphanumeric());
                (got.number.trim_start_matches('+').to_owned(), about.to_owned())
            })
            .collect();
        let right = [
            ("919876543201", "INV-1"),
            ("919876543201", "INV-10"),
            ("919876543201", "SO-1"),
            ("919876543202", "INV-2"),
            ("919876543208", "SO-8"),
        ];
        let right = right.map(|(to, about)| (to.to_owned(), about.to_owned()));
        assert_eq!(sent, BTreeSet::from(right));
        assert_eq!(gateway.accepted().len(), 5);
        assert!(run.text("invoice INV-2 dated 05 Jan 2026").contains("₹1,560.00"));
        assert!(run.text("SO-8").contains("8 × Fan, white"));

        // Messages that were not sent are told, each cause once.
        for line in [
            "customers.csv line 5: a quote (\") stands inside a cell",
            "for its sake not sent: invoice INV-3",
            "customers.csv line 6: name is empty; for its sake not sent: invoice INV-4",
            "Dev: +91 98450-12346, did you mean +919845012346? (invoice INV-5)",
            "    Esha (invoice INV-6)\n    Farah (invoice INV-7)\n",
            "invoices.csv lines 9, 10: invoices INV-8, INV-8: number \"INV-8\" stands in 2 rows with \
             another amount",
            "There is no such customer.\n    C99 (invoice INV-11)",
            "customers.csv lines 11, 12: id \"C9\" stands in 2 rows with another whatsapp_number",
            "for its sake not sent: invoice INV-12",
            "orders.csv lines 3, 5: a quote (\")",
            "invoices.csv: line 12 repeats earlier ones",
            "date is read day first, as line 2 shows: 05/01/2026 is 5 January 2026",
        ] {
            run.tells(line);
        }
        run.tells("8 rows were left out:");
        run.tells("Not sent: 4 messages.");
        run.tells(if again { "Nothing new: 9 messages" } else { "9 messages were enqueued." });
    }
}
