#!/usr/bin/env escript
%% change-modules.escript LIB EVERY: gives every EVERYth application below LIB a new version, and each of its modules other
%% code: the last atom of its table gets another last letter. The folders keep their names.
-mode(compile).

main([Lib, Every]) ->
    Folders = lists:sort(filelib:wildcard(filename:join(Lib, "*/ebin"))),
    lists:foreach(fun(Number) -> change(lists:nth(Number, Folders)) end,
        lists:seq(1, length(Folders), list_to_integer(Every))).

change(Folder) ->
    [Resource] = filelib:wildcard(filename:join(Folder, "*.app")),
    {ok, [{application, Name, Keys}]} = file:consult(Resource),
    Version = proplists:get_value(vsn, Keys) ++ ".1",
    Changed = {application, Name, lists:keyreplace(vsn, 1, Keys, {vsn, Version})},
    ok = file:write_file(Resource, io_lib:format("~p.~n", [Changed])),
    lists:foreach(fun change_module/1, filelib:wildcard(filename:join(Folder, "*.beam"))).

change_module(File) ->
    {ok, _, Chunks} = beam_lib:all_chunks(File),
    {ok, Beam} = beam_lib:build_module([{Id, atoms(Id, Data)} || {Id, Data} <- Chunks]),
    ok = file:write_file(File, Beam).

atoms("AtU8", Data) ->
    Length = byte_size(Data) - 1,
    <<Head:Length/binary, Last>> = Data,
    <<Head/binary, (case Last of $q -> $r; _ -> $q end)>>;
atoms(_, Data) -> Data.
