import type { BisectionView, PartyValue } from '../../src-shared/domain/disputes.ts';
import { count, byteSize } from '../../src-shared/domain/format.ts';
import { Card } from '../ui/Card.tsx';
import layout from '../ui/layout.module.css';
import styles from './Parting.module.css';
import { inside, verdictOn } from './parting.ts';

/** Where inside the model the runs of the two sides part, and what this machine says about that one place. */
export function Parting({ bisection }: { bisection: BisectionView }) {
  const { state, text, parting } = bisection;
  if (state === 'none') return null;
  return (
    <Card title="Where the two runs part">
      <div className={styles.body}>
        <p>{text}</p>
        {parting !== null && (
          <>
            <table className={styles.sides}>
              <caption className="vh">The value that decides, in each run</caption>
              <thead>
                <tr>
                  <th scope="col">Run of</th>
                  <th scope="col">has there</th>
                  <th scope="col">its inputs give</th>
                  <th scope="col">may be off by</th>
                  <th scope="col">so it</th>
                </tr>
              </thead>
              <tbody>
                <Row name="the solver" value={parting.defendant} />
                <Row name="the contester" value={parting.claimant} />
              </tbody>
            </table>
            <p className={layout.small}>
              Found by comparing {count(parting.rounds, 'node')} of {parting.nodes}; {byteSize(parting.bytes)} of values
              were fetched. Of that node only the values that differ most were computed again, with twice the digits.
            </p>
          </>
        )}
        {state !== 'done' && (
          <p className={layout.small}>
            Both sides show every value between the nodes of the model. Your machine looks for the node at which they
            part.
          </p>
        )}
      </div>
    </Card>
  );
}

function Row({ name, value }: { name: string; value: PartyValue | null }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{inside(value?.value)}</td>
      <td>{inside(value?.expected)}</td>
      <td>{value?.bound == null ? 'unknown' : `±${value.bound.toPrecision(2)}`}</td>
      <td data-holds={value?.holds}>{verdictOn(value)}</td>
    </tr>
  );
}
