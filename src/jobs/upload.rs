//! Gives somebody a file, once: its name tells whether it is there already.

use super::{Hands, Outcome};
use crate::domain::effect::Place;
use crate::slack::{Failure, Look};
use crate::store::Claim;

/// A file that is to be seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct File<'a> {
    /// Who wants it.
    pub(super) person: &'a str,
    /// Where everybody is to see it; their direct messages where there is no such place.
    pub(super) place: Option<&'a Place>,
    pub(super) name: &'a str,
    pub(super) text: &'a str,
    pub(super) comment: &'a str,
}

impl Hands {
    /// Puts a file where it is to be seen.
    pub(super) async fn upload(&self, claim: &Claim, file: File<'_>) -> anyhow::Result<Outcome> {
        self.hold(claim).await?;
        let place = match file.place {
            Some(place) => place.clone(),
            None => match self.slack.direct(file.person).await {
                Ok(place) => place,
                Err(failure) => return Ok(self.refused(claim, None, &failure).await),
            },
        };
        if claim.attempts > 0 {
            match self.is_there(claim, &place, file.name).await? {
                Ok(true) => return Ok(Outcome::Done),
                Ok(false) => {}
                Err(failure) => return Ok(self.refused(claim, None, &failure).await),
            }
        }
        if let Some(wait) = self.pace.wait(&place.channel) {
            let due = self.clock.now() + wait;
            return Ok(if claim.attempts > 0 { Outcome::Again(due) } else { Outcome::NotYet(due) });
        }
        match self.put(claim, &place, file).await? {
            Ok(()) => Ok(Outcome::Done),
            Err(failure) => Ok(self.refused(claim, None, &failure).await),
        }
    }

    /// Three calls; the claim must hold through each.
    async fn put(&self, claim: &Claim, place: &Place, file: File<'_>) -> anyhow::Result<Result<(), Failure>> {
        self.hold(claim).await?;
        let upload = match self.slack.begin_upload(file.name, file.text.len()).await {
            Ok(upload) => upload,
            Err(failure) => return Ok(Err(failure)),
        };
        self.hold(claim).await?;
        if let Err(failure) = self.slack.send_file(&upload, file.text).await {
            return Ok(Err(failure));
        }
        self.hold(claim).await?;
        let shown_by = file.place.map(|_| file.person);
        Ok(self.slack.show_file(&upload, place, file.comment, shown_by).await)
    }

    async fn is_there(&self, claim: &Claim, place: &Place, name: &str) -> anyhow::Result<Result<bool, Failure>> {
        let mut cursor = None;
        loop {
            self.hold(claim).await?;
            match self.slack.look_for_file(place, name, claim.created, cursor).await {
                Ok(Look::Found(..)) => return Ok(Ok(true)),
                Ok(Look::End) => return Ok(Ok(false)),
                Ok(Look::Next(next)) => cursor = Some(next),
                Err(failure) => return Ok(Err(failure)),
            }
        }
    }
}
