//! The kind of answer that a question asks for. "How many projects …" is not answered by an entry that knows what a
//! project is, however many words they share.

/// A kind of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Asked {
    /// A number: how many, how much, how long, how big.
    Count,
    /// A time or a date.
    Time,
    /// A person or a group.
    Person,
    /// A version.
    Version,
    /// An address: where, a link.
    Place,
    /// A reason.
    Reason,
    /// Steps.
    Method,
    /// Anything else; every entry holds that.
    Open,
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Kinds(u8);

impl Kinds {
    /// Whether an answer of this kind is to be had.
    #[must_use]
    pub fn hold(self, asked: Asked) -> bool {
        asked == Asked::Open || self.0 & (1 << asked as u8) != 0
    }

    pub(super) fn add(&mut self, asked: Asked) {
        self.0 |= 1 << asked as u8;
    }
}

impl Asked {
    /// Reads the kind from a question's plain words in their order.
    #[must_use]
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Asked {
        let mut words = words.into_iter().peekable();
        let mut fallback = Asked::Open;
        while let Some(word) = words.next() {
            match (word, words.peek().copied()) {
                ("how", Some("many" | "much" | "long" | "big" | "large" | "often" | "old" | "far" | "fast"))
                | ("number" | "count", Some("of"))
                | ("what", Some("size" | "percentage")) => return Asked::Count,
                ("when" | "since", _)
                | ("what" | "which", Some("time" | "date" | "day" | "year" | "weekday" | "hour"))
                | ("until", Some("when")) => return Asked::Time,
                ("who" | "whom" | "whose", _) | ("which", Some("person" | "people" | "company" | "companies")) => {
                    return Asked::Person;
                }
                ("version" | "versions", _) => return Asked::Version,
                ("where" | "link" | "links" | "url" | "address", _) => return Asked::Place,
                ("why", _) => fallback = first(fallback, Asked::Reason),
                ("how", _) => fallback = first(fallback, Asked::Method),
                _ => {}
            }
        }
        fallback
    }
}

fn first(earlier: Asked, later: Asked) -> Asked {
    if earlier == Asked::Open { later } else { earlier }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("how many cpus are left", Asked::Count)]
    #[case("when is the meeting", Asked::Time)]
    #[case("at what time is the call", Asked::Time)]
    #[case("whom do i mail", Asked::Person)]
    #[case("which version of openshift runs", Asked::Version)]
    #[case("meet link coordination", Asked::Place)]
    #[case("why does it exist", Asked::Reason)]
    #[case("how do i join", Asked::Method)]
    #[case("backups", Asked::Open)]
    fn the_kind_is_read_from_the_wording(#[case] question: &str, #[case] asked: Asked) {
        assert_eq!(Asked::of(question.split(' ')), asked);
    }
}
