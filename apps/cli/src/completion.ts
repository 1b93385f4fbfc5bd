import type { DescribedCommand } from './command-list.ts';

const everywhere = ['--json', '--jsonl', '--lang', '--help'];

/**
 * A script for bash that completes commands and their flags, and files where neither fits. It holds the commands of the version that made
 * it, so that a key press starts no program.
 */
export function bashCompletion(commands: readonly DescribedCommand[]): string {
  const words = new Map<string, Set<string>>();
  const offer = (after: string, word: string): void => { words.set(after, (words.get(after) ?? new Set()).add(word)); };
  for (const { name, options } of commands) {
    const parts = name.split(' ');
    for (const [at, part] of parts.entries()) offer(parts.slice(0, at).join(' '), part);
    for (const flag of [...options.flatMap(({ flags }) => flags.match(/--[\w-]+/g) ?? []), ...everywhere]) offer(name, flag);
  }
  offer('', 'help');
  for (const flag of ['--help', '--version']) offer('', flag);
  const cases = [...words].map(([after, offered]) => `    '${after}') echo '${[...offered].join(' ')}' ;;`);
  return `# Completion of 1688sync for bash. To use it: source <(1688sync completion bash)
_1688sync_words() {
  case "$1" in
${cases.join('\n')}
    *) return 1 ;;
  esac
}
_1688sync() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word longer
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && continue
    longer="\${path:+$path }$word"
    _1688sync_words "$longer" >/dev/null || break
    path=$longer
  done
  COMPREPLY=($(compgen -W "$(_1688sync_words "$path")" -- "$current"))
}
complete -o default -o bashdefault -F _1688sync 1688sync
`;
}
