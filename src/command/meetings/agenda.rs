//! Agendas: what is to be talked about, added by anybody, taken off when it was.

use clap::{Args, Subcommand};

use super::{LONGEST_ITEM, Mistake, SHORTCUT, named, short, wording};
use crate::command::{Caller, Ctx, Filled, Result, Submitted, UserError};
use crate::domain::calendar::Series;
use crate::domain::reply::{Choice, Choosable, Form, Input, Part, Reply};
use crate::store::AgendaItem;

#[derive(Debug, Args)]
pub(super) struct Agenda {
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Add an item
    Add {
        /// Which meeting
        meeting: String,
        /// What is to be talked about
        #[arg(required = true, num_args = 1.., trailing_var_arg = true, allow_hyphen_values = true)]
        item: Vec<String>,
    },
    /// Take an item off: it was talked about, or is not to be
    Take {
        /// Which meeting
        meeting: String,
        /// The item's number in the list
        number: usize,
    },
}

impl Agenda {
    pub(super) async fn run(self, ctx: &Ctx, caller: &Caller, series: &[Series]) -> Result {
        match self.verb {
            None => {
                let mut agendas = Vec::new();
                for one in series {
                    agendas.push((one, ctx.store.items(&one.id).await?));
                }
                Ok(wording::agendas(&agendas, caller.at))
            }
            Some(Verb::Add { meeting, item }) => add(ctx, caller, series, &meeting, &item.join(" ")).await,
            Some(Verb::Take { meeting, number }) => {
                let found = named(series, &meeting)?;
                let items = ctx.store.items(&found.id).await?;
                let item = number.checked_sub(1).and_then(|place| items.get(place));
                let item = item.ok_or(UserError::from(Mistake::NoItem))?;
                let keys = std::slice::from_ref(&caller.key);
                ctx.store.take_item(keys, &item.id, &caller.person, caller.at).await?;
                Ok(Reply::text(format!("Taken off the agenda of {}:", wording::name(found)))
                    .with(Part::Quote(item.words.clone())))
            }
        }
    }
}

pub(super) async fn add(ctx: &Ctx, caller: &Caller, series: &[Series], meeting: &str, words: &str) -> Result {
    let found = named(series, meeting)?;
    let words = short(words)?;
    let id = format!("{:016x}", rand::random::<u64>());
    let item = AgendaItem { id, words: words.clone(), person: caller.person.clone() };
    if !ctx.store.add_item(std::slice::from_ref(&caller.key), &found.id, &item, caller.at).await? {
        return Err(UserError::from(Mistake::Full).into());
    }
    Ok(wording::added(found, &words, caller.at))
}

/// The window in which a message becomes an item of an agenda.
pub(in crate::command) fn item_form(ctx: &Ctx, words: &str) -> std::result::Result<Form, UserError> {
    let series = ctx.knowledge.meetings();
    if series.is_empty() {
        return Err(Mistake::NoMeetings.into());
    }
    Ok(Form {
        action: SHORTCUT.to_owned(),
        title: "Add to the agenda".to_owned(),
        submit: Some("Add".to_owned()),
        close: "Cancel".to_owned(),
        memo: String::new(),
        parts: vec![
            Part::Choice(Choice {
                id: "meeting".to_owned(),
                label: "Meeting".to_owned(),
                options: series.iter().map(|one| Choosable::new(&one.id, &one.title)).collect(),
                chosen: series.first().map(|first| first.id.clone()).into_iter().collect(),
                ..Choice::default()
            }),
            Part::Input(Input {
                id: "item".to_owned(),
                label: "What is to be talked about".to_owned(),
                hint: Some("It will stand in the announcement, for everybody to read.".to_owned()),
                initial: words.chars().take(LONGEST_ITEM).collect(),
                max_length: LONGEST_ITEM as u64,
                ..Input::default()
            }),
        ],
    })
}

/// Takes the form that [`item_form`] made.
pub(in crate::command) async fn submit(ctx: &Ctx, caller: &Caller, deed: &str, filled: &Filled) -> Result<Submitted> {
    if deed != "item" {
        return Err(UserError::UnknownPress.into());
    }
    let value = |name: &str| filled.values.iter().find(|(field, _)| field == name).map(|(_, value)| value.trim());
    let (meeting, item) = (value("meeting").unwrap_or_default(), value("item").unwrap_or_default());
    if item.is_empty() {
        return Ok(Submitted::Faults(vec![("item".to_owned(), "Write what is to be talked about.".to_owned())]));
    }
    let added = add(ctx, caller, ctx.knowledge.meetings(), meeting, item).await?;
    Ok(Submitted::Update(Form {
        action: "meetings.done".to_owned(),
        title: "Add to the agenda".to_owned(),
        submit: None,
        close: "Close".to_owned(),
        memo: String::new(),
        parts: added.parts,
    }))
}
