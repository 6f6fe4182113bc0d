import { Card } from '../ui/Card.tsx';
import layout from '../ui/layout.module.css';
import styles from './Evidence.module.css';
import { plain } from './plain.ts';

/** What the parties showed, as plain text: nothing here is opened, loaded or made a link. */
export function Evidence({ links }: { links: readonly string[] }) {
  return (
    <Card title="Evidence that was shown">
      {links.length === 0 ? (
        <p className={layout.sub}>None. In disputes over a computation, running the model again is the evidence.</p>
      ) : (
        <>
          <p className={layout.sub}>
            Written by the parties. Folkmoot opens none of it; whatever is behind it, you would open it at your own
            risk.
          </p>
          <ol className={styles.links}>
            {links.map((link, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- the list only grows, and the same link may be shown twice
              <li key={index}>
                <code>{plain(link)}</code>
              </li>
            ))}
          </ol>
        </>
      )}
    </Card>
  );
}
