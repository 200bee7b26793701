//! Tests of hosting: the promises of the port over every kind of store, and many orders of the
//! steps of two processes. Also crashes between any two steps, and the route as the gateway sees
//! it.

mod bench;
mod crashes;
mod evidence;
mod folders;
mod orders;
#[cfg(feature = "aws")]
mod presigned;
mod route;
#[cfg(feature = "aws")]
mod s3;
mod secrets;
mod steps;

/// In memory.
mod memory {
    use std::sync::Arc;

    use object_store::memory::InMemory;
    use whatsapp_testkit::conformance::media::MediaBench;

    async fn open() -> Arc<dyn MediaBench> {
        super::bench::served(Arc::new(InMemory::new()), "shop/7", ()).await
    }

    whatsapp_testkit::media_conformance! { open = open }
}

/// On this machine's disk.
mod disk {
    use std::sync::Arc;

    use whatsapp_testkit::conformance::media::MediaBench;

    async fn open() -> Arc<dyn MediaBench> {
        super::bench::on_disk(tempfile::tempdir().unwrap()).await
    }

    whatsapp_testkit::media_conformance! { open = open }
}

/// In S3, served by the host.
#[cfg(feature = "aws")]
mod bucket {
    use std::sync::Arc;

    use whatsapp_testkit::conformance::media::MediaBench;

    async fn open() -> Arc<dyn MediaBench> {
        let server = super::s3::Server::start().await;
        super::bench::served(server.client(), "", server).await
    }

    whatsapp_testkit::media_conformance! { open = open }
}

/// In S3, served by the store.
#[cfg(feature = "aws")]
mod presigned_links {
    use std::sync::Arc;

    use whatsapp_testkit::conformance::media::MediaBench;

    async fn open() -> Arc<dyn MediaBench> {
        let server = super::s3::Server::start().await;
        super::bench::presigned(server.client(), server)
    }

    whatsapp_testkit::media_conformance! { open = open }
}
