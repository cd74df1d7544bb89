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
            writeln!(out, "hint: {}", table::safe(hint))?;
        }
        let answered = self.paint.tone(of_status(row.status), row.answered().trim());
        let code = row.code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
        let (method, url) = (table::safe(&row.method), table::safe(&row.url));
        writeln!(out, "\n#{} {}", row.id, row.moment())?;
        writeln!(out, "{method} {url}\nanswer {answered}{code} after {}", self.times())?;
        writeln!(out, "{}", table::safe(&self.parties().join(", ")))?;
        for finding in findings.iter().flatten() {
            finding.write(out)?;
        }
        for note in notes {
            writeln!(out, "note: {}", table::safe(note))?;
        }
        if let Some(explanation) = explanation.as_ref().filter(|_| self.is_refused_url()) {
            write_rules(explanation, &row.url, out)?;
        }
        Ok(())
    }

    /// What happened, in words.
    fn sentence(&self) -> String {
        let row = &self.detail.row;
        let answered = match row.status {
            Some(status) => format!("answered with {status}"),
            None => "not answered".to_owned(),
        };
        if let Some(fault) = row.stand_in() {
            let allowed = row.rule.map(|rule| format!("Allowed by rule {rule}. "));
            let told =
                row.event.as_ref().map(|event| format!("The webhook {event} was not judged. "));
            let before = allowed.or(told).unwrap_or_default();
            return format!("{before}{}", fault.sentence(row.receiver()));
        }
        match (&row.why, &self.detail.explanation, &row.event) {
            (Some(why), _, _) => why.clone(),
            (None, _, Some(event)) => {
                let attempt = row.attempt.map(|attempt| format!(", attempt {attempt},"));
                if row.verdict.as_deref() == Some("undelivered") {
                    return format!(
                        "The webhook {event}{} was not delivered.",
                        attempt.unwrap_or_default()
                    );
                }
                let verdict = row.verdict.as_ref().map(|verdict| format!(": {verdict}"));
                let [attempt, verdict] = [attempt, verdict].map(Option::unwrap_or_default);
                format!("The webhook {event}{attempt} was {answered}{verdict}.")
            }
            (None, Some(explanation), None) => explanation.sentence.clone(),
            (None, None, None) => format!("A call of the cloud's API was {answered}."),
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
            let how = if times.reused == Some(true) { "a connection at hand" } else { "connected" };
            text.push_str(&format!("; {how} at {}", ms(connected)));
        }
        if let Some(first) = times.first_byte_us {
            text.push_str(&format!(", first byte at {}", ms(first)));
        }
        text
    }

    fn parties(&self) -> Vec<String> {
        let Detail { row, entrance, to, .. } = self.detail;
        let device = row.device_name.as_ref().or(row.device.as_ref());
        let named = [
            ("app", row.app.as_ref()),
            ("device", device),
            ("user", row.user.as_ref()),
            ("delivery", row.delivery.as_ref()),
            ("came by", entrance.as_ref()),
            ("sent to", to.as_ref()),
        ];
        let mut all: Vec<_> =
            named.iter().filter_map(|(word, text)| Some(format!("{word} {}", (*text)?))).collect();
        if let Some(of) = row.replay_of {
            let how = row.replay_as.as_ref().map(|how| format!(" as {how}")).unwrap_or_default();
            all.push(format!("replay of {of}{how}"));
        }
        all.extend(row.injected.iter().map(|one| format!("{} {}", one.tool(), one.id)));
        all
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
            writeln!(out, "\n{}", self.paint.tone(Tone::Strong, &format!("{name}: {what}")))?;
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
            let title = format!("body {name}: {}", body::facts(body));
            writeln!(out, "\n{}", self.paint.tone(Tone::Strong, &title))?;
            match body.sha256.as_deref() {
                Some(hash) if before == Some(hash) => writeln!(out, "(the same)")?,
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
                super::talk(&format!("there is no body at the stage {stage}"));
                Ok(())
            }
        }
    }
}

/// How far each rule goes with the URL.
fn write_rules(explanation: &Explanation, url: &str, out: &mut dyn Write) -> io::Result<()> {
    const SHOWN: usize = 8;
    for rule in explanation.rules.iter().take(SHOWN) {
        let fits: String = url.chars().take(rule.stops_at).collect();
        writeln!(out, "  rule {} `{}`", rule.number, table::safe(&rule.pattern))?;
        writeln!(out, "    fits as far as `{}`", table::safe(&fits))?;
    }
    if let Some(more) = explanation.rules.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        writeln!(out, "  and {more} more; `evotor-gateway explain URL` goes through all")?;
    }
    match &explanation.suggestion {
        Some(rule) => writeln!(out, "  a rule that would allow it: {}", table::safe(rule)),
        None => Ok(()),
    }
}
