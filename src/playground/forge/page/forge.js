// The forge's page: the repositories, or one issue as GitHub would show it, and what the visitor does as Bob.
//
// Bodies and comments come as HTML that the playground made of Markdown, with every piece of HTML in them escaped. All else
// becomes DOM nodes one by one.

const $ = (id) => document.getElementById(id);
const POLL_MS = 1_000;
const PATIENCE_MS = 15_000;

/** An element. `on…` keys are listeners, `true` a bare attribute, `false` and `null` are left out. */
function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;
const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const when = (at) => h('time', { datetime: at }, `${day.format(new Date(at))} UTC`);

function say(text) {
  $('say').textContent = text;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { $('say').textContent = ''; }, 6_000);
}

async function api(path, body) {
  const answer = await fetch(path, {
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw Object.assign(new Error(json.error ?? 'This did not work.'), { said: true });
  return json;
}

/* ---------------------------------------------------------------- the list */

function badge({ state, reason }) {
  const closed = state === 'closed';
  const word = closed ? (reason === 'completed' ? 'Closed' : `Closed as ${reason.replace('_', ' ')}`) : 'Open';
  return h('span', { class: 'state', 'data-state': closed ? (reason === 'completed' ? 'done' : 'dropped') : 'open' }, word);
}

const labels = (names) => names.map((name) => h('span', { class: 'label' }, name));

function row(repository, issue) {
  return h('li', {},
    badge(issue), h('a', { class: 'title', href: `/forge/${repository.name}/issues/${issue.number}` }, issue.title), ' ', labels(issue.labels),
    h('p', { class: 'quiet' }, `#${issue.number} by ${issue.author}, `, when(issue.created), issue.comments > 0 && `, ${plural(issue.comments, 'comment', 'comments')}`));
}

function card(repository) {
  const chips = [repository.private && 'Private', repository.archived && 'Archived', !repository.has_issues && 'Issues off'].filter(Boolean);
  return h('section', { class: 'repo' },
    h('h2', {}, h('a', { href: `/forge/${repository.name}` }, repository.name), chips.map((chip) => h('span', { class: 'chip' }, chip))),
    repository.about && h('p', { class: 'quiet' }, repository.about),
    repository.issues.length > 0 && h('ul', { class: 'list' }, repository.issues.map((issue) => row(repository, issue))),
    repository.issues.length === 0 && repository.has_issues && h('p', { class: 'quiet' }, 'No issues yet.'));
}

function list({ repositories }, only) {
  const shown = repositories.filter((repository) => only === null || repository.name === only);
  if (shown.length === 0) return missing();
  return [
    only && h('p', { class: 'crumb' }, h('a', { href: '/forge' }, 'All repositories')),
    h('h1', {}, only ?? 'Repositories'),
    shown.map(card),
  ];
}

function missing() {
  return [h('h1', {}, 'There is nothing here'), h('p', {}, h('a', { href: '/forge' }, 'See all repositories'))];
}

/* ---------------------------------------------------------------- an issue */

/** Texts that the visitor looks at as they were written, by id; kept while the page is drawn anew. */
const raw = new Set();

function said(entry, verb) {
  const isRaw = raw.has(entry.id);
  const body = isRaw ? h('pre', { class: 'raw-text' }, entry.raw) : h('div', { class: 'markdown' });
  if (!isRaw) {
    if (entry.html.trim()) body.innerHTML = entry.html;
    else body.append(h('p', { class: 'quiet' }, 'No description provided.'));
  }
  const toggle = () => {
    if (!raw.delete(entry.id)) raw.add(entry.id);
    draw(true);
  };
  return h('article', { class: 'card', id: `issuecomment-${entry.id}` },
    h('header', { class: 'card-head' },
      h('b', {}, entry.author), h('span', { class: 'quiet' }, `${verb} `, when(entry.at)), entry.member && h('span', { class: 'chip' }, 'Member'),
      h('button', { type: 'button', class: 'button raw', 'aria-pressed': String(isRaw), onclick: toggle }, isRaw ? 'Rendered' : 'Raw text')),
    entry.active.length > 0 && h('p', { class: 'alarm' }, `On GitHub this would reach: ${entry.active.join(', ')}`),
    h('div', { class: 'card-body' }, body));
}

function summary(issue) {
  const active = [issue.body, ...issue.comments].flatMap((entry) => entry.active);
  if (active.length === 0) return h('p', { class: 'summary calm' }, 'Nobody is pinged and no other issue is linked from here.');
  return h('p', { class: 'summary loud-summary' }, `${plural(active.length, 'mention or reference', 'mentions or references')} would be active on GitHub: marked in red.`);
}

async function act(body) {
  try {
    const { told } = await api(`/api${location.pathname}`, body);
    if (told === null) say('Nothing changed.');
    else if (told === 0) say('Done. The webhook did not reach a bot.');
    else say(`Done. The bot answered the webhook with ${told}.`);
    await draw();
    return true;
  } catch (error) {
    say(error.said ? error.message : 'This did not work: the playground does not answer.');
    return false;
  }
}

const button = (words, body, kind = '') => h('button', { type: 'button', class: `button ${kind}`, onclick: () => act(body) }, words);

function maintain(issue) {
  if (issue.archived) return h('p', { class: 'quiet' }, 'This repository is archived: it can be read only.');
  const text = h('textarea', { id: 'comment', class: 'field', rows: 4 });
  const send = async () => { if (await act({ act: 'comment', text: text.value })) $('comment').value = ''; };
  const free = issue.collaborators.filter((login) => !issue.assignees.includes(login));
  const who = h('select', { class: 'field', 'aria-label': 'Whom to assign' }, free.map((login) => h('option', {}, login)));
  return h('section', { class: 'maintain', 'aria-labelledby': 'maintain' },
    h('h2', { id: 'maintain' }, `You are Bob the maintainer (${issue.visitor})`),
    h('label', { for: 'comment' }, 'Comment, in Markdown'), text,
    h('div', { class: 'maintain-row' },
      h('button', { type: 'button', class: 'button primary', onclick: send }, 'Comment'),
      issue.state === 'closed'
        ? button('Reopen', { act: 'reopen' })
        : [button('Close as completed', { act: 'close', reason: 'completed' }), button('Close as not planned', { act: 'close', reason: 'not_planned' })]),
    free.length > 0 && h('div', { class: 'maintain-row' }, who,
      h('button', { type: 'button', class: 'button', onclick: () => act({ act: 'assign', login: who.value }) }, 'Assign')));
}

function aside(issue) {
  const section = (title, content, none) => h('section', {}, h('h2', {}, title), content.length > 0 ? content : h('p', { class: 'quiet' }, none));
  return h('div', { class: 'aside' },
    section('Assignees', issue.assignees.map((login) => h('p', {}, login)), 'Nobody'),
    section('Labels', labels(issue.labels), 'None'));
}

function full(issue) {
  document.title = `${issue.title} · #${issue.number} · Forge`;
  return [
    h('div', { class: 'issue-head' },
      h('p', { class: 'crumb' }, h('a', { href: `/forge/${issue.repository}` }, issue.repository)),
      h('h1', {}, issue.title, ' ', h('span', { class: 'number' }, `#${issue.number}`)),
      h('div', { class: 'issue-sub' }, badge(issue), issue.locked && h('span', { class: 'chip' }, 'Locked'),
        h('span', { class: 'quiet' }, `${issue.body.author} opened this, ${plural(issue.comments.length, 'comment', 'comments')}`,
          issue.closed_by && `; ${issue.closed_by} closed it`))),
    h('div', { class: 'issue' },
      h('div', {}, summary(issue), said(issue.body, 'opened this'), issue.comments.map((comment) => said(comment, 'commented')), maintain(issue)),
      aside(issue)),
  ];
}

/* ---------------------------------------------------------------- a prefilled form */

/** Where a prefilled link leads: GitHub's own form is not played here, so the page says what would stand in it. */
function prefilled(repository) {
  const given = [...new URLSearchParams(location.search)];
  return [
    h('p', { class: 'crumb' }, h('a', { href: `/forge/${repository}` }, repository)),
    h('h1', {}, 'New issue'),
    h('p', { class: 'quiet' }, 'On GitHub this link opens its own form, to be sent under one’s own name. It would be filled in like this:'),
    given.length > 0
      ? h('dl', { class: 'prefilled' }, given.map(([name, value]) => [h('dt', {}, name), h('dd', {}, h('pre', {}, value))]))
      : h('p', {}, 'Nothing is filled in.'),
  ];
}

/* ---------------------------------------------------------------- drawing */

const [, , owner, name, kind, number] = location.pathname.split('/');
const onIssue = kind === 'issues' && number !== 'new';
let last = '';

/** Draws what is there now, unless it is what is drawn already; what the visitor has begun to write stays. */
async function draw(again = false) {
  let seen;
  try {
    seen = await api(onIssue ? `/api${location.pathname}` : '/api/forge');
  } catch (error) {
    $('lost').hidden = Boolean(error.said);
    if (error.said) $('main').replaceChildren(...missing().flat());
    return;
  }
  $('lost').hidden = true;
  const text = JSON.stringify(seen);
  if (text === last && !again) return;
  const first = last === '';
  last = text;
  const written = $('comment')?.value ?? '';
  const focused = document.activeElement === $('comment');
  const drawn = onIssue ? full(seen) : list(seen, owner ? `${owner}/${name}` : null);
  $('main').replaceChildren(...drawn.flat(Infinity).filter(Boolean));
  if ($('comment')) $('comment').value = written;
  if (focused) $('comment')?.focus();
  if (first && location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

/** The choice of light or dark that was made in the workspace holds here too. */
try {
  const kept = localStorage.getItem('playground-theme');
  if (kept === 'dark' || kept === 'light') document.documentElement.dataset.theme = kept;
} catch { /* storage may be refused; then the system's choice holds */ }

if (kind === 'issues' && !onIssue) {
  $('main').replaceChildren(...prefilled(`${owner}/${name}`));
} else {
  await draw();
  setInterval(() => { if (!document.hidden) draw(); }, POLL_MS);
}
