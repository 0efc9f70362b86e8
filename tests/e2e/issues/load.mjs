// How long people wait for the window: with the longest thread that is promised, and with a GitHub that takes its time.

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, must, until } from '../emulate/run.mjs';
import { words } from '../emulate/window.mjs';
import { Filer, kind } from './filer.mjs';
import { REPOSITORY, SUPPORT, data, newcomer, said, startBot } from './world.mjs';

const REPLIES = 500;
const PEOPLE = 40;
const THREAD_MS = 3_000; // from the shortcut to the filled window
const LONGEST_BODY = 65_536; // characters: what GitHub takes
const SLOW_MS = 5_000; // of each call of GitHub
const OPENING_MS = 500; // from the shortcut to the window, of 99 in 100
const BETWEEN_MS = 100; // from one shortcut to the next

/** Megabytes that the bot holds in memory. */
async function resident(bot) {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${bot.child.pid}/status`, 'utf8'));
  return Math.round(kilobytes / 1024);
}

/** A thread of REPLIES replies, in turn by PEOPLE people, with every kind of rich text: its first message, and who wrote it. */
async function longThread(world) {
  const { slack } = world;
  const everyKind = JSON.parse(await data('threads/every-kind.json')).messages
    .filter(({ subtype, blocks }) => !subtype && blocks?.some(({ type }) => type === 'rich_text'))
    .map(({ blocks }) => blocks);
  const people = [];
  for (let place = 0; place < PEOPLE; place += 1) people.push(await newcomer(world, `person${place}`));
  const here = JSON.parse(JSON.stringify(everyKind).replaceAll(/"U0[0-9][A-Z]+"/g, `"${people[1].id}"`));
  const { ts: root } = await slack.write(people[0], SUPPORT, 'message 0 of a long thread');
  for (let place = 1; place <= REPLIES; place += 1) {
    const section = { type: 'rich_text_section', elements: [{ type: 'text', text: `message ${place} of a long thread` }] };
    const blocks = [{ type: 'rich_text', elements: [section] }, ...here[place % here.length]];
    const message = { channel: SUPPORT, thread_ts: root, text: `message ${place}`, blocks };
    await slack.as(people[place % PEOPLE].token, 'chat.postMessage', message);
  }
  return { root, person: people[0] };
}

export async function aLongThread(world, program, store, strict) {
  const { slack, forge } = world;
  const bot = await startBot(world, program, store);
  const { root, person } = await longThread(world);
  const filer = new Filer(slack, () => bot, person, root);

  await check(`a thread of ${REPLIES} replies by ${PEOPLE} people is in the window in time`, async () => {
    const before = await resident(bot);
    const { at } = await filer.begin();
    const view = await filer.settled();
    const ms = Date.now() - at;
    console.log(`# ${REPLIES} replies by ${PEOPLE} people: ${ms} ms from the shortcut to the filled window, in memory ${before} MB before, ${await resident(bot)} MB after`);
    must(words(view).includes(`the whole thread, ${REPLIES + 1} messages`), words(view));
    must(ms < (strict ? THREAD_MS : 2 * THREAD_MS), `${ms} ms`);
  });

  await check('it is filed complete, in order, in comments that GitHub takes', async () => {
    await filer.submit({ What: 'Question' });
    await filer.settled();
    await filer.submit({ Title: 'A long thread', Description: 'See below.' });
    await filer.settled();
    await filer.submit();
    const issue = await until('the issue', () => forge.issues(REPOSITORY).find(({ title }) => title === 'A long thread'));
    const comments = await until('all of it', () => {
      const all = forge.comments(REPOSITORY, issue.number);
      return all.some(({ body }) => body.includes(`message ${REPLIES} of a long thread`)) && all;
    }, 60_000);
    await until('the message in the thread', () => said(world, root).length);
    must(comments.every(({ body }) => body.length <= LONGEST_BODY), 'each within what GitHub takes');
    const parts = comments.map(({ body }) => Number(/<!-- firstmate:issue:[0-9a-f]{16}:(\d+) -->$/.exec(body)?.[1]));
    must(parts.every((part, place) => part === place + 1), `parts ${parts}`);
    const found = comments.flatMap(({ body }) => [...body.matchAll(/> message (\d+) of a long thread/g)].map(([, place]) => Number(place)));
    must(found.length === REPLIES + 1 && found.every((place, index) => place === index), `${found.length} messages`);
    const lengths = comments.map(({ body }) => body.length);
    console.log(`# ${comments.length} comments of ${lengths.join(', ')} characters, ${await resident(bot)} MB after filing`);
  });

  await bot.end('SIGTERM');
}

/** Opens `count` windows while each call of GitHub takes SLOW_MS. */
export async function slowGitHub(world, program, store, count) {
  const { slack, forge, ann } = world;
  const bot = await startBot(world, program, store);
  const { ts } = await slack.write(ann, SUPPORT, 'GitHub is slow today');
  forge.slowness(() => ({ before: SLOW_MS, after: 0 }));

  await check(`${count} windows open in time while GitHub takes ${SLOW_MS / 1_000} s for each call`, async () => {
    const opened = await Promise.all(Array.from({ length: count }, async (_, place) => {
      await sleep(place * BETWEEN_MS);
      const { trigger, at } = await new Filer(slack, () => bot, ann, ts).begin();
      const call = await until('a window', () => slack.calls.find(({ args, answered }) => args.trigger_id === trigger && answered));
      return call.ended - at;
    }));
    const sorted = opened.sort((a, b) => a - b);
    const quantile = (part) => sorted[Math.min(count - 1, Math.ceil(part * count) - 1)];
    console.log(`# windows ${count}: p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms, slowest ${sorted.at(-1)} ms; ${await resident(bot)} MB`);
    must(quantile(0.99) < OPENING_MS, `p99 ${quantile(0.99)} ms`);
  });

  await check('each of them is filled when GitHub has answered', async () => {
    const unfilled = () => slack.windows(ann).slice(-count).filter((view) => kind(view) !== 'choose');
    await until('all windows', () => unfilled().length === 0, 8 * SLOW_MS).catch(() => {});
    must(unfilled().length === 0, `${unfilled().length} are not: ${unfilled().slice(0, 1).map(words)}`);
  });

  forge.slowness(() => ({ before: 0, after: 0 }));
  await bot.end('SIGKILL');
}
