//! What a test asks of the sockets: to announce their end, to fall silent, to break. It must not know the wire.

use serde_json::json;

use super::super::Playground;
use super::{Order, State, Switchboard};

/// Why Slack announces that it will close a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disconnect {
    /// In about ten seconds.
    Warning,
    /// It is time for another.
    RefreshRequested,
    /// Socket Mode was switched off.
    LinkDisabled,
    /// More than ten are open.
    TooManyWebsockets,
}

impl Disconnect {
    pub(super) fn text(self) -> String {
        let reason = match self {
            Self::Warning => "warning",
            Self::RefreshRequested => "refresh_requested",
            Self::LinkDisabled => "link_disabled",
            Self::TooManyWebsockets => "too_many_websockets",
        };
        json!({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-playground"}}).to_string()
    }
}

/// What happened to connections; they are numbered from 1 as they open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    /// It was greeted.
    Opened(u64),
    /// It ended, however it did.
    Closed(u64),
    /// One more than are allowed.
    TurnedAway,
}

/// The sockets that the bot has open.
#[derive(Clone, Copy)]
pub struct Sockets<'a>(&'a Switchboard);

impl Playground {
    /// The sockets that the bot has open.
    pub fn sockets(&self) -> Sockets<'_> {
        Sockets(&self.shared.switchboard)
    }
}

impl Sockets<'_> {
    /// How many are open.
    pub fn open(self) -> usize {
        self.0.state().links.len()
    }

    /// How many envelopes were sent so far.
    pub fn sent(self) -> u64 {
        self.0.state().serial
    }

    /// What happened so far, oldest first.
    pub fn happened(self) -> Vec<Happened> {
        self.0.state().happened.clone()
    }

    /// Comes back when this happened.
    pub async fn wait_for(self, awaited: Happened) {
        self.0.until(|state| state.happened.contains(&awaited)).await;
    }

    /// Announces the end of the newest connection, which goes on delivering; it is closed ten seconds later, or by `let_go`.
    pub fn announce(self, reason: Disconnect) {
        self.newest(Order::Announce(reason), |state| {
            if let Some(link) = state.links.last_mut() {
                link.leaving = true;
            }
        });
    }

    /// Closes the connections whose end was announced, when what they delivered is acknowledged. Nothing more is delivered by them.
    pub fn let_go(self) {
        let mut state = self.0.state();
        let (leaving, staying) = std::mem::take(&mut state.links).into_iter().partition(|link| link.leaving);
        state.links = staying;
        let leaving: Vec<super::Link> = leaving;
        for link in leaving {
            let _ = link.orders.send(Order::Close);
            // What was ordered is done first; without anybody to give orders the connection would end at once.
            state.closing.push(link.orders);
        }
    }

    /// Makes the newest connection a zombie: open, and dead.
    pub fn fall_silent(self) {
        self.newest(Order::Silence, |_| {});
    }

    /// Breaks the newest connection off without a word.
    pub fn break_off(self) {
        self.newest(Order::Drop, |_| {});
    }

    /// From now on so many connections are allowed.
    pub fn allow(self, most: usize) {
        self.0.state().most = Some(most);
    }

    fn newest(self, order: Order, also: impl FnOnce(&mut State)) {
        let mut state = self.0.state();
        if let Some(link) = state.links.last() {
            // One that ended meanwhile needs no order.
            let _ = link.orders.send(order);
        }
        also(&mut state);
    }
}
