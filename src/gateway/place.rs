//! Where certificates are, as the configuration wants it.

use crate::config::hosts;
use crate::config::meant::Config;
use crate::tls::{Name, Place};

/// The folder, and which authority signs for which names.
pub fn certificates(config: &Config) -> Place {
    let certs = &config.certs;
    let only = certs.constrain.then(|| {
        let address = config.listen.https.ip();
        let own = (!address.is_unspecified()).then(|| address.to_string());
        hosts(config).into_iter().chain(own).filter_map(|host| Name::parse(&host)).collect()
    });
    Place { dir: certs.dir.clone(), own: certs.ca.clone(), only }
}
