//! The file of users: its problems, and writing it.

use axum::http::StatusCode;
use secrecy::SecretString;
use whatsapp_console::{Role, SetUserError, Users as _, UsersError, UsersFile, UsersFileProblem};
use whatsapp_core::port::SystemEntropy;

use super::scene::{PASSWORD, Scene, allow};

#[tokio::test]
async fn a_file_that_says_nothing_lets_nobody_in_until_it_is_mended() {
    let scene = Scene::new();
    let mut browser = scene.signed_in("asha").await;
    let line = scene.line("asha", "manager", "active", PASSWORD);
    let half = &line[..line.len() / 2];
    let almost = line.trim_end();
    for (problem, lines) in [
        (UsersFileProblem::Line(1), half.to_owned()),
        (UsersFileProblem::Line(1), almost[..almost.len() - 1].to_owned()),
        (UsersFileProblem::Line(3), format!("# managers\n{line}vik:manager:active\n")),
        (UsersFileProblem::Line(2), format!("{line}vik:root:active:{half}\n")),
        (UsersFileProblem::Line(1), line.replace(":active:", ":Active:")),
        (UsersFileProblem::Line(1), line.replace("asha", "Asha")),
        (UsersFileProblem::Line(1), line.replace("asha", "asha rao")),
        (UsersFileProblem::Line(1), line.replace("asha", "")),
        (UsersFileProblem::Line(1), line.replace('\n', ":more\n")),
        (UsersFileProblem::Line(1), line.replace("argon2id", "argon2i")),
        (UsersFileProblem::Line(1), "{}".to_owned()),
        (UsersFileProblem::Line(1), "\0\0\0\0".to_owned()),
        (UsersFileProblem::Twice(2), format!("{line}{line}")),
        (UsersFileProblem::TooLong, "#".repeat(300_000)),
    ] {
        scene.users(&lines);
        assert_eq!(problem_of(&scene).await, problem, "{lines:.60}");
        refused(&scene, &mut browser).await;
    }
    scene.users(&line);
    assert_eq!(browser.get("/overview").await.status, StatusCode::OK, "it is mended");

    #[cfg(unix)]
    {
        for mode in [0o640, 0o604, 0o620, 0o602, 0o666] {
            allow(&scene.path("shop.users"), mode);
            assert_eq!(problem_of(&scene).await, UsersFileProblem::Exposed, "{mode:o}");
            refused(&scene, &mut browser).await;
        }
        allow(&scene.path("shop.users"), 0o400);
        assert_eq!(browser.get("/overview").await.status, StatusCode::OK);
    }
    std::fs::remove_file(scene.path("shop.users")).unwrap();
    assert_eq!(problem_of(&scene).await, UsersFileProblem::Absent);
    refused(&scene, &mut browser).await;
    std::fs::create_dir(scene.path("shop.users")).unwrap();
    assert_eq!(problem_of(&scene).await, UsersFileProblem::NoFile);
    refused(&scene, &mut browser).await;
}

async fn problem_of(scene: &Scene) -> UsersFileProblem {
    let path = scene.path("shop.users");
    let error = UsersFile::new(&path).find("asha").await.unwrap_err();
    let told = error.to_string();
    assert!(told.contains(&*path.to_string_lossy()), "{told}");
    assert!(!told.contains("argon2id$"), "{told}");
    match error {
        UsersError::File { problem, .. } => problem,
        other => panic!("{other}"),
    }
}

/// Nobody learns more than that it cannot be told: neither somebody who is signed in nor somebody
/// who wants to be.
async fn refused(scene: &Scene, browser: &mut super::scene::Browser) {
    let answer = browser.get("/overview").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let text = answer.text();
    assert!(text.contains("It cannot be found out right now who you are."), "{text}");
    assert!(!text.contains("shop.users") && !text.contains("Asha Traders"), "{text}");
    let answer = scene.browser().sign_in("asha", PASSWORD).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_line_is_written_by_one_call_and_others_stay() {
    let scene = Scene::new();
    let file = UsersFile::new(scene.path("team.users"));
    let set = |name: &str, role, password: &str| {
        file.set(name, role, &SecretString::from(password), &SystemEntropy)
    };
    set("asha", Role::Manager, "three words and more").unwrap();
    set("vik@shop.example", Role::Admin, "four words and some more").unwrap();
    let text = || std::fs::read_to_string(scene.path("team.users")).unwrap();
    let first = text();
    assert!(first.starts_with("asha:manager:active:$argon2id$v=19$m=19456,t=2,p=1$"), "{first}");
    std::fs::write(scene.path("team.users"), format!("# our people\n{first}")).unwrap();

    set("asha", Role::Admin, "another password").unwrap();
    let second = text();
    assert!(second.starts_with("# our people\nvik@shop.example:admin:active:$"), "{second}");
    assert!(second.contains("\nasha:admin:active:$") && second.lines().count() == 3, "{second}");
    let asha = file.find("asha").await.unwrap().unwrap();
    assert_eq!((asha.role, asha.is_active, asha.generation), (Role::Admin, true, 0));
    assert_eq!(file.find("Asha").await.unwrap().map(|it| it.id), None);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = scene.path("team.users").metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let left: Vec<_> = std::fs::read_dir(scene.path(".")).unwrap().flatten().collect();
    assert_eq!(left.len(), 2, "nothing is left beside the two files: {left:?}");
}

#[test]
fn what_cannot_be_a_line_is_not_written() {
    let scene = Scene::new();
    let file = UsersFile::new(scene.path("team.users"));
    let set = |name: &str, role, password: &str| {
        file.set(name, role, &SecretString::from(password), &SystemEntropy).unwrap_err()
    };
    for name in ["", "Asha", "asha rao", "asha:admin", "#asha", "আশা", &"x".repeat(65)] {
        assert_eq!(set(name, Role::Manager, PASSWORD), SetUserError::Name, "{name}");
    }
    assert_eq!(set("asha", Role::Viewer, PASSWORD), SetUserError::Viewer);
    for password in ["", "elevenchars", "three words\nand more", &"x".repeat(1_025)] {
        let refused = set("asha", Role::Manager, password);
        assert!(matches!(refused, SetUserError::Password(_)), "{refused}");
        assert!(password.is_empty() || !refused.to_string().contains(password));
    }
    assert!(!scene.path("team.users").exists());
    let path = scene.path("broken.users");
    std::fs::write(&path, "half a li").unwrap();
    allow(&path, 0o600);
    let password = SecretString::from(PASSWORD);
    let refused = UsersFile::new(&path).set("asha", Role::Manager, &password, &SystemEntropy);
    assert!(
        refused.unwrap_err().to_string().contains("line 1"),
        "a broken file is not written over"
    );
    assert_eq!(std::fs::read_to_string(path).unwrap(), "half a li");
}

#[tokio::test]
async fn sign_outs_of_several_processes_are_all_counted() {
    let scene = Scene::new();
    let id = UsersFile::new(scene.path("shop.users")).find("asha").await.unwrap().unwrap().id;
    let ends = (0..16).map(|_| {
        let (file, id) = (UsersFile::new(scene.path("shop.users")), id.clone());
        tokio::spawn(async move { file.end_visits(&id).await })
    });
    for end in ends.collect::<Vec<_>>() {
        end.await.unwrap().unwrap();
    }
    let file = UsersFile::new(scene.path("shop.users"));
    assert_eq!(file.find("asha").await.unwrap().unwrap().generation, 16);
    assert_eq!(file.find("vik").await.unwrap().unwrap().generation, 0);
}
