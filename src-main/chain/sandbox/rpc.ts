import { ChainError } from '../errors.ts';

/** One raw request to the sandbox's own chain, whose methods no real chain has. @throws ChainError `SANDBOX` */
export async function sandboxRequest<T>(rpc: string, method: string, params: readonly unknown[]): Promise<T> {
  const response = await fetch(rpc, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = (await response.json()) as { result?: T; error?: { message: string } };
  if (answer.error !== undefined)
    throw new ChainError('SANDBOX', `The sandbox chain refused ${method}: ${answer.error.message}`);
  return answer.result as T;
}
