//! The suites for gateways, in every dialect.

use std::sync::Arc;
use std::time::Duration;

use whatsapp_360messenger::{Dialect, Gateway};
use whatsapp_core::port::{DeliveryReports, Transport};

use crate::support::builder;

/// Long enough for any answer, short enough to wait for one that never comes.
const PATIENCE: Duration = Duration::from_millis(500);

fn gateway(url: String, key: &str, dialect: Dialect) -> Arc<Gateway> {
    let builder = builder(url, key).dialect(dialect).timeout(PATIENCE).look_timeout(PATIENCE);
    Arc::new(builder.build().unwrap())
}

macro_rules! in_dialect {
    ($name:ident, $dialect:expr) => {
        mod $name {
            use super::*;

            async fn transport(url: String, key: String) -> Arc<dyn Transport> {
                gateway(url, &key, $dialect)
            }

            async fn both(
                url: String,
                key: String,
            ) -> (Arc<dyn Transport>, Arc<dyn DeliveryReports>) {
                let gateway = gateway(url, &key, $dialect);
                (gateway.clone(), gateway)
            }

            mod sending {
                use super::transport;

                whatsapp_testkit::transport_conformance! { open = transport }
            }

            mod asking {
                use super::both;

                whatsapp_testkit::reports_conformance! { open = both }
            }
        }
    };
}

in_dialect!(v2, Dialect::V2);
in_dialect!(v1, Dialect::V1);
in_dialect!(rest, Dialect::Rest);
