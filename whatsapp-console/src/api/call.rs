//! The entry of a route in the `OpenAPI` document.

use std::borrow::Cow;

use utoipa::ToSchema;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::{RefOr, Schema};

/// The entry of a route in the `OpenAPI` document.
#[derive(Clone)]
pub(crate) struct Call {
    /// The name of the operation.
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    /// A longer description; empty where the summary is enough.
    pub(crate) text: &'static str,
    pub(crate) parameters: fn() -> Vec<Parameter>,
    pub(crate) body: Option<fn() -> Shape>,
    /// True if the body may be left out.
    pub(crate) or_nothing: bool,
    pub(crate) answer: Option<fn() -> Shape>,
    /// Content type of the file that the call returns instead of JSON.
    pub(crate) file: Option<&'static str>,
    /// True if the answer carries the version of the resource in `ETag`.
    pub(crate) is_tagged: bool,
    /// The header that names the version the call is based on, where the call needs it.
    pub(crate) over: Option<fn() -> Parameter>,
}

/// A schema and all schemas that it refers to.
pub(crate) struct Shape {
    pub(crate) name: Cow<'static, str>,
    pub(crate) all: Vec<(String, RefOr<Schema>)>,
}

impl Shape {
    fn of<T: ToSchema>() -> Self {
        let mut all = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut all);
        Self { name: T::name(), all }
    }
}

impl Call {
    pub(crate) const fn new(id: &'static str, summary: &'static str) -> Self {
        Self {
            id,
            summary,
            text: "",
            parameters: Vec::new,
            body: None,
            or_nothing: false,
            answer: None,
            file: None,
            is_tagged: false,
            over: None,
        }
    }

    pub(crate) const fn text(mut self, text: &'static str) -> Self {
        self.text = text;
        self
    }

    pub(crate) const fn with(mut self, parameters: fn() -> Vec<Parameter>) -> Self {
        self.parameters = parameters;
        self
    }

    pub(crate) const fn taking<T: ToSchema>(mut self) -> Self {
        self.body = Some(Shape::of::<T>);
        self
    }

    /// Marks a call whose body may be left out.
    pub(crate) const fn or_nothing(mut self) -> Self {
        self.or_nothing = true;
        self
    }

    /// Sets the content type of the file that the call returns.
    pub(crate) const fn giving_file(mut self, kind: &'static str) -> Self {
        self.file = Some(kind);
        self
    }

    pub(crate) const fn giving<T: ToSchema>(mut self) -> Self {
        self.answer = Some(Shape::of::<T>);
        self
    }

    /// Marks a call whose answer carries the version of the resource.
    pub(crate) const fn tagged(mut self) -> Self {
        self.is_tagged = true;
        self
    }

    /// Sets the header by which a change names the version it is based on.
    pub(crate) const fn over(mut self, header: fn() -> Parameter) -> Self {
        self.over = Some(header);
        self.tagged()
    }
}
