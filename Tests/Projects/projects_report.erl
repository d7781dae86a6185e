%% Tables of what was found; every difference with its reason.
-module(projects_report).
-export([tables/1, is_good/1]).

is_good(#{resource := Resource, boot := Boots, folder := Folder, tarball := Tarball, boots := Answers}) ->
    Resource andalso lists:all(fun({_, How}) -> How =/= different end, Boots)
        andalso lists:all(fun({_, Answer}) -> Answer =:= pong end, Answers)
        andalso lists:all(fun(Difference) -> reason(folder, Difference) =/= none end, Folder)
        andalso lists:all(fun(Difference) -> reason(tarball, Difference) =/= none end, Tarball);
is_good(_) -> false.

%% Why a difference is meant; none where nobody knows.
reason(Where, {Kind, Path}) ->
    case [Reason || {In, Kinds, Pattern, Reason} <- reasons(), In =:= both orelse In =:= Where,
            lists:member(Kind, Kinds), re:run(Path, Pattern) =/= nomatch] of
        [Reason | _] -> Reason;
        [] -> none
    end.

reasons() -> [
    {both, [content], "^bin/[^/]+$", "relift's own start script"},
    {both, [only_theirs], "^bin/[^/]+-[0-9a-f][^/]*$",
        "relx's script under a second name; `bin/NAME` starts the version that `start_erl.data` names"},
    {both, [only_theirs], "^bin/(install_upgrade[.]escript|nodetool)$", "tools of relx's start script"},
    {both, [only_theirs], "^bin/hooks/builtin/", "`bin/NAME` has these hooks itself"},
    {both, [only_ours], "^bin/start$", "what heart and `release_handler` start the node with"},
    {both, [only_ours, only_theirs], "^releases/[^/]+[.]rel$",
        "`releases/NAME-VSN.rel`, which `unpack_release(\"NAME-VSN\")` reads; relx's tarball has `releases/NAME.rel`"},
    {folder, [content], "^releases/RELEASES$", "folders are `lib/App-Vsn`, in relx's file `./lib/App-Vsn`"},
    {folder, [content], "^erts-[^/]+/bin/erl$", "both write one that finds its root by itself, each its own"},
    {folder, [only_theirs], "^erts-[^/]+/bin/(ct_run|dialyzer|erlc|typer|yielding_c_fun)$",
        "for developing: systools leaves them out of the tarball, relift out of both"},
    {folder, [only_theirs], "^[^/]+[.]tar[.]gz$", "relift writes the tarball beside the folder"},
    {folder, [only_theirs], "^lib/[^/]+/(src|lib|c_src)(/|$)",
        "sources: relx copies them into the folder unless told not to, but not into its tarball; relift with `include_src`"},
    {tarball, [only_ours], "^lib/[^/]+/include(/|$)", "relift packs what is in the folder; systools only `ebin` and `priv`"},
    {tarball, [only_ours], "^(lib/[^/]+/ebin|releases)/.*[.](appup|beam|script)$",
        "relift packs what is in the folder; systools only `.app` and the modules that it lists"}
].

tables(Results) ->
    ["| project | applications | `.rel` | boot scripts: start, start_clean, no_dot_erlang | configuration, overlays, code | "
        "differences, with a reason | without | boots and answers `ping`: rebar3, relift |\n|---|---|---|---|---|---|---|---|\n",
     [row(Name, Result) || {Name, Result} <- Results], "\n",
     "| difference | reason | in |\n|---|---|---|\n",
     [[io_lib:format("| ~ts: ~ts `~ts` | ~ts | ~ts |~n", [Where, words(Kind), Pattern, Reason, lists:join(", ", Names)])
        || Names <- [[atom_to_list(Name) || {Name, #{folder := _} = Result} <- Results,
            has(Where, Kinds, Pattern, Result)]], Names =/= []]
        || {Where, Kinds, Pattern, Reason} <- reasons(), Kind <- [hd(Kinds)]], "\n",
     [["Without a reason in ", atom_to_list(Name), ":\n\n", [io_lib:format("- ~ts: ~ts `~ts`~n", [Where, words(Kind), Path])
        || {Where, {Kind, Path}} <- Left], "\n"]
        || {Name, #{folder := _} = Result} <- Results, Left <- [unexplained(Result)], Left =/= []]].

has(Where, Kinds, Pattern, Result) ->
    lists:any(fun({Kind, Path}) -> lists:member(Kind, Kinds) andalso re:run(Path, Pattern) =/= nomatch end,
        lists:append([maps:get(Place, Result) || Place <- [folder, tarball], Where =:= both orelse Where =:= Place])).

unexplained(Result) ->
    [{Where, Difference} || Where <- [folder, tarball], Difference <- maps:get(Where, Result),
        reason(Where, Difference) =:= none].

words(only_theirs) -> "only with rebar3";
words(only_ours) -> "only with relift";
words(content) -> "other contents";
words(mode) -> "other mode";
words(type) -> "file and folder".

row(Name, #{failed := What}) -> io_lib:format("| ~ts | ~ts failed | | | | | | |~n", [Name, What]);
row(Name, #{version := Version, applications := Count, resource := Resource, boot := Boots, boots := Answers} = Result) ->
    Left = unexplained(Result),
    Own = [P || {content, P} <- maps:get(folder, Result),
        re:run(P, "^(bin/[^/]+|erts-[^/]+/bin/erl|releases/RELEASES)$") =:= nomatch],
    io_lib:format("| ~ts ~ts | ~b | ~ts | ~ts | ~ts | ~b | ~b | ~ts |~n", [Name, Version, Count, same(Resource),
        lists:join(", ", [atom_to_list(How) || {_, How} <- Boots]), same(Own =:= []),
        length(maps:get(folder, Result)) + length(maps:get(tarball, Result)) - length(Left), length(Left),
        lists:join(", ", [case Answer of pong -> "yes"; _ -> "no" end || {_, Answer} <- Answers])]).

same(true) -> "same";
same(false) -> "different".
