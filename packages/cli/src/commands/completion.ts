import { Argument, type Command, type Option } from 'commander';
import { EXIT_OK } from '../exit.js';
import type { Terminal } from '../terminal.js';

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

/** A command with what can follow it. */
interface Completion {
  /** Words that lead there, e.g. `config init`; empty for the program itself. */
  readonly path: string;
  readonly words: readonly { readonly word: string; readonly description: string }[];
}

/** `diemnet completion`: completion for shells, made from the commands themselves. */
export function addCompletionCommand(
  program: Command,
  terminal: Terminal,
  finish: (code: number) => void,
): void {
  program
    .command('completion')
    .summary('print a script that completes commands in your shell')
    .description(
      'Prints a completion script. bash: eval "$(diemnet completion bash)" in ~/.bashrc; zsh: the same in ~/.zshrc;\n' +
        'fish: diemnet completion fish > ~/.config/fish/completions/diemnet.fish',
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action((shell: Shell) => {
      terminal.out(SCRIPTS[shell](completionsOf(program)));
      finish(EXIT_OK);
    });
}

function completionsOf(command: Command, path: readonly string[] = []): Completion[] {
  const own = {
    path: path.join(' '),
    words: [
      ...command.commands.map((child) => ({ word: child.name(), description: child.summary() })),
      ...[...command.options, { long: '--help', description: 'show help' } as Option].map((option) => ({
        word: option.long ?? option.short ?? '',
        description: option.description,
      })),
    ],
  };
  return [own, ...command.commands.flatMap((child) => completionsOf(child, [...path, child.name()]))];
}

/** The case statement that both bash and zsh use: the words that can follow the words so far. */
function cases(completions: readonly Completion[]): string {
  return completions
    .map(({ path, words }) => `    '${path}') words='${words.map(({ word }) => word).join(' ')}' ;;`)
    .join('\n');
}

const SCRIPTS: Readonly<Record<Shell, (completions: readonly Completion[]) => string>> = {
  bash: (completions) => `# Completion of diemnet for bash.
_diemnet() {
  local path='' word words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
      -*) break ;;
      *) path="\${path:+$path }$word" ;;
    esac
  done
  case "$path" in
${cases(completions)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _diemnet diemnet
`,
  zsh: (completions) => `# Completion of diemnet for zsh.
_diemnet() {
  local path_='' word words='' i
  for ((i = 2; i < CURRENT; i++)); do
    word="\${words_[i]}"
    case "$word" in
      -*) break ;;
      *) path_="\${path_:+$path_ }$word" ;;
    esac
  done
  case "$path_" in
${cases(completions)}
  esac
  compadd -- \${=words}
  _files
}
_diemnet_entry() {
  local -a words_
  words_=("\${words[@]}")
  _diemnet
}
compdef _diemnet_entry diemnet
`,
  fish: (completions) =>
    [
      '# Completion of diemnet for fish.',
      ...completions.flatMap(({ path, words }) =>
        words.map(({ word, description }) => {
          const condition = path === '' ? '__fish_use_subcommand' : condense(path);
          const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
          return `complete -c diemnet -n '${condition}' ${what} -d '${description.replaceAll("'", '')}'`;
        }),
      ),
      '',
    ].join('\n'),
};

function condense(path: string): string {
  return path
    .split(' ')
    .map((word) => `__fish_seen_subcommand_from ${word}`)
    .join('; and ');
}
