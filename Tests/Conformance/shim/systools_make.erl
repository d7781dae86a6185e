%% Stands in for OTP's systools_make, of which its test suites call two functions, while they run against relift.
-module(systools_make).
-export([make_hybrid_boot/4, read_application/4]).

make_hybrid_boot(Version, OldBoot, NewBoot, Args) ->
    relift_port:call(make_hybrid_boot, [Version, OldBoot, NewBoot, Args]).

%% relift reads applications only for a release, so it is asked for the boot script of one that has this application.
read_application(Name, Version, Path, []) ->
    Application = list_to_atom(Name),
    Folder = filename:join(hd(Path), "conformance_read_application"),
    ok = filelib:ensure_path(Folder),
    Release = filename:join(Folder, "read"),
    Needed = [begin _ = application:load(A), {ok, V} = application:get_key(A, vsn), {A, V} end || A <- [kernel, stdlib]],
    Term = {release, {"read", "1"}, {erts, erlang:system_info(version)}, Needed ++ [{Application, Version}]},
    ok = file:write_file(Release ++ ".rel", io_lib:format("~tp.~n", [Term])),
    case systools:make_script(Release, [silent, no_warn_sasl, {path, Path}]) of
        {ok, _, _} ->
            {ok, [{script, _, Commands}]} = file:consult(Release ++ ".script"),
            [Loaded] = [Spec || {apply, {application, load, [{application, A, Spec}]}} <- Commands, A =:= Application],
            {ok, Loaded};
        Error -> Error
    end.
