//! Links by https.

use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use whatsapp_core::port::SourceError;
use whatsapp_media::{InvalidSources, Sources, SourcesBuilder};

use super::names::Names;
use super::support::{IMPATIENCE, PDF, Server, pdf, read, redirect};

/// A server's side of TLS, and the PEM of its self-signed certificate for `name`.
fn certificate(name: &str) -> (Option<TlsAcceptor>, String) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (Some(TlsAcceptor::from(Arc::new(config))), made.cert.pem())
}

/// The link to a file on a server that is called `files.example`.
fn link(server: &Server) -> String {
    format!("https://files.example:{}/INV-7.pdf", server.port())
}

fn sources(server: &Server, root: &str) -> SourcesBuilder {
    let names = Names::default().with("files.example", &["127.0.0.1"]);
    Sources::builder()
        .allow(format!("files.example:{}", server.port()))
        .add_root_certificate(root)
        .resolver(Arc::new(names))
        .silence(IMPATIENCE)
}

#[tokio::test]
async fn the_checked_address_has_to_prove_that_it_is_the_server_named() {
    let (tls, root) = certificate("files.example");
    let server = Server::start_with(tls, |_| pdf()).await;
    let found = read(&sources(&server, &root).build().unwrap(), &link(&server)).await.unwrap();
    assert_eq!(found.bytes, PDF);
    assert!(server.requests()[0].contains(&format!("host: files.example:{}", server.port())));

    let (tls, other) = certificate("other.example");
    let server = Server::start_with(tls, |_| pdf()).await;
    for root in [root, other] {
        let sources = sources(&server, &root).build().unwrap();
        let error = read(&sources, &link(&server)).await.unwrap_err();
        assert_eq!(error, SourceError::unreachable("the link's server could not be reached"));
    }
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn https_does_not_lead_on_to_http_even_where_http_is_allowed() {
    let plain = Server::start(|_| pdf()).await;
    let onward = plain.link("/INV-7.pdf");
    let (tls, root) = certificate("files.example");
    let server = Server::start_with(tls, move |_| redirect(&onward)).await;
    let sources = sources(&server, &root).allow(plain.address.to_string()).build().unwrap();
    let error = read(&sources, &link(&server)).await.unwrap_err();
    assert_eq!(error, SourceError::refused("only https links are followed"));
    assert_eq!(server.requests().len(), 1);
    assert_eq!(plain.connections().await, 0);
}

#[test]
fn a_certificate_that_is_none_is_told_when_sources_are_built() {
    let (_, root) = certificate("files.example");
    let cut = root.replacen("MII", "AAAA", 1);
    for pem in ["", "canary", cut.as_str()] {
        let built = Sources::builder().add_root_certificate(pem).build();
        assert_eq!(built.err(), Some(InvalidSources::Certificate), "{pem}");
    }
}
