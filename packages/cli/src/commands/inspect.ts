import { Option, type Command } from 'commander';
import { parseHostAndPort } from '@diemnet/builder';
import { readRecording, startAdminServer } from '@diemnet/inspector';
import { hostAndPort } from '../admin/listen-flag.js';
import { readTokenFile } from '../admin/token-file.js';
import { EXIT_OK } from '../exit.js';
import { untilInterrupted, type Terminal } from '../terminal.js';

interface InspectFlags {
  readonly listen: string;
  readonly tokenFile?: string;
  readonly json?: boolean;
}

/** `diemnet inspect`: the page, playing what was recorded. */
export function addInspectCommand(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  program
    .command('inspect')
    .summary('play a recorded network in the browser')
    .description(
      'Serves the page of the inspector with a recording, such as the simulator makes, until SIGINT or SIGTERM.\n' +
        'The page plays it as if it were live: pause, seek, speed.',
    )
    .argument('<file>', 'the recording, as text or compressed with gzip')
    .addOption(
      new Option('--listen <host:port>', 'where to serve it, with any free port for 0')
        .default('127.0.0.1:0')
        .argParser(hostAndPort),
    )
    .addOption(
      new Option('--token-file <file>', 'the token to ask for, needed beyond the loopback interface').env(
        'DIEMNET_ADMIN_TOKEN_FILE',
      ),
    )
    .option('--json', 'print the address and what the recording is as one JSON object')
    .addHelpText('after', '\nExit codes: 0 stopped in order, 1 it could not be served, 2 wrong input.')
    .action(async (file: string, flags: InspectFlags) => {
      await inspect(file, flags, terminal);
      finish(EXIT_OK);
    });
}

async function inspect(file: string, flags: InspectFlags, terminal: Terminal): Promise<void> {
  const interrupted = untilInterrupted(terminal);
  try {
    const recording = await readRecording(file);
    const token = flags.tokenFile === undefined ? undefined : await readTokenFile(flags.tokenFile);
    const server = await startAdminServer({ ...parseHostAndPort(flags.listen), token, recording });
    const { url } = server;
    const { title } = recording.header;
    const { durationMs } = recording;
    terminal.out(
      flags.json === true
        ? `${JSON.stringify({ event: 'inspector', url, title, durationMs })}\n`
        : `inspector: ${url} plays "${title}", ${(durationMs / 1000).toFixed(1)} s; Ctrl-C ends it\n`,
    );
    await interrupted.promise;
    await server.stop();
  } finally {
    interrupted.cancel();
  }
}
