//! Guessing, forging, and redirecting to other sites.

use axum::http::{Method, StatusCode};

use super::scene::{PASSWORD, Scene};
use crate::door::{ask, request};

#[tokio::test]
async fn a_name_that_nobody_has_is_refused_as_a_wrong_password_is() {
    let scene = Scene::new();
    let off = scene.line("meera", "manager", "off", PASSWORD);
    scene.users(&format!("{}{off}", scene.line("asha", "manager", "active", PASSWORD)));
    let mut told = Vec::new();
    for name in ["asha", "meera", "nobody", "asha:manager", "#", "*", "аsha"] {
        let mut browser = scene.browser();
        let answer = browser.sign_in(name, "wrong password").await;
        let mut headers: Vec<String> =
            answer.headers.iter().map(|(name, _)| name.to_string()).collect();
        headers.sort_unstable();
        let text = answer.text().replace(&format!("value=\"{name}\""), "value=NAME");
        let id = answer.header("x-request-id").to_owned();
        told.push((answer.status, headers, text.replace(&id, "ID")));
        assert!(browser.jar.is_empty());
    }
    for other in &told[1..] {
        assert_eq!(other, &told[0]);
    }
    assert_eq!(told[0].0, StatusCode::UNAUTHORIZED);
    assert!(told[0].2.contains("The name or the password is wrong."), "{}", told[0].2);
}

#[tokio::test]
async fn a_sign_in_that_another_site_sends_is_refused() {
    let scene = Scene::new();
    let site = scene.another_process();
    let body = format!("name=asha&password={}", PASSWORD.replace(' ', "+"));
    let refused: [&[(&str, &str)]; 6] = [
        &[],
        &[("origin", "null")],
        &[("origin", "https://evil.example")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
        &[("sec-fetch-site", "same-site"), ("origin", "https://a.shop.example")],
        &[("sec-fetch-site", "cross-site")],
    ];
    for headers in refused {
        let asked = request(Method::POST, "/sign-in", headers)
            .header("content-type", "application/x-www-form-urlencoded");
        let answer = ask(&site, asked, &body).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
        assert!(!answer.headers.contains_key("set-cookie"), "{headers:?}");
        assert!(answer.text().contains("This did not come from the console"), "{headers:?}");
    }
}

#[tokio::test]
async fn signing_in_leads_nowhere_but_into_the_console() {
    let scene = Scene::new();
    for elsewhere in [
        "//evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "/%2fevil.example",
        "%2f%2fevil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "../../x",
        "messages\r\nset-cookie: a=b",
        "/etc",
        " //evil.example",
        "",
    ] {
        for field in ["next", "form"] {
            let mut browser = scene.browser();
            let fields = [("name", "asha"), ("password", PASSWORD), (field, elsewhere)];
            let entered = browser.post("/sign-in", &fields).await;
            assert_eq!(entered.status, StatusCode::SEE_OTHER, "{elsewhere:?}");
            assert_eq!(entered.header("location"), "overview", "{elsewhere:?}");
        }
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let query = query.append_pair("next", elsewhere).finish();
        let page = scene.browser().get(&format!("/sign-in?{query}")).await.text();
        assert!(!page.contains(r#"name="next""#), "{elsewhere:?}: {page}");
    }
    let mut browser = scene.browser();
    let fields = [("name", "asha"), ("password", PASSWORD), ("next", "messages?about=%2F%2Fx")];
    let entered = browser.post("/sign-in", &fields).await;
    assert_eq!(entered.header("location"), "messages?about=%2F%2Fx");
}

#[tokio::test]
async fn what_is_typed_at_the_door_is_shown_as_text() {
    let scene = Scene::new();
    let hostile = "\"><script>alert(1)</script>";
    let fields =
        [("name", hostile), ("password", "x"), ("typed.\"><b>", hostile), ("form", "pause")];
    let page = scene.browser().post("/sign-in", &fields).await.text();
    assert!(!page.contains("<script>") && !page.contains("<b>"), "{page}");
    let page = scene.browser().get("/sign-in?link=%22%3E%3Cscript%3E&next=%22%3E").await.text();
    assert!(!page.contains("<script>"), "{page}");
}

#[tokio::test]
async fn whatever_is_too_long_is_refused_and_nothing_breaks() {
    let scene = Scene::new();
    let (long, longer) = ("x".repeat(100_000), "x".repeat(300_000));
    for (name, password, status) in [
        (&*long, "x", StatusCode::UNAUTHORIZED),
        ("asha", &*long, StatusCode::UNAUTHORIZED),
        ("asha", &*longer, StatusCode::PAYLOAD_TOO_LARGE),
        ("", "", StatusCode::UNAUTHORIZED),
        ("asha\0", PASSWORD, StatusCode::UNAUTHORIZED),
        ("asha", "three words and more ", StatusCode::UNAUTHORIZED),
    ] {
        let answer = scene.browser().sign_in(name, password).await;
        assert_eq!(answer.status, status, "{} {}", name.len(), password.len());
    }
    let mut browser = scene.browser();
    browser.jar.insert("__Host-console".to_owned(), long);
    assert_eq!(browser.get("/overview").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_or_a_password_in_a_header_is_never_helped_by_the_cookie() {
    let scene = Scene::new();
    let mut browser = scene.signed_in("asha").await;
    for value in ["Bearer x", "Basic YXNoYTp0aHJlZSB3b3Jkcw==", "bearer", "", "x y", "Digest a=b"] {
        browser.more = vec![("authorization", value.to_owned())];
        let answer = browser.get("/overview").await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{value}");
        assert!(!answer.text().contains("Asha Traders"), "{value}");
        let acted = browser.post("/pause", &[]).await;
        assert_eq!(acted.status, StatusCode::UNAUTHORIZED, "{value}");
    }
    browser.more = Vec::new();
    assert_eq!(browser.get("/overview").await.status, StatusCode::OK);
}
