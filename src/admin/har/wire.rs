//! The form of an entry in a file of whatever tool. Lists are bounded: what is a few bytes in a file is
//! many in memory.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::entry::{Pair, Trouble};

/// Headers, or fields of a form, of one message.
const MOST: usize = 10_000;

/// Entries of other tools leave out much that the format wants, so everything but the request's line
/// and the answer's status may be missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entry<'f> {
    pub(super) started_date_time: String,
    pub(super) time: Option<f64>,
    #[serde(borrow)]
    pub(super) request: Request<'f>,
    #[serde(borrow)]
    pub(super) response: Response<'f>,
    #[serde(default)]
    pub(super) timings: Timings,
    pub(super) comment: Option<String>,
    #[serde(rename = "_evotor", borrow)]
    pub(super) own: Option<Own<'f>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Request<'f> {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) http_version: Option<String>,
    #[serde(default, deserialize_with = "few")]
    pub(super) headers: Vec<Pair>,
    #[serde(borrow)]
    pub(super) post_data: Option<PostData<'f>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Response<'f> {
    pub(super) status: f64,
    pub(super) status_text: Option<String>,
    pub(super) http_version: Option<String>,
    #[serde(default, deserialize_with = "few")]
    pub(super) headers: Vec<Pair>,
    #[serde(borrow)]
    pub(super) content: Option<Content<'f>>,
}

#[derive(Deserialize)]
pub(super) struct PostData<'f> {
    #[serde(borrow)]
    pub(super) text: Option<Text<'f>>,
    #[serde(default, deserialize_with = "few")]
    pub(super) params: Vec<Param>,
    #[serde(rename = "_encoding")]
    pub(super) encoding: Option<String>,
    pub(super) comment: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Param {
    pub(super) name: String,
    pub(super) value: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Content<'f> {
    #[serde(borrow)]
    pub(super) text: Option<Text<'f>>,
    pub(super) encoding: Option<String>,
    pub(super) comment: Option<String>,
}

/// A body, which is not copied where the file has it without escapes.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'f>(#[serde(borrow)] pub(super) Cow<'f, str>);

/// Milliseconds; less than nothing is nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Timings {
    pub(super) blocked: Option<f64>,
    pub(super) dns: Option<f64>,
    pub(super) connect: Option<f64>,
    pub(super) send: Option<f64>,
    pub(super) wait: Option<f64>,
    pub(super) receive: Option<f64>,
}

/// What a gateway has told beside. No member is `flatten`ed: that would hold whatever else there is.
#[derive(Deserialize)]
pub(super) struct Own<'f> {
    pub(super) app: Option<String>,
    pub(super) user: Option<String>,
    pub(super) store: Option<String>,
    pub(super) device: Option<String>,
    pub(super) device_name: Option<String>,
    pub(super) rule: Option<u32>,
    #[serde(default)]
    pub(super) starred: bool,
    #[serde(default, deserialize_with = "few")]
    pub(super) faults: Vec<String>,
    pub(super) fault: Option<Trouble>,
    #[serde(borrow)]
    pub(super) passed: Option<Request<'f>>,
    #[serde(borrow)]
    pub(super) answered: Option<Response<'f>>,
}

/// A list of at most [`MOST`].
fn few<'f, D: Deserializer<'f>, T: Deserialize<'f>>(from: D) -> Result<Vec<T>, D::Error> {
    struct Few<T>(PhantomData<T>);

    impl<'f, T: Deserialize<'f>> Visitor<'f> for Few<T> {
        type Value = Vec<T>;

        fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(to, "a list of at most {MOST}")
        }

        fn visit_seq<A: SeqAccess<'f>>(self, mut from: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(one) = from.next_element()? {
                if list.len() == MOST {
                    return Err(A::Error::invalid_length(MOST + 1, &self));
                }
                list.push(one);
            }
            Ok(list)
        }
    }

    from.deserialize_seq(Few(PhantomData))
}
