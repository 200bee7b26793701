//! Errors of building an [`EmailNotifier`](crate::EmailNotifier).

/// A fault in the set-up. It never repeats the given value, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The sender is not one address.
    #[error("the sender is not one e-mail address in ASCII, such as `Shop <notices@example.com>`")]
    Sender,
    /// Neither URL nor host was given.
    #[error("no mail server is given: set its URL or its host")]
    NoServer,
    /// The URL cannot be read.
    #[error(
        "the mail server's URL cannot be read: smtps://user:password@host:465 or \
         smtp://user:password@host:587?tls=required is expected, with special characters in user \
         and password percent-encoded"
    )]
    Url,
    /// The host is neither a name nor an address.
    #[error("the mail server's host is neither a name in ASCII nor an IP address")]
    Host,
    /// Plain text was asked for over a network.
    #[error(
        "mail without encryption is sent to this machine only: use smtps:// or ?tls=required for \
         any other host"
    )]
    PlainText,
    /// A certificate cannot be read.
    #[error("a root certificate cannot be read: PEM with one or more certificates is expected")]
    Certificate,
    /// The timeout is zero.
    #[error("the time-out for a mail is zero")]
    Timeout,
    /// The console's address may not be used in a mail.
    #[error("the console's address is not an http or https URL without user and password")]
    ConsoleUrl,
}
