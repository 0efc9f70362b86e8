//! One connection: greeted, read, pinged, and left. Whoever opened it is told once, as early as can be known, that another is needed;
//! until Slack closes this one it goes on delivering.

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_util::sync::CancellationToken;

use super::Unopened;
use super::desk::{Desk, Ready};
use super::frame::{Ack, Envelope, Frame, Reason};
use super::line::Broken;
use super::pulse::{Beat, PINGED_WITHIN, Pulse};

/// How long Slack's greeting may take.
const HELLO_TIMEOUT: Duration = Duration::from_secs(10);

/// How often we ping: a connection that is gone is noticed by the second of them.
const PING_EVERY: Duration = Duration::from_secs(10);

/// How long nothing at all may come, not even an answer to our pings.
const ANSWERED_WITHIN: Duration = Duration::from_secs(20);

/// How long before its announced end a connection is replaced. Slack's own warning comes about ten seconds before.
const REPLACED_BEFORE: Duration = Duration::from_secs(60);

/// How long one that was replaced is read at most. Slack closes it sooner.
const READ_AFTER: Duration = Duration::from_secs(120);

/// How long sending one frame may take.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);

/// How long acknowledgements may still come when the bot stops. Slack does not wait longer for one
/// (<https://docs.slack.dev/apis/events-api/using-socket-mode>).
const LAST_ACKS: Duration = Duration::from_secs(3);

/// Why another connection is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// Slack renews it, or it has stood long enough.
    Refresh,
    /// It broke.
    Lost,
    /// It fell silent.
    Stale,
    /// Socket Mode is off.
    Disabled,
    /// As many are open as Slack allows.
    TooMany,
}

impl Leaving {
    /// As it is counted.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Refresh => "refresh",
            Self::Lost => "lost",
            Self::Stale => "stale",
            Self::Disabled | Self::TooMany => "refused",
        }
    }

    fn because(reason: Reason) -> Self {
        match reason {
            Reason::Warning | Reason::RefreshRequested | Reason::Other => Self::Refresh,
            Reason::LinkDisabled => Self::Disabled,
            Reason::TooManyWebsockets => Self::TooMany,
        }
    }
}

/// An open connection.
#[derive(Debug)]
pub(super) struct Connection<S> {
    wire: WebSocketStream<S>,
    beat: Beat,
    /// When anything came.
    heard: Instant,
    /// When Slack sent something of its own accord; an answer to our ping is none.
    pinged: Instant,
    /// When it is to be replaced, unless Slack asks for it sooner.
    replace_at: Option<Instant>,
    /// When it is closed, once it was replaced.
    close_at: Option<Instant>,
}

/// How reading ended.
enum End {
    /// The bot stops, or the connection was read long enough after it was replaced: it is left in good order.
    Left,
    /// There is nothing any more to send an acknowledgement by.
    Gone(Leaving),
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Connection<S> {
    /// The connection, once Slack greeted us.
    pub(super) async fn greeted(mut wire: WebSocketStream<S>, pulse: &Pulse) -> Result<Self, Unopened> {
        let greeting = timeout(HELLO_TIMEOUT, greeting(&mut wire)).await.map_err(|_| Broken::TimeOut)??;
        let (connections, stands) = match greeting {
            Frame::Hello { num_connections, debug_info } => (num_connections, debug_info.stands()),
            Frame::Disconnect { reason } => return Err(Unopened::Away(Leaving::because(reason))),
            _ => return Err(Broken::Handshake.into()),
        };
        tracing::info!(connections, "connected to Slack");
        let now = Instant::now();
        let replace_at = stands.map(|stands| now + stands.saturating_sub(REPLACED_BEFORE).max(stands / 2));
        Ok(Self { wire, beat: pulse.begins(), heard: now, pinged: now, replace_at, close_at: None })
    }

    /// Serves until it is closed, lost, or `stop`; tells `announce` as soon as another is needed.
    pub(super) async fn serve<T, F>(
        mut self,
        (desk, mut acks): (Desk<T>, mpsc::Receiver<Ready>),
        announce: oneshot::Sender<Leaving>,
        stop: CancellationToken,
    ) where
        T: Fn(Envelope) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Option<Ack>> + Send + 'static,
    {
        let mut announce = Some(announce);
        let end = self.read(&desk, &mut acks, &mut announce, &stop).await;
        drop(desk);
        match end {
            End::Left => self.leave(acks).await,
            End::Gone(leaving) => {
                if let Some(announce) = announce {
                    let _ = announce.send(leaving);
                }
            }
        }
    }

    async fn read<T, F>(
        &mut self,
        desk: &Desk<T>,
        acks: &mut mpsc::Receiver<Ready>,
        announce: &mut Option<oneshot::Sender<Leaving>>,
        stop: &CancellationToken,
    ) -> End
    where
        T: Fn(Envelope) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Option<Ack>> + Send + 'static,
    {
        let mut pings = interval_at(Instant::now() + PING_EVERY, PING_EVERY);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let silent_at = (self.heard + ANSWERED_WITHIN).min(self.pinged + PINGED_WITHIN);
            let (replace_at, close_at) = (self.replace_at.filter(|_| announce.is_some()), self.close_at);
            let leaving = tokio::select! {
                // What is done is acknowledged before more is taken, and what came is read before it is called silence.
                biased;
                () = stop.cancelled() => return End::Left,
                Some(ready) = acks.recv() => {
                    if let Some(ack) = ready && !self.send(Message::text(ack)).await {
                        return End::Gone(Leaving::Lost);
                    }
                    None
                }
                frame = self.wire.next(), if desk.has_room() => match self.hear(frame).await {
                    Ok(None) => None,
                    Ok(Some(Frame::Disconnect { reason })) => Some(Leaving::because(reason)),
                    Ok(Some(frame)) => { desk.give(frame); None }
                    Err(leaving) => return End::Gone(leaving),
                },
                _ = pings.tick() => {
                    if !self.send(Message::Ping(tungstenite::Bytes::new())).await {
                        return End::Gone(Leaving::Lost);
                    }
                    None
                }
                () = sleep_until(silent_at) => return End::Gone(Leaving::Stale),
                () = at(replace_at) => Some(Leaving::Refresh),
                () = at(close_at) => return End::Left,
            };
            // Told once; whoever stops the bot does not listen.
            if let Some(leaving) = leaving
                && let Some(announce) = announce.take()
            {
                let _ = announce.send(leaving);
                self.close_at = Some(Instant::now() + READ_AFTER);
            }
        }
    }

    /// What came: nothing to act on, something, or the end.
    async fn hear(&mut self, frame: Option<Result<Message, tungstenite::Error>>) -> Result<Option<Frame>, Leaving> {
        self.heard = Instant::now();
        match frame {
            Some(Ok(Message::Ping(_))) => {
                self.beats();
                // The answer is written already; it has to go out even when nothing else does.
                let flushed = timeout(SEND_TIMEOUT, self.wire.flush()).await;
                if matches!(flushed, Ok(Ok(()))) { Ok(None) } else { Err(Leaving::Lost) }
            }
            Some(Ok(Message::Text(text))) => {
                self.beats();
                let read = Frame::read(&text);
                if read.is_none() {
                    tracing::debug!(bytes = text.len(), "something came by the socket that is no envelope");
                }
                Ok(read)
            }
            Some(Ok(Message::Pong(_) | Message::Binary(_) | Message::Frame(_))) => Ok(None),
            // Slack closes one that was replaced; nobody is listening then.
            Some(Ok(Message::Close(_))) | None => Err(Leaving::Lost),
            Some(Err(error)) => {
                // Too large, or broken off; its words may hold what was said.
                tracing::debug!(too_large = matches!(error, tungstenite::Error::Capacity(_)), "the socket broke");
                Err(Leaving::Lost)
            }
        }
    }

    fn beats(&mut self) {
        self.pinged = self.heard;
        self.beat.beats();
    }

    /// Whether it was sent, in time.
    async fn send(&mut self, message: Message) -> bool {
        matches!(timeout(SEND_TIMEOUT, self.wire.send(message)).await, Ok(Ok(())))
    }

    /// Sends the acknowledgements of what is in flight, and then says goodbye.
    async fn leave(mut self, mut acks: mpsc::Receiver<Ready>) {
        let last = async {
            while let Some(ack) = acks.recv().await {
                if let Some(ack) = ack
                    && !self.send(Message::text(ack)).await
                {
                    return;
                }
            }
        };
        let all = timeout(LAST_ACKS, last).await.is_ok();
        if !all {
            tracing::info!("something is not acknowledged in time; Slack will send it again");
        }
        let _ = timeout(SEND_TIMEOUT, self.wire.close(None)).await;
    }
}

/// Slack's first word.
async fn greeting<S: AsyncRead + AsyncWrite + Unpin>(wire: &mut WebSocketStream<S>) -> Result<Frame, Broken> {
    loop {
        match wire.next().await {
            Some(Ok(Message::Text(text))) => return Frame::read(&text).ok_or(Broken::Handshake),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            _ => return Err(Broken::Handshake),
        }
    }
}

/// Comes back then, or never.
async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}
