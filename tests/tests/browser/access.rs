//! Accessibility of the pages: what axe-core finds, and checks of what it does not look at.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::driver::{Browser, View};
use crate::scenes::{Scene, scenes};

/// Variable for the folder to which `cargo xtask test` brings what the tests need.
const TOOLS: &str = "CONSOLE_TOOLS";

fn axe() -> String {
    let built = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).with_file_name("tools");
    let tools = std::env::var_os(TOOLS).map_or(built, PathBuf::from);
    let script = tools.join("axe-core/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(&script)
        .unwrap_or_else(|_| panic!("{}: `cargo xtask test` brings it", script.display()))
}

/// Rules of axe-core that each page is checked by.
const ALL: &str = "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']";

/// Rules that depend on colours and on the width of the page. The other rules read the document,
/// which stays the same.
const SEEN: &str = "{ type: 'rule', values: ['color-contrast', 'link-in-text-block', 'target-size', \
    'scrollable-region-focusable', 'aria-hidden-focus', 'empty-table-header'] }";

/// Returns a script that lists what axe-core finds wrong with the page.
fn run(rules: &str) -> String {
    format!(
        "axe.run(document, {{ runOnly: {rules}, resultTypes: ['violations'], preload: false }})\
         .then(r => done(r.violations.map(v => `${{v.id}}: ${{v.nodes[0].html}}`)))"
    )
}

/// Lists the links of the navigation and of the tabs that are not seen whole.
const CUT: &str = "return [...document.querySelectorAll('.side a, .tabs a')].filter(a => { \
    const r = a.getBoundingClientRect(), s = a.parentElement.getBoundingClientRect(); \
    return r.left < Math.max(0, s.left) || r.right > Math.min(innerWidth, s.right) || r.top < s.top || r.bottom > s.bottom; \
    }).map(a => a.textContent.trim())";

/// Lists words that go beyond their own place, over what stands beside them.
const SPILT: &str = "return [...document.querySelectorAll('.side a, .btn, button, .chip, .check, td, dd, h1')] \
    .filter(e => e.checkVisibility() && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1) \
    .map(e => e.textContent.trim().slice(0, 60))";

/// Counts the links to other pages, on a page that has a navigation.
const WAYS: &str =
    "const s = document.querySelector('.side'); return s && s.querySelectorAll('a').length";

/// Checks that a status has a word beside its colour, and a sign.
const WORDS: &str = "return [...document.querySelectorAll('.pill')]\
    .every(p => /\\p{L}|\\p{N}/u.test(p.textContent))";

/// Measures how far the page goes beyond the window.
const BEYOND: &str = "const e = document.documentElement; return e.scrollWidth - e.clientWidth";

/// Opens every page in every state once. It looks at the page as a desk, a phone in the dark and
/// the narrowest screen show it: the style sheet alone tells them apart.
#[tokio::test]
async fn everybody_can_read_every_page_on_every_screen() {
    let (browser, axe, scenes) = (Browser::open(View::DESK).await, axe(), scenes().await);
    let mut found = Vec::new();
    for scene in scenes {
        let name = &scene.name;
        browser.view(View::DESK).await;
        scene.open(&browser).await;
        browser.say(&axe).await;
        for (view, rules) in
            [(View::DESK, Some(ALL)), (View::PHONE, Some(SEEN)), (View::NARROW, None)]
        {
            browser.view(view).await;
            let mut note = |what: Value| found.push(format!("{name}, {} px: {what}", view.width));
            if let Some(rules) = rules {
                let wrong = browser.say_later(&run(rules)).await;
                if wrong != json!([]) {
                    note(wrong);
                }
            }
            let beyond = browser.say(BEYOND).await;
            if beyond != 0 {
                note(json!({ "scrolls sideways": beyond }));
            }
            let cut = browser.say(CUT).await;
            if cut != json!([]) {
                note(json!({ "cut": cut }));
            }
            let spilt = browser.say(SPILT).await;
            if spilt != json!([]) {
                note(json!({ "spilt": spilt }));
            }
        }
        assert_eq!(browser.say(WORDS).await, true, "{name}");
        assert_eq!(browser.noted().await, "", "{name}");
        let ways = browser.say(WAYS).await;
        assert!(ways.is_null() || ways.as_u64() >= Some(4), "{name}: {ways}");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// Describes the element that has the focus: its ring, if it has one, and whether something lies
/// over it.
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
    // Other shops have the same parts.
    let is_asked = |scene: &Scene| scene.is_still() && scene.name.starts_with(['f', 'd']);
    for scene in scenes().await.into_iter().filter(is_asked) {
        let name = &scene.name;
        scene.open(&browser).await;
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
        // A closed door is a sentence, and may have no element that could have the focus.
        assert!(stops > 0 || name.starts_with("door"), "{name}");
    }
}
