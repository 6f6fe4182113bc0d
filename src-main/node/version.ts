import packageJson from '../../package.json';

/** Of the app, from package.json. */
export const VERSION: string = packageJson.version;
