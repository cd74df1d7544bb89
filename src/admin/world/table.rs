//! The rows of `/api/world` in the table of routes.

use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::{Changed, Manner, access, all, entries, yaml};
use crate::admin::routes::Operation;

/// An entry, or a list of them under the collection's name.
type Object = Map<String, Value>;

const COLLECTION: &str = "What its entries are.";
const APP: &str = "The app's name or id.";
const USER: &str = "The user's id.";
const NONE: &str = "There is none of these.";
const UNKNOWN: &str = "The world has no such collection.";
const FORM: &str = "The body, or a parameter, cannot be read.";
const INVALID: &str = "A value is invalid, or names what there is not.";

#[derive(JsonSchema)]
#[schemars(inline, rename_all = "lowercase")]
#[expect(dead_code, reason = "only its schema is used")]
enum Collection {
    Users,
    Stores,
    Devices,
    Employees,
    Apps,
}

pub(in crate::admin) fn operations() -> Vec<Operation> {
    let mut rows = vec![
        Operation::get("/api/world", all, "All of the simulated world.")
            .gives::<super::shape::World>(
                200,
                "Users with their stores, apps, and what was removed.",
            ),
    ];
    rows.extend(tokens());
    rows.extend(installations());
    rows.extend(collections());
    rows
}

fn collections() -> [Operation; 7] {
    let (many, one) = ("/api/world/{collection}", "/api/world/{collection}/{id}");
    let of = |row: Operation| row.part::<Collection>("collection", COLLECTION);
    let with_id = |row: Operation| {
        of(row).part::<String>("id", "Its id or uuid, or its name where no other has it.")
    };
    [
        of(Operation::get(many, entries::list, "The entries of a collection."))
            .gives::<Object>(200, "All of them.")
            .fails(404, UNKNOWN),
        of(Operation::post(many, entries::make, "Makes an entry; its webhooks are sent."))
            .query::<Manner>()
            .takes::<Object>()
            .gives::<Changed>(201, "It is made.")
            .fails(400, FORM)
            .fails(404, UNKNOWN)
            .fails(409, "Its id, IMEI or name is taken.")
            .fails(422, INVALID),
        with_id(Operation::get(one, entries::one, "An entry."))
            .gives::<Object>(200, "The entry.")
            .fails(404, NONE),
        with_id(Operation::patch(one, entries::change, "Changes an entry, by a JSON merge patch."))
            .query::<Manner>()
            .takes::<Object>()
            .gives::<Changed>(200, "It is changed.")
            .fails(400, FORM)
            .fails(404, NONE)
            .fails(409, "Its IMEI or name is taken.")
            .fails(422, INVALID),
        with_id(Operation::delete(one, entries::remove, "Removes an entry."))
            .query::<Manner>()
            .gives::<Changed>(200, "It is removed.")
            .fails(400, FORM)
            .fails(404, NONE)
            .fails(409, "Others need it; ?cascade=true removes them as well."),
        Operation::get(
            "/api/world/apps/{id}/yaml",
            yaml::yaml,
            "An app as an entry of `apps` in gateway.yaml.",
        )
        .part::<String>("id", APP)
        .query::<yaml::Shown>()
        .gives::<yaml::Entry>(200, "The entry.")
        .fails(400, "A parameter cannot be read.")
        .fails(404, NONE),
        with_id(Operation::post(
            "/api/world/{collection}/{id}/restore",
            entries::restore,
            "Brings back what was removed, and what went with it.",
        ))
        .query::<Manner>()
        .gives::<Changed>(200, "It is there again.")
        .fails(400, FORM)
        .fails(404, "Nothing of this id or name was removed.")
        .fails(409, "It is there, or what it needs is not."),
    ]
}

fn tokens() -> [Operation; 6] {
    let (many, one) = ("/api/world/tokens", "/api/world/tokens/{app}/{user}");
    [
        Operation::get(many, access::tokens, "The user tokens that are known, masked.")
            .gives::<Object>(200, "All of them."),
        Operation::post(many, access::set_token, "Gives an app a user's token.")
            .takes::<Given>()
            .gives::<Changed>(201, "It is in force.")
            .fails(400, FORM)
            .fails(404, NONE),
        whose(Operation::get(one, access::token, "A user's token, masked."))
            .gives::<Object>(200, "The token.")
            .fails(404, NONE),
        whose(Operation::patch(one, access::change_token, "Replaces a user's token."))
            .takes::<Secret>()
            .gives::<Changed>(200, "It is in force.")
            .fails(400, FORM)
            .fails(404, NONE),
        whose(Operation::delete(one, access::drop_token, "Takes a user's token away."))
            .gives::<Object>(200, "It is taken away.")
            .fails(404, NONE),
        whose(Operation::post(
            "/api/world/tokens/{app}/{user}/restore",
            access::restore_token,
            "Brings back a user's token that was taken away.",
        ))
        .gives::<Changed>(200, "It is in force again.")
        .fails(404, "None was taken away.")
        .fails(409, "There is one again."),
    ]
}

fn installations() -> [Operation; 5] {
    let (many, one) = ("/api/world/installations", "/api/world/installations/{app}/{user}");
    [
        Operation::get(many, access::installations, "Which user has installed which app.")
            .gives::<Object>(200, "Every app with every user."),
        Operation::post(many, access::install, "Installs an app for a user.")
            .query::<Manner>()
            .takes::<Whose>()
            .gives::<Changed>(201, "It is installed.")
            .fails(400, FORM)
            .fails(404, NONE),
        whose(Operation::get(one, access::installation, "Whether a user has an app."))
            .gives::<Object>(200, "How it stands.")
            .fails(404, NONE),
        whose(Operation::patch(one, access::change_installation, "Installs or uninstalls an app."))
            .query::<Manner>()
            .takes::<Wanted>()
            .gives::<Changed>(200, "It is as wished.")
            .fails(400, FORM)
            .fails(404, NONE),
        whose(Operation::delete(one, access::uninstall, "Uninstalls an app."))
            .query::<Manner>()
            .gives::<Changed>(200, "It is uninstalled.")
            .fails(400, FORM)
            .fails(404, NONE),
    ]
}

fn whose(row: Operation) -> Operation {
    row.part::<String>("app", APP).part::<String>("user", USER)
}

/// What a body holds, for its schema alone: it is read by its keys.
macro_rules! forms {
    ($($name:ident as $title:literal { $($key:ident: $kind:ty),* })*) => {
        $(#[derive(JsonSchema)]
        #[schemars(rename = $title)]
        #[schemars(deny_unknown_fields)]
        #[expect(dead_code, reason = "only its schema is used")]
        struct $name { $($key: $kind),* })*
    };
}

forms! {
    Given as "NewToken" { app: String, user: String, token: String }
    Secret as "TokenChange" { token: String }
    Whose as "Installation" { app: String, user: String }
    Wanted as "InstallationChange" { installed: bool }
}
