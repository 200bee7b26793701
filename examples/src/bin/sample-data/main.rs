//! Remakes the sample data in `examples/data`: from `customers.csv` it writes `invoices.csv`,
//! `orders.csv` and one PDF for each invoice. Neither clock nor chance has a part in it, so that
//! running it again changes nothing:
//!
//! ```text
//! cargo run -p whatsapp-examples --bin sample-data
//! ```

mod amount;
mod basket;
mod customer;
mod invoice;
mod order;
mod page;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde::Serialize;

use customer::Customer;

/// File names, relative to the data folder, with their contents.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Number of the invoice that has no PDF on disk: a program that sends it must say so.
const WITHOUT_PDF: &str = "INV-2026-0013";

/// Number of the invoice whose "PDF" is the web page that a file host shows in place of a file.
const WEB_PAGE_FOR_PDF: &str = "INV-2026-0027";
const WEB_PAGE: &[u8] = b"<html>\n<head><title>Sign in</title></head>\n\
    <body><p>You need access. Sign in to download this file.</p></body>\n</html>\n";

fn main() -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let files = make(&customer::read(&folder.join("customers.csv"))?)?;

    let documents = folder.join("pdf");
    if documents.exists() {
        fs::remove_dir_all(&documents).context("cannot empty the pdf folder")?;
    }
    fs::create_dir_all(&documents)?;
    for (name, bytes) in &files {
        fs::write(folder.join(name), bytes)
            .with_context(|| format!("cannot write {}", name.display()))?;
    }
    eprintln!("{} files written", files.len());
    Ok(())
}

/// Makes every file except `customers.csv`.
fn make(customers: &[Customer]) -> Result<Files> {
    let invoices = invoice::all(customers);
    let mut files = Files::new();
    for invoice in &invoices {
        let document = match invoice.number.as_str() {
            WITHOUT_PDF => continue,
            WEB_PAGE_FOR_PDF => WEB_PAGE.to_vec(),
            _ => page::draw(invoice)?,
        };
        files.insert(invoice.pdf().into(), document);
    }
    files.insert("invoices.csv".into(), table(invoices.iter().map(invoice::Invoice::row))?);
    files.insert("orders.csv".into(), table(order::all(customers))?);
    Ok(files)
}

/// Writes rows as CSV under a line of column names.
fn table(rows: impl IntoIterator<Item = impl Serialize>) -> Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.serialize(row)?;
    }
    writer.into_inner().context("cannot finish a table")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("data")
    }

    fn customers() -> Vec<Customer> {
        customer::read(&folder().join("customers.csv")).unwrap()
    }

    #[test]
    fn committed_data_is_what_the_generator_makes() {
        let files = make(&customers()).unwrap();
        for (name, bytes) in &files {
            let committed = fs::read(folder().join(name)).unwrap();
            assert!(committed == *bytes, "{} differs: make the data again", name.display());
        }
        let documents: BTreeSet<PathBuf> = fs::read_dir(folder().join("pdf"))
            .unwrap()
            .map(|entry| Path::new("pdf").join(entry.unwrap().file_name()))
            .collect();
        let made = files.keys().filter(|name| name.starts_with("pdf")).cloned().collect();
        assert_eq!(documents, made);
    }

    #[test]
    fn every_customer_has_an_invoice_and_every_id_is_its_own() {
        let customers = customers();
        let invoices = invoice::all(&customers);
        let billed: BTreeSet<_> = invoices.iter().map(|invoice| invoice.customer.id).collect();
        assert_eq!(billed.len(), customers.len());
        let ids: BTreeSet<_> = invoices.iter().map(|invoice| invoice.id).collect();
        assert_eq!(ids.len(), 60);
    }

    #[test]
    fn two_invoices_have_no_pdf_to_send() {
        let customers = customers();
        let files = make(&customers).unwrap();
        let unsendable: Vec<_> = invoice::all(&customers)
            .iter()
            .filter(|invoice| {
                let document = files.get(Path::new(&invoice.pdf()));
                !document.is_some_and(|bytes| bytes.starts_with(b"%PDF-"))
            })
            .map(|invoice| invoice.number.clone())
            .collect();
        assert_eq!(unsendable, [WITHOUT_PDF, WEB_PAGE_FOR_PDF]);
    }
}
