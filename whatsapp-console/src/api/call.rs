//! What the document says of a route.

use std::borrow::Cow;

use utoipa::ToSchema;
use utoipa::openapi::path::Parameter;
use utoipa::openapi::{RefOr, Schema};

/// What the document says of a route.
#[derive(Clone)]
pub(crate) struct Call {
    /// The name of the operation.
    pub(crate) id: &'static str,
    pub(crate) summary: &'static str,
    /// More of it; empty where the summary says all.
    pub(crate) text: &'static str,
    pub(crate) parameters: fn() -> Vec<Parameter>,
    pub(crate) body: Option<fn() -> Shape>,
    /// Whether the body may be left out.
    pub(crate) or_nothing: bool,
    pub(crate) answer: Option<fn() -> Shape>,
    /// What it gives in the place of JSON.
    pub(crate) file: Option<&'static str>,
    /// Whether its answer says the version of what it shows.
    pub(crate) is_tagged: bool,
    /// The header that says which version it is decided over, where it has to say that.
    pub(crate) over: Option<fn() -> Parameter>,
}

/// A schema and all that it refers to.
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

    /// The same for a call that may have nothing to say.
    pub(crate) const fn or_nothing(mut self) -> Self {
        self.or_nothing = true;
        self
    }

    /// The same for a call that gives a file of this kind.
    pub(crate) const fn giving_file(mut self, kind: &'static str) -> Self {
        self.file = Some(kind);
        self
    }

    pub(crate) const fn giving<T: ToSchema>(mut self) -> Self {
        self.answer = Some(Shape::of::<T>);
        self
    }

    /// The same for a call that says the version of what it shows.
    pub(crate) const fn tagged(mut self) -> Self {
        self.is_tagged = true;
        self
    }

    /// The same for a change of the version that it names by this header.
    pub(crate) const fn over(mut self, header: fn() -> Parameter) -> Self {
        self.over = Some(header);
        self.tagged()
    }
}
