// Issues from threads, against a Slack and a GitHub that none of us wrote: npm's `emulate`, through emulate/harness.mjs and
// emulate/github.mjs.
//
//   node issues.mjs BINARY [--kills N] [--windows N] [--postgres ADDRESS] [--strict] [--only journeys|load|kills]
//
//   --kills N     how often the bot is killed between a shortcut and its confirmation (20)
//   --windows N   how many windows are opened while GitHub takes five seconds for each call (20)
//   --strict      a thread of 500 replies must be in the window within 3 s, not 6
//
// On a SQLite file; with the ADDRESS of a PostgreSQL on which databases may be created, on that, and two processes are killed in turn.
// Prints counts, a line a check and `N passed, N failed`; exits 1 when one failed.

import { parseArgs } from 'node:util';
import { database, ownBinary } from './emulate/bot.mjs';
import { run } from './emulate/run.mjs';
import { byApp, byToken, wellBehaved } from './issues/journeys.mjs';
import { killing } from './issues/kills.mjs';
import { aLongThread, slowGitHub } from './issues/load.mjs';
import { startWorld } from './issues/world.mjs';

const WATCHDOG_MS = 300_000; // of the whole run, and for each kill and each window:
const WATCHDOG_A_KILL_MS = 15_000;
const WATCHDOG_A_WINDOW_MS = 1_000;
const PARTS = ['journeys', 'load', 'kills'];

const { values: options, positionals: [binary] } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '20' }, windows: { type: 'string', default: '20' }, postgres: { type: 'string' },
    strict: { type: 'boolean', default: false }, only: { type: 'string' },
  },
});
const [kills, windows] = [Number(options.kills), Number(options.windows)];
const counted = [kills, windows].every((count) => Number.isInteger(count) && count > 0);
if (!binary || !counted || (options.only && !PARTS.includes(options.only))) {
  console.error('usage: node issues.mjs BINARY [--kills N] [--windows N] [--postgres ADDRESS] [--strict] [--only journeys|load|kills]');
  process.exit(2);
}

const store = () => database('issues', options.postgres);
let world;

/** Does one part of the checks in a world of its own. */
async function part(name, work) {
  if (options.only && options.only !== name) return;
  world = await startWorld();
  try {
    await work(world);
    await wellBehaved(world);
  } finally {
    await world.close();
  }
}

await run(WATCHDOG_MS + kills * WATCHDOG_A_KILL_MS + windows * WATCHDOG_A_WINDOW_MS, async () => {
  const program = await ownBinary(binary);
  await part('journeys', async () => {
    await byToken(world, program, store());
    await byApp(world, program, store());
  });
  await part('load', async () => {
    await aLongThread(world, program, store(), options.strict);
    await slowGitHub(world, program, store(), windows);
  });
  await part('kills', () => killing(world, program, store(), kills, options.postgres ? 2 : 1));
}, () => world?.close());
