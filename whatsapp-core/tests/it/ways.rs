//! A gateway or a key that is changed while messages are on their way.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use chrono::TimeDelta;
use whatsapp_core::audit::Actor;
use whatsapp_core::message::{
    AttemptOutcome, Delivery, Failure, FailureKind, Phase, Reported, Status,
};
use whatsapp_core::messenger::{AddressChangeError, Consent};
use whatsapp_core::port::{
    AddressError, AddressedGateway, GatewayAddress, Listing, MessageLog as _, Outbox as _,
    SettingsStore as _,
};
use whatsapp_core::retry::Disposition;
use whatsapp_core::{Dispatcher, MessageId, Messenger};
use whatsapp_testkit::fixtures::via;

use crate::shop::{Shop, error, row};

const HOST: &str = "api.360messenger.com";

/// A shop whose first message went by the old key and had no clear answer.
async fn in_doubt() -> (Shop, MessageId) {
    let shop = Shop::new();
    shop.gateway.goes_by(Some(via(HOST, "old")));
    let id = shop.enqueued("SO-1").await;
    shop.gateway.next_send(Err(error(Disposition::Unknown)));
    shop.tick().await;
    assert_eq!(shop.message(id).await.state.status, Status::Pending);
    (shop, id)
}

/// The ways in which a gateway can be a different one.
fn others() -> [whatsapp_core::message::Via; 3] {
    [via(HOST, "new"), via("gate.example", "old"), via("gate.example", "new")]
}

#[tokio::test]
async fn an_attempt_keeps_the_way_that_it_went() {
    let (shop, id) = in_doubt().await;
    let attempts = shop.store.attempts(id).await.unwrap();
    assert_eq!(attempts[0].via, Some(via(HOST, "old")));
    assert!(!format!("{attempts:?}").contains("old"), "never the key");
}

#[tokio::test]
async fn the_list_of_the_same_way_proves_that_a_message_was_not_taken() {
    let (shop, id) = in_doubt().await;
    shop.live_for(TimeDelta::minutes(40)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    assert_eq!(shop.gateway.sent().len(), 2);
}

#[tokio::test]
async fn a_message_that_another_key_or_gateway_does_not_list_is_never_sent_again_and_is_told() {
    for other in others() {
        let (shop, id) = in_doubt().await;
        shop.gateway.goes_by(Some(other));
        shop.live_for(TimeDelta::hours(2)).await;
        let Phase::Failed(Failure { kind, .. }) = shop.phase(id).await else { panic!() };
        assert_eq!(kind, FailureKind::UnknownOutcome);
        assert_eq!(shop.gateway.sent().len(), 1, "no second POST");
        let attempts = shop.store.attempts(id).await.unwrap();
        assert_eq!(attempts[0].outcome, Some(AttemptOutcome::UnknownHeld));
        let detail = attempts[0].detail.as_deref().unwrap();
        assert!(detail.contains("the gateway or its key was changed since"), "{detail}");
        assert_eq!(shop.store.notices().len(), 1);
    }
}

#[tokio::test]
async fn a_message_that_another_key_or_gateway_lists_is_sent() {
    for other in others() {
        let (shop, id) = in_doubt().await;
        shop.gateway.goes_by(Some(other));
        let text = shop.message(id).await.facts.text;
        let messages = vec![row("G-7", text, shop.opened)];
        shop.gateway.next_listing(Ok(Listing::new(messages, true)));
        shop.live_for(TimeDelta::minutes(2)).await;
        assert_eq!(shop.phase(id).await, Phase::Sent);
        assert_eq!(shop.gateway.sent().len(), 1);

        // Back at the first gateway, the id of the other one's list is another message's.
        let attempts = shop.store.attempts(id).await.unwrap();
        assert_eq!(attempts.last().unwrap().gateway_id, None);
        shop.gateway.goes_by(Some(via(HOST, "old")));
        shop.gateway.next_status(Ok(Reported::Reached(Delivery::Undelivered)));
        shop.live_for(TimeDelta::hours(3)).await;
        assert_eq!(shop.gateway.asked(), Vec::<String>::new());
        assert_eq!(shop.phase(id).await, Phase::Sent);
    }
}

#[tokio::test]
async fn a_key_that_comes_back_can_prove_absence_again() {
    let (shop, id) = in_doubt().await;
    shop.gateway.goes_by(Some(via(HOST, "new")));
    shop.live_for(TimeDelta::minutes(7)).await;
    assert_eq!(shop.gateway.looks().len(), 2);
    shop.gateway.goes_by(Some(via(HOST, "old")));
    shop.live_for(TimeDelta::minutes(40)).await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
}

#[tokio::test]
async fn a_status_is_asked_over_the_attempts_own_way_alone() {
    let shop = Shop::new();
    shop.gateway.goes_by(Some(via(HOST, "old")));
    let id = shop.enqueued("SO-1").await;
    shop.tick().await;
    assert_eq!(shop.phase(id).await, Phase::Sent);
    shop.gateway.goes_by(Some(via(HOST, "new")));
    // The message with that id there is another message.
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Undelivered)));
    shop.live_for(TimeDelta::minutes(10)).await;
    assert_eq!(shop.gateway.asked(), Vec::<String>::new());
    assert_eq!(shop.phase(id).await, Phase::Sent);
    shop.gateway.goes_by(Some(via(HOST, "old")));
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Delivered)));
    shop.gateway.next_status(Ok(Reported::Reached(Delivery::Delivered)));
    shop.live_for(TimeDelta::hours(3)).await;
    assert_eq!(shop.gateway.asked().first().map(String::as_str), Some("G-1"));
    assert_eq!(shop.message(id).await.state.delivery, Some(Delivery::Delivered));
    shop.gateway.goes_by(Some(via(HOST, "new")));
    shop.live_for(TimeDelta::hours(40)).await;
    assert_eq!(shop.store.owed().await.unwrap().watched, 0, "it is not followed for ever");
}

/// A gateway whose address can be moved, and which answers at some addresses.
#[derive(Debug, Default)]
struct Movable {
    at: Mutex<Option<String>>,
    /// The addresses that do not answer.
    down: Mutex<Vec<&'static str>>,
    tried: Mutex<Vec<String>>,
    fixed: bool,
}

impl Movable {
    fn tried(&self) -> Vec<String> {
        self.tried.lock().unwrap().clone()
    }
}

#[async_trait]
impl AddressedGateway for Movable {
    fn address(&self) -> GatewayAddress {
        let at = self.at.lock().unwrap().clone();
        if self.fixed { GatewayAddress::fixed(at, "so it is") } else { GatewayAddress::set(at) }
    }

    fn host_of(&self, address: &str) -> Result<String, AddressError> {
        let host = address.strip_prefix("https://").unwrap_or(address);
        let host = host.split('/').next().unwrap_or(host).to_owned();
        if host.ends_with("evil.example") {
            return Err(AddressError::NotAllowed { host, allowed: HOST.to_owned() });
        }
        Ok(host)
    }

    async fn try_address(&self, address: &str) -> Result<(), AddressError> {
        let host = self.host_of(address)?;
        self.tried.lock().unwrap().push(address.to_owned());
        if self.down.lock().unwrap().contains(&host.as_str()) {
            return Err(AddressError::NoAnswer { host, detail: "It is down".to_owned() });
        }
        Ok(())
    }

    async fn go_to(&self, address: &str) -> Result<(), AddressError> {
        self.try_address(address).await?;
        *self.at.lock().unwrap() = Some(address.to_owned());
        Ok(())
    }
}

struct Moved {
    shop: Shop,
    gateway: Arc<Movable>,
    dispatcher: Dispatcher,
    messenger: Messenger,
}

impl Moved {
    fn new(gateway: Movable) -> Self {
        let shop = Shop::new();
        let gateway = Arc::new(gateway);
        let ports = shop.ports.clone().with_address(gateway.clone());
        let dispatcher = Dispatcher::new(ports.clone()).unwrap();
        Self { shop, gateway, dispatcher, messenger: Messenger::new(ports) }
    }

    async fn tick(&self) -> whatsapp_core::dispatch::TickReport {
        use whatsapp_core::port::Clock as _;
        self.dispatcher.tick(self.shop.clock.now()).await.unwrap()
    }

    fn at(&self) -> Option<String> {
        self.gateway.at.lock().unwrap().clone()
    }

    async fn setting(&self) -> String {
        self.messenger.gateway_address().await.unwrap().setting
    }
}

#[tokio::test]
async fn an_address_in_the_settings_takes_effect_within_a_second() {
    let moved = Moved::new(Movable::default());
    moved.shop.enqueued("SO-1").await;
    moved.tick().await;
    assert_eq!(moved.at().as_deref(), Some("https://api.360messenger.com"));
    moved.shop.set("whatsapp_api_url", "https://gate.example/wa");
    moved.shop.clock.advance(TimeDelta::seconds(1));
    moved.shop.enqueued("SO-2").await;
    let report = moved.tick().await;
    assert_eq!((report.sent, report.blocked), (1, None));
    assert_eq!(moved.at().as_deref(), Some("https://gate.example/wa"));
    // It is not tried again with each pass.
    let tried = moved.gateway.tried().len();
    for order in ["SO-3", "SO-4"] {
        moved.shop.clock.advance(TimeDelta::seconds(10));
        moved.shop.enqueued(order).await;
        moved.tick().await;
    }
    assert_eq!(moved.gateway.tried().len(), tried);
}

#[tokio::test]
async fn an_address_that_cannot_be_used_leaves_the_old_one_at_work_and_is_tried_again() {
    let moved = Moved::new(Movable::default());
    moved.shop.enqueued("SO-1").await;
    moved.tick().await;
    moved.gateway.down.lock().unwrap().push("gate.example");
    moved.shop.set("whatsapp_api_url", "https://gate.example");
    for order in ["SO-2", "SO-3"] {
        moved.shop.clock.advance(TimeDelta::seconds(2));
        moved.shop.enqueued(order).await;
        assert_eq!(moved.tick().await.sent, 1, "the old one is at work");
    }
    assert_eq!(moved.gateway.tried().len(), 2, "one try for both");
    let refused = moved.dispatcher.address_refused().unwrap();
    assert_eq!(refused.to_string(), "no gateway answers at gate.example: It is down");
    moved.gateway.down.lock().unwrap().clear();
    moved.shop.clock.advance(TimeDelta::minutes(5));
    moved.shop.enqueued("SO-4").await;
    moved.tick().await;
    assert_eq!(moved.at().as_deref(), Some("https://gate.example"));
    assert_eq!(moved.dispatcher.address_refused(), None);
}

#[tokio::test]
async fn without_an_address_that_may_be_used_nothing_is_sent() {
    let moved = Moved::new(Movable::default());
    moved.shop.set("whatsapp_api_url", "https://evil.example");
    moved.shop.enqueued("SO-1").await;
    let report = moved.tick().await;
    let blocked = report.blocked.unwrap();
    assert!(blocked.starts_with("setting whatsapp_api_url: "), "{blocked}");
    assert!(blocked.contains("evil.example"), "{blocked}");
    assert_eq!(moved.shop.gateway.sent().len(), 0);
    moved.shop.set("whatsapp_api_url", "https://gate.example");
    moved.shop.clock.advance(TimeDelta::minutes(1));
    assert_eq!(moved.tick().await.sent, 1);
}

#[tokio::test]
async fn a_fixed_address_is_shown_with_its_reason_and_not_changed() {
    let moved = Moved::new(Movable { fixed: true, ..Movable::default() });
    moved.shop.set("whatsapp_api_url", "https://gate.example");
    moved.shop.enqueued("SO-1").await;
    assert_eq!(moved.tick().await.sent, 1);
    assert_eq!(moved.gateway.tried(), Vec::<String>::new());
    let shown = moved.messenger.gateway_address().await.unwrap();
    assert_eq!(shown.fixed.as_deref(), Some("so it is"));
    let change = moved
        .messenger
        .change_gateway_address("https://x.example", Consent::Given, &Actor::Host)
        .await;
    assert_eq!(change.unwrap_err().to_string(), "the gateway's address is fixed: so it is");
    assert_eq!(moved.setting().await, "https://gate.example");
    // A program that did not connect the two.
    let shown = moved.shop.messenger.gateway_address().await.unwrap();
    assert!(shown.fixed.is_some_and(|why| why.contains("does not take")));
    let change = moved.shop.messenger.change_gateway_address(
        "https://x.example",
        Consent::Given,
        &Actor::Host,
    );
    assert!(matches!(change.await, Err(AddressChangeError::Address(AddressError::Fixed { .. }))));
}

#[tokio::test]
async fn a_change_of_host_tells_first_what_is_under_way() {
    let moved = Moved::new(Movable::default());
    let messenger = &moved.messenger;
    moved.shop.enqueued("SO-1").await;
    moved.shop.gateway.next_send(Err(error(Disposition::Unknown)));
    moved.tick().await;
    moved.shop.enqueued("SO-2").await;
    let change = messenger
        .change_gateway_address("https://gate.example", Consent::NotAsked, &Actor::Host)
        .await;
    let Err(AddressChangeError::Unconfirmed(question)) = change else { panic!("{change:?}") };
    assert_eq!((question.owed.waiting, question.owed.in_doubt), (1, 1));
    assert_eq!((question.from.as_str(), question.to.as_str()), (HOST, "gate.example"));
    let asked = AddressChangeError::Unconfirmed(question).to_string();
    assert_eq!(
        asked,
        "1 messages wait and 1 are in doubt: confirm that they go by the gateway at gate.example \
         instead of api.360messenger.com"
    );
    assert_eq!(moved.setting().await, "https://api.360messenger.com");
    // An address that the gateway knows by the same name is no change.
    let path = "https://api.360messenger.com/wa";
    messenger.change_gateway_address(path, Consent::NotAsked, &Actor::Host).await.unwrap();
    assert_eq!(moved.setting().await, path);
    messenger
        .change_gateway_address("https://gate.example", Consent::Given, &Actor::Host)
        .await
        .unwrap();
    assert_eq!(moved.setting().await, "https://gate.example");
}

#[tokio::test]
async fn with_nothing_under_way_nobody_is_asked() {
    let moved = Moved::new(Movable::default());
    let change = moved.messenger.change_gateway_address(
        "https://gate.example",
        Consent::NotAsked,
        &Actor::Host,
    );
    change.await.unwrap();
    assert_eq!(moved.setting().await, "https://gate.example");
}

#[tokio::test]
async fn an_address_that_cannot_be_used_is_not_saved() {
    let moved = Moved::new(Movable::default());
    moved.gateway.down.lock().unwrap().push("gate.example");
    let before = moved.shop.store.load_settings().await.unwrap();
    for (address, why) in [
        ("https://evil.example", "may not send to"),
        ("https://gate.example", "no gateway answers"),
        ("gate.example", "setting whatsapp_api_url"),
        ("http://gate.example", "setting whatsapp_api_url"),
    ] {
        let change =
            moved.messenger.change_gateway_address(address, Consent::Given, &Actor::Host).await;
        let error = change.unwrap_err().to_string();
        assert!(error.contains(why), "{address}: {error}");
    }
    assert_eq!(moved.shop.store.load_settings().await.unwrap(), before);
    // A broken row can be mended.
    moved.shop.set("whatsapp_api_url", "nonsense");
    let change = moved.messenger.change_gateway_address(
        "https://x.example",
        Consent::NotAsked,
        &Actor::Host,
    );
    change.await.unwrap();
    assert_eq!(moved.setting().await, "https://x.example");
}

#[tokio::test]
async fn a_changed_address_is_audited_and_not_saved_untried() {
    use whatsapp_core::Desk;
    use whatsapp_core::audit::{Act, AuditTarget};
    use whatsapp_core::desk::SettingEdit;

    let moved = Moved::new(Movable::default());
    let change = moved.messenger.change_gateway_address(
        "https://gate.example",
        Consent::NotAsked,
        &Actor::Host,
    );
    change.await.unwrap();
    let entries = moved.shop.store.every_audit_entry();
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].act, &entries[0].by), (Act::SettingSaved, &Actor::Host));
    assert_eq!(entries[0].on, AuditTarget::Setting("whatsapp_api_url".to_owned()));

    let ports = moved.shop.ports.clone().with_address(moved.gateway.clone());
    let edit = SettingEdit::new("whatsapp_api_url", "https://x.example");
    let refused =
        Desk::new(ports).save_settings(&[edit], Consent::NotAsked, &Actor::Host).await.unwrap_err();
    assert!(refused.to_string().contains("tries it out first"), "{refused}");
    assert_eq!(moved.setting().await, "https://gate.example");
}

#[tokio::test]
async fn a_row_that_is_no_address_is_shown_to_nobody_but_the_page() {
    let moved = Moved::new(Movable::default());
    moved.shop.enqueued("SO-1").await;
    // Somebody put the key into the wrong field.
    moved.shop.set("whatsapp_api_url", "https://s3cret-key.evil.example");
    let shown = moved.messenger.gateway_address().await.unwrap();
    assert_eq!(shown.setting, "https://s3cret-key.evil.example");
    assert!(!format!("{shown:?}").contains("s3cret"), "{shown:?}");
    let change = moved
        .messenger
        .change_gateway_address("https://gate.example", Consent::NotAsked, &Actor::Host)
        .await;
    let refused = change.unwrap_err();
    assert!(!format!("{refused:?}").contains("s3cret"), "{refused:?}");
    let AddressChangeError::Unconfirmed(question) = refused else { panic!("{refused:?}") };
    assert_eq!(question.from, "an address that cannot be used");
    let asked = AddressChangeError::Unconfirmed(question).to_string();
    assert_eq!(
        asked,
        "1 messages wait and 0 are in doubt: confirm that they go by the gateway at gate.example \
         instead of an address that cannot be used"
    );
}
