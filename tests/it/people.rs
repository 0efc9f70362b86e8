//! Who may do what and why not, what was done, and what is kept about somebody: as people ask the bot about itself. What operators say
//! that holds everywhere is in `pause` and `notice`.

mod forget;
mod kept;
mod notice;
mod pause;

use std::sync::LazyLock;

use firstmate::playground::Person;
use insta::assert_snapshot;
use regex::Regex;

use crate::bot::{Bot, Parts, Turned};

/// A bot whose catalogue has a rule about one cluster.
async fn bot_at(time: &Turned) -> Bot {
    let clusters = "[clusters.smaug]\nabout = \"Where projects run\"\nkubeconfig = \"smaug.kubeconfig\"\n";
    let policy = "[[rules]]\nname = \"members-look\"\nwho = \"all\"\nchannels = \"all\"\nclusters = \"all\"\n\
                  namespaces = [\"opf-*\"]\nverbs = [\"get\", \"kinds\"]\nkinds = [\"pods\"]\n";
    let parts = Parts { clock: time.clock(), ..Parts::default() };
    let files = parts.files.clone().overlay("cluster/clusters.toml", clusters).overlay("cluster/policy.toml", policy);
    let clusters = vec![firstmate::playground::SampleCluster::named("smaug")];
    Parts { files, clusters, ..parts }.start().await
}

/// What the bot's blocks say since the last look: the newest message in a place, without what differs from run to run.
fn told(person: Person<'_>, place: &str) -> String {
    let message = person.in_(place).messages().pop().unwrap_or_default();
    let text = message["text"].as_str().unwrap_or_default();
    static RUN: LazyLock<[(Regex, &str); 5]> = LazyLock::new(|| {
        [(r"\b\d\d:\d\d UTC", "TIME"), (r"\b[0-9a-f]{6}\b", "ID"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
            .map(|(pattern, instead)| (Regex::new(pattern).unwrap(), instead))
    });
    RUN.iter().fold(text.to_owned(), |text, (pattern, instead)| pattern.replace_all(&text, *instead).into_owned())
}

/// What somebody reads after these words in #general.
async fn asked(bot: &Bot, handle: &str, words: &str) -> String {
    bot.as_(handle).in_("#general").types(words).await;
    told(bot.as_(handle), "#general")
}

#[tokio::test]
async fn everybody_learns_who_they_are_to_the_bot() {
    let time = Turned::at("2027-02-05T09:00:00Z");
    let bot = bot_at(&time).await;
    assert_snapshot!(asked(&bot, "ann", "/firstmate whoami").await, @r"
Who you are to me
You are this member.

You have no role here. Roles stand in commands/roles.toml; a maintainer gives them by pull request.
In this channel you may:

• ask me, see the meetings, and add to and take from their agendas, as everybody may
• file issues in operate-first/support, operate-first/community, operate-first/attic, operate-first/mirror, operate-first/help (commands/issue/repositories.toml)
• look at clusters by the rule members-look (commands/cluster/policy.toml)
I keep nothing about you.
/firstmate forget-me erases what I keep; /firstmate why says why I last said no to you.
");
    bot.as_("bob").in_("#general").types("/meetings agenda add coordination the quota form").await;
    assert_snapshot!(asked(&bot, "bob", "/firstmate whoami").await, @r"
Who you are to me
You are this member.

Your roles here:

• maintainer: may see which topics were not answered (onboard.gaps), skip, move and restore meetings (meetings.change), read what everybody did through me (audit.read), pause me and let me go on (bot.pause), put notices on top of answers (bot.notice) ([roles.maintainer] in commands/roles.toml)
In this channel you may:

• ask me, see the meetings, and add to and take from their agendas, as everybody may
• see which topics were not answered (onboard.gaps)
• skip, move and restore meetings (meetings.change)
• read what everybody did through me (audit.read)
• pause me and let me go on (bot.pause)
• put notices on top of answers (bot.notice)
• file issues in operate-first/support, operate-first/community, operate-first/attic, operate-first/mirror, operate-first/help (commands/issue/repositories.toml)
• look at clusters by the rule members-look (commands/cluster/policy.toml)
I keep about you:

• 1 item of an agenda
• 1 entry of the audit log
/firstmate forget-me erases what I keep; /firstmate why says why I last said no to you.
");
    bot.finish().await;
}

#[tokio::test]
async fn a_denial_can_be_asked_about_afterwards() {
    let time = Turned::at("2027-02-05T09:00:00Z");
    let bot = bot_at(&time).await;
    assert_snapshot!(asked(&bot, "ann", "/firstmate why").await, @"You were not denied anything in the last 30 days.");
    asked(&bot, "ann", "/firstmate pause because I say so").await;
    assert_snapshot!(asked(&bot, "ann", "/firstmate why").await, @r"
Why I said no
On Fri 5 Feb 2027, TIME I denied you bot.pause. The rule: a role in commands/roles.toml must list bot.pause. It is for the role maintainer. Ask this member, who has it; a maintainer changes commands/roles.toml by pull request.
Only the newest denial is kept: what was tried and which rule decided, none of your words. It is erased after 30 days.
");
    asked(&bot, "ann", "/cluster smaug get pods -n kube-system").await;
    assert_snapshot!(asked(&bot, "ann", "/firstmate why").await, @r"
Why I said no
On Fri 5 Feb 2027, TIME I denied you cluster.get. The nearest rule is members-look in commands/cluster/policy.toml; its namespaces did not fit. Ask in #support: a maintainer changes commands/cluster/policy.toml by pull request.
Only the newest denial is kept: what was tried and which rule decided, none of your words. It is erased after 30 days.
");
    assert_snapshot!(asked(&bot, "bob", "/firstmate why").await, @"You were not denied anything in the last 30 days.");
    // By mention and in a direct message it is the same.
    bot.as_("ann").in_("#general").types("@firstmate why").await;
    bot.as_("ann").in_("@firstmate").types("firstmate why").await;
    bot.settle().await;
    for place in ["#general", "@firstmate"] {
        assert!(told(bot.as_("ann"), place).contains("cluster.get"), "{}", told(bot.as_("ann"), place));
    }
    // A question that begins like a command is a question.
    bot.as_("ann").in_("#general").types("@firstmate why is there no SLA?").await;
    bot.as_("ann").in_("#general").types("@firstmate who offers an SLA?").await;
    bot.settle().await;
    let read = bot.as_("ann").reads("#general");
    assert!(!read.contains("Did you mean") && read.contains("no SLA"), "{read}");
    time.to("2027-03-08T09:00:00Z");
    assert!(asked(&bot, "ann", "/firstmate why").await.starts_with("You were not denied anything"));
    bot.finish().await;
}

#[tokio::test]
async fn a_denial_of_issues_names_its_file() {
    let mut parts = Parts::default();
    parts.files = parts.files.overlay(
        "issue/repositories.toml",
        "[[repositories]]\nname = \"operate-first/support\"\nabout = \"Questions\"\nchannels = \"all\"\nwho = [\"maintainer\"]\n",
    );
    let bot = parts.start().await;
    asked(&bot, "ann", "/issue support it is blank").await;
    assert_snapshot!(asked(&bot, "ann", "/firstmate why").await, @r"
Why I said no
On Fri 5 Feb 2027, TIME I denied you issue.file. Nothing in commands/issue/repositories.toml allows it here; channels and who decide. Ask in #support: a maintainer changes commands/issue/repositories.toml by pull request.
Only the newest denial is kept: what was tried and which rule decided, none of your words. It is erased after 30 days.
");
    bot.finish().await;
}

#[tokio::test]
async fn everybody_reads_their_own_entries_and_the_rest_takes_a_permission() {
    let time = Turned::at("2027-02-05T09:00:00Z");
    let bot = bot_at(&time).await;
    assert_snapshot!(asked(&bot, "ann", "/firstmate audit mine").await, @"The audit log has no entry of yours yet.");
    asked(&bot, "ann", "/meetings agenda add coordination the secret Xanadu form").await;
    asked(&bot, "ann", "/onboard is there an SLA?").await;
    bot.as_("ann").in_("#general").presses("Show everyone").await;
    bot.settle().await;
    asked(&bot, "ann", "/meetings skip coordination next Xanadu").await;
    asked(&bot, "bob", "/meetings skip coordination next Xanadu").await;
    assert_snapshot!(asked(&bot, "ann", "/firstmate audit").await, @"Only the role maintainer may do that (audit.read in commands/roles.toml). Ask somebody who has it, or in #support.");
    assert_snapshot!(asked(&bot, "ann", "/firstmate audit mine").await, @r"
What you did through me
• Fri 5 Feb 2027, TIME: audit.read, denied
• Fri 5 Feb 2027, TIME: meetings.change, denied
• Fri 5 Feb 2027, TIME: onboard.share no-sla, done
• Fri 5 Feb 2027, TIME: onboard.share no-sla, asked
• Fri 5 Feb 2027, TIME: agenda.add coordination, done
The audit log holds ids and verbs, not words, and forgets them after a year.
");
    assert_snapshot!(asked(&bot, "bob", "/firstmate audit").await, @r"
What was done through me
• Fri 5 Feb 2027, TIME: a member, audit.read, denied
• Fri 5 Feb 2027, TIME: a member, meetings.skip coordination-2027-02-17, done
• Fri 5 Feb 2027, TIME: a member, meetings.change, denied
• Fri 5 Feb 2027, TIME: a member, onboard.share no-sla, done
• Fri 5 Feb 2027, TIME: a member, onboard.share no-sla, asked
• Fri 5 Feb 2027, TIME: a member, agenda.add coordination, done
The audit log holds ids and verbs, not words, and forgets them after a year.
");
    let kept = format!("{:?}", bot.store.entries(None, None, 100).await.unwrap());
    assert!(!kept.contains("Xanadu"), "{kept}");
    bot.finish().await;
}

#[tokio::test]
async fn older_entries_are_a_button_away_and_never_somebody_elses() {
    let bot = Bot::start().await;
    for item in 0..20 {
        asked(&bot, "ann", &format!("/meetings agenda add coordination item {item}")).await;
    }
    let first = asked(&bot, "ann", "/firstmate audit mine").await;
    assert_eq!(first.matches("agenda.add").count(), 15);
    bot.as_("ann").in_("#general").presses("Older").await;
    bot.settle().await;
    let read = told(bot.as_("ann"), "#general");
    assert_eq!(read.matches("agenda.add").count(), 5, "{read}");
    bot.finish().await;
}

#[tokio::test]
async fn what_jobs_do_of_themselves_is_entered_when_it_is_done() {
    let time = Turned::at("2027-02-08T13:29:00Z");
    let bot = bot_at(&time).await;
    bot.settle().await;
    time.to("2027-02-10T11:30:01Z");
    bot.settle().await;
    let entries = bot.store.entries(None, None, 100).await.unwrap();
    let told: Vec<_> = entries.iter().map(|entry| (&*entry.person, &*entry.verb, &*entry.outcome)).collect();
    assert!(!told.is_empty() && told.iter().all(|told| *told == ("", "meetings.announce", "done")), "{entries:?}");
    bot.finish().await;
}
