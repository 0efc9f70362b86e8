// A Slack that none of us wrote: npm's `emulate`, run in this process, behind a door that adds what it lacks.
//
//   const slack = await startSlack();
//   bot → slack.apiUrl → the door (faults, delays, Slack's refusals) → emulate → the door (the answer put right) → bot
//   emulate's events → completed here → signed and sent by emulate itself → the address given to slack.sendEventsTo()
//
// State, ids of messages, scopes, windows and signatures are emulate's. What is ours stands below under the gap of emulate 0.12.2 that
// it closes. Slash commands, presses of buttons and response addresses do not exist in emulate: the test plays those.

import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { CALLS_PER_TOKEN, insides, openDoor } from './door.mjs';

export async function startSlack(seedFile = new URL('seed.yaml', import.meta.url)) {
  const seed = parse(await readFile(seedFile, 'utf8'));
  const { oauth_apps: [bot], signing_secret: secret } = seed.slack;
  const calls = []; // what came through the door: { method, args, at, done, answered, ended, status, error }
  const deliveries = []; // events that were sent: { envelope, status, ms, done: Promise }
  const troubles = []; // what is to go wrong with the next calls
  const made = new Map(); // how many calls, by token
  let slow = () => ({ before: 0, after: 0 });
  let slowed = []; // methods that are slow

  const door = await openDoor((request, response) => serve(request, response).catch(() => response.destroy()));
  const { emulator, app, webhooks, tables } = await insides('slack', seed, door.url).catch(async (error) => {
    await door.close();
    throw error;
  });
  const dispatch = webhooks.dispatch.bind(webhooks);
  let extraHeaders = {}; // of the delivery that is being made
  nameThings();
  markWhatTheBotWrites();
  completeEvents();

  // ---- gap: people and channels have other ids at each start ----------------------------------------------------------------------

  function nameThings() {
    const ids = new Map();
    for (const { id, email } of seed.slack.users) {
      const row = tables.users.findOneBy('email', email);
      ids.set(row.user_id, id);
      tables.users.update(row.id, { user_id: id });
    }
    const named = (id) => ids.get(id) ?? id;
    for (const token of tables.tokens.all()) tables.tokens.update(token.id, { user_id: named(token.user_id) });
    for (const channel of tables.channels.all()) {
      const wanted = seed.slack.channels.find(({ name }) => name === channel.name)?.id;
      tables.channels.update(channel.id, { channel_id: wanted ?? channel.channel_id, members: channel.members.map(named) });
    }
  }

  // ---- gap: messages of the bot carry no bot_id, by which a bot knows its own echo and its own history; their timestamps, no fractions
  //      of seconds: `written` tells, in milliseconds -------------------------------------------------------------------------------------

  function markWhatTheBotWrites() {
    const insert = tables.messages.insert.bind(tables.messages);
    const marked = (row) => ({ ...row, bot_id: bot.bot_id, app_id: bot.app_id, written: Date.now() });
    tables.messages.insert = (row) => insert(row.user === bot.bot_user_id ? marked(row) : row);
  }

  // ---- gap: events cannot be subscribed to, lack fields that Slack always sends, hold up the call that caused them, and are never sent
  //      again; a mention is no event at all ------------------------------------------------------------------------------------------

  function completeEvents() {
    const signed = webhooks.headerFactory;
    webhooks.setHeaderFactory((context) => ({ ...signed(context), ...extraHeaders }));
    // Not awaited: Slack answers a call before anybody was told of it.
    webhooks.dispatch = async (type, action, payload) => { for (const envelope of completed(payload)) deliver(envelope); };
  }

  function deliver(envelope, headers = {}) {
    const delivery = { envelope, status: 0, ms: 0 };
    const begun = Date.now();
    extraHeaders = headers; // emulate asks for the headers before it first waits, so these are this delivery's
    delivery.done = dispatch(envelope.event.type, undefined, envelope, 'slack').then(() => {
      delivery.ms = Date.now() - begun;
      delivery.status = webhooks.getDeliveries().findLast(({ payload }) => payload === envelope)?.status_code ?? 0;
      return delivery.status;
    });
    extraHeaders = {};
    deliveries.push(delivery);
    return delivery;
  }

  function* completed(payload) {
    const { event, ...about } = payload;
    const envelope = (id, inner) => ({
      token: 'outdated', api_app_id: bot.app_id, is_ext_shared_channel: false,
      authorizations: [{ enterprise_id: null, team_id: about.team_id, user_id: bot.bot_user_id, is_bot: true, is_enterprise_install: false }],
      ...about, event_id: id, event: { event_ts: event.ts ?? `${about.event_time}.000000`, ...inner },
    });
    if (event.type !== 'message') return yield envelope(about.event_id, event);
    const channel = tables.channels.findOneBy('channel_id', event.channel);
    const kind = channel.is_im ? 'im' : channel.is_mpim ? 'mpim' : channel.is_private ? 'group' : 'channel';
    const byPerson = !event.subtype && !event.bot_id;
    const section = { type: 'rich_text_section', elements: [{ type: 'text', text: event.text }] };
    const typed = { blocks: [{ type: 'rich_text', block_id: 'x1', elements: [section] }] };
    const message = { team: about.team_id, ...(byPerson ? typed : {}), ...event };
    yield envelope(about.event_id, { ...message, channel_type: kind });
    const mentioned = byPerson && !channel.is_im && event.text.includes(`<@${bot.bot_user_id}>`) && channel.members.includes(bot.bot_user_id);
    if (mentioned) yield envelope(`${about.event_id}M`, { ...message, type: 'app_mention' });
  }

  // ---- the door ---------------------------------------------------------------------------------------------------------------

  async function serve(request, response) {
    const address = new URL(request.url, door.url);
    const method = address.pathname.replace('/api/', '');
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '');
    let body = '';
    for await (const piece of request) body += piece;
    let type = request.headers['content-type'] ?? '';
    // Gap: reading methods are served for POST alone.
    if (request.method === 'GET') [type, body] = ['application/x-www-form-urlencoded', address.searchParams.toString()];
    const args = type.includes('json') ? JSON.parse(body || '{}') : Object.fromEntries(new URLSearchParams(body));
    const call = { method, args, at: Date.now(), done: false, answered: false, status: 0 };
    calls.push(call);

    const reply = (status, content, headers = {}) => new Promise((resolve) => {
      [call.status, call.error, call.ended] = [status, content.error, Date.now()];
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(typeof content === 'string' ? content : JSON.stringify(content), resolve);
    });
    const trouble = troubles.find((trouble) => trouble.method === method);
    if (trouble) troubles.splice(troubles.indexOf(trouble), 1);
    const fail = () => {
      if (trouble.hangUp) return response.destroy();
      if (trouble.status === 429) return reply(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(trouble.retryAfter) });
      return reply(trouble.status, '<html>upstream connect error</html>', { 'content-type': 'text/html' });
    };
    // Gap: nothing ever goes wrong.
    if (trouble && !trouble.done) return fail();
    const { before, after } = slowed.includes(method) ? slow() : { before: 0, after: 0 };
    await sleep(before);
    const refused = refusal(method, args, token);
    if (refused) return reply(200, { ok: false, error: refused });
    const answer = corrected(method, args, await ask(method, token, type, body));
    call.done = true;
    await sleep(after);
    if (trouble) return fail();
    await reply(answer.status, answer.content);
    call.answered = true;
  }

  /** Gaps: any token is taken for an admin's; a bot may write and read where it is no member. */
  function refusal(method, args, token) {
    if (!token) return 'not_authed';
    const record = tables.tokens.findOneBy('token', token);
    if (!record) return 'invalid_auth';
    const channel = /^(chat|conversations)\./.test(method) && tables.channels.findOneBy('channel_id', args.channel ?? '');
    return channel && !channel.members.includes(record.user_id) ? 'not_in_channel' : undefined;
  }

  /** Calls emulate. Gap: a token may make 5,000 calls an hour, so now and then another one stands in. */
  async function ask(method, token, type, body) {
    const record = tables.tokens.findOneBy('token', token);
    made.set(token, (made.get(token) ?? 0) + 1);
    const substitute = Math.floor(made.get(token) / CALLS_PER_TOKEN);
    const name = substitute ? `${token}-${substitute}` : token;
    if (!tables.tokens.findOneBy('token', name)) tables.tokens.insert({ ...record, id: undefined, token: name });
    const headers = { authorization: `Bearer ${name}`, 'content-type': type };
    const response = await app.fetch(new Request(`${door.url}/api/${method}`, { method: 'POST', headers, body }));
    return { status: response.status, content: await response.json() };
  }

  /** Gaps: an unknown method is a 404 of another shape; `oldest` and `include_all_metadata` do nothing; an unknown thread is an empty one. */
  function corrected(method, args, { status, content }) {
    if (status === 404 && !('ok' in content)) return { status: 200, content: { ok: false, error: 'unknown_method' } };
    if (!content.ok || !['conversations.history', 'conversations.replies'].includes(method)) return { status, content };
    if (method === 'conversations.replies' && content.messages.length === 0) return { status, content: { ok: false, error: 'thread_not_found' } };
    const inRange = ({ ts }) => ts === args.ts || Number(ts) > Number(args.oldest ?? 0);
    const shown = content.messages.filter(inRange);
    const complete = shown.length === content.messages.length;
    const messages = args.include_all_metadata === 'true' ? shown : shown.map(({ metadata, ...message }) => message);
    return { status, content: complete ? { ...content, messages } : { ok: true, messages, has_more: false } };
  }

  // ---- people -----------------------------------------------------------------------------------------------------------------

  /** Asks emulate for what a person does in Slack's own app; not through the door, which may be shut. */
  async function as(token, method, args) {
    const { content } = await ask(method, token, 'application/json', JSON.stringify(args));
    if (!content.ok) throw new Error(`${method}: ${content.error}`);
    return content;
  }

  function person(name) {
    const user = tables.users.all().find((user) => user.name === name);
    return { id: user.user_id, token: tables.tokens.findBy('user_id', user.user_id)[0].token };
  }

  /** Somebody who joins the workspace now. */
  function enrol(name) {
    const [model] = tables.users.findBy('email', seed.slack.users[0].email);
    const id = `U0${name.toUpperCase()}`;
    tables.users.insert({ ...model, id: undefined, user_id: id, name, real_name: name, email: `${name}@example.com` });
    tables.tokens.insert({ ...tables.tokens.findBy('user_id', model.user_id)[0], id: undefined, token: `xoxp-${name}`, user_id: id });
    return { id, token: `xoxp-${name}` };
  }

  /** The conversation of `person` with the bot. */
  async function direct(person) {
    return (await as(person.token, 'conversations.open', { users: bot.bot_user_id })).channel.id;
  }

  /** Writes a message as `person`; answers its timestamp and the deliveries that Slack makes of it. */
  async function write(person, channel, text, thread) {
    const { ts } = await as(person.token, 'chat.postMessage', { channel, text, thread_ts: thread, client_msg_id: crypto.randomUUID() });
    return { ts, channel, thread, deliveries: deliveries.filter(({ envelope: { event } }) => event.ts === ts && event.channel === channel) };
  }

  return {
    apiUrl: `${door.url}/api`, secret, calls, deliveries, as, person, enrol, direct, write,
    bot: { user: bot.bot_user_id, token: seed.slack.tokens.find(({ user_id: id }) => id === bot.bot_user_id).token },
    team: tables.teams.all()[0].team_id,

    /** Where events go from now on. */
    sendEventsTo(url) {
      for (const { id } of webhooks.getSubscriptions('slack')) webhooks.unregister(id);
      webhooks.register({ url, events: ['*'], active: true, owner: 'slack' });
    },
    /** Sends an event again: as Slack does when it saw no 200, or under another id, which it does now and then. */
    again({ envelope }, { underAnotherId = false } = {}) {
      const copy = structuredClone(envelope);
      if (underAnotherId) return deliver({ ...copy, event_id: `${copy.event_id}X` });
      return deliver(copy, { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' });
    },
    /** The next call of `method` fails with `status` or a broken connection; with `done`, after it was carried out all the same. */
    trouble(method, kind) { troubles.push({ method, ...kind }); },
    /** How many milliseconds each post, or each call of the `methods`, takes before and after it is carried out. */
    slowness(latencies, methods = ['chat.postMessage']) { [slow, slowed] = [latencies, methods]; },
    /** A trigger for a window, as Slack gives with a press; emulate lets it live 3 s. */
    async trigger(person) { return (await as(this.bot.token, 'views.generateTriggerId', { user_id: person.id })).trigger_id; },

    /** What the bot wrote in `channel`, for everybody to see. */
    posts: (channel) => tables.messages.findBy('channel_id', channel).filter(({ user }) => user === bot.bot_user_id),
    /** What the bot showed to `person` alone. */
    whispers: (person) => tables.ephemeralMessages.findBy('target_user', person.id),
    /** Windows that the bot opened for `person`. */
    windows: (person) => tables.views.findBy('user_id', person.id),

    shut: () => door.shut(),
    reopen: () => door.reopen(),
    async close() {
      await door.close();
      await emulator.close();
    },
  };
}
