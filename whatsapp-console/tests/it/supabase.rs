//! The gate for a Supabase project's access tokens: what holds, and what was made up.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use axum::Router;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use whatsapp_console::{
    Console, Member, Role, RoleDirectory, RolesUnread, SupabaseError, SupabaseGate,
    SupabaseKeys,
};
use whatsapp_core::UserId;

use crate::door::{Answer, ask, request};
use crate::shop::Shop;

const PROJECT: &str = "https://abcdefghijklmnopqrst.supabase.co";
const SECRET: &str = "super-secret-jwt-token-with-at-least-32-characters-long";

/// The roles of a few people; how often they were asked for.
#[derive(Debug, Default)]
struct Profiles {
    asked: AtomicU32,
    changed: std::sync::Mutex<Option<Member>>,
    broken: std::sync::atomic::AtomicBool,
}

#[async_trait]
impl RoleDirectory for Profiles {
    async fn member(&self, user: &UserId) -> Result<Option<Member>, RolesUnread> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.broken.load(Ordering::Relaxed) {
            return Err(RolesUnread("the database is away".to_owned()));
        }
        if let Some(member) = self.changed.lock().unwrap().clone() {
            return Ok(Some(member));
        }
        Ok(match user.as_str() {
            "u-manager" => Some(Member::new("Asha Rao", Role::Manager)),
            "u-admin" => Some(Member::new("Vik", Role::Admin)),
            "u-viewer" => Some(Member::new("Meera", Role::Viewer)),
            "u-off" => Some(Member::new("Ravi", Role::Manager).switched_off()),
            _ => None,
        })
    }
}

struct Scene {
    shop: Shop,
    roles: Arc<Profiles>,
    console: Console,
    site: Router,
    issuer: String,
}

impl Scene {
    fn new() -> Self {
        Self::of(PROJECT, SupabaseKeys::Secret(SecretString::from(SECRET)))
    }

    fn of(project: &str, keys: SupabaseKeys) -> Self {
        let (shop, roles) = (Shop::new(), Arc::new(Profiles::default()));
        let clock = Arc::new(shop.clock.clone());
        let gate = SupabaseGate::new(project, keys, roles.clone(), clock).unwrap();
        let console = Console::builder(shop.ports.clone(), Arc::new(gate)).build().unwrap();
        let issuer = format!("{}/auth/v1", project.trim_end_matches('/'));
        Self { shop, roles, site: console.router(), console, issuer }
    }

    fn now(&self) -> DateTime<Utc> {
        use whatsapp_core::port::Clock as _;
        self.shop.clock.now()
    }

    /// What a manager's token says.
    fn claims(&self) -> Value {
        let now = self.now().timestamp();
        json!({
            "iss": self.issuer, "aud": "authenticated", "role": "authenticated",
            "sub": "u-manager", "session_id": "s-1", "iat": now, "exp": now + 3_600,
            "email": "asha@shop.example", "is_anonymous": false,
        })
    }

    fn with(&self, name: &str, value: Value) -> Value {
        let mut claims = self.claims();
        claims[name] = value;
        claims
    }

    async fn get(&self, token: &str) -> Answer {
        let value = format!("Bearer {token}");
        let shown = [("authorization", &*value)];
        ask(&self.site, request(Method::GET, "/keys", &shown), "").await
    }

    async fn status(&self, token: &str) -> StatusCode {
        self.get(token).await.status
    }
}

/// A token signed by the project's secret.
fn signed(claims: &Value) -> String {
    by(&Header::new(Algorithm::HS256), claims, SECRET.as_bytes())
}

fn by(header: &Header, claims: &Value, secret: &[u8]) -> String {
    encode(header, claims, &EncodingKey::from_secret(secret).unwrap()).unwrap()
}

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}

#[tokio::test]
async fn an_active_manager_comes_in_and_acts_without_a_forms_token() {
    let scene = Scene::new();
    let token = signed(&scene.claims());
    let page = scene.get(&token).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("Asha Rao"));
    let value = format!("Bearer {token}");
    let acted = ask(&scene.site, request(Method::POST, "/pause", &[("authorization", &value)]), "");
    assert_eq!(acted.await.status, StatusCode::SEE_OTHER);
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
    let (mut asked, id) = (0, "0190b1c2-0000-7000-8000-000000000000");
    for route in scene.console.routes().into_iter().filter(|route| route.role.is_some()) {
        let path = route.path.replace("{message}", id);
        let status = async |token: &str| {
            let value = format!("Bearer {token}");
            let shown = [("authorization", &*value)];
            ask(&scene.site, request(route.method.clone(), &path, &shown), "").await.status
        };
        for (who, token, expected) in &refused {
            assert_eq!(status(token).await, *expected, "{} {path} · {who}", route.method);
        }
        let let_through = status(&manager).await;
        let is_refused =
            [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&let_through);
        assert!(!is_refused && !let_through.is_server_error(), "{path}: {let_through}");
        asked += 1;
    }
    assert!(asked > 10);
}

#[tokio::test]
async fn the_projects_own_keys_let_nobody_in_and_a_sentence_says_what_to_send() {
    let scene = Scene::new();
    let now = scene.now().timestamp();
    let key = |role: &str| {
        signed(&json!({ "iss": "supabase", "ref": "abc", "role": role, "iat": now, "exp": now * 2 }))
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
    // One that brings its own key along, and one that says where to fetch it.
    let own = EncodingKey::from_secret(&[1; 32]).unwrap();
    let mut with_key = Header::new(Algorithm::HS256);
    with_key.jwk = Some(Jwk::from_encoding_key(&own, Algorithm::HS256).unwrap());
    with_key.jku = Some("https://evil.example/jwks.json".to_owned());
    let secret = SECRET.as_bytes();
    let twice = format!(
        r#"{{"sub":"u-admin",{}"#,
        &claims.to_string()[1..]
    );
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
        ("deep JSON", format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode("[".repeat(3_000)))),
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

/// A key that signs, and the same as it is published.
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
        // Ten minutes later they are looked at anew, and the old ones hold where that fails.
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
        // A key that was taken back holds no more; a list without a usable key changes nothing.
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
    // The right name of another key.
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
    // And the other way round: a project with a secret takes no other signature.
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
    let many = json!({ "keys": [many, vec![pair.published()]].concat() });
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
