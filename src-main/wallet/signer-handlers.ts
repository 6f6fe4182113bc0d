import type { Handlers } from '../process/rpc.ts';
import type { Amount } from '../../src-shared/domain/ids.ts';
import * as check from './checks.ts';
import { RequestError } from './errors.ts';
import { peerSeed } from './keys.ts';
import type { PermitInput, PolicyConfig, SignerMethods, Spend, TransactionInput } from './protocol.ts';
import type { Signer } from './signer.ts';

function transaction(tx: TransactionInput): TransactionInput {
  return {
    chainId: check.decimal(tx.chainId, 'chainId', 53),
    nonce: check.decimal(tx.nonce, 'nonce', 53),
    to: check.address(tx.to, 'to'),
    value: check.decimal(tx.value, 'value'),
    data: check.callData(tx.data),
    gasLimit: check.decimal(tx.gasLimit, 'gasLimit', 64),
    maxFeePerGas: check.decimal(tx.maxFeePerGas, 'maxFeePerGas', 128),
    maxPriorityFeePerGas: check.decimal(tx.maxPriorityFeePerGas, 'maxPriorityFeePerGas', 128),
  };
}

function permit(input: PermitInput): PermitInput {
  return {
    name: check.text(input.name, 'name', 100),
    version: check.text(input.version, 'version', 20),
    value: check.decimal(input.value, 'value') as Amount,
    nonce: check.decimal(input.nonce, 'nonce'),
    deadline: check.decimal(input.deadline, 'deadline'),
  };
}

function spend(input: Spend): Spend {
  return {
    key: check.text(input.key, 'key', 200),
    at: check.count(input.at, 'at'),
    amount: check.decimal(input.amount, 'amount') as Amount,
  };
}

function policy(input: PolicyConfig): PolicyConfig {
  const { token, vault, market, registry, court, duty, replicas, batches } = input.contracts;
  const contracts = {
    token: check.address(token, 'token'),
    vault: check.address(vault, 'vault'),
    market: check.address(market, 'market'),
    registry: check.address(registry, 'registry'),
    court: check.address(court, 'court'),
    duty: check.address(duty, 'duty'),
    replicas: check.address(replicas, 'replicas'),
    batches: check.address(batches, 'batches'),
  };
  if (new Set(Object.values(contracts)).size !== Object.keys(contracts).length)
    throw new RequestError('two contracts have the same address');
  if (!Array.isArray(input.spent) || input.spent.length > 100_000) throw new RequestError('spent is not a list');
  return {
    chainId: check.count(input.chainId, 'chainId'),
    contracts,
    dayLimit: check.decimal(input.dayLimit, 'dayLimit') as Amount,
    maxGas: check.decimal(input.maxGas, 'maxGas', 64),
    maxFeePerGas: check.decimal(input.maxFeePerGas, 'maxFeePerGas', 128),
    spent: input.spent.map(spend),
  };
}

/** The signer behind its protocol: every input is checked here before it reaches anything that holds a key. */
export function signerHandlers(signer: Signer): Handlers<SignerMethods> {
  return {
    open: (input) => {
      const { folder, expected, passphraseFile, testScryptN } = input;
      return signer.open({
        folder: check.text(folder, 'folder'),
        ...(expected === undefined ? {} : { expected: check.address(expected, 'expected') }),
        ...(passphraseFile === undefined ? {} : { passphraseFile: check.text(passphraseFile, 'passphraseFile') }),
        ...(testScryptN === undefined ? {} : { testScryptN: check.count(testScryptN, 'testScryptN') }),
      });
    },
    status: () => signer.status(),
    create: ({ passphrase }) => signer.create(check.newPassphrase(passphrase)),
    restore: ({ words, passphrase }) => signer.restore(check.text(words, 'the words'), check.newPassphrase(passphrase)),
    unlock: ({ passphrase }) => signer.unlock(check.passphrase(passphrase)),
    lock: () => signer.lock(),
    words: ({ passphrase }) => signer.words(check.passphrase(passphrase)),
    confirmBackup: ({ words }) => {
      if (!Array.isArray(words)) throw new RequestError('words is not a list');
      return signer.confirmBackup(
        words.map(({ position, word }) => ({
          position: check.count(position, 'position'),
          word: check.text(word, 'word', 50),
        })),
      );
    },
    changePassphrase: ({ passphrase, next }) =>
      signer.changePassphrase(check.passphrase(passphrase), check.newPassphrase(next)),
    exportVault: () => signer.exportVault(),
    configure: (input) => {
      signer.signing.configure(policy(input.policy));
      return null;
    },
    signTransaction: (input) => signer.signing.transaction(transaction(input), signer.keys()),
    signMessage: ({ text }) => signer.signing.message(check.text(text, 'text', 8192), signer.keys()),
    signTypedData: (input) => signer.signing.permit(permit(input.permit), signer.keys()),
    peerSeed: ({ period }) => ({ seed: new Uint8Array(peerSeed(signer.keys().seed, check.count(period, 'period'))) }),
    taskSalt: (input) => signer.signing.taskSalt(check.taskId(input.taskId), signer.keys()),
  };
}
