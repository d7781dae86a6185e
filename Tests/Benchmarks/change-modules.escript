#!/usr/bin/env escript
%% change-modules.escript LIB EVERY code: gives every EVERYth application below LIB a new version, and each of its modules
%% other code: the last atom of its table gets another last letter. The folders keep their names.
%% change-modules.escript LIB EVERY build: gives their modules the compile information of another build folder, and the
%% applications no new version, since the code is the same.
-mode(compile).

main([Lib, Every, What]) ->
    Folders = lists:sort(filelib:wildcard(filename:join(Lib, "*/ebin"))),
    lists:foreach(fun(Number) -> change(lists:nth(Number, Folders), What) end,
        lists:seq(1, length(Folders), list_to_integer(Every))).

change(Folder, "build") ->
    change_modules(Folder, fun other_source/2);
change(Folder, "code") ->
    [Resource] = filelib:wildcard(filename:join(Folder, "*.app")),
    {ok, [{application, Name, Keys}]} = file:consult(Resource),
    Version = proplists:get_value(vsn, Keys) ++ ".1",
    Changed = {application, Name, lists:keyreplace(vsn, 1, Keys, {vsn, Version})},
    ok = file:write_file(Resource, io_lib:format("~p.~n", [Changed])),
    change_modules(Folder, fun atoms/2).

change_modules(Folder, Change) ->
    lists:foreach(fun(File) -> change_module(File, Change) end, filelib:wildcard(filename:join(Folder, "*.beam"))).

change_module(File, Change) ->
    {ok, _, Chunks} = beam_lib:all_chunks(File),
    {ok, Beam} = beam_lib:build_module([{Id, Change(Id, Data)} || {Id, Data} <- Chunks]),
    ok = file:write_file(File, Beam).

other_source("CInf", Data) ->
    term_to_binary(lists:keystore(source, 1, binary_to_term(Data), {source, "/another/build/folder/module.erl"}));
other_source(_, Data) -> Data.

atoms("AtU8", Data) ->
    Length = byte_size(Data) - 1,
    <<Head:Length/binary, Last>> = Data,
    <<Head/binary, (case Last of $q -> $r; _ -> $q end)>>;
atoms(_, Data) -> Data.
