import { SyncError } from '@1688/core';
import { command } from '../command.ts';
import { bashCompletion } from '../completion.ts';

export const completionCommand = command({
  name: 'completion',
  args: [{ name: 'shell' }],
  store: 'none',
  options: {},
  async run({ args: [shell], allCommands }) {
    if (shell !== 'bash') throw new SyncError('ARGUMENT_INVALID', `Expected the shell to be bash, received ${JSON.stringify(shell)}.`, { hint: 'zsh reads the script too, after: autoload -U bashcompinit && bashcompinit' });
    return { data: { script: bashCompletion(allCommands()) } };
  },
  show({ script }: { script: string }, { out }) {
    out.line(script.trimEnd());
  },
});
