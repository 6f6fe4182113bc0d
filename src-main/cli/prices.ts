import type { Prices } from '../../src-shared/domain/prices.ts';
import type { Command } from './command.ts';
import { UsageError } from './exit-codes.ts';
import { withNode } from './live.ts';

const NUMBER = /^\d+(\.\d+)?$/;
const FORGET = 'none';

export const prices: Command = {
  name: 'prices',
  summary: 'Say what power and the chain cost you, so that no task is taken at a loss; without options, show it.',
  options: {
    watts: { type: 'string', value: 'W', about: 'power that a computation draws, in watts' },
    kwh: { type: 'string', value: 'PRICE', about: 'price of a kilowatt-hour, in your currency' },
    moot: { type: 'string', value: 'PRICE', about: 'price of one MOOT; without it nothing is weighed' },
    coin: { type: 'string', value: 'PRICE', about: "price of one of the chain's coins; “none” forgets a price" },
  },
  async run(context) {
    /** undefined: stays as it is. */
    const read = (name: string): number | null | undefined => {
      const text = context.text(name);
      if (text === undefined || text === FORGET) return text === undefined ? undefined : null;
      if (!NUMBER.test(text))
        throw new UsageError(`“${text}” is not a price.`, 'Write digits, such as 0.30, or “none”.');
      return Number(text);
    };
    const [watts, perKwh, perMoot, perCoin] = [read('watts'), read('kwh'), read('moot'), read('coin')];
    const said = await withNode(context.profile, async (live) => {
      const known = await live.until((state) => state.prices ?? undefined);
      const next: Prices = {
        watts: watts === undefined ? known.watts : watts,
        perKwh: perKwh === undefined ? known.perKwh : perKwh,
        perMoot: perMoot === undefined ? known.perMoot : perMoot,
        perCoin: perCoin === undefined ? known.perCoin : perCoin,
      };
      if (JSON.stringify(next) !== JSON.stringify(known)) await live.call('policy.prices', next);
      return next;
    });
    const shown = (value: number | null, unit: string): string => (value === null ? 'not said' : `${value}${unit}`);
    context.print(
      said,
      [
        `A computation draws ${shown(said.watts, ' W')}, a kilowatt-hour costs ${shown(said.perKwh, '')}.`,
        `A MOOT is worth ${shown(said.perMoot, '')}, a coin of the chain ${shown(said.perCoin, '')}.`,
        said.perMoot === null
          ? 'Costs are not weighed: the price of MOOT is not known.'
          : 'Tasks that would cost more than they bring are left to others.',
      ].join('\n'),
    );
  },
};
