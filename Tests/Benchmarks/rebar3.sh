#!/bin/sh
# Builds a compiled project (Fixtures/brew) by `rebar3 as prod tar` and by `relift build --profile prod`, in turns, each time
# into a new folder, and by relift once more with nothing changed; prints milliseconds: one line a turn, then medians.
# usage: rebar3.sh RELIFT [TURNS]      on a busy machine: chrt -r 1 Tests/Benchmarks/rebar3.sh …
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
relift=${1:?usage: rebar3.sh RELIFT [TURNS]} turns=${2:-7}
relift=$(CDPATH='' cd -- "$(dirname -- "$relift")" && pwd)/${relift##*/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -R "$here/../../Fixtures/brew" "$work/project"
cd "$work/project"
rebar3 as prod compile >/dev/null 2>&1

# Runs the arguments, and prints how many milliseconds they took.
took() {
    begin=$(date +%s%N)
    "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    echo $((($(date +%s%N) - begin) / 1000000))
}

turn=0
while [ "$turn" -lt "$turns" ]; do
    turn=$((turn + 1))
    mkdir "$work/$turn"
    # Not removed: ext4 passes over inodes that became free within the last seconds, one by one.
    [ ! -e _build/prod/rel ] || mv _build/prod/rel "$work/$turn/"
    theirs=$(took rebar3 as prod tar)
    ours=$(took "$relift" build --profile prod --output "$work/$turn/out")
    again=$(took "$relift" build --profile prod --output "$work/$turn/out")
    echo "$theirs $ours $again"
done | awk '
    # Sorts each column as it comes.
    function put(list, count, value) {
        for (; count > 1 && list[count - 1] > value; count--) list[count] = list[count - 1]
        list[count] = value
    }
    { print "rebar3 " $1 "  relift " $2 "  nothing changed " $3
      put(a, NR, $1 + 0); put(b, NR, $2 + 0); put(c, NR, $3 + 0) }
    END { middle = int((NR + 1) / 2)
      printf "medians: rebar3 %d, relift %d (%.1f times faster), nothing changed %d\n", a[middle], b[middle],
          a[middle] / b[middle], c[middle] }'
