//! `terminal`: who is calling when the request does not say.

use crate::config::keys::TERMINAL;
use crate::config::meant::App;
use crate::config::nearest::nearest;
use crate::config::node::Node;
use crate::config::reader::{Reader, shown};
use crate::model::world::{DeviceIndex, World};
use crate::text::{Text, text};

/// The app and the device that stand in for missing words.
#[derive(Debug, Default)]
pub(super) struct Callers {
    pub(super) app: Option<usize>,
    pub(super) device: Option<DeviceIndex>,
}

/// As written; where nothing is, the only one there is.
pub(super) fn callers(
    reader: &mut Reader<'_>,
    node: Option<&Node>,
    apps: &[App],
    world: &World,
) -> Callers {
    let fields = node.and_then(|node| reader.fields(node, &TERMINAL));
    let get = |name| fields.as_ref().and_then(|fields| fields.get(name));
    Callers {
        app: match get("default_app") {
            Some(node) => app(reader, node, apps),
            None => (apps.len() == 1).then_some(0),
        },
        device: match get("default_device") {
            Some(node) => device(reader, node, world),
            None => (world.devices.len() == 1).then_some(DeviceIndex(0)),
        },
    }
}

fn app(reader: &mut Reader<'_>, node: &Node, apps: &[App]) -> Option<usize> {
    let text = reader.text(node)?.text;
    let found = apps
        .iter()
        .position(|app| app.name == text)
        .or_else(|| apps.iter().position(|app| app.id.eq_ignore_ascii_case(&text)));
    if found.is_none() {
        let known = apps.iter().flat_map(|app| [app.name.as_str(), app.id.as_str()]);
        let help = hint(&text, known, "name one of `apps` by its name or id");
        reader.error(&node.span, text!("no app is called {node}", node => shown(node)), help);
    }
    found
}

fn device(reader: &mut Reader<'_>, node: &Node, world: &World) -> Option<DeviceIndex> {
    let text = reader.text(node)?.text;
    let found =
        world.device_by_uuid(text.as_bytes()).or_else(|| world.device_by_imei(text.as_bytes()));
    if found.is_none() {
        let known = world
            .devices
            .iter()
            .flat_map(|device| device.imei.as_deref().into_iter().chain([device.uuid.as_str()]));
        let help = hint(&text, known, "name a device of `users` by its uuid or imei");
        reader.error(
            &node.span,
            text!("no device has the uuid or imei {node}", node => shown(node)),
            help,
        );
    }
    found
}

fn hint<'k>(text: &str, known: impl Iterator<Item = &'k str>, otherwise: &'static str) -> Text {
    match nearest(text, known) {
        Some(word) => text!("did you mean `{word}`?", word),
        None => Text::fixed(otherwise),
    }
}
