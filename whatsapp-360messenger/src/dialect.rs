//! Which of the gateway's interfaces is spoken, and how.

/// The interfaces that a gateway may have. They differ in paths, field names and in where the key
/// goes; the table on the [crate's page](crate#dialects) shows all three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Dialect {
    /// Version 2: the key as a bearer token. What the gateway's vendor speaks today.
    #[default]
    V2,
    /// Version 1: the key is the last segment of each URL, so that it ends up in the logs of
    /// proxies and servers. Refused unless
    /// [`allow_key_in_url`](crate::GatewayBuilder::allow_key_in_url) was called.
    V1,
    /// The paths that the specification assumed (5.1, 13.1): the key as a bearer token. No public
    /// client of the gateway uses them, so this is for gateways built to the specification.
    Rest,
}

/// How the body of a [`V2`](Dialect::V2) send is written. The gateway takes all three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum BodyType {
    /// `application/json`, as the vendor's own code sends.
    #[default]
    Json,
    /// `multipart/form-data`, as the vendor's samples show.
    Multipart,
    /// `application/x-www-form-urlencoded`.
    Form,
}
