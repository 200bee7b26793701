//! Arguments that are accepted, and those that are refused before anything happens.

use whatsapp_testkit::gateway::{Dialect, StandInGateway};

use crate::shop::Shop;

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_code_2() {
    let shop = Shop::new();
    for (arguments, complaint) in [
        (&["--gateway", "https://gateway.example"][..], "--gateway needs a key"),
        (&["--gateway", "https://gateway.example", "--api-key", " "], "--gateway needs a key"),
        (
            &["--gateway", "https://gateway.example", "--api-key", "k", "--time-scale", "2"],
            "--time-scale is for a gateway on this machine",
        ),
        (&["--gateway", "http://gateway.example", "--api-key", "k"], "must begin with https://"),
        (&["--gateway", "nonsense", "--api-key", "k"], "--gateway needs a complete address"),
        (&["--time-scale", "0"], "--time-scale"),
        (&["--time-scale", "3601"], "--time-scale"),
        (&["--smtp", "smtp://localhost"], "--notify-to"),
        (&["--smtp", "nonsense", "--notify-to", "asha@shop.example"], "mail server's URL"),
        (&["--smtp", "smtp://localhost", "--notify-to", "asha"], "an e-mail address such as"),
        (&["--database", "data"], "the database data cannot be used"),
    ] {
        let run = shop.run(arguments).await;
        assert_eq!(run.code, Some(2), "{arguments:?}: {run:#?}");
        run.complains(complaint);
    }
}

#[tokio::test]
async fn version_1_of_the_gateway_works_with_a_warning_and_no_key_is_printed() {
    let gateway = StandInGateway::builder().key("canary-key-6543210").start().await.unwrap();
    let shop = Shop::new();
    let url = gateway.url();
    let arguments = ["--gateway", &url, "--api-key", "canary-key-6543210", "--dialect", "v1"];
    let run = shop.run(&arguments).await;
    assert_eq!(run.code, Some(0), "{run:#?}");
    assert_eq!(run.message()["status"], "sent");
    assert_eq!(gateway.posts()[0].dialect, Some(Dialect::V1));
    run.complains("--dialect v1 puts the key into each URL");
    assert!(!format!("{run:?}").contains("canary"), "{run:#?}");
}

#[tokio::test]
async fn a_refused_key_is_told_with_code_1_and_the_right_one_sends() {
    let gateway = StandInGateway::start().await.unwrap();
    let shop = Shop::new();
    let url = gateway.url();
    let wrong = shop.run(&["--gateway", &url, "--api-key", "canary-key-6543210"]).await;
    assert_eq!(wrong.code, Some(1), "{wrong:#?}");
    wrong.tells("The gateway refuses the API key");
    assert_eq!(wrong.message()["status"], "pending");
    assert_eq!(wrong.message()["retry_count"], 0);
    assert!(!format!("{wrong:?}").contains("canary"), "{wrong:#?}");

    let right = shop.run(&["--gateway", &url, "--api-key", gateway.key()]).await;
    assert_eq!(right.code, Some(0), "{right:#?}");
    assert_eq!(right.message()["status"], "sent");
    assert_eq!(gateway.accepted().len(), 1);
}
