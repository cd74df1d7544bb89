//! Who is calling: the app, the device and, through the device, the store and the user. Pure.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::HeaderMap;

use super::fields::slot;
use super::snapshot::Snapshot;
use crate::config::laid::{Kind, Removed};
use crate::fault::{Code, Fault};
use crate::model::world::DeviceIndex;
use crate::net::gate::Head;
use crate::text::{Text, text};

/// What a request says about its sender, as sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Claims<'a> {
    said: [Option<&'a [u8]>; 7],
    /// A field came twice with different values.
    torn: Option<&'static str>,
}

/// Whom the claims were found to mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Place in `Config::apps`.
    pub app: usize,
    /// The terminal.
    pub device: DeviceIndex,
}

impl<'a> Claims<'a> {
    /// From what the gate cut out of a head.
    pub fn of_head(head: &'a Head) -> Self {
        let mut claims = Self::default();
        for (at, said) in claims.said.iter_mut().enumerate() {
            *said = head.noted(at);
            if head.note(at).differs() {
                claims.torn = slot::NAMES.get(at).copied();
            }
        }
        claims
    }

    /// From the fields of an HTTP/2 request. One look at each is cheaper than a search for each slot.
    pub fn of_fields(fields: &'a HeaderMap) -> Self {
        let mut claims = Self::default();
        for (name, value) in fields {
            let Some(at) = slot::of(name.as_str()).map(usize::from) else { continue };
            let Some(said) = claims.said.get_mut(at) else { continue };
            // As over HTTP/1: blanks are no value, and without one nothing is said.
            let value = value.as_bytes().trim_ascii();
            if value.is_empty() {
                continue;
            }
            if *said.get_or_insert(value) != value {
                claims.torn = slot::NAMES.get(at).copied();
            }
        }
        claims
    }

    /// Inside a tunnel the CONNECT request has said who is calling through it.
    #[must_use]
    pub fn or_of_tunnel(mut self, proxy_authorization: Option<&'a [u8]>) -> Self {
        let at = usize::from(slot::PROXY_AUTHORIZATION);
        if let Some(said) = self.said.get_mut(at) {
            *said = said.or(proxy_authorization);
        }
        self
    }

    /// Whether anything is said: then it is a terminal, or a proxy's client, that sends this.
    pub fn any(&self) -> bool {
        self.said.iter().any(Option::is_some)
    }

    fn get(&self, slot: u8) -> Option<&'a [u8]> {
        *self.said.get(usize::from(slot))?
    }
}

/// Finds the app and the device; the first that says something decides.
///
/// # Errors
///
/// `app_unknown`, `device_unknown`, `identity_mismatch`, `app_not_installed`.
pub fn identify(claims: &Claims<'_>, known: &Snapshot) -> Result<Caller, Fault> {
    if let Some(name) = claims.torn {
        return Err(mismatch(text!("{name} came twice with different values.", name)));
    }
    let login = claims.get(slot::PROXY_AUTHORIZATION).map(login);
    let app = app(claims, login.as_ref(), known)?;
    let device = device(claims, login.and_then(Result::ok).as_ref(), known)?;
    agree(claims, device, known)?;
    installed(app, device, known)?;
    Ok(Caller { app, device })
}

fn app(
    claims: &Claims<'_>,
    login: Option<&Result<Login, Fault>>,
    known: &Snapshot,
) -> Result<usize, Fault> {
    if let Some(id) = claims.get(slot::APP) {
        let unknown = || app_unknown("X-OAuth-Client-ID", id, known);
        return known.app_by_id(id).ok_or_else(unknown);
    }
    let login = login.map(|login| login.as_ref().map_err(Clone::clone)).transpose()?;
    if let Some(login) = login.filter(|login| !login.app.is_empty()) {
        let app = login.app.as_bytes();
        return known
            .app_by_id(app)
            .or_else(|| known.app_by_name(&login.app))
            .ok_or_else(|| app_unknown("the user name of Proxy-Authorization", app, known));
    }
    known.config.default_app.ok_or_else(|| {
        if let Some(removed) = removed_default(Kind::App, known) {
            return Fault::new(Code::AppUnknown, removed.sentence()).hint(removed.remedy());
        }
        Fault::new(Code::AppUnknown, text!("The request does not say which app sends it.")).hint(
            text!(
                "Send X-OAuth-Client-ID, or a proxy user name, or set terminal.default_app in \
                 gateway.yaml."
            ),
        )
    })
}

fn app_unknown(source: &'static str, id: &[u8], known: &Snapshot) -> Fault {
    let id = String::from_utf8_lossy(id);
    if let Some(removed) = known.config.removed(Kind::App, &id) {
        return Fault::new(Code::AppUnknown, removed.sentence()).hint(removed.remedy());
    }
    Fault::new(
        Code::AppUnknown,
        text!("No app in gateway.yaml has the id `{id}` ({source}).", id, source => source),
    )
    .hint(text!("Add it under `apps`, with the uuid it has on the developer portal."))
}

fn device(
    claims: &Claims<'_>,
    login: Option<&Login>,
    known: &Snapshot,
) -> Result<DeviceIndex, Fault> {
    let world = &known.config.world;
    let by_either = |id: &[u8]| world.device_by_uuid(id).or_else(|| world.device_by_imei(id));
    let said = [
        ("X-Device-UUID", claims.get(slot::DEVICE_UUID)),
        ("X-Device-ID", claims.get(slot::DEVICE_ID)),
        ("X-Device-IMEI", claims.get(slot::DEVICE_IMEI)),
    ];
    if let Some((name, id)) = said.iter().find_map(|(name, id)| Some((*name, (*id)?))) {
        return by_either(id).ok_or_else(|| device_unknown(name, id, known));
    }
    if let Some(login) = login.filter(|login| !login.device.is_empty()) {
        let id = login.device.as_bytes();
        return by_either(id).ok_or_else(|| password_unknown(id, known));
    }
    known.config.default_device.ok_or_else(|| {
        if let Some(removed) = removed_default(Kind::Device, known) {
            return Fault::new(Code::DeviceUnknown, removed.sentence()).hint(removed.remedy());
        }
        Fault::new(Code::DeviceUnknown, text!("The request does not say which terminal sends it."))
            .hint(text!("Send X-Device-UUID, or set terminal.default_device in gateway.yaml."))
    })
}

/// What gateway.yaml says is meant where nothing is said, and was removed at run time.
fn removed_default(kind: Kind, known: &Snapshot) -> Option<&Removed> {
    known.config.removed.iter().find(|removed| removed.kind == kind && removed.is_default)
}

fn device_unknown(source: &'static str, id: &[u8], known: &Snapshot) -> Fault {
    let id = String::from_utf8_lossy(id);
    if let Some(removed) = known.config.removed(Kind::Device, &id) {
        return Fault::new(Code::DeviceUnknown, removed.sentence()).hint(removed.remedy());
    }
    Fault::new(
        Code::DeviceUnknown,
        text!("No device in gateway.yaml is `{id}` ({source}).", id, source => source),
    )
    .hint(text!("Add it under a store of `users`, or leave the header out."))
}

/// The password may be one: a browser sends that of the company's proxy. So it is not quoted.
fn password_unknown(id: &[u8], known: &Snapshot) -> Fault {
    let removed = known.config.removed(Kind::Device, &String::from_utf8_lossy(id));
    if let Some(removed) = removed {
        return Fault::new(Code::DeviceUnknown, removed.sentence()).hint(removed.remedy());
    }
    Fault::new(
        Code::DeviceUnknown,
        text!("The password of Proxy-Authorization is no device in gateway.yaml."),
    )
    .hint(text!("Send a device's uuid or IMEI as the password, or leave the password out."))
}

/// What the request says of store and user must be what the device says.
fn agree(claims: &Claims<'_>, device: DeviceIndex, known: &Snapshot) -> Result<(), Fault> {
    let Some((store, user)) = known.owner(device) else { return Ok(()) };
    if let Some(shop) =
        claims.get(slot::SHOP).filter(|shop| !shop.eq_ignore_ascii_case(store.as_bytes()))
    {
        let shop = String::from_utf8_lossy(shop);
        return Err(mismatch(text!(
            "X-Shop-UUID is `{shop}`, the device stands in {store}.",
            shop,
            store
        )));
    }
    if let Some(id) = claims.get(slot::USER).filter(|id| *id != user.as_bytes()) {
        let id = String::from_utf8_lossy(id);
        return Err(mismatch(text!(
            "X-User-ID is `{id}`, the device belongs to {user}.",
            id,
            user
        )));
    }
    Ok(())
}

fn mismatch(detail: Text) -> Fault {
    Fault::new(Code::IdentityMismatch, detail)
        .hint(text!("The device alone decides on store and user; leave the other headers out."))
}

fn installed(app: usize, device: DeviceIndex, known: &Snapshot) -> Result<(), Fault> {
    if known.is_installed(app, device) {
        return Ok(());
    }
    let (id, name) =
        known.config.apps.get(app).map_or(("", ""), |app| (app.id.as_str(), app.name.as_str()));
    let user = known.owner(device).map_or("", |(_, user)| user);
    if known.is_uninstalled(app, device) {
        let text = text!("The user {user} has uninstalled the app {name}.", user, name);
        let install = format!("evotor-gateway world add installation app={name} user={user}");
        let hint = text!("`{install}` installs it again.", install);
        return Err(Fault::new(Code::AppNotInstalled, text).hint(hint).of(id, name, user));
    }
    Err(Fault::new(
        Code::AppNotInstalled,
        text!("The user {user} has not installed the app {name}.", user, name),
    )
    .hint(text!("Add the user to the app's `installed_by`, or set it to `all`."))
    .of(id, name, user))
}

struct Login {
    app: String,
    device: String,
}

/// `Basic` with `app:device`.
fn login(field: &[u8]) -> Result<Login, Fault> {
    let decoded = || {
        let (scheme, rest) = std::str::from_utf8(field).ok()?.trim().split_once(' ')?;
        let text =
            STANDARD.decode(rest.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
        let text = String::from_utf8(text).ok()?;
        let (app, device) = text.split_once(':').unwrap_or((&text, ""));
        Some(Login { app: app.to_owned(), device: device.to_owned() })
    };
    decoded().ok_or_else(|| {
        Fault::new(Code::AppUnknown, text!("Proxy-Authorization is not `Basic` with app:device."))
            .hint(text!("With curl: --proxy-user APP:DEVICE."))
    })
}
