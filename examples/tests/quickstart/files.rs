//! The PDFs: read, kept, fetched by the gateway, and gone in the end.

use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use whatsapp_core::port::{Clock as _, SystemClock};
use whatsapp_testkit::gateway::{Fetching, StandInGateway};

use crate::shop::{PDF, Shop};

/// Invoices and their PDFs: a plain name, one in a folder with a space, one in another script.
const FILES: [(&str, &str); 3] =
    [("INV-1", "INV-1.pdf"), ("INV-2", "pdf/INV 2.pdf"), ("INV-3", "चालान-3.pdf")];

/// Makes a PDF that is equal to no other.
fn pdf(invoice: &str) -> Vec<u8> {
    format!("%PDF-1.7\n% {invoice}\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n").into_bytes()
}

fn shop() -> Shop {
    let shop = Shop::new();
    std::fs::create_dir(shop.path("data/pdf")).unwrap();
    let rows = FILES.map(|(invoice, file)| {
        shop.write(file, pdf(invoice));
        format!("{invoice},C-1,{invoice},2026-10-01,560.50,2026-10-16,,{file}\n")
    });
    shop.invoices(&rows.concat());
    shop
}

/// Sets the clock of the next run ahead of now by this time.
fn later(shop: &Shop, by: TimeDelta) {
    let now = SystemClock::new().now();
    let reading = json!({ "shows": now + by, "at": now, "scale": 1 });
    let file = shop.path("data/quickstart-out/rehearsal.clock.json");
    std::fs::write(file, reading.to_string()).unwrap();
}

/// Returns every file in a folder and the folders below it.
fn all_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { all_below(&path) } else { vec![path] }).collect()
}

/// Returns the stand-in gateway's records of one kind.
fn recorded(shop: &Shop, event: &str) -> Vec<Value> {
    let record = shop.path("data/quickstart-out/rehearsal.gateway.jsonl");
    let record = std::fs::read_to_string(record).unwrap();
    let lines = record.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["event"] == event).collect()
}

#[tokio::test]
async fn every_pdf_is_fetched_as_it_is_under_its_name_and_is_gone_after_its_time() {
    let shop = shop();
    let run = shop.run(&[]).await;
    assert_eq!(run.all("status"), ["sent"; 3], "{run:#?}");
    run.tells("The gateway fetched 3 PDFs.");

    let (accepted, fetched) = (recorded(&shop, "accepted"), recorded(&shop, "fetched"));
    assert_eq!((accepted.len(), fetched.len()), (3, 3));
    for (invoice, file) in FILES {
        let name = Path::new(file).file_name().unwrap().to_str().unwrap();
        let message = accepted.iter().find(|it| it["text"].as_str().unwrap().contains(invoice));
        let message = message.unwrap();
        let got = fetched.iter().find(|it| it["arrival"] == message["arrival"]).unwrap();
        assert_eq!(got["sha256"], hex::encode(Sha256::digest(pdf(invoice))));
        assert_eq!(got["file_name"], name);
        assert_eq!(got["content_type"], "application/pdf");
        assert_eq!(got["kind"], "pdf");
        let link = message["url"].as_str().unwrap();
        let (_, end) = link.rsplit_once('/').unwrap();
        let end = percent_encoding::percent_decode_str(end).decode_utf8().unwrap();
        assert_eq!(end, name);
        // Without a Content-Disposition, the end of the link would have given the name.
        let disposition = got["content_disposition"].as_str().unwrap();
        assert!(disposition.contains("filename"), "{disposition}");

        let row = run.report.iter().find(|row| row["attachment_url"] == link).unwrap();
        let attempt = &row["attempts"][0];
        assert_eq!(attempt["fetched_bytes"], pdf(invoice).len());
        let at =
            |field: &str| -> DateTime<Utc> { attempt[field].as_str().unwrap().parse().unwrap() };
        assert!(at("fetched_at") >= at("started_at"), "{attempt}");
    }

    let kept = shop.path("data/quickstart-out/rehearsal.files");
    assert_eq!(holding_pdfs(&kept), 3);
    later(&shop, TimeDelta::hours(23));
    shop.run(&[]).await;
    assert_eq!(holding_pdfs(&kept), 3, "their links work for a day");
    later(&shop, TimeDelta::hours(25));
    let after = shop.run(&[]).await;
    assert_eq!(after.all("status"), ["sent"; 3], "{after:#?}");
    assert_eq!(all_below(&kept), Vec::<PathBuf>::new());
}

/// Counts the files in a folder that hold a PDF.
fn holding_pdfs(folder: &Path) -> usize {
    let pdf = |path: &PathBuf| std::fs::read(path).unwrap().starts_with(b"%PDF-");
    all_below(folder).iter().filter(|path| pdf(path)).count()
}

#[tokio::test]
async fn a_broken_pdf_goes_to_nobody_until_it_is_mended() {
    let gateway = StandInGateway::builder().fetching().start().await.unwrap();
    let shop = Shop::new();
    shop.write("INV-1.pdf", &PDF[..20]);
    let broken = shop.run_fast(&gateway).await;
    assert_eq!(broken.code, Some(3), "{broken:#?}");
    broken.tells("invoice INV-1: INV-1.pdf: the file is incomplete: its end is missing");
    assert!(broken.report.is_empty() && gateway.posts().is_empty(), "{broken:#?}");
    assert_eq!(holding_pdfs(&shop.path("data/quickstart-out/quickstart.files")), 0);

    shop.write("INV-1.pdf", PDF);
    let mended = shop.run_fast(&gateway).await;
    assert_eq!(mended.message()["status"], "sent", "{mended:#?}");
    assert_eq!(gateway.accepted()[0].fetched[0].sha256, hex::encode(Sha256::digest(PDF)));
}

#[tokio::test]
async fn a_gateway_may_fetch_a_pdf_in_any_way_it_likes() {
    for fetching in [Fetching::Twice, Fetching::HeadFirst, Fetching::InPieces] {
        let gateway = StandInGateway::builder().fetching().start().await.unwrap();
        gateway.fetches().ask(fetching);
        let run = Shop::new().run_fast(&gateway).await;
        run.tells("The gateway fetched 1 PDF.");
        let fetched = gateway.accepted().remove(0).fetched;
        let sha256 = hex::encode(Sha256::digest(PDF));
        assert!(
            fetched.iter().all(|got| got.kind.is_some() && got.sha256 == sha256),
            "{fetched:#?}"
        );
    }
}

#[tokio::test]
async fn a_gateway_elsewhere_gets_no_link_to_this_machine() {
    let arguments = ["--gateway", "https://gateway.example", "--api-key", "k"];
    let shop = Shop::new();
    shop.many_invoices(12);
    let run = shop.run(&arguments).await;
    assert_eq!(run.code, Some(3), "{run:#?}");
    run.tells("12 rows were left out:");
    run.tells("invoices.csv lines 2, 3, 4, 5, 6, 7, 8, 9 and 4 more: ");
    run.tells("invoices INV-1, INV-10, INV-11 and 9 more: the gateway is on another machine");
    run.tells("--public-url says where it can");
    assert!(run.report.is_empty(), "{run:#?}");
}

#[tokio::test]
async fn a_public_address_is_what_the_gateway_fetches_from() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let listen = listener.local_addr().unwrap().to_string();
    drop(listener);
    for path in ["", "/", "/files", "/files/"] {
        let gateway = StandInGateway::builder().fetching().start().await.unwrap();
        let public = format!("http://{listen}{path}");
        let url = gateway.url();
        let arguments = [
            "--gateway",
            &url,
            "--api-key",
            gateway.key(),
            "--public-url",
            &public,
            "--listen",
            &listen,
        ];
        let run = Shop::new().run(&arguments).await;
        assert_eq!(run.code, Some(0), "{run:#?}");
        let link = run.message()["attachment_url"].as_str().unwrap();
        assert!(link.starts_with(public.trim_end_matches('/')), "{link}");
        run.tells("The gateway fetched 1 PDF.");
    }
}

#[tokio::test]
async fn a_public_address_that_is_none_is_refused() {
    let arguments =
        |url| ["--gateway", "https://gateway.example", "--api-key", "k", "--public-url", url];
    for url in [
        "files",
        "http://files.example",
        "ftp://files.example",
        "http://127.0.0.1:8360",
        "https://localhost",
    ] {
        let run = Shop::new().run(&arguments(url)).await;
        assert_eq!(run.code, Some(2), "{url}: {run:#?}");
    }
}
