import { constants, setPriority } from 'node:os';

/** A child of the bench that sends back what it gets, at the priority that lanes have. */
setPriority(constants.priority.PRIORITY_LOW);
process.on('message', (message) => process.send?.(message));
