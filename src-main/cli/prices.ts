import type { Command } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { withNode } from './live.ts';

const NUMBER = /^\d+(\.\d+)?$/;

export const prices: Command = {
  name: 'prices',
  summary: 'Say what power and the chain cost you, so that no task is taken at a loss.',
  options: {
    watts: { type: 'string', value: 'W', about: 'power that a computation draws, in watts' },
    kwh: { type: 'string', value: 'PRICE', about: 'price of a kilowatt-hour, in your currency' },
    moot: { type: 'string', value: 'PRICE', about: 'price of one MOOT; without it nothing is weighed' },
    coin: { type: 'string', value: 'PRICE', about: "price of one of the chain's coins" },
  },
  async run(context) {
    const read = (name: string): number | null => {
      const text = context.text(name);
      if (text === undefined) return null;
      if (!NUMBER.test(text)) throw new UsageError(`“${text}” is not a price.`, 'Write digits, such as 0.30.');
      return Number(text);
    };
    const said = { watts: read('watts'), perKwh: read('kwh'), perMoot: read('moot'), perCoin: read('coin') };
    await withNode(context.profile, (live) => live.call('policy.prices', said));
    context.print(
      said,
      said.perMoot === null
        ? 'Costs are not weighed: the price of MOOT is not known.'
        : 'Tasks that would cost more than they bring are left to others.',
    );
  },
};
