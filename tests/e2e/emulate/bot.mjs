// The bot as a process: started on a store of its own, spoken to as Slack does, ended.

import { execFileSync, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { PATIENCE_MS, children, folder, must, until } from './run.mjs';

export const SLACK_WAITS_MS = 3_000; // for an answer to a delivery: https://docs.slack.dev/apis/events-api

async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A copy of `binary`, which a build meanwhile does not change. It may be under construction right now. */
export async function ownBinary(binary) {
  const copy = path.join(folder, 'firstmate');
  return until('a binary that runs', async () => {
    try {
      await copyFile(binary, copy, constants.COPYFILE_FICLONE);
      const child = spawn(copy, ['--version'], { stdio: 'ignore' });
      return await new Promise((resolve) => child.on('error', () => resolve()).on('close', (code) => resolve(code === 0 && copy)));
    } catch {
      return undefined;
    }
  }, 60_000);
}

/** The address of a SQLite file of this run. */
export const sqlite = (name) => `sqlite:${path.join(folder, name)}`;

/** The address of an empty database of this run: a SQLite file, or one on the PostgreSQL at `postgres`, which goes when this process does. */
export function database(purpose, postgres) {
  if (!postgres) return sqlite(`${purpose}-${randomUUID()}.db`);
  const name = `${purpose}_${randomUUID().replaceAll('-', '')}`;
  const psql = (words) => execFileSync('psql', ['-X', '-q', '-c', words, postgres], { stdio: ['ignore', 'ignore', 'inherit'] });
  psql(`create database ${name}`);
  process.on('exit', () => psql(`drop database ${name} with (force)`));
  const address = new URL(postgres);
  address.pathname = name;
  return address.href;
}

/** A process of the bot that is started again whenever it was killed. */
export class Replica {
  constructor(start) {
    this.start = start;
    this.ready = start();
  }

  async kill() {
    const bot = await this.ready;
    const at = Date.now();
    await bot.end('SIGKILL');
    this.ready = this.start();
    this.ready.catch(() => {}); // told to whoever waits for it
    return at;
  }
}

export class Bot {
  /** Starts on the database at the address `store`, with more arguments as given, and comes back when it is ready. */
  static start(slack, program, store, ...more) {
    return Bot.startWith({}, slack, program, store, ...more);
  }

  /** The same, with more of the configuration's `keys`. */
  static async startWith(keys, slack, program, store, ...more) {
    const bot = new Bot();
    const port = await freePort();
    bot.slack = slack;
    bot.address = `http://127.0.0.1:${port}`;
    const variables = {
      SLACK__SIGNING_SECRET: slack.secret, SLACK__BOT_TOKEN: slack.bot.token, SLACK__API_URL: slack.apiUrl,
      STORE__URL: store, HTTP__LISTEN: `127.0.0.1:${port}`, LIMITS__PER_PERSON: '0', ...keys,
    };
    const env = Object.fromEntries(Object.entries(variables).map(([name, value]) => [`FIRSTMATE_${name}`, value]));
    const child = spawn(program, ['serve', ...more], { cwd: folder, env: { ...env, NO_COLOR: '1' }, stdio: ['ignore', 'ignore', 'pipe'] });
    child.log = [];
    child.stderr.setEncoding('utf8').on('data', (text) => child.log.push(...text.split('\n').filter(Boolean)));
    bot.child = child;
    bot.gone = new Promise((resolve) => child.on('close', resolve).on('error', resolve)).then(() => {
      children.delete(child);
      bot.over = true;
    });
    children.add(child);
    await until('/readyz', async () => {
      must(!bot.over, `the bot ended: ${child.log.slice(-2).join(' ')}`);
      return fetch(`${bot.address}/readyz`).then(({ ok }) => ok, () => false);
    });
    return bot;
  }

  async end(signal) {
    this.child.kill(signal);
    const late = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS);
    await this.gone;
    clearTimeout(late);
  }

  /** Sends a form as Slack does; emulate knows neither slash commands nor presses. */
  async send(where, fields) {
    const body = new URLSearchParams(fields).toString();
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = `v0=${createHmac('sha256', this.slack.secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
    const begun = Date.now();
    const response = await fetch(`${this.address}/slack/${where}`, {
      method: 'POST', body, signal: AbortSignal.timeout(SLACK_WAITS_MS),
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature },
    });
    must(response.status === 200, `status ${response.status} for /slack/${where}`);
    const text = await response.text();
    return { body: text && JSON.parse(text), ms: Date.now() - begun };
  }

  /** Sends the slash command `command text` as `person`, with what Slack says beside it. */
  type(person, channel, command, text, more) {
    return this.send('commands', {
      token: 'outdated', team_id: this.slack.team, channel_id: channel, channel_name: 'channel', user_id: person.id, user_name: 'person',
      command, text, ...more,
    });
  }

  interact(payload) {
    const whole = { team: { id: this.slack.team }, token: 'outdated', api_app_id: 'A0FIRSTMATE', ...payload };
    return this.send('interactions', { payload: JSON.stringify(whole) });
  }
}
