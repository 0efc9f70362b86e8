//! Who and what is in the workspace from the beginning: the team, the people, the bot and the channels. Constants only; it
//! must not know what happens there.

/// The workspace. Real ids of the community where the contract names them, so that a catalogue fits both.
pub(super) const TEAM: &str = "T01SKMNPRUG";
pub(super) const TEAM_NAME: &str = "Operate First";
pub(super) const TEAM_DOMAIN: &str = "operatefirst";
/// The bot: as a user, as a bot, as an app, and by name.
pub(super) const BOT_USER: &str = "U0FIRSTMATE";
pub(super) const BOT: &str = "B0FIRSTMATE";
pub(super) const APP: &str = "A0FIRSTMATE";
pub(super) const BOT_NAME: &str = "firstmate";

/// A person of the workspace.
#[derive(Debug)]
pub(super) struct Person {
    pub(super) id: &'static str,
    pub(super) handle: &'static str,
    pub(super) name: &'static str,
    dm: &'static str,
}

/// Everybody there is.
pub(super) const PEOPLE: &[Person] = &[
    Person { id: "U0ANN", handle: "ann", name: "Ann Newcomer", dm: "D0ANN" },
    Person { id: "U0BOB", handle: "bob", name: "Bob Maintainer", dm: "D0BOB" },
];

/// A channel, or a direct message with the bot.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) topic: &'static str,
    /// The people in it; the bot is counted apart.
    pub(super) members: &'static [&'static str],
    /// Is the bot a member?
    pub(super) bot: bool,
}

impl Channel {
    pub(super) fn is_dm(&self) -> bool {
        self.id.starts_with('D')
    }

    /// What Slack calls it in deliveries.
    pub(super) fn wire_name(&self) -> &'static str {
        if self.is_dm() { "directmessage" } else { self.name }
    }
}

const EVERYBODY: &[&str] = &["U0ANN", "U0BOB"];

/// Every place there is.
pub(super) const CHANNELS: &[Channel] = &[
    Channel {
        id: "C01RF4SPNDD",
        name: "general",
        topic: "Everything about Operate First",
        members: EVERYBODY,
        bot: true,
    },
    Channel { id: "C01RMPVUUK1", name: "support", topic: "Ask for help here", members: EVERYBODY, bot: true },
    Channel { id: "C01RT0NNCP7", name: "announcements", topic: "Meetings and news", members: EVERYBODY, bot: true },
    Channel {
        id: "C02KY881CJE",
        name: "data-science",
        topic: "firstmate is not a member here",
        members: EVERYBODY,
        bot: false,
    },
    Channel { id: "D0ANN", name: BOT_NAME, topic: "", members: &["U0ANN"], bot: true },
    Channel { id: "D0BOB", name: BOT_NAME, topic: "", members: &["U0BOB"], bot: true },
];

/// The person with this id.
pub(super) fn person(id: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.id == id)
}

/// The channel with this id.
pub(super) fn channel(id: &str) -> Option<&'static Channel> {
    CHANNELS.iter().find(|channel| channel.id == id)
}

/// The direct message of a person with the bot.
pub(super) fn dm_of(person: &Person) -> &'static Channel {
    channel(person.dm).expect("every person has a direct message")
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
