//! Encryption: with the right certificate, with wrong certificates, and with none.

use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use whatsapp_core::port::Notifier;
use whatsapp_core::template::Types;
use whatsapp_notify::{EmailNotifier, EmailNotifierBuilder, Security};

use crate::smtp::{Act, Behaviour, Smtp};
use crate::support::*;

const DISTRUST: &str = "the mail server's certificate is not trusted or belongs to another name";

/// A server's side of TLS, and the PEM of its self-signed certificate for `name`.
fn certificate(name: &str) -> (TlsAcceptor, String) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), made.cert.pem())
}

fn client(smtp: &Smtp, security: Security) -> EmailNotifierBuilder {
    EmailNotifier::builder("notices@shop.example")
        .host("localhost")
        .port(smtp.address.port())
        .security(security)
        .credentials("clerk", "s3cret")
}

fn secure(acceptor: TlsAcceptor, security: Security) -> Behaviour {
    let server = Behaviour::default().offering("AUTH PLAIN");
    match security {
        Security::StartTls => server.with_starttls(acceptor),
        _ => server.over_tls(acceptor),
    }
}

#[tokio::test]
async fn mail_goes_out_over_tls_to_a_server_that_is_trusted() {
    for security in [Security::Tls, Security::StartTls] {
        let (acceptor, root) = certificate("localhost");
        let mut smtp = secure(acceptor, security).start().await;
        let notifier = client(&smtp, security).add_root_certificate(root).build().unwrap();
        notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap();
        assert_eq!(smtp.mail().await.to, ["boss@example.com"], "{security:?}");
        let lines = smtp.lines();
        // base64 of "\0clerk\0s3cret", after the encryption has begun.
        let auth = lines.iter().position(|line| line == "AUTH PLAIN AGNsZXJrAHMzY3JldA==");
        let starttls = lines.iter().position(|line| line == "STARTTLS");
        assert!(auth > starttls, "{lines:?}");
        assert_eq!(starttls.is_some(), security == Security::StartTls);
    }
}

#[tokio::test]
async fn urls_mean_the_same() {
    for (security, before, after) in
        [(Security::Tls, "smtps", ""), (Security::StartTls, "smtp", "?tls=required")]
    {
        let (acceptor, root) = certificate("localhost");
        let mut smtp = secure(acceptor, security).start().await;
        let url = format!("{before}://clerk:s3cret@localhost:{}{after}", smtp.address.port());
        let notifier = EmailNotifier::builder("notices@shop.example")
            .smtp_url(&url)
            .add_root_certificate(root)
            .build()
            .unwrap();
        notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap();
        assert_eq!(smtp.mail().await.from, "notices@shop.example", "{url}");
    }
}

#[tokio::test]
async fn a_server_that_is_not_trusted_gets_neither_password_nor_mail() {
    for security in [Security::Tls, Security::StartTls] {
        let (unknown, _) = certificate("localhost");
        let mut smtp = secure(unknown, security).start().await;
        let notifier = client(&smtp, security).build().unwrap();
        let error =
            notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap_err();
        assert_eq!(error.reason, DISTRUST, "{security:?}");
        assert!(smtp.is_empty());

        let (other_name, root) = certificate("mail.example.com");
        let mut smtp = secure(other_name, security).start().await;
        let notifier = client(&smtp, security).add_root_certificate(root).build().unwrap();
        let error =
            notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap_err();
        assert_eq!(error.reason, DISTRUST, "{security:?}");
        assert!(smtp.is_empty());
        assert!(!smtp.lines().iter().any(|line| line.starts_with("AUTH")));
    }
}

#[tokio::test]
async fn without_starttls_nothing_is_sent_in_the_clear() {
    let mut smtp = Behaviour::default().offering("AUTH PLAIN").start().await;
    let notifier = client(&smtp, Security::StartTls).build().unwrap();
    let error =
        notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap_err();
    assert!(error.reason.contains("offers no encryption"), "{error}");
    assert!(smtp.is_empty());
    assert!(smtp.lines().iter().all(|line| line.starts_with("EHLO")), "{:?}", smtp.lines());
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_where_it_should_has_no_bad_certificate() {
    let smtp = Smtp::start().await;
    let notifier = client(&smtp, Security::Tls).build().unwrap();
    let error =
        notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap_err();
    assert_eq!(error.reason, "the connection to the mail server could not be encrypted");
}

/// Data that an attacker sends ahead of the encryption does not count as encrypted.
#[tokio::test]
async fn what_comes_ahead_of_the_encryption_is_not_read() {
    let (acceptor, root) = certificate("localhost");
    let smtp = Behaviour::default()
        .with_starttls(acceptor)
        .on("STARTTLS", Act::Say("220 go ahead\r\n250-mail.example.com\r\n250 AUTH PLAIN"))
        .start()
        .await;
    let notifier = client(&smtp, Security::StartTls).add_root_certificate(root).build().unwrap();
    let error =
        notifier.notify(BOSS, &digest(vec![notice()]), &Types::default()).await.unwrap_err();
    assert_eq!(error.reason, "the connection to the mail server could not be encrypted");
    assert!(!smtp.lines().iter().any(|line| line.starts_with("AUTH")));
}
