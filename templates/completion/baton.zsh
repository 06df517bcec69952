#compdef baton
# Completion of baton in zsh. Once: baton completion zsh > "${fpath[1]}/_baton"
_baton() {
  local -a candidates
  local value about
  while IFS=$'\t' read -r value about; do
    [[ -n $value ]] && candidates+=("${value//:/\\:}:${about}")
  done < <(baton completion --candidates -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( ${#candidates} )); then _describe baton candidates; else _files; fi
}
if [[ ${funcstack[1]} == _baton ]]; then _baton "$@"; else compdef _baton baton; fi
