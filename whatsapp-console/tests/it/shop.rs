//! A shop with a console, and a browser that has no scripts.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, Response, StatusCode};
use chrono::{DateTime, TimeDelta, Utc};
use scraper::{ElementRef, Html, Selector};
use tower::ServiceExt as _;
use url::form_urlencoded;
use whatsapp_console::{Console, Credential, Gate, Refused, Role, Visitor};
use whatsapp_core::audit::Actor;
use whatsapp_core::desk::TemplateEdit;
use whatsapp_core::message::{
    Cause, Delivery, Facts, Failure, FailureKind, MessageType, NewMessage, Progress, State,
    StateRow,
};
use whatsapp_core::port::{
    Clock as _, Customer, CustomerDirectory, CustomerSearch, DirectoryError, Outbox as _,
    PlanWrite, PlanWritten, PlannerStore as _, StepWrite, Store,
};
use whatsapp_core::schedule::{ReminderStep, StepName, StepReason, StepState};
use whatsapp_core::{
    CustomerId, Desk, Dispatcher, InvoiceId, MessageId, Messenger, Ports, TemplateId, UserId,
};
use whatsapp_testkit::fixtures::{START, greeting, number};
use whatsapp_testkit::{
    FixedDirectory, FixedLedger, FixedSource, ManualClock, MemoryMedia, MemoryStore,
    ScriptedTransport,
};

/// A gate that lets in whoever a header names: `asha manager`, or `asha manager Asha Rao`.
#[derive(Debug)]
struct Door;

#[async_trait]
impl Gate for Door {
    async fn enter(&self, request: &Parts) -> Result<Visitor, Refused> {
        let who = request.headers.get("x-who").and_then(|who| who.to_str().ok());
        let (name, role) = who.and_then(|who| who.split_once(' ')).ok_or(Refused::Nobody)?;
        // The role may be followed by the person's name, where that is not the key.
        let (role, called) = role.split_once(' ').unwrap_or((role, name));
        let role = if role == "viewer" { Role::Viewer } else { Role::Manager };
        let user = UserId::new(name).map_err(|_| Refused::Nobody)?;
        Ok(Visitor::new(user, called, role, Credential::Ambient, format!("session of {name}")))
    }
}

/// A shop with a console.
#[derive(Debug, Clone)]
pub(crate) struct Shop {
    pub(crate) store: MemoryStore,
    pub(crate) customers: FixedDirectory,
    pub(crate) ledger: FixedLedger,
    pub(crate) clock: ManualClock,
    pub(crate) gateway: ScriptedTransport,
    /// The host's files, for a shop that has some.
    pub(crate) files: FixedSource,
    pub(crate) ports: Ports,
    console: Router,
}

impl Shop {
    /// An empty shop on a working day at ten in India.
    pub(crate) fn new() -> Self {
        Self::over(|store| Arc::new(store))
    }

    /// The same over a store that behaves otherwise in one place.
    pub(crate) fn over(wrapped: impl FnOnce(MemoryStore) -> Arc<dyn Store>) -> Self {
        let (store, customers) = (MemoryStore::new(), FixedDirectory::default());
        let (clock, gateway) = (ManualClock::starting_at(START), ScriptedTransport::new());
        let ledger = FixedLedger::new();
        // Somebody is told of failures, so that nobody has to be asked for an address.
        store.put_setting("whatsapp_failure_notification_email", "asha@shop.example");
        let ports = Ports::new(wrapped(store.clone()), Arc::new(customers.clone()))
            .with_search(Arc::new(customers.clone()))
            .with_transport(Arc::new(gateway.clone()))
            .with_audit(Arc::new(store.clone()))
            .with_invoices(Arc::new(ledger.clone()))
            .with_plans(Arc::new(store.clone()))
            .with_mutes(Arc::new(store.clone()))
            .with_daily(Arc::new(store.clone()))
            .with_bulk(Arc::new(store.clone()))
            .with_campaigns(Arc::new(store.clone()))
            .with_clock(Arc::new(clock.clone()));
        let files = FixedSource::new();
        Self { console: mounted(&ports), store, customers, ledger, clock, gateway, files, ports }
    }

    /// The same shop with other adapters.
    pub(crate) fn with(mut self, change: impl FnOnce(Ports) -> Ports) -> Self {
        self.ports = change(self.ports);
        self.console = mounted(&self.ports);
        self
    }

    /// The same shop whose host searches no names.
    pub(crate) fn without_search() -> Self {
        let mut shop = Self::new();
        let store = Arc::new(shop.store.clone());
        let ports = Ports::new(store.clone(), Arc::new(shop.customers.clone()));
        shop.ports = ports.with_audit(store).with_clock(Arc::new(shop.clock.clone()));
        shop.console = mounted(&shop.ports);
        shop
    }

    /// The same shop whose host has files, reminders and mutes.
    pub(crate) fn with_files() -> Self {
        let mut shop = Self::new();
        let store = Arc::new(shop.store.clone());
        shop.ports = shop
            .ports
            .with_media(Arc::new(MemoryMedia::new()))
            .with_sources(Arc::new(shop.files.clone()))
            .with_invoices(Arc::new(shop.ledger.clone()))
            .with_plans(store.clone())
            .with_mutes(store);
        shop.console = mounted(&shop.ports);
        shop
    }

    /// The same shop whose host's records never answer.
    pub(crate) fn hanging() -> Self {
        let mut shop = Self::new();
        let store = Arc::new(shop.store.clone());
        let ports = Ports::new(store.clone(), Arc::new(Hangs)).with_search(Arc::new(Hangs));
        shop.ports = ports.with_audit(store).with_clock(Arc::new(shop.clock.clone()));
        shop.console = mounted(&shop.ports);
        shop
    }

    pub(crate) fn messenger(&self) -> Messenger {
        Messenger::new(self.ports.clone())
    }

    pub(crate) fn desk(&self) -> Desk {
        Desk::new(self.ports.clone())
    }

    pub(crate) fn dispatcher(&self) -> Dispatcher {
        Dispatcher::new(self.ports.clone()).unwrap()
    }

    /// A customer with a number, as the host knows it.
    pub(crate) fn customer(&self, seed: u64, name: &str) -> CustomerId {
        let id = CustomerId::new(format!("C-{seed}")).unwrap();
        self.customers.put(Customer::new(id.clone(), name, Some(&number(seed))));
        id
    }

    /// Puts a message into the log as it is.
    pub(crate) async fn put(&self, message: NewMessage) -> MessageId {
        let id = message.facts.id;
        self.store.enqueue(&[message]).await.unwrap();
        id
    }

    /// Saves a template and returns its id.
    pub(crate) async fn template(
        &self,
        name: &str,
        message_type: MessageType,
        text: &str,
        is_active: bool,
    ) -> TemplateId {
        let (name, text) = (name.to_owned(), text.to_owned());
        let edit =
            TemplateEdit { over: None, name, message_type, text, is_active, note: String::new() };
        self.desk().save_template(&edit, &Actor::Host).await.unwrap().id
    }

    /// A reminder of an invoice of customer `seed`, in this state; an earlier one is replaced.
    pub(crate) async fn remind(&self, seed: u64, invoice: &str, state: StepState) -> ReminderStep {
        let (id, customer) = (InvoiceId::new(invoice).unwrap(), format!("C-{seed}"));
        let (day, customer) = (START.date_naive(), CustomerId::new(customer).unwrap());
        let subject = format!("No. {invoice}");
        let new = ReminderStep::new(id, StepName::After(3), customer, subject, day, START);
        let (reason, why) = match state {
            StepState::Held => (Some(StepReason::TooLate), "Its day passed unsent."),
            _ => (None, ""),
        };
        let why = (!why.is_empty()).then(|| why.into());
        let step = new.stands(state, reason, why, self.clock.now());
        self.plan(step.clone()).await;
        step
    }

    /// Writes a reminder.
    pub(crate) async fn plan(&self, step: ReminderStep) {
        let before = self.store.steps_of(std::slice::from_ref(&step.invoice)).await.unwrap();
        let before = before.iter().find(|before| before.name == step.name);
        let seen = before.map(|before| before.revision);
        let write = StepWrite { step, seen, message: None };
        let write = PlanWrite { steps: vec![write], ..PlanWrite::default() };
        assert_eq!(self.store.write_plan(&write).await.unwrap(), PlanWritten::Done(Vec::new()));
    }

    /// A browser of this person, who has opened no page yet.
    pub(crate) fn browser(&self, who: &str) -> Browser {
        let console = self.console.clone();
        let (page, cookies) = (Page::default(), BTreeMap::new());
        Browser { console, who: who.to_owned(), cookies, page, done: String::new(), clicks: 0 }
    }

    pub(crate) fn manager(&self) -> Browser {
        self.browser("asha manager")
    }

    pub(crate) fn viewer(&self) -> Browser {
        self.browser("vik viewer")
    }
}

/// A host whose records never answer.
#[derive(Debug)]
struct Hangs;

#[async_trait]
impl CustomerDirectory for Hangs {
    async fn find_many(&self, _: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
        std::future::pending().await
    }
}

#[async_trait]
impl CustomerSearch for Hangs {
    async fn search(&self, _: &str, _: u32) -> Result<Vec<Customer>, DirectoryError> {
        std::future::pending().await
    }
}

fn mounted(ports: &Ports) -> Router {
    let console = Console::builder(ports.clone(), Arc::new(Door)).name("Shree").build().unwrap();
    console.mount(Router::new(), "/console")
}

/// A greeting to customer `seed`, in this state, made at `at`.
pub(crate) fn message(seed: u64, name: &str, at: DateTime<Utc>, state: State) -> NewMessage {
    let message = greeting(seed, at).with_facts(|facts| Facts {
        customer_name: name.into(),
        subject: Some(format!("SO-{seed}")),
        text: format!("Dear *{name}*, your order SO-{seed} is ready.").into(),
        ..facts
    });
    NewMessage { state: StateRow::of(&Progress::ended(state)), ..message }
}

/// A message that failed for good because of the number.
pub(crate) fn not_on_whatsapp() -> State {
    let failure = Failure::new(FailureKind::Rejected, "The number is not on WhatsApp.");
    State::Failed(failure.caused_by(Cause::Recipient))
}

/// A message that failed for good because of the gateway.
pub(crate) fn exhausted() -> State {
    let failure = Failure::new(FailureKind::Exhausted, "The gateway cannot be reached.");
    State::Failed(failure.caused_by(Cause::Gateway))
}

/// A message of which nobody knows whether it arrived.
pub(crate) fn unknown() -> State {
    let why = "The reply was lost, and the gateway could not be asked.";
    State::Failed(Failure::new(FailureKind::UnknownOutcome, why).caused_by(Cause::Gateway))
}

/// A message that waits for its time.
pub(crate) fn waiting(due: DateTime<Utc>) -> State {
    State::Waiting { due }
}

pub(crate) fn sent(at: DateTime<Utc>, delivery: Delivery) -> State {
    State::Sent { at, delivery, watch: None }
}

pub(crate) fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

/// An answer of a server.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
    /// Address of the page, with its query.
    pub(crate) url: String,
}

impl Page {
    pub(crate) fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// The texts of the elements that fit, without needless blanks.
    pub(crate) fn all(&self, selector: &str) -> Vec<String> {
        let html = self.html();
        html.select(&parsed(selector)).map(|element| text(&element)).collect()
    }

    /// The text of the only element that fits.
    pub(crate) fn one(&self, selector: &str) -> String {
        let all = self.all(selector);
        assert_eq!(all.len(), 1, "{selector} in {}", self.body);
        all.into_iter().next().unwrap()
    }

    /// The word of the notice that the answer's cookie has; empty where there is none.
    pub(crate) fn done(&self) -> String {
        let cookies = self.headers.get_all("set-cookie").iter();
        let mut told = cookies.filter_map(|it| it.to_str().unwrap().strip_prefix("console-done="));
        told.find_map(|it| it.split('.').next()).unwrap_or_default().to_owned()
    }

    /// All of the page's text that people read.
    pub(crate) fn told(&self) -> String {
        self.one("main")
    }

    /// An attribute of each of the elements that fit.
    pub(crate) fn attribute(&self, selector: &str, name: &str) -> Vec<String> {
        let html = self.html();
        let selector = parsed(selector);
        let all = html.select(&selector);
        all.filter_map(|element| element.attr(name).map(str::to_owned)).collect()
    }

    /// The address of the link whose text begins with `label`.
    pub(crate) fn link(&self, label: &str) -> String {
        let html = self.html();
        let links = parsed("a[href]");
        let mut links = html.select(&links);
        let found = links.find(|link| text(link).starts_with(label));
        let found = found.unwrap_or_else(|| panic!("no link {label:?} in {}", self.body));
        found.attr("href").unwrap().to_owned()
    }

    pub(crate) fn has_link(&self, label: &str) -> bool {
        self.all("a[href]").iter().any(|link| link.starts_with(label))
    }

    /// The form with this selector: its method, its target, and the fields it sends if nothing
    /// is changed.
    pub(crate) fn form(&self, selector: &str) -> Form {
        let html = self.html();
        let form = html.select(&parsed(selector)).next();
        let form = form.unwrap_or_else(|| panic!("no form {selector} in {}", self.body));
        let mut fields = Vec::new();
        let named = parsed("input[name], select[name], textarea[name]");
        let id = form.attr("id").unwrap_or_default();
        let elsewhere = html.select(&named).filter(|field| field.attr("form") == Some(id));
        for field in form.select(&named).chain(elsewhere) {
            let name = field.attr("name").unwrap().to_owned();
            let value = match (field.value().name(), field.attr("type")) {
                ("select", _) => {
                    let chosen = field.select(&parsed("option[selected]")).next();
                    chosen.and_then(|option| option.attr("value")).unwrap_or_default()
                }
                ("textarea", _) => {
                    // Browsers send line ends in this way.
                    let text = field.text().collect::<String>().replace('\n', "\r\n");
                    fields.push((name, text));
                    continue;
                }
                (_, Some("checkbox" | "radio")) if field.attr("checked").is_none() => continue,
                _ => field.attr("value").unwrap_or_default(),
            };
            fields.push((name, value.to_owned()));
        }
        let is_post = form.attr("method") == Some("post");
        let action = resolved(&self.url, form.attr("action").unwrap_or_default());
        Form { is_post, action, fields }
    }
}

/// A form as a browser would send it.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) is_post: bool,
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
}

impl Form {
    /// The same form without a field: a tick that is taken away.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self
    }

    /// The same form with this value in a field.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn value(&self, name: &str) -> String {
        let found = self.fields.iter().find(|(field, _)| field == name);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    fn written(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(&self.fields).finish()
    }
}

/// A browser without scripts, and the number of clicks of its user.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    console: Router,
    who: String,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) page: Page,
    /// The word of the last notice on the way to this page.
    pub(crate) done: String,
    pub(crate) clicks: u32,
}

impl Browser {
    /// The console without the browser.
    pub(crate) fn console(&self) -> Router {
        self.console.clone()
    }

    /// Goes to an address within the console, and follows where it leads.
    pub(crate) async fn open(&mut self, path: &str) -> &Page {
        self.get(&format!("/console/{path}")).await
    }

    /// Follows the link whose text begins with `label`.
    pub(crate) async fn click(&mut self, label: &str) -> &Page {
        self.clicks += 1;
        let to = self.followed(&self.page.link(label));
        self.get(&to).await
    }

    /// Follows the only link that fits.
    pub(crate) async fn click_on(&mut self, selector: &str) -> &Page {
        self.clicks += 1;
        let links = self.page.attribute(selector, "href");
        assert_eq!(links.len(), 1, "{selector} in {}", self.page.body);
        let to = self.followed(&links[0]);
        self.get(&to).await
    }

    /// Sends a form of the page.
    pub(crate) async fn submit(&mut self, form: &Form) -> &Page {
        self.clicks += 1;
        if !form.is_post {
            let path = form.action.split('?').next().unwrap_or_default();
            return self.get(&format!("{path}?{}", form.written())).await;
        }
        let answer = self.sent(form).await;
        self.follow(answer).await
    }

    /// A stream of events. It ends by itself, or after the time that a test lets pass.
    pub(crate) async fn stream(&self, url: &str) -> BodyDataStream {
        let request = Request::get(url).body(Body::empty()).unwrap();
        let response = self.response(request).await;
        assert_eq!(response.status(), StatusCode::OK, "{url}");
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        response.into_body().into_data_stream()
    }

    /// Sends a form of the page with a file in it, and follows.
    pub(crate) async fn upload(&mut self, form: &Form, name: &str, bytes: &[u8]) -> &Page {
        self.clicks += 1;
        let mut body = Vec::new();
        for (field, value) in &form.fields {
            let head = format!("--x7\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n");
            body.extend_from_slice(format!("{head}{value}\r\n").as_bytes());
        }
        let head = "--x7\r\nContent-Disposition: form-data; name=\"upload\"; filename=\"";
        body.extend_from_slice(format!("{head}{name}\"\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n--x7--\r\n");
        let request = Request::post(&form.action)
            .header("content-type", "multipart/form-data; boundary=x7")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body));
        let answer = self.ask(request.unwrap(), &form.action).await;
        self.follow(answer).await
    }

    /// The answer to a form, without following it.
    pub(crate) async fn sent(&self, form: &Form) -> Page {
        assert!(form.is_post);
        self.post(&form.action, &form.written()).await
    }

    async fn get(&mut self, url: &str) -> &Page {
        let request = Request::get(url).body(Body::empty()).unwrap();
        let answer = self.ask(request, url).await;
        self.follow(answer).await
    }

    async fn post(&self, url: &str, body: &str) -> Page {
        let request = Request::post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body.to_owned()));
        self.ask(request.unwrap(), url).await
    }

    async fn ask(&self, request: Request<Body>, url: &str) -> Page {
        let response = self.response(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        Page { status: parts.status, headers: parts.headers, body, url: url.to_owned() }
    }

    async fn response(&self, mut request: Request<Body>) -> Response<Body> {
        let headers = request.headers_mut();
        headers.insert("x-who", self.who.parse().unwrap());
        headers.insert("host", "shop.example".parse().unwrap());
        let cookies: Vec<_> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            headers.insert("cookie", cookies.join("; ").parse().unwrap());
        }
        self.console.clone().oneshot(request).await.unwrap()
    }

    /// Keeps the cookies of an answer.
    pub(crate) fn keep(&mut self, answer: &Page) {
        for cookie in answer.headers.get_all("set-cookie") {
            let mut parts = cookie.to_str().unwrap().split("; ");
            let (name, value) = parts.next().unwrap().split_once('=').unwrap();
            if parts.any(|part| part == "Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    async fn follow(&mut self, mut answer: Page) -> &Page {
        self.done = answer.done();
        for _ in 0..3 {
            self.keep(&answer);
            if answer.status != StatusCode::SEE_OTHER {
                break;
            }
            let to = answer.headers["location"].to_str().unwrap();
            let url = resolved(&answer.url, to);
            let request = Request::get(&url).body(Body::empty()).unwrap();
            answer = self.ask(request, &url).await;
        }
        self.page = answer;
        &self.page
    }

    fn followed(&self, link: &str) -> String {
        resolved(&self.page.url, link)
    }
}

/// Resolves a link on a page.
fn resolved(page: &str, link: &str) -> String {
    let base = url::Url::parse("https://shop.example").unwrap().join(page).unwrap();
    let to = base.join(link).unwrap();
    assert_eq!(to.host_str(), Some("shop.example"), "{link}");
    let query = to.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}{query}", to.path())
}

fn parsed(selector: &str) -> Selector {
    Selector::parse(selector).unwrap()
}

/// An element's text as people read it.
fn text(element: &ElementRef<'_>) -> String {
    let words: String = element.text().collect::<Vec<_>>().join(" ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Counts how often each of these is there.
pub(crate) fn counted<T: Ord>(all: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counted = BTreeMap::new();
    for one in all {
        *counted.entry(one).or_default() += 1;
    }
    counted
}
