//! The words of the format, as they are written. Sizes and times that are not known are -1.

use serde::{Deserialize, Serialize};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::admin) struct Entry {
    pub(super) started_date_time: String,
    /// Milliseconds: the sum of those timings that are known.
    pub(super) time: f64,
    pub(super) request: Request,
    pub(super) response: Response,
    pub(super) cache: Cache,
    pub(super) timings: Timings,
    /// A person's note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
    #[serde(rename = "_evotor")]
    pub(super) own: Own,
}

#[derive(Debug, Serialize)]
pub(super) struct Cache {}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) http_version: String,
    pub(super) cookies: Vec<Cookie>,
    pub(super) headers: Vec<Pair>,
    pub(super) query_string: Vec<Pair>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) post_data: Option<PostData>,
    pub(super) headers_size: i64,
    pub(super) body_size: i64,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Response {
    /// 0 where there was no answer.
    pub(super) status: u16,
    pub(super) status_text: String,
    pub(super) http_version: String,
    pub(super) cookies: Vec<Cookie>,
    pub(super) headers: Vec<Pair>,
    pub(super) content: Content,
    #[serde(rename = "redirectURL")]
    pub(super) redirect_url: String,
    pub(super) headers_size: i64,
    pub(super) body_size: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: String,
}

#[derive(Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Cookie {
    pub(super) name: String,
    pub(super) value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) domain: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) http_only: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) secure: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PostData {
    pub(super) mime_type: String,
    pub(super) params: Vec<Pair>,
    pub(super) text: String,
    /// The format has no encoding for what is sent, only for what comes back.
    #[serde(rename = "_encoding", skip_serializing_if = "Option::is_none")]
    pub(super) encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Content {
    pub(super) size: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) compression: Option<i64>,
    pub(super) mime_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comment: Option<String>,
}

impl Default for Content {
    fn default() -> Self {
        let mime_type = "x-unknown".to_owned();
        Self { size: 0, compression: None, mime_type, text: None, encoding: None, comment: None }
    }
}

/// Milliseconds.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Timings {
    pub(super) blocked: f64,
    pub(super) dns: f64,
    pub(super) connect: f64,
    pub(super) send: f64,
    pub(super) wait: f64,
    pub(super) receive: f64,
    pub(super) ssl: f64,
}

/// What only this gateway knows of an exchange.
#[derive(Debug, Serialize)]
pub(super) struct Own {
    pub(super) id: i64,
    pub(super) plane: &'static str,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) imported: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) starred: bool,
    #[serde(flatten)]
    pub(super) told: Told,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) fault: Option<Trouble>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) webhook: Option<Webhook>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replay_of: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replay_as: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) entrance: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) to: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) changes: Vec<serde_json::Value>,
    /// What the partner got.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) passed: Option<Request>,
    /// What the partner answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answered: Option<Response>,
}

/// What an import takes back.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) app: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) store: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) device: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) device_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) faults: Vec<String>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Trouble {
    pub(super) code: String,
    pub(super) culprit: String,
    pub(super) why: String,
    pub(super) hint: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Webhook {
    pub(super) event: String,
    pub(super) delivery: Option<String>,
    pub(super) attempt: Option<u32>,
    pub(super) verdict: Option<String>,
    pub(super) findings: serde_json::Value,
}
