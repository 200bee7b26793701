//! The gate for a Supabase project's access tokens: valid ones, and forged ones.

mod keys;
mod scene;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::SecretString;
use serde_json::{Value, json};
use whatsapp_console::{Member, Role, SupabaseError, SupabaseGate, SupabaseKeys};

use scene::{PROJECT, Profiles, SECRET, Scene, by, part, signed};

use crate::door::{ask, request};
use crate::shop::Shop;

#[tokio::test]
async fn an_active_manager_comes_in_and_acts_without_a_forms_token() {
    let scene = Scene::new();
    let token = signed(&scene.claims());
    let page = scene.get(&token).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("Asha Rao"));
    let value = format!("Bearer {token}");
    let pause = request(Method::POST, "/pause", &[("authorization", &value)])
        .header("content-type", "application/x-www-form-urlencoded");
    let acted = ask(&scene.site, pause, "seen=none").await;
    assert_eq!(acted.status, StatusCode::SEE_OTHER, "{}", acted.text());
    assert!(scene.shop.desk().account().await.unwrap().is_held());
    let nobody = ask(&scene.site, request(Method::GET, "/keys", &[]), "").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let cookie = format!("sb-access-token={token}");
    let nobody = ask(&scene.site, request(Method::GET, "/keys", &[("cookie", &cookie)]), "").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "a cookie is no token");
}

#[tokio::test]
async fn only_active_managers_and_admins_come_in() {
    let scene = Scene::new();
    for (sub, status, told) in [
        ("u-manager", StatusCode::OK, ""),
        ("u-admin", StatusCode::OK, ""),
        ("u-viewer", StatusCode::FORBIDDEN, "The console is for managers."),
        ("u-off", StatusCode::FORBIDDEN, "Your account is switched off."),
        ("u-stranger", StatusCode::FORBIDDEN, "Your account has no role here."),
        ("", StatusCode::UNAUTHORIZED, "does not hold"),
        ("u manager", StatusCode::UNAUTHORIZED, "does not hold"),
    ] {
        let answer = scene.get(&signed(&scene.with("sub", json!(sub)))).await;
        assert_eq!(answer.status, status, "{sub}");
        assert!(answer.text().contains(told), "{sub}: {}", answer.text());
    }
}

#[tokio::test]
async fn every_route_lets_through_exactly_whoever_the_token_and_the_host_allow() {
    let scene = Scene::new();
    let old = scene.with("exp", json!(scene.now().timestamp() - 60));
    let refused = [
        ("expired", signed(&old), StatusCode::UNAUTHORIZED),
        ("anon", signed(&scene.with("role", json!("anon"))), StatusCode::UNAUTHORIZED),
        ("viewer", signed(&scene.with("sub", json!("u-viewer"))), StatusCode::FORBIDDEN),
        ("switched off", signed(&scene.with("sub", json!("u-off"))), StatusCode::FORBIDDEN),
        ("no role", signed(&scene.with("sub", json!("u-stranger"))), StatusCode::FORBIDDEN),
    ];
    let manager = signed(&scene.claims());
    let (mut asked, id) = (0, "0190b1c2-0000-7000-8000-000000000000".parse().unwrap());
    for route in scene.console.routes().into_iter().filter(|route| route.role.is_some()) {
        let path = crate::access::address(&route, id, "");
        let status = async |token: &str| {
            let value = format!("Bearer {token}");
            let shown = [("authorization", &*value)];
            ask(&scene.site, request(route.method.clone(), &path, &shown), "").await.status
        };
        for (who, token, expected) in &refused {
            assert_eq!(status(token).await, *expected, "{} {path} · {who}", route.method);
        }
        asked += 1;
        // A stream that was let through has no end here.
        if path == "/events" {
            continue;
        }
        let let_through = status(&manager).await;
        let is_refused = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&let_through);
        assert!(!is_refused && !let_through.is_server_error(), "{path}: {let_through}");
    }
    assert!(asked > 10);
}

#[tokio::test]
async fn the_projects_own_keys_let_nobody_in_and_a_sentence_says_what_to_send() {
    let scene = Scene::new();
    let now = scene.now().timestamp();
    let key = |role: &str| {
        signed(
            &json!({ "iss": "supabase", "ref": "abc", "role": role, "iat": now, "exp": now * 2 }),
        )
    };
    let stolen = |role: &str| signed(&scene.with("role", json!(role)));
    for token in [
        key("anon"),
        key("service_role"),
        stolen("anon"),
        stolen("service_role"),
        "sb_publishable_abcdefghijklmnop".to_owned(),
        "sb_secret_abcdefghijklmnop".to_owned(),
    ] {
        let answer = scene.get(&token).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{token}");
        let told = "Send the signed-in manager&#39;s access token, not the project&#39;s key.";
        assert!(answer.text().contains(told), "{}", answer.text());
    }
    assert_eq!(scene.roles.asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn each_claim_has_to_hold() {
    let scene = Scene::new();
    let now = scene.now().timestamp();
    let refused = StatusCode::UNAUTHORIZED;
    for (name, value, status) in [
        ("iss", json!("https://evil.supabase.co/auth/v1"), refused),
        ("iss", json!(format!("{}/", scene.issuer)), refused),
        ("iss", json!([scene.issuer]), refused),
        ("iss", Value::Null, refused),
        ("aud", json!("anon"), refused),
        ("aud", json!(""), refused),
        ("aud", json!([]), refused),
        ("aud", json!(["other", "authenticated"]), StatusCode::OK),
        ("aud", Value::Null, refused),
        ("role", json!("supabase_admin"), refused),
        ("role", json!("authenticated "), refused),
        ("role", json!(["authenticated"]), refused),
        ("role", Value::Null, refused),
        ("is_anonymous", json!(true), refused),
        ("exp", json!(now - 31), refused),
        ("exp", json!(now - 30), StatusCode::OK),
        ("exp", json!(-1), refused),
        ("exp", json!("9999999999"), refused),
        ("exp", Value::Null, refused),
        ("nbf", json!(now + 31), refused),
        ("nbf", json!(now + 30), StatusCode::OK),
        ("nbf", json!("x"), refused),
        ("iat", json!(now + 31), refused),
        ("sub", Value::Null, refused),
        ("sub", json!(7), refused),
    ] {
        let token = signed(&scene.with(name, value.clone()));
        assert_eq!(scene.status(&token).await, status, "{name}: {value}");
    }
    for name in ["iss", "aud", "role", "exp", "sub"] {
        let mut claims = scene.claims();
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(scene.status(&signed(&claims)).await, refused, "without {name}");
    }
    let token = signed(&scene.claims());
    scene.shop.clock.advance(TimeDelta::hours(1) + TimeDelta::seconds(30));
    assert_eq!(scene.status(&token).await, StatusCode::OK);
    scene.shop.clock.advance(TimeDelta::seconds(1));
    let late = scene.get(&token).await;
    assert_eq!(late.status, refused);
    assert!(late.text().contains("has expired"), "{}", late.text());
}

#[tokio::test]
async fn a_token_that_was_made_up_does_not_hold() {
    let scene = Scene::new();
    let (claims, good) = (scene.claims(), signed(&scene.claims()));
    let [header, payload, signature]: [&str; 3] =
        good.split('.').collect::<Vec<_>>().try_into().unwrap();
    let none = part(&json!({ "alg": "none", "typ": "JWT" }));
    let admin = part(&scene.with("sub", json!("u-admin")));
    let mut crit = Header::new(Algorithm::HS256);
    crit.crit = Some(vec!["exp".to_owned()]);
    let mut bare = Header::new(Algorithm::HS256);
    bare.crit = Some(Vec::new());
    let mut odd = Header::new(Algorithm::HS256);
    odd.typ = Some("at+jwt".to_owned());
    // A token that brings its own key along, and one that says where to fetch it.
    let own = EncodingKey::from_secret(&[1; 32]).unwrap();
    let mut with_key = Header::new(Algorithm::HS256);
    with_key.jwk = Some(Jwk::from_encoding_key(&own, Algorithm::HS256).unwrap());
    with_key.jku = Some("https://evil.example/jwks.json".to_owned());
    let secret = SECRET.as_bytes();
    let twice = format!(r#"{{"sub":"u-admin",{}"#, &claims.to_string()[1..]);
    let twice = URL_SAFE_NO_PAD.encode(twice);
    for (what, token) in [
        ("no signature", format!("{header}.{payload}.")),
        ("half a signature", format!("{header}.{payload}.{}", &signature[..20])),
        ("alg none", format!("{none}.{payload}.")),
        ("alg none, signed", format!("{none}.{payload}.{signature}")),
        ("alg None", format!("{}.{payload}.", part(&json!({ "alg": "None" })))),
        ("no alg", format!("{}.{payload}.{signature}", part(&json!({ "typ": "JWT" })))),
        ("other claims", format!("{header}.{admin}.{signature}")),
        ("a claim twice", format!("{header}.{twice}.{signature}")),
        ("another secret", by(&Header::new(Algorithm::HS256), &claims, &[1; 32])),
        ("HS512", by(&Header::new(Algorithm::HS512), &claims, secret)),
        ("HS384", by(&Header::new(Algorithm::HS384), &claims, secret)),
        ("crit", by(&crit, &claims, secret)),
        ("an empty crit", by(&bare, &claims, secret)),
        ("another kind of token", by(&odd, &claims, secret)),
        ("its own key", encode(&with_key, &claims, &own).unwrap()),
        ("two parts", format!("{header}.{payload}")),
        ("four parts", format!("{good}.{signature}")),
        ("nothing", "...".to_owned()),
        ("no base64", "%%%.%%%.%%%".to_owned()),
        ("no JSON", format!("{0}.{0}.{0}", URL_SAFE_NO_PAD.encode("hello"))),
        ("padding", format!("{good}==")),
        ("a huge one", signed(&scene.with("x", json!("x".repeat(8_000))))),
        ("a huge word", "x".repeat(100_000)),
        (
            "deep JSON",
            format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode("[".repeat(3_000))),
        ),
    ] {
        let answer = scene.get(&token).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{what}");
        assert!(answer.text().contains("does not hold"), "{what}: {}", answer.text());
    }
    assert_eq!(scene.roles.asked.load(Ordering::Relaxed), 0, "nobody is asked about them");
    assert_eq!(scene.status(&good).await, StatusCode::OK);
}

#[tokio::test]
async fn whoever_is_dismissed_is_out_within_half_a_minute() {
    let scene = Scene::new();
    let token = signed(&scene.claims());
    for _ in 0..5 {
        assert_eq!(scene.status(&token).await, StatusCode::OK);
    }
    assert_eq!(scene.roles.asked.load(Ordering::Relaxed), 1);
    *scene.roles.changed.lock().unwrap() =
        Some(Member::new("Asha Rao", Role::Manager).switched_off());
    scene.shop.clock.advance(TimeDelta::seconds(29));
    assert_eq!(scene.status(&token).await, StatusCode::OK);
    scene.shop.clock.advance(TimeDelta::seconds(1));
    assert_eq!(scene.status(&token).await, StatusCode::FORBIDDEN);
    scene.roles.broken.store(true, Ordering::Relaxed);
    scene.shop.clock.advance(TimeDelta::seconds(30));
    assert_eq!(scene.status(&token).await, StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn a_gate_that_cannot_be_is_refused_when_it_is_put_together() {
    let gate = |project: &str, keys| {
        let (roles, clock) = (Arc::new(Profiles::default()), Arc::new(Shop::new().clock));
        SupabaseGate::new(project, keys, roles, clock).unwrap_err()
    };
    for project in [
        "",
        "abc",
        "http://abc.supabase.co",
        "https://u:p@abc.supabase.co",
        "https://abc.supabase.co?x=1",
        "ftp://abc.supabase.co",
    ] {
        assert_eq!(gate(project, SupabaseKeys::Es256), SupabaseError::Address(project.to_owned()));
    }
    let weak = SupabaseKeys::Secret(SecretString::from("short"));
    assert_eq!(gate(PROJECT, weak), SupabaseError::WeakSecret(5));
    let told = format!("{:?}", SupabaseKeys::Secret(SecretString::from(SECRET)));
    assert_eq!(told, "Secret");
}
