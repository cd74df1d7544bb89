//! A gateway and its partner: what most tests start with.

use super::{Answer, Gateway, Partner, Received, World, get};

pub struct Stage {
    pub gateway: Gateway,
    pub partner: Partner,
}

impl Stage {
    /// The sample world and a partner that says `ok`.
    #[track_caller]
    pub fn start() -> Self {
        Self::with(|world| world)
    }

    /// A changed world.
    #[track_caller]
    pub fn with(change: impl FnOnce(World) -> World) -> Self {
        Self::of(Partner::start(), change)
    }

    /// The sample world and a partner of the caller's.
    #[track_caller]
    pub fn before(partner: Partner) -> Self {
        Self::of(partner, |world| world)
    }

    #[track_caller]
    pub fn of(partner: Partner, change: impl FnOnce(World) -> World) -> Self {
        let gateway = change(World::of(&partner)).start();
        Self { gateway, partner }
    }

    /// One request on a connection of its own.
    #[track_caller]
    pub fn ask(&self, request: impl AsRef<[u8]>) -> Answer {
        self.gateway.ask(request)
    }

    /// One request that must reach the partner; what the partner got.
    #[track_caller]
    pub fn pass(&self, request: impl AsRef<[u8]>) -> Received {
        let before = self.partner.requests().len();
        self.gateway.ask(request).expect_ok("an allowed request");
        let requests = self.partner.wait(before + 1);
        assert_eq!(requests.len(), before + 1, "{:?}", self.partner.lines());
        requests.into_iter().next_back().unwrap()
    }

    /// Asserts that the partner saw nothing since `before` requests. A probe is sent through the same
    /// pool: whatever was on its way would have come before it.
    #[track_caller]
    pub fn expect_nothing_since(&self, before: usize, what: &str) {
        let answer = self.ask(get("/api/probe", &[]));
        assert_eq!(answer.status, 200, "{what}, the probe: {}", answer.describe());
        let lines = self.partner.wait(before + 1);
        let lines: Vec<_> = lines[before..].iter().map(|r| r.line.as_str()).collect();
        assert_eq!(lines, ["GET /api/probe HTTP/1.1"], "{what}: the partner saw more");
    }

    /// Sends a request that must be refused, asserts that the connection ends with the answer and that
    /// nothing of it reached the partner.
    #[track_caller]
    pub fn expect_cut(&self, what: &str, request: impl AsRef<[u8]>, codes: &[&str]) -> Answer {
        let before = self.partner.requests().len();
        let mut raw = self.gateway.http();
        let answer = raw.exchange(request).expect_one_of(what, codes);
        raw.expect_end(what);
        self.expect_nothing_since(before, what);
        answer
    }
}
