import type { CallHandlers } from '../../src-shared/bridge/host.ts';
import type { SpeedWatch } from '../machine/speed-watch.ts';

/** What the bridge may ask about the speed of peers. @param watch throws while the node still starts */
export function speedCalls(watch: () => SpeedWatch): Pick<CallHandlers, 'network.checkSpeed' | 'network.checkSpeeds'> {
  return {
    'network.checkSpeed': ({ peer, model, provider }) => watch().check(peer, model, provider),
    'network.checkSpeeds': ({ on }) => ((watch().on = on), null),
  };
}
