//! A program that calls the API.

use axum::Router;
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use whatsapp_core::attachment::{FoundFile, Place};
use whatsapp_core::{Runner, Running};

use super::schema::misfits;
use crate::door::{ask, console, request};
use crate::shop::Shop;

/// A file as the host keeps it.
pub(crate) const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<</Type/Page>>\nendobj\n%%EOF\n";

/// A program with somebody's token.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    router: Router,
    /// The path before those of the document.
    under: &'static str,
    document: Value,
    who: &'static str,
    headers: Vec<(&'static str, String)>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) json: Value,
}

impl Caller {
    /// Calls the console's own API.
    pub(crate) async fn of_api(shop: &Shop) -> Self {
        Self::over(shop, console(&shop.ports).router(), "").await
    }

    /// Calls the functions, like a front end that knew the predecessor.
    pub(crate) async fn of_functions(shop: &Shop) -> Self {
        let host = Router::new().nest("/functions/v1", console(&shop.ports).functions());
        Self::over(shop, host, "/functions/v1").await
    }

    async fn over(shop: &Shop, router: Router, under: &'static str) -> Self {
        let whole = console(&shop.ports).router();
        let asked =
            request(Method::GET, "/api/openapi.json", &[("authorization", "Bearer viewer")]);
        let document = serde_json::from_slice(&ask(&whole, asked, "").await.bytes).unwrap();
        Self { router, under, document, who: "Bearer manager", headers: Vec::new() }
    }

    pub(crate) fn document(&self) -> &Value {
        &self.document
    }

    /// The same program with another token.
    pub(crate) fn as_who(&self, who: &'static str) -> Self {
        Self { who, ..self.clone() }
    }

    /// The same program with another header.
    pub(crate) fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut caller = self.clone();
        caller.headers.push((name, value.into()));
        caller
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.call(Method::GET, path, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Reply {
        self.with("content-type", "application/json")
            .call(Method::POST, path, &body.to_string())
            .await
    }

    /// Calls, and checks the answer against the document.
    pub(crate) async fn call(&self, method: Method, path: &str, body: &str) -> Reply {
        let mut asked = request(method.clone(), path, &[("authorization", self.who)]);
        for (name, value) in &self.headers {
            asked = asked.header(*name, value);
        }
        let answer = ask(&self.router, asked, body).await;
        let json = if answer.bytes.is_empty() {
            Value::Null
        } else {
            let text = String::from_utf8_lossy(&answer.bytes);
            serde_json::from_slice(&answer.bytes).unwrap_or_else(|_| panic!("{path}: {text}"))
        };
        let reply = Reply { status: answer.status, headers: answer.headers, json };
        self.check(&method, path, &reply);
        reply
    }

    fn check(&self, method: &Method, path: &str, reply: &Reply) {
        let within = path.split('?').next().unwrap().strip_prefix(self.under).unwrap();
        let within =
            if self.under.is_empty() { within.to_owned() } else { format!("/api{within}") };
        let is_good = reply.status.is_success();
        let kind = if is_good { "application/json" } else { "application/problem+json" };
        assert_eq!(reply.headers["content-type"], kind, "{path}");
        let problem = self.document.pointer("/components/schemas/Problem").unwrap();
        let schema = if is_good {
            let operation = self.operation(method, &within).unwrap_or_else(|| panic!("{path}"));
            let place = "/responses/200/content/application~1json/schema";
            operation.pointer(place).unwrap()
        } else {
            assert_eq!(reply.json["success"], false, "{path}");
            assert_eq!(reply.json["status"], reply.status.as_u16(), "{path}");
            assert_eq!(reply.json["requestId"], reply.headers["x-request-id"].to_str().unwrap());
            problem
        };
        let misfits = misfits(&self.document, schema, &reply.json);
        assert!(misfits.is_empty(), "{method} {path}: {misfits:?} in {}", reply.json);
    }

    /// The document's entry for a call.
    pub(crate) fn operation(&self, method: &Method, path: &str) -> Option<&Value> {
        let fits = |route: &str| {
            let (route, path): (Vec<_>, Vec<_>) =
                (route.split('/').collect(), path.split('/').collect());
            let is_part = |(one, other): (&&str, &&str)| one == other || one.starts_with('{');
            route.len() == path.len() && route.iter().zip(&path).all(is_part)
        };
        let paths = self.document["paths"].as_object().unwrap();
        // A path that is written out goes before one with a name in it.
        let found = paths
            .get(path)
            .or_else(|| paths.iter().find(|(route, _)| fits(route)).map(|(_, item)| item));
        found?.get(method.as_str().to_lowercase())
    }
}

impl Reply {
    /// The kind of the problem.
    pub(crate) fn problem(&self) -> &str {
        let kind = self.json["type"].as_str().unwrap_or_else(|| panic!("{}", self.json));
        kind.strip_prefix("urn:whatsapp-console:problem:").unwrap()
    }

    pub(crate) fn pointers(&self) -> Vec<&str> {
        let errors = self.json["errors"].as_array().into_iter().flatten();
        errors.filter_map(|error| error["pointer"].as_str()).collect()
    }
}

/// The runner of the shop's dispatcher.
pub(crate) fn sending(shop: &Shop) -> Running {
    Runner::sending(shop.dispatcher()).unwrap().start()
}

/// A shop with a customer and with files.
pub(crate) fn shop() -> Shop {
    let shop = Shop::with_files();
    shop.customer(7, "Asha Traders");
    let file = || FoundFile::new(PDF.to_vec()).with_name(Some("INV-7.pdf"));
    shop.files.put(Place::Key("drive-7".to_owned()), file());
    let link = Place::Link("https://files.example/INV-7.pdf".to_owned());
    shop.files.put(link, file());
    shop
}
