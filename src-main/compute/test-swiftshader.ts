import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findChromium } from '../../build/chromium.mjs';

/**
 * For tests only: variables that make WebGPU compute on SwiftShader, the software Vulkan driver that comes with
 * Chromium. Undefined where there is no Chromium, and that is printed.
 */
export function swiftShader(): Readonly<Record<string, string>> | undefined {
  const chromium: string | undefined = findChromium();
  const folders = [
    ...(chromium === undefined ? [] : [dirname(realpathSync(chromium))]),
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/opt/google/chrome',
  ];
  const folder = folders.find((each) => existsSync(join(each, 'vk_swiftshader_icd.json')));
  if (folder === undefined) {
    console.log('SKIPPED: there is no Chromium here, and so no software Vulkan driver to run WebGPU on.');
    return undefined;
  }
  const driver = join(folder, 'vk_swiftshader_icd.json');
  return { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: folder, XDG_RUNTIME_DIR: '/tmp' };
}
