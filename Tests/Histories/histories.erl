%% Takes the compiled histories of real applications, asks relift for the appup of every pair of neighbours, and holds the
%% answer against the oracle, against the stock systools and against what people wrote. See README.md for the folders.
-module(histories).
-export([main/1]).

%% main([Corpus, Relift, Work, Project...]): prints the tables, and leaves everything that it saw in Work.
main([Corpus, Relift, Work | Chosen]) ->
    Projects = [Name || Name <- projects(Corpus), Chosen =:= [] orelse lists:member(Name, Chosen)],
    Results = lists:flatmap(fun(Project) -> project(Corpus, Relift, Work, Project) end, Projects),
    file:write_file(filename:join(Work, "results.term"), [io_lib:format("~tp.~n", [R]) || R <- Results]),
    histories_report:write(Results, Work),
    Bad = [ok || #{verdict := wrong} <- Results],
    halt(case Bad of [] -> 0; _ -> 1 end).

projects(Corpus) ->
    lists:sort([filename:basename(filename:dirname(File)) || File <- filelib:wildcard(filename:join([Corpus, "*", "pairs"]))]).

project(Corpus, Relift, Work, Project) ->
    Folder = filename:join(Corpus, Project),
    Name = list_to_atom(line(filename:join(Folder, "app"))),
    {ok, Text} = file:read_file(filename:join(Folder, "pairs")),
    Pairs = [{binary_to_list(Old), binary_to_list(New)}
             || Line <- binary:split(Text, <<"\n">>, [global, trim_all]),
                [Old, New] <- [binary:split(Line, <<" ">>)]],
    Tags = lists:usort(lists:append([[Old, New] || {Old, New} <- Pairs])),
    Context = #{tags => [version(filename:join(Folder, Tag)) || Tag <- Tags], folder => Folder, name => Name, relift => Relift, project => Project, work => filename:join(Work, Project)},
    Rebuilt = lists:sublist(lists:reverse(Tags), list_to_integer(os:getenv("REBUILT", "1000"))),
    in_parallel([fun() -> pair(Context, Pair) end || Pair <- Pairs] ++ [fun() -> rebuilt(Context, Tag) end || Tag <- Rebuilt]).

%% Two at a time, results in order.
in_parallel([A, B | Rest]) ->
    {_, Monitor} = spawn_monitor(fun() -> exit({result, A()}) end),
    Second = B(),
    First = receive
        {'DOWN', Monitor, process, _, {result, Result}} -> Result;
        {'DOWN', Monitor, process, _, Reason} -> exit(Reason)
    end,
    [First, Second | in_parallel(Rest)];
in_parallel([A]) -> [A()];
in_parallel([]) -> [].

%% One pair of neighbours.
pair(#{folder := Folder, project := Project} = Context, {OldTag, NewTag}) ->
    Base = #{kind => pair, project => Project, old => OldTag, new => NewTag},
    Old = version(filename:join(Folder, OldTag)),
    New = version(filename:join(Folder, NewTag)),
    Excluded = lists:usort(maps:get(failed, Old) ++ maps:get(failed, New)),
    Compiled = length(maps:get(modules, New) -- Excluded),
    if
        Compiled =:= 0; length(Excluded) > Compiled -> Base#{verdict => skipped, why => "most modules do not compile"};
        map_get(vsn, Old) =:= map_get(vsn, New) ->
            % Judged as if the versions were the tags' names, once relift has said what is wrong with it.
            Result = judge(Context, Base#{excluded => Excluded, modules => Compiled}, Old#{vsn := OldTag},
                New#{vsn := NewTag}, Excluded),
            Result#{unbumped => unbumped(Context, Result, Old, New, Excluded)};
        true -> judge(Context, Base#{excluded => Excluded, modules => Compiled}, Old, New, Excluded)
    end.

%% Two tags of one version: is it an error, if and only if a module differs?
unbumped(#{name := Name, work := Work} = Context, #{old := OldTag, new := NewTag} = Result, Old, New, Excluded) ->
    Here = filename:join(Work, OldTag ++ ".." ++ NewTag ++ ".unbumped"),
    #{vsn := Vsn} = Old,
    [begin
        Root = filename:join(Here, Tag),
        _ = lay(Root, Name, [{Version, Vsn, "ebin"}], Excluded),
        Release = filename:join([Root, "releases", Tag, "history.rel"]),
        ok = filelib:ensure_dir(Release),
        {ok, Text} = file:read_file(filename:join(Root, "old.rel")),
        ok = file:write_file(Release, string:replace(Text, "\"" ++ Vsn ++ "\"", "\"" ++ Tag ++ "\"")),
        ok = file:write_file(filename:join(Root, "releases/start_erl.data"), [erlang:system_info(version), " ", Tag])
    end || {Tag, Version} <- [{OldTag, Old}, {NewTag, New}]],
    {Status, Output} = run(Context, Here, [filename:join(Here, OldTag), filename:join(Here, NewTag)]),
    Differs = lists:any(fun(Key) -> maps:get(Key, Result) =/= [] end, [changed, added, removed]),
    Said = lists:member(<<"appup/version-not-bumped">>, [Id || {<<"error">>, Id} <- histories_appup:findings(Output)]),
    case {Differs, Said, Status} of
        {true, true, 1} -> error;
        {false, false, 0} -> nothing;
        _ -> {wrong, Status, Output}
    end.

judge(#{name := Name, work := Work} = Context, Base, Old, New, Excluded) ->
    Here = filename:join(Work, maps:get(old, Base) ++ ".." ++ maps:get(new, Base)),
    {OldVersion, NewVersion} = {maps:get(vsn, Old), maps:get(vsn, New)},
    Path = lay(Here, Name, [{Old, OldVersion, "ebin"}, {New, NewVersion, "ebin"}], Excluded),
    {Status, Output, Written} = ask(Context, Here),
    Findings = histories_appup:findings(Output),
    Appup = case Written of none -> planned(Context, Here, Findings); _ -> Written end,
    {Changed, Added, Removed} = histories_oracle:difference(oracle(Old, Excluded), oracle(New, Excluded)),
    Truth = Changed ++ Added ++ Removed,
    Result = Base#{status => Status, findings => Findings, changed => Changed, added => Added, removed => Removed,
        state_refused => Written =:= none andalso Appup =/= none},
    case Appup of
        none -> Result#{verdict => refused, output => Output};
        {_, Up, Down} ->
            {UpWhole, UpKinds} = kinds_of(OldVersion, Up),
            {DownWhole, DownKinds} = kinds_of(OldVersion, Down),
            {ok, _} = file:copy(written(Here, Name), beside(Here, Name, NewVersion)),
            Systools = histories_releases:relup(filename:join(Here, "new"), filename:join(Here, "old"), Path),
            Missed = [{up, M} || not UpWhole, M <- Truth -- maps:keys(UpKinds)]
                ++ [{down, M} || not DownWhole, M <- Truth -- maps:keys(DownKinds)],
            False = [{up, M} || M <- maps:keys(UpKinds) -- Truth] ++ [{down, M} || M <- maps:keys(DownKinds) -- Truth],
            Whole = [up || UpWhole] ++ [down || DownWhole],
            Judged = Result#{missed => Missed, false => False, whole => Whole, systools => element(1, Systools),
                systools_says => case Systools of {accepted, _, W} -> W; {_, W} -> W end,
                up => UpKinds, down => DownKinds,
                checked => case os:getenv("CHECK") of
                    "0" -> #{};
                    _ -> histories_check:both(Context, Here, OldVersion, NewVersion, maps:get(folder, New))
                end,
                people => people(Context, Old, New, Truth, Excluded, {UpWhole, UpKinds}, {DownWhole, DownKinds})},
            Right = Missed =:= [] andalso False =:= [] andalso element(1, Systools) =:= accepted,
            Judged#{verdict => case Right of true -> right; false -> wrong end}
    end.

%% What relift would have written if it did not refuse because of a state, and nothing else.
planned(Context, Here, Findings) ->
    case [Id || {<<"error">>, Id} <- Findings, Id =/= <<"appup/state-shape-changed">>] of
        [] ->
            Arguments = arguments(Context, Here, releases(Here) ++ ["--dry-run", "--format", "json"]),
            {1, Json} = histories_releases:output(maps:get(relift, Context), Arguments),
            histories_appup:write_planned(Json),
            histories_appup:read(written(Here, maps:get(name, Context)));
        _ -> none
    end.

kinds_of(Version, Entries) ->
    case histories_appup:entry(Version, Entries) of
        none -> {false, #{}};
        {_, Instructions} -> histories_appup:kinds(Instructions)
    end.

%% The same code built otherwise: another folder and other flags, no debug information, stripped, comments added. Nothing is
%% to be done, but where the oracle sees a difference (code with `?LINE` in it).
rebuilt(#{folder := Folder, project := Project, name := Name, work := Work} = Context, Tag) ->
    #{vsn := Vsn, modules := Modules, failed := Failed} = Version = version(filename:join(Folder, Tag)),
    Found = [begin
        Here = filename:join(Work, Tag ++ ".again." ++ How),
        _ = lay(Here, Name, [{Version, Vsn, "ebin"}, {Version, Vsn ++ "-again", How}], Failed),
        {Status, Output, Appup} = ask(Context, Here),
        {Expected, [], []} = histories_oracle:difference(oracle(Version, Failed), digests(Version, compiled(How), Failed)),
        {length(Expected), case Appup of
            none -> [{How, Status, Output}];
            {_, Up, Down} -> [{How, M} || M <- beyond(kinds_of(Vsn, Up), Expected) ++ beyond(kinds_of(Vsn, Down), Expected)]
        end}
    end || Modules -- Failed =/= [], How <- ["oracle", "stripped", "edited"],
           filelib:is_dir(filename:join([Folder, Tag, compiled(How)]))],
    Beyond = lists:append([B || {_, B} <- Found]),
    #{kind => rebuilt, project => Project, tag => Tag, ways => length(Found), instructions => Beyond,
      with_lines => lists:sum([N || {N, _} <- Found]),
      verdict => case Beyond of [] -> right; _ -> wrong end}.

%% The folder of object files that this way starts from.
compiled("stripped") -> "oracle";
compiled(How) -> How.

beyond({true, _}, _Expected) -> [whole];
beyond({false, Kinds}, Expected) -> (maps:keys(Kinds) -- Expected) ++ (Expected -- maps:keys(Kinds)).

version(Folder) ->
    {ok, [Failed]} = file:consult(filename:join(Folder, "failed")),
    #{folder => Folder, vsn => line(filename:join(Folder, "vsn")),
      modules => [list_to_atom(filename:basename(F, ".beam")) || F <- filelib:wildcard(filename:join(Folder, "ebin/*.beam"))],
      failed => [list_to_atom(filename:basename(F, ".erl")) || {F, _} <- Failed]}.

oracle(Version, Excluded) -> digests(Version, "oracle", Excluded).

digests(#{folder := Folder}, Compiled, Excluded) ->
    maps:without(Excluded, histories_oracle:digests(filename:join(Folder, Compiled))).

%% Lays both versions side by side in Here/lib, with a release of each in Here/old.rel and Here/new.rel.
lay(Here, Name, Versions, Excluded) ->
    _ = file:del_dir_r(Here),
    lists:foreach(fun({Release, {#{folder := Folder}, Vsn, Kind}}) ->
        Ebin = filename:join([Here, "lib", atom_to_list(Name) ++ "-" ++ Vsn, "ebin"]),
        ok = filelib:ensure_dir(filename:join(Ebin, "x")),
        Files = [F || F <- filelib:wildcard(filename:join([Folder, compiled(Kind), "*.beam"])),
                      not lists:member(list_to_atom(filename:basename(F, ".beam")), Excluded)],
        lists:foreach(fun(File) ->
            {ok, Bytes} = file:read_file(File),
            Written = case Kind of
                "stripped" -> {ok, {_, Stripped}} = beam_lib:strip(Bytes), Stripped;
                _ -> Bytes
            end,
            ok = file:write_file(filename:join(Ebin, filename:basename(File)), Written)
        end, Files),
        {ok, [{application, Name, Properties0}]} =
            file:consult(filename:join([Folder, "ebin", atom_to_list(Name) ++ ".app"])),
        Modules = [list_to_atom(filename:basename(F, ".beam")) || F <- Files],
        % Dependencies that are no part of OTP are left out.
        Needed = [A || A <- proplists:get_value(applications, Properties0, []), histories_releases:is_otp(A)],
        Properties = lists:foldl(fun({Key, _} = Property, Ps) -> lists:keystore(Key, 1, Ps, Property) end, Properties0,
            [{vsn, Vsn}, {modules, Modules}, {applications, Needed}]),
        ok = file:write_file(filename:join(Ebin, atom_to_list(Name) ++ ".app"),
            io_lib:format("~tp.~n", [{application, Name, Properties}])),
        ok = histories_releases:write(filename:join(Here, Release), {Name, Vsn}, Properties)
    end, lists:zip(lists:sublist(["old", "new"], length(Versions)), Versions)),
    filelib:wildcard(filename:join(Here, "lib/*/ebin")).

%% Runs `relift appup`, as a person would.
ask(#{name := Name} = Context, Here) ->
    {Status, Output} = run(Context, Here, releases(Here)),
    ok = file:write_file(filename:join(Here, "relift.txt"), Output),
    {Status, Output, histories_appup:read(written(Here, Name))}.

releases(Here) ->
    [filename:join(Here, "old.rel"), filename:join(Here, "new.rel"), "--lib", filename:join(Here, "lib")].

run(#{relift := Relift} = Context, Here, Arguments) ->
    histories_releases:command(Relift, arguments(Context, Here, Arguments)).

arguments(#{name := Name}, Here, Arguments) ->
    ok = filelib:ensure_dir(filename:join(Here, "out/x")),
    ["appup" | Arguments] ++ ["--app", atom_to_list(Name), "--output", filename:join(Here, "out"), "--color", "never"].

written(Here, Name) -> filename:join([Here, "out", atom_to_list(Name) ++ ".appup"]).

beside(Here, Name, Version) ->
    filename:join([Here, "lib", atom_to_list(Name) ++ "-" ++ Version, "ebin", atom_to_list(Name) ++ ".appup"]).

line(File) ->
    {ok, Text} = file:read_file(File),
    string:trim(binary_to_list(Text)).

%% What people wrote for exactly this pair, against the oracle and against relift.
people(#{tags := Tags}, #{vsn := OldVersion, modules := OldModules},
       #{folder := Folder, vsn := NewVersion, modules := NewModules} = New, Truth, Excluded, Up, Down) ->
    case histories_appup:read(filename:join(Folder, "hand.appup")) of
        none -> none;
        {Vsn, HandUp, HandDown} ->
            Known = lists:usort(OldModules ++ NewModules),
            Sides = [{up, HandUp, Up}, {down, HandDown, Down}],
            [#{own_version => Vsn =:= NewVersion} |
             [ranges(side(Direction, histories_appup:entry(OldVersion, Entries), Truth, Excluded, Known, Ours), New, Tags)
              || {Direction, Entries, Ours} <- Sides]]
    end.

side(Direction, none, _Truth, _Excluded, _Known, _Ours) ->
    #{direction => Direction, entry => none};
side(Direction, {no_pattern, Pattern}, _Truth, _Excluded, _Known, _Ours) ->
    #{direction => Direction, entry => none, no_pattern => Pattern};
side(Direction, {Key, Instructions}, Truth, Excluded, Known, {OurWhole, OurKinds}) ->
    {Whole, Kinds0} = histories_appup:kinds(Instructions),
    Kinds = maps:without(Excluded, Kinds0),
    Named = maps:keys(Kinds),
    Differ = [{M, Theirs, maps:get(M, OurKinds)} || {M, Theirs} <- lists:sort(maps:to_list(Kinds)),
              not Whole, not OurWhole, maps:is_key(M, OurKinds), maps:get(M, OurKinds) =/= Theirs],
    #{direction => Direction, entry => Key, whole => Whole, empty => Instructions =:= [],
      missed => [M || not Whole, M <- Truth -- Named],
      needless => [M || M <- Named -- Truth, lists:member(M, Known)],
      unknown => [M || M <- Named -- Truth, not lists:member(M, Known)],
      differ => Differ,
      agree => length([M || {M, K} <- maps:to_list(Kinds), maps:get(M, OurKinds, none) =:= K])}.

%% Of the modules listed needlessly, those that differ between another version that the entry is for and the new one.
ranges(#{needless := [_ | _] = Needless, entry := Key} = Side, New, Tags) when is_binary(Key) ->
    After = oracle(New, []),
    Differ = lists:usort(lists:append([begin
        {Changed, Added, Removed} = histories_oracle:difference(oracle(Version, []), After),
        Changed ++ Added ++ Removed
    end || #{vsn := Vsn} = Version <- Tags, is_tuple(histories_appup:entry(Vsn, [{Key, []}]))])),
    Side#{by_range => [M || M <- Needless, lists:member(M, Differ)]};
ranges(Side, _, _) ->
    Side.
