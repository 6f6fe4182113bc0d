import { exactMoot, parseMoot } from '../../src-shared/domain/amounts.ts';
import type { StakeView } from '../../src-shared/domain/stake.ts';
import type { CallName } from '../../src-shared/bridge/calls.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Command } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { withNode } from './live.ts';

const AMOUNT = { name: 'MOOT', about: 'how much, such as 12.5' };

export const stake: Command = {
  name: 'stake show',
  summary: 'Show the stake, what locks it, the services it stands for and what it brought.',
  async run(context) {
    await withNode(context.profile, async (live) => {
      const view = live.state().stake;
      if (view === null) throw new FolkmootError('NOT_READY', 'The chain has not answered yet.');
      context.print(view, describe(view));
    });
  },
};

export const stakeDeposit = moving('stake deposit', 'Move MOOT from the wallet into the stake.', (amount) => ({
  call: 'stake.deposit',
  input: { amount, to: 'stake' },
}));
export const stakeExit = moving(
  'stake exit',
  'Start the way of free stake back to what is ready to pay.',
  (amount) => ({
    call: 'stake.requestExit',
    input: { amount },
  }),
);
export const stakeWithdraw = moving('stake withdraw', 'Move what is ready to pay to the wallet.', (amount) => ({
  call: 'stake.withdraw',
  input: { amount },
}));

export const stakeFinish: Command = {
  name: 'stake finish',
  summary: 'Finish an exit whose time has come.',
  async run(context) {
    await withNode(context.profile, (live) => live.call('stake.finishExit', {}));
    context.print({ sent: true }, 'On its way to the chain; “folkmoot stake show” shows it.');
  },
};

/** Checking and judging, on or off. */
export const service: Command = {
  name: 'service',
  summary: 'Check results of others (duty) or judge disputes (jury), or stop doing so.',
  positionals: [
    { name: 'WHICH', about: 'duty or jury' },
    { name: 'STATE', about: 'on or off' },
  ],
  async run(context) {
    const [which, state] = context.positionals;
    if ((which !== 'duty' && which !== 'jury') || (state !== 'on' && state !== 'off')) {
      throw new UsageError('Say “duty” or “jury”, and “on” or “off”.');
    }
    await withNode(context.profile, (live) => live.call('stake.service', { service: which, on: state === 'on' }));
    context.print({ service: which, on: state === 'on' }, `The ${which} is ${state}.`);
  },
};

type Move = 'stake.deposit' | 'stake.requestExit' | 'stake.withdraw';

function moving(
  name: string,
  summary: string,
  move: (amount: string) => { readonly call: Move & CallName; readonly input: object },
): Command {
  return {
    name,
    summary,
    positionals: [AMOUNT],
    async run(context) {
      const amount = parseMoot(context.positionals[0] ?? '');
      const { call, input } = move(amount);
      await withNode(context.profile, (live) => live.call(call, input as never));
      context.print({ sent: true, amount }, 'On its way to the chain; “folkmoot stake show” shows it.');
    },
  };
}

function describe(view: StakeView): string {
  const lines = [
    `Stake ${exactMoot(view.stake)} MOOT: ${exactMoot(view.free)} free, ${exactMoot(view.locked)} locked.`,
    `Ready to pay ${exactMoot(view.prepaid)} MOOT, in the wallet ${exactMoot(view.wallet)}.`,
    ...view.locks.map(({ cause, amount, why }) => `  ${cause.padEnd(13)} ${exactMoot(amount).padStart(14)}  ${why}`),
    ...(['duty', 'jury'] as const).map((name) => {
      const { state, reason, served, missed, earned } = view[name];
      return `${name}: ${state}. ${reason} Done ${served}, missed ${missed}, earned ${exactMoot(earned)} MOOT.`;
    }),
    `Brought so far: solving ${exactMoot(view.income.solving)}, new ${exactMoot(view.income.issued)}, checking ${exactMoot(view.income.checking)}, disputes ${exactMoot(view.income.disputes)} MOOT.`,
  ];
  if (view.exit !== null) {
    lines.push(
      `On its way out: ${exactMoot(view.exit.amount)} MOOT, ready ${new Date(view.exit.readyAt).toISOString()}.`,
    );
  }
  if (view.suspendedUntil !== null) lines.push(`Suspended until ${new Date(view.suspendedUntil).toISOString()}.`);
  for (const { at, amount, why } of view.slashes) {
    lines.push(`  lost ${exactMoot(amount)} MOOT on ${new Date(at).toISOString().slice(0, 10)}: ${why}`);
  }
  if (view.moving !== null) lines.push(view.moving);
  return lines.join('\n');
}
