//! The guard of every request: tokens, limits, headers, and error pages.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use axum::Router;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use chrono::TimeDelta;
use scraper::{Html, Selector};
use whatsapp_console::{Console, ConsoleError, ConsoleSecret, Gate, Refused, Visitor};
use whatsapp_core::CustomerId;
use whatsapp_core::port::Customer;

use crate::door::{Answer, Door, ask, built, console, get, post, request};
use crate::shop::Shop;

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let console = console(&Shop::new().ports).router();
    let sheet = get(&console, "/keys").await.text();
    let sheet = sheet.split_once("assets/").unwrap().1.split('"').next().unwrap().to_owned();
    let sheet = format!("/assets/{sheet}");
    for path in ["/", "/keys", "/help", "/nothing", "/messages/x", "/find", &sheet] {
        for who in ["visit=manager", "visit=viewer", "visit=stranger"] {
            let answer = ask(&console, request(Method::GET, path, &[("cookie", who)]), "").await;
            let at = format!("{path} for {who}");
            let policy = answer.header("content-security-policy");
            for rule in [
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src data:",
                "connect-src 'self'",
                "form-action 'self'",
                "base-uri 'none'",
                "object-src 'none'",
                "frame-ancestors 'none'",
            ] {
                assert!(policy.split("; ").any(|it| it == rule), "{at}: {rule} in {policy}");
            }
            assert!(!policy.contains("unsafe"), "{at}");
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{at}");
            assert_eq!(answer.header("referrer-policy"), "same-origin", "{at}");
            assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{at}");
            let id = answer.header("x-request-id");
            assert!(id.len() == 16 && id.bytes().all(|it| it.is_ascii_hexdigit()), "{at}: {id}");
            let is_asset = path == sheet;
            let kept = if is_asset { "public, max-age=31536000, immutable" } else { "no-store" };
            assert_eq!(answer.header("cache-control"), kept, "{at}");
            let vary =
                answer.headers.get_all("vary").iter().any(|it| it == "cookie, authorization");
            assert_eq!(vary, !is_asset, "{at}");
        }
    }
}

#[tokio::test]
async fn pages_have_neither_scripts_nor_styles_in_their_text() {
    let console = console(&Shop::new().ports).router();
    for path in ["/keys", "/help", "/overview", "/messages", "/nothing", "/pause"] {
        let page = get(&console, path).await.text();
        let html = Html::parse_document(&page);
        for script in html.select(&Selector::parse("script").unwrap()) {
            assert!(script.attr("src").is_some() && script.text().next().is_none(), "{path}");
        }
        assert_eq!(html.select(&Selector::parse("style, [style]").unwrap()).count(), 0, "{path}");
        let is_handler = |name: &str| name.starts_with("on");
        let all = Selector::parse("*").unwrap();
        assert!(!html.select(&all).any(|it| it.value().attrs().any(|(name, _)| is_handler(name))));
    }
}

/// The fields of the form with which a form is answered once more, ready to be sent.
fn once_more(answer: &Answer) -> String {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text());
    let html = Html::parse_document(&answer.text());
    let inputs = Selector::parse("form[method=post] input[name]").unwrap();
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    for input in html.select(&inputs) {
        body.append_pair(input.attr("name").unwrap(), input.attr("value").unwrap_or_default());
    }
    body.finish()
}

#[tokio::test]
async fn the_theme_that_was_chosen_holds_on_pages_of_what_went_wrong_too() {
    let console = console(&Shop::new().ports).router();
    for (who, path) in [("manager", "/keys"), ("manager", "/nothing"), ("stranger", "/keys")] {
        let cookie = format!("visit={who}; console-theme=dark");
        let answer =
            ask(&console, request(Method::GET, path, &[("cookie", cookie.as_str())]), "").await;
        assert!(answer.text().contains("data-theme=\"dark\""), "{path} for {who}");
    }
}

#[tokio::test]
async fn a_form_works_for_a_week_and_is_shown_once_more_after_that_with_what_was_typed() {
    let shop = Shop::new();
    let console = console(&shop.ports).router();
    let token = get(&console, "/keys").await.token();
    let body = format!("csrf={token}&theme=dark&back=messages%3Fabout%3Da%2526b");
    shop.clock.advance(TimeDelta::days(7));
    let done = post(&console, "/theme", "visit=manager", &body).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    assert_eq!(done.header("location"), "messages?about=a%26b");

    shop.clock.advance(TimeDelta::days(1));
    let answer = post(&console, "/theme", "visit=manager", &body).await;
    // The button says what it does.
    let pause = format!("csrf={token}&seen=none");
    let told = post(&console, "/pause", "visit=manager", &pause).await;
    once_more(&told);
    assert!(told.text().contains(">Pause sending</button>"), "{}", told.text());
    let again = once_more(&answer);
    assert!(again.contains("theme=dark&back=messages%3Fabout%3Da%2526b"), "{again}");
    assert!(!again.contains(&token), "the token is a new one");
    let done = post(&console, "/theme", "visit=manager", &again).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "the button works");
}

#[tokio::test]
async fn a_token_is_of_one_visit_of_one_person_and_never_the_same_twice() {
    let shop = Shop::new();
    let one = console(&shop.ports).router();
    let token = get(&one, "/keys").await.token();
    assert_ne!(token, get(&one, "/keys").await.token());
    let body = format!("csrf={token}&theme=dark&back=keys");
    let of_another = post(&one, "/theme", "visit=admin", &body).await;
    assert_eq!(of_another.status, StatusCode::FORBIDDEN);
    // Another process has another secret, unless it is given one.
    let other = console(&shop.ports).router();
    assert_eq!(post(&other, "/theme", "visit=manager", &body).await.status, StatusCode::FORBIDDEN);
    for bad in ["", "x", &token[1..], &format!("{token}A"), &token.to_lowercase(), &"A".repeat(86)]
    {
        let body = format!("csrf={bad}&theme=dark&back=keys");
        let answer = post(&one, "/theme", "visit=manager", &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{bad}");
    }
    let with_secret = || {
        let secret = ConsoleSecret::new(vec![7; 32]).unwrap();
        let builder = Console::builder(shop.ports.clone(), Arc::new(Door)).secret(secret);
        built(builder).router()
    };
    let token = get(&with_secret(), "/keys").await.token();
    let body = format!("csrf={token}&theme=dark&back=keys");
    let done = post(&with_secret(), "/theme", "visit=manager", &body).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_script_may_give_the_token_in_a_header() {
    let console = console(&Shop::new().ports).router();
    let token = get(&console, "/keys").await.token();
    let form = |token: &str| {
        request(Method::POST, "/theme", &[("cookie", "visit=manager")])
            .header("sec-fetch-site", "same-origin")
            .header("x-csrf-token", token)
    };
    assert_eq!(ask(&console, form(&token), "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(ask(&console, form("x"), "").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn behind_a_proxy_a_form_comes_from_the_public_origin_alone() {
    let shop = Shop::new();
    let builder = Console::builder(shop.ports.clone(), Arc::new(Door));
    let console = built(builder.public_origin("https://shop.example")).router();
    let token = get(&console, "/keys").await.token();
    for (origin, status) in [
        ("https://shop.example", StatusCode::SEE_OTHER),
        ("http://shop.example", StatusCode::FORBIDDEN),
        ("https://inner:8080", StatusCode::FORBIDDEN),
        ("https://shop.example.evil", StatusCode::FORBIDDEN),
    ] {
        // The proxy names the inner host.
        let form = axum::http::Request::post("/theme")
            .header("host", "inner:8080")
            .header("cookie", "visit=manager")
            .header("origin", origin)
            .header("content-type", "application/x-www-form-urlencoded");
        let body = format!("csrf={token}&theme=dark&back=keys");
        assert_eq!(ask(&console, form, &body).await.status, status, "{origin}");
    }
}

#[test]
fn an_origin_and_a_path_that_cannot_be_are_refused_when_the_console_is_put_together() {
    let builder = || Console::builder(Shop::new().ports, Arc::new(Door));
    for origin in ["", "shop.example", "https://shop.example/console", "ftp://a", "https://a b"] {
        let refused = builder().public_origin(origin).build().unwrap_err();
        assert_eq!(refused, ConsoleError::Origin(origin.to_owned()));
    }
    for origin in ["https://shop.example", "https://shop.example/", "http://127.0.0.1:8080"] {
        builder().public_origin(origin).build().unwrap();
    }
    for path in ["console", "//evil.example", "/a?b", "/a\"b", "/a b", "https://shop.example"] {
        let refused = builder().public_path(path).build().unwrap_err();
        assert_eq!(refused, ConsoleError::Path(path.to_owned()));
    }
    for path in ["/", "/console", "/a/b/"] {
        builder().public_path(path).build().unwrap();
    }
}

#[tokio::test]
async fn a_form_of_any_size_is_answered_and_none_above_the_bound_is_read() {
    let console = console(&Shop::new().ports).router();
    let token = get(&console, "/keys").await.token();
    let start = format!("csrf={token}&theme=dark&back=keys&x=");
    let fits = format!("{start}{}", "x".repeat(256 * 1024 - start.len()));
    let done = post(&console, "/theme", "visit=manager", &fits).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER);
    let larger = post(&console, "/theme", "visit=manager", &format!("{fits}x")).await;
    assert_eq!(larger.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(larger.text().contains("A form takes up to 256 kB."));
}

/// A gate that does what a test wants.
#[derive(Debug, Default)]
struct Moody {
    panics: AtomicBool,
    hangs: AtomicBool,
}

#[async_trait]
impl Gate for Moody {
    async fn enter(&self, _: &Parts) -> Result<Visitor, Refused> {
        assert!(!self.panics.load(Ordering::Relaxed), "the secret of the gate");
        if self.hangs.load(Ordering::Relaxed) {
            std::future::pending::<()>().await;
        }
        Err(Refused::Unavailable)
    }
}

fn moody() -> (Arc<Moody>, Router) {
    let gate = Arc::new(Moody::default());
    let console = Console::builder(Shop::new().ports, gate.clone()).build().unwrap();
    (gate, console.router())
}

#[tokio::test]
async fn a_mistake_of_the_program_has_a_page_with_the_id_of_the_request_and_no_details() {
    let (gate, console) = moody();
    gate.panics.store(true, Ordering::Relaxed);
    let answer = ask(&console, request(Method::GET, "/keys", &[]), "").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    let text = answer.text();
    assert!(text.contains(answer.header("x-request-id")), "{text}");
    assert!(text.contains("The mistake is in the program"), "{text}");
    assert!(!text.contains("the secret of the gate"), "{text}");
    gate.panics.store(false, Ordering::Relaxed);
    let answer = ask(&console, request(Method::GET, "/keys", &[]), "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn what_is_gone_leads_to_its_list_and_what_failed_to_the_same_page_once_more() {
    let console = console(&Shop::new().ports).router();
    let gone = "01900000-0000-7000-8000-000000000000";
    for (path, to, label) in [
        (format!("/messages/{gone}"), "../messages", "Messages"),
        (format!("/bulk/{gone}"), "../messages", "Messages"),
        (format!("/templates/{gone}"), "../templates", "Templates"),
        (format!("/festivals/{gone}"), "../festivals", "Festivals"),
    ] {
        let text = get(&console, &path).await.text();
        assert!(text.contains(&format!(r#"primary" href="{to}">{label}</a>"#)), "{path}: {text}");
        assert!(text.contains(r#"<a class="btn" href="../overview">Overview</a>"#), "{path}");
    }
    let (_, console) = moody();
    let answer = ask(&console, request(Method::GET, "/keys?a=1", &[]), "").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let text = answer.text();
    assert!(text.contains(r#"primary" href="keys?a=1">Try again</a>"#), "{text}");
    assert!(text.contains(answer.header("x-request-id")), "{text}");
    // A link does not do what the form was to do.
    let post = ask(&console, request(Method::POST, "/pause", &[]), "").await;
    assert!(!post.text().contains("Try again</a>"), "{}", post.text());
}

#[tokio::test(start_paused = true)]
async fn an_answer_takes_a_quarter_of_a_minute_at_most() {
    let (gate, console) = moody();
    gate.hangs.store(true, Ordering::Relaxed);
    let begun = tokio::time::Instant::now();
    let answer = ask(&console, request(Method::GET, "/keys", &[]), "").await;
    assert_eq!(begun.elapsed().as_secs(), 15);
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.text().contains("The answer took too long"), "{}", answer.text());
}

#[tokio::test]
async fn whoever_is_not_in_is_told_where_to_sign_in_and_nothing_else() {
    let console = console(&Shop::new().ports).router();
    let nobody = ask(&console, request(Method::GET, "/messages", &[]), "").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(nobody.header("www-authenticate"), "Bearer");
    assert!(nobody.text().contains(r#"href="/sign-in""#), "{}", nobody.text());
    let inactive = &[("cookie", "visit=inactive")];
    let inactive = ask(&console, request(Method::GET, "/messages", inactive), "").await;
    assert_eq!(inactive.status, StatusCode::FORBIDDEN);
    assert!(inactive.text().contains("Your account was switched off."));
    // Another account may be let in.
    assert!(inactive.text().contains(r#"href="/sign-in">Sign in as somebody else"#));
    // Nothing about it has to be looked up in a log.
    assert!(!nobody.text().contains(nobody.header("x-request-id")), "{}", nobody.text());
    let page = get(&console, "/keys").await.text();
    assert!(page.contains(r#"action="/sign-out""#), "{page}");
}

#[tokio::test]
async fn the_theme_is_kept_by_the_browser_and_shown_on_every_page() {
    let console = console(&Shop::new().ports).router();
    let page = get(&console, "/keys").await;
    assert!(!page.text().contains("data-theme"));
    for theme in ["dark", "light", "\"><script>", ""] {
        let theme_field: String = url::form_urlencoded::byte_serialize(theme.as_bytes()).collect();
        let body = format!("csrf={}&theme={theme_field}&back=keys", page.token());
        let chosen = post(&console, "/theme", "visit=manager", &body).await;
        let cookie = chosen.header("set-cookie").split(';').next().unwrap().to_owned();
        let cookies = format!("visit=manager; {cookie}");
        let shown = ask(&console, request(Method::GET, "/keys", &[("cookie", &cookies)]), "").await;
        let is_theme = ["dark", "light"].contains(&theme);
        let is_shown = shown.text().contains(&format!(r#"data-theme="{theme}""#));
        assert_eq!(is_shown, is_theme, "{theme}");
        assert!(!shown.text().contains("<script>"), "{theme}");
        for part in ["HttpOnly", "SameSite=Lax", "Max-Age="] {
            assert!(chosen.header("set-cookie").contains(part), "{theme}");
        }
    }
    for elsewhere in ["https://evil.example", "//evil.example", "../../x", ""] {
        let back: String = url::form_urlencoded::byte_serialize(elsewhere.as_bytes()).collect();
        let body = format!("csrf={}&theme=dark&back={back}", page.token());
        let chosen = post(&console, "/theme", "visit=manager", &body).await;
        assert_eq!(chosen.header("location"), "overview", "{elsewhere}");
    }
}

#[tokio::test]
async fn every_page_leads_back_to_itself_when_the_theme_changes_and_an_answer_to_a_form_to_the_list()
 {
    let shop = Shop::new();
    let customer = CustomerId::new("a/b").unwrap();
    shop.customers.put(Customer::new(customer, "Asha", None));
    let console = console(&shop.ports).router();
    let back = |page: &Answer| {
        let html = Html::parse_document(&page.text());
        let field = Selector::parse("input[name=back]").unwrap();
        html.select(&field).next().unwrap().attr("value").unwrap().to_owned()
    };
    for (path, expected) in [
        ("/overview", "overview"),
        ("/messages?status=failed&sort=oldest", "messages?status=failed&sort=oldest"),
        ("/pause", "pause"),
        ("/held", "held"),
        ("/schedule", "schedule"),
        ("/schedule/2026-01-28?show=out", "schedule/2026-01-28?show=out"),
        ("/customers/a~2Fb", "customers/a~2Fb"),
    ] {
        let page = get(&console, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_eq!(back(&page), expected);
    }
    let token = get(&console, "/keys").await.token();
    let body = format!("csrf={token}&theme=dark&back=customers%2Fa~2Fb");
    let chosen = post(&console, "/theme", "visit=manager", &body).await;
    assert_eq!(chosen.header("location"), "customers/a~2Fb");
    let body = format!("csrf={token}&q=nobody+of+this+name");
    let found = post(&console, "/find", "visit=manager", &body).await;
    assert_eq!((found.status, back(&found).as_str()), (StatusCode::OK, "messages"));
}

#[tokio::test]
async fn the_page_of_words_has_every_word_and_links_to_its_parts() {
    let console = console(&Shop::new().ports).router();
    let page = get(&console, "/help").await.text();
    let html = Html::parse_document(&page);
    let chips = Selector::parse("a.chip").unwrap();
    let parts: Vec<_> = html.select(&chips).filter_map(|it| it.attr("href")).collect();
    assert_eq!(parts.len(), 7);
    for part in parts {
        assert_eq!(html.select(&Selector::parse(part).unwrap()).count(), 1, "{part}");
    }
    for word in ["Queued", "Read", "The gateway refused it", "Refused, unclear why"] {
        assert!(page.contains(word), "{word}");
    }
}
