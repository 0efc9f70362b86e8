//! `/onboard` as people use it: what they type, press and read.

use firstmate::catalogue::Files;
use firstmate::playground::Failure;
use insta::assert_snapshot;

use crate::bot::{Bot, Parts};

#[tokio::test]
async fn a_newcomer_asks_and_reads_a_cited_answer() {
    let bot = Bot::start().await;
    bot.as_("ann").in_("#support").types("/onboard how do I bring my project?").await;
    assert_snapshot!(bot.as_("ann").reads("#support"), @r"
firstmate (only you): How do I bring my project to the Mass Open Cloud?
    Join the general community list (https://lists.operate-first.cloud/archives/list/community@lists.operate-first.cloud/) and introduce your project there. Then:

    • take the discussion to the Operate First Project Coordination meeting (alternate Wednesdays, 8:30 AM US Eastern time; mail bburns@redhat.com for an invite)
    • read Onboarding to a cluster (https://www.operate-first.cloud/apps/content/cluster-scope/onboarding_to_cluster.html) for the details of getting onto a cluster (that link may have moved)

    Use is free; in return, developers stay involved and help to operate what they bring.
    Source: Getting started with Operate First (https://www.operate-first.cloud/getting-started), 6 December 2021.
    ⚠️ This source is from December 2021; things may have changed since.
    *How do I bring my project to the Mass Open Cloud?*
    Join the [general community list](https://lists.operate-first.cloud/archives/list/community@lists.operate-first.cloud/) and introduce your project there. Then:

    • take the discussion to the Operate First Project Coordination meeting (alternate Wednesdays, 8:30 AM US Eastern time; mail bburns@redhat.com for an invite)
    • read [Onboarding to a cluster](https://www.operate-first.cloud/apps/content/cluster-scope/onboarding_to_cluster.html) for the details of getting onto a cluster (that link may have moved)

    Use is free; in return, developers stay involved and help to operate what they bring.
    Source: [Getting started with Operate First](https://www.operate-first.cloud/getting-started), 6 December 2021.
    ⚠️ This source is from December 2021; things may have changed since.
    [Show everyone] [Helpful] [Not helpful] [Suggest an edit → https://github.com/operate-first/firstmate/edit/main/commands/onboard/answers/bring-project-first-step.md] [Ask a human]
");
    assert_eq!(bot.as_("bob").reads("#support").trim(), "", "an answer is for the one who asked");
    bot.finish().await;
}

#[tokio::test]
async fn a_slash_command_a_mention_and_a_direct_message_reach_the_same_command() {
    let bot = Bot::start().await;
    let ann = bot.as_("ann");
    ann.in_("#general").types("/onboard backups?").await;
    ann.in_("#support").types("@firstmate onboard backups?").await;
    ann.in_("@firstmate").types("backups?").await;
    bot.settle().await;
    let answer = "backed up";
    for place in ["#general", "#support", "@firstmate"] {
        assert!(ann.reads(place).contains(answer), "{place}:\n{}", ann.reads(place));
    }
    assert!(!ann.reads("@firstmate").contains("Show everyone"), "nobody else is there to show it to");
    assert!(!bot.as_("bob").reads("#support").contains(answer), "a mention is answered for its author alone");
    bot.finish().await;
}

#[tokio::test]
async fn a_mention_in_a_thread_is_answered_in_the_thread() {
    let bot = Bot::start().await;
    let support = bot.as_("bob").in_("#support");
    support.types("does anybody know whether there are backups").await;
    let thread = support.newest().unwrap();
    bot.as_("ann").in_("#support").in_thread(&thread).types("@firstmate backups?").await;
    bot.settle().await;
    bot.as_("ann").in_("#support").presses("Show everyone").await;
    bot.settle().await;
    let post = bot.world.calls().into_iter().find(|(method, _)| method == "chat.postMessage").unwrap().1;
    assert_eq!(post["thread_ts"], thread.as_str());
    assert!(bot.as_("bob").reads("#support").contains("backed up"));
    bot.finish().await;
}

#[tokio::test]
async fn an_answer_is_shown_to_everyone_once() {
    let bot = Bot::start().await;
    let support = bot.as_("ann").in_("#support");
    support.types("/onboard is there an SLA?").await;
    support.presses("Show everyone").await;
    bot.settle().await;
    assert_snapshot!(bot.as_("bob").reads("#support"), @r#"
firstmate: Is there an SLA?
    No, the Getting started page says that there is no SLA: no agreed uptime and no guarantee of stability, and user data is not backed up. The manifesto (https://openinfralabs.org/operate-first-manifesto/) names an aspiration for the environment, a "Best effort community SLA". Read the two together as: people do their best, and nothing is guaranteed.
    Source: Getting started with Operate First (https://www.operate-first.cloud/getting-started), 6 December 2021; Operate First Community Manifesto (https://openinfralabs.org/operate-first-manifesto/), 15 August 2021.
    ⚠️ This source is from August 2021; things may have changed since.
    Shown by a member.
    *Is there an SLA?*
    No, the Getting started page says that there is no SLA: no agreed uptime and no guarantee of stability, and user data is not backed up. The [manifesto](https://openinfralabs.org/operate-first-manifesto/) names an aspiration for the environment, a "Best effort community SLA". Read the two together as: people do their best, and nothing is guaranteed.
    Source: [Getting started with Operate First](https://www.operate-first.cloud/getting-started), 6 December 2021; [Operate First Community Manifesto](https://openinfralabs.org/operate-first-manifesto/), 15 August 2021.
    ⚠️ This source is from August 2021; things may have changed since.
    Shown by @Ann Newcomer.
"#);
    let press = bot.world.deliveries().into_iter().rfind(|delivery| delivery.path == "/slack/interactions").unwrap();
    bot.world.send_again(&press).await;
    bot.settle().await;
    assert_eq!(bot.as_("bob").in_("#support").messages().len(), 1);
    support.presses("Show everyone").await;
    bot.settle().await;
    assert_eq!(bot.as_("bob").in_("#support").messages().len(), 1);
    assert!(support.reads().contains("It is shown already"));
    bot.finish().await;
}

#[tokio::test]
async fn where_the_bot_is_no_member_it_says_how_to_invite_it_and_takes_the_next_press() {
    let bot = Bot::start().await;
    let place = bot.as_("ann").in_("#data-science");
    place.types("/onboard is there an SLA?").await;
    place.presses("Show everyone").await;
    bot.settle().await;
    assert!(place.reads().contains("/invite @firstmate"), "{}", place.reads());
    place.presses("Show everyone").await;
    bot.settle().await;
    let tried = bot.world.calls().iter().filter(|(method, _)| method == "chat.postMessage").count();
    assert_eq!(tried, 2, "a wish that failed may be wished again");
    bot.finish().await;
}

#[tokio::test]
async fn a_message_that_may_have_been_posted_is_looked_for_before_it_is_posted_again() {
    let bot = Bot::start().await;
    let support = bot.as_("ann").in_("#support");
    // The connection breaks in the middle of Slack's answer: posted, but we cannot know.
    bot.world.fail_next("chat.postMessage", Failure::Closed, 1);
    support.types("/onboard is there an SLA?").await;
    support.presses("Show everyone").await;
    bot.settle().await;
    assert_eq!(bot.as_("bob").in_("#support").messages().len(), 1);
    bot.finish().await;
}

#[tokio::test]
async fn slack_in_trouble_delays_a_message_and_loses_none() {
    let bot = Bot::start().await;
    bot.world.fail_next("chat.postMessage", Failure::RateLimited { retry_after: 1 }, 1);
    bot.world.fail_next("chat.postMessage", Failure::ServerError, 1);
    bot.as_("ann").in_("@firstmate").types("backups?").await;
    bot.settle().await;
    assert_eq!(bot.as_("ann").in_("@firstmate").messages().len(), 2, "the question and one answer");
    bot.finish().await;
}

#[tokio::test]
async fn a_vote_is_counted_once_and_keeps_the_way_to_a_human() {
    let bot = Bot::start().await;
    let support = bot.as_("ann").in_("#support");
    support.types("/onboard is there an SLA?").await;
    support.presses("Not helpful").await;
    bot.settle().await;
    assert_snapshot!(support.reads(), @r#"
firstmate (only you): Is there an SLA?
    No, the Getting started page says that there is no SLA: no agreed uptime and no guarantee of stability, and user data is not backed up. The manifesto (https://openinfralabs.org/operate-first-manifesto/) names an aspiration for the environment, a "Best effort community SLA". Read the two together as: people do their best, and nothing is guaranteed.
    Source: Getting started with Operate First (https://www.operate-first.cloud/getting-started), 6 December 2021; Operate First Community Manifesto (https://openinfralabs.org/operate-first-manifesto/), 15 August 2021.
    ⚠️ This source is from August 2021; things may have changed since.
    Thank you, noted. You can ask a human, or suggest a better text.
    *Is there an SLA?*
    No, the Getting started page says that there is no SLA: no agreed uptime and no guarantee of stability, and user data is not backed up. The [manifesto](https://openinfralabs.org/operate-first-manifesto/) names an aspiration for the environment, a "Best effort community SLA". Read the two together as: people do their best, and nothing is guaranteed.
    Source: [Getting started with Operate First](https://www.operate-first.cloud/getting-started), 6 December 2021; [Operate First Community Manifesto](https://openinfralabs.org/operate-first-manifesto/), 15 August 2021.
    ⚠️ This source is from August 2021; things may have changed since.
    Thank you, noted. You can ask a human, or suggest a better text.
    [Suggest an edit → https://github.com/operate-first/firstmate/edit/main/commands/onboard/answers/no-sla.md] [Ask a human]
"#);
    bot.as_("bob").in_("#general").types("/onboard gaps").await;
    assert_snapshot!(bot.as_("bob").reads("#general"), @r"
firstmate (only you): What the catalogue did not answer
    • Is there an SLA?: unhelpful once
    Topics and counts are all that is kept: no words, no people.
    *What the catalogue did not answer*
    • Is there an SLA?: unhelpful once
    Topics and counts are all that is kept: no words, no people.
");
    bot.finish().await;
}

#[tokio::test]
async fn a_human_is_asked_after_a_look_at_what_will_be_posted() {
    let bot = Bot::start().await;
    let general = bot.as_("ann").in_("#general");
    general.types("/onboard xyzzy plugh frobnicate?").await;
    assert_snapshot!(general.reads(), @r"
firstmate (only you): I have no answer to that.
    People answer in #support, and requests go through the issue forms (https://github.com/operate-first/support/issues/new/choose).
    I searched 4 answers, taken from Getting started with Operate First and Operate First Community Manifesto.
    I have no answer to that.
    People answer in #support, and requests go through the [issue forms](https://github.com/operate-first/support/issues/new/choose).
    I searched 4 answers, taken from Getting started with Operate First and Operate First Community Manifesto.
    [Ask a human] [Open an issue → https://github.com/operate-first/support/issues/new/choose]
");
    general.presses("Ask a human").await;
    bot.settle().await;
    assert_snapshot!(bot.as_("ann").view().unwrap(), @r"
Ask a human
    This goes to #support, where every member can read it. It will say that you asked, so that an answer reaches you.
    Your question, as it will stand there: [xyzzy plugh frobnicate?]
    (Leave out passwords, tokens and anything else that is not for everybody.)
[Post it] [Cancel]
");
    bot.as_("ann").submits(&[("Your question, as it will stand there", "What is\na *frobnicator*? <!here>")]).await;
    assert_snapshot!(bot.as_("ann").view().unwrap(), @r"
Ask a human
    Your question is on its way to #support. You are mentioned there, and answers come in its thread.
[Close]
");
    bot.settle().await;
    assert_snapshot!(bot.as_("bob").reads("#support"), @r"
firstmate: A member asks:
    > What is
    > a *frobnicator*? <!here>
    Please answer in this thread.
    @Ann Newcomer asks:
    > What is
    > a *frobnicator*? <!here>
    Please answer in this thread.
");
    bot.finish().await;
}

#[tokio::test]
async fn a_question_posted_to_people_is_posted_once_however_often_the_form_is_sent() {
    let bot = Bot::start().await;
    let general = bot.as_("ann").in_("#general");
    general.types("/onboard xyzzy plugh frobnicate?").await;
    general.presses("Ask a human").await;
    bot.settle().await;
    bot.as_("ann").submits(&[]).await;
    let sent = bot.world.deliveries().into_iter().rfind(|delivery| delivery.path == "/slack/interactions").unwrap();
    bot.world.send_again(&sent).await;
    bot.settle().await;
    assert_eq!(bot.as_("bob").in_("#support").messages().len(), 1);
    bot.finish().await;
}

#[tokio::test]
async fn a_window_whose_trigger_is_gone_is_asked_for_again() {
    let bot = Bot::start().await;
    let general = bot.as_("ann").in_("#general");
    general.types("/onboard is there an SLA?").await;
    bot.world.slow_next("views.open", std::time::Duration::from_millis(3_200));
    general.presses("Ask a human").await;
    bot.settle().await;
    assert!(general.reads().contains("Try it once more"), "{}", general.reads());
    bot.finish().await;
}

#[tokio::test]
async fn candidates_are_offered_when_it_is_not_clear_what_is_meant() {
    let boat = |colour: &str, place: &str| {
        let front = format!(
            "+++\ntitle = \"Where is the {colour} boat?\"\nasks = [\"where is the {colour} boat\"]\ntags = [\"boats\"]\n\
             verified = 2026-11-20\n[[sources]]\ntitle = \"Harbour\"\nurl = \"https://harbour.example/\"\ndated = 2026-11-01\n+++\n"
        );
        (format!("onboard/answers/{colour}.md"), format!("{front}It lies at the {place}.\n"))
    };
    let files = [boat("red", "quay"), boat("green", "pier"), boat("blue", "buoy")];
    let files: Files = files.into_iter().collect();
    let support = Files::embedded().content("onboard/support.toml").unwrap().to_vec();
    let files = files.overlay("onboard/support.toml", support);
    let bot = Parts { files, ..Parts::default() }.start().await;
    let support = bot.as_("ann").in_("#support");
    support.types("/onboard where is the boat").await;
    assert_snapshot!(support.reads(), @r"
firstmate (only you): I am not sure what you are after. Is it one of these?
    I am not sure what you are after. Is it one of these?
    [Where is the blue boat?] [Where is the green boat?] [Where is the red boat?] [None of these: ask a human]
");
    support.presses("Where is the green boat?").await;
    bot.settle().await;
    assert_snapshot!(support.reads(), @r"
firstmate (only you): Where is the green boat?
    It lies at the pier.
    Source: Harbour (https://harbour.example/), 1 November 2026.
    *Where is the green boat?*
    It lies at the pier.
    Source: [Harbour](https://harbour.example/), 1 November 2026.
    [Show everyone] [Helpful] [Not helpful] [Suggest an edit → https://github.com/operate-first/firstmate/edit/main/commands/onboard/answers/green.md] [Ask a human]
");
    bot.finish().await;
}

#[tokio::test]
async fn gaps_are_for_maintainers_and_hold_neither_words_nor_people() {
    let bot = Bot::start().await;
    bot.as_("ann").in_("#support").types("/onboard xyzzy plugh frobnicate Xanadu").await;
    bot.as_("ann").in_("#general").types("/onboard gaps").await;
    assert_snapshot!(bot.as_("ann").reads("#general"), @r"
firstmate (only you): Only the role maintainer may do that (onboard.gaps in commands/roles.toml). Ask somebody who has it, or in #support.
    Only the role `maintainer` may do that (`onboard.gaps` in commands/roles.toml). Ask somebody who has it, or in #support.
");
    bot.as_("bob").in_("#general").types("/onboard gaps").await;
    let gaps = bot.as_("bob").reads("#general");
    assert!(gaps.contains("declined once"), "{gaps}");
    for word in ["xyzzy", "plugh", "Xanadu", "Ann", "U0ANN"] {
        assert!(!gaps.contains(word), "{gaps}");
    }
    bot.finish().await;
}

#[tokio::test]
async fn help_is_read_off_the_grammar_and_a_typing_error_is_met_halfway() {
    let bot = Bot::start().await;
    let general = bot.as_("ann").in_("#general");
    general.types("/firstmate help").await;
    general.types("/firstmate hlep").await;
    general.types("/firstmate dance").await;
    general.types("/firstmate help onboard").await;
    general.types("@firstmate onbord me").await;
    bot.settle().await;
    assert_snapshot!(general.reads(), @r"
firstmate (only you): What I can do
    • /onboard <question> Ask how things work here and get an answer with its source
    • /onboard gaps Which topics were asked for and not answered, as counts (for maintainers)
    • /meetings When the community meets, and what is talked about
    • /meetings list [number] The next meetings, 6 unless you say how many
    • /meetings calendar The address of the calendar, to subscribe to
    • /meetings agenda What is to be talked about
    • /meetings skip <meeting> <date> <reason> Skip one date, with a reason (for maintainers)
    • /meetings move <meeting> <date> <to> <reason> Move one date, with a reason (for maintainers)
    • /meetings restore <meeting> <date> [reason] Undo what was skipped or moved (for maintainers)
    • /issue [repository] [title] Open a GitHub issue, or see where yours stand
    • /issue mine Where your requests stand
    • /cluster [cluster] <question> Look at the clusters: what runs, and why something does not
    • /cluster get <kind> [name] Objects of a kind, as a table
    • /cluster describe <kind> <name> One object at length
    • /cluster events [kind] [name] What happened, newest first
    • /cluster why <pod|deployment> Why a pod or deployment does not run
    • /cluster quota [namespace] What a namespace uses of what it may
    • /cluster status How the cluster is
    • /cluster owner [namespace] Whose a namespace is
    • /cluster kinds [word] Which kinds of objects you can look at
    • /cluster logs <pod> What a container printed, where that is allowed
    • /firstmate help [command] What I can do, or how one command goes
    • /firstmate whoami Who you are to me: your roles, what you may do here, what I keep about you
    • /firstmate why Why I last said no to you, and whom to ask
    • /firstmate audit What was done through me, and what I denied
    • /firstmate audit mine Only what you did and were denied; anybody may
    • /firstmate forget-me Erase what I keep about you; you see what that is first
    • /firstmate pause [reason] Stop everything that I do, until somebody resumes it (for admins)
    • /firstmate resume Let me go on after a pause (for admins)
    • /firstmate notice What stands on top of answers with a tag, as when something was retired (for admins)
    • /firstmate notice list Every notice, and what it is called
    • /firstmate notice add <tag> <text> Put one on top of every answer with a tag
    • /firstmate notice remove <notice> Take one away
    In a thread, mention me: @firstmate and then the same words, without the slash. A mention that is no command is taken as a question. Only you see what I answer, until you choose to show it.
    *What I can do*
    • `/onboard <question>` Ask how things work here and get an answer with its source
    • `/onboard gaps` Which topics were asked for and not answered, as counts (for maintainers)
    • `/meetings` When the community meets, and what is talked about
    • `/meetings list [number]` The next meetings, 6 unless you say how many
    • `/meetings calendar` The address of the calendar, to subscribe to
    • `/meetings agenda` What is to be talked about
    • `/meetings skip <meeting> <date> <reason>` Skip one date, with a reason (for maintainers)
    • `/meetings move <meeting> <date> <to> <reason>` Move one date, with a reason (for maintainers)
    • `/meetings restore <meeting> <date> [reason]` Undo what was skipped or moved (for maintainers)
    • `/issue [repository] [title]` Open a GitHub issue, or see where yours stand
    • `/issue mine` Where your requests stand
    • `/cluster [cluster] <question>` Look at the clusters: what runs, and why something does not
    • `/cluster get <kind> [name]` Objects of a kind, as a table
    • `/cluster describe <kind> <name>` One object at length
    • `/cluster events [kind] [name]` What happened, newest first
    • `/cluster why <pod|deployment>` Why a pod or deployment does not run
    • `/cluster quota [namespace]` What a namespace uses of what it may
    • `/cluster status` How the cluster is
    • `/cluster owner [namespace]` Whose a namespace is
    • `/cluster kinds [word]` Which kinds of objects you can look at
    • `/cluster logs <pod>` What a container printed, where that is allowed
    • `/firstmate help [command]` What I can do, or how one command goes
    • `/firstmate whoami` Who you are to me: your roles, what you may do here, what I keep about you
    • `/firstmate why` Why I last said no to you, and whom to ask
    • `/firstmate audit` What was done through me, and what I denied
    • `/firstmate audit mine` Only what you did and were denied; anybody may
    • `/firstmate forget-me` Erase what I keep about you; you see what that is first
    • `/firstmate pause [reason]` Stop everything that I do, until somebody resumes it (for admins)
    • `/firstmate resume` Let me go on after a pause (for admins)
    • `/firstmate notice` What stands on top of answers with a tag, as when something was retired (for admins)
    • `/firstmate notice list` Every notice, and what it is called
    • `/firstmate notice add <tag> <text>` Put one on top of every answer with a tag
    • `/firstmate notice remove <notice>` Take one away
    In a thread, mention me: `@firstmate` and then the same words, without the slash. A mention that is no command is taken as a question. Only you see what I answer, until you choose to show it.
firstmate (only you): There is no command hlep. Did you mean help? /firstmate help lists what there is.
    There is no command `hlep`. Did you mean `help`? `/firstmate help` lists what there is.
firstmate (only you): There is no command dance. Did you mean notice? /firstmate help lists what there is.
    There is no command `dance`. Did you mean `notice`? `/firstmate help` lists what there is.
firstmate (only you): /onboard
    Ask how things work here and get an answer with its source.

    • /onboard <question>
    • /onboard gaps Which topics were asked for and not answered, as counts (for maintainers)

    For example:

    • /onboard how do I bring my project?
    • /onboard is there an SLA?
    • /onboard which mailing list should I join?
    */onboard*
    Ask how things work here and get an answer with its source.

    • `/onboard <question>`
    • `/onboard gaps` Which topics were asked for and not answered, as counts (for maintainers)

    For example:

    • `/onboard how do I bring my project?`
    • `/onboard is there an SLA?`
    • `/onboard which mailing list should I join?`
Ann Newcomer: @firstmate onbord me
firstmate (only you): There is no command onbord. Did you mean onboard? /firstmate help lists what there is.
    There is no command `onbord`. Did you mean `onboard`? `/firstmate help` lists what there is.
");
    bot.finish().await;
}

#[tokio::test]
async fn nothing_that_was_said_and_nobody_who_voted_stays_in_the_store() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("bot.db").display());
    let bot = Parts::default().set("FIRSTMATE_STORE__URL", &url).start().await;
    bot.as_("ann").in_("@firstmate").types("xyzzy plugh frobnicate Xanadu").await;
    bot.settle().await;
    // Who asks people does so in public, and the audit log says that they did: Bob. Who asks and votes is Ann.
    bot.as_("bob").in_("@firstmate").types("xyzzy plugh frobnicate Xanadu").await;
    bot.settle().await;
    bot.as_("bob").in_("@firstmate").presses("Ask a human").await;
    bot.settle().await;
    bot.as_("bob").submits(&[]).await;
    bot.settle().await;
    assert!(bot.as_("ann").reads("#support").contains("Xanadu"));
    bot.as_("ann").in_("#general").types("/onboard is there an SLA?").await;
    bot.as_("ann").in_("#general").presses("Helpful").await;
    bot.settle().await;
    let store = bot.store.clone();
    bot.finish().await;
    store.close().await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let kept = String::from_utf8_lossy(&bytes);
        assert!(!kept.contains("Xanadu"), "words were kept");
        assert!(!kept.contains("U0ANN"), "a person was kept");
    }
}
