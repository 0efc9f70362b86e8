// A window of Slack as a person works it: what can be read in it, and what it holds when it is sent. emulate keeps windows and knows no
// hands.

import { must } from './run.mjs';

/** Everything that can be read in `view`. */
export function words(view) {
  const texts = [];
  const collect = (value, key) => {
    if (typeof value === 'string' && ['text', 'initial_value'].includes(key)) texts.push(value);
    else if (value && typeof value === 'object') for (const [inner, one] of Object.entries(value)) collect(one, inner);
  };
  collect(view.title);
  collect(view.blocks);
  return texts.join('\n');
}

/** The fields of `view`: { label, id, element }. */
export const fields = (view) => view.blocks.filter(({ type }) => type === 'input')
  .map(({ label, block_id: id, element }) => ({ label: label.text, id, element }));

/** What the fields of `view` hold when `answers`, by label, were filled in: a text, the label of an option, or several of them. */
export function filled(view, answers) {
  const all = fields(view);
  const labels = all.map(({ label }) => label);
  for (const label of Object.keys(answers)) must(labels.includes(label), `no field ${label} among ${labels}`);
  return { values: Object.fromEntries(all.map(({ label, id, element }) => [id, { [element.action_id]: held(element, answers[label]) }])) };
}

function held(element, answer) {
  const { type } = element;
  if (type === 'plain_text_input') return { type, value: (answer ?? element.initial_value) || null };
  const options = element.options ?? element.option_groups.flatMap((group) => group.options);
  const option = (label) => {
    const found = options.find(({ text }) => text.text === label);
    must(found, `no option ${label} among ${options.map(({ text }) => text.text)}`);
    return found;
  };
  if (['multi_static_select', 'checkboxes'].includes(type)) {
    return { type, selected_options: answer ? answer.map(option) : element.initial_options ?? [] };
  }
  return { type, selected_option: answer ? option(answer) : element.initial_option ?? null };
}
