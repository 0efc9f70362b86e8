// A run of checks: what came of each, how long it may take, what it leaves behind (nothing).

import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const PATIENCE_MS = 15_000; // of each wait

let passed = 0;
let failed = 0;
export const children = new Set(); // processes of the bot, each with the last lines of its `log`
export const folder = await mkdtemp(path.join(os.tmpdir(), 'firstmate-e2e-'));
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(1));

export function must(truth, what) {
  if (!truth) throw new Error(what);
}

/** `found` must hold exactly one thing. */
export function one(found, what) {
  must(found.length === 1, `${what}: ${found.length} instead of 1`);
  return found[0];
}

export async function check(name, work) {
  try {
    await work();
    passed += 1;
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}: ${error.message.split('\n')[0]}`);
    for (const child of children) console.error(child.log.slice(-8).map((line) => `  bot: ${line}`).join('\n'));
  }
}

/** Comes back with the first answer of `look` that is something. */
export async function until(what, look, patience = PATIENCE_MS) {
  for (const end = Date.now() + patience; ;) {
    const found = await look();
    if (found) return found;
    must(Date.now() < end, `waited ${patience / 1000} s for ${what}`);
    await sleep(20);
  }
}

/** Does `work`, within `patience` ms, then `tidy`; ends the process with the count of all checks. */
export async function run(patience, work, tidy) {
  const ends = () => {
    console.log(`${passed} passed, ${failed} failed`);
    process.exit(failed ? 1 : 0);
  };
  setTimeout(() => {
    console.log('FAIL the run: it took too long');
    failed += 1;
    ends();
  }, patience).unref();
  try {
    await work();
  } catch (error) {
    failed += 1;
    console.log(`FAIL the run: ${error.message.split('\n')[0]}`);
    console.error(error.stack);
  } finally {
    await tidy();
  }
  ends();
}
