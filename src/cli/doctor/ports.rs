//! Whether the gateway can listen where it is told to.

use std::io;
use std::net::{SocketAddr, TcpListener};

use super::Check;
use crate::cli::words::words;
use crate::net::holder::{Holder, holder};
use crate::shell::word;

/// `gateway` is the process of the gateway that answers at the admin address, if one does.
pub(super) fn check(name: &str, address: SocketAddr, gateway: Option<u32>) -> Check {
    let found = TcpListener::bind(address).map(drop);
    judge(name, address, found, gateway, || holder(address))
}

/// The three ways to a port below 1024, each a line; also for the message of `run`.
pub fn privilege_remedies(port: u16) -> String {
    let mut ways = Vec::new();
    if cfg!(target_os = "linux") {
        let program = std::env::current_exe()
            .map_or_else(|_| "evotor-gateway".to_owned(), |file| file.display().to_string());
        ways.push(format!("sudo setcap cap_net_bind_service=+ep {}", word(&program)));
        let command = format!("sudo sysctl net.ipv4.ip_unprivileged_port_start={port}");
        ways.push(words!("or: {command}", command));
    }
    let free = u32::from(port) + 8000;
    ways.push(words!("or another port, for example {free}, under `listen:` in gateway.yaml", free));
    ways.join("\n")
}

fn judge(
    name: &str,
    address: SocketAddr,
    found: io::Result<()>,
    gateway: Option<u32>,
    holder: impl Fn() -> Option<Holder>,
) -> Check {
    let title = format!("listen.{name}");
    let Err(error) = found else { return Check::ok(title, words!("{address} is free", address)) };
    match error.kind() {
        io::ErrorKind::AddrInUse => taken(title, address, gateway, holder()),
        io::ErrorKind::PermissionDenied => Check::fail(
            title,
            words!(
                "{address}: this user may not listen on port {port}",
                address,
                port = address.port()
            ),
            privilege_remedies(address.port()),
        ),
        io::ErrorKind::AddrNotAvailable => Check::fail(
            title,
            words!("{address}: this machine has no such address", address),
            words!("write 127.0.0.1:{port} or an address of this machine", port = address.port()),
        ),
        _ => Check::fail(title, format!("{address}: {error}"), words!("choose another address")),
    }
}

fn taken(
    title: String,
    address: SocketAddr,
    gateway: Option<u32>,
    holder: Option<Holder>,
) -> Check {
    match holder {
        Some(Holder { pid, .. }) if gateway == Some(pid) => Check::ok(
            title,
            words!("{address}: this gateway is running (process {pid})", address, pid),
        ),
        Some(Holder { pid, name }) if name.starts_with("evotor-gateway") => Check::ok(
            title,
            words!("{address} is served by a gateway already (process {pid})", address, pid),
        ),
        Some(Holder { pid, name }) => Check::fail(
            title,
            words!("{address} is held by {name} (process {pid})", address, name, pid),
            words!("stop that process, or choose another port under `listen:` in gateway.yaml"),
        ),
        None => Check::fail(
            title,
            words!("{address} is held by another process, perhaps another user's", address),
            words!("see whose with sudo, or choose another port under `listen:` in gateway.yaml"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    fn judged(kind: io::ErrorKind, name: &str) -> Check {
        let holder = (!name.is_empty()).then(|| Holder { pid: 7, name: name.to_owned() });
        let address = "127.0.0.1:80".parse().unwrap();
        judge("http", address, Err(kind.into()), Some(8), || holder.clone())
    }

    #[test]
    fn a_forbidden_port_names_the_three_remedies() {
        let check = judged(io::ErrorKind::PermissionDenied, "");
        assert_eq!(check.state, State::Fail);
        assert!(check.remedy.contains("8080"), "{check:?}");
        if cfg!(target_os = "linux") {
            assert!(check.remedy.contains("setcap cap_net_bind_service=+ep"), "{check:?}");
            assert!(check.remedy.contains("ip_unprivileged_port_start=80"), "{check:?}");
        }
    }

    #[test]
    fn a_taken_port_names_its_holder_and_a_running_gateway_is_fine() {
        assert!(judged(io::ErrorKind::AddrInUse, "nginx").detail.contains("nginx (process 7)"));
        assert_eq!(judged(io::ErrorKind::AddrInUse, "evotor-gateway").state, State::Ok);
        assert_eq!(judged(io::ErrorKind::AddrInUse, "").state, State::Fail);
    }

    #[test]
    fn a_strange_address_is_told() {
        assert!(judged(io::ErrorKind::AddrNotAvailable, "").detail.contains("no such address"));
        let free = check("http", "127.0.0.1:0".parse().unwrap(), None);
        assert_eq!(free.state, State::Ok);
    }
}
