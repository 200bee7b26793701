//! The way by which a browser came, as far as the request tells.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};
use axum::http::request::Parts;
use url::Url;
use whatsapp_core::address::is_loopback;

/// The way by which a browser came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// By https, also if a proxy ends it before the host.
    Https,
    /// From this machine.
    Here,
    /// By plain http over a network, or unknown.
    Plain,
}

impl Way {
    /// The way of a request.
    ///
    /// The public origin decides for all requests. Else a form's own `Origin` does, which browsers
    /// send with every form. A page is asked for without one: browsers then send `Sec-Fetch-Site`
    /// by https alone, and to this machine. Whoever lies about these lies to themselves: they only
    /// choose their cookie's name.
    pub(crate) fn of(public_origin: Option<&str>, parts: &Parts) -> Self {
        let text = |headers: &HeaderMap, name| {
            headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let origin = public_origin.map(str::to_owned).or_else(|| text(&parts.headers, ORIGIN));
        if let Some(url) = origin.and_then(|origin| Url::parse(&origin).ok()) {
            return match url.scheme() {
                "https" => Self::Https,
                "http" if url.host().is_some_and(|host| is_loopback(&host)) => Self::Here,
                _ => Self::Plain,
            };
        }
        let host = text(&parts.headers, HOST)
            .or_else(|| parts.uri.authority().map(|authority| authority.as_str().to_owned()));
        let host = host.and_then(|host| Url::parse(&format!("http://{host}/")).ok());
        if host.is_some_and(|url| url.host().is_some_and(|host| is_loopback(&host))) {
            return Self::Here;
        }
        let has_site = parts.headers.contains_key("sec-fetch-site");
        if has_site { Self::Https } else { Self::Plain }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use whatsapp_testkit::fixtures::{OTHER_MACHINES, THIS_MACHINE};

    use super::*;

    fn way(public_origin: Option<&str>, headers: &[(&str, &str)]) -> Way {
        let mut request = Request::get("/sign-in");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Way::of(public_origin, &request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn plain_http_is_for_this_machine_alone() {
        for host in THIS_MACHINE {
            let host = format!("{host}:8360");
            assert_eq!(way(None, &[("host", &host)]), Way::Here, "{host}");
            let origin = format!("http://{host}");
            assert_eq!(way(None, &[("host", &host), ("origin", &origin)]), Way::Here, "{host}");
        }
        for host in OTHER_MACHINES {
            let host = format!("{host}:8360");
            assert_eq!(way(None, &[("host", &host)]), Way::Plain, "{host}");
            let origin = format!("http://{host}");
            let told = [("host", &*host), ("origin", &*origin), ("sec-fetch-site", "same-origin")];
            assert_eq!(way(None, &told), Way::Plain, "{host}");
            assert_eq!(way(Some(&origin), &[("host", "localhost")]), Way::Plain, "{host}");
        }
    }

    #[test]
    fn https_is_told_by_the_browser_or_by_the_public_origin() {
        let host = ("host", "shop.example");
        assert_eq!(way(None, &[host, ("sec-fetch-site", "none")]), Way::Https);
        assert_eq!(way(None, &[host, ("origin", "https://shop.example")]), Way::Https);
        assert_eq!(way(Some("https://shop.example"), &[("host", "127.0.0.1:80")]), Way::Https);
        assert_eq!(way(Some("http://127.0.0.1:8360"), &[host]), Way::Here);
        for odd in ["", "null", "localhost", "a b", "@localhost"] {
            assert_eq!(way(None, &[("origin", odd)]), Way::Plain, "{odd}");
        }
        assert_eq!(way(None, &[("host", "localhost@shop.example")]), Way::Plain);
        assert_eq!(way(None, &[]), Way::Plain);
    }
}
