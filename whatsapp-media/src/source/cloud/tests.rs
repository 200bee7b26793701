use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;

fn shared(link: &str) -> Result<Option<Shared>, SourceError> {
    Shared::by(&Url::parse(link).unwrap())
}

/// The link for anybody to download a shared file; `OneDrive: …` with the name for its interface.
fn download(link: &str) -> Option<String> {
    shared(link).unwrap().map(|shared| match shared.way() {
        Way::Link(link) => link,
        Way::OneDrive(share) => format!("OneDrive: {}", of_share(&share)),
    })
}

/// The link with this name in Microsoft's interfaces.
fn of_share(share: &str) -> String {
    let code = share.strip_prefix("u!").unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(code).unwrap()).unwrap()
}

#[test]
fn files_in_google_drive_are_downloaded_without_the_question() {
    let file =
        "https://drive.usercontent.google.com/download?id=1a2B3c-D_4&export=download&confirm=t";
    for link in [
        "https://drive.google.com/file/d/1a2B3c-D_4/view?usp=sharing",
        "https://drive.google.com/file/d/1a2B3c-D_4",
        "https://drive.google.com/file/d/1a2B3c-D_4/edit",
        "https://drive.google.com/file/u/0/d/1a2B3c-D_4/preview",
        "https://drive.google.com/a/shop.example/file/d/1a2B3c-D_4/view",
        "https://drive.google.com/open?id=1a2B3c-D_4&usp=drive_fs",
        "https://drive.google.com/u/0/open?id=1a2B3c-D_4",
        "https://drive.google.com/uc?id=1a2B3c-D_4&export=download",
        "https://docs.google.com/uc?export=download&id=1a2B3c-D_4",
        "https://docs.google.com/file/d/1a2B3c-D_4/edit",
        "https://drive.usercontent.google.com/download?id=1a2B3c-D_4",
        // In the form written by mail programs.
        "https://drive.google.com/file/d/1a2B3c%2DD%5F4/view?usp=sharing",
    ] {
        assert_eq!(download(link).as_deref(), Some(file), "{link}");
    }
    let keyed = "https://drive.google.com/file/d/1a2B3c-D_4/view?resourcekey=0-x_Y";
    assert_eq!(download(keyed), Some(format!("{file}&resourcekey=0-x_Y")));
}

#[test]
fn documents_made_in_google_drive_are_given_out_as_pdf() {
    for (link, pdf) in [
        ("document/d/1a2B/edit?tab=t.0", "document/d/1a2B/export?format=pdf"),
        ("document/u/1/d/1a2B/edit", "document/d/1a2B/export?format=pdf"),
        ("spreadsheets/d/1a2B/edit?usp=sharing", "spreadsheets/d/1a2B/export?format=pdf"),
        ("presentation/d/1a2B/view?resourcekey=k", "presentation/d/1a2B/export/pdf?resourcekey=k"),
        ("drawings/d/1a2B", "drawings/d/1a2B/export/pdf"),
    ] {
        let link = format!("https://docs.google.com/{link}");
        assert_eq!(download(&link), Some(format!("https://docs.google.com/{pdf}")), "{link}");
    }
}

#[test]
fn a_tab_of_a_spreadsheet_is_given_out_alone() {
    let tab = "spreadsheets/d/1a2B/export?format=pdf&gid=7";
    for link in [
        "spreadsheets/d/1a2B/edit#gid=7",
        "spreadsheets/d/1a2B/edit?gid=7#gid=7",
        "spreadsheets/d/1a2B/htmlview?gid=7",
        "spreadsheets/d/1a2B/edit?gid=7",
        "spreadsheets/d/1a2B/edit?usp=sharing&gid=7",
        // The tab that was clicked last is after the `#`.
        "spreadsheets/d/1a2B/edit?gid=0#gid=7",
        "spreadsheets/d/1a2B/edit#gid=7&range=A1:C9",
        "spreadsheets/d/1a2B/edit#range=A1&gid=7",
        "spreadsheets/d/1a2B/htmlview#gid=7",
        "spreadsheets/d/1a2B/htmlview/sheet?headers=true&gid=7",
        "spreadsheets/d/1a2B/preview?gid=7#gid=abc",
        "spreadsheets/u/0/d/1a2B/view#gid=7",
        "a/shop.example/spreadsheets/d/1a2B/edit#gid=7",
    ] {
        let link = format!("https://docs.google.com/{link}");
        assert_eq!(download(&link), Some(format!("https://docs.google.com/{tab}")), "{link}");
    }
    let keyed = "https://docs.google.com/spreadsheets/d/1a2B/edit?resourcekey=k#gid=0";
    let export = "https://docs.google.com/spreadsheets/d/1a2B/export?format=pdf";
    assert_eq!(download(keyed), Some(format!("{export}&gid=0&resourcekey=k")));
    for no_tab in ["edit#gid=", "edit#gid=-1", "edit?gid=1%26range%3DA1", "edit#heading=h.1"] {
        let link = format!("https://docs.google.com/spreadsheets/d/1a2B/{no_tab}");
        assert_eq!(download(&link).as_deref(), Some(export), "{link}");
    }
    let published = "https://docs.google.com/spreadsheets/d/e/2PACX-1v_";
    for (shown, file) in [
        ("pubhtml", "pub?output=pdf"),
        ("pubhtml?gid=7&single=true", "pub?output=pdf&single=true&gid=7"),
        ("pub#gid=7", "pub?output=pdf&single=true&gid=7"),
    ] {
        let link = format!("{published}/{shown}");
        assert_eq!(download(&link), Some(format!("{published}/{file}")), "{link}");
    }
    // No other kind of document has tabs with that name.
    let document = "https://docs.google.com/document/d/1a2B/edit#gid=7";
    assert!(download(document).unwrap().ends_with("document/d/1a2B/export?format=pdf"));
}

#[test]
fn files_of_people_in_onedrive_are_asked_for_by_the_link_that_they_copied() {
    let new = "https://1drv.ms/b/c/0a1b2c3d/IQC-x_Y";
    for (link, asked) in [
        ("https://1drv.ms/b/c/0a1b2c3d/IQC-x_Y?e=abc", format!("{new}?e=abc")),
        ("https://1drv.ms/b/s!AbC", "https://1drv.ms/b/s!AbC".to_owned()),
        ("https://1drv.ms/u/s!AbC?e=1", "https://1drv.ms/u/s!AbC?e=1".to_owned()),
        // In the form written by mail programs.
        ("https://1drv.ms/b/s%21AbC", "https://1drv.ms/b/s!AbC".to_owned()),
        ("https://1drv.ms/b/c/0a1b2c3d/IQC%2Dx%5FY", new.to_owned()),
        // In the form that a browser shows after they were opened: the first has the link of the
        // first row.
        (
            "https://onedrive.live.com/?cid=0a1b2c3d&id=A&redeem=aHR0cHM6Ly8xZHJ2Lm1zL2IvYy8wYTFiMmMzZC9JUUMteF9ZP2U9YWJj",
            format!("{new}?e=abc"),
        ),
        ("https://onedrive.live.com/:b:/g/personal/0a1b2c3d/IQC-x_Y?rtime=1", new.to_owned()),
        (
            "https://onedrive.live.com/?authkey=%21AbC&id=0A1B%21106&cid=0A1B",
            "https://onedrive.live.com/?authkey=%21AbC&id=0A1B%21106&cid=0A1B".to_owned(),
        ),
    ] {
        assert_eq!(download(link), Some(format!("OneDrive: {asked}")), "{link}");
    }
    let old = "https://onedrive.live.com/redir?resid=1231244193912!12&authKey=1201919!12921!1";
    // The example that Microsoft's documentation gives for the encoding.
    let share = "u!aHR0cHM6Ly9vbmVkcml2ZS5saXZlLmNvbS9yZWRpcj9yZXNpZD0xMjMxMjQ0MTkzOTEyITEyJmF1dGhLZXk9MTIwMTkxOSExMjkyMSEx";
    assert_eq!(shared(old).unwrap().unwrap().way(), Way::OneDrive(share.to_owned()));
}

#[test]
fn files_in_sharepoint_are_downloaded_from_where_they_lie() {
    let shop = "https://shop.sharepoint.com";
    let asha = "https://shop-my.sharepoint.com/personal/asha_shop_example/_layouts/15";
    for (link, file) in [
        (
            "https://shop-my.sharepoint.com/:b:/g/personal/asha_shop_example/EaBc-1_?e=xyz",
            "https://shop-my.sharepoint.com/personal/asha_shop_example/_layouts/15/download.aspx?share=EaBc-1_".to_owned(),
        ),
        (
            "https://shop-my.sharepoint.com/:b:/g/personal/asha%5Fshop%5Fexample/EaBckdP%5F13f?e=x",
            format!("{asha}/download.aspx?share=EaBckdP_13f"),
        ),
        (
            "https://shop-my.sharepoint.com/%3Ab%3A/g/personal/asha_shop_example/EaBc",
            format!("{asha}/download.aspx?share=EaBc"),
        ),
        (
            "https://shop-my.sharepoint.com/personal/asha_shop_example/_layouts/15/guestaccess.aspx?share=EaBc&e=x#y",
            format!("{asha}/download.aspx?share=EaBc&e=x"),
        ),
        (
            "https://shop.sharepoint.com/_layouts/15/GuestAccess.aspx?docid=0f&authkey=Ab%2B",
            format!("{shop}/_layouts/15/download.aspx?docid=0f&authkey=Ab%2B"),
        ),
        (
            "https://shop-my.sharepoint.com/:i:/p/asha/EaBc",
            "https://shop-my.sharepoint.com/personal/asha/_layouts/15/download.aspx?share=EaBc".to_owned(),
        ),
        (
            "https://shop.sharepoint.com/:b:/s/accounts/EaBc",
            format!("{shop}/sites/accounts/_layouts/15/download.aspx?share=EaBc"),
        ),
        (
            "https://shop.sharepoint.com/:b:/t/sales/EaBc",
            format!("{shop}/teams/sales/_layouts/15/download.aspx?share=EaBc"),
        ),
        (
            "https://shop.sharepoint.com/:b:/g/EaBc",
            format!("{shop}/_layouts/15/download.aspx?share=EaBc"),
        ),
        (
            "https://shop.sharepoint.com/:b:/r/sites/accounts/Bills/INV-7.pdf?csf=1#x",
            format!("{shop}/:b:/r/sites/accounts/Bills/INV-7.pdf?csf=1&download=1"),
        ),
        (
            "https://shop.sharepoint.com/sites/accounts/Bills/INV-7.pdf",
            format!("{shop}/sites/accounts/Bills/INV-7.pdf?download=1"),
        ),
    ] {
        assert_eq!(download(link), Some(file), "{link}");
    }
}

#[test]
fn files_in_dropbox_are_downloaded_instead_of_shown() {
    let www = "https://www.dropbox.com";
    for (link, file) in [
        ("s/1a2b/INV-7.pdf?dl=0", "s/1a2b/INV-7.pdf?dl=1"),
        ("scl/fi/1a2b/INV-7.pdf?rlkey=k&st=s&dl=0", "scl/fi/1a2b/INV-7.pdf?rlkey=k&st=s&dl=1"),
        ("s/1a2b/INV-7.pdf", "s/1a2b/INV-7.pdf?dl=1"),
        ("scl/fi/1a2b/INV-7.pdf?raw=0&rlkey=k%2B#x", "scl/fi/1a2b/INV-7.pdf?rlkey=k%2B&dl=1"),
        ("sh/1a2b/k/INV-7.pdf?dl=0", "sh/1a2b/k/INV-7.pdf?dl=1"),
        ("scl/fo/1a2b/h/INV-7.pdf?rlkey=k&dl=0", "scl/fo/1a2b/h/INV-7.pdf?rlkey=k&dl=1"),
    ] {
        let link = format!("{www}/{link}");
        assert_eq!(download(&link), Some(format!("{www}/{file}")), "{link}");
    }
    let bare = "https://dropbox.com/s/1a2b/INV-7.pdf?dl=0";
    assert_eq!(download(bare).as_deref(), Some("https://dropbox.com/s/1a2b/INV-7.pdf?dl=1"));
}

#[test]
fn links_that_only_look_like_it_are_left_alone() {
    for link in [
        "https://drive.google.com.evil.example/file/d/1a2B/view",
        "https://evil-drive.google.com/file/d/1a2B/view",
        "https://evil.example/drive.google.com/file/d/1a2B/view",
        "https://drive.google.com/drive/my-drive",
        "https://drive.google.com/file/d/",
        "https://drive.google.com/file/d/1a%2F..%2F2B/view",
        "https://drive.google.com/open?id=1a%262B",
        "https://drive.google.com/open",
        "https://docs.google.com/document/d/e/2PACX-1v/pub",
        "https://docs.google.com/document/d/1a2B/export?format=pdf",
        "https://docs.google.com/forms/d/1a2B/viewform",
        "https://1drv.ms.evil.example/b/c/0a1b/IQC",
        "https://evil1drv.ms/b/c/0a1b/IQC",
        "https://onedrive.live.com.evil.example/?redeem=aHR0",
        "https://onedrive.live.com/download?cid=0A1B&resid=0A1B%21106&authkey=x",
        "https://sharepoint.com/:b:/s/accounts/EaBc",
        "https://.sharepoint.com/:b:/s/accounts/EaBc",
        "https://shopsharepoint.com/:b:/s/accounts/EaBc",
        "https://shop.sharepoint.com.evil.example/:b:/s/accounts/EaBc",
        "https://shop.sharepoint.com/sites/a/_layouts/15/download.aspx?share=EaBc",
        "https://shop.sharepoint.com.evil.example/_layouts/15/guestaccess.aspx?share=EaBc",
        "https://docs.google.com/spreadsheets/d/e/2PACX-1v/pub?output=pdf",
        "https://docs.google.com/spreadsheets/d/e/2PACX%2F..%2F1v/pubhtml",
        "https://evil.example/spreadsheets/d/e/2PACX-1v/pubhtml",
        "https://www.dropbox.com/s/1a2b/INV-7.pdf?dl=1",
        "https://www.dropbox.com/scl/fi/1a2b/INV-7.pdf?rlkey=k&raw=1",
        "https://www.dropbox.com/home/INV-7.pdf",
        "https://www.dropbox.com.evil.example/s/1a2b/INV-7.pdf?dl=0",
        "https://evildropbox.com/s/1a2b/INV-7.pdf?dl=0",
        "https://files.example/INV-7.pdf",
    ] {
        if let Ok(url) = Url::parse(link) {
            assert_eq!(Shared::by(&url), Ok(None), "{link}");
        }
    }
    // The original link that a link claims to have is followed to OneDrive only.
    let elsewhere = "https://onedrive.live.com/?redeem=aHR0cHM6Ly9ldmlsLmV4YW1wbGUv";
    assert_eq!(download(elsewhere), Some(format!("OneDrive: {elsewhere}")));
}

#[test]
fn folders_are_named_as_such() {
    for link in [
        "https://drive.google.com/drive/folders/1a2B?usp=sharing",
        "https://drive.google.com/drive/u/0/folders/1a2B",
        "https://1drv.ms/f/c/0a1b/IQC",
        "https://1drv.ms/f/s!AbC",
        "https://shop.sharepoint.com/:f:/s/accounts/EaBc",
        "https://shop.sharepoint.com/%3Af%3A/s/accounts/EaBc",
        "https://shop.sharepoint.com/_layouts/15/guestaccess.aspx?folderid=0f&authkey=Ab",
        "https://www.dropbox.com/sh/1a2b/k?dl=0",
        "https://www.dropbox.com/scl/fo/1a2b/h?rlkey=k&dl=0",
    ] {
        assert_eq!(shared(link), Err(folder()), "{link}");
    }
}

#[test]
fn a_drives_page_says_which_link_to_give_instead() {
    for (link, word) in [
        ("https://drive.google.com/open?id=1a2B", "docs.google.com"),
        ("https://docs.google.com/document/d/e/2PACX-1v/pub", "anyone who has the link"),
        ("https://shop.sharepoint.com/sites/a/_layouts/15/Doc.aspx?sourcedoc=x", "Anyone with the"),
        ("https://1drv.ms/b/s!AbC", "share the file with anyone"),
        ("https://www.dropbox.com/home/INV-7.pdf", "Anyone with the link"),
    ] {
        let said = instead(&Url::parse(link).unwrap());
        assert!(said.is_some_and(|said| said.contains(word)), "{link}: {said:?}");
    }
    for other in ["https://files.example/INV-7.pdf", "https://drive.google.com.evil.example/"] {
        assert_eq!(instead(&Url::parse(other).unwrap()), None, "{other}");
    }
}
