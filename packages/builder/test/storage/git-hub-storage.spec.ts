import { bytesToHex } from '@diemnet/types';
import { openStorage, type GitHubBackend } from '../../src/index.js';
import { HttpDouble } from './http-double.js';

const BACKEND: GitHubBackend = {
  type: 'git_hub',
  repository_owner: 'owner',
  repository: 'secrets',
  token: { from_config: 'github-token' },
};
const CONTENTS = 'https://api.github.com/repos/owner/secrets/contents';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const stored = (value: unknown) => JSON.stringify({ data: 'GetResponse', last_update: 1, value });

describe('GitHubStorage', () => {
  it('reads a file of the default branch, with its token [C-475]', async () => {
    const content = `${base64(stored('ab')).slice(0, 10)}\n${base64(stored('ab')).slice(10)}\n`;
    const http = new HttpDouble({
      [`${CONTENTS}/owner_account?ref=master`]: { content, encoding: 'base64' },
    });
    await expect(openStorage(BACKEND, { http: http.client }).get('owner_account')).resolves.toBe('ab');
    expect(http.requests).toMatchObject([{ headers: { Authorization: 'token github-token' } }]);
  });

  it('reads namespace and branch as configured, and a file in base64', async () => {
    const http = new HttpDouble({
      [`${CONTENTS}/ns/key?ref=a%2Fb`]: { content: base64(base64(stored('cd'.repeat(32)))) },
    });
    const storage = openStorage({ ...BACKEND, namespace: 'ns', branch: 'a/b' }, { http: http.client });
    expect(bytesToHex(await storage.exportPrivateKey('key'))).toBe('cd'.repeat(32));
  });

  it.each([
    ['no content', {}],
    ['no base64', { content: '?' }],
    ['no JSON', { content: base64('{') }],
    ['no value', { content: base64('{}') }],
    ['rubbish', { content: base64('?') }],
  ])('refuses a file with %s', async (_what, answer) => {
    const http = new HttpDouble({ [`${CONTENTS}/a?ref=master`]: answer });
    await expect(openStorage(BACKEND, { http: http.client }).get('a')).rejects.toMatchObject({
      code: 'ERR_STORAGE_INVALID_VALUE',
    });
  });

  it('tells that a file is missing', async () => {
    await expect(openStorage(BACKEND, { http: new HttpDouble().client }).get('a')).rejects.toMatchObject({
      code: 'ERR_STORAGE_KEY_NOT_SET',
    });
  });
});
