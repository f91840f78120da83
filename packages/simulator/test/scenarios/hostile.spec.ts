import { INSIDERS_ATTACKS, STRANGERS_ATTACKS } from '../../src/index.js';
import { LARGE, runNamed } from './run-all.js';

jest.setTimeout(LARGE ? 3_600_000 : 120_000);

it('serves everybody else while 8 MiB wait for a peer that stopped reading [D-01] [D-03] [D-04]', async () => {
  await runNamed('deaf-peer');
});

it('lets an honest validator join within 2 s of a flood of 1,000 half-open handshakes [D-07]', async () => {
  await runNamed('handshake-flood');
});

it('answers no replayed first message', async () => {
  await runNamed('replayed-handshakes');
});

it.each(Object.keys({ ...STRANGERS_ATTACKS, ...INSIDERS_ATTACKS }))(
  'serves its peers under the attack %s, and stops in time [D-12]',
  async (name) => {
    await runNamed(`attack-${name}`);
  },
);
