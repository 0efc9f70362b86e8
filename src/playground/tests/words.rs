//! What people say, change and take back: what stands there for the bot to read, and what it hears of it.

use rstest::rstest;
use serde_json::{Value, json};

use super::super::Member;
use super::{Stage, empty};

/// Type, subtype, channel type and text of every event that the bot heard, in their order.
fn events(stage: &Stage) -> Vec<String> {
    let heard = stage.heard();
    let events = heard.iter().filter(|heard| heard.path == "/slack/events").map(|heard| heard.json()["event"].clone());
    let told = |event: Value| {
        let fields =
            ["type", "subtype", "channel_type", "text"].map(|name| event[name].as_str().unwrap_or("-").to_owned());
        fields.join(" ")
    };
    events.map(told).collect()
}

#[tokio::test]
async fn a_mention_is_heard_twice_under_two_ids() {
    let stage = Stage::new(empty).await;
    stage.play.as_("ann").in_("#support").types("@firstmate issue").await;
    let text = "<@U0FIRSTMATE> issue";
    assert_eq!(events(&stage), [format!("message - channel {text}"), format!("app_mention - - {text}")]);
    let heard = stage.heard();
    let (message, mention) = (heard[0].json(), heard[1].json());
    assert_ne!(message["event_id"], mention["event_id"]);
    assert_eq!(message["event"]["ts"], mention["event"]["ts"]);
    assert_eq!(message["event"]["blocks"], mention["event"]["blocks"]);
}

#[rstest]
#[case("#support", "channel")]
#[case("#ops-private", "group")]
#[case("@firstmate", "im")]
#[tokio::test]
async fn what_becomes_of_a_message_is_heard(#[case] place: &str, #[case] channel_type: &str) {
    let stage = Stage::new(empty).await;
    let ann = stage.play.as_("ann").in_(place);
    ann.types("It is *broken*").await;
    let root = ann.newest().unwrap();
    ann.clone().in_thread(&root).types("It _was_").await;
    ann.edits(&root, "It works").await;
    assert!(ann.reads().starts_with("Ann Newcomer: It works\n"), "{}", ann.reads());
    ann.deletes(&root).await;
    assert_eq!(
        events(&stage),
        [
            format!("message - {channel_type} It is *broken*"),
            format!("message - {channel_type} It _was_"),
            format!("message message_changed {channel_type} -"),
            format!("message message_deleted {channel_type} -"),
        ]
    );
    let heard = stage.heard();
    let (reply, changed, deleted) = (heard[1].json(), heard[2].json(), heard[3].json());
    assert_eq!(reply["event"]["thread_ts"], root.as_str());
    let changed = &changed["event"];
    assert_eq!(
        (&changed["message"]["text"], &changed["previous_message"]["text"], &changed["message"]["ts"]),
        (&json!("It works"), &json!("It is *broken*"), &json!(root))
    );
    assert!(changed["message"]["edited"]["ts"].as_str() > Some(root.as_str()));
    let deleted = &deleted["event"];
    assert_eq!((&deleted["deleted_ts"], &deleted["previous_message"]["text"]), (&json!(root), &json!("It works")));
    stage.play.finish();
}

#[tokio::test]
async fn nothing_is_heard_where_the_bot_is_no_member() {
    let stage = Stage::new(empty).await;
    let bob = stage.play.as_("bob");
    for place in ["#data-science", "#maintainers"] {
        bob.in_(place).types("@firstmate hello").await;
        let said = bob.in_(place).newest().unwrap();
        bob.in_(place).edits(&said, "hello").await;
        bob.in_(place).deletes(&said).await;
    }
    assert!(stage.heard().is_empty());
}

#[tokio::test]
#[should_panic(expected = "Only one's own messages can be changed.")]
async fn nobody_changes_what_others_said() {
    let stage = Stage::new(empty).await;
    stage.play.as_("ann").in_("#support").types("mine").await;
    let bob = stage.play.as_("bob").in_("#support");
    let said = bob.newest().unwrap();
    bob.deletes(said).await;
}

#[tokio::test]
async fn what_is_said_is_read_back_with_its_blocks_files_and_edits() {
    let stage = Stage::new(empty).await;
    let ann = stage.play.as_("ann").in_("#support");
    ann.types("It says:\n```\nno `quota`\n```").await;
    let root = ann.newest().unwrap();
    let thread = ann.clone().in_thread(&root);
    thread.uploads("pod.log", "text/plain", "with *this*").await;
    let table = json!([{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "date", "timestamp": 1_795_165_200, "format": "{date}", "fallback": "today"},
    ]}]}]);
    stage.play.as_("bob").in_("#support").in_thread(&root).posts_blocks("today", table.clone()).await;
    let read = stage.call("conversations.replies", json!({"channel": "C01RMPVUUK1", "ts": root})).await;
    let elements = |at: usize| read["messages"][at]["blocks"][0]["elements"].clone();
    assert_eq!(
        elements(0)[1],
        json!({"type": "rich_text_preformatted", "border": 0, "elements": [{"type": "text", "text": "no `quota`"}]})
    );
    assert_eq!(elements(2), table[0]["elements"]);
    let file = &read["messages"][1]["files"][0];
    let fields = ["name", "title", "mimetype", "filetype", "mode"].map(|name| file[name].as_str().unwrap());
    assert_eq!(fields, ["pod.log", "pod.log", "text/plain", "log", "snippet"]);
    assert!(file["size"].is_u64() && file["id"].as_str().unwrap().starts_with('F'));
    assert!(file["permalink"].as_str().unwrap().starts_with("https://operatefirst.slack.com/files/U0ANN/F"));
    assert_eq!(read["messages"][1].get("subtype"), None);
    assert_eq!(events(&stage)[1], "message file_share channel with *this*");
    insta::assert_snapshot!(ann.reads(), @"
    Ann Newcomer: It says:
        ```no `quota````
      ↳ Ann Newcomer: with *this*
            (file: pod.log)
      ↳ Bob Maintainer: today
    ");
    stage.play.finish();
}

#[tokio::test]
async fn nobody_says_anything_in_an_archived_channel() {
    let stage = Stage::new(empty).await;
    let ann = stage.play.as_("ann");
    assert_eq!(ann.in_("#old-news").types("hello?").await.status, 0);
    assert_eq!(ann.in_("#old-news").types("/onboard x").await.status, 0);
    assert_eq!(ann.reads("#old-news"), "");
    assert_eq!(ann.hears(), vec!["This channel is archived: nobody can say anything here."; 2]);
    assert!(stage.heard().is_empty());
    let root = stage.play.seed_thread("#old-news", vec![("ann".into(), "The old days".into(), None)]);
    assert_eq!(stage.call("conversations.replies", json!({"channel": "C0OLDNEWS01", "ts": root})).await["ok"], true);
}

#[tokio::test]
async fn a_private_channel_keeps_its_name_and_its_readers() {
    let stage = Stage::with(empty, |setup| setup.people = vec![Member::new("U0EVE", "eve", "Eve Guest")]).await;
    let ann = stage.play.as_("ann").in_("#ops-private");
    ann.types("psst").await;
    ann.shortcut("Add to the agenda", ann.newest().unwrap()).await;
    assert_eq!(stage.last().payload()["channel"], json!({"id": "C0OPSPRIV1", "name": "privategroup"}));
    let read = |person: &str| format!("http://{}/api/messages?as={person}&channel=C0OPSPRIV1", stage.play.address());
    let status = async |person: &str| stage.http.get(read(person)).send().await.unwrap().status().as_u16();
    assert_eq!((status("U0BOB").await, status("U0EVE").await), (200, 404));
}

#[tokio::test]
async fn a_long_thread_of_many_people_is_read_in_pages_of_fifteen() {
    const REPLIES: usize = 500;
    let people: Vec<Member> =
        (1..=40).map(|n| Member::new(&format!("U0P{n}"), &format!("p{n}"), &format!("P {n}"))).collect();
    let stage = Stage::with(empty, |setup| setup.people = people).await;
    let said = |n: usize| (if n == 0 { "ann".into() } else { format!("p{}", n % 40 + 1) }, format!("reply {n}"), None);
    let root = stage.play.seed_thread("#support", (0..=REPLIES).map(said).collect());
    let (mut texts, mut cursor) = (Vec::new(), json!(""));
    while !cursor.is_null() {
        let asked = json!({"channel": "C01RMPVUUK1", "ts": root, "limit": 200, "cursor": cursor});
        let page = stage.call("conversations.replies", asked).await;
        let messages = page["messages"].as_array().unwrap();
        assert!(messages.len() <= 15);
        texts.extend(messages.iter().map(|message| message["text"].as_str().unwrap().to_owned()));
        cursor = page["response_metadata"]["next_cursor"].clone();
    }
    assert_eq!(texts, (0..=REPLIES).map(|n| format!("reply {n}")).collect::<Vec<_>>());
    assert!(stage.heard().is_empty());
    let eighth = stage.play.as_("p8").in_("#support");
    assert_eq!(eighth.messages()[7]["user"]["name"], "P 8");
    stage.play.finish();
}
