//! HTTP/1.1 on one connection, each part of it bounded in size or time.
//!
//! It must not know paths, jobs or credentials. It reads the clock, moves bytes, and resets where the
//! cloud wants a reset.

use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::Timestamp;
use tokio::{net::TcpStream, time};

use super::{
    cloud::Cloud,
    http::{IncomingRequest, OutgoingResponse},
};

/// Bytes of a request's body.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// Bytes of a request's head.
const HEAD_LIMIT: usize = 64 * 1024;

/// For a connection's first request, and for each body.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

/// For a connection's later requests: longer than common polling intervals, whose next request would otherwise
/// come just when the connection closes.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);

/// Answers what comes over `stream` until one side closes it.
pub(super) async fn serve(stream: TcpStream, cloud: Arc<Mutex<Cloud>>) {
    // Each response is one small write: Nagle's algorithm would delay it by 40 ms.
    let _ = stream.set_nodelay(true);
    let (asked, reset) = (AtomicBool::new(false), AtomicBool::new(false));
    let service = service_fn(async |request| {
        asked.store(true, Ordering::Relaxed);
        let answer = answer(request, &cloud).await?;
        reset.store(answer.is_none(), Ordering::Relaxed);
        response(answer)
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_TIMEOUT)
        .max_buf_size(HEAD_LIMIT)
        .serve_connection(TokioIo::new(stream), service);
    // Either way the client sees how the connection ended; nobody here needs the error.
    if let Err(_elapsed) = time::timeout(READ_TIMEOUT, &mut connection).await
        && asked.load(Ordering::Relaxed)
    {
        let _ = (&mut connection).await;
    }
    if reset.load(Ordering::Relaxed) {
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

/// The cloud's response, `None` for a reset; or an error for a body that did not come.
async fn answer(request: hyper::Request<Incoming>, cloud: &Mutex<Cloud>) -> io::Result<Option<OutgoingResponse>> {
    let (head, body) = request.into_parts();
    let body = time::timeout(READ_TIMEOUT, Limited::new(body, BODY_LIMIT).collect()).await?;
    let mut cloud = cloud.lock().unwrap_or_else(PoisonError::into_inner);
    let body = match body {
        Ok(body) => body.to_bytes().to_vec(),
        Err(error) if error.is::<LengthLimitError>() => return Ok(cloud.answer_too_large()),
        Err(error) => return Err(io::Error::other(error)),
    };
    // The host of an absolute target (as sent to proxies) counts as one more Host.
    let target = head.uri.authority().map(|host| ("host".to_owned(), host.to_string()));
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let request = IncomingRequest {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.chain(target).collect(),
        body,
    };
    Ok(cloud.answer(&request, Timestamp::now()))
}

/// hyper closes a connection without a byte when there is no response.
fn response(answer: Option<OutgoingResponse>) -> io::Result<hyper::Response<Full<Bytes>>> {
    let Some(response) = answer else { return Err(io::ErrorKind::ConnectionReset.into()) };
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    builder.body(Full::new(Bytes::from(response.body))).map_err(io::Error::other)
}
