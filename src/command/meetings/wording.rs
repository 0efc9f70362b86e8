//! What people read about meetings. Titles and links come from the catalogue; reasons and items are somebody's words and stand in
//! quotations.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::calendar::{Change, Occurrence, Series, Status, Turn};
use crate::domain::reply::{Button, Part, Reply, literal};
use crate::store::AgendaItem;

/// Most bytes of an agenda in one quotation, which must fit a block whole.
const QUOTED_AT_ONCE: usize = 2_500;

/// A series' title, as Markdown.
pub(super) fn name(series: &Series) -> String {
    format!("**{}**", literal(&series.title))
}

/// An instant; each reader sees it by their own clock.
fn when(instant: DateTime<Utc>) -> String {
    format!("[{}](time:{})", instant.format("%a %-d %b %Y, %H:%M UTC"), instant.timestamp())
}

fn length(series: &Series) -> String {
    let minutes = series.duration.num_minutes();
    match (minutes / 60, minutes % 60) {
        (1, 0) => "1 hour".to_owned(),
        (hours, 0) => format!("{hours} hours"),
        (0, minutes) => format!("{minutes} minutes"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn join(series: &Series) -> String {
    series.join.as_ref().map(|url| format!(" [Join](<{url}>)")).unwrap_or_default()
}

/// One line about one occurrence, with the way in.
fn line(series: &Series, occurrence: &Occurrence) -> String {
    let way_in = if occurrence.takes_place() { join(series) } else { String::new() };
    format!("{}{way_in}", what(series, occurrence))
}

/// What becomes of one occurrence, as a sentence.
fn what(series: &Series, occurrence: &Occurrence) -> String {
    let (title, original) = (name(series), when(occurrence.original.to_utc()));
    match occurrence.status {
        Status::Planned => format!("{title}: {original}."),
        Status::Moved => format!("{title}: {}, moved from {original}.", when(occurrence.starts.to_utc())),
        Status::Skipped => format!("{title}: skipped on {original}."),
    }
}

/// The next of each series, and what is skipped before it.
pub(super) fn next_of_each(series: &[Series], now: DateTime<Utc>) -> Reply {
    let mut next: Vec<(&Series, Occurrence)> = series.iter().filter_map(|one| Some((one, one.next(now)?))).collect();
    next.sort_by_key(|(_, occurrence)| occurrence.starts);
    let mut list = String::new();
    for (one, occurrence) in &next {
        for skipped in one.upcoming(now.date_naive(), 4) {
            if skipped.status == Status::Skipped && skipped.starts < occurrence.starts && skipped.starts > now {
                let _ = writeln!(list, "- {}", line(one, &skipped));
            }
        }
        let _ = writeln!(list, "- {}", line(one, occurrence));
    }
    if list.is_empty() {
        return Reply::text("No meeting is planned.");
    }
    Reply::default()
        .with(Part::Title("The next meetings".to_owned()))
        .with(Part::text(list))
        .note("Times are by your own clock. `/meetings list` shows more, `/meetings agenda` what is talked about, `/meetings calendar` puts them into your calendar.")
}

/// The next of the series that `ids` name, a line each.
pub(super) fn next_lines(series: &[Series], ids: &[String], now: DateTime<Utc>) -> Option<String> {
    let mut next: Vec<(&Series, Occurrence)> =
        series.iter().filter(|one| ids.contains(&one.id)).filter_map(|one| Some((one, one.next(now)?))).collect();
    next.sort_by_key(|(_, occurrence)| occurrence.starts);
    let lines: Vec<String> = next.iter().map(|(one, occurrence)| format!("- next {}", line(one, occurrence))).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The next `count` meetings of all series.
pub(super) fn list(series: &[Series], now: DateTime<Utc>, count: usize) -> Reply {
    let mut all: Vec<(&Series, Occurrence)> = series
        .iter()
        .flat_map(|one| {
            one.upcoming(now.date_naive() - TimeDelta::days(1), count + 2).into_iter().map(move |next| (one, next))
        })
        .filter(|(_, occurrence)| occurrence.ends > now)
        .collect();
    all.sort_by_key(|(_, occurrence)| occurrence.starts);
    all.truncate(count);
    let mut list = String::new();
    for (one, occurrence) in &all {
        let _ = writeln!(list, "- {} ISO week {}.", what(one, occurrence), occurrence.iso_week());
    }
    Reply::default()
        .with(Part::Title(if all.len() == 1 {
            "The next meeting".to_owned()
        } else {
            format!("The next {} meetings", all.len())
        }))
        .with(Part::text(list))
        .note("Times are by your own clock. Week numbers are for information only: the meetings alternate by date.")
}

/// Where the calendar can be subscribed to.
pub(super) fn calendar(public_url: Option<&str>, series: &[Series]) -> Reply {
    let Some(base) = public_url else {
        return Reply::text(
            "The calendar has no public address yet. Whoever runs me sets `http.public_url`; until then `/meetings list` shows the dates.",
        );
    };
    let all = format!("{base}/meetings.ics");
    let mut list = format!("- all meetings: <{all}>\n");
    for one in series {
        let _ = writeln!(list, "- {}: <{base}/meetings/{}.ics>", literal(&one.title), one.id);
    }
    // What Google takes to add a calendar by address (https://support.google.com/calendar/answer/37100).
    let webcal = all.replacen("https://", "webcal://", 1).replacen("http://", "webcal://", 1);
    let google = url::Url::parse_with_params("https://calendar.google.com/calendar/render", [("cid", webcal)]);
    let reply = Reply::default()
        .with(Part::Title("The calendar".to_owned()))
        .with(Part::text(format!("Subscribe to one of these addresses; changes reach you by themselves.\n\n{list}")));
    match google {
        Ok(google) => reply.buttons(vec![Button::open("Add to Google Calendar", "meetings.google", google)]),
        Err(_) => reply,
    }
}

/// The announcement of an occurrence, as it is true now.
pub(super) fn announcement(series: &Series, occurrence: &Occurrence, items: &[AgendaItem]) -> Reply {
    let mut reply = Reply::default().with(Part::Title(series.title.clone()));
    let what = match occurrence.status {
        Status::Skipped => format!("Does not take place on {}.", when(occurrence.original.to_utc())),
        Status::Moved => format!(
            "Moved to {} for {}, from {}.{}",
            when(occurrence.starts.to_utc()),
            length(series),
            when(occurrence.original.to_utc()),
            join(series)
        ),
        Status::Planned => format!("{} for {}.{}", when(occurrence.starts.to_utc()), length(series), join(series)),
    };
    reply = reply.with(Part::text(what));
    if let Some(reason) = occurrence.note.as_ref().filter(|reason| !reason.is_empty()) {
        reply = reply.with(Part::Quote(reason.clone()));
    }
    if occurrence.takes_place() && !items.is_empty() {
        reply = numbered(items).into_iter().fold(reply.with(Part::text("On the agenda:".to_owned())), Reply::with);
    }
    let mut notes = vec![format!("ISO week {}.", occurrence.iso_week())];
    if occurrence.takes_place() {
        notes.push(format!("Add to the agenda: `/meetings agenda add {} …`.", series.id));
        if let Some(contact) = &series.contact {
            notes.push(format!("For an invite, mail {}.", literal(contact)));
        }
    } else if items.len() == 1 {
        notes.push("The item of the agenda waits for the next one.".to_owned());
    } else if !items.is_empty() {
        notes.push(format!("The {} items of the agenda wait for the next one.", items.len()));
    }
    reply.note(notes.join(" "))
}

/// The items, a line each, in as many quotations as it takes to show them whole.
fn numbered(items: &[AgendaItem]) -> Vec<Part> {
    let mut quotes: Vec<String> = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let line = format!("{}. {}", place + 1, item.words);
        match quotes.last_mut() {
            Some(quote) if quote.len() + line.len() < QUOTED_AT_ONCE => {
                quote.push('\n');
                quote.push_str(&line);
            }
            _ => quotes.push(line),
        }
    }
    quotes.into_iter().map(Part::Quote).collect()
}

/// What is said below an announcement that is not true any more.
pub(super) fn correction(occurrence: &Occurrence) -> Reply {
    let what = match occurrence.status {
        Status::Skipped => "This meeting does not take place.".to_owned(),
        Status::Moved => format!("This meeting was moved to {}.", when(occurrence.starts.to_utc())),
        Status::Planned => {
            format!("This meeting takes place after all, as planned: {}.", when(occurrence.starts.to_utc()))
        }
    };
    let reply = Reply::text(what);
    match &occurrence.note {
        Some(reason) if !reason.is_empty() => reply.with(Part::Quote(reason.clone())),
        _ => reply,
    }
}

/// What an announcement says whose meeting is not in the catalogue any more.
pub(super) fn gone() -> Reply {
    Reply::text("This meeting is not planned any more. `/meetings` tells which are.")
}

/// What whoever changed a date reads.
pub(super) fn changed(series: &Series, occurrence: &Occurrence, change: Change, reason: &str) -> Reply {
    let what = match change {
        Change::Skip => format!("Skipped: {} on {}.", name(series), when(occurrence.original.to_utc())),
        Change::MoveTo(_) => format!("Moved: {} is on {} now.", name(series), when(occurrence.starts.to_utc())),
        Change::Restore => format!("Restored: {} is on {} as planned.", name(series), when(occurrence.starts.to_utc())),
    };
    let mut reply = Reply::text(format!(
        "{what} What was announced already is corrected, what comes later says so. To undo it: `/meetings restore {} {}`.",
        series.id, occurrence.date
    ));
    if let Some(lines) = toml(occurrence, change, reason) {
        reply = reply
            .with(Part::text(format!(
                "To make it part of the catalogue, add this to `commands/meetings/{}.toml`:",
                series.id
            )))
            .with(Part::Code(lines));
    }
    reply
}

/// A change as the catalogue writes it; nothing has to be written to undo one.
fn toml(occurrence: &Occurrence, change: Change, reason: &str) -> Option<String> {
    let what = match change {
        Change::Skip => "skip = true".to_owned(),
        Change::MoveTo(to) => format!("move_to = {}", to.format("%Y-%m-%dT%H:%M:%S")),
        Change::Restore => return None,
    };
    let reason = toml::Value::String(reason.to_owned());
    Some(format!("[[exceptions]]\ndate = {}\n{what}\nreason = {reason}", occurrence.date))
}

/// The agendas of all series.
pub(super) fn agendas(agendas: &[(&Series, Vec<AgendaItem>)], now: DateTime<Utc>) -> Reply {
    let mut reply = Reply::default().with(Part::Title("What is to be talked about".to_owned()));
    for (series, items) in agendas {
        let next = series.next(now).map(|next| format!(", {}", when(next.starts.to_utc()))).unwrap_or_default();
        reply = reply.with(Part::text(format!("{}{next}", name(series))));
        reply = match items.is_empty() {
            true => reply.with(Part::note("Nothing yet.".to_owned())),
            false => numbered(items).into_iter().fold(reply, Reply::with),
        };
    }
    reply.note("`/meetings agenda add MEETING …` adds an item, `/meetings agenda take MEETING NUMBER` takes one off. What stays open goes on to the next meeting.")
}

/// That an item was added.
pub(super) fn added(series: &Series, words: &str, now: DateTime<Utc>) -> Reply {
    let next = series.next(now).map(|next| format!(", {}", when(next.starts.to_utc()))).unwrap_or_default();
    Reply::text(format!("Added to the agenda of {}{next}:", name(series))).with(Part::Quote(words.to_owned()))
}

/// The question about a New Year that changes which meeting falls on even weeks.
pub(super) fn turn(turns: &[(&Series, Turn)]) -> Reply {
    let mut reply = Reply::default().with(Part::Title("The coming New Year changes odd and even weeks".to_owned()));
    for (series, turn) in turns {
        reply = reply.with(Part::text(format!("{}: {}", name(series), literal(&turn.to_string()))));
    }
    let ids: Vec<&str> = turns.iter().map(|(series, _)| series.id.as_str()).collect();
    reply.buttons(vec![
        Button::send("Keep alternating", "meetings.keep", "keep").primary(),
        Button::send("Show how to re-anchor", "meetings.anchor", ids.join(",")),
    ])
}

/// How the series that `ids` names are re-anchored.
pub(super) fn anchors(series: &[Series], ids: &str) -> Reply {
    let files: Vec<String> = series
        .iter()
        .filter(|one| ids.split(',').any(|id| id == one.id))
        .map(|one| format!("`commands/meetings/{}.toml`", one.id))
        .collect();
    Reply::text(format!(
        "Nothing is changed yet. To re-anchor, set `anchor` to the date that is named above in {}, by pull request; `firstmate check` shows the dates that follow.",
        files.join(" and ")
    ))
}
