use super::*;

fn shared(link: &str) -> Result<Option<Shared>, SourceError> {
    Shared::by(&Url::parse(link).unwrap())
}

fn download(link: &str) -> Option<String> {
    shared(link).unwrap().map(|shared| shared.download())
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
        ("a/shop.example/spreadsheets/d/1a2B/edit#gid=0", "spreadsheets/d/1a2B/export?format=pdf"),
        ("presentation/d/1a2B/view?resourcekey=k", "presentation/d/1a2B/export/pdf?resourcekey=k"),
        ("drawings/d/1a2B", "drawings/d/1a2B/export/pdf"),
    ] {
        let link = format!("https://docs.google.com/{link}");
        assert_eq!(download(&link), Some(format!("https://docs.google.com/{pdf}")), "{link}");
    }
}

#[test]
fn files_in_onedrive_and_sharepoint_are_downloaded_from_where_they_lie() {
    let personal = "https://my.microsoftpersonalcontent.com/personal/0a1b2c3d";
    let shop = "https://shop.sharepoint.com";
    for (link, file) in [
        (
            "https://1drv.ms/b/c/0a1b2c3d/IQC-x_Y?e=abc",
            format!("{personal}/_layouts/15/download.aspx?share=IQC-x_Y"),
        ),
        (
            "https://onedrive.live.com/:b:/g/personal/0a1b2c3d/IQC-x_Y?rtime=1",
            format!("{personal}/_layouts/15/download.aspx?share=IQC-x_Y"),
        ),
        (
            // The link of the first row, as a browser shows it after it was opened.
            "https://onedrive.live.com/?cid=0a1b2c3d&id=A&redeem=aHR0cHM6Ly8xZHJ2Lm1zL2IvYy8wYTFiMmMzZC9JUUMteF9ZP2U9YWJj",
            format!("{personal}/_layouts/15/download.aspx?share=IQC-x_Y"),
        ),
        (
            "https://shop-my.sharepoint.com/:b:/g/personal/asha_shop_example/EaBc-1_?e=xyz",
            "https://shop-my.sharepoint.com/personal/asha_shop_example/_layouts/15/download.aspx?share=EaBc-1_".to_owned(),
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
        (
            "https://1drv.ms/b/s!AbC",
            "https://api.onedrive.com/v1.0/shares/u!aHR0cHM6Ly8xZHJ2Lm1zL2IvcyFBYkM/root/content".to_owned(),
        ),
    ] {
        assert_eq!(download(link), Some(file), "{link}");
    }
    let old = "https://onedrive.live.com/redir?resid=1231244193912!12&authKey=1201919!12921!1";
    // The example that Microsoft's documentation gives for the encoding.
    let share = "u!aHR0cHM6Ly9vbmVkcml2ZS5saXZlLmNvbS9yZWRpcj9yZXNpZD0xMjMxMjQ0MTkzOTEyITEyJmF1dGhLZXk9MTIwMTkxOSExMjkyMSEx";
    assert!(download(old).unwrap().contains(share));
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
        "https://files.example/INV-7.pdf",
    ] {
        if let Ok(url) = Url::parse(link) {
            assert_eq!(Shared::by(&url), Ok(None), "{link}");
        }
    }
    // What a link claims to have been before it was opened is followed only to OneDrive.
    let elsewhere = "https://onedrive.live.com/?redeem=aHR0cHM6Ly9ldmlsLmV4YW1wbGUv";
    assert!(download(elsewhere).unwrap().starts_with("https://api.onedrive.com/"));
}

#[test]
fn folders_are_named_as_such() {
    for link in [
        "https://drive.google.com/drive/folders/1a2B?usp=sharing",
        "https://drive.google.com/drive/u/0/folders/1a2B",
        "https://1drv.ms/f/c/0a1b/IQC",
        "https://1drv.ms/f/s!AbC",
        "https://shop.sharepoint.com/:f:/s/accounts/EaBc",
    ] {
        assert_eq!(shared(link), Err(folder()), "{link}");
    }
}
