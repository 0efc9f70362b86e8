//! One object at length.

use super::{PARTS, bold, cut, quoted, within};
use crate::domain::cluster::describe::{Description, Section};
use crate::domain::reply::{Part, Reply, literal};

/// Characters of a block of code; a block of Slack has room for 3,000.
const CODE: usize = 2_800;

/// One object at length.
pub(crate) fn describe(description: &Description) -> Reply {
    let kind = if description.kind.is_empty() { "Object" } else { &description.kind };
    let mut reply =
        Reply::text(format!("{} {}{}", literal(kind), bold(&description.name), within(&description.namespace)));
    let events: Vec<Part> = description.events.iter().flat_map(quoted).collect();
    // Room for the events, their heading, and how much was left out.
    let room = PARTS - events.len() - 2;
    for (number, section) in description.sections.iter().enumerate() {
        let parts = parts(section);
        if reply.parts.len() + parts.len() > room {
            reply = reply.note(format!("and {} more sections", description.sections.len() - number));
            break;
        }
        reply.parts.extend(parts);
    }
    if events.is_empty() {
        return reply.note("No event of it is known. A cluster forgets them after an hour or a few.");
    }
    let mut reply = reply.with(Part::Text("**Newest events**".to_owned()));
    reply.parts.extend(events);
    reply
}

fn parts(section: &Section) -> Vec<Part> {
    let heading = (!section.heading.is_empty()).then(|| Part::Text(bold(&section.heading)));
    heading.into_iter().chain([Part::Code(cut(&section.lines.join("\n"), CODE))]).collect()
}
