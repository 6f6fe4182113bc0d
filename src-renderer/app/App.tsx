import { Damaged } from '../wallet/Damaged.tsx';
import { Unlock } from '../wallet/Unlock.tsx';
import { Welcome } from '../wallet/Welcome.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { Frame } from './Frame.tsx';
import { LiveRegion } from './LiveRegion.tsx';
import { Connecting, Starting } from './Starting.tsx';
import { useStore } from './store.ts';

export function App() {
  return (
    <ErrorBoundary>
      <LiveRegion />
      <Door />
    </ErrorBoundary>
  );
}

/** What stands between a person and the screens: no connection yet, no wallet, a locked or a damaged one. */
function Door() {
  const wallet = useStore((store) => store.data?.wallet.state);
  const known = useStore((store) => store.walletKnown);
  const lookingAround = useStore((store) => store.lookingAround);
  switch (wallet) {
    case undefined:
      return <Connecting />;
    case 'none':
      return known ? <Welcome /> : <Starting />;
    case 'locked':
      return lookingAround ? <Frame /> : <Unlock onLookAround={() => useStore.setState({ lookingAround: true })} />;
    case 'damaged':
      return <Damaged />;
    case 'unlocked':
      return <Frame />;
  }
}
