//! The app as Slack is told of it: what is shipped is what the program prints.

use std::process::Output;

fn manifest(arguments: &[&str]) -> Output {
    #[expect(clippy::disallowed_methods, reason = "the program itself is what is tested")]
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_firstmate"));
    command.arg("manifest").args(arguments).output().unwrap()
}

#[test]
fn the_shipped_manifest_is_what_the_program_prints() {
    let printed = String::from_utf8(manifest(&[]).stdout).unwrap();
    assert_eq!(include_str!("../../deploy/slack-manifest.yaml"), printed);
    let read: serde_json::Value = serde_saphyr::from_str(&printed).unwrap();
    let commands = read["features"]["slash_commands"].as_array().unwrap();
    let names: Vec<&str> = commands.iter().map(|command| command["command"].as_str().unwrap()).collect();
    assert_eq!(names, ["/onboard", "/meetings", "/issue", "/cluster", "/firstmate"]);
    assert!(read["oauth_config"]["scopes"]["bot"].as_array().unwrap().iter().all(serde_json::Value::is_string));
    // What Slack allows (https://docs.slack.dev/reference/app-manifest).
    let longest = |value: &serde_json::Value| value.as_str().map_or(0, |text| text.chars().count());
    assert!(longest(&read["display_information"]["description"]) <= 140);
    assert!(
        commands
            .iter()
            .all(|command| longest(&command["usage_hint"]) <= 1_000 && longest(&command["description"]) <= 2_000)
    );
    let shortcuts = read["features"]["shortcuts"].as_array().unwrap();
    assert!(
        shortcuts.iter().all(|shortcut| longest(&shortcut["name"]) <= 24 && longest(&shortcut["description"]) <= 150)
    );
}

#[test]
fn the_address_is_filled_in_and_must_be_one_that_slack_sends_to() {
    let printed = String::from_utf8(manifest(&["--url", "https://bot.example/"]).stdout).unwrap();
    assert!(printed.contains("\"https://bot.example/slack/events\"") && !printed.contains("firstmate.example.org"));
    let refused = manifest(&["--url", "http://bot.example"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(told, "firstmate: --url http://bot.example: Slack sends to addresses that begin with https:// only\n");
}

#[test]
fn socket_mode_is_switched_on_and_needs_no_address() {
    let printed = String::from_utf8(manifest(&["--socket"]).stdout).unwrap();
    let read: serde_json::Value = serde_saphyr::from_str(&printed).unwrap();
    assert_eq!(read["settings"]["socket_mode_enabled"], true);
    assert_eq!(read["settings"]["interactivity"]["is_enabled"], true);
    assert!(!printed.contains("url") && !printed.contains("https://"), "{printed}");
    // All else is the same over HTTP.
    let over_http = String::from_utf8(manifest(&[]).stdout).unwrap();
    let rest = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.contains("url:") && !line.contains("socket_mode_enabled"));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(rest(&over_http), rest(&printed));
    assert_eq!(manifest(&["--socket", "--url", "https://bot.example"]).status.code(), Some(2));
}
