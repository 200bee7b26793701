//! Tables as the spreadsheets of the world save them: unambiguous cells are read, and the program
//! says how it read them.

use crate::shop::{Run, Shop};

/// Writes a table of invoices with these cells, one row each.
fn invoices(shop: &Shop, rows: &[[&str; 4]]) {
    let row = |(n, [date, amount, due, paid]): (usize, &[&str; 4])| {
        let n = n + 10; // No text holds the number in its link.
        format!("I-{n},C-1,INV-{n},{date},\"{amount}\",{due},{paid},INV-1.pdf\n")
    };
    shop.invoices(&rows.iter().enumerate().map(row).collect::<String>());
}

async fn read(rows: &[[&str; 4]]) -> Run {
    let shop = Shop::new();
    invoices(&shop, rows);
    shop.run(&[]).await
}

#[tokio::test]
async fn every_form_of_the_same_table_is_read() {
    let commas = "ID,Name,WhatsApp Number\r\nC-1,\"Mehta, Shah (शाह)\",+919876543210\r\n";
    let utf_16 = |text: &str| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let tables: [(&str, Vec<u8>); 9] = [
        ("UTF-8 with its mark", format!("\u{feff}{commas}").into()),
        (
            "semicolons",
            commas
                .replace("ID,", "ID;")
                .replace("e,W", "e;W")
                .replace("1,\"", "1;\"")
                .replace("\",", "\";")
                .into(),
        ),
        ("tabs", "Customer ID\tNAME\tmobile\nC-1\tMehta, Shah (शाह)\t+919876543210\n".into()),
        ("sep=", format!("sep=,\r\n{commas}").into()),
        ("UTF-16", utf_16(commas)),
        (
            "UTF-16 with tabs",
            utf_16("id\tname\twhatsapp_number\r\nC-1\t\"Mehta, Shah (शाह)\"\t+919876543210\r\n"),
        ),
        (
            "trailing commas",
            "id,name,whatsapp_number,,\nC-1,\"Mehta, Shah (शाह)\",+919876543210,,\n,,,,\n".into(),
        ),
        (
            "more columns",
            "Notes,whatsapp_number,name,id\n\"a\nb\",+919876543210,\"Mehta, Shah (शाह)\",C-1\n"
                .into(),
        ),
        ("CR", commas.replace("\r\n", "\r").into()),
    ];
    for (what, table) in tables {
        let shop = Shop::new();
        shop.write("customers.csv", table);
        let run = shop.run(&[]).await;
        assert_eq!(run.code, Some(0), "{what}: {run:#?}");
        assert_eq!(run.message()["customer_name"], "Mehta, Shah (शाह)", "{what}");
        assert_eq!(run.message()["status"], "sent", "{what}");
    }
}

#[tokio::test]
async fn an_encoding_is_told_or_the_row_is_refused() {
    let shop = Shop::new();
    shop.write("customers.csv", b"id,name,whatsapp_number\nC-1,Caf\xe9 Noor,+919876543210\n");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert_eq!(run.message()["customer_name"], "Café Noor");
    run.tells(
        "customers.csv: it is not UTF-8, and was read as Windows-1252, such as \"Café Noor\"",
    );

    let shop = Shop::new();
    shop.write(
        "customers.csv",
        b"id,name,whatsapp_number\nC-1,\xd8\xe0\xf0\xec\xe0,+919876543210\n",
    );
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    assert!(run.report.is_empty());
    run.tells("customers.csv line 2: name holds bytes of an unknown encoding: save the file as \"CSV UTF-8\"");
}

#[tokio::test]
async fn columns_that_go_by_another_name_are_said() {
    let shop = Shop::new();
    shop.write("customers.csv", "Code,Party Name,Mobile No.\nC-1,Asha,+919876543210\n");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    run.tells("customers.csv: the column \"Mobile No.\" was taken for whatsapp_number");
    shop.write("customers.csv", "id,name,mobile,phone\nC-1,Asha,+919876543210,\n");
    let run = shop.run(&[]).await;
    assert_eq!(run.code, Some(2), "{run:#?}");
    run.complains("the columns \"mobile\" and \"phone\" may both be whatsapp_number");
}

#[tokio::test]
async fn the_dates_and_amounts_of_an_indian_export_are_read() {
    let run = read(&[
        ["27/01/2026", "1,23,456.00", "11/02/2026", ""],
        ["05/01/2026", "₹ 1,560", "06/01/2026", ""],
    ])
    .await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    let text = run.text("INV-10");
    assert!(text.contains("₹1,23,456.00") && text.contains("11 Feb 2026"), "{text}");
    let text = run.text("INV-11");
    assert!(text.contains("₹1,560.00") && text.contains("6 Jan 2026"), "{text}");
    run.tells(
        "invoices.csv: date is read day first, as line 2 shows: 05/01/2026 is 5 January 2026",
    );
    run.tells(
        "invoices.csv: due_date is read day first, as line 2 shows: 11/02/2026 is 11 February 2026",
    );
    run.tells("amount is read with a point before the decimals, as line 2 shows: ₹ 1,560 is 1560");
}

#[tokio::test]
async fn a_column_shows_how_it_is_read_and_else_the_language_does() {
    for (rows, amount, due, note) in [
        // The column shows the month first.
        (
            [["1/27/2026", "560", "2/3/2026", ""], ["1/5/2026", "560", "2/27/2026", ""]],
            "₹560.00",
            "3 Feb 2026",
            "due_date is read month first, as line 3 shows",
        ),
        // No cell shows it.
        (
            [["01/02/2026", "560", "02/03/2026", ""], ["01/02/2026", "560", "02/03/2026", ""]],
            "₹560.00",
            "2 Mar 2026",
            "due_date is read day first, as is usual in the language of the settings",
        ),
        // European amounts.
        (
            [
                ["2026-01-05", "1.234", "27.01.2026", ""],
                ["2026-01-05", "1.234,56", "27-Jan-26", ""],
            ],
            "₹1,234.00",
            "27 Jan 2026",
            "amount is read with a comma before the decimals, as line 3 shows: 1.234 is 1234",
        ),
    ] {
        let run = read(&rows).await;
        assert_eq!(run.code, Some(0), "{run:#?}");
        let text = run.text("INV-10");
        assert!(text.contains(amount) && text.contains(due), "{text}");
        run.tells(note);
    }
}

#[tokio::test]
async fn a_column_that_shows_both_is_read_only_where_it_is_clear() {
    let run = read(&[
        ["27/01/2026", "1.234,56", "2026-02-11", ""],
        ["01/27/2026", "1,234.56", "2026-02-11", ""],
        ["05/01/2026", "560", "2026-02-11", ""],
        ["2026-01-05", "1,560", "2026-02-11", ""],
    ])
    .await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    assert_eq!(run.all("message_key"), ["invoice:I-11"]);
    run.tells(
        "line 2: amount \"1.234,56\" writes its decimals otherwise than other amounts of its column",
    );
    run.tells(
        "line 4: date \"05/01/2026\" may be read in two ways, and its column shows neither or both",
    );
    run.tells("line 5: amount \"1,560\" may be read in two ways");
}

#[tokio::test]
async fn an_amount_is_written_as_its_column_is_or_left_out() {
    for (amounts, sent, told) in [
        (
            &["1,250.00", "560.50", "12,50", "1.250,00"][..],
            &["invoice:I-10", "invoice:I-11"][..],
            "lines 4, 5: amount \"12,50\", \"1.250,00\" writes its decimals otherwise than other \
             amounts of its column",
        ),
        (
            &["1.250,00", "560,50", "12.50"],
            &["invoice:I-10", "invoice:I-11"],
            "line 4: amount \"12.50\" writes its decimals otherwise",
        ),
        // There are two of each: the amounts are read as is usual in the language of the settings.
        (&["560.50", "560,50"], &["invoice:I-10"], "line 3: amount \"560,50\" writes its decimals"),
        // The column's own way, which is not the usual one, is told.
        (
            &["1250", "12,50"],
            &["invoice:I-10", "invoice:I-11"],
            "amount is read with a comma before the decimals, as line 3 shows: 12,50 is 12.50",
        ),
    ] {
        let rows: Vec<_> =
            amounts.iter().map(|amount| ["2026-01-05", *amount, "2026-02-11", ""]).collect();
        let run = read(&rows).await;
        assert_eq!(run.all("message_key"), sent, "{amounts:?}");
        assert_eq!(run.code, Some(if sent.len() == amounts.len() { 0 } else { 3 }), "{run:#?}");
        run.tells(told);
    }
}

#[tokio::test]
async fn a_row_with_its_dates_in_another_order_than_its_column_is_left_out() {
    let run = read(&[
        ["27/01/2026", "560", "27/02/2026", ""],
        ["01/27/2026", "560", "02/11/2026", ""],
        ["28/01/2026", "560", "11/02/2026", ""],
    ])
    .await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    assert_eq!(run.all("message_key"), ["invoice:I-10", "invoice:I-12"]);
    run.tells(
        "line 3: due_date \"02/11/2026\" may be read in two ways, and another date of its row is \
         not written as its column is",
    );
}

#[tokio::test]
async fn what_a_spreadsheet_spoilt_is_said_by_name() {
    let run = read(&[
        ["46049", "560", "2026-02-11", ""],
        ["########", "560", "2026-02-11", ""],
        ["2026-01-05", "1.23456E+05", "2026-02-11", ""],
        ["2026-01-05", "(560.00)", "2026-02-11", ""],
        ["2026-01-05", "$5", "2026-02-11", ""],
    ])
    .await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    assert!(run.report.is_empty());
    for line in [
        "date \"46049\" is a spreadsheet's number for a date",
        "date \"########\" was saved from a column that was too narrow",
        "amount \"1.23456E+05\" was shortened by a spreadsheet",
        "amount \"(560.00)\" has a sign",
        "amount \"$5\" is not an amount",
    ] {
        run.tells(line);
    }
}
