//! Checks the dependencies that each crate promises to do without, by what cargo resolves.

use anyhow::{Result, bail, ensure};

use crate::cargo::{cargo, output};

/// One promise: `package` with `features` alone brings in none of `without`.
#[derive(Debug)]
struct Promise {
    package: &'static str,
    features: &'static str,
    without: &'static [&'static str],
}

const PROMISES: [Promise; 4] = [
    // The core is pure: gateway, database, web and mail belong to the adapters.
    Promise {
        package: "whatsapp-core",
        features: "",
        without: &["tokio", "reqwest", "sqlx", "axum", "lettre"],
    },
    // A host that keeps messages in SQLite builds no driver for another database.
    Promise { package: "whatsapp-store-sqlx", features: "sqlite", without: &["sqlx-postgres"] },
    // A host that keeps messages in Postgres compiles no SQLite.
    Promise { package: "whatsapp-store-sqlx", features: "postgres", without: &["libsqlite3-sys"] },
    // The console sees the core alone: no adapter, and no HTTP client.
    Promise {
        package: "whatsapp-console",
        features: "",
        without: &["sqlx", "whatsapp-store-sqlx", "reqwest", "whatsapp-media", "openssl"],
    },
];

/// Checks every promise, on every target that cargo knows.
///
/// # Errors
///
/// The first promise that is broken, with the intruder's name.
pub(crate) fn check() -> Result<()> {
    PROMISES.iter().try_for_each(Promise::check)
}

impl Promise {
    fn check(&self) -> Result<()> {
        let scope = ["-p", self.package, "--no-default-features", "--features", self.features];
        let listing = output(
            cargo(&["tree"])
                .args(scope)
                .args(["-e", "normal", "--target", "all", "--prefix", "none", "--format", "{p}"]),
        )?;
        self.hold_against(&listing)
    }

    /// Checks the promise against `listing`: one package a line, its name first.
    fn hold_against(&self, listing: &str) -> Result<()> {
        let names = || listing.lines().filter_map(|line| line.split_whitespace().next());
        ensure!(
            names().any(|name| name == self.package),
            "cargo tree did not list {} itself, so its listing proves nothing",
            self.package
        );
        if let Some(intruder) = names().find(|name| self.without.contains(name)) {
            let features = if self.features.is_empty() { "no features" } else { self.features };
            bail!(
                "{package} with {features} depends on {intruder}, which it must not \
                 (`cargo tree -p {package} --no-default-features --features '{0}' -i {intruder}` \
                 shows the way)",
                self.features,
                package = self.package,
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORE: &Promise = &PROMISES[0];

    #[test]
    fn intruder_is_named() {
        let listing = "whatsapp-core v0.1.0 (/w)\nserde v1.0.0\ntokio v1.0.0 (*)\n";
        let error = CORE.hold_against(listing).unwrap_err().to_string();
        assert!(error.starts_with("whatsapp-core with no features depends on tokio"), "{error}");
    }

    #[test]
    fn crate_with_a_similar_name_is_no_intruder() {
        let listing = "whatsapp-core v0.1.0 (/w)\ntokio-util v0.7.0\n\nserde v1.0.0 (proc-macro)\n";
        CORE.hold_against(listing).unwrap();
    }

    #[test]
    fn listing_without_the_package_proves_nothing() {
        let error = CORE.hold_against("").unwrap_err().to_string();
        assert!(error.contains("proves nothing"), "{error}");
    }
}
