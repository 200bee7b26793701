//! The page that explains the JSON API, made from its `OpenAPI` document.

mod sample;

use std::sync::LazyLock;

use axum::response::Response;
use serde_json::Value;

use super::{Nav, html, shell};
use crate::api::document::document;
use crate::api::problem::TYPE;
use crate::api::slug::Slug;
use crate::api::table;
use crate::gate::Role;
use crate::oops::Oops;
use crate::view::{ApiCall, ApiField, ApiGroup, ApiPage, ApiProblem};
use crate::visit::Visit;
use crate::words::{Texts, capital};

/// The document as JSON.
static JSON: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(document()).unwrap_or_default());

/// The parameter that says which calls are shown: all of them together are too much for one page.
const ABOUT: &str = "about";

/// Shows the subjects of the calls and every problem, or the calls about one subject, each with a
/// line to try it.
pub(crate) async fn show(visit: Visit) -> Result<Response, Oops> {
    let t = visit.texts();
    let calls = table().into_iter().filter_map(|entry| {
        let call = entry.call?;
        let method = entry.route.method.as_str().to_lowercase();
        let operation = JSON.pointer("/paths")?.get(entry.route.path)?.get(&method)?;
        Some(told(operation, &method, entry.route.path, call.id, entry.route.role, t))
    });
    let problem = |slug: &Slug| ApiProblem {
        word: slug.word(),
        status: slug.status().as_u16(),
        title: slug.title(),
        todo: slug.todo(),
    };
    let about = visit.parameter(ABOUT).unwrap_or_default();
    let mut groups = grouped(calls);
    let shown = groups.iter_mut().find(|group| group.about == about).map(|group| {
        group.is_shown = true;
        std::mem::take(&mut group.calls)
    });
    html(&ApiPage {
        s: shell(&visit, t.api_title(), Nav::Words),
        t,
        heading: t.api_title().to_owned(),
        address: format!("api?{ABOUT}="),
        groups,
        shown,
        before: TYPE,
        problems: Slug::ALL.iter().map(problem).collect(),
    })
}

/// Groups the calls by subject: the second part of their paths.
fn grouped(calls: impl Iterator<Item = ApiCall>) -> Vec<ApiGroup> {
    let mut groups: Vec<ApiGroup> = Vec::new();
    for call in calls {
        let mut parts = call.path.split('/').filter(|part| !part.is_empty());
        let first = parts.next().unwrap_or_default();
        let all = if first == "api" { parts.next().unwrap_or_default() } else { first };
        // The path of a single thing groups apart: `message` beside `messages`.
        let is_of_one = parts.next().is_some_and(|part| part.starts_with('{'));
        let about = if is_of_one { all.trim_end_matches('s') } else { all };
        match groups.iter_mut().find(|group| group.about == about) {
            Some(group) => group.calls.push(call),
            None => groups.push(ApiGroup {
                title: capital(about),
                about: about.to_owned(),
                is_shown: false,
                calls: vec![call],
            }),
        }
    }
    groups
}

fn told(
    operation: &Value,
    method: &str,
    path: &str,
    id: &str,
    role: Option<Role>,
    t: &dyn Texts,
) -> ApiCall {
    let text = |name: &str| operation[name].as_str().unwrap_or_default();
    let body = operation.pointer("/requestBody/content/application~1json/schema");
    let answer = operation.pointer("/responses/200/content/application~1json/schema");
    let label = format!("{} {path}", method.to_uppercase());
    ApiCall {
        id: id.to_owned(),
        method: method.to_uppercase(),
        path: path.to_owned(),
        who: match role {
            Some(Role::Manager | Role::Admin) => t.api_managers(),
            Some(Role::Viewer) | None => t.api_viewers_too(),
        }
        .to_owned(),
        text: plain(format!("{}. {}", text("summary"), text("description")).trim_end()),
        fields: fields(operation, body, t),
        curl: curl(operation, method, path, body),
        curl_label: label.clone(),
        answer: answer.map(|schema| sample::written(schema, &JSON, false)).unwrap_or_default(),
        answer_label: label,
    }
}

/// A text of the document without the marks that Markdown has for code.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// The parameters, and the members of the body.
fn fields(operation: &Value, body: Option<&Value>, t: &dyn Texts) -> Vec<ApiField> {
    let kind = |schema: &Value, is_needed: bool| {
        let needed = if is_needed { t.api_needed() } else { t.api_may_be_left_out() };
        format!("{}, {needed}", sample::kind(schema, &JSON))
    };
    let mut fields = Vec::new();
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        fields.push(ApiField {
            name: parameter["name"].as_str().unwrap_or_default().to_owned(),
            kind: kind(&parameter["schema"], parameter["required"] == true),
            text: plain(parameter["description"].as_str().unwrap_or_default()),
        });
    }
    let Some(body) = body.map(|schema| sample::resolved(schema, &JSON)) else { return fields };
    let needed = body["required"].as_array();
    for (name, schema) in body["properties"].as_object().into_iter().flatten() {
        let is_needed = needed.is_some_and(|needed| needed.iter().any(|one| one == name));
        fields.push(ApiField {
            name: name.clone(),
            kind: kind(schema, is_needed),
            text: plain(schema["description"].as_str().unwrap_or_default()),
        });
    }
    fields
}

/// A command line to try the call with.
fn curl(operation: &Value, method: &str, path: &str, body: Option<&Value>) -> String {
    let head = "curl -H \"Authorization: Bearer $TOKEN\"";
    let post = match method {
        "post" => " -X POST",
        "patch" => " -X PATCH",
        _ => "",
    };
    let body = body.map(|schema| {
        let json = sample::written(schema, &JSON, true);
        format!(" \\\n  -H 'Content-Type: application/json' \\\n  -d '{json}'")
    });
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let needed = parameters.filter(|it| it["in"] == "query" && it["required"] == true);
    let query = needed.map(|it| {
        let value = sample::written(&it["schema"], &JSON, true);
        format!("{}={}", it["name"].as_str().unwrap_or_default(), value.trim_matches('"'))
    });
    let query = query.collect::<Vec<_>>().join("&");
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{head}{post} \"$CONSOLE{path}{mark}{query}\"{}", body.unwrap_or_default())
}
