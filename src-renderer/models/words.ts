import type { ContainerView } from '../../src-shared/domain/containers.ts';
import { count } from '../../src-shared/domain/format.ts';
import { assertNever } from '../../src-shared/domain/errors.ts';
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

export const CONTAINER_STATES: Readonly<
  Record<ContainerView['state'], { readonly words: string; readonly tone: Tone }>
> = {
  stopped: { words: 'stopped', tone: 'wait' },
  starting: { words: 'starting', tone: 'info' },
  ready: { words: 'ready', tone: 'work' },
  failed: { words: 'failed', tone: 'trouble' },
};

/** What its state means for the person who added it. */
export function sayContainer({ state, byHand, againAt }: ContainerView): string {
  switch (state) {
    case 'stopped':
      return 'The first task that needs it starts it.';
    case 'starting':
      return 'It loads its model; that can take minutes.';
    case 'ready':
      return byHand
        ? 'It runs until you stop it.'
        : 'A task started it. It ends when nothing has needed it for 15 minutes.';
    case 'failed':
      return againAt === null ? 'The next task that needs it tries again.' : 'It is started again by itself.';
    default:
      return assertNever(state);
  }
}

/** Name and first digits of a reference: enough to tell images apart by ear and eye. */
export function shortImage(image: string): { readonly name: string; readonly digest: string; readonly spoken: string } {
  const [name = image, digest = ''] = image.split('@sha256:');
  return { name, digest, spoken: `${name} ${digest.slice(0, 8)}` };
}

/** Why a text cannot be the reference of one image; null when it may be. The node looks closer. */
export function imageProblem(text: string): string | null {
  if (!text.includes('@sha256:'))
    return 'It must be pinned by its digest: name@sha256: and 64 digits. A tag may mean another image tomorrow.';
  return /^[a-z0-9][a-z0-9._/:-]*@sha256:[0-9a-f]{64}$/.test(text)
    ? null
    : 'After sha256: come 64 digits from 0 to 9 and a to f; the name before it is in small letters.';
}

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
