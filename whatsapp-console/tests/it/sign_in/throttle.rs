//! Rate limits of tries to sign in.

use std::num::NonZeroU8;

use axum::http::StatusCode;
use chrono::TimeDelta;

use super::scene::{Browser, PASSWORD, Scene};

async fn wrong(browser: &mut Browser, name: &str) -> StatusCode {
    browser.sign_in(name, "wrong password").await.status
}

#[tokio::test]
async fn a_name_can_be_tried_five_times_from_wherever_it_is_tried() {
    let scene = Scene::new();
    for name in ["asha", "nobody"] {
        for no in 0..5 {
            let mut browser = scene.browser();
            browser.from = format!("192.0.2.{no}").parse().ok();
            assert_eq!(wrong(&mut browser, name).await, StatusCode::UNAUTHORIZED, "{name} {no}");
        }
        let mut browser = scene.browser();
        browser.from = "192.0.2.99".parse().ok();
        let spelled = format!(" {} ", name.to_uppercase());
        let waits = browser.sign_in(&spelled, PASSWORD).await;
        assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "{name}: the right one waits too");
        assert_eq!(waits.header("retry-after"), "12");
        assert!(waits.text().contains("Try again in 12 seconds."), "{}", waits.text());
        assert!(browser.jar.is_empty());
    }
    // Others are not kept waiting, and a person who is signed in stays so.
    let mut vik = scene.browser();
    vik.from = "192.0.2.77".parse().ok();
    assert_eq!(vik.sign_in("vik", PASSWORD).await.status, StatusCode::SEE_OTHER);

    scene.shop.clock.advance(TimeDelta::seconds(12));
    let mut asha = scene.browser();
    asha.from = "192.0.2.98".parse().ok();
    assert_eq!(asha.sign_in("asha", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn an_address_can_try_twenty_times_whatever_the_names() {
    let scene = Scene::new();
    for no in 0..20 {
        let mut browser = scene.browser();
        let status = wrong(&mut browser, &format!("name-{no}")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{no}");
    }
    let mut same = scene.browser();
    // A header that anybody can send changes nothing.
    same.more = vec![("x-forwarded-for", "203.0.113.7".to_owned())];
    let waits = same.sign_in("vik", PASSWORD).await;
    assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(waits.header("retry-after"), "3");
    let mut other = scene.browser();
    other.from = "192.0.2.2".parse().ok();
    assert_eq!(other.sign_in("vik", PASSWORD).await.status, StatusCode::SEE_OTHER);
    scene.shop.clock.advance(TimeDelta::seconds(3));
    assert_eq!(same.sign_in("asha", PASSWORD).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn right_passwords_are_not_counted() {
    let scene = Scene::new();
    for _ in 0..30 {
        let entered = scene.browser().sign_in("asha", PASSWORD).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test]
async fn where_addresses_are_not_known_all_count_as_one() {
    let scene = Scene::new();
    for no in 0..20 {
        let mut browser = scene.browser();
        (browser.from, browser.more) = (None, vec![("x-forwarded-for", format!("203.0.113.{no}"))]);
        let status = wrong(&mut browser, &format!("name-{no}")).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{no}");
    }
    let mut browser = scene.browser();
    browser.from = None;
    assert_eq!(wrong(&mut browser, "another").await, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn behind_proxies_the_address_is_the_one_that_the_outermost_of_them_saw() {
    let proxies = |no| move |sign_in: whatsapp_console::SignIn| sign_in.behind_proxies(no);
    for count in [1_u8, 2] {
        let scene = Scene::with(proxies(NonZeroU8::new(count).unwrap()));
        let told = |client: &str, no: u32| {
            let behind = if count == 2 { ", 10.0.0.1" } else { "" };
            // Addresses that the client itself had sent come before it.
            vec![("x-forwarded-for", format!("198.51.100.{no}, 1.2.3.4, {client}{behind}"))]
        };
        for no in 0..20 {
            let mut browser = scene.browser();
            browser.more = told("203.0.113.7", no);
            assert_eq!(wrong(&mut browser, &format!("n-{no}")).await, StatusCode::UNAUTHORIZED);
        }
        let mut browser = scene.browser();
        browser.more = told("203.0.113.7", 99);
        assert_eq!(wrong(&mut browser, "other").await, StatusCode::TOO_MANY_REQUESTS, "{count}");
        browser.more = told("203.0.113.8", 0);
        assert_eq!(wrong(&mut browser, "other").await, StatusCode::UNAUTHORIZED, "{count}");
        // Two headers are one list.
        browser.more =
            vec![("x-forwarded-for", "203.0.113.8".to_owned()), told("203.0.113.7", 5).remove(0)];
        assert_eq!(wrong(&mut browser, "other").await, StatusCode::TOO_MANY_REQUESTS, "{count}");
        // Without the header, or with nonsense in it, the address is unknown.
        for (no, odd) in ["", "unknown", "203.0.113.9:80", "_hidden"].iter().enumerate() {
            browser.more = vec![("x-forwarded-for", (*odd).to_owned())];
            let status = wrong(&mut browser, &format!("odd-{no}")).await;
            assert_eq!(status, StatusCode::UNAUTHORIZED, "{odd}");
        }
    }
}

#[tokio::test]
async fn many_at_once_are_asked_to_come_back_and_none_is_tried_more_often_for_it() {
    let scene = Scene::new();
    // The hash takes the full work, so that all tries are there before the first one is done.
    let slow = whatsapp_console::UsersFile::new(scene.path("shop.users"));
    let password = secrecy::SecretString::from(PASSWORD);
    let entropy = whatsapp_core::port::SystemEntropy;
    slow.set("asha", whatsapp_console::Role::Manager, &password, &entropy).unwrap();
    let tries = (0..40).map(|no: u8| {
        let mut browser = scene.browser();
        browser.from = Some(std::net::Ipv4Addr::new(192, 0, 2, no).into());
        tokio::spawn(async move { wrong(&mut browser, &format!("name-{no}")).await })
    });
    let mut told = Vec::new();
    for tried in tries.collect::<Vec<_>>() {
        told.push(tried.await.unwrap());
    }
    let count = |status| told.iter().filter(|it| **it == status).count();
    assert_eq!(count(StatusCode::UNAUTHORIZED) + count(StatusCode::SERVICE_UNAVAILABLE), 40);
    assert!(count(StatusCode::UNAUTHORIZED) >= 18, "{told:?}");
    let entered = scene.browser().sign_in("asha", PASSWORD).await;
    assert_eq!(entered.status, StatusCode::SEE_OTHER);
}
