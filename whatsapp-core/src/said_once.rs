//! A table of all error types of the crate, which says that none repeats a clause.

mod domain;
mod ports;
mod use_cases;

use chrono::{DateTime, FixedOffset, NaiveDate};
use whatsapp_testkit::errors::Said;

use crate::template::{RenderError, Template, TemplateErrors};
use crate::types::{MessageType, TypeName};

#[test]
fn no_error_says_a_clause_twice() {
    let mut said = Said::default();
    domain::add(&mut said);
    ports::add(&mut said);
    use_cases::add(&mut said);
    said.check(env!("CARGO_MANIFEST_DIR"));
}

fn day() -> NaiveDate {
    "2026-11-08".parse().unwrap()
}

fn instant() -> DateTime<FixedOffset> {
    "2026-11-08T22:30:00+05:30".parse().unwrap()
}

fn unknown_type() -> TypeName {
    TypeName::new("delivery_note").unwrap()
}

fn template_errors() -> TemplateErrors {
    Template::check(MessageType::INVOICE, "Dear {customer_name}, {}").unwrap_err()
}

fn render_error() -> RenderError {
    RenderError::Missing { names: vec!["amount", "dueDate"] }
}
