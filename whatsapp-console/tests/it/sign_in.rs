//! The console's own sign-in, in its use and under attack.

mod scene;

mod attacks;
mod cookie;
mod file;
mod forms;
mod known;
mod links;
mod matrix;
mod throttle;

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::StatusCode;
use chrono::TimeDelta;
use whatsapp_console::{Console, SignIn, User, Users, UsersError, UsersFile};
use whatsapp_core::UserId;

use scene::{Browser, PASSWORD, Scene, signed_in};

#[tokio::test]
async fn whoever_signs_in_comes_to_the_page_that_was_asked_for() {
    let scene = Scene::new();
    scene.failed().await;
    let mut browser = scene.browser();
    let asked = browser.get("/messages?status=failed").await;
    assert_eq!(asked.status, StatusCode::UNAUTHORIZED);
    let page = asked.text();
    assert!(page.contains(r#"name="password" type="password""#), "{page}");
    assert!(page.contains(r#"name="next" value="messages?status=failed""#), "{page}");
    assert!(!page.contains("Asha Traders"), "{page}");

    let fields = [("name", " Asha "), ("password", PASSWORD), ("next", "messages?status=failed")];
    let entered = browser.post("/sign-in", &fields).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
    assert_eq!(entered.header("location"), "messages?status=failed");
    let page = browser.get("/messages?status=failed").await;
    assert_eq!(page.status, StatusCode::OK);
    let page = page.text();
    assert!(page.contains("Asha Traders") && page.contains(">asha<"), "{page}");
    assert!(page.contains(r#"action="sign-out""#), "{page}");
    assert_eq!(browser.get("/sign-in").await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_out_ends_copies_of_the_cookie_everywhere_and_other_sign_ins_too() {
    let scene = Scene::new();
    let (mut office, mut phone) = (scene.signed_in("asha").await, scene.signed_in("asha").await);
    let mut vik = scene.signed_in("vik").await;
    let mut copy = office.clone();
    let mut elsewhere = office.at(scene.another_process());
    for browser in [&mut office, &mut phone, &mut copy, &mut elsewhere] {
        assert_eq!(browser.get("/overview").await.status, StatusCode::OK);
    }
    let left = office.act("/sign-out", &[]).await;
    assert_eq!(left.status, StatusCode::SEE_OTHER);
    assert_eq!(left.header("location"), "sign-in?out=1");
    assert!(office.sign_ins().is_empty(), "{:?}", office.jar);
    let page = office.get("/sign-in?out=1").await.text();
    assert!(page.contains("You are signed out"), "{page}");
    for browser in [&mut phone, &mut copy, &mut elsewhere] {
        let answer = browser.get("/overview").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
        assert!(answer.text().contains("Your sign-in has ended"), "{}", answer.text());
    }
    assert_eq!(vik.get("/overview").await.status, StatusCode::OK, "somebody else stays");
    // A second sign-in at the same instant by the clock is another sign-in.
    let mut again = scene.signed_in("asha").await;
    assert_eq!(again.get("/overview").await.status, StatusCode::OK);
    assert_eq!(copy.get("/overview").await.status, StatusCode::UNAUTHORIZED);
}

/// People whose sign-ins cannot be ended.
#[derive(Debug)]
struct Stuck(UsersFile);

#[async_trait]
impl Users for Stuck {
    async fn find(&self, name: &str) -> Result<Option<User>, UsersError> {
        self.0.find(name).await
    }

    async fn end_visits(&self, _: &UserId) -> Result<(), UsersError> {
        Err(UsersError::Other("the disk is full".to_owned()))
    }
}

#[tokio::test]
async fn a_sign_out_that_cannot_be_kept_is_said_and_takes_the_cookie_away_all_the_same() {
    let scene = Scene::new();
    let users = Arc::new(Stuck(UsersFile::new(scene.path("shop.users"))));
    let console = Console::behind_sign_in(scene.shop.ports.clone(), SignIn::new(users));
    let browser = Browser::new(console.build().unwrap().router(), "https://shop.example");
    let mut browser = signed_in(browser, "asha").await;
    let left = browser.act("/sign-out", &[]).await;
    assert_eq!(left.status, StatusCode::SERVICE_UNAVAILABLE, "{}", left.text());
    assert!(browser.sign_ins().is_empty());
}

#[tokio::test]
async fn a_sign_in_holds_twelve_hours_and_not_longer_for_being_used() {
    let scene = Scene::new();
    let mut browser = scene.signed_in("asha").await;
    for _ in 0..12 {
        assert_eq!(browser.get("/overview").await.status, StatusCode::OK);
        scene.shop.clock.advance(TimeDelta::hours(1) - TimeDelta::milliseconds(1));
    }
    assert_eq!(browser.get("/overview").await.status, StatusCode::OK);
    scene.shop.clock.advance(TimeDelta::milliseconds(12));
    assert_eq!(browser.get("/overview").await.status, StatusCode::UNAUTHORIZED);
    let mut long = scene.signed_in_for("asha", TimeDelta::days(365)).await;
    scene.shop.clock.advance(TimeDelta::hours(12));
    assert_eq!(long.get("/overview").await.status, StatusCode::UNAUTHORIZED);
    let mut short = scene.signed_in_for("asha", TimeDelta::minutes(5)).await;
    assert_eq!(short.get("/overview").await.status, StatusCode::OK);
    scene.shop.clock.advance(TimeDelta::minutes(5));
    assert_eq!(short.get("/overview").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_change_of_the_file_counts_from_the_next_request_on() {
    let scene = Scene::new();
    let mut browser = scene.signed_in("asha").await;
    let line = scene.line("asha", "manager", "active", PASSWORD);
    let other = scene.line("vik", "admin", "active", PASSWORD);
    for (lines, status) in [
        (format!("{other}{}", line.replace(":active:", ":off:")), StatusCode::FORBIDDEN),
        (format!("# the managers\n\n{line}{other}"), StatusCode::OK),
        (line.replace(":manager:", ":admin:"), StatusCode::OK),
        (other.clone(), StatusCode::UNAUTHORIZED),
        (line.clone(), StatusCode::OK),
        (scene.line("asha", "manager", "active", "another password"), StatusCode::UNAUTHORIZED),
        (String::new(), StatusCode::UNAUTHORIZED),
        (line, StatusCode::OK),
    ] {
        scene.users(&lines);
        let answer = browser.get("/overview").await;
        assert_eq!(answer.status, status, "{lines}");
        assert_eq!(status == StatusCode::OK, answer.text().contains("Needs you"), "{lines}");
    }
}

#[tokio::test]
async fn whoever_is_switched_off_is_told_so_after_the_right_password_alone() {
    let scene = Scene::new();
    scene.users(&scene.line("asha", "manager", "off", PASSWORD));
    let mut browser = scene.browser();
    let wrong = browser.sign_in("asha", "wrong password").await;
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert!(!wrong.text().contains("switched off"));
    let right = browser.sign_in("asha", PASSWORD).await;
    assert_eq!(right.status, StatusCode::FORBIDDEN);
    assert!(right.text().contains("Your account is switched off."), "{}", right.text());
    assert!(browser.jar.is_empty());
}
