// From a thread to an issue and back, as people take it, by a token and by an app.

import { parse } from 'yaml';
import { check, must, one, until } from '../emulate/run.mjs';
import { Filer } from './filer.mjs';
import { REPOSITORY, SUPPORT, data, newcomer, said, startBot, told } from './world.mjs';

const ONBOARD = 'Onboard to a cluster';
const FILED_MS = 30_000; // for an issue and its comments, written a second apart

/** Answers in the keys of a form as answers in its labels, for as many pages as the bot makes of it. */
async function pages(file, title) {
  const { body } = parse(await data(`issue-forms/${file}.yaml`));
  const answers = JSON.parse(await data(`issue-forms/${file}.answers.json`));
  const questions = body.filter(({ type }) => type !== 'markdown');
  const answered = ({ id, attributes }) => (answers[id] ? [[attributes.label, answers[id]]] : []);
  const of = (some) => Object.fromEntries(some.flatMap(answered));
  return [{ Title: title, ...of(questions.slice(0, 8)) }, of(questions.slice(8))];
}

/** A thread that `ann` begins and `bob` answers. */
async function conversation({ slack, ann, bob }, topic) {
  const { ts } = await slack.write(ann, SUPPORT, `${topic}: *may* we have a namespace?`);
  await slack.write(bob, SUPPORT, `<@${ann.id}> of which size? fixes #12 /close`, ts);
  await slack.write(ann, SUPPORT, 'A small one. My token is xoxb-1234567890-abcdefghijklmnop', ts);
  return ts;
}

const issueOf = (world, title) => world.forge.issues(REPOSITORY).filter((issue) => issue.title === title);

/** The issue as soon as it stands with its comment and its asker was told. */
async function filed(world, person, ts, title) {
  await until('the issue and its comment', () => issueOf(world, title)[0]?.comments, FILED_MS);
  await until('the message in the thread', () => said(world, ts).length, FILED_MS);
  await until('the confirmation', () => told(world, person, ts).length, FILED_MS);
  return one(issueOf(world, title), 'issues');
}

export async function byToken(world, program, store) {
  const { slack, forge, ann } = world;
  let bot = await startBot(world, program, store);
  const title = 'NEW PROJECT: sdap';
  const ts = await conversation(world, 'sdap');
  let issue;
  let preview;

  await check('a thread becomes an issue whose body is exactly what the form makes of it', async () => {
    const filer = new Filer(slack, () => bot, ann, ts);
    preview = await filer.file(ONBOARD, await pages('4_onboarding_to_cluster', title));
    issue = await filed(world, ann, ts, title);
    const expected = await data('issue-forms/4_onboarding_to_cluster.expected.md');
    must(issue.body === expected.trimEnd(), `another body: ${JSON.stringify(issue.body)}`);
    must(issue.login === forge.logins.token, `filed by ${issue.login}`);
  });

  await check('its first comment holds marker, address and the whole thread, harmlessly; the preview showed the same', async () => {
    const comment = one(forge.comments(REPOSITORY, issue.number), 'comments');
    const { permalink } = await slack.as(ann.token, 'chat.getPermalink', { channel: SUPPORT, message_ts: ts });
    must(/\n\n<!-- firstmate:issue:[0-9a-f]{16}:1 -->$/.test(comment.body), 'the marker at its end');
    must(comment.body.includes(`(${permalink})`), `the address ${permalink}`);
    const lines = [
      '> sdap: **may** we have a namespace?', '> a community member of which size? fixes #\u200b12 /close',
      '> A small one. My token is \\[redacted: token\\]',
    ];
    const places = lines.map((line) => comment.body.indexOf(line));
    must(places.every((place, index) => place > (places[index - 1] ?? -1)), `the messages in order: ${comment.body}`);
    must(!comment.body.includes('xoxb-') && !comment.body.includes(ann.id), 'nothing secret, no ids');
    must(preview.includes('A small one. My token is') && !preview.includes('xoxb-'), 'the preview shows what leaves');
    must(preview.includes('NEW PROJECT: sdap') && preview.includes('1 token'), 'the preview says what was taken out');
  });

  await check('labels that start automation are never set, and what GitHub leaves out is told', async () => {
    must(issue.labels.length === 0 && issue.assignees.length === 0, `set: ${[...issue.labels, ...issue.assignees]}`);
    const asked = forge.calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/issues')).map(({ args }) => args.labels);
    must(JSON.stringify(asked) === '[["kind/onboarding"]]', `asked for ${JSON.stringify(asked)}`);
    const { text } = told(world, ann, ts)[0];
    must(text.includes('Left out: the label kind/onboarding, the assignee first-operator'), text);
    must(preview.includes('script:scripts/onboarding.sh'), 'the preview names the labels that are kept back');
  });

  await check('one message tells it in the thread, and is edited when the issue is closed', async () => {
    const before = one(said(world, ts), 'messages');
    must(before.text.includes(issue.url) && before.text.includes('Open'), before.text);
    const closed = { state: 'closed', state_reason: 'completed', assignees: ['maintainer'] };
    await forge.as(forge.maintainer, 'PATCH', `/repos/${REPOSITORY}/issues/${issue.number}`, closed);
    const after = await until('an edit', () => said(world, ts).find(({ text }) => text.includes('Closed')));
    must(after.ts === before.ts && after.text.includes('assigned to maintainer'), after.text);
    one(said(world, ts), 'messages');
  });

  await check('a webhook counts once and only when GitHub signed it', async () => {
    const looks = () => forge.calls.filter(({ method, path }) => method === 'GET' && path.endsWith(`/issues/${issue.number}`)).length;
    const hook = forge.hooks.findLast(({ action }) => action === 'closed');
    must(await hook.done === 200, `status ${hook.status}`);
    await until('a look', () => looks() > 0);
    const before = looks();
    must(await forge.again(hook).done === 200, 'a repeat is taken too');
    must(await forge.again(hook, { id: 'another', forged: true }).done === 401, 'a forged one is turned away');
    must(await forge.again(hook, { id: 'another' }).done === 200, 'another one is taken');
    await until('one more look', () => looks() > before);
    must(looks() === before + 1, `${looks() - before} looks`);
  });

  await check('what happened while the bot was away is found when it starts', async () => {
    await bot.end('SIGTERM');
    forge.sendHooksTo();
    await forge.as(forge.maintainer, 'PATCH', `/repos/${REPOSITORY}/issues/${issue.number}`, { state: 'open' });
    bot = await startBot(world, program, store);
    await until('an edit', () => said(world, ts).some(({ text }) => text.includes('Open')));
    one(said(world, ts), 'messages');
  });

  await once(world, bot);

  await check('forms are asked for by their tags', () => {
    const asked = forge.calls.filter(({ path }) => path.includes('/contents/'));
    const [first, later] = [asked.filter(({ status }) => status === 200), asked.filter(({ status }) => status === 304)];
    // Twice in full, by two processes: the folder and two files.
    must(first.length === 6 && later.length > 0, `${first.length} in full, ${later.length} not changed`);
  });

  await bot.end('SIGTERM');
}

/** What is sent or carried out twice is filed once. */
async function once(world, bot) {
  const { slack, forge } = world;
  await check('a window that is sent twice files once', async () => {
    const person = await newcomer(world, 'twice');
    const { ts: root } = await slack.write(person, SUPPORT, 'Twice');
    const filer = new Filer(slack, () => bot, person, root);
    const interact = bot.interact.bind(bot);
    await filer.begin();
    await filer.settled();
    await filer.submit({ What: 'Question' });
    await filer.submit({ Title: 'Twice', Description: 'Is it filed once?' });
    await filer.settled();
    let payload; // sent twice at once, and once more later
    bot.interact = async (sent) => { payload = sent; return (await Promise.all([interact(sent), interact(sent)]))[0]; };
    await filer.submit();
    bot.interact = interact;
    await filed(world, person, root, 'Twice');
    const { body } = await bot.interact(payload);
    must(body.response_action === 'update' && body.view.callback_id === 'issue.done', 'a late repeat is told that it was sent');
    await until('what is to come to have come', () => forge.calls.every(({ done, status }) => done || status));
    one(issueOf(world, 'Twice'), 'issues');
    one(said(world, root), 'messages');
    one(told(world, person, root), 'confirmations');
  });

  for (const [name, kind] of [
    ['500', { status: 500, message: 'Server Error' }],
    ['500 for an issue that it filed', { status: 500, message: 'Server Error', done: true }],
    ['a broken connection for an issue that it filed', { hangUp: true, done: true }],
    ['a secondary limit and a time to wait', { status: 403, message: 'You have exceeded a secondary rate limit', headers: { 'retry-after': '2' } }],
  ]) {
    await check(`an issue is filed once when GitHub answers with ${name}`, async () => {
      const person = await newcomer(world, `trouble${slack.calls.length}`);
      const { ts: root } = await slack.write(person, SUPPORT, name);
      forge.trouble(({ method, path }) => method === 'POST' && path.endsWith('/issues'), kind);
      await new Filer(slack, () => bot, person, root).file('Question', [{ Title: name, Description: 'Is it filed once?' }]);
      const found = await filed(world, person, root, name);
      one(forge.comments(REPOSITORY, found.number), 'comments');
      one(said(world, root), 'messages');
    });
  }
}

export async function byApp(world, program, store) {
  const { slack, forge, ann } = world;
  const bot = await startBot(world, program, store, forge.app);
  const title = 'NEW PROJECT: by an app';

  await check('an app files with a token for that repository alone, and sets the labels', async () => {
    const ts = await conversation(world, 'app');
    await new Filer(slack, () => bot, ann, ts).file(ONBOARD, await pages('4_onboarding_to_cluster', title));
    const issue = await filed(world, ann, ts, title);
    must(issue.body === (await data('issue-forms/4_onboarding_to_cluster.expected.md')).trimEnd(), 'the body of the form');
    const set = JSON.stringify([issue.labels, issue.assignees]);
    must(set === '[["kind/onboarding"],["first-operator"]]', `set: ${set}`);
    // What GitHub lets an app set it sets; what starts automation nobody asks it to.
    const { text } = told(world, ann, ts)[0];
    must(!text.includes('kind/onboarding') && !text.includes('first-operator') && text.includes('script:scripts/onboarding.sh'), text);
    const asked = forge.calls.filter(({ path }) => path.endsWith('/access_tokens'));
    const { args } = one(asked, 'tokens of the installation');
    must(JSON.stringify(args.repositories) === '["support"]', `for ${args.repositories}`);
    must(JSON.stringify(args.permissions) === '{"contents":"read","issues":"write","metadata":"read"}', `may ${JSON.stringify(args.permissions)}`);
    one(forge.comments(REPOSITORY, issue.number), 'comments');
  });

  await check('what the app filed is found by its own name after a broken connection', async () => {
    const person = await newcomer(world, 'byapp');
    const { ts } = await slack.write(person, SUPPORT, 'A broken connection');
    forge.trouble(({ method, path }) => method === 'POST' && path.endsWith('/issues'), { hangUp: true, done: true });
    await new Filer(slack, () => bot, person, ts).file('Question', [{ Title: 'By its own name', Description: 'Is it filed once?' }]);
    await filed(world, person, ts, 'By its own name');
  });

  await bot.end('SIGTERM');
}

/** Nothing was asked for that GitHub or Slack refuse. */
export async function wellBehaved({ slack, forge }) {
  await check('neither Slack nor GitHub refused anything that the bot asked for', () => {
    const bySlack = slack.calls.filter(({ error, status }) => error && status === 200).map(({ method, error }) => `${method}: ${error}`);
    const byForge = forge.calls.filter(({ status, troubled }) => status >= 400 && status < 500 && !troubled)
      .map(({ method, path, status }) => `${method} ${path}: ${status}`);
    const all = [...new Set([...bySlack, ...byForge])];
    must(all.length === 0, all.join(', '));
  });
}
