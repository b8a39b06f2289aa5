# Not generated from here on.
_cph_complete() {
    local cur="$2" prev="$3" flag="" listed="" found word i
    for ((i = 2; i < COMP_CWORD; i++)); do
        if [[ "${COMP_WORDS[i]}" == -- && " ${COMP_WORDS[*]:1:i} " == *" simulator "* ]]; then
            _cph_simulated "$((i + 1))" "$cur"
            return
        fi
    done
    # `=` is a word of its own, unless COMP_WORDBREAKS was changed.
    if [[ "$cur" == --*=* ]]; then
        # The generated function counts words: it takes the one right after a command for another command.
        local COMP_CWORD="$((COMP_CWORD + 1))"
        flag="${cur%%=*}=" prev="${cur%%=*}" cur="${cur#*=}"
    elif [[ "${COMP_WORDS[COMP_CWORD]}" == = ]]; then
        cur="" prev="${COMP_WORDS[COMP_CWORD - 1]}"
    elif [[ "$prev" == = ]]; then
        prev="${COMP_WORDS[COMP_CWORD - 2]}"
    fi
    case "$prev" in
        LISTS) [[ "$cur" != *,* ]] || listed="${cur%,*}," cur="${cur##*,}" ;;
    esac
    _cph "$1" "$cur" "$prev"
    found=("${COMPREPLY[@]}")
    COMPREPLY=()
    for word in "${found[@]}"; do
        # Flags only where one was begun, and nothing twice in a list.
        if [[ -n "$word" && ("$word" != -* || "$cur" == -*) && ",$listed" != *",$word,"* ]]; then
            COMPREPLY+=("$flag$listed$word")
        fi
    done
}

# The command that begins with this word.
_cph_simulated() {
    if declare -F _comp_command_offset >/dev/null; then
        _comp_command_offset "$1"
    elif declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif [[ "$COMP_CWORD" -eq "$1" && "$2" != */* ]]; then
        COMPREPLY=($(compgen -c -- "$2"))
    elif [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        compopt -o default
    fi
}

if [[ "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 || "${BASH_VERSINFO[0]}" -gt 4 ]]; then
    complete -F _cph_complete -o nosort cph
else
    complete -F _cph_complete cph
fi
