//! Whose an effect is: asked for by somebody, meant for them, or made of their words. Needed to withdraw what is theirs when they wish to
//! be forgotten.

use super::{About, Effect};

impl Effect {
    /// Whether it is this person's, to whom the filings of these keys belong.
    #[must_use]
    pub fn is_of(&self, person: &str, filings: &[String]) -> bool {
        let theirs = |of: &String| filings.contains(of);
        let about_theirs = matches!(self.about(), Some(About::Issue(report)) if theirs(&report.issue));
        match self {
            Self::Answer { person: who, .. }
            | Self::Direct { person: who, .. }
            | Self::Whisper { person: who, .. }
            | Self::Read { person: who, .. }
            | Self::Upload { person: who, .. } => who == person,
            Self::Carry { message, .. } => message.user.as_deref() == Some(person),
            Self::Post { reply, .. } | Self::Edit { reply, .. } => about_theirs || reply.is_from(person),
            Self::Show { of } | Self::Confirm { of } | Self::Regret { of, .. } | Self::KeepInStep { of, .. } => {
                theirs(of)
            }
            // Taking something back leaves less behind, not more.
            Self::Withdraw { .. }
            | Self::File { .. }
            | Self::Remind { .. }
            | Self::Correct { .. }
            | Self::Refresh { .. }
            | Self::Poll { .. }
            | Self::Comment { .. } => false,
        }
    }
}
