import { main } from '../src/main.js';
import { RecordingTerminal } from './recording-terminal.js';

/** Runs a command to its end. */
export async function run(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = Object.assign(new RecordingTerminal(), { env });
  const code = await main(args, terminal);
  return { code, stdout: terminal.stdout, stderr: terminal.stderr };
}
