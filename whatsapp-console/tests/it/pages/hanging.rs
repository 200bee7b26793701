//! Pages of a shop whose host's records never answer.

use whatsapp_testkit::fixtures::START;

use crate::shop::{Shop, message, not_on_whatsapp};

#[tokio::test(start_paused = true)]
async fn records_that_never_answer_take_no_page_down() {
    let shop = Shop::hanging();
    let id = shop.put(message(7, "Asha Traders", START, not_on_whatsapp())).await;
    let mut browser = shop.manager();
    for path in [format!("messages/{id}"), format!("messages/{id}/resend")] {
        assert_eq!(browser.open(&path).await.status, 200, "{path}");
    }
    assert!(
        browser.page.told().contains("The record could not be read just now"),
        "{}",
        browser.page.told()
    );
    for path in ["send", "send?customer=C-7"] {
        let page = browser.open(path).await;
        assert_eq!(page.status, 200, "{path}");
        let form = page.form("#edit").with("who", "asha").with("do", "find");
        let page = browser.submit(&form).await;
        assert!(page.one("#hits p").contains("Customers cannot be looked for just now"));
        let is_asked = path.contains("C-7");
        assert_eq!(page.one("#todo").contains("could not be read just now"), is_asked, "{path}");
    }
    let find = |browser: &crate::shop::Browser, typed: &str| {
        browser.page.form("form[role=search]").with("q", typed)
    };
    browser.open("messages").await;
    let form = find(&browser, "asha");
    let told = browser.submit(&form).await.told();
    assert!(told.contains("Customers cannot be looked for just now"), "{told}");
    assert_eq!(browser.page.form("form[role=search]").value("q"), "asha");
    // A search that does not need the records succeeds.
    let form = find(&browser, "SO-7");
    assert_eq!(browser.submit(&form).await.all("#rows .cust a"), ["Asha Traders"]);
}
