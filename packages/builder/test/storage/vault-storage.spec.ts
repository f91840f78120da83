import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex } from '@diemnet/types';
import { MockTime, settle } from '@diemnet/types/testing';
import { VaultStorage, openStorage, type VaultBackend } from '../../src/index.js';
import { HttpDouble, silentServer } from './http-double.js';

const SERVER = 'https://vault.example:8200';
const BACKEND: VaultBackend = { type: 'vault', server: SERVER, token: { from_config: 'root-token' } };
const SEED = '0123456789abcdef'.repeat(4);
const EXPORTED = Buffer.from(`${SEED}${'ff'.repeat(32)}`, 'hex').toString('base64');

function open(backend: Partial<VaultBackend>, http: HttpDouble, time = new MockTime()) {
  return openStorage({ ...BACKEND, ...backend }, { http: http.client, time });
}

describe('VaultStorage', () => {
  it('reads a value in the field named after the key, with the token from the configuration [C-475]', async () => {
    const http = new HttpDouble({
      [`${SERVER}/v1/secret/data/owner_account`]: { data: { data: { owner_account: 'ab' }, metadata: {} } },
    });
    await expect(open({}, http).get('owner_account')).resolves.toBe('ab');
    expect(http.requests).toMatchObject([{ method: 'GET', headers: { 'X-Vault-Token': 'root-token' } }]);
  });

  it('puts the namespace in front, with a slash for values and two underlines for keys [C-475]', async () => {
    const http = new HttpDouble({
      [`${SERVER}/v1/secret/data/ns/owner_account`]: { data: { data: { owner_account: 'ab' } } },
      [`${SERVER}/v1/transit/export/signing-key/ns__network`]: { data: { keys: { 1: EXPORTED } } },
    });
    const storage = open({ namespace: 'ns', server: `${SERVER}/` }, http);
    await expect(storage.get('owner_account')).resolves.toBe('ab');
    expect(bytesToHex(await storage.exportPrivateKey('network'))).toBe(SEED);
  });

  it('exports the latest version of a key', async () => {
    const old = Buffer.alloc(64).toString('base64');
    const http = new HttpDouble({
      [`${SERVER}/v1/transit/export/signing-key/network`]: {
        data: { keys: { 2: old, 10: EXPORTED, 9: old } },
      },
    });
    expect(bytesToHex(await open({}, http).exportPrivateKey('network'))).toBe(SEED);
  });

  describe('with files', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'diemnet-vault-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it('reads the token and the certificate from disk [C-475]', async () => {
      await writeFile(join(folder, 'token'), 'disk-token\n');
      await writeFile(join(folder, 'ca'), 'PEM');
      const http = new HttpDouble();
      const storage = open(
        { token: { from_disk: join(folder, 'token') }, ca_certificate: join(folder, 'ca') },
        http,
      );
      await expect(storage.get('a')).rejects.toMatchObject({ code: 'ERR_STORAGE_KEY_NOT_SET' });
      expect(http.requests).toMatchObject([{ ca: 'PEM', headers: { 'X-Vault-Token': 'disk-token' } }]);
    });

    it('names a token or certificate that cannot be read, and tries again later', async () => {
      const http = new HttpDouble();
      const storage = open({ token: { from_disk: join(folder, 'token') } }, http);
      await expect(storage.get('a')).rejects.toMatchObject({ code: 'ERR_STORAGE_TOKEN' });
      await writeFile(join(folder, 'token'), 't');
      await expect(storage.get('a')).rejects.toMatchObject({ code: 'ERR_STORAGE_KEY_NOT_SET' });
      const other = open({ ca_certificate: join(folder, 'ca') }, http);
      await expect(other.get('a')).rejects.toMatchObject({ code: 'ERR_STORAGE_CERTIFICATE' });
    });
  });

  it('gives up after the configured timeouts and leaves no timer [C-475]', async () => {
    const time = new MockTime();
    const storage = new VaultStorage(
      { ...BACKEND, connection_timeout_ms: 300, response_timeout_ms: 400 },
      { http: silentServer, time },
    );
    const asked = storage.get('a');
    asked.catch(() => undefined);
    await settle();
    await time.advanceAsync(699);
    expect(time.pendingTimers).toBe(1);
    await time.advanceAsync(1);
    await expect(asked).rejects.toMatchObject({ code: 'ERR_STORAGE_UNAVAILABLE' });
    expect(time.pendingTimers).toBe(0);
  });

  it('stops waiting when the caller does', async () => {
    const time = new MockTime();
    const controller = new AbortController();
    const asked = new VaultStorage(BACKEND, { http: silentServer, time }).get('a', {
      signal: controller.signal,
    });
    await settle();
    controller.abort();
    await expect(asked).rejects.toBeInstanceOf(Error);
    expect(time.pendingTimers).toBe(0);
  });

  it.each([
    [403, 'ERR_STORAGE_PERMISSION'],
    [404, 'ERR_STORAGE_KEY_NOT_SET'],
    [500, 'ERR_STORAGE_UNAVAILABLE'],
    [307, 'ERR_STORAGE_UNAVAILABLE'],
  ])('tells what status %i means', async (status, code) => {
    const http = new HttpDouble();
    http.status = status;
    await expect(open({}, http).get('a')).rejects.toMatchObject({ code });
  });

  it.each([
    ['not JSON', '<html>', 'ERR_STORAGE_INVALID_VALUE'],
    ['another shape', '{"data":null}', 'ERR_STORAGE_KEY_NOT_SET'],
    [
      'a connection that fails',
      Object.assign(new TypeError('x'), { code: 'ECONNREFUSED' }),
      'ERR_STORAGE_UNAVAILABLE',
    ],
  ])('survives %s', async (_what, answer, code) => {
    const http = new HttpDouble({ [`${SERVER}/v1/secret/data/a`]: answer });
    await expect(open({}, http).get('a')).rejects.toMatchObject({ code });
  });

  it.each([
    ['nothing', {}, 'ERR_STORAGE_KEY_NOT_SET'],
    ['no base64', { 1: '?' }, 'ERR_STORAGE_INVALID_VALUE'],
    ['too little', { 1: 'AAAA' }, 'ERR_STORAGE_INVALID_VALUE'],
  ])('refuses an exported key of %s', async (_what, keys, code) => {
    const http = new HttpDouble({ [`${SERVER}/v1/transit/export/signing-key/k`]: { data: { keys } } });
    await expect(open({}, http).exportPrivateKey('k')).rejects.toMatchObject({ code });
  });

  it('renews its token when half of the time is over, and goes on if that is refused', async () => {
    const time = new MockTime();
    const http = new HttpDouble({
      [`${SERVER}/v1/secret/data/a`]: { data: { data: { a: 1 } } },
    });
    const storage = open({ renew_ttl_secs: 60 }, http, time);
    const renewals = () =>
      http.requests.filter((request) => request.url.endsWith('/v1/auth/token/renew-self'));
    await expect(storage.get('a')).resolves.toBe(1);
    expect(renewals()).toMatchObject([{ method: 'POST', body: '{"increment":"60"}' }]);
    await time.advanceAsync(29_999);
    await storage.get('a');
    expect(renewals()).toHaveLength(1);
    await time.advanceAsync(1);
    await storage.get('a');
    expect(renewals()).toHaveLength(2);
  });
});
