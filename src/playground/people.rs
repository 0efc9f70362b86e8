//! Who and what is in the workspace from the beginning: the team, the people, the bot and the channels. It must not know what
//! happens there.

/// The workspace. Real ids of the community where the contract names them, so that a catalogue fits both.
pub(super) const TEAM: &str = "T01SKMNPRUG";
pub(super) const TEAM_NAME: &str = "Operate First";
pub(super) const TEAM_DOMAIN: &str = "operatefirst";
/// The bot: as a user, as a bot, as an app, and by name.
pub(super) const BOT_USER: &str = "U0FIRSTMATE";
pub(super) const BOT: &str = "B0FIRSTMATE";
pub(super) const APP: &str = "A0FIRSTMATE";
pub(super) const BOT_NAME: &str = "firstmate";

/// Somebody of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// As in `U0ANN`.
    pub id: String,
    /// As in `ann`.
    pub handle: String,
    /// As in `Ann Newcomer`.
    pub name: String,
}

impl Member {
    /// Somebody with this id, handle and name.
    pub fn new(id: &str, handle: &str, name: &str) -> Self {
        Self { id: id.to_owned(), handle: handle.to_owned(), name: name.to_owned() }
    }

    /// The id of the direct message with the bot.
    fn dm(&self) -> String {
        format!("D{}", self.id.trim_start_matches(['U', 'W']))
    }
}

/// What sort of conversation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Public,
    Private,
    /// A direct message with the bot.
    Direct,
}

/// A channel, or a direct message with the bot.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) topic: String,
    pub(super) kind: Kind,
    pub(super) archived: bool,
    /// The people in it; the bot is counted apart.
    pub(super) members: Vec<String>,
    /// Is the bot a member?
    pub(super) bot: bool,
}

impl Channel {
    pub(super) fn is_dm(&self) -> bool {
        self.kind == Kind::Direct
    }

    /// What Slack calls it in commands and interactions: it keeps the names of private ones to itself.
    pub(super) fn wire_name(&self) -> &str {
        match self.kind {
            Kind::Public => &self.name,
            Kind::Private => "privategroup",
            Kind::Direct => "directmessage",
        }
    }

    /// The `channel_type` of its events. <https://docs.slack.dev/reference/events/message>
    pub(super) fn event_type(&self) -> &'static str {
        match self.kind {
            Kind::Public => "channel",
            Kind::Private => "group",
            Kind::Direct => "im",
        }
    }

    pub(super) fn has(&self, person: &Member) -> bool {
        self.members.contains(&person.id)
    }
}

/// The two people that are always there.
const ANN: (&str, &str, &str) = ("U0ANN", "ann", "Ann Newcomer");
const BOB: (&str, &str, &str) = ("U0BOB", "bob", "Bob Maintainer");

/// Public channels: id, name, topic, and whether the bot is a member. Everybody is in them.
const PUBLIC: &[(&str, &str, &str, bool)] = &[
    ("C01RF4SPNDD", "general", "Everything about Operate First", true),
    ("C01RMPVUUK1", "support", "Ask for help here", true),
    ("C01RT0NNCP7", "announcements", "Meetings and news", true),
    ("C02KY881CJE", "data-science", "firstmate is not a member here", false),
];
/// A public channel in which nobody can say anything any more.
const ARCHIVED: (&str, &str, &str, bool) = ("C0OLDNEWS01", "old-news", "Archived: it can be read", true);
/// Private channels: the same, and who is in them.
const PRIVATE: &[(&str, &str, &str, bool, &[&str])] = &[
    ("C0OPSPRIV1", "ops-private", "What only operators read", true, &[ANN.0, BOB.0]),
    ("C0MAINTPRV", "maintainers", "firstmate does not know of this channel", false, &[BOB.0]),
];

/// Everybody and every place there is; nobody comes or goes.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) people: Vec<Member>,
    pub(super) channels: Vec<Channel>,
}

impl Default for Directory {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl Directory {
    /// Ann and Bob, and these beside them.
    pub(super) fn new(more: Vec<Member>) -> Self {
        let people: Vec<Member> =
            [ANN, BOB].into_iter().map(|(id, handle, name)| Member::new(id, handle, name)).chain(more).collect();
        let everybody: Vec<String> = people.iter().map(|person| person.id.clone()).collect();
        let place = |(id, name, topic, bot): (&str, &str, &str, bool), kind, members| Channel {
            id: id.to_owned(),
            name: name.to_owned(),
            topic: topic.to_owned(),
            kind,
            archived: false,
            members,
            bot,
        };
        let public = PUBLIC.iter().map(|channel| place(*channel, Kind::Public, everybody.clone()));
        let private = PRIVATE.iter().map(|(id, name, topic, bot, members)| {
            place((id, name, topic, *bot), Kind::Private, members.iter().map(|id| (*id).to_owned()).collect())
        });
        let archived = Channel { archived: true, ..place(ARCHIVED, Kind::Public, everybody.clone()) };
        let direct = people
            .iter()
            .map(|person| place((&person.dm(), BOT_NAME, "", true), Kind::Direct, vec![person.id.clone()]));
        let channels = public.chain(private).chain([archived]).chain(direct).collect();
        Self { people, channels }
    }

    /// The person with this id.
    pub(super) fn person(&self, id: &str) -> Option<&Member> {
        self.people.iter().find(|person| person.id == id)
    }

    /// The person of this handle.
    pub(super) fn called(&self, handle: &str) -> Option<&Member> {
        self.people.iter().find(|person| person.handle == handle)
    }

    /// The channel with this id.
    pub(super) fn channel(&self, id: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.id == id)
    }

    /// The channel of this name, without `#`.
    pub(super) fn named(&self, name: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| !channel.is_dm() && channel.name == name)
    }

    /// The direct message of a person with the bot.
    pub(super) fn dm_of(&self, person: &Member) -> &Channel {
        self.channel(&person.dm()).expect("every person has a direct message")
    }

    /// What people read in place of a user's id.
    pub(super) fn name_of<'a>(&'a self, user: &'a str) -> &'a str {
        match user {
            BOT_USER => BOT_NAME,
            id => self.person(id).map_or(id, |person| &person.name),
        }
    }
}

/// What the menu of a message offers beside the workspace's own entries.
#[derive(Debug, Clone)]
pub struct Shortcut {
    /// What the bot knows it by.
    pub callback_id: String,
    /// What people read, as in `Add to the agenda`.
    pub name: String,
}

/// A slash command that the workspace offers.
#[derive(Debug, Clone)]
pub struct SlashCommand {
    /// With its slash, as in `/onboard`.
    pub name: String,
    /// The usage hint that the composer shows, as in `your question`.
    pub hint: String,
    /// One line about what it does.
    pub description: String,
}
