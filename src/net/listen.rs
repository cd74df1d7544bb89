//! Binding: one listener per worker and address, or what a service manager hands in.

use std::io;
use std::net::{SocketAddr, TcpListener};

use socket2::{Domain, Protocol, Socket, Type};

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 1024;

/// Binds `count` listeners to one address; with port 0 all get the port the first was given.
///
/// # Errors
///
/// As the system says; `AddrInUse` also when another process would share the port.
pub fn bind(address: SocketAddr, count: usize) -> io::Result<Vec<TcpListener>> {
    if address.port() != 0 {
        // With SO_REUSEPORT a second gateway would silently take half of the connections.
        drop(open(address, false)?);
    }
    share(address, count)
}

#[cfg(target_os = "linux")]
fn share(address: SocketAddr, count: usize) -> io::Result<Vec<TcpListener>> {
    let first = open(address, true)?;
    let bound = first.local_addr()?;
    let mut all = vec![first];
    while all.len() < count {
        all.push(open(bound, true)?);
    }
    Ok(all)
}

#[cfg(not(target_os = "linux"))]
fn share(address: SocketAddr, count: usize) -> io::Result<Vec<TcpListener>> {
    spread(open(address, false)?, count)
}

/// Gives every worker a handle to one listener that was bound elsewhere.
///
/// # Errors
///
/// When the handle cannot be duplicated.
pub fn spread(listener: TcpListener, count: usize) -> io::Result<Vec<TcpListener>> {
    listener.set_nonblocking(true)?;
    let mut all = Vec::with_capacity(count);
    while all.len() + 1 < count {
        all.push(listener.try_clone()?);
    }
    all.push(listener);
    Ok(all)
}

fn open(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    #[cfg(unix)]
    socket.set_reuse_address(true)?;
    #[cfg(target_os = "linux")]
    socket.set_reuse_port(shared)?;
    #[cfg(not(target_os = "linux"))]
    let _ = shared;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}
