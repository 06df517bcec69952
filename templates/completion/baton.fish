# Completion of baton in fish. Once: baton completion fish > ~/.config/fish/completions/baton.fish
function __baton_candidates
    set -l words (commandline -opc)
    baton completion --candidates -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c baton -f -a '(__baton_candidates)'
