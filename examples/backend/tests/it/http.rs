use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use whatsapp_example_backend::routes;
use whatsapp_testkit::gateway::StandInGateway;

use crate::trial::{Place, Trial, on_both};

on_both! {
    the_shop_tells_over_http_what_it_did,
    bad_input_is_answered_with_a_sentence_that_names_the_field,
    no_refusal_is_empty,
}

/// The shop, served on a port of this machine.
struct Site {
    trial: Trial,
    client: Client,
    address: String,
}

impl Site {
    async fn open(place: Place) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let gateway = StandInGateway::builder().fetching();
        let trial = Trial::open_at(place, &address, gateway).await;
        let app = routes::router(trial.shop().clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let client = Client::builder().no_proxy().build().unwrap();
        Self { trial, client, address }
    }

    async fn post(&self, path: &str, body: &str) -> (StatusCode, Value) {
        let url = format!("{}{path}", self.address);
        let answer = self.client.post(url).body(body.to_owned()).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let url = format!("{}{path}", self.address);
        let answer = self.client.get(url).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }
}

async fn the_shop_tells_over_http_what_it_did(place: Place) {
    let site = Site::open(place).await;
    let body = json!({ "name": "Gupta & Sons", "whatsappNumber": "+919876543211" }).to_string();
    let (status, customer) = site.post("/customers", &body).await;
    assert_eq!(status, StatusCode::CREATED);

    let body = json!({
        "customerId": customer["id"], "number": "INV-7", "amount": "999.50",
        "dueDate": "2026-12-31",
    });
    let (status, invoice) = site.post("/invoices", &body.to_string()).await;
    assert_eq!(status, StatusCode::CREATED, "{invoice}");
    assert_eq!(invoice["message"]["status"], "enqueued");

    let (status, again) = site.post("/invoices", &body.to_string()).await;
    assert_eq!((status, &again["error"]), (StatusCode::CONFLICT, &json!("number: INV-7 is taken")));
    let (status, paid) = site.post("/invoices/INV-7/paid", "").await;
    assert_eq!((status, &paid["paid"]), (StatusCode::OK, &json!(true)));

    let body = json!({ "customerId": customer["id"], "number": "SO-7", "items": ["5 × Fan"] });
    assert_eq!(site.post("/orders", &body.to_string()).await.0, StatusCode::CREATED);
    let (_, told) = site.post("/orders/SO-7/delivered", "").await;
    assert_eq!(told["message"]["status"], "enqueued");
    let (_, told) = site.post("/orders/SO-7/delivered", "").await;
    assert_eq!(told["message"]["status"], "told before");

    site.trial.dispatch().await;
    let sent = site.trial.gateway.fetches().wait_for(1).await.remove(0);
    assert!(sent.url.unwrap().starts_with(&format!("{}/files/", site.address)));
    let file = &sent.fetched[0];
    assert_eq!(file.problem, None, "{file:?}");
    assert_eq!(file.file_name, "INV-7.pdf");
    assert_eq!(file.content_type.as_deref(), Some("application/pdf"));
    assert!(file.content_disposition.as_ref().unwrap().contains("INV-7.pdf"));

    let (_, messages) = site.get("/messages?limit=1").await;
    assert_eq!(messages.as_array().unwrap().len(), 1);
    assert_eq!(messages[0]["status"], "sent");
    let (status, health) = site.get("/health").await;
    assert_eq!((status, &health["sent"]), (StatusCode::OK, &json!(2)));
}

async fn bad_input_is_answered_with_a_sentence_that_names_the_field(place: Place) {
    let site = Site::open(place).await;
    let customer = site.trial.customer;
    let invoice = |name: &str, value: Value| {
        let mut body = json!({
            "customerId": customer, "number": "INV-7", "amount": "5", "dueDate": "2026-12-31",
        });
        body[name] = value;
        body.to_string()
    };
    let stranger = uuid::Uuid::nil();
    let refused = [
        ("/customers", r#"{"whatsappNumber": null}"#.to_owned(), "name: is missing"),
        ("/customers", r#"{"name": " "}"#.to_owned(), "name: is empty"),
        (
            "/customers",
            r#"{"name": "A", "whatsappNumber": "98765"}"#.to_owned(),
            "whatsappNumber: ",
        ),
        ("/customers", r#"{"nam": "A"}"#.to_owned(), "nam: there is no such field"),
        ("/customers", "name=A".to_owned(), "the body is not JSON"),
        ("/customers", "[]".to_owned(), "the body is not a JSON object"),
        ("/invoices", invoice("customerId", json!("7")), "customerId: is not a UUID"),
        ("/invoices", invoice("customerId", json!(stranger)), "customerId: there is no such"),
        ("/invoices", invoice("amount", json!("5,00")), "amount: "),
        ("/invoices", invoice("amount", json!("0")), "amount: is nothing"),
        ("/invoices", invoice("amount", json!(5)), "amount: is not a text"),
        ("/invoices", invoice("dueDate", json!("31.12.2026")), "dueDate: is not a date like"),
        ("/invoices", invoice("number", json!("INV/7")), "number: has 40 letters"),
        ("/orders", invoice("items", json!([])), "amount: there is no such field"),
    ];
    for (path, body, sentence) in refused {
        let (status, answer) = site.post(path, &body).await;
        let error = answer["error"].as_str().unwrap();
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path} {body}: {error}");
        assert!(error.starts_with(sentence), "{path} {body}: {error}");
    }
    for path in ["/invoices/INV-9/paid", "/invoices/INV-9/reminder", "/orders/SO-9/delivered"] {
        let (status, answer) = site.post(path, "").await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        assert!(answer["error"].as_str().unwrap().starts_with("number: there is no "));
    }
    assert_eq!(site.get("/messages?limit=0").await.0, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.trial.messages().await, 0);
}

async fn no_refusal_is_empty(place: Place) {
    let site = Site::open(place).await;
    let calls = [
        (Method::GET, "/customers", 405, Some("POST"), true),
        (Method::DELETE, "/invoices/INV-7/paid", 405, Some("POST"), true),
        (Method::POST, "/messages?limit=1", 405, Some("GET,HEAD"), true),
        (Method::GET, "/orders/7/returned", 404, None, true),
        (Method::GET, "/customers/7", 404, None, true),
        (Method::GET, "/", 404, None, false),
        (Method::GET, "/favicon.ico", 404, None, false),
        (Method::GET, "/healthy", 404, None, false),
        (Method::GET, "/files/nothing", 404, None, false),
    ];
    for (method, path, status, allowed, is_api) in calls {
        let call = site.client.request(method.clone(), format!("{}{path}", site.address));
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), status, "{method} {path}");
        let header = |name| answer.headers().get(name).map(|it| it.to_str().unwrap().to_owned());
        assert_eq!(header("allow").as_deref(), allowed, "{method} {path}");
        let kind = header("content-type").unwrap();
        let said = answer.text().await.unwrap();
        if is_api {
            assert_eq!(kind, "application/problem+json", "{method} {path}");
            let problem: Value = serde_json::from_str(&said).unwrap();
            assert_eq!(problem["status"], status, "{method} {path}");
            assert!(problem["detail"].as_str().unwrap().ends_with('.'), "{said}");
            assert_eq!(problem["error"], problem["detail"]);
        } else {
            assert_eq!(kind, "text/plain; charset=utf-8", "{method} {path}");
            assert!(said.ends_with("The pages for managers are at /console.\n"), "{said}");
        }
    }
}
