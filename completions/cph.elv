
use builtin;
use str;

set edit:completion:arg-completer[cph] = {|@words|
    fn spaces {|n|
        builtin:repeat $n ' ' | str:join ''
    }
    fn cand {|text desc|
        edit:complex-candidate $text &display=$text' '(spaces (- 14 (wcswidth $text)))$desc
    }
    var command = 'cph'
    for word $words[1..-1] {
        if (str:has-prefix $word '-') {
            break
        }
        set command = $command';'$word
    }
    var completions = [
        &'cph'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand -V 'Print version'
            cand --version 'Print version'
            cand job 'What became of jobs'
            cand explain 'What an error code means and what to do about it (offline)'
            cand auth 'Log in, check, or log out'
            cand config 'Every setting in effect and where it comes from (offline)'
            cand completion 'Print a completion script for a shell'
            cand simulator 'Run a local CPH to test scripts against; needs no account'
            cand help 'The help of a command'
        }
        &'cph;job'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand show 'One look at each job'
            cand wait 'Wait until every job has ended'
        }
        &'cph;job;show'= {
            cand --request-id 'All jobs of this request, instead of ids; repeatable'
            cand --region 'Region, such as cn-north-4'
            cand --project-id 'Project id; without it the token''s own or the region''s is looked up'
            cand -o 'Output format'
            cand --output 'Output format'
            cand --field 'Only these values, tab-separated, one line per job'
            cand --only 'List only jobs with these statuses; the exit code and the counts are about all of them'
            cand --junit 'Also write a JUnit XML report to this file, with a test case for each job'
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand --names 'Also show the names of the phones; if they can''t be read within 30s, only they are missing'
            cand -q 'Nothing on stdout: the exit code is the answer'
            cand --quiet 'Nothing on stdout: the exit code is the answer'
            cand --exit-zero 'Exit 0 instead of 1 (failed) and 8 (running), for set -e scripts'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;job;wait'= {
            cand --request-id 'All jobs of this request, instead of ids; repeatable'
            cand --region 'Region, such as cn-north-4'
            cand --project-id 'Project id; without it the token''s own or the region''s is looked up'
            cand -o 'Output format'
            cand --output 'Output format'
            cand --field 'Only these values, tab-separated, one line per job'
            cand --only 'List only jobs with these statuses; the exit code and the counts are about all of them'
            cand --junit 'Also write a JUnit XML report to this file, with a test case for each job'
            cand --timeout 'The time limit for everything, such as 90s, 10m, 1h30m; or none'
            cand --interval 'A fixed pause between looks, at least 1s; the default grows from 1s to 10s with the job''s age'
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand --names 'Also show the names of the phones; if they can''t be read within 30s, only they are missing'
            cand -q 'Nothing on stdout: the exit code is the answer'
            cand --quiet 'Nothing on stdout: the exit code is the answer'
            cand --fail-fast 'Stop waiting at the first failed job; the other jobs continue to run'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;explain'= {
            cand -o 'Output format'
            cand --output 'Output format'
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;auth'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand login 'Ask for a credential, test it, and write it to the config file'
            cand status 'Which credential is used, its source, and whether it is accepted'
            cand logout 'Remove the profile''s credential and all cached tokens'
        }
        &'cph;auth;login'= {
            cand --region 'Region, such as cn-north-4'
            cand --project-id 'Project id; without it the token''s own or the region''s is looked up'
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;auth;status'= {
            cand --region 'Region, such as cn-north-4'
            cand --project-id 'Project id; without it the token''s own or the region''s is looked up'
            cand -o 'Output format'
            cand --output 'Output format'
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;auth;logout'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;config'= {
            cand --region 'Region, such as cn-north-4'
            cand --project-id 'Project id; without it the token''s own or the region''s is looked up'
            cand -o 'Output format'
            cand --output 'Output format'
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;completion'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;simulator'= {
            cand --listen 'Loopback address to listen on (default: 127.0.0.1 and a free port)'
            cand --credential 'The kind of credential that the command gets'
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;help'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand job 'What became of jobs'
            cand explain 'What an error code means and what to do about it (offline)'
            cand auth 'Log in, check, or log out'
            cand config 'Every setting in effect and where it comes from (offline)'
            cand completion 'Print a completion script for a shell'
            cand simulator 'Run a local CPH to test scripts against; needs no account'
        }
        &'cph;help;job'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand show 'One look at each job'
            cand wait 'Wait until every job has ended'
        }
        &'cph;help;job;show'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;help;job;wait'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;help;explain'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;help;auth'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
            cand login 'Ask for a credential, test it, and write it to the config file'
            cand status 'Which credential is used, its source, and whether it is accepted'
            cand logout 'Remove the profile''s credential and all cached tokens'
        }
        &'cph;help;auth;login'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;help;auth;status'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;help;auth;logout'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;help;config'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;help;completion'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
        &'cph;help;simulator'= {
            cand --profile 'The profile of the config file to use'
            cand --color 'When to use colour'
            cand -v 'Log each request on stderr; twice: more'
            cand --verbose 'Log each request on stderr; twice: more'
            cand -h 'Print help (see more with ''--help'')'
            cand --help 'Print help (see more with ''--help'')'
        }
    ]
    $completions[$command]
}
