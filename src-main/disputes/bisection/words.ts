import { assertNever } from '../../../src-shared/domain/errors.ts';
import type { BisectionView, PartingView } from '../../../src-shared/domain/disputes.ts';

/** Where two runs part and what was found there; one or two sentences. Who is right the own run says as well. */
export function partingText(wrong: BisectionView['wrong'], { node, nodes, op }: PartingView): string {
  const where = `They part at node ${node} of ${nodes}, ${op}`;
  switch (wrong) {
    case 'claimant':
      return `${where}. What the contester has there does not follow from its own inputs.`;
    case 'defendant':
      return `${where}. What the solver has there does not follow from its own inputs.`;
    case 'both':
      return `${where}, and neither side’s value follows from its own inputs.`;
    case 'nobody':
      return `${where}, where each side’s value follows from its own inputs, as with machines that round differently.`;
    case 'unknown':
    case null:
      return `${where}, which cannot be judged by itself.`;
    default:
      return assertNever(wrong);
  }
}
