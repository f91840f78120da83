import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { sleep, startInterval, systemTime } from '@diemnet/types';
import { generateKeyPair } from '@diemnet/noise';
import { hostAndPort } from '../admin/listen-flag.js';
import { EXIT_FAILED, EXIT_OK, UsageError } from '../exit.js';
import { untilInterrupted, type Terminal } from '../terminal.js';
import { serveControl } from '../testnet/control.js';
import { freePort } from '../testnet/free-port.js';
import { LiveView } from '../testnet/live-view.js';
import { expectedConnections } from '../testnet/layout.js';
import { Testnet } from '../testnet/testnet.js';
import { TestnetPage } from '../testnet/testnet-page.js';
import type { TestnetReport } from '../testnet/report.js';

interface TestnetFlags {
  readonly validators: number;
  readonly vfns: number;
  readonly pfns: number;
  readonly for?: number;
  readonly dir?: string;
  readonly json?: boolean;
  readonly admin: string | false;
}

const MAX_NODES = 100;
const REFRESH_MS = 1000;
const KEPT_NOTICES = 6;

/** `diemnet testnet`: a local network of several processes. */
export function addTestnetCommand(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  program
    .command('testnet')
    .summary('run a local network of several processes')
    .description(
      'Makes keys and configurations, runs every node as a process of its own on 127.0.0.1 and keeps traffic\n' +
        'flowing between them until Ctrl-C. Validators form a full mesh, each validator full node (vfn) connects\n' +
        'to its validator, each public full node (pfn) to all validator full nodes.\n' +
        'While it runs, "diemnet reconfigure" rotates keys, removes and adds validators.',
    )
    .addOption(new Option('--validators <n>', 'number of validators').default(4).argParser(count(1)))
    .addOption(new Option('--vfns <n>', 'number of validator full nodes').default(1).argParser(count(0)))
    .addOption(new Option('--pfns <n>', 'number of public full nodes').default(2).argParser(count(0)))
    .addOption(new Option('--for <seconds>', 'stop after this time').argParser(seconds))
    .option('--dir <folder>', 'keep configurations here (default: a temporary folder, removed at the end)')
    .addOption(
      new Option('--admin <host:port>', 'serve one page about all nodes there, with any free port for 0')
        .default('127.0.0.1:0')
        .argParser(hostAndPort),
    )
    .option('--no-admin', 'serve no page')
    .option('--json', 'print a report as one JSON object, the last line on standard output')
    .addHelpText(
      'after',
      '\nExit code: 0 if every expected connection stood at the end and every RPC was answered.',
    )
    .action(async (flags: TestnetFlags) => finish(await runTestnet(flags, terminal)));
}

async function runTestnet(flags: TestnetFlags, terminal: Terminal): Promise<number> {
  if (flags.pfns > 0 && flags.vfns === 0) {
    throw new UsageError(
      'public full nodes connect to validator full nodes: --pfns needs --vfns of at least 1',
    );
  }
  if (flags.validators + flags.vfns + flags.pfns > MAX_NODES) {
    throw new UsageError(`a testnet has at most ${MAX_NODES} nodes, each is a process of its own`);
  }
  const temporary = flags.dir === undefined;
  const directory = temporary
    ? await mkdtemp(path.join(os.tmpdir(), 'diemnet-'))
    : path.resolve(flags.dir as string);
  await mkdir(directory, { recursive: true }).catch((cause: unknown) => {
    throw new UsageError(`--dir: ${directory} cannot be used as a folder`, { cause });
  });
  const live = terminal.interactive && flags.json !== true;
  const notices: string[] = [];
  const say = (line: string) => {
    notices.push(line);
    if (notices.length > KEPT_NOTICES) notices.shift();
    if (!live) (flags.json === true ? terminal.err : terminal.out)(`${line}\n`);
  };
  const taken = new Set<number>();
  const page = flags.admin === false ? undefined : await TestnetPage.serve(flags.admin);
  const testnet = new Testnet({
    inspection: page,
    directory,
    counts: flags,
    command: [process.execPath, fileURLToPath(new URL('../bin/diemnet.js', import.meta.url))],
    time: systemTime,
    sources: { generateKeyPair: () => generateKeyPair(), freePort: () => distinctPort(taken) },
    onNotice: say,
  });
  const interrupted = untilInterrupted(terminal);
  const control = { close: async () => {} };
  let view: { cancel(): void } | undefined;
  try {
    if (page !== undefined) say(`inspector: ${page.url}`);
    say(`starting ${flags.validators + flags.vfns + flags.pfns} nodes in ${directory}`);
    const started = testnet.start();
    started.catch(() => {});
    const early = await Promise.race([started.then(() => false), interrupted.promise.then(() => true)]);
    if (!early) {
      Object.assign(control, await serveControl(testnet));
      for (const { role, name, endpoints } of testnet.nodes) {
        say(`${name} (${role}) listens on ${endpoints.map(({ address }) => address).join(' ')}`);
      }
      say(`${expectedConnections(testnet.nodes).length} connections are expected`);
      if (live) view = showLive(testnet, terminal, { notices, page: page?.url });
      const expired = new AbortController();
      await Promise.race([
        interrupted.promise,
        ...(flags.for === undefined
          ? []
          : [sleep(systemTime, flags.for * 1000, { signal: expired.signal }).catch(() => {})]),
      ]);
      expired.abort();
    }
    const report = await testnet.report();
    view?.cancel();
    await control.close();
    await testnet.stop();
    printReport(report, flags, terminal);
    return report.ok ? EXIT_OK : EXIT_FAILED;
  } finally {
    interrupted.cancel();
    view?.cancel();
    await control.close();
    await testnet.stop();
    await page?.stop();
    if (temporary) await rm(directory, { recursive: true, force: true });
  }
}

function showLive(
  testnet: Testnet,
  terminal: Terminal,
  { notices, page }: { readonly notices: readonly string[]; readonly page: string | undefined },
): { cancel(): void } {
  const view = new LiveView({ time: systemTime, colours: terminal.colours, page });
  return startInterval(systemTime, REFRESH_MS, () =>
    terminal.out(view.render(testnet.nodes, testnet.table, notices)),
  );
}

function printReport(report: TestnetReport, flags: TestnetFlags, terminal: Terminal): void {
  for (const problem of report.problems) terminal.err(`${problem}\n`);
  if (flags.json === true) {
    terminal.out(`${JSON.stringify(report)}\n`);
    return;
  }
  const sum = (pick: (connection: TestnetReport['connections'][number]) => number) =>
    report.connections.reduce((total, connection) => total + pick(connection), 0);
  terminal.out(
    `${report.ok ? 'ok' : 'not ok'}: ${report.connections.filter((c) => c.state === 'connected').length} of ` +
      `${report.connections.length} expected connections stood, ${report.unexpected.length} unexpected; ` +
      `${sum((c) => c.directSendsReceived)} DirectSends received, ${sum((c) => c.rpcsAnswered)} RPCs answered, ` +
      `${sum((c) => c.rpcsFailed)} failed\n`,
  );
}

/** Two nodes must not be given the same port before either listens. */
async function distinctPort(taken: Set<number>): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (!taken.has(port)) {
      taken.add(port);
      return port;
    }
  }
}

function count(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > MAX_NODES) {
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${MAX_NODES}.`);
    }
    return value;
  };
}

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0)
    throw new InvalidArgumentError('expected a number of seconds.');
  return value;
}
