import { chainIdFromNumber, displayChainId, parseChainId } from '../src/index.js';
import { codeOf } from './code-of.js';

it.each(['', '0', '256', '255255'])('refuses the chain id %j [C-474]', (text) => {
  expect(codeOf(() => parseChainId(text))).toBe('ERR_INVALID_CHAIN_ID');
});

it.each([
  ['TESTING', 4],
  ['255', 255],
  ['MAINNET', 1],
  ['1', 1],
])('reads %j as %d [C-474]', (text, id) => expect(parseChainId(text)).toBe(id));

it.each(['testing', ' 4', '4.0', '-1', '+4', '0x4', 'toString', '__proto__'])('refuses %j', (text) => {
  expect(codeOf(() => parseChainId(text))).toBe('ERR_INVALID_CHAIN_ID');
});

it('refuses what is not a text or a number of a chain', () => {
  for (const value of [undefined, null, 4, ['4']]) {
    expect(codeOf(() => parseChainId(value as never))).toBe('ERR_INVALID_CHAIN_ID');
  }
  for (const value of [0, 256, 1.5, Number.NaN]) {
    expect(codeOf(() => chainIdFromNumber(value))).toBe('ERR_INVALID_CHAIN_ID');
  }
});

it('shows the name where there is one', () => {
  expect(displayChainId(chainIdFromNumber(4))).toBe('TESTING');
  expect(displayChainId(chainIdFromNumber(99))).toBe('99');
});
