/** The scripts that teach a shell to complete `windlass`. Each asks `windlass __complete`, so none goes stale. */

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const bash = `# windlass completion for bash. Use it now: source <(windlass completion bash)
# Keep it: windlass completion bash > ~/.local/share/bash-completion/completions/windlass
_windlass() {
  local current="\${COMP_WORDS[COMP_CWORD]}"
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  if [ "\${#COMPREPLY[@]}" -eq 0 ]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current")
  fi
}
complete -F _windlass windlass
`;

const zsh = `#compdef windlass
# windlass completion for zsh. Use it now: source <(windlass completion zsh)
# Keep it: windlass completion zsh > "\${fpath[1]}/_windlass"
_windlass() {
  local -a offers
  local line
  while IFS= read -r line; do
    offers+=("\${\${line%%$'\\t'*}//:/\\\\:}\${\${(M)line:#*$'\\t'*}:+:\${line#*$'\\t'}}")
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#offers} )); then
    _describe 'windlass' offers
  else
    _files
  fi
}
if [ "\${funcstack[1]}" = "_windlass" ]; then _windlass; else compdef _windlass windlass; fi
`;

const fish = `# windlass completion for fish. Use it now: windlass completion fish | source
# Keep it: windlass completion fish > ~/.config/fish/completions/windlass.fish
function __windlass_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l offers ($words[1] __complete -- $words[2..-1] 2>/dev/null)
  if test (count $offers) -gt 0
    printf '%s\\n' $offers
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c windlass -f -a '(__windlass_complete)'
`;

export const shellScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
