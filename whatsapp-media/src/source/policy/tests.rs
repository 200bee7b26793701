use super::*;

fn refusal(policy: &Policy, from: Option<&str>, link: &str) -> Option<String> {
    let from = from.map(|from| Url::parse(from).unwrap());
    policy.check(from.as_ref(), link).err().map(|error| error.to_string())
}

fn plain(link: &str) -> Option<String> {
    refusal(&Policy::default(), None, link)
}

#[test]
fn public_https_links_are_followed() {
    for link in [
        "https://files.example/a/INV-7.pdf?sig=1",
        "HTTPS://FILES.EXAMPLE:443/INV-7.pdf#page=1",
        "https://files.example/a@b/INV-7.pdf",
        "https://files.example/?at=a@b//c@d",
        "https://8.8.8.8/INV-7.pdf",
        "https://[2606:4700::1]/INV-7.pdf",
        "https://rechnung.straße.example/चालान.pdf",
        "https://localhost.example/INV-7.pdf",
        "https://thelocal.example.com/INV-7.pdf",
    ] {
        assert_eq!(plain(link), None, "{link}");
    }
}

#[test]
fn other_schemes_are_not_followed() {
    for link in [
        "http://files.example/INV-7.pdf",
        "file:///etc/passwd",
        "ftp://files.example/INV-7.pdf",
        "gopher://files.example/1",
        "data:application/pdf;base64,JVBERg==",
        "javascript:alert(1)",
        "ws://files.example/",
    ] {
        assert_eq!(plain(link).as_deref(), Some(HTTPS_ONLY), "{link}");
    }
    for no_link in ["", "INV-7.pdf", "//files.example/INV-7.pdf", "https://", "https:///"] {
        assert!(plain(no_link).is_some(), "{no_link}");
    }
}

#[test]
fn what_the_parser_would_overlook_is_refused_before_it_parses() {
    for link in [
        "https://files.example\\@127.0.0.1/",
        "https:\\\\127.0.0.1/",
        "https://127.0.\n0.1/",
        "https://127.0.\t0.1/",
        "https://files.example/INV 7.pdf",
        "\u{1}https://files.example/",
        "https://files.example/\u{7f}",
        "https://files.example/\u{85}",
    ] {
        assert_eq!(plain(link).as_deref(), Some(CHARACTERS), "{link:?}");
    }
}

#[test]
fn a_user_name_in_a_link_is_refused() {
    for link in [
        "https://good.example@10.0.0.1/",
        "https://u:p@good.example/",
        "https://:p@good.example/",
        "https://@good.example/",
        "https://good.example@/",
    ] {
        let refused = plain(link);
        assert!(refused.is_some_and(|why| why == USER || why.contains("complete")), "{link}");
    }
}

#[test]
fn addresses_in_all_their_spellings_are_seen_through() {
    for host in [
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
        "10.0.0.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "255.255.255.255",
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
        "localhost",
        "localhost.",
        "LOCALHOST",
        "a.localhost",
        "x.local",
        "x.internal",
        "metadata.google.internal",
        "router.home.arpa",
        "intranet",
        "files.example.",
    ] {
        let link = format!("https://{host}/INV-7.pdf");
        assert_eq!(plain(&link).as_deref(), Some(PRIVATE), "{link}");
        let on = refusal(&Policy::default(), Some("https://files.example/a"), &link);
        assert_eq!(on.as_deref(), Some(PRIVATE), "on to {link}");
        let on = refusal(&Policy::default(), Some("https://files.example/a"), &link[6..]);
        assert_eq!(on.as_deref(), Some(PRIVATE), "on to {}", &link[6..]);
    }
}

#[test]
fn only_port_443_is_public_unless_another_is_allowed() {
    for port in [0, 22, 80, 8443, 65535] {
        let link = format!("https://files.example:{port}/INV-7.pdf");
        assert_eq!(plain(&link).as_deref(), Some(PORT), "{link}");
    }
    let mut policy = Policy::default();
    policy.allow_port(8443);
    assert_eq!(refusal(&policy, None, "https://files.example:8443/"), None);
    assert!(refusal(&policy, None, "http://files.example:8443/").is_some());
    assert!(refusal(&policy, None, "https://127.0.0.1:8443/").is_some());
}

#[test]
fn what_is_allowed_is_allowed_exactly() {
    let mut policy = Policy::default();
    for pair in ["127.0.0.1:8080", "minio:9000", "[::1]:80", "Files.Internal:443"] {
        assert!(policy.allow(pair).is_some(), "{pair}");
    }
    for link in [
        "http://127.0.0.1:8080/INV-7.pdf",
        "https://minio:9000/INV-7.pdf",
        "http://[::1]/INV-7.pdf",
        "https://files.internal/INV-7.pdf",
    ] {
        assert!(policy.check(None, link).unwrap().allowed, "{link}");
    }
    for link in [
        "http://127.0.0.1:8081/",
        "https://127.0.0.1/",
        "http://127.0.0.2:8080/",
        "http://minio/",
        "http://files.internal/",
        "ftp://minio:9000/",
        "http://user@127.0.0.1:8080/",
    ] {
        assert!(policy.check(None, link).is_err(), "{link}");
    }
    for no_pair in ["", "files.example", "[::1]", "files.example:", ":80", "a b:80", "a:99999"] {
        assert!(policy.allow(no_pair).is_none(), "{no_pair}");
    }
}

#[test]
fn https_never_leads_on_to_http() {
    let mut policy = Policy::default();
    policy.allow("127.0.0.1:8080").unwrap();
    let onward = "http://127.0.0.1:8080/";
    assert_eq!(refusal(&policy, Some("http://127.0.0.1:8080/a"), onward), None);
    assert!(refusal(&policy, Some("https://files.example/a"), onward).is_some());
    assert_eq!(refusal(&policy, Some("https://files.example/a/b"), "../INV-7.pdf"), None);
}

#[test]
fn one_address_that_is_not_public_spoils_them_all() {
    let target = Policy::default().check(None, "https://files.example/").unwrap();
    let addresses = |all: &[&str]| all.iter().map(|a| a.parse().unwrap()).collect::<Vec<IpAddr>>();
    assert!(target.check_addresses(&addresses(&["8.8.8.8", "2606:4700::1"])).is_ok());
    for mixed in [["8.8.8.8", "10.0.0.1"], ["::1", "8.8.8.8"], ["2606:4700::1", "fd00::1"]] {
        assert!(target.check_addresses(&addresses(&mixed)).is_err(), "{mixed:?}");
    }
}
