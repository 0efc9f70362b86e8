// What the peers share that run in this process: a door of ours in front of npm's `emulate`, and a hold on its insides.

import { readFile } from 'node:fs/promises';
import http from 'node:http';

const PINNED = '0.12.2'; // another release has other insides; the `latest` on npm is an unrelated package
const DIST = new URL('../node_modules/emulate/dist/', import.meta.url);
const NAMES = { slack: ['slackPlugin', 'getSlackStore'], github: ['githubPlugin', 'getGitHubStore'] };

/** How many calls a token makes before another one stands in: emulate lets each make 5,000 an hour. */
export const CALLS_PER_TOKEN = 4_000;

/** Starts emulate's `service`. Gap: its public interface gives no hold on the routes, tables and events of what it starts. */
export async function insides(service, seed, baseUrl) {
  const { version } = JSON.parse(await readFile(new URL('../package.json', DIST), 'utf8'));
  if (version !== PINNED) throw new Error(`emulate ${version} is installed, this harness is made for ${PINNED}: run npm ci in tests/e2e`);
  const entry = new RegExp(`${service}: \\{[^]*?import\\("(\\./dist-\\w+\\.js)"\\)`);
  const [, part] = entry.exec(await readFile(new URL('api.js', DIST), 'utf8'));
  const { createEmulator } = await import(new URL('api.js', DIST));
  const module = await import(new URL(part, DIST));
  const [plugin, tables] = NAMES[service].map((name) => module[name]);
  const register = plugin.register;
  let held;
  plugin.register = function hold(app, store, webhooks, base, tokens) {
    held = { app, webhooks, store, tokens };
    register.call(this, app, store, webhooks, base, tokens);
  };
  try {
    // It listens on a port of its own as well, which nobody is told.
    const emulator = await createEmulator({ service, port: 0, seed, baseUrl });
    return { emulator, app: held.app, webhooks: held.webhooks, tokens: held.tokens, tables: tables(held.store) };
  } finally {
    plugin.register = register;
  }
}

/** Gap: emulate's own server cannot be shut and reopened with its state, and closes idle connections while a client uses them. */
export async function openDoor(serve) {
  let server;
  async function open(port) {
    server = http.createServer(serve);
    server.keepAliveTimeout = 0;
    await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  }
  async function shut() {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }
  await open(0);
  const { port } = server.address();
  return { url: `http://127.0.0.1:${port}`, shut, reopen: () => open(port), close: () => (server.listening ? shut() : undefined) };
}
