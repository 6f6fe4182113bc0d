import { ask } from './ask.ts';
import { check } from './check.ts';
import type { Command } from './command.ts';
import { diagnostics } from './diagnostics.ts';
import { disputes, disputesAppeal, disputesSecrets, disputesVote } from './disputes.ts';
import { earnings } from './earnings.ts';
import { limits } from './limits.ts';
import { logs } from './logs.ts';
import { machine } from './machine.ts';
import { modelsAdd } from './models-add.ts';
import { modelsInspect, modelsRemove, modelsTest } from './models-look.ts';
import { modelsGet, modelsList, modelsOptIn, modelsOptOut } from './models.ts';
import { pause, resume } from './pause.ts';
import { prices } from './prices.ts';
import { simulate } from './simulate.ts';
import { service, stake, stakeDeposit, stakeExit, stakeFinish, stakeWithdraw } from './stake.ts';
import { speedAuto, speedCheck, speedList } from './speed.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { stop, url } from './stop.ts';
import { takeBack, task } from './task.ts';
import {
  walletCreate,
  walletExport,
  walletLock,
  walletRestore,
  walletStatus,
  walletUnlock,
  walletWords,
} from './wallet.ts';

/** In the order of the help text: as somebody new would need them. Adding one: write it, list it here, describe it in docs/hosts.md. */
export const commands: readonly Command[] = [
  start,
  status,
  walletStatus,
  walletCreate,
  walletRestore,
  walletUnlock,
  walletLock,
  walletWords,
  walletExport,
  modelsList,
  ask,
  task,
  takeBack,
  modelsOptIn,
  modelsOptOut,
  modelsInspect,
  modelsAdd,
  modelsGet,
  modelsTest,
  modelsRemove,
  earnings,
  stake,
  stakeDeposit,
  stakeExit,
  stakeFinish,
  stakeWithdraw,
  service,
  disputes,
  disputesVote,
  disputesAppeal,
  disputesSecrets,
  machine,
  limits,
  check,
  speedList,
  speedCheck,
  speedAuto,
  logs,
  diagnostics,
  simulate,
  pause,
  resume,
  prices,
  url,
  stop,
];
