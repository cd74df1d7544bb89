//! Answers that stand in for the partner's, which is not asked.

use std::io;
use std::num::NonZeroU64;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Response, StatusCode};

use super::{Injections, Scope, Subject, message};
use crate::fault::{Code, Fault};
use crate::file;
use crate::text::text;

/// Bytes of an answer's body at most.
pub const MOST_BODY: u64 = 8 << 20;

/// What a stub answers.
#[derive(Debug, Clone)]
pub struct Canned {
    /// From 200 to 599.
    pub status: StatusCode,
    /// Without those that frame a message.
    pub fields: HeaderMap,
    /// Where the body is.
    pub content: Content,
    /// How long it waits before.
    pub delay: Option<Duration>,
}

/// Where the body of an answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Here.
    Bytes(Bytes),
    /// In a file below the configuration's folder, read for each answer.
    File(String),
}

/// A stub in force.
#[derive(Debug)]
pub struct Stub {
    /// `s1`; never given twice.
    pub id: Box<str>,
    /// Whose exchanges.
    pub scope: Scope,
    /// What they get.
    pub answer: Canned,
    /// At most so often.
    pub first: Option<NonZeroU64>,
    hits: AtomicU64,
}

impl Stub {
    pub(super) fn new(id: &str, scope: Scope, answer: Canned, first: Option<NonZeroU64>) -> Self {
        Self { id: id.into(), scope, answer, first, hits: AtomicU64::new(0) }
    }

    /// How many exchanges it has answered.
    pub fn hits(&self) -> u64 {
        self.hits.load(Ordering::Relaxed)
    }

    /// Whether its answer has to be read first.
    pub fn reads(&self) -> bool {
        matches!(self.answer.content, Content::File(_))
    }

    fn takes(&self, subject: &Subject<'_>) -> bool {
        self.scope.meets(subject) && spend(&self.hits, self.first)
    }

    /// The answer; `folder` is the configuration's. Blocks where it reads a file.
    ///
    /// # Errors
    ///
    /// `stub_unavailable` where the file cannot be read, with its name and why.
    pub fn respond(&self, folder: &Path) -> Result<Response<Bytes>, Fault> {
        let Canned { status, fields, content, .. } = &self.answer;
        let body = match content {
            Content::Bytes(bytes) => bytes.clone(),
            Content::File(name) => read(folder, name).map_err(|why| self.unreadable(name, &why))?,
        };
        let mut response = Response::new(body);
        *response.status_mut() = *status;
        *response.headers_mut() = fields.clone();
        let length = response.body().len();
        let fields = response.headers_mut();
        let coding = fields.remove(hyper::header::CONTENT_ENCODING);
        message::measure(fields, length);
        if let Some(coding) = coding {
            fields.insert(hyper::header::CONTENT_ENCODING, coding);
        }
        Ok(response)
    }

    fn unreadable(&self, name: &str, why: &io::Error) -> Fault {
        let id = &self.id;
        let text = text!(
            "Stub {id} answers from the file {name}, which cannot be read: {why}.",
            id,
            name,
            why
        );
        let hint = text!(
            "Put the file there again, or `evotor-gateway stub remove {id}` lets the partner be asked.",
            id = self.id
        );
        Fault::new(Code::StubUnavailable, text).hint(hint)
    }
}

/// Whether something that is to happen so often may happen once more, which counts.
pub(super) fn spend(hits: &AtomicU64, first: Option<NonZeroU64>) -> bool {
    let most = first.map_or(u64::MAX, NonZeroU64::get);
    let more = |hits: u64| (hits < most).then_some(hits.saturating_add(1));
    hits.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
}

/// Whether a name can stand for a file below a folder: relative, and never upward.
pub fn is_below(name: &str) -> bool {
    let mut parts = Path::new(name).components().peekable();
    parts.peek().is_some()
        && parts.all(|part| matches!(part, Component::Normal(_) | Component::CurDir))
}

/// A link may lead out of the folder as well.
fn read(folder: &Path, name: &str) -> io::Result<Bytes> {
    let folder = match folder.as_os_str().is_empty() {
        true => PathBuf::from(".").canonicalize()?,
        false => folder.canonicalize()?,
    };
    let path = folder.join(name).canonicalize()?;
    if !path.starts_with(&folder) {
        return Err(io::Error::other("it leads out of the configuration's folder"));
    }
    file::read(&path, MOST_BODY).map(Bytes::from)
}

/// The type of a body that is given without one: by the ending of its file, else by what it looks like.
pub fn usual_type(content: &Content) -> Option<HeaderValue> {
    let text = match content {
        Content::File(name) => {
            match Path::new(name).extension()?.to_str()?.to_ascii_lowercase().as_str() {
                "json" => "application/json",
                "xml" => "application/xml",
                "html" | "htm" => "text/html; charset=utf-8",
                "txt" => "text/plain; charset=utf-8",
                "csv" => "text/csv; charset=utf-8",
                "png" => "image/png",
                "jpg" | "jpeg" => "image/jpeg",
                "svg" => "image/svg+xml",
                "pdf" => "application/pdf",
                _ => return None,
            }
        }
        Content::Bytes(bytes) if bytes.is_empty() => return None,
        Content::Bytes(bytes) if serde_json::from_slice::<serde_json::Value>(bytes).is_ok() => {
            "application/json"
        }
        Content::Bytes(bytes) if std::str::from_utf8(bytes).is_ok() => message::EXPLANATION_TYPE,
        Content::Bytes(_) => "application/octet-stream",
    };
    Some(HeaderValue::from_static(text))
}

impl Canned {
    /// With the usual type where none was given.
    #[must_use]
    pub fn typed(mut self) -> Self {
        if !self.fields.contains_key(CONTENT_TYPE)
            && let Some(kind) = usual_type(&self.content)
        {
            self.fields.insert(CONTENT_TYPE, kind);
        }
        self
    }
}

impl Injections {
    /// The first stub that is for an exchange and has not spent itself, which counts.
    pub fn stub(&self, subject: &Subject<'_>) -> Option<Arc<Stub>> {
        self.0.stubs.load().iter().find(|stub| stub.takes(subject)).cloned()
    }

    /// All in force, in the order in which they are asked.
    pub fn stubs(&self) -> Vec<Arc<Stub>> {
        self.0.stubs.load().to_vec()
    }

    /// Adds one until the next start.
    pub fn add_stub(&self, scope: Scope, answer: Canned, first: Option<NonZeroU64>) -> Arc<Stub> {
        self.alter(|shared, last| {
            last.stub += 1;
            let stub =
                Arc::new(Stub::new(&format!("s{}", last.stub), scope, answer.typed(), first));
            let all = shared.stubs.load().iter().cloned().chain([Arc::clone(&stub)]).collect();
            shared.stubs.store(Arc::new(all));
            stub
        })
    }

    /// Takes those away that are meant; how many.
    pub fn remove_stubs(&self, is_meant: impl Fn(&Stub) -> bool) -> usize {
        self.alter(|shared, _| {
            let all = shared.stubs.load();
            let left: Vec<_> = all.iter().filter(|stub| !is_meant(stub)).cloned().collect();
            let gone = all.len() - left.len();
            shared.stubs.store(Arc::new(left));
            gone
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::subject::tests::{scope, subject};
    use super::*;

    fn canned(content: Content) -> Canned {
        Canned { status: StatusCode::OK, fields: HeaderMap::new(), content, delay: None }
    }

    #[test]
    fn a_file_is_read_anew_for_each_answer_and_its_loss_is_told_by_name() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a.json"), "{}").unwrap();
        let answer = canned(Content::File("a.json".to_owned())).typed();
        let stub = Stub::new("s1", scope(), answer, None);
        let response = stub.respond(folder.path()).unwrap();
        assert_eq!(
            (&response.body()[..], &response.headers()[CONTENT_TYPE]),
            (&b"{}"[..], &HeaderValue::from_static("application/json"))
        );
        std::fs::write(folder.path().join("a.json"), "[1]").unwrap();
        assert_eq!(stub.respond(folder.path()).unwrap().headers()["content-length"], "3");
        std::fs::remove_file(folder.path().join("a.json")).unwrap();
        let fault = stub.respond(folder.path()).unwrap_err();
        assert!(
            fault.detail.to_string().contains("s1") && fault.detail.to_string().contains("a.json"),
            "{fault}"
        );
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["a.json", "a/b", "./a"] {
            assert!(is_below(name), "{name}");
        }
        for name in ["", "/etc/passwd", "..", "a/../../b", "a/.."] {
            assert!(!is_below(name), "{name}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_link_leads_out_of_the_folder_either() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(other.path().join("secret"), "x").unwrap();
        std::os::unix::fs::symlink(other.path().join("secret"), folder.path().join("a")).unwrap();
        let stub = Stub::new("s1", scope(), canned(Content::File("a".to_owned())), None);
        let fault = stub.respond(folder.path()).unwrap_err();
        assert!(fault.detail.to_string().contains("out of the configuration's folder"), "{fault}");
    }

    #[test]
    fn the_first_two_and_then_none() {
        let injections = Injections::default();
        injections.add_stub(scope(), canned(Content::Bytes(Bytes::new())), NonZeroU64::new(2));
        assert!(injections.any());
        let answered = (0..3).map(|_| injections.stub(&subject("/")).is_some()).collect::<Vec<_>>();
        assert_eq!(answered, [true, true, false]);
        assert_eq!(injections.remove_stubs(|stub| &*stub.id == "s1"), 1);
        assert!(!injections.any());
    }
}
