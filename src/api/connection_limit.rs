//! Keeps connections to the requests in flight: a service sees at most one for each of them.
//!
//! The library's pool opens a connection for each request that finds none idle, and goes on with it when another
//! connection becomes free meanwhile: while handshakes take longer than answers, that is several for each worker. Here
//! no connection is begun while one is being opened that no request waits for. Must not know what connects, or how.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll};

use tokio::sync::Notify;
use tokio::task::{self, yield_now};
use tower_layer::Layer;
use tower_service::Service;

/// Turns of the other tasks until a connection that was opened, or whose response was read, is idle in the pool.
const HAND_OVER: usize = 4;

/// For the connector of one client.
#[derive(Clone, Default)]
pub(super) struct ConnectionLimit {
    opening: Arc<Opening>,
}

#[derive(Default)]
struct Opening {
    has_begun: AtomicBool,
    /// Connections being opened whose request took another one.
    spare: AtomicUsize,
    /// Notified when one of them is open, or failed.
    fewer: Notify,
}

impl Opening {
    /// Returns when a connection may be begun.
    async fn wait(&self) {
        if !self.has_begun.swap(true, Ordering::Relaxed) {
            return;
        }
        loop {
            for _ in 0..HAND_OVER {
                yield_now().await;
            }
            let fewer = self.fewer.notified();
            if self.spare.load(Ordering::Relaxed) == 0 {
                return;
            }
            fewer.await;
        }
    }
}

/// One of `Opening::spare`.
struct Spare(Arc<Opening>);

impl Spare {
    fn new(opening: &Arc<Opening>) -> Self {
        opening.spare.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(opening))
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        self.0.spare.fetch_sub(1, Ordering::Relaxed);
        self.0.fewer.notify_waiters();
    }
}

impl<S> Layer<S> for ConnectionLimit {
    type Service = Limited<S>;

    fn layer(&self, connector: S) -> Limited<S> {
        Limited { connector: Arc::new(connector), opening: Arc::clone(&self.opening) }
    }
}

/// Cloned for each request, also where it finds a connection.
pub(super) struct Limited<S> {
    connector: Arc<S>,
    opening: Arc<Opening>,
}

impl<S> Clone for Limited<S> {
    fn clone(&self) -> Self {
        Self { connector: Arc::clone(&self.connector), opening: Arc::clone(&self.opening) }
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl<S, R> Service<R> for Limited<S>
where
    S: Service<R, Error = BoxError> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Response: Send,
    R: Send + 'static,
{
    type Response = S::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, target: R) -> Self::Future {
        let Self { connector, opening } = self.clone();
        Box::pin(async move {
            // The library moves what it opens for nobody to a task of its own.
            let request = task::try_id();
            opening.wait().await;
            if task::try_id() != request {
                return Err("the request took another connection".into());
            }
            let mut connector = S::clone(&connector);
            poll_fn(|context| connector.poll_ready(context)).await?;
            let mut spare = None;
            let mut connect = pin!(connector.call(target));
            poll_fn(|context| {
                if spare.is_none() && task::try_id() != request {
                    spare = Some(Spare::new(&opening));
                }
                connect.as_mut().poll(context)
            })
            .await
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Opens a connection when it is told to.
    #[derive(Clone, Default)]
    struct Connector {
        begun: Arc<AtomicUsize>,
        open: Arc<Notify>,
    }

    impl Service<()> for Connector {
        type Response = ();
        type Error = BoxError;
        type Future = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, (): ()) -> Self::Future {
            let Self { begun, open } = self.clone();
            Box::pin(async move {
                begun.fetch_add(1, Ordering::Relaxed);
                open.notified().await;
                Ok(())
            })
        }
    }

    /// Polled by the task of a request that takes another connection, and then moved to a task of its own.
    async fn left(mut connection: Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>) -> bool {
        let request = task::spawn(async move {
            let polled = poll_fn(|context| Poll::Ready(connection.as_mut().poll(context))).await;
            assert!(polled.is_pending());
            Some(connection)
        });
        let connection = request.await.unwrap().unwrap();
        task::spawn(connection).await.unwrap().is_ok()
    }

    async fn turns() {
        for _ in 0..10 * HAND_OVER {
            yield_now().await;
        }
    }

    #[test]
    fn none_is_begun_beside_one_that_no_request_waits_for() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let connector = Connector::default();
            let mut limited = ConnectionLimit::default().layer(connector.clone());
            let begun = || connector.begun.load(Ordering::Relaxed);

            let spare = task::spawn(left(limited.call(())));
            turns().await;
            let waiting = task::spawn(limited.call(()));
            turns().await;
            assert_eq!(begun(), 1);

            connector.open.notify_one();
            assert!(spare.await.unwrap());
            turns().await;
            assert_eq!(begun(), 2);

            assert!(!left(limited.call(())).await);
            assert_eq!(begun(), 2);

            // Each has a request that waits for it.
            let third = task::spawn(limited.call(()));
            turns().await;
            assert_eq!(begun(), 3);
            connector.open.notify_waiters();
            assert!(waiting.await.unwrap().is_ok() && third.await.unwrap().is_ok());
        });
    }
}
