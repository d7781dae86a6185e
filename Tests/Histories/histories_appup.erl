%% What an appup says: the entry for one version, the modules that it names, and what is done to each.
-module(histories_appup).
-export([findings/1, read/1, write_planned/1, entry/2, kinds/1]).

%% The findings that relift prints: severity and ID of each.
findings(Output) ->
    case re:run(Output, "(error|warning): .*\\[([a-z]+/[a-z-]+)\\]", [global, {capture, all_but_first, binary}]) of
        {match, Found} -> [{Severity, Id} || [Severity, Id] <- Found];
        nomatch -> []
    end.

read(File) ->
    case file:consult(File) of
        {ok, [{Version, Up, Down} | _]} when is_list(Up), is_list(Down) -> {Version, Up, Down};
        _ -> none
    end.

%% Writes the appups of the JSON of `relift appup --dry-run` where relift would write them, were there no error.
write_planned(Json) ->
    #{<<"appups">> := Appups} = histories_json:decode(Json),
    [begin
        Appup = {binary_to_list(To), [{binary_to_list(From), terms(Up)}], [{binary_to_list(From), terms(Down)}]},
        ok = file:write_file(File, io_lib:format("~tp.~n", [Appup]))
    end || #{<<"file">> := File, <<"from">> := From, <<"to">> := To, <<"up">> := Up, <<"down">> := Down} <- Appups].

terms(Instructions) ->
    [begin
        {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(<<Text/binary, ".">>)),
        {ok, Term} = erl_parse:parse_term(Tokens),
        Term
    end || #{<<"instruction">> := Text} <- Instructions].

%% The entry that systools takes: the first whose version is equal, or whose pattern matches the whole version. With a
%% pattern that is none before it, systools crashes: {no_pattern, Pattern}.
entry(Version, Entries) ->
    try first(Version, Entries) catch throw:{no_pattern, Pattern} -> {no_pattern, Pattern} end.

first(_Version, []) ->
    none;
first(Version, [{Key, Instructions} | Rest]) ->
    case matches(Version, Key) of
        true -> {Key, lists:flatten(Instructions)};
        false -> first(Version, Rest)
    end.

matches(Version, Version) ->
    true;
matches(Version, Pattern) when is_binary(Pattern) ->
    try re:run(Version, Pattern, [unicode, {capture, first, list}]) of
        {match, [Version]} -> true;
        _ -> false
    catch
        error:badarg -> throw({no_pattern, Pattern})
    end;
matches(_, _) ->
    false.

%% {Whole, #{Module => Kind}}. Whole is true where the entry restarts the application or the emulator: then every module
%% is covered. Of several instructions for a module the heaviest counts.
kinds(Instructions) ->
    Pairs = lists:flatmap(fun kind/1, Instructions),
    {lists:any(fun whole/1, Instructions),
     lists:foldl(fun({Module, Kind}, Kinds) -> maps:update_with(Module, fun(K) -> heavier(K, Kind) end, Kind, Kinds) end,
        #{}, Pairs)}.

whole({restart_application, _}) -> true;
whole(restart_new_emulator) -> true;
whole(restart_emulator) -> true;
whole(_) -> false.

heavier(A, B) ->
    Weights = [purge, load, add, delete, update, supervisor, advanced],
    case {index(A, Weights), index(B, Weights)} of
        {X, Y} when X >= Y -> A;
        _ -> B
    end.

index(Item, [Item | _]) -> 1;
index(Item, [_ | Rest]) -> 1 + index(Item, Rest).

kind({add_module, Module}) -> [{Module, add}];
kind({add_module, Module, _}) -> [{Module, add}];
kind({delete_module, Module}) -> [{Module, delete}];
kind({delete_module, Module, _}) -> [{Module, delete}];
kind({remove, {Module, _, _}}) -> [{Module, delete}];
kind({load, {Module, _, _}}) -> [{Module, load}];
kind({load_module, Module}) -> [{Module, load}];
kind(Tuple) when element(1, Tuple) =:= load_module -> [{element(2, Tuple), load}];
kind({purge, Modules}) -> [{Module, purge} || Module <- Modules];
kind({suspend, Modules}) -> [{plain(Module), update} || Module <- Modules];
kind({code_change, Modules}) -> [{Module, advanced} || {Module, _} <- Modules];
kind({code_change, _, Modules}) -> [{Module, advanced} || {Module, _} <- Modules];
kind({update, Module, supervisor}) -> [{Module, supervisor}];
kind({update, Module, static, default, {advanced, _}, _, _, _}) -> [{Module, supervisor}];
kind({update, Module}) -> [{Module, update}];
kind(Tuple) when element(1, Tuple) =:= update ->
    Advanced = lists:any(fun({advanced, _}) -> true; (_) -> false end, tuple_to_list(Tuple)),
    [{element(2, Tuple), case Advanced of true -> advanced; false -> update end}];
kind(_) -> [].

plain({Module, _}) -> Module;
plain(Module) -> Module.
