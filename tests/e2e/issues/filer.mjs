// Somebody who files an issue from a thread: what they press and fill in, and what Slack sends for it. emulate keeps the windows and
// honours triggers; presses, shortcuts and sent windows are played here.

import { randomUUID } from 'node:crypto';
import { must, until } from '../emulate/run.mjs';
import { filled, words } from '../emulate/window.mjs';
import { SUPPORT } from './world.mjs';

const NOWHERE = 'http://127.0.0.1:9/'; // takes no replies

/** What a person sees in `view`: something to wait for, to answer, or to read. */
export function kind(view) {
  if (!view) return 'none';
  const submit = view.submit?.text;
  if (view.callback_id === 'issue.done') return 'sent';
  if (submit === 'File it' || submit === 'Add it') return 'review';
  if (submit) return view.blocks.some(({ block_id: id }) => id === 'repository') ? 'choose' : 'fill';
  return words(view).includes(' …') ? 'loading' : 'sorry';
}

export class Filer {
  /** `bot()` is the process that Slack reaches now, or a promise of it. */
  constructor(slack, bot, person, root) {
    Object.assign(this, { slack, bot, person, root, seen: slack.windows(person).length });
  }

  /** The window as it stands; none before one was opened. */
  view() {
    return this.slack.windows(this.person).slice(this.seen).at(-1);
  }

  /** The window as soon as it shows something that can be answered or read. */
  async settled(patience) {
    return until('a window that is ready', () => {
      const view = this.view();
      return !['none', 'loading'].includes(kind(view)) && view;
    }, patience);
  }

  /** Chooses the shortcut below the first message of the thread. Answers its trigger, and when Slack sent it. */
  async begin() {
    this.seen = this.slack.windows(this.person).length;
    const trigger = await this.slack.trigger(this.person);
    const at = Date.now();
    await this.send({
      type: 'message_action', callback_id: 'issue.thread', trigger_id: trigger, response_url: NOWHERE, message_ts: this.root,
      channel: { id: SUPPORT, name: 'support' }, message: { type: 'message', user: this.person.id, ts: this.root, text: 'words' },
    });
    return { trigger, at };
  }

  /** Sends the window, with `answers` by label. Slack shows what the bot answers. */
  async submit(answers = {}) {
    const view = this.view();
    const submission = { type: 'view_submission', trigger_id: randomUUID(), response_urls: [], view: this.state(view, answers) };
    return this.shown(view, (await this.send(submission)).body);
  }

  /** Makes the window show what the bot answered; answers it. */
  async shown(view, body) {
    const { as, bot } = this.slack;
    if (body.response_action === 'update') await as(bot.token, 'views.update', { view_id: view.view_id, view: body.view });
    return body;
  }

  /** Presses the button `action` in the window. */
  async press(action) {
    const view = this.view();
    const button = view.blocks.flatMap(({ elements = [] }) => elements).find(({ action_id: id }) => id === action);
    must(button, `a button ${action}`);
    await this.send({
      type: 'block_actions', trigger_id: randomUUID(), container: { type: 'view', view_id: view.view_id }, view: this.state(view, {}),
      actions: [{ ...button, block_id: 'b', action_ts: '1700000000.000001' }],
    });
  }

  state(view, answers) {
    const { view_id: id, root_view_id, callback_id, private_metadata, hash, blocks } = view;
    const own = { id, root_view_id, previous_view_id: null, callback_id, private_metadata, hash, blocks };
    return { type: 'modal', ...own, state: filled(view, answers) };
  }

  async send(payload) {
    return (await this.bot()).interact({ user: { id: this.person.id, team_id: this.slack.team }, ...payload });
  }

  /** From the shortcut to the window that says that it is on its way: chooses `form`, fills in `pages` of answers, looks, and files. */
  async file(form, pages, review = {}) {
    await this.begin();
    await this.settled();
    await this.submit({ What: form });
    for (const answers of pages) {
      must(kind(await this.settled()) === 'fill', `a page to fill in: ${words(this.view())}`);
      await this.submit(answers);
    }
    const preview = await this.settled();
    must(kind(preview) === 'review', `something to look at: ${words(preview)}`);
    const seen = words(preview);
    await this.submit(review);
    must(kind(this.view()) === 'sent', `it is on its way: ${words(this.view())}`);
    return seen;
  }
}
