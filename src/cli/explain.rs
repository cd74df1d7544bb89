//! `explain`: a URL's verdict rule by rule, or the page of a code. Offline.

use std::io::{self, Write};
use std::sync::Arc;

use serde_json::json;

use super::words::{said, talk_error, talk_hint, words};
use super::{ConfigArg, in_color, talk, variable};
use crate::config;
use crate::config::meant::App;
use crate::config::nearest::nearest;
use crate::fault::{Code, Fault};
use crate::model::learned::Learned;
use crate::net::upstream::PartnerTls;
use crate::proxy::asked::Asked;
use crate::proxy::decide::{self, Allowed};
use crate::proxy::snapshot::Snapshot;
use crate::text::{Language, Text, text};

#[derive(Debug, clap::Args)]
pub(super) struct ExplainArgs {
    /// URL as an app requests it, or the name of an error code.
    #[arg(value_name = "URL|CODE")]
    subject: String,
    /// Name or id of the app; not needed if there is only one.
    #[arg(long)]
    app: Option<String>,
    /// HTTP method.
    #[arg(long, default_value = "GET")]
    method: String,
    /// Print the verdict as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigArg,
}

pub(super) fn explain(args: &ExplainArgs, out: &mut dyn Write) -> io::Result<u8> {
    if let Some(code) = Code::by_name(&args.subject) {
        return write!(out, "{}", code.page(Language::of_scope())).map(|()| 0);
    }
    if !args.subject.contains("://") {
        let names: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        let subject = &args.subject;
        talk_error(&text!("`{subject}` is neither a URL nor a code", subject));
        match nearest(subject, names.iter().copied()) {
            Some(near) => talk_hint(&text!("did you mean `{near}`?", near)),
            None => talk(&words!("codes: {codes}", codes = names.join(" "))),
        }
        return Ok(2);
    }
    let loaded = match config::load(&args.config.config, &variable) {
        Ok(loaded) => loaded,
        Err(report) => {
            talk(report.render(in_color()).trim_end());
            return Ok(2);
        }
    };
    let known =
        Snapshot::new(loaded.config, &Learned::default(), (1, 1), Arc::new([]), Arc::new(Offline));
    let Some(at) = find(args.app.as_deref(), &known) else {
        let names: Vec<_> = known.config.apps.iter().map(|app| app.name.as_str()).collect();
        match &args.app {
            Some(app) => {
                talk_error(&text!("no app is called {app}", app));
                let near = nearest(app, names.iter().copied());
                talk_hint(&match (near, names.as_slice()) {
                    (Some(near), _) => text!("did you mean `{near}`?", near),
                    (None, []) => text!("gateway.yaml has no apps"),
                    (None, names) => text!("there are {names}", names = names.join(", ")),
                });
            }
            None => talk_error(&text!(
                "say which app with --app; there are: {names}",
                names = names.join(", ")
            )),
        }
        return Ok(2);
    };
    let verdict = judge(args, at, &known);
    match known.config.apps.get(at) {
        Some(app) if args.json => write_json(app, &verdict, out)?,
        Some(app) => write_text(app, &known, at, &verdict, out)?,
        None => {}
    }
    Ok(u8::from(verdict.outcome.is_err()))
}

struct Verdict {
    url: String,
    asked: Option<Asked>,
    outcome: Result<Allowed, Fault>,
}

fn find(app: Option<&str>, known: &Snapshot) -> Option<usize> {
    match app {
        Some(app) => known.app_by_name(app).or_else(|| known.app_by_id(app.as_bytes())),
        None => known.config.default_app,
    }
}

fn judge(args: &ExplainArgs, app: usize, known: &Snapshot) -> Verdict {
    let url = args.subject.clone();
    let asked = match Asked::of_url(&url) {
        Ok(asked) => asked,
        Err(fault) => return Verdict { url, asked: None, outcome: Err(fault) },
    };
    let outcome = if matches!(args.method.as_str(), "GET" | "POST" | "PUT" | "DELETE") {
        decide::decide(&asked, app, known, &mut None)
    } else {
        let detail =
            text!("{method} is not among the methods a terminal sends.", method = args.method);
        Err(Fault::new(Code::MethodNotAllowed, detail))
    };
    Verdict { url: asked.url.clone(), asked: Some(asked), outcome }
}

fn write_text(
    app: &App,
    known: &Snapshot,
    at: usize,
    verdict: &Verdict,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "url   {}", verdict.url)?;
    writeln!(out, "app   {} ({})", app.name, app.id)?;
    let chosen = verdict.outcome.as_ref().ok().map(|allowed| allowed.rule);
    for (rule, written) in app.allow.iter().enumerate() {
        let mark = if Some(rule) == chosen { words!("match") } else { "-".to_owned() };
        let row = words!(
            "rule  {number} line {line} {mark} reach {reach} {source}",
            number = format!("{:<3}", rule + 1),
            line = format!("{:<4}", written.line),
            mark = format!("{mark:<6}"),
            reach = format!("{:<4}", written.pattern.reach(&verdict.url)),
            source = written.pattern.source()
        );
        writeln!(out, "{row}")?;
    }
    match &verdict.outcome {
        Ok(allowed) => {
            writeln!(out, "{}", words!("allowed by rule {rule}", rule = allowed.rule + 1))?;
            let route = verdict.asked.as_ref().and_then(|asked| {
                known.plans.get(at)?.route(asked.origin()).map(|route| route.to.to_string())
            });
            let to = route.map_or_else(|| text!("the URL's own host"), Text::verbatim);
            writeln!(out, "{}", words!("goes to {to}", to => to))
        }
        Err(fault) => {
            let (code, why) = (fault.code.name(), said(&fault.detail));
            writeln!(out, "{}", words!("refused {code}: {why}", code, why))?;
            match fault.hint.is_empty() {
                true => Ok(()),
                false => writeln!(out, "{}", words!("hint  {hint}", hint = said(&fault.hint))),
            }
        }
    }
}

fn write_json(app: &App, verdict: &Verdict, out: &mut dyn Write) -> io::Result<()> {
    let rules: Vec<_> = app
        .allow
        .iter()
        .map(|rule| {
            let pattern = &rule.pattern;
            json!({
                "pattern": pattern.source(),
                "line": rule.line,
                "matches": pattern.matches(&verdict.url).ok(),
                "reach": pattern.reach(&verdict.url),
            })
        })
        .collect();
    let mut answer = json!({
        "url": verdict.url,
        "app": app.name,
        "allowed": verdict.outcome.is_ok(),
        "rules": rules,
    });
    match &verdict.outcome {
        Ok(allowed) => answer["rule"] = json!(allowed.rule + 1),
        Err(fault) => {
            answer["code"] = json!(fault.code.name());
            answer["detail"] = json!(fault.detail);
            answer["hint"] = json!(fault.hint);
        }
    }
    writeln!(out, "{answer:#}")
}

/// Nothing is connected to.
struct Offline;

impl PartnerTls for Offline {
    fn config(&self, _insecure: bool) -> Result<Arc<rustls::ClientConfig>, String> {
        Err("offline".into())
    }

    fn explain(&self, _error: &io::Error) -> (Text, Text) {
        Default::default()
    }
}
