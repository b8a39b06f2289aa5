//! Speaks HTTP/1.1 on one connection, each part of it bounded in size or time.
//!
//! It must not know paths, jobs or credentials. It reads the clock, moves bytes, and does what the reply says.

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
    message::{Reply, Request},
};

/// Bytes of a request's body.
pub(super) const BODY_LIMIT: usize = 64 * 1024;

/// Bytes of a request's head.
const HEAD_LIMIT: usize = 64 * 1024;

/// For a connection's first request, and for each body.
const PATIENCE: Duration = Duration::from_secs(10);

/// For a connection's later requests: longer than round polling intervals, whose next request would otherwise
/// meet the closing of its connection.
const IDLE: Duration = Duration::from_secs(75);

/// Answers what comes over `stream` until one side closes it.
pub(super) async fn serve(stream: TcpStream, cloud: Arc<Mutex<Cloud>>) {
    // The answer is small and alone: waiting for more of it would cost the client 40 ms.
    let _ = stream.set_nodelay(true);
    let (met, reset) = (AtomicBool::new(false), AtomicBool::new(false));
    let service = service_fn(async |request| {
        met.store(true, Ordering::Relaxed);
        let reply = answer(request, &cloud).await?;
        reset.store(reply == Reply::Reset, Ordering::Relaxed);
        response(reply)
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_buf_size(HEAD_LIMIT)
        .serve_connection(TokioIo::new(stream), service);
    // Either way the client sees how the connection ended; nobody here needs the error.
    if let Err(_elapsed) = time::timeout(PATIENCE, &mut connection).await
        && met.load(Ordering::Relaxed)
    {
        let _ = (&mut connection).await;
    }
    if reset.load(Ordering::Relaxed) {
        let _ = connection.into_parts().io.into_inner().set_zero_linger();
    }
}

/// The cloud's reply, or an error for a body that did not come.
async fn answer(request: hyper::Request<Incoming>, cloud: &Mutex<Cloud>) -> io::Result<Reply> {
    let (head, body) = request.into_parts();
    let body = time::timeout(PATIENCE, Limited::new(body, BODY_LIMIT).collect()).await?;
    let mut cloud = cloud.lock().unwrap_or_else(PoisonError::into_inner);
    let body = match body {
        Ok(body) => body.to_bytes().to_vec(),
        Err(error) if error.is::<LengthLimitError>() => return Ok(cloud.answer_too_large()),
        Err(error) => return Err(io::Error::other(error)),
    };
    // A target with a host of its own, as proxies are asked, counts as one more Host.
    let target = head.uri.authority().map(|host| ("host".to_owned(), host.to_string()));
    let headers = head
        .headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let request = Request {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.chain(target).collect(),
        body,
    };
    Ok(cloud.answer(&request, Timestamp::now()))
}

/// hyper closes a connection without a byte when there is no response.
fn response(reply: Reply) -> io::Result<hyper::Response<Full<Bytes>>> {
    let Reply::Response(response) = reply else { return Err(io::ErrorKind::ConnectionReset.into()) };
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    builder.body(Full::new(Bytes::from(response.body))).map_err(io::Error::other)
}
