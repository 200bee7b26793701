//! The cookie: which one a browser gets, and which are taken.

use std::sync::Arc;

use axum::http::StatusCode;
use chrono::TimeDelta;
use whatsapp_console::{Console, ConsoleSecret, SignIn, UsersFile};

use super::scene::{Browser, PASSWORD, Scene, signed_in};

#[tokio::test]
async fn by_https_it_has_its_prefix_and_on_this_machine_it_has_none() {
    let scene = Scene::new();
    for (origin, name) in [
        ("https://shop.example", "__Host-console"),
        ("https://shop.example:8443", "__Host-console"),
        ("http://127.0.0.1:8360", "console"),
        ("http://localhost:8360", "console"),
        ("http://[::1]:8360", "console"),
    ] {
        let browser = Browser::new(scene.another_process(), origin);
        let mut browser = signed_in(browser, "asha").await;
        assert_eq!(browser.sign_ins(), [name], "{origin}");
        assert_eq!(browser.get("/overview").await.status, StatusCode::OK, "{origin}");
        browser.act("/sign-out", &[]).await;
        assert!(browser.sign_ins().is_empty(), "{origin}");
    }
}

#[tokio::test]
async fn over_plain_http_the_page_says_that_it_needs_https_and_asks_for_no_password() {
    let scene = Scene::new();
    for origin in
        ["http://192.168.0.7:8360", "http://shop.example", "http://127.0.0.1.evil.example"]
    {
        let mut browser = Browser::new(scene.another_process(), origin);
        for path in ["/sign-in", "/sign-in?link=x", "/overview"] {
            let page = browser.get(path).await.text();
            assert!(page.contains("This address needs https"), "{origin} {path}: {page}");
            assert!(!page.contains("<form"), "{origin} {path}");
        }
        let answer = browser.sign_in("asha", PASSWORD).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{origin}");
        assert!(answer.text().contains("This address needs https"), "{origin}");
        assert!(!answer.headers.contains_key("set-cookie"), "{origin}");
    }
}

#[tokio::test]
async fn the_plain_one_is_taken_on_this_machine_alone() {
    let scene = Scene::new();
    let here = Browser::new(scene.another_process(), "http://127.0.0.1:8360");
    let here = signed_in(here, "asha").await;
    for origin in ["https://shop.example", "http://192.168.0.7:8360"] {
        let mut elsewhere = here.clone();
        origin.clone_into(&mut elsewhere.origin);
        assert_eq!(elsewhere.get("/overview").await.status, StatusCode::UNAUTHORIZED, "{origin}");
        let value = elsewhere.jar.remove("console").unwrap();
        elsewhere.jar.insert("__Host-console".to_owned(), value);
        assert_eq!(elsewhere.get("/overview").await.status, StatusCode::UNAUTHORIZED, "{origin}");
    }
}

#[tokio::test]
async fn behind_a_proxy_the_public_origin_says_that_it_is_https() {
    let scene = Scene::new();
    let users = Arc::new(UsersFile::new(scene.path("shop.users")));
    let console = Console::behind_sign_in(scene.shop.ports.clone(), SignIn::new(users))
        .public_origin("https://shop.example")
        .build()
        .unwrap();
    // The proxy asks by plain http, and may name the inner host.
    let mut browser = Browser::new(console.router(), "https://shop.example");
    browser.more = vec![("x-forwarded-host", "evil.example".to_owned())];
    let mut browser = signed_in(browser, "asha").await;
    assert_eq!(browser.sign_ins(), ["__Host-console"]);
    assert_eq!(browser.get("/overview").await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_of_another_console_is_none_here() {
    let (scene, other) = (Scene::new(), Scene::new());
    let browser = scene.signed_in("asha").await;
    // The same secret and the same name, but other users.
    let mut there = browser.at(other.another_process());
    assert_eq!(there.get("/overview").await.status, StatusCode::UNAUTHORIZED);
    // The same users, but another secret.
    let users = Arc::new(UsersFile::new(scene.path("shop.users")));
    let console = Console::behind_sign_in(scene.shop.ports.clone(), SignIn::new(users))
        .secret(ConsoleSecret::new(vec![8; 32]).unwrap())
        .build()
        .unwrap();
    let answer = browser.at(console.router()).get("/overview").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    // Another name, so that one host has several consoles.
    let second = scene.process(|sign_in| sign_in.cookie_name("second"));
    let mut both = signed_in(browser.at(second), "vik").await;
    assert_eq!(both.sign_ins(), ["__Host-console", "__Host-second"]);
    assert!(both.get("/overview").await.text().contains(">vik<"));
    assert!(both.at(scene.another_process()).get("/overview").await.text().contains(">asha<"));
}

#[tokio::test]
async fn one_outlives_a_restart_with_a_kept_secret() {
    let scene = Scene::new();
    let mut browser = scene.signed_in("asha").await.at(scene.another_process());
    assert_eq!(browser.get("/overview").await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_from_tomorrow_is_none() {
    let scene = Scene::new();
    let mut browser = scene.signed_in("asha").await;
    scene.shop.clock.jump_wall_clock(-TimeDelta::seconds(30));
    assert_eq!(browser.get("/overview").await.status, StatusCode::OK, "clocks are set");
    scene.shop.clock.jump_wall_clock(-TimeDelta::days(1));
    assert_eq!(browser.get("/overview").await.status, StatusCode::UNAUTHORIZED);
}
