import { formatRoute, thingOf, useRoute, type Route } from '../app/route.ts';
import styles from './Parts.module.css';

const PARTS: ReadonlyArray<{ readonly name: string; readonly route: Route }> = [
  { name: 'Now', route: { screen: 'work', task: null } },
  { name: 'Models', route: { screen: 'work', part: 'models' } },
  { name: 'Limits', route: { screen: 'work', part: 'limits' } },
  { name: 'Hardware', route: { screen: 'work', part: 'check' } },
  { name: 'Logs', route: { screen: 'logs' } },
];

/** The pages about the work of this machine. */
export function Parts() {
  const here = useRoute(({ route }) => ('device' in route ? 'work/' : `${route.screen}/${thingOf(route) ?? ''}`));
  return (
    <nav className={styles.parts} aria-label="Work">
      {PARTS.map(({ name, route }) => (
        <a
          key={name}
          href={formatRoute(route)}
          aria-current={here === `${route.screen}/${thingOf(route) ?? ''}` ? 'page' : undefined}
        >
          {name}
        </a>
      ))}
    </nav>
  );
}
