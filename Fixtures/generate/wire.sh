#!/bin/sh
# Records the conversations in Fixtures/wire/otpNN from real nodes.
#   wire.sh             with the erl on PATH
#   wire.sh ROOT...     with the erl inside each root folder (needs chroot, so root)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
wire=$here/../wire
epmd_port=4398
epmd -port "$epmd_port" -relaxed_command_check -daemon
trap 'epmd -port "$epmd_port" -kill >/dev/null 2>&1 || true' EXIT

capture() { # capture PREFIX...: PREFIX is put before erl
    otp=$("$@" erl -noshell -eval 'io:put_chars(erlang:system_info(otp_release)), halt().')
    folder=$wire/otp$otp
    mkdir -p "$folder"
    cookie_home=$(mktemp -d)
    ERL_EPMD_PORT=$epmd_port HOME=/tmp "$@" erl -noshell -noinput -sname wire@localhost -setcookie transcript \
        -kernel net_ticktime 8 -connect_all false >/dev/null 2>&1 </dev/null &
    node=$!
    for _ in $(seq 100); do
        if epmd -port "$epmd_port" -names | grep -q '^name wire '; then break; fi
        sleep 0.1
    done
    sleep 1
    HOME=$cookie_home ERL_EPMD_PORT=$epmd_port escript "$here/capture-distribution.escript" \
        "$folder" wire@localhost transcript "$epmd_port" "$otp" || true
    kill "$node"
    wait "$node" || true
    rm -rf "$cookie_home"
}

if [ $# -eq 0 ]; then capture env; fi
for root in "$@"; do capture chroot "$root" env; done
