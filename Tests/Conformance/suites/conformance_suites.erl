%% Runs OTP's own suites in this virtual machine (run/1), and compares two such runs (compare/1).
-module(conformance_suites).
-export([run/1, compare/1]).

%% The folder holds the compiled suites with their data folders; the results go to the file.
run([Folder, Logs, Results]) ->
    ok = filelib:ensure_path(Logs),
    _ = file:delete(Results),
    Suites = [list_to_atom(filename:basename(Beam, ".beam")) || Beam <- filelib:wildcard(Folder ++ "/*_SUITE.beam")],
    Answer = ct:run_test([
        {dir, Folder}, {suite, Suites}, {logdir, Logs}, {auto_compile, false}, {verbosity, 0},
        {ct_hooks, [{conformance_hook, [Results]}]}
    ]),
    case Answer of
        {Passed, Failed, {_, _}} when is_integer(Passed), is_integer(Failed) -> halt(0);
        Problem ->
            io:format(standard_error, "common_test: ~tp~n", [Problem]),
            halt(2)
    end.

%% Prints the table; fails when a test passes with the stock systools only, or when none ran.
compare([StockFile, ReliftFile]) ->
    Stock = results(StockFile),
    Relift = results(ReliftFile),
    Tests = lists:usort(maps:keys(Stock) ++ maps:keys(Relift)),
    Lost = [Test || Test <- Tests, word(Test, Stock) =:= passed, word(Test, Relift) =/= passed],
    Width = lists:max([0 | [length(atom_to_list(Name)) || {_, Name} <- Tests]]),
    [print_suite(Suite, [Test || {S, _} = Test <- Tests, S =:= Suite], Stock, Relift, Width)
     || Suite <- lists:usort([Suite || {Suite, _} <- Tests])],
    [io:format("~ts: passes with the stock systools, not with relift:~n    ~ts~n", [Name, short(reason(Test, Relift))])
     || {_, Name} = Test <- Lost],
    halt(if Tests =:= [] -> 2; Lost =:= [] -> 0; true -> 1 end).

print_suite(Suite, Tests, Stock, Relift, Width) ->
    io:format("~n~-*ts  ~-8ts ~ts~n", [Width, atom_to_list(Suite), "stock", "relift"]),
    [io:format("~-*ts  ~-8ts ~ts~n", [Width, atom_to_list(Name), atom_to_list(word(Test, Stock)),
                                      atom_to_list(word(Test, Relift))]) || {_, Name} = Test <- Tests],
    io:format("~-*ts  ~-8ts ~ts~n", [Width, "passed of " ++ integer_to_list(length(Tests)), count(Tests, Stock),
                                     count(Tests, Relift)]).

results(File) ->
    {ok, Terms} = file:consult(File),
    maps:from_list([{{Suite, Test}, {Result, Reason}} || {Suite, Test, Result, Reason} <- Terms, is_test(Test)]).

is_test(Test) -> not lists:member(Test, [init_per_suite, end_per_suite, init_per_group, end_per_group]).

word(Test, Results) -> element(1, maps:get(Test, Results, {missing, none})).
reason(Test, Results) -> element(2, maps:get(Test, Results, {missing, none})).
count(Tests, Results) -> integer_to_list(length([Test || Test <- Tests, word(Test, Results) =:= passed])).

short(Reason) -> string:slice(io_lib:format("~0tp", [Reason]), 0, 600).
