//! `show`: one exchange, from the sentence that says what happened down to the bodies.

mod body;
mod columns;

use std::io::{self, Write};

use super::detail::{Detail, Explanation, Message, STAGES, Stages, detail, path};
use super::paint::{Paint, Tone, of_status};
use super::reach::Reach;
use super::row::took;
use super::table;
use super::trouble::Trouble;
use super::which::Which;
use crate::cli::words::{fixed, said, words};
use crate::model::injected::Injected;
use crate::text::{Text, text};
use body::Length;
pub(super) use body::text as body_text;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct ShowArgs {
    /// Exchange: its number as `tail` shows it, `last` or -1 for the newest, -2 for the one before.
    #[arg(value_name = "ID", value_parser = Which::read, allow_negative_numbers = true)]
    id: Which,
    /// Show side by side what the app sent, what the gateway changed and why, and what the partner
    /// got.
    #[arg(long)]
    stages: bool,
    /// Show the headers of every stage.
    #[arg(long)]
    headers: bool,
    /// Show the bodies; with a stage, all that is kept of that one.
    #[arg(
        long,
        value_name = "STAGE",
        num_args = 0..=1,
        default_missing_value = "all",
        value_parser = ["asked", "passed", "answered", "returned", "all"]
    )]
    body: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Show secrets, which are masked by default.
    #[arg(long)]
    reveal: bool,
    #[command(flatten)]
    reach: Reach,
}

pub(super) fn show(args: &ShowArgs, out: &mut dyn Write) -> Result<u8, Trouble> {
    let client = args.reach.client()?;
    let id = args.id.number(&client)?;
    if args.json {
        writeln!(out, "{}", client.get(&path(id, args.reveal))?)?;
        return Ok(0);
    }
    let detail = detail(&client, id, args.reveal)?;
    let shown = Shown { detail: &detail, paint: Paint::of_stdout() };
    if let Some(stage) = args.body.as_deref().filter(|stage| *stage != "all") {
        return Ok(shown.one_body(stage, out).map(|()| 0)?);
    }
    shown.what_happened(out)?;
    if args.stages {
        shown.stages(out)?;
    }
    if args.headers {
        shown.headers(out)?;
    }
    if args.body.is_some() || args.stages {
        shown.bodies(if args.body.is_some() { Length::Page } else { Length::Glance }, out)?;
    }
    Ok(0)
}

struct Shown<'a> {
    detail: &'a Detail,
    paint: Paint,
}

impl Shown<'_> {
    fn what_happened(&self, out: &mut dyn Write) -> io::Result<()> {
        let Detail { row, hint, findings, notes, explanation, .. } = self.detail;
        writeln!(out, "{}", self.paint.tone(Tone::Strong, &table::safe(&self.sentence())))?;
        if let Some(hint) = hint.as_ref().filter(|hint| !hint.is_empty()) {
            writeln!(out, "{}", words!("hint: {hint}", hint = table::safe(hint)))?;
        }
        let answered = self.paint.tone(of_status(row.status), row.answered().trim());
        let code = row.code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
        let (method, url) = (table::safe(&row.method), table::safe(&row.url));
        writeln!(out, "\n#{} {}", row.id, row.moment())?;
        let outcome = words!(
            "answer {answer} after {times}",
            answer = answered + &code,
            times = self.times()
        );
        writeln!(out, "{method} {url}\n{outcome}")?;
        writeln!(out, "{}", table::safe(&self.parties().join(", ")))?;
        for finding in findings.iter().flatten() {
            finding.write(out)?;
        }
        for note in notes {
            writeln!(out, "{}", words!("note: {note}", note = table::safe(note)))?;
        }
        if let Some(explanation) = explanation.as_ref().filter(|_| self.is_refused_url()) {
            write_rules(explanation, &row.url, out)?;
        }
        Ok(())
    }

    /// What happened, in words.
    fn sentence(&self) -> String {
        let row = &self.detail.row;
        if let Some(fault) = row.stand_in() {
            let allowed = row.rule.map(|rule| text!("Allowed by rule {rule}.", rule));
            let webhook = row.event.as_ref();
            let webhook = webhook.map(|event| text!("The webhook {event} was not judged.", event));
            let before = allowed.or(webhook).unwrap_or_default();
            return said(&before.and(fault.sentence(row.receiver()))).into_owned();
        }
        match (&row.why, &self.detail.explanation, &row.event) {
            (Some(why), _, _) => why.clone(),
            (None, _, Some(event)) => self.webhook(event),
            (None, Some(explanation), None) => explanation.sentence.clone(),
            (None, None, None) => match row.status {
                Some(status) => {
                    words!("A call of the cloud's API was answered with {status}.", status)
                }
                None => words!("A call of the cloud's API was not answered."),
            },
        }
    }

    /// What became of a webhook.
    fn webhook(&self, event: &str) -> String {
        let row = &self.detail.row;
        let webhook = match row.attempt {
            Some(attempt) => text!("The webhook {event}, attempt {attempt},", event, attempt),
            None => text!("The webhook {event}", event),
        };
        match (row.status, row.verdict.as_deref()) {
            (_, Some("undelivered")) => {
                words!("{webhook} was not delivered.", webhook => webhook)
            }
            (Some(status), Some(verdict)) => words!(
                "{webhook} was answered with {status}: {verdict}.",
                webhook => webhook, status, verdict
            ),
            (Some(status), None) => {
                words!("{webhook} was answered with {status}.", webhook => webhook, status)
            }
            (None, Some(verdict)) => {
                words!("{webhook} was not answered: {verdict}.", webhook => webhook, verdict)
            }
            (None, None) => words!("{webhook} was not answered.", webhook => webhook),
        }
    }

    fn is_refused_url(&self) -> bool {
        self.detail.row.code.as_deref() == Some("url_not_allowed")
    }

    fn times(&self) -> String {
        let times = &self.detail.times;
        let ms = |us: u64| took(us as f64 / 1e3);
        let mut text = took(self.detail.row.took_ms);
        if let Some(connected) = times.connected_us {
            let at = ms(connected);
            let how = match times.reused == Some(true) {
                true => words!("open connection reused at {at}", at),
                false => words!("connected at {at}", at),
            };
            text.push_str(&format!("; {how}"));
        }
        if let Some(first) = times.first_byte_us {
            text.push_str(&format!(", {}", words!("first byte at {at}", at = ms(first))));
        }
        text
    }

    fn parties(&self) -> Vec<String> {
        let Detail { row, entrance, to, .. } = self.detail;
        let device = row.device_name.as_ref().or(row.device.as_ref());
        let named = [
            row.app.as_ref().map(|app| words!("app {app}", app)),
            device.map(|device| words!("device {device}", device)),
            row.user.as_ref().map(|user| words!("user {user}", user)),
            row.delivery.as_ref().map(|delivery| words!("delivery {delivery}", delivery)),
            entrance.as_ref().map(|entry| words!("entry {entry}", entry)),
            to.as_ref().map(|to| words!("upstream {to}", to)),
            row.replay_of.map(|of| match &row.replay_as {
                Some(how) => words!("replay of {of} as {how}", of, how),
                None => words!("replay of {of}", of),
            }),
        ];
        let injected = row.injected.iter().map(|one| said(&tool(one)).into_owned());
        named.into_iter().flatten().chain(injected).collect()
    }

    fn stages(&self, out: &mut dyn Write) -> io::Result<()> {
        let Stages { asked, passed, .. } = &self.detail.stages;
        if asked.is_some() && (passed.is_some() || self.detail.row.plane == "proxy") {
            return columns::write(self.detail, self.paint, out);
        }
        self.headers(out)
    }

    fn headers(&self, out: &mut dyn Write) -> io::Result<()> {
        for (name, what) in STAGES {
            let Some(Message { line, fields, .. }) = self.detail.stages.by_name(name) else {
                continue;
            };
            let title = format!("{name}: {}", fixed(what));
            writeln!(out, "\n{}", self.paint.tone(Tone::Strong, &title))?;
            writeln!(out, "{}", table::safe(line))?;
            for field in fields {
                writeln!(out, "{}: {}", table::safe(&field.name), table::safe(&field.value))?;
            }
        }
        Ok(())
    }

    fn bodies(&self, length: Length, out: &mut dyn Write) -> io::Result<()> {
        let mut before: Option<&str> = None;
        for (name, _) in STAGES {
            let message = self.detail.stages.by_name(name);
            let Some(body) = message.and_then(|message| message.body.as_ref()) else { continue };
            if body.bytes == 0 {
                continue;
            }
            let title = words!("body {name}: {facts}", name, facts = body::facts(body));
            writeln!(out, "\n{}", self.paint.tone(Tone::Strong, &title))?;
            match body.sha256.as_deref() {
                Some(hash) if before == Some(hash) => writeln!(out, "{}", words!("(the same)"))?,
                _ => body::write(body, length, name, out)?,
            }
            before = body.sha256.as_deref();
        }
        Ok(())
    }

    fn one_body(&self, stage: &str, out: &mut dyn Write) -> io::Result<()> {
        let message = self.detail.stages.by_name(stage);
        match message.and_then(|message| message.body.as_ref()) {
            Some(body) => body::write(body, Length::Whole, stage, out),
            None => {
                super::talk(&words!("the stage {stage} has no body", stage));
                Ok(())
            }
        }
    }
}

/// What was made on purpose, by its kind and id.
fn tool(one: &Injected) -> Text {
    let id = &one.id;
    match one.tool() {
        "stub" => text!("stub {id}", id),
        "breakpoint" => text!("breakpoint {id}", id),
        _ => text!("fault {id}", id),
    }
}

/// How far each rule goes with the URL.
fn write_rules(explanation: &Explanation, url: &str, out: &mut dyn Write) -> io::Result<()> {
    const SHOWN: usize = 8;
    for rule in explanation.rules.iter().take(SHOWN) {
        let fits: String = url.chars().take(rule.stops_at).collect();
        let (number, pattern) = (rule.number, table::safe(&rule.pattern));
        writeln!(out, "  {}", words!("rule {number} `{pattern}`", number, pattern))?;
        writeln!(out, "    {}", words!("matches up to `{part}`", part = table::safe(&fits)))?;
    }
    if let Some(more) = explanation.rules.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        let more = words!("and {more} more; `evotor-gateway explain URL` shows all", more);
        writeln!(out, "  {more}")?;
    }
    match &explanation.suggestion {
        Some(rule) => {
            let rule = table::safe(rule);
            writeln!(out, "  {}", words!("a rule that would allow it: {rule}", rule))
        }
        None => Ok(()),
    }
}
