//! A table of all error types of the crate, which says that none repeats a clause.

use whatsapp_testkit::errors::Said;

use crate::error::BuildError;

#[test]
fn no_error_says_a_clause_twice() {
    let mut said = Said::default();
    add(&mut said);
    said.check(env!("CARGO_MANIFEST_DIR"));
}

whatsapp_testkit::errors! {
    structs {}
    enums {
        BuildError { Sender, NoServer, Url, Host, PlainText, Certificate, Timeout, ConsoleUrl }
    }
}
