//! The wire beneath a connection: encrypted, except to this machine itself. Knows no envelope. The address holds a ticket and is never
//! logged.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper_rustls::ConfigBuilderExt as _;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};
use url::{Host, Url};

use super::super::request::BODY_LIMIT;

/// How long connecting may take, encryption and handshake included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What runs beneath an open wire.
pub(super) type Stream = MaybeTlsStream<TcpStream>;

/// Why there is no wire, without the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Broken {
    #[error("Slack gave an address that cannot be used")]
    Address,
    #[error("Slack's socket cannot be reached")]
    Unreachable,
    #[error("Slack's socket did not open")]
    Handshake,
    #[error("Slack's socket did not answer in time")]
    TimeOut,
}

/// How wires are encrypted.
#[derive(Clone, Debug)]
pub(super) struct Tls(Arc<ClientConfig>);

impl Tls {
    pub(super) fn new() -> anyhow::Result<Self> {
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let config = builder.with_safe_default_protocol_versions()?.with_webpki_roots().with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }

    /// Connects to `address`, in time.
    pub(super) async fn connect(&self, address: &str) -> Result<WebSocketStream<Stream>, Broken> {
        tokio::time::timeout(CONNECT_TIMEOUT, self.connects(address)).await.map_err(|_| Broken::TimeOut)?
    }

    async fn connects(&self, address: &str) -> Result<WebSocketStream<Stream>, Broken> {
        let url = Url::parse(address).map_err(|_| Broken::Address)?;
        let (host, port) = endpoint(&url).ok_or(Broken::Address)?;
        let stream = TcpStream::connect((host.as_str(), port)).await.map_err(|_| Broken::Unreachable)?;
        // An acknowledgement is small and urgent.
        stream.set_nodelay(true).map_err(|_| Broken::Unreachable)?;
        let connector = match url.scheme() {
            "wss" => Connector::Rustls(Arc::clone(&self.0)),
            _ => Connector::Plain,
        };
        let opened = client_async_tls_with_config(url.as_str(), stream, Some(bounds()), Some(connector)).await;
        opened.map(|(stream, _)| stream).map_err(|_| Broken::Handshake)
    }
}

/// An envelope has the bounds of a body.
pub(super) fn bounds() -> WebSocketConfig {
    WebSocketConfig::default().max_message_size(Some(BODY_LIMIT)).max_frame_size(Some(BODY_LIMIT))
}

/// Where to connect to; `None` where what is delivered could be read on its way.
fn endpoint(url: &Url) -> Option<(String, u16)> {
    let (host, own) = match url.host()? {
        Host::Domain(name) => (name.to_owned(), name == "localhost"),
        Host::Ipv4(address) => (address.to_string(), IpAddr::V4(address).is_loopback()),
        Host::Ipv6(address) => (address.to_string(), IpAddr::V6(address).is_loopback()),
    };
    let usable = url.scheme() == "wss" || (url.scheme() == "ws" && own);
    usable.then_some((host, url.port_or_known_default()?))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("wss://wss-primary.slack.com/link/?ticket=1&app_id=2", Some(("wss-primary.slack.com", 443)))]
    #[case("ws://127.0.0.1:8080/link/?ticket=1", Some(("127.0.0.1", 8080)))]
    #[case("ws://[::1]:8080/", Some(("::1", 8080)))]
    #[case("ws://localhost/", Some(("localhost", 80)))]
    #[case::in_the_clear("ws://wss-primary.slack.com/link/", None)]
    #[case::to_a_neighbour("ws://192.168.0.2/link/", None)]
    #[case::no_socket("https://slack.com/", None)]
    #[case::no_address("link/?ticket=1", None)]
    fn what_is_delivered_is_encrypted_unless_it_stays_here(#[case] url: &str, #[case] to: Option<(&str, u16)>) {
        let found = Url::parse(url).ok().and_then(|url| endpoint(&url));
        assert_eq!(found, to.map(|(host, port)| (host.to_owned(), port)));
    }
}
