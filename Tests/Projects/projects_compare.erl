%% Compares the release that rebar3 assembled with the one that relift assembled, and their tarballs.
-module(projects_compare).
-export([releases/2]).

releases(Theirs, Ours) ->
    Version = version(Theirs),
    Folder = filename:join("releases", Version),
    Name = filename:basename(Theirs),
    In = fun(Root, File) -> filename:join([Root, Folder, File]) end,
    {ok, [Resource]} = file:consult(In(Theirs, Name ++ ".rel")),
    {ok, [OurResource]} = file:consult(In(Ours, Name ++ ".rel")),
    Folders = differences(Theirs, Ours, files(Theirs), files(Ours)),
    Tar = "-" ++ Version ++ ".tar.gz",
    Members = differences(none, none, members(filename:join(Theirs, Name ++ Tar)), members(Ours ++ Tar)),
    #{version => Version, applications => length(element(4, Resource)), resource => Resource =:= OurResource,
      boot => [{File, boot(In(Theirs, File), In(Ours, File))} || File <- ["start.boot", "start_clean.boot", "no_dot_erlang.boot"]],
      folder => Folders, tarball => Members}.

version(Root) ->
    {ok, Data} = file:read_file(filename:join(Root, "releases/start_erl.data")),
    [_, Version] = string:lexemes(binary_to_list(Data), " \n"),
    Version.

%% same, order (the same instructions in another order), or different.
boot(Theirs, Ours) ->
    [{script, _, A}, {script, _, B}] = [begin {ok, Bytes} = file:read_file(F), binary_to_term(Bytes) end || F <- [Theirs, Ours]],
    if
        A =:= B -> same;
        true -> case lists:sort(A) =:= lists:sort(B) of true -> order; false -> different end
    end.

%% Paths of files and empty folders, with their type and whether they can be run.
files(Root) -> maps:from_list(files(Root, "")).

files(Root, Folder) ->
    {ok, Names} = file:list_dir_all(filename:join(Root, Folder)),
    Own = lists:append([begin
        Path = case Folder of "" -> Name; _ -> filename:join(Folder, Name) end,
        Full = filename:join(Root, Path),
        case file:read_link_info(Full, [raw]) of
            {ok, Info} when element(3, Info) =:= directory -> files(Root, Path);
            {ok, Info} -> [{Path, {element(3, Info), element(8, Info) band 8#111 =/= 0}}]
        end
    end || Name <- Names]),
    case Own of
        [] when Folder =/= "" -> [{Folder, {directory, true}}];
        _ -> Own
    end.

members(Tarball) ->
    case erl_tar:table(Tarball, [compressed, verbose]) of
        {ok, Table} -> members_of(Table);
        {error, _} -> throw({failed, "reading " ++ Tarball, ""})
    end.

members_of(Table) ->
    All = maps:from_list([{string:trim(Name, trailing, "/"), {type(Type), Mode band 8#111 =/= 0}}
        || {Name, Type, _, _, Mode, _, _} <- Table]),
    %% Folders with something in them are as good as not there.
    maps:filter(fun(Path, {Type, _}) -> Type =/= directory orelse not lists:any(
        fun(Other) -> lists:prefix(Path ++ "/", Other) end, maps:keys(All)) end, All).

type(regular) -> regular;
type(directory) -> directory;
type(symlink) -> symlink;
type(Other) -> Other.

%% [{Kind, Path}] with Kind `only_theirs`, `only_ours`, `mode`, `type` or `content`.
differences(TheirRoot, OurRoot, Theirs, Ours) ->
    lists:sort(
        [{only_theirs, Path} || Path <- maps:keys(Theirs), not is_map_key(Path, Ours)]
        ++ [{only_ours, Path} || Path <- maps:keys(Ours), not is_map_key(Path, Theirs)]
        ++ [Difference || {Path, Their} <- maps:to_list(Theirs), {ok, Our} <- [maps:find(Path, Ours)],
            Difference <- difference(Path, Their, Our, TheirRoot, OurRoot)]).

difference(Path, {Type, _}, {Other, _}, _, _) when Type =/= Other -> [{type, Path}];
difference(Path, {_, Runs}, {_, Run}, _, _) when Runs =/= Run -> [{mode, Path}];
difference(Path, {regular, _}, _, Theirs, Ours) when Theirs =/= none ->
    {ok, A} = file:read_file(filename:join(Theirs, Path)),
    {ok, B} = file:read_file(filename:join(Ours, Path)),
    [{content, Path} || A =/= B, meaning(filename:extension(Path), A) =/= meaning(filename:extension(Path), B)];
difference(_, _, _, _, _) -> [].

%% What two files have alike that differ in layout or compression only.
meaning(".beam", Bytes) ->
    {ok, _, Chunks} = beam_lib:all_chunks(try zlib:gunzip(Bytes) catch error:_ -> Bytes end),
    lists:sort(Chunks);
meaning(".boot", Bytes) -> binary_to_term(Bytes);
meaning(Extension, Bytes) when Extension =:= ".app"; Extension =:= ".rel"; Extension =:= ".script" ->
    {ok, Tokens, _} = erl_scan:string(unicode:characters_to_list(Bytes)),
    {ok, Term} = erl_parse:parse_term(Tokens),
    case Term of
        {application, Name, Properties} -> {application, Name, lists:sort(Properties)};
        _ -> Term
    end;
meaning(".config", Bytes) ->
    case erl_scan:string(unicode:characters_to_list(Bytes)) of
        {ok, Tokens, _} -> erl_parse:parse_term(Tokens);
        Wrong -> Wrong
    end;
meaning(".args", Bytes) ->
    [Words || Line <- string:lexemes(Bytes, "\n"), [<<First, _/binary>> | _] = Words <- [string:lexemes(Line, " \t")],
        First =/= $#];
meaning(_, Bytes) -> Bytes.
