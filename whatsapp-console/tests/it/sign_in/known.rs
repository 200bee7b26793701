//! A guesser at a name does not keep its owner out of a browser in which the owner was before.

use axum::http::StatusCode;
use chrono::TimeDelta;
use whatsapp_console::{Console, ConsoleSecret, SignIn, UsersFile};

use super::scene::{Browser, PASSWORD, Scene, signed_in};

/// A browser in which asha signed in, and is signed in no more.
async fn known(scene: &Scene) -> Browser {
    let mut browser = scene.signed_in("asha").await;
    browser.sleep();
    browser
}

/// Uses up the tries that strangers have at a name.
async fn guess_at(scene: &Scene, name: &str) {
    for no in 0..5 {
        let mut guesser = stranger(scene, no);
        let tried = guesser.sign_in(name, "wrong password").await;
        assert_eq!(tried.status, StatusCode::UNAUTHORIZED, "{name} {no}");
    }
    is_kept_out(stranger(scene, 9), name).await;
}

fn stranger(scene: &Scene, no: u32) -> Browser {
    let mut browser = scene.browser();
    browser.from = format!("203.0.113.{no}").parse().ok();
    browser
}

async fn is_kept_out(mut browser: Browser, name: &str) {
    let waits = browser.sign_in(name, PASSWORD).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "{:?}", browser.jar);
}

async fn gets_in(browser: &mut Browser, name: &str) {
    let entered = browser.sign_in(name, PASSWORD).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
}

#[tokio::test]
async fn the_owner_gets_in_while_a_guesser_locks_the_name() {
    let scene = Scene::new();
    let mut desk = known(&scene).await;
    let mut home = scene.signed_in("asha").await;
    home.act("/sign-out", &[]).await;
    guess_at(&scene, "asha").await;
    gets_in(&mut desk, " Asha ").await;
    gets_in(&mut home, "asha").await;
    // The answer is the same as for a right password that is tried for the first time.
    let mut third = scene.browser();
    third.jar.insert("__Host-console-known-0000000000000000".to_owned(), "x".to_owned());
    is_kept_out(third, "asha").await;
    // The guesser gains nothing by it, and locks nobody's known browser by an address either.
    is_kept_out(stranger(&scene, 8), "asha").await;
    for no in 0..20 {
        let mut next_door = scene.browser();
        let _ = next_door.sign_in(&format!("name-{no}"), "wrong password").await;
    }
    is_kept_out(scene.browser(), "vik").await;
    desk.sleep();
    gets_in(&mut desk, "asha").await;
}

#[tokio::test]
async fn a_link_makes_a_browser_known_too() {
    let scene = Scene::new();
    let console = scene.console(|sign_in| sign_in);
    let link = console.sign_in_link("asha", TimeDelta::minutes(10)).unwrap();
    let token = link.split_once("link=").unwrap().1.to_owned();
    let mut browser = Browser::new(console.router(), "https://shop.example");
    let entered = browser.post("/sign-in", &[("link", &token)]).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}", entered.text());
    let mut here = browser.at(scene.another_process());
    here.sleep();
    let mut elsewhere = here.clone();
    elsewhere.jar.clear();
    for no in 0..5 {
        elsewhere.from = format!("203.0.113.{no}").parse().ok();
        elsewhere.sign_in("asha", "wrong password").await;
    }
    is_kept_out(elsewhere, "asha").await;
    gets_in(&mut here, "asha").await;
}

#[tokio::test]
async fn two_people_share_a_browser_that_is_known_for_both() {
    let scene = Scene::new();
    let mut shared = known(&scene).await;
    gets_in(&mut shared, "vik").await;
    shared.sleep();
    for name in ["asha", "vik"] {
        guess_at(&scene, name).await;
        gets_in(&mut shared, name).await;
        shared.sleep();
    }
}

#[tokio::test]
async fn a_known_browsers_own_guesses_are_limited_too() {
    let scene = Scene::new();
    let (mut desk, mut phone) = (known(&scene).await, known(&scene).await);
    for no in 0..5 {
        // The cookie counts from any address.
        desk.from = format!("203.0.113.{no}").parse().ok();
        let tried = desk.sign_in("asha", "wrong password").await;
        assert_eq!(tried.status, StatusCode::UNAUTHORIZED, "{no}");
    }
    is_kept_out(desk.clone(), "asha").await;
    // The browser does not go on as a stranger, and nobody else waits for it.
    desk.from = "203.0.113.77".parse().ok();
    is_kept_out(desk.clone(), "asha").await;
    gets_in(&mut phone, "asha").await;
    gets_in(&mut stranger(&scene, 8), "asha").await;
    scene.shop.clock.advance(TimeDelta::seconds(12));
    gets_in(&mut desk, "asha").await;
}

#[tokio::test]
async fn a_stolen_one_signs_nobody_in_and_is_worth_nothing_once_the_password_is_another() {
    let scene = Scene::new();
    let mut stolen = known(&scene).await;
    stolen.from = "203.0.113.66".parse().ok();
    assert_eq!(stolen.get("/overview").await.status, StatusCode::UNAUTHORIZED);
    let tried = stolen.sign_in("asha", "wrong password").await;
    assert_eq!(tried.status, StatusCode::UNAUTHORIZED);
    let other = scene.line("asha", "manager", "active", "another password");
    scene.users(&other);
    guess_at_with(&scene, "asha", "another password").await;
    let waits = stolen.sign_in("asha", "another password").await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "it is a stranger's");
}

/// The same where the right password is `right`.
async fn guess_at_with(scene: &Scene, name: &str, right: &str) {
    for no in 0..5 {
        let tried = stranger(scene, no).sign_in(name, PASSWORD).await;
        assert_eq!(tried.status, StatusCode::UNAUTHORIZED, "{name} {no}");
    }
    let waits = stranger(scene, 9).sign_in(name, right).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn one_of_another_person_name_or_secret_is_worth_nothing() {
    let scene = Scene::new();
    let asha = known(&scene).await;
    let mut vik = scene.browser();
    gets_in(&mut vik, "vik").await;
    vik.sleep();
    guess_at(&scene, "asha").await;
    is_kept_out(vik.clone(), "asha").await;
    // A cookie under the name of asha's.
    let name = asha.jar.keys().next().unwrap().clone();
    let value = vik.jar.values().next().unwrap().clone();
    vik.jar.insert(name.clone(), value);
    is_kept_out(vik.clone(), "asha").await;
    // A forged cookie, and changed ones.
    let right = &asha.jar[&name];
    let end = if right.ends_with('A') { "B" } else { "A" };
    for forged in ["", "x", &right[1..], &format!("{}{end}", &right[..right.len() - 1])] {
        let mut forger = scene.browser();
        forger.jar.insert(name.clone(), forged.to_owned());
        is_kept_out(forger, "asha").await;
    }
    // A cookie of a console with another secret.
    let users = std::sync::Arc::new(UsersFile::new(scene.path("shop.users")));
    let console = Console::behind_sign_in(scene.shop.ports.clone(), SignIn::new(users))
        .secret(ConsoleSecret::new(vec![8; 32]).unwrap())
        .build()
        .unwrap();
    let mut other = signed_in(Browser::new(console.router(), "https://shop.example"), "asha").await;
    other.sleep();
    assert_ne!(other.jar.keys().next().unwrap(), &name, "its name tells nothing elsewhere");
    is_kept_out(other.at(scene.site()), "asha").await;
    gets_in(&mut asha.clone(), "asha").await;
}

#[tokio::test]
async fn a_browser_is_known_for_three_months_after_the_last_time() {
    let scene = Scene::new();
    let mut browser = known(&scene).await;
    for days in [89, 89] {
        scene.shop.clock.advance(TimeDelta::days(days));
        guess_at(&scene, "asha").await;
        gets_in(&mut browser, "asha").await;
        browser.sleep();
    }
    scene.shop.clock.advance(TimeDelta::days(90));
    guess_at(&scene, "asha").await;
    is_kept_out(browser, "asha").await;
}
