//! The gateway's address and key: shown, tested, and changed where the deployment lets that be.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::http::StatusCode;
use whatsapp_core::audit::Act;
use whatsapp_core::port::{
    AddressError, AddressedGateway, AuditFilter, AuditLog as _, EnvironmentKey, FileKey,
    GatewayAddress, Probe, SettingsStore as _, TransportError,
};
use whatsapp_core::retry::Disposition;
use whatsapp_testkit::fixtures::START;

use crate::shop::{Shop, message, minutes, waiting};

const ADDRESS: &str = "whatsapp_api_url";

/// A gateway that may be at two hosts.
#[derive(Debug, Default)]
struct Movable {
    is_fixed: bool,
    tried: Mutex<Vec<String>>,
}

#[async_trait]
impl AddressedGateway for Movable {
    fn address(&self) -> GatewayAddress {
        let at = Some("https://api.360messenger.com".to_owned());
        if self.is_fixed {
            GatewayAddress::fixed(at, "the program was started with an address of its own")
        } else {
            GatewayAddress::set(at)
        }
    }

    fn host_of(&self, address: &str) -> Result<String, AddressError> {
        let host = address.trim_start_matches("https://").to_owned();
        let allowed = "api.360messenger.com, gate.example and this machine".to_owned();
        if host.ends_with("evil.example") {
            return Err(AddressError::NotAllowed { host, allowed });
        }
        Ok(host)
    }

    async fn try_address(&self, address: &str) -> Result<(), AddressError> {
        let host = self.host_of(address)?;
        self.tried.lock().unwrap().push(host.clone());
        if host.starts_with("down") {
            return Err(AddressError::NoAnswer { host, detail: "it is down".to_owned() });
        }
        Ok(())
    }

    async fn go_to(&self, _: &str) -> Result<(), AddressError> {
        Ok(())
    }
}

fn movable(gateway: Movable) -> (Shop, Arc<Movable>) {
    let gateway = Arc::new(gateway);
    let shop = Shop::new().with(|ports| ports.with_address(gateway.clone()));
    (shop, gateway)
}

async fn setting(shop: &Shop) -> String {
    let rows = shop.store.load_settings().await.unwrap();
    let row = rows.into_iter().find(|row| row.key == ADDRESS);
    row.map_or_else(|| "https://api.360messenger.com".to_owned(), |row| row.value)
}

#[tokio::test]
async fn a_test_says_in_words_what_the_gateway_answered() {
    let shop = Shop::new();
    let mut browser = shop.manager();
    let timeout = TransportError::new(Disposition::Unknown, "it did not answer within 10 seconds");
    for (answer, says, tone) in [
        (Ok(Probe::Ready), "The gateway answers and takes the key.", "ok"),
        (Ok(Probe::Refused), "The gateway answers, and refuses the key", "bad"),
        (Err(timeout), "It did not answer within 10 seconds.", "bad"),
    ] {
        shop.gateway.next_probe(answer);
        let form = browser.open("settings/connection").await.form("main form");
        let page = browser.submit(&form).await;
        assert_eq!(page.status, StatusCode::OK);
        let said = page.one(&format!("#answer.{tone}[role=status]"));
        assert!(said.contains(says), "{said}");
    }
    assert_eq!(shop.store.audit(&AuditFilter::default(), None, 9).await.unwrap().entries, []);
    let mut viewer = shop.viewer();
    assert!(viewer.open("settings/connection").await.all("main form").is_empty());
}

#[tokio::test]
async fn of_the_key_four_characters_are_shown_and_where_it_comes_from() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whatsapp.key");
    let write = |key: &str| {
        use std::os::unix::fs::PermissionsExt as _;
        let fresh = folder.path().join("fresh");
        std::fs::write(&fresh, key).unwrap();
        std::fs::set_permissions(&fresh, std::fs::Permissions::from_mode(0o600)).unwrap();
        std::fs::rename(&fresh, &path).unwrap();
    };
    write("first-key-0123456789-wxyz");
    let shop = Shop::new();
    let key = FileKey::new(&path, Arc::new(shop.clock.clone()));
    let shop = shop.with(|ports| ports.with_key(Arc::new(key)));
    let mut browser = shop.manager();
    let page = browser.open("settings/connection").await;
    let told = page.told();
    assert!(told.contains("••••wxyz"), "{told}");
    assert!(told.contains(&format!("It is read from the file {}.", path.display())), "{told}");
    assert!(told.contains("rename that over it"), "{told}");
    let form = page.form("main form");
    let page = browser.submit(&form).await;
    assert!(page.one("#answer").contains("The key is still ••••wxyz."));
    // The key is replaced, and taken up by itself.
    write("second-key-0123456789-abcd");
    shop.clock.advance(chrono::TimeDelta::seconds(2));
    let page = browser.submit(&form).await;
    let said = page.one("#answer");
    assert!(said.contains("another one now: ••••abcd in the place of ••••wxyz."), "{said}");
    for page in [page.clone(), browser.open("settings").await.clone()] {
        assert!(!page.body.contains("key-0123456789"), "{}", page.url);
    }
    // A file that cannot be used is told with what to do.
    std::fs::remove_file(&path).unwrap();
    shop.clock.advance(chrono::TimeDelta::seconds(2));
    let told = browser.open("settings/connection").await.told();
    assert!(told.contains("there is no such file; put the key into it"), "{told}");
}

#[tokio::test]
async fn a_key_that_a_restart_changes_says_so_and_a_program_that_says_nothing_too() {
    let shop = Shop::new();
    let told = shop.manager().open("settings/connection").await.told();
    assert!(
        told.contains("Which key is used, and where it is kept, cannot be shown here."),
        "{told}"
    );
    let key = Arc::new(EnvironmentKey::new("A_VARIABLE_THAT_IS_NOT_SET"));
    let shop = shop.with(|ports| ports.with_key(key));
    let told = shop.manager().open("settings/connection").await.told();
    assert!(told.contains("environment variable A_VARIABLE_THAT_IS_NOT_SET"), "{told}");
    assert!(told.contains("start it anew"), "{told}");
    // The settings promise no more than that page keeps, and do not say that there is no key.
    let page = shop.manager().open("settings").await.clone();
    let key = page.all(".needs li").into_iter().find(|it| it.starts_with("API key"));
    let key = key.unwrap();
    assert!(key.contains("kept elsewhere") && !key.contains("nothing"), "{key}");
}

#[tokio::test]
async fn an_address_is_tried_and_then_used() {
    let (shop, gateway) = movable(Movable::default());
    let mut browser = shop.manager();
    browser.open("settings/connection").await;
    for (typed, says) in [
        ("https://evil.example", "it may send to api.360messenger.com, gate.example"),
        ("https://down.example", "No gateway answers at down.example: it is down."),
        ("gate.example", "A complete address such as"),
    ] {
        browser.click("Change the address").await;
        let form = browser.page.form("#ask").with("address", typed);
        let page = browser.submit(&form).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        let error = page.one("#e-address");
        assert!(error.contains(says), "{typed}: {error}");
        assert_eq!(page.form("#ask").value("address"), typed);
        browser.open("settings/connection").await;
    }
    assert_eq!(setting(&shop).await, "https://api.360messenger.com");
    browser.click("Change the address").await;
    let form = browser.page.form("#ask").with("address", "https://gate.example");
    let page = browser.submit(&form).await;
    assert!(page.one("p.note[role=status]").starts_with("The gateway's address is changed."));
    assert_eq!(setting(&shop).await, "https://gate.example");
    assert_eq!(*gateway.tried.lock().unwrap(), ["down.example", "gate.example"]);
    let audit = shop.store.audit(&AuditFilter::default(), None, 9).await.unwrap();
    assert_eq!(audit.entries[0].act, Act::SettingSaved);
}

#[tokio::test]
async fn messages_that_are_under_way_are_asked_about_first() {
    let (shop, _) = movable(Movable::default());
    shop.put(message(1, "Asha Traders", START - minutes(5), waiting(START))).await;
    let mut browser = shop.manager();
    let form = browser.open("settings/address").await.form("#ask");
    let form = form.with("address", "https://gate.example");
    let page = browser.submit(&form).await;
    assert!(page.one("#problem").contains("1 messages wait and 0 are in doubt"), "{}", page.told());
    assert_eq!(setting(&shop).await, "https://api.360messenger.com");
    let form = page.form("#ask").with("sure", "yes");
    browser.submit(&form).await;
    assert_eq!(setting(&shop).await, "https://gate.example");
}

#[tokio::test]
async fn an_address_that_the_deployment_decides_is_shown_as_fixed_and_why() {
    let (shop, _) = movable(Movable { is_fixed: true, ..Movable::default() });
    let mut browser = shop.manager();
    let page = browser.open("settings/connection").await;
    assert!(page.told().contains("The program was started with an address of its own."));
    assert!(!page.has_link("Change the address"));
    let page = browser.open("settings/address").await;
    assert_eq!(page.one("#ask h1"), "The gateway's address is fixed");
    assert!(page.all("#ask button").is_empty(), "{}", page.told());
    // A row that cannot be used keeps everything back all the same, and can be put right.
    shop.store.put_setting(ADDRESS, "nowhere");
    browser.open("settings/connection").await;
    browser.click("Change the address").await;
    assert_eq!(browser.page.one("#ask button"), "Put the default back");
    let form = browser.page.form("#ask");
    browser.submit(&form).await;
    assert_eq!(setting(&shop).await, "https://api.360messenger.com");
}
