//! `help`: what the bot can do, read off the grammar, so that it is never written twice.

use std::fmt::Write as _;
use std::sync::LazyLock;

use clap::{Args, CommandFactory, Subcommand};
use serde::Serialize;

use super::line::{Line, harmless};
use super::own::Own;
use super::{Result, UserError};
use crate::domain::reply::{Part, Reply};
use crate::domain::usage::{arguments, words};

/// Commands that are reached through `/firstmate` rather than by a slash command of their own: those about the bot itself.
static WITHOUT_SLASH: LazyLock<Vec<String>> = LazyLock::new(|| {
    let own = Own::augment_subcommands(clap::Command::default());
    let names = own.get_subcommands().map(|command| command.get_name().to_owned());
    std::iter::once("help".to_owned()).chain(names).collect()
});

/// A slash command as the workspace knows it, for the app's manifest and for completion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlashCommand {
    /// With the slash.
    pub name: String,
    /// What may stand behind it.
    pub hint: String,
    /// What it does.
    pub description: String,
}

/// Arguments of `help`.
#[derive(Debug, Args)]
pub struct Help {
    /// The command you want to know about
    command: Option<String>,
}

impl Help {
    pub(super) fn run(self) -> Result {
        match self.command.as_deref().map(|name| name.trim_start_matches('/').to_lowercase()) {
            None => Ok(overview()),
            Some(name) if name == "firstmate" => Ok(overview()),
            Some(name) => one(&name).ok_or_else(|| {
                let suggestion = closest(&name);
                UserError::UnknownCommand { word: harmless(&name), suggestion }.into()
            }),
        }
    }
}

/// The slash commands of the grammar.
pub fn slash_commands() -> Vec<SlashCommand> {
    let line = Line::command();
    let mut commands: Vec<SlashCommand> = line
        .get_subcommands()
        .filter(|command| !is_without_slash(command.get_name()))
        .map(|command| SlashCommand {
            name: format!("/{}", command.get_name()),
            hint: words(command),
            description: about(command),
        })
        .collect();
    commands.push(SlashCommand {
        name: "/firstmate".to_owned(),
        hint: WITHOUT_SLASH.join(" | "),
        description: "What I can do, and everything else".to_owned(),
    });
    commands
}

fn is_without_slash(name: &str) -> bool {
    WITHOUT_SLASH.iter().any(|own| own == name)
}

/// How the command that `line` begins with is written, down to the verb that it names.
pub(super) fn usage(line: &str) -> String {
    let root = Line::command();
    let (path, command) = named(&root, line);
    if path.is_empty() {
        "/firstmate help".to_owned()
    } else {
        format!("/{} {}", path.join(" "), arguments(command)).trim_end().to_owned()
    }
}

/// The options of the command that `line` begins with.
pub(super) fn options(line: &str) -> Vec<String> {
    let root = Line::command();
    let (_, command) = named(&root, line);
    command.get_arguments().filter_map(|argument| argument.get_long().map(str::to_owned)).collect()
}

/// Whether the command that `line` begins with takes somebody's own words at its end.
pub(super) fn ends_in_prose(line: &str) -> bool {
    let root = Line::command();
    let (_, command) = named(&root, line);
    command.get_positionals().any(clap::Arg::is_trailing_var_arg_set)
}

/// The deepest command that the first words of `line` name, and those words.
fn named<'a>(root: &'a clap::Command, line: &str) -> (Vec<String>, &'a clap::Command) {
    let (mut path, mut command) = (Vec::new(), root);
    for word in line.split_whitespace() {
        let Some(next) = command.find_subcommand(word.to_lowercase()) else {
            break;
        };
        path.push(next.get_name().to_owned());
        command = next;
    }
    if path.first().is_some_and(|first| is_without_slash(first)) {
        path.insert(0, "firstmate".to_owned());
    }
    (path, command)
}

fn overview() -> Reply {
    let line = Line::command();
    // Two pieces, since all of it is more than fits one.
    let [commands, own] = [false, true].map(|own| {
        let listed = line.get_subcommands().filter(|command| is_without_slash(command.get_name()) == own);
        listed.map(entry).collect::<String>()
    });
    Reply::default()
        .with(Part::Title("What I can do".to_owned()))
        .with(Part::text(commands))
        .with(Part::text(own))
        .note(
            "In a thread, mention me: `@firstmate` and then the same words, without the slash. A mention that is no command is taken as a question. \
             Only you see what I answer, until you choose to show it.",
        )
}

/// A line for a command and for each of its verbs.
fn entry(command: &clap::Command) -> String {
    let mut list = format!("- `{}` {}\n", written(command), about(command));
    for verb in command.get_subcommands() {
        let _ = writeln!(list, "- `{} {}` {}", prefix(command), behind(verb.get_name(), &words(verb)), about(verb));
    }
    list
}

/// How the command `name` goes.
pub(super) fn about_command(name: &str) -> Reply {
    one(name).unwrap_or_else(overview)
}

fn one(name: &str) -> Option<Reply> {
    let line = Line::command();
    let command = line.find_subcommand(name)?;
    let mut text = format!("{}.\n\n- `{}`", about(command), written(command));
    verbs(command, &prefix(command), &mut text);
    if let Some(examples) = command.get_after_help() {
        let _ = write!(text, "\n\n{examples}");
    }
    Some(Reply::default().with(Part::Title(prefix(command))).with(Part::text(text)))
}

/// A line for each verb of `command` and for each of theirs.
fn verbs(command: &clap::Command, prefix: &str, text: &mut String) {
    for verb in command.get_subcommands() {
        let _ = write!(text, "\n- `{prefix} {}` {}", behind(verb.get_name(), &arguments(verb)), about(verb));
        verbs(verb, &format!("{prefix} {}", verb.get_name()), text);
    }
}

fn closest(name: &str) -> Option<String> {
    let line = Line::command();
    let near =
        |command: &clap::Command| (strsim::osa_distance(command.get_name(), name), command.get_name().to_owned());
    line.get_subcommands().map(near).filter(|(distance, _)| *distance <= 2).min().map(|(_, name)| name)
}

fn prefix(command: &clap::Command) -> String {
    if is_without_slash(command.get_name()) {
        format!("/firstmate {}", command.get_name())
    } else {
        format!("/{}", command.get_name())
    }
}

/// A name and what stands behind it.
fn behind(name: &str, hint: &str) -> String {
    format!("{name} {hint}").trim_end().to_owned()
}

fn written(command: &clap::Command) -> String {
    behind(&prefix(command), &words(command))
}

fn about(command: &clap::Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}
