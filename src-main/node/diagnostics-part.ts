import { hostname, homedir, userInfo } from 'node:os';
import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import type { Diagnostics } from '../../src-shared/domain/machine.ts';
import { bundleOf } from '../diagnostics/bundle.ts';
import type { LogRing } from '../diagnostics/log-ring.ts';
import type { Store } from '../store/open.ts';
import type { Runtime } from './runtime.ts';
import { VERSION } from './version.ts';

const LOG_LINES = 1_000;

/** Calls about what the node said, and what one would hand over for help. */
export function diagnosticsCalls(
  runtime: Runtime,
  logs: LogRing,
): Pick<CallHandlers, 'logs.page' | 'diagnostics.preview'> {
  return {
    'logs.page': (filter) => logs.page(filter),
    'diagnostics.preview': () => preview(runtime, logs),
  };
}

function preview({ config, hub, machine, database }: Runtime, logs: LogRing): Diagnostics {
  const { node, activity, network, machine: view } = hub.snapshot();
  return bundleOf({
    versions: {
      folkmoot: VERSION,
      node: process.versions.node,
      electron: process.versions['electron'],
      platform: `${process.platform} ${process.arch}`,
      system: machine.facts?.system,
      host: config.host,
    },
    machine: { facts: machine.facts, ...view },
    node: { ...node, activity, network: { state: network.state, peers: network.peers.length, chain: network.chain } },
    settings: database === undefined ? {} : settingsOf(database),
    counts: database === undefined ? {} : countsOf(database),
    log: logs.page({ before: null, limit: LOG_LINES, level: null, text: '' }).toReversed(),
    personal: { home: homedir(), user: userName(), host: hostname(), profile: config.profile },
  });
}

/** Some containers have no name for who runs them. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return '';
  }
}

function settingsOf(db: Store): Record<string, unknown> {
  const rows = db.prepare('SELECT key, value FROM settings LIMIT 1000').all() as Array<{ key: string; value: string }>;
  return Object.fromEntries(
    rows.map(({ key, value }) => {
      try {
        return [key, JSON.parse(value) as unknown];
      } catch {
        return [key, 'not readable'];
      }
    }),
  );
}

function countsOf(db: Store): Record<string, number> {
  const tables = db
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all() as Array<{ name: string }>;
  return Object.fromEntries(
    tables.map(({ name }) => [name, (db.prepare(`SELECT count(*) AS n FROM "${name}"`).get() as { n: number }).n]),
  );
}
