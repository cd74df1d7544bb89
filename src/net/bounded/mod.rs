//! An HTTP/1 server whose time and connections are bounded, for what is not on the path of a request:
//! the admin address, the demo's partner.
//!
//! Whoever connects and says nothing, says half of something or does not read what is answered is
//! closed in time; where all places are taken, the one that has kept the server waiting the longest
//! makes room.

mod activity;
mod body;
mod stream;

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Instant, MissedTickBehavior};

use super::tunnel::write_answer;
use activity::{Activity, Order};
pub use body::{Received, Sent};
use stream::Watched;

/// Bounds of a server's connections.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From a connection's or a head's first sign to the end of the head.
    pub head_timeout: Duration,
    /// Between two requests.
    pub idle_timeout: Duration,
    /// Between two pieces of a request's body.
    pub body_timeout: Duration,
    /// How long a peer may not take what is written to it.
    pub write_timeout: Duration,
    /// At a time.
    pub max_connections: usize,
}

/// Why a connection is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The head did not arrive in time.
    Head,
    /// The body did not arrive in time.
    Body,
    /// There are too many connections, and none of them can make room.
    Full,
}

/// The answer to a refused connection; it is closed after it.
pub type Refuse = fn(Refused) -> Response<Full<Bytes>>;

/// How often connections are looked at, while there are any.
const TICK: Duration = Duration::from_millis(250);
/// After a failure to accept, most likely for want of descriptors.
const PAUSE: Duration = Duration::from_millis(50);
/// Bytes of a head.
const MAX_HEAD: usize = 64 << 10;
/// Refused connections that are still read from, so that they see their answer and not a reset.
const LINGERING: usize = 16;

/// Serves until the future is dropped. `answer` gets each request and who sent it.
/// A connection that cannot be accepted is told in the log, and the next one tried.
pub async fn serve<S, F, B, E>(
    listener: TcpListener,
    limits: Limits,
    refuse: Refuse,
    answer: S,
) -> Infallible
where
    S: Fn(SocketAddr, Request<Received>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<B>, E>> + Send + 'static,
    B: Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    let mut open = Open { all: Vec::new(), limits };
    let lingering = Arc::new(Semaphore::new(LINGERING));
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    failing = false;
                    // Without it answers are late, not wrong.
                    let _ = stream.set_nodelay(true);
                    match open.place() {
                        Some(activity) => {
                            let answer = answer.clone();
                            let answer = move |request| answer(peer, request);
                            tokio::spawn(connection(stream, activity, refuse, answer));
                        }
                        None => turn_away(stream, refuse(Refused::Full), &lingering),
                    }
                    if open.is_full() {
                        // Whoever makes room closes before the next one comes in.
                        tokio::task::yield_now().await;
                    }
                }
                Err(error) => {
                    if !std::mem::replace(&mut failing, true) {
                        tracing::warn!(%error, "A connection could not be accepted; this is tried again");
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            },
            _ = ticks.tick(), if !open.all.is_empty() => open.sweep(Instant::now()),
        }
    }
}

/// The connections there are.
struct Open {
    all: Vec<Arc<Activity>>,
    limits: Limits,
}

impl Open {
    /// A place for one more connection, if there is one or one can be made.
    fn place(&mut self) -> Option<Arc<Activity>> {
        let now = Instant::now();
        self.forget_ended();
        let live = || self.all.iter().filter(|one| !one.is_told());
        if live().count() >= self.limits.max_connections {
            live()
                .filter_map(|one| Some((one.rank(now)?, one)))
                .max_by_key(|(rank, _)| *rank)?
                .1
                .tell(Order::Close);
        }
        let activity = Arc::new(Activity::new(now));
        self.all.push(Arc::clone(&activity));
        Some(activity)
    }

    fn is_full(&self) -> bool {
        self.all.len() >= self.limits.max_connections
    }

    fn sweep(&mut self, now: Instant) {
        self.forget_ended();
        for one in &self.all {
            if let Some(order) = one.overdue(&self.limits, now) {
                one.tell(order);
            }
        }
    }

    fn forget_ended(&mut self) {
        self.all.retain(|one| Arc::strong_count(one) > 1);
    }
}

async fn connection<S, F, B, E>(
    stream: TcpStream,
    activity: Arc<Activity>,
    refuse: Refuse,
    answer: S,
) where
    S: Fn(Request<Received>) -> F,
    F: Future<Output = Result<Response<B>, E>>,
    B: Body<Data = Bytes> + Unpin + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let service = service_fn(|request: Request<Incoming>| {
        let sending = activity.begin();
        let answered = answer(request.map(|body| Received::new(body, Arc::clone(&activity))));
        async move {
            let response = answered.await?;
            sending.begins();
            Ok::<_, E>(response.map(|body| Sent::new(body, sending)))
        }
    });
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&activity)));
    let mut http =
        Box::new(http1::Builder::new().max_buf_size(MAX_HEAD).serve_connection(io, service));
    let order = tokio::select! {
        // What has come goes before the order that it did not come in time.
        biased;
        // How a connection ends is its peer's affair.
        _ = &mut http => return,
        order = activity.told() => order,
    };
    if let Order::Refuse(why) = order {
        let mut stream = http.into_parts().io.into_inner().into_inner();
        write_answer(&mut stream, refuse(why)).await;
    }
}

/// Answers a connection that has no place. Where too many of them are still being read from, the
/// answer is only tried.
fn turn_away(mut stream: TcpStream, answer: Response<Full<Bytes>>, lingering: &Arc<Semaphore>) {
    let Ok(permit) = Arc::clone(lingering).try_acquire_owned() else { return };
    tokio::spawn(async move {
        write_answer(&mut stream, answer).await;
        drop(permit);
    });
}

#[cfg(test)]
mod tests;
