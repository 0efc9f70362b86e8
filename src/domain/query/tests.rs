use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn asked(line: &str) -> Result<Asked, Mistake> {
    parse(&shell_words::split(line).unwrap())
}

fn query(line: &str) -> Query {
    asked(line).unwrap().query
}

#[rstest]
#[case("get pods", None, "get pods")]
#[case("smaug get pods", Some("smaug"), "get pods")]
#[case("Smaug GET Pods", Some("smaug"), "get pods")]
#[case("get pod/web-1 -n opf-trino", None, "get pod web-1 -n opf-trino")]
#[case("get -n opf-trino pods", None, "get pods -n opf-trino")]
#[case("get pods --all-namespaces -o wide", None, "get pods -A -o wide")]
#[case("get pods -owide --limit=5", None, "get pods -o wide --limit 5")]
#[case("get po -l app=trino,tier!=test", None, "get po -l 'app=trino,tier!=test'")]
#[case("get po --selector 'env in (a, b)'", None, "get po -l 'env in (a, b)'")]
#[case("get po --field-selector=status.phase!=Running", None, "get po --field-selector 'status.phase!=Running'")]
#[case("get http://routes.route.openshift.io", None, "get routes.route.openshift.io")]
#[case("describe deploy/trino-worker", None, "describe deploy trino-worker")]
#[case("events", None, "events")]
#[case("events pod/paddock -n b4mad", None, "events pod paddock -n b4mad")]
#[case("why paddock", None, "why paddock")]
#[case("why deploy/trino-worker -n opf-trino", None, "why deployment/trino-worker -n opf-trino")]
#[case("why -n b4mad po paddock", None, "why pod/paddock -n b4mad")]
#[case("infra quota opf-trino", Some("infra"), "quota opf-trino")]
#[case("status", None, "status")]
#[case("-n opf-trino get pods/web", None, "get pods web -n opf-trino")]
#[case("get -nopf-trino pods/web", None, "get pods web -n opf-trino")]
#[case("get -owide po", None, "get po -o wide")]
#[case("quota -n opf-trino", None, "quota opf-trino")]
#[case("describe cm json", None, "describe cm json")]
#[case("owner thoth-test", None, "owner thoth-test")]
#[case("kinds", None, "kinds")]
#[case("kinds route", None, "kinds route")]
#[case("logs web-1 -c app --since 1h30m --previous", None, "logs web-1 -c app --since 5400s --tail 50 --previous")]
fn a_question_is_read_once(#[case] line: &str, #[case] cluster: Option<&str>, #[case] means: &str) {
    let asked = asked(line).unwrap();
    assert_eq!((asked.cluster.as_deref(), asked.query.to_string().as_str()), (cluster, means));
}

#[rstest]
#[case("", "What would you like to know?")]
#[case("smaug", "What would you like to know?")]
#[case("gte pods", "Did you mean `get`?")]
#[case("smaug gt pods", "Did you mean `get`?")]
#[case("smaug pods web", "`pods` is nothing that I can do")]
#[case("delete pod web", "I only look: `delete` changes something")]
#[case("smaug exec web -- sh", "I only look: `exec` changes something")]
#[case("port-forward web 80", "I only look: `port-forward`")]
#[case("top pods", "`quota NAMESPACE`")]
#[case("get", "Something is missing")]
#[case("get pods --kubeconfig=/etc/x", "I take no `--kubeconfig`")]
#[case("--kubeconfig=/etc/x get pods", "I take no `--kubeconfig`")]
#[case("get pods --as root", "I take no `--as`")]
#[case("get pods --as=system:admin", "I take no `--as`")]
#[case("get pods --token=abc", "I take no `--token`")]
#[case("get pods -s https://x", "I take no `-s`")]
#[case("get -f https://x", "I take no `-f`")]
#[case("get -fhttps://x", "I take no `-fhttps")]
#[case("get --filename=x", "I take no `--filename`")]
#[case("get pods -w", "I take no `-w`")]
#[case("logs web -f", "I take no `-f`: I look once")]
#[case("get pods -o xml", "`-o` takes `wide` or `name`")]
#[case("get pods -o yaml", "Whole objects I do not show")]
#[case("get pods -oyaml", "Whole objects I do not show")]
#[case("get pods --output=jsonpath={.items}", "Whole objects I do not show")]
#[case("get pods -o custom-columns=A:.b", "Whole objects I do not show")]
#[case("get pods -o narrow", "`narrow` cannot stand there")]
#[case("get 'pods;' rm -rf /", "`;` would be for a shell")]
#[case("get pods '|' grep x", "`|` would be for a shell")]
#[case("get pods '&&' reboot", "`&` would be for a shell")]
#[case("get '$(id)'", "`$` would be for a shell")]
#[case("get '`id`'", "`a backtick` would be for a shell")]
#[case("get pods --limt 5", "Did you mean `--limit`?")]
#[case("get pods --limit 0", "`0` cannot stand there")]
#[case("get pods --limit all", "`all` cannot stand there")]
#[case("get pods a b", "`b` is one word too many")]
#[case("get pods web -l a", "do not go together")]
#[case("get pods -A -n x", "do not go together")]
#[case("get pods,services", "One kind at a time")]
#[case("get pods -n 🦀", "`🦀` cannot be a namespace")]
#[case("get pods -n Opf_Trino", "`Opf_Trino` cannot be a namespace")]
#[case("get pods -n ../../secrets", "`../../secrets` cannot be a namespace")]
#[case("get ../secrets", "cannot be a kind")]
#[case("get pods ..", "`..` cannot be the name")]
#[case("get pods a/b", "cannot be the name")]
#[case("get secrets", "Secrets are never read")]
#[case("get Secret/argocd -n x", "Secrets are never read")]
#[case("describe secrets.v1 x", "Secrets are never read")]
#[case("events secret/x", "Secrets are never read")]
#[case("logs web --since soon", "`soon` is no span of time")]
#[case("logs web --since 99999999d", "is no span of time")]
#[case("logs web --follow", "I take no `--follow`")]
#[case("why", "Something is missing")]
#[case("why job/x", "I can explain pods and deployments")]
fn what_is_not_known_is_refused_with_a_hint(#[case] line: &str, #[case] hint: &str) {
    let mistake = asked(line).unwrap_err().to_string();
    assert!(mistake.contains(hint), "{mistake}");
}

#[test]
fn a_name_is_as_long_as_names_may_be() {
    assert!(asked(&format!("get pods {}", "a".repeat(253))).is_ok());
    let mistake = asked(&format!("get pods {}", "a".repeat(254))).unwrap_err().to_string();
    assert_eq!(
        mistake,
        "That name has 254 characters; no object's name has more than 253. `get KIND -o name` lists what there is."
    );
    assert!(asked(&format!("get pods -n {}", "a".repeat(64))).unwrap_err().to_string().len() < 250);
}

#[test]
fn how_it_goes_is_told_with_what_was_missing() {
    insta::assert_snapshot!(asked("describe pods").unwrap_err(), @"Something is missing. It goes like this: `describe <kind> <name> [-n namespace]`.");
    insta::assert_snapshot!(asked("get pods --colour").unwrap_err(), @"I know no `--colour` here. It goes like this: `get <kind> [name] [-n namespace] [-A] [-l labels] [--field-selector fields] [-o wide|name] [--limit rows]`.");
}

fn kind() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9-]{0,12}(\\.[a-z][a-z0-9]{0,8})?".prop_filter("none is a secret", |kind| kind_word(kind).is_ok())
}

fn queries() -> impl Strategy<Value = Query> {
    let name = || "[a-z0-9][a-z0-9.-]{0,20}[a-z0-9]";
    let namespace = || proptest::option::of("[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?");
    let get = (
        kind(),
        proptest::option::of(name()),
        namespace(),
        any::<bool>(),
        proptest::option::of("[a-z]{1,5}(=|!=| in )[a-z(), ]{1,9}"),
        proptest::option::of(1..=MOST_ROWS),
    )
        .prop_map(|(kind, name, namespace, everywhere, labels, limit)| {
            let all_namespaces = everywhere && namespace.is_none() && name.is_none();
            let labels = labels.filter(|_| name.is_none());
            let place = Place { namespace, all_namespaces };
            Query::Get(Get { kind, name, place, fields: labels.clone(), labels, output: Output::Wide, limit })
        });
    prop_oneof![
        get,
        (kind(), name(), namespace()).prop_map(|(kind, name, namespace)| Query::Describe(Describe {
            kind,
            name,
            namespace
        })),
        (name(), namespace()).prop_map(|(name, namespace)| {
            Query::Why(Why { subject: Workload { kind: Some(WorkloadKind::Pod), name }, namespace })
        }),
        (name(), 1..=MOST_LINES, 1..99_999_u64, any::<bool>()).prop_map(|(pod, tail, since, previous)| Query::Logs(
            Logs { pod, container: None, since: Some(Duration::from_secs(since)), tail, previous, namespace: None }
        )),
        namespace().prop_map(|namespace| Query::Quota(Namespaced { named: namespace, namespace: None })),
    ]
}

proptest! {
    #[test]
    fn a_query_is_read_back_from_its_own_words(query in queries()) {
        let line = format!("smaug {query}");
        prop_assert_eq!(parse(&shell_words::split(&line).unwrap()), Ok(Asked { cluster: Some("smaug".into()), query }));
    }

    #[test]
    fn any_words_give_a_query_or_a_mistake(words in proptest::collection::vec("\\PC{0,20}", 0..6)) {
        if let Err(mistake) = parse(&words) {
            prop_assert!(!mistake.to_string().is_empty());
        }
    }
}

#[test]
fn all_verbs_are_in_the_grammar() {
    let grammar: Vec<String> = Query::command().get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    assert_eq!(grammar, Verb::ALL.map(|verb| verb.name().to_owned()));
    assert_eq!(query("status").verb(), Verb::Status);
}
