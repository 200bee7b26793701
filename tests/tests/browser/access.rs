//! Whether everybody can read and use the pages: axe-core, and what it does not look at.

use std::path::PathBuf;

use crate::driver::{Browser, View};
use crate::scenes::scenes;

/// The folder to which `cargo xtask test` brings what the tests need.
const TOOLS: &str = "CONSOLE_TOOLS";

fn axe() -> String {
    let built = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools");
    let tools = std::env::var_os(TOOLS).map_or(built, PathBuf::from);
    let script = tools.join("axe-core/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&script)
        .unwrap_or_else(|_| panic!("{}: `cargo xtask test` brings it", script.display()))
}

/// What axe-core finds wrong with the page.
const RUN: &str = "axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', \
    'best-practice'] }).then(r => done(r.violations.map(v => `${v.id}: ${v.nodes[0].html}`)))";

async fn looked_at(view: View) {
    let (browser, axe, scenes) = (Browser::open(view).await, axe(), scenes().await);
    let mut found = Vec::new();
    for (name, url) in scenes {
        browser.goto(&url).await;
        browser.find("h1").await;
        browser.say(&axe).await;
        let wrong = browser.say_later(RUN).await;
        if wrong != serde_json::json!([]) {
            found.push(format!("{name}: {wrong}"));
        }
        // A status has a word beside its colour, and a sign.
        let words = "return [...document.querySelectorAll('.pill')].every(p => /\\p{L}|\\p{N}/u.test(p.textContent))";
        assert_eq!(browser.say(words).await, true, "{name}");
        assert_eq!(browser.noted().await, "", "{name}");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[tokio::test]
async fn axe_finds_nothing_at_a_desk() {
    looked_at(View::DESK).await;
}

#[tokio::test]
async fn axe_finds_nothing_on_a_phone_in_the_dark() {
    looked_at(View::PHONE).await;
}

#[tokio::test]
async fn nothing_scrolls_sideways_on_the_narrowest_screen() {
    let browser = Browser::open(View::NARROW).await;
    for (name, url) in scenes().await {
        browser.goto(&url).await;
        browser.find("h1").await;
        let fits = "const e = document.documentElement; return e.scrollWidth <= e.clientWidth";
        assert_eq!(browser.say(fits).await, true, "{name}");
    }
}

/// The links of the navigation and of the tabs that are not seen whole.
const CUT: &str = "return [...document.querySelectorAll('.side a, .tabs a')].filter(a => { \
    const r = a.getBoundingClientRect(), s = a.parentElement.getBoundingClientRect(); \
    return r.left < Math.max(0, s.left) || r.right > Math.min(innerWidth, s.right) || r.top < s.top || r.bottom > s.bottom; \
    }).map(a => a.textContent.trim())";

#[tokio::test]
async fn the_ways_to_other_pages_are_seen_whole_on_every_screen() {
    for view in [View::NARROW, View::PHONE, View::DESK] {
        let browser = Browser::open(view).await;
        for (name, url) in scenes().await {
            browser.goto(&url).await;
            browser.find("h1").await;
            let found = "return document.querySelectorAll('.side a').length >= 4";
            let is_page = browser.say("return !!document.querySelector('.side')").await == true;
            assert!(!is_page || browser.say(found).await == true, "{name}");
            assert_eq!(browser.say(CUT).await, serde_json::json!([]), "{name}, {} px", view.width);
        }
    }
}

/// What has the focus: whether it has a ring, and whether something lies over it.
const FOCUSED: &str = "const e = document.activeElement; if (!e || e === document.body) return null; \
    const c = getComputedStyle(e), r = e.getBoundingClientRect(); \
    const y = (Math.max(r.top, 0) + Math.min(r.bottom, innerHeight)) / 2; \
    const t = document.elementFromPoint(r.left + Math.min(r.width / 2, 40), y); \
    const ring = c.outlineStyle !== 'none' && parseFloat(c.outlineWidth) >= 2; \
    const seen = !!t && (e.contains(t) || t.contains(e) || !!t.closest('label')?.contains(e)); \
    return [ring, seen, e.outerHTML.slice(0, 120)]";

#[tokio::test]
async fn whatever_has_the_focus_has_a_ring_and_is_not_covered() {
    let browser = Browser::open(View::DESK).await;
    for (name, url) in scenes().await {
        browser.goto(&url).await;
        browser.find("h1").await;
        let mut stops = 0;
        for _ in 0..150 {
            browser.press("\u{e004}").await;
            let focused = browser.say(FOCUSED).await;
            if focused.is_null() {
                break;
            }
            stops += 1;
            assert_eq!(
                (&focused[0], &focused[1]),
                (&true.into(), &true.into()),
                "{name}: {focused}"
            );
        }
        assert!(stops > 0, "{name}");
    }
}
