//! No link reaches the inside of a network, whether it is given or the target of a redirect.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use whatsapp_core::port::SourceError;
use whatsapp_media::Sources;

use super::names::Names;
use super::support::{IMPATIENCE, Server, answer, pdf, read, redirect};

/// Spellings of a host that is not public, and names of such hosts.
const HOSTS: &[&str] = &[
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "0",
    "0x",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "%31%32%37.0.0.1",
    "127.0.0.1.",
    "127.255.255.254",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2001::1]",
    "[fe80::1]",
    "[fec0::1]",
    "[fd00:ec2::254]",
    "[100::1]",
    "[ff02::1]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[5f00::1]",
    "10.0.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.0.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "localhost",
    "localhost.",
    "LocalHost",
    "x.localhost",
    "x.local",
    "x.internal",
    "metadata.google.internal",
    "intranet",
    "good.example.",
    // All names lead to this machine; this name leads to a public address as well.
    "inside.example",
    "mixed.example",
];

/// All links that must not be followed, with the port of the listener that must not be reached.
fn links(port: u16) -> Vec<String> {
    let mut links: Vec<_> = HOSTS
        .iter()
        .flat_map(|host| {
            [
                format!("https://{host}:{port}/INV-7.pdf"),
                format!("https://{host}/INV-7.pdf"),
                format!("http://{host}:{port}/INV-7.pdf"),
                format!("HtTpS:{host}:{port}/INV-7.pdf"),
            ]
        })
        .collect();
    for scheme in ["file", "ftp", "gopher", "dict", "ws"] {
        links.push(format!("{scheme}://127.0.0.1:{port}/INV-7.pdf"));
    }
    let inside = format!("127.0.0.1:{port}");
    links.extend([
        "data:application/pdf;base64,JVBERi0xLjcK".to_owned(),
        "javascript:location='http://127.0.0.1/'".to_owned(),
        format!("https://good.example@{inside}/"),
        format!("https://u:p@{inside}/"),
        format!("https://u:p@good.example:{port}/"),
        format!("https://good.example\\@{inside}/"),
        format!("https:\\\\{inside}/"),
        format!("https://127.0.\t0.1:{port}/"),
        format!("https://127.0.0.1\u{0}:{port}/"),
        format!("https://{inside}#@good.example/"),
        format!("https://{inside}?@good.example/"),
    ]);
    links
}

#[tokio::test]
async fn no_link_and_no_redirect_reaches_the_internal_listener() {
    let internal = Server::start(|_| pdf()).await;
    let targets = links(internal.port());
    // A header cannot contain these characters, so no redirect can either.
    let onward: Vec<_> = targets.iter().filter(|to| !to.contains(['\0', '\t'])).cloned().collect();
    let (count, plays) = (onward.len(), onward.clone());
    let public = Server::start(move |request| {
        let path = request.split(' ').nth(1).unwrap_or_default();
        let number = path.trim_start_matches("/go/").parse::<usize>().unwrap();
        redirect(&plays[number])
    })
    .await;
    let names = Names::others_to("127.0.0.1").with("mixed.example", &["3000::1", "127.0.0.1"]);
    let sources = Sources::builder()
        .allow(public.address.to_string())
        // Only the address is wrong with the internal listener, and not its port.
        .allow_port(internal.port())
        .resolver(Arc::new(names))
        .silence(IMPATIENCE)
        .build()
        .unwrap();

    for link in &targets {
        let error = read(&sources, link).await.unwrap_err();
        assert!(!error.is_transient(), "{link}: {error}");
    }
    for (number, to) in onward.iter().enumerate() {
        let error = read(&sources, &public.link(&format!("/go/{number}"))).await.unwrap_err();
        assert!(!error.is_transient(), "on to {to}: {error}");
    }
    assert_eq!(public.requests().len(), count, "each redirect was asked for");

    // A third way: a cloud drive names the place of the file.
    let plays = targets.clone();
    let drive = Server::start(move |request| {
        let number = request.split("/shares/").nth(1).and_then(|_| {
            let share = request.split("/shares/u!").nth(1)?.split('/').next()?;
            let link = URL_SAFE_NO_PAD.decode(share).ok()?;
            String::from_utf8(link).ok()?.rsplit_once('/')?.1.parse::<usize>().ok()
        });
        let said = number.map_or_else(
            || serde_json::json!({ "token": "t1" }),
            |number| serde_json::json!({ "@content.downloadUrl": plays[number] }),
        );
        answer(200, "", said.to_string().as_bytes())
    })
    .await;
    let names = Names::others_to("127.0.0.1").with("mixed.example", &["3000::1", "127.0.0.1"]);
    let by_drive = Sources::builder()
        .onedrive_interface(drive.link("/token"), drive.link(""))
        .allow(drive.address.to_string())
        .allow_port(internal.port())
        .resolver(Arc::new(names))
        .silence(IMPATIENCE)
        .build()
        .unwrap();
    for (number, to) in targets.iter().enumerate() {
        let link = format!("https://1drv.ms/b/c/0a1b/{number}");
        let error = read(&by_drive, &link).await.unwrap_err();
        assert!(!error.is_transient(), "a drive says {to}: {error}");
    }
    assert_eq!(drive.requests().len(), targets.len() + 1, "each was said, for one token");

    let reached = internal.connections().await;
    println!("{} links, {count} redirects, and each said by a drive", targets.len());
    println!("connections to the internal listener: {reached}");
    assert_eq!(reached, 0);

    // The listener does count: if it is allowed, it is reached.
    let careless = Sources::builder().allow(internal.address.to_string()).build().unwrap();
    assert!(read(&careless, &internal.link("/INV-7.pdf")).await.is_ok());
    assert_eq!(internal.connections().await, 1);
}

#[tokio::test]
async fn a_name_is_looked_up_once_and_the_checked_address_connected_to() {
    let internal = Server::start(|_| pdf()).await;
    // Public when it is checked, and private whenever it is looked up again. Nobody has this
    // address.
    let names = Names::default()
        .with("changing.example", &["3000::1"])
        .with("changing.example", &["127.0.0.1"]);
    let names = Arc::new(names);
    let sources = Sources::builder()
        .allow_port(internal.port())
        .resolver(names.clone())
        .silence(IMPATIENCE)
        .build()
        .unwrap();
    let link = format!("https://changing.example:{}/INV-7.pdf", internal.port());
    let error = read(&sources, &link).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    assert_eq!(names.asked(), ["changing.example"]);
    assert_eq!(internal.connections().await, 0);

    let error = read(&sources, &link).await.unwrap_err();
    assert!(matches!(error, SourceError::Refused { .. }), "{error}");
    assert_eq!(internal.connections().await, 0);
}

#[tokio::test]
async fn each_server_on_the_way_is_looked_up_and_checked_anew() {
    let internal = Server::start(|_| pdf()).await;
    let inside = internal.port();
    let public =
        Server::start(move |_| redirect(&format!("https://files.example:{inside}/b"))).await;
    let names = Arc::new(Names::default().with("files.example", &["127.0.0.1"]));
    let sources = Sources::builder()
        .allow(format!("files.example:{}", public.port()))
        .allow_port(inside)
        .resolver(names.clone())
        .silence(IMPATIENCE)
        .build()
        .unwrap();
    let link = format!("http://files.example:{}/a", public.port());
    let error = read(&sources, &link).await.unwrap_err();
    assert!(matches!(error, SourceError::Refused { .. }), "{error}");
    assert_eq!(names.asked(), ["files.example", "files.example"]);
    // The first one was reached at the address that the resolver gave, which no DNS knows.
    assert_eq!(public.requests().len(), 1);
    assert_eq!(internal.connections().await, 0);
}
