//! Where envelopes are handed over: each is taken in a task of its own, and its acknowledgement comes back to the connection that it
//! came by. Knows no wire.

use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc};
use tokio_util::task::TaskTracker;

use super::frame::{Ack, Envelope, Frame};

/// Envelopes taken at a time; more wait on the wire. 30,000 events an hour are the most that Slack delivers to an app
/// (<https://docs.slack.dev/apis/events-api>): eight a second, so this is half a minute of them.
const IN_FLIGHT: usize = 256;

/// An acknowledgement as it goes out; none for what is not to be acknowledged.
pub(super) type Ready = Option<String>;

/// One connection's desk.
pub(super) struct Desk<T> {
    take: T,
    tasks: TaskTracker,
    room: Arc<Semaphore>,
    done: mpsc::Sender<Ready>,
}

impl<T, F> Desk<T>
where
    T: Fn(Envelope) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Option<Ack>> + Send + 'static,
{
    /// A desk from which `take` is given envelopes in `tasks`, and where their acknowledgements come out. These end when the desk is
    /// gone and all that was given is done.
    pub(super) fn new(take: T, tasks: TaskTracker) -> (Self, mpsc::Receiver<Ready>) {
        let (done, acks) = mpsc::channel(IN_FLIGHT);
        (Self { take, tasks, room: Arc::new(Semaphore::new(IN_FLIGHT)), done }, acks)
    }

    /// Whether another envelope may be read.
    pub(super) fn has_room(&self) -> bool {
        self.room.available_permits() > 0
    }

    /// Has an envelope taken. Where its connection is gone before it is done, Slack sends it again by another.
    pub(super) fn give(&self, frame: Frame) {
        let Some((id, takes_answer, envelope)) = frame.open() else { return };
        let Ok(room) = Arc::clone(&self.room).try_acquire_owned() else { return };
        let (taken, done) = ((self.take)(envelope), self.done.clone());
        self.tasks.spawn(async move {
            let ack = taken.await.map(|ack| ack.written(&id, takes_answer));
            drop(room);
            if done.send(ack).await.is_err() {
                tracing::debug!("a connection was gone before its acknowledgement; Slack sends the envelope again");
            }
        });
    }
}
