import { SCENARIOS } from '../../src/index.js';
import { LARGE, runNamed } from './run-all.js';

jest.setTimeout(LARGE ? 3_600_000 : 120_000);

const named = (prefix: string) => [...SCENARIOS.keys()].filter((name) => name.startsWith(prefix));

it.each(named('handshake-').filter((name) => name !== 'handshake-flood'))(
  'connects in the end, whatever byte of the handshake it happens at: %s',
  async (name) => {
    await runNamed(name);
  },
);

it.each(named('stop-'))('stops in time and leaves nothing behind: %s [D-10]', async (name) => {
  await runNamed(name);
});
