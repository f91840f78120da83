import { parseArgs } from 'node:util';

/**
 * Options of a tool from its command line, numbers as numbers; `--help` prints what there is and ends the process,
 * and so does, with status 2, what is not understood.
 *
 * @param command `{ usage, about, options }`; an option is `{ type: 'string' | 'number' | 'boolean', help, value?,
 * default?, multiple? }`
 */
export function parseCommand({ usage, about, options }) {
  const known = { help: { type: 'boolean', help: 'this text' }, ...options };
  let values;
  try {
    ({ values } = parseArgs({
      options: Object.fromEntries(
        Object.entries(known).map(([name, { type, multiple = false }]) => [
          name,
          { type: type === 'boolean' ? 'boolean' : 'string', multiple },
        ]),
      ),
    }));
    for (const [name, option] of Object.entries(known)) {
      if (values[name] === undefined) values[name] = option.default;
      else if (option.type === 'number') values[name] = numberOf(name, values[name]);
    }
  } catch (error) {
    console.error(`${error.message}\n\n${usageText({ usage, about, options: known })}`);
    process.exit(2);
  }
  if (values.help) {
    console.log(usageText({ usage, about, options: known }));
    process.exit();
  }
  return values;
}

function numberOf(name, text) {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new Error(`--${name} takes a number, not ${JSON.stringify(text)}`);
  }
  return value;
}

function usageText({ usage, about, options }) {
  const rows = Object.entries(options).map(([name, { value, help, default: preset }]) => [
    value === undefined ? `--${name}` : `--${name} ${value}`,
    preset === undefined ? help : `${help} (${preset})`,
  ]);
  const width = Math.max(...rows.map(([left]) => left.length));
  return [`${usage}\n\n${about}\n`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)].join(
    '\n',
  );
}
