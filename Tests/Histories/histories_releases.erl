%% The pair of releases around one application that relift and systools are asked about.
-module(histories_releases).
-export([is_otp/1, applications/1, write/3, relup/3, command/2, output/2]).

%% Is it an application of the OTP that runs, and installed?
is_otp(Name) ->
    File = filename:join([code:lib_dir(), atom_to_list(Name) ++ "-*", "ebin", atom_to_list(Name) ++ ".app"]),
    filelib:wildcard(File) =/= [].

%% What a release with an application of these properties needs, without it: kernel, stdlib, sasl and all it depends on.
applications(Properties) ->
    closure([kernel, stdlib, sasl | proplists:get_value(applications, Properties, [])], []).

closure([], Found) ->
    lists:reverse(Found);
closure([Name | Rest], Found) ->
    case lists:keymember(Name, 1, Found) of
        true -> closure(Rest, Found);
        false ->
            _ = application:load(Name),
            {ok, Version} = application:get_key(Name, vsn),
            {ok, Needed} = application:get_key(Name, applications),
            closure(Rest ++ Needed, [{Name, Version} | Found])
    end.

%% Writes FILE.rel: a release named `history` of this application and what it needs.
write(File, {Name, Version}, Properties) ->
    Release = {release, {"history", Version}, {erts, erlang:system_info(version)},
        applications(Properties) ++ [{Name, Version}]},
    ok = file:write_file(File ++ ".rel", io_lib:format("~tp.~n", [Release])).

%% Does the stock systools make a relup, both ways, with the appup that lies beside the new application?
relup(New, Old, Path) ->
    try systools:make_relup(New, [Old], [Old], [silent, noexec, {path, Path}]) of
        {ok, Relup, _, Warnings} -> {accepted, Relup, Warnings};
        {error, Module, Reason} -> {refused, lists:flatten(Module:format_error(Reason))};
        Other -> {refused, Other}
    catch
        _:Reason -> {refused, Reason}
    end.

%% The status of a program, and all that it wrote.
command(Program, Arguments) ->
    collect(open_port({spawn_executable, Program}, [exit_status, binary, stderr_to_stdout, {args, Arguments}]), []).

%% The same without what it told people besides.
output(Program, Arguments) ->
    command("/bin/sh", ["-c", "exec \"$0\" \"$@\" 2>/dev/null", Program | Arguments]).

collect(Port, Seen) ->
    receive
        {Port, {data, Bytes}} -> collect(Port, [Seen, Bytes]);
        {Port, {exit_status, Status}} -> {Status, iolist_to_binary(Seen)}
    end.
