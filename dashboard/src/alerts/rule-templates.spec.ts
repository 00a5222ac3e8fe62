import { metricChoices } from './alert-text.js';
import { draftErrors, NEW_RULE } from './rule-draft.js';
import { RULE_TEMPLATES } from './rule-templates.js';

describe('templates of rules', () => {
  const watchable = metricChoices().flatMap(({ items }) => items.map(({ value }) => value));

  it.each(RULE_TEMPLATES)('$label is a rule that can be saved as it is', ({ draft }) => {
    expect(watchable).toContain(draft.watched);
    expect(draftErrors({ ...NEW_RULE, ...draft })).toEqual({});
  });

  it('have different names', () => {
    const labels = RULE_TEMPLATES.map(({ label }) => label);
    expect(new Set(labels).size).toBe(labels.length);
  });
});
