import type { Assurance } from '../../src-shared/domain/tasks.ts';

/** Pure: how closely a result is checked, said honestly: nothing of it makes a wrong answer impossible. */
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
    means:
      'Three machines run it, none sees what the others say, and each answers with more stake. They are paid only if they agree; if not, your money comes back. You pay the fee three times.',
  },
};
