//! `GET /api/exchanges/{id}/copy`: a recorded request as the words of another tool. The page's buttons
//! and the command line's `export` both take it from here.

mod curl;
mod fit;
mod http;
mod httpie;
mod outgoing;
#[cfg(test)]
mod tests;

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Problem, Surface, journal, recorded};
use crate::admin::connect::proxy;
use crate::journal::Recorded;
use crate::journal::exchange::{Plane, Stage};
use crate::mask::Masker;
use crate::text::{Text, text};
use fit::Unfit;
use outgoing::{Outgoing, outgoing};

/// A form that another tool takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Form {
    /// A command line of curl, for bash and zsh.
    Curl,
    /// A command line of HTTPie, for bash and zsh.
    Httpie,
    /// A request of an editor's `.http` file.
    Http,
}

impl Form {
    const ALL: [Self; 3] = [Self::Curl, Self::Httpie, Self::Http];
}

/// The stages a request can be copied of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Source {
    /// As the caller sent it: an app's goes through the gateway again.
    Asked,
    /// As the receiver got it: it goes straight there.
    Passed,
}

impl Source {
    const ALL: [Self; 2] = [Self::Asked, Self::Passed];

    fn stage(self) -> Stage {
        match self {
            Self::Asked => Stage::Asked,
            Self::Passed => Stage::Passed,
        }
    }

    /// Where nothing is said: as the caller sent it, which a webhook has not.
    fn usual(recorded: &Recorded) -> Self {
        let is_asked =
            recorded.stage(Stage::Asked).is_some() && recorded.summary.plane != Plane::Webhook;
        if is_asked { Self::Asked } else { Self::Passed }
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    form: Form,
    /// Which of the two; the earliest there is unless told.
    stage: Option<Source>,
    /// Whether secrets are written.
    #[serde(default)]
    reveal: bool,
}

/// A request in the words of a tool.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Copied {
    text: String,
    /// Whether secrets in it are masked.
    masked: bool,
    /// Bytes of the body that are kept, where that is not all of it.
    kept: Option<u64>,
    /// Bytes that the body had.
    bytes: u64,
    /// Whether only the beginning of the body without its coding is written.
    text_cut: bool,
}

/// A form in which a request can be had, or why it cannot.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Copy")]
pub(super) struct Offer {
    form: Form,
    stage: Source,
    /// What of the request the form cannot hold.
    #[schemars(extend("enum" = ["method", "url", "field", null]))]
    why: Option<&'static str>,
}

/// Every form of every stage that there is.
pub(super) fn offers(recorded: &Recorded) -> Vec<Offer> {
    let stages = Source::ALL.into_iter().filter(|source| recorded.stage(source.stage()).is_some());
    let of = |stage: Source| {
        let head = outgoing::head(recorded, stage.stage(), None);
        Form::ALL.map(|form| Offer {
            form,
            stage,
            why: head.as_ref().and_then(|head| check(head, form).err()).map(Unfit::word),
        })
    };
    stages.flat_map(of).collect()
}

pub(super) async fn copy(
    State(surface): State<Surface>,
    id: Result<Path<i64>, PathRejection>,
    asked: Result<Query<Asked>, QueryRejection>,
    fields: HeaderMap,
) -> Result<Response, Problem> {
    let (Path(id), Query(asked)) = (id?, asked?);
    let turn = surface.work.look().await?;
    let recorded = recorded(journal(&surface)?, id).await?;
    let stage = asked.stage.unwrap_or_else(|| Source::usual(&recorded)).stage();
    if recorded.stage(stage).is_none() {
        let detail =
            text!("The exchange {id} never got to the stage {stage}.", id, stage = stage.name());
        let hint = "`asked` is what the caller sent.";
        return Err(Problem::new(StatusCode::NOT_FOUND, "not_found", detail, Text::fixed(hint)));
    }
    let mask = (!asked.reveal).then(|| surface.masker());
    let here = Here {
        admin: fields.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned(),
        proxy: proxy(&surface, &fields),
    };
    let made = turn.run(move || made(&recorded, stage, asked.form, mask.as_deref(), &here));
    Ok(Json(made.await?.map_err(Problem::from)?).into_response())
}

/// The gateway's own addresses, as its caller meets them.
#[derive(Debug)]
struct Here {
    /// Host and port.
    admin: String,
    /// The URL of the proxy.
    proxy: String,
}

impl Here {
    /// The whole of an address below the admin's.
    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.admin)
    }
}

fn made(
    recorded: &Recorded,
    stage: Stage,
    form: Form,
    mask: Option<&Masker>,
    here: &Here,
) -> Result<Copied, Unfit> {
    let request = outgoing(recorded, stage, mask).ok_or(Unfit::Url)?;
    let text = written(&request, form, here)?;
    let outgoing::Amount { kept, bytes, text_cut } = request.amount;
    let kept = (kept < bytes).then_some(kept);
    Ok(Copied { text, masked: request.masked, kept, bytes, text_cut })
}

/// A request in a form.
fn written(request: &Outgoing, form: Form, here: &Here) -> Result<String, Unfit> {
    check(request, form)?;
    Ok(match form {
        Form::Curl => curl::command(request, here),
        Form::Httpie => httpie::command(request, here),
        Form::Http => http::request(request, here),
    })
}

fn check(request: &Outgoing, form: Form) -> Result<(), Unfit> {
    fit::check(request)?;
    match form {
        Form::Curl => Ok(()),
        Form::Httpie => httpie::check(request),
        Form::Http => http::check(request),
    }
}

impl From<Unfit> for Problem {
    fn from(unfit: Unfit) -> Self {
        let detail = match unfit {
            Unfit::Method => "The method of this request cannot be written in this form.",
            Unfit::Url => "The URL of this request is none that a client can be given.",
            Unfit::Field => "A header of this request cannot be written in this form.",
        };
        let hint = "`show ID` shows the request; `export har` writes it down whatever it holds.";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "unfit", Text::fixed(detail), Text::fixed(hint))
            .with("why", unfit.word())
    }
}
