use sqlx::{Connection as _, Executor as _, PgConnection};
use whatsapp_testdb::Cluster;

async fn connect(cluster: &Cluster) -> PgConnection {
    PgConnection::connect(&cluster.url("postgres")).await.unwrap()
}

async fn setting(cluster: &Cluster, name: &str) -> String {
    let query = sqlx::query_scalar("SELECT current_setting($1)").bind(name);
    query.fetch_one(&mut connect(cluster).await).await.unwrap()
}

#[tokio::test]
async fn what_was_committed_survives_restarts_and_crashes_on_the_same_port() {
    let cluster = Cluster::start().unwrap();
    let port = cluster.port();
    connect(&cluster).await.execute("CREATE TABLE kept (number INTEGER)").await.unwrap();
    for (number, again) in [Cluster::restart, Cluster::crash_and_restart].into_iter().enumerate() {
        let mut connection = connect(&cluster).await;
        let insert = sqlx::query("INSERT INTO kept VALUES ($1)");
        insert.bind(i32::try_from(number).unwrap()).execute(&mut connection).await.unwrap();
        again(&cluster).unwrap();
        assert!(connection.ping().await.is_err(), "the old connection must be lost");
    }
    let mut connection = connect(&cluster).await;
    let kept: Vec<i32> = sqlx::query_scalar("SELECT number FROM kept ORDER BY 1")
        .fetch_all(&mut connection)
        .await
        .unwrap();
    assert_eq!((kept, cluster.port()), (vec![0, 1], port));
}

#[tokio::test]
async fn crashed_server_is_down_until_it_is_started_again() {
    let cluster = Cluster::start().unwrap();
    cluster.crash().unwrap();
    assert!(PgConnection::connect(&cluster.url("postgres")).await.is_err());
    assert!(cluster.crash().is_err(), "there is nothing left to crash");
    cluster.start_again().unwrap();
    connect(&cluster).await.ping().await.unwrap();
}

#[tokio::test]
async fn usual_settings_are_quick_and_given_ones_win() {
    let quick = Cluster::start().unwrap();
    assert_eq!(setting(&quick, "fsync").await, "off");
    assert_eq!(setting(&quick, "synchronous_commit").await, "on");
    assert_eq!(setting(&quick, "max_connections").await, "300");
    assert_eq!(setting(&quick, "server_encoding").await, "UTF8");
    let durable =
        Cluster::builder().setting("fsync", "on").setting("search_path", "it's").start().unwrap();
    assert_eq!(setting(&durable, "fsync").await, "on");
    assert_eq!(setting(&durable, "search_path").await, "it's");
}

#[tokio::test]
async fn stopped_server_leaves_no_folder_while_clients_are_connected() {
    let cluster = Cluster::start().unwrap();
    let folder = cluster.folder().to_owned();
    let mut connection = connect(&cluster).await;
    assert!(folder.is_dir());
    cluster.stop().unwrap();
    assert!(!folder.exists());
    assert!(connection.ping().await.is_err());
}

#[test]
fn running_server_answers() {
    let cluster = Cluster::start().unwrap();
    whatsapp_testdb::answers(&cluster.url("postgres")).unwrap();
}
