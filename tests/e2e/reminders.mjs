// Reminders of meetings while the bot is killed again and again, against a Slack that none of us wrote (emulate/harness.mjs): each is
// said exactly once, in time; what is changed after it was said is put right once.
//
//   node reminders.mjs BINARY [--kills N] [--postgres ADDRESS]     N: how often a process is killed, in all (20)
//
// One process on a SQLite file; with the ADDRESS of a PostgreSQL on which databases may be created, two processes that share one.
// Prints counts, a line a check and `N passed, N failed`; exits 1 when one failed.

import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Bot, Replica, database, ownBinary } from './emulate/bot.mjs';
import { startSlack } from './emulate/harness.mjs';
import { check, folder, must, run, until } from './emulate/run.mjs';

const CHANNELS = ['C01RMPVUUK1', 'C0SCIENCE', 'C01RT0NNCP7', 'C0OPERATIONS'];
const CHANGES = 'C0CHANGES'; // where meetings are changed, apart from the others, so that replies in threads delay none of them
const SERIES = 5; // in each of the four channels
const LEAD_MS = 6_000; // from the writing of a catalogue to its first reminder
const SPREAD_S = 25; // within which the reminders of a round fall due
const KILLS_A_ROUND = 12;
const LATENCY_MS = 150; // most that a post takes before it is carried out, and again before it is answered
const YOUNG_MS = 150; // longest life of a process that is killed just after its start
const BOUND_MS = 2_000; // how much later than the channel's rate allows a reminder may be,
const BOUND_KILLED_MS = 10_000; // and where the one who had claimed it was killed
const LATEST_MS = 12_000; // whatever happened
const LEASE_MS = 8_000; // after which a claim runs out
const ROUND_MS = 90_000; // of the watchdog

const { values: options, positionals: [binary] } = parseArgs({
  allowPositionals: true,
  options: { kills: { type: 'string', default: '20' }, postgres: { type: 'string' } },
});
const kills = Number(options.kills);
if (!binary || !Number.isInteger(kills) || kills < 0) {
  console.error('usage: node reminders.mjs BINARY [--kills N] [--postgres ADDRESS]');
  process.exit(2);
}
const rounds = Math.max(1, Math.ceil(kills / KILLS_A_ROUND));
const replicas = options.postgres ? 2 : 1;
const upTo = (most) => Math.random() * most;
const any = (list) => list[Math.floor(upTo(list.length))];
const seconds = (ms) => (ms / 1_000).toFixed(1);

// ---- the catalogue ---------------------------------------------------------------------------------------------------------------

/** Series of one round: { id, channel, date, minutes, due, starts, key }, with instants in milliseconds. */
function planned(round, first) {
  const series = (channel, place, due) => {
    const id = `round${round}-${channel.toLowerCase()}-${place}`;
    const minutes = 2 * (place + 1); // so that no two of a channel meet at once
    const starts = due + minutes * 60_000;
    const date = new Date(starts).toISOString().slice(0, 10);
    return { id, channel, date, minutes, due, starts, key: `reminder:${id}-${date}:${minutes}m` };
  };
  const crowded = any(CHANNELS); // one channel where all fall due at the same instant
  const instant = first + Math.floor(upTo(SPREAD_S)) * 1_000;
  const due = (channel) => (channel === crowded ? instant : first + Math.floor(upTo(SPREAD_S)) * 1_000);
  const many = CHANNELS.flatMap((channel) => Array.from({ length: SERIES }, (_, place) => series(channel, place, due(channel))));
  return [...many, ...[0, 1].map((place) => series(CHANGES, place, first + place * 1_000))];
}

async function writeCatalogue(commands, series, person) {
  await mkdir(path.join(commands, 'meetings'), { recursive: true });
  const clock = (instant) => new Date(instant).toISOString().slice(11, 19);
  for (const { id, channel, date, minutes, starts } of series) {
    const lines = [
      `title = "${id}"`, 'timezone = "UTC"', `start = ${clock(starts)}`, 'duration = "1m"', `channel = "${channel}"`,
      '[series]', `anchor = ${date}`, 'every_weeks = 4', '[[reminders]]', `before = "${minutes}m"`,
    ];
    await writeFile(path.join(commands, 'meetings', `${id}.toml`), `${lines.join('\n')}\n`);
  }
  await writeFile(path.join(commands, 'roles.toml'), `[roles.maintainer]\npeople = ["${person.id}"]\nmay = ["meetings.change"]\n`);
}

// ---- kills -----------------------------------------------------------------------------------------------------------------------

/** Kills `count` times from `first` on, as long as reminders fall due; notes when. In turn after a change, at any instant, during a
 *  post, and just after a start. */
async function killing(slack, crew, changed, first, count, note) {
  const slot = (SPREAD_S * 1_000) / count;
  const underWay = () => slack.calls.some(({ method, status }) => method === 'chat.postMessage' && !status);
  let last;
  for (let place = 0; place < count; place += 1) {
    const [begins, ends] = [first + place * slot, first + (place + 1) * slot];
    const wait = async (what) => { while (Date.now() < ends && !what()) await sleep(5); };
    const manner = place < changed.length ? 'change' : ['post', 'any', 'start'][place % 3];
    let victim = any(crew);
    if (manner === 'start' && last) {
      victim = last;
      await victim.ready;
      await sleep(upTo(YOUNG_MS));
    } else {
      await sleep(Math.max(0, begins - Date.now()));
      if (manner === 'change') {
        await wait(() => changed[place].told);
        await sleep(upTo(LATENCY_MS * 4));
      } else if (manner === 'post') {
        await wait(underWay);
        await sleep(upTo(LATENCY_MS));
      } else {
        await sleep(upTo(slot * 0.9));
      }
    }
    await victim.ready;
    const during = underWay();
    note({ at: await victim.kill(), during });
    last = victim;
  }
}

// ---- a round ---------------------------------------------------------------------------------------------------------------------

const all = { due: 0, once: 0, twice: 0, lost: 0, late: [], excused: 0, again: 0, kills: 0, during: 0, changed: 0, right: 0 };
const wrong = { counts: [], late: [], changes: [], refused: [] }; // what the checks tell in the end

async function round(number, count, program, store) {
  const slack = await startSlack();
  const crew = [];
  try {
    const bob = slack.person('bob');
    for (const channel of [...CHANNELS, CHANGES]) await slack.as(bob.token, 'conversations.invite', { channel, users: slack.bot.user });
    slack.slowness(() => ({ before: upTo(LATENCY_MS), after: upTo(LATENCY_MS) }));
    const first = Math.ceil((Date.now() + LEAD_MS) / 1_000) * 1_000;
    const series = planned(number, first);
    const commands = path.join(folder, `commands-${number}`);
    await writeCatalogue(commands, series, bob);
    for (let place = 0; place < replicas; place += 1) crew.push(new Replica(() => Bot.start(slack, program, store, '--commands', commands)));
    await Promise.all(crew.map(({ ready }) => ready));
    must(Date.now() < first, 'the bot was too slow to start before the first reminder fell due');

    const killed = [];
    const changed = series.filter(({ channel }) => channel === CHANGES).map((one, place) => ({ ...one, moved: place === 1, told: false }));
    const work = [
      killing(slack, crew, changed, first, count, (kill) => killed.push(kill)),
      ...changed.map((one) => change(slack, crew, one, bob)),
    ];
    await Promise.all(work);

    // Whatever was cut off is taken up by then, so that what would be said twice was said twice.
    const last = Math.max(...series.map(({ due }) => due));
    const quiet = Math.max(last + BOUND_MS, ...killed.map(({ at }) => at + LATEST_MS));
    await sleep(Math.max(0, quiet - Date.now()));
    const standing = (channel, key) => slack.posts(channel).some(({ metadata }) => metadata?.event_payload?.key === key);
    const missing = () => series.filter(({ channel, key }) => !standing(channel, key));
    await until('the last reminders', () => missing().length === 0, LATEST_MS).catch(() => {});
    await Promise.all(crew.map(async ({ ready }) => (await ready).end('SIGTERM')));

    all.kills += killed.length;
    all.during += killed.filter(({ during }) => during).length;
    await compare(slack, bob, series);
    judgeLateness(slack, series, killed);
    await judgeChanges(slack, bob, changed);
    const refused = slack.calls.filter(({ error, status }) => error && status === 200).map(({ method, error }) => `${method}: ${error}`);
    wrong.refused.push(...refused);
    console.log(`# round ${number} of ${rounds}: ${all.kills} kills by now, ${all.once} of ${all.due} said once, ${all.twice} twice, ${all.lost} lost`);
  } finally {
    await Promise.all(crew.map(async ({ ready }) => (await ready.catch(() => {}))?.end('SIGKILL')));
    await slack.close();
  }
}

/** Skips or moves a meeting as `person`, as soon as its announcement stands. */
async function change(slack, crew, one, person) {
  await until('an announcement to change', () => slack.posts(CHANGES).some(({ metadata }) => metadata?.event_payload?.key === one.key), 40_000);
  one.to = one.starts + 30 * 60_000;
  const to = new Date(one.to).toISOString().slice(0, 19);
  const text = one.moved ? `move ${one.id} ${one.date} ${to} the room is taken` : `skip ${one.id} ${one.date} holidays`;
  const more = { trigger_id: randomUUID(), response_url: 'http://127.0.0.1:9/' };
  // A killed process answers nobody; the same command, sent again, is the same command.
  const answer = await until('an answer to the command', async () => {
    const bot = await any(crew).ready;
    return bot.type(person, CHANGES, '/meetings', text, more).catch(() => {});
  });
  must(!answer.body || /^(Skipped|Moved): /.test(answer.body.text), `the command is refused: ${answer.body?.text}`);
  one.told = true;
}

/** Every message of `channel`, by conversations.history. */
async function history(slack, person, channel) {
  const messages = [];
  for (let cursor = ''; ;) {
    const page = await slack.as(person.token, 'conversations.history', { channel, cursor, limit: 100 });
    messages.push(...page.messages);
    cursor = page.response_metadata?.next_cursor;
    if (!cursor) return messages;
  }
}

async function compare(slack, person, series) {
  const found = new Map();
  for (const channel of [...CHANNELS, CHANGES]) {
    for (const { metadata } of await history(slack, person, channel)) {
      const key = metadata?.event_payload?.key;
      if (key) found.set(`${channel} ${key}`, (found.get(`${channel} ${key}`) ?? 0) + 1);
    }
  }
  all.due += series.length;
  for (const { channel, key } of series) {
    const times = found.get(`${channel} ${key}`) ?? 0;
    found.delete(`${channel} ${key}`);
    all[['lost', 'once'][times] ?? 'twice'] += 1;
    if (times !== 1) wrong.counts.push(`${key}: ${times} times`);
  }
  wrong.counts.push(...[...found.keys()].map((key) => `not expected: ${key}`));
}

/** Each channel takes a message a second. One that came later than that for a kill holds up those behind it. */
function judgeLateness(slack, series, killed) {
  const by = new Map(series.map((one) => [one.key, one]));
  for (const channel of CHANNELS) {
    let free = 0; // when the channel may be written to again
    for (const { metadata, written } of slack.posts(channel).sort((a, b) => a.written - b.written)) {
      const one = by.get(metadata?.event_payload?.key);
      if (!one) continue;
      const allowed = Math.max(one.due, free);
      const late = written - allowed;
      const between = killed.map(({ at }) => at).filter((at) => one.due <= at && at <= written);
      const excused = late > BOUND_MS && between.length > 0;
      free = (excused ? written : allowed) + 1_000;
      all.late.push(late);
      all.excused += excused ? 1 : 0;
      // Whoever took it up again may have been killed as well, about a lease later.
      const after = (from, to) => to - from > LEASE_MS - 500 && to - from < LATEST_MS;
      const again = between.some((one) => between.some((other) => after(one, other) && after(other, written)));
      const bound = late <= BOUND_MS ? BOUND_MS : again ? LATEST_MS + BOUND_KILLED_MS : excused ? LATEST_MS : BOUND_MS;
      all.again += late > LATEST_MS && again ? 1 : 0;
      if (late > bound) wrong.late.push(`${one.key}: ${seconds(late)} s, ${between.length} kills meanwhile`);
    }
  }
}

async function judgeChanges(slack, person, changed) {
  const messages = await history(slack, person, CHANGES);
  for (const { key, id, moved, to } of changed) {
    all.changed += 1;
    const message = messages.find(({ metadata }) => metadata?.event_payload?.key === key);
    if (!message) continue; // told as lost
    const now = JSON.stringify([message.text, message.blocks]);
    const edited = moved ? now.includes('Moved to') && now.includes(`<!date^${to / 1_000}^`) : now.includes('Does not take place');
    const { messages: thread } = await slack.as(person.token, 'conversations.replies', { channel: CHANGES, ts: message.ts });
    const replies = thread.filter(({ ts }) => ts !== message.ts);
    const said = replies.filter(({ text }) => text.includes(moved ? 'was moved to' : 'does not take place'));
    if (edited && replies.length === 1 && said.length === 1) all.right += 1;
    else wrong.changes.push(`${id}: ${edited ? '' : 'not '}edited, ${replies.length} replies: ${message.text}`);
  }
}

// ---- the run ---------------------------------------------------------------------------------------------------------------------

const none = (list) => must(list.length === 0, `${list.slice(0, 5).join('; ')}${list.length > 5 ? `; and ${list.length - 5} more` : ''}`);

await run(60_000 + rounds * ROUND_MS, async () => {
  const program = await ownBinary(binary);
  for (let number = 1, left = kills; number <= rounds; number += 1) {
    const count = Math.ceil(left / (rounds - number + 1));
    left -= count;
    // Its own database too: the catalogue of the round before is gone, and its announcements with their Slack.
    await round(number, count, program, database('reminders', options.postgres));
  }
  const latest = Math.max(...all.late);
  console.log(`# ${replicas === 1 ? 'one process on SQLite' : 'two processes on PostgreSQL'}: ${all.kills} kills, ${all.during} of them during a post`);
  console.log(`# reminders due ${all.due}, said once ${all.once}, twice ${all.twice}, lost ${all.lost}`);
  console.log(`# latest ${seconds(latest)} s after the channel's rate allowed it, ${all.excused} over ${BOUND_MS / 1_000} s excused by a kill, ${all.again} of them by two`);
  console.log(`# changed after they were announced ${all.changed}, edited with one reply ${all.right}`);
  await check('every reminder was said exactly once', () => none(wrong.counts));
  await check('none was later than the rate and a kill allow', () => none(wrong.late));
  await check('what was changed is edited, with one reply in its thread', () => none(wrong.changes));
  await check('Slack refused nothing that the bot asked for', () => none([...new Set(wrong.refused)]));
  await check('it was killed as often as was asked for', () => must(all.kills === kills, `${all.kills} of ${kills}`));
}, () => {});
