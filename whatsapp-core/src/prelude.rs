//! The few names that most programs need in scope: `use whatsapp_core::prelude::*;`.
//!
//! It has three kinds of names, and nothing else:
//!
//! - the types that a program is put together from, and the ids that it hands over and gets back;
//! - the ports that the back-end itself implements, with the values that it answers with;
//! - the ports whose methods a program calls on a store or a clock, because a method is found only
//!   if its trait is in scope.
//!
//! Payloads such as [`Invoice`](crate::template::Invoice) are left out, because a back-end has
//! types of these names itself. So is everything that only some programs use.
//!
//! ```
//! use std::sync::Arc;
//!
//! use async_trait::async_trait;
//! use whatsapp_core::prelude::*;
//!
//! #[derive(Debug)]
//! struct Shop;
//!
//! #[async_trait]
//! impl CustomerDirectory for Shop {
//!     async fn find_many(&self, ids: &[CustomerId]) -> Result<Vec<Customer>, DirectoryError> {
//!         let asha = |id: &CustomerId| Customer::new(id.clone(), "Asha", Some("+919876500001"));
//!         Ok(ids.iter().map(asha).collect())
//!     }
//! }
//!
//! fn messenger(store: Arc<dyn EveryStore>) -> Messenger {
//!     Messenger::new(Ports::over(store, Arc::new(Shop)))
//! }
//! ```

pub use crate::dispatch::Dispatcher;
pub use crate::id::{CustomerId, InvoiceId, MessageId};
pub use crate::messenger::{Messenger, Request};
pub use crate::port::{
    Clock, Customer, CustomerDirectory, CustomerSearch, DirectoryError, Due, EveryStore,
    InvoiceLedger, MessageLog, Standing,
};
pub use crate::run::Runner;
pub use crate::wiring::Ports;
