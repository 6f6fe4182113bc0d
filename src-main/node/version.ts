import packageJson from '../../package.json';

/** Of the app, from package.json. */
export const VERSION: string = packageJson.version;
/** Of the runtime that computes graphs; pinned there. */
export const RUNTIME_VERSION: string = packageJson.dependencies['onnxruntime-node'];
