//! The admin address's thread.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::watch;

use crate::admin::{self, Surface};
use crate::net::bounded::Limits;
use crate::net::priority::step_back;
use crate::net::worker::{AppTls, Phase};

/// How long after the start TLS toward apps is made ready.
const WARM_UP_AFTER: Duration = Duration::from_millis(300);

/// Serves the admin address until the gateway stops.
pub(super) fn start(
    listeners: Vec<TcpListener>,
    limits: Limits,
    surface: Surface,
    app_tls: Arc<dyn AppTls>,
    mut phase: watch::Receiver<Phase>,
) -> io::Result<JoinHandle<()>> {
    std::thread::Builder::new().name("admin".into()).spawn(move || {
        step_back();
        let served = tokio::runtime::Builder::new_current_thread().enable_all().build().and_then(
            |runtime| {
                runtime.block_on(async {
                    let Some(listener) = listeners.into_iter().next() else { return Ok(()) };
                    let listener = tokio::net::TcpListener::from_std(listener)?;
                    tokio::select! {
                        never = warm_up(app_tls) => match never {},
                        never = admin::serve(listener, limits, surface) => match never {},
                        _ = phase.wait_for(|phase| *phase == Phase::Stop) => Ok(()),
                    }
                })
            },
        );
        if let Err(error) = served {
            tracing::error!(%error, "The admin address is not served");
        }
    })
}

/// Makes what the first TLS handshake would wait for, once the first requests had their turn.
async fn warm_up(app_tls: Arc<dyn AppTls>) -> Infallible {
    tokio::time::sleep(WARM_UP_AFTER).await;
    // A failure is told by the first handshake.
    let _ = app_tls.listener();
    std::future::pending().await
}
