import { Option, type Command } from 'commander';
import { createNode, loadNodeConfig } from '@diemnet/builder';
import { promMetrics } from '@diemnet/inspector';
import { systemTime } from '@diemnet/types';
import { pino } from 'pino';
import { hostAndPort } from '../admin/listen-flag.js';
import { serveNodeAdmin, type NodeAdmin } from '../admin/node-admin.js';
import { EXIT_OK, UsageError } from '../exit.js';
import { DemoApplication } from '../node/demo-application.js';
import { ECHO_LANE_MESSAGES, runEcho } from '../node/echo-application.js';
import { KeyReload } from '../node/key-reload.js';
import { NodeOutput } from '../node/node-output.js';
import { followParent } from '../node/parent-commands.js';
import { secondsValue } from '../option-values.js';
import { untilInterrupted, type Terminal } from '../terminal.js';

interface NodeFlags {
  readonly file: string;
  readonly echo?: boolean;
  readonly demo?: boolean;
  readonly json?: boolean;
  readonly followStdin?: boolean;
  readonly log: string;
  readonly admin?: string;
  /** Milliseconds. */
  readonly keyOverlap?: number;
}

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'];

/** `diemnet node`: one node from its configuration file. */
export function addNodeCommand(program: Command, terminal: Terminal, finish: (code: number) => void): void {
  program
    .command('node')
    .summary('run a node from its configuration file')
    .description(
      'Runs the networks of a node.yaml until SIGINT or SIGTERM, then stops gracefully. Takes a new identity key\n' +
        'while it runs when a key file changes, or on SIGHUP, which reads the configuration anew.',
    )
    .requiredOption('-f, --file <file>', 'the NodeConfig, in YAML')
    .option('--echo', 'answer every RPC with its payload and send every DirectSend back, on protocols 0 to 4')
    .option(
      '--demo',
      'exchange messages with every peer all the time, on the consensus, mempool and state-sync protocols',
    )
    .option(
      '--json',
      'print one JSON object per line: listening, new-peer, updated-peer, lost-peer, message, rpc, key-rotated',
    )
    .option('--follow-stdin', 'take commands from a parent process, and stop when standard input ends')
    .addOption(
      new Option(
        '--admin <host:port>',
        'serve metrics, health and the inspector there (default: as the configuration says)',
      ).argParser(hostAndPort),
    )
    .addOption(
      new Option(
        '--key-overlap <seconds>',
        'how long an identity key that was rotated still answers (default: 600)',
      ).argParser(secondsValue),
    )
    .addOption(
      new Option('--log <level>', 'log to standard error from this level on')
        .choices(LOG_LEVELS)
        .default('error'),
    )
    .addHelpText('after', '\nExit codes: 0 stopped in order, 1 the node could not run, 2 wrong input.')
    .action(async (flags: NodeFlags) => finish(await runNode(flags, terminal)));
}

async function runNode(flags: NodeFlags, terminal: Terminal): Promise<number> {
  if (flags.echo === true && flags.demo === true) {
    throw new UsageError('--echo and --demo claim the same protocols: choose one');
  }
  const interrupted = untilInterrupted(terminal);
  const config = await loadNodeConfig(flags.file);
  if (config.validator_network === undefined && config.full_node_networks.length === 0) {
    throw new UsageError(`${flags.file}: full_node_networks: a full node needs at least one network`);
  }
  if (config.base.chain_id === undefined) {
    throw new UsageError(`${flags.file}: base.chain_id: expected the chain by name or number, e.g. TESTING`);
  }
  const output = new NodeOutput(terminal, { json: flags.json === true });
  const demos: DemoApplication[] = [];
  const adminConfig = flags.admin === undefined ? config.admin : { ...config.admin, listen: flags.admin };
  // Nobody reads metrics without the server, and then measuring costs nothing.
  const metrics = adminConfig === undefined ? undefined : promMetrics();
  const logger = pino({ level: flags.log, base: null }, pino.destination({ dest: 2, sync: true }));
  const node = await createNode(config, {
    logger,
    metrics,
    ...(flags.echo === true ? { tuning: { peer: { laneMessages: ECHO_LANE_MESSAGES } } } : {}),
    onNetwork(network) {
      if (flags.echo === true) runEcho(network, output);
      else if (flags.demo === true) demos.push(new DemoApplication(network, output, { time: systemTime }));
      else network.peerManager.subscribe((event) => output.connection(network.context, event));
    },
  });
  const parent =
    flags.followStdin === true
      ? followParent(process.stdin, demos, output, () => interrupted.cancel())
      : undefined;
  let admin: NodeAdmin | undefined;
  let keys: KeyReload | undefined;
  // From the start: without a listener the signal would end the process.
  const ignoreReload = terminal.onReload?.(() => void keys?.reload());
  try {
    if (adminConfig !== undefined && metrics !== undefined) {
      admin = await serveNodeAdmin(node, { ...adminConfig, dataDir: config.base.data_dir }, metrics);
      output.admin(admin.url);
    }
    await node.start();
    for (const network of node.networks) output.listening(network.context, network.listenAddress);
    for (const demo of demos) demo.start();
    keys = new KeyReload({
      node,
      config,
      file: flags.file,
      time: systemTime,
      logger,
      output,
      overlapMs: flags.keyOverlap,
    });
    output.forProgram({ event: 'ready' });
    await interrupted.promise;
  } finally {
    for (const demo of demos) demo.stop();
    parent?.close();
    if (flags.followStdin === true) process.stdin.destroy();
    interrupted.cancel();
    await keys?.stop();
    try {
      await node.stop();
    } finally {
      await admin?.stop();
      ignoreReload?.();
    }
  }
  output.forProgram({ event: 'stopped' });
  return EXIT_OK;
}
