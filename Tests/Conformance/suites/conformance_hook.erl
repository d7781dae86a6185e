%% Common Test hook: writes one term for each ended test, {Suite, Test, Result, Reason}, to a file; of several for one
%% test the last counts.
-module(conformance_hook).
-export([init/2, post_end_per_testcase/5, on_tc_fail/4, on_tc_skip/4]).

init(_Id, [File]) -> {ok, File}.

post_end_per_testcase(Suite, Test, _Config, Return, File) ->
    note(File, {Suite, Test, passed, none}),
    {Return, File}.

on_tc_fail(Suite, Test, Reason, File) -> note(File, {Suite, test(Test), failed, Reason}).

on_tc_skip(Suite, Test, Reason, File) -> note(File, {Suite, test(Test), skipped, Reason}).

test({Test, _Group}) -> Test;
test(Test) -> Test.

note(File, Term) ->
    ok = file:write_file(File, io_lib:format("~0tp.~n", [Term]), [append, {encoding, utf8}]),
    File.
