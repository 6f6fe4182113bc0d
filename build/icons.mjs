// node build/icons.mjs: draws every icon from the one mark in src-renderer/public/icon.svg. Run after changing it; the results are committed.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { chromium as findChromium } from './chromium.mjs';
import { ROOT } from './processes.mjs';

const GREEN = '#0f6b53';
const mark = readFileSync(join(ROOT, 'src-renderer/public/icon.svg'), 'utf8');
const inner = mark.replace(/^<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '');
const picture = (colour, content) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">${content.replaceAll(GREEN, colour)}</svg>`;

/** On a sheet of its own: readable on every desktop. */
const appIcon = picture(
  GREEN,
  `<rect width="24" height="24" rx="5.4" fill="#faf8f4"/><g transform="translate(3 3) scale(.75)">${inner}</g>`,
);
/** Light enough for dark panels, dark enough for light ones. */
const trayIcon = picture('#2f9e7b', inner);
/** macOS colours it itself. */
const template = picture('#000000', inner);

const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox'] });

async function png(svg, size) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  const image = await page.screenshot({ omitBackground: true });
  await page.close();
  return image;
}

/** Windows: a directory of PNG pictures. */
function ico(images) {
  const head = Buffer.alloc(6 + 16 * images.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(images.length, 4);
  let offset = head.length;
  images.forEach(({ size, data }, index) => {
    const at = 6 + 16 * index;
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(data.length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += data.length;
  });
  return Buffer.concat([head, ...images.map(({ data }) => data)]);
}

/** macOS: the same, with four letters for each size. */
function icns(images) {
  const chunk = (name, data) => {
    const head = Buffer.alloc(8);
    head.write(name, 0, 'latin1');
    head.writeUInt32BE(8 + data.length, 4);
    return Buffer.concat([head, data]);
  };
  const names = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' };
  return chunk('icns', Buffer.concat(images.map(({ size, data }) => chunk(names[size], data))));
}

const draw = (svg, sizes) => Promise.all(sizes.map(async (size) => ({ size, data: await png(svg, size) })));
const write = (path, data) => writeFileSync(join(ROOT, path), data);

mkdirSync(join(ROOT, 'resources/icons'), { recursive: true });
write('resources/icons/folkmoot.png', await png(appIcon, 256));
write('resources/icons/tray.png', await png(trayIcon, 32));
write('resources/icons/trayTemplate.png', await png(template, 16));
write('resources/icons/trayTemplate@2x.png', await png(template, 32));
write('build/icon.png', await png(appIcon, 1024));
write('build/icon.ico', ico(await draw(appIcon, [16, 32, 48, 256])));
write('build/icon.icns', icns(await draw(appIcon, [128, 256, 512, 1024])));
await browser.close();
