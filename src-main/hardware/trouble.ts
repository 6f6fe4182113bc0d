import { accessSync, constants } from 'node:fs';
import { drmNodes, type LinuxCard } from './linux-cards.ts';
import type { Trouble } from './protocol.ts';
import type { Sysfs } from './sysfs.ts';
import type { Said } from './tool.ts';

/** What keeps a card of Linux from being used, and what would help; null: nothing that we know of. */
export function linuxTrouble(sys: Sysfs, card: LinuxCard, nvidiaSmi: Said, usable = renderable): Trouble | null {
  const { module, vendor } = card;
  if (module === 'vfio-pci')
    return {
      cause: 'The card is set aside for a virtual machine (vfio-pci).',
      fix: 'Give it back to this system, then check again.',
    };
  if (vendor === 'nvidia' && module === 'nouveau')
    return {
      cause: 'The card runs on nouveau, a driver that cannot compute.',
      fix: 'Install the driver of NVIDIA from your distribution and restart the computer.',
    };
  if (module === null)
    return {
      cause: 'The system sees the card, but no driver is in charge of it.',
      fix:
        vendor === 'nvidia'
          ? 'Install the driver of NVIDIA from your distribution and restart the computer.'
          : 'Update the system’s kernel and firmware packages, then restart the computer.',
    };
  if (vendor === 'nvidia' && nvidiaSmi.kind === 'missing')
    return {
      cause: 'The program nvidia-smi is missing, so the card’s load and temperature cannot be read.',
      fix: 'Install nvidia-utils (it comes with the driver in most distributions).',
    };
  if (vendor === 'nvidia' && nvidiaSmi.kind === 'failed') {
    const mismatch = /version mismatch/i.test(nvidiaSmi.why);
    return {
      cause: mismatch
        ? 'The driver was updated while the system ran, and its two halves no longer fit.'
        : `The driver of the card does not answer: ${sentence(nvidiaSmi.why)}`,
      fix: 'Restart the computer.',
    };
  }
  const nodes = drmNodes(sys, card).filter((node) => node.startsWith('renderD'));
  const closed = nodes.find((node) => !usable(`/dev/dri/${node}`));
  if (closed !== undefined)
    return {
      cause: `This account may not use the card (/dev/dri/${closed}).`,
      fix: 'Add the account to the group “render” (sudo usermod -aG render,video $USER) and log in again.',
    };
  return null;
}

function renderable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function sentence(text: string): string {
  return /[.!]$/.test(text) ? text : `${text}.`;
}
