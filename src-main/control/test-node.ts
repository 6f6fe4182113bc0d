import { testHost, type TestHost } from '../../src-shared/bridge/test-host.ts';
import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import type { Snapshot } from '../../src-shared/bridge/state.ts';
import type { FolkmootNode } from '../node.ts';

export interface TestNode extends FolkmootNode {
  readonly host: TestHost;
  /** 'start' and 'stop' as they happened. */
  readonly life: readonly string[];
}

/** For tests only: a node without parts that stops when asked to. */
export function testNode(scripted: Partial<CallHandlers> = {}, start: Partial<Snapshot> = {}): TestNode {
  let requestStop = (): void => undefined;
  const stopRequested = new Promise<void>((resolve) => (requestStop = resolve));
  const host = testHost(
    {
      'node.stop': () => {
        requestStop();
        return null;
      },
      ...scripted,
    },
    start,
  );
  const life: string[] = [];
  return {
    host,
    life,
    bridge: host.options,
    stopRequested,
    start: async () => void life.push('start'),
    stop: async () => void life.push('stop'),
  };
}
