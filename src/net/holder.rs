//! Who holds a port: for the message that says why the gateway cannot have it.

use std::net::SocketAddr;

/// A process that listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its process id.
    pub pid: u32,
    /// Its short name; the kernel keeps 15 characters.
    pub name: String,
}

/// The process that listens where this address would; `None` where the system does not tell, which
/// includes other users' processes.
#[cfg(target_os = "linux")]
pub fn holder(address: SocketAddr) -> Option<Holder> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let inodes: Vec<u64> = tables
        .into_iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .flat_map(|table| linux::listening(&table, address))
        .collect();
    linux::owner(&inodes)
}

/// The process that listens where this address would; this system does not tell.
#[cfg(not(target_os = "linux"))]
pub fn holder(_address: SocketAddr) -> Option<Holder> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
    use std::path::Path;

    use super::Holder;

    /// `TCP_LISTEN` of the kernel's `tcp_states.h`.
    const LISTEN: &str = "0A";

    /// Socket numbers in a table of proc(5) that stand in the way of this address.
    pub(super) fn listening(table: &str, wanted: SocketAddr) -> Vec<u64> {
        table.lines().filter_map(|line| in_the_way(line, wanted)).collect()
    }

    pub(super) fn owner(inodes: &[u64]) -> Option<Holder> {
        if inodes.is_empty() {
            return None;
        }
        let links: Vec<_> = inodes.iter().map(|inode| format!("socket:[{inode}]")).collect();
        fs::read_dir("/proc").ok()?.flatten().find_map(|process| {
            let pid = process.file_name().to_str()?.parse().ok()?;
            holds(&process.path(), &links).then(|| Holder { pid, name: name(&process.path()) })
        })
    }

    fn in_the_way(line: &str, wanted: SocketAddr) -> Option<u64> {
        let mut fields = line.split_ascii_whitespace();
        let (ip, port) = fields.nth(1)?.split_once(':')?;
        let held = (address(ip)?, u16::from_str_radix(port, 16).ok()?);
        let state = fields.nth(1)?;
        let inode = fields.nth(5)?.parse().ok()?;
        let overlaps =
            held.0 == wanted.ip() || held.0.is_unspecified() || wanted.ip().is_unspecified();
        (state == LISTEN && held.1 == wanted.port() && overlaps).then_some(inode)
    }

    /// Each 32-bit word is printed as the processor reads it.
    fn address(hex: &str) -> Option<IpAddr> {
        let mut bytes = Vec::with_capacity(16);
        for start in (0..hex.len()).step_by(8) {
            let word = u32::from_str_radix(hex.get(start..start + 8)?, 16).ok()?;
            bytes.extend(word.to_ne_bytes());
        }
        if let Ok(octets) = <[u8; 4]>::try_from(bytes.as_slice()) {
            return Some(Ipv4Addr::from(octets).into());
        }
        let octets = <[u8; 16]>::try_from(bytes.as_slice()).ok()?;
        Some(Ipv6Addr::from(octets).to_canonical())
    }

    fn holds(process: &Path, links: &[String]) -> bool {
        let Ok(files) = fs::read_dir(process.join("fd")) else { return false };
        files.flatten().any(|file| {
            fs::read_link(file.path())
                .is_ok_and(|target| target.to_str().is_some_and(|to| links.iter().any(|l| l == to)))
        })
    }

    fn name(process: &Path) -> String {
        fs::read_to_string(process.join("comm")).unwrap_or_default().trim_end().to_owned()
    }
}

#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use proptest::prelude::*;

    use super::*;

    const TABLE: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:0FC8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4401 1 0 100 0
   1: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000    33        0 4402 1 0 100 0
   2: 0100007F:01BB 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 4403 1 0 100 0
   3: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4404 1 0 100 0
";

    fn found(address: &str) -> Vec<u64> {
        linux::listening(TABLE, address.parse().unwrap())
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn only_a_listener_at_the_address_or_at_all_addresses_is_in_the_way() {
        assert_eq!(found("127.0.0.1:4040"), [4401]);
        assert_eq!(found("0.0.0.0:4040"), [4401]);
        assert_eq!(found("127.0.0.2:4040"), [0; 0]);
        assert_eq!(found("192.168.0.5:80"), [4402]);
        assert_eq!(found("127.0.0.1:443"), [0; 0]);
        assert_eq!(found("[::1]:8080"), [4404]);
    }

    #[test]
    fn a_port_of_this_process_is_traced_to_it() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        assert_eq!(holder(address).unwrap().pid, std::process::id());
    }

    proptest! {
        #[test]
        fn no_table_makes_it_panic(table in "[ 0-9A-Fa-f:\\n\\PC]{0,200}") {
            linux::listening(&table, "127.0.0.1:80".parse().unwrap());
        }
    }
}
