/**
 * Shows that lint refuses what the architecture forbids: in a scratch copy of the last commit, a file that breaks each
 * rule on purpose must fail, and the same copy without it must not.
 *
 *   node tools/lint/layers-test.mjs
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { scratchCopy } from '../workspace/scratch-copy.mjs';

const VIOLATIONS = [
  {
    what: 'an import from a higher layer',
    file: 'packages/types/src/violation.ts',
    text: "import { parseNetworkAddress } from '@diemnet/network-address';\nexport const a = parseNetworkAddress;\n",
    rule: '@nx/enforce-module-boundaries',
  },
  {
    what: 'a cycle within a layer',
    file: 'packages/peer/src/violation.ts',
    text: "import { PeerManager } from '@diemnet/peer-manager';\nexport const a = PeerManager;\n",
    rule: '@nx/enforce-module-boundaries',
  },
  {
    what: 'an import by path',
    file: 'packages/noise/src/violation.ts',
    text: "import { hexToBytes } from '../../types/src/hex.js';\nexport const a = hexToBytes;\n",
    rule: '@nx/enforce-module-boundaries',
  },
  {
    what: 'a dependency that is not declared',
    file: 'packages/wire/src/violation.ts',
    text: "import { KeyedChannel } from '@diemnet/channel';\nexport const a = KeyedChannel;\n",
    lint: 'packages/wire/package.json',
    rule: '@nx/dependency-checks',
  },
  {
    what: 'the real clock',
    file: 'packages/channel/src/violation.ts',
    text: 'export const a = Date.now();\n',
    rule: 'no-restricted-properties',
  },
  {
    what: 'an export of everything',
    file: 'packages/bcs/src/violation.ts',
    text: "export * from './limits.js';\n",
    rule: 'no-restricted-syntax',
  },
];

const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'diemnet-lint-'));
let failed = 0;
try {
  scratchCopy(copy);
  const inCopy = (...args) => spawnSync('npx', args, { cwd: copy, encoding: 'utf8' });
  for (const { file, text } of VIOLATIONS) fs.writeFileSync(path.join(copy, file), text);
  // Without a graph of the projects the rules of Nx are skipped.
  inCopy('nx', 'show', 'projects');
  const files = VIOLATIONS.map(({ file, lint = file }) => lint);
  const { stdout, stderr } = inCopy('eslint', '--format=json', ...files);
  if (!stdout.startsWith('[')) throw new SyntaxError(`eslint did not run: ${stdout}${stderr}`);
  const results = JSON.parse(stdout);
  for (const { what, file, rule, lint = file } of VIOLATIONS) {
    const result = results.find(({ filePath }) => filePath.endsWith(lint));
    const found = result?.messages.some(({ ruleId, severity }) => ruleId === rule && severity === 2);
    console.log(`${what}: ${found ? `refused by ${rule}` : 'NOT refused'}`);
    if (!found) failed++;
  }
} finally {
  fs.rmSync(copy, { recursive: true, force: true });
}
process.exitCode = failed === 0 ? 0 : 1;
