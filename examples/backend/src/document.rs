//! An invoice as a PDF of one page, in the fonts that every PDF reader has.

use pdf_writer::{Content, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::records::{Customer, Invoice};

const SHOP: &str = "Tara Lighting Supplies";
const FONT: Name<'_> = Name(b"F1");

/// Draws the invoice. A name with letters that the fonts lack is left out.
pub(crate) fn draw(invoice: &Invoice, customer: &Customer) -> Vec<u8> {
    let date = |date: chrono::NaiveDate| date.format("%-d %b %Y").to_string();
    let billed = format!("Billed to {}", customer.name);
    let amount = format!("To pay: Rs. {}.{:02}", invoice.amount / 100, invoice.amount % 100);
    let lines = [
        (20.0, SHOP.to_owned()),
        (14.0, format!("Invoice {}", invoice.number)),
        (10.0, if latin(&billed).is_some() { billed } else { String::new() }),
        (10.0, format!("Dated {}, due {}", date(invoice.issued_on), date(invoice.due_on))),
        (14.0, amount),
        (8.0, "A sample, made from invented data: there is nothing to pay.".to_owned()),
    ];
    let mut page = Content::new();
    let mut y = 770.0;
    for (size, text) in &lines {
        let bytes = latin(text).unwrap_or_default();
        page.begin_text().set_font(FONT, *size).next_line(56.0, y).show(Str(&bytes)).end_text();
        y -= 30.0;
    }
    file(&format!("Invoice {}", invoice.number), &page.finish())
}

/// Encodes a text in Latin-1, in which each character is its own byte.
fn latin(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(c).ok()).collect()
}

fn file(title: &str, content: &[u8]) -> Vec<u8> {
    let [catalogue, pages, page, font, drawing, info] = [1, 2, 3, 4, 5, 6].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalogue).pages(pages).lang(TextStr("en-IN"));
    pdf.pages(pages).kids([page]).count(1);
    let mut sheet = pdf.page(page);
    sheet.media_box(Rect::new(0.0, 0.0, 595.0, 842.0)).parent(pages).contents(drawing);
    sheet.resources().fonts().pair(FONT, font);
    drop(sheet);
    pdf.type1_font(font)
        .base_font(Name(b"Helvetica"))
        .encoding_predefined(Name(b"WinAnsiEncoding"));
    pdf.stream(drawing, content);
    pdf.document_info(info).title(TextStr(title)).author(TextStr(SHOP));
    pdf.finish()
}
