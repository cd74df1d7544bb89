//! Which exchanges a stub or a breakpoint is for, as options.

use serde_json::{Map, Value};

#[derive(Debug, clap::Args)]
pub(super) struct ScopeArgs {
    /// Which exchanges [default: proxy].
    #[arg(long, value_parser = ["proxy", "webhook"])]
    plane: Option<String>,
    /// Only this app, by name or id.
    #[arg(long)]
    app: Option<String>,
    /// Only this HTTP method.
    #[arg(long, value_name = "GET")]
    method: Option<String>,
    /// Only matching hosts; * stands for any characters.
    #[arg(long, value_name = "*.example.ru")]
    host: Option<String>,
    /// Only matching paths; * stands for any characters.
    #[arg(long, value_name = "/api/*")]
    path: Option<String>,
    /// Only webhooks with a matching event; * stands for any characters.
    #[arg(long)]
    event: Option<String>,
    /// Only exchanges that match this filter, by what is known of them at that point.
    #[arg(long, value_name = "FILTER")]
    filter: Option<String>,
    /// Only the first N matches.
    #[arg(long, value_name = "N")]
    first: Option<String>,
}

impl ScopeArgs {
    pub(super) fn asked(&self) -> Map<String, Value> {
        let pairs = [
            ("plane", &self.plane),
            ("app", &self.app),
            ("method", &self.method),
            ("host", &self.host),
            ("path", &self.path),
            ("event", &self.event),
            ("filter", &self.filter),
            ("first", &self.first),
        ];
        let texts = pairs.into_iter().filter_map(|(key, text)| Some((key, text.as_ref()?)));
        texts.map(|(key, text)| (key.to_owned(), Value::from(text.as_str()))).collect()
    }
}

/// What of a row of the API says which exchanges are meant: `path=/api/* first=2`.
pub(super) fn which(row: &Value) -> String {
    const KEYS: [&str; 8] =
        ["app", "method", "host", "path", "event", "filter", "first", "timeout"];
    let told = |key: &str| match row.get(key)? {
        Value::Null => None,
        Value::String(text) => Some(format!("{key}={text}")),
        other => Some(format!("{key}={other}")),
    };
    KEYS.into_iter().filter_map(told).collect::<Vec<_>>().join(" ")
}
