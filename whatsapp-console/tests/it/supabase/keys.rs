//! Keys that a project publishes: those that are taken, and how often they are fetched.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use tokio::sync::Mutex;
use whatsapp_console::SupabaseKeys;

use super::scene::{Scene, by, part};

/// A server that publishes keys.
struct Publisher {
    url: String,
    answer: Arc<Mutex<(u16, String)>>,
    asked: Arc<AtomicU32>,
}

impl Publisher {
    async fn start(keys: &[Value]) -> Self {
        let answer = Arc::new(Mutex::new((200, json!({ "keys": keys }).to_string())));
        let asked = Arc::new(AtomicU32::new(0));
        let (told, count) = (answer.clone(), asked.clone());
        let serve = move || {
            let (told, count) = (told.clone(), count.clone());
            async move {
                count.fetch_add(1, Ordering::Relaxed);
                let (status, body) = told.lock().await.clone();
                let elsewhere = [("location", "/elsewhere")];
                (StatusCode::from_u16(status).unwrap(), elsewhere, body).into_response()
            }
        };
        let site = Router::new().route("/auth/v1/.well-known/jwks.json", get(serve));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, site).await });
        Self { url, answer, asked }
    }

    async fn says(&self, status: u16, body: impl ToString) {
        *self.answer.lock().await = (status, body.to_string());
    }

    fn asked(&self) -> u32 {
        self.asked.load(Ordering::Relaxed)
    }
}

/// A key that signs, and its published form.
struct Pair {
    algorithm: Algorithm,
    key: EncodingKey,
    id: String,
}

impl Pair {
    fn es256(id: &str) -> Self {
        let made = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
        let key = EncodingKey::from_ec_der(&made.serialize_der());
        Self { algorithm: Algorithm::ES256, key, id: id.to_owned() }
    }

    fn rs256(id: &str) -> Self {
        let made = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap().serialize_der();
        // The key itself, within its envelope (PKCS #8) of 26 bytes.
        let key = EncodingKey::from_rsa_der(&made[26..]);
        Self { algorithm: Algorithm::RS256, key, id: id.to_owned() }
    }

    fn published(&self) -> Value {
        let key = Jwk::from_encoding_key(&self.key, self.algorithm).unwrap();
        let mut key = serde_json::to_value(key).unwrap();
        key["kid"] = json!(self.id);
        key["use"] = json!("sig");
        key
    }

    fn signed(&self, claims: &Value) -> String {
        self.signed_as(Some(&self.id), claims)
    }

    fn signed_as(&self, id: Option<&str>, claims: &Value) -> String {
        let mut header = Header::new(self.algorithm);
        header.kid = id.map(str::to_owned);
        encode(&header, claims, &self.key).unwrap()
    }
}

#[tokio::test]
async fn published_keys_of_both_kinds_are_fetched_once_and_held() {
    for (pair, keys) in
        [(Pair::es256("k1"), SupabaseKeys::Es256), (Pair::rs256("k1"), SupabaseKeys::Rs256)]
    {
        let publisher = Publisher::start(&[pair.published()]).await;
        let scene = Scene::of(&publisher.url, keys);
        let token = pair.signed(&scene.claims());
        for _ in 0..5 {
            assert_eq!(scene.status(&token).await, StatusCode::OK);
        }
        assert_eq!(publisher.asked(), 1);
        let other = Pair { id: "k1".to_owned(), ..Pair::es256("k1") };
        let forged = other.signed(&scene.claims());
        assert_eq!(scene.status(&forged).await, StatusCode::UNAUTHORIZED);
        // Ten minutes later the keys are fetched anew, and the old ones stay valid where
        // that fails.
        publisher.says(500, "").await;
        scene.shop.clock.advance(TimeDelta::minutes(10));
        let token = pair.signed(&scene.claims());
        for _ in 0..5 {
            assert_eq!(scene.status(&token).await, StatusCode::OK);
        }
        assert_eq!(publisher.asked(), 2);
        publisher.says(200, json!({ "keys": [other.published()] })).await;
        scene.shop.clock.advance(TimeDelta::minutes(1));
        let answer = scene.status(&pair.signed(&scene.claims())).await;
        let is_same_kind = pair.algorithm == Algorithm::ES256;
        // A key that was taken back is not valid any more; a list without a usable key
        // changes nothing.
        let expected = if is_same_kind { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
        assert_eq!(answer, expected);
    }
}

#[tokio::test]
async fn a_new_key_is_found_and_names_that_nobody_has_are_not_asked_for_again_and_again() {
    let (old, new) = (Pair::es256("k1"), Pair::es256("k2"));
    let publisher = Publisher::start(&[old.published()]).await;
    let scene = Scene::of(&publisher.url, SupabaseKeys::Es256);
    assert_eq!(scene.status(&old.signed(&scene.claims())).await, StatusCode::OK);
    publisher.says(200, json!({ "keys": [old.published(), new.published()] })).await;
    scene.shop.clock.advance(TimeDelta::seconds(60));
    assert_eq!(scene.status(&new.signed(&scene.claims())).await, StatusCode::OK);
    assert_eq!(publisher.asked(), 2);
    let odd = ["k3", "../../etc/passwd", "k1' OR '1'='1", "k1\0", "K1", &"k".repeat(4_000)];
    for _ in 0..3 {
        for id in odd {
            let token = old.signed_as(Some(id), &scene.claims());
            assert_eq!(scene.status(&token).await, StatusCode::UNAUTHORIZED, "{id:.20}");
        }
    }
    for id in [None, Some("")] {
        let token = old.signed_as(id, &scene.claims());
        assert_eq!(scene.status(&token).await, StatusCode::UNAUTHORIZED, "{id:?}");
    }
    // The right name, for another key.
    let crossed = old.signed_as(Some("k2"), &scene.claims());
    assert_eq!(scene.status(&crossed).await, StatusCode::UNAUTHORIZED);
    assert_eq!(publisher.asked(), 2, "once a minute at most");
    scene.shop.clock.advance(TimeDelta::seconds(60));
    for id in odd {
        let token = old.signed_as(Some(id), &scene.claims());
        assert_eq!(scene.status(&token).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(publisher.asked(), 3);
}

#[tokio::test]
async fn a_public_key_is_no_secret_of_a_signature() {
    let rsa = Pair::rs256("k1");
    let publisher = Publisher::start(&[rsa.published()]).await;
    let scene = Scene::of(&publisher.url, SupabaseKeys::Rs256);
    let public = rsa.published();
    let text = |name: &str| public[name].as_str().unwrap().to_owned();
    let modulus = URL_SAFE_NO_PAD.decode(text("n")).unwrap();
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("k1".to_owned());
    for secret in [modulus, text("n").into_bytes(), public.to_string().into_bytes()] {
        let forged = by(&header, &scene.claims(), &secret);
        assert_eq!(scene.status(&forged).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(publisher.asked(), 0, "no key is looked for");
    assert_eq!(scene.status(&rsa.signed(&scene.claims())).await, StatusCode::OK);
    // The other way round: a project with a secret takes no other signature.
    let with_secret = Scene::new();
    let token = rsa.signed(&with_secret.claims());
    assert_eq!(with_secret.status(&token).await, StatusCode::UNAUTHORIZED);
    // Keys for another purpose, of another kind, or a secret among them, are left out.
    let mut for_encryption = rsa.published();
    for_encryption["use"] = json!("enc");
    let mut of_another_kind = rsa.published();
    of_another_kind["alg"] = json!("PS256");
    let secret = json!({ "kty": "oct", "kid": "k1", "k": part(&json!(1)), "alg": "HS256" });
    for key in [for_encryption, of_another_kind, secret, json!({ "kid": "k1" }), json!(7)] {
        let publisher = Publisher::start(&[key]).await;
        let scene = Scene::of(&publisher.url, SupabaseKeys::Rs256);
        let status = scene.status(&rsa.signed(&scene.claims())).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[tokio::test]
async fn a_server_of_keys_that_answers_badly_is_asked_seldom_and_lets_nobody_in() {
    let pair = Pair::es256("k1");
    let publisher = Publisher::start(&[pair.published()]).await;
    let large = json!({ "keys": [pair.published()], "x": "x".repeat(70_000) });
    let many: Vec<Value> = (0..20).map(|no| Pair::es256(&format!("n{no}")).published()).collect();
    let many = [many, vec![pair.published()]].concat();
    let many = json!({ "keys": many });
    for (status, body) in [
        (500, String::new()),
        (404, json!({ "keys": [pair.published()] }).to_string()),
        (302, String::new()),
        (200, "hello".to_owned()),
        (200, "[]".to_owned()),
        (200, json!({ "keys": [] }).to_string()),
        (200, large.to_string()),
    ] {
        publisher.says(status, body).await;
        let before = publisher.asked();
        let scene = Scene::of(&publisher.url, SupabaseKeys::Es256);
        let token = pair.signed(&scene.claims());
        for _ in 0..5 {
            assert_eq!(scene.status(&token).await, StatusCode::SERVICE_UNAVAILABLE);
        }
        assert_eq!(publisher.asked(), before + 1);
        publisher.says(200, json!({ "keys": [pair.published()] })).await;
        scene.shop.clock.advance(TimeDelta::seconds(10));
        assert_eq!(scene.status(&token).await, StatusCode::OK, "it is well again");
    }
    publisher.says(200, many).await;
    let scene = Scene::of(&publisher.url, SupabaseKeys::Es256);
    let status = scene.status(&pair.signed(&scene.claims())).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED, "the first twenty keys count");
}

#[tokio::test]
async fn many_at_once_fetch_once() {
    let pair = Pair::es256("k1");
    let publisher = Publisher::start(&[pair.published()]).await;
    let scene = Arc::new(Scene::of(&publisher.url, SupabaseKeys::Es256));
    let token = pair.signed(&scene.claims());
    let all = (0..30).map(|_| {
        let (scene, token) = (scene.clone(), token.clone());
        tokio::spawn(async move { scene.status(&token).await })
    });
    for one in all.collect::<Vec<_>>() {
        assert_eq!(one.await.unwrap(), StatusCode::OK);
    }
    assert_eq!(publisher.asked(), 1);
}
