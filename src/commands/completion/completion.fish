# Not generated from here on.

# These values after those that the list has already, without the flag's description behind each.
function __fish_cph_list
    set -l listed (commandline -ct | string replace -r -- '^--[^=]*=' '' | string replace -rf '[^,]*$' '')
    for value in $argv
        contains -- $value (string split , -- "$listed")
        or echo "$listed$value"\t
    end
end

# What fish offers for the command line after `--`.
function __fish_cph_simulated
    set -l words (commandline -opc)
    set -e words[1..(contains -i -- -- $words)]
    complete -C (string join ' ' -- $words (commandline -ct | string collect --allow-empty))
end

complete -c cph -f
complete -c cph -n "__fish_cph_using_subcommand simulator; and contains -- -- (commandline -opc)" -a "(__fish_cph_simulated)"
