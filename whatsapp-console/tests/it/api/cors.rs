//! Front ends of other origins.

use axum::Router;
use axum::http::{Method, StatusCode};

use crate::door::{Answer, Door, ask, built, request};
use crate::shop::Shop;

const APP: &str = "https://app.shop.example";

fn host() -> Router {
    let shop = Shop::new();
    let builder = whatsapp_console::Console::builder(shop.ports, std::sync::Arc::new(Door));
    let console = built(builder.cors_origins([APP]));
    console.mount(Router::new().nest("/functions/v1", console.functions()), "/console")
}

async fn preflight(path: &str, origin: &str) -> Answer {
    let asked = request(Method::OPTIONS, path, &[("origin", origin)])
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization, x-client-info, apikey, content-type",
        );
    ask(&host(), asked, "").await
}

#[tokio::test]
async fn a_browser_of_an_allowed_origin_may_send_what_supabase_sends() {
    for path in
        ["/functions/v1/whatsapp-send", "/functions/v1/whatsapp-retry", "/console/api/messages"]
    {
        let answer = preflight(path, APP).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), APP, "{path}");
        assert_eq!(answer.header("access-control-max-age"), "86400", "{path}");
        let allowed = answer.header("access-control-allow-headers");
        for header in [
            "authorization",
            "x-client-info",
            "apikey",
            "content-type",
            "x-retry-count",
            "idempotency-key",
        ] {
            assert!(allowed.split(", ").any(|it| it == header), "{path}: {header}");
        }
        // Cookies stay at home.
        assert!(answer.headers.get("access-control-allow-credentials").is_none(), "{path}");
    }
}

#[tokio::test]
async fn other_origins_and_other_addresses_are_not_let_in() {
    for origin in ["https://evil.example", "https://app.shop.example.evil", "null", ""] {
        let answer = preflight("/functions/v1/whatsapp-send", origin).await;
        assert!(answer.headers.get("access-control-allow-origin").is_none(), "{origin}");
        assert!(answer.headers.get("access-control-allow-headers").is_none(), "{origin}");
    }
    let page = preflight("/console/overview", APP).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED, "pages are for the console alone");
    assert!(page.headers.get("access-control-allow-origin").is_none());
}

#[tokio::test]
async fn an_answer_and_a_refusal_may_be_read_from_there() {
    for (who, status) in
        [("Bearer manager", StatusCode::OK), ("Bearer x", StatusCode::UNAUTHORIZED)]
    {
        let asked =
            request(Method::POST, "/functions/v1/whatsapp-retry", &[("authorization", who)])
                .header("origin", APP)
                .header("content-type", "application/json");
        let answer = ask(&host(), asked, "{}").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, APP));
        let readable = answer.header("access-control-expose-headers");
        for header in ["retry-after", "x-request-id", "content-disposition"] {
            assert!(readable.split(", ").any(|it| it == header), "{header}");
        }
        let varies = answer.headers.get_all("vary").iter().any(|it| it == "origin");
        assert!(varies, "{:?}", answer.headers);
    }
}

#[test]
fn an_origin_that_is_none_is_refused_when_the_console_is_put_together() {
    for origin in ["*", "app.shop.example", "https://app.shop.example/x", "null"] {
        let builder =
            whatsapp_console::Console::builder(Shop::new().ports, std::sync::Arc::new(Door));
        assert!(builder.cors_origins([origin]).build().is_err(), "{origin}");
    }
}
