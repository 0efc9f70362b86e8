// The bot against a Slack that none of us wrote: npm's `emulate`, through emulate/harness.mjs.
//
//   node slack.mjs BINARY [--kills N]     N: how often the bot is killed while it answers (20)
//
// Prints a line a check and `N passed, N failed`; exits 1 when one failed.

import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Bot, SLACK_WAITS_MS, ownBinary, sqlite } from './emulate/bot.mjs';
import { startSlack } from './emulate/harness.mjs';
import { PATIENCE_MS, check, must, one, run, until } from './emulate/run.mjs';

const QUIET_MS = 2_500; // after which nothing more is to come; the bot writes to a channel once a second
const WATCHDOG_MS = 180_000; // of the whole run, and for each kill:
const WATCHDOG_A_KILL_MS = 10_000;
const WRITERS = 3; // people who write before each kill, the last of them in a thread
const LONGEST_LIFE_MS = 250; // most that passes from the first acknowledgement to the kill
const LATENCY_MS = 80; // most that a post takes before it is carried out, and again before it is answered

const SUPPORT = 'C01RMPVUUK1';
const SCIENCE = 'C0SCIENCE';
const QUESTION = 'is there an SLA?';

const { values: options, positionals: [binary] } = parseArgs({ allowPositionals: true, options: { kills: { type: 'string', default: '20' } } });
const kills = Number(options.kills);
if (!binary || !Number.isInteger(kills) || kills < 0) {
  console.error('usage: node slack.mjs BINARY [--kills N]');
  process.exit(2);
}

let slack;
let replies; // the server behind response addresses

// ---- the bot and the people --------------------------------------------------------------------------------------------------------

/** Starts the bot on a SQLite file, and has Slack's events sent to it. */
async function started(program, database) {
  const bot = await Bot.start(slack, program, sqlite(database));
  slack.sendEventsTo(`${bot.address}/slack/events`);
  return bot;
}

/** `person` presses the button `action` below `message`, an ephemeral one. Answers the payload, to be sent again. */
async function press(bot, person, message, action, more = {}) {
  const button = message.blocks.flatMap(({ elements = [] }) => elements).find(({ action_id: id }) => id === action);
  must(button, `a button ${action}`);
  const payload = {
    type: 'block_actions', user: { id: person.id, team_id: slack.team }, channel: { id: message.channel_id, name: 'channel' },
    container: { type: 'message', message_ts: message.ts, channel_id: message.channel_id, is_ephemeral: true, thread_ts: message.thread_ts },
    trigger_id: randomUUID(), response_url: replies.address(), actions: [{ ...button, block_id: 'b', action_ts: '1700000000.000001' }], ...more,
  };
  await bot.interact(payload);
  return payload;
}

/** The server behind `response_url`. Slack answers in two ways; the bot has to take both. */
async function openReplies() {
  const taken = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    taken.push({ path: request.url, ...JSON.parse(body) });
    if (taken.length % 2) response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
    else response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  let count = 0;
  const address = () => `http://127.0.0.1:${server.address().port}/actions/${count += 1}`;
  const at = (url) => taken.filter(({ path: own }) => url.endsWith(own));
  return { address, at, close: () => { server.close(); server.closeAllConnections(); } };
}

/** A message that people can read with and without blocks. */
function readable(message) {
  must(message.blocks?.length > 0, 'blocks');
  must(message.text?.trim(), 'text beside the blocks');
  return message;
}

/** A message that can be told from all others. */
function keyed(message) {
  must(message.metadata?.event_type === 'firstmate', `metadata of event type ${message.metadata?.event_type}`);
  must(typeof message.metadata.event_payload?.key === 'string' && message.metadata.event_payload.key, 'a key in the metadata');
  return readable(message);
}

/** Comes back when the bot has acknowledged what was written. */
async function taken({ deliveries }) {
  for (const delivery of deliveries) must(await delivery.done === 200, `status ${delivery.status} for an event`);
}

/** All that the bot wrote for everybody in channels. */
const publicPosts = () => [SUPPORT, SCIENCE].flatMap(slack.posts);

// ---- the checks ------------------------------------------------------------------------------------------------------------------

async function talking(program) {
  const bot = await started(program, 'talk.db');
  const [ann, bob] = ['ann', 'bob'].map(slack.person);
  const mention = `<@${slack.bot.user}>`;
  let answer; // the ephemeral one with which the later checks go on

  await check('a mention is answered once, for its author alone', async () => {
    const question = await slack.write(ann, SCIENCE, `${mention} ${QUESTION}`);
    await taken(question);
    must(question.deliveries.length === 2, 'Slack sends a message and a mention');
    for (const delivery of question.deliveries) await slack.again(delivery).done;
    for (const delivery of question.deliveries) await slack.again(delivery, { underAnotherId: true }).done;
    await until('an answer', () => slack.whispers(ann).length);
    await sleep(QUIET_MS);
    answer = readable(one(slack.whispers(ann), 'ephemeral answers'));
    must(answer.channel_id === SCIENCE && !answer.thread_ts, 'where it was asked');
    must(slack.whispers(bob).length === 0, 'nothing for others');
    must(publicPosts().length === 0, 'nothing for everybody');
  });

  await check('a mention in a thread is answered in that thread', async () => {
    const thread = await slack.write(bob, SUPPORT, 'does anybody know whether there are backups');
    await taken(await slack.write(bob, SUPPORT, `${mention} are there backups?`, thread.ts));
    await until('an answer', () => slack.whispers(bob).length);
    await sleep(QUIET_MS);
    const found = readable(one(slack.whispers(bob), 'ephemeral answers'));
    must(found.channel_id === SUPPORT && found.thread_ts === thread.ts, `thread ${found.thread_ts} instead of ${thread.ts}`);
    must(publicPosts().length === 0, 'nothing for everybody');
  });

  await check('a direct message is answered once, however often Slack sends it', async () => {
    const channel = await slack.direct(ann);
    const question = await slack.write(ann, channel, QUESTION);
    await taken(question);
    const [first] = question.deliveries;
    for (const repeat of [slack.again(first), slack.again(first, { underAnotherId: true })]) must(await repeat.done === 200, 'a repeat is taken too');
    await until('an answer', () => slack.posts(channel).length);
    must(await slack.again(first, { underAnotherId: true }).done === 200, 'a late repeat is taken too');
    await sleep(QUIET_MS);
    keyed(one(slack.posts(channel), 'answers'));
    must(slack.whispers(ann).length === 1, 'no ephemeral answer beside it');
  });

  await check('“Show everyone” shows the answer to everybody once', async () => {
    const first = await press(bot, ann, answer, 'onboard.share');
    await bot.interact(first); // the same press again
    const second = await press(bot, ann, answer, 'onboard.share');
    await until('a message', () => slack.posts(SCIENCE).length);
    await sleep(QUIET_MS);
    const post = keyed(one(slack.posts(SCIENCE), 'messages'));
    must(!post.thread_ts, 'not in a thread');
    const told = await until('a reply to the second press', () => replies.at(second.response_url)[0]);
    must(told.replace_original === false && told.response_type === 'ephemeral', 'the answer stays as it is');
    must(replies.at(first.response_url).length === 0, 'the message itself is the reply to the first press');
  });

  await check('“Ask a human” puts the question to #support once, harmlessly', async () => {
    await press(bot, ann, answer, 'onboard.human', { trigger_id: await slack.trigger(ann) });
    const window = await until('a window', () => slack.windows(ann)[0]);
    must(window.callback_id === 'onboard.human', `callback_id ${window.callback_id}`);
    const input = window.blocks.find(({ type }) => type === 'input');
    must(input.element.initial_value === QUESTION, `the question is filled in: ${input.element.initial_value}`);
    const value = 'Who runs this? <!channel> <!here> <@U0MAINTAIN> <https://a.example|here> & *co*\nSecond line @channel';
    const { view_id: id, root_view_id: root, callback_id, private_metadata, hash } = window;
    const values = { [input.block_id]: { [input.element.action_id]: { type: input.element.type, value } } };
    const view = { type: 'modal', id, root_view_id: root, previous_view_id: null, callback_id, private_metadata, hash, blocks: window.blocks };
    const submission = {
      type: 'view_submission', trigger_id: randomUUID(), response_urls: [], user: { id: ann.id, team_id: slack.team },
      view: { ...view, state: { values } },
    };
    for (const { body } of [await bot.interact(submission), await bot.interact(submission)]) {
      must(body.response_action === 'update' && body.view?.type === 'modal', 'the window says that it was sent');
    }
    await until('a message', () => slack.posts(SUPPORT).length);
    await sleep(QUIET_MS);
    const post = keyed(one(slack.posts(SUPPORT), 'messages'));
    // What people wrote stands in rich text, where nothing is markup.
    const [quote] = post.blocks.filter(({ type }) => type === 'rich_text').flatMap(({ elements }) => elements);
    must(quote.elements.every(({ type }) => type === 'text') && quote.elements[0].text === value, 'the question is quoted as it is');
    const words = JSON.stringify([post.text, post.blocks.filter(({ type }) => type !== 'rich_text')]);
    const effective = new Set(words.match(/<[@!#][^>]*>/g));
    must(effective.size === 1 && effective.has(`<@${ann.id}>`), `mentions: ${[...effective].join(' ')}`);
    must(words.includes('&lt;!channel&gt;') && words.includes('&lt;@U0MAINTAIN&gt;') && words.includes('&amp; '), 'the question is quoted in the text, escaped');
    must(!words.includes('<https://a.example'), 'no link by the asker');
  });

  for (const [name, kind] of [
    ['429 and a time to wait', { status: 429, retryAfter: 2 }],
    ['500', { status: 500 }],
    ['500 for a message that it posted', { status: 500, done: true }],
    ['a broken connection for a message that it posted', { hangUp: true, done: true }],
  ]) {
    await check(`a message arrives once when Slack answers with ${name}`, async () => {
      const writer = slack.enrol(`trouble${randomUUID().slice(0, 8)}`);
      const channel = await slack.direct(writer);
      slack.trouble('chat.postMessage', kind);
      await taken(await slack.write(writer, channel, QUESTION));
      const tries = () => slack.calls.filter(({ method, args }) => method === 'chat.postMessage' && args.channel === channel);
      await until('the trouble', () => tries().some(({ status, done }) => status === kind.status || done));
      await until('an answer', () => slack.posts(channel).length);
      await sleep(QUIET_MS + 1_000);
      keyed(one(slack.posts(channel), 'answers'));
      must(tries().length === (kind.done ? 1 : 2), `${tries().length} tries`);
      const waited = kind.retryAfter && tries()[1].at - tries()[0].at;
      must(!kind.retryAfter || waited >= kind.retryAfter * 1_000, `${waited} ms waited instead of ${kind.retryAfter} s`);
    });
  }

  await check('asked to stop, the bot stops', async () => {
    await bot.end('SIGTERM');
    must(bot.child.exitCode === 0, `exit code ${bot.child.exitCode}, signal ${bot.child.signalCode}`);
  });
}

async function withoutSlack(program) {
  const writer = slack.enrol('patient');
  const channel = await slack.direct(writer);
  let bot;
  let shared;
  await slack.shut();

  await check('while Slack cannot be reached, the bot starts and answers slash commands', async () => {
    bot = await started(program, 'alone.db');
    const more = { response_url: replies.address(), trigger_id: randomUUID() };
    const { body, ms } = await bot.type(writer, SUPPORT, '/onboard', QUESTION, more);
    must(ms < SLACK_WAITS_MS, `${ms} ms`);
    must(body.response_type === 'ephemeral', `response_type ${body.response_type}`);
    readable(body);
    shared = { ...body, ts: '1700000000.000100', channel_id: SUPPORT };
  });

  await check('what is owed meanwhile is posted once when Slack is back', async () => {
    const before = slack.posts(SUPPORT).length;
    await taken(await slack.write(writer, channel, QUESTION));
    await press(bot, writer, shared, 'onboard.share');
    await sleep(QUIET_MS);
    must(slack.posts(channel).length === 0, 'nothing can have been posted yet');
    await slack.reopen();
    await until('the answer and the message', () => slack.posts(channel).length && slack.posts(SUPPORT).length > before, 30_000);
    await sleep(QUIET_MS + 1_000);
    keyed(one(slack.posts(channel), 'answers'));
    keyed(one(slack.posts(SUPPORT).slice(before), 'messages'));
  });

  await slack.reopen().catch(() => {}); // open already, unless a check failed
  await bot?.end('SIGTERM');
}

/** Kills the bot again and again while it answers direct messages. */
async function killing(program) {
  const upTo = (most) => Math.random() * most;
  const posts = (channel) => slack.calls.filter(({ method, args }) => method === 'chat.postMessage' && args.channel === channel);
  const owed = []; // everything that was answered with 200
  const moments = { 'not begun': 0, 'under way': 0, done: 0 }; // where the posts of a round were when the bot was killed
  let untaken = [];
  slack.slowness(() => ({ before: upTo(LATENCY_MS), after: upTo(LATENCY_MS) }));

  const note = async (question) => {
    const [delivery] = question.deliveries;
    if (await delivery.done === 200) owed.push(question);
    else untaken.push(question);
  };
  // As Slack does with what was not answered with 200.
  const repeat = () => untaken.splice(0).map((question) => note({ ...question, deliveries: [slack.again(question.deliveries[0])] }));

  await check(`killed ${kills} times while it answers, the bot answers everything once`, async () => {
    for (let round = 0; round < kills; round += 1) {
      // The bot is not running: nobody hears what opens the thread.
      const writers = [];
      for (let index = 0; index < WRITERS; index += 1) {
        const person = slack.enrol(`w${round}x${index}`);
        const channel = await slack.direct(person);
        const opening = index === WRITERS - 1 ? await slack.write(person, channel, 'Hello?') : undefined;
        await opening?.deliveries[0].done;
        writers.push({ person, channel, thread: opening?.ts });
      }
      const bot = await started(program, 'kills.db');
      const notes = repeat();
      const questions = await Promise.all(writers.map(({ person, channel, thread }) => slack.write(person, channel, QUESTION, thread)));
      notes.push(...questions.map(note));
      await Promise.any(questions.map(async ({ deliveries: [delivery] }) => must(await delivery.done === 200, 'not taken')));
      // In turn: at any moment from the acknowledgement on, and while the first post is under way, however fast the machine is.
      if (round % 2) await until('a post', () => questions.some(({ channel }) => posts(channel).length));
      await sleep(upTo(round % 2 ? 2 * LATENCY_MS : LONGEST_LIFE_MS));
      for (const { channel } of questions) {
        const tries = posts(channel);
        moments[tries.length === 0 ? 'not begun' : tries.some(({ answered }) => answered) ? 'done' : 'under way'] += 1;
      }
      await bot.end('SIGKILL');
      await Promise.all(notes);
      // Slack finishes what it was asked for, sooner than a process is started anew.
      await until('calls to end', () => slack.calls.every(({ done, status }) => done || status));
    }
    const bot = await started(program, 'kills.db');
    await Promise.all(repeat());
    const count = (wanted) => owed.filter(({ channel }) => wanted(slack.posts(channel).length)).length;
    await until('all answers', () => count((answers) => answers === 0) === 0, PATIENCE_MS + kills * 200).catch(() => {});
    await sleep(QUIET_MS);
    await bot.end('SIGTERM');
    const answered = count((answers) => answers > 0);
    const doubled = count((answers) => answers > 1);
    const lost = count((answers) => answers === 0);
    console.log(`# at the kills: ${Object.entries(moments).map(([moment, number]) => `${number} posts ${moment}`).join(', ')}`);
    console.log(`# taken ${owed.length}, answered ${answered}, doubled ${doubled}, lost ${lost}`);
    must(untaken.length === 0 && owed.length === kills * WRITERS, `${owed.length} of ${kills * WRITERS} messages were taken`);
    must(doubled === 0 && lost === 0, `doubled ${doubled}, lost ${lost}`);
    for (const { channel, thread } of owed) {
      const answer = keyed(slack.posts(channel)[0]);
      must(answer.thread_ts === thread, 'each answer stands where it was asked');
    }
    must(kills < 20 || moments['under way'] > 0, 'no kill came in the middle of a post');
  });
  slack.slowness(() => ({ before: 0, after: 0 }));
}

async function wellBehaved() {
  await check('every event was acknowledged within the time that Slack waits', async () => {
    const slowest = Math.max(...slack.deliveries.filter(({ status }) => status === 200).map(({ ms }) => ms));
    must(slowest < SLACK_WAITS_MS, `${slowest} ms`);
  });
  await check('Slack refused nothing that the bot asked for', async () => {
    const refused = slack.calls.filter(({ error, status }) => error && status === 200).map(({ method, error }) => `${method}: ${error}`);
    must(refused.length === 0, [...new Set(refused)].join(', '));
  });
}

await run(WATCHDOG_MS + kills * WATCHDOG_A_KILL_MS, async () => {
  const program = await ownBinary(binary);
  slack = await startSlack();
  replies = await openReplies();
  for (const channel of [SUPPORT, SCIENCE]) await slack.as(slack.person('bob').token, 'conversations.invite', { channel, users: slack.bot.user });
  await talking(program);
  await withoutSlack(program);
  await killing(program);
  await wellBehaved();
}, async () => {
  replies?.close();
  await slack?.close().catch(() => {});
});
