import type { ModelInspection } from '../../src-shared/domain/machine.ts';
import { Note } from '../ui/Note.tsx';
import layout from '../ui/layout.module.css';
import { memory } from '../work/words.ts';
import styles from './Models.module.css';

/** What is in a model, before it is taken. */
export function Inspection({ inspection }: { inspection: ModelInspection }) {
  const { ops, nodes, parameters, memoryEstimate, inputs, outputs, problems } = inspection;
  return (
    <>
      {problems.length > 0 && (
        <Note tone="trouble">
          {problems.map((problem) => (
            <p key={problem}>{problem}</p>
          ))}
        </Note>
      )}
      <dl className={`${layout.facts} ${styles.inspection}`}>
        <div>
          <dt>Size</dt>
          <dd>
            {parameters.toLocaleString('en-US')} parameters in {nodes.toLocaleString('en-US')} steps
          </dd>
        </div>
        <div>
          <dt>Memory</dt>
          <dd>at least {memory(memoryEstimate)}</dd>
        </div>
        <div>
          <dt>Operators</dt>
          <dd>{ops.join(', ')}</dd>
        </div>
        <div>
          <dt>Takes</dt>
          <dd>
            <code>{inputs.join('; ')}</code>
          </dd>
        </div>
        <div>
          <dt>Gives</dt>
          <dd>
            <code>{outputs.join('; ')}</code>
          </dd>
        </div>
      </dl>
    </>
  );
}
