# Completion of baton in bash. Once: baton completion bash > ~/.local/share/bash-completion/completions/baton
_baton() {
  local line
  COMPREPLY=()
  while IFS=$'\t' read -r line _; do
    [ -n "$line" ] && COMPREPLY+=("$line")
  done < <(baton completion --candidates -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _baton baton
