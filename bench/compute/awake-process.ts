import { constants, setPriority } from 'node:os';

/** A child of the bench that does nothing as fast as it can, behind everything else. */
setPriority(constants.priority.PRIORITY_LOW);
for (;;);
