//! What admins are told when a change of the catalogue was refused: the first faults, and what to do.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::command::Ctx;
use crate::domain::effect::Effect;
use crate::domain::person::Permission;
use crate::domain::reply::{Part, Reply, literal};
use crate::store::Job;

/// Faults that are shown; `firstmate check` lists them all.
const SHOWN: usize = 5;

/// One message to each admin about a catalogue that lies there with `faults`; `digest` names what it holds, so that any number of replicas
/// tell it once.
pub fn tell_of_refusal(ctx: &Ctx, faults: &[String], digest: &str) -> Vec<Job> {
    let reply = worded(faults);
    let admins = ctx.knowledge.roles().people_who_may(Permission::BotPause);
    let job = |person: &str| Job {
        // A key is kept for a week, and a person's id is not.
        key: format!("catalogue:{digest}:{}", hex::encode(&Sha256::digest(person)[..8])),
        effect: Effect::Direct { person: person.to_owned(), reply: reply.clone(), about: None },
    };
    admins.into_iter().map(job).collect()
}

fn worded(faults: &[String]) -> Reply {
    let mut list = String::new();
    for fault in faults.iter().take(SHOWN) {
        let _ = writeln!(list, "- {}", literal(fault));
    }
    if faults.len() > SHOWN {
        let _ = writeln!(list, "- and {} more", faults.len() - SHOWN);
    }
    Reply::default()
        .with(Part::Title("I did not take a change of my catalogue".to_owned()))
        .with(Part::text(format!("I go on with what I knew before, because it has faults:\n{list}")))
        .note("`firstmate check` lists them all. Mend them before I am restarted: with faults in my catalogue I do not start.")
}
