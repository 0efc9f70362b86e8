//! How a command is written, read off its grammar, so that it is never written twice.

use clap::{Arg, ArgAction, Command};

/// The words that may stand behind the name of `command`, without its flags.
#[must_use]
pub fn words(command: &Command) -> String {
    let verb = command.get_subcommand_value_name().map(|verb| format!("<{verb}>"));
    command.get_positionals().map(word).chain(verb).collect::<Vec<_>>().join(" ")
}

/// What may stand behind the name of `command`: words first, then flags.
#[must_use]
pub fn arguments(command: &Command) -> String {
    let words = command.get_positionals().map(word);
    let flags = command.get_arguments().filter(|argument| !argument.is_positional() && !argument.is_hide_set());
    let flags = flags.map(flag);
    words.chain(flags).collect::<Vec<_>>().join(" ")
}

fn word(argument: &Arg) -> String {
    let name = name(argument);
    let many = argument.get_num_args().is_some_and(|range| range.min_values() > 0 && range.max_values() > 1);
    if argument.is_required_set() || many { format!("<{name}>") } else { format!("[{name}]") }
}

fn is_switch(argument: &Arg) -> bool {
    matches!(argument.get_action(), ArgAction::SetTrue)
}

fn flag(argument: &Arg) -> String {
    let long = argument.get_long().map(|long| format!("--{long}"));
    let flag = argument.get_short().map(|short| format!("-{short}")).or(long).unwrap_or_default();
    if is_switch(argument) { format!("[{flag}]") } else { format!("[{flag} {}]", name(argument)) }
}

fn name(argument: &Arg) -> String {
    let names = argument.get_value_names().and_then(|names| names.first());
    names.map_or_else(|| argument.get_id().to_string(), |name| name.to_lowercase())
}
