//! Reads the thread that an issue comes from: every page of it, who is who in it, and who could read along.

use futures::stream::{self, StreamExt};

use super::draft::{Privacy, Source};
use crate::command::Ctx;
use crate::domain::transcript::{Message, Names};
use crate::slack::{Conversation, Failure};

/// Most messages of a thread that are taken. Slack shows no more in one either; beyond that a transcript is not read by anybody.
const MOST_MESSAGES: usize = 5_000;

/// Names asked for at a time.
const AT_ONCE: usize = 8;

/// Reads the thread for `person`, or says why it cannot be read.
pub(super) async fn read(ctx: &Ctx, source: &mut Source, person: &str) {
    let Some(thread) = source.thread.clone() else {
        source.read = true;
        return;
    };
    let channel = source.channel.clone();
    let (conversation, messages, permalink) = futures::join!(
        ctx.slack.conversation(&channel),
        messages(ctx, &channel, &thread),
        ctx.slack.permalink(&channel, &thread)
    );
    let conversation = conversation.unwrap_or_else(|failure| {
        tracing::info!(%failure, "what kind a conversation is is not known; it is taken for a private one");
        Conversation { is_private: true, ..Conversation::default() }
    });
    source.privacy = privacy(&channel, &conversation);
    match messages {
        Ok(messages) => {
            source.names = names(ctx, &messages, Some(person)).await;
            source.messages = messages;
            source.permalink = permalink.unwrap_or_default();
            (source.trouble, source.read) = (None, true);
        }
        Err(failure) => {
            tracing::info!(%failure, "a thread cannot be read");
            source.trouble = Some(excuse(&failure).to_owned());
        }
    }
}

fn privacy(channel: &str, conversation: &Conversation) -> Privacy {
    // Ids of direct messages begin with D (https://docs.slack.dev/reference/objects/conversation-object).
    if conversation.is_im || channel.starts_with('D') {
        Privacy::Direct
    } else if conversation.is_private || conversation.is_mpim {
        Privacy::Private
    } else {
        Privacy::Public
    }
}

async fn messages(ctx: &Ctx, channel: &str, thread: &str) -> Result<Vec<Message>, Failure> {
    let (mut messages, mut cursor) = (Vec::<Message>::new(), None);
    loop {
        let (page, next) = patiently(|| ctx.slack.thread(channel, thread, cursor.clone())).await?;
        messages.extend(page.iter().filter_map(Message::read));
        match next {
            Some(next) if messages.len() < MOST_MESSAGES && Some(&next) != cursor.as_ref() => cursor = Some(next),
            _ => break,
        }
    }
    // Pages may overlap; a message is told apart by its time.
    messages.sort_by(|a, b| a.ts.cmp(&b.ts));
    messages.dedup_by(|a, b| a.ts == b.ts);
    Ok(messages)
}

/// What everybody is called who wrote or is named, and `also`; and every public channel that is named.
pub(super) async fn names(ctx: &Ctx, messages: &[Message], also: Option<&str>) -> Names {
    let people = messages.iter().flat_map(Message::people).chain(also).collect::<std::collections::BTreeSet<_>>();
    let channels = messages.iter().flat_map(Message::channels).collect::<std::collections::BTreeSet<_>>();
    let people = stream::iter(people.into_iter().map(str::to_owned)).map(async |person| {
        let name = patiently(|| ctx.slack.name(&person)).await.ok().filter(|name| !name.is_empty());
        Some((person, name?))
    });
    let channels = stream::iter(channels.into_iter().map(str::to_owned)).map(async |channel| {
        let conversation = patiently(|| ctx.slack.conversation(&channel)).await.ok()?;
        // What a private channel is called is nobody's business outside.
        let name = conversation.name.filter(|_| !conversation.is_private)?;
        Some((channel, name))
    });
    let (people, channels) = futures::join!(
        people.buffer_unordered(AT_ONCE).collect::<Vec<_>>(),
        channels.buffer_unordered(AT_ONCE).collect::<Vec<_>>()
    );
    Names { people: people.into_iter().flatten().collect(), channels: channels.into_iter().flatten().collect() }
}

/// Longest wait for Slack while somebody looks at a window.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// A call that only reads, once more after the wait that Slack asks for.
#[expect(clippy::disallowed_methods, reason = "Slack says how long to wait")]
async fn patiently<T, C: Future<Output = Result<T, Failure>>>(call: impl Fn() -> C) -> Result<T, Failure> {
    match call().await {
        Err(Failure::Limited(wait)) if wait <= PATIENCE => {
            tokio::time::sleep(wait).await;
            call().await
        }
        Err(Failure::Unanswered(_)) => call().await,
        answer => answer,
    }
}

fn excuse(failure: &Failure) -> &'static str {
    match failure {
        Failure::Refused(code) if matches!(code.as_str(), "not_in_channel" | "channel_not_found") => {
            "I cannot read this thread, because I am not a member of the channel. Invite me with `/invite @firstmate`, then press *Try again*. Or go on without the thread."
        }
        Failure::Refused(code) if matches!(code.as_str(), "thread_not_found" | "message_not_found") => {
            "This thread is gone: somebody deleted it. You can go on without it."
        }
        Failure::Refused(_) | Failure::NoToken => {
            "I cannot read this thread: my access to Slack needs mending by whoever runs me. You can go on without it."
        }
        Failure::Limited(_) | Failure::Unanswered(_) => {
            "Slack does not give me the thread right now. Press *Try again* in a minute, or go on without it."
        }
    }
}
