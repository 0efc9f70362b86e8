// The manifests of deploy/, by other people's programs: kubectl makes each overlay, npm's @kubernetes-models judges what belongs to
// Prometheus, Argo CD and External Secrets, and promtool the rules, their cases, and every question of the dashboard.
//
//   node deploy.mjs
//
// Prints a line a check and `N passed, N failed`; exits 1 when one failed.

import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse, parseAllDocuments, stringify } from 'yaml';

const ROOT = path.join(import.meta.dirname, '../..');
const DEPLOY = path.join(ROOT, 'deploy');

/** Oldest kubectl whose kustomize knows all that is used here. */
const OLDEST = [1, 28];

/** A cluster's own kinds; tests/it/deploy gives them to the types of k8s-openapi. And OpenShift's, of which npm has no types. */
const CHECKED_ELSEWHERE = [
  'ClusterRole', 'ClusterRoleBinding', 'ConfigMap', 'Deployment', 'Ingress', 'Namespace', 'NetworkPolicy', 'PersistentVolumeClaim',
  'PodDisruptionBudget', 'Route', 'Service', 'ServiceAccount',
];

/** The package and module that has the type of an API version. */
const TYPES = {
  'argoproj.io/v1alpha1': '@kubernetes-models/argo-cd/argoproj.io/v1alpha1',
  'external-secrets.io/v1': '@kubernetes-models/external-secrets/external-secrets.io/v1',
  'monitoring.coreos.com/v1': '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1',
};

let passed = 0;
let failed = 0;

function check(what, truth, why) {
  if (truth) passed += 1;
  else failed += 1;
  console.log(`${truth ? 'ok      ' : 'not ok  '}${what}${!truth && why ? `: ${why}` : ''}`);
}

/** What a program printed, or an end with what to install. */
function run(program, args, install) {
  const { error, status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (error) {
    console.error(`${program} cannot be run (${error.code}): ${install}`);
    process.exit(1);
  }
  return { well: status === 0, stdout, told: `${stdout}${stderr}`.trim() };
}

const kubectl = (...args) => run('kubectl', args, 'install kubectl 1.28 or newer; on Debian 13: apt-get install kubernetes-client');
const promtool = (...args) => run('promtool', args, 'on Debian: apt-get install --no-install-recommends prometheus');

const { clientVersion } = JSON.parse(kubectl('version', '--client', '--output=json').stdout);
const [major, minor] = [clientVersion.major, clientVersion.minor].map((number) => Number.parseInt(number, 10));
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  console.error(`kubectl is ${clientVersion.gitVersion}; 1.28 is the oldest that will do. Debian 13 has one in kubernetes-client`);
  process.exit(1);
}

const scratch = mkdtempSync(path.join(import.meta.dirname, 'node_modules/.deploy-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

// ---- each overlay is made, and each object is one that its owner knows ---------------------------------------------------------------

const objects = [['argocd', parse(readFileSync(path.join(DEPLOY, 'argocd/application.yaml'), 'utf8'))]];
for (const overlay of readdirSync(path.join(DEPLOY, 'overlays'))) {
  const { well, stdout, told } = kubectl('kustomize', path.join(DEPLOY, 'overlays', overlay));
  check(`${overlay}: kubectl makes it`, well, told);
  const made = parseAllDocuments(stdout).map((document) => document.toJS());
  const named = new Set(made.map(({ kind, metadata: { name } }) => `${kind}/${name}`));
  check(`${overlay}: ${made.length} objects, each once`, named.size === made.length && made.length > 10);
  objects.push(...made.map((object) => [overlay, object]));
}

/** Objects of other people's kinds, each with the class of its type. */
const foreign = [];
for (const [place, object] of objects) {
  if (CHECKED_ELSEWHERE.includes(object.kind)) continue;
  const name = `${place}: ${object.kind} ${object.metadata.name}`;
  const type = TYPES[object.apiVersion] && (await import(TYPES[object.apiVersion]))[object.kind];
  check(`${name} is of a known type`, type, object.apiVersion);
  if (!type) continue;
  foreign.push({ name, object });
  let told = '';
  try {
    new type(object).validate();
  } catch (error) {
    told = error.message;
  }
  check(`${name} is valid`, !told, told);
}

/** What the compiler says of `objects` as values of their types; a field that the type does not have is among it, unlike in `validate`. */
function typed(objects) {
  const lines = objects.map(({ object }, i) => `import type { I${object.kind} as T${i} } from '${TYPES[object.apiVersion]}';
export const o${i}: T${i} = ${JSON.stringify(object)};`);
  writeFileSync(path.join(scratch, 'objects.ts'), lines.join('\n'));
  writeFileSync(path.join(scratch, 'package.json'), '{ "type": "module" }');
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--module', 'nodenext', '--types', ''];
  const compiler = path.join(import.meta.dirname, 'node_modules/.bin/tsc');
  const { status, stdout } = spawnSync(compiler, [...options, path.join(scratch, 'objects.ts')], { encoding: 'utf8' });
  return status === 0 ? '' : stdout.trim() || 'the compiler could not be run';
}

const told = typed(foreign);
check(`${foreign.length} objects have no field that their types do not have`, !told, told);
const misspelt = structuredClone(foreign);
misspelt.find(({ object }) => object.kind === 'ServiceMonitor').object.spec.endpoints[0].intervall = '30s';
check('a misspelt field would be seen', typed(misspelt).includes('intervall'));

// ---- the rules, their cases, and what the dashboard and the objectives ask --------------------------------------------------------------

const rules = parse(readFileSync(path.join(DEPLOY, 'base/rules.yaml'), 'utf8')).spec;
const file = path.join(scratch, 'rules.yaml');
writeFileSync(file, stringify(rules));
const checked = promtool('check', 'rules', file);
const count = rules.groups.flatMap((group) => group.rules).length;
check(`promtool reads ${count} rules`, checked.well && checked.stdout.includes(`${count} rules found`), checked.told);

const cases = path.join(scratch, 'rules.test.yaml');
cpSync(path.join(DEPLOY, 'tests/rules.test.yaml'), cases);
const suite = parse(readFileSync(cases, 'utf8'));
const tested = promtool('test', 'rules', cases);
check(`the rules say what they should in ${suite.tests.length} cases`, tested.well, tested.told);
writeFileSync(file, stringify(rules).replaceAll('> 300', '> 3000'));
writeFileSync(cases, stringify({ ...suite, tests: suite.tests.filter(({ name }) => name.startsWith('a job waits')) }));
const changed = promtool('test', 'rules', cases);
check('the case of the jobs notices another limit', !changed.well && changed.told.includes('FirstmateJobsStuck'), changed.told);

const dashboard = JSON.parse(readFileSync(path.join(DEPLOY, 'base/dashboard.json'), 'utf8'));
const [, objectives] = readFileSync(path.join(ROOT, 'docs/objectives.md'), 'utf8').match(/```promql\n([^]*?)```/);
const filled = ({ expr }) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$namespace', 'firstmate');
const questions = [...dashboard.panels.flatMap(({ targets = [] }) => targets.map(filled)), ...objectives.split('\n\n')];
const asked = path.join(scratch, 'questions.yaml');
writeFileSync(asked, stringify({ groups: [{ name: 'questions', rules: questions.map((expr, i) => ({ record: `q${i}`, expr })) }] }));
const read = promtool('check', 'rules', asked);
check(`promtool reads ${questions.length} questions of the dashboard and the objectives`, read.well, read.told);

console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
