import { useState } from 'react';
import type { ContainerView } from '../../src-shared/domain/containers.ts';
import { announce } from '../app/announce.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { Button } from '../ui/Button.tsx';
import { Confirm } from '../ui/Confirm.tsx';
import { Id } from '../ui/Id.tsx';
import { Note } from '../ui/Note.tsx';
import { Pill } from '../ui/Pill.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { When } from '../ui/When.tsx';
import { AddContainerModel } from './AddContainerModel.tsx';
import models from './Models.module.css';
import styles from './Servers.module.css';
import { CONTAINER_STATES, sayContainer, shortImage } from './words.ts';

/** One container: how it is, why, and what can be done with it. @param docker whether an engine answers */
export function ContainerRow({ container, docker }: { container: ContainerView; docker: boolean }) {
  const { image, state, trouble, againAt } = container;
  const { name, digest, spoken } = shortImage(image);
  const [open, setOpen] = useState<'model' | 'remove' | null>(null);
  const start = useAction('containers.start');
  const stop = useAction('containers.stop');
  const remove = useAction('containers.remove');
  const offline = useStore((store) => store.link.state === 'offline');
  const shown = CONTAINER_STATES[state];
  const runs = state === 'starting' || state === 'ready' || againAt !== null;
  const close = (): void => setOpen(null);
  const act = async (): Promise<void> => {
    const outcome = await remove.run({ image });
    if (outcome.ok) announce(`${name} was removed.`);
  };
  const turn = async (): Promise<void> => {
    const outcome = await (runs ? stop : start).run({ image });
    if (outcome.ok) announce(runs ? `${name} was stopped.` : `${name} is starting.`);
  };
  const turning = start.pending || stop.pending;
  return (
    <li className={styles.server}>
      <div className={styles.head}>
        <h3>
          <code>{name}</code>
        </h3>
        <output>
          <Pill tone={shown.tone} pulse={state === 'starting'}>
            <span className="vh">{name}: </span>
            {shown.words}
          </Pill>
        </output>
        <Button disabled={offline || (!docker && !runs)} busy={turning} onClick={() => void turn()}>
          {runs ? 'Stop' : 'Start'}
          <span className="vh"> {spoken}</span>
        </Button>
        <Button look="quiet" onClick={() => setOpen('remove')}>
          Remove<span className="vh"> the container {spoken}</span>
        </Button>
      </div>
      <div className={styles.detail}>
        <Id value={digest} what="image digest" />{' '}
        {docker || runs ? sayContainer(container) : 'It cannot be started without Docker.'}
      </div>
      {trouble !== null && (
        <Note tone="trouble">
          <p>
            {trouble.message}
            {againAt !== null && (
              <>
                {' '}
                Next try: <When at={againAt} />.
              </>
            )}
          </p>
          {trouble.remedy !== undefined && <p>{trouble.remedy}</p>}
        </Note>
      )}
      <Trouble error={start.error ?? stop.error} />
      {docker && (
        <div className={models.acts}>
          <Button look="quiet" disabled={offline} onClick={() => setOpen('model')}>
            Add its model<span className="vh"> of {spoken}</span>
          </Button>
        </div>
      )}
      {open === 'model' && <AddContainerModel image={image} onClose={close} />}
      {open === 'remove' && (
        <Confirm
          title="Remove this container?"
          act={remove.pending ? 'Removing…' : 'Remove the container'}
          keep="Keep it"
          pending={remove.pending}
          error={remove.error}
          obstacle={offline ? 'Folkmoot’s node does not answer; nothing can be removed now.' : null}
          onAct={() => void act()}
          onClose={close}
        >
          <p>It is stopped, and its model is not solved here any more. The image stays in Docker.</p>
        </Confirm>
      )}
    </li>
  );
}
