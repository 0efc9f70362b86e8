// The calendar feed, read by Mozilla's ical.js, against the clocks of Node's own ICU.
//
//   node feed.mjs FIRSTMATE_BINARY
//
// Prints a line a check and `N passed, N failed`; exits 1 when one failed.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import ICAL from 'ical.js';

const DAY = 86_400_000;
const [binary] = process.argv.slice(2);
if (!binary) {
  console.error('usage: node feed.mjs FIRSTMATE_BINARY');
  process.exit(2);
}

let passed = 0;
let failed = 0;

function must(truth, what) {
  if (!truth) throw new Error(what);
}

function check(what, work) {
  try {
    const told = work();
    passed += 1;
    console.log(`ok      ${what}${told ? `: ${told}` : ''}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok  ${what}: ${error.message}`);
  }
}

/** The feed as the binary writes it, and what ical.js makes of it. */
function read(...args) {
  const text = execFileSync(path.resolve(binary), ['meetings', '--ics', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const calendar = new ICAL.Component(ICAL.parse(text));
  const events = calendar.getAllSubcomponents('vevent').map((component) => {
    const event = new ICAL.Event(component);
    return {
      event,
      uid: event.uid,
      tzid: component.getFirstProperty('dtstart').getParameter('tzid'),
      // With the VTIMEZONE of this very text: nothing is registered beside it.
      starts: event.startDate.toJSDate(),
      ends: event.endDate.toJSDate(),
      status: component.getFirstPropertyValue('status'),
      stamp: component.getFirstPropertyValue('dtstamp').toString(),
    };
  });
  return { text, calendar, events };
}

/** What a clock in `zone` shows, by ICU: `2026-11-25T08:30`. */
function shown(zone, at) {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }).formatToParts(at);
  const part = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`;
}

/** Every date from `first` on, each `step` days, through `last`. */
function dates(first, last, step) {
  const found = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += step * DAY) found.push(new Date(at).toISOString().slice(0, 10));
  return found;
}

const SERIES = (title, zone, start, series, more = '') => `title = ${JSON.stringify(title)}
timezone = "${zone}"
start = ${start}
duration = "1h"
join = "https://meet.example.org/a,b;c"
channel = "C0${zone.replace(/[^A-Z]/g, '')}${start.replaceAll(':', '')}"
[series]
${series}
${more}`;

const folder = mkdtempSync(path.join(tmpdir(), 'firstmate-feed-'));
try {
  // ---- the community's own two series, a year of Wednesdays ----

  const year = ['--from', '2026-12-01', '--to', '2027-11-30'];
  const wednesdays = dates('2026-12-02', '2027-11-24', 7);

  check('the event of every week of a year has the right UTC time, over both changes of the clocks', () => {
    const { events } = read(...year);
    must(events.length === wednesdays.length, `${events.length} events for ${wednesdays.length} Wednesdays`);
    events.sort((one, other) => one.starts - other.starts);
    const hours = new Set();
    events.forEach(({ starts, ends, uid }, week) => {
      const date = wednesdays[week];
      must(shown('America/New_York', starts) === `${date}T08:30`, `${date}: ${starts.toISOString()} is ${shown('America/New_York', starts)} there`);
      const summer = date >= '2027-03-14' && date < '2027-11-07';
      must(starts.toISOString() === `${date}T${summer ? '12' : '13'}:30:00.000Z`, `${date}: ${starts.toISOString()}`);
      must(ends - starts === 3_600_000, `${date} takes an hour`);
      must(uid === `${week % 2 ? 'coordination' : 'sprint-planning'}-${date}@firstmate`, `${date} is ${uid}`);
      hours.add(starts.getUTCHours());
    });
    must(hours.size === 2, 'summer and winter');
    return `${events.length} weeks`;
  });

  check('the same days give the same octets', () => {
    must(read(...year).text === read(...year).text, 'they differ');
  });

  check('every line ends with CR LF and has 75 octets at most', () => {
    const { text } = read(...year);
    must(text.endsWith('\r\n') && !/[^\r]\n|\r[^\n]/.test(text), 'a bare break');
    const long = text.split('\r\n').find((line) => Buffer.byteLength(line) > 75);
    must(!long, `too long: ${long}`);
  });

  // ---- other zones, folded and escaped words, changes ----

  const WORDS = 'Ünïcode; commas, back\\slashes and “quotes” — long enough to be folded more than once, with 漢字漢字漢字漢字 in it';
  const zones = ['America/New_York', 'Europe/Prague', 'Europe/Dublin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Sao_Paulo', 'Africa/Casablanca', 'Pacific/Chatham'];
  mkdirSync(path.join(folder, 'meetings'));
  for (const zone of zones) {
    const name = zone.toLowerCase().replace(/[^a-z]+/g, '-');
    writeFileSync(path.join(folder, 'meetings', `${name}.toml`), SERIES(`Weekly in ${zone}`, zone, '09:15:00', 'anchor = 2026-01-04\nevery_weeks = 1'));
  }
  const there = ['--commands', folder];

  for (const zone of zones) {
    check(`every Sunday of two years in ${zone}`, () => {
      const sundays = dates('2026-01-04', '2027-12-26', 7);
      const { events } = read('--from', '2026-01-01', '--to', '2027-12-31', ...there);
      const found = events.filter(({ tzid }) => tzid === zone).sort((one, other) => one.starts - other.starts);
      must(found.length === sundays.length, `${found.length} events`);
      found.forEach(({ starts }, week) => must(shown(zone, starts) === `${sundays[week]}T09:15`, `${sundays[week]}: ${starts.toISOString()} is ${shown(zone, starts)} there`));
      const offsets = new Set(found.map(({ starts }) => starts.getUTCHours() * 60 + starts.getUTCMinutes()));
      return `${found.length} weeks, at ${offsets.size} times in UTC`;
    });
  }

  const changed = (exceptions) => writeFileSync(path.join(folder, 'meetings', 'changed.toml'), SERIES(WORDS, 'America/New_York', '08:30:00', 'anchor = 2027-02-24\nevery_weeks = 2', exceptions));
  const ours = (...days) => read('--from', days[0], '--to', days[1], ...there).events.filter(({ uid }) => uid.startsWith('changed-'));
  changed('');
  const before = ours('2027-02-20', '2027-03-31');
  changed(`[[exceptions]]
date = 2027-03-10
skip = true
reason = "holidays, again;\\nall of us"
[[exceptions]]
date = 2027-03-24
move_to = 2027-03-12T16:00:00
reason = "the room is taken"
`);
  const after = ours('2027-02-20', '2027-03-31');
  const at = (events, date) => events.find(({ uid }) => uid === `changed-${date}@firstmate`);

  check('words survive escaping and folding', () => must(after[0].event.summary === WORDS, after[0].event.summary));
  check('an address survives too', () => must(after[0].event.location === 'https://meet.example.org/a,b;c', after[0].event.location));
  check('a change keeps the events that there were', () => {
    const uids = (events) => events.map(({ uid }) => uid).sort().join();
    must(uids(before) === uids(after) && before.length === 3, uids(after));
  });
  check('what is skipped is cancelled, says why, and counts its change', () => {
    const { event, status, starts } = at(after, '2027-03-10');
    must(status === 'CANCELLED' && event.sequence === 1, `${status} ${event.sequence}`);
    must(starts.toISOString() === '2027-03-10T13:30:00.000Z', starts.toISOString());
    must(event.description.startsWith('Does not take place: holidays, again;\nall of us\n'), event.description);
  });
  check('what is moved has the new time and says from when', () => {
    const { event, status, starts } = at(after, '2027-03-24');
    must(status === 'CONFIRMED' && event.sequence === 1, `${status} ${event.sequence}`);
    must(starts.toISOString() === '2027-03-12T21:00:00.000Z', starts.toISOString());
    must(event.description.startsWith('Moved from Wednesday 24 March 2027, 08:30: the room is taken\n'), event.description);
  });
  check('what was moved away from the days that are told is still told', () => {
    const uids = ours('2027-03-20', '2027-03-31').map(({ uid }) => uid);
    must(uids.join() === 'changed-2027-03-24@firstmate', uids.join());
  });
  check('stamps are the same until something is changed, and later then', () => {
    must(at(before, '2027-02-24').stamp === at(after, '2027-02-24').stamp, 'an unchanged one');
    must(at(before, '2027-03-10').stamp < at(after, '2027-03-10').stamp, 'a skipped one');
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
