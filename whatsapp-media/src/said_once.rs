//! A table of all error types of the crate, which says that none repeats a clause.

#![cfg(all(feature = "host", feature = "source"))]

use whatsapp_testkit::errors::Said;

use crate::host::HostError;
use crate::source::{CloudTokenError, InvalidSources};

#[test]
fn no_error_says_a_clause_twice() {
    let mut said = Said::default();
    add(&mut said);
    said.check(env!("CARGO_MANIFEST_DIR"));
}

whatsapp_testkit::errors! {
    structs {
        CloudTokenError = [CloudTokenError::new("the token server does not answer")],
    }
    enums {
        HostError {
            BaseUrl,
            WeakSecret,
            Folder { path: "media".into() },
            SecretFile { path: "media.key".into() },
            LongSecret { path: "media.key".into() },
            SecretReadable { path: "media.key".into() }
        }
        InvalidSources {
            Folder { path: "invoices".into() },
            NotAHostAndPort,
            NotAUrl,
            Certificate,
            Time
        }
    }
}
