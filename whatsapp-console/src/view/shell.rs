//! The frame of every page.

/// Frame of a page.
#[derive(Debug, Clone)]
pub(crate) struct Shell {
    /// Beginning of every address of the console's own: `""`, `"../"`, or the public path.
    pub(crate) to: String,
    /// Address of this page from the console's root, for the return after a change of theme.
    pub(crate) back: String,
    /// Name of the console.
    pub(crate) name: String,
    /// Line on a printed page in the place of the navigation: the name of the console, and the time
    /// at which the page was made.
    pub(crate) paper: String,
    /// Title of the page. Browsers keep it: it names the page, and no person.
    pub(crate) title: String,
    /// `light`, `dark`, or empty for the system's.
    pub(crate) theme: &'static str,
    /// Theme that the button changes to.
    pub(crate) other_theme: &'static str,
    pub(crate) other_theme_label: String,
    /// Hashed name of the style sheet. `js` is the hashed name of the script, and `icon` the icon
    /// as a `data:` address.
    pub(crate) css: &'static str,
    pub(crate) js: &'static str,
    pub(crate) icon: &'static str,
    /// Token of forms.
    pub(crate) csrf: String,
    pub(crate) nav: Vec<NavItem>,
    /// Name of the visitor.
    pub(crate) who: String,
    /// Address of the sign-out; empty where the host has none.
    pub(crate) sign_out: String,
    /// Text that was typed into the field to find messages.
    pub(crate) q: String,
    /// Text that screen readers say when the page replaces another one.
    pub(crate) say: String,
    /// Address of the event stream that reports changes; empty where there is none.
    pub(crate) events: String,
    /// Sentence on what was just done.
    pub(crate) flash: String,
    pub(crate) flash_tone: &'static str,
}

impl Shell {
    /// Returns true if the navigation leads to this page.
    pub(crate) fn leads_to(&self, href: &str) -> bool {
        self.nav.iter().any(|item| item.href == href)
    }
}

/// Link of the navigation.
#[derive(Debug, Clone)]
pub(crate) struct NavItem {
    /// Address from the console's root.
    pub(crate) href: &'static str,
    pub(crate) label: String,
    /// Key after `g`.
    pub(crate) key: &'static str,
    pub(crate) icon: &'static str,
    /// Number of things that need a person; empty for none.
    pub(crate) count: String,
    pub(crate) current: bool,
}
