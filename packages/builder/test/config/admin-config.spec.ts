import { ConfigError, formatNodeConfig, parseHostAndPort, parseNodeConfig } from '../../src/index.js';

const NODE = 'base: {role: full_node, chain_id: TESTING}\nfull_node_networks: [{}]\n';

it('reads where the administrative server listens, and writes it back', () => {
  const config = parseNodeConfig(`${NODE}admin: {listen: "127.0.0.1:9101", token_file: /run/token}\n`);
  expect(config.admin).toEqual({ listen: '127.0.0.1:9101', token_file: '/run/token' });
  expect(parseNodeConfig(formatNodeConfig(config)).admin).toEqual(config.admin);
  expect(parseNodeConfig(NODE).admin).toBeUndefined();
});

it.each([
  ['admin: {}', 'ERR_CONFIG_MISSING_FIELD', 'admin.listen'],
  ['admin: {listen: 9101}', 'ERR_CONFIG_INVALID_VALUE', 'admin.listen'],
  ['admin: {listen: "127.0.0.1:99999"}', 'ERR_CONFIG_INVALID_VALUE', 'admin.listen'],
  ['admin: {listen: "127.0.0.1:1", tokenfile: x}', 'ERR_CONFIG_UNKNOWN_FIELD', 'admin.tokenfile'],
])('says what is wrong with %s', (text, code, path) => {
  let error: unknown;
  try {
    parseNodeConfig(`${NODE}${text}\n`);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(ConfigError);
  expect((error as ConfigError).details?.issues[0]).toMatchObject({ code, path });
});

it('takes hosts and ports apart', () => {
  expect(parseHostAndPort('[::1]:80')).toEqual({ host: '::1', port: 80 });
  expect(parseHostAndPort('localhost:0')).toEqual({ host: 'localhost', port: 0 });
  for (const wrong of ['80', 'localhost', '::1:80', 'a b:1', ':1', 'x:-1', 'http://x:1']) {
    expect(parseHostAndPort(wrong)).toBeUndefined();
  }
});
