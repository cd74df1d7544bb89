//! What a filter sees of an exchange outside the database.

/// The columns of an exchange that filters look at.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Row<'r> {
    /// Number of the record.
    pub id: i64,
    /// Whether it has not ended.
    pub running: bool,
    /// 0 proxy, 1 webhook, 2 cloud.
    pub plane: u8,
    /// Beginning, in microseconds since 1970.
    pub at: i64,
    /// Microseconds.
    pub took: i64,
    /// The app's name.
    pub app: Option<&'r str>,
    /// The user's id.
    pub user: Option<&'r str>,
    /// UUID.
    pub store: Option<&'r str>,
    /// UUID.
    pub device: Option<&'r str>,
    /// As people call it.
    pub device_name: Option<&'r str>,
    /// Of the request.
    pub method: &'r str,
    /// Of the URL.
    pub host: &'r str,
    /// Path and query of the URL.
    pub path: &'r str,
    /// Absolute.
    pub url: &'r str,
    /// What the caller got.
    pub status: Option<u16>,
    /// Name of the failure.
    pub code: Option<&'r str>,
    /// Who has to act.
    pub culprit: Option<&'r str>,
    /// The rule that allowed it, from 1.
    pub rule: Option<i64>,
    /// Of a webhook.
    pub event: Option<&'r str>,
    /// Of a webhook.
    pub delivery: Option<&'r str>,
    /// Of a webhook, from 1.
    pub attempt: Option<i64>,
    /// `pass`, `warn` or `fail`.
    pub verdict: Option<&'r str>,
    /// The record that this one repeats.
    pub replay_of: Option<i64>,
    /// Whether an injected fault touched it.
    pub faulty: bool,
    /// Whether a stub answered it.
    pub stubbed: bool,
    /// Whether it came to a breakpoint.
    pub stopped: bool,
    /// True size of the request's body.
    pub sent_bytes: i64,
    /// True size of the answer's body.
    pub answer_bytes: i64,
    /// Content type of the answer.
    pub answer_type: Option<&'r str>,
    /// Whether it came from a file.
    pub imported: bool,
    /// Whether somebody starred it.
    pub starred: bool,
    /// Somebody's note on it.
    pub comment: Option<&'r str>,
}
