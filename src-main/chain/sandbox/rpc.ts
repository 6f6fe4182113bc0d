import { ChainError } from '../errors.ts';

/** One raw request to the sandbox's own chain, whose methods no real chain has. @throws ChainError `SANDBOX` */
export async function sandboxRequest<T>(rpc: string, method: string, params: readonly unknown[]): Promise<T> {
  let answer: { result?: T; error?: { message: string } };
  try {
    const response = await fetch(rpc, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
      signal: AbortSignal.timeout(10_000),
    });
    answer = (await response.json()) as typeof answer;
  } catch (error) {
    throw new ChainError('SANDBOX', 'The sandbox chain does not answer.', { cause: error });
  }
  if (answer.error !== undefined)
    throw new ChainError('SANDBOX', `The sandbox chain refused ${method}: ${answer.error.message}`);
  return answer.result as T;
}
