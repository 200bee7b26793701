//! A browser: Chromium, driven over the protocol of `WebDriver`, which is JSON over HTTP.
//!
//! The tests need so little of the protocol that a client of our own is less than a library would
//! bring.

use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as STANDARD;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::{Instant, interval, timeout};

/// Longest time that a page may take to show what a test waits for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Keys, as `WebDriver` writes them.
pub(crate) const ENTER: &str = "\u{e007}";
pub(crate) const TAB: &str = "\u{e004}";

/// Key of `WebDriver` for an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Notes what happens on pages and is to be known later: violations of the policy, errors, and
/// scripts that ran.
const WATCH: &str = r"
    const note = what => sessionStorage.setItem('noted', (sessionStorage.getItem('noted') || '') + what + '\n');
    addEventListener('securitypolicyviolation', e => note(`policy ${e.violatedDirective} ${e.blockedURI}`));
    addEventListener('error', e => note(`error ${e.message}`));
    addEventListener('unhandledrejection', e => note(`rejected ${e.reason}`));
    window.alert = window.prompt = window.confirm = () => note('a script ran');
";

/// Way to look at a page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    pub(crate) width: u32,
    pub(crate) dark: bool,
    pub(crate) scripts: bool,
    pub(crate) look: Look,
}

/// Medium that a page is shown on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Screen,
    Paper,
    /// A screen with the few colours that the person's system has for all programs.
    ForcedColors,
    /// A screen with text twice as large.
    LargeText,
}

impl View {
    pub(crate) const DESK: Self =
        Self { width: 1280, dark: false, scripts: true, look: Look::Screen };
    pub(crate) const PHONE: Self = Self { width: 390, dark: true, ..Self::DESK };
    pub(crate) const NARROW: Self = Self { width: 320, ..Self::DESK };
    pub(crate) const PLAIN: Self = Self { scripts: false, ..Self::DESK };
    pub(crate) const PAPER: Self = Self { width: 794, look: Look::Paper, ..Self::DESK };
}

/// A browser with one page open. It ends with this value.
#[derive(Debug)]
pub(crate) struct Browser {
    address: String,
    session: String,
    _driver: Child,
    _profile: Profile,
}

/// A folder of the browser's own, which is removed afterwards.
#[derive(Debug)]
struct Profile(PathBuf);

impl Drop for Profile {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Drop for Browser {
    /// Ends the browser, also if the test failed: if only the driver is ended, the browser goes on
    /// running.
    fn drop(&mut self) {
        let Ok(mut stream) = std::net::TcpStream::connect(&self.address) else { return };
        let end = format!(
            "DELETE /session/{} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.session, self.address
        );
        let _ = stream.set_read_timeout(Some(PATIENCE));
        let _ = stream.write_all(end.as_bytes());
        // The driver answers once the browser is gone.
        let _ = stream.read_exact(&mut [0; 1]);
    }
}

/// An element of the page, and how it was found. If another page takes the place of this one
/// meanwhile, the element is looked for once more there.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    id: String,
    using: &'static str,
    value: String,
}

impl Browser {
    /// Opens a browser.
    pub(crate) async fn open(view: View) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("`cargo xtask test` installs chromedriver; Debian has it as chromium-driver");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next_line().await.unwrap().expect("chromedriver says its port");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim_end_matches('.').to_owned();
            }
        };
        let address = format!("127.0.0.1:{port}");
        let profile = std::env::temp_dir().join(format!("console-{}-{port}", std::process::id()));
        let arguments = [
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            // Nobody owns names of this kind: to a browser this one is another machine, by plain
            // http.
            "--host-resolver-rules=MAP shop.example 127.0.0.1".to_owned(),
            format!("--user-data-dir={}", profile.display()),
        ];
        let wanted = json!({
            "browserName": "chrome",
            "goog:chromeOptions": { "args": arguments },
            "timeouts": { "script": 30_000, "pageLoad": 30_000 },
        });
        let asked = json!({ "capabilities": { "alwaysMatch": wanted } });
        let made = call(&address, "POST", "/session", &asked).await.unwrap();
        let session = made["sessionId"].as_str().unwrap().to_owned();
        let browser = Self { address, session, _driver: driver, _profile: Profile(profile) };
        browser.watch().await;
        browser.view(view).await;
        browser
    }

    async fn watch(&self) {
        self.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await;
    }

    /// Looks at pages in another way from now on.
    pub(crate) async fn view(&self, view: View) {
        let size =
            json!({ "width": view.width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if view.dark { "dark" } else { "light" };
        let forced = if view.look == Look::ForcedColors { "active" } else { "none" };
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "forced-colors", "value": forced },
        ]);
        let media = if view.look == Look::Paper { "print" } else { "" };
        let media = json!({ "media": media, "features": features });
        self.devtools("Emulation.setEmulatedMedia", media).await;
        let touch = json!({ "enabled": view.width == View::PHONE.width });
        self.devtools("Emulation.setTouchEmulationEnabled", touch).await;
        let off = json!({ "value": !view.scripts });
        self.devtools("Emulation.setScriptExecutionDisabled", off).await;
    }

    async fn devtools(&self, command: &str, parameters: Value) -> Value {
        let asked = json!({ "cmd": command, "params": parameters });
        self.command("goog/cdp/execute", &asked).await.unwrap()
    }

    /// Goes to an address.
    pub(crate) async fn goto(&self, url: &str) {
        self.command("url", &json!({ "url": url })).await.unwrap();
    }

    /// Goes back, as the browser's button does.
    pub(crate) async fn back(&self) {
        const HERE: &str = "return performance.timeOrigin + location.href";
        let here = self.say(HERE).await;
        let (until, mut again) = (Instant::now() + PATIENCE, interval(Duration::from_millis(50)));
        let mut back = self.command("back", &json!({})).await;
        let mut asked = Instant::now();
        loop {
            again.tick().await;
            let said = self.command("execute/sync", &json!({ "script": HERE, "args": [] })).await;
            if said.is_ok_and(|said| said != here) {
                return;
            }
            assert!(Instant::now() < until, "there is no way back: {back:?}");
            // A page that comes from the browser's memory can abort the step that leads to it.
            if back.is_err() && asked.elapsed() > Duration::from_secs(2) {
                back = self.command("back", &json!({})).await;
                asked = Instant::now();
            }
        }
    }

    /// Returns the address of the page.
    pub(crate) async fn url(&self) -> String {
        let path = format!("/session/{}/url", self.session);
        let url = call(&self.address, "GET", &path, &Value::Null).await.unwrap();
        url.as_str().unwrap().to_owned()
    }

    /// Runs a script of the test's on the page, and returns its answer.
    pub(crate) async fn say(&self, script: &str) -> Value {
        let asked = json!({ "script": script, "args": [] });
        self.command("execute/sync", &asked).await.unwrap()
    }

    /// Runs a script that calls `done` later, and returns its answer.
    pub(crate) async fn say_later(&self, script: &str) -> Value {
        let script = format!("const done = arguments[0]; {script}");
        self.command("execute/async", &json!({ "script": script, "args": [] })).await.unwrap()
    }

    /// Returns the element, once it is there.
    pub(crate) async fn find(&self, selector: &str) -> Element {
        self.find_by("css selector", selector).await
    }

    /// Returns the link whose text begins like this, once it is there.
    pub(crate) async fn link(&self, label: &str) -> Element {
        let path = format!("//a[starts-with(normalize-space(.), \"{label}\")]");
        self.find_by("xpath", &path).await
    }

    async fn find_by(&self, using: &'static str, value: &str) -> Element {
        let asked = json!({ "using": using, "value": value });
        let (until, mut again) = (Instant::now() + PATIENCE, interval(Duration::from_millis(50)));
        loop {
            again.tick().await;
            match self.command("element", &asked).await {
                Ok(found) => {
                    let id = found[ELEMENT].as_str().unwrap().to_owned();
                    return Element { id, using, value: value.to_owned() };
                }
                Err(error) if Instant::now() > until => panic!("{value}: {error}"),
                Err(_) => {}
            }
        }
    }

    /// Waits until a script of the test's says yes.
    pub(crate) async fn until(&self, what: &str, script: &str) {
        let (until, mut again) = (Instant::now() + PATIENCE, interval(Duration::from_millis(50)));
        loop {
            again.tick().await;
            let asked = json!({ "script": script, "args": [] });
            // While one page takes the place of another, there is none to ask.
            let said = self.command("execute/sync", &asked).await;
            if said.is_ok_and(|said| said == Value::Bool(true)) {
                return;
            }
            assert!(Instant::now() < until, "{what} on {}", self.url().await);
        }
    }

    pub(crate) async fn click(&self, element: &Element) {
        self.of(element, "click", &json!({})).await;
    }

    /// Types into an element.
    pub(crate) async fn type_into(&self, element: &Element, text: &str) {
        self.of(element, "value", &json!({ "text": text })).await;
    }

    /// Clears a field.
    pub(crate) async fn clear(&self, element: &Element) {
        self.of(element, "clear", &json!({})).await;
    }

    /// Returns the text of an element, as people read it.
    pub(crate) async fn text(&self, element: &Element) -> String {
        let mut element = element.clone();
        loop {
            let path = format!("/session/{}/element/{}/text", self.session, element.id);
            match call(&self.address, "GET", &path, &Value::Null).await {
                Ok(text) => return text.as_str().unwrap().to_owned(),
                Err(error) => element = self.again(&element, &error).await,
            }
        }
    }

    /// Returns the same element where it can be used. This is on the page that took the place of
    /// its own, or in the middle of the window if something lay over it.
    async fn again(&self, element: &Element, error: &str) -> Element {
        let again = self.find_by(element.using, &element.value).await;
        if error.contains("click intercepted") {
            let script = "arguments[0].scrollIntoView({ block: 'center' })";
            let asked = json!({ "script": script, "args": [{ ELEMENT: again.id }] });
            self.command("execute/sync", &asked).await.unwrap();
            return again;
        }
        let is_gone = error.contains("stale element") && again.id != element.id;
        assert!(is_gone, "{}: {error}", element.value);
        again
    }

    /// Presses keys one after another, on the element that has the focus.
    pub(crate) async fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            let of = |kind: &str| json!({ "type": kind, "value": key.to_string() });
            [of("keyDown"), of("keyUp")]
        });
        let strokes: Vec<_> = strokes.collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keys", "actions": strokes }] });
        self.command("actions", &actions).await.unwrap();
    }

    /// Presses Tab until an element like this has the focus.
    pub(crate) async fn tab_to(&self, selector: &str) {
        let is_there = format!("return document.activeElement.matches(\"{selector}\")");
        for _ in 0..160 {
            self.press(TAB).await;
            if self.say(&is_there).await == true {
                return;
            }
        }
        panic!("{selector} is not reached");
    }

    /// Takes a picture of the window, as a PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let path = format!("/session/{}/screenshot", self.session);
        let picture = call(&self.address, "GET", &path, &Value::Null).await.unwrap();
        STANDARD.decode(picture.as_str().unwrap()).unwrap()
    }

    /// Takes a picture of the whole page, as a PNG.
    pub(crate) async fn whole_picture(&self) -> Vec<u8> {
        let size = "const e = document.documentElement; \
            return [Math.max(innerWidth, e.scrollWidth), Math.max(innerHeight, e.scrollHeight)]";
        let size = self.say(size).await;
        let (width, height) = (&size[0], &size[1]);
        let clip = json!({ "x": 0, "y": 0, "width": width, "height": height, "scale": 1 });
        let asked = json!({ "captureBeyondViewport": true, "clip": clip });
        let picture = self.devtools("Page.captureScreenshot", asked).await;
        STANDARD.decode(picture["data"].as_str().unwrap()).unwrap()
    }

    /// Returns what happened on the pages so far and should not have.
    pub(crate) async fn noted(&self) -> String {
        let noted = self.say("return sessionStorage.getItem('noted') || ''").await;
        noted.as_str().unwrap().to_owned()
    }

    async fn of(&self, element: &Element, what: &str, asked: &Value) {
        let path = |element: &Element| format!("element/{}/{what}", element.id);
        if let Err(error) = self.command(&path(element), asked).await {
            let element = self.again(element, &error).await;
            self.command(&path(&element), asked).await.unwrap();
        }
    }

    async fn command(&self, path: &str, asked: &Value) -> Result<Value, String> {
        call(&self.address, "POST", &format!("/session/{}/{path}", self.session), asked).await
    }
}

/// Prints how long a job took, for the person who runs the test with its output.
#[expect(clippy::print_stdout, reason = "whoever runs the test with its output reads it")]
pub(crate) fn told(how: &str, began: Instant) {
    println!("the job: {how}, {:.1} s", began.elapsed().as_secs_f32());
}

/// Sends a command of `WebDriver`; its error is a sentence of the driver's.
async fn call(address: &str, method: &str, path: &str, asked: &Value) -> Result<Value, String> {
    let body = if asked.is_null() { String::new() } else { asked.to_string() };
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let body = timeout(Duration::from_mins(1), async {
        let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
        stream.write_all(request.as_bytes()).await.unwrap();
        // The driver keeps its connections open: an answer is as long as its header says.
        let (mut line, mut length) = (String::new(), 0);
        while stream.read_line(&mut line).await.unwrap() > 2 {
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.unwrap();
        String::from_utf8(body).unwrap()
    });
    let body = body.await.map_err(|_| format!("{path}: the driver does not answer"))?;
    let mut said: Value = serde_json::from_str(&body).map_err(|error| error.to_string())?;
    let value = said["value"].take();
    match value.get("error") {
        Some(error) => Err(format!("{error}: {}", value["message"])),
        None => Ok(value),
    }
}
