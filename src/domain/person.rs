//! Who may do what: roles give people or channels permissions, and what nobody allowed is denied. Knows ids only;
//! where roles are written down is the catalogue's affair.

use thiserror::Error;

/// Something that needs to be allowed. Reading answers needs no permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See which topics were declined or unhelpful.
    OnboardGaps,
    /// Skip, move and restore meetings.
    MeetingsChange,
    /// Read what everybody did through the bot.
    AuditRead,
    /// Stop everything that the bot does, and let it go on.
    BotPause,
    /// Put notices on top of answers.
    BotNotice,
}

impl Permission {
    /// Every permission there is.
    pub const ALL: [Permission; 5] = [
        Permission::OnboardGaps,
        Permission::MeetingsChange,
        Permission::AuditRead,
        Permission::BotPause,
        Permission::BotNotice,
    ];

    /// As it is written in `commands/roles.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Permission::OnboardGaps => "onboard.gaps",
            Permission::MeetingsChange => "meetings.change",
            Permission::AuditRead => "audit.read",
            Permission::BotPause => "bot.pause",
            Permission::BotNotice => "bot.notice",
        }
    }

    /// What it lets somebody do, in words that follow "may".
    #[must_use]
    pub fn means(self) -> &'static str {
        match self {
            Permission::OnboardGaps => "see which topics were not answered",
            Permission::MeetingsChange => "skip, move and restore meetings",
            Permission::AuditRead => "read what everybody did through me",
            Permission::BotPause => "pause me and let me go on",
            Permission::BotNotice => "put notices on top of answers",
        }
    }

    /// The permission of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Permission> {
        Permission::ALL.into_iter().find(|permission| permission.name() == name)
    }
}

/// People and channels that may do the same things.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Role {
    /// What the community calls it.
    pub name: String,
    /// Slack user ids (`U…` or `W…`).
    pub people: Vec<String>,
    /// Slack channel ids (`C…` or `G…`): whoever asks there has the role. With people named too, they must ask there.
    pub channels: Vec<String>,
    /// What it permits.
    pub may: Vec<Permission>,
}

/// All roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    /// In the order of the file.
    pub roles: Vec<Role>,
}

/// Where a rule holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Channels {
    /// In every conversation, direct messages too.
    All,
    /// In these channels, by id.
    Only(Vec<String>),
}

/// For whom a rule holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody in the workspace.
    All,
    /// Those who have one of these roles.
    Only(Vec<String>),
}

/// A refusal, with the rule that decided it, so that people can ask the right person for the right thing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{rule}")]
pub struct Denial {
    /// The rule, worded for the person.
    pub rule: String,
    /// The same without a word of theirs, to be kept.
    pub cause: Box<Cause>,
}

/// What was denied and by what: names of rules and verbs, nothing that somebody wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cause {
    /// What was tried, as `meetings.change` or `cluster.get`.
    pub tried: String,
    /// At what: a repository, or cluster, kind and namespace.
    pub target: String,
    /// The file that decides, from the root of the repository.
    pub file: String,
    /// The entry in it that comes nearest; empty where there is none.
    pub entry: String,
    /// The keys of that entry which do not fit.
    pub keys: Vec<String>,
    /// Roles that would have been let through.
    pub roles: Vec<String>,
}

/// Where roles stand.
pub const ROLES_FILE: &str = "commands/roles.toml";

impl Roles {
    /// Whether a person may do this in a channel.
    ///
    /// # Errors
    ///
    /// A denial that names the roles which would have permitted it.
    pub fn allows(&self, person: &str, channel: &str, permission: Permission) -> Result<(), Denial> {
        let able: Vec<&Role> = self.roles.iter().filter(|role| role.may.contains(&permission)).collect();
        if able.iter().any(|role| role.covers(person, channel)) {
            return Ok(());
        }
        let name = permission.name();
        let rule = if able.is_empty() {
            format!(
                "Nobody may do that yet: no role in commands/roles.toml has `{name}`. A maintainer adds it by pull request."
            )
        } else {
            let roles: Vec<String> = able.iter().map(|role| format!("`{}`", role.name)).collect();
            format!(
                "Only the role {} may do that (`{name}` in commands/roles.toml). Ask somebody who has it, or in #support.",
                roles.join(" or ")
            )
        };
        let cause = Cause {
            tried: name.to_owned(),
            file: ROLES_FILE.to_owned(),
            entry: name.to_owned(),
            keys: vec!["may".to_owned()],
            roles: able.iter().map(|role| role.name.clone()).collect(),
            ..Cause::default()
        };
        Err(Denial { rule, cause: Box::new(cause) })
    }
}

impl Roles {
    /// The roles that a person has when they ask in a channel.
    pub fn of(&self, person: &str, channel: &str) -> impl Iterator<Item = &Role> {
        self.roles.iter().filter(move |role| role.covers(person, channel))
    }

    /// The people who are named in roles of these names, each once.
    #[must_use]
    pub fn people_with(&self, names: &[String]) -> Vec<&str> {
        let roles = self.roles.iter().filter(|role| names.contains(&role.name));
        let mut people: Vec<&str> = roles.flat_map(|role| &role.people).map(String::as_str).collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    /// Whether a person has one of the roles of these names when they ask in a channel.
    #[must_use]
    pub fn has_one_of(&self, names: &[String], person: &str, channel: &str) -> bool {
        self.roles.iter().filter(|role| names.contains(&role.name)).any(|role| role.covers(person, channel))
    }

    /// Whether there is anybody at all who may do this.
    #[must_use]
    pub fn anybody_may(&self, permission: Permission) -> bool {
        let able = |role: &&Role| role.may.contains(&permission);
        self.roles.iter().filter(able).any(|role| !role.people.is_empty() || !role.channels.is_empty())
    }

    /// The people who are named in a role with this permission, each once.
    #[must_use]
    pub fn people_who_may(&self, permission: Permission) -> Vec<&str> {
        let roles = self.roles.iter().filter(|role| role.may.contains(&permission));
        let mut people: Vec<&str> = roles.flat_map(|role| &role.people).map(String::as_str).collect();
        people.sort_unstable();
        people.dedup();
        people
    }
}

/// What stands in place of the id of somebody who wished to be forgotten.
pub const FORGOTTEN: &str = "forgotten";

/// The text without the id of `person`; ids that only begin or end like it stay.
#[must_use]
pub fn unnamed(text: &str, person: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(person).filter(|_| !person.is_empty()) {
        let (before, behind) = (&rest[..at], &rest[at + person.len()..]);
        out.push_str(before);
        let longer = out.ends_with(|c: char| c.is_ascii_alphanumeric())
            || behind.starts_with(|c: char| c.is_ascii_alphanumeric());
        out.push_str(if longer { person } else { FORGOTTEN });
        rest = behind;
    }
    out + rest
}

impl Channels {
    /// Whether this channel is one of them.
    #[must_use]
    pub fn hold(&self, channel: &str) -> bool {
        match self {
            Channels::All => true,
            Channels::Only(ids) => ids.iter().any(|id| id == channel),
        }
    }
}

impl Who {
    /// Whether a person is meant when they ask in a channel.
    #[must_use]
    pub fn covers(&self, roles: &Roles, person: &str, channel: &str) -> bool {
        match self {
            Who::All => true,
            Who::Only(names) => roles.has_one_of(names, person, channel),
        }
    }
}

impl Role {
    fn covers(&self, person: &str, channel: &str) -> bool {
        let has = |ids: &[String], id: &str| ids.iter().any(|other| other == id);
        match (self.people.is_empty(), self.channels.is_empty()) {
            (true, true) => false,
            (false, true) => has(&self.people, person),
            (true, false) => has(&self.channels, channel),
            (false, false) => has(&self.people, person) && has(&self.channels, channel),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(people: &[&str], channels: &[&str]) -> Roles {
        let own = |ids: &[&str]| ids.iter().map(ToString::to_string).collect();
        Roles {
            roles: vec![Role {
                name: "maintainer".into(),
                people: own(people),
                channels: own(channels),
                may: vec![Permission::OnboardGaps],
            }],
        }
    }

    #[rstest::rstest]
    #[case(&[], &[], false)]
    #[case(&["U1"], &[], true)]
    #[case(&["U2"], &[], false)]
    #[case(&[], &["C1"], true)]
    #[case(&["U1"], &["C1"], true)]
    #[case(&["U1"], &["C2"], false)]
    #[case(&["U2"], &["C1"], false)]
    fn what_nobody_allowed_is_denied(#[case] people: &[&str], #[case] channels: &[&str], #[case] allowed: bool) {
        assert_eq!(role(people, channels).allows("U1", "C1", Permission::OnboardGaps).is_ok(), allowed);
    }

    #[test]
    fn an_id_goes_and_longer_ones_stay() {
        assert_eq!(
            unnamed("<@U1> and \"U1\" of U12, AU1, U1U1, U1", "U1"),
            "<@forgotten> and \"forgotten\" of U12, AU1, U1U1, forgotten"
        );
        assert_eq!(unnamed("nobody", ""), "nobody");
    }

    #[test]
    fn a_denial_names_its_rule() {
        let rule = |roles: Roles| roles.allows("U1", "C1", Permission::OnboardGaps).unwrap_err().to_string();
        assert_eq!(
            rule(Roles::default()),
            "Nobody may do that yet: no role in commands/roles.toml has `onboard.gaps`. A maintainer adds it by pull request."
        );
        assert_eq!(
            rule(role(&[], &[])),
            "Only the role `maintainer` may do that (`onboard.gaps` in commands/roles.toml). Ask somebody who has it, or in #support."
        );
    }
}
