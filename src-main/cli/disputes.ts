import { exactMoot } from '../../src-shared/domain/amounts.ts';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import type { Command } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { withNode } from './live.ts';

const CASE = { name: 'CASE', about: 'number of the case, as “folkmoot disputes list” shows it' };

export const disputes: Command = {
  name: 'disputes list',
  summary: 'List the cases this node is part of, and what each waits for.',
  async run(context) {
    await withNode(context.profile, async (live) => {
      const all = live.state().disputes;
      context.print(all, all.length === 0 ? 'No dispute so far.' : all.map(describe).join('\n'));
    });
  },
};

export const disputesVote: Command = {
  name: 'disputes vote',
  summary: 'Vote by hand, instead of what running the model again says.',
  positionals: [CASE, { name: 'SIDE', about: 'claimant: the result is wrong; defendant: it is right' }],
  async run(context) {
    const [id = '', side] = context.positionals;
    if (side !== 'claimant' && side !== 'defendant') {
      throw new UsageError('Say “claimant” (the result is wrong) or “defendant” (it is right).');
    }
    await withNode(context.profile, (live) => live.call('disputes.vote', { id, side }));
    context.print({ id, side }, `Your vote in case ${id} is being sealed.`);
  },
};

export const disputesAppeal: Command = {
  name: 'disputes appeal',
  summary: 'Pay the bond of an appeal against a ruling.',
  positionals: [CASE],
  async run(context) {
    const [id = ''] = context.positionals;
    await withNode(context.profile, (live) => live.call('disputes.appeal', { id }));
    context.print({ id }, `The appeal in case ${id} is on its way.`);
  },
};

export const disputesSecrets: Command = {
  name: 'disputes secrets',
  summary: 'Print votes and salts of your sealed ballots: enough to open them from another machine.',
  async run(context) {
    await withNode(context.profile, async (live) => {
      const secrets = await live.call('disputes.secrets', {});
      context.print(secrets, secrets.text);
    });
  },
};

function describe(dispute: DisputeView): string {
  const { id, model, state, role, round, reason, atStake, ballot, appeal } = dispute;
  const lines = [
    `Case ${id}: ${model}, ${state}, panel ${round}; you are ${role}. ${exactMoot(atStake)} MOOT at stake. ${reason}`,
  ];
  if (ballot.state !== 'none') lines.push(`  your ballot: ${ballot.state}. ${ballot.reason}`);
  if (appeal !== null)
    lines.push(`  an appeal costs ${exactMoot(appeal.cost)} MOOT. ${appeal.obstacle ?? ''}`.trimEnd());
  return lines.join('\n');
}
