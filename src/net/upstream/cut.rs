//! A request that breaks off on purpose.

use hyper::Request;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout_at};

use super::{Destination, HeadSource, Terms, connect};
use crate::fault::{Code, Fault};
use crate::net::body::AppBody;
use crate::net::wire::Wire;
use crate::text::text;

/// Sends a request's head without its end over a connection of its own, and resets that.
///
/// # Errors
///
/// When no connection comes about.
pub async fn cut_off(
    to: &Destination,
    terms: &Terms,
    request: &Request<AppBody>,
    head: HeadSource<'_>,
) -> Result<(), Fault> {
    let deadline = Instant::now() + terms.connect;
    let tcp = Box::pin(connect::dial(to, terms, deadline)).await?;
    let head = head.text(request);
    if !to.origin.tls {
        write_and_reset(tcp, &head, deadline).await;
        return Ok(());
    }
    let secured = timeout_at(deadline, Box::pin(connect::secure(tcp, to, terms, false))).await;
    let stalled =
        |_| Fault::new(Code::PartnerTls, text!("The TLS handshake with {to} did not end.", to));
    write_and_reset(secured.map_err(stalled)??, &head, deadline).await;
    Ok(())
}

async fn write_and_reset<S: Wire>(mut stream: S, bytes: &[u8], deadline: Instant) {
    let write = async {
        stream.write_all(bytes).await?;
        stream.flush().await
    };
    // A partner that does not take it is reset as well.
    let _ = timeout_at(deadline, write).await;
    stream.reset_when_dropped();
}
