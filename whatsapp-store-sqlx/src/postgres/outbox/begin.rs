//! Opens attempts, before their POSTs.

use whatsapp_core::port::{Begin, Begun, StoreError};

use super::super::codec::{column, int, sparse, text, uuid, values};
use super::super::statements as sql;
use super::super::work::{Bound, Session};
use super::settle::record_attempts;
use super::{in_order, passed, run, uuids};
use crate::binds::binds;
use crate::error::row_count;

pub(super) async fn begin(
    session: &mut Session<'_>,
    begins: &[Begin],
) -> Result<Vec<Begun>, StoreError> {
    let ids: Vec<_> = begins.iter().map(|begin| begin.lease.message_id).collect();
    let places = in_order(&ids);
    let items: Vec<&Begin> = places.iter().filter_map(|place| begins.get(*place)).collect();
    let fence = session
        .query(sql::MAY_BEGIN)
        .bind(uuids(&items, |begin| begin.lease.message_id))
        .bind(column(&items, |begin| uuid(begin.lease.token)))
        .bind(column(&items, |begin| int(begin.no)))
        .bind(column(&items, |begin| begin.at))
        .bind(column(&items, |begin| begin.elapsed.base.to_i64()))
        .bind(column(&items, |begin| begin.elapsed.micros))
        .bind(column(&items, |begin| (begin.elapsed + begin.lease_needed).micros))
        .bind(sparse(&items, |begin| begin.closes().map(int)));
    let may = passed(session, fence, &places, &ids).await?;

    let closed = begins.iter().zip(&may).filter(|(_, may)| **may).filter_map(|(begin, _)| {
        let record = begin.close.as_ref()?;
        Some((begin.lease.message_id, record))
    });
    record_attempts(session, closed).await?;

    let opened: Vec<&Begin> =
        begins.iter().zip(&may).filter_map(|(begin, may)| may.then_some(begin)).collect();
    if !opened.is_empty() {
        let query = bind_attempts(session.query(sql::OPEN_ATTEMPTS), &opened, session.account());
        row_count(run(session, query).await?, opened.len())?;
    }
    let revised: Vec<_> = opened
        .iter()
        .filter_map(|begin| Some((begin.lease.message_id, begin.revision.as_ref()?)))
        .collect();
    if !revised.is_empty() {
        let links: Vec<_> = column(&revised, |(_, revision)| revision.link.as_ref());
        let query = session
            .query(sql::REVISE)
            .bind(uuids(&revised, |(id, _)| *id))
            .bind(column(&revised, |(_, revision)| text(revision.number.as_str())))
            .bind(column(&revised, |(_, revision)| text(revision.text.as_str())))
            .bind(sparse(&revised, |(_, revision)| revision.values.as_ref().map(values)))
            .bind(sparse(&revised, |(_, revision)| revision.template_id.map(uuid)))
            .bind(sparse(&revised, |(_, revision)| revision.template_version.map(int)))
            .bind(sparse(&links, |link| link.map(|link| text(&link.url))))
            .bind(sparse(&links, |link| link.map(|link| link.until)));
        run(session, query).await?;
    }
    Ok(may.into_iter().map(|may| if may { Begun::Open } else { Begun::Fenced }).collect())
}

binds! {
    /// Binds the columns of attempts to open.
    fn bind_attempts(opened: &[&Begin], account: i16) as ATTEMPTS {
        message_id "uuid[]" = uuids(opened, |begin| begin.lease.message_id);
        no "int[]" = column(opened, |begin| int(begin.no));
        at "timestamptz[]" = column(opened, |begin| begin.at);
        number_key "text[]" = column(opened, |begin| text(&begin.number_key));
        whatsapp_number "text[]" = column(opened, |begin| text(begin.number.as_str()));
        text_sha256 "bytea[]" = column(opened, |begin| begin.text.as_bytes().as_slice());
        account_id "smallint" = account;
        gateway_host "text[]" =
            sparse(opened, |begin| begin.via.as_ref().map(|via| text(via.host())));
        key_mark "text[]" =
            sparse(opened, |begin| begin.via.as_ref().map(|via| via.key().as_str()));
        part "text[]" = column(opened, |begin| begin.part.as_str());
    }
}
