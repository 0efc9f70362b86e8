//! One object at length.

use super::{PARTS, bold, cut, quoted, within};
use crate::domain::cluster::describe::{Description, Section};
use crate::domain::reply::{Part, Reply, literal};

/// Characters of a block of code; a block of Slack has room for 3,000.
const CODE: usize = 2_800;

/// One object at length; `complete` is whether its events could be read.
pub(crate) fn describe(description: &Description, complete: bool) -> Reply {
    let kind = if description.kind.is_empty() { "Object" } else { &description.kind };
    let mut reply =
        Reply::text(format!("{} {}{}", literal(kind), bold(&description.name), within(&description.namespace)));
    let events: Vec<Part> = description.events.iter().flat_map(quoted).collect();
    // Room for the events, their heading, and how much was left out.
    let room = PARTS - events.len() - 2;
    for (number, section) in description.sections.iter().enumerate() {
        let parts = parts(section);
        if reply.parts.len() + parts.len() > room {
            let left = description.sections.len() - number;
            reply = reply.note(format!("and {left} more section{}", if left == 1 { "" } else { "s" }));
            break;
        }
        reply.parts.extend(parts);
    }
    if events.is_empty() && !complete {
        return reply;
    }
    if events.is_empty() {
        return reply.note("No event of it is known. A cluster forgets them after an hour or a few.");
    }
    let mut reply = reply.with(Part::text("**Newest events**".to_owned()));
    reply.parts.extend(events);
    reply
}

fn parts(section: &Section) -> Vec<Part> {
    let heading = (!section.heading.is_empty()).then(|| Part::text(bold(&section.heading)));
    heading.into_iter().chain([Part::Code(cut(&section.lines.join("\n"), CODE))]).collect()
}
