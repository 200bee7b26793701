//! The visitor's own views, kept by the browser.

use whatsapp_testkit::fixtures::START;

use crate::shop::{Shop, exhausted, message, waiting};

#[tokio::test]
async fn a_filter_is_saved_under_a_name_opened_by_it_and_removed() {
    let shop = Shop::new();
    shop.put(message(1, "Asha Traders", START, exhausted())).await;
    shop.put(message(2, "Meena Stores", START, waiting(START))).await;
    let mut browser = shop.manager();
    browser.open("messages").await;
    assert_eq!(browser.page.all("form[action$=views]").len(), 0, "all messages are no view");
    browser.open("messages?attention=all").await;
    assert_eq!(browser.page.all("form[action$=views]").len(), 0, "this one is ready-made");
    browser.open("messages?status=failed&sort=oldest").await;
    let form = browser.page.form("form[action$=views]").with("name", " Failed <b>& old ");
    let save = form.with("act", "save");
    let page = browser.submit(&save).await;
    assert_eq!(page.one("p.note"), "The view is saved in this browser.");
    assert_eq!(page.one(".tabs a[aria-current]"), "Failed <b>& old");
    assert_eq!(page.all("#rows .cust a"), ["Asha Traders"]);

    browser.open("messages").await;
    assert!(!browser.page.all(".tabs a[aria-current]").contains(&"Failed <b>& old".to_owned()));
    browser.click("Failed <b>& old").await;
    assert_eq!(browser.page.url, "/console/messages?status=failed&sort=oldest");
    // The view is of this browser, and of no other.
    let mut other = shop.manager();
    assert!(!other.open("messages").await.has_link("Failed <b>"));

    let form = browser.page.form("form[action$=views]");
    assert_eq!(browser.page.one("form[action$=views] button"), "Remove the view Failed <b>& old");
    let page = browser.submit(&form.with("act", "remove")).await;
    assert_eq!(page.one("p.note"), "The view is removed.");
    assert!(!page.has_link("Failed <b>"));
}

#[tokio::test]
async fn what_cannot_be_a_view_is_refused_and_what_is_none_in_a_cookie_is_left_out() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    browser.open("messages?status=failed&sort=oldest").await;
    let form = browser.page.form("form[action$=views]").with("act", "save");
    for (name, query, act) in [
        ("", "status=failed", "save"),
        (&*"x".repeat(41), "status=failed", "save"),
        ("a\nb", "status=failed", "save"),
        ("a", "evil=1", "save"),
        ("a", "status=gone", "save"),
        ("a", "status=failed", "other"),
    ] {
        let form = form.clone().with("name", name).with("query", query).with("act", act);
        assert_eq!(browser.sent(&form).await.status, 400, "{name} {query} {act}");
    }
    for no in 0..10 {
        browser.submit(&form.clone().with("name", &no.to_string())).await;
    }
    let refused = browser.sent(&form.clone().with("name", "one more")).await;
    assert_eq!(refused.status, 400);
    assert!(refused.told().contains("up to 10 views"), "{}", refused.told());
    // A view of the same name is replaced.
    browser.submit(&form.with("name", "3").with("query", "status=sent&sort=oldest")).await;
    assert_eq!(browser.page.one(".tabs a[aria-current]"), "3");

    for cookie in ["x", "a=evil%3D1", "%3Cscript%3E=status%3Dgone", "a=b=c=d", "\u{7f}"] {
        let mut browser = shop.manager();
        if cookie.is_ascii() && !cookie.contains('\u{7f}') {
            browser.cookies.insert("console-views".to_owned(), cookie.to_owned());
        }
        assert_eq!(browser.open("messages").await.status, 200, "{cookie}");
        assert!(!browser.page.body.contains("evil"), "{cookie}");
    }
}
