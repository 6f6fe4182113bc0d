import { serveLane } from './compute/host.ts';
import { nativeKind } from './compute/runtimes/native.ts';
import { parentChannel } from './process/channel.ts';

/** Entry of a compute lane that runs graphs. */
serveLane(parentChannel(), nativeKind);
