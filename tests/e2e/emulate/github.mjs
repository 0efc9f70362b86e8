// A GitHub that none of us wrote: npm's `emulate`, run in this process, behind a door that adds what it lacks.
//
//   const forge = await startGitHub({ 'operate-first/support': { '1_question.yaml': text } });
//   bot → forge.url → the door (faults, delays, GitHub's refusals) → emulate → the door (the answer put right) → bot
//   emulate's webhooks → signed and sent by emulate itself → the address given to forge.sendHooksTo()
//
// State, numbers, rights of apps, tokens of installations and signatures are emulate's. What is ours stands below under the gap of
// emulate 0.12.2 that it closes.

import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { CALLS_PER_TOKEN, insides, openDoor } from './door.mjs';

const SECRET = 'b1946ac92492d2347c6235b4d2611184';
const FORGED = { 'X-Hub-Signature-256': `sha256=${'0'.repeat(64)}` };

/** Starts the forge with these files below `.github/ISSUE_TEMPLATE`: { 'owner/name': { file: text } }. */
export async function startGitHub(templates, seedFile = new URL('forge.yaml', import.meta.url)) {
  const { pushers, ...seed } = parse(await readFile(seedFile, 'utf8'));
  const [app] = seed.github.apps;
  app.private_key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' });
  const [ours, maintainer] = Object.keys(seed.tokens);
  const calls = []; // what came through the door: { method, path, args, at, troubled, done, answered, ended, status }
  const hooks = []; // webhooks that were sent: { id, event, action, payload, status, done: Promise }
  const troubles = []; // what is to go wrong with the next calls
  const made = new Map(); // how many calls, by token
  let slow = () => ({ before: 0, after: 0 });

  const door = await openDoor((request, response) => serve(request, response).catch(() => response.destroy()));
  const { emulator, app: routes, webhooks, tokens, tables } = await insides('github', seed, door.url).catch(async (error) => {
    await door.close();
    throw error;
  });
  const dispatch = webhooks.dispatch.bind(webhooks);
  let [extraHeaders, number] = [{}, 0]; // of the webhook that is being sent
  completeHooks();
  for (const [repository, files] of Object.entries(templates)) {
    for (const [file, text] of Object.entries(files)) await put(repository, file, text);
  }

  // ---- gap: files cannot be seeded ------------------------------------------------------------------------------------------------

  async function put(repository, file, text) {
    const content = Buffer.from(text).toString('base64');
    await as(maintainer, 'PUT', `/repos/${repository}/contents/.github/ISSUE_TEMPLATE/${file}`, { message: `Add ${file}`, content });
  }

  // ---- gap: webhooks are numbered where GitHub gives each a GUID, and are never sent again -----------------------------------------------

  function completeHooks() {
    const signed = webhooks.headerFactory;
    webhooks.setHeaderFactory((context) => {
      number = context.deliveryId;
      return { ...signed(context), ...extraHeaders };
    });
    webhooks.dispatch = async (event, action, payload, ...place) => {
      if (!['issues', 'issue_comment'].includes(event)) return;
      send({ id: randomUUID(), event, action, payload: seconds(structuredClone(payload)), place });
    };
  }

  function send({ id, event, action, payload, place }, headers = {}) {
    const hook = { id, event, action, payload, place, status: 0 };
    [extraHeaders, number] = [{ 'X-GitHub-Delivery': id, ...headers }, 0]; // emulate asks for the headers before it first waits
    const sent = dispatch(event, action, payload, ...place);
    const own = number;
    hook.done = sent.then(() => {
      hook.status = webhooks.getDeliveries().find((delivery) => delivery.id === own)?.status_code ?? 0;
      return hook.status;
    });
    hooks.push(hook);
    return hook;
  }

  // ---- the door ---------------------------------------------------------------------------------------------------------------

  async function serve(request, response) {
    const address = new URL(request.url, door.url);
    let body = '';
    for await (const piece of request) body += piece;
    const token = (request.headers.authorization ?? '').replace(/^(Bearer|token) /i, '');
    const call = {
      method: request.method, path: address.pathname, query: address.searchParams, args: body ? JSON.parse(body) : undefined, token,
      tag: request.headers['if-none-match'], at: Date.now(), done: false, answered: false, status: 0,
    };
    calls.push(call);
    const reply = (status, content, headers = {}) => new Promise((resolve) => {
      [call.status, call.ended] = [status, Date.now()];
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(content === undefined ? undefined : JSON.stringify(content), resolve);
    });
    const trouble = troubles.find(({ matches }) => matches(call));
    if (trouble) troubles.splice(troubles.indexOf(trouble), 1);
    call.troubled = Boolean(trouble);
    const fail = () => (trouble.hangUp ? response.destroy() : reply(trouble.status, { message: trouble.message }, trouble.headers));
    // Gap: nothing ever goes wrong.
    if (trouble && !trouble.done) return fail();
    const { before, after } = slow(call);
    await sleep(before);
    const refused = await refusal(call);
    if (refused) return reply(refused.status, refused.content);
    const answer = await corrected(call, await ask(token, call.method, address, allowed(call)));
    call.done = true;
    await sleep(after);
    if (trouble) return fail();
    await reply(answer.status, answer.content, answer.headers);
    call.answered = true;
  }

  /** Gaps: any token is taken for the first user's; which installation a repository has is told to everybody. */
  async function refusal({ path, token }) {
    if (!token) return { status: 401, content: { message: 'Requires authentication' } };
    const wrong = { status: 401, content: { message: 'Bad credentials' } };
    if (!token.startsWith('eyJ')) return tokens.has(token) ? undefined : wrong;
    if (!path.startsWith('/app') && !path.endsWith('/installation')) return wrong;
    const { status, content } = await ask(token, 'GET', new URL('/app', door.url));
    return status === 200 ? undefined : { status, content };
  }

  /** Gap: everybody may set labels and assignees. GitHub leaves out, without a word, what somebody may not set. */
  function allowed({ method, path, args, token }) {
    const { login, installation } = tokens.get(token) ?? {};
    const may = installation ? installation.permissions.issues === 'write' : pushers.includes(login);
    return method === 'POST' && path.endsWith('/issues') && !may ? { ...args, labels: [], assignees: [] } : args;
  }

  /** Calls emulate. Gaps: a token may make 5,000 calls an hour, so now and then another one stands in; an instant without fractions of
   *  a second comes after those with some. */
  async function ask(token, method, address, args) {
    made.set(token, (made.get(token) ?? 0) + 1);
    const substitute = Math.floor(made.get(token) / CALLS_PER_TOKEN);
    const name = substitute && tokens.has(token) ? `${token}-${substitute}` : token;
    if (name !== token) tokens.set(name, tokens.get(token));
    const since = address.searchParams.get('since');
    if (since) address.searchParams.set('since', new Date(since).toISOString());
    const headers = { authorization: `Bearer ${name}`, 'content-type': 'application/json' };
    const body = args && JSON.stringify(args);
    const response = await routes.fetch(new Request(new URL(`${address.pathname}${address.search}`, door.url), { method, headers, body }));
    const text = await response.text();
    const link = response.headers.get('link');
    return { status: response.status, content: text ? seconds(JSON.parse(text)) : undefined, headers: link ? { link } : {} };
  }

  /** Gaps: `since` does nothing for comments; nothing has a tag by which one can ask whether it changed. */
  async function corrected({ method, path, query, tag }, { status, content, headers }) {
    if (method !== 'GET' || status !== 200) return { status, content, headers };
    const since = query.get('since');
    const shown = since && path.endsWith('/comments') ? content.filter((one) => new Date(one.updated_at) >= new Date(since)) : content;
    const etag = `"${createHash('sha256').update(JSON.stringify(shown)).digest('hex')}"`;
    return tag === etag ? { status: 304, headers: { etag } } : { status, content: shown, headers: { ...headers, etag } };
  }

  // ---- people -----------------------------------------------------------------------------------------------------------------

  /** Asks emulate for what a person does on GitHub's pages; not through the door, which may be shut. */
  async function as(token, method, path, args) {
    const { status, content } = await ask(token, method, new URL(path, door.url), args);
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${content?.message}`);
    return content;
  }

  const rows = (repository) => tables.repos.findOneBy('full_name', repository);

  return {
    url: door.url, calls, hooks, as, maintainer,
    /** What the bot is given to show who it is, as keys of its configuration: a token, or an app. */
    token: { GITHUB__API_URL: door.url, GITHUB__WEBHOOK_SECRET: SECRET, GITHUB__TOKEN: ours },
    app: {
      GITHUB__API_URL: door.url, GITHUB__WEBHOOK_SECRET: SECRET, GITHUB__APP_ID: String(app.app_id), GITHUB__PRIVATE_KEY: app.private_key,
    },
    /** Under which names it then writes. */
    logins: { token: seed.tokens[ours].login, app: `${app.slug}[bot]` },

    /** Webhooks go to this address from now on; without one, nowhere. */
    sendHooksTo(url) {
      webhooks.clear();
      for (const { full_name: name } of tables.repos.all()) {
        const [owner, repo] = name.split('/');
        if (url) webhooks.register({ url, events: ['*'], active: true, secret: SECRET, owner, repo });
      }
    },
    /** Sends a webhook again, as GitHub does when somebody asks it to; or under another id; or with a signature that is none. */
    again: (hook, { id = hook.id, forged = false } = {}) => send({ ...hook, id }, forged ? FORGED : {}),
    /** The next call for which `matches(call)` holds fails with `status` or a broken connection; with `done`, after it was carried out. */
    trouble(matches, kind) { troubles.push({ matches, ...kind }); },
    /** How many milliseconds a call takes before and after it is carried out. */
    slowness(latencies) { slow = latencies; },

    /** The issues of `repository`, with the names of their labels, assignees and author, in the order of their numbers. */
    issues: (repository) => tables.issues.findBy('repo_id', rows(repository).id).map((issue) => ({
      ...issue,
      labels: issue.label_ids.map((id) => tables.labels.get(id).name),
      assignees: issue.assignee_ids.map((id) => tables.users.get(id).login),
      login: tables.users.get(issue.user_id)?.login,
      url: `${door.url}/${repository}/issues/${issue.number}`,
    })),
    /** The comments on an issue, oldest first. */
    comments: (repository, number) => tables.comments.findBy('repo_id', rows(repository).id)
      .filter((comment) => comment.issue_number === number)
      .map((comment) => ({ ...comment, login: tables.users.get(comment.user_id)?.login })),

    async close() {
      await door.close();
      await emulator.close();
    },
  };
}

/** Gap: instants carry fractions of seconds. */
function seconds(content) {
  if (!content || typeof content !== 'object') return content;
  for (const [key, value] of Object.entries(content)) {
    if (key.endsWith('_at') && typeof value === 'string') content[key] = value.replace(/\.\d+Z$/, 'Z');
    else seconds(value);
  }
  return content;
}
