/** `windlass completion`: the script that teaches a shell. */

import { nearest } from '../nearest.ts';
import { type Shell, shellScripts, shells } from '../shell-scripts.ts';
import { UsageError } from '../usage-error.ts';
import type { Verb } from '../verb.ts';

export const completion: Verb = {
  name: 'completion',
  summary: 'print the completion script of a shell',
  usage: ['completion bash|zsh|fish'],
  about: ['Verbs, flags, and the names of apps and environments, which the server is asked for.'],
  examples: [
    { what: 'bash, now', line: 'source <(windlass completion bash)' },
    { what: 'zsh, for good', line: 'windlass completion zsh > ~/.zfunc/_windlass' },
    { what: 'fish, for good', line: 'windlass completion fish > ~/.config/fish/completions/windlass.fish' },
  ],
  arguments: [{ name: 'SHELL', required: true, completes: shells }],
  flags: [],
  run: async (context) => {
    const typed = context.args[0] ?? '';
    const shell: Shell | undefined = shells.find((each) => each === typed);
    if (shell === undefined) {
      const guess = nearest(typed, shells);
      throw new UsageError(
        `there is no completion for "${typed}"`,
        guess === null ? `There is for ${shells.join(', ')}.` : `Did you mean ${guess}?`,
      );
    }
    context.show({ shell, script: shellScripts[shell] }, () => [shellScripts[shell].trimEnd()]);
    return 0;
  },
};
