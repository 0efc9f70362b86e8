// Issues from threads while the bot is killed again and again: what it answered with 200 at the last window is filed exactly once, and
// told at least once to whoever sent it.

import { setTimeout as sleep } from 'node:timers/promises';
import { Bot, Replica } from '../emulate/bot.mjs';
import { check, must, until } from '../emulate/run.mjs';
import { words } from '../emulate/window.mjs';
import { Filer, kind } from './filer.mjs';
import { REPOSITORY, SUPPORT, newcomer, said, told } from './world.mjs';

const FILERS = 4; // people who file one issue after the other, at the same time
const LATENCY_MS = 80; // most that a call of GitHub or Slack takes before it is carried out, and again before it is answered
const READING_MS = 60; // most that a person looks at a window before they go on
const PATIENCE_MS = 4_000; // after which they press "Try again", or begin anew
const TOLD_MS = 60_000; // after which they do something else; what they sent is still owed
const STEP_MS = 15; // most that the bot takes for a window that was sent
const ANY_MS = 2_000; // within which a kill comes that is aimed at nothing
const WAIT_MS = 8_000; // for the phase in which a kill is to come
const LAST_MS = 120_000; // for what is still owed after the last kill
const QUIET_MS = 10_000; // after which nothing more is to come: longer than a claim holds
const RECENT = 200; // calls among which those under way are
const LONGEST_CALL_MS = 1_000; // of a call that nobody hung up on
const LONG = 35_000; // characters of a message of which two need two comments

const upTo = (most) => Math.random() * most;
const any = (list) => list[Math.floor(upTo(list.length))];

/** Where in its way an issue is; what a kill is aimed at, in turn. */
const PHASES = [
  'window loading', 'between steps', 'step under way', 'last submission under way', 'sent', 'issue under way', 'not told yet',
  'message under way', 'confirmation under way', 'before the comment', 'comment under way', 'between comments',
];

const BOTS_OWN = ['step under way', 'last submission under way']; // no call of a peer, so shorter

class Filing {
  constructor(number, person, parts) {
    Object.assign(this, { title: `Issue ${number}`, person, parts, sent: false, sending: false, last: false, tries: 0 });
  }
}

/** What stands outside of `filing`, and what is under way. */
function phase(world, filing) {
  const { slack, forge } = world;
  if (!filing.filer) return 'not begun';
  if (!filing.sent) {
    if (filing.sending) return filing.last ? 'last submission under way' : 'step under way';
    return ['none', 'loading'].includes(kind(filing.filer.view())) ? 'window loading' : 'between steps';
  }
  const open = ({ ended, at }) => !ended && at > Date.now() - LONGEST_CALL_MS;
  const underWay = (calls, matches) => calls.slice(-RECENT).some((call) => open(call) && matches(call));
  if (underWay(forge.calls, ({ method, args }) => method === 'POST' && args?.title === filing.title)) return 'issue under way';
  const issue = issueOf(world, filing)[0];
  if (!issue) return 'sent';
  const inThread = (wanted) => ({ method, args }) => method === wanted && args.thread_ts === filing.root;
  if (underWay(slack.calls, inThread('chat.postMessage'))) return 'message under way';
  if (underWay(slack.calls, inThread('chat.postEphemeral'))) return 'confirmation under way';
  // The two are told at the same time, in whichever order.
  if (said(world, filing.root).length === 0 || told(world, filing.person, filing.root).length === 0) return 'not told yet';
  const path = `/repos/${REPOSITORY}/issues/${issue.number}/comments`;
  if (underWay(forge.calls, (call) => call.method === 'POST' && call.path === path)) return 'comment under way';
  const comments = forge.comments(REPOSITORY, issue.number).length;
  if (comments === 0) return 'before the comment';
  return comments < filing.parts ? 'between comments' : 'told';
}

const issueOf = ({ forge }, { title }) => forge.issues(REPOSITORY).filter((issue) => issue.title === title);

// ---- people ------------------------------------------------------------------------------------------------------------------------

/** Files `filing`, whatever becomes of the bot meanwhile: what is not answered is sent again, a window that does not come is asked for
 *  anew. */
async function fileIt(world, filing, bot, counts) {
  const { slack } = world;
  const filer = new Filer(slack, bot, filing.person, filing.root);
  filing.filer = filer;
  const attempt = async (last, what) => {
    [filing.sending, filing.last] = [true, last];
    try {
      return await what();
    } catch {
      counts.unanswered += 1; // Slack shows that it did not work
      await sleep(50);
      return undefined;
    } finally {
      filing.sending = false;
    }
  };
  let since = Date.now(); // when the window began to load
  while (!filing.sent) {
    const view = filer.view();
    const now = kind(view);
    const waited = Date.now() - since;
    if (now !== 'loading') since = Date.now();
    if (now === 'choose') await attempt(false, () => filer.submit({ What: 'Question' }));
    else if (now === 'fill') await attempt(false, () => filer.submit({ Title: filing.title, Description: `What becomes of ${filing.title}?` }));
    else if (now === 'review') {
      filing.tries += 1;
      const body = await attempt(true, () => filer.submit());
      filing.sent = body?.response_action === 'update' && kind(filer.view()) === 'sent';
    } else if (now === 'loading' && waited < PATIENCE_MS) {
      await sleep(20);
      continue;
    } else if (now === 'loading' && filing.again !== view.view_id) {
      filing.again = view.view_id;
      counts.again += 1;
      since = Date.now();
      await attempt(false, () => filer.press('issue.again'));
      continue;
    } else {
      if (now === 'sorry') counts.sorry.push(words(view));
      counts.begun += 1;
      await attempt(false, async () => {
        const { trigger } = await filer.begin();
        since = Date.now();
        await until('a window', () => filer.view() || refused(slack, trigger), PATIENCE_MS);
      });
    }
    await sleep(upTo(READING_MS));
  }
}

const refused = (slack, trigger) => slack.calls.slice(-RECENT).some(({ args, error }) => args.trigger_id === trigger && error);

/** Files one issue after the other until `over()`. */
async function keepFiling(world, place, filings, bot, counts, over) {
  const { slack } = world;
  const person = await newcomer(world, `filer${place}`);
  while (!over()) {
    const parts = filings.length % 5 === 4 ? 2 : 1;
    const filing = new Filing(filings.length, person, parts);
    filings.push(filing);
    const opening = parts === 2 ? `${filing.title} ${'long '.repeat(LONG / 5)}` : filing.title;
    filing.root = (await slack.write(person, SUPPORT, opening)).ts;
    await slack.write(person, SUPPORT, `${filing.title}, and ${parts === 2 ? 'longer '.repeat(LONG / 7) : 'more'}`, filing.root);
    await fileIt(world, filing, bot, counts);
    await until('an answer', () => phase(world, filing) === 'told', TOLD_MS).catch(() => {});
  }
}

// ---- kills -------------------------------------------------------------------------------------------------------------------------

/** Comes back when `there()`, or when that took too long; looks more often than a phase may take. */
async function reached(there) {
  for (const end = Date.now() + WAIT_MS; Date.now() < end && !there();) await sleep(1);
}

/** Kills `count` times, each time as soon as one of the filings is in the next phase, one in five times at any instant. */
async function kill(world, crew, filings, count, counts) {
  for (let place = 0; place < count; place += 1) {
    const victim = any(crew);
    await victim.ready;
    const aim = PHASES[place % PHASES.length];
    const active = () => {
      for (const filing of filings) filing.over ||= phase(world, filing) === 'told';
      return filings.filter(({ over }) => !over);
    };
    if (place % 5 === 4) await sleep(upTo(ANY_MS));
    else await reached(() => active().some((filing) => phase(world, filing) === aim));
    if (aim.endsWith('under way')) await sleep(upTo(BOTS_OWN.includes(aim) ? STEP_MS : LATENCY_MS));
    for (const now of active().map((filing) => phase(world, filing))) counts.phases[now] = (counts.phases[now] ?? 0) + 1;
    await victim.kill();
    if ((place + 1) % 20 === 0) console.log(`# ${place + 1} kills by now, ${filings.filter(({ sent }) => sent).length} issues sent`);
  }
}

// ---- what came of it -----------------------------------------------------------------------------------------------------------------

function compare(world, filings) {
  const { forge } = world;
  const names = [
    'filed', 'doubled', 'lost', 'comments doubled', 'comments lost', 'out of order', 'messages', 'messages doubled', 'messages lost', 'told',
    'told twice', 'untold',
  ];
  const all = Object.fromEntries(names.map((name) => [name, 0]));
  const wrong = [];
  for (const filing of filings) {
    const issues = issueOf(world, filing);
    all[['lost', 'filed'][issues.length] ?? 'doubled'] += 1;
    const comments = issues.flatMap(({ number }) => forge.comments(REPOSITORY, number));
    const parts = comments.map(({ body }) => Number(/<!-- firstmate:issue:[0-9a-f]{16}:(\d+) -->$/.exec(body)?.[1]));
    const distinct = new Set(parts).size;
    all['comments doubled'] += parts.length - distinct;
    all['comments lost'] += Math.max(0, filing.parts - distinct);
    all['out of order'] += parts.some((part, place) => part !== place + 1) ? 1 : 0;
    const messages = said(world, filing.root).length;
    all[['messages lost', 'messages'][messages] ?? 'messages doubled'] += 1;
    const whispers = told(world, filing.person, filing.root).length;
    all[['untold', 'told'][whispers] ?? 'told twice'] += 1;
    const fine = issues.length === 1 && parts.length === filing.parts && messages === 1 && whispers > 0;
    const found = `${issues.length} issues, parts ${parts}, ${messages} messages, ${whispers} confirmations`;
    if (!fine) wrong.push(`${filing.title}: ${found}`);
  }
  return { all, wrong };
}

function report(replicas, count, sent, counts, all) {
  const list = (of) => Object.entries(of).map(([name, times]) => `${name} ${times}`).join(', ');
  const tries = sent.reduce((sum, filing) => sum + filing.tries, 0);
  console.log(`# ${replicas === 1 ? 'one process' : `${replicas} processes, of which one is killed at a time`}: ${count} kills`);
  console.log(`# where the issues were at the kills: ${list(counts.phases)}`);
  console.log(`# submissions answered with 200: ${sent.length}, after ${tries} tries; at all steps ${counts.unanswered} not answered`);
  console.log(`# shortcuts ${counts.begun}, "Try again" ${counts.again}, windows at an end ${counts.sorry.length}`);
  console.log(`# ${list(all)}`);
  for (const text of new Set(counts.sorry)) console.log(`# at an end: ${text.replaceAll('\n', ' / ')}`);
}

/** Kills the bot `count` times; with several `replicas` one of them each time. */
export async function killing(world, program, store, count, replicas) {
  const { slack, forge } = world;
  const latency = () => ({ before: upTo(LATENCY_MS), after: upTo(LATENCY_MS) });
  slack.slowness(latency, ['chat.postMessage', 'chat.postEphemeral', 'chat.update', 'views.open', 'views.update', 'conversations.replies', 'users.info']);
  forge.slowness(latency);
  forge.sendHooksTo();
  const filings = [];
  const counts = { unanswered: 0, again: 0, begun: 0, sorry: [], phases: {} };
  const crew = Array.from({ length: replicas }, () => new Replica(() => Bot.startWith(forge.token, slack, program, store)));
  await Promise.all(crew.map(({ ready }) => ready));

  await check(`killed ${count} times between the shortcut and the confirmation, the bot files everything once`, async () => {
    let over = false;
    // A balancer sends nothing to one that is not ready.
    const bot = () => Promise.any([...crew].sort(() => Math.random() - 0.5).map(({ ready }) => ready));
    const filers = Array.from({ length: FILERS }, (_, place) => keepFiling(world, place, filings, bot, counts, () => over));
    await Promise.race([kill(world, crew, filings, count, counts), Promise.all(filers)]);
    over = true;
    await Promise.all(filers);
    const sent = filings.filter((filing) => filing.sent);
    await until('what is owed', () => sent.every((filing) => phase(world, filing) === 'told'), LAST_MS).catch(() => {});
    await sleep(QUIET_MS);
    const { all, wrong } = compare(world, sent);
    report(replicas, count, sent, counts, all);
    must(wrong.length === 0, `${wrong.length} are not as they should be: ${wrong.slice(0, 3).join('; ')}`);
    must(sent.length === filings.length && sent.length > 0, `${sent.length} of ${filings.length} were sent`);
    const missed = PHASES.filter((name) => !counts.phases[name]);
    must(count < 100 || missed.length === 0, `no kill came while: ${missed.join(', ')}`);
  });

  slack.slowness(() => ({ before: 0, after: 0 }));
  forge.slowness(() => ({ before: 0, after: 0 }));
  await Promise.all(crew.map(async ({ ready }) => (await ready).end('SIGTERM')));
}
