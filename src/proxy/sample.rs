//! A request that the configuration in force lets through, to show what one can be. Pure.

use super::asked::Asked;
use super::decide::decide;
use super::snapshot::Snapshot;
use crate::config::meant::App;
use crate::model::world::DeviceIndex;

/// Rules that are tried for an example.
const TRIED: usize = 20;

/// A request that passes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The app's place in the configuration.
    pub app: usize,
    /// The URL.
    pub url: String,
    /// Who calls, where the request has to say it: user name and password toward the proxy.
    pub login: Option<(String, String)>,
}

/// A request of the app that is meant where nothing says which, made from its first rule that can be used:
/// one whose upstream is known goes before one that would go to the URL's own host.
pub fn sample(known: &Snapshot) -> Option<Sample> {
    let config = &known.config;
    let places = config.default_app.into_iter().chain(0..config.apps.len());
    places.into_iter().find_map(|at| {
        let app = config.apps.get(at)?;
        Some(Sample { app: at, url: url(known, at, app)?, login: login(known, at, app)? })
    })
}

fn url(known: &Snapshot, at: usize, app: &App) -> Option<String> {
    let mut cache = None;
    let examples = app.allow.iter().take(TRIED).flat_map(|rule| rule.pattern.examples());
    let asked = examples.filter_map(|text| Asked::of_url(&text).ok().filter(|_| is_plain(&text)));
    let allowed: Vec<Asked> =
        asked.filter(|asked| decide(asked, at, known, &mut cache).is_ok()).collect();
    let is_led =
        |asked: &&Asked| app.upstreams.iter().any(|own| own.from.to_string() == asked.origin());
    let chosen = allowed.iter().find(is_led).or_else(|| allowed.first())?;
    Some(chosen.url.clone())
}

/// Whether every client sends a URL as it is written.
fn is_plain(url: &str) -> bool {
    url.bytes().all(|byte| byte.is_ascii_alphanumeric() || b":/?&=%._-~".contains(&byte))
        && !url.contains("/.")
}

/// Who calls: an app and a device whose user has it, unless both go without saying. Nothing where no
/// device can call.
fn login(known: &Snapshot, at: usize, app: &App) -> Option<Option<(String, String)>> {
    let config = &known.config;
    let usual = config.default_device.filter(|device| known.is_installed(at, *device));
    if usual.is_some() && config.default_app == Some(at) {
        return Some(None);
    }
    let mut devices = (0..config.world.devices.len()).map(DeviceIndex);
    let device = usual.or_else(|| devices.find(|device| known.is_installed(at, *device)))?;
    let device = config.world.devices.get(device.0)?;
    let is_word = |name: &str| {
        name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let name = if is_word(&app.name) { &app.name } else { &app.id };
    Some(Some((name.clone(), device.uuid.clone())))
}
