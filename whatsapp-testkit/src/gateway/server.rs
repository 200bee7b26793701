//! The accept loop and the routes. Connections are held here rather than by `axum::serve`,
//! because a fault may need the bare socket.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, OriginalUri, Path, Query, Request, State};
use axum::http::HeaderMap;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::interval;

use super::Shared;
use super::ask::{About, Asked, ask};
use super::fetch::{Errand, Fetcher};
use super::post::{Dialect, MOVED};
use super::send::{Door, send};
use super::wire::{Cut, Line, UnderWay, Wire};

/// Interval between two looks for late acceptances when no request comes.
const HOUSEKEEPING: Duration = Duration::from_millis(20);

/// Number of links that are fetched at the same time.
const FETCHES: usize = 8;

/// Serves until it is told to stop, or until the sender of `stop` is gone. Then drops every
/// connection and every fetch.
pub(super) async fn serve(
    listener: TcpListener,
    shared: Arc<Shared>,
    mut fetches: Option<(Fetcher, UnboundedReceiver<Errand>)>,
    mut stop: oneshot::Receiver<()>,
) {
    let routes = routes(&shared);
    let (mut connections, mut fetching) = (JoinSet::new(), JoinSet::new());
    let mut housekeeping = interval(HOUSEKEEPING);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, routes.clone()));
                }
                // Out of sockets, or the client is gone already: try again a moment later.
                Err(_) => {
                    housekeeping.tick().await;
                }
            },
            Some((client, errand)) = next(&mut fetches), if fetching.len() < FETCHES => {
                fetching.spawn(fetch(Arc::clone(&shared), client, errand));
            }
            Some(_) = connections.join_next() => {}
            Some(_) = fetching.join_next() => {}
            _ = housekeeping.tick() => shared.with(|_, _| ()),
            _ = &mut stop => break,
        }
    }
    connections.shutdown().await;
    fetching.shutdown().await;
}

/// Waits for the next link to fetch.
async fn next(
    fetches: &mut Option<(Fetcher, UnboundedReceiver<Errand>)>,
) -> Option<(Fetcher, Errand)> {
    let (client, errands) = fetches.as_mut()?;
    errands.recv().await.map(|errand| (client.clone(), errand))
}

/// Fetches one link and remembers the result.
async fn fetch(shared: Arc<Shared>, client: Fetcher, errand: Errand) {
    let fetched = client.fetch(&errand.link, errand.fetching).await;
    shared.with(|world, moment| world.fetched(errand.arrival, fetched, moment));
}

/// Speaks HTTP/1.1 on one connection until it ends or a handler cuts it.
async fn converse(stream: TcpStream, routes: Router) {
    let (line, mut cuts) = mpsc::channel(1);
    let under_way = UnderWay::default();
    let wire = Wire::new(stream, under_way.clone());
    let line = Line::new(line, under_way);
    let service = TowerToHyperService::new(routes.layer(Extension(line)));
    let mut connection = http1::Builder::new().serve_connection(wire, service);
    let cut = tokio::select! {
        Some(cut) = cuts.recv() => cut,
        // The world has it on record, whatever ended the conversation, a killed client included.
        _ = &mut connection => return,
    };
    let stream = connection.into_parts().io.into_inner();
    if cut == Cut::Reset {
        // Fails only if the client is gone, and then nobody can tell the difference.
        let _ = stream.set_zero_linger();
    }
}

fn routes(shared: &Arc<Shared>) -> Router {
    let endpoints = [
        (Door::V2.path(), sending(Door::V2)),
        (Door::V1.path(), sending(Door::V1)),
        (Door::RestText.path(), sending(Door::RestText)),
        (Door::RestMedia.path(), sending(Door::RestMedia)),
        ("/v2/message/status", asking(About::Status(Dialect::V2))),
        ("/v2/message/sentMessages", asking(About::Sent(Dialect::V2))),
        ("/v2/client/getState", asking(About::State)),
        ("/v2/groupChat/getGroupList", asking(About::Groups)),
        ("/getStatus/{key}", asking(About::Status(Dialect::V1))),
        ("/showAllMessages/{key}", asking(About::Sent(Dialect::V1))),
    ];
    let present = endpoints
        .into_iter()
        .filter(|(path, _)| !shared.config.without.iter().any(|absent| path.starts_with(absent)))
        .fold(Router::new(), |routes, (path, methods)| routes.route(path, methods));
    let unknown = |State(shared), Extension(line), request: Request| async move {
        send(shared, line, None, None, request).await
    };
    present
        .clone()
        .nest(MOVED, present)
        .fallback(unknown)
        .method_not_allowed_fallback(unknown)
        .with_state(Arc::clone(shared))
}

fn sending(door: Door) -> MethodRouter<Arc<Shared>> {
    post(
        async move |State(shared): State<Arc<Shared>>,
                    Extension(line): Extension<Line>,
                    key: Option<Path<String>>,
                    request: Request| {
            send(shared, line, Some(door), key.map(|Path(key)| key), request).await
        },
    )
}

fn asking(about: About) -> MethodRouter<Arc<Shared>> {
    get(
        async move |State(shared): State<Arc<Shared>>,
                    Extension(line): Extension<Line>,
                    key: Option<Path<String>>,
                    path: MatchedPath,
                    OriginalUri(uri): OriginalUri,
                    Query(query): Query<Vec<(String, String)>>,
                    headers: HeaderMap| {
            let key = key.map(|Path(key)| key);
            let path = path.as_str().to_owned();
            ask(shared, line, Asked { about, key, path, uri, query, headers }).await
        },
    )
}
