//! The fields of a form.

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// The pairs of a form, in order. The guard has read it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed(pub(crate) Arc<Vec<(String, String)>>);

impl Typed {
    /// The first value of a field, without blanks round it; empty where it is not there.
    pub(crate) fn get(&self, name: &str) -> &str {
        let field = self.0.iter().find(|(field, _)| field == name);
        field.map_or("", |(_, value)| value.trim())
    }

    /// The first value of a field as it was typed.
    pub(crate) fn as_typed(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }
}

/// The file of a form; `None` where none was chosen.
#[derive(Debug, Clone, Default)]
pub(crate) struct Upload(pub(crate) Option<Uploaded>);

/// A file as it was sent: nothing is checked yet.
#[derive(Clone)]
pub(crate) struct Uploaded {
    /// The file's name as the browser gave it.
    pub(crate) name: String,
    pub(crate) bytes: Bytes,
}

impl fmt::Debug for Uploaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uploaded({} bytes)", self.bytes.len())
    }
}

impl<S: Sync> FromRequestParts<S> for Upload {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

impl<S: Sync> FromRequestParts<S> for Typed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_default())
    }
}

/// The field by which a form says that its file was not kept.
pub(crate) const FILE_LOST: &str = "file-lost";
