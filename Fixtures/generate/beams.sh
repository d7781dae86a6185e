#!/bin/sh
# Makes Fixtures/beams/otp{25,27,29} and Fixtures/etf/otp{25,27,29}.etf from their sources:
#   beams.sh ROOTS      ROOTS holds the folders otp27 and otp29 that `otp-roots ROOTS` made; OTP 25 is this machine's
# The compiler's `deterministic` option keeps paths and times out of the files. Pids, references and functions in the
# vectors differ from run to run.
set -eu
roots=${1:?usage: beams.sh ROOTS}
fixtures=$(cd "$(dirname "$0")/.." && pwd)

# run ROOT WORK: compiles WORK/source to WORK/beams with the erlc in ROOT, and records what its beam_lib says.
run() {
    inner_root=$1 inner_work=$2
    export LC_ALL=C.UTF-8
    for source in "${inner_root%/}$inner_work"/source/*.erl; do
        options='+deterministic +debug_info'
        case $source in */constants.erl) options='+deterministic +compressed' ;; esac
        # shellcheck disable=SC2086
        chroot "$inner_root" erlc +nowarn_unused_record $options -o "$inner_work/beams" "$inner_work/source/$(basename "$source")"
    done
    chroot "$inner_root" escript "$inner_work/source/record.escript" "$inner_work/beams"
    chroot "$inner_root" escript "$inner_work/source/vectors.escript" "$inner_work/vectors.etf"
}

for version in 25 27 29; do
    root=$roots/otp$version
    [ "$version" = 25 ] && root=/
    work=$(mktemp -d -p "${root%/}/tmp" beams.XXXXXX)
    mkdir "$work/source" "$work/beams"
    cp "$fixtures"/beams/source/* "$fixtures"/etf/vectors.escript "$work/source/"
    [ "$version" = 29 ] || rm "$work/source/long_atoms.erl" "$work/source/native_records.erl"
    inside=/tmp/$(basename "$work")
    run "$root" "$inside"
    rm -rf "$fixtures/beams/otp$version"
    cp -R "$work/beams" "$fixtures/beams/otp$version"
    cp "$work/vectors.etf" "$fixtures/etf/otp$version.etf"
    rm -rf "$work"
done
