//! A shop whose console has its own sign-in, and browsers at its door.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use argon2::{Argon2, Params, PasswordHasher as _};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request};
use chrono::TimeDelta;
use tempfile::TempDir;
use url::Url;
use whatsapp_console::{Console, ConsoleSecret, SignIn, UsersFile};
use whatsapp_core::MessageId;
use whatsapp_testkit::fixtures::START;

use crate::door::{Answer, ask};
use crate::shop::{Shop, message, minutes, not_on_whatsapp};

pub(crate) const PASSWORD: &str = "three words and more";

pub(crate) struct Scene {
    pub(crate) shop: Shop,
    folder: TempDir,
    site: Router,
}

impl Scene {
    /// A shop with a message that failed, a manager asha and an admin vik.
    pub(crate) fn new() -> Self {
        Self::with(|sign_in| sign_in)
    }

    pub(crate) fn with(choose: impl FnOnce(SignIn) -> SignIn) -> Self {
        let (shop, folder) = (Shop::new(), TempDir::new().unwrap());
        let scene = Self { shop, folder, site: Router::new() };
        let lines = ["asha:manager", "vik:admin"].map(|it| {
            let (name, role) = it.split_once(':').unwrap();
            scene.line(name, role, "active", PASSWORD)
        });
        scene.users(&lines.concat());
        let site = scene.process(choose);
        Self { site, ..scene }
    }

    /// Another process over the same shop and file.
    pub(crate) fn another_process(&self) -> Router {
        self.process(|sign_in| sign_in)
    }

    pub(crate) fn process(&self, choose: impl FnOnce(SignIn) -> SignIn) -> Router {
        self.console(choose).router()
    }

    pub(crate) fn console(&self, choose: impl FnOnce(SignIn) -> SignIn) -> Console {
        let users = UsersFile::new(self.path("shop.users"));
        let secret = ConsoleSecret::new(vec![7; 32]).unwrap();
        Console::behind_sign_in(self.shop.ports.clone(), choose(SignIn::new(Arc::new(users))))
            .secret(secret)
            .name("Shree")
            .build()
            .unwrap()
    }

    /// A message that failed, of a customer whose name must not be shown to strangers.
    pub(crate) async fn failed(&self) -> MessageId {
        self.shop.customer(1, "Asha Traders");
        let failed = message(1, "Asha Traders", START - minutes(60), not_on_whatsapp());
        self.shop.put(failed).await
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A line of the file, with a hash of the least work.
    pub(crate) fn line(&self, name: &str, role: &str, state: &str, password: &str) -> String {
        let params = Params::new(8, 1, 1, Some(32)).unwrap();
        // Each file has salts of its own.
        let salt = format!("{name}-{}", self.folder.path().display());
        let salt = &salt.as_bytes()[salt.len().saturating_sub(16)..];
        let hash = Argon2::from(params).hash_password_with_salt(password.as_bytes(), salt);
        format!("{name}:{role}:{state}:{}\n", hash.unwrap())
    }

    /// Replaces the file, as `mv` does.
    pub(crate) fn users(&self, lines: &str) {
        let new = self.path("new");
        std::fs::write(&new, lines).unwrap();
        allow(&new, 0o600);
        std::fs::rename(new, self.path("shop.users")).unwrap();
    }

    /// The site that browsers come to.
    pub(crate) fn site(&self) -> Router {
        self.site.clone()
    }

    /// A browser at the shop's address.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.site.clone(), "https://shop.example")
    }

    pub(crate) async fn signed_in(&self, name: &str) -> Browser {
        let _ = self.failed().await;
        signed_in(self.browser(), name).await
    }

    pub(crate) async fn signed_in_for(&self, name: &str, lasts: TimeDelta) -> Browser {
        let site = self.process(|sign_in| sign_in.lasts(lasts));
        signed_in(Browser::new(site, "https://shop.example"), name).await
    }
}

pub(crate) async fn signed_in(mut browser: Browser, name: &str) -> Browser {
    let entered = browser.sign_in(name, PASSWORD).await;
    assert_eq!(entered.status.as_u16(), 303, "{}", entered.text());
    browser
}

#[cfg(unix)]
pub(crate) fn allow(path: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(not(unix))]
pub(crate) fn allow(_path: &std::path::Path, _mode: u32) {}

fn form(fields: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields).finish()
}

/// A browser of today: it says where forms come from, and keeps cookies as browsers do.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    site: Router,
    /// The address that the browser is at.
    pub(crate) origin: String,
    /// The browser's own address, if it is known.
    pub(crate) from: Option<IpAddr>,
    pub(crate) jar: BTreeMap<String, String>,
    /// Headers that a proxy or a forger adds.
    pub(crate) more: Vec<(&'static str, String)>,
}

impl Browser {
    pub(crate) fn new(site: Router, origin: &str) -> Self {
        let from = Some("192.0.2.1".parse().unwrap());
        Self { site, origin: origin.to_owned(), from, jar: BTreeMap::new(), more: Vec::new() }
    }

    /// The same browser with the same cookies, whose host is another process.
    pub(crate) fn at(&self, site: Router) -> Self {
        Self { site, ..self.clone() }
    }

    /// The cookies by which somebody is signed in here.
    pub(crate) fn sign_ins(&self) -> Vec<&String> {
        self.jar.keys().filter(|name| !name.contains("-known-")).collect()
    }

    /// Forgets who is signed in here, as after a night; that somebody was is kept.
    pub(crate) fn sleep(&mut self) {
        self.jar.retain(|name, _| name.contains("-known-"));
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = form(fields);
        self.ask(Method::POST, path, Some(form)).await
    }

    /// Sends a form with the token of a page.
    pub(crate) async fn act(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.get("/keys").await.token();
        self.post(path, &[&[("csrf", &*token)], fields].concat()).await
    }

    pub(crate) async fn sign_in(&mut self, name: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("name", name), ("password", password)]).await
    }

    async fn ask(&mut self, method: Method, path: &str, form: Option<String>) -> Answer {
        let url = Url::parse(&self.origin).unwrap();
        let is_here = ["127.0.0.1", "localhost", "[::1]"].contains(&url.host_str().unwrap());
        let is_secure = url.scheme() == "https" || is_here;
        let host = self.origin.split_once("://").unwrap().1;
        let mut request = Request::builder().method(method).uri(path).header("host", host);
        if is_secure {
            let site = if form.is_some() { "same-origin" } else { "none" };
            request = request.header("sec-fetch-site", site);
        }
        if form.is_some() {
            request = request
                .header("origin", &self.origin)
                .header("content-type", "application/x-www-form-urlencoded");
        }
        if !self.jar.is_empty() {
            let pairs: Vec<String> = self.jar.iter().map(|(k, v)| format!("{k}={v}")).collect();
            request = request.header("cookie", pairs.join("; "));
        }
        for (name, value) in &self.more {
            request = request.header(*name, value);
        }
        if let Some(from) = self.from {
            request = request.extension(ConnectInfo(SocketAddr::new(from, 50_000)));
        }
        let answer = ask(&self.site, request, &form.unwrap_or_default()).await;
        for cookie in answer.headers.get_all("set-cookie") {
            self.keep(cookie.to_str().unwrap(), is_secure);
        }
        answer
    }

    fn keep(&mut self, cookie: &str, is_secure: bool) {
        let (pair, rest) = cookie.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        let asks_for_secure = rest.contains("; Secure");
        assert!(!name.starts_with("__Host-") || asks_for_secure && rest.contains("Path=/"));
        if asks_for_secure && !is_secure {
            return;
        }
        if rest.contains("Max-Age=0;") {
            self.jar.remove(name);
        } else {
            self.jar.insert(name.to_owned(), value.to_owned());
        }
    }
}
