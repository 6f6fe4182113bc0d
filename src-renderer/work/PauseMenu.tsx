import { useEffect, useId, useRef, useState } from 'react';
import type { DeviceId } from '../../src-shared/domain/machine.ts';
import { announce } from '../app/announce.ts';
import { useNow } from '../app/now.ts';
import { useStore } from '../app/store.ts';
import { Button } from '../ui/Button.tsx';
import { Menu } from '../ui/Menu.tsx';
import { Trouble } from '../ui/Trouble.tsx';
import { useRefocus } from '../ui/useRefocus.ts';
import layout from '../ui/layout.module.css';
import styles from './PauseMenu.module.css';
import { pauseChoices } from './pauses.ts';
import { usePause } from './usePause.ts';

interface Props {
  /** null: the whole machine. */
  readonly device: DeviceId | null;
  readonly name: string;
  readonly paused: boolean;
}

/** Pause or resume, each pause named by its end; "pausing…" until the node confirms it. */
export function PauseMenu({ device, name, paused }: Props) {
  const id = useId();
  const now = useNow(60_000);
  const offline = useStore((store) => store.link.state === 'offline');
  const [finish, setFinish] = useState(false);
  const pause = usePause(device, paused);
  const place = useRef<HTMLDivElement>(null);
  const { met } = pause;
  useEffect(() => {
    if (met) announce(paused ? `${name} is paused.` : `${name} may work again.`);
  }, [met, paused, name]);
  useRefocus(place, met);
  return (
    <div ref={place} className={styles.pause} data-all={device === null}>
      {paused || pause.waiting === 'resuming' ? (
        <Button disabled={offline} busy={pause.waiting !== null} onClick={pause.resume}>
          {pause.waiting === 'resuming' ? 'Resuming…' : 'Resume'}
          {device === null ? ' everything' : <span className="vh"> {name}</span>}
        </Button>
      ) : (
        <Menu
          busy={pause.waiting !== null}
          disabled={offline}
          edge={device === null ? 'left' : 'right'}
          label={
            <>
              {pause.waiting === 'pausing' ? 'Pausing…' : 'Pause'}
              {device === null ? ' everything' : <span className="vh"> {name}</span>}
            </>
          }
        >
          {(close) => (
            <>
              {pauseChoices(now).map(({ label, forMs }) => (
                <Button
                  key={label}
                  onClick={() => {
                    pause.pause(forMs, finish);
                    close();
                  }}
                >
                  {label}
                </Button>
              ))}
              <span className={styles.finish}>
                <input id={id} type="checkbox" checked={finish} onChange={(event) => setFinish(event.target.checked)} />
                <label htmlFor={id}>Finish the task under way first</label>
              </span>
            </>
          )}
        </Menu>
      )}
      {pause.late && <output className={layout.small}>Not confirmed yet; it may be finishing a step.</output>}
      <Trouble error={pause.error} />
    </div>
  );
}
