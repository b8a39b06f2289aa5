#!/usr/bin/env bash
# Proof with servers that nobody here wrote, each family of rows in a network of its own:
#   tests/peers/servers.sh [FAMILY...]    without a name all of them
# PEERS_ONLY=TEXT runs the rows whose names contain it. Needs Linux, Python 3.8 or later, openssl, and root or sudo
# without a password. Debian's packages are unpacked below target/ and not installed; Python's are in a venv there.
# A family that can't run here is left out with the reason; CPH_SKIP_PEERS=1 leaves all of them out.
set -euo pipefail
cd "$(dirname "$0")/../.."

leave_out() {
  echo "left out: $1"
  exit 0
}

[[ ${CPH_SKIP_PEERS:-} != 1 ]] || leave_out 'all servers, as CPH_SKIP_PEERS=1 says'
[[ $OSTYPE == linux* ]] || leave_out 'all servers, since their namespaces need Linux'

# The programs of each family.
declare -A needs=(
  [tls]='nginx haproxy'
  [gateways]='nginx haproxy'
  [proxies]='nginx squid tinyproxy microsocks'
  [iam]='python3'
  [mitm]='nginx'
  [ipv6]='nginx dnsmasq tinyproxy microsocks'
)
families=("$@")
[[ $# -gt 0 ]] || families=(tls gateways proxies iam mitm ipv6)
for name in "${families[@]}"; do
  if [[ -z ${needs[$name]:-} ]]; then
    echo "there is no family $name, only ${!needs[*]}" >&2
    exit 2
  fi
done

as_root=()
if [[ $EUID != 0 ]]; then
  sudo -n true 2>/dev/null || leave_out 'all servers, since this is neither root nor sudo without a password'
  as_root=(sudo -n)
fi
for program in python3 openssl ip unshare; do
  command -v "$program" >/dev/null || leave_out "all servers, since there is no $program"
done
"${as_root[@]}" unshare --net --mount --pid --fork --mount-proc true 2>/dev/null ||
  leave_out 'all servers, since namespaces are not allowed here'

cargo build --locked --quiet
target=$(cd "${CARGO_TARGET_DIR:-target}" && pwd)

work=$(mktemp -d)
# timeout sends a signal on to the whole group of its command.
end() {
  local running
  running=$(jobs -pr)
  # shellcheck disable=SC2086 # numbers
  [[ -z $running ]] || "${as_root[@]}" kill $running 2>/dev/null || true
  wait
  rm -rf "$work"
}
trap end EXIT
trap 'exit 143' TERM
trap 'exit 130' INT

# A family with a list of Python packages has a venv, made once: meanwhile the others run.
declare -A venvs=() installs=()
# shellcheck disable=SC2016 # for the shell inside
make_venv='
  rm -rf "$1"
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$2"
  touch "$1/ready"'
for name in "${families[@]}"; do
  list=tests/peers/servers/$name.txt
  [[ -e $list ]] || continue
  venvs[$name]=$target/peers-$name-$(cksum <"$list" | cut -d ' ' -f 1)
  [[ -e ${venvs[$name]}/ready ]] && continue
  timeout 900 bash -euc "$make_venv" bash "${venvs[$name]}" "$list" >"$work/$name.log" 2>&1 &
  installs[$name]=$!
done

# Unpacked, so that no service starts and nothing of the machine changes: with what they need and the machine lacks.
packages=(nginx haproxy squid tinyproxy-bin microsocks dnsmasq-base)
unpacked=$target/peers-debian
unpack() {
  local names file
  names=$(apt-get install --print-uris -qq --no-install-recommends "${packages[@]}" |
    sed -n "s/^'[^']*' \([^_]*\)_.*/\1/p")
  rm -rf "$unpacked" && mkdir -p "$unpacked/packages"
  # shellcheck disable=SC2086 # one word each
  (cd "$unpacked/packages" && apt-get download -qq -o APT::Sandbox::User=root "${packages[@]}" $names) || return
  for file in "$unpacked"/packages/*.deb; do
    dpkg-deb -x "$file" "$unpacked" || return
  done
  rm -r "$unpacked/packages"
  echo "${packages[@]}" >"$unpacked/ready"
}
if command -v apt-get >/dev/null && [[ $(cat "$unpacked/ready" 2>/dev/null) != "${packages[*]}" ]]; then
  log=$work/unpack.log
  unpack >"$log" 2>&1 || { "${as_root[@]}" apt-get update -qq && unpack; } >"$log" 2>&1 || tail -n 3 "$log"
fi
here=$unpacked/usr/sbin:$unpacked/usr/bin:$PATH:/usr/sbin:/sbin

printf '%s\n' '127.0.0.1 localhost cph.peers.test' '::1 localhost' '192.0.2.1 far.peers.test' >"$work/hosts"
echo 'hosts: files dns' >"$work/nsswitch.conf"
echo 'nameserver 127.0.0.1' >"$work/resolv.conf"

# 192.0.2.1 is this machine, and not loopback, which cph reaches without a proxy; what goes to 198.51.100.0/24 is lost.
# All processes and files of a family end with its namespaces.
# shellcheck disable=SC2016 # for the shell inside
inside='
  for name in hosts nsswitch.conf resolv.conf; do mount --bind "$PEERS_WORK/$name" "/etc/$name"; done
  mount -t tmpfs tmpfs "$PEERS_WORK"
  # Servers that give up root must reach their files, whoever may enter the home that target/ is in.
  mkdir "$PEERS_WORK/programs"
  [[ ! -d $2 ]] || mount --bind "$2" "$PEERS_WORK/programs"
  for folder in "$PEERS_WORK"/programs/usr/lib/*-linux-gnu*; do export LD_LIBRARY_PATH=$folder; done
  PATH=$PEERS_WORK/programs/usr/sbin:$PEERS_WORK/programs/usr/bin:$PATH:/usr/sbin:/sbin
  ip link set lo up
  ip address add 192.0.2.1/32 dev lo
  ip route add 198.51.100.0/24 dev lo
  exec python3 "tests/peers/servers/$1.py"'
family() {
  "${as_root[@]}" timeout --kill-after 5 300 unshare --net --mount --pid --fork --kill-child --mount-proc \
    env -i PATH="$PATH" PYTHONDONTWRITEBYTECODE=1 PEERS_WORK="$work" \
    PEERS_VENV="${venvs[$1]:-}" PEERS_ONLY="${PEERS_ONLY:-}" CPH="$target/debug/cph" \
    bash -euc "$inside" bash "$1" "$unpacked" &
  wait $!
}

failed=0
for name in "${families[@]}"; do
  for program in ${needs[$name]}; do
    if ! PATH=$here command -v "$program" >/dev/null; then
      echo "left out: $name, since $program is neither here nor among the packages"
      continue 2
    fi
  done
  if [[ -n ${installs[$name]:-} ]] && ! wait "${installs[$name]}"; then
    echo "left out: $name, since Python can't install its packages: $(tail -n 1 "$work/$name.log")"
    continue
  fi
  family "$name" || failed=1
done
exit $failed
