//! `cluster`: looks at the clusters, and touches nothing.
//!
//! A question is read once (`domain::query`), judged by the community's policy, asked as a few GETs (`kubernetes`), and shown. What
//! people press carries their question, which is judged anew by whoever presses.

pub mod ask;
mod explain;
mod mistake;
mod shown;

use std::collections::BTreeMap;
use std::time::Duration;

use clap::Args;
use sha2::{Digest as _, Sha256};

use super::{Caller, Ctx, Error, Press, Pressed, Result, UserError, apology, conclude, count, help};
use crate::domain::cluster::known;
use crate::domain::cluster::policy::Asker;
use crate::domain::effect::{Effect, Place};
use crate::domain::query::{self, MOST_ROWS, Query};
use crate::domain::reply::{Button, Reply};
use crate::kubernetes::{self, Failure, Identity, Patience};
use crate::store::Job;
use ask::{Answer, Asking, From, Listing};
pub use mistake::Mistake;
use shown::Carried;

/// Clusters that can be asked, by name.
pub type Clusters = BTreeMap<String, kubernetes::Cluster>;

/// Rows that are read in one request where a list is read to its end, as kubectl does.
const AT_ONCE: u32 = 500;

/// How long reading a list to its end may take.
const LONGEST_READ: Duration = Duration::from_secs(60);

/// Arguments of `cluster`.
#[derive(Debug, Args)]
#[command(
    subcommand_value_name = "question",
    after_help = "For example:\n- `/cluster smaug get pods -n opf-trino`\n- `/cluster smaug why jupyterhub-nb-alice -n opf-jupyterhub`\n- `/cluster quota opf-trino`\n\nNothing here changes anything. Secrets are never read."
)]
pub struct Cluster {
    /// The cluster; the channel's own by default
    cluster: Option<String>,
    #[command(subcommand)]
    query: Option<Query>,
}

/// Reads what stands behind `cluster`.
///
/// # Errors
/// See [`query::Mistake`].
pub(super) fn read(words: &[String]) -> std::result::Result<Cluster, Mistake> {
    if words.is_empty() {
        return Ok(Cluster { cluster: None, query: None });
    }
    let asked = query::parse(words)?;
    Ok(Cluster { cluster: asked.cluster, query: Some(asked.query) })
}

impl Cluster {
    pub(super) async fn run(self, ctx: &Ctx, caller: &Caller) -> Result {
        match self.query {
            Some(query) => page(ctx, caller, self.cluster.as_deref(), &query, &From::default()).await,
            None => Ok(help::about_command("cluster")),
        }
    }
}

/// One page of an answer, as it is shown.
async fn page(ctx: &Ctx, caller: &Caller, cluster: Option<&str>, query: &Query, from: &From) -> Result {
    let known = named(ctx, caller, cluster).map_err(Error::from);
    let name = known.as_ref().ok().map(|known| known.name.as_str());
    let shown = match &known {
        Ok(known) => asked(ctx, caller, known, query, from).await,
        Err(_) => known.map(|_| Reply::default()),
    };
    count::query(name, &shown);
    shown
}

async fn asked(ctx: &Ctx, caller: &Caller, known: &known::Cluster, query: &Query, from: &From) -> Result {
    let asking = asking(ctx, caller, known, Patience::InAll)?;
    let answer = match asking.answer(query, from, shown::ROWS).await? {
        Answer::List(listing) => Answer::List(asking.missing(listing).await),
        answer => answer,
    };
    Ok(shown::reply(&known.name, query, from, answer))
}

/// The cluster that is named, or else meant in the channel, or else the only one.
fn named<'a>(ctx: &'a Ctx, caller: &Caller, name: Option<&str>) -> std::result::Result<&'a known::Cluster, Mistake> {
    let clusters = ctx.knowledge.clusters();
    let known = || clusters.clusters.iter().map(|cluster| cluster.name.clone()).collect();
    match (name, clusters.clusters.as_slice()) {
        (_, []) => Err(Mistake::NoClusters),
        (Some(name), _) => {
            let unknown = || Mistake::UnknownCluster { word: query::shown(name), known: known() };
            clusters.named(name).ok_or_else(unknown)
        }
        (None, all) => match (clusters.meant_in(&caller.place.channel), all) {
            (Some(meant), _) => Ok(meant),
            (None, [only]) => Ok(only),
            (None, _) => Err(Mistake::WhichCluster { known: known() }),
        },
    }
}

fn asking<'a>(
    ctx: &'a Ctx,
    caller: &'a Caller,
    known: &'a known::Cluster,
    patience: Patience,
) -> std::result::Result<Asking<'a>, Error> {
    let cluster = ctx.clusters.get(&known.name);
    let cluster =
        cluster.ok_or_else(|| anyhow::anyhow!("the cluster {} is known, but nobody connected it", known.name))?;
    let clusters = ctx.knowledge.clusters();
    let identity = match &clusters.impersonation {
        Some(people) => {
            Identity::Person { user: known::Impersonation::user(&caller.person), groups: people.groups.clone() }
        }
        None => Identity::Own,
    };
    let meant = clusters.namespace_meant_in(&caller.place.channel, known);
    Ok(Asking {
        cluster: &known.name,
        look: cluster.look(identity, patience, caller.at),
        namespace: meant.unwrap_or_else(|| cluster.namespace()),
        policy: ctx.knowledge.policy(),
        roles: ctx.knowledge.roles(),
        asker: Asker { person: &caller.person, channel: &caller.place.channel },
    })
}

/// Does what the button `deed` promises: what takes a while is only begun.
pub(super) async fn press(ctx: &Ctx, caller: &Caller, deed: &str, press: &Press) -> Result<Pressed> {
    let carried = Carried::unpacked(&press.value).ok_or(UserError::UnknownPress)?;
    match deed {
        "next" | "first" => Ok(Pressed::Later(Page(carried))),
        "file" => file(ctx, caller, &carried, press).await,
        "share" => share(ctx, caller, &carried, press).await,
        _ => Err(UserError::UnknownPress.into()),
    }
}

/// A page that somebody pressed for.
#[derive(Debug)]
pub struct Page(Carried);

/// Reads the page.
pub(super) async fn turn(ctx: &Ctx, caller: &Caller, Page(carried): &Page) -> Result {
    let asked = question(&carried.line)?;
    page(ctx, caller, asked.cluster.as_deref(), &asked.query, &carried.from()).await
}

fn question(line: &str) -> std::result::Result<query::Asked, Mistake> {
    // What we wrote ourselves can be split as we joined it.
    let words = shell_words::split(line).unwrap_or_default();
    Ok(query::parse(&words)?)
}

/// Has the list put into the direct messages of whoever pressed; pressing again within a minute is the same wish.
async fn file(ctx: &Ctx, caller: &Caller, carried: &Carried, press: &Press) -> Result<Pressed> {
    let new = wish(ctx, caller, "file", carried, press, None).await?;
    let reply = Reply::text(if new {
        "I read the list to its end and send it to you as a direct message: a file, in which nothing is cut."
    } else {
        "It is on its way to your direct messages, or there already."
    });
    if !caller.in_company() {
        return Ok(Pressed::Below(reply));
    }
    let share = Button::send("Show it in this channel", "cluster.share", press.value.as_str());
    Ok(Pressed::Below(
        reply.buttons(vec![share]).note("Everybody in this channel would see it. I read the list anew for that."),
    ))
}

/// Has the list put into the channel in which it was asked for.
async fn share(ctx: &Ctx, caller: &Caller, carried: &Carried, press: &Press) -> Result<Pressed> {
    let new = wish(ctx, caller, "share", carried, press, Some(caller.place.clone())).await?;
    let told = if new { "It is on its way into this channel." } else { "It is shown already, or on its way." };
    Ok(Pressed::Instead(Reply::text(told)))
}

/// Records that a list is wanted; whether that is new.
async fn wish(
    ctx: &Ctx,
    caller: &Caller,
    deed: &str,
    carried: &Carried,
    press: &Press,
    share: Option<Place>,
) -> Result<bool> {
    let key = format!("{deed}:{}:{}", press.message, caller.at.timestamp() / 60);
    let in_company = share.is_some();
    let effect = Effect::Read {
        person: caller.person.clone(),
        team: caller.team.clone(),
        place: caller.place.clone(),
        line: carried.line.clone(),
        share,
        at: caller.at.timestamp_millis(),
    };
    let keys = [caller.key.clone(), key.clone()];
    let asked = caller.asks("cluster.share", &target(ctx, caller, &carried.line), &key);
    let job = Job { key, effect };
    // What they have for themselves is nobody's business; what everybody in a channel sees is entered.
    if in_company {
        return Ok(ctx.store.take_wish(&keys, &[job], &asked).await?);
    }
    Ok(ctx.store.take(&keys, &[job], caller.at).await?)
}

/// What a list is of, for the audit log: the cluster and the way to look, and nothing that was typed.
fn target(ctx: &Ctx, caller: &Caller, line: &str) -> String {
    let Ok(asked) = question(line) else { return String::new() };
    let cluster = named(ctx, caller, asked.cluster.as_deref()).map(|known| known.name.clone()).unwrap_or_default();
    format!("{cluster}/{}", asked.query.verb().name())
}

/// Reads a list to its end: what comes of [`Effect::Read`].
pub async fn whole(ctx: &Ctx, caller: &Caller, line: &str, share: Option<&Place>) -> Effect {
    let person = caller.person.clone();
    let read = tokio::time::timeout(LONGEST_READ, as_file(ctx, caller, line)).await;
    let read = read.unwrap_or(Err(Mistake::TooLong.into()));
    match conclude(ctx, caller, None, read).await {
        Ok((name, text, comment)) => Effect::Upload { person, place: share.cloned(), name, text, comment },
        Err(error) => Effect::Direct { person, reply: apology(&error), about: None },
    }
}

/// Name, text and a line beside it.
async fn as_file(ctx: &Ctx, caller: &Caller, line: &str) -> Result<(String, String, String)> {
    let asked = question(line)?;
    let known = named(ctx, caller, asked.cluster.as_deref())?;
    let asking = asking(ctx, caller, known, Patience::Each)?;
    let listing = to_the_end(&asking, &asked.query, MOST_ROWS as usize).await.map_err(Error::from);
    count::query(Some(&known.name), &listing);
    let listing = listing?;
    let rows = listing.names.as_ref().map_or(listing.table.rows.len(), Vec::len);
    let text = match &listing.names {
        Some(names) => names.join("\n") + "\n",
        None => listing.table.as_kubectl(),
    };
    let (at, stamp) = (caller.at.format("%Y-%m-%d %H:%M UTC"), caller.at.format("%Y%m%d-%H%M%S"));
    let more = if listing.next.is_some() { ", and there are more" } else { "" };
    let comment = format!("{} ({rows} rows{more}, read {at}).", shown::line(&known.name, &asked.query));
    // By its name the file is known again after a crash: it must be nobody else's.
    let own = &hex::encode(Sha256::digest(&caller.key))[..8];
    Ok((format!("{}-{}-{stamp}-{own}.txt", known.name, asked.query.verb().name()), text, comment))
}

/// The rows of a list to its end, or until there are `most`.
///
/// # Errors
/// See [`Mistake`].
pub async fn to_the_end(asking: &Asking<'_>, query: &Query, most: usize) -> std::result::Result<Listing, Mistake> {
    let expired = || Mistake::Failed { cluster: asking.cluster.to_owned(), failure: Failure::Expired };
    let mut whole = Listing::default();
    let mut from = From::default();
    let mut stalled = false;
    // What is read whole and sorted comes at once.
    let at_once = if matches!(query, Query::Get(_)) { AT_ONCE } else { u32::MAX };
    loop {
        let Answer::List(mut page) = asking.answer(query, &from, at_once).await? else { return Ok(whole) };
        if page.restarted {
            // Twice is no accident: such a cluster never lets a list come to its end.
            if whole.restarted {
                return Err(expired());
            }
            whole = Listing { restarted: true, ..Listing::default() };
        }
        if !page.table.columns.is_empty() {
            whole.table.columns = page.table.columns;
        }
        let empty = page.table.rows.is_empty();
        whole.table.rows.append(&mut page.table.rows);
        if let Some(names) = page.names {
            whole.names.get_or_insert_default().extend(names);
        }
        (whole.nothing, whole.unread) = (page.nothing, whole.unread || page.unread);
        match page.next {
            // One empty page may come; a second one, or the same place again, leads nowhere.
            Some(next) if (empty && stalled) || next.token.is_some() && next.token == from.token => {
                return Err(expired());
            }
            Some(next) if whole.table.rows.len() < most => (stalled, from) = (empty, next),
            next => return Ok(Listing { next, ..whole }),
        }
    }
}
