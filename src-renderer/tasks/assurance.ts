import type { Assurance } from '../../src-shared/domain/tasks.ts';

/** Pure: how closely a result is checked, said honestly: a check makes a wrong answer unlikely, never impossible. */
export const CHECKED: Readonly<Record<Assurance, { readonly name: string; readonly means: string }>> = {
  basic: {
    name: 'Basic',
    means: 'Now and then another machine, drawn by lot, runs the task too. Most answers are not checked by anybody.',
  },
  checked: {
    name: 'Checked',
    means: 'On average one answer in two is checked: another machine runs the task too, before it can see the answer.',
  },
  critical: {
    name: 'Critical',
    means: 'On average two other machines run it too, and the solver answers with more stake. Still no proof.',
  },
};
