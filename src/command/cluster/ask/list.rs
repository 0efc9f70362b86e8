//! Lists: objects of a kind, events, and the kinds themselves.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};

use super::super::Mistake;
use super::{Asking, From, Listing, namespace};
use crate::domain::cluster::age::age;
use crate::domain::cluster::kind::Kind;
use crate::domain::cluster::object::Event;
use crate::domain::cluster::policy::{Extent, Scope};
use crate::domain::cluster::said_cell;
use crate::domain::cluster::table::{Column, Row, Table};
use crate::domain::cluster::verb::Verb;
use crate::domain::query::{self, Get, Output};
use crate::kubernetes::{Failure, Page, Selection};

/// So few objects are not too large together, or one of them is by itself.
const FEWEST: u32 = 10;
/// Events that are read in one request.
const EVENTS: u32 = 500;
/// Requests for events at most, since the newest may be on any page.
const EVENT_PAGES: usize = 4;

impl Asking<'_> {
    pub(super) async fn get(&self, get: &Get, from: &From, rows: u32) -> Result<Listing, Mistake> {
        let kind = self.kind(Verb::Get, &get.kind).await?;
        let scope = self.scope(&kind, get.place.namespace.as_deref(), get.place.all_namespaces);
        self.allow(Verb::Get, Some(&kind.name()), scope.clone())?;
        let namespace = namespace(&scope);
        if let Some(name) = &get.name {
            if scope == Scope::AllNamespaces {
                return Err(Mistake::NameEverywhere);
            }
            let table = self.found(self.look.row(&kind, namespace, name).await, &kind, name, namespace)?;
            return Ok(listing(&kind, get, &scope, Page { table, ..Page::default() }, from));
        }
        let selection = |from: &From| Selection {
            labels: get.labels.clone().filter(|labels| !labels.trim().is_empty()),
            fields: get.fields.clone().filter(|fields| !fields.trim().is_empty()),
            limit: Some(get.limit.map_or(rows, |limit| left(limit, from).min(rows))),
            token: from.token.clone(),
            named: get.output == Output::Name,
        };
        match self.fitting(&kind, namespace, selection(from)).await {
            Ok(page) => Ok(listing(&kind, get, &scope, page, from)),
            // A cluster forgets such places after some minutes, since too much has changed by then.
            Err(Failure::Expired) if from.token.is_some() => {
                let from = From::default();
                let page = self.fitting(&kind, namespace, selection(&from)).await;
                let page = page.map_err(|failure| self.failed(failure))?;
                Ok(Listing { restarted: true, ..listing(&kind, get, &scope, page, &from) })
            }
            Err(failure) => Err(self.failed(failure)),
        }
    }

    /// A page of the list; a shorter one where its objects are too large for that many.
    async fn fitting(&self, kind: &Kind, namespace: Option<&str>, mut wanted: Selection) -> Result<Page, Failure> {
        loop {
            match (self.look.list(kind, namespace, &wanted).await, wanted.limit) {
                (Err(Failure::TooLarge), Some(limit)) if limit > FEWEST => wanted.limit = Some((limit / 4).max(FEWEST)),
                (outcome, _) => return outcome,
            }
        }
    }

    /// What happened, newest first: a cluster lists it in no useful order, so it is read whole and sorted here.
    pub(super) async fn events(&self, wanted: &query::Events, from: &From, rows: u32) -> Result<Listing, Mistake> {
        let about = match (&wanted.kind, &wanted.name) {
            (Some(word), Some(name)) => Some((self.kind(Verb::Events, word).await?, name)),
            _ => None,
        };
        let kind = self.kind(Verb::Events, "events").await?;
        // Those of a node or a namespace may be kept in any namespace.
        let anywhere = about.as_ref().is_some_and(|(about, _)| !about.namespaced) && wanted.place.namespace.is_none();
        let scope = self.scope(&kind, wanted.place.namespace.as_deref(), wanted.place.all_namespaces || anywhere);
        self.allow(Verb::Events, None, scope.clone())?;
        let fields = about.map(|(kind, name)| format!("involvedObject.kind={},involvedObject.name={name}", kind.kind));
        let mut events: Vec<Event> = Vec::new();
        let mut selection = Selection { fields, limit: Some(EVENTS), ..Selection::default() };
        for _ in 0..EVENT_PAGES {
            let read = self.look.objects(&kind, namespace(&scope), &selection).await;
            let (page, next) = read.map_err(|failure| self.failed(failure))?;
            events.extend(page);
            selection.token = next;
            if selection.token.is_none() {
                break;
            }
        }
        events.sort_by_key(|event| Reverse(event.last()));
        let columns = ["Last Seen", "Type", "Reason", "Object", "Message"];
        let whole = events.len();
        // Only what is shown is cleaned and laid out.
        let shown = events.iter().skip(from.seen).take(rows as usize);
        let told = shown.map(|event| event_row(event, self.look.now())).collect();
        let table = table(&columns, told).shown(false, scope == Scope::AllNamespaces);
        let listing = part(table, whole, nothing(&scope), from);
        let (namespace, unread) = (namespace(&scope).map(str::to_owned), selection.token.is_some());
        Ok(Listing { namespace, unread, ..listing })
    }

    /// The kinds that whoever asks may look at.
    pub(super) async fn kinds(&self, word: Option<&str>, from: &From, rows: u32) -> Result<Listing, Mistake> {
        self.allow(Verb::Kinds, None, Scope::Cluster)?;
        let may = self.policy.kinds_for(&self.asker, self.roles, self.cluster);
        let known = self.known("").await?;
        let wanted = |kind: &&Kind| {
            let matches = |word: &str| kind.name().contains(word) || kind.short.iter().any(|short| short == word);
            let allowed = match &may {
                Extent::All => true,
                Extent::Only(names) => names.contains(&kind.name()),
            };
            allowed && !kind.is_secret() && word.is_none_or(matches)
        };
        let all: Vec<Row> = known.iter().filter(wanted).map(kind_row).collect();
        let whole = all.len();
        let told = all.into_iter().skip(from.seen).take(rows as usize).collect();
        let columns = ["Name", "Short names", "Kind", "In namespaces"];
        let none = "No kind is called like that, or none that you may look at. `kinds` alone lists all that you may."
            .to_owned();
        Ok(part(table(&columns, told), whole, none, from))
    }
}

/// How many of `limit` rows are left.
fn left(limit: u32, from: &From) -> u32 {
    limit.saturating_sub(u32::try_from(from.seen).unwrap_or(u32::MAX)).max(1)
}

fn listing(kind: &Kind, get: &Get, scope: &Scope, page: Page, from: &From) -> Listing {
    let names = (get.output == Output::Name).then(|| names(kind, &page.table.rows));
    let seen = from.seen + page.table.rows.len();
    let left = get.limit.map(|limit| u64::from(limit).saturating_sub(seen as u64));
    let next = page.next.filter(|_| left != Some(0)).map(|token| From { token: Some(token), seen });
    let remaining = match (page.remaining, left) {
        (Some(remaining), Some(left)) => Some(remaining.min(left)),
        (remaining, _) => remaining,
    };
    Listing {
        table: page.table.shown(get.output == Output::Wide, *scope == Scope::AllNamespaces),
        names,
        next,
        remaining,
        restarted: false,
        nothing: nothing(scope),
        namespace: namespace(scope).map(str::to_owned),
        missing: None,
        unread: false,
    }
}

/// Names as kubectl prints them: `pod/web`, `deployment.apps/web`.
fn names(kind: &Kind, rows: &[Row]) -> Vec<String> {
    let group = if kind.group.is_empty() { String::new() } else { format!(".{}", kind.group) };
    rows.iter().map(|row| format!("{}{group}/{}", kind.kind.to_lowercase(), row.name)).collect()
}

/// As kubectl says it.
fn nothing(scope: &Scope) -> String {
    match scope {
        Scope::Namespace(namespace) => format!("No resources found in {namespace} namespace."),
        Scope::Cluster | Scope::AllNamespaces => "No resources found".to_owned(),
    }
}

/// A part of what was read whole.
fn part(table: Table, whole: usize, nothing: String, from: &From) -> Listing {
    let seen = from.seen + table.rows.len();
    let remaining = whole.saturating_sub(seen);
    let next = (remaining > 0).then_some(From { token: None, seen });
    Listing { table, next, remaining: Some(remaining as u64), nothing, ..Listing::default() }
}

fn table(columns: &[&str], rows: Vec<Row>) -> Table {
    let columns = columns.iter().map(|name| Column { name: (*name).to_owned(), wide: false }).collect();
    Table { columns, rows }
}

fn event_row(event: &Event, now: DateTime<Utc>) -> Row {
    let involved = &event.involved_object;
    let object = format!("{}/{}", involved.kind.to_lowercase(), involved.name);
    let last = event.last().map_or_else(|| "<unknown>".to_owned(), |last| age(now - last));
    let times = if event.times() > 1 { format!(" (x{})", event.times()) } else { String::new() };
    let cells = [&format!("{last}{times}"), &event.kind, &event.reason, &object, &event.message];
    Row {
        namespace: said_cell(&event.metadata.namespace).into_owned(),
        name: String::new(),
        cells: cells.map(|cell| said_cell(cell).into()).to_vec(),
    }
}

fn kind_row(kind: &Kind) -> Row {
    let namespaced = if kind.namespaced { "yes" } else { "no" };
    let cells = [kind.name(), kind.short.join(","), kind.kind.clone(), namespaced.to_owned()];
    let cells = cells.map(|cell| said_cell(&cell).into()).to_vec();
    Row { cells, ..Row::default() }
}
