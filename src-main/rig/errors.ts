import { FolkmootError } from '../../src-shared/domain/errors.ts';

/** `PORT_TAKEN`, `PORT_DENIED`: the address cannot be listened on. `NO_INTERFACE`: the built renderer is missing. */
export class RigError extends FolkmootError {}

export function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new RigError('PORT_TAKEN', `Port ${port} on 127.0.0.1 is used by another program.`, {
      cause: error,
      remedy: 'Choose another one with --port, or leave --port out and let the system choose.',
    });
  }
  if (error.code === 'EACCES') {
    return new RigError('PORT_DENIED', `This account may not listen on port ${port}.`, {
      cause: error,
      remedy: 'Choose a port above 1023 with --port.',
    });
  }
  return error;
}
