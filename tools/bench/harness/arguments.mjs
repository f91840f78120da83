/** What the command line asks for. Unknown options are an error: a typo must not measure something else. */
const OPTIONS = {
  quick: { flag: true },
  json: {},
  systems: { list: true },
  metrics: { list: true },
  rounds: { number: true },
  ms: { number: true },
  profile: {},
  help: { flag: true },
};

export const USAGE = `npm run bench -- [--quick] [--json FILE] [--systems a,b] [--metrics a,b] [--rounds N] [--ms N] [--profile DIR]
  --quick     some 80 seconds: fewer rounds, shorter measurements
  --json      writes everything measured to FILE, for npm run bench:report
  --systems   only these (${'see metrics.mjs for names'})
  --metrics   only these
  --rounds    how often each measurement is repeated, systems taking turns
  --ms        length of a measurement, in milliseconds
  --profile   writes a CPU profile per process into DIR; the numbers of such a run are not for use`;

export function parseArguments(argv) {
  const options = {};
  for (let i = 0; i < argv.length; i++) {
    const name = argv[i].replace(/^--/, '');
    const kind = OPTIONS[name];
    if (kind === undefined || !argv[i].startsWith('--')) throw new Error(`${argv[i]}?\n${USAGE}`);
    if (kind.flag) options[name] = true;
    else {
      const value = argv[++i];
      if (value === undefined) throw new Error(`${argv[i - 1]} needs a value\n${USAGE}`);
      options[name] = kind.list ? value.split(',') : kind.number ? Number(value) : value;
    }
  }
  return options;
}
