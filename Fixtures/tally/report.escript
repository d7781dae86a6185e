#!/usr/bin/env escript
%% -*- erlang -*-
%%! +A 0 -noinput
%% The report of the demo: what the clients saw, and what the service counted before, between and after.
%% usage: report.escript LOAD-JSON BEFORE UPGRADED AFTER     the last three are answers to STATS
-mode(compile).
-export([main/1]).

main([Load, Before, Upgraded, After]) ->
    {ok, Text} = file:read_file(Load),
    Number = fun(Key) ->
        case re:run(Text, ["\"", Key, "\": ?([0-9.]+)"], [{capture, all_but_first, list}]) of
            {match, [Value]} -> Value;
            nomatch -> "?"
        end
    end,
    io:format("requests served   ~s~n", [Number("served")]),
    io:format("requests failed   ~s~n", [Number("failed")]),
    io:format("longest wait      ~s ms (half of all below ~s ms, 99 of 100 below ~s ms)~n",
        [Number("longestMilliseconds"), Number("p50"), Number("p99")]),
    io:format("counters          ~s~n", ["before the upgrade:  " ++ stats(Before)]),
    io:format("                  ~s~n", ["after the upgrade:   " ++ stats(Upgraded)]),
    io:format("                  ~s~n", ["after the way back:  " ++ stats(After)]);
main(_) ->
    io:put_chars(standard_error, "usage: report.escript LOAD-JSON BEFORE UPGRADED AFTER\n"),
    halt(64).

%% The answer without its `OK`.
stats("OK " ++ Rest) -> string:trim(Rest);
stats(Other) -> string:trim(Other).
