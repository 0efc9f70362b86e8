//! `onboard`: answers a question from the catalogue with its source, offers candidates, or says that it does not know.
//!
//! The words of a question travel in the buttons below its answer and nowhere else: not in the store, not in a log.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use super::{Caller, Ctx, Error, Filled, Press, Pressed, Result, Submitted, UserError};
use crate::catalogue::{Catalogue, Support};
use crate::domain::answers::{Answer, Outcome, Ranked, Scored};
use crate::domain::effect::{Effect, Place, Tell};
use crate::domain::person::{Permission, Roles};
use crate::domain::reply::{Button, Form, Input, Part, Reply};
use crate::search::Index;
use crate::store::{Job, Store, Unanswered, Vote};

/// Most characters of a question that a button carries; Slack takes 2,000 as a button's value, and other things ride along.
const CARRIED: usize = 1_500;

/// Most characters of a question put to people; a quotation must still fit one section of a message.
const LONGEST_QUESTION: u64 = 2_000;

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

/// What the bot knows, ready to be searched.
pub struct Knowledge {
    index: Index,
    answers: HashMap<String, Arc<Answer>>,
    roles: Roles,
    support: Support,
    /// How many answers there are and what they come from, for those who get none.
    extent: String,
}

/// What was not answered since the last tick, by topic; bounded by the catalogue's topics. A crash loses the last second.
#[derive(Debug, Default)]
pub struct Gaps(Mutex<HashMap<(String, Unanswered), i64>>);

/// What a button below an answer knows.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Carried {
    /// Id of the answer.
    #[serde(rename = "a", default, skip_serializing_if = "String::is_empty")]
    answer: String,
    /// The question.
    #[serde(rename = "q", default, skip_serializing_if = "String::is_empty")]
    question: String,
    /// The thread in which it was asked.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    thread: Option<String>,
}

impl Knowledge {
    /// Indexes `catalogue`.
    ///
    /// # Errors
    /// When the index cannot be built.
    pub fn new(catalogue: Catalogue) -> anyhow::Result<Self> {
        let index = Index::build(&catalogue.answers, &catalogue.names, Vec::new())?;
        let documented = catalogue
            .answers
            .iter()
            .filter(|answer| !answer.undocumented);
        let count = documented.clone().count();
        let sources: BTreeSet<&str> = documented
            .flat_map(|answer| &answer.sources)
            .map(|source| source.title.as_str())
            .collect();
        let sources: Vec<&str> = sources.into_iter().collect();
        let extent = format!(
            "I searched {count} answers, taken from {}.",
            listed(&sources)
        );
        let answers = catalogue
            .answers
            .into_iter()
            .map(|answer| (answer.id.clone(), Arc::new(answer)))
            .collect();
        Ok(Self {
            index,
            answers,
            roles: catalogue.roles,
            support: catalogue.support,
            extent,
        })
    }

    /// Who may do what.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }
}

impl std::fmt::Debug for Knowledge {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Knowledge")
            .field("answers", &self.answers.len())
            .finish_non_exhaustive()
    }
}

impl Gaps {
    fn add(&self, topic: &str, outcome: Unanswered) {
        let mut gaps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *gaps.entry((topic.to_owned(), outcome)).or_default() += 1;
    }

    /// Writes what was counted into `store`.
    ///
    /// # Errors
    /// When the store fails; what was not written stays counted.
    pub async fn write(&self, store: &Store, now: DateTime<Utc>) -> anyhow::Result<()> {
        loop {
            let next = {
                let mut gaps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let key = gaps.keys().next().cloned();
                key.and_then(|key| gaps.remove_entry(&key))
            };
            let Some(((topic, outcome), count)) = next else {
                return Ok(());
            };
            if let Err(error) = store.unanswered(&topic, outcome, count, now).await {
                let mut gaps = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                *gaps.entry((topic, outcome)).or_default() += count;
                return Err(error);
            }
        }
    }
}

/// Reads what stands behind `onboard` as a question, unless it is one of the command's own verbs or options. A question is
/// prose: its apostrophes and dashes are no shell's.
pub(super) fn question(text: &str) -> Option<Onboard> {
    let verb = <Onboard as Args>::augment_args(clap::Command::default())
        .get_subcommands()
        .any(|verb| verb.get_name().eq_ignore_ascii_case(text));
    if verb {
        return None;
    }
    Some(Onboard {
        verb: None,
        question: vec![text.to_owned()],
    })
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
    let ranked = knowledge.index.ask(question);
    let carried = Carried {
        answer: String::new(),
        question: question.chars().take(CARRIED).collect(),
        thread: caller.place.thread.clone(),
    };
    match &ranked.outcome {
        Outcome::Answered(best) => answered(knowledge, caller, &best.answer, carried),
        Outcome::Unsure(candidates) => {
            ctx.gaps.add(topic(&ranked), Unanswered::Unsure);
            unsure(candidates, &carried)
        }
        Outcome::Declined { known_unknown } => {
            let topic = known_unknown
                .as_deref()
                .map_or_else(|| topic(&ranked), |answer| &answer.id);
            ctx.gaps.add(topic, Unanswered::Declined);
            declined(knowledge, known_unknown.as_deref(), &carried)
        }
    }
}

/// What a question was about, in the catalogue's words: the tag of the nearest answer.
fn topic(ranked: &Ranked) -> &str {
    ranked
        .others
        .first()
        .and_then(|near| near.answer.tags.first())
        .map_or("something else", String::as_str)
}

fn answered(knowledge: &Knowledge, caller: &Caller, answer: &Answer, carried: Carried) -> Reply {
    let carried = Carried {
        answer: answer.id.clone(),
        ..carried
    };
    let mut buttons = Vec::with_capacity(5);
    if caller.in_company() {
        buttons.push(Button::send(
            "Show everyone",
            "onboard.share",
            carried.packed(),
        ));
    }
    buttons.push(Button::send("Helpful", "onboard.helpful", carried.packed()));
    buttons.push(Button::send(
        "Not helpful",
        "onboard.unhelpful",
        carried.packed(),
    ));
    buttons.extend(after_vote(knowledge, &carried));
    body(answer, caller.at.date_naive()).buttons(buttons)
}

/// The buttons that stay when a vote was given.
fn after_vote(knowledge: &Knowledge, carried: &Carried) -> Vec<Button> {
    vec![
        Button::open(
            "Suggest an edit",
            "onboard.edit",
            knowledge.support.edit_page(&carried.answer),
        ),
        Button::send("Ask a human", "onboard.human", carried.packed()),
    ]
}

/// An answer and where it stands.
fn body(answer: &Answer, today: NaiveDate) -> Reply {
    let mut note = String::from("Source: ");
    for (number, source) in answer.sources.iter().enumerate() {
        let between = if number > 0 { "; " } else { "" };
        let _ = write!(note, "{between}[{}]({})", source.title, source.url);
        if let Some(dated) = source.dated {
            let _ = write!(note, ", {}", dated.format("%-d %B %Y"));
        }
    }
    note.push('.');
    let reply = Reply::default()
        .with(Part::Title(answer.title.clone()))
        .with(Part::Text(answer.text.clone()))
        .note(note);
    match answer.age_note(today) {
        Some(age) => reply.note(format!("⚠️ {age}")),
        None => reply,
    }
}

fn unsure(candidates: &[Scored], carried: &Carried) -> Reply {
    let mut buttons: Vec<Button> = candidates
        .iter()
        .map(|candidate| {
            let carried = Carried {
                answer: candidate.answer.id.clone(),
                ..carried.again()
            };
            Button::send(
                &*candidate.answer.title,
                format!("onboard.show:{}", candidate.answer.id),
                carried.packed(),
            )
        })
        .collect();
    buttons.push(Button::send(
        "None of these: ask a human",
        "onboard.human",
        carried.packed(),
    ));
    Reply::text("I am not sure what you are after. Is it one of these?").buttons(buttons)
}

fn declined(knowledge: &Knowledge, known_unknown: Option<&Answer>, carried: &Carried) -> Reply {
    let support = &knowledge.support;
    let reply = match known_unknown {
        Some(answer) => Reply::default()
            .with(Part::Title(answer.title.clone()))
            .with(Part::Text(answer.text.clone())),
        None => Reply::text("I have no answer to that."),
    };
    let whom = format!(
        "People answer in {}, and requests go through the [issue forms]({}).",
        support.mention(),
        support.issues
    );
    reply
        .with(Part::Text(whom))
        .note(knowledge.extent.clone())
        .buttons(vec![
            Button::send("Ask a human", "onboard.human", carried.packed()).primary(),
            Button::open("Open an issue", "onboard.issue", support.issues.clone()),
        ])
}

/// Does what the button `deed` promises.
pub(super) async fn press(
    ctx: &Ctx,
    caller: &Caller,
    deed: &str,
    press: &Press,
) -> Result<Pressed> {
    let carried = Carried::unpacked(&press.value)?;
    let (deed, _) = deed.split_once(':').unwrap_or((deed, ""));
    match deed {
        // These open a page in the browser; Slack tells us all the same.
        "edit" | "issue" => Ok(Pressed::Nothing),
        "show" => Ok(Pressed::Instead(answered(
            &ctx.knowledge,
            caller,
            known(ctx, &carried)?,
            carried,
        ))),
        "share" => share(ctx, caller, carried, press).await,
        "helpful" => vote(ctx, caller, &carried, Vote::Helpful, press).await,
        "unhelpful" => vote(ctx, caller, &carried, Vote::Unhelpful, press).await,
        "human" => Ok(Pressed::Open(draft(
            &ctx.knowledge.support,
            &carried,
            press.response_url.as_deref(),
        ))),
        _ => Err(UserError::UnknownPress.into()),
    }
}

fn known<'a>(ctx: &'a Ctx, carried: &Carried) -> Result<&'a Answer> {
    Ok(ctx
        .knowledge
        .answers
        .get(&carried.answer)
        .ok_or(UserError::AnswerGone)?)
}

/// Posts the answer where it was asked for, once however often the button is pressed.
async fn share(ctx: &Ctx, caller: &Caller, carried: Carried, press: &Press) -> Result<Pressed> {
    let answer = known(ctx, &carried)?;
    let today = caller.at.date_naive();
    let place = Place {
        channel: caller.place.channel.clone(),
        thread: carried.thread.clone(),
    };
    let shown = body(answer, today).note(format!("Shown by [a member](person:{}).", caller.person));
    let tell = press.response_url.clone().map(|response_url| Tell {
        response_url,
        done: String::new(),
    });
    let key = format!("share:{}", press.message);
    let job = Job {
        key: key.clone(),
        effect: Effect::Post {
            place,
            reply: shown,
            tell,
        },
    };
    ctx.store
        .take(&[press.key.clone(), key], &[job], caller.at)
        .await?;
    let mut buttons = vec![
        Button::send("Helpful", "onboard.helpful", carried.packed()),
        Button::send("Not helpful", "onboard.unhelpful", carried.packed()),
    ];
    buttons.extend(after_vote(&ctx.knowledge, &carried));
    Ok(Pressed::Instead(
        body(answer, today)
            .note("Shown to everyone here.")
            .buttons(buttons),
    ))
}

/// Counts a vote, once a message. What is stored is the answer's id and the vote.
async fn vote(
    ctx: &Ctx,
    caller: &Caller,
    carried: &Carried,
    vote: Vote,
    press: &Press,
) -> Result<Pressed> {
    let answer = known(ctx, carried)?;
    let keys = [press.key.clone(), format!("vote:{}", press.message)];
    ctx.store.vote(&keys, &answer.id, vote, caller.at).await?;
    let thanks = match vote {
        Vote::Helpful => "Thank you, noted.",
        Vote::Unhelpful => "Thank you, noted. You can ask a human, or suggest a better text.",
    };
    let reply = body(answer, caller.at.date_naive()).note(thanks);
    Ok(Pressed::Instead(
        reply.buttons(after_vote(&ctx.knowledge, carried)),
    ))
}

/// The window that shows what will be posted to the support channel before it is.
fn draft(support: &Support, carried: &Carried, response_url: Option<&str>) -> Form {
    Form {
        action: "onboard.human".to_owned(),
        title: "Ask a human".to_owned(),
        submit: Some("Post it".to_owned()),
        close: "Cancel".to_owned(),
        memo: response_url.unwrap_or_default().to_owned(),
        parts: vec![
            Part::Text(format!(
                "This goes to {}, where every member can read it. It will say that you asked, so that an answer reaches you.",
                support.mention()
            )),
            Part::Input(Input {
                id: "question".to_owned(),
                label: "Your question, as it will stand there".to_owned(),
                hint: Some(
                    "Leave out passwords, tokens and anything else that is not for everybody."
                        .to_owned(),
                ),
                initial: carried.question.clone(),
                max_length: LONGEST_QUESTION,
            }),
        ],
    }
}

/// Takes the form that [`draft`] made.
pub(super) async fn submit(
    ctx: &Ctx,
    caller: &Caller,
    deed: &str,
    filled: &Filled,
) -> Result<Submitted> {
    if deed != "human" {
        return Err(UserError::UnknownPress.into());
    }
    let support = &ctx.knowledge.support;
    let question = filled
        .values
        .iter()
        .find(|(name, _)| name == "question")
        .map(|(_, value)| value.trim())
        .unwrap_or_default();
    if question.is_empty() {
        return Ok(Submitted::Faults(vec![(
            "question".to_owned(),
            "Write what you want to know.".to_owned(),
        )]));
    }
    let post = Effect::Post {
        place: Place { channel: support.channel.clone(), thread: None },
        reply: Reply::text(format!("[A member](person:{}) asks:", caller.person))
            .with(Part::Quote(question.to_owned()))
            .note("Please answer in this thread. If the answer belongs into my catalogue, suggest it there."),
        tell: (!filled.memo.is_empty()).then(|| Tell { response_url: filled.memo.clone(), done: String::new() }),
    };
    let key = format!("ask:{}", filled.view);
    ctx.store
        .take(&[key.clone()], &[Job { key, effect: post }], caller.at)
        .await?;
    Ok(Submitted::Update(Form {
        action: "onboard.done".to_owned(),
        title: "Ask a human".to_owned(),
        submit: None,
        close: "Close".to_owned(),
        memo: String::new(),
        parts: vec![Part::Text(format!(
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
        let topic = ctx
            .knowledge
            .answers
            .get(&gap.topic)
            .map_or(gap.topic.as_str(), |answer| answer.title.as_str());
        let times = if gap.count == 1 {
            "once".to_owned()
        } else {
            format!("{} times", gap.count)
        };
        let _ = writeln!(list, "- {topic}: {} {times}", gap.outcome);
    }
    Ok(Reply::default()
        .with(Part::Title("What the catalogue did not answer".to_owned()))
        .with(Part::Text(list))
        .note("Topics and counts are all that is kept: no words, no people."))
}

impl Carried {
    fn packed(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    fn unpacked(value: &str) -> Result<Self> {
        if value.is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(value).map_err(|_| Error::User(UserError::UnknownPress))
    }

    fn again(&self) -> Self {
        Self {
            answer: self.answer.clone(),
            question: self.question.clone(),
            thread: self.thread.clone(),
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
fn listed(items: &[&str]) -> String {
    match items {
        [] => "nothing yet".to_owned(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}
