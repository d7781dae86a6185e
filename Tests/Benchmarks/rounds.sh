#!/bin/sh
# A node of tally goes from 1.0.0 to 1.1.0 and back, again and again, by `relift install` and `relift rollback`, while 20
# clients use it; prints one line of figures. Status 0 when every round went through and no client missed an answer.
# usage: rounds.sh [--rounds N] [--watch SECONDS] [--chroot FOLDER] RELIFT
#   --chroot   the root of another system, whose Erlang the node runs on (needs root; the mount is gone at the end)
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
tally=$here/../../Fixtures/tally
rounds=100 watch=0 chroot='' relift=''
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) rounds=$2; shift 2 ;;
        --watch) watch=$2; shift 2 ;;
        --chroot) chroot=$2; shift 2 ;;
        *) relift=$1; shift ;;
    esac
done
[ -x "$relift" ] || { echo "usage: rounds.sh [--rounds N] [--watch SECONDS] [--chroot FOLDER] RELIFT" >&2; exit 64; }
if [ -n "$chroot" ] && [ -z "${ROUNDS_MOUNTS:-}" ]; then
    ROUNDS_MOUNTS=own exec unshare -m "$0" --rounds "$rounds" --watch "$watch" --chroot "$chroot" "$relift"
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/relift-rounds-XXXXXX")
root=$work/host
load=
# shellcheck disable=SC2317 # the trap calls it
finish() {
    status=$?
    trap - EXIT
    [ -z "$load" ] || kill "$load" 2>/dev/null || true
    [ ! -x "$root/bin/tally" ] || on_node "$root/bin/tally" stop >/dev/null 2>&1 || true
    if [ -n "$chroot" ]; then
        umount "$chroot/proc" "$chroot$work"
        rmdir "$chroot$work"
    fi
    rm -rf "$work"
    exit "$status"
}
on_node() { if [ -n "$chroot" ]; then chroot "$chroot" env HOME="$HOME" "$@"; else "$@"; fi; }
if [ -n "$chroot" ]; then
    mkdir -p "$chroot$work"
    mount --bind "$work" "$chroot$work"
    # What the start scripts look at.
    mount --bind /proc "$chroot/proc"
fi
trap finish EXIT
trap 'exit 130' INT TERM

HOME=$work/home
export HOME
mkdir -p "$HOME" "$root"
(umask 077 && od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"$HOME/.erlang.cookie")
chmod 400 "$HOME/.erlang.cookie"
cp -R "$tally" "$work/tally"

set --
if [ -n "$chroot" ]; then
    set -- --otp "$chroot$(on_node erl -noshell -eval 'io:put_chars(code:root_dir()), halt().')"
fi
for version in 1.0.0 1.1.0; do
    mkdir "$work/$version"
    cp -R "$tally/$version/config" "$tally/$version/relift.config" "$work/$version"
    sed -i "s/^-name .*/-name rounds-$$@127.0.0.1/" "$work/$version/config/vm.args"
    on_node "$work/tally/build.sh" "$version" "$work/$version/_build/default"
    (cd "$work/$version" && "$relift" build --quiet "$@" --output "$work/built-$version")
done
cd "$work"
"$relift" appup --quiet built-1.0.0/tally built-1.1.0/tally >/dev/null
"$relift" relup --quiet built-1.1.0/tally --from built-1.0.0/tally >/dev/null
"$relift" tar --quiet built-1.1.0/tally --output built-1.1.0 >/dev/null
tarball=$work/built-1.1.0/tally-1.1.0.tar.gz
tar -xzf built-1.0.0/tally-1.0.0.tar.gz -C "$root"
on_node "$root/bin/tally" daemon
process=$(cat "$root/run/tally.pid")

"$tally/load.escript" --port-file "$root/tally.port" --clients 20 --stop-file "$work/stop" >"$work/load.json" &
load=$!
sleep 2
begin=$(date +%s)
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    for command in "install $tarball --watch $watch" rollback; do
        # shellcheck disable=SC2086 # words
        if ! "$relift" $command --root "$root" --format json >"$work/answer" 2>"$work/errors"; then
            echo "rounds: round $round, $command" >&2
            cat "$work/answer" "$work/errors" >&2
            exit 1
        fi
        cat "$work/answer" >>"$work/answers"
    done
done
seconds=$(($(date +%s) - begin))
touch "$work/stop"
status=0
wait "$load" || status=$?
load=
[ "$(cat "$root/run/tally.pid")" = "$process" ] || { echo "rounds: the node was restarted" >&2; status=1; }
pauses=$(sed -n 's/.*"longestMilliseconds":\([0-9.]*\).*/\1/p' "$work/answers" | sort -n)
median=$(echo "$pauses" | sed -n "$(((rounds + 1) / 2))p")
otp=$(on_node erl -noshell -eval 'io:put_chars(erlang:system_info(otp_release)), halt().')
printf '{"otp":"%s","rounds":%s,"seconds":%s,"medianOfLongestPauses":%s,"longestPause":%s,"load":%s}\n' \
    "$otp" "$rounds" "$seconds" "$median" "$(echo "$pauses" | tail -n 1)" "$(cat "$work/load.json")"
exit "$status"
