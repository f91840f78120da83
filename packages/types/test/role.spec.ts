import { PEER_ROLES, parsePeerRole, parseRoleType, peerRoleRank } from '../src/index.js';
import { codeOf } from './code-of.js';

it('reads the roles of nodes and peers by their names, and refuses others [C-473]', () => {
  expect(['validator', 'full_node'].map(parseRoleType)).toEqual(['validator', 'full_node']);
  expect(PEER_ROLES.map(parsePeerRole)).toEqual([...PEER_ROLES]);
  for (const text of ['', 'Validator', 'fullnode', 'toString']) {
    expect(codeOf(() => parseRoleType(text))).toBe('ERR_INVALID_ROLE');
  }
  for (const text of ['', 'validator', 'Owner'])
    expect(codeOf(() => parsePeerRole(text))).toBe('ERR_INVALID_ROLE');
});

it('ranks peers in the order in which they are dialed', () => {
  const ranks = PEER_ROLES.map(peerRoleRank);
  expect(ranks).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(peerRoleRank('Validator')).toBeLessThan(peerRoleRank('Unknown'));
});
