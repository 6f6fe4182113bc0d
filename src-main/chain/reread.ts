import type { ChainClient } from './client.ts';

/**
 * Reads something of the chain anew whenever a block arrives; many blocks make one read. What fails is left as it was:
 * the chain watcher says that the chain is gone.
 * @returns asks for a read at once
 */
export function rereadOnHead(chain: ChainClient, read: () => Promise<void>): () => void {
  let reading = false;
  let again = false;
  const loop = async (): Promise<void> => {
    while (again) {
      again = false;
      await read().catch(() => undefined);
    }
    reading = false;
  };
  const refresh = (): void => {
    again = true;
    if (reading) return;
    reading = true;
    void loop();
  };
  chain.onHead(refresh);
  return refresh;
}
