//! `onboard/names.toml`: other names of things, and words that mean nearly the same.

use std::collections::HashMap;

use super::fault::Fault;
use super::page::{Page, Placed, Table};
use crate::domain::answers::{Alike, Name, Names, wording};

pub(super) fn read(page: &Page<'_>, faults: &mut Vec<Fault>) -> Names {
    page.table(0..page.text.len(), faults, |table| {
        let mut names = Names::default();
        let mut ways = HashMap::new();
        for entry in table.tables("names") {
            let name = entry.text("name");
            let also = entry.texts("also");
            if also.is_empty() {
                entry.note(entry.at(), "`also` holds no other name");
            }
            for way in name.iter().chain(&also) {
                once(&entry, way, &mut ways, "stands for another name already");
            }
            let also = also.into_iter().map(|way| way.value).collect();
            names.names.extend(name.map(|name| Name { name: name.value, also }));
        }
        let mut words_seen = HashMap::new();
        for entry in table.tables("alike") {
            let words = entry.texts("words");
            if words.len() < 2 {
                entry.note(entry.at(), "`words` needs two words or more");
            }
            for word in &words {
                once(&entry, word, &mut words_seen, "stands in another group already");
                if wording::plain(&word.value).contains(' ') {
                    entry
                        .note(word.at, format!("\"{}\" is more than one word; such names go to [[names]]", word.value));
                }
            }
            names.alike.push(Alike { words: words.into_iter().map(|word| word.value).collect() });
        }
        names
    })
}

/// Notes a way of writing that another entry has; twice in one entry is harmless ("CI/CD" and "ci cd" are the same words).
fn once(entry: &Table<'_>, way: &Placed<String>, seen: &mut HashMap<String, usize>, fault: &str) {
    let owner = *seen.entry(wording::plain(&way.value).trim().to_owned()).or_insert(entry.at());
    if owner != entry.at() {
        entry.note(way.at, format!("\"{}\" {fault}", way.value));
    }
}
