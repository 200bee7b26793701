//! A server that speaks like S3, in this process, over a temporary folder.

use std::sync::Arc;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const KEY: &str = "an-invented-key";
const SECRET: &str = "an-invented-secret";
/// Short, because the server makes file names from it and from whole keys.
const BUCKET: &str = "shp";

#[derive(Debug)]
pub(super) struct Server {
    #[expect(dead_code, reason = "it lives as long as the server")]
    folder: tempfile::TempDir,
    url: String,
    task: JoinHandle<()>,
}

impl Server {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let mut service = S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let service = service.build();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
                tokio::spawn(connection);
            }
        });
        Self { folder, url, task }
    }

    pub(super) fn client(&self) -> Arc<AmazonS3> {
        let client = AmazonS3Builder::new()
            .with_endpoint(&self.url)
            .with_allow_http(true)
            .with_bucket_name(BUCKET)
            .with_region("ap-south-1")
            .with_access_key_id(KEY)
            .with_secret_access_key(SECRET)
            .build();
        Arc::new(client.unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}
