//! What people read about what they filed: in the thread, alone, and in a list. Worked out anew each time from what the store says,
//! so that it is true when it is said.

use chrono::{DateTime, TimeDelta, Utc};

use super::UNDO;
use crate::command::Ctx;
use crate::domain::effect::{About, Effect, Place, Report};
use crate::domain::issue::{Filing, Obstacle, On, State};
use crate::domain::reply::{Button, Part, Reply, literal};
use crate::store::Filed;

/// Most characters of one piece of what is given back.
const PIECE: usize = 2_900;

/// Most pieces of it in one message; Slack takes about 13,000 characters in one.
const PIECES: usize = 4;

/// Says how an issue stands: a message where none stands yet, else an edit of it. None where there is nothing to say.
///
/// # Errors
/// When the store fails.
pub(crate) async fn show(ctx: &Ctx, of: &str, now: DateTime<Utc>) -> anyhow::Result<Option<Effect>> {
    let Some(filed) = ctx.store.filed(of).await? else {
        return Ok(None);
    };
    // Forgotten at their wish: nobody is told any more, and what stands stays.
    if filed.person.is_empty() {
        ctx.store.told(of, None, filed.version).await?;
        return Ok(None);
    }
    let about = About::Issue(Report { issue: of.to_owned(), version: filed.version });
    if let Some((channel, ts)) = filed.message.clone() {
        let (reply, of) = (standing(&filed, now), of.to_owned());
        return Ok(Some(Effect::Edit { channel, ts, reply, about, of }));
    }
    // Before anything was told: what could not be filed is told to its person alone.
    if matches!(filed.state, State::Queued | State::Refused) {
        ctx.store.told(of, None, filed.version).await?;
        return Ok(None);
    }
    let reply = standing(&filed, now);
    if filed.channel.is_empty() {
        return Ok(Some(Effect::Direct { person: filed.person, reply, about: Some(about) }));
    }
    let place = Place { channel: filed.channel, thread: Some(filed.thread) };
    Ok(Some(Effect::Post { place, reply, tell: None, about: Some(about) }))
}

/// Tells whoever filed it that it is filed. None where the message itself tells them already.
///
/// # Errors
/// When the store fails.
pub(crate) async fn confirm(ctx: &Ctx, of: &str, now: DateTime<Utc>) -> anyhow::Result<Option<Effect>> {
    let filed = ctx.store.filed(of).await?;
    let Some(filed) =
        filed.filter(|filed| filed.state.is_filed() && !filed.channel.is_empty() && !filed.person.is_empty())
    else {
        return Ok(None);
    };
    let place = Place { channel: filed.channel.clone(), thread: Some(filed.thread.clone()) };
    let done = if filed.commented { "Your thread was added to" } else { "Your issue is filed:" };
    let mut reply = Reply::text(format!("{done} {}.", link(&filed)));
    if let Some(dropped) = dropped(&filed) {
        reply = reply.note(dropped);
    }
    let reply = offer_undo(reply, &filed, now);
    Ok(Some(Effect::Whisper { person: filed.person, place, reply }))
}

/// Tells whoever filed it why it cannot be, and gives them back what they wrote.
pub(crate) fn regret(filed: &Filed, filing: &Filing, why: Obstacle) -> Effect {
    let repository = literal(&filing.repository);
    let stands = filed.state.is_filed();
    let what = match &filing.on {
        On::New(_) if stands => format!("{} is filed, but what belongs below it could not be added", link(filed)),
        On::New(_) => format!("Your issue for **{repository}** could not be filed"),
        On::Issue(number) => format!("Your thread could not be added to **{repository}#{number}**"),
    };
    let mut reply = Reply::text(format!("{what}: {}", excuse(why, &filing.on)));
    let words: Vec<&str> = match &filing.on {
        On::New(issue) if !stands => vec![&issue.title, &issue.body],
        On::New(_) | On::Issue(_) => filing.comments.iter().map(String::as_str).collect(),
    };
    reply = reply.note("So that nothing is lost, this is what was to stand there:");
    let whole = words.join("\n\n");
    let pieces: Vec<char> = whole.chars().collect();
    for piece in pieces.chunks(PIECE).take(PIECES) {
        reply = reply.with(Part::Code(piece.iter().collect()));
    }
    if pieces.len() > PIECE * PIECES {
        reply = reply.note("The rest of the thread still stands in Slack.");
    }
    Effect::Direct { person: filed.person.clone(), reply, about: None }
}

fn excuse(why: Obstacle, on: &On) -> &'static str {
    match why {
        Obstacle::Missing if matches!(on, On::Issue(_)) => {
            "GitHub shows me no such issue. See that its number is right; if it is, tell a maintainer that I have no access."
        }
        Obstacle::Archived => {
            "the repository is archived, so nothing can be filed there any more. Ask in the channel where it went."
        }
        Obstacle::Gone => {
            "issues are switched off there, or the issue was deleted. Ask a maintainer of the repository."
        }
        Obstacle::Moved => {
            "it has moved to another address. A maintainer gives the new one in commands/issue/repositories.toml."
        }
        Obstacle::Missing => "GitHub does not show it to me: it is gone, or I have no access. Tell a maintainer.",
        Obstacle::Locked => "its conversation is locked. Open a new issue instead, or ask a maintainer.",
        Obstacle::Forbidden => {
            "I have not been allowed to write there. Whoever runs me has to mend that; file it on GitHub yourself meanwhile."
        }
        Obstacle::Invalid => {
            "GitHub does not accept it as it is. Look at the title and the length, or file it on GitHub yourself."
        }
    }
}

/// The message that tells how it stands.
fn standing(filed: &Filed, now: DateTime<Utc>) -> Reply {
    // Nobody is told of themselves in the third person.
    let alone = filed.channel.is_empty();
    let (who, sender) = if alone {
        ("You".to_owned(), "you".to_owned())
    } else {
        let member = |name: &str| format!("[{name}](person:{})", filed.person);
        (member("A member"), member("a member"))
    };
    let (thread, from, known) =
        if alone { ("", "", "I told you why.") } else { (" this thread", " from this thread", "They know why.") };
    let repository = literal(&filed.repository);
    let text = match filed.state {
        State::Queued | State::Waiting => format!(
            "GitHub does not take issues right now. What {sender} sent for **{repository}** is kept, and filed as soon as it does."
        ),
        State::Refused => format!("What {sender} sent for **{repository}** could not be filed. {known}"),
        _ if filed.commented => format!("{who} added{thread} to {}.", link(filed)),
        _ => format!("{who} opened {}{from}.", link(filed)),
    };
    let mut reply = Reply::text(text);
    if filed.state.is_filed() {
        reply = reply.note(status(filed));
    }
    if alone {
        if let Some(dropped) = dropped(filed).filter(|_| filed.state.is_open()) {
            reply = reply.note(dropped);
        }
        if filed.state.is_filed() && filed.state != State::Withdrawn {
            reply = offer_undo(reply, filed, now);
        }
    }
    reply
}

/// How it stands, in a few words.
fn status(filed: &Filed) -> String {
    let state = match filed.state {
        State::Completed => "✅ Closed: done",
        State::NotPlanned => "⚪ Closed: will not be done",
        State::Duplicate => "⚪ Closed: another issue is about the same",
        State::Withdrawn => "⚪ Taken back",
        State::Moved => "➡️ Moved to another address",
        State::Gone => "❔ Deleted, or not to be seen any more",
        State::Queued | State::Waiting => "⏳ Waiting for GitHub",
        State::Refused => "⚠️ Could not be filed",
        State::Reopened => "🟢 Opened again",
        State::Open if filed.assignees.is_empty() => "🟢 Open",
        State::Open => "🟢 Open, somebody is on it",
    };
    let people: Vec<String> = filed.assignees.iter().map(|login| literal(login)).collect();
    let people = if people.is_empty() { String::new() } else { format!(" · assigned to {}", people.join(", ")) };
    let step = if filed.in_step > 0 { " · replies here go there, and comments come here" } else { "" };
    format!("{state}{people}{step}")
}

/// The issue as a link.
fn link(filed: &Filed) -> String {
    let repository = literal(&filed.repository);
    if filed.url.is_empty() {
        return format!("**{repository}**");
    }
    format!("[{repository}#{} {}]({})", filed.number, literal(&filed.title), filed.url)
}

/// What the form asked for and GitHub left out without a word, or the bot never sets.
fn dropped(filed: &Filed) -> Option<String> {
    let list: Vec<String> = filed.dropped.iter().map(|what| literal(what)).collect();
    (!list.is_empty()).then(|| {
        format!("Left out: {}. It is not known there, or I may not set it; a maintainer can.", list.join(", "))
    })
}

fn offer_undo(reply: Reply, filed: &Filed, now: DateTime<Utc>) -> Reply {
    let mut buttons = Vec::new();
    let left = filed.at + UNDO - now;
    let in_time = left > TimeDelta::zero();
    if in_time {
        buttons.push(Button::send("Undo", "issue.undo", filed.key.as_str()));
    }
    // What is said later in a private conversation, nobody has agreed to publish.
    if !filed.channel.is_empty() && filed.in_public && filed.in_step == 0 {
        buttons.push(Button::send("Keep thread and issue in step", "issue.step", filed.key.as_str()));
    }
    let reply = reply.buttons(buttons);
    if in_time { reply.note("For ten minutes you can take it back.") } else { reply }
}

/// Where somebody's requests stand.
pub(super) fn mine(filed: &[Filed]) -> Reply {
    if filed.is_empty() {
        return Reply::text(
            "You have filed nothing through me yet. Use *Open a GitHub issue* in the menu of a message, or `/issue`.",
        );
    }
    let line = |filed: &Filed| format!("- {}: {}", link(filed), status(filed));
    let list: Vec<String> = filed.iter().map(line).collect();
    Reply::default().with(Part::Title("What you asked for".to_owned())).with(Part::text(list.join("\n")))
}
