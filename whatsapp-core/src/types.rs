//! Message types as data: the properties in which message types differ.

mod built_in;
mod definition;
mod name;
mod placeholder;
mod rules;

pub use definition::{MessageType, TypeDef};
pub use name::{InvalidTypeName, TYPE_NAME_MAX, TypeName};
pub use placeholder::{PLACEHOLDERS_MAX, Placeholder, Source, ValueKind};
pub use rules::{Category, Class, FileRule};
