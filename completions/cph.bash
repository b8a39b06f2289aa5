_cph() {
    local i cur prev opts cmd
    COMPREPLY=()
    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
        cur="$2"
    else
        cur="${COMP_WORDS[COMP_CWORD]}"
    fi
    prev="$3"
    cmd=""
    opts=""

    for i in "${COMP_WORDS[@]:0:COMP_CWORD}"
    do
        case "${cmd},${i}" in
            ",$1")
                cmd="cph"
                ;;
            cph,auth)
                cmd="cph__subcmd__auth"
                ;;
            cph,completion)
                cmd="cph__subcmd__completion"
                ;;
            cph,config)
                cmd="cph__subcmd__config"
                ;;
            cph,explain)
                cmd="cph__subcmd__explain"
                ;;
            cph,help)
                cmd="cph__subcmd__help"
                ;;
            cph,job)
                cmd="cph__subcmd__job"
                ;;
            cph,simulator)
                cmd="cph__subcmd__simulator"
                ;;
            cph__subcmd__auth,login)
                cmd="cph__subcmd__auth__subcmd__login"
                ;;
            cph__subcmd__auth,logout)
                cmd="cph__subcmd__auth__subcmd__logout"
                ;;
            cph__subcmd__auth,status)
                cmd="cph__subcmd__auth__subcmd__status"
                ;;
            cph__subcmd__help,auth)
                cmd="cph__subcmd__help__subcmd__auth"
                ;;
            cph__subcmd__help,completion)
                cmd="cph__subcmd__help__subcmd__completion"
                ;;
            cph__subcmd__help,config)
                cmd="cph__subcmd__help__subcmd__config"
                ;;
            cph__subcmd__help,explain)
                cmd="cph__subcmd__help__subcmd__explain"
                ;;
            cph__subcmd__help,job)
                cmd="cph__subcmd__help__subcmd__job"
                ;;
            cph__subcmd__help,simulator)
                cmd="cph__subcmd__help__subcmd__simulator"
                ;;
            cph__subcmd__help__subcmd__auth,login)
                cmd="cph__subcmd__help__subcmd__auth__subcmd__login"
                ;;
            cph__subcmd__help__subcmd__auth,logout)
                cmd="cph__subcmd__help__subcmd__auth__subcmd__logout"
                ;;
            cph__subcmd__help__subcmd__auth,status)
                cmd="cph__subcmd__help__subcmd__auth__subcmd__status"
                ;;
            cph__subcmd__help__subcmd__job,show)
                cmd="cph__subcmd__help__subcmd__job__subcmd__show"
                ;;
            cph__subcmd__help__subcmd__job,wait)
                cmd="cph__subcmd__help__subcmd__job__subcmd__wait"
                ;;
            cph__subcmd__job,show)
                cmd="cph__subcmd__job__subcmd__show"
                ;;
            cph__subcmd__job,wait)
                cmd="cph__subcmd__job__subcmd__wait"
                ;;
            *)
                ;;
        esac
    done

    case "${cmd}" in
        cph)
            opts="-v -h -V --profile --verbose --color --help --version job explain auth config completion simulator help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 1 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__auth)
            opts="-v -h --profile --verbose --color --help login status logout"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__auth__subcmd__login)
            opts="-v -h --region --project-id --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --region)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --project-id)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__auth__subcmd__logout)
            opts="-v -h --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__auth__subcmd__status)
            opts="-o -v -h --region --project-id --output --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --region)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --project-id)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -W "table json" -- "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -W "table json" -- "${cur}"))
                    return 0
                    ;;
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__completion)
            opts="-v -h --profile --verbose --color --help bash zsh fish powershell elvish"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__config)
            opts="-o -v -h --region --project-id --output --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --region)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --project-id)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -W "table json" -- "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -W "table json" -- "${cur}"))
                    return 0
                    ;;
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__explain)
            opts="-o -v -h --output --profile --verbose --color --help CPS.0001 CPS.0002 CPS.0003 CPS.0004 CPS.0005 CPS.0006 CPS.0007 CPS.0008 CPS.0009 CPS.0010 CPS.0011 CPS.0014 CPS.0015 CPS.0016 CPS.0017 CPS.0018 CPS.0019 CPS.0020 CPS.0021 CPS.0022 CPS.0023 CPS.0024 CPS.0025 CPS.0026 CPS.0027 CPS.0028 CPS.0029 CPS.0030 CPS.0031 CPS.0032 CPS.0033 CPS.0034 CPS.0035 CPS.0036 CPS.0037 CPS.0038 CPS.0039 CPS.0040 CPS.0041 CPS.0042 CPS.0043 CPS.0044 CPS.0045 CPS.0046 CPS.0047 CPS.0048 CPS.0049 CPS.0050 CPS.0051 CPS.0052 CPS.0053 CPS.0054 CPS.0055 CPS.0056 CPS.0057 CPS.0058 CPS.0059 CPS.0060 CPS.0061 CPS.0062 CPS.0063 CPS.0064 CPS.0065 CPS.0066 CPS.0067 CPS.0068 CPS.0069 CPS.0070 CPS.0071 CPS.0072 CPS.0073 CPS.0074 CPS.0075 CPS.0076 CPS.0077 CPS.0078 CPS.0079 CPS.0080 CPS.0081 CPS.0082 CPS.0083 CPS.0084 CPS.0085 CPS.0086 CPS.0087 CPS.0088 CPS.0089 CPS.0090 CPS.0091 CPS.0092 CPS.0093 CPS.0094 CPS.0095 CPS.0096 CPS.0097 CPS.0098 CPS.0099 CPS.0100 CPS.0101 CPS.0102 CPS.0103 CPS.0104 CPS.0105 CPS.0106 CPS.0107 CPS.0108 CPS.0109 CPS.0110 CPS.0111 CPS.0112 CPS.0113 CPS.0114 CPS.0115 CPS.0116 CPS.0117 CPS.0118 CPS.0119 CPS.0121 CPS.0122 CPS.0123 CPS.0124 CPS.0125 CPS.0126 CPS.0127 CPS.0128 CPS.0129 CPS.0130 CPS.0131 CPS.0132 CPS.0133 CPS.0134 CPS.0135 CPS.0136 CPS.0137 CPS.0138 CPS.0139 CPS.0140 CPS.0141 CPS.0142 CPS.0143 CPS.0144 CPS.0155 CPS.0156 CPS.0157 CPS.0158 CPS.0159 CPS.0160 CPS.0161 CPS.0162 CPS.0163 CPS.0164 CPS.0165 CPS.0166 CPS.0167 CPS.0168 CPS.0169 CPS.0170 CPS.0171 CPS.0172 CPS.0173 CPS.0174 CPS.0175 CPS.0176 CPS.0190 CPS.0191 CPS.0192 CPS.0193 CPS.0194 CPS.0195 CPS.0196 CPS.0197 CPS.0198 CPS.0199 CPS.0200 CPS.0201 CPS.0202 CPS.0203 CPS.0204 CPS.0223 CPS.0224 CPS.0226 CPS.0228 CPS.0229 CPS.0236 CPS.0238 CPS.0239 CPS.0240 CPS.0241 CPS.1000 CPS.1002 CPS.1003 CPS.1004 CPS.1005 CPS.1006 CPS.1007 CPS.1008 CPS.1009 CPS.1010 CPS.1011 CPS.1012 CPS.1013 CPS.1014 CPS.1015 CPS.1016 CPS.1017 CPS.1018 CPS.1019 CPS.1020 CPS.1021 CPS.1022 CPS.1023 CPS.1024 CPS.1025 CPS.1026 CPS.1027 CPS.1028 CPS.1029 CPS.1031 CPS.1032 CPS.1040 CPS.1041 CPS.1042 CPS.1043 CPS.1044 CPS.1045 CPS.1046 CPS.1047 CPS.1048 CPS.1049 CPS.1050 CPS.1051 CPS.1052 CPS.1053 CPS.1054 CPS.1055 CPS.1056 CPS.1057 CPS.1060 CPS.1061 CPS.1062 CPS.1063 CPS.1064 CPS.1065 CPS.1066 CPS.1067 CPS.1068 CPS.1069 CPS.1070 CPS.1071 CPS.1072 CPS.1073 APIGW.0101 APIGW.0103 APIGW.0104 APIGW.0105 APIGW.0106 APIGW.0201 APIGW.0301 APIGW.0302 APIGW.0303 APIGW.0304 APIGW.0305 APIGW.0306 APIGW.0307 APIGW.0308 APIGW.0310 APIGW.0311 APIGW.0401 APIGW.0402 APIGW.0404 APIGW.0501 APIGW.0502 APIGW.0601 APIGW.0602 APIGW.0605 APIGW.0606 APIGW.0607 APIGW.0608 APIGW.0609 APIGW.0610 APIGW.0611 APIGW.0612 APIGW.0613 APIGW.0705 APIGW.0801 APIGW.0802 IAM.0001 IAM.0002 IAM.0003 IAM.0004 IAM.0006 IAM.0007 IAM.0011 IAM.0012 IAM.0061 IAM.0062 IAM.0066 IAM.0067 IAM.0080 IAM.0081 IAM.0082 IAM.0083 IAM.1108 IAM.1109"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --output)
                    COMPREPLY=($(compgen -W "table json" -- "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -W "table json" -- "${cur}"))
                    return 0
                    ;;
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help)
            opts="-v -h --profile --verbose --color --help job explain auth config completion simulator"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__auth)
            opts="-v -h --profile --verbose --color --help login status logout"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__auth__subcmd__login)
            opts="-v -h --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__auth__subcmd__logout)
            opts="-v -h --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__auth__subcmd__status)
            opts="-v -h --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__completion)
            opts="-v -h --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__config)
            opts="-v -h --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__explain)
            opts="-v -h --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__job)
            opts="-v -h --profile --verbose --color --help show wait"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__job__subcmd__show)
            opts="-v -h --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__job__subcmd__wait)
            opts="-v -h --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 4 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__help__subcmd__simulator)
            opts="-v -h --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__job)
            opts="-v -h --profile --verbose --color --help show wait"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__job__subcmd__show)
            opts="-o -q -v -h --request-id --region --project-id --output --field --only --junit --names --quiet --exit-zero --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --request-id)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --region)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --project-id)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -W "table json jsonl" -- "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -W "table json jsonl" -- "${cur}"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -W "job_id request_id status status_code phone_id phone_name server_id begin_time end_time duration_seconds error_code error_msg error_meaning execute_msg observed_at error error_message error_hint" -- "${cur}"))
                    return 0
                    ;;
                --only)
                    COMPREPLY=($(compgen -W "success failure running unknown" -- "${cur}"))
                    return 0
                    ;;
                --junit)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__job__subcmd__wait)
            opts="-o -q -v -h --request-id --region --project-id --output --field --only --junit --names --quiet --timeout --interval --fail-fast --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 3 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --request-id)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --region)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --project-id)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --output)
                    COMPREPLY=($(compgen -W "table json jsonl" -- "${cur}"))
                    return 0
                    ;;
                -o)
                    COMPREPLY=($(compgen -W "table json jsonl" -- "${cur}"))
                    return 0
                    ;;
                --field)
                    COMPREPLY=($(compgen -W "job_id request_id status status_code phone_id phone_name server_id begin_time end_time duration_seconds error_code error_msg error_meaning execute_msg observed_at error error_message error_hint" -- "${cur}"))
                    return 0
                    ;;
                --only)
                    COMPREPLY=($(compgen -W "success failure running unknown" -- "${cur}"))
                    return 0
                    ;;
                --junit)
                    local oldifs
                    if [ -n "${IFS+x}" ]; then
                        oldifs="$IFS"
                    fi
                    IFS=$'\n'
                    COMPREPLY=($(compgen -f "${cur}"))
                    if [ -n "${oldifs+x}" ]; then
                        IFS="$oldifs"
                    fi
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o filenames
                    fi
                    return 0
                    ;;
                --timeout)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --interval)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
        cph__subcmd__simulator)
            opts="-v -h --listen --credential --profile --verbose --color --help"
            if [[ ${cur} == -* || ${COMP_CWORD} -eq 2 ]] ; then
                COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
                return 0
            fi
            case "${prev}" in
                --listen)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --credential)
                    COMPREPLY=($(compgen -W "keys token password" -- "${cur}"))
                    return 0
                    ;;
                --profile)
                    COMPREPLY=("${cur}")
                    if [[ "${BASH_VERSINFO[0]}" -ge 4 ]]; then
                        compopt -o nospace
                    fi
                    return 0
                    ;;
                --color)
                    COMPREPLY=($(compgen -W "auto always never" -- "${cur}"))
                    return 0
                    ;;
                *)
                    COMPREPLY=()
                    ;;
            esac
            COMPREPLY=( $(compgen -W "${opts}" -- "${cur}") )
            return 0
            ;;
    esac
}

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
        --field|--only) [[ "$cur" != *,* ]] || listed="${cur%,*}," cur="${cur##*,}" ;;
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
