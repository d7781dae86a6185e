#!/bin/sh
# Compares relift with Erlang's systools, whole process against whole process in turns, and prints a Markdown table.
# Usage: Tests/Benchmarks/systools.sh   (from the root of the checkout; builds in release mode)
#   ROUNDS=5          how often each pair of commands runs; the table shows medians
#   COUNTS="50 …"     the sizes of the made releases, in applications
#   SYSTOOLS_UP_TO=200  the largest size that systools is measured with: it needs minutes for 800
#   BIG_MEBIBYTES=2048  the size of the release that memory is measured with; 0 leaves it out
#   SWIFT_BUILD="swift build --flags"   how to build
set -eu
rounds=${ROUNDS:-5}
counts=${COUNTS:-50 200 800}
systools_up_to=${SYSTOOLS_UP_TO:-200}
big_mebibytes=${BIG_MEBIBYTES:-2048}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say() { echo "$*" >&2; }

build=${SWIFT_BUILD:-swift build -c release --static-swift-stdlib}
$build --product relift >&2
RELIFT_BENCHMARKS=1 $build --product archive-benchmark >&2
programs=$($build --show-bin-path)
relift=$programs/relift

# Runs a command and prints its milliseconds by the clock and of all processors, and its memory in KiB. What it prints
# itself is shown if it fails. GNU time measures processors in hundredths of a second, hence the clock of date.
measure() {
    start=$(date +%s%N)
    if ! /usr/bin/time -f '%U %S %M' -o "$work/time" "$@" >"$work/output" 2>&1; then
        say "failed: $*"
        cat "$work/output" >&2
        return 1
    fi
    end=$(date +%s%N)
    awk -v clock=$((end - start)) '{ printf "%.1f %.0f %d\n", clock / 1000000, ($1 + $2) * 1000, $3 }' "$work/time"
}

# The median of a column of the standard input.
median() {
    awk "{ print \$$1 }" | sort -n |
        awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# One row: the programs $work/systools-KIND and $work/relift-KIND in turns, each after $prepare.
prepare=true
compare() {
    kind=$1
    : >"$work/systools" && : >"$work/relift"
    for _ in $(seq "$rounds"); do
        for program in relift systools; do
            $prepare
            measure "$work/$program-$kind" >>"$work/$program"
        done
    done
    paste -d ' ' "$work/systools" "$work/relift" |
        awk '{ printf "%.2f %.2f\n", $1 / $4, ($5 > 0) ? $2 / $5 : 0 }' >"$work/ratios"
    ratio=$(printf '%.1f times faster' "$(median 1 <"$work/ratios")")
    # Less than a hundredth of a second of processor time cannot be compared.
    if [ "$(median 2 <"$work/relift")" != 0 ]; then
        ratio="$ratio; processors $(printf '%.1f' "$(median 2 <"$work/ratios")")"
    fi
    row "$2" "$(median 1 <"$work/systools") ms" "$(median 1 <"$work/relift") ms" "$ratio"
}

# One row of relift alone.
alone() {
    for _ in $(seq "$rounds"); do measure "$work/relift-$1"; done >"$work/relift"
    row "$2" "not run" "$(median 1 <"$work/relift") ms" "–"
}

# Makes the program $work/NAME of the shell command on the standard input.
program() {
    { echo '#!/bin/sh' && echo "cd '$work' && exec $(cat)"; } >"$work/$1"
    chmod +x "$work/$1"
}

row() { printf '| %s | %s | %s | %s |\n' "$1" "$2" "$3" "$4" >>"$work/table"; }

# --- Boot scripts and relups of made releases ------------------------------------------------------------------------

program relift-script <<COMMAND
$relift script pair/new/pair.rel --lib pair/new/lib --output out/relift
COMMAND
program systools-script <<COMMAND
erl -noshell -eval '{ok,_,_}=systools:make_script("pair/new/pair",
    [silent,{path,["pair/new/lib/*/ebin"]},{outdir,"out/systools"}]),halt().'
COMMAND
program relift-relup <<COMMAND
$relift relup pair/new/pair.rel --from pair/old/pair.rel --to pair/old/pair.rel \\
    --lib pair/new/lib --lib pair/old/lib --output out/relift
COMMAND
program systools-relup <<COMMAND
erl -noshell -eval '{ok,_,_,_}=systools:make_relup("pair/new/pair",["pair/old/pair"],["pair/old/pair"],
    [silent,{path,["pair/new/lib/*/ebin","pair/old/lib/*/ebin"]},{outdir,"out/systools"}]),halt().'
COMMAND
mkdir -p "$work/out/relift" "$work/out/systools"

for count in $counts; do
    say "boot script and relup of $count applications"
    escript Tests/Benchmarks/make-releases.escript "$work/pair" "$count"
    for kind in script relup; do
        name="$(echo $kind | sed 's/script/boot script/'), $count applications of 40 modules"
        if [ "$count" -le "$systools_up_to" ]; then compare $kind "$name"; else alone $kind "$name"; fi
    done
    if [ "$count" -le "$systools_up_to" ]; then cmp "$work/out/relift/pair.boot" "$work/out/systools/pair.boot"; fi
    rm -rf "$work/pair"
done

# --- The tarball of all installed applications -----------------------------------------------------------------------

cat >"$work/all.escript" <<'ESCRIPT'
#!/usr/bin/env escript
main([Dir]) -> main([Dir, code:lib_dir()]);
main([Dir, Lib]) ->
    Files = filelib:wildcard(filename:join(Lib, "*/ebin/*.app")),
    Applications = [begin
        {ok, [{application, Name, Keys}]} = file:consult(File),
        Type = case lists:member(Name, [kernel, stdlib, sasl]) of true -> permanent; false -> load end,
        {Name, proplists:get_value(vsn, Keys), Type}
    end || File <- Files],
    Release = {release, {"all", "1"}, {erts, erlang:system_info(version)}, Applications},
    ok = file:write_file(filename:join(Dir, "all.rel"), io_lib:format("~p.~n", [Release])).
ESCRIPT
libraries=$(erl -noshell -eval 'io:put_chars(code:lib_dir()),halt().')
applications=$(find -L "$libraries" -path '*/ebin/*.app' | wc -l)
escript "$work/all.escript" "$work"
"$relift" script "$work/all.rel" >/dev/null
program relift-tar <<COMMAND
$relift tar all.rel --output out/relift
COMMAND
program systools-tar <<COMMAND
erl -noshell -eval '{ok,_,_}=systools:make_tar("all",[silent,{outdir,"out/systools"}]),halt().'
COMMAND
ours=$work/out/relift/all.tar.gz
theirs=$work/out/systools/all.tar.gz
empty_cache() { find -L "$libraries" -type f -exec dd if={} iflag=nocache count=0 status=none \; ; }

say "tarball of all $applications installed applications"
compare tar "tarball of all $applications OTP applications"
processors=$(median 2 <"$work/relift")
prepare=empty_cache
compare tar "the same, files not in the cache"
prepare=true
row "its size" "$(stat -c %s "$theirs") bytes" "$(stat -c %s "$ours") bytes" \
    "$(awk "BEGIN { printf \"%.3f\", $(stat -c %s "$ours") / $(stat -c %s "$theirs") }") of systools'"

# The processor time of the whole process against that of libdeflate for the same bytes, which needs no other work.
gzip -dc "$ours" >"$work/all.tar"
deflate=$("$programs/archive-benchmark" library "$work/all.tar" "$rounds")
row "its processor time, and that of the compression library alone" "library: $deflate ms" "$processors ms" \
    "$(awk "BEGIN { printf \"%.2f\", $processors / $deflate }") times the library's"

# Everything is made again, at least a second later, as the times in a tarball are seconds.
cp "$ours" "$work/ours.tar.gz" && cp "$theirs" "$work/theirs.tar.gz"
sleep 1
"$relift" script "$work/all.rel" >/dev/null
ours_same=yes
theirs_same=yes
for cores in 0 "0-$(($(nproc) > 1))" "0-$(($(nproc) - 1))"; do
    taskset -c "$cores" "$work/relift-tar" >/dev/null
    cmp -s "$ours" "$work/ours.tar.gz" || ours_same=no
done
"$work/systools-tar"
cmp -s "$theirs" "$work/theirs.tar.gz" || theirs_same=no
row "the same bytes when made again" "$theirs_same" "$ours_same, on 1 to $(nproc) cores" "–"

# --- The comparison of two releases ----------------------------------------------------------------------------------

# Prepares two folders of all applications; every $1th application of the second one is changed: its `code` or its `build`.
compared() {
    rm -rf "$work/before" "$work/after"
    for release in before after; do
        mkdir -p "$work/$release/releases/1"
        echo "0 1" >"$work/$release/releases/start_erl.data"
        for folder in "$libraries"/*/ebin; do
            library="$work/$release/lib/$(basename "$(dirname "$folder")")"
            mkdir -p "$library" && cp -rL "$folder" "$library/"
            # The benchmark writes no appups, so it must find none.
            rm -f "$library"/ebin/*.appup
        done
    done
    if [ "$1" -gt 0 ]; then escript Tests/Benchmarks/change-modules.escript "$work/after/lib" "$1" "$2"; fi
    for release in before after; do
        escript "$work/all.escript" "$work/$release/releases/1" "$work/$release/lib"
    done
}

cat >"$work/compare.escript" <<'ESCRIPT'
#!/usr/bin/env escript
main([Old, New]) ->
    {ok, Applications} = file:list_dir(Old),
    lists:foreach(fun(Application) ->
        [{_, _, _} = beam_lib:cmp_dirs(filename:join([Old, Application, "ebin"]), filename:join([New, Application, "ebin"]))]
    end, Applications).
ESCRIPT
program relift-compare <<COMMAND
$relift appup before after --dry-run
COMMAND
program systools-compare <<COMMAND
escript compare.escript before/lib after/lib
COMMAND

while read -r every what changed <&3; do
    say "comparison of two releases, $changed"
    compared "$every" "$what"
    count=$(find "$work/before/lib" -name '*.beam' | wc -l)
    compare compare "comparing $count modules with \`cmp_dirs\`, $changed"
done 3<<'CASES'
0 code nothing changed
1 build all compiled in another folder
10 code every 10th application changed
1 code all modules changed
CASES
rm -rf "$work/before" "$work/after"

# --- Memory ----------------------------------------------------------------------------------------------------------

if [ "$big_mebibytes" -gt 0 ]; then
    say "memory for a release of $big_mebibytes MiB"
    mkdir -p "$work/big/big-1/ebin" "$work/big/big-1/priv"
    cat >"$work/big/big-1/ebin/big.app" <<'APP'
{application, big, [{vsn, "1"}, {modules, []}, {registered, []}, {applications, [kernel, stdlib]}]}.
APP
    sed -e 's/{"all"/{"big"/' -e 's/^ \[{/ [{big,"1"},{/' "$work/all.rel" >"$work/big/big.rel"
    # Realistic bytes: those of the tarball's contents. All files are links to one, which costs the disk nothing.
    while [ "$(stat -c %s "$work/big/part" 2>/dev/null || echo 0)" -lt $((128 << 20)) ]; do
        cat "$work/all.tar" >>"$work/big/part"
    done
    truncate -s $((128 << 20)) "$work/big/part"
    for part in $(seq $((big_mebibytes / 128))); do ln "$work/big/part" "$work/big/big-1/priv/$part"; done
    "$relift" script "$work/big/big.rel" --lib "$work/big" >/dev/null
    memory=$(measure "$relift" tar "$work/big/big.rel" --lib "$work/big" --output "$work/big" |
        awk '{ print int($3 / 1024) }')
    row "memory to pack a release of $big_mebibytes MiB" "not run" "$memory MiB" "–"
fi

# --- Starting --------------------------------------------------------------------------------------------------------

program relift-start <<COMMAND
$relift --version
COMMAND
program systools-start <<COMMAND
erl -noshell -eval 'halt().'
COMMAND
compare start "starting and doing nothing"

processor=$(awk -F ': ' '/^model name/ { print $2; exit }' /proc/cpuinfo)
erlang_version=$(erl -noshell -eval 'io:put_chars([erlang:system_info(otp_release)]),halt().')
printf '%s, %s cores (%s), Erlang/OTP %s; medians of %s runs in turns\n\n' \
    "$(date -u +%Y-%m-%d)" "$(nproc)" "$processor" "$erlang_version" "$rounds"
printf '| whole process | systools | relift | ratio |\n|---|---|---|---|\n'
cat "$work/table"
