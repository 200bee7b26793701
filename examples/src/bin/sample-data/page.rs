//! An invoice as a PDF of one A4 page, in the fonts that every reader has.

use anyhow::{Result, ensure};
use pdf_writer::{Content, Name, Pdf, Rect, Ref, Str, TextStr};

use crate::customer::is_latin;
use crate::invoice::{Invoice, TAX};

const SELLER: &str = "Tara Lighting Supplies";
const ADDRESS: &str = "14 Lamp Street, Bengaluru 560001, India";
const NOTE: &str = "A sample, made from invented data: there is nothing to pay.";

const REGULAR: Name<'_> = Name(b"F1");
const BOLD: Name<'_> = Name(b"F2");

/// Points from the left: margins, and the right edge of each column of figures.
const LEFT: f32 = 56.0;
const RIGHT: f32 = 539.0;
const QUANTITY: f32 = 352.0;
const RATE: f32 = 440.0;
const AMOUNT: f32 = 531.0;

/// Red, green and blue, 0 to 1.
type Colour = [f32; 3];
const INK: Colour = [0.13, 0.15, 0.17];
const PALE: Colour = [0.45, 0.48, 0.5];
const PAPER: Colour = [1.0, 1.0, 1.0];
const TINT: Colour = [0.92, 0.95, 0.94];
const BAND: Colour = [0.05, 0.36, 0.33];

/// Draws the invoice.
///
/// # Errors
///
/// Returns an error if it holds a character that the fonts lack.
pub(crate) fn draw(invoice: &Invoice<'_>) -> Result<Vec<u8>> {
    let mut page = Page(Content::new());
    head(&mut page, invoice)?;
    let end_of_table = table(&mut page, invoice)?;
    totals(&mut page, invoice, end_of_table)?;
    let due = date(invoice.due);
    page.text(LEFT, 96.0, REGULAR, 10.0, INK, &format!("Please pay by {due}. Thank you."))?;
    page.text(LEFT, 80.0, REGULAR, 8.0, PALE, NOTE)?;
    Ok(document(&format!("Invoice {}", invoice.number), &page.0.finish()))
}

/// Draws the seller, the buyer, the number and the dates.
fn head(page: &mut Page, invoice: &Invoice<'_>) -> Result<()> {
    page.fill(0.0, 752.0, 595.0, 90.0, BAND);
    page.text(LEFT, 798.0, BOLD, 20.0, PAPER, SELLER)?;
    page.text(LEFT, 778.0, REGULAR, 9.0, PAPER, ADDRESS)?;
    page.text(458.0, 798.0, BOLD, 18.0, PAPER, "INVOICE")?;

    page.text(LEFT, 716.0, REGULAR, 8.0, PALE, "BILLED TO")?;
    page.text(LEFT, 699.0, BOLD, 12.0, INK, invoice.customer.latin_name())?;
    let facts = [
        ("Invoice number", invoice.number.clone()),
        ("Invoice date", date(invoice.date)),
        ("Due date", date(invoice.due)),
    ];
    let mut y = 716.0;
    for (label, value) in facts {
        page.text(368.0, y, REGULAR, 9.0, PALE, label)?;
        page.text(458.0, y, BOLD, 9.0, INK, &value)?;
        y -= 16.0;
    }
    Ok(())
}

/// Draws the lines. Returns how far down the page they reach.
fn table(page: &mut Page, invoice: &Invoice<'_>) -> Result<f32> {
    page.fill(LEFT, 632.0, RIGHT - LEFT, 22.0, TINT);
    let headings =
        [(64.0, "Item"), (326.0, "Pieces"), (396.0, "Rate (Rs.)"), (474.0, "Amount (Rs.)")];
    for (x, heading) in headings {
        page.text(x, 639.0, BOLD, 9.0, INK, heading)?;
    }
    let mut y = 614.0;
    for line in &invoice.lines {
        page.text(64.0, y, REGULAR, 10.0, INK, line.product.name)?;
        page.figures(QUANTITY, y, REGULAR, &line.quantity.to_string())?;
        page.figures(RATE, y, REGULAR, &line.product.price.grouped()?)?;
        page.figures(AMOUNT, y, REGULAR, &line.amount().grouped()?)?;
        page.fill(LEFT, y - 9.0, RIGHT - LEFT, 0.5, TINT);
        y -= 24.0;
    }
    Ok(y)
}

/// Draws net, tax and total, from `y` downwards.
fn totals(page: &mut Page, invoice: &Invoice<'_>, y: f32) -> Result<()> {
    page.text(368.0, y - 6.0, REGULAR, 10.0, PALE, "Net")?;
    page.figures(AMOUNT, y - 6.0, REGULAR, &invoice.net().grouped()?)?;
    page.text(368.0, y - 24.0, REGULAR, 10.0, PALE, &format!("GST {TAX} %"))?;
    page.figures(AMOUNT, y - 24.0, REGULAR, &invoice.tax().grouped()?)?;
    page.fill(360.0, y - 56.0, RIGHT - 360.0, 24.0, TINT);
    page.text(368.0, y - 48.0, BOLD, 10.0, INK, "To pay (Rs.)")?;
    page.figures(AMOUNT, y - 48.0, BOLD, &invoice.total().grouped()?)
}

fn date(date: chrono::NaiveDate) -> String {
    date.format("%-d %b %Y").to_string()
}

/// Content that is drawn so far; coordinates are points from the lower left corner.
struct Page(Content);

impl Page {
    fn fill(&mut self, x: f32, y: f32, width: f32, height: f32, [red, green, blue]: Colour) {
        self.0.set_fill_rgb(red, green, blue).rect(x, y, width, height).fill_nonzero();
    }

    fn text(
        &mut self,
        x: f32,
        y: f32,
        font: Name<'_>,
        size: f32,
        [red, green, blue]: Colour,
        text: &str,
    ) -> Result<()> {
        ensure!(text.chars().all(is_latin), "the fonts lack a character of {text:?}");
        // Latin-1: each character is its own byte.
        let bytes: Vec<u8> = text.chars().filter_map(|c| u8::try_from(c).ok()).collect();
        self.0.set_fill_rgb(red, green, blue).begin_text().set_font(font, size);
        self.0.next_line(x, y).show(Str(&bytes)).end_text();
        Ok(())
    }

    /// Draws digits, commas and points, at 10 points, ending at `right`.
    fn figures(&mut self, right: f32, y: f32, font: Name<'_>, figures: &str) -> Result<()> {
        // In both fonts a digit is 0.556 of the size wide, a comma or a point 0.278.
        let width = |c: char| if c.is_ascii_digit() { 5.56 } else { 2.78 };
        let x = right - figures.chars().map(width).sum::<f32>();
        self.text(x, y, font, 10.0, INK, figures)
    }
}

/// Makes the file around the one page.
fn document(title: &str, content: &[u8]) -> Vec<u8> {
    let [catalogue, pages, page, regular, bold, drawing, info] =
        [1, 2, 3, 4, 5, 6, 7].map(Ref::new);
    let mut pdf = Pdf::new();
    pdf.catalog(catalogue).pages(pages).lang(TextStr("en-IN"));
    pdf.pages(pages).kids([page]).count(1);

    let mut sheet = pdf.page(page);
    sheet.media_box(Rect::new(0.0, 0.0, 595.0, 842.0)).parent(pages).contents(drawing);
    sheet.resources().fonts().pair(REGULAR, regular).pair(BOLD, bold);
    drop(sheet);

    for (id, font) in [(regular, "Helvetica"), (bold, "Helvetica-Bold")] {
        pdf.type1_font(id)
            .base_font(Name(font.as_bytes()))
            .encoding_predefined(Name(b"WinAnsiEncoding"));
    }
    pdf.stream(drawing, content);
    pdf.document_info(info).title(TextStr(title)).author(TextStr(SELLER));
    pdf.finish()
}
