/**
 * What a shell completes after `handover`: commands, their options, and the choices that an option has; files for
 * everything else. It is made of the same description as the help.
 */
import type { Command, Option } from 'commander';

export const shells = ['bash', 'zsh'] as const;

/** A script for the start-up file of that shell. zsh completes as bash does when it is told to. */
export function completionFor(shell: (typeof shells)[number], program: Command): string {
  return (shell === 'zsh' ? asInBash : '') + scriptFor(program);
}

const asInBash = `(( $+functions[compdef] )) || { autoload -U compinit && compinit -i -D }
autoload -U +X bashcompinit && bashcompinit
`;

function scriptFor(program: Command): string {
  const commands = program.commands.filter((command) => command.name() !== 'help');
  const names = commands.map((command) => command.name());
  const choices = commands.flatMap((command) =>
    command.options
      .filter(({ argChoices }) => argChoices !== undefined)
      .map(
        (option) => `    ${patternOf(command, option)}) words='${option.argChoices?.join(' ')}' ;;`,
      ),
  );
  const options = commands.map(
    (command) => `      ${command.name()}) words='${flagsOf(command).join(' ')}' ;;`,
  );
  return `_handover() {
  local word="\${COMP_WORDS[COMP_CWORD]}" words=''
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD - 1]}" in
${choices.join('\n')}
    'help help') words='${names.join(' ')}' ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words='${[...names, 'help', '--help', '--version'].join(' ')}'
  elif [ -z "$words" ] && [ "\${word#-}" != "$word" ]; then
    case "\${COMP_WORDS[1]}" in
${options.join('\n')}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _handover handover
`;
}

/** The command, and the word before that which is completed. */
function patternOf(command: Command, { long, short }: Option): string {
  const flags = [long, short].filter((flag) => flag !== undefined && flag !== null);
  return flags.map((flag) => `'${command.name()} ${flag}'`).join(' | ');
}

function flagsOf(command: Command): readonly string[] {
  return [...command.options.flatMap(({ long }) => long ?? []), '--help'];
}
