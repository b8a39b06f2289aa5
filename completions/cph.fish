# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_cph_global_optspecs
    string join \n profile= v/verbose color= h/help V/version
end

function __fish_cph_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_cph_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_cph_using_subcommand
    set -l cmd (__fish_cph_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c cph -n "__fish_cph_needs_command" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_needs_command" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_needs_command" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_needs_command" -s V -l version -d 'Print version'
complete -c cph -n "__fish_cph_needs_command" -f -a "job" -d 'What became of jobs'
complete -c cph -n "__fish_cph_needs_command" -f -a "explain" -d 'What an error code means and what to do about it (offline)'
complete -c cph -n "__fish_cph_needs_command" -f -a "auth" -d 'Log in, check, or log out'
complete -c cph -n "__fish_cph_needs_command" -f -a "config" -d 'Every setting in effect and where it comes from (offline)'
complete -c cph -n "__fish_cph_needs_command" -f -a "completion" -d 'Print a completion script for a shell'
complete -c cph -n "__fish_cph_needs_command" -f -a "simulator" -d 'Run a local CPH to test scripts against; needs no account'
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -f -a "show" -d 'One look at each job'
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -f -a "wait" -d 'Wait until every job has ended'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l request-id -d 'All jobs of this request, instead of ids; repeatable' -r
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l region -d 'Region, such as cn-north-4' -r
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l project-id -d 'Project id' -r
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'For people: a card or a table'
json\t'For programs: one JSON document, schema version 1'
jsonl\t'For programs: a stream of JSON lines, one for each change of a job, and the verdict last'"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l field -d 'Only these values, tab-separated, one line per job' -r -f -a "job_id\t''
request_id\t''
status\t''
status_code\t''
phone_id\t''
server_id\t''
begin_time\t''
end_time\t''
duration_seconds\t''
error_code\t''
error_msg\t''
error_meaning\t''
execute_msg\t''
observed_at\t''
error\t''
error_message\t''
error_hint\t''"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l only -d 'List only jobs with these statuses; the exit code and the counts are about all of them' -r -f -a "success\t''
failure\t''
running\t''
unknown\t''"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l junit -d 'Also write a JUnit XML report to this file, with a test case for each job' -r -F
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on stdout: the exit code is the answer'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l exit-zero -d 'Exit 0 instead of 1 (failed) and 8 (running), for set -e scripts'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l request-id -d 'All jobs of this request, instead of ids; repeatable' -r
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l region -d 'Region, such as cn-north-4' -r
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l project-id -d 'Project id' -r
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -s o -l output -d 'Output format' -r -f -a "table\t'For people: a card or a table'
json\t'For programs: one JSON document, schema version 1'
jsonl\t'For programs: a stream of JSON lines, one for each change of a job, and the verdict last'"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l field -d 'Only these values, tab-separated, one line per job' -r -f -a "job_id\t''
request_id\t''
status\t''
status_code\t''
phone_id\t''
server_id\t''
begin_time\t''
end_time\t''
duration_seconds\t''
error_code\t''
error_msg\t''
error_meaning\t''
execute_msg\t''
observed_at\t''
error\t''
error_message\t''
error_hint\t''"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l only -d 'List only jobs with these statuses; the exit code and the counts are about all of them' -r -f -a "success\t''
failure\t''
running\t''
unknown\t''"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l junit -d 'Also write a JUnit XML report to this file, with a test case for each job' -r -F
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l timeout -d 'The time limit for everything, such as 90s, 10m, 1h30m; or none' -r
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l interval -d 'A fixed pause between looks, at least 1s; the default grows from 1s to 10s with the job\'s age' -r
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -s q -l quiet -d 'Nothing on stdout: the exit code is the answer'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l fail-fast -d 'Stop waiting at the first failed job; the other jobs continue to run'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand explain" -s o -l output -d 'Output format' -r -f -a "table\t'For people: a card or a table'
json\t'For programs: one JSON document, schema version 1'"
complete -c cph -n "__fish_cph_using_subcommand explain" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand explain" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand explain" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -f -a "login" -d 'Ask for a credential, test it, and write it to a profile of the config file'
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -f -a "status" -d 'Which credential is used, where it comes from, and whether the service accepts it'
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -f -a "logout" -d 'Remove the profile\'s credential and all cached tokens'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -l region -d 'Region, such as cn-north-4' -r
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -l project-id -d 'Project id' -r
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -l region -d 'Region, such as cn-north-4' -r
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -l project-id -d 'Project id' -r
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -s o -l output -d 'Output format' -r -f -a "table\t'For people: a card or a table'
json\t'For programs: one JSON document, schema version 1'"
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from logout" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from logout" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from logout" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand config" -l region -d 'Region, such as cn-north-4' -r
complete -c cph -n "__fish_cph_using_subcommand config" -l project-id -d 'Project id' -r
complete -c cph -n "__fish_cph_using_subcommand config" -s o -l output -d 'Output format' -r -f -a "table\t'For people: a card or a table'
json\t'For programs: one JSON document, schema version 1'"
complete -c cph -n "__fish_cph_using_subcommand config" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand config" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand config" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand completion" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand completion" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand completion" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand simulator" -l listen -d 'Loopback address to listen on (default: 127.0.0.1 and a free port)' -r
complete -c cph -n "__fish_cph_using_subcommand simulator" -l credential -d 'The kind of credential that the command gets' -r -f -a "keys\t'Access key and secret key'
token\t'A user token'
password\t'User name, password and account name, for a login at IAM'"
complete -c cph -n "__fish_cph_using_subcommand simulator" -l profile -d 'The profile of the config file to use' -r
complete -c cph -n "__fish_cph_using_subcommand simulator" -l color -d 'When to colour the status' -r -f -a "auto\t'On a terminal, unless NO_COLOR or TERM=dumb says otherwise'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand simulator" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand simulator" -s h -l help -d 'Print help (see more with \'--help\')'
