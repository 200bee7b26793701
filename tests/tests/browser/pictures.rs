//! The pictures in the documents, of a console that shows the quickstart's sample data.

use std::path::PathBuf;
use std::sync::Arc;
use std::{env, fs};

use tokio::spawn;

use crate::driver::{Browser, Look, View};
use crate::scenes::{Scene, scenes};

/// A picture: its name, its shop, the view, its page, and the elements to click there.
struct Picture {
    name: &'static str,
    shop: &'static str,
    view: View,
    page: &'static str,
    clicks: &'static [&'static str],
}

const fn of(name: &'static str, page: &'static str, clicks: &'static [&'static str]) -> Picture {
    Picture { name, shop: "messages", view: View::DESK, page, clicks }
}

/// Returns a picture of the shop on a day of reminders.
const fn of_the_calendar(
    name: &'static str,
    page: &'static str,
    clicks: &'static [&'static str],
) -> Picture {
    Picture { shop: "calendar", ..of(name, page, clicks) }
}

const PICTURES: &[Picture] = &[
    of("overview", "overview", &[]),
    of("messages", "messages", &[]),
    of("message", "overview", &[".need > div > a"]),
    of("send", "send?customer=6513270e-269e-4d37-b2a7-4de452e6b438&type=invoice", &[]),
    Picture {
        view: View::PHONE,
        ..of("send-phone", "send?customer=6513270e-269e-4d37-b2a7-4de452e6b438&type=invoice", &[])
    },
    of_the_calendar("schedule", "schedule", &[]),
    of_the_calendar("schedule-day", "schedule", &[".need a"]),
    of_the_calendar("festivals", "festivals", &[]),
    of("templates", "templates", &[]),
    of("template", "templates", &["main a[href*='templates/']"]),
    of("settings", "settings", &[]),
    of("audit", "audit", &[]),
];

#[tokio::test]
#[ignore = "`cargo xtask pictures` starts the console that they are of"]
async fn pictures() {
    let link = env::var("PICTURES_OF").expect("`cargo xtask pictures` says the console's link");
    let folder = PathBuf::from(env::var("PICTURES_INTO").expect("and the folder of the pictures"));
    let browser = Browser::open(View::DESK).await;
    browser.goto(&link).await;
    // A link opens nothing by itself: a program that looked at it before its reader would use it
    // up.
    browser.click(&browser.find("main form .primary").await).await;
    browser.find("nav.side").await;
    // The link opens the console where it is mounted: at the root.
    let console = link.split('/').take(3).collect::<Vec<_>>().join("/");
    let shop = env::var("PICTURES_SHOP").expect("and which shop it is");
    for Picture { name, view, page, clicks, .. } in PICTURES.iter().filter(|it| it.shop == shop) {
        browser.view(*view).await;
        browser.goto(&format!("{console}/{page}")).await;
        for click in *clicks {
            let element = browser.find(click).await;
            let before = browser.url().await;
            browser.click(&element).await;
            browser.until("another page", &format!("return location.href !== '{before}'")).await;
        }
        browser.find("nav.side ~ div main h1").await;
        fs::write(folder.join(format!("{name}.png")), browser.picture().await).unwrap();
    }
}

/// Ways to look at each page.
const VIEWS: [(&str, View); 7] = [
    ("1280-light", View::DESK),
    ("1280-dark", View { dark: true, ..View::DESK }),
    ("390-light", View { dark: false, ..View::PHONE }),
    ("390-dark", View::PHONE),
    ("print", View::PAPER),
    ("colours", View { look: Look::ForcedColors, ..View::DESK }),
    ("large", View { look: Look::LargeText, ..View::DESK }),
];

/// Takes whole pictures of every page in every state, for people who look at them before others do.
#[tokio::test]
#[ignore = "`cargo xtask pictures --all` says where they go"]
async fn every_scene() {
    let folder = PathBuf::from(env::var("PICTURES_INTO").expect("the folder of the pictures"));
    let only = env::var("PICTURES_ONLY").unwrap_or_default();
    let (browser, mut missing) = (Arc::new(Browser::open(View::DESK).await), Vec::new());
    let scenes = (1..).zip(scenes().await);
    for (no, scene) in scenes.filter(|(_, scene)| scene.name.contains(&only)) {
        let name = scene.name.clone();
        // An error on one page is told in the end, and takes no picture of another away.
        if spawn(taken(no, scene, browser.clone(), folder.clone())).await.is_err() {
            let instead = folder.join(format!("{no:03}-instead.png"));
            fs::write(instead, browser.whole_picture().await).unwrap();
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "without pictures: {}", missing.join(", "));
}

async fn taken(no: u32, scene: Scene, browser: Arc<Browser>, folder: PathBuf) {
    let name = scene.name.replace(|letter: char| !letter.is_alphanumeric(), "-");
    browser.view(View::DESK).await;
    scene.open(&browser).await;
    for (view, how) in VIEWS {
        browser.view(how).await;
        let size = if how.look == Look::LargeText { "200%" } else { "" };
        browser.say(&format!("document.documentElement.style.fontSize = '{size}'")).await;
        let name = format!("{no:03}-{name:.60}-{view}.png");
        fs::write(folder.join(name), browser.whole_picture().await).unwrap();
    }
}
