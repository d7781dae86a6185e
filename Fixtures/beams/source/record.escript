#!/usr/bin/env escript
%% -*- erlang; coding: utf-8 -*-
%% record.escript FOLDER: writes, for each BEAM file in the folder, what this OTP's beam_lib says of it, as terms.
-mode(compile).

main([Folder]) ->
    Beams = filelib:wildcard(filename:join(Folder, "*.beam")),
    lists:foreach(fun record/1, Beams).

record(Beam) ->
    {ok, Bytes} = file:read_file(Beam),
    {ok, {Module, Chunks}} = beam_lib:chunks(Bytes, [exports, imports, locals, attributes, compile_info, atoms]),
    {ok, {Module, MD5}} = beam_lib:md5(Bytes),
    {ok, {Module, Version}} = beam_lib:version(Bytes),
    {beam_file, Module, _, _, _, Functions} = beam_disasm:file(Bytes),
    OnLoad = [Name || {function, Name, _, _, Code} <- Functions, lists:member(on_load, Code)],
    [Index] = [I || {chunks, I} <- beam_lib:info(Bytes)],
    Facts = [{module, Module}, {md5, MD5}, {version, Version}, {on_load, OnLoad}, {chunks, Index} | Chunks],
    Text = [io_lib:format("~tp.~n", [Fact]) || Fact <- Facts],
    ok = file:write_file(filename:rootname(Beam) ++ ".facts",
                         unicode:characters_to_binary(["%% coding: utf-8\n" | Text])).
