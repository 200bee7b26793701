//! The console of `whatsapp-core`: pages on which a shop's managers see what happened to each message and
//! why, and put it right. A host mounts it in its own axum router, behind its own sign-in.

mod assets;
mod cache;
mod console;
mod gate;
mod guard;
mod inner;
mod links;
mod oops;
mod page;
mod routes;
mod secret;
mod view;
mod visit;
mod words;
mod work;

pub use console::{Console, ConsoleBuilder, ConsoleError};
pub use gate::{Credential, Gate, Refused, Role, Visitor};
pub use routes::Route;
pub use secret::{ConsoleSecret, WeakSecret};
pub use words::{English, Labels, Sentences, Texts};
