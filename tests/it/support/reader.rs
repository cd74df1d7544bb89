//! An HTTP/2 client that reads what it wants when it wants.

use bytes::Bytes;
use h2::client::{Builder, ResponseFuture, SendRequest};
use h2::{RecvStream, SendStream};
use hyper::{Request, Response};
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::{Gateway, PATIENCE, secure};

/// One connection.
pub struct Reader {
    send: SendRequest<Bytes>,
}

/// Lets a client live within bounds.
#[track_caller]
pub fn run<T>(life: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let in_time = runtime.block_on(async { tokio::time::timeout(PATIENCE * 3, life).await });
    in_time.expect("an end in time")
}

impl Reader {
    /// With windows of these sizes for each answer and for all of them.
    pub async fn dial(gateway: &Gateway, stream: u32, connection: u32) -> Self {
        let name = ServerName::try_from("loyalty.example.ru").unwrap();
        let tls = TlsConnector::from(secure::trusting(&gateway.ca(), &[b"h2"]));
        let tcp = tokio::net::TcpStream::connect(gateway.https).await.unwrap();
        let io = tls.connect(name, tcp).await.unwrap();
        let mut builder = Builder::new();
        builder.initial_window_size(stream).initial_connection_window_size(connection);
        let (send, connection) = builder.handshake(io).await.unwrap();
        tokio::spawn(connection);
        Self { send }
    }

    /// Sends a request without content, or one whose content is still to come.
    pub async fn send(
        &mut self,
        request: Request<()>,
        ends: bool,
    ) -> (ResponseFuture, SendStream<Bytes>) {
        let mut send = self.send.clone().ready().await.unwrap();
        send.send_request(request, ends).unwrap()
    }

    /// A GET of the sample partner's and the head of its answer.
    pub async fn get(&mut self, path: &str) -> Response<RecvStream> {
        self.send(get(path), true).await.0.await.unwrap()
    }
}

/// `GET` of a path of the sample partner's.
pub fn get(path: &str) -> Request<()> {
    ask("GET", path)
}

/// A request for a path of the sample partner's.
pub fn ask(method: &str, path: &str) -> Request<()> {
    let url = format!("https://loyalty.example.ru{path}");
    Request::builder().method(method).uri(url).body(()).unwrap()
}

/// All of an answer's content, or why it broke off; its windows stay as they are.
pub async fn content(body: &mut RecvStream) -> Result<Vec<u8>, h2::Error> {
    let mut content = Vec::new();
    while let Some(data) = body.data().await {
        content.extend_from_slice(&data?);
    }
    Ok(content)
}
