//! What others get at: the addresses that they reach, the files that they may read.

use std::net::SocketAddr;

use super::Check;
use crate::cli::words::{said, words};
use crate::gateway::exposure::{Readable, narrowed, reached_from_elsewhere};

pub(super) fn network(listen: &[(&str, SocketAddr)]) -> Check {
    let open: Vec<_> = listen
        .iter()
        .filter_map(|(name, address)| {
            let found = reached_from_elsewhere(name, *address)?;
            let remedy = narrowed(name, *address);
            Some((said(&found).into_owned(), format!("listen.{name}: {}", said(&remedy))))
        })
        .collect();
    if open.is_empty() {
        return Check::ok("network", words!("no other machine reaches the gateway"));
    }
    let (found, remedies): (Vec<_>, Vec<_>) = open.into_iter().unzip();
    Check::warn("network", found.join("\n"), remedies.join("\n"))
}

pub(super) fn files(readable: &[Readable]) -> Check {
    if readable.is_empty() {
        return Check::ok("files", words!("only their owner can read those that hold secrets"));
    }
    let found: Vec<_> = readable
        .iter()
        .map(|readable| words!("other users can read {file}", file = readable.file.display()))
        .collect();
    let remedies: Vec<_> = readable.iter().map(|readable| &*readable.command).collect();
    Check::warn("files", found.join("\n"), remedies.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    #[test]
    fn what_others_get_at_is_told_with_its_remedy() {
        let listen =
            [("http", "127.0.0.1:80".parse().unwrap()), ("admin", "0.0.0.0:4040".parse().unwrap())];
        let check = network(&listen);
        assert_eq!(check.state, State::Warn);
        assert!(check.detail.contains("listen.admin") && !check.detail.contains("listen.http"));
        assert!(check.remedy.contains("ssh -L 4040"), "{check:?}");
        assert_eq!(network(&listen[..1]).state, State::Ok);
        let readable =
            |name: &str| Readable { file: name.into(), command: format!("chmod 600 {name}") };
        let check = files(&[readable("a"), readable("b")]);
        assert_eq!(check.remedy, "chmod 600 a\nchmod 600 b");
        assert_eq!(files(&[]).state, State::Ok);
    }
}
