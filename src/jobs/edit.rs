//! Makes a message that stands say what is true by now. Doing it twice does it once, so nothing is looked for.

use super::post::is_closed;
use super::{Hands, Outcome};
use crate::domain::effect::{About, Announces, Report};
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
        about: &About,
    ) -> anyhow::Result<Outcome> {
        self.hold(claim).await?;
        let edited = self.slack.update(standing.channel, standing.ts, reply).await;
        match edited {
            Ok(()) => {}
            // Somebody deleted it, the channel is closed, or an admin forbids edits: nobody looks at it again.
            Err(failure) if is_gone(&failure) || is_closed(&failure) => {
                tracing::info!(job = %claim.job.key, %failure, "a message cannot be edited any more");
                if matches!(about, About::Issue(_)) {
                    return Ok(Outcome::Failed);
                }
            }
            Err(failure) => return Ok(self.refused(claim, None, &failure).await),
        }
        match about {
            About::Meeting(Announces { series, date, changes, starts }) => {
                let announcement = Announcement {
                    key: standing.of.to_owned(),
                    series: series.clone(),
                    date: *date,
                    channel: standing.channel.to_owned(),
                    ts: standing.ts.to_owned(),
                    changes: *changes,
                    starts: *starts,
                };
                self.store.announced(&announcement).await?;
            }
            About::Issue(Report { issue, version }) => {
                self.store.told(issue, Some((standing.channel, standing.ts)), *version).await?;
            }
        }
        Ok(Outcome::Done)
    }
}

/// Whether the message is not there to be edited (<https://docs.slack.dev/reference/methods/chat.update>).
fn is_gone(failure: &Failure) -> bool {
    const GONE: [&str; 4] = ["message_not_found", "cant_update_message", "edit_window_closed", "is_inactive"];
    matches!(failure, Failure::Refused(code) if GONE.contains(&code.as_str()))
}
