/**
 * What the reaper runs: a shell script of what every POSIX shell has. It hears on its stdin, line by line:
 *
 * | line                  | meaning                                                                      |
 * | --------------------- | ---------------------------------------------------------------------------- |
 * | `starts TOKEN`        | a process is about to be started whose environment has `HANDOVER_TOKEN=TOKEN` |
 * | `started TOKEN GROUP` | it leads that process group                                                  |
 * | `failed TOKEN`        | it could not be started                                                      |
 * | `ended GROUP`         | nothing of the group is left                                                 |
 *
 * When its stdin is at its end, whoever wrote to it is gone, however that came. What is still on its list gets
 * a moment to end by itself, as processes do whose link ends; then it is killed. A process that was about to be
 * started at that moment is known by its environment, where the system shows it.
 */
export const reaperScript = `
trap '' HUP INT QUIT TERM PIPE USR1 USR2 TSTP
starting=' ' groups=' '

without() {
  case $1 in
    *" $2 "*) rest=\${1%%" $2 "*}' '\${1#*" $2 "} ;;
    *) rest=$1 ;;
  esac
}

while read -r event name group; do
  case $event in
    starts) starting="$starting$name " ;;
    started) without "$starting" "$name"; starting=$rest groups="$groups$group " ;;
    failed) without "$starting" "$name"; starting=$rest ;;
    ended) without "$groups" "$name"; groups=$rest ;;
  esac
done

for pause in 0.1 0.1 0.1; do
  for group in $groups; do
    kill -0 -"$group" 2>/dev/null || { without "$groups" "$group"; groups=$rest; }
  done
  [ "$groups$starting" = '  ' ] && exit
  sleep "$pause" 2>/dev/null || sleep 1
done

for group in $groups; do kill -KILL -"$group" 2>/dev/null; done
for token in $starting; do
  for file in $(grep -l "HANDOVER_TOKEN=$token" /proc/[0-9]*/environ 2>/dev/null); do
    process=\${file#/proc/} process=\${process%/environ}
    kill -KILL -"$process" "$process" 2>/dev/null
  done
done
`;
