import type { BaseAddress } from '@diemnet/network-address';
import { HttpProxy, httpProxyFromEnvironment } from '../../src/index.js';

type Target = Extract<BaseAddress, { kind: 'ip' | 'dns' }>;

const ip = (text: string): Target => ({ kind: 'ip', ip: text, family: text.includes(':') ? 6 : 4, port: 1 });
const dns = (name: string): Target => ({ kind: 'dns', name, filter: 'any', port: 1 });

describe('HttpProxy', () => {
  it.each([
    ['http://proxy.example:3128', { kind: 'dns', name: 'proxy.example', filter: 'any', port: 3128 }],
    ['http://proxy.example', { kind: 'dns', name: 'proxy.example', filter: 'any', port: 80 }],
    ['http://10.0.0.1:80/', { kind: 'ip', ip: '10.0.0.1', family: 4, port: 80 }],
    ['http://[::1]:8080', { kind: 'ip', ip: '::1', family: 6, port: 8080 }],
  ])('finds the proxy of %s', (url, target) => {
    expect(new HttpProxy({ url }).target).toEqual(target);
  });

  it.each(['https://proxy.example', 'socks5://proxy.example', 'proxy.example:3128', ''])(
    'refuses %j',
    (url) => {
      expect(() => new HttpProxy({ url })).toThrow(expect.objectContaining({ code: 'ERR_INVALID_OPTION' }));
    },
  );

  it('excludes addresses, networks, names and suffixes [C-043]', () => {
    const noProxy = ['192.0.2.1', ' 10.0.0.0/8 ', '[::1]', 'Exact.example', '.suffix.example', '', ' '];
    const proxy = new HttpProxy({ url: 'http://p', noProxy });
    for (const excluded of [
      ip('192.0.2.1'),
      ip('10.9.8.7'),
      ip('::1'),
      dns('exact.example'),
      dns('EXACT.example'),
      dns('a.suffix.example'),
      dns('suffix.example'),
    ]) {
      expect(proxy.admits(excluded)).toBe(false);
    }
    for (const admitted of [
      ip('192.0.2.2'),
      ip('11.0.0.1'),
      ip('::2'),
      dns('a.exact.example'),
      dns('192.0.2.1'),
    ]) {
      expect(proxy.admits(admitted)).toBe(true);
    }
  });

  it('takes a lone dot for every name, and for no address [C-043]', () => {
    const proxy = new HttpProxy({ url: 'http://p', noProxy: ['.'] });
    expect(proxy.admits(dns('any.example'))).toBe(false);
    expect(proxy.admits(ip('192.0.2.1'))).toBe(true);
  });
});

describe('httpProxyFromEnvironment', () => {
  it('reads https_proxy before HTTPS_PROXY, and no_proxy before NO_PROXY', () => {
    const upper = { HTTPS_PROXY: 'http://upper', NO_PROXY: 'a,b' };
    expect(httpProxyFromEnvironment(upper)?.target).toMatchObject({ name: 'upper' });
    expect(httpProxyFromEnvironment(upper)?.admits(dns('b'))).toBe(false);
    const both = httpProxyFromEnvironment({ ...upper, https_proxy: 'http://lower', no_proxy: 'c' });
    expect(both?.target).toMatchObject({ name: 'lower' });
    expect([both?.admits(dns('b')), both?.admits(dns('c'))]).toEqual([true, false]);
  });

  it.each([
    {},
    { https_proxy: '' },
    { https_proxy: 'https://p' },
    { https_proxy: 'nonsense' },
    { http_proxy: 'http://p' },
  ])('means a direct connection for %j', (env) => expect(httpProxyFromEnvironment(env)).toBeUndefined());
});
