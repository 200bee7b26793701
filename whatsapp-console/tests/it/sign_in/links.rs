//! Links that sign somebody in once.

use axum::http::StatusCode;
use chrono::TimeDelta;

use super::scene::{Browser, PASSWORD, Scene};

#[tokio::test]
async fn a_link_is_used_up_by_its_button_and_not_by_looking_at_it() {
    let scene = Scene::new();
    let console = scene.console(|sign_in| sign_in);
    let link = console.sign_in_link("Asha", TimeDelta::minutes(10)).unwrap();
    let (path, token) = (format!("/{link}"), link.split_once('=').unwrap().1);
    let browser = || Browser::new(console.router(), "http://127.0.0.1:8360");
    for _ in 0..3 {
        let page = browser().get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(!page.headers.contains_key("set-cookie"));
        let text = page.text();
        assert!(text.contains(&format!(r#"name="link" value="{token}""#)), "{text}");
        assert!(!text.contains(r#"name="password""#), "{text}");
    }
    let mut first = browser();
    let entered = first.post("/sign-in", &[("link", token)]).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
    assert_eq!(entered.header("location"), "overview");
    assert!(first.get("/overview").await.text().contains(">asha<"));

    let mut second = browser();
    let refused = second.post("/sign-in", &[("link", token)]).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.text().contains("This link was used already"), "{}", refused.text());
    assert!(second.jar.is_empty());
    assert_eq!(second.sign_in("asha", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_link_ends_and_lets_in_only_whoever_may_enter() {
    let scene = Scene::new();
    let console = scene.console(|sign_in| sign_in);
    let link = |name| {
        let link = console.sign_in_link(name, TimeDelta::minutes(10)).unwrap();
        link.split_once('=').unwrap().1.to_owned()
    };
    let mut browser = Browser::new(console.router(), "https://shop.example");
    let (late, nobodys) = (link("asha"), link("nobody"));
    let refused = browser.post("/sign-in", &[("link", &nobodys)]).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    scene.shop.clock.advance(TimeDelta::minutes(10));
    let refused = browser.post("/sign-in", &[("link", &late)]).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let dismissed = link("asha");
    scene.users(&scene.line("asha", "manager", "off", PASSWORD));
    let refused = browser.post("/sign-in", &[("link", &dismissed)]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    for odd in ["x", &"x".repeat(10_000)] {
        let refused = browser.post("/sign-in", &[("link", odd)]).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    }
    assert!(browser.jar.is_empty());
}

#[tokio::test]
async fn a_console_behind_the_hosts_gate_has_no_such_links_and_no_such_page() {
    let scene = Scene::new();
    let console = crate::door::console(&scene.shop.ports);
    assert_eq!(console.sign_in_link("asha", TimeDelta::minutes(10)), None);
    assert!(console.routes().iter().all(|route| !route.path.contains("sign")));
    let answer = crate::door::get(&console.router(), "/sign-in").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
