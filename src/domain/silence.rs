//! How a call to somebody outside went unanswered: all that is known then, whoever it was.

/// How a call went unanswered. Whether the thing was done is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Silence {
    /// Not within the time-out; it may still be under way.
    #[error("time-out")]
    TimeOut,
    /// The connection could not be made, or broke.
    #[error("connection")]
    Connection,
    /// They failed, or answered what nobody understands.
    #[error("server error")]
    Server,
}
