//! The gateway's interfaces, and the forms of a request's body.

/// The interfaces that a gateway may have. They differ in paths, in field names and in the place of
/// the key; the table on the [crate's page](crate#dialects) shows all three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Dialect {
    /// Version 2: the key is a bearer token. The interface of the vendor's gateway today.
    #[default]
    V2,
    /// Version 1: the key is the last segment of each URL, so that it ends up in the logs of
    /// proxies and servers. Refused unless
    /// [`allow_key_in_url`](crate::GatewayBuilder::allow_key_in_url) was called.
    V1,
    /// The paths that the specification assumed (5.1, 13.1): the key is a bearer token. No public
    /// client of the gateway uses them, so this is for gateways built to the specification.
    Rest,
}

/// Form of the body of a [`V2`](Dialect::V2) send. The gateway accepts all three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum BodyType {
    /// `application/json`, as sent by the vendor's own code.
    #[default]
    Json,
    /// `multipart/form-data`, as shown in the vendor's samples.
    Multipart,
    /// `application/x-www-form-urlencoded`.
    Form,
}
