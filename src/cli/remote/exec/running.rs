//! The environment of a gateway that runs already.

use std::io::Write;

use serde::Deserialize;

use super::super::reach::Reach;
use super::super::trouble::Trouble;
use super::super::variable;
use super::environment::{Place, environment};
use super::files::Files;
use super::shells::{self, Shell};
use super::unmade;

/// What `/api/connect` tells of where it is and whom to trust.
#[derive(Debug, Deserialize)]
struct Connect {
    addresses: Addresses,
    ca: Authority,
}

/// URLs.
#[derive(Debug, Deserialize)]
struct Addresses {
    http: String,
    https: String,
    admin: String,
}

#[derive(Debug, Deserialize)]
struct Authority {
    pem: String,
}

/// Prints it. The files that it names are this user's alone, and are written anew each time.
pub(super) fn print(reach: &Reach, shell: Shell, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = reach.client()?;
    let Connect { addresses, ca } =
        Connect::deserialize(client.get("/api/connect")?).map_err(|_| client.strange())?;
    let place = Place {
        http: authority(&addresses.http),
        https: authority(&addresses.https),
        admin: authority(&addresses.admin),
        // Commands of the same user find it; it is no text for a terminal.
        token: None,
    };
    let files = Files::to_stay(client.authority(), &ca.pem).map_err(|error| unmade(&error))?;
    let environment = environment(&place, &files, &variable);
    let lines = shells::lines(shell, &environment).map_err(|error| unmade(&error))?;
    out.write_all(lines.as_bytes())?;
    Ok(0)
}

fn authority(url: &str) -> String {
    url.split_once("://").map_or(url, |(_, authority)| authority).trim_end_matches('/').to_owned()
}
