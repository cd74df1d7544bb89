//! A line of the timeline, as the gateway tells of it and as people read it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::delivery::named;
use super::paint::{Paint, Tone, of_status, shortened};
use super::table;
use crate::cli::words::{said, words};
use crate::model::finding::Finding;
use crate::model::injected::Injected;

/// One exchange.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    pub(super) id: i64,
    /// What it waits for, where it has not ended.
    pub(super) running: Option<Running>,
    pub(super) plane: String,
    pub(super) at: String,
    pub(super) took_ms: f64,
    pub(super) app: Option<String>,
    pub(super) user: Option<String>,
    pub(super) device: Option<String>,
    pub(super) device_name: Option<String>,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) status: Option<u16>,
    pub(super) code: Option<String>,
    pub(super) why: Option<String>,
    pub(super) rule: Option<u32>,
    pub(super) event: Option<String>,
    pub(super) delivery: Option<String>,
    pub(super) attempt: Option<u32>,
    pub(super) verdict: Option<String>,
    pub(super) replay_of: Option<i64>,
    pub(super) replay_as: Option<String>,
    pub(super) faults: Vec<String>,
    pub(super) injected: Vec<Injected>,
    pub(super) finding: Option<Finding>,
}

/// That an exchange has not ended.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Running {
    stage: String,
}

impl Running {
    /// What it waits for, in words.
    fn said(&self) -> String {
        match self.stage.as_str() {
            "reading_request" => words!("reading request"),
            "connecting" => words!("connecting"),
            "waiting_for_answer" => words!("waiting for answer"),
            "receiving_answer" => words!("receiving answer"),
            "sending_answer" => words!("sending answer"),
            "delayed" => words!("delayed"),
            "held" => words!("held"),
            other => table::safe(&other.replace('_', " ")),
        }
    }
}

/// Columns that the request may take on a terminal, at least and at most.
const TARGET: (usize, usize) = (24, 100);
/// Columns kept for what follows it.
const OUTCOME: usize = 34;

impl Row {
    /// Number, time, direction, what was asked for, and what became of it.
    pub(super) fn line(&self, paint: Paint) -> String {
        self.line_of(paint, &self.target(), Vec::new())
    }

    /// The same where lines stand below each other on a terminal: the path instead of the URL, whose origin
    /// follows where it is another than `origin`, that of the line above.
    pub(super) fn line_below(&self, paint: Paint, origin: &mut String) -> String {
        if paint.width.is_none() {
            return self.line(paint);
        }
        let begin = self.url.find("://").map_or(0, |at| at + 3);
        let end = self.url.get(begin..).and_then(|rest| rest.find('/')).map(|at| begin + at);
        let (own, path) = self.url.split_at(end.unwrap_or(self.url.len()));
        let target = match &self.event {
            Some(event) => format!("{event} {path}"),
            None => path.to_owned(),
        };
        let mut more: Vec<_> = self.app.iter().cloned().collect();
        if own != origin {
            own.clone_into(origin);
            more.push(own.strip_prefix("http://").unwrap_or(own).to_owned());
        }
        self.line_of(paint, &target, more)
    }

    fn line_of(&self, paint: Paint, target: &str, more: Vec<String>) -> String {
        let target = table::safe(target);
        let before = format!("{:>5} {} ", self.id, self.time());
        let method = format!("{} {:<6} ", self.arrow(), table::safe(&self.method));
        let extra: usize = more.iter().map(|text| text.chars().count() + 2).sum();
        let taken = before.chars().count() + method.chars().count() + OUTCOME + extra;
        let target = match paint.width {
            Some(width) => {
                let room = width.saturating_sub(taken).clamp(TARGET.0, TARGET.1);
                format!("{:room$}", shortened(&target, room))
            }
            None => target,
        };
        let mut pieces = vec![
            (Tone::Dim, before),
            (Tone::Plain, method),
            (Tone::Plain, target),
            (of_status(self.status), format!("  {}", self.answered())),
            (Tone::Dim, format!(" {:>7}", took(self.took_ms))),
        ];
        let more = more.into_iter().map(|text| (Tone::Dim, table::safe(&text)));
        let remarks = self.remarks().into_iter().chain(more);
        pieces.extend(remarks.map(|(tone, text)| (tone, format!("  {text}"))));
        paint.line(&pieces)
    }

    /// The status, or a dash as wide, or dots before its end.
    pub(super) fn answered(&self) -> String {
        if self.running.is_some() {
            return "...".to_owned();
        }
        self.status.map_or_else(|| "  -".to_owned(), |status| status.to_string())
    }

    /// Whether the caller got what it asked for.
    pub(super) fn is_good(&self) -> bool {
        self.code.is_none() && self.status.is_some_and(|status| status < 400)
    }

    /// Day and time where the command runs.
    pub(super) fn moment(&self) -> String {
        self.when("%Y-%m-%d %H:%M:%S%.3f")
    }

    fn time(&self) -> String {
        self.when("%H:%M:%S%.3f")
    }

    fn when(&self, form: &str) -> String {
        match self.at.parse::<Timestamp>() {
            Ok(at) => at.to_zoned(TimeZone::system()).strftime(form).to_string(),
            Err(_) => table::safe(&self.at),
        }
    }

    /// From the app to the partner, from the cloud to the partner, or up to the cloud.
    fn arrow(&self) -> &'static str {
        match self.plane.as_str() {
            "webhook" => "←",
            "cloud" => "↑",
            _ => "→",
        }
    }

    /// Who is asked.
    pub(super) fn receiver(&self) -> &'static str {
        if self.plane == "cloud" { "the API" } else { "the partner" }
    }

    /// The fault that answered in the receiver's place, if one did.
    pub(super) fn stand_in(&self) -> Option<&Injected> {
        let is_late = self.code.as_deref() == Some("partner_timeout");
        self.injected.iter().find(|fault| fault.stands_in(is_late))
    }

    fn target(&self) -> String {
        match &self.event {
            Some(event) => format!("{event} {}", self.url),
            None => self.url.clone(),
        }
    }

    fn remarks(&self) -> Vec<(Tone, String)> {
        let mut all = Vec::new();
        if let Some(running) = &self.running {
            all.push((Tone::Plain, running.said()));
        }
        if let Some(code) = &self.code {
            all.push((Tone::Bad, code.clone()));
        }
        if let Some(verdict) = &self.verdict {
            let is_bad = matches!(verdict.as_str(), "fail" | "undelivered");
            let tone = if is_bad { Tone::Bad } else { Tone::Plain };
            let rule = self.finding.as_ref().map(|finding| format!(" {}", finding.rule));
            all.push((tone, format!("{}{}", named(verdict), rule.unwrap_or_default())));
        }
        if let Some(attempt) = self.attempt.filter(|attempt| *attempt > 1) {
            all.push((Tone::Plain, words!("attempt {attempt}", attempt)));
        }
        if let Some(of) = self.replay_of {
            all.push((Tone::Dim, words!("replay of {of}", of)));
        }
        all.extend(self.injected.iter().map(|fault| {
            let sentence = fault.sentence(self.receiver());
            (Tone::Warn, format!("✳ {}", said(&sentence).trim_end_matches('.')))
        }));
        all.into_iter().map(|(tone, text)| (tone, table::safe(&text))).collect()
    }
}

/// Milliseconds as people say them.
pub(super) fn took(milliseconds: f64) -> String {
    match milliseconds {
        ms if ms < 10.0 => words!("{ms} ms", ms = format!("{ms:.1}")),
        ms if ms < 1000.0 => words!("{ms} ms", ms = format!("{ms:.0}")),
        ms => words!("{s} s", s = format!("{:.2}", ms / 1000.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row {
            id: 42,
            at: "2026-11-22T01:02:03.456789Z".to_owned(),
            took_ms: 12.3,
            method: "GET".to_owned(),
            url: format!("https://loyalty.example.ru/api/{}", "x".repeat(80)),
            status: Some(403),
            code: Some("url_not_allowed".to_owned()),
            ..Row::default()
        }
    }

    #[test]
    fn what_a_program_reads_is_whole() {
        let line = row().line(Paint::plain(None));
        assert!(
            line.contains(&row().url) && line.ends_with("403   12 ms  url_not_allowed"),
            "{line}"
        );
        assert!(line.starts_with("   42 ") && line.contains("03.456 → GET    https"), "{line}");
    }

    #[test]
    fn on_a_terminal_a_line_is_one_line_and_keeps_its_end() {
        for width in [60, 80, 100, 200] {
            let line = row().line(Paint::plain(Some(width)));
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
        let line = row().line(Paint::plain(Some(100)));
        assert!(line.contains("…") && line.ends_with("url_not_allowed"), "{line}");
    }

    #[test]
    fn below_each_other_lines_begin_with_the_path_and_tell_the_host_once() {
        let (paint, mut origin) = (Paint::plain(Some(80)), String::new());
        let row = Row {
            url: "http://loyalty.example.ru/api/users?i=5946".to_owned(),
            app: Some("loyalty".to_owned()),
            status: Some(200),
            code: None,
            ..row()
        };
        let first = row.line_below(paint, &mut origin);
        assert!(first.contains("→ GET    /api/users?i=5946 "), "{first}");
        assert!(first.contains("  loyalty  loy"), "{first}");
        let second = row.line_below(paint, &mut origin);
        assert!(second.ends_with("  loyalty"), "{second}");
        let other = Row { url: row.url.replace("http:", "https:"), ..row };
        assert!(
            other
                .line_below(Paint::plain(Some(120)), &mut origin)
                .ends_with("  https://loyalty.example.ru")
        );
        assert!(
            other.line_below(Paint::plain(None), &mut origin).contains(&other.url),
            "for a program"
        );
    }

    #[test]
    fn webhooks_go_by_their_event_and_a_hostile_url_cannot_steer_the_terminal() {
        let webhook = Row {
            plane: "webhook".to_owned(),
            event: Some("documents".to_owned()),
            url: "http://a/\u{1b}[2J".to_owned(),
            verdict: Some("fail".to_owned()),
            attempt: Some(2),
            ..Row::default()
        };
        let line = webhook.line(Paint::plain(None));
        assert!(line.contains("← ") && line.contains("documents http://a/\\u{1b}[2J"), "{line}");
        assert!(line.ends_with("  -  0.0 ms  fail  attempt 2"), "{line}");
    }

    #[test]
    fn times_are_told_in_fitting_units() {
        assert_eq!([0.04, 9.94, 12.3, 1234.0].map(took), ["0.0 ms", "9.9 ms", "12 ms", "1.23 s"]);
    }
}
