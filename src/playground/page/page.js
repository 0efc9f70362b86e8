// The playground's page: a small Slack in the browser, for two people and one bot.
//
// It speaks only the playground's own API (/api/…) and renders Slack's JSON as it was sent. Text from the wire becomes
// DOM nodes one by one and never markup, so nothing a bot or a person writes can run here.

/* ---------------------------------------------------------------- small tools */

const $ = (id) => document.getElementById(id);
const SVG = 'http://www.w3.org/2000/svg';

/** An element. `on…` keys are listeners, `true` a bare attribute, `false` and `null` are left out. */
function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (key === 'value' || key === 'checked' || key === 'selected') node[key] = value;
    else node.setAttribute(key, value === true ? '' : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function icon(name) {
  const node = document.createElementNS(SVG, 'svg');
  node.setAttribute('aria-hidden', 'true');
  node.setAttribute('class', 'icon');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#i-${name}`);
  node.append(use);
  return node;
}

const hidden = (text) => h('span', { class: 'hidden' }, text);
const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

/** What the status line says to screen readers; emptied first, so that the same words are said again. */
function say(text) {
  $('say').textContent = '';
  requestAnimationFrame(() => { $('say').textContent = text; });
}

/** Storage may be refused (private windows); the page works without it. */
const remember = {
  get(store, key) { try { return window[store].getItem(key); } catch { return null; } },
  set(store, key, value) { try { window[store].setItem(key, value); } catch { /* kept for this page only */ } },
};

/* ---------------------------------------------------------------- the wire */

// A press may take as long as Slack waits for an app (3 s); anything slower is a fault worth saying.
const API_PATIENCE_MS = 15_000;

async function api(path, body, patience = API_PATIENCE_MS) {
  let answer;
  try {
    answer = await fetch(path, {
      signal: AbortSignal.timeout(patience),
      ...(body && { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new Error('The playground does not answer. Is it still running?');
  }
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.error ?? `The playground answered with ${answer.status}.`);
  return json;
}

/* ---------------------------------------------------------------- what is known */

let world = null;
let me = null; // one of world.people
let here = null; // one of world.channels
let thread = null; // ts of the open thread's first message
let view = null; // the open modal
let switches = 0; // counts changes of person, so that a late one does not undo a later one
let switching = false; // nothing is drawn between two people
let started = null; // ts of the newest message when the page was opened: nothing before it is unread

const messages = new Map(); // "person channel" → Message[]
const notices = new Map(); // "person channel" → notices made to look like messages
const seen = new Map(); // "person channel" → ts of the newest message that was on screen
const plainOpen = new Set(); // ts of the messages whose plain text is shown
const filesOpen = new Map(); // id of a file that is shown → its text
let lastSaid = { channel: null, thread: null, at: 0 };

const key = (person, channel) => `${person} ${channel}`;
const messagesOf = (channel) => messages.get(key(me.id, channel)) ?? [];
const noticesOf = (channel) => notices.get(key(me.id, channel)) ?? [];
const personById = (id) => world.people.find((person) => person.id === id);
const channelById = (id) => world.channels.find((channel) => channel.id === id);
const isMine = (channel) => channel.members.includes(me.id);
const inThread = (message) => message.thread_ts && message.thread_ts !== message.ts;
const newest = (list) => list.reduce((ts, message) => (Number(message.ts) > Number(ts) ? message.ts : ts), '0');
const placeName = (channel) => (channel.kind === 'dm' ? world.bot.name : channel.private ? channel.name : `#${channel.name}`);
const address = (channel, root) => `#/${channel}${root ? `/${root}` : ''}`;

/* ---------------------------------------------------------------- dates, as Slack writes them */

// The page speaks English; whether noon is 12:00 or 12 PM is the visitor's own custom.
const LOCALE = navigator.language?.startsWith('en') ? navigator.language : 'en-GB';
const { hourCycle } = new Intl.DateTimeFormat(navigator.language, { hour: 'numeric' }).resolvedOptions();
const format = (options) => new Intl.DateTimeFormat(LOCALE, options);
const HOURS = { hour: hourCycle.startsWith('h1') ? 'numeric' : '2-digit', minute: '2-digit', hourCycle };
const TIME = format(HOURS);
const TIME_SECONDS = format({ ...HOURS, second: '2-digit' });
const DAY = format({ weekday: 'long', day: 'numeric', month: 'long' });
const DAY_OF_YEAR = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
const CLOCK_DAY = { weekday: 'short', day: 'numeric', month: 'short' };
// UTC is written as the bot's plain text and everybody's calendar feed write it.
const CLOCK_UTC = format({ ...CLOCK_DAY, hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' });
const CLOCK_OWN = format({ ...CLOCK_DAY, ...HOURS });
const AGO = new Intl.RelativeTimeFormat(LOCALE);
const two = (number) => String(number).padStart(2, '0');
const dayKey = (date) => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
const DATES = {
  date_num: { format: dayKey },
  date: format({ year: 'numeric', month: 'long', day: 'numeric' }),
  date_short: format({ year: 'numeric', month: 'short', day: 'numeric' }),
  date_long: format({ weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' }),
};
const when = (ts) => new Date(Number(ts) * 1000);

// The workspace's clock may be ahead of the visitor's: everything here goes by the workspace's.
let ahead = 0;
const now = () => new Date(Date.now() + ahead);

/** "Today", "Yesterday", "Tomorrow" or null. */
function nearDay(date) {
  const midnight = (day) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
  const days = Math.round((midnight(date) - midnight(now())) / 86_400_000);
  return { '-1': 'Yesterday', 0: 'Today', 1: 'Tomorrow' }[days] ?? null;
}

/** What stands over the messages of a day. */
const nameOfDay = (date) => nearDay(date) ?? (date.getFullYear() === now().getFullYear() ? DAY : DAY_OF_YEAR).format(date);

/** "in 2 days", "3 minutes ago". */
function ago(date) {
  const seconds = Math.round((date - now()) / 1000);
  const [unit, size] = [['year', 31_557_600], ['month', 2_629_800], ['day', 86_400], ['hour', 3_600], ['minute', 60]].find((step) => Math.abs(seconds) >= step[1]) ?? ['second', 1];
  return AGO.format(Math.round(seconds / size), unit);
}

function slackDate(seconds, pattern) {
  const date = when(seconds);
  const written = pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    if (token === 'time') return TIME.format(date);
    if (token === 'time_secs') return TIME_SECONDS.format(date);
    if (token === 'ago') return ago(date);
    const pretty = token.endsWith('_pretty') && nearDay(date);
    if (pretty) return pretty.toLowerCase();
    return DATES[token.replace(/_pretty$/, '')]?.format(date) ?? whole;
  });
  // Slack begins every date with a capital letter, wherever in a sentence it stands.
  return written.charAt(0).toUpperCase() + written.slice(1);
}

/** Writes `text` only where it changed, so that nobody's selection or reading is disturbed. */
function rewrite(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Brings what time itself changes up to date: "today", "in 2 hours", the names of days. */
function redate() {
  for (const node of document.querySelectorAll('time[data-pattern]')) rewrite(node, slackDate(node.dataset.seconds, node.dataset.pattern));
  for (const node of document.querySelectorAll('.day[data-ts] span')) rewrite(node, nameOfDay(when(node.parentNode.dataset.ts)));
}

/* ---------------------------------------------------------------- mrkdwn */

const EMOJI = {
  anchor: '⚓', ship: '🚢', sailboat: '⛵', compass: '🧭', wave: '👋', tada: '🎉', warning: '⚠️', white_check_mark: '✅',
  heavy_check_mark: '✔️', x: '❌', eyes: '👀', mag: '🔍', bulb: '💡', memo: '📝', pencil: '✏️', pencil2: '✏️', books: '📚', book: '📖', link: '🔗',
  calendar: '📅', spiral_calendar_pad: '🗓️', clock1: '🕐', alarm_clock: '⏰', bell: '🔔', mega: '📣', loudspeaker: '📢', speech_balloon: '💬', information_source: 'ℹ️',
  question: '❓', grey_question: '❔', exclamation: '❗', thumbsup: '👍', '+1': '👍', thumbsdown: '👎', '-1': '👎', smile: '😄',
  slightly_smiling_face: '🙂', thinking_face: '🤔', pray: '🙏', raised_hands: '🙌', rocket: '🚀', fire: '🔥', lock: '🔒', hourglass: '⌛',
  no_entry: '⛔', rotating_light: '🚨', bug: '🐛', wrench: '🔧', robot_face: '🤖', heart: '❤️', star: '⭐', point_right: '👉', arrow_right: '➡️',
  large_green_circle: '🟢', large_yellow_circle: '🟡', red_circle: '🔴', large_blue_circle: '🔵', computer: '💻', ok_hand: '👌',
};

const decode = (text) => text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>' })[name]);

function emoji(name) {
  const sign = EMOJI[name];
  return sign ? h('span', { role: 'img', 'aria-label': name.replaceAll('_', ' '), title: `:${name}:` }, sign) : `:${name}:`;
}

const isWord = (char) => char !== undefined && /[\p{L}\p{N}_]/u.test(char);

function safeUrl(text) {
  try {
    const url = new URL(text);
    return ['http:', 'https:', 'mailto:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(url, ...label) {
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, label);
}

const loud = (name) => h('strong', { class: 'loud' }, `@${name}`);

function mention(id) {
  const name = id === world.bot.id ? world.bot.name : personById(id)?.name ?? id;
  return h('span', { class: id === me.id ? 'mention mention-me' : 'mention' }, `@${name}`);
}

function channelLink(id, label) {
  const channel = channelById(id);
  return channel && isMine(channel)
    ? h('a', { href: address(id), class: 'mention' }, placeName(channel))
    : h('span', { class: 'mention' }, `#${label ?? channel?.name ?? id}`);
}

/** A time in the visitor's own zone; those who hover read what everybody else gets. */
function dated(seconds, pattern, url, fallback) {
  const date = when(seconds);
  if (!Number.isFinite(date.getTime())) return fallback;
  // Read once with its message, and not again whenever it changes by itself.
  const time = h('time', { datetime: date.toISOString(), title: fallback || null, 'aria-live': 'off', 'data-seconds': seconds, 'data-pattern': pattern }, slackDate(seconds, pattern));
  const href = url && safeUrl(url);
  return href ? link(href, time) : time;
}

/** What stands between < and >. */
function angle(inner) {
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? null : decode(inner.slice(bar + 1));
  if (target.startsWith('@')) return mention(target.slice(1));
  if (target.startsWith('#')) return channelLink(target.slice(1), label);
  if (target.startsWith('!date^')) {
    const [, seconds, pattern, url] = target.split('^');
    return dated(seconds, decode(pattern ?? ''), url && decode(url), label ?? '');
  }
  if (/^!(channel|here|everyone)$/.test(target)) return loud(target.slice(1));
  if (target.startsWith('!')) return loud(label?.replace(/^@/, '') ?? target.slice(1));
  const href = safeUrl(decode(target));
  return href ? link(href, label || decode(target)) : label ? `${label} (${decode(target)})` : decode(target);
}

/** Where the style opened at `start` closes, or -1. Code and <…> are stepped over. */
function closing(text, start) {
  const mark = text[start];
  if (isWord(text[start - 1]) || text[start + 1] === undefined || /\s/.test(text[start + 1]) || text[start + 1] === mark) return -1;
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === '`' || text[at] === '<') {
      const end = text.indexOf(text[at] === '`' ? '`' : '>', at + 1);
      if (end > at) at = end;
    } else if (text[at] === mark && !/\s/.test(text[at - 1]) && !isWord(text[at + 1])) {
      return at;
    }
  }
  return -1;
}

const STYLES = { '*': 'strong', _: 'em', '~': 'del' };

/** One run of text without line structure → nodes. */
function inline(text) {
  const nodes = [];
  let plain = '';
  const flush = () => { if (plain) nodes.push(decode(plain)); plain = ''; };
  for (let at = 0; at < text.length;) {
    const char = text[at];
    let node = null;
    let next = at;
    if (char === '`') {
      const end = text.indexOf('`', at + 1);
      if (end > at + 1) { node = h('code', null, decode(text.slice(at + 1, end))); next = end + 1; }
    } else if (char === '<') {
      const end = text.indexOf('>', at + 1);
      if (end > at + 1) { node = angle(text.slice(at + 1, end)); next = end + 1; }
    } else if (char === ':' && !isWord(text[at - 1])) {
      const name = /^:([a-z0-9_+-]+):/.exec(text.slice(at, at + 40));
      if (name && EMOJI[name[1]]) { node = emoji(name[1]); next = at + name[0].length; }
    } else if (STYLES[char]) {
      const end = closing(text, at);
      if (end > 0) { node = h(STYLES[char], null, inline(text.slice(at + 1, end))); next = end + 1; }
    } else if (char === 'h' && !isWord(text[at - 1])) {
      const bare = /^https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]'"*_~`]/.exec(text.slice(at));
      const href = bare && safeUrl(decode(bare[0]));
      if (href) { node = link(href, decode(bare[0])); next = at + bare[0].length; }
    }
    if (node === null) { plain += char; at += 1; continue; }
    flush();
    nodes.push(node);
    at = next;
  }
  flush();
  return nodes;
}

const lines = (list) => list.flatMap((line, at) => (at ? [h('br'), ...inline(line)] : inline(line)));

/** Paragraphs, lists and quotes of a text without fences. */
function paragraphs(text) {
  const KINDS = [['quote', /^(?:>|&gt;)\s?/], ['list', /^\s*[•◦-]\s+/]];
  const groups = [];
  for (const line of text.replace(/^\n+|\n+$/g, '').split('\n')) {
    const [kind, mark] = KINDS.find(([, pattern]) => pattern.test(line)) ?? [line.trim() ? 'text' : 'gap', null];
    if (groups.at(-1)?.kind !== kind) groups.push({ kind, lines: [] });
    groups.at(-1).lines.push(mark ? line.replace(mark, '') : line);
  }
  return groups.filter(({ kind }) => kind !== 'gap').map(({ kind, lines: list }) => {
    if (kind === 'quote') return h('blockquote', null, lines(list));
    if (kind === 'list') return h('ul', null, list.map((line) => h('li', null, inline(line))));
    return h('p', null, lines(list));
  });
}

function mrkdwn(text) {
  return String(text ?? '').split(/```\n?([\s\S]*?)\n?```/).flatMap((part, at) => {
    if (at % 2) return h('pre', { tabindex: '0' }, h('code', null, decode(part)));
    return part.trim() ? paragraphs(part) : [];
  });
}

/** A text object of either type, in a line of its own. */
function words(object) {
  if (!object) return [];
  if (object.type === 'mrkdwn') return mrkdwn(object.text);
  return String(object.text ?? '').split('\n').flatMap((line, at) => (at ? [h('br'), ...plainWords(line)] : plainWords(line)));
}

/** plain_text knows emoji names and nothing else. */
function plainWords(text) {
  return decode(text).split(/(:[a-z0-9_+-]+:)/).map((part) => {
    const name = part.slice(1, -1);
    return part.length > 2 && part.startsWith(':') && EMOJI[name] ? emoji(name) : part;
  });
}

const label = (object) => decode(object?.text ?? '');

/** mrkdwn → what one line of preview may hold. */
const preview = (text) => decode(String(text ?? '').replace(/<([^<>|]+)(?:\|([^<>]*))?>/g, (_, target, name) => name
  ?? (target.startsWith('!date^') ? '' : target.startsWith('@') ? `@${personById(target.slice(1))?.name ?? world.bot.name}` : target)).replace(/[*~`]/g, '')).replace(/\s+/g, ' ').trim();

/* ---------------------------------------------------------------- rich text */

function richInline(part) {
  let nodes;
  switch (part.type) {
    case 'link': { const href = safeUrl(part.url); nodes = [href ? link(href, part.text ?? part.url) : part.text ?? part.url]; break; }
    case 'user': nodes = [mention(part.user_id)]; break;
    case 'channel': nodes = [channelLink(part.channel_id)]; break;
    case 'broadcast': nodes = [loud(part.range)]; break;
    case 'usergroup': nodes = [loud(part.usergroup_id)]; break;
    case 'emoji': nodes = [emoji(part.name)]; break;
    case 'date': nodes = [dated(part.timestamp, part.format ?? '{date}', part.url, part.fallback ?? '')]; break;
    default: nodes = String(part.text ?? '').split('\n').flatMap((line, at) => (at ? [h('br'), line] : [line]));
  }
  for (const [style, tag] of [['code', 'code'], ['bold', 'strong'], ['italic', 'em'], ['strike', 'del']]) {
    if (part.style?.[style]) nodes = [h(tag, null, nodes)];
  }
  return nodes;
}

function richText(element) {
  const inner = () => (element.elements ?? []).flatMap(richInline);
  switch (element.type) {
    case 'rich_text_quote': return h('blockquote', null, inner());
    case 'rich_text_preformatted': return h('pre', { tabindex: '0' }, h('code', null, inner()));
    case 'rich_text_list':
      return h(element.style === 'ordered' ? 'ol' : 'ul', { class: element.indent ? `indent-${Math.min(element.indent, 3)}` : null, start: element.offset ? element.offset + 1 : null },
        (element.elements ?? []).map((item) => h('li', null, (item.elements ?? []).flatMap(richInline))));
    default: return h('p', null, inner());
  }
}

/* ---------------------------------------------------------------- blocks */

/** `surface.press(blockId, element, choice)` sends what was pressed; `surface.fields` collects the inputs of a view. */
function blocksOf(list, surface) {
  return (list ?? []).map((block) => blockOf(block, surface));
}

function blockOf(block, surface) {
  switch (block.type) {
    case 'section': return h('div', { class: 'section' },
      h('div', { class: 'section-words' },
        block.text && h('div', { class: 'words' }, words(block.text)),
        block.fields && h('div', { class: 'fields' }, block.fields.map((field) => h('div', { class: 'words' }, words(field))))),
      block.accessory && h('div', { class: 'accessory' }, elementOf(block.accessory, block, surface)));
    case 'header': return h('h3', { class: 'header' }, words(block.text));
    case 'divider': return h('hr');
    case 'context': return h('div', { class: 'context' }, (block.elements ?? []).map((part) => (part.type === 'image' ? picture(part, 'context-image') : h('div', { class: 'words' }, words(part)))));
    case 'actions': return h('div', { class: 'actions' }, (block.elements ?? []).map((part) => elementOf(part, block, surface)));
    case 'image': return h('figure', null, block.title && h('figcaption', null, words(block.title)), picture(block, 'image'));
    case 'rich_text': return h('div', { class: 'words' }, (block.elements ?? []).map(richText));
    case 'input': return surface.fields ? inputOf(block, surface) : unknown(block);
    default: return unknown(block);
  }
}

const unknown = (part) => h('p', { class: 'unknown' }, `A “${part.type}” stands here. The playground does not draw it.`);

function isOwn(url) {
  try { return new URL(url, location.href).origin === location.origin; } catch { return false; }
}

/** Pictures come from the page itself or not at all: nothing is fetched from elsewhere. */
function picture(part, name) {
  const url = part.image_url ?? '';
  const own = /^data:image\//.test(url) || isOwn(url);
  if (own) return h('img', { class: name, src: url, alt: part.alt_text ?? '' });
  const href = safeUrl(url);
  return href ? link(href, `${part.alt_text || 'Picture'} (picture elsewhere)`) : h('span', null, part.alt_text ?? '');
}

function elementOf(element, block, surface) {
  switch (element.type) {
    case 'button': return buttonOf(element, block, surface);
    case 'image': return picture(element, 'thumb');
    default: return choiceOf(element, block, surface);
  }
}

/** A menu, ticks or a day outside of an input block: what is chosen is sent at once. */
function choiceOf(element, block, surface) {
  const made = controlOf(element, `choice-${fieldCount += 1}`, keptOf(surface, block, element));
  if (!made || element.type === 'plain_text_input') return unknown(element);
  made.node.setAttribute('aria-label', label(element.placeholder) || label(block.text) || 'Choose');
  made.node.setAttribute('data-action', `${block.block_id} ${element.action_id}`);
  surface.holders?.push({ block, element, read: made.read });
  sendsChanges(made, block, element, surface);
  return made.node;
}

/** Sends every change of a control; of text, when Enter is pressed or, if the bot wants that, when typing pauses. */
function sendsChanges(made, block, element, surface) {
  const send = () => {
    const { type, ...choice } = made.read();
    if (type === 'static_select' && !choice.selected_option) return;
    surface.press(block.block_id, element, choice).catch(complain);
  };
  if (element.type !== 'plain_text_input') { made.node.addEventListener('change', send); return; }
  const wanted = element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed'];
  if (wanted.includes('on_enter_pressed')) {
    made.control.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing || (element.multiline && !event.ctrlKey)) return;
      event.preventDefault();
      send();
    });
  }
  if (wanted.includes('on_character_entered')) {
    let pause = 0;
    made.control.addEventListener('input', () => { clearTimeout(pause); pause = setTimeout(send, TYPING_PAUSE_MS); });
  }
}

const TYPING_PAUSE_MS = 300; // Slack waits about as long before it sends what is being typed

const nameOf = (block, element) => `${block.block_id} ${element.action_id} ${element.type}`;

/** What stood in this input before the view was updated, unless it is not on offer any more. */
function keptOf(surface, block, element) {
  const kept = surface.kept?.get(nameOf(block, element));
  const chosen = [kept?.selected_option, ...(kept?.selected_options ?? [])].filter(Boolean);
  return chosen.every((one) => optionsOf(element).some((option) => sameOption(one, option))) ? kept : undefined;
}

function buttonOf(element, block, surface) {
  const look = { class: `button ${element.style ?? ''}`.trim(), 'data-action': `${block.block_id} ${element.action_id}` };
  const href = element.url && safeUrl(element.url);
  if (href) {
    return h('a', { ...look, href, target: '_blank', rel: 'noopener noreferrer', 'aria-describedby': 'newtab', onclick: () => surface.press(block.block_id, element).catch(complain) },
      words(element.text), icon('out'));
  }
  const button = h('button', { ...look, type: 'button', 'aria-label': element.accessibility_label ?? null }, words(element.text));
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled')) return;
    if (element.confirm && !(await sure(element.confirm))) return;
    await whileBusy(button, () => surface.press(block.block_id, element));
  });
  return button;
}

/** aria-disabled rather than disabled: a disabled button would throw the keyboard's place away. */
async function whileBusy(button, work) {
  button.setAttribute('aria-disabled', 'true');
  button.setAttribute('aria-busy', 'true');
  try {
    return await work();
  } catch (error) {
    complain(error);
    return null;
  } finally {
    button.removeAttribute('aria-disabled');
    button.removeAttribute('aria-busy');
  }
}

const optionsOf = (element) => element.options ?? (element.option_groups ?? []).flatMap((group) => group.options ?? []);
const sameOption = (a, b) => Boolean(a && b && a.value === b.value);

function selectOf(element, attributes, chosen) {
  const options = optionsOf(element);
  const item = (option) => h('option', { value: String(options.indexOf(option)), selected: sameOption(option, chosen) }, label(option.text));
  return h('select', { class: 'field', ...attributes },
    h('option', { value: '' }, label(element.placeholder) || 'Choose'),
    element.option_groups ? element.option_groups.map((group) => h('optgroup', { label: label(group.label) }, group.options.map(item))) : options.map(item));
}

/* ---------------------------------------------------------------- inputs of a modal */

let fieldCount = 0;

/** An input block. It leaves in `surface.fields` how to read its value, how to show its error, and whether it must be filled. */
function inputOf(block, surface) {
  const { element } = block;
  const id = `field-${fieldCount += 1}`;
  const made = controlOf(element, id, keptOf(surface, block, element));
  if (!made) return unknown(element);
  if (block.dispatch_action) sendsChanges(made, block, element, surface);

  const hint = block.hint && h('p', { class: 'hint', id: `${id}-hint` }, words(block.hint));
  const error = h('p', { class: 'error', id: `${id}-error`, hidden: true });
  const described = [hint && `${id}-hint`, made.counter && `${id}-count`].filter(Boolean);
  const targets = made.group ? [made.node] : [made.control];
  const describe = (wrong) => targets.forEach((node) => {
    const ids = wrong ? [...described, error.id] : described;
    if (ids.length) node.setAttribute('aria-describedby', ids.join(' ')); else node.removeAttribute('aria-describedby');
  });
  describe(false);
  if (!block.optional && !made.group) made.control.setAttribute('aria-required', 'true');

  surface.holders.push({ block, element, read: made.read });
  surface.fields.push({
    block,
    element,
    read: made.read,
    focus: () => made.control.focus(),
    fail(text) {
      error.textContent = text ?? '';
      error.hidden = !text;
      made.control.toggleAttribute('data-wrong', Boolean(text));
      for (const node of made.group ? made.node.querySelectorAll('input') : [made.control]) {
        if (text) node.setAttribute('aria-invalid', 'true'); else node.removeAttribute('aria-invalid');
      }
      describe(Boolean(text));
    },
  });

  const name = [label(block.label), block.optional && h('span', { class: 'optional' }, ' (optional)')];
  return made.group
    ? h('div', { class: 'input' }, (made.node.prepend(h('legend', null, name)), made.node), hint, error)
    : h('div', { class: 'input' }, h('label', { for: id }, name), made.node, made.counter && h('p', { class: 'counter', id: `${id}-count` }, made.counter), hint, error);
}

const TYPED = { plain_text_input: 'text', email_text_input: 'email', url_text_input: 'url', number_input: 'text', datepicker: 'date', timepicker: 'time' };

/** → {node, control, read, group?, counter?}; `read` answers in the shape of Slack's `state.values`. */
function controlOf(element, id, kept) {
  const { type } = element;
  if (TYPED[type]) {
    const initial = kept ? kept.value ?? kept.selected_date ?? kept.selected_time ?? '' : element.initial_value ?? element.initial_date ?? element.initial_time ?? '';
    const attributes = {
      id, class: 'field', name: id, placeholder: label(element.placeholder) || null, maxlength: element.max_length, minlength: element.min_length,
      inputmode: type === 'number_input' ? 'decimal' : null, value: initial,
    };
    const control = element.multiline ? h('textarea', { ...attributes, rows: '5' }) : h('input', { ...attributes, type: TYPED[type] });
    const result = type === 'datepicker' ? 'selected_date' : type === 'timepicker' ? 'selected_time' : 'value';
    let counter = null;
    if (element.max_length) {
      counter = h('span', null);
      const count = () => { counter.textContent = `${control.value.length} of ${element.max_length} characters`; };
      control.addEventListener('input', count);
      count();
    }
    return { node: control, control, counter, read: () => ({ type, [result]: control.value === '' ? null : control.value }) };
  }
  if (type === 'static_select') {
    const control = selectOf(element, { id }, kept ? kept.selected_option : element.initial_option);
    return { node: control, control, read: () => ({ type, selected_option: optionsOf(element)[Number(control.value || -1)] ?? null }) };
  }
  if (['checkboxes', 'multi_static_select', 'radio_buttons'].includes(type)) {
    const options = optionsOf(element);
    const single = type === 'radio_buttons';
    const chosen = kept ? kept.selected_options ?? [kept.selected_option] : element.initial_options ?? [element.initial_option];
    const boxes = options.map((option, at) => h('input', { type: single ? 'radio' : 'checkbox', name: id, id: `${id}-${at}`, value: String(at), checked: chosen.some((one) => sameOption(one, option)) }));
    const one = (option) => {
      const at = options.indexOf(option);
      return h('div', { class: 'choice' }, boxes[at],
        h('label', { for: `${id}-${at}` }, words(option.text), option.description && h('span', { class: 'hint' }, words(option.description))));
    };
    const groups = element.option_groups?.map((group) => h('div', { role: 'group', 'aria-label': label(group.label) },
      h('p', { class: 'choice-group', 'aria-hidden': 'true' }, label(group.label)), group.options.map(one)));
    const list = groups ?? options.map(one);
    // A menu of many is a list that scrolls by itself.
    const node = h('fieldset', { class: 'choices', id }, type === 'multi_static_select' ? h('div', { class: 'choice-menu' }, list) : list);
    const ticked = () => options.filter((_, at) => boxes[at].checked);
    return { node, control: boxes[0] ?? node, group: true, read: () => (single ? { type, selected_option: ticked()[0] ?? null } : { type, selected_options: ticked() }) };
  }
  return null;
}

const isEmpty = (value) => {
  const inner = value.value ?? value.selected_option ?? value.selected_date ?? value.selected_time ?? value.selected_options;
  return inner === null || inner === undefined || inner.length === 0 || (typeof inner === 'string' && !inner.trim());
};

/* ---------------------------------------------------------------- modals */

let viewBusy = false;
let viewOpener = null;
let closeTimer = 0;
let surfaceOfView = null;

function showView(next) {
  clearTimeout(closeTimer);
  const modal = $('modal');
  if (!next) { hideView(); return; }
  const update = view?.id === next.id;
  // A stream that was lost begins with the view that is open anyway.
  if (update && !viewBusy && JSON.stringify(view) === JSON.stringify(next)) return;
  const place = update ? placeOf(modal, document.activeElement) : null;
  const kept = update ? keptValues() : null;
  const typed = update && typeof document.activeElement?.selectionStart === 'number' ? [document.activeElement.selectionStart, document.activeElement.selectionEnd] : null;
  const scrolled = update ? $('modal-body')?.scrollTop ?? 0 : 0;
  if (!modal.open) viewOpener = document.activeElement;
  view = next;
  viewBusy = false;
  const person = me.id;
  surfaceOfView = {
    fields: [],
    holders: [],
    kept,
    press(blockId, element, choice) {
      return api('/api/press', { as: person, view_id: next.id, block_id: blockId, action_id: element.action_id, values: valuesOf(this.holders), ...choice });
    },
  };
  const error = h('p', { class: 'error', id: 'modal-error', role: 'alert', hidden: true });
  modal.replaceChildren(h('form', { class: 'modal-form', novalidate: true, onsubmit: submitView },
    h('div', { class: 'modal-head' }, h('h2', { id: 'modal-title', tabindex: '-1' }, label(next.title)),
      h('button', { type: 'button', class: 'icon-button', 'aria-label': 'Close', onclick: closeView }, icon('close'))),
    h('div', { class: 'modal-body', id: 'modal-body', tabindex: '-1' }, blocksOf(next.blocks, surfaceOfView), error),
    h('div', { class: 'modal-foot' },
      h('button', { type: 'button', class: 'button', onclick: closeView }, next.close ? words(next.close) : 'Cancel'),
      next.submit && h('button', { type: 'submit', class: 'button primary' }, words(next.submit)))));
  surfaceOfView.fields.forEach((field, at) => modal.querySelectorAll('.input')[at]?.setAttribute('data-field', `${field.block.block_id} ${field.element.action_id}`));
  if (!modal.open) modal.showModal();
  const again = place && controlsOf(modal, place.name)[place.at];
  $('modal-body').scrollTop = scrolled;
  if (again) {
    again.focus({ preventScroll: true });
    if (typed && typeof again.selectionStart === 'number') again.setSelectionRange(...typed);
  } else {
    (surfaceOfView.fields.find(({ element }) => element.focus_on_load) ?? surfaceOfView.fields[0] ?? $('modal-title')).focus();
    // A first field far below, as under a preview, is no reason to begin reading there.
    if ($('modal-body').scrollTop > 0) { $('modal-title').focus({ preventScroll: true }); $('modal-body').scrollTop = 0; }
  }
  if (update) say(`${label(next.title)}: the form has changed`);
}

/** The controls of one element of the view, by the name of the element. */
const controlsOf = (modal, name) => [...modal.querySelectorAll(`[data-action="${CSS.escape(name)}"], [data-field="${CSS.escape(name)}"]`)]
  .flatMap((node) => (node.matches(CONTROLS) ? [node] : [...node.querySelectorAll(CONTROLS)]));
const CONTROLS = 'button, a, input, textarea, select';

/** Where in the view the keyboard is, in words that hold when it is drawn anew. */
function placeOf(modal, focused) {
  const { action, field } = focused?.closest('[data-action], [data-field]')?.dataset ?? {};
  const name = action ?? field;
  return name ? { name, at: controlsOf(modal, name).indexOf(focused) } : null;
}

/** What stands in the view, in the shape of Slack's `state.values`. */
function valuesOf(holders) {
  const values = {};
  for (const { block, element, read } of holders) (values[block.block_id] ??= {})[element.action_id] = read();
  return values;
}

/** An updated view keeps what was typed wherever block and action stayed the same, as Slack does. */
function keptValues() {
  return new Map(surfaceOfView.holders.map(({ block, element, read }) => [nameOf(block, element), read()]));
}

function hideView() {
  clearTimeout(closeTimer);
  view = null;
  const modal = $('modal');
  if (!modal.open) return;
  modal.close();
  modal.replaceChildren();
  const home = viewOpener?.isConnected && viewOpener !== document.body ? viewOpener : (viewOpener?.dataset?.action && document.querySelector(`.log [data-action="${CSS.escape(viewOpener.dataset.action)}"]`)) || composer.field;
  home.focus();
}

function closeView() {
  if (!view) return;
  const { id } = view;
  hideView();
  api('/api/close', { as: me.id, view_id: id }).catch(complain);
}

async function submitView(event) {
  event.preventDefault();
  if (viewBusy || !view) return;
  const { fields } = surfaceOfView;
  const sent = view;
  const values = valuesOf(surfaceOfView.holders);
  const errors = {};
  for (const { block, read } of fields) {
    if (!block.optional && isEmpty(read())) errors[block.block_id] = 'Please fill this in.';
  }
  if (showErrors(fields, errors)) return;
  const submit = $('modal').querySelector('[type=submit]');
  viewBusy = true;
  submit.setAttribute('aria-busy', 'true');
  submit.setAttribute('aria-disabled', 'true');
  try {
    const answer = await api('/api/submit', { as: me.id, view_id: sent.id, values });
    if (view !== sent) return; // a `view` event came first and has the last word
    // An answer without errors closes, unless a `view` event with the next view is on its way.
    if (!showErrors(fields, answer.errors ?? {})) closeTimer = setTimeout(() => { if (view === sent) hideView(); }, 120);
  } catch (error) {
    if (view !== sent) return;
    $('modal-error').textContent = error.message;
    $('modal-error').hidden = false;
  } finally {
    viewBusy = false;
    submit.removeAttribute('aria-busy');
    submit.removeAttribute('aria-disabled');
  }
}

/** Shows each error under its field and goes to the first; true when there is one. */
function showErrors(fields, errors) {
  let first = null;
  const rest = { ...errors };
  for (const field of fields) {
    const text = errors[field.block.block_id];
    delete rest[field.block.block_id];
    field.fail(text);
    if (text) first ??= field;
  }
  const general = Object.values(rest).join(' ');
  $('modal-error').textContent = general;
  $('modal-error').hidden = !general;
  first?.focus();
  return Boolean(first || general);
}

/** Slack's confirmation of a button → whether the person is sure. */
function sure(confirm) {
  const dialog = $('confirm');
  return new Promise((resolve) => {
    dialog.returnValue = '';
    dialog.replaceChildren(h('div', { class: 'modal-form' },
      h('div', { class: 'modal-head' }, h('h2', { id: 'confirm-title' }, label(confirm.title))),
      h('div', { class: 'modal-body words' }, words(confirm.text)),
      h('div', { class: 'modal-foot' },
        h('button', { type: 'button', class: 'button', onclick: () => dialog.close('no') }, words(confirm.deny)),
        h('button', { type: 'button', class: `button ${confirm.style === 'danger' ? 'danger' : 'primary'}`, onclick: () => dialog.close('yes') }, words(confirm.confirm)))));
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    dialog.showModal();
  });
}

/* ---------------------------------------------------------------- messages */

function avatar(user) {
  if (user.bot) return h('span', { class: 'avatar avatar-bot', 'aria-hidden': 'true' }, icon('wheel'));
  if (user.id === 'USLACKBOT') return h('span', { class: 'avatar avatar-slackbot', 'aria-hidden': 'true' }, 'S');
  const at = Math.max(0, world.people.findIndex((person) => person.id === user.id));
  const initials = user.name.split(/\s+/).map((word) => word[0]).slice(0, 2).join('');
  return h('span', { class: `avatar avatar-${at % 4 + 1}`, 'aria-hidden': 'true' }, initials);
}

/** `facts` is what a message shows beside itself: {place: 'log' | 'thread', replies} */
function messageOf(message, facts) {
  const person = me.id;
  const channel = here.id;
  const surface = {
    press: (blockId, element, choice) => api('/api/press', { as: person, channel, ts: message.ts, block_id: blockId, action_id: element.action_id, ...choice }),
  };
  const date = when(message.ts);
  const { replies } = facts;
  const open = plainOpen.has(message.ts);
  return h('article', { class: `message${message.ephemeral ? ' only-you' : ''}`, tabindex: '-1', 'aria-label': `${message.user.name}, ${TIME.format(date)}${message.ephemeral ? ', only visible to you' : ''}` },
    avatar(message.user),
    h('div', { class: 'message-main' },
      h('p', { class: 'message-head' },
        h('span', { class: 'name' }, message.user.name), ' ',
        message.user.bot && [h('span', { class: 'badge' }, '(APP)'), ' '],
        h('time', { datetime: date.toISOString(), title: DATES.date_long.format(date) }, TIME.format(date)), ' ',
        message.ephemeral && h('span', { class: 'only-you-mark' }, icon('eye'), 'Only visible to you'),
        message.edited && h('span', { class: 'edited' }, '(edited)')),
      editing === message.ts ? editorOf(message) : h('div', { class: 'body' },
        message.blocks?.length ? blocksOf(message.blocks, surface) : h('div', { class: 'words' }, mrkdwn(message.text)),
        (message.files ?? []).map(fileOf)),
      open && plainOf(message),
      replies?.length > 0 && h('button', { type: 'button', class: 'replies', onclick: () => { location.hash = address(channel, message.ts); } },
        icon('thread'), h('b', null, plural(replies.length, 'reply', 'replies')),
        h('span', { class: 'replies-last' }, `${replies.at(-1).user.name}: ${preview(replies.at(-1).text)}`))),
    !message.local && menuOf(message, facts, open));
}

/** A file of a message. What the bot uploaded can be opened, as plain text; in a person's file there is nothing. */
function fileOf(file) {
  const facts = [icon('file'), h('span', null, file.title || file.name), ' ',
    h('span', { class: 'file-kind' }, file.user === world.bot.id ? `${file.name}, ${plural(file.size, 'byte', 'bytes')}` : file.mimetype)];
  if (file.user !== world.bot.id) return h('p', { class: 'file' }, facts);
  const asked = new URLSearchParams({ as: me.id, channel: here.id, id: file.id });
  const open = filesOpen.get(file.id);
  const toggle = async () => {
    if (filesOpen.delete(file.id)) { draw(); return; }
    try {
      filesOpen.set(file.id, (await api(`/api/file?${asked}`)).text);
    } catch (problem) {
      filesOpen.set(file.id, problem.message);
    }
    draw();
  };
  return h('div', null,
    h('button', { type: 'button', class: 'file', 'aria-expanded': String(open !== undefined), onclick: toggle }, facts),
    open !== undefined && h('pre', { class: 'file-text', tabindex: '0', 'aria-label': file.title || file.name }, open));
}

let editing = null; // ts of the message that is being edited

/** What stands in a message, as a person would type it again. */
const retyped = (text) => decode(text.replace(/<([^<>]*)>/g, (whole, inner) => {
  const [target, name] = inner.split('|');
  if (target === `@${world.bot.id}`) return `@${world.bot.name}`;
  if (target.startsWith('@')) return `@${personById(target.slice(1))?.handle ?? target.slice(1)}`;
  if (target.startsWith('#')) return `#${channelById(target.slice(1))?.name ?? target.slice(1)}`;
  return target.startsWith('!') ? `@${name || target.slice(1)}` : target;
}));

function edit(ts) {
  editing = ts;
  draw();
  document.querySelector('.editor textarea')?.focus();
}

function editorOf(message) {
  const field = h('textarea', { class: 'field', rows: String(Math.min(12, Math.max(2, message.text.split('\n').length))), 'aria-label': 'Edit this message', value: retyped(message.text) });
  const done = () => { editing = null; draw(); composer.field.focus(); };
  const save = async () => {
    const text = field.value.trim();
    if (!text) { field.focus(); return; }
    try {
      await api('/api/edit', { as: me.id, channel: here.id, ts: message.ts, text });
      done();
    } catch (error) { complain(error); }
  };
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { event.stopPropagation(); event.preventDefault(); done(); }
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); save(); }
  });
  return h('div', { class: 'editor' }, field, h('div', { class: 'actions' },
    h('button', { type: 'button', class: 'button', onclick: done }, 'Cancel'),
    h('button', { type: 'button', class: 'button primary', onclick: save }, 'Save')));
}

const REALLY = {
  title: { text: 'Delete this message?' }, text: { type: 'plain_text', text: 'It is gone for everybody.' },
  confirm: { text: 'Delete' }, deny: { text: 'Keep' }, style: 'danger',
};

async function remove(ts) {
  if (await sure(REALLY)) await api('/api/delete', { as: me.id, channel: here.id, ts }).catch(complain);
}

/** What is sent beside the blocks. Operators look here to see what a screen reader or a notification gets. */
function plainOf(message) {
  const { metadata } = message;
  return h('div', { class: 'plain' },
    h('p', { class: 'plain-title' }, 'Plain text: what notifications and screen readers get'),
    message.text ? h('pre', { tabindex: '0' }, message.text) : h('p', { class: 'error' }, 'This message has no plain text beside its blocks.'),
    h('details', null, h('summary', null, 'Details'),
      h('dl', null,
        h('dt', null, 'ts'), h('dd', null, h('code', null, message.ts)),
        h('dt', null, 'blocks'), h('dd', null, message.blocks?.length ? plural(message.blocks.length, 'block', 'blocks') : 'none'),
        h('dt', null, 'metadata'), h('dd', null, metadata ? [h('code', null, metadata.event_type), h('pre', { tabindex: '0' }, JSON.stringify(metadata.event_payload ?? {}, null, 2))] : 'none'))));
}

function menuOf(message, facts, open) {
  const where = { as: me.id, channel: here.id };
  const items = [
    h('button', { type: 'button', role: 'menuitemcheckbox', 'aria-checked': String(open), tabindex: '-1', onclick: () => { plainOpen[open ? 'delete' : 'add'](message.ts); close(true); draw(); } }, 'Plain text'),
    ...(message.user.id === me.id && !message.ephemeral ? [
      h('button', { type: 'button', role: 'menuitem', tabindex: '-1', onclick: () => { close(false); edit(message.ts); } }, 'Edit'),
      h('button', { type: 'button', role: 'menuitem', tabindex: '-1', onclick: () => { close(true); remove(message.ts); } }, 'Delete'),
    ] : []),
    facts.place === 'log' && !message.ephemeral && h('button', { type: 'button', role: 'menuitem', tabindex: '-1', onclick: () => { close(false); location.hash = address(here.id, message.ts); } }, 'Reply in thread'),
    ...(message.ephemeral ? [] : world.shortcuts ?? []).map((shortcut) => h('button', {
      type: 'button', role: 'menuitem', tabindex: '-1', class: 'shortcut',
      onclick: () => { close(true); api('/api/shortcut', { ...where, ts: message.ts, callback_id: shortcut.callback_id }).catch(complain); },
    }, shortcut.name, ' ', h('span', { class: 'shortcut-of' }, world.bot.name))),
  ].filter(Boolean);
  const menu = h('div', { class: 'menu', role: 'menu', hidden: true }, items);
  const button = h('button', { type: 'button', class: 'icon-button more', 'aria-label': 'More', title: 'More', 'aria-haspopup': 'menu', 'aria-expanded': 'false', 'data-action': `more ${message.ts}` }, icon('more'));
  const box = h('div', { class: 'menu-box' }, button, menu);
  function close(focus) {
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    if (focus) button.focus();
  }
  button.addEventListener('click', () => {
    if (!menu.hidden) { close(true); return; }
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    const list = box.closest('.log').getBoundingClientRect();
    menu.classList.toggle('menu-up', button.getBoundingClientRect().bottom + menu.offsetHeight > list.bottom);
    items[0].focus();
  });
  box.addEventListener('focusout', (event) => { if (!box.contains(event.relatedTarget)) close(false); });
  menu.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); items[(items.indexOf(document.activeElement) + step + items.length) % items.length].focus(); }
    if (event.key === 'Escape') { event.stopPropagation(); close(true); }
  });
  return box;
}

/* ---------------------------------------------------------------- the conversation */

// A list follows its newest message until the person scrolls away from it.
const AT_BOTTOM_PX = 48;
const follows = new WeakMap(); // list → the scroll position that we chose, while it follows

function toBottom(list, from) {
  // A message taller than the list is shown from its beginning.
  const top = from ? Math.min(list.scrollHeight, from.offsetTop - list.offsetTop - 8) : list.scrollHeight;
  list.scrollTop = top;
  follows.set(list, list.scrollTop);
}

function watchScroll(list) {
  list.addEventListener('scroll', () => {
    const atBottom = list.scrollHeight - list.scrollTop - list.clientHeight < AT_BOTTOM_PX;
    if (atBottom) follows.set(list, list.scrollTop);
    else if (Math.abs(list.scrollTop - follows.get(list)) > 2) follows.delete(list);
  }, { passive: true });
  // The window or the phone's keyboard changes the room: the newest message stays in sight.
  let room = 0;
  new ResizeObserver(() => {
    if (room && list.clientHeight !== room && follows.has(list)) toBottom(list);
    room = list.clientHeight;
  }).observe(list);
}

/** Brings `list` to `items` ({key, sign, make}) and touches only what changed, so that only that is announced and nothing jumps → the first new message. */
function reconcile(list, items) {
  const old = new Map([...list.children].map((node) => [node.dataset.key, node]));
  const wanted = new Set(items.map((item) => item.key));
  for (const [name, node] of old) if (!wanted.has(name)) leave(list, node);
  let cursor = list.firstElementChild;
  let first = null;
  for (const item of items) {
    const node = old.get(item.key);
    if (node && node.dataset.sign === item.sign) {
      if (node === cursor) cursor = cursor.nextElementSibling; else list.insertBefore(node, cursor);
      continue;
    }
    const fresh = item.make();
    fresh.dataset.key = item.key;
    fresh.dataset.sign = item.sign;
    if (node) {
      const action = node.contains(document.activeElement) ? document.activeElement.dataset.action ?? '' : null;
      if (node === cursor) cursor = cursor.nextElementSibling;
      node.remove();
      list.insertBefore(fresh, cursor);
      if (action !== null) (fresh.querySelector(`[data-action="${CSS.escape(action)}"]`) ?? fresh).focus();
    } else {
      list.insertBefore(fresh, cursor);
      if (fresh.matches('.message')) first ??= fresh;
    }
  }
  return first;
}

/** A message that goes away hands the keyboard's place to its neighbour. */
function leave(list, node) {
  const held = node.contains(document.activeElement);
  const near = node.nextElementSibling ?? node.previousElementSibling;
  node.remove();
  if (held) (near?.matches('.message') ? near : list).focus();
}

function itemsOf(list, place, repliesOf) {
  const items = [];
  let day = null;
  for (const message of list) {
    const date = when(message.ts);
    if (dayKey(date) !== day && place === 'log') {
      day = dayKey(date);
      items.push({ key: `day ${day}`, sign: '', make: () => h('p', { class: 'day', 'aria-live': 'off', 'data-ts': message.ts }, h('span', null, nameOfDay(date))) });
    }
    const replies = repliesOf?.(message).filter((reply) => !reply.local) ?? [];
    items.push({
      key: message.ts,
      sign: JSON.stringify([message, replies.map((reply) => [reply.ts, reply.text]), plainOpen.has(message.ts), (message.files ?? []).map((file) => filesOpen.get(file.id) ?? null), editing === message.ts]),
      make: () => messageOf(message, { place, replies }),
    });
  }
  return items;
}

const byTime = (a, b) => Number(a.ts) - Number(b.ts);

/** Draws channel and thread from what is known. */
function draw({ fresh = false } = {}) {
  const all = [...messagesOf(here.id), ...noticesOf(here.id)].sort(byTime);
  const top = all.filter((message) => !inThread(message));
  const roots = new Set(top.map((message) => message.ts));
  // A reply whose first message this person cannot see stands in the conversation itself.
  const list = all.filter((message) => !inThread(message) || !roots.has(message.thread_ts));
  const repliesOf = (message) => all.filter((reply) => inThread(reply) && reply.thread_ts === message.ts);
  drawList($('log'), list.length ? [welcome(false), ...itemsOf(list, 'log', repliesOf)] : [welcome(true)], fresh);

  const root = thread && all.find((message) => message.ts === thread);
  $('thread').hidden = !root;
  $('app').classList.toggle('with-thread', Boolean(root));
  if (root) {
    const replies = repliesOf(root);
    const real = replies.filter((reply) => !reply.local).length;
    const count = { key: 'count', sign: String(real), make: () => h('p', { class: 'day', 'aria-live': 'off' }, h('span', null, plural(real, 'reply', 'replies'))) };
    const [first, ...rest] = itemsOf([root, ...replies], 'thread');
    drawList($('thread-log'), replies.length ? [first, count, ...rest] : [first], fresh);
  } else if (thread && messages.has(key(me.id, here.id))) {
    thread = null;
    history.replaceState(null, '', address(here.id));
  }
  seen.set(key(me.id, here.id), newest(all));
}

function drawList(list, items, fresh) {
  if (fresh) {
    // What is already there when a conversation is opened is not news.
    list.setAttribute('aria-live', 'off');
    setTimeout(() => list.setAttribute('aria-live', 'polite'), 250);
    list.replaceChildren();
  }
  const first = reconcile(list, items);
  if (fresh) toBottom(list);
  else if (follows.has(list)) toBottom(list, first);
}

const EXAMPLES = [['/onboard', 'how do I bring my project?'], ['/onboard', 'is there an SLA?'], ['/firstmate', 'help']];

/** What one can ask: the whole screen of an empty conversation, a few lines at the head of any other. */
function welcome(whole) {
  const dm = here.kind === 'dm';
  const bot = world.bot.name;
  const examples = (here.archived ? [] : EXAMPLES).filter(([command]) => world.commands.some(({ name }) => name === command)).map(([command, rest]) => (dm ? rest : `${command} ${rest}`));
  const title = dm ? `Talk to ${bot}` : whole ? 'Welcome aboard' : `Welcome to ${placeName(here)}`;
  const about = here.archived ? 'What was said here can still be read.' : dm ? `This conversation is between you and ${bot}. Ask in your own words.`
    : whole ? `${bot} answers questions about the community from its own documents, and shows where each answer comes from. Pick a question, or write your own.`
      : `Ask ${bot} a question with a slash command. Only you see the answer, until you show it to everyone.`;
  return {
    key: whole ? 'welcome' : 'head',
    sign: here.id,
    // Not news: it is there for those who look.
    make: () => h('div', { class: whole ? 'welcome' : 'welcome welcome-small', 'aria-live': 'off' },
      h('span', { class: 'welcome-mark', 'aria-hidden': 'true' }, icon('wheel')),
      h('div', null,
        h('h3', null, title),
        h('p', null, about),
        h('ul', { class: 'examples' }, examples.map((text) => h('li', null,
          h('button', { type: 'button', class: 'example', onclick: () => composer.put(text) }, text)))))),
  };
}

/* ---------------------------------------------------------------- loading */

const loading = new Map(); // "person channel" → 'busy' | 'again'

/** Reads one channel anew; calls that come while one is on its way become one more. */
async function load(channel) {
  const person = me.id;
  const name = key(person, channel);
  if (loading.has(name)) { loading.set(name, 'again'); return; }
  loading.set(name, 'busy');
  try {
    do {
      loading.set(name, 'busy');
      const answer = await api(`/api/messages?as=${encodeURIComponent(person)}&channel=${encodeURIComponent(channel)}`);
      messages.set(name, answer.messages);
      // What was just said was not said in the future.
      const ts = Number(newest(answer.messages)) * 1_000;
      if (ts > now()) { ahead += ts - now(); drawClock(); }
      if (person === me.id) {
        if (channel === here?.id && !switching) draw();
        drawUnread();
      }
    } while (loading.get(name) === 'again');
  } finally {
    loading.delete(name);
  }
}

const loadAll = () => Promise.all(world.channels.filter(isMine).map((channel) => load(channel.id)));

/* ---------------------------------------------------------------- the stream */

let source = null;
let retryTimer = 0;
let retries = 0;

function listen() {
  clearTimeout(retryTimer);
  source?.close();
  const mine = new EventSource(`/api/stream?as=${encodeURIComponent(me.id)}`);
  source = mine;
  mine.onopen = () => {
    if (source !== mine) return;
    if (retries) { loadAll().catch(() => {}); readClock(); }
    retries = 0;
    $('lost').hidden = true;
  };
  mine.onmessage = (event) => {
    if (source !== mine) return;
    const news = JSON.parse(event.data);
    if (news.type === 'message' || news.type === 'deleted') { load(news.channel).catch(() => {}); readClockSoon(); }
    else if (news.type === 'clock') readClock();
    else if (news.type === 'view') showView(news.view);
    else if (news.type === 'notice') notice(news.text);
  };
  mine.onerror = () => {
    if (source !== mine) return;
    mine.close();
    retries += 1;
    if (retries > 1) $('lost').hidden = false; // one lost connection is mended before anybody reads about it
    retryTimer = setTimeout(listen, Math.min(8_000, 250 * 2 ** retries) * (0.75 + Math.random() / 2));
  };
}

/** What Slackbot says to this person alone. It belongs where the person has just written. */
function notice(text) {
  const recent = Date.now() - lastSaid.at < 20_000 && channelById(lastSaid.channel) && isMine(channelById(lastSaid.channel));
  const channel = recent ? lastSaid.channel : here.id;
  const name = key(me.id, channel);
  const list = notices.get(name) ?? [];
  const after = Math.max(Number(newest([...messagesOf(channel), ...list])), now() / 1000);
  list.push({ ts: (after + 0.000001).toFixed(6), thread_ts: recent ? lastSaid.thread : null, user: { id: 'USLACKBOT', name: 'Slackbot', bot: false }, text: escaped(text), blocks: null, ephemeral: true, edited: false, metadata: null, reply_count: 0, local: true });
  notices.set(name, list);
  if (channel === here.id && !switching) draw();
}

const escaped = (text) => String(text).replace(/[&<>]/g, (char) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[char]);

function complain(error) {
  notice(error.message);
}

/* ---------------------------------------------------------------- the composer */

/** A message box: Enter sends, Shift+Enter is a new line; `complete(text, caret)` offers words. */
function makeComposer(form, { name, send, complete }) {
  const listId = `${form.id}-list`;
  const field = h('textarea', {
    id: form.id === 'composer' ? 'message' : 'reply', rows: '1', 'aria-label': name, 'aria-autocomplete': 'list', 'aria-controls': listId, 'aria-haspopup': 'listbox', 'aria-describedby': `${form.id}-hint`, spellcheck: 'true', enterkeyhint: 'send',
  });
  const list = h('ul', { id: listId, role: 'listbox', class: 'offers', 'aria-label': 'Suggestions', hidden: true });
  const button = h('button', { type: 'submit', class: 'send', 'aria-label': 'Send', title: 'Send' }, icon('send'));
  const hint = h('p', { class: 'composer-hint', id: `${form.id}-hint` });
  form.append(list, h('div', { class: 'composer-box' }, field, button), hint);
  let offers = [];
  let active = -1;
  let moved = false;
  let refused = null; // the text at which Escape closed the list

  const self = {
    field,
    /** Puts `text` in and goes there; the person still sends it. */
    put(text) { field.value = text; refused = text; refresh(); field.focus(); field.setSelectionRange(text.length, text.length); },
    placeholder(text) { field.placeholder = text; refresh(); },
    reset() { field.value = ''; refresh(); },
  };

  function grow() {
    field.style.height = '';
    if (field.value && field.scrollHeight > field.clientHeight) field.style.height = `${field.scrollHeight}px`;
  }

  function refresh() {
    grow();
    button.toggleAttribute('data-ready', Boolean(field.value.trim()));
    const found = field.value === refused ? null : complete(field.value, field.selectionStart);
    const before = offers[active]?.text;
    offers = found?.offers ?? [];
    active = offers.length ? Math.max(0, offers.findIndex((offer) => offer.text === before)) : -1;
    if (!offers.length) moved = false;
    drawOffers();
    hint.replaceChildren(...(found?.hint ?? ['']));
  }

  function drawOffers() {
    const wasHidden = list.hidden;
    list.hidden = !offers.length;
    list.replaceChildren(...offers.map((offer, at) => h('li', {
      id: `${listId}-${at}`, role: 'option', 'aria-selected': String(at === active), class: 'offer',
      onpointerdown: (event) => event.preventDefault(),
      onclick: () => { active = at; take(); field.focus(); },
    }, h('span', { class: 'offer-name' }, offer.text), ' ', offer.hint && [h('span', { class: 'offer-hint' }, offer.hint), ' '], h('span', { class: 'offer-about' }, offer.about))));
    if (offers.length) field.setAttribute('aria-activedescendant', `${listId}-${active}`);
    else field.removeAttribute('aria-activedescendant');
    list.children[active]?.scrollIntoView({ block: 'nearest' });
    if (wasHidden && offers.length) say(`${plural(offers.length, 'suggestion', 'suggestions')}. Arrow keys choose, Tab takes.`);
  }

  function take() {
    const offer = offers[active];
    const rest = field.value.slice(field.selectionStart).replace(/^ /, '');
    const start = field.value.slice(0, offer.from);
    field.value = `${start}${offer.text} ${rest}`;
    const caret = start.length + offer.text.length + 1;
    field.setSelectionRange(caret, caret);
    moved = false;
    refresh();
  }

  field.addEventListener('input', () => { refused = null; refresh(); });
  field.addEventListener('blur', () => { offers = []; drawOffers(); });
  field.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const open = offers.length > 0;
    if (open && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      active = (active + (event.key === 'ArrowDown' ? 1 : -1) + offers.length) % offers.length;
      moved = true;
      drawOffers();
    } else if (open && event.key === 'Tab' && !event.shiftKey) {
      event.preventDefault();
      take();
    } else if (open && event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      refused = field.value;
      refresh();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      // A word already written out in full is sent, not completed.
      const whole = open && !moved && field.value.slice(offers[active].from).trim() === offers[active].text;
      if (open && !whole) take(); else form.requestSubmit();
    }
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text) { field.focus(); return; }
    self.reset();
    field.focus();
    try {
      await send(text);
    } catch (error) {
      if (!field.value) self.put(text);
      complain(error);
    }
  });
  return self;
}

const pressHint = () => [
  h('span', { class: 'on-desk' }, h('kbd', null, 'Enter'), ' sends, ', h('kbd', null, 'Shift'), '+', h('kbd', null, 'Enter'), ' starts a new line'),
  h('span', { class: 'on-phone' }, 'Nothing here leaves this machine.'),
];

/** "@" anywhere offers the bot. */
function offerBot(text, caret) {
  const typed = /(?:^|\s)@([\w-]*)$/.exec(text.slice(0, caret));
  if (!typed || !world || !world.bot.name.startsWith(typed[1].toLowerCase()) || typed[1] === world.bot.name) return null;
  return [{ from: caret - typed[1].length - 1, text: `@${world.bot.name}`, hint: '', about: 'Ask it in front of everybody here' }];
}

function completeMessage(text, caret) {
  if (!world) return null;
  const command = /^\/\S*$/.test(text.slice(0, caret)) ? text.slice(0, caret) : null;
  if (command !== null) {
    const offers = world.commands.filter(({ name }) => name.startsWith(command.toLowerCase()))
      .map((one) => ({ from: 0, text: one.name, hint: one.hint, about: one.description }));
    return { offers, hint: pressHint() };
  }
  const known = world.commands.find(({ name }) => text.startsWith(`${name} `));
  return { offers: offerBot(text, caret), hint: known ? [h('code', null, `${known.name} ${known.hint ?? ''}`.trim()), ` ${known.description}`] : pressHint() };
}

const post = (root) => (text) => {
  lastSaid = { channel: here.id, thread: root() ?? null, at: Date.now() };
  toBottom(root() ? $('thread-log') : $('log'));
  return api('/api/say', { as: me.id, channel: here.id, text, ...(root() && { thread_ts: root() }) });
};

const composer = makeComposer($('composer'), { name: 'Message', complete: completeMessage, send: post(() => null) });
const replier = makeComposer($('replier'), { name: 'Reply', complete: (text, caret) => ({ offers: offerBot(text, caret), hint: pressHint() }), send: post(() => thread) });

/* ---------------------------------------------------------------- the frame */

function drawPlaces() {
  const entry = (channel) => h('li', null, h('a', { href: address(channel.id), class: 'place', 'data-channel': channel.id },
    channel.kind === 'dm' && h('span', { class: 'avatar avatar-bot avatar-small', 'aria-hidden': 'true' }, icon('wheel')),
    channel.private && [icon('lock'), hidden('private ')],
    h('span', { class: 'place-name' }, placeName(channel)),
    channel.archived && h('span', { class: 'place-mark' }, 'archived'),
    h('span', { class: 'unread', hidden: true }, hidden(' unread'))));
  $('channels').replaceChildren(...world.channels.filter((one) => one.kind === 'channel' && isMine(one)).map(entry));
  $('dms').replaceChildren(...world.channels.filter((one) => one.kind === 'dm' && isMine(one)).map(entry));
}

function drawUnread() {
  for (const node of document.querySelectorAll('.place')) {
    const { channel } = node.dataset;
    const since = Number(seen.get(key(me.id, channel)) ?? started ?? Infinity);
    const unread = channel !== here?.id && messagesOf(channel).some((message) => message.user.id !== me.id && Number(message.ts) > since);
    node.classList.toggle('is-unread', unread);
    node.querySelector('.unread').hidden = !unread;
    if (channel === here?.id) node.setAttribute('aria-current', 'page'); else node.removeAttribute('aria-current');
  }
}

function drawPeople() {
  $('people').replaceChildren(...world.people.map((person) => h('label', { class: 'person' },
    h('input', { type: 'radio', name: 'person', value: person.id, 'aria-label': person.name, checked: person.id === me.id, onchange: () => become(person) }),
    avatar({ ...person, bot: false }), h('span', { class: 'person-name', 'aria-hidden': 'true' }, person.name.split(' ')[0]))));
  $('who').textContent = me.name;
}

function drawHead() {
  const dm = here.kind === 'dm';
  const botIsHere = here.members.includes(world.bot.id) || !world.channels.some((channel) => channel.kind === 'channel' && channel.members.includes(world.bot.id));
  $('place').replaceChildren(...(here.private ? [icon('lock'), hidden('private ')] : []), placeName(here));
  for (const id of ['composer', 'replier']) $(id).hidden = here.archived;
  $('archived').hidden = !here.archived;
  $('topic').textContent = dm ? `Only you and ${world.bot.name}` : botIsHere ? here.topic : `${world.bot.name} is not in this channel: mentions do not reach it, commands do`;
  $('log').setAttribute('aria-label', `Conversation in ${placeName(here)}`);
  composer.placeholder(`Message ${placeName(here)} as ${me.name.split(' ')[0]}`);
  replier.placeholder(`Reply as ${me.name.split(' ')[0]}`);
  document.title = `${placeName(here)} · ${world.team.name} · firstmate playground`;
}

/** Goes where the address says. */
async function route() {
  const [, channelId, root] = /^#\/(\w+)(?:\/([\d.]+))?$/.exec(location.hash) ?? [];
  const target = channelById(channelId);
  const place = target && isMine(target) ? target : null;
  if (!place) {
    const own = target?.kind === 'dm' ? world.channels.find((channel) => channel.kind === 'dm' && isMine(channel)) : null;
    const home = own ?? world.channels.find((channel) => channel.name === 'support') ?? world.channels[0];
    history.replaceState(null, '', address(home.id));
    await route();
    return;
  }
  const moved = here !== place;
  const threadMoved = thread !== (root ?? null);
  here = place;
  thread = root ?? null;
  if (moved) composer.reset();
  if (threadMoved) replier.reset();
  drawHead();
  draw({ fresh: moved || threadMoved });
  drawUnread();
  if (moved) $('channels').parentNode.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  if (threadMoved && thread && !$('thread').hidden) replier.field.focus();
  if (threadMoved && !thread && !moved) composer.field.focus();
}

/** Changes who is sitting at the keyboard. Nothing of one person stays on the screen for the other. */
async function become(person) {
  const turn = switches += 1;
  switching = true;
  me = person;
  remember.set('sessionStorage', 'playground-person', person.id);
  hideView();
  plainOpen.clear();
  filesOpen.clear();
  editing = null;
  for (const id of ['log', 'thread-log']) $(id).replaceChildren();
  $('who').textContent = person.name;
  drawPlaces();
  drawUnread();
  listen();
  await loadAll().catch(() => {});
  if (turn !== switches) return;
  switching = false;
  here = null;
  await route();
  say(`You are ${person.name}`);
}

/* ---------------------------------------------------------------- the clock */

const CLOCK_READ_MS = 15_000; // the bot may learn of new meetings, or a thing may fall due by itself
const CLOCK_DRAW_MS = 1_000;
const CLOCK_SOON_MS = 400; // many messages come together
const STEP_PATIENCE_MS = 60_000; // what falls due is done before a step ends

let clock = null; // what /api/clock said last
let clockTimer = 0;
let clockTurn = 0; // counts answers asked for, so that a late one does not undo a later one
let stepping = false;
let drawnMinute = null;

async function readClock() {
  clearTimeout(clockTimer);
  const turn = clockTurn += 1;
  try {
    const answer = await api('/api/clock');
    if (turn === clockTurn) takeClock(answer);
  } catch { /* the stream says when the connection is lost */ }
  if (turn === clockTurn && world.clock) clockTimer = setTimeout(readClock, CLOCK_READ_MS);
}

/** After a message, what falls due next may be something else. */
function readClockSoon() {
  if (!world.clock) return;
  clearTimeout(clockTimer);
  clockTimer = setTimeout(readClock, CLOCK_SOON_MS);
}

function takeClock(answer) {
  clock = answer;
  ahead = answer.now - Date.now();
  drawnMinute = null;
  drawClock();
}

function drawClock() {
  const minute = Math.trunc(now() / 60_000);
  if (minute !== drawnMinute) redate();
  drawnMinute = minute;
  $('clock').hidden = !(world.clock && clock);
  if ($('clock').hidden) return;
  const utc = (date) => `${CLOCK_UTC.format(date)} UTC`;
  const own = (date) => `${(dayKey(date) === date.toISOString().slice(0, 10) ? TIME : CLOCK_OWN).format(date)} your time`;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  rewrite($('clock-utc'), utc(now()));
  $('clock-utc').dateTime = `${now().toISOString().slice(0, 16)}Z`;
  rewrite($('clock-own'), own(now()));
  $('clock-own').title = zone;
  const { next } = clock;
  const at = next && new Date(next.at);
  $('clock-word').hidden = !next;
  rewrite($('clock-label'), next ? next.label : 'Nothing is coming up.');
  rewrite($('clock-at'), at ? utc(at) : '');
  $('clock-at').title = at ? own(at) : '';
  const button = $('clock-step');
  rewrite(button, stepping ? 'Stepping …' : 'Step to it');
  for (const [name, on] of [['aria-disabled', stepping || !next], ['aria-busy', stepping]]) {
    if (on) button.setAttribute(name, 'true'); else button.removeAttribute(name);
  }
}

async function stepClock() {
  if (stepping || !clock?.next) return;
  const { label } = clock.next;
  stepping = true;
  drawClock();
  say(`Stepping to: ${label}`);
  try {
    const answer = await api('/api/clock', { to: 'next' }, STEP_PATIENCE_MS);
    clockTurn += 1; // an answer that was asked for before the step is old
    stepping = false;
    takeClock(answer);
    say(`It is ${CLOCK_UTC.format(now())} UTC. ${answer.next ? `Next: ${answer.next.label}` : 'Nothing is coming up.'}`);
  } catch (error) {
    complain(error);
  } finally {
    stepping = false;
    drawClock();
    readClock();
  }
}

/* ---------------------------------------------------------------- light and dark */

const dark = matchMedia('(prefers-color-scheme: dark)');
const isDark = () => (document.documentElement.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark';

function drawTheme() {
  const next = isDark() ? 'Light theme' : 'Dark theme';
  $('theme-label').textContent = next;
  $('theme').title = next;
}

function setUpTheme() {
  const kept = remember.get('localStorage', 'playground-theme');
  if (kept === 'dark' || kept === 'light') document.documentElement.dataset.theme = kept;
  dark.addEventListener('change', drawTheme);
  $('theme').addEventListener('click', () => {
    const next = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    remember.set('localStorage', 'playground-theme', next);
    drawTheme();
  });
  drawTheme();
}

/* ---------------------------------------------------------------- start */

async function start() {
  try {
    world = await api('/api/world');
  } catch {
    $('boot').textContent = 'The playground does not answer. Trying again.';
    setTimeout(start, 1_500);
    return;
  }
  me = personById(remember.get('sessionStorage', 'playground-person')) ?? world.people[0];
  $('team').textContent = world.team.name;
  drawPlaces();
  drawPeople();
  await Promise.all([loadAll().catch(() => {}), readClock()]);
  started = newest([...messages.values()].flat());
  $('boot').hidden = true;
  $('app').hidden = false;
  await route();
  drawClock();
  setInterval(drawClock, CLOCK_DRAW_MS);
  listen();
  addEventListener('hashchange', () => route());
  if (matchMedia('(pointer: fine)').matches) composer.field.focus();
}

document.querySelector('.skip').addEventListener('click', (event) => { event.preventDefault(); composer.field.focus(); });
$('clock-step').addEventListener('click', stepClock);
$('thread-close').addEventListener('click', () => { location.hash = address(here.id); });
$('thread').addEventListener('keydown', (event) => { if (event.key === 'Escape' && !event.defaultPrevented) location.hash = address(here.id); });
$('modal').addEventListener('cancel', (event) => { event.preventDefault(); closeView(); });
// The browser may close a dialog on a second Escape without asking; what is shown and what is known stay one.
$('modal').addEventListener('close', () => { if (view && !$('modal').open) closeView(); });
for (const id of ['log', 'thread-log']) watchScroll($(id));

setUpTheme();
start();
