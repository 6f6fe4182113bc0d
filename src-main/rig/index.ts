export { RigError } from './errors.ts';
export { SECURITY_HEADERS } from './headers.ts';
export { RigHost, type RigOptions } from './rig-host.ts';
export { StaticFiles } from './static-files.ts';
