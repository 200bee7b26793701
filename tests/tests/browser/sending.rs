//! One customer is sent a message with a file: by mouse, by keys alone, without scripts, and on a
//! phone.

use std::path::PathBuf;
use std::sync::Arc;

use tempfile::TempDir;
use whatsapp_core::message::Message;
use whatsapp_core::port::{LogFilter, Sort, Turn};
use whatsapp_testkit::{FixedSource, MemoryMedia};

use crate::driver::{Browser, ENTER, View};
use crate::shop::Shop;
use crate::site;

const DOWN: &str = "\u{e015}";

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n";

/// A shop with customers that keeps files.
async fn shop() -> (Shop, MemoryMedia) {
    let (mut shop, media) = (Shop::new().await, MemoryMedia::new());
    let files = Arc::new(FixedSource::new());
    shop.ports = shop.ports.with_media(Arc::new(media.clone())).with_sources(files);
    for (seed, name) in (1..).zip(["Asha Traders", "Ashok Stores", "Ravi Stores"]) {
        shop.customer(seed, name);
    }
    (shop, media)
}

/// Makes a file of the manager's. Returns the folder that it lies in, and its path.
fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

async fn sent(shop: &Shop) -> Vec<Message> {
    let log = shop.ports.log();
    log.page(&LogFilter::default(), Sort::Newest, Turn::First, 20).await.unwrap().messages
}

/// Checks that one message went out, with its file.
async fn is_sent_once(browser: &Browser, shop: &Shop) {
    let said = browser.find("p.note[role=status]").await;
    let said = browser.text(&said).await;
    assert!(said.starts_with("On its way, once: Invoice INV-7 to Asha Traders."), "{said}");
    let [message] = sent(shop).await.try_into().unwrap();
    assert_eq!(message.facts.customer_id.as_str(), "C-1");
    assert_eq!(message.facts.attachment.unwrap().name, "INV-7.pdf");
    assert!(message.facts.text.as_str().contains("₹1,500.00"), "{:?}", message.facts.text.as_str());
}

/// Waits until a part of the page says this.
async fn says(browser: &Browser, selector: &str, text: &str) {
    let script =
        format!("return document.querySelector(\"{selector}\")?.textContent.includes('{text}')");
    browser.until(text, &script).await;
}

const VALUES: [(&str, &str); 2] = [("#v-invoiceNumber", "INV-7"), ("#v-amount", "1500")];

/// Dates as a browser in English takes them.
const DATES: [(&str, &str); 2] = [("#v-invoiceDate", "11272026"), ("#v-dueDate", "12112026")];

async fn by_mouse(view: View) {
    let (shop, _) = shop().await;
    let (_folder, path) = file("INV-7.pdf", PDF);
    let (browser, url) = (Browser::open(view).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    browser.click(&browser.find("nav a[href='send']").await).await;
    let mut clicks = 1;
    browser.type_into(&browser.find("#who").await, "ash").await;
    if !view.scripts {
        browser.click(&browser.find("#edit [value=find]").await).await;
        clicks += 1;
    }
    browser.click(&browser.find("#hits [value='C-1']").await).await;
    browser.type_into(&browser.find("#type").await, "Invoice").await;
    clicks += 2;
    if !view.scripts {
        browser.click(&browser.find("#edit [value=check]").await).await;
        clicks += 1;
    }
    browser.type_into(&browser.find("#upload").await, path.to_str().unwrap()).await;
    clicks += 1;
    for (field, value) in VALUES.iter().chain(&DATES) {
        browser.type_into(&browser.find(field).await, value).await;
    }
    if view.scripts {
        says(&browser, "#sum", "Ready to be sent to Asha Traders").await;
        says(&browser, "#file", "it can be sent").await;
        says(&browser, "#preview", "INV-7.pdf").await;
        let fits = "const e = document.documentElement; return e.scrollWidth <= e.clientWidth";
        assert_eq!(browser.say(fits).await, true);
    } else {
        browser.click(&browser.find("#edit [value=check]").await).await;
        clicks += 1;
        says(&browser, "#sum", "Ready to be sent to Asha Traders").await;
    }
    assert_eq!(sent(&shop).await.len(), 0);
    browser.click(&browser.find("button[value=send]").await).await;
    clicks += 1;
    is_sent_once(&browser, &shop).await;
    assert!(clicks <= if view.scripts { 5 } else { 8 }, "{clicks} clicks");
    if view.scripts {
        // The way back leads to a fresh form, and sends nothing by itself.
        browser.back().await;
        browser.find("#edit").await;
        assert_eq!(sent(&shop).await.len(), 1);
        assert_eq!(browser.noted().await, "");
    }
}

#[tokio::test]
async fn a_file_is_sent_to_a_customer_by_mouse() {
    by_mouse(View::DESK).await;
}

#[tokio::test]
async fn a_file_is_sent_to_a_customer_on_a_phone() {
    by_mouse(View::PHONE).await;
}

#[tokio::test]
async fn a_file_is_sent_to_a_customer_without_scripts() {
    by_mouse(View::PLAIN).await;
}

#[tokio::test]
async fn a_message_is_written_and_sent_by_keys_alone() {
    let (shop, _) = shop().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    browser.find("h1").await;
    browser.press("gn").await;
    browser.until("the form", "return document.activeElement.id === 'who'").await;
    browser.press("ash").await;
    says(&browser, "#hits", "Ashok Stores").await;
    // Enter in a field looks for the customer, and sends nothing.
    browser.press(ENTER).await;
    browser.until("the first one", "return document.activeElement.name === 'customer'").await;
    browser.press(DOWN).await;
    browser.until("the second one", "return document.activeElement.checked").await;
    browser.tab_to("#from").await;
    browser.press("My").await;
    says(&browser, "#own", "My own text").await;
    browser.tab_to("#text").await;
    browser.press("Dear {customerName}, we open at 9.").await;
    says(&browser, "#sum", "Ready to be sent to Ashok Stores").await;
    says(&browser, "#preview", "Ashok Stores").await;
    browser.tab_to("button[value=send]").await;
    browser.press(ENTER).await;
    let said = browser.find("p.note[role=status]").await;
    assert!(browser.text(&said).await.starts_with("On its way, once"));
    let [message] = sent(&shop).await.try_into().unwrap();
    assert_eq!(message.facts.text.as_str(), "Dear Ashok Stores, we open at 9.");
    assert_eq!(browser.noted().await, "");
}

#[tokio::test]
async fn a_double_click_sends_once_and_what_is_wrong_has_the_focus() {
    let (shop, media) = shop().await;
    let (browser, url) = (Browser::open(View::PHONE).await, site::open(&shop).await);
    browser.goto(&format!("{url}/send?customer=C-1&type=invoice")).await;
    let (_folder, page) = file("page.pdf", b"<html>Sign in</html>");
    browser.type_into(&browser.find("#upload").await, page.to_str().unwrap()).await;
    says(&browser, "#todo", "The file is a web page").await;
    browser.type_into(&browser.find("#v-amount").await, "1500").await;
    browser.click(&browser.find("button[value=send]").await).await;
    browser.find("#problem").await;
    assert_eq!(browser.say("return document.activeElement.id").await, "problem");
    let typed = "return document.querySelector('#v-amount').value";
    assert_eq!(browser.say(typed).await, "1500");
    browser.click(&browser.find("#problem a[href='#v-dueDate']").await).await;
    assert_eq!(browser.say("return document.activeElement.id").await, "v-dueDate");
    let (_folder, good) = file("INV-7.pdf", PDF);
    browser.type_into(&browser.find("#upload").await, good.to_str().unwrap()).await;
    says(&browser, "#file", "it can be sent").await;
    assert_eq!(browser.say("return document.querySelector('#upload').value").await, "");
    browser.type_into(&browser.find("#v-invoiceNumber").await, "INV-7").await;
    for (field, value) in DATES {
        browser.type_into(&browser.find(field).await, value).await;
    }
    says(&browser, "#sum", "Ready to be sent to Asha Traders").await;
    let twice = "const b = document.querySelector('button[value=send]'); b.click(); b.click();";
    browser.say(twice).await;
    is_sent_once(&browser, &shop).await;
    assert_eq!(media.files().len(), 1);
}

#[tokio::test]
async fn a_file_that_is_refused_stays_refused_while_one_writes_on() {
    let (shop, _) = shop().await;
    let (_folder, bad) = file("page.pdf", b"<html>Sign in</html>");
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/send?customer=C-1&type=festival")).await;
    browser.type_into(&browser.find("#v-festivalName").await, "Holi").await;
    says(&browser, "#sum", "Ready to be sent to Asha Traders").await;
    browser.type_into(&browser.find("#upload").await, bad.to_str().unwrap()).await;
    says(&browser, "#file", "a web page").await;
    browser.type_into(&browser.find("#v-festivalName").await, "!").await;
    says(&browser, "#preview", "Holi!").await;
    says(&browser, "#file", "a web page").await;
    browser.click(&browser.find("button[value=send]").await).await;
    browser.find("#problem").await;
    assert_eq!(sent(&shop).await.len(), 0);
}
