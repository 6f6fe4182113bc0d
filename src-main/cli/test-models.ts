import { parseMoot } from '../../src-shared/domain/amounts.ts';
import type { Digest, ModelId } from '../../src-shared/domain/ids.ts';
import type { InputPresentation, ModelView } from '../../src-shared/domain/models.ts';
import type { TaskView } from '../../src-shared/domain/tasks.ts';

/** For tests only. @param digit repeated, it is the digest. */
export function testModel(name: string, digit: string, input: InputPresentation): ModelView {
  return {
    digest: `0x${digit.repeat(64)}` as Digest,
    id: null,
    name,
    author: 'a',
    description: '',
    class: 'exact',
    runtime: 'onnx',
    memoryBytes: 1,
    determinism: null,
    input,
    labels: null,
    bytes: 1,
    cid: 'c' as ModelView['cid'],
    builtIn: true,
    modelFee: parseMoot('0.01'),
    suggestedFee: parseMoot('0.1'),
    optedIn: false,
    minFee: parseMoot('0'),
    problem: null,
  };
}

/** For tests only: a task of this machine's own. */
export function testTask(key: string, changes: Partial<TaskView> = {}): TaskView {
  return {
    key,
    id: null,
    role: 'asked',
    model: { id: '0x' as ModelId, name: 'm' },
    requester: '0x' as TaskView['requester'],
    solver: null,
    state: 'posted',
    work: null,
    reason: '',
    fee: parseMoot('0.1'),
    modelFee: parseMoot('0.01'),
    net: parseMoot('0'),
    input: null,
    answer: null,
    resultDigest: null,
    createdAt: 0,
    updatedAt: 0,
    deadline: null,
    finalAt: null,
    retractAt: null,
    seats: null,
    steps: [],
    ...changes,
  };
}
