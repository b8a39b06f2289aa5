# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_cph_global_optspecs
    string join \n profile= v/verbose color= h/help V/version
end

function __fish_cph_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_cph_global_optspecs) -- $cmd 2>/dev/null
    or return 0
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

complete -c cph -n "__fish_cph_needs_command" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
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
complete -c cph -n "__fish_cph_needs_command" -f -a "help" -d 'The help of a command'
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -f -a "show" -d 'One look at each job'
complete -c cph -n "__fish_cph_using_subcommand job; and not __fish_seen_subcommand_from show wait" -f -a "wait" -d 'Wait until every job has ended'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l request-id -d 'All jobs of this request, instead of ids; repeatable' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l region -d 'Region, such as cn-north-4' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l project-id -d 'Project id; without it the token\'s own or the region\'s is looked up' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -s o -l output -d 'Output format' -r -f -a "table\t'For people: a card or a table'
json\t'For programs: one JSON document, schema version 1'
jsonl\t'For programs: a stream of JSON lines, one for each change of a job, and the verdict last'"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l field -d 'Only these values, tab-separated, one line per job' -r -f -a "(__fish_cph_list job_id request_id status status_code phone_id phone_name server_id begin_time end_time duration_seconds error_code error_msg error_meaning execute_msg observed_at error error_message error_hint)"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l only -d 'List only jobs with these statuses; the exit code and the counts are about all of them' -r -f -a "(__fish_cph_list success failure running unknown)"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l junit -d 'Also write a JUnit XML report to this file, with a test case for each job' -r -F
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l names -d 'Also show the names of the phones; if they can\'t be read within 30s, only they are missing'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on stdout: the exit code is the answer'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -l exit-zero -d 'Exit 0 instead of 1 (failed) and 8 (running), for set -e scripts'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l request-id -d 'All jobs of this request, instead of ids; repeatable' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l region -d 'Region, such as cn-north-4' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l project-id -d 'Project id; without it the token\'s own or the region\'s is looked up' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -s o -l output -d 'Output format' -r -f -a "table\t'For people: a card or a table'
json\t'For programs: one JSON document, schema version 1'
jsonl\t'For programs: a stream of JSON lines, one for each change of a job, and the verdict last'"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l field -d 'Only these values, tab-separated, one line per job' -r -f -a "(__fish_cph_list job_id request_id status status_code phone_id phone_name server_id begin_time end_time duration_seconds error_code error_msg error_meaning execute_msg observed_at error error_message error_hint)"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l only -d 'List only jobs with these statuses; the exit code and the counts are about all of them' -r -f -a "(__fish_cph_list success failure running unknown)"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l junit -d 'Also write a JUnit XML report to this file, with a test case for each job' -r -F
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l timeout -d 'The time limit for everything, such as 90s, 10m, 1h30m; or none' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l interval -d 'A fixed pause between looks, at least 1s; the default grows from 1s to 10s with the job\'s age' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l names -d 'Also show the names of the phones; if they can\'t be read within 30s, only they are missing'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -s q -l quiet -d 'Nothing on stdout: the exit code is the answer'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -l fail-fast -d 'Stop waiting at the first failed job; the other jobs continue to run'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand job; and __fish_seen_subcommand_from wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand explain" -s o -l output -d 'Output format' -r -f -a "table\t'For people: a card or a table'
json\t'For programs: one JSON document, schema version 1'"
complete -c cph -n "__fish_cph_using_subcommand explain" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand explain" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand explain" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -f -a "login" -d 'Ask for a credential, test it, and write it to the config file'
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -f -a "status" -d 'Which credential is used, its source, and whether it is accepted'
complete -c cph -n "__fish_cph_using_subcommand auth; and not __fish_seen_subcommand_from login status logout" -f -a "logout" -d 'Remove the profile\'s credential and all cached tokens'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -l region -d 'Region, such as cn-north-4' -r -f
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -l project-id -d 'Project id; without it the token\'s own or the region\'s is looked up' -r -f
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from login" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -l region -d 'Region, such as cn-north-4' -r -f
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -l project-id -d 'Project id; without it the token\'s own or the region\'s is looked up' -r -f
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -s o -l output -d 'Output format' -r -f -a "table\t'For people: a card or a table'
json\t'For programs: one JSON document, schema version 1'"
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from logout" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from logout" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from logout" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand auth; and __fish_seen_subcommand_from logout" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand config" -l region -d 'Region, such as cn-north-4' -r -f
complete -c cph -n "__fish_cph_using_subcommand config" -l project-id -d 'Project id; without it the token\'s own or the region\'s is looked up' -r -f
complete -c cph -n "__fish_cph_using_subcommand config" -s o -l output -d 'Output format' -r -f -a "table\t'For people: a card or a table'
json\t'For programs: one JSON document, schema version 1'"
complete -c cph -n "__fish_cph_using_subcommand config" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand config" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand config" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand completion" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand completion" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand completion" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand simulator" -l listen -d 'Loopback address to listen on (default: 127.0.0.1 and a free port)' -r -f
complete -c cph -n "__fish_cph_using_subcommand simulator" -l credential -d 'The kind of credential that the command gets' -r -f -a "keys\t'Access key and secret key'
token\t'A user token'
password\t'User name, password and account name, for a login at IAM'"
complete -c cph -n "__fish_cph_using_subcommand simulator" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand simulator" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand simulator" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand simulator" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand help; and not __fish_seen_subcommand_from job explain auth config completion simulator" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand help; and not __fish_seen_subcommand_from job explain auth config completion simulator" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand help; and not __fish_seen_subcommand_from job explain auth config completion simulator" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand help; and not __fish_seen_subcommand_from job explain auth config completion simulator" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand help; and not __fish_seen_subcommand_from job explain auth config completion simulator" -f -a "job" -d 'What became of jobs'
complete -c cph -n "__fish_cph_using_subcommand help; and not __fish_seen_subcommand_from job explain auth config completion simulator" -f -a "explain" -d 'What an error code means and what to do about it (offline)'
complete -c cph -n "__fish_cph_using_subcommand help; and not __fish_seen_subcommand_from job explain auth config completion simulator" -f -a "auth" -d 'Log in, check, or log out'
complete -c cph -n "__fish_cph_using_subcommand help; and not __fish_seen_subcommand_from job explain auth config completion simulator" -f -a "config" -d 'Every setting in effect and where it comes from (offline)'
complete -c cph -n "__fish_cph_using_subcommand help; and not __fish_seen_subcommand_from job explain auth config completion simulator" -f -a "completion" -d 'Print a completion script for a shell'
complete -c cph -n "__fish_cph_using_subcommand help; and not __fish_seen_subcommand_from job explain auth config completion simulator" -f -a "simulator" -d 'Run a local CPH to test scripts against; needs no account'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from job" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from job" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from job" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from job" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "show" -d 'One look at each job'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from job" -f -a "wait" -d 'Wait until every job has ended'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from explain" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from explain" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from explain" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from auth" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from auth" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from auth" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from auth" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from auth" -f -a "login" -d 'Ask for a credential, test it, and write it to the config file'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from auth" -f -a "status" -d 'Which credential is used, its source, and whether it is accepted'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from auth" -f -a "logout" -d 'Remove the profile\'s credential and all cached tokens'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from config" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from config" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from config" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from config" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from completion" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from completion" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from completion" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from completion" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from simulator" -l profile -d 'The profile of the config file to use' -r -f
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from simulator" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal; NO_COLOR, TERM=dumb, CLICOLOR_FORCE and FORCE_COLOR change that'
always\t'Everywhere'
never\t'Nowhere'"
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from simulator" -s v -l verbose -d 'Log each request on stderr; twice: more'
complete -c cph -n "__fish_cph_using_subcommand help; and __fish_seen_subcommand_from simulator" -s h -l help -d 'Print help (see more with \'--help\')'

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
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0001 -d 'No permission for this resource'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0002 -d 'Parameter offset or limit is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0003 -d 'Internal error of the cloud phone service'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0004 -d 'The phone id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0005 -d 'No such cloud phone'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0006 -d 'The account is restricted, usually for unpaid bills'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0007 -d 'The account is suspended'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0008 -d 'The account has not passed real-name verification'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0009 -d 'The list of phone ids is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0010 -d 'Parameter status is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0011 -d 'No job with this id in this project and region'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0014 -d 'The list sd_path is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0015 -d 'No such server'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0016 -d 'Parameter server_id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0017 -d 'No such event callback'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0018 -d 'The phone has no access information'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0019 -d 'No such ticket'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0020 -d 'VNC is switched off for this phone'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0021 -d 'The ticket is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0022 -d 'No phone is available'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0023 -d 'The phone was already applied for'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0024 -d 'Parameter count is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0025 -d 'Parameter phone_name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0026 -d 'The phone name is already taken'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0027 -d 'Parameter phone_model_name is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0028 -d 'Parameter phone_model_name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0029 -d 'Parameter image_id is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0030 -d 'Parameter image_id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0031 -d 'Parameter band_width is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0032 -d 'Parameter band_width_id is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0033 -d 'Parameter band_width_id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0034 -d 'Parameter band_width_share_type is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0035 -d 'Parameter band_width_charge_mode is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0036 -d 'Parameter band_width_size is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0037 -d 'Parameter ports is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0038 -d 'The port name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0039 -d 'Two ports share a name'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0040 -d 'Parameter listen_port is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0041 -d 'Two ports have the same listen_port'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0042 -d 'The cloud phone service is busy'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0043 -d 'Parameter bms_name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0044 -d 'No such bare metal server'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0045 -d 'Parameter device_id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0046 -d 'The project id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0047 -d 'Parameter action is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0048 -d 'No job id was given'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0049 -d 'No request id was given'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0050 -d 'No jobs for this request id in this project and region'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0051 -d 'A bandwidth of share type WHOLE exists already'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0052 -d 'Parameter error_code is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0053 -d 'The phone is frozen'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0054 -d 'The job ran out of time on the server side'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0055 -d 'Parameter extend_param is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0056 -d 'Parameter charging_mode is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0057 -d 'Parameter period_type is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0058 -d 'Parameter period_num is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0059 -d 'Parameter isAutoRenew is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0060 -d 'Parameter isAutoPay is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0061 -d 'The price of the order could not be asked for'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0062 -d 'The order could not be created'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0063 -d 'Parameter productInfos is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0064 -d 'Parameter productId is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0065 -d 'The server quota is used up'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0066 -d 'The server capacity is used up'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0067 -d 'No such key pair'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0068 -d 'Parameter keypair_name is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0069 -d 'Parameter topic_urn is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0070 -d 'Phone property phone_brand has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0071 -d 'Phone property phone_type has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0072 -d 'Phone property serial_num has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0073 -d 'Phone property os_version has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0074 -d 'Phone property phone_num has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0075 -d 'Phone property imsi has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0076 -d 'Phone property iccid has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0077 -d 'The list phones is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0078 -d 'The phone property is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0079 -d 'Parameter mac_address is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0080 -d 'Parameter phone_ids is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0081 -d 'Neither phone_ids nor phones was given'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0082 -d 'Phone property wifi_name has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0083 -d 'Phone property mac_address has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0084 -d 'Phone property imei has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0085 -d 'Parameter order_id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0086 -d 'Parameter resourceId is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0087 -d 'Parameter server_name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0088 -d 'Parameter server_model_name is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0089 -d 'Parameter server_model_name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0090 -d 'The data to create the server could not be prepared'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0091 -d 'The server could not be created after several tries'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0092 -d 'The server could not be created'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0093 -d 'Parameter internet_accessible is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0094 -d 'Parameter server_ids is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0095 -d 'Parameter server_ids is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0096 -d 'The number of servers exceeds the limit'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0097 -d 'The server id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0098 -d 'No usable key pair, or the server is not ready'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0099 -d 'The server is not ready'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0100 -d 'No trial phones found'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0101 -d 'No device access is available'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0102 -d 'The OBS bucket could not be created'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0103 -d 'Files could not be uploaded to OBS'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0104 -d 'No such file in OBS'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0105 -d 'The bare metal server is in a wrong state'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0106 -d 'The version does not match the agent package'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0107 -d 'The parameters of the OBS upload are not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0108 -d 'Files could not be uploaded to OBS'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0109 -d 'The alarm topic could not be created'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0110 -d 'The subscribers could not be added to the alarm topic'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0111 -d 'The file desc.json is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0112 -d 'The uploaded version is not the one named in desc.json'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0113 -d 'The file to upload was not found'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0114 -d 'The system parameter could not be updated'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0115 -d 'No such bandwidth'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0116 -d 'Parameter type is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0117 -d 'Parameter command is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0118 -d 'Parameter content is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0119 -d 'The file name does not end in .apk'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0121 -d 'The encoding server id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0122 -d 'The list of encoding server ids is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0123 -d 'No such encoding server'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0124 -d 'The encoding server is still being created'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0125 -d 'Phone property build_id has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0126 -d 'Phone property android_id has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0127 -d 'Phone property hide_navigate has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0128 -d 'Phone property gsm_country has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0129 -d 'Phone property gsm_number has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0130 -d 'Phone property gsm_operator has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0131 -d 'Phone property sim_country has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0132 -d 'Phone property sim_number has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0133 -d 'Phone property sim_operator has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0134 -d 'Parameter bucket_name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0135 -d 'Parameter object_path is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0136 -d 'No server is available'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0137 -d 'This server cannot take shared files'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0138 -d 'The name of the bandwidth is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0139 -d 'The list port_name_list is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0140 -d 'Parameter manage_band_width is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0141 -d 'The phone is not running'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0142 -d 'Parameter image_label is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0143 -d 'Parameter is_public is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0144 -d 'Parameter product_type is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0155 -d 'The list file_paths is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0156 -d 'No such server'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0157 -d 'The phone model is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0158 -d 'The server cannot be restarted now'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0159 -d 'No such server'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0160 -d 'Only the size of a shared bandwidth can be changed'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0161 -d 'More than 20 request ids in one call'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0162 -d 'Parameter image_name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0163 -d 'This phone property cannot be set'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0164 -d 'This phone property has an invalid value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0165 -d 'The phone is neither running nor stopped'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0166 -d 'No such phone image'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0167 -d 'Parameter storage_infos is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0168 -d 'Parameter include_files is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0169 -d 'Parameter exclude_files is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0170 -d 'The list storage_infos is too long'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0171 -d 'Parameter restore_infos is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0172 -d 'The object_path is not registered'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0173 -d 'Parameter package_name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0174 -d 'Parameter time is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0175 -d 'Parameter run_time is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0176 -d 'Parameter session_id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0190 -d 'The number of phones exceeds the limit'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0191 -d 'The command failed, or subnet_cidr is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0192 -d 'The newest agent is in use and cannot be deleted'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0193 -d 'Parameter is_key_version is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0194 -d 'The subnet overlaps with an existing one'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0195 -d 'The encoding server is frozen'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0196 -d 'The quota is not enough'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0197 -d 'Parameter vpc_cidr is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0198 -d 'The VPC CIDR block must be the same as the existing one'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0199 -d 'The path is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0200 -d 'Parameter peering_id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0201 -d 'No such peering connection'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0202 -d 'Routes can be set only on an accepted peering connection'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0203 -d 'There is no VPC id because there is no server yet'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0204 -d 'The subnet is being deleted or is in error'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0223 -d 'Parameter tenant_vpc_id is not a valid VPC id'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0224 -d 'Parameter subnet_id is not a valid subnet id'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0226 -d 'The array nics is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0228 -d 'The subnet is in another VPC'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0229 -d 'The subnet could not be read'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0236 -d 'No such VPC'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0238 -d 'The object public_ip is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0239 -d 'The object eip is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0240 -d 'Parameter network_version is neither v1 nor v2'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.0241 -d 'The subnet has too few free addresses'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1000 -d 'The number of app versions has reached the limit'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1002 -d 'The app pool id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1003 -d 'The version code is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1004 -d 'The version code exists already'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1005 -d 'The version name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1006 -d 'Parameter name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1007 -d 'The launch activity is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1008 -d 'Parameter description is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1009 -d 'The number of apps exceeds the limit'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1010 -d 'No such app'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1011 -d 'Parameter app_id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1012 -d 'The app still has versions'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1013 -d 'Parameter app_ids is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1014 -d 'The list of app ids is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1015 -d 'The number of app pools exceeds the limit'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1016 -d 'The app could not be pushed to the server'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1017 -d 'The app could not be deployed to the phone'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1018 -d 'No such app version'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1019 -d 'The server belongs to another pool'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1020 -d 'Parameter app_version_id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1021 -d 'The app version still belongs to a pool'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1022 -d 'The app version is still on a server'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1023 -d 'The app version is still on a phone'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1024 -d 'The app pool still contains servers'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1025 -d 'Parameter scale_up is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1026 -d 'No such app pool'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1027 -d 'The server is being scaled up'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1028 -d 'The server is frozen'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1029 -d 'No such app or app version'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1031 -d 'No such action'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1032 -d 'Parameter scale_down is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1040 -d 'The app pool cannot be made smaller'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1041 -d 'The app pool could not be created'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1042 -d 'The app pool cannot be made larger'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1043 -d 'The server does not belong to this pool'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1044 -d 'The app versions could not be undeployed from the servers'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1045 -d 'The app versions could not be removed from the server'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1046 -d 'The app could not be undeployed from the phone'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1047 -d 'Parameter namespace is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1048 -d 'Parameter batch_undeploy_app_version is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1049 -d 'Parameter app_version_id conflicts with another value'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1050 -d 'Parameter batch_deploy_app_version is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1051 -d 'The app version could not be deployed to the server'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1052 -d 'Parameter app_version_ids is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1053 -d 'Parameter app_version_ids is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1054 -d 'The app version could not be pushed to the server'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1055 -d 'Parameter batch_push_app_version is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1056 -d 'No such URL'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1057 -d 'Parameter batch_remove_app_version is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1060 -d 'Parameter update_app_version is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1061 -d 'The app version of the phone could not be updated'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1062 -d 'Parameter dim.0.name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1063 -d 'Parameter dim.0.value is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1064 -d 'Parameter query.id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1065 -d 'Parameter start or limit is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1066 -d 'Parameter dim.1.name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1067 -d 'Parameter query.name is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1068 -d 'Parameter add_app is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1069 -d 'Parameter apps is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1070 -d 'Parameter apps is missing or empty'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1071 -d 'The app info id is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1072 -d 'The app could not be added to the pool'
complete -c cph -n "__fish_cph_using_subcommand explain" -a CPS.1073 -d 'Parameter remove_app is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0101 -d 'The gateway knows no such API in this region'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0103 -d 'The gateway found no backend for this API'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0104 -d 'The gateway lacks a plug-in\'s configuration'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0105 -d 'The gateway lacks the backend\'s configuration'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0106 -d 'The gateway could not map the parameters'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0201 -d 'The request is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0301 -d 'The token or the signature was refused'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0302 -d 'The IAM user may not call this API'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0303 -d 'The app authentication was refused'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0304 -d 'The app may not call this API'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0305 -d 'The authentication data is wrong'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0306 -d 'Access to this API was refused'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0307 -d 'The token has expired or was issued for another region'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0308 -d 'Too many requests'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0310 -d 'The project cannot be used'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0311 -d 'The debugging authentication was refused'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0401 -d 'The gateway could not tell the caller\'s IP address'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0402 -d 'The caller\'s IP address may not call this API'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0404 -d 'The gateway may not reach the backend\'s IP address'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0501 -d 'The app\'s quota is used up'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0502 -d 'The app is frozen because the balance is used up'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0601 -d 'Internal error of the API gateway'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0602 -d 'The request is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0605 -d 'The gateway could not resolve the backend\'s name'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0606 -d 'The gateway has not loaded the API\'s configuration'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0607 -d 'The gateway does not take this protocol'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0608 -d 'The gateway could not read the tenant\'s data'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0609 -d 'The gateway found no VPC backend'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0610 -d 'No backend is available'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0611 -d 'The gateway found no backend port'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0612 -d 'The API calls itself'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0613 -d 'IAM is unavailable'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0705 -d 'The gateway could not sign for the backend'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0801 -d 'The service cannot be reached in this region'
complete -c cph -n "__fish_cph_using_subcommand explain" -a APIGW.0802 -d 'The IAM user may not use this region'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0001 -d 'IAM was given no valid authentication'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0002 -d 'The IAM user may not do this'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0003 -d 'No policy of the IAM user allows this'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0004 -d 'IAM found no such user, project or other resource'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0006 -d 'Internal error of IAM'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0007 -d 'A parameter of the request to IAM is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0011 -d 'The request body sent to IAM is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0012 -d 'Too many requests to IAM'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0061 -d 'The IAM user is locked'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0062 -d 'The password is wrong'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0066 -d 'The token has expired'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0067 -d 'The token is not valid'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0080 -d 'The IAM user of this access key is disabled'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0081 -d 'The IAM user may use the console only'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0082 -d 'The IAM user is disabled'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.0083 -d 'The IAM user may not use this private region'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.1108 -d 'The temporary access key has expired'
complete -c cph -n "__fish_cph_using_subcommand explain" -a IAM.1109 -d 'IAM found no such project'
complete -c cph -n "__fish_cph_using_subcommand completion" -a bash -d ''
complete -c cph -n "__fish_cph_using_subcommand completion" -a zsh -d ''
complete -c cph -n "__fish_cph_using_subcommand completion" -a fish -d ''
complete -c cph -n "__fish_cph_using_subcommand completion" -a powershell -d ''
complete -c cph -n "__fish_cph_using_subcommand completion" -a elvish -d ''
