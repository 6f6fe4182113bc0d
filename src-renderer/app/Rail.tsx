import {
  ChartNoAxesColumn,
  Gavel,
  House,
  MessageCircleQuestionMark,
  Network,
  ShieldCheck,
  Wallet,
  Wrench,
  type LucideIcon,
} from 'lucide-react';
import { useId } from 'react';
import { count } from '../../src-shared/domain/format.ts';
import { useDisputeNeeds } from '../disputes/useNeeds.ts';
import { stakeNeeds } from '../stake/needs.ts';
import { Brand } from '../ui/Brand.tsx';
import { isUnderWay } from '../tasks/words.ts';
import styles from './Rail.module.css';
import { useNow } from './now.ts';
import { formatRoute, useRoute, type Screen } from './route.ts';
import { useSlice, useStore } from './store.ts';

const LINKS: ReadonlyArray<{ readonly screen: Screen; readonly name: string; readonly icon: LucideIcon }> = [
  { screen: 'home', name: 'Home', icon: House },
  { screen: 'ask', name: 'Ask', icon: MessageCircleQuestionMark },
  { screen: 'work', name: 'Work', icon: Wrench },
  { screen: 'earnings', name: 'Earnings', icon: ChartNoAxesColumn },
  { screen: 'stake', name: 'Stake', icon: ShieldCheck },
  { screen: 'disputes', name: 'Disputes', icon: Gavel },
  { screen: 'wallet', name: 'Wallet', icon: Wallet },
  { screen: 'network', name: 'Network', icon: Network },
];

export function Rail() {
  const id = useId();
  // The log is a page of its own, found where the work is.
  const here = useRoute((state) => (state.route.screen === 'logs' ? 'work' : state.route.screen));
  const marks = useMarks();
  return (
    <nav className={styles.rail} aria-label="Main">
      <div className={styles.inner}>
        <div className={styles.brand}>
          <Brand />
        </div>
        <ul>
          {LINKS.map(({ screen, name, icon: Icon }) => {
            const mark = marks[screen];
            return (
              <li key={screen}>
                <a
                  href={formatRoute(route(screen))}
                  aria-current={here === screen ? 'page' : undefined}
                  aria-label={name}
                  aria-describedby={mark === undefined ? undefined : `${id}-${screen}`}
                >
                  <Icon aria-hidden="true" />
                  {name}
                  {mark !== undefined && (
                    <span className={`${styles.mark} ${mark.need ? styles.need : ''}`} data-count={mark.short} />
                  )}
                </a>
                {mark !== undefined && (
                  <span className="vh" id={`${id}-${screen}`}>
                    {mark.words}
                  </span>
                )}
              </li>
            );
          })}
        </ul>
        <Foot />
      </div>
    </nav>
  );
}

interface Mark {
  readonly short: string;
  readonly words: string;
  readonly need: boolean;
}

/** What waits behind a link: amber only when a person is needed. */
function useMarks(): Partial<Record<Screen, Mark>> {
  const tasks = useSlice('tasks');
  const wallet = useSlice('wallet');
  const needed = useDisputeNeeds().length;
  const stake = stakeNeeds(useSlice('stake'), useNow(5_000));
  const busy = (role: 'asked' | 'worked'): Mark | undefined => {
    const n = tasks.filter((task) => task.role === role && isUnderWay(task)).length;
    return n === 0 ? undefined : { short: String(n), words: `${count(n, 'task')} under way`, need: false };
  };
  const ask = busy('asked');
  const work = busy('worked');
  const locked = wallet.state === 'locked';
  const backup = wallet.state === 'unlocked' && !wallet.backedUp;
  return {
    ...(ask && { ask }),
    ...(work && { work }),
    ...(stake.length > 0 && {
      stake: { short: String(stake.length), words: stake.map((need) => need.title).join('; '), need: true },
    }),
    ...(needed > 0 && {
      disputes: {
        short: String(needed),
        words: needed === 1 ? 'one dispute needs you' : `${needed} disputes need you`,
        need: true,
      },
    }),
    ...((locked || backup) && {
      wallet: { short: '1', words: locked ? 'the wallet is locked' : 'the words are not backed up', need: true },
    }),
  };
}

function Foot() {
  const network = useSlice('network');
  const notices = useSlice('node').notices;
  const offline = useStore((store) => store.link.state === 'offline');
  const trouble = notices.filter((notice) => notice.level !== 'info').length;
  return (
    <div className={styles.foot}>
      {count(network.peers.length, 'peer')} · block {network.chain.block.toLocaleString('en-US')}
      <br />
      {offline ? 'As last known' : trouble === 0 ? 'Everything is all right' : `${count(trouble, 'thing')} to look at`}
    </div>
  );
}

function route(screen: Screen) {
  if (screen === 'ask' || screen === 'work') return { screen, task: null } as const;
  if (screen === 'disputes') return { screen, dispute: null } as const;
  return screen === 'wallet' ? ({ screen, part: null } as const) : ({ screen } as const);
}
