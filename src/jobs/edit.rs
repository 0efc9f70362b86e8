//! Makes an announcement that stands in a channel say what is true by now. Doing it twice does it once, so nothing is looked for.

use super::post::is_closed;
use super::{Hands, Outcome};
use crate::domain::effect::Announces;
use crate::domain::reply::Reply;
use crate::slack::Failure;
use crate::store::{Announcement, Claim};

/// A message that stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing<'a> {
    pub(super) channel: &'a str,
    pub(super) ts: &'a str,
    /// The key of the job that posted it.
    pub(super) of: &'a str,
}

impl Hands {
    pub(super) async fn edit(
        &self,
        claim: &Claim,
        standing: Standing<'_>,
        reply: &Reply,
        announces: &Announces,
    ) -> anyhow::Result<Outcome> {
        self.hold(claim).await?;
        let edited = self.slack.update(standing.channel, standing.ts, reply).await;
        match edited {
            Ok(()) => {}
            // Somebody deleted it, the channel is closed, or an admin forbids edits: nobody looks at it again.
            Err(failure) if is_gone(&failure) || is_closed(&failure) => {
                tracing::info!(job = %claim.job.key, %failure, "an announcement cannot be edited any more");
            }
            Err(failure) => return Ok(self.refused(claim, None, &failure).await),
        }
        self.store
            .announced(&Announcement {
                key: standing.of.to_owned(),
                series: announces.series.clone(),
                date: announces.date,
                channel: standing.channel.to_owned(),
                ts: standing.ts.to_owned(),
                changes: announces.changes,
                starts: announces.starts,
            })
            .await?;
        Ok(Outcome::Done)
    }
}

/// Whether the message is not there to be edited (<https://docs.slack.dev/reference/methods/chat.update>).
fn is_gone(failure: &Failure) -> bool {
    const GONE: [&str; 4] = ["message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"];
    matches!(failure, Failure::Refused(code) if GONE.contains(&code.as_str()))
}
