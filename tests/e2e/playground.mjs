// The playground's page in a real browser, at desk and phone width, mostly by keyboard.
//
//   node playground.mjs [--clock] ADDRESS [FOLDER]     FOLDER: where screenshots go, light and dark
//
// --clock: the playground has a clock with at least two steps ahead, each with a post in #announcements, and the shortcut
// “Add to the agenda”.
// The browser is CHROMIUM or /usr/bin/chromium. Prints a line a check and `N passed, N failed`; exits 1 when one failed.

import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';

const PATIENCE_MS = 10_000; // of each wait
const WATCHDOG_MS = 180_000; // of the whole run
const WIDTHS = [
  { name: 'desk', width: 1280, height: 800, channel: '#support' },
  { name: 'phone', width: 360, height: 740, channel: '#general' },
];
const QUESTION = '/onboard how do I bring my project?';

const withClock = process.argv.includes('--clock');
const [address, folder] = process.argv.slice(2).filter((word) => word !== '--clock');
if (!address) {
  console.error('usage: node playground.mjs [--clock] ADDRESS [FOLDER]');
  process.exit(2);
}
const origin = new URL(address).origin;
setTimeout(() => {
  console.error(`not ok  the run took longer than ${WATCHDOG_MS / 1000} s`);
  process.exit(1);
}, WATCHDOG_MS).unref();

let passed = 0;
let failed = 0;

function must(truth, what) {
  if (!truth) throw new Error(what);
}

async function main() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    timeout: 30_000,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  try {
    if (folder) await mkdir(folder, { recursive: true });
    for (const size of WIDTHS) await walk(browser, size);
  } finally {
    await browser.close();
  }
}

/** One visit at one width. */
async function walk(browser, size) {
  const context = await browser.newContext({ viewport: { width: size.width, height: size.height }, colorScheme: 'light', reducedMotion: 'reduce', locale: 'en-US', timezoneId: 'Asia/Kolkata' });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const complaints = [];
  const strangers = [];
  page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => { if (!request.url().startsWith('data:') && new URL(request.url()).origin !== origin) strangers.push(request.url()); });

  const message = page.getByRole('textbox', { name: 'Message', exact: true });
  const log = page.getByRole('log');
  const channel = (name) => page.getByRole('link', { name });
  const fromBot = log.getByRole('article', { name: /^firstmate,/ });
  const mine = fromBot.filter({ hasText: 'Only visible to you' });
  const everyones = fromBot.filter({ hasNotText: 'Only visible to you' });
  const focused = () => page.evaluate(() => ({ text: document.activeElement.textContent.trim(), id: document.activeElement.id, inDialog: Boolean(document.activeElement.closest('dialog')) }));

  async function check(what, work) {
    try {
      await work();
      passed += 1;
      console.log(`ok      ${size.name}: ${what}`);
    } catch (error) {
      failed += 1;
      console.log(`not ok  ${size.name}: ${what}: ${error.message.split('\n').slice(0, 3).join(' ')}`);
      if (folder) await page.screenshot({ path: path.join(folder, `failed-${size.name}-${failed}.png`) }).catch(() => {});
    }
  }

  async function picture(name) {
    if (!folder) return;
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.screenshot({ path: path.join(folder, `${name}-${size.name}-${colorScheme}.png`) });
    }
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  }

  /** Walks with Tab or Shift+Tab to what is called `name`. */
  async function tabTo(name, keys = 'Tab') {
    for (let step = 0; step < 60; step += 1) {
      if ((await focused()).text === name) return;
      await page.keyboard.press(keys);
    }
    throw new Error(`${keys} did not reach “${name}” in 60 steps`);
  }

  const fits = async () => {
    const wide = await page.evaluate(() => [document.documentElement, ...document.querySelectorAll('.log, dialog[open]')]
      .filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0).map((node) => node.id || node.tagName));
    must(wide.length === 0, `too wide: ${wide.join(', ')}`);
  };

  await check('the page opens with a conversation, a message box and channels', async () => {
    await page.goto(address, { timeout: PATIENCE_MS });
    await message.waitFor();
    await log.waitFor();
    for (const name of ['#general', '#support', '#announcements', '#data-science', 'firstmate']) must(await channel(name).count() === 1, `one link ${name}`);
    must(await page.getByRole('radio', { name: 'Ann Newcomer' }).isChecked(), 'Ann is there first');
  });

  await check('a channel is opened by its link and says so', async () => {
    await channel(size.channel).click();
    await page.locator(`[aria-current=page]:has-text("${size.channel}")`).waitFor();
    await page.waitForFunction((name) => document.title.startsWith(name), size.channel, { timeout: PATIENCE_MS });
    await picture('first');
  });

  await check('a typed question is answered with its source, visible to the asker only', async () => {
    const before = await mine.count();
    await message.fill(QUESTION);
    await message.press('Enter');
    await mine.nth(before).waitFor();
    const answer = mine.last();
    must(/project/i.test(await answer.textContent()), 'the answer is about the project');
    const sources = await answer.locator('a[href^="http"]:not(.button)').count();
    must(sources > 0, 'a link to a source');
    must(await message.inputValue() === '', 'the message box is empty again');
    await fits();
    await picture('answer');
  });

  await check('“Plain text” shows what stands beside the blocks', async () => {
    const answer = mine.last();
    await answer.getByRole('button', { name: 'More' }).focus();
    await page.keyboard.press('Enter');
    await answer.getByRole('menuitemcheckbox', { name: 'Plain text' }).waitFor();
    await page.keyboard.press('Enter');
    const plain = answer.locator('.plain pre').first();
    await plain.waitFor();
    must((await plain.textContent()).length > 40, 'there is plain text');
    await answer.getByRole('button', { name: 'More' }).press('Enter');
    await page.keyboard.press('Enter');
    await plain.waitFor({ state: 'detached' });
  });

  await check('“Show everyone” shows it to everyone', async () => {
    const before = await everyones.count();
    await mine.last().getByRole('button', { name: 'Show everyone', exact: true }).click();
    await everyones.nth(before).waitFor();
    must(/project/i.test(await everyones.last().textContent()), 'it is the same answer');
  });

  await check('Bob sees it too, and nothing that is only Ann’s', async () => {
    const before = await mine.count();
    await message.fill('/onboard is there an SLA?');
    await message.press('Enter');
    await mine.nth(before).waitFor();
    const secret = await mine.last().getAttribute('data-key');
    await page.getByRole('radio', { name: 'Bob Maintainer' }).check();
    await page.getByText('You are Bob Maintainer').first().waitFor({ state: 'attached' });
    await everyones.last().waitFor();
    must(/project/i.test(await everyones.last().textContent()), 'the answer');
    must(await page.locator(`[data-key="${secret}"]`).count() === 0, 'nothing of Ann’s');
    await fits();
  });

  await check('slash commands complete by keyboard alone', async () => {
    await message.focus();
    await page.keyboard.type('/');
    const options = page.getByRole('option');
    await options.first().waitFor();
    must(await options.count() >= 2, 'at least two commands');
    const active = () => message.getAttribute('aria-activedescendant');
    const first = await active();
    must(first, 'one is active');
    await page.keyboard.press('ArrowDown');
    must(await active() !== first, 'the arrow moves on');
    await page.keyboard.press('Escape');
    await options.first().waitFor({ state: 'hidden' });
    must(await active() === null, 'none is active when closed');
    await page.keyboard.type('firs');
    await page.getByRole('option', { name: /^\/firstmate/ }).waitFor();
    await picture('complete');
    await page.keyboard.press('Tab');
    must(await message.inputValue() === '/firstmate ', `taken: “${await message.inputValue()}”`);
    const before = await mine.count();
    await page.keyboard.type('help');
    await page.keyboard.press('Enter');
    await mine.nth(before).waitFor();
    must(/\/onboard/.test(await mine.last().textContent()), 'help names /onboard');
    await fits();
  });

  await check('Shift+Enter is a new line and “@” offers firstmate', async () => {
    await message.focus();
    await page.keyboard.type('one');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('two @fi');
    await page.getByRole('option', { name: /^@firstmate/ }).waitFor();
    await page.keyboard.press('Enter');
    must(await message.inputValue() === 'one\ntwo @firstmate ', `“${await message.inputValue()}”`);
    await message.fill('');
  });

  await check('what one said is shown as rich text, edited and deleted by keyboard', async () => {
    const own = log.getByRole('article', { name: /^Bob Maintainer,/ });
    const before = await own.count();
    await message.fill('It is *broken*:\n- here\n- there\n```\noc get pods\n```');
    await message.press('Enter');
    await own.nth(before).waitFor();
    const said = own.last();
    must(await said.locator('.body strong').textContent() === 'broken', 'bold');
    must(await said.locator('.body li').count() === 2 && await said.locator('.body pre').count() === 1, 'a list and code');
    const choose = async (name) => {
      await said.getByRole('button', { name: 'More' }).focus();
      await page.keyboard.press('Enter');
      await said.getByRole('menuitem', { name }).press('Enter');
    };
    await choose('Edit');
    await page.getByRole('textbox', { name: 'Edit this message' }).waitFor();
    await fits();
    await page.keyboard.type(' Not any more.');
    await page.keyboard.press('Enter');
    await said.getByText('(edited)').waitFor();
    must(/Not any more/.test(await said.textContent()), 'the new words');
    await choose('Delete');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    must((await focused()).inDialog, 'it asks first');
    await tabTo('Delete');
    await page.keyboard.press('Enter');
    await page.waitForFunction((count) => document.querySelectorAll('.log .message[aria-label^="Bob Maintainer,"]').length === count, before, { timeout: PATIENCE_MS });
  });

  await check('a private channel is marked, and an archived one takes no messages', async () => {
    const back = await page.evaluate(() => location.hash);
    must(await channel('private ops-private').count() === 1, 'one link to the private channel');
    await channel('#old-news').click();
    await page.getByText('This channel is archived').waitFor();
    must(!(await message.isVisible()), 'there is no message box');
    await fits();
    await page.evaluate((hash) => { location.hash = hash; }, back);
    await message.waitFor();
  });

  await check('“Ask a human” opens and is cancelled by keyboard', async () => {
    await message.focus();
    const before = await mine.count();
    await page.keyboard.type(QUESTION);
    await page.keyboard.press('Enter');
    await mine.nth(before).waitFor();
    await tabTo('Ask a human', 'Shift+Tab');
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    must(await dialog.getAttribute('aria-labelledby'), 'the dialog has a name');
    must((await focused()).inDialog, 'the dialog has the keyboard');
    await fits();
    await picture('modal');
    await tabTo('Cancel');
    must((await focused()).inDialog, 'Cancel is the dialog’s');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    must((await focused()).text === 'Ask a human', 'the keyboard is back at the button');
    await page.keyboard.press('Enter');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
  });

  if (withClock) {
    const clock = page.getByRole('region', { name: 'Workspace time' });
    const step = clock.getByRole('button');

    await check('the clock tells the time here and there, and what comes next', async () => {
      await clock.waitFor();
      const told = await clock.innerText();
      must(/ \d\d:\d\d UTC/.test(told), `UTC in “${told}”`);
      must(/\d:\d\d.? [AP]M your time/.test(told), `the visitor’s own time in “${told}”`);
      must((await clock.locator('#clock-label').textContent()).length > 10, 'what comes next');
      must(await step.textContent() === 'Step to it' && !(await step.getAttribute('aria-disabled')), 'the button is ready');
      await fits();
      await picture('clock');
    });

    await check('a step by keyboard shows the announcement, dated in the visitor’s own zone', async () => {
      const label = await clock.locator('#clock-label').textContent();
      const before = await clock.locator('#clock-utc').getAttribute('datetime');
      await step.focus();
      await page.keyboard.press('Enter');
      // That it is busy meanwhile may be over before anybody can look.
      await page.waitForFunction((old) => document.querySelector('#clock-label').textContent !== old, label, { timeout: 60_000 });
      await page.locator('#clock-step:not([aria-busy])').waitFor({ timeout: 60_000 });
      must((await focused()).id === 'clock-step', 'the keyboard stays at the button');
      must(await clock.locator('#clock-utc').getAttribute('datetime') > before, 'the time has moved on');
      await channel('#announcements').click();
      await page.locator('[aria-current=page]:has-text("#announcements")').waitFor();
      const announced = everyones.last();
      await announced.waitFor();
      const date = announced.locator('.body time[title]').first();
      must(/\d:\d\d.? [AP]M/.test(await date.textContent()), `a time of day: “${await date.textContent()}”`);
      must((await date.getAttribute('title')).length > 5, 'what others read is its title');
      must(await log.locator('.day', { hasText: 'Today' }).count() === 1, 'what was just said stands under “Today”');
      await fits();
      await picture('announced');
    });

    await check('a message is put on the agenda from its menu by keyboard', async () => {
      const dialog = page.getByRole('dialog');
      const before = await mine.count();
      const more = everyones.last().getByRole('button', { name: 'More' });
      await more.focus();
      await page.keyboard.press('Enter');
      const entry = everyones.last().getByRole('menuitem', { name: /^Add to the agenda/ });
      await entry.waitFor();
      await fits();
      await picture('menu');
      for (let down = 0; down < 6 && !(await focused()).text.startsWith('Add to the agenda'); down += 1) await page.keyboard.press('ArrowDown');
      must((await focused()).text.startsWith('Add to the agenda'), 'the arrows lead there');
      await page.keyboard.press('Enter');
      await entry.waitFor({ state: 'hidden' });
      await dialog.or(mine.nth(before)).first().waitFor();
      if (await dialog.count()) {
        must((await focused()).inDialog, 'the form has the keyboard');
        await fits();
        await picture('agenda');
        await page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'hidden' });
        must(await more.evaluate((node) => node === document.activeElement), 'the keyboard is back at the message');
      }
    });
  }

  await check('a list of a cluster turns its pages, and says why a pod does not run', async () => {
    await channel('#support').click();
    await page.locator('[aria-current=page]:has-text("#support")').waitFor();
    const ask = async (words) => {
      const before = await mine.count();
      await message.fill(words);
      await message.press('Enter');
      await mine.nth(before).waitFor();
    };
    await ask('/cluster get pods -A');
    must(/Rows 1 to 15 of \d+/.test(await mine.last().textContent()), 'the first page');
    await fits();
    await picture('cluster');
    await mine.last().getByRole('button', { name: 'Next page', exact: true }).click();
    await mine.last().getByText(/Rows 16 to 30/).waitFor();
    await ask('/cluster why jupyterhub-nb-dmitri-5fml');
    must(/nvidia\.com\/gpu/.test(await mine.last().textContent()), 'what is missing');
    await fits();
    await picture('why');
  });

  await check('all of a list comes as a file that can be read', async () => {
    await message.fill('/cluster events -n b4mad');
    const before = await mine.count();
    await message.press('Enter');
    await mine.nth(before).waitFor();
    await picture('events');
    await mine.last().getByRole('button', { name: 'All of it as a file', exact: true }).click();
    await mine.last().getByText(/as a direct message/).waitFor();
    await channel('firstmate').click();
    const file = log.getByRole('button', { name: /smaug-events-/ }).last();
    await file.waitFor();
    await file.click();
    const text = log.locator('.file-text').last();
    await text.waitFor();
    must((await text.textContent()).startsWith('LAST SEEN'), 'the whole list');
    await fits();
    await picture('file');
  });

  await check('the skip link leads to the message box', async () => {
    await page.reload({ timeout: PATIENCE_MS });
    await message.waitFor();
    await page.locator('.skip').focus();
    await page.keyboard.press('Enter');
    must((await focused()).id === 'message', 'the message box has the keyboard');
    must(await page.getByRole('radio', { name: 'Bob Maintainer' }).isChecked(), 'a reload keeps the person');
  });

  await check('light and dark change by the button and are kept', async () => {
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await page.getByRole('button', { name: 'Dark theme' }).click();
    must(await ground() !== light, 'the ground changes');
    await page.reload({ timeout: PATIENCE_MS });
    await message.waitFor();
    must(await ground() !== light, 'a reload keeps it');
  });

  await check('nothing scrolls sideways', fits);
  await check('the browser has nothing to complain about', () => must(complaints.length === 0, complaints.join(' | ')));
  await check('nothing is asked of anybody else', () => must(strangers.length === 0, strangers.join(' ')));
  await context.close();
}

try {
  await main();
} catch (error) {
  failed += 1;
  console.log(`not ok  ${error.message.split('\n')[0]}`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
