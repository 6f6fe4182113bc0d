import { count } from '../../src-shared/domain/format.ts';
import type { DeterminismTest, ServerView } from '../../src-shared/domain/machine.ts';
import type { ModelView, RuntimeName, VerificationClass } from '../../src-shared/domain/models.ts';
import type { Tone } from '../ui/Pill.tsx';

/** Pure wording of models: how they run, how results are checked, what a self-test showed. */

export const CHECKED: Readonly<Record<VerificationClass, string>> = {
  exact: 'checked bit by bit',
  rounded: 'checked after rounding',
  tolerance: 'checked within a tolerance',
  digest: 'checked by digest',
  jury: 'checked by a jury',
};

export const RUNS: Readonly<Record<RuntimeName, string>> = {
  onnx: 'runs here (ONNX)',
  transformers: 'runs here (text model)',
  openai: 'runs on a model server',
  cog: 'runs in a Cog container',
};

export const SERVER_KINDS: Readonly<Record<ServerView['kind'], string>> = {
  openai: 'Speaks like OpenAI (Ollama, llama.cpp, vLLM)',
  cog: 'Cog',
};

export const SERVER_STATES: Readonly<Record<ServerView['state'], { readonly words: string; readonly tone: Tone }>> = {
  reachable: { words: 'answers', tone: 'work' },
  gone: { words: 'does not answer', tone: 'trouble' },
  unknown: { words: 'not asked yet', tone: 'wait' },
};

/** The page's one sentence. */
export function sayLibrary(models: readonly ModelView[]): string {
  const allowed = models.filter(({ optedIn }) => optedIn).length;
  if (allowed === 0) return 'Your machine may not solve anything yet';
  return `Your machine may solve tasks of ${count(allowed, 'model')}`;
}

/** What the self-test of an exact model showed. */
export function sayTest(test: DeterminismTest | null): string {
  if (test === null)
    return 'Its results are compared bit by bit, so this machine must first show that it gives the same ones each time.';
  const ways = count(test.runs.length, 'way');
  if (test.passed) return `Gave the same bytes in ${ways}.`;
  const usual = test.runs[0]?.digest;
  const odd = test.runs.filter(({ digest }) => digest !== usual).map(({ how }) => how);
  const named = odd.length === 0 ? '' : ` (${odd.join(', ')})`;
  return `Gave different bytes${named} in ${ways}, so this machine must not solve it.`;
}
