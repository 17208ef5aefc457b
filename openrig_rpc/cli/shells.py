"""`rig completion SHELL`: the few lines that bash, zsh and fish need to ask `rig complete` what may come next."""

from .call import Call
from .faults import OK, Usage
from .parse import near

BASH = """\
# bash: eval "$(rig completion bash)", in ~/.bashrc
_rig() {
    local line=${COMP_LINE:0:COMP_POINT} words word part found
    read -ra words <<<"$line"
    word=
    [[ $line == *[[:space:]] ]] || word=${words[-1]}
    [[ $line == *[[:space:]] ]] && words+=("")
    # bash replaces only what follows the last of its word breaks, and begins with an @.
    part=${word%"${word##*[@:=]}"}
    part=${part%@}
    COMPREPLY=()
    while IFS=$'\\t' read -r found _; do
        if [[ $found == :files ]]; then
            compopt -o filenames
            while IFS= read -r found; do COMPREPLY+=("$found"); done < <(compgen -f -- "${word#"$part"}")
        else
            [[ $found == */ || $found == *= ]] && compopt -o nospace
            COMPREPLY+=("${found#"$part"}")
        fi
    done < <("$1" complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _rig rig
"""

ZSH = """\
#compdef rig
# zsh: eval "$(rig completion zsh)", in ~/.zshrc after compinit
_rig() {
    local line word
    local -a found files
    for line in "${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        word=${line%%$'\\t'*}
        if [[ $word == :files ]]; then files=(yes)
        elif [[ -n $word ]]; then found+=("${word//:/\\\\:}:${line#*$'\\t'}")
        fi
    done
    (( $#found )) && _describe -t rig rig found
    (( $#files )) && _files
}
compdef _rig rig
"""

FISH = """\
# fish: rig completion fish | source, in ~/.config/fish/config.fish
function __rig_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    for line in ($words[1] complete -- $words[2..-1] "$word" 2>/dev/null)
        if string match -q ':files*' -- $line
            __fish_complete_path "$word"
        else
            printf '%s\\n' $line
        end
    end
end
complete -c rig -f -a '(__rig_complete)'
"""

SHELLS = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def completion(call: Call) -> int:
    """Print what a shell has to read once."""
    name = call.words[0]
    if name not in SHELLS:
        meant = near(name, SHELLS)
        fix = f"rig completion {meant[0] if meant else 'bash'}"
        raise Usage(f"there is no completion for {name}", f"it is there for {', '.join(SHELLS)}", fix)
    call.say(SHELLS[name].rstrip("\n"))
    return OK
