//! The `OpenAPI` document, made from the table of routes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::Json;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathsBuilder};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{ComponentsBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::server::ServerBuilder;
use utoipa::openapi::{
    InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Ref, RefOr, Required, ResponseBuilder, Schema,
};
use utoipa::{PartialSchema, ToSchema};

use super::call::{Call, Shape};
use super::given::Parameters;
use super::problem::{Document, Problem};
use crate::route::Route;
use crate::visit::Visit;

/// The name of the schema of problems.
const PROBLEM: &str = "Problem";

/// An `OpenAPI` document; its own schema says no more than that.
pub(crate) struct DocumentShape;

impl PartialSchema for DocumentShape {
    fn schema() -> RefOr<Schema> {
        let about = "OpenAPI document.";
        ObjectBuilder::new().schema_type(Type::Object).description(Some(about)).into()
    }
}

impl ToSchema for DocumentShape {
    fn name() -> Cow<'static, str> {
        "OpenApi".into()
    }
}

static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(|| {
    let calls = super::table().into_iter().filter_map(|entry| Some((entry.route, entry.call?)));
    made(&calls.collect::<Vec<_>>())
});

/// The document, which is the same for all visitors.
pub(crate) fn document() -> &'static OpenApi {
    &DOCUMENT
}

/// Returns the document, with the address at which it was asked for as the server.
pub(crate) async fn show(visit: Visit) -> Result<Json<OpenApi>, Problem> {
    Parameters::none(&visit)?;
    let root = visit.links.to.trim_end_matches('/');
    let server = ServerBuilder::new().url(if root.is_empty() { "/" } else { root }).build();
    let mut document = document().clone();
    document.servers = Some(vec![server]);
    Ok(Json(document))
}

fn made(calls: &[(Route, Call)]) -> OpenApi {
    let mut schemas: BTreeMap<String, RefOr<Schema>> = BTreeMap::new();
    let mut keep = |all: Vec<(String, RefOr<Schema>)>| schemas.extend(all);
    let mut problem = vec![(PROBLEM.to_owned(), Document::schema())];
    Document::schemas(&mut problem);
    keep(problem);
    let mut items: BTreeMap<&str, PathItem> = BTreeMap::new();
    for (route, call) in calls {
        let body = call.body.map(|shape| shape());
        let answer = call.answer.map(|shape| shape());
        let name = |shape: &Option<Shape>| shape.as_ref().map(|it| it.name.clone().into_owned());
        let operation = operation(route, call, name(&body), name(&answer));
        for shape in body.into_iter().chain(answer) {
            keep(shape.all);
        }
        let method = match route.method.as_str() {
            "GET" => HttpMethod::Get,
            "PATCH" => HttpMethod::Patch,
            _ => HttpMethod::Post,
        };
        let item = PathItem::new(method, operation);
        match items.get_mut(route.path) {
            Some(known) => known.merge_operations(item),
            None => {
                items.insert(route.path, item);
            }
        }
    }
    let mut paths = PathsBuilder::new();
    for (path, item) in items {
        paths = paths.path(path, item);
    }
    let mut components = ComponentsBuilder::new()
        .security_scheme("bearer", SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer)));
    for (name, schema) in schemas {
        components = components.schema(name, schema);
    }
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("WhatsApp messages")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some(ABOUT))
                .build(),
        )
        .paths(paths.build())
        .components(Some(components.build()))
        .security(Some([SecurityRequirement::new("bearer", Vec::<String>::new())]))
        .build()
}

/// Description of the whole API.
const ABOUT: &str = "The functions of the console, for programs. Each call carries the access \
                     token of a person in the header `Authorization: Bearer`. A viewer sees \
                     neither texts nor whole numbers, and changes nothing. Times in answers are in \
                     UTC, in the form of RFC 3339. Times in calls may have any offset. Days are \
                     days of the business, by its clocks. A call that was not done is answered \
                     with a problem document (RFC 9457). Its `error` names the fault in one \
                     sentence, and its `type` ends in a word for programs to decide by.";

fn operation(
    route: &Route,
    call: &Call,
    body: Option<String>,
    answer: Option<String>,
) -> utoipa::openapi::path::Operation {
    let json =
        |name: String| ContentBuilder::new().schema(Some(Ref::from_schema_name(name))).build();
    let of_problem = |about: &str| {
        let response = ResponseBuilder::new().description(about);
        response.content("application/problem+json", json(PROBLEM.to_owned())).build()
    };
    let text = |about: &str| {
        let text = ObjectBuilder::new().schema_type(Type::String).build();
        HeaderBuilder::new().schema(Some(text)).description(Some(about)).build()
    };
    let mut done = ResponseBuilder::new()
        .description("Result of the call.")
        .header("X-Request-Id", text("Id of the request, as in the host's log."));
    if let Some(answer) = answer {
        done = done.content("application/json", json(answer));
    }
    if let Some(kind) = call.file {
        let about = "Name of the file.";
        done = done.content(kind, ContentBuilder::new().build());
        done = done.header("Content-Disposition", text(about));
    }
    if call.id == "send" {
        let about = "`true` if an earlier call with the same key made the message.";
        done = done.header("Idempotent-Replayed", text(about));
    }
    if call.is_tagged {
        done = done.header(
            "ETag",
            text("Version of the resource. A change sends it back in the header If-Match."),
        );
    }
    let mut given = (call.parameters)();
    given.extend(call.over.map(|header| header()));
    let mut operation = OperationBuilder::new()
        .operation_id(Some(call.id))
        .summary(Some(call.summary))
        .parameters(Some(given))
        .response("200", done.build())
        .response("400", of_problem("A malformed body, parameter or header."))
        .response("401", of_problem("No person is signed in, or the token is not valid."))
        .response("403", of_problem("The person may not make this call."))
        .response("404", of_problem("The thing that the call names does not exist here."))
        .response("422", of_problem("The call is well formed, but a value in it cannot be used."))
        .response("default", of_problem("Any other problem."));
    if !call.text.is_empty() {
        operation = operation.description(Some(call.text));
    }
    if call.over.is_some() {
        operation = operation
            .response("412", of_problem("Somebody changed the resource since the caller read it."))
            .response("428", of_problem("The header If-Match is missing."));
    }
    if route.method != "GET" {
        operation = operation
            .response("409", of_problem("The state forbids it, or a person must agree first."))
            .response("413", of_problem("The body is too large."))
            .response("415", of_problem("The header Content-Type is not application/json."));
    }
    if let Some(body) = body {
        let body = RequestBodyBuilder::new().content("application/json", json(body));
        let needed = if call.or_nothing { Required::False } else { Required::True };
        operation = operation.request_body(Some(body.required(Some(needed)).build()));
    }
    operation.build()
}
