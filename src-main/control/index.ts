export { connectControl, controlPort, requestUrl } from './connect-control.ts';
export { ControlHost, type ControlOptions } from './control-host.ts';
export { ControlError } from './errors.ts';
export { hostNode, type HostedNode } from './hosted-node.ts';
export { logFile } from './log-file.ts';
export { lockProfile, type ProfileLock } from './profile-lock.ts';
export { defaultProfile, ensureProfile } from './profile.ts';
