import { createRequire } from 'node:module';
import hardhatEthers from '@nomicfoundation/hardhat-ethers';
import hardhatNodeTestRunner from '@nomicfoundation/hardhat-node-test-runner';
import { defineConfig } from 'hardhat/config';

const require = createRequire(import.meta.url);

// The compiler comes from npm, so a build never downloads anything.
const solc = (runs: number) => ({
  version: '0.8.37',
  path: require.resolve('solc/soljson.js'),
  settings: { optimizer: { enabled: true, runs }, evmVersion: 'cancun' },
});

// Invariants cost CPU in proportion to runs x depth. The default is what every commit can afford;
// a nightly run raises it, for instance FOLKMOOT_INVARIANT=256x500.
const [runs = 32, depth = 64] = (process.env.FOLKMOOT_INVARIANT ?? '32x64').split('x').map(Number);

export default defineConfig({
  plugins: [hardhatEthers, hardhatNodeTestRunner],
  solidity: {
    profiles: {
      default: {
        compilers: [solc(200)],
        // Every module calls the vault in every step, and there is room below the limit of 24,576 bytes.
        overrides: { 'contracts/stake/StakeVault.sol': solc(20_000) },
      },
    },
    // Artifacts of test contracts stay out of artifacts/contracts, which the application reads.
    splitTestsCompilation: true,
  },
  networks: {
    default: { type: 'edr-simulated', chainType: 'l1', hardfork: 'cancun', chainId: 31337 },
  },
  paths: { sources: 'contracts', tests: { solidity: 'contracts/test', nodejs: 'contracts/test' } },
  test: {
    solidity: {
      fuzz: { runs: 256, seed: '0x666f6c6b6d6f6f74000000000000000000000000000000000000000000000001' },
      invariant: { runs, depth, failOnRevert: true },
    },
  },
});
