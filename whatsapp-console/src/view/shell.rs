//! What stands round every page.

/// The frame of a page.
#[derive(Debug, Clone)]
pub(crate) struct Shell {
    /// What stands before every address of the console's own: `""`, `"../"`, or the public path.
    pub(crate) to: String,
    /// The same from the console's root, for coming back after a change of theme.
    pub(crate) back: String,
    /// What the console is called.
    pub(crate) name: String,
    /// What stands on paper in place of the navigation: what the console is called, and when the page was as it is.
    pub(crate) paper: String,
    /// The page's title. Browsers keep it: it names the page, and no person.
    pub(crate) title: String,
    /// `light`, `dark`, or empty for the system's.
    pub(crate) theme: &'static str,
    /// The theme that the button changes to.
    pub(crate) other_theme: &'static str,
    pub(crate) other_theme_label: String,
    /// The style sheet, the script and the icon, by their hashed names; the icon is a `data:` address.
    pub(crate) css: &'static str,
    pub(crate) js: &'static str,
    pub(crate) icon: &'static str,
    /// The token of forms.
    pub(crate) csrf: String,
    pub(crate) nav: Vec<NavItem>,
    /// Who looks.
    pub(crate) who: String,
    /// Where the visit ends; empty where the host says nothing.
    pub(crate) sign_out: String,
    /// What was typed into the field to find messages.
    pub(crate) q: String,
    /// What is said aloud when the page takes another one's place.
    pub(crate) say: String,
    /// Where what changes meanwhile is told; empty where nothing is.
    pub(crate) events: String,
    /// What was just done, in a sentence.
    pub(crate) flash: String,
    pub(crate) flash_tone: &'static str,
}

impl Shell {
    /// Whether the navigation leads to this page.
    pub(crate) fn leads_to(&self, href: &str) -> bool {
        self.nav.iter().any(|item| item.href == href)
    }
}

/// A link of the navigation.
#[derive(Debug, Clone)]
pub(crate) struct NavItem {
    /// From the console's root.
    pub(crate) href: &'static str,
    pub(crate) label: String,
    /// The key behind `g`.
    pub(crate) key: &'static str,
    pub(crate) icon: &'static str,
    /// How many need a person; empty for none.
    pub(crate) count: String,
    pub(crate) current: bool,
}
