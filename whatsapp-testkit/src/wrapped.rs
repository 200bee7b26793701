//! Wrapping a store: a test writes out the methods that it changes; all others reach the store
//! inside.

#[doc(hidden)]
pub mod prelude {
    //! The names that [`forward_store!`](crate::forward_store) needs wherever it is called.

    pub use async_trait::async_trait;
    pub use chrono::{DateTime, Utc};
    pub use futures_util::future::BoxFuture;
    pub use whatsapp_core::audit::AuditEntry;
    pub use whatsapp_core::message::{
        Attempt, Fingerprint, HeldFor, Message, MessageKey, NewMessage, TypeName,
    };
    pub use whatsapp_core::port::{
        Account, AccountChange, AccountEvent, AccountStore, Amended, Amendment, Aside, Begin,
        Begun, Burial, Buried, Changed, Claim, Claimed, Collect, Collected, Count, Cursor,
        DigestMark, Enqueued, EventClaim, ExportPage, Fetch, FetchLog, LaneQueue, Lease, LogFilter,
        LogPage, MessageLog, NextDue, NoticeQueue, Outbox, Owed, Redate, Replaced, Replacement,
        Reservation, Reserve, Saved, SeenMessage, SettingRow, SettingsSave, SettingsStore, Settled,
        Settlement, Sibling, Sort, StatusCounts, Store, StoreError, StoredTemplate, Tally,
        TemplateList, TemplateOutside, TemplateSave, TemplateStore, TemplateVersions, Turn,
    };
    pub use whatsapp_core::{AccountId, DigestId, LeaseToken, MessageId, Private, TemplateId};
}

use prelude::*;

/// Every method of every trait of [`Store`], one line each: the one place to enter a new method.
/// Behind `=>` are the methods that ask the database nothing.
///
/// A method that is missing here is a compile error at every `forward_store!`.
#[doc(hidden)]
#[macro_export]
macro_rules! __store_methods {
    ($($what:tt)+) => {
        $crate::__forward! {
            [$($what)+]
            Outbox {
                enqueue(messages: &[NewMessage]) -> Vec<Enqueued>;
                find_key(key: &MessageKey, fingerprint: &Fingerprint) -> Option<Enqueued>;
                claim(claim: &Claim) -> Vec<Claimed>;
                bury(burial: &Burial) -> Buried;
                release(leases: &[Lease]) -> ();
                begin(begins: &[Begin]) -> Vec<Begun>;
                settle(settlements: &[Settlement]) -> Vec<Settled>;
                unsettled(ids: &[MessageId]) -> Vec<MessageId>;
                amend(amendment: &Amendment) -> Amended;
                put_aside(aside: &Aside) -> Amended;
                replace(replacement: &Replacement) -> Replaced;
                redate(redate: &Redate) -> ();
                make_due(held_for: HeldFor, now: DateTime<Utc>) -> ();
                siblings(number_key: &str, since: DateTime<Utc>, ids: &[String]) -> Vec<Sibling>;
                owed() -> Owed;
                next_due() -> NextDue;
                backlog(now: DateTime<Utc>, most: u64) -> Vec<LaneQueue>;
                ending(until: DateTime<Utc>, most: u64) -> (Count, Option<DateTime<Utc>>);
                last_taken() -> Option<DateTime<Utc>>;
            }
            AccountStore {
                account() -> Account;
                reserve(reserve: &Reserve) -> Reservation;
                change_account(change: &AccountChange) -> Changed;
                account_events(limit: u32) -> Vec<AccountEvent>;
                claim_account_events(claim: &EventClaim) -> bool;
                account_events_told(token: LeaseToken, at: DateTime<Utc>) -> ();
            } => {
                account_id() -> AccountId;
            }
            MessageLog {
                message(id: MessageId) -> Option<Message>;
                messages(ids: &[MessageId]) -> Vec<Message>;
                attempts(id: MessageId) -> Vec<Attempt>;
                page(filter: &LogFilter, sort: Sort, turn: Turn, limit: u32) -> LogPage;
                count(filter: &LogFilter, most: u64) -> Count;
                ids(filter: &LogFilter, most: u32) -> (Vec<SeenMessage>, bool);
                export(
                    filter: &LogFilter, texts: bool, after: Option<Cursor>, limit: u32
                ) -> ExportPage;
                note_export(entry: &AuditEntry) -> ();
                resent(ids: &[MessageId]) -> Vec<MessageId>;
                aside(ids: &[MessageId]) -> Vec<MessageId>;
                resends_of(id: MessageId) -> Vec<MessageId>;
                newest_to(number_key: &str, since: DateTime<Utc>) -> Option<MessageId>;
                counts(most: u64) -> StatusCounts;
                tally(from: DateTime<Utc>, until: DateTime<Utc>, most: u64) -> Tally;
            }
            TemplateStore {
                template(id: TemplateId) -> Option<StoredTemplate>;
                active_template(message_type: TypeName) -> Option<StoredTemplate>;
                templates() -> TemplateList;
                save_template(save: &TemplateSave) -> Saved;
                record_template(outside: &TemplateOutside) -> Option<StoredTemplate>;
                template_versions(
                    id: TemplateId, before: Option<u32>, limit: u32
                ) -> TemplateVersions;
            }
            SettingsStore {
                load_settings() -> Vec<SettingRow>;
                save_settings(save: &SettingsSave) -> Saved;
            }
            NoticeQueue {
                notices_owed() -> u64;
                digests(limit: u32) -> Vec<DigestMark>;
                collect(collect: &Collect) -> Option<Collected>;
                mark_sent(id: DigestId, token: LeaseToken, at: DateTime<Utc>) -> bool;
                mark_told(
                    id: DigestId, token: LeaseToken, told: &[Private], again_at: DateTime<Utc>
                ) -> bool;
            }
            FetchLog {
                record_fetch(fetch: &Fetch) -> ();
            }
        }
    };
}

/// Makes the trait of all methods, or the ports of one wrapper, from the list of methods.
#[doc(hidden)]
#[macro_export]
macro_rules! __forward {
    ([trait] $($port:ident {
        $($method:ident($($arg:ident: $arg_type:ty),*) -> $answer:ty;)+
    } $(=> { $($known:ident() -> $value:ty;)+ })?)+) => {
        /// A store with another one inside: each method forwards to it unless it is written out.
        ///
        /// Methods have the names and parameters of the ports'.
        /// [`forward_store!`](crate::forward_store) makes a [`Store`] of a type that implements
        /// this.
        #[async_trait]
        pub trait StoreWrapper: std::fmt::Debug + Send + Sync + 'static {
            /// The store inside.
            fn inner(&self) -> &dyn Store;

            /// Runs before each method, with its name. If it fails, the call fails and nothing of
            /// it is done.
            ///
            /// # Errors
            /// Any error that the wrapper wants.
            async fn before(&self, _method: &'static str) -> Result<(), StoreError> {
                Ok(())
            }

            /// Runs the work of a method, in place of its caller.
            fn finish<'a, T: 'a>(&'a self, call: BoxFuture<'a, T>) -> BoxFuture<'a, T>
            where
                Self: Sized,
            {
                call
            }

            /// Runs after each method that succeeded. If it fails, the call fails, although all of
            /// it was done.
            ///
            /// # Errors
            /// Any error that the wrapper wants.
            async fn after(&self, _method: &'static str) -> Result<(), StoreError> {
                Ok(())
            }

            $($(
                #[doc = concat!("Forwards [`", stringify!($port), "::", stringify!($method), "`].")]
                ///
                /// # Errors
                /// [`StoreError`] as the port says.
                async fn $method(&self $(, $arg: $arg_type)*) -> Result<$answer, StoreError> {
                    $port::$method(self.inner() $(, $arg)*).await
                }
            )+)+

            $($($(
                #[doc = concat!("Forwards [`", stringify!($port), "::", stringify!($known), "`].")]
                #[must_use]
                fn $known(&self) -> $value {
                    $port::$known(self.inner())
                }
            )+)?)+
        }
    };
    ([impl $wrapper:ty] $($port:ident {
        $($method:ident($($arg:ident: $arg_type:ty),*) -> $answer:ty;)+
    } $(=> { $($known:ident() -> $value:ty;)+ })?)+) => {
        const _: () = {
            use $crate::wrapped::prelude::*;

            $(
                #[deny(clippy::missing_trait_methods)]
                #[async_trait]
                impl $port for $wrapper {
                    $(
                        async fn $method(
                            &self $(, $arg: $arg_type)*
                        ) -> Result<$answer, StoreError> {
                            let method = stringify!($method);
                            $crate::StoreWrapper::before(self, method).await?;
                            let call = $crate::StoreWrapper::$method(self $(, $arg)*);
                            let answer = $crate::StoreWrapper::finish(self, call).await?;
                            $crate::StoreWrapper::after(self, method).await?;
                            Ok(answer)
                        }
                    )+

                    $($(
                        fn $known(&self) -> $value {
                            $crate::StoreWrapper::$known(self)
                        }
                    )+)?
                }
            )+
        };
    };
}

crate::__store_methods! { trait }

/// Makes a [`Store`] of a type that implements [`StoreWrapper`], with all ports. A method that the
/// wrapper writes out is its own; every other is the inner store's.
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicUsize, Ordering};
///
/// use async_trait::async_trait;
/// use whatsapp_core::message::NewMessage;
/// use whatsapp_core::port::{Enqueued, Store, StoreError};
/// use whatsapp_testkit::{MemoryStore, StoreWrapper, forward_store};
///
/// /// A store that counts how often something is enqueued.
/// #[derive(Debug)]
/// struct Counting {
///     store: Arc<dyn Store>,
///     calls: AtomicUsize,
/// }
///
/// #[async_trait]
/// impl StoreWrapper for Counting {
///     fn inner(&self) -> &dyn Store {
///         self.store.as_ref()
///     }
///
///     async fn enqueue(&self, messages: &[NewMessage]) -> Result<Vec<Enqueued>, StoreError> {
///         self.calls.fetch_add(1, Ordering::Relaxed);
///         self.inner().enqueue(messages).await
///     }
/// }
///
/// forward_store!(Counting);
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), StoreError> {
/// let counting = Arc::new(Counting { store: Arc::new(MemoryStore::new()), calls: 0.into() });
/// let store: Arc<dyn Store> = counting.clone();
/// store.enqueue(&[]).await?; // The wrapper's own…
/// assert_eq!(store.next_due().await?.earliest(), None); // …and the inner store's.
/// assert_eq!(counting.calls.load(Ordering::Relaxed), 1);
/// # Ok(())
/// # }
/// ```
#[macro_export]
macro_rules! forward_store {
    ($wrapper:ty) => {
        $crate::__store_methods! { impl $wrapper }
    };
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use async_trait::async_trait;

    use super::{Store, StoreError, StoreWrapper};
    use crate::MemoryStore;

    /// Records every call, and changes nothing.
    #[derive(Debug, Default)]
    struct Hearing {
        store: MemoryStore,
        heard: Mutex<Vec<&'static str>>,
    }

    #[async_trait]
    impl StoreWrapper for Hearing {
        fn inner(&self) -> &dyn Store {
            &self.store
        }

        async fn before(&self, method: &'static str) -> Result<(), StoreError> {
            self.heard.lock().unwrap().push(method);
            Ok(())
        }

        async fn after(&self, method: &'static str) -> Result<(), StoreError> {
            self.heard.lock().unwrap().push(method);
            Ok(())
        }
    }

    // Clippy reports nothing from other crates' macros: here it finds a method with a default body
    // that the list lacks. A missing method without a body is an error everywhere.
    crate::forward_store!(Hearing);

    #[tokio::test]
    async fn each_call_is_heard_by_its_name_before_and_after_it_and_forwarded() {
        let hearing = Hearing::default();
        let store: &dyn Store = &hearing;
        assert_eq!(store.notices_owed().await.unwrap(), 0);
        assert_eq!(store.templates().await.unwrap().templates, []);
        assert_eq!(
            *hearing.heard.lock().unwrap(),
            ["notices_owed", "notices_owed", "templates", "templates"]
        );
    }
}
