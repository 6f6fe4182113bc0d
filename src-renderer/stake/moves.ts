import type { CallInput } from '../../src-shared/bridge/calls.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import type { StakeView } from '../../src-shared/domain/stake.ts';

export type MoveId = 'wallet-stake' | 'prepaid-stake' | 'wallet-prepaid' | 'prepaid-wallet';

export interface Move {
  readonly id: MoveId;
  readonly name: string;
  readonly means: string;
  readonly from: 'wallet' | 'prepaid';
  /** "Stake 10 MOOT". */
  readonly act: (sum: string) => string;
}

/** The ways MOOT can go at once. Out of the stake it goes only by an exit. */
export const MOVES: readonly Move[] = [
  {
    id: 'wallet-stake',
    name: 'Wallet to stake',
    means: 'You can answer for more work at once.',
    from: 'wallet',
    act: (sum) => `Stake ${sum} MOOT`,
  },
  {
    id: 'prepaid-stake',
    name: 'Ready to pay to stake',
    means: 'What you earned answers for more work.',
    from: 'prepaid',
    act: (sum) => `Stake ${sum} MOOT`,
  },
  {
    id: 'wallet-prepaid',
    name: 'Wallet to ready to pay',
    means: 'Asks and appeals are paid from there.',
    from: 'wallet',
    act: (sum) => `Make ${sum} MOOT ready to pay`,
  },
  {
    id: 'prepaid-wallet',
    name: 'Ready to pay to wallet',
    means: 'Into your own account, where you can send it anywhere.',
    from: 'prepaid',
    act: (sum) => `Withdraw ${sum} MOOT`,
  },
];

export function available(move: Move, stake: StakeView): Amount {
  return stake[move.from];
}

type StakeCall =
  | { readonly name: 'stake.deposit'; readonly input: CallInput<'stake.deposit'> }
  | { readonly name: 'stake.add'; readonly input: CallInput<'stake.add'> }
  | { readonly name: 'stake.withdraw'; readonly input: CallInput<'stake.withdraw'> };

/** Pure: what is asked of the node for a move. */
export function callOf(id: MoveId, amount: Amount): StakeCall {
  switch (id) {
    case 'wallet-stake':
      return { name: 'stake.deposit', input: { amount, to: 'stake' } };
    case 'wallet-prepaid':
      return { name: 'stake.deposit', input: { amount, to: 'prepaid' } };
    case 'prepaid-stake':
      return { name: 'stake.add', input: { amount } };
    case 'prepaid-wallet':
      return { name: 'stake.withdraw', input: { amount } };
  }
}
