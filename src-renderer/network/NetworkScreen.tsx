import { count } from '../../src-shared/domain/format.ts';
import { useNow } from '../app/now.ts';
import { formatRoute } from '../app/route.ts';
import { useSlice } from '../app/store.ts';
import { Card } from '../ui/Card.tsx';
import { Id } from '../ui/Id.tsx';
import { PageHead } from '../ui/PageHead.tsx';
import { When } from '../ui/When.tsx';
import layout from '../ui/layout.module.css';
import { health } from './health.ts';
import { Peers } from './Peers.tsx';
import { StageList } from './StageList.tsx';
import { StopNode } from './StopNode.tsx';

const TITLES = {
  starting: 'Looking for other machines',
  alone: 'Nobody else is here yet',
  down: 'The connection to other machines is down',
} as const;

export function NetworkScreen() {
  const network = useSlice('network');
  const node = useSlice('node');
  const now = useNow(5_000);
  const lines = health(node, network, now);
  const said = (name: string): string => lines.find((line) => line.name === name)?.text ?? '';
  const { chain } = network;
  return (
    <>
      <PageHead
        title={
          network.state === 'online' ? `Connected to ${count(network.peers.length, 'machine')}` : TITLES[network.state]
        }
        why="Nobody owns this network. Peers hand over models and inputs; the chain holds the money and the rules."
      />
      <div className={layout.grid}>
        <div className={layout.stack}>
          <Peers peers={network.peers} checksSpeed={network.checksSpeed} />
          <Card title="Parts of the node">
            <StageList stages={node.stages} />
          </Card>
        </div>
        <div className={layout.stack}>
          <Card title="Chain">
            <dl className={layout.facts}>
              <div>
                <dt>Network</dt>
                <dd>
                  {node.networkName} · chain {node.chainId}
                </dd>
              </div>
              <div>
                <dt>Last block</dt>
                <dd>
                  {chain.block.toLocaleString('en-US')}
                  {chain.blockAt !== null && (
                    <small>
                      <When at={chain.blockAt} />
                    </small>
                  )}
                </dd>
              </div>
              <div>
                <dt>This machine’s clock</dt>
                <dd>{said('Clock')}</dd>
              </div>
              <div>
                <dt>Reached through</dt>
                <dd>
                  <code>{chain.endpoint}</code>
                </dd>
              </div>
            </dl>
          </Card>
          <Card title="This node" aside={<a href={formatRoute({ screen: 'logs' })}>Logs</a>}>
            <dl className={layout.facts}>
              <div>
                <dt>Peer id</dt>
                <dd>{network.peerId === null ? 'not known yet' : <Id value={network.peerId} what="peer id" />}</dd>
              </div>
              <div>
                <dt>Addresses</dt>
                <dd>
                  {network.addresses.length === 0
                    ? 'none yet'
                    : network.addresses.map((address) => (
                        <div key={address}>
                          <code>{address}</code>
                        </div>
                      ))}
                </dd>
              </div>
              <div>
                <dt>Folkmoot</dt>
                <dd>
                  {node.version}, {node.host === 'rig' ? 'as a rig, without a desktop' : 'on the desktop'}
                </dd>
              </div>
            </dl>
            <StopNode />
          </Card>
        </div>
      </div>
    </>
  );
}
