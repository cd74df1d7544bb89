//! Streams that end in a socket.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::{client, server};

/// A stream whose socket can be reached through whatever is around it.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + 'static {
    /// Makes the socket send a reset, and nothing that still waits, when it is dropped.
    fn reset_when_dropped(&self);
}

impl Wire for TcpStream {
    fn reset_when_dropped(&self) {
        // A socket whose peer has gone is as good as reset.
        let _ = self.set_zero_linger();
    }
}

impl Wire for Box<dyn Wire> {
    fn reset_when_dropped(&self) {
        (**self).reset_when_dropped();
    }
}

impl<S: Wire> Wire for server::TlsStream<S> {
    fn reset_when_dropped(&self) {
        self.get_ref().0.reset_when_dropped();
    }
}

impl<S: Wire> Wire for client::TlsStream<S> {
    fn reset_when_dropped(&self) {
        self.get_ref().0.reset_when_dropped();
    }
}
