//! A message type of a host's own, in every use of the library and over both databases.
//!
//! A new feature for messages adds its use here: one function, and one line in the test.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use tempfile::TempDir;
use whatsapp_360messenger::Gateway;
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::TemplateEdit;
use whatsapp_core::message::{
    CancelReason, Category, Class, MessageKey, MessageType, Phase, Placeholder, Status, Trigger,
    TypeDef,
};
use whatsapp_core::messenger::Resend;
use whatsapp_core::mute::{MuteOf, MuteOn};
use whatsapp_core::notices::{NoticeReport, Notices};
use whatsapp_core::port::{
    ApiKey, Clock as _, Customer, FixedKey, LogFilter, MuteStore, Sort, Store, Turn,
};
use whatsapp_core::template::Types;
use whatsapp_core::{
    Attachment, Desk, Dispatcher, MessageId, Messenger, Ports, Request, TemplateId,
};
use whatsapp_store_sqlx::{PostgresStore, SqliteStore};
use whatsapp_testdb::TestDatabase;
use whatsapp_testkit::fixtures::{START, save_settings};
use whatsapp_testkit::gateway::{Answer, Fault, StandInGateway};
use whatsapp_testkit::{FixedDirectory, ManualClock, MemoryMedia, RecordingNotifier};

use crate::shop::{customer, number, unhurried};

static APPOINTMENT: TypeDef = TypeDef::new(
    "appointment",
    "Appointment",
    &[
        Placeholder::CUSTOMER_NAME,
        Placeholder::line("time", "Day and time", "11 Feb 2026, 10:30"),
        Placeholder::lines("address", "Where to come", "12 Station Road\nPune"),
        Placeholder::amount("fee", "What it costs", "₹500.00"),
        Placeholder::file_link("planLink", "Link to the plan", "https://shop.example/plan.pdf"),
    ],
    "Dear {customerName}, we expect you on {time}:\n{address}\nFee: ₹{fee}. Plan: {planLink}",
)
.with_subject("time", "Appointment")
.with_class(Class::Reminder)
.with_category(Category::Reminders);

/// The type, which a host writes beside the definition.
const OWN: MessageType = MessageType::of(&APPOINTMENT);

/// A host over one of the databases.
struct House {
    name: &'static str,
    store: Arc<dyn Store>,
    gateway: StandInGateway,
    notifier: RecordingNotifier,
    clock: ManualClock,
    ports: Ports,
    dispatcher: Dispatcher,
    messenger: Messenger,
    /// Holds the database; removed with the house.
    _database: Box<dyn Any + Send + Sync>,
}

impl House {
    async fn both() -> [Self; 2] {
        let folder = TempDir::new().unwrap();
        let sqlite = SqliteStore::open(folder.path().join("whatsapp.db")).await.unwrap();
        let database = TestDatabase::create().await;
        let postgres = PostgresStore::open(database.url()).await.unwrap();
        [
            Self::over("SQLite", Arc::new(sqlite), Box::new(folder)).await,
            Self::over("Postgres", Arc::new(postgres), Box::new(database)).await,
        ]
    }

    async fn over(
        name: &'static str,
        store: Arc<impl Store + MuteStore>,
        database: Box<dyn Any + Send + Sync>,
    ) -> Self {
        let clock = ManualClock::starting_at(START);
        let now = clock.clone();
        let gateway = StandInGateway::builder().now(move || now.now()).start().await.unwrap();
        let key = FixedKey(ApiKey::new(gateway.key()).unwrap());
        let adapter = Gateway::builder(Arc::new(key)).base_url(gateway.url());
        let adapter = Arc::new(adapter.clock(Arc::new(clock.clone())).build().unwrap());
        let notifier = RecordingNotifier::new();
        let asha = Customer::new(customer(1), "Asha Traders", Some(&number(1)));
        let ports = Ports::new(store.clone(), Arc::new(FixedDirectory::new([asha])))
            .with_mutes(store.clone())
            .with_types(Types::new([OWN]).unwrap())
            .with_transport(adapter.clone())
            .with_deliveries(adapter)
            .with_media(Arc::new(MemoryMedia::new()))
            .with_notifier(Arc::new(notifier.clone()))
            .with_clock(Arc::new(clock.clone()));
        let dispatcher = Dispatcher::new(ports.clone()).unwrap().with_options(unhurried());
        let messenger = Messenger::new(ports.clone());
        Self {
            name,
            store,
            gateway,
            notifier,
            clock,
            ports,
            dispatcher,
            messenger,
            _database: database,
        }
    }

    async fn set(&self, key: &str, value: &str) {
        save_settings(&*self.store, &[(key, value)], self.clock.now()).await;
        // The dispatcher's settings hold for a second.
        self.clock.advance(TimeDelta::seconds(2));
    }

    /// Ticks until nothing is due, then moves the clock to the next due time, for `time` at most.
    async fn live_for(&self, time: TimeDelta) {
        let end = self.clock.now() + time;
        for _ in 0..1_000 {
            match self.dispatcher.tick(self.clock.now()).await.unwrap().again_at {
                Some(at) if at <= self.clock.now() => {}
                Some(at) if at <= end => self.clock.advance_to(at),
                Some(_) | None => return self.clock.advance_to(end),
            }
        }
        panic!("the dispatcher does not come to rest");
    }

    async fn phase(&self, id: MessageId) -> Phase {
        self.store.message(id).await.unwrap().unwrap().phase(self.clock.now())
    }

    async fn went_out(&self, id: MessageId) -> bool {
        matches!(self.phase(id).await, Phase::Sent | Phase::Delivered)
    }

    /// Returns the ids on the first page of what this filter shows.
    async fn page(&self, set: impl FnOnce(&mut LogFilter) + Send) -> Vec<MessageId> {
        let mut filter = LogFilter::default();
        set(&mut filter);
        let page = self.store.page(&filter, Sort::Newest, Turn::First, 50).await.unwrap();
        assert_eq!(page.broken, []);
        page.messages.iter().map(|message| message.facts.id).collect()
    }
}

/// Makes the appointment of this number.
fn appointment(no: u32) -> Request {
    let time = format!("{no} Feb 2026, 10:30");
    let values =
        [("time", time.as_str()), ("address", "12 Station Road\nPune"), ("fee", "₹500.00")];
    let values: BTreeMap<_, _> =
        values.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let plan = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n".to_vec();
    Request::values(customer(1), OWN, values)
        .with_attachment(Attachment::file("plan.pdf", plan).unwrap())
        .with_key(MessageKey::of(OWN, &[&no.to_string()]))
        .with_trigger(Trigger::Auto)
}

/// Lets a manager look at a text and save it as the type's template; a wrong text is refused.
async fn save_and_preview(house: &House) -> TemplateId {
    let text = "{customerName}: {time}, {address}, ₹{fee}, {planLink}";
    let preview = Messenger::preview(OWN, text).unwrap();
    assert_eq!(
        preview.text,
        "Asha Traders: 11 Feb 2026, 10:30, 12 Station Road\nPune, ₹500.00, https://shop.example/plan.pdf"
    );
    let wrong = Messenger::preview(OWN, "{time}, {fees}").unwrap_err().to_string();
    assert!(
        wrong
            .ends_with("there is no placeholder {fees} for this message type; did you mean {fee}?")
    );

    let edit = TemplateEdit::new("Appointments", OWN, text);
    let desk = Desk::new(house.ports.clone());
    let first = desk.save_template(&edit, &Actor::Host).await.unwrap();
    let off = desk.switch_template(first, false, &Actor::Host).await.unwrap();
    let back = desk.roll_back_template(off, 1, &Actor::Host).await.unwrap();
    desk.switch_template(back, true, &Actor::Host).await.unwrap().id
}

/// Enqueues messages with the host's own values; two that are the same count as one.
async fn enqueue(house: &House) -> MessageId {
    let first = house.messenger.enqueue(appointment(1)).await.unwrap();
    let again = house.messenger.enqueue(appointment(1)).await.unwrap();
    assert_eq!((first.message_id, first.is_new), (again.message_id, !again.is_new));
    first.message_id
}

/// Lets a manager find the message in the log, by every fact about it.
async fn log(house: &House, id: MessageId, template: TemplateId) {
    assert_eq!(house.page(|_| {}).await, [id]);
    assert_eq!(house.page(|filter| filter.message_type = Some(OWN.name())).await, [id]);
    let festival = MessageType::FESTIVAL.name();
    assert_eq!(house.page(|filter| filter.message_type = Some(festival)).await, []);
    assert_eq!(house.store.counts(10).await.unwrap().pending, 1);

    let message = house.store.message(id).await.unwrap().unwrap();
    assert_eq!(message.facts.message_type, OWN);
    assert_eq!(house.ports.types().label(message.facts.message_type), "Appointment");
    assert_eq!(message.facts.subject.as_deref(), Some("1 Feb 2026, 10:30"));
    assert_eq!(message.facts.template_id, Some(template));
    assert_eq!(message.facts.values.unwrap().get("fee"), Some("₹500.00"));
    assert_eq!(message.state.owed.unwrap().class, Class::Reminder);
}

/// Sends the message by the saved template, once.
async fn send(house: &House, id: MessageId) {
    house.live_for(TimeDelta::hours(1)).await;
    assert!(house.went_out(id).await);
    let posts = house.gateway.posts();
    assert_eq!(posts.len(), 1);
    let link = posts[0].url.clone().unwrap();
    assert_eq!(
        posts[0].text,
        format!("Asha Traders: 1 Feb 2026, 10:30, 12 Station Road\nPune, ₹500.00, {link}")
    );
    assert_eq!(house.page(|filter| filter.statuses = [Status::Sent].into()).await, [id]);
}

/// Checks that a message that fails is told under the type's own name, and can be sent again.
async fn fail_tell_and_resend(house: &House) {
    house.set("whatsapp_failure_notification_email", "boss@shop.example").await;
    house.gateway.next(Fault::refuse(Answer::Status(400)));
    let id = house.messenger.enqueue(appointment(2)).await.unwrap().message_id;
    house.live_for(TimeDelta::minutes(1)).await;
    assert!(matches!(house.phase(id).await, Phase::Failed(_)));
    let told = Notices::new(house.ports.clone()).tick(house.clock.now()).await.unwrap();
    assert_eq!(told, NoticeReport::Sent(1));
    let (_, digest) = house.notifier.sent().pop().unwrap();
    assert_eq!(digest.notices[0].message_type, OWN);

    let resend = Resend::new(id, Actor::Host);
    let again = house.messenger.resend(&resend).await.unwrap();
    house.live_for(TimeDelta::minutes(1)).await;
    assert!(house.went_out(again).await);
}

/// Checks that the type's switch withdraws waiting messages, and refuses new ones.
async fn switch_off(house: &House) {
    let later = house.clock.now() + TimeDelta::hours(1);
    let waiting = appointment(3).with_schedule(later);
    let id = house.messenger.enqueue(waiting).await.unwrap().message_id;
    house.set("whatsapp_appointment_enabled", "false").await;
    house.live_for(TimeDelta::hours(2)).await;
    assert_eq!(house.phase(id).await, Phase::Cancelled(CancelReason::SwitchedOff));
    let refused = house.messenger.enqueue(appointment(4)).await.unwrap_err();
    assert_eq!(refused.to_string(), "Appointment messages are switched off in the settings");
    house.set("whatsapp_appointment_enabled", "true").await;
    house.messenger.enqueue(appointment(4)).await.unwrap();
}

/// Checks that a mute of the type's category keeps its messages back, and that one of another
/// category does not.
async fn mute(house: &House) {
    let desk = Desk::new(house.ports.clone());
    let on = MuteOn::Customer(customer(1));
    desk.mute(on.clone(), MuteOf::Greetings, &Actor::Host).await.unwrap();
    let mute = desk.mute(on, MuteOf::Reminders, &Actor::Host).await.unwrap();
    let id = house.messenger.enqueue(appointment(5)).await.unwrap().message_id;
    house.live_for(TimeDelta::minutes(1)).await;
    assert_eq!(house.phase(id).await, Phase::Cancelled(CancelReason::Muted));
    desk.unmute(mute.id, &Actor::Host).await.unwrap().unwrap();
    let id = house.messenger.enqueue(appointment(6)).await.unwrap().message_id;
    house.live_for(TimeDelta::minutes(1)).await;
    assert!(house.went_out(id).await);
}

#[tokio::test]
async fn a_type_of_the_hosts_own_goes_through_every_door_on_both_databases() {
    for house in House::both().await {
        println!("over {}", house.name);
        let template = save_and_preview(&house).await;
        let id = enqueue(&house).await;
        log(&house, id, template).await;
        send(&house, id).await;
        fail_tell_and_resend(&house).await;
        switch_off(&house).await;
        mute(&house).await;
    }
}
