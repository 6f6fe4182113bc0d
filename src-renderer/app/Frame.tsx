import { useEffect, useRef, type ComponentType } from 'react';
import { DisputePage } from '../disputes/DisputePage.tsx';
import { Disputes } from '../disputes/Disputes.tsx';
import { DisputeAnnouncer } from '../disputes/DisputeAnnouncer.tsx';
import { Earnings } from '../earnings/Earnings.tsx';
import { Home } from '../home/Home.tsx';
import { Logs } from '../logs/Logs.tsx';
import { Library } from '../models/Library.tsx';
import { NetworkScreen } from '../network/NetworkScreen.tsx';
import { Stake } from '../stake/Stake.tsx';
import { Ask } from '../tasks/Ask.tsx';
import { TaskPage } from '../tasks/TaskPage.tsx';
import { WalletScreen } from '../wallet/WalletScreen.tsx';
import { CheckScreen } from '../work/CheckScreen.tsx';
import { DevicePage } from '../work/DevicePage.tsx';
import { Limits } from '../work/Limits.tsx';
import { Work } from '../work/Work.tsx';
import { assertNever } from '../../src-shared/domain/errors.ts';
import styles from './Frame.module.css';
import { LinkBanner } from './LinkBanner.tsx';
import { ActivityAnnouncer } from './LiveRegion.tsx';
import { Rail } from './Rail.tsx';
import { useStore } from './store.ts';
import { thingOf, useRoute, type Route, type Screen, type WorkPart } from './route.ts';

const NAMES: Readonly<Record<Screen, string>> = {
  home: 'Home',
  ask: 'Ask',
  work: 'Work',
  earnings: 'Earnings',
  stake: 'Stake',
  disputes: 'Disputes',
  wallet: 'Wallet',
  network: 'Network',
  logs: 'Logs',
};

/** The rail and the screen. A change of screen moves the focus to its heading, as a page load would. */
export function Frame() {
  const route = useRoute((state) => state.route);
  const offline = useStore((store) => store.link.state === 'offline');
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  const key = `${route.screen}/${thingOf(route) ?? ''}`;
  useEffect(() => {
    document.title = `${NAMES[route.screen]} · Folkmoot`;
  }, [route.screen]);
  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    window.scrollTo(0, 0);
    main.current?.querySelector<HTMLElement>('h1')?.focus();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- runs for each new screen, whatever it is
  }, [key]);
  return (
    <div className={styles.app} data-offline={offline || undefined}>
      <a className={styles.skip} href="#main" onClick={skip}>
        Skip to the content
      </a>
      <Rail />
      <div className={styles.side}>
        <LinkBanner />
        <main id="main" tabIndex={-1} ref={main} className={styles.main}>
          <Current route={route} key={key} />
        </main>
      </div>
      <ActivityAnnouncer />
      <DisputeAnnouncer />
    </div>
  );
}

function Current({ route }: { route: Route }) {
  switch (route.screen) {
    case 'home':
      return <Home />;
    case 'ask':
    case 'work':
      return <TaskScreen route={route} />;
    case 'earnings':
      return <Earnings />;
    case 'stake':
      return <Stake />;
    case 'disputes':
      return route.dispute === null ? <Disputes /> : <DisputePage id={route.dispute} />;
    case 'wallet':
      return <WalletScreen backup={route.part === 'backup'} />;
    case 'network':
      return <NetworkScreen />;
    case 'logs':
      return <Logs />;
    default:
      return assertNever(route);
  }
}

const PARTS = { limits: Limits, models: Library, check: CheckScreen } as const satisfies Record<
  WorkPart,
  ComponentType
>;

function TaskScreen({ route }: { route: Extract<Route, { readonly screen: 'ask' | 'work' }> }) {
  if ('device' in route) return <DevicePage id={route.device} />;
  if ('part' in route) {
    const Part = PARTS[route.part];
    return <Part />;
  }
  if (route.task !== null) return <TaskPage taskKey={route.task} home={route.screen} />;
  return route.screen === 'ask' ? <Ask /> : <Work />;
}

/** The hash belongs to the route, so the jump is done by hand. */
function skip(event: { preventDefault(): void }): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
