import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { applyEvent, type Snapshot, type StateEvent } from '../../src-shared/bridge/state.ts';
import { amount, units } from '../../src-shared/domain/amounts.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { ModelId } from '../../src-shared/domain/ids.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';
import { ME, MINUTE, taskId, txHash } from './fixtures.ts';
import { containerCalls } from './containers.ts';
import { libraryCalls } from './library-calls.ts';
import { logCalls } from './log-calls.ts';
import { machineCalls } from './machine-calls.ts';
import { batchCalls } from './batches.ts';
import { courtCalls } from './court-calls.ts';
import { speedCalls } from './speed-calls.ts';
import { SEVEN, step } from './tasks.ts';

export const PASSPHRASE = 'correct horse battery';
export const WORDS = 'abandon ability able about above absent absorb abstract absurd abuse access accident'.split(' ');

export interface World {
  snapshot: Snapshot;
  readonly emit: (event: StateEvent) => void;
}

/** A node that behaves, with nothing behind it. A wrong passphrase and the word "fail" are refused, so that errors can be seen. */
export function handlersOf(world: World): CallHandlers {
  const later = (ms: number, act: () => void): void => void setTimeout(act, ms).unref();
  const wallet = (over: Partial<Snapshot['wallet']>): void =>
    world.emit({ slice: 'wallet', value: { ...world.snapshot.wallet, ...over } });
  const check = (passphrase: string): void => {
    if (passphrase !== PASSPHRASE)
      throw new FolkmootError('WRONG_PASSPHRASE', 'This is not the passphrase of your wallet.', {
        remedy: 'Try again, or restore the wallet from its words with a new passphrase.',
      });
  };
  const model = (digest: unknown, over: Partial<Snapshot['models'][number]>): null => {
    world.emit({
      slice: 'models',
      value: world.snapshot.models.map((each) => (each.digest === digest ? { ...each, ...over } : each)),
    });
    return null;
  };
  const task = (key: string): TaskView => {
    const found = world.snapshot.tasks.find((task) => task.key === key);
    if (found === undefined) throw new FolkmootError('NO_TASK', 'There is no such task on this machine.');
    return found;
  };
  const advance = (key: string, over: Partial<TaskView>, ...steps: TaskView['steps']): void => {
    const before = task(key);
    world.emit({
      slice: 'tasks',
      value: { ...before, ...over, updatedAt: Date.now(), steps: [...before.steps, ...steps] },
    });
  };
  let uploads = 0;

  return {
    ...courtCalls(world),
    ...batchCalls,
    ...machineCalls(world),
    ...libraryCalls(world),
    ...containerCalls(world),
    ...logCalls(world),
    ...speedCalls(world),
    'policy.prices': (value) => (world.emit({ slice: 'prices', value }), null),
    'wallet.create': () => {
      wallet({ state: 'unlocked', address: ME, backedUp: false });
      return { address: ME };
    },
    'wallet.restore': ({ words }) => {
      if (words.includes('fail'))
        throw new FolkmootError('BAD_WORDS', 'These words do not fit together: the last one checks the others.', {
          remedy: 'Compare them with your paper, one by one.',
        });
      wallet({ state: 'unlocked', address: ME, backedUp: true });
      return { address: ME };
    },
    'wallet.unlock': ({ passphrase }) => {
      check(passphrase);
      wallet({ state: 'unlocked' });
      return null;
    },
    'wallet.lock': () => {
      wallet({ state: 'locked' });
      return null;
    },
    'wallet.words': ({ passphrase }) => {
      check(passphrase);
      return { words: WORDS };
    },
    'wallet.confirmBackup': ({ words }) => {
      const wrong = words.find(({ position, word }) => WORDS[position - 1] !== word);
      if (wrong !== undefined)
        throw new FolkmootError('WRONG_WORD', `Word ${wrong.position} is another one.`, {
          remedy: 'Look at your paper again, or show the words again.',
        });
      wallet({ backedUp: true });
      return null;
    },
    'wallet.export': () => ({ name: 'folkmoot-wallet.json', text: '{"version":1}' }),
    'models.optIn': ({ digest, on }) => model(digest, { optedIn: on }),
    'models.setMinFee': ({ digest, minFee }) => model(digest, { minFee }),
    'models.add': () => {
      throw new FolkmootError(
        'MODEL_REFUSED',
        'The model uses the operator “RandomNormal”, so two machines would never agree.',
        { remedy: 'Export it without sampling.' },
      );
    },
    'models.register': ({ digest, modelFee }) =>
      model(digest, { modelFee, id: `0x${'ab'.repeat(32)}` as ModelId, problem: null }),
    'models.fetch': ({ model: named }) => {
      throw new FolkmootError('MODEL_UNKNOWN', `No model ${named.slice(0, 10)}… is registered on this network.`);
    },
    'uploads.begin': () => ({ upload: (++uploads).toString(16).padStart(32, '0') }),
    'uploads.append': ({ base64 }) => ({ received: Math.floor((base64.length * 3) / 4) }),
    'tasks.quote': ({ model, fee, assurance }) => {
      const modelFee = world.snapshot.models.find((each) => each.digest === model)?.modelFee ?? amount(0n);
      const machines = assurance === 'critical' ? 3 : 1;
      // Half a check of six tenths of the fee.
      const checks = assurance === 'checked' ? (units(fee) * 3n) / 10n : 0n;
      const total = units(fee) * BigInt(machines) + units(modelFee) + checks;
      const prepaid = world.snapshot.wallet.balances?.prepaid ?? amount(0n);
      return {
        fee,
        machines,
        modelFee,
        checks: amount(checks),
        total: amount(total),
        treasuryShare: amount((units(fee) * BigInt(machines)) / 10n),
        prepaid,
        obstacle:
          total > units(prepaid) ? 'You have less than this ready to ask; earn some MOOT or lower the fee.' : null,
        finalAfterSeconds: 600,
        refundAfterSeconds: 1200,
      };
    },
    'tasks.ask': ({ model: digest, fee, input }) => {
      const model = world.snapshot.models.find((each) => each.digest === digest);
      if (model === undefined) throw new FolkmootError('NO_MODEL', 'There is no such model.');
      const key = `new-${Date.now()}`;
      const now = Date.now();
      world.emit({
        slice: 'tasks',
        value: {
          key,
          id: null,
          role: 'asked',
          model: { id: model.id ?? ('0x' as ModelId), name: model.name },
          requester: ME,
          solver: null,
          state: 'posting',
          work: null,
          reason: 'Being written to the ledger.',
          fee,
          modelFee: model.modelFee,
          net: amount(units(fee) + units(model.modelFee)),
          input:
            input.kind === 'image'
              ? { kind: 'image', width: 28, height: 28, pixels: input.pixels }
              : input.kind === 'text'
                ? { kind: 'text', text: input.text }
                : { kind: 'other', text: 'A table' },
          answer: null,
          resultDigest: null,
          createdAt: now,
          updatedAt: now,
          deadline: null,
          finalAt: null,
          retractAt: null,
          seats: null,
          steps: [step('posting', now, 'You asked.')],
        },
      });
      later(500, () =>
        advance(
          key,
          {
            id: taskId(key),
            state: 'posted',
            reason: 'Posted; the first machine that fits takes it.',
            retractAt: Date.now() + 20 * MINUTE,
          },
          step('posted', Date.now(), 'Written to the ledger.', 'good', { kind: 'transaction', value: txHash(key) }),
        ),
      );
      later(1200, () =>
        advance(
          key,
          { state: 'committed', reason: 'A machine sealed its answer.' },
          step('committed', Date.now(), 'A machine sealed its answer.'),
        ),
      );
      later(1900, () =>
        advance(
          key,
          {
            state: 'solved',
            answer: SEVEN,
            retractAt: null,
            finalAt: Date.now() + 10 * MINUTE,
            reason: 'answered; final once the claim window is over',
          },
          step('revealed', Date.now(), 'It showed the answer, and the seal fits.', 'good'),
        ),
      );
      return { key };
    },
    'tasks.retract': ({ key }) => {
      later(400, () =>
        advance(
          key,
          { state: 'refunded', reason: 'Nobody answered; the money came back.', retractAt: null },
          step('refunded', Date.now(), 'The money came back.', 'good'),
        ),
      );
      return null;
    },
    'tasks.page': () => [],
    'tasks.get': ({ key }) => task(key),
    'earnings.page': () => [],
    'node.stop': () => null,
  };
}

/** Keeps the snapshot and tells every window. */
export function worldOf(
  snapshot: Snapshot,
): World & { subscribe: (listener: (event: StateEvent) => void) => () => void } {
  const listeners = new Set<(event: StateEvent) => void>();
  const world = {
    snapshot,
    emit: (event: StateEvent): void => {
      world.snapshot = applyEvent(world.snapshot, event);
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener: (event: StateEvent) => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return world;
}
