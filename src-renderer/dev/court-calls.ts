import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { amount, units } from '../../src-shared/domain/amounts.ts';
import type { DisputeView } from '../../src-shared/domain/disputes.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { Amount, TaskId } from '../../src-shared/domain/ids.ts';
import type { StakeView } from '../../src-shared/domain/stake.ts';
import type { World } from './handlers.ts';

type CourtCalls = Pick<CallHandlers, Extract<keyof CallHandlers, `stake.${string}` | `disputes.${string}`>>;

/** Stake and disputes of the pretended node. 13 MOOT are refused anywhere, so that errors can be seen. */
export function courtCalls(world: World): CourtCalls {
  const later = (act: () => void): void => void setTimeout(act, 400).unref();
  const stake = (over: (now: StakeView) => Partial<StakeView>): null => {
    later(() => {
      const now = world.snapshot.stake;
      if (now !== null) world.emit({ slice: 'stake', value: { ...now, ...over(now) } });
    });
    return null;
  };
  const refuse = (value: Amount): void => {
    if (units(value) === units(amount(13n * 10n ** 18n)))
      throw new FolkmootError('CHAIN_GONE', 'The chain does not answer, so nothing was moved.', {
        remedy: 'Try again when it is back; what you own is where it was.',
      });
  };
  const plus = (value: Amount, by: bigint): Amount => amount(units(value) + by);
  const find = (id: string): DisputeView => {
    const found = world.snapshot.disputes.find((dispute) => dispute.id === id);
    if (found === undefined) throw new FolkmootError('NO_DISPUTE', 'There is no such dispute on this network.');
    return found;
  };
  const change = (id: string, over: Partial<DisputeView>): null => {
    find(id);
    later(() =>
      world.emit({
        slice: 'disputes',
        value: world.snapshot.disputes.map((each) => (each.id === id ? { ...each, ...over } : each)),
      }),
    );
    return null;
  };
  return {
    'stake.deposit': ({ amount: value, to }) => {
      refuse(value);
      return stake((now) => ({
        wallet: plus(now.wallet, -units(value)),
        [to]: plus(now[to], units(value)),
        ...(to === 'stake' && { free: plus(now.free, units(value)) }),
      }));
    },
    'stake.add': ({ amount: value }) =>
      stake((now) => ({
        prepaid: plus(now.prepaid, -units(value)),
        stake: plus(now.stake, units(value)),
        free: plus(now.free, units(value)),
      })),
    'stake.requestExit': ({ amount: value }) =>
      stake((now) => ({
        free: plus(now.free, -units(value)),
        locked: plus(now.locked, units(value)),
        exit: { amount: value, readyAt: Date.now() + now.exitDelaySeconds * 1000 },
      })),
    'stake.cancelExit': () =>
      stake((now) => ({ exit: null, free: plus(now.free, units(now.exit?.amount ?? amount(0n))) })),
    'stake.finishExit': () =>
      stake((now) => ({
        exit: null,
        stake: plus(now.stake, -units(now.exit?.amount ?? amount(0n))),
        prepaid: plus(now.prepaid, units(now.exit?.amount ?? amount(0n))),
      })),
    'stake.withdraw': ({ amount: value }) =>
      stake((now) => ({ prepaid: plus(now.prepaid, -units(value)), wallet: plus(now.wallet, units(value)) })),
    'stake.service': ({ service, on }) => {
      if (world.snapshot.stake !== null && units(world.snapshot.stake.free) === 0n && on)
        throw new FolkmootError('STAKE_TOO_SMALL', 'There is not enough free stake for the deposit.', {
          remedy: 'Stake more first, or wait until some of it is free again.',
        });
      return stake((now) => ({ [service]: { ...now[service], wanted: on, state: on ? 'joining' : 'leaving' } }));
    },
    'disputes.page': () => [],
    'disputes.get': ({ id }) => find(id),
    'disputes.contest': ({ task }) => {
      later(() =>
        world.emit({
          slice: 'disputes',
          value: [
            {
              ...(world.snapshot.disputes[0] as DisputeView),
              id: '99',
              task: task as string as TaskId,
              role: 'claimant',
              ballot: { state: 'none', seats: 0, vote: null, automatic: true, reason: 'You are a party.' },
            },
            ...world.snapshot.disputes,
          ],
        }),
      );
      return null;
    },
    'disputes.vote': ({ id, side }) =>
      change(id, {
        ballot: {
          ...find(id).ballot,
          state: 'sealed',
          vote: side,
          automatic: false,
          reason: 'Sealed. It is opened by itself when all ballots are in.',
        },
      }),
    'disputes.appeal': ({ id }) =>
      change(id, {
        state: 'sealing',
        round: 2,
        seats: 11,
        sealed: 0,
        opened: 0,
        appeal: null,
        reason: 'Appealed; a larger panel votes.',
      }),
    'disputes.secrets': () => ({ name: 'folkmoot-ballots.json', text: '{"version":1,"ballots":[]}' }),
  };
}
