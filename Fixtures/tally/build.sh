#!/bin/sh
# Compiles one version of tally into OUTPUT/lib/tally-VERSION/ebin, as an Erlang build tool leaves it for relift.
# usage: build.sh VERSION [OUTPUT]     OUTPUT is VERSION/_build/default beside this script if not given
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
version=${1:?usage: build.sh VERSION [OUTPUT]}
source=$here/$version/src
[ -d "$source" ] || { echo "build.sh: there is no version $version of tally" >&2; exit 64; }
ebin=${2:-$here/$version/_build/default}/lib/tally-$version/ebin

mkdir -p "$ebin"
# Deterministic: no path and no time in the .beam files, so that only changed code changes them.
erlc +debug_info +deterministic -Wall -Werror -o "$ebin" "$source"/*.erl
cp "$source/tally.app.src" "$ebin/tally.app"
