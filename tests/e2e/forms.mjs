// The bodies of issues filed through forms, read back by the community's own parser, @operate-first/probot-issue-form.
//
//   node forms.mjs FIRSTMATE_BINARY
//
// Prints a line a check and `N passed, N failed`; exits 1 when one failed.

import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import probot from '@operate-first/probot-issue-form';
import { parse } from 'yaml';

const FORMS = path.join(import.meta.dirname, '../data/issue-forms');

/** What the parser cannot read back, whatever wrote the body, and why. A check fails when one of these is no longer so. */
const EXCEPTIONS = {
  '4_onboarding_to_cluster quota': 'options are searched for in the answer, and X-Small contains Small',
  '8_request_cluster_resources *': 'labels are taken for regular expressions, and “Resource(s)” matches “Resources” only',
  'pipeline_feedback versions': 'options are read as what YAML makes of 1.10, null and on, which are no texts',
};

const [binary] = process.argv.slice(2);
if (!binary) {
  console.error('usage: node forms.mjs FIRSTMATE_BINARY');
  process.exit(2);
}

let passed = 0;
let failed = 0;

function check(what, truth, why) {
  if (truth) passed += 1;
  else failed += 1;
  console.log(`${truth ? 'ok      ' : 'not ok  '}${what}${why ? `: ${why}` : ''}`);
}

/** The answers as the parser finds them in `body`, if this form were the only one of its repository. */
async function readBack(form, body) {
  const octokit = {
    repos: { getContent: async () => ({ data: [{ name: 'form.yaml', download_url: 'form.yaml' }] }) },
    request: async () => ({ data: form }),
  };
  const payload = { issue: { body }, repository: { owner: { login: 'operate-first' }, name: 'support' } };
  return probot.default({ octokit, payload, log: { debug() {} } });
}

/** What the parser calls a field, and what it should find: it knows an option by where it stands in the form, not in the answer. */
function expected({ id, type, attributes }, answers) {
  const given = answers[id ?? attributes.label];
  const key = id ?? attributes.label.replace(/\s+/g, '-').toLowerCase();
  if (type === 'checkboxes') return [key, attributes.options.map(({ label }) => label).filter((label) => given?.includes(label))];
  if (type === 'dropdown') return [key, attributes.options.filter((option) => [given].flat().includes(option))];
  return [key, (given ?? '').replaceAll('\r\n', '\n').trimEnd()];
}

const met = new Set();
for (const file of readdirSync(FORMS).filter((file) => file.endsWith('.yaml'))) {
  const name = path.basename(file, '.yaml');
  const paths = [path.join(FORMS, file), path.join(FORMS, `${name}.answers.json`)];
  const body = execFileSync(path.resolve(binary), ['issue', 'render', ...paths], { encoding: 'utf8' });
  check(`${name}: the body that is written beside it`, body === readFileSync(path.join(FORMS, `${name}.expected.md`), 'utf8'));
  const [form, answers] = paths.map((path) => readFileSync(path, 'utf8'));
  const found = await readBack(form, body).catch((error) => ({ error: error.message }));
  for (const field of parse(form).body.filter(({ type }) => type !== 'markdown')) {
    const [key, wanted] = expected(field, JSON.parse(answers));
    const same = JSON.stringify(found[key]) === JSON.stringify(wanted);
    const exception = [`${name} ${key}`, `${name} *`].find((exception) => exception in EXCEPTIONS);
    if (exception) met.add(exception);
    if (!exception) check(`${name}: ${key}`, same, same ? '' : `${JSON.stringify(found[key])} for ${JSON.stringify(wanted)}`);
    else if (exception.endsWith('*')) check(`${name}: ${key} cannot be read back`, found[key] === undefined, EXCEPTIONS[exception]);
    else check(`${name}: ${key} cannot be read back`, !same, EXCEPTIONS[exception]);
  }
}
for (const exception of Object.keys(EXCEPTIONS)) if (!met.has(exception)) check(`${exception}: an exception of a form that is gone`, false);

/** What the program says of a form and answers to another: status, standard output, and whether standard error holds `words`. */
function said(words, ...args) {
  const { status, stdout, stderr } = spawnSync(path.resolve(binary), ['issue', 'render', ...args], { cwd: FORMS, encoding: 'utf8' });
  return `${status} ${stdout.length} ${words.every((word) => stderr.includes(word))}`;
}

check('answers to another form are told by file and field', said(['3_report.answers.json: the form asks nothing called “context”'], '1_question.yaml', '3_report.answers.json') === '1 0 true');
check('a file that is no form is told by its place', said(['1_question.answers.json: line 1, column 1: '], '1_question.answers.json', '1_question.answers.json') === '1 0 true');
check('a file that is not there is named', said(['none.yaml'], 'none.yaml', '1_question.answers.json') === '1 0 true');
check('wrong usage is another status', said(['Usage'], '1_question.yaml') === '2 0 true');

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
