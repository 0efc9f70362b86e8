//! What the audit log learns when a job ends: that what somebody asked for is done, and what the bot does of itself where others see it.

use super::{Hands, Outcome};
use crate::domain::effect::{About, Effect};
use crate::domain::issue::On;
use crate::store::{Became, Claim, Ended};

impl Hands {
    /// What is entered now that the job came to `outcome`; nothing while it goes on, and nothing of what only tells somebody something.
    pub(super) async fn ended(&self, claim: &Claim, outcome: &Outcome) -> anyhow::Result<Option<Ended>> {
        let became = match outcome {
            Outcome::Done => Became::Done,
            Outcome::Failed => Became::Failed,
            Outcome::NotYet(_) | Outcome::Again(_) => return Ok(None),
        };
        let at = self.clock.now();
        let wish = Ended { at, became, target: None, own: None };
        Ok(match &claim.job.effect {
            Effect::File { filing } => {
                // Forgotten meanwhile, or told to whoever asked as what cannot be.
                let Some(filed) = self.store.filed(&claim.job.key).await? else { return Ok(None) };
                let became = if filed.state.is_filed() { Became::Done } else { Became::Failed };
                let number = if let On::Issue(number) = filing.on { number } else { filed.number };
                let target = (number > 0).then(|| format!("{}#{number}", filed.repository));
                Some(Ended { became, target, ..wish })
            }
            // What was to be a file and could not be one is told instead.
            Effect::Direct { about: None, .. } => Some(Ended { became: Became::Failed, ..wish }),
            Effect::Post { about: Some(About::Meeting(announces)), .. } => {
                let target = format!("{}-{}", announces.series, announces.date);
                Some(Ended { target: Some(target), own: Some("meetings.announce"), ..wish })
            }
            Effect::Comment { repository, number, .. } => {
                Some(Ended { target: Some(format!("{repository}#{number}")), own: Some("issue.carry"), ..wish })
            }
            Effect::Post { about: None, .. }
            | Effect::Upload { .. }
            | Effect::KeepInStep { .. }
            | Effect::Withdraw { .. } => Some(wish),
            _ => None,
        })
    }
}
