#!/bin/sh
# The main job on a live node: build two versions of tally, plan the upgrade, and carry a running node from 1.0.0 to 1.1.0
# and back while 20 clients use it. `make demo` calls it; it leaves nothing behind.
# usage: demo.sh [RELIFT]     RELIFT is the program, by default the release build of this checkout
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=$(CDPATH='' cd -- "$here/../.." && pwd)
relift=${1:-$top/.build/release/relift}
[ -x "$relift" ] || { echo "demo: there is no $relift; run \`make build\` first" >&2; exit 2; }

work=$(mktemp -d "${TMPDIR:-/tmp}/relift-demo-XXXXXX")
root=$work/host/tally
load=
# shellcheck disable=SC2317 # the trap calls it
finish() {
    status=$?
    trap - EXIT
    [ -z "$load" ] || kill "$load" 2>/dev/null || true
    [ ! -x "$root/bin/tally" ] || "$root/bin/tally" stop >/dev/null 2>&1 || true
    rm -rf "$work"
    exit "$status"
}
trap finish EXIT
trap 'exit 130' INT TERM

# The demo's own cookie, so that no file of the user's home folder is read or made.
HOME=$work/home
export HOME
mkdir -p "$HOME"
(umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$HOME/.erlang.cookie")
chmod 400 "$HOME/.erlang.cookie"

step=0
say() {
    step=$((step + 1))
    printf '\n== %d. %s\n' "$step" "$1"
}
show() {
    printf '$ relift %s\n' "$*" | sed "s|$work/||g"
    "$relift" "$@"
}
# Shows what the service itself counts: its version, the number of keys and their sum.
ask() { "$here/ask.escript" "$root/tally.port" "$@"; }
count() { printf '%s; the key that all clients share: %s' "$(ask STATS)" "$(ask GET load:shared)"; }

for version in 1.0.0 1.1.0; do
    mkdir "$work/$version"
    cp -R "$here/$version/config" "$here/$version/relift.config" "$work/$version"
done

say "compile both versions of the sample service, as an Erlang build tool would"
for version in 1.0.0 1.1.0; do
    "$here/build.sh" "$version" "$work/$version/_build/default"
    echo "tally $version: $(find "$work/$version/_build" -name '*.beam' | wc -l) modules"
done

say "build both releases"
cd "$work/1.0.0" && show build --output "$work/built-1.0.0"
cd "$work/1.1.0" && show build --output "$work/built-1.1.0"
cd "$work"

say "compare their code: what changed, and what to do about it"
show appup built-1.0.0/tally built-1.1.0/tally

say "order it into the script of the upgrade, and of the way back"
show relup built-1.1.0/tally --from built-1.0.0/tally
show tar built-1.1.0/tally --output "$work/built-1.1.0"
show plan built-1.0.0/tally-1.0.0.tar.gz built-1.1.0/tally-1.1.0.tar.gz --out hop.plan

say "prove it against the object files of both releases"
show check built-1.0.0/tally-1.0.0.tar.gz built-1.1.0/tally-1.1.0.tar.gz

say "install 1.0.0 on a host and start it"
mkdir -p "$root"
tar -xzf "$work/built-1.0.0/tally-1.0.0.tar.gz" -C "$root"
"$root/bin/tally" daemon
show status --root "$root"

say "put 20 clients on it"
"$here/load.escript" --port-file "$root/tally.port" --clients 20 --stop-file "$work/stop" >"$work/load.json" &
load=$!
sleep 2
before=$(count)
echo "counters: $before"

say "upgrade the running node to 1.1.0"
show install "$work/built-1.1.0/tally-1.1.0.tar.gz" --root "$root" --plan hop.plan --watch 10
sleep 2
upgraded=$(count)
echo "counters: $upgraded"

say "and take it back to 1.0.0"
show rollback --root "$root"
sleep 2
after=$(count)
echo "counters: $after"
show status --root "$root"

say "report"
touch "$work/stop"
status=0
wait "$load" || status=$?
load=
"$here/report.escript" "$work/load.json" "$before" "$upgraded" "$after"
exit "$status"
