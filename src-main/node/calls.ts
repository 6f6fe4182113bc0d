import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import { FolkmootError } from '../../src-shared/domain/errors.ts';
import type { TaskId } from '../../src-shared/domain/ids.ts';
import { registerCall } from '../chain/model-calls.ts';
import type { LogRing } from '../diagnostics/log-ring.ts';
import { containerCalls } from './container-calls.ts';
import { diagnosticsCalls } from './diagnostics-part.ts';
import { StoppedError } from './hub.ts';
import { machineCalls } from './machine-calls.ts';
import { modelCalls } from './model-calls.ts';
import { pageOfTasks } from './recent-tasks.ts';
import { fetchPublished, publish } from './published-models.ts';
import { speedCalls } from './speed-calls.ts';
import type { Runtime } from './runtime.ts';

/** `NOT_READY`: the part that answers has not started yet. */
export class NotReadyError extends FolkmootError {
  constructor() {
    super('NOT_READY', 'Folkmoot is still starting.', { remedy: 'Try again in a moment.' });
  }
}

/** Claim window of a model of one's own on a real network, seconds. */
const CLAIM_WINDOW_S = 3_600;

/** What each call of the bridge does; parsing and answering are the host's. */
export function callHandlers(runtime: Runtime, logs: LogRing): CallHandlers {
  return guarded(handlers(runtime, logs), runtime);
}

/** What SQLite or the disk refuses inside a call is the node's trouble too, not only this caller's. */
function guarded(all: CallHandlers, runtime: Runtime): CallHandlers {
  const wrap = (handler: (input: never) => unknown) => async (input: never) => {
    if (runtime.hub.stopped) throw new StoppedError();
    try {
      return await handler(input);
    } catch (error) {
      throw runtime.refused(error);
    }
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, handler]) => [name, wrap(handler)]),
  ) as unknown as CallHandlers;
}

function handlers(runtime: Runtime, logs: LogRing): CallHandlers {
  const parts = () => {
    if (runtime.parts === undefined) throw new NotReadyError();
    return runtime.parts;
  };
  const { wallet } = runtime;
  return {
    ...machineCalls(runtime.machine, () => runtime.parts?.readiness.forget()),

    ...diagnosticsCalls(runtime, logs),

    ...speedCalls(() => {
      if (runtime.speed === undefined) throw new NotReadyError();
      return runtime.speed;
    }),

    'policy.prices': (prices) => {
      parts().costs.prices = prices;
      parts().tasks.wake();
      parts().batches.wake();
      runtime.hub.dirty('prices');
      return null;
    },

    'wallet.create': async ({ passphrase }) => wallet.create(passphrase),
    'wallet.restore': async ({ words, passphrase }) => wallet.restore(words, passphrase),
    'wallet.unlock': async ({ passphrase }) => (await wallet.unlock(passphrase), null),
    'wallet.lock': async () => (await wallet.lock(), null),
    'wallet.words': async ({ passphrase }) => ({ words: await wallet.words(passphrase) }),
    'wallet.confirmBackup': async ({ words }) => (await wallet.confirmBackup(words), null),
    'wallet.export': () => wallet.export(),

    ...modelCalls(runtime, parts),
    ...containerCalls(runtime, parts),
    'models.setMinFee': ({ digest, minFee }) => {
      parts().catalogue.setPreference(digest, { minFee });
      return runtime.modelsChanged();
    },
    'models.add': async ({ upload, name, description }) => {
      const author = wallet.view().address ?? '';
      const { digest } = await runtime.library.add(runtime.uploads.take(upload), {
        name,
        description,
        author,
        license: 'unstated',
      });
      await runtime.reloadModels();
      return { digest };
    },
    'models.register': async ({ digest, modelFee }) => {
      const { catalogue, outbox, file, indexer, meeting } = parts();
      const model = catalogue.local(digest);
      const address = wallet.view().address;
      if (address === null) throw new NotReadyError();
      if (indexer.rows.modelByDigest(digest) !== undefined) {
        throw new FolkmootError('MODEL_REGISTERED', `${model.manifest.name} is registered already.`);
      }
      await publish(digest, runtime.library, meeting);
      const data = registerCall({
        digest,
        fee: modelFee,
        payee: address,
        claimWindow: file.kind === 'sandbox' ? runtime.sandboxClaimWindow : CLAIM_WINDOW_S,
        runtime: model.manifest.runtime,
        class: model.manifest.verification.kind,
      });
      const key = `register:${digest}`;
      outbox.enqueue({ key, label: `Register ${model.manifest.name}`, to: file.contracts.registry, data });
      outbox.retry(key);
      return null;
    },

    'models.fetch': async ({ model }) => {
      const { indexer, meeting } = parts();
      const fetched = await fetchPublished(model, indexer.rows, runtime.library, meeting);
      await runtime.reloadModels();
      return { digest: fetched.digest, name: fetched.manifest.name };
    },

    'uploads.begin': ({ bytes }) => ({ upload: runtime.uploads.begin(bytes) }),
    'uploads.append': ({ upload, base64 }) => ({ received: runtime.uploads.append(upload, base64) }),

    'tasks.quote': ({ model, fee, assurance }) => parts().tasks.asker.quote(model, fee, assurance),
    'tasks.ask': async (order) => ({
      key: await parts().tasks.asker.ask(order, (id) => runtime.uploads.take(id)),
    }),
    'tasks.retract': ({ key }) => {
      const { tasks, batches } = parts();
      const side = batches.asker.view(key) === undefined ? tasks.asker : batches.asker;
      side.retract(key);
      return null;
    },
    'tasks.page': ({ role, before, limit }) => pageOfTasks(parts(), role, before, limit),
    'tasks.get': ({ key }) => {
      const task = parts().batches.get(key) ?? parts().tasks.get(key);
      if (task === undefined) throw new FolkmootError('TASK_NOT_FOUND', 'This node knows no such task.');
      return task;
    },
    'batches.quote': ({ model, fee, items }) => parts().batches.asker.quote(model, fee, items),
    'batches.ask': async (order) => ({
      key: await parts().batches.asker.ask(order, (id) => runtime.uploads.take(id)),
    }),
    'batches.lines': ({ key }) => parts().batches.asker.lines(key),
    'stake.deposit': async ({ amount, to }) => (await parts().stakes.deposit(amount, to), null),
    'stake.add': ({ amount }) => (parts().stakes.add(amount), null),
    'stake.requestExit': ({ amount }) => (parts().stakes.requestExit(amount), null),
    'stake.cancelExit': () => (parts().stakes.cancelExit(), null),
    'stake.finishExit': () => (parts().stakes.finishExit(), null),
    'stake.withdraw': ({ amount }) => (parts().stakes.withdraw(amount), null),
    'stake.service': ({ service, on }) => (parts().stakes.service(service, on), null),
    'earnings.page': ({ before, limit }) => parts().ledger.page(before, limit),
    'disputes.page': ({ before, limit }) => parts().disputes.page(before, limit),
    'disputes.get': ({ id }) => parts().disputes.get(id),
    'disputes.contest': ({ task }) => (parts().disputes.contest(task as string as TaskId, ''), null),
    'disputes.vote': ({ id, side }) => (parts().disputes.vote(id, side), null),
    'disputes.appeal': ({ id }) => (parts().disputes.appeal(id), null),
    'disputes.secrets': () => parts().disputes.secrets(),
    'node.stop': () => {
      // After the answer is on its way.
      setImmediate(() => runtime.requestStop());
      return null;
    },
  };
}
