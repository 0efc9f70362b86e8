//! `onboard`: answers a question from the catalogue with its source, offers candidates, or says that it does not know.
//!
//! The words of a question travel in the buttons below its answer and nowhere else: not in the store, not in a log.

mod wording;

use std::fmt::Write as _;
use std::sync::LazyLock;

use clap::{Args, Subcommand};

use super::{Caller, Ctx, Filled, Press, Pressed, Result, Submitted, UserError, count};
use crate::domain::answers::{Answer, Outcome, Ranked};
use crate::domain::effect::{Effect, Place, Tell};
use crate::domain::person::Permission;
use crate::domain::reply::{Form, Part, Reply, literal};
use crate::store::{Job, Unanswered, Vote};
use wording::{Carried, Top, after_vote, answered, body, declined, draft, unsure};
pub(super) use wording::{SmallPrint, people};

/// Topics that `gaps` lists.
const LISTED_GAPS: i64 = 20;

/// Arguments of `onboard`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "For example:\n- `/onboard how do I bring my project?`\n- `/onboard is there an SLA?`\n- `/onboard which mailing list should I join?`"
)]
pub struct Onboard {
    #[command(subcommand)]
    verb: Option<Verb>,
    /// What you want to know, in your own words
    #[arg(num_args = 1.., trailing_var_arg = true)]
    question: Vec<String>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Which topics were asked for and not answered, as counts (for maintainers)
    Gaps,
}

/// The command's own verbs, read off the grammar once.
static VERBS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let grammar = Onboard::augment_args(clap::Command::default());
    grammar.get_subcommands().map(|verb| verb.get_name().to_owned()).collect()
});

/// Reads what stands behind `onboard` as a question, unless it is one of the command's own verbs. A question is prose: its
/// apostrophes and dashes are no shell's.
pub(super) fn question(text: &str) -> Option<Onboard> {
    if VERBS.iter().any(|verb| verb.eq_ignore_ascii_case(text)) {
        return None;
    }
    Some(Onboard { verb: None, question: vec![text.to_owned()] })
}

impl Onboard {
    pub(super) async fn run(self, ctx: &Ctx, caller: &Caller) -> Result {
        match self.verb {
            Some(Verb::Gaps) => gaps(ctx, caller).await,
            None => Ok(ask(ctx, caller, &self.question.join(" "))),
        }
    }
}

fn ask(ctx: &Ctx, caller: &Caller, question: &str) -> Reply {
    if question.trim().is_empty() {
        return super::help::about_command("onboard");
    }
    let knowledge = &ctx.knowledge;
    let ranked = knowledge.ask(question);
    let carried = Carried { answer: String::new(), question: question.to_owned(), thread: caller.place.thread.clone() };
    match &ranked.outcome {
        Outcome::Answered(best) => {
            count::answer("answered");
            let top = top(ctx, &best.answer, caller);
            answered(knowledge, caller, &best.answer, top, carried)
        }
        Outcome::Unsure(candidates) => {
            count::answer("unsure");
            ctx.gaps.add(topic(&ranked), Unanswered::Unsure);
            unsure(candidates, &carried)
        }
        Outcome::Declined { known_unknown } => {
            let topic = known_unknown.as_deref().map_or_else(|| topic(&ranked), |answer| &answer.id);
            count::answer("declined");
            ctx.gaps.add(topic, Unanswered::Declined);
            let above = known_unknown.as_deref().map(|answer| top(ctx, answer, caller)).unwrap_or_default();
            declined(knowledge, known_unknown.as_deref(), above, &carried)
        }
    }
}

/// What stands on top of an answer: notices, and the next dates of the meetings that it is about, computed, since its source is a page of
/// some other year.
fn top(ctx: &Ctx, answer: &Answer, caller: &Caller) -> Top {
    let notices = super::own::above(ctx, answer, caller.at.date_naive());
    Top { notices, dates: super::meetings::next_dates(ctx, &answer.meetings, caller.at) }
}

/// What a question was about, in the catalogue's words: the tag of the nearest answer.
fn topic(ranked: &Ranked) -> &str {
    ranked.others.first().and_then(|near| near.answer.tags.first()).map_or("something else", String::as_str)
}

/// Does what the button `deed` promises.
pub(super) async fn press(ctx: &Ctx, caller: &Caller, deed: &str, press: &Press) -> Result<Pressed> {
    let carried = Carried::unpacked(&press.value)?;
    let (deed, _) = deed.split_once(':').unwrap_or((deed, ""));
    match deed {
        // These open a page in the browser; Slack tells us all the same.
        "edit" | "issue" => Ok(Pressed::Nothing),
        "show" => {
            let answer = known(ctx, &carried)?;
            let top = top(ctx, answer, caller);
            Ok(Pressed::Instead(answered(&ctx.knowledge, caller, answer, top, carried)))
        }
        "share" => share(ctx, caller, carried, press).await,
        "helpful" => vote(ctx, caller, &carried, Vote::Helpful, press).await,
        "unhelpful" => vote(ctx, caller, &carried, Vote::Unhelpful, press).await,
        "human" => Ok(Pressed::Open(draft(ctx.knowledge.support(), &carried, press.response_url.as_deref()))),
        _ => Err(UserError::UnknownPress.into()),
    }
}

fn known<'a>(ctx: &'a Ctx, carried: &Carried) -> Result<&'a Answer> {
    Ok(ctx.knowledge.answer(&carried.answer).ok_or(UserError::AnswerGone)?)
}

/// Posts the answer where it was asked for, once however often the button is pressed.
async fn share(ctx: &Ctx, caller: &Caller, carried: Carried, press: &Press) -> Result<Pressed> {
    let answer = known(ctx, &carried)?;
    let place = Place { channel: caller.place.channel.clone(), thread: carried.thread };
    let shown = body(&ctx.knowledge, answer, top(ctx, answer, caller), caller.at.date_naive())
        .note(format!("Shown by [a member](person:{}).", caller.person));
    let tell = press.response_url.clone().map(|response_url| Tell { response_url });
    let key = format!("share:{}", press.message);
    let asked = caller.asks("onboard.share", &answer.id, &key);
    let job = Job { key: key.clone(), effect: Effect::Post { place, reply: shown, tell, about: None } };
    let new = ctx.store.take_wish(&[caller.key.clone(), key], &[job], &asked).await?;
    // The message itself is what tells that it was posted; where it cannot be, the person is told why and may press again.
    Ok(if new { Pressed::Nothing } else { Pressed::Below(Reply::text("It is shown already, or on its way.")) })
}

/// Counts a vote, once a message. What is stored is the answer's id and the vote.
async fn vote(ctx: &Ctx, caller: &Caller, carried: &Carried, vote: Vote, press: &Press) -> Result<Pressed> {
    let answer = known(ctx, carried)?;
    let keys = [caller.key.clone(), format!("vote:{}", press.message)];
    ctx.store.vote(&keys, &answer.id, vote, caller.at).await?;
    let thanks = match vote {
        Vote::Helpful => "Thank you, noted.",
        Vote::Unhelpful => "Thank you, noted. You can ask a human, or suggest a better text.",
    };
    let reply = body(&ctx.knowledge, answer, top(ctx, answer, caller), caller.at.date_naive()).note(thanks);
    Ok(Pressed::Instead(reply.buttons(after_vote(&ctx.knowledge, &answer.id, carried.packed()))))
}

/// Takes the form that [`draft`] made.
pub(super) async fn submit(ctx: &Ctx, caller: &Caller, deed: &str, filled: &Filled) -> Result<Submitted> {
    if deed != "human" {
        return Err(UserError::UnknownPress.into());
    }
    let support = ctx.knowledge.support();
    let question =
        filled.values.iter().find(|(name, _)| name == "question").map(|(_, value)| value.trim()).unwrap_or_default();
    if question.is_empty() {
        return Ok(Submitted::Faults(vec![("question".to_owned(), "Write what you want to know.".to_owned())]));
    }
    let post = Effect::Post {
        place: Place { channel: support.channel.clone(), thread: None },
        reply: Reply::text(format!("[A member](person:{}) asks:", caller.person))
            .with(Part::Quote(question.to_owned()))
            .note("Please answer in this thread."),
        tell: (!filled.memo.is_empty()).then(|| Tell { response_url: filled.memo.clone() }),
        about: None,
    };
    let key = format!("ask:{}", filled.view);
    let asked = caller.asks("onboard.human", &support.channel, &key);
    ctx.store.take_wish(std::slice::from_ref(&key), &[Job { key: key.clone(), effect: post }], &asked).await?;
    Ok(Submitted::Update(Form {
        action: "onboard.done".to_owned(),
        title: "Ask a human".to_owned(),
        submit: None,
        close: "Close".to_owned(),
        memo: String::new(),
        parts: vec![Part::text(format!(
            "Your question is on its way to {}. You are mentioned there, and answers come in its thread.",
            support.mention()
        ))],
    }))
}

async fn gaps(ctx: &Ctx, caller: &Caller) -> Result {
    ctx.permit(caller, Permission::OnboardGaps)?;
    ctx.gaps.write(&ctx.store, caller.at).await?;
    let gaps = ctx.store.gaps(LISTED_GAPS).await?;
    if gaps.is_empty() {
        return Ok(Reply::text("Nothing was left unanswered so far."));
    }
    let mut list = String::new();
    for gap in gaps {
        let topic = ctx.knowledge.answer(&gap.topic).map_or(gap.topic.as_str(), |answer| answer.title.as_str());
        let topic = literal(topic);
        let times = if gap.count == 1 { "once".to_owned() } else { format!("{} times", gap.count) };
        let _ = writeln!(list, "- {topic}: {} {times}", gap.outcome);
    }
    Ok(Reply::default()
        .with(Part::Title("What the catalogue did not answer".to_owned()))
        .with(Part::text(list))
        .note("Topics and counts are all that is kept: no words, no people."))
}
