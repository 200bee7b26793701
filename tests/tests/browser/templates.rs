//! A template is written: by mouse, by keys alone, without scripts, and on a phone.

use whatsapp_core::audit::Actor;
use whatsapp_core::desk::TemplateEdit;
use whatsapp_core::message::MessageType;

use crate::driver::{Browser, ENTER, TAB, View};
use crate::shop::Shop;
use crate::site;

/// Returns the shop's templates: name, text and whether it is in use.
async fn templates(shop: &Shop) -> Vec<(String, String, bool)> {
    let now = shop.desk().templates().await.unwrap();
    let told = now.templates.into_iter().map(|now| now.template);
    told.map(|it| (it.name, it.content, it.is_active)).collect()
}

async fn is_written(browser: &Browser, shop: &Shop) {
    let said = browser.find("p.note[role=status]").await;
    assert_eq!(browser.text(&said).await, "The template is saved.");
    let text = "Dear {customerName}, pay {amount}".to_owned();
    assert_eq!(templates(shop).await, [("Friendly".to_owned(), text, true)]);
}

/// Returns true if somebody who leaves the page now is asked first.
async fn asks(browser: &Browser) -> bool {
    let leave = "const e = new Event('beforeunload', { cancelable: true }); dispatchEvent(e); \
                 return e.defaultPrevented";
    browser.say(leave).await == true
}

/// Waits until the page says this about the text that is typed.
async fn says(browser: &Browser, sum: &str) {
    let script = format!("return document.querySelector('#sum')?.textContent === '{sum}'");
    browser.until(sum, &script).await;
}

async fn by_mouse(view: View) {
    let shop = Shop::new().await;
    let (browser, url) = (Browser::open(view).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    browser.click(&browser.link("Templates").await).await;
    browser.click(&browser.link("New template").await).await;
    browser.type_into(&browser.find("#type").await, "Invoice").await;
    browser.type_into(&browser.find("#name").await, "Friendly").await;
    let text = browser.find("#text").await;
    browser.clear(&text).await;
    browser.type_into(&text, "Dear {custmerName}, pay ").await;
    if view.scripts {
        assert!(asks(&browser).await, "what was typed is not lost unasked");
        let sent = "const f = document.querySelector('#edit'); f.dataset.sent = 1; return 0";
        browser.say(sent).await;
        assert!(!asks(&browser).await, "the form is on its way");
        browser.say("delete document.querySelector('#edit').dataset.sent; return 0").await;
        // The text is looked over while it is written, and another type has other values.
        says(&browser, "1 thing to mend, 1 worth a look.").await;
        browser.click(&browser.find("[data-put='{amount}']").await).await;
        let written = "return document.querySelector('#text').value === 'Dear {custmerName}, pay {amount}' \
                       && document.activeElement.id === 'text'";
        browser.until("the value stands where it was written", written).await;
        says(&browser, "1 thing to mend.").await;
        let said = "return document.querySelector('#say').textContent === '1 thing to mend.'";
        browser.until("it is said", said).await;
        browser.click(&browser.find("#problems li a").await).await;
        let chosen = "const t = document.querySelector('#text'); return document.activeElement === t \
                      && t.value.slice(t.selectionStart, t.selectionEnd) === '{custmerName}'";
        browser.until("the place", chosen).await;
        let shown =
            "return document.querySelector('#preview mark').textContent === 'value: ₹1,23,456.00'";
        assert_eq!(browser.say(shown).await, true, "the preview has a sample");
    } else {
        browser.type_into(&text, "{amount}").await;
        browser.click(&browser.find("#edit [value=check]").await).await;
        says(&browser, "1 thing to mend.").await;
    }
    browser.click(&browser.find("#problems li button").await).await;
    let mended =
        "return document.querySelector('#preview mark')?.textContent.includes('Asha Traders')";
    browser.until("it is mended", mended).await;
    assert_eq!(templates(&shop).await, []);
    browser.click(&browser.find("#edit .primary").await).await;
    is_written(&browser, &shop).await;
    if view.scripts {
        assert!(!asks(&browser).await);
        assert_eq!(browser.noted().await, "");
    }
}

#[tokio::test]
async fn a_template_is_written_by_mouse() {
    by_mouse(View::DESK).await;
}

#[tokio::test]
async fn a_template_is_written_on_a_phone() {
    by_mouse(View::PHONE).await;
}

#[tokio::test]
async fn a_template_is_written_without_scripts() {
    by_mouse(View::PLAIN).await;
}

/// Presses Tab until this element has the focus.
async fn tab_to(browser: &Browser, selector: &str) {
    let is_there = format!("return document.activeElement.matches(\"{selector}\")");
    for _ in 0..60 {
        browser.press(TAB).await;
        if browser.say(&is_there).await == true {
            return;
        }
    }
    panic!("{selector} is not reached");
}

#[tokio::test]
async fn a_template_is_written_by_keys_alone() {
    let shop = Shop::new().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/overview")).await;
    browser.find("h1").await;
    browser.press("gt").await;
    browser.until("the list", "return location.pathname.endsWith('/templates')").await;
    tab_to(&browser, "main .primary").await;
    browser.press(ENTER).await;
    browser.find("#edit").await;
    tab_to(&browser, "#name").await;
    browser.press("Friendly").await;
    tab_to(&browser, "#type").await;
    browser.press("I").await;
    tab_to(&browser, "#text").await;
    browser.say("document.activeElement.select()").await;
    browser.press("Dear {custmerName}, pay ").await;
    says(&browser, "1 thing to mend, 1 worth a look.").await;
    tab_to(&browser, "[data-put='{amount}']").await;
    browser.press(ENTER).await;
    says(&browser, "1 thing to mend.").await;
    tab_to(&browser, "#problems button").await;
    browser.press(ENTER).await;
    says(&browser, "Nothing to mend in the text.").await;
    // Enter in a field saves, and presses no other button.
    tab_to(&browser, "#name").await;
    browser.press(ENTER).await;
    is_written(&browser, &shop).await;
    assert_eq!(browser.noted().await, "");
}

#[tokio::test]
async fn what_is_being_read_is_not_taken_away_while_the_text_is_looked_over() {
    let shop = Shop::new().await;
    let (browser, url) = (Browser::open(View::DESK).await, site::open(&shop).await);
    browser.goto(&format!("{url}/templates/new?type=invoice")).await;
    let text = browser.find("#text").await;
    browser.clear(&text).await;
    browser.type_into(&text, "{a} {b}").await;
    says(&browser, "2 things to mend.").await;
    browser.type_into(&text, " {c}").await;
    browser.say("document.querySelector('#problems a').focus()").await;
    let counted =
        "return document.querySelector('#length').textContent.startsWith('11 characters')";
    browser.until("the count", counted).await;
    let stays = "return document.activeElement.closest('#problems') !== null";
    assert_eq!(browser.say(stays).await, true);
    assert_eq!(browser.noted().await, "");
}

#[tokio::test]
async fn two_people_who_write_at_once_are_shown_both_texts() {
    let shop = Shop::new().await;
    let text = "Happy {festivalName}, {customerName}!";
    let edit = TemplateEdit::new("Standard", MessageType::FESTIVAL, text);
    let first = shop.desk().save_template(&edit, &Actor::Host).await.unwrap();
    let (browser, url) = (Browser::open(View::PHONE).await, site::open(&shop).await);
    browser.goto(&format!("{url}/templates/{}", first.id)).await;
    let field = browser.find("#text").await;
    let text = "Joyous {festivalName}, {customerName}!";
    let theirs = TemplateEdit::new("Standard", MessageType::FESTIVAL, text).over(first);
    shop.desk().save_template(&theirs, &Actor::Host).await.unwrap();
    browser.type_into(&field, " :-)").await;
    browser.click(&browser.find("#edit .primary").await).await;
    let clash = browser.find("#clash").await;
    assert!(browser.text(&clash).await.starts_with("The shop's program changed this template"));
    let gone = browser.find("del").await;
    assert_eq!(browser.text(&gone).await, "Joyous");
    let fits = "const e = document.documentElement; return e.scrollWidth <= e.clientWidth";
    assert_eq!(browser.say(fits).await, true);
    browser.click(&browser.find("#edit .primary").await).await;
    let said = browser.find("p.note[role=status]").await;
    assert_eq!(browser.text(&said).await, "The template is saved.");
    let now = templates(&shop).await;
    assert_eq!(now[0].1, "Happy {festivalName}, {customerName}! :-)");
}
