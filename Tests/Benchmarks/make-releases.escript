#!/usr/bin/env escript
%% Writes two releases of COUNT applications with 40 modules each: DIR/old and DIR/new, and the appups between them.
%% Usage: Tests/Benchmarks/make-releases.escript DIR COUNT
%%
%% BEAM files are empty: neither systools nor relift reads them for a boot script or a relup.

-define(MODULES, 40).

main([Dir, Text]) ->
    Count = list_to_integer(Text),
    [release(filename:join(Dir, Name), Count, Version) || {Name, Version} <- [{"old", "1.0.0"}, {"new", "2.0.0"}]],
    ok;
main(_) ->
    io:put_chars(standard_error, "usage: make-releases.escript DIR COUNT\n"),
    halt(64).

release(Dir, Count, Version) ->
    [application(Dir, N, Version) || N <- lists:seq(1, Count)],
    Own = [{name(N), Version} || N <- lists:seq(1, Count)],
    OTP = [{Name, version(Name)} || Name <- [kernel, stdlib, sasl]],
    Release = {release, {"pair", Version}, {erts, erlang:system_info(version)}, OTP ++ Own},
    write(filename:join(Dir, "pair.rel"), Release).

version(Name) ->
    _ = application:load(Name),
    {ok, Version} = application:get_key(Name, vsn),
    Version.

name(N) -> list_to_atom(lists:flatten(io_lib:format("app_~4..0b", [N]))).

module(N, I) -> list_to_atom(lists:flatten(io_lib:format("app_~4..0b_module_~2..0b", [N, I]))).

%% Module 40 is only in the old version, module 41 only in the new one.
modules(N, "1.0.0") -> [module(N, I) || I <- lists:seq(1, ?MODULES)];
modules(N, "2.0.0") -> [module(N, I) || I <- lists:seq(1, ?MODULES - 1) ++ [?MODULES + 1]].

application(Dir, N, Version) ->
    Ebin = filename:join([Dir, "lib", atom_to_list(name(N)) ++ "-" ++ Version, "ebin"]),
    ok = filelib:ensure_dir(filename:join(Ebin, "x")),
    Modules = modules(N, Version),
    [ok = file:write_file(filename:join(Ebin, atom_to_list(Module) ++ ".beam"), <<>>) || Module <- Modules],
    Base = filename:join(Ebin, atom_to_list(name(N))),
    write(Base ++ ".app", resource(N, Version, Modules)),
    case Version of
        "1.0.0" -> ok;
        "2.0.0" -> write(Base ++ ".appup", appup(N))
    end.

resource(N, Version, Modules) ->
    Needed = [name(I) || I <- [N - 1, N - 7, N div 2], I > 0, I < N],
    {application, name(N), [
        {description, "Application " ++ integer_to_list(N) ++ " of a release that is measured"},
        {vsn, Version},
        {modules, Modules},
        {registered, [module(N, 1), module(N, 2)]},
        {applications, [kernel, stdlib | lists:usort(Needed)]},
        {env, [{port, 8000 + N}, {hosts, ["localhost", "127.0.0.1"]}, {limits, [{calls, 100}, {seconds, 2.5}]},
               {banner, <<"ready">>}]},
        {mod, {module(N, 1), []}},
        {maxT, infinity},
        {runtime_dependencies, ["stdlib-3.5", "kernel-3.0", "erts-9.0"]}
    ]}.

appup(N) -> {"2.0.0", [{"1.0.0", instructions(N, up)}], [{<<"1\\.0\\.[0-9]+">>, instructions(N, down)}]}.

instructions(N, Direction) ->
    Changed = [change(N, I) || I <- lists:seq(1, ?MODULES - 1)],
    case Direction of
        up -> [{add_module, module(N, ?MODULES + 1)}] ++ Changed ++ [{delete_module, module(N, ?MODULES)}];
        down -> [{add_module, module(N, ?MODULES)}] ++ Changed ++ [{delete_module, module(N, ?MODULES + 1)}]
    end.

%% Every kind that appups have much of; dependencies go to modules of the same application, as chains and as stars.
change(N, 1) -> {update, module(N, 1), supervisor};
change(N, I) when I rem 4 =:= 0 -> {update, module(N, I), {advanced, []}, [module(N, I - 1)]};
change(N, I) when I rem 4 =:= 1 -> {update, module(N, I), 5000, soft, brutal_purge, soft_purge, [module(N, I - 1)]};
change(N, I) when I rem 4 =:= 2 -> {load_module, module(N, I), brutal_purge, soft_purge, [module(N, 1)]};
change(N, I) -> {load_module, module(N, I)}.

write(File, Term) ->
    ok = filelib:ensure_dir(File),
    ok = file:write_file(File, io_lib:format("~tp.~n", [Term])).
