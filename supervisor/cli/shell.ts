/** What a shell script evaluates in order to become a stage: the function `handover`, and a process beside it. */
import { ownModule } from '../command/own-module.ts';

/** For any shell that has what POSIX asks for. */
export function shellScript(): string {
  const flags = process.execArgv.filter((flag) => flag.startsWith('--conditions'));
  const words = [process.execPath, ...flags, ownModule('shell')].map(quoted).join(' ');
  return script.replace('@beside@', () => words);
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The process beside is no child of the script, which may `wait` for its own. It gets the link, and the script keeps none of it, so that what it starts has none, either. What is
 * asked goes through descriptor 8, the answer comes through 9. That 8 can be read here, too, keeps SIGPIPE away when the
 * process beside has left, and has said so.
 */
const script = `
_handover_pipes=$(mktemp -d) && mkfifo "$_handover_pipes/8" "$_handover_pipes/9" || exit 1
(@beside@ <"$_handover_pipes/8" >"$_handover_pipes/9" &)
exec 8<>"$_handover_pipes/8" 9<"$_handover_pipes/9"
rm -r "$_handover_pipes"
for _handover_fd in $(printf %s "\${HANDOVER_LINK-},\${HANDOVER_PULSE-}" | tr , ' '); do
  eval "exec $_handover_fd>&-"
done
unset HANDOVER_LINK HANDOVER_TOKEN HANDOVER_PULSE _handover_pipes _handover_fd

handover() {
  printf '%s\\0' "$#" "$@" >&8 || exit 70
  IFS= read -r _handover_answer <&9 || exit 70
  case $_handover_answer in
    done) return 0 ;;
    end) return 1 ;;
    late) return 124 ;;
    'value '*) _handover_keep "$2" "\${_handover_answer#value }" ;;
    'ended '*) chosen=\${_handover_answer#ended }; return 1 ;;
    'chosen '*)
      _handover_answer=\${_handover_answer#chosen }
      chosen=\${_handover_answer%% *}
      _handover_keep "$chosen" "\${_handover_answer#* }" ;;
    'leave '*) exit "\${_handover_answer#leave }" ;;
    *) printf 'handover %s: %b\\n' "$1" "\${_handover_answer#error }" >&2; exit 1 ;;
  esac
}

# The value, in a variable that is called like the end.
_handover_keep() {
  case $1 in
    *[!A-Za-z0-9_]* | [0-9]* | PATH | IFS | HOME | PWD | path | status | chosen | _handover_*)
      printf 'handover: a value cannot be kept in a variable called "%s"\\n' "$1" >&2; exit 1 ;;
  esac
  _handover_value=$2
  case $2 in
    *\\\\*)
      _handover_value=$(printf '%b.' "$2")
      _handover_value=\${_handover_value%.} ;;
  esac
  eval "$1=\\$_handover_value; [ \\"\\$$1\\" = \\"\\$_handover_value\\" ]" && return 0
  printf 'handover: the shell has another use for the variable "%s"\\n' "$1" >&2
  exit 1
}
`;
