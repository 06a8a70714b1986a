# bash completion for tapaudit. Commands and options come from --help, so they are those of the program that is run;
# after a prompt's first use they are remembered for the shell's life.
# shellcheck shell=bash disable=SC2207 # the words have no spaces

declare -gA _tapaudit_known

_tapaudit_help() { # _tapaudit_help PROGRAM [COMMAND]: fills REPLY with the words of its --help
	local key="$*" sheet

	if [[ -z ${_tapaudit_known[$key]-} ]]; then
		sheet=$("$@" --help 2>/dev/null)
		if [[ $# -eq 1 ]]; then
			_tapaudit_known[$key]=$(sed -n 's/^  \([a-z][a-z]*\)  *.*/\1/p' <<<"$sheet")
		else
			_tapaudit_known[$key]=$(sed -n 's/^  \(-.,\|   \) \(--[a-z-]*=\{0,1\}\).*/\2/p' <<<"$sheet")
		fi
	fi
	REPLY=${_tapaudit_known[$key]}
}

_tapaudit_signatures() { # _tapaudit_signatures PROGRAM WORD..: ids, of the folder that -S names, else the program's own
	local program=$1 folder=() i words

	words=("${@:2}")
	for ((i = 0; i < ${#words[@]}; i++)); do
		case ${words[i]} in
		-S | --signatures) folder=(-S "${words[i + 1]-}") ;;
		--signatures=*) folder=("${words[i]}") ;;
		-S?*) folder=("${words[i]}") ;;
		esac
	done
	"$program" matrix -q -f csv "${folder[@]}" 2>/dev/null | cut -d, -f1 | sed 1d | sort -u
}

_tapaudit_findings() { # _tapaudit_findings WORD..: ids of the findings of the report among the words; 1: none is named yet
	local word

	for word; do
		[[ $word != -* && -f $word && -r $word ]] || continue
		sed -n 's/^ *"id": *"\([0-9a-f]\{32\}\)",*$/\1/p' "$word" | sort -u
		return
	done
	return 1
}

_tapaudit_value() { # _tapaudit_value COMMAND OPTION WORD: candidates for an option's value; 1: files
	case $2 in
	--fail-on) COMPREPLY=($(compgen -W "info low medium high" -- "$3")) ;;
	--expect) COMPREPLY=($(compgen -W "all" -- "$3")) ;;
	--key) COMPREPLY=($(compgen -W "vlan vni vlan,vni" -- "$3")) ;;
	--format | -f)
		case $1 in
		flows) COMPREPLY=($(compgen -W "csv json" -- "$3")) ;;
		matrix) COMPREPLY=($(compgen -W "text csv json" -- "$3")) ;;
		*) COMPREPLY=($(compgen -P "${3%"${3##*,}"}" -W "text json html csv junit" -- "${3##*,}")) ;;
		esac
		;;
	--signatures | --spool | --evidence | -S) COMPREPLY=($(compgen -d -- "$3")) ;;
	--interface | -i) COMPREPLY=($(compgen -W "any $(command ls /sys/class/net 2>/dev/null)" -- "$3")) ;;
	--user) COMPREPLY=($(compgen -u -- "$3")) ;;
	--syslog) COMPREPLY=($(compgen -W "local" -- "$3")) ;;
	--events-interval | --store-interval | --evidence-limit | --duration | --workers | --ring | --snaplen) COMPREPLY=() ;;
	--filter | --jobs | -j | --memory | --max-ratio | --max-bytes | --day | --settle | --keep | --sensor | --since | --until)
		COMPREPLY=() ;;
	*) return 1 ;;
	esac
}

_tapaudit() {
	local program=${COMP_WORDS[0]} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]-} REPLY

	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
		_tapaudit_help "$program"
		COMPREPLY=($(compgen -W "$REPLY --help --version" -- "$word"))
		return
	fi
	# Bash takes "=" for a word of its own.
	if [[ $word == "=" ]]; then
		word=
	elif [[ $before == "=" ]]; then
		before=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [[ $before == -* ]]; then
		_tapaudit_help "$program" "$command"
		if [[ $before != --* || " ${REPLY//$'\n'/ } " == *" $before= "* ]]; then
			_tapaudit_value "$command" "$before" "$word" && return
			[[ $before == --* ]] && return
		fi
	fi
	if [[ $word == -* ]]; then
		_tapaudit_help "$program" "$command"
		COMPREPLY=($(compgen -W "$REPLY" -- "$word"))
		[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null
	elif [[ $command == store ]]; then
		COMPREPLY=($(compgen -W "init send tidy rename move retire" -- "$word"))
	elif [[ $command == matrix ]]; then
		COMPREPLY=($(compgen -W "$(_tapaudit_signatures "$program" "${COMP_WORDS[@]:2}")" -- "$word"))
	elif [[ $command == explain ]] && REPLY=$(_tapaudit_findings "${COMP_WORDS[@]:2:COMP_CWORD-2}"); then
		COMPREPLY=($(compgen -W "$REPLY" -- "$word"))
	fi
}

# What the function leaves empty is completed as a file's name.
complete -o bashdefault -o default -F _tapaudit tapaudit
