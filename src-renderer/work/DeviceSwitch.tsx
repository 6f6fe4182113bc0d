import type { DeviceView } from '../../src-shared/domain/machine.ts';
import { useStore } from '../app/store.ts';
import { useAction } from '../app/useAction.ts';
import { useWanted } from '../app/useWanted.ts';
import { Switch } from '../ui/Switch.tsx';
import { Trouble } from '../ui/Trouble.tsx';

/** May this device work at all. Shows what the node holds; what the device does is said beside its name. */
export function DeviceSwitch({ device }: { device: DeviceView }) {
  const save = useAction('policy.device');
  const wanted = useWanted(device.limits.on);
  const offline = useStore((store) => store.link.state === 'offline');
  const change = async (on: boolean): Promise<void> => {
    wanted.want(on);
    const outcome = await save.run({ device: device.id, limits: { ...device.limits, on } });
    if (!outcome.ok) wanted.forget();
  };
  return (
    <>
      <Switch
        label={
          <>
            Use <span className="vh">{device.name}</span>
            <span aria-hidden="true">it</span>
          </>
        }
        on={device.limits.on}
        busy={wanted.waiting}
        disabled={offline}
        onChange={(on) => void change(on)}
      />
      <Trouble error={save.error} />
    </>
  );
}
