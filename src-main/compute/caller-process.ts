import { parentChannel } from '../process/channel.ts';
import { serveLane } from './host.ts';
import { askingKind } from './runtimes/asking.ts';

/** Entry of a lane that asks servers of the person's own. */
serveLane(parentChannel(), askingKind);
