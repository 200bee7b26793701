//! The conformance suites for gateways, in every dialect.

use std::sync::Arc;
use std::time::Duration;

use whatsapp_360messenger::{Dialect, Gateway};
use whatsapp_testkit::conformance::{ReportsBench, StandInBench, TransportBench};

use crate::support::builder;

/// A timeout long enough for any answer, and short enough to wait for one that never comes.
const PATIENCE: Duration = Duration::from_millis(500);

fn gateway(url: String, key: &str, dialect: Dialect) -> Arc<Gateway> {
    let builder = builder(url, key).dialect(dialect).timeout(PATIENCE).look_timeout(PATIENCE);
    Arc::new(builder.build().unwrap())
}

macro_rules! in_dialect {
    ($name:ident, $dialect:expr) => {
        mod $name {
            use super::*;

            async fn bench() -> Arc<StandInBench> {
                StandInBench::open(|url, key| gateway(url, &key, $dialect)).await
            }

            async fn sends() -> Arc<dyn TransportBench> {
                bench().await
            }

            async fn asks() -> Arc<dyn ReportsBench> {
                bench().await
            }

            mod sending {
                use super::sends;

                whatsapp_testkit::transport_conformance! { open = sends }
            }

            mod asking {
                use super::asks;

                whatsapp_testkit::reports_conformance! { open = asks }
            }
        }
    };
}

in_dialect!(v2, Dialect::V2);
in_dialect!(v1, Dialect::V1);
in_dialect!(rest, Dialect::Rest);
