//! A gateway whose app has webhooks, and the service they go to.

use crate::support::service::Service;
use crate::support::{Gateway, World, get};

pub struct Cloud {
    pub gateway: Gateway,
    pub service: Service,
}

impl Cloud {
    #[track_caller]
    pub fn start() -> Self {
        Self::with(|world| world)
    }

    /// A changed world.
    #[track_caller]
    pub fn with(change: impl FnOnce(World) -> World) -> Self {
        Self::of(&[], change)
    }

    /// A changed world with further entries of `webhooks`.
    #[track_caller]
    pub fn of(more: &[&str], change: impl FnOnce(World) -> World) -> Self {
        let service = Service::start();
        let world = World::of(&service.partner).webhooks(&service.url(), more);
        let gateway = change(world).start();
        Self { gateway, service }
    }

    /// The world of [`Cloud::start`] once more.
    pub fn world(&self) -> World {
        World::of(&self.service.partner).webhooks(&self.service.url(), &[])
    }

    /// What authorises a proxied request now: the value of the header, `nothing`, or the refusal's
    /// code.
    #[track_caller]
    pub fn injected(&self) -> String {
        let answer = self.gateway.ask(get("/api/x", &[]));
        if !answer.code().is_empty() {
            return answer.code().to_owned();
        }
        answer.expect_ok("a proxied request");
        let mut seen = self.service.partner.requests();
        seen.retain(|request| request.target() == "/api/x");
        match seen.pop().unwrap().all("authorization")[..] {
            [] => "nothing".to_owned(),
            ref values => values.join(" and "),
        }
    }
}

/// A world whose file has no user token.
pub fn without_token(world: World) -> World {
    world.app("tokens", "{}")
}

/// A world whose state is a file, and whose database is synchronous with nothing else.
pub fn on_disk(world: World) -> World {
    world.top("state", "\"sqlite:./data/gateway.db\"")
}
