import { percent } from '../../src-shared/domain/format.ts';
import type { Answer } from '../../src-shared/domain/tasks.ts';
import styles from './AnswerView.module.css';

const SHOWN = 5;

/** The answer, large, and how sure the model was of the others. */
export function AnswerView({ answer }: { answer: Answer }) {
  const shares = answer.shares.slice(0, SHOWN);
  const rest = answer.shares.length - shares.length;
  return (
    <div className={styles.answer}>
      <p className={answer.text.length > 24 ? styles.long : styles.text}>{answer.text}</p>
      {shares.length > 0 && (
        <table>
          <caption className="vh">How sure the model is</caption>
          <thead className="vh">
            <tr>
              <th scope="col">Answer</th>
              <th scope="col">Drawn as a bar</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {shares.map((share) => (
              <tr key={share.label}>
                <th scope="row">{share.label}</th>
                <td aria-hidden="true">
                  <span className={styles.bar}>
                    <i style={{ width: `${share.share * 100}%` }} />
                  </span>
                </td>
                <td>{percent(share.share)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {rest > 0 && <p className={styles.rest}>and {rest} more, each less likely</p>}
    </div>
  );
}
