//! `/api/world/tokens` and `/api/world/installations`.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use serde_json::{Map, Value, json};

use super::entries::taken;
use super::{Asked, Changed, Sent, deliveries, view};
use crate::admin::Surface;
use crate::admin::problem::Problem;
use crate::model::learned::Pair;
use crate::model::token::Token;
use crate::text::{Text, text};

pub(super) async fn tokens(State(surface): State<Surface>) -> Result<Json<Value>, Problem> {
    let overview = surface.plane.overview().await?;
    Ok(Json(json!({"tokens": view::tokens(&overview)})))
}

pub(super) async fn set_token(
    State(surface): State<Surface>,
    sent: Sent,
) -> Result<impl IntoResponse, Problem> {
    let Json(mut form) = sent?;
    let (app, user) = (taken(&mut form, "app")?, taken(&mut form, "user")?);
    let secret = Token::new(taken(&mut form, "token")?);
    nothing_more(&form)?;
    let whose = surface.plane.set_token(&app, &user, secret).await?;
    let changed = token_changed(&surface, &whose).await?;
    Ok((StatusCode::CREATED, [(LOCATION, location("tokens", &whose))], Json(changed)))
}

pub(super) async fn token(
    State(surface): State<Surface>,
    Path((app, user)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let overview = surface.plane.overview().await?;
    found(view::tokens(&overview), &app, &user, "token").map(Json)
}

pub(super) async fn change_token(
    State(surface): State<Surface>,
    Path((app, user)): Path<(String, String)>,
    sent: Sent,
) -> Result<Json<Changed>, Problem> {
    let Json(mut form) = sent?;
    let secret = Token::new(taken(&mut form, "token")?);
    nothing_more(&form)?;
    let whose = surface.plane.set_token(&app, &user, secret).await?;
    Ok(Json(token_changed(&surface, &whose).await?))
}

pub(super) async fn drop_token(
    State(surface): State<Surface>,
    Path((app, user)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let (app, user) = surface.plane.drop_token(&app, &user).await?;
    let removed = json!([{"kind": "token", "app": &*app, "user": &*user}]);
    Ok(Json(json!({"removed": removed, "deliveries": [], "notes": []})))
}

pub(super) async fn restore_token(
    State(surface): State<Surface>,
    Path((app, user)): Path<(String, String)>,
) -> Result<Json<Changed>, Problem> {
    let whose = surface.plane.restore_token(&app, &user).await?;
    let restored = json!({"kind": "token", "app": &*whose.0, "user": &*whose.1});
    Ok(Json(Changed { restored: Some(vec![restored]), ..token_changed(&surface, &whose).await? }))
}

async fn token_changed(surface: &Surface, (app, user): &Pair) -> Result<Changed, Problem> {
    let overview = surface.plane.overview().await?;
    let entry = Some(found(view::tokens(&overview), app, user, "token")?);
    Ok(Changed { entry, removed: None, restored: None, deliveries: Vec::new(), notes: Vec::new() })
}

pub(super) async fn installations(State(surface): State<Surface>) -> Result<Json<Value>, Problem> {
    let overview = surface.plane.overview().await?;
    Ok(Json(json!({"installations": view::installations(&overview)})))
}

pub(super) async fn installation(
    State(surface): State<Surface>,
    Path((app, user)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    let overview = surface.plane.overview().await?;
    found(view::installations(&overview), &app, &user, "installation").map(Json)
}

pub(super) async fn install(
    State(surface): State<Surface>,
    manner: Asked,
    sent: Sent,
) -> Result<impl IntoResponse, Problem> {
    let (Query(manner), Json(mut form)) = (manner?, sent?);
    let (app, user) = (taken(&mut form, "app")?, taken(&mut form, "user")?);
    nothing_more(&form)?;
    let (whose, changed) = installed(&surface, &app, &user, true, manner.wait).await?;
    Ok((StatusCode::CREATED, [(LOCATION, location("installations", &whose))], Json(changed)))
}

pub(super) async fn change_installation(
    State(surface): State<Surface>,
    Path((app, user)): Path<(String, String)>,
    manner: Asked,
    sent: Sent,
) -> Result<Json<Changed>, Problem> {
    let (Query(manner), Json(mut form)) = (manner?, sent?);
    let Some(Value::Bool(wanted)) = form.shift_remove("installed") else {
        let hint = "Send {\"installed\": true} or {\"installed\": false}.";
        let problem = Problem::bad(text!("`installed` is missing."), Text::fixed(hint));
        return Err(problem.for_commands(text!("Write installed=true or installed=false.")));
    };
    nothing_more(&form)?;
    let (_, changed) = installed(&surface, &app, &user, wanted, manner.wait).await?;
    Ok(Json(changed))
}

pub(super) async fn uninstall(
    State(surface): State<Surface>,
    Path((app, user)): Path<(String, String)>,
    manner: Asked,
) -> Result<Json<Changed>, Problem> {
    let Query(manner) = manner?;
    let ((app, user), mut changed) = installed(&surface, &app, &user, false, manner.wait).await?;
    let removed = json!({"kind": "installation", "app": &*app, "user": &*user});
    (changed.entry, changed.removed) = (None, Some(vec![removed]));
    Ok(Json(changed))
}

async fn installed(
    surface: &Surface,
    app: &str,
    user: &str,
    wanted: bool,
    wait: bool,
) -> Result<(Pair, Changed), Problem> {
    let (whose, done) = surface.plane.install_app(app, user, wanted).await?;
    let deliveries = deliveries(surface, done.made, wait).await?;
    let all = view::installations(&surface.plane.overview().await?);
    let entry = Some(found(all, &whose.0, &whose.1, "installation")?);
    Ok((whose, Changed { entry, removed: None, restored: None, deliveries, notes: done.notes }))
}

/// The row of an app, named by name or id, and a user.
fn found(rows: Vec<Value>, app: &str, user: &str, noun: &'static str) -> Result<Value, Problem> {
    let is = |row: &Value, key: &str, wanted: &str| {
        row.get(key).and_then(Value::as_str).is_some_and(|known| known.eq_ignore_ascii_case(wanted))
    };
    let of =
        |row: &Value| (is(row, "app", app) || is(row, "app_name", app)) && is(row, "user", user);
    rows.into_iter().find(of).ok_or_else(|| {
        let detail =
            text!("There is no {noun} of the app {app} and the user {user}.", noun => noun, app, user);
        let hint = text!("GET /api/world/{noun}s lists them.", noun);
        Problem::new(StatusCode::NOT_FOUND, "not_found", detail, hint).for_commands(Text::fixed(super::LIST))
    })
}

fn location(collection: &str, (app, user): &Pair) -> String {
    format!("/api/world/{collection}/{app}/{user}")
}

fn nothing_more(form: &Map<String, Value>) -> Result<(), Problem> {
    let Some(key) = form.keys().next() else { return Ok(()) };
    Err(Problem::bad(text!("`{key}` means nothing here.", key), text!("Leave it out.")))
}
