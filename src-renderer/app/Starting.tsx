import { StageList } from '../network/StageList.tsx';
import { Button } from '../ui/Button.tsx';
import { Card } from '../ui/Card.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { retryNow } from './bridge.ts';
import { Gate } from './Gate.tsx';
import { useSlice, useStore } from './store.ts';

/** Before the first snapshot. Under 300 ms nothing is shown but the frame. */
export function Connecting() {
  const offline = useStore((store) => store.link.state === 'offline');
  return offline ? (
    <Gate
      title="Folkmoot’s node does not answer"
      lead={
        <>
          <p>This window shows what a node on this machine does, and that node is not running or still starting.</p>
          <p>
            Your money and your work are not touched by that. Start Folkmoot if you stopped it; this page finds it by
            itself.
          </p>
          {window.folkmoot === undefined && (
            <p>
              If it does run, your sign-in may have ended: open the address again that Folkmoot prints when asked for
              one.
            </p>
          )}
        </>
      }
    >
      <Button onClick={retryNow}>Try now</Button>
    </Gate>
  ) : (
    <Gate title="Opening Folkmoot">
      <Skeleton label="Waiting for the node" />
    </Gate>
  );
}

/** The node is there but has not looked for the wallet yet. */
export function Starting() {
  const stages = useSlice('node').stages;
  const failed = stages.find((stage) => stage.state === 'failed');
  return (
    <Gate
      title={failed === undefined ? 'Folkmoot is starting' : 'Folkmoot could not start'}
      lead={
        failed === undefined
          ? 'Usually this takes a few seconds. Each step says when it is ready.'
          : 'One step failed. No money has moved. Here is what happened:'
      }
    >
      <Card title="Steps of the start">
        <StageList stages={stages} />
      </Card>
    </Gate>
  );
}
