%% Carries a running node from one version of an application to the next and back, with the appup that relift generates,
%% and looks whether the right code runs, the processes are the same, and the work went on. The node that runs this must be
%% distributed, with the cookie of HOME.
-module(histories_live).
-export([main/1]).

%% main([Corpus, Relift, Work, Project, Old, New, ...])
main([Corpus, Relift, Work | Hops]) ->
    io:put_chars("| project | from | to | modules of the new version run | processes kept, ended, new | and after the way back |"
        " requests answered, not | work goes on |\n|---|---|---|---|---|---|---|---|\n"),
    Results = [hop(Corpus, Relift, Work, Hop) || Hop <- hops(Hops)],
    halt(case lists:all(fun(R) -> R =:= right end, Results) of true -> 0; false -> 1 end).

hops([Project, Old, New | Rest]) -> [{Project, Old, New} | hops(Rest)];
hops([]) -> [].

hop(Corpus, Relift, Work, {Project, Old, New}) ->
    Here = filename:join(Work, Project ++ "." ++ Old ++ ".." ++ New),
    _ = file:del_dir_r(Here),
    ok = filelib:ensure_dir(filename:join(Here, "x")),
    Root = filename:join(Here, "host/history"),
    try
        Name = list_to_atom(string:trim(binary_to_list(read([Corpus, Project, "app"])))),
        Node = list_to_atom("history_" ++ Project ++ "_" ++ os:getpid() ++ "@127.0.0.1"),
        OldBuilt = build(Relift, Here, "old", Corpus, Project, Name, Old, Node),
        NewBuilt = build(Relift, Here, "new", Corpus, Project, Name, New, Node),
        Note = appup(Relift, Here, OldBuilt, NewBuilt),
        relift(Relift, Here, ["relup", NewBuilt, "--from", OldBuilt]),
        relift(Relift, Here, ["tar", NewBuilt, "--output", filename:join(Here, "built-new")]),
        ok = filelib:ensure_dir(filename:join(Root, "x")),
        [OldTar] = filelib:wildcard(filename:join(Here, "built-old/history-*.tar.gz")),
        [NewTar] = filelib:wildcard(filename:join(Here, "built-new/history-*.tar.gz")),
        ok = erl_tar:extract(OldTar, [compressed, {cwd, Root}]),
        command(Here, filename:join(Root, "bin/history"), ["daemon"]),
        up(Node, 100),
        {module, histories_guest} = load(Node, histories_guest),
        State = histories_work:start(Name, Node),
        timer:sleep(500),
        Check0 = histories_work:check(Name, State),
        Before = rpc:call(Node, histories_guest, processes, [Name]),
        ok = runs(Node, Name, Corpus, Project, Old),
        relift(Relift, Here, ["install", NewTar, "--root", Root]),
        Up = compare(Node, Name, Before),
        ok = runs(Node, Name, Corpus, Project, New),
        timer:sleep(500),
        Check1 = histories_work:check(Name, State),
        relift(Relift, Here, ["rollback", "--root", Root]),
        Down = compare(Node, Name, Before),
        ok = runs(Node, Name, Corpus, Project, Old),
        timer:sleep(500),
        Check2 = histories_work:check(Name, State),
        Requests = histories_work:stop(State),
        Same = Check0 =:= Check1 andalso Check1 =:= Check2,
        io:format("| ~s | ~s | ~s | yes, both ways | ~s | ~s | ~ts | ~ts~s |~n", [Project, Old, New, counts(Up), counts(Down),
            case Requests of {A, F} -> io_lib:format("~b, ~b", [A, F]); none -> "–" end,
            case Same of true -> "yes"; false -> io_lib:format("~0p ~0p ~0p", [Check0, Check1, Check2]) end, Note]),
        case Same andalso (Requests =:= none orelse element(2, Requests) =:= 0) of true -> right; false -> wrong end
    catch
        throw:{failed, What, Output} ->
            io:format("| ~s | ~s | ~s | ~ts failed, see below | | | | |~n~n~ts~n", [Project, Old, New, What, Output]),
            wrong;
        error:Reason:Stack ->
            io:format("| ~s | ~s | ~s | no: ~0tp | | | | |~n~0tp~n", [Project, Old, New, Reason, lists:sublist(Stack, 3)]),
            wrong
    after
        case filelib:is_file(filename:join(Root, "bin/history")) of
            true -> catch command(Here, filename:join(Root, "bin/history"), ["stop"]);
            false -> ok
        end
    end.

%% Writes the appup, even if relift refuses to because of a state, and nothing else: what it says then is to be seen.
appup(Relift, Here, Old, New) ->
    try relift(Relift, Here, ["appup", Old, New]), "" catch
        throw:{failed, _, Output} = Failed ->
            case lists:usort([Id || {<<"error">>, Id} <- histories_appup:findings(Output)]) of
                [<<"appup/state-shape-changed">>] ->
                    {1, Json} = histories_releases:output(Relift, ["appup", Old, New, "--dry-run", "--format", "json"]),
                    histories_appup:write_planned(Json),
                    "; refused for a state";
                _ -> throw(Failed)
            end
    end.

counts({Kept, Ended, New}) -> io_lib:format("~b, ~b, ~b", [length(Kept), length(Ended), length(New)]).

%% The processes of before that are still there, those that are not, and new ones. Connections that clients open and
%% close while all this goes on are new ones.
compare(Node, Name, Before) ->
    After = rpc:call(Node, histories_guest, processes, [Name]),
    {[P || P <- Before, lists:member(P, After)], Before -- After, After -- Before}.

%% ok if exactly the code of this version runs.
runs(Node, Name, Corpus, Project, Tag) ->
    Expected = lists:sort([begin {ok, {M, Digest}} = beam_lib:md5(File), {M, Digest} end
                           || File <- filelib:wildcard(filename:join([Corpus, Project, Tag, "ebin", "*.beam"]))]),
    case rpc:call(Node, histories_guest, modules, [Name]) of
        Expected -> ok;
        Other when is_list(Other) -> {differ, Expected -- Other, Other -- Expected};
        Other -> Other
    end.

load(Node, Module) ->
    {Module, Code, File} = code:get_object_code(Module),
    rpc:call(Node, code, load_binary, [Module, File, Code]).

up(Node, 0) -> throw({failed, "start", atom_to_list(Node)});
up(Node, Tries) ->
    case net_adm:ping(Node) =:= pong andalso rpc:call(Node, init, get_status, []) of
        {started, started} -> ok;
        _ -> timer:sleep(200), up(Node, Tries - 1)
    end.

%% An assembled release named `history` whose version is the tag, with its tarball.
build(Relift, Here, Which, Corpus, Project, Name, Tag, Node) ->
    Source = filename:join(Here, Which),
    {ok, Version} = file:read_file(filename:join([Corpus, Project, Tag, "vsn"])),
    Ebin = filename:join([Source, "lib", atom_to_list(Name) ++ "-" ++ string:trim(binary_to_list(Version)), "ebin"]),
    ok = filelib:ensure_dir(filename:join(Ebin, "x")),
    [{ok, _} = file:copy(File, filename:join(Ebin, filename:basename(File)))
     || File <- filelib:wildcard(filename:join([Corpus, Project, Tag, "ebin", "*"]))],
    Configuration = [{release, {history, Tag}, [sasl, {Name, permanent}]}, {lib_dirs, ["lib"]},
        {sys_config, "sys.config"}, {vm_args, "vm.args"}, {include_erts, true}],
    ok = file:write_file(filename:join(Source, "relift.config"), [io_lib:format("~p.~n", [T]) || T <- Configuration]),
    ok = file:write_file(filename:join(Source, "sys.config"), io_lib:format("~p.~n", [histories_work:environment(Name)])),
    ok = file:write_file(filename:join(Source, "vm.args"),
        ["-name ", atom_to_list(Node), "\n-kernel inet_dist_use_interface {127,0,0,1}\n"]),
    Built = filename:join(Here, "built-" ++ Which),
    relift(Relift, Source, ["build", "--output", Built]),
    filename:join(Built, "history").

relift(Relift, Folder, Arguments) -> command(Folder, Relift, Arguments).

command(Folder, Program, Arguments) ->
    Port = open_port({spawn_executable, Program}, [exit_status, binary, stderr_to_stdout, {cd, Folder}, {args, Arguments}]),
    {Status, Output} = collect(Port, []),
    ok = file:write_file(filename:join(Folder, "commands.txt"), [lists:join(" ", [Program | Arguments]), "\n", Output], [append]),
    case Status of
        0 -> Output;
        _ -> throw({failed, lists:join(" ", [filename:basename(Program), hd(Arguments)]), Output})
    end.

collect(Port, Seen) ->
    receive
        {Port, {data, Bytes}} -> collect(Port, [Seen, Bytes]);
        {Port, {exit_status, Status}} -> {Status, iolist_to_binary(Seen)}
    end.

read(Names) ->
    {ok, Text} = file:read_file(filename:join(Names)),
    Text.
