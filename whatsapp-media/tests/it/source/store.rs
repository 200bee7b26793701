//! Keys of an object store.

use std::sync::Arc;

use object_store::memory::InMemory;
use object_store::{Attribute, Attributes, ObjectStore, ObjectStoreExt, PutOptions};
use whatsapp_core::attachment::{InvalidAttachment, Place};
use whatsapp_core::port::{AttachmentSource, SourceError};
use whatsapp_media::Sources;

use super::support::PDF;

#[tokio::test]
async fn objects_are_read_with_their_name_and_kind() {
    let store = Arc::new(InMemory::new());
    let kind = Attributes::from_iter([(Attribute::ContentType, "application/pdf")]);
    let options = PutOptions { attributes: kind, ..PutOptions::default() };
    store.put_opts(&"2026/01/INV-7.pdf".into(), PDF.into(), options).await.unwrap();
    let sources = Sources::builder().store(store).build().unwrap();

    let found = sources.read(&Place::Key("2026/01/INV-7.pdf".into())).await.unwrap();
    assert_eq!(found.bytes, PDF);
    assert_eq!(found.name.as_deref(), Some("INV-7.pdf"));
    assert_eq!(found.content_type.as_deref(), Some("application/pdf"));
    assert!(!found.as_given);

    for key in ["2026/01/INV-8.pdf", "2026//INV-7.pdf", "", "../INV-7.pdf"] {
        let error = sources.read(&Place::Key(key.into())).await.unwrap_err();
        assert!(matches!(error, SourceError::Refused { .. }), "{key}: {error:?}");
    }
}

#[tokio::test]
async fn ten_mebibytes_are_read_and_one_byte_more_is_refused() {
    let store = Arc::new(InMemory::new());
    let most = 10 * 1024 * 1024;
    store.put(&"most.pdf".into(), vec![0; most].into()).await.unwrap();
    store.put(&"more.pdf".into(), vec![0; most + 1].into()).await.unwrap();
    let sources = Sources::builder().store(store).build().unwrap();
    let found = sources.read(&Place::Key("most.pdf".into())).await.unwrap();
    assert_eq!(found.bytes.len(), most);
    let refused = sources.read(&Place::Key("more.pdf".into())).await;
    assert_eq!(refused, Err(InvalidAttachment::TooLarge.into()));
}
