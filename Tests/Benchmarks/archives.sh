#!/bin/sh
# Compares TarWriter with systools:make_tar on a release of all installed OTP applications.
# Usage: Tests/Benchmarks/archives.sh   (from the root of the checkout; builds in release mode)
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

RELIFT_BENCHMARKS=1 swift build -c release --product archive-benchmark >&2
benchmark=$(RELIFT_BENCHMARKS=1 swift build -c release --show-bin-path)/archive-benchmark

cat >"$work/make.escript" <<'ESCRIPT'
#!/usr/bin/env escript
main([Dir, What]) ->
    ok = file:set_cwd(Dir),
    Dirs = filelib:wildcard(filename:join(code:lib_dir(), "*/ebin/*.app")),
    Apps = lists:foldl(fun(File, Acc) ->
        {ok, [{application, Name, Keys}]} = file:consult(File),
        Type = case lists:member(Name, [kernel, stdlib, sasl]) of true -> permanent; false -> load end,
        Acc ++ [{Name, proplists:get_value(vsn, Keys), Type}] end, [], Dirs),
    Erts = erlang:system_info(version),
    Rel = {release, {"all", "1"}, {erts, Erts}, Apps},
    case What of
        "script" ->
            ok = file:write_file("all.rel", io_lib:format("~p.~n", [Rel])),
            {ok, _, _} = systools:make_script("all", [silent]);
        "tar" ->
            {ok, _, _} = systools:make_tar("all", [silent, {erts, code:root_dir()}])
    end.
ESCRIPT

escript "$work/make.escript" "$work" script
for _ in 1 2 3; do
    start=$(date +%s%N)
    escript "$work/make.escript" "$work" tar
    end=$(date +%s%N)
    echo "systools:make_tar, whole process: $(((end - start) / 1000000)) ms, $(stat -c %s "$work/all.tar.gz") bytes"
done

mkdir "$work/tree"
tar -xzf "$work/all.tar.gz" -C "$work/tree"
"$benchmark" "$work/tree" "$work/ours.tar.gz" 1
"$benchmark" "$work/tree" "$work/ours.tar.gz"
for _ in 1 2 3; do
    start=$(date +%s%N)
    gzip -dc "$work/ours.tar.gz" | gzip -6 | wc -c >"$work/size"
    end=$(date +%s%N)
    echo "gzip -6: $(((end - start) / 1000000)) ms, $(cat "$work/size") bytes"
done
