//! What the bot reads in the workspace: threads, names, what kind of conversation a channel is, addresses of messages.

use serde::Deserialize;

use super::client::{Failure, Next, Slack};

/// A channel or direct message, as Slack describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// Without its sign; direct messages have none.
    pub name: Option<String>,
    /// Only its members see it.
    pub is_private: bool,
    /// A direct message with one person.
    pub is_im: bool,
    /// A direct message with several.
    pub is_mpim: bool,
    /// The bot is in it.
    pub is_member: bool,
}

impl Slack {
    /// One page of the thread under `ts`, oldest first, and the cursor of the next. Slack may give as few as 15 at a time
    /// (<https://docs.slack.dev/apis/web-api/rate-limits>).
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn thread(
        &self,
        channel: &str,
        ts: &str,
        cursor: Option<String>,
    ) -> Result<(Vec<serde_json::Value>, Option<String>), Failure> {
        #[derive(Deserialize)]
        struct Replies {
            messages: Vec<serde_json::Value>,
            response_metadata: Option<Next>,
        }
        let parameters = [
            ("channel", Some(channel.to_owned())),
            ("ts", Some(ts.to_owned())),
            ("limit", Some("200".to_owned())),
            ("cursor", cursor),
        ];
        let page: Replies = self.read("conversations.replies", &parameters).await?;
        let next = page.response_metadata.and_then(|next| next.next_cursor).filter(|cursor| !cursor.is_empty());
        Ok((page.messages, next))
    }

    /// What a person is called in the workspace.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn name(&self, person: &str) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Info {
            user: User,
        }
        #[derive(Deserialize)]
        struct User {
            name: Option<String>,
            real_name: Option<String>,
            #[serde(default)]
            profile: Profile,
        }
        #[derive(Default, Deserialize)]
        struct Profile {
            display_name: Option<String>,
            real_name: Option<String>,
        }
        let Info { user } = self.read("users.info", &[("user", Some(person.to_owned()))]).await?;
        let names = [user.profile.display_name, user.profile.real_name, user.real_name, user.name];
        Ok(names.into_iter().flatten().find(|name| !name.trim().is_empty()).unwrap_or_default())
    }

    /// What kind of conversation a channel is.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn conversation(&self, channel: &str) -> Result<Conversation, Failure> {
        #[derive(Deserialize)]
        struct Info {
            channel: Conversation,
        }
        let Info { channel } = self.read("conversations.info", &[("channel", Some(channel.to_owned()))]).await?;
        Ok(channel)
    }

    /// The address of a message.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn permalink(&self, channel: &str, ts: &str) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Link {
            permalink: String,
        }
        let parameters = [("channel", Some(channel.to_owned())), ("message_ts", Some(ts.to_owned()))];
        let Link { permalink } = self.read("chat.getPermalink", &parameters).await?;
        Ok(permalink)
    }
}
