// What every check of issues.mjs happens in: emulate's Slack and GitHub, and the bot between them.

import { readFile } from 'node:fs/promises';
import { Bot } from '../emulate/bot.mjs';
import { startGitHub } from '../emulate/github.mjs';
import { startSlack } from '../emulate/harness.mjs';

export const REPOSITORY = 'operate-first/support';
export const SUPPORT = 'C01RMPVUUK1';

const DATA = new URL('../../data/', import.meta.url);

/** A file of tests/data. */
export const data = (name) => readFile(new URL(name, DATA), 'utf8');

/** Starts both peers: { slack, forge, ann, bob }, the bot a member of #support. */
export async function startWorld() {
  const files = ['1_question.yaml', '4_onboarding_to_cluster.yaml'];
  const forms = Object.fromEntries(await Promise.all(files.map(async (file) => [file, await data(`issue-forms/${file}`)])));
  const forge = await startGitHub({ [REPOSITORY]: forms });
  const slack = await startSlack();
  const [ann, bob] = ['ann', 'bob'].map(slack.person);
  await slack.as(bob.token, 'conversations.invite', { channel: SUPPORT, users: slack.bot.user });
  const close = async () => {
    await slack.close().catch(() => {});
    await forge.close().catch(() => {});
  };
  return { slack, forge, ann, bob, close };
}

/** Starts the bot there, with what it shows GitHub, which tells it by webhooks what happens. */
export async function startBot({ slack, forge }, program, store, access = forge.token) {
  const bot = await Bot.startWith(access, slack, program, store);
  forge.sendHooksTo(`${bot.address}/github/webhook`);
  return bot;
}

/** Somebody who joins the workspace and #support now. */
export async function newcomer({ slack, bob }, name) {
  const person = slack.enrol(name);
  await slack.as(bob.token, 'conversations.invite', { channel: SUPPORT, users: person.id });
  return person;
}

/** What the bot wrote in the thread under `ts`, for everybody. */
export const said = ({ slack }, ts) => slack.posts(SUPPORT).filter(({ thread_ts: root }) => root === ts);

/** What the bot told `person` alone in that thread. */
export const told = ({ slack }, person, ts) => slack.whispers(person).filter(({ thread_ts: root }) => root === ts);
